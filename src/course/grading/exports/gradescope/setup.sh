#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image of the autograder.
set -euo pipefail
home="${AUTOGRADER_HOME:-/autograder}"
course="$home/source/course"

# For the level `sandbox`. Where it cannot be had, run_autograder says so.
if [ "$(id -u)" = 0 ] && ! command -v bwrap >/dev/null; then
  apt-get update -qq && apt-get install -y -qq bubblewrap || echo "no bubblewrap here"
fi

if ! python3 -m uv --version >/dev/null 2>&1; then
  python3 -m pip install --quiet uv ||
    python3 -m pip install --quiet --break-system-packages uv
fi
export UV_PYTHON_INSTALL_DIR="$home/source/python"
python3 -m uv sync --quiet --project "$course" --no-dev --python '>=3.11,<3.14'
chmod -R go-rwx "$course/solutions"
[ ! -e "$home/source/hidden" ] || chmod -R go-rwx "$home/source/hidden"
"$course/.venv/bin/course" --version
