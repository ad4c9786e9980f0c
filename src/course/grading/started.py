"""The first lines of a prepared process: it ends with its parent, also while it loads.

python -P -m course.grading.started LEVEL PARENT
"""

import os
import sys
from importlib import import_module
from typing import Any

from course.grading.settings import Level
from course.grading.walls import system


def main(level: str, parent: str) -> None:
    """Prepare, unless the process `parent` is gone already; 0 is not looked for."""
    system.die_with_parent()
    if int(parent) in (0, os.getppid()):
        prepared: Any = import_module("course.grading.prepared")
        prepared.main(Level(level))


if __name__ == "__main__":
    main(*sys.argv[1:])
