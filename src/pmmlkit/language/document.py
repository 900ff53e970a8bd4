"""The document: PMML, Header and what stands in it, and `Document`, the root with what was read
around it.

Specification: chapters General Structure and Header.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from pmmlkit.errors import DataError, Finding, MarkupError, UnsupportedError
from pmmlkit.language.extension import Extension
from pmmlkit.language.groups import MODEL
from pmmlkit.limits import Limits
from pmmlkit.whole_file import whole_file
from pmmlkit.xml.content import Mixed, repeat
from pmmlkit.xml.content import child as leaf
from pmmlkit.xml.declaration import Element, attribute, child, children, markup
from pmmlkit.xml.markup import Markup
from pmmlkit.xml.reader import read
from pmmlkit.xml.writer import write

if TYPE_CHECKING:
    from pmmlkit.language.data_dictionary import DataDictionary
    from pmmlkit.language.derived_field import TransformationDictionary
    from pmmlkit.language.models.model import Model
    from pmmlkit.xml.feed import BulkRun

__all__ = [
    "PMML",
    "VERSIONS",
    "Annotation",
    "Application",
    "Document",
    "Header",
    "MiningBuildTask",
    "Timestamp",
    "namespace_version",
    "open_document",
]

VERSIONS = ("3.0", "3.1", "3.2", "4.0", "4.1", "4.2", "4.2.1", "4.3", "4.4", "4.4.1")
"""The versions of PMML that are read."""

_NAMESPACE = re.compile(r"https?://www\.dmg\.org/PMML-([0-9])_([0-9])")
_DIALECT = re.compile(r"https?://xpmml\.org/XPMML.*")
"""JPMML's superset of PMML, read as 4.4 with extensions."""


_EXTENSIONS: Final = repeat(leaf("Extension", into="content"))
"""What the schema has in the elements that are kept as markup."""


class Application(Element):
    """The producer of the document. Specification: Header."""

    name: str = attribute(required=True, default="")
    version: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class Annotation(Element, earlier={"4.4.1": Mixed(_EXTENSIONS)}):
    """A remark about the history of the document. Specification: Header."""

    content: Markup | None = markup()


class Timestamp(Element, earlier={"4.4.1": Mixed(_EXTENSIONS)}):
    """When the model was made. Specification: Header."""

    content: Markup | None = markup()


class Header(Element):
    """Who made the document, and what for. Specification: Header."""

    copyright: str | None = attribute(default=None, earlier={"4.0": {"required": True}})
    description: str | None = attribute(default=None)
    model_version: str | None = attribute(default=None, since="4.3")
    extensions: tuple[Extension, ...] = children("Extension", default=())
    application: Application | None = child("Application", default=None)
    annotations: tuple[Annotation, ...] = children("Annotation", default=())
    timestamp: Timestamp | None = child("Timestamp", default=None)


class MiningBuildTask(Element, earlier={"4.4.1": _EXTENSIONS}):
    """How the model was built, in any markup. Specification: General Structure."""

    content: Markup | None = markup()


class PMML(Element):
    """The root. Specification: General Structure."""

    version: str = attribute(required=True, default="4.4")
    base_version: str | None = attribute("x-baseVersion", default=None)
    header: Header = child("Header", required=True, default=None)
    mining_build_task: MiningBuildTask | None = child("MiningBuildTask", default=None)
    data_dictionary: DataDictionary = child("DataDictionary", required=True)
    transformation_dictionary: TransformationDictionary | None = child(
        "TransformationDictionary", default=None
    )
    models: tuple[Model, ...] = children(*MODEL, default=())
    extensions: tuple[Extension, ...] = children("Extension", default=())


def namespace_version(uri: str) -> str | None:
    """Return the version of which a namespace is, None where it is not PMML's."""
    match = _NAMESPACE.fullmatch(uri)
    if match:
        return f"{match[1]}.{match[2]}"
    return "4.4" if _DIALECT.fullmatch(uri) else None


def _check_root(tag: str, attributes: dict[str, str]) -> None:
    namespace = next((uri for name, uri in attributes.items() if _is_own(name, uri)), "")
    other = attributes.get("xmlns", "")
    if tag != "PMML" or (other and not namespace):
        found = f"{tag} in namespace {other!r:.80}" if other else tag
        text = f"the root element is {found}, not PMML; is this a PMML document?"
        raise MarkupError(text, code="PMML002")
    version = attributes.get("version", namespace_version(namespace) if namespace else None)
    if version is None:
        raise MarkupError("the document states no version of PMML", element="PMML")
    if version.strip() not in VERSIONS:
        raise UnsupportedError(
            f"version {version!r:.40} of PMML is not known; known are {', '.join(VERSIONS)}",
            element="PMML",
        )


