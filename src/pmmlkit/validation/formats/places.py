"""The names of files as other programs want them: forward slashes, from the working folder on."""

from __future__ import annotations

import os
import re
from pathlib import PurePath, PureWindowsPath
from typing import Final
from urllib.parse import quote

__all__ = ["STDIN", "file_name", "file_uri"]

STDIN: Final = "<stdin>"
"""The source of a document that came through the standard input."""

_WINDOWS: Final = re.compile(r"[A-Za-z]:[\\/]|\\\\")


def file_name(source: str) -> str:
    """Return the name of a file with forward slashes, from the working folder on if it is below
    it; ``"stdin"`` and ``"document"`` for what is no file.
    """
    return _path(source).as_posix()


def file_uri(source: str) -> str:
    """Return the URI of a file, relative to the working folder if it is below it."""
    path = _path(source)
    if ".." in path.parts:
        path = PurePath(os.path.abspath(path))
    if path.is_absolute():
        return path.as_uri()
    return quote(os.fsencode(path.as_posix()), safe="/")


def _path(source: str) -> PurePath:
    if _WINDOWS.match(source):
        return PureWindowsPath(source)
    if source in ("", STDIN):
        return PurePath("stdin" if source else "document")
    path, folder = PurePath(os.path.normpath(source)), PurePath(os.getcwd())
    return path.relative_to(folder) if path.is_relative_to(folder) else path
