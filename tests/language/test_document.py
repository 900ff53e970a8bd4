"""The document: versions, namespaces, reading, writing, what is kept."""

from __future__ import annotations

import copy
import gzip
import io
import pickle
from pathlib import Path

import pytest

import pmmlkit
from pmmlkit.language.document import PMML, VERSIONS, Document
from pmmlkit.language.extension import Extension
from tests.documents import CLASSIFICATION, ENSEMBLE, REGRESSION


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_versions(version: str, scheme: str) -> None:
    major, minor = version.split(".")[:2]
    text = REGRESSION.replace(b'version="4.4"', f'version="{version}"'.encode()).replace(
        b"http://www.dmg.org/PMML-4_4", f"{scheme}://www.dmg.org/PMML-{major}_{minor}".encode()
    )
    document = Document.read(text)
    assert document.version == version
    assert document.findings == ()
    assert pmmlkit.load(document).evaluate({"x": 1.0, "colour": "red"}) == {"y": 13.0}
    written = document.to_bytes()
    assert f'xmlns="http://www.dmg.org/PMML-{major}_{minor}"'.encode() in written
    assert Document.read(written) == document


def test_a_document_without_a_namespace() -> None:
    text = REGRESSION.replace(b' xmlns="http://www.dmg.org/PMML-4_4"', b"")
    assert Document.read(text).root == Document.read(REGRESSION).root


def test_a_namespace_with_a_prefix() -> None:
    text = (
        REGRESSION.replace(b"xmlns=", b"xmlns:p=").replace(b"<", b"<p:").replace(b"<p:/", b"</p:")
    )
    text = text.replace(b"<p:?xml", b"<?xml")
    assert Document.read(text).root == Document.read(REGRESSION).root


@pytest.mark.parametrize("text", [REGRESSION, CLASSIFICATION, ENSEMBLE])
def test_round_trips(text: bytes, tmp_path: Path) -> None:
    document = Document.read(text)
    written = document.to_bytes()
    again = Document.read(written)
    assert again == document
    assert again.to_bytes() == written
    assert pickle.loads(pickle.dumps(document)) == document
    assert copy.deepcopy(document) == document
    for name in ("m.pmml", "m.pmml.gz"):
        document.write(tmp_path / name)
        assert Document.read(tmp_path / name) == document
        assert Document.read(str(tmp_path / name)).source == str(tmp_path / name)
    assert gzip.decompress((tmp_path / "m.pmml.gz").read_bytes()) == written
    assert (tmp_path / "m.pmml").read_bytes() == written
    assert b"".join(document.blocks()) == written


def test_gzip_is_unpacked_only_when_the_name_says_so(tmp_path: Path) -> None:
    (tmp_path / "m.pmml").write_bytes(gzip.compress(REGRESSION))
    for source in (tmp_path / "m.pmml", gzip.compress(REGRESSION)):
        with pytest.raises(pmmlkit.MarkupError, match="not well-formed"):
            Document.read(source)


EXTENDED = REGRESSION.replace(
    b"<Header/>",
    b"""<Header copyright="us" x:seal="1" xmlns:x="http://example.org/x">
    <Extension name="note" extender="us">
      <x:Note at="1"><b>bold</b> text &lt;&amp;</x:Note> tail
    </Extension>
    <Application name="hand" version="1"/><Annotation>first<i/>second</Annotation>
    <Timestamp>2020-01-01</Timestamp>
  </Header>
  <MiningBuildTask><Anything goes="here">too</Anything></MiningBuildTask>""",
)


def test_extensions_and_markup_of_others_are_kept() -> None:
    document = Document.read(EXTENDED)
    written = document.to_bytes()
    for text in (
        b'x:seal="1"',
        b'xmlns:x="http://example.org/x"',
        b'<x:Note at="1"><b>bold</b> text &lt;&amp;</x:Note> tail',
        b"first<i/>second",
        b"2020-01-01",
        b'<Anything goes="here">too</Anything>',
    ):
        assert text in written, text
    assert Document.read(written) == document
    assert not [item for item in document.findings if item.severity == "error"]
    assert pmmlkit.load(document).evaluate({"x": 1.0, "colour": "red"}) == {"y": 13.0}


def test_comments_and_processing_instructions_are_dropped() -> None:
    text = REGRESSION.replace(b"<Header/>", b"<!-- a --><?do it?><Header><!-- b --></Header>")
    assert Document.read(text) == Document.read(REGRESSION)


def test_documents_made_by_hand() -> None:
    read = Document.read(REGRESSION).root
    made = PMML(
        header=read.header,
        data_dictionary=read.data_dictionary,
        models=read.models,
        extensions=(Extension(name="made", value="by hand", content=None),),
    )
    document = Document(made)
    assert document.version == "4.4"
    assert document.source == ""
    assert Document.read(document.to_bytes()) == document
    assert pmmlkit.load(document).evaluate({"x": 1.0, "colour": "red"}) == {"y": 13.0}


def test_lines_and_sources_are_no_part_of_equality(tmp_path: Path) -> None:
    (tmp_path / "m.pmml").write_bytes(REGRESSION.replace(b"\n", b"\n\n"))
    other = Document.read(tmp_path / "m.pmml")
    assert other == Document.read(REGRESSION)
    assert other.root.header.line != Document.read(REGRESSION).root.header.line


class Slow(io.BytesIO):
    """A stream that gives few bytes at a time, as a socket may."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(7 if size is None or size < 0 else min(size, 7))


def test_streams_that_give_little_at_a_time() -> None:
    assert Document.read(Slow(REGRESSION)) == Document.read(REGRESSION)


def test_writing_replaces_a_file_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.pmml"
    path.write_bytes(b"as it was")
    document = Document.read(REGRESSION)

    def failing(self: Document) -> object:
        yield b"<PMML"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Document, "blocks", failing)
    with pytest.raises(pmmlkit.DataError, match=r"cannot write .*No space left"):
        document.write(path)
    assert path.read_bytes() == b"as it was"
    assert list(tmp_path.iterdir()) == [path]