def _is_own(name: str, uri: str) -> bool:
    return (name == "xmlns" or name.startswith("xmlns:")) and namespace_version(uri) is not None


@dataclass(frozen=True, slots=True)
class Document:
    """A PMML document: the root element and what was read around it.

    `source` names where it came from (for messages). `namespaces` are the namespace declarations of
    the root besides PMML's own. `findings` is what the reader had to say; `fatal` those that keep
    it from being scored. `runs` are the stretches of its text that were read in bulk.
    """

    root: PMML
    source: str = field(default="", compare=False)
    namespaces: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = field(default=(), compare=False)
    fatal: tuple[Finding, ...] = field(default=(), compare=False)
    runs: tuple[BulkRun, ...] = field(default=(), compare=False, repr=False)

    @property
    def version(self) -> str:
        """The version of PMML, as ``"4.4"``."""
        return self.root.version.strip()

    @classmethod
    def read(
        cls, source: str | os.PathLike[str] | bytes | BinaryIO, limits: Limits | None = None
    ) -> Document:
        """Read a document from a path, bytes or an open binary file.

        A path that ends in ``.gz`` is read through gzip; nothing else is unpacked.

        Raises MarkupError, UnsupportedError (unknown version), LimitError; DataError where the file
        cannot be read.
        """
        from pmmlkit.language.vocabulary import TAGS, element_classes

        bounds = limits or Limits()
        with open_document(source) as (stream, name):
            result = read(stream, element_classes(), TAGS, _check_root, bounds)
        assert isinstance(result.root, PMML)
        return cls(result.root, name, result.namespaces, result.findings, result.fatal, result.runs)

    def blocks(self) -> Iterator[bytes]:
        """Yield the text in blocks of UTF-8 bytes; equal documents give equal bytes."""
        major, minor = self.version.split(".")[:2]
        own = ("xmlns", f"http://www.dmg.org/PMML-{major}_{minor}")
        return write(self.root, (own, *self.namespaces))

    def to_bytes(self) -> bytes:
        """Return the text as UTF-8 bytes."""
        return b"".join(self.blocks())

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the file, whole or not at all; a path that ends in ``.gz`` is compressed.

        Raises DataError where the file cannot be written.
        """
        target = Path(path)
        try:
            with whole_file(target) as raw, _compressed(raw, target) as stream:
                for block in self.blocks():
                    stream.write(block)
        except OSError as error:
            raise DataError(f"cannot write {target}: {error.strerror or error}") from error

    def __reduce__(self) -> tuple[Any, ...]:
        return (_from_bytes, (gzip.compress(self.to_bytes(), 1, mtime=0), self.source))


def _from_bytes(packed: bytes, source: str) -> Document:
    document = Document.read(gzip.decompress(packed))
    return Document(document.root, source, document.namespaces, document.findings, document.fatal)


def _compressed(raw: BinaryIO, target: Path) -> contextlib.AbstractContextManager[Any]:
    if target.suffix == ".gz":
        return gzip.GzipFile("", "wb", 6, raw, mtime=0)
    return contextlib.nullcontext(raw)


@contextlib.contextmanager
def open_document(
    source: str | os.PathLike[str] | bytes | BinaryIO,
) -> Iterator[tuple[bytes | BinaryIO, str]]:
    """Open what a user names as a document; yield it with its name for messages."""
    if isinstance(source, bytes | bytearray | memoryview):
        yield bytes(source), ""
        return
    if not isinstance(source, str | os.PathLike):
        if not hasattr(source, "read"):
            raise DataError(
                f"a document is a path, bytes, an open binary file or a Document, not "
                f"{type(source).__name__}"
            )
        if isinstance(source, io.TextIOBase):
            raise DataError("open the document in binary mode: its encoding stands inside")
        yield source, str(getattr(source, "name", ""))
        return
    path = Path(source)
    try:
        with open(path, "rb") as raw:
            if path.suffix == ".gz":
                with gzip.open(raw, "rb") as unpacked:
                    yield unpacked, str(path)  # type: ignore[misc]  # read as a BinaryIO is
            else:
                yield raw, str(path)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"cannot read {path}: {reason}") from error
