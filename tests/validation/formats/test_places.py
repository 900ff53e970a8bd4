"""Names of files for other programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmmlkit.validation.formats.places import file_name, file_uri


@pytest.mark.parametrize(
    ("source", "name", "uri"),
    [
        ("m.pmml", "m.pmml", "m.pmml"),
        ("./a/../b/m.pmml", "b/m.pmml", "b/m.pmml"),
        ("my models/100%.pmml", "my models/100%.pmml", "my%20models/100%25.pmml"),
        ("\u00fc#?.pmml", "\u00fc#?.pmml", "%C3%BC%23%3F.pmml"),
        ("a:b.pmml", "a:b.pmml", "a%3Ab.pmml"),
        ("<a>.pmml", "<a>.pmml", "%3Ca%3E.pmml"),
        ("bytes\udcff.pmml", "bytes\udcff.pmml", "bytes%FF.pmml"),
        (r"C:\my models\m.pmml", "C:/my models/m.pmml", "file:///C:/my%20models/m.pmml"),
        (r"\\server\share\m.pmml", "//server/share/m.pmml", "file://server/share/m.pmml"),
        ("<stdin>", "stdin", "stdin"),
        ("", "document", "document"),
    ],
)
def test_relative(source: str, name: str, uri: str) -> None:
    assert (file_name(source), file_uri(source)) == (name, uri)


def test_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    inside, outside = tmp_path / "in" / "a b.pmml", tmp_path / "a b.pmml"
    assert (file_name(str(inside)), file_uri(str(inside))) == ("a b.pmml", "a%20b.pmml")
    assert (file_name(str(outside)), file_uri(str(outside))) == (
        outside.as_posix(),
        outside.as_uri(),
    )
    assert file_uri("../a b.pmml") == outside.as_uri()
    assert file_name("../a b.pmml") == "../a b.pmml"
