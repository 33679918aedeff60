"""What a test needs from the machine: found, or the test is skipped with the way to get it.

In CI a skipped test fails the run (tests/conftest.py), so nothing is silently left out there.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

# A process that is root in a world of its own, where it may mount.
ALONE = ("--user", "--map-root-user", "--mount")
ROOT = Path(__file__).resolve().parents[2]


def program(name: str, how: str) -> Path:
    """Return where a program is; skip the test, saying how to get it, where it is missing."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"needs {name}: {how}")
    return Path(found)


def chromium() -> Path:
    """Return the browser: LIEMCHINH_CHROMIUM, or a Chromium on PATH; skip where there is none."""
    chosen = os.environ.get("LIEMCHINH_CHROMIUM")
    if chosen:
        return program(chosen, "LIEMCHINH_CHROMIUM names no program")
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    pytest.skip("needs chromium: apt-get install chromium, or set LIEMCHINH_CHROMIUM")


def node() -> Path:
    """Return the Node.js program; skip the test where it is missing."""
    return program("node", "apt-get install nodejs npm, then make node")


def node_package(name: str) -> Path:
    """Return the folder of an installed npm package; skip the test where it is missing."""
    folder = ROOT / "node_modules" / name
    if not (folder / "package.json").is_file():
        pytest.skip(f"needs the npm package {name}: make node")
    return folder


def postgresql() -> Path:
    """Return the folder of PostgreSQL's programs; skip the test where they are missing."""
    initdb = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if initdb is None and not found:
        pytest.skip("needs PostgreSQL's programs: apt-get install postgresql")
    return Path(initdb).resolve().parent if initdb else found[-1].parent


def redis() -> Path:
    """Return the Redis server; skip the test where it is missing."""
    return program("redis-server", "apt-get install redis-server")


def mounts_of_its_own() -> Path:
    """Return the program that gives a process mounts of its own; skip where that is forbidden."""
    unshare = program("unshare", "apt-get install util-linux")
    tried = subprocess.run([str(unshare), *ALONE, "true"], check=False, capture_output=True)
    if tried.returncode:
        pytest.skip("needs user namespaces: sysctl kernel.unprivileged_userns_clone=1, or root")
    return unshare


def _version(initdb: Path) -> int:
    version = initdb.parents[1].name
    return int(version) if version.isdecimal() else 0
