"""An output file appears whole or not at all: it is written beside its place and renamed when it is
complete.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

__all__ = ["whole_file"]


@contextlib.contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of `target` when the block ends without an error.

    A link keeps pointing to the file that is replaced, and a file keeps its permissions. Raises
    OSError.
    """
    place = Path(os.path.realpath(target))
    mode = None
    if place.exists():
        mode = stat.S_IMODE(place.stat().st_mode)
        if place.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
        if not os.access(place, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    # A short name of its own: the target's may be as long as the file system allows.
    beside = place.with_name(f".pmmlkit-{secrets.token_hex(8)}")
    try:
        with open(beside, "xb") as stream:
            if mode is not None:
                beside.chmod(mode)
            yield stream
        beside.replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
