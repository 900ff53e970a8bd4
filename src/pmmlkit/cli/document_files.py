"""The files that a user means by names of files and folders."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pmmlkit.errors import DataError
from pmmlkit.validation.report import Unreadable
from pmmlkit.validation.source_lines import head_of

__all__ = ["document_files"]

_ENDINGS: Final = (".pmml", ".pmml.gz")
_HEAD: Final = 1 << 16
"""The root element of a document begins within so many bytes."""

_BEFORE_ROOT: Final = (("<?", "?>"), ("<!--", "-->"), ("<!", ">"))
_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?PMML[\s/>]")


def document_files(names: Iterable[str]) -> Iterator[str | Unreadable]:
    """Yield each file once, and for a folder the documents in it and below it, by their names.

    A document in a folder ends in .pmml or .pmml.gz, or in .xml where its root element is PMML;
    folders whose names begin with a dot are left out. A folder that cannot be read or has no
    document is `Unreadable`.
    """
    told: set[str] = set()
    for name in names:
        for found in _in_folder(name) if os.path.isdir(name) else (name,):
            if isinstance(found, Unreadable):
                yield found
                continue
            place = found if found == "-" else os.path.abspath(found)
            if place not in told:
                told.add(place)
                yield found


def _in_folder(name: str) -> Iterator[str | Unreadable]:
    try:
        found = sorted(_documents(Path(name)))
    except DataError as error:
        yield Unreadable(name, error.message)
        return
    if not found:
        yield Unreadable(
            name, f"no documents in {name}: no .pmml, no .pmml.gz, no .xml with the root PMML"
        )
    yield from map(str, found)


def _documents(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder, onerror=_stop):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = Path(place, name)
            if _is_document(path):
                yield path


def _stop(error: OSError) -> None:
    raise DataError(f"cannot read {error.filename}: {error.strerror or error}") from error


def _is_document(path: Path) -> bool:
    if path.exists() and not path.is_file():
        return False  # a pipe would be waited for
    name = path.name.lower()
    return name.endswith(_ENDINGS) or (name.endswith(".xml") and _has_root(path))


def _has_root(path: Path) -> bool:
    """Tell whether the root element is PMML; of a file that cannot be read that is to be told."""
    try:
        with open(path, "rb") as stream:
            text = head_of(stream.read(_HEAD))
    except OSError:
        return True
    at = _after_space(text, 0)
    while True:
        closing = next((end for start, end in _BEFORE_ROOT if text.startswith(start, at)), None)
        if closing is None:
            return _ROOT.match(text, at) is not None
        end = text.find(closing, at)
        if end < 0:
            return False
        at = _after_space(text, end + len(closing))


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
