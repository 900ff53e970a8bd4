"""Whether compiled kernels can be used here, and whether numba may keep them on disk."""

from __future__ import annotations

import os
import stat
from importlib.util import find_spec
from pathlib import Path


def fast_available() -> bool:
    """Return whether numba can be imported and PMMLKIT_NUMBA=0 does not forbid it."""
    return os.environ.get("PMMLKIT_NUMBA", "1") != "0" and find_spec("numba") is not None


def may_cache(source: str) -> bool:
    """Return whether numba may cache what it compiles from a source file.

    What is cached is read back as code, so a directory that everybody may write to is not used.
    """
    given = os.environ.get("NUMBA_CACHE_DIR")
    directory = Path(given) if given else Path(source).parent / "__pycache__"
    while not directory.exists() and directory != directory.parent:
        directory = directory.parent
    if not os.access(directory, os.W_OK):
        return False
    return not directory.stat().st_mode & stat.S_IWOTH
