"""Saved models in folders and zips, and what is neither."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pmmlkit.errors import ExportError, LimitError, PmmlError
from pmmlkit.exporters.spark.saved import read_saved
from pmmlkit.limits import Limits
from tests.exporters.spark.saved_fixtures import NEWEST, RELEASES, about, archive, unpacked, zipped

pytest.importorskip("pyarrow")


@pytest.mark.parametrize("release", RELEASES)
def test_folder_and_zip_are_read_alike(release: str, tmp_path: Path) -> None:
    place = unpacked(release, "forest", tmp_path)
    flat = shutil.make_archive(str(tmp_path / "flat"), "zip", place)
    # As Spark and Hadoop leave it.
    (place / "metadata" / "_SUCCESS").touch()
    (place / "metadata" / ".part-00000.crc").write_bytes(b"crc\0")
    first = read_saved(archive(release, "forest"))
    for source in (place, str(place), place.as_uri(), flat):
        other = read_saved(source)
        assert other.params == first.params
        assert [each.params for each in other.stages] == [each.params for each in first.stages]
        assert other.stages[-1].table().equals(first.stages[-1].table())


@pytest.mark.parametrize(
    "source",
    ["hdfs://host/models/m", "s3://bucket/m", "s3a://bucket/m", "dbfs:/models/m", "abfss://a@b/m"],
)
def test_other_machines(source: str) -> None:
    with pytest.raises(ExportError, match=r"is not read from here: copy the whole folder"):
        read_saved(source)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="there is no such folder"):
        read_saved(tmp_path / "absent")


def test_a_zip_that_swells(tmp_path: Path) -> None:
    swollen = zipped(tmp_path / "m.zip", {"metadata/part-00000": b" " * 1_000_000})
    with pytest.raises(LimitError, match=r"Limits\.document_bytes = 100000"):
        read_saved(swollen, Limits(document_bytes=100_000))


@pytest.mark.parametrize("name", ["../metadata/part-00000", "/metadata/part-00000", "C:/m/p"])
def test_members_outside_of_a_zip(name: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="has a member outside of it"):
        read_saved(zipped(tmp_path / "m.zip", {name: b"{}"}))


def test_members_deep_in_a_zip(tmp_path: Path) -> None:
    with pytest.raises(LimitError, match=r"Limits\.model_depth"):
        read_saved(zipped(tmp_path / "m.zip", {"a/" * 500 + "b": b"{}"}))


def test_a_zip_with_other_things_at_its_top(tmp_path: Path) -> None:
    content = json.dumps(about()).encode()
    members = {"m/metadata/part-00000": content, "__MACOSX/m/._x": b"", "./note.txt": b""}
    assert read_saved(zipped(tmp_path / "m.zip", members)).uid == "tok"
    windows = {"m\\metadata\\part-00000": content}
    assert read_saved(zipped(tmp_path / "w.zip", windows)).uid == "tok"


def test_a_zip_of_several_models(tmp_path: Path) -> None:
    members = {f"{name}/metadata/part-00000": b"{}" for name in "ab"}
    with pytest.raises(ExportError, match="several saved models: a, b"):
        read_saved(zipped(tmp_path / "m.zip", members))


def test_a_zip_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="is not a model that Spark saved"):
        read_saved(zipped(tmp_path / "m.zip", {"x.txt": b""}))


def test_a_file_that_is_no_zip(tmp_path: Path) -> None:
    path = tmp_path / "m.zip"
    path.write_bytes(archive(NEWEST, "bins").read_bytes()[:-30])
    with pytest.raises(ExportError, match="is not a zip"):
        read_saved(path)


@pytest.mark.parametrize("position", range(0, 4000, 97))
def test_a_damaged_zip(position: int, tmp_path: Path) -> None:
    """It is read or refused; nothing else happens."""
    content = bytearray(archive(NEWEST, "clusters").read_bytes())
    content[position % len(content)] ^= 0xFF
    path = tmp_path / "m.zip"
    path.write_bytes(content)
    try:
        for each in read_saved(path).stages:
            if each.has("data"):
                each.table()
    except PmmlError:
        pass
