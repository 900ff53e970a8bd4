"""Where a saved model lies: a folder or a zip, by the names of its folders and files."""

from __future__ import annotations

import io
import os
import re
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from pmmlkit.errors import ExportError, LimitError
from pmmlkit.exporters.model_files import bytes_of_file
from pmmlkit.limits import Limits

__all__ = ["Folder", "opened"]

_REMOTE = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]+):/")
_PART = re.compile(r"part-(?:[a-z]-)?([0-9]{1,18})")

_HIDDEN = ("_", ".")
"""What Spark and Hadoop put beside the data: `_SUCCESS`, `.part-00000.crc`, `_temporary`."""


class Folder(ABC):
    """A saved model's files; paths are relative, with slashes, ``""`` is the model itself.

    `title` is the name for error texts.
    """

    def __init__(self, title: str, limits: Limits) -> None:
        self.title = title
        self.limits = limits

    @abstractmethod
    def folders(self, path: str) -> Sequence[str]:
        """Return the names of the folders in a folder, sorted; none where it is absent."""

    @abstractmethod
    def names(self, path: str) -> Sequence[str]:
        """Return the names of the files in a folder; none where it is absent."""

    @abstractmethod
    def stored(self, path: str) -> bytes:
        """Return what a file holds.

        Raises ExportError where it cannot be read, LimitError where it goes beyond
        ``Limits.document_bytes``.
        """

    def parts(self, path: str) -> list[str]:
        """Return the paths of the files that Spark wrote in a folder, in the order written."""
        files = [name for name in self.names(path) if not name.startswith(_HIDDEN)]
        return [joined(path, name) for name in sorted(files, key=_order)]

    def shown(self, path: str) -> str:
        """Return a path inside as error texts name it."""
        return f"{self.title}/{path}" if path else self.title


class DiskFolder(Folder):
    """A folder on disk."""

    def __init__(self, root: Path, limits: Limits) -> None:
        super().__init__(root.name or str(root), limits)
        self.root = root

    def folders(self, path: str) -> Sequence[str]:
        return sorted(entry.name for entry in self._entries(path) if entry.is_dir())

    def names(self, path: str) -> Sequence[str]:
        return sorted(entry.name for entry in self._entries(path) if entry.is_file())

    def stored(self, path: str) -> bytes:
        return bytes_of_file(self.root / path, self.limits)

    def _entries(self, path: str) -> list[Path]:
        try:
            return list((self.root / path).iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise ExportError(
                f"{self.shown(path)} cannot be read: {error.strerror or type(error).__name__}"
            ) from error


class ZipFolder(Folder):
    """A zip that holds the folder's content or, at its top, the folder; nothing is unpacked to
    disk.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        super().__init__(path.name, limits)
        try:
            # From memory: a file that stays open would have to be closed by whoever reads last.
            self._zip = zipfile.ZipFile(io.BytesIO(bytes_of_file(path, limits)))
            members = self._zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise ExportError(f"{self.title} is not a zip, or only a piece of one") from error
        self._files: dict[str, dict[str, zipfile.ZipInfo]] = {}
        self._folders: dict[str, set[str]] = {}
        for member in members:
            self._add(member)
        self._root = self._top()

    def folders(self, path: str) -> Sequence[str]:
        return sorted(self._folders.get(joined(self._root, path), ()))

    def names(self, path: str) -> Sequence[str]:
        return sorted(self._files.get(joined(self._root, path), ()))

    def stored(self, path: str) -> bytes:
        folder, _, name = joined(self._root, path).rpartition("/")
        most = self.limits.document_bytes
        try:
            with self._zip.open(self._files[folder][name]) as stream:
                content = stream.read(most + 1)
        except (
            KeyError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            ValueError,
        ) as error:
            raise ExportError(
                f"{self.shown(path)} cannot be read: encrypted, cut off or damaged"
            ) from error
        if len(content) > most:
            raise LimitError(f"{self.shown(path)} is longer than Limits.document_bytes = {most}")
        return content

    def _add(self, member: zipfile.ZipInfo) -> None:
        names = member.filename.replace("\\", "/").split("/")
        if ".." in names or names[0] == "" or names[0].endswith(":"):
            raise ExportError(f"{self.title} has a member outside of it: {member.filename[:200]!r}")
        *folders, name = [each for each in names if each != "."]
        if len(folders) > self.limits.model_depth:
            raise LimitError(
                f"{self.title} has folders deeper than "
                f"Limits.model_depth = {self.limits.model_depth}"
            )
        path = ""
        for folder in folders:
            self._folders.setdefault(path, set()).add(folder)
            path = joined(path, folder)
        if name:
            self._files.setdefault(path, {})[name] = member

    def _top(self) -> str:
        tops = [
            name
            for name in sorted(self._folders.get("", ()))
            if "metadata" in self._folders.get(name, ())
        ]
        if "metadata" in self._folders.get("", ()) or not tops:
            return ""
        if len(tops) > 1:
            raise ExportError(f"{self.title} holds several saved models: {', '.join(tops[:10])}")
        return tops[0]


def opened(source: str | os.PathLike[str], limits: Limits) -> Folder:
    """Return the folder or the zip at a path of this machine, ``file:`` in front or not.

    Raises ExportError where there is none, or the path is that of another machine.
    """
    text = os.fspath(source)
    if scheme := _REMOTE.match(text):
        if scheme[1].lower() != "file":
            raise ExportError(
                f"{scheme[1]}: is not read from here: copy the whole folder to this machine "
                "and give its path"
            )
        text = unquote(urlsplit(text).path)
    path = Path(text)
    try:
        if path.is_dir():
            return DiskFolder(path, limits)
        if path.is_file():
            return ZipFolder(path, limits)
    except (OSError, ValueError) as error:
        raise ExportError(f"{path.name} cannot be read") from error
    raise ExportError(f"{path.name}: there is no such folder and no such zip")


def joined(folder: str, name: str) -> str:
    """Return a path inside, of two pieces of which either may be empty."""
    return str(PurePosixPath(folder, name)) if folder and name else folder or name


def _order(name: str) -> tuple[int, str]:
    part = _PART.match(name)
    return (int(part[1]) if part else 0, name)
