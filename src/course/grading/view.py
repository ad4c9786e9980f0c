"""What a learner's code may see of the disk: Python, its libraries, our packages.

Not in it: solutions, tests, banks of answers, other submissions, the home folder.
"""

import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("course", "openrouter_factory", "openrouter_sim")
_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin")
_SYSTEM_FILES = ("ld.so.cache", "localtime", "mime.types", "nsswitch.conf", "passwd")


def readable() -> list[Path]:
    """Folders and files to read, without those that lie in another of them."""
    found = {Path(sys.prefix), Path(sys.base_prefix), *map(_folder, PACKAGES)}
    found |= {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}
    found |= {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}
    found |= {Path(name) for name in _SYSTEM}
    found |= {Path("/etc") / name for name in _SYSTEM_FILES}
    found |= {Path("/etc/ld.so.conf.d"), Path("/etc/alternatives")}
    there = {path for path in found if path.exists()}
    return sorted(p for p in there if there.isdisjoint(p.parents))


def _folder(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(next(iter(spec.submodule_search_locations))).resolve()
