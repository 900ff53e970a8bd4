"""The Parquet files of saved models: order, codecs, limits, damage."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from pmmlkit.errors import ExportError, LimitError, UnsupportedError
from pmmlkit.exporters.spark.saved import read_saved
from pmmlkit.limits import Limits
from tests.exporters.spark.saved_fixtures import NEWEST, made, unpacked, written

pytest.importorskip("pyarrow")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A saved pipeline on disk, `classification` of the newest release."""
    return unpacked(NEWEST, "classification", tmp_path)


def test_rows_are_in_the_order_written(folder: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    for number in (100_000, 2, 99_999, 0):
        parquet.write_table(
            pyarrow.table({"n": [number]}), made(folder / "data") / f"part-{number:05}-a.parquet"
        )
    assert read_saved(folder).table()["n"].to_pylist() == [0, 2, 99_999, 100_000]


@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "zstd", "lz4"])
def test_codecs(codec: str, folder: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    table = pyarrow.table({"n": list(range(1000))})
    parquet.write_table(table, made(folder / "data") / "part-00000.parquet", compression=codec)
    assert read_saved(folder).table().equals(table)


def test_data_are_missing(folder: Path) -> None:
    shutil.rmtree(next((folder / "stages").glob("0_*")) / "data")
    model = read_saved(folder)
    assert not model.stages[0].has("data")
    with pytest.raises(ExportError, match=r"/data has no Parquet file: the folder is incomplete"):
        model.stages[0].table()


def test_data_are_cut_off(folder: Path) -> None:
    path = next(next((folder / "stages").glob("0_*")).glob("data/*.parquet"))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ExportError, match=r"\.parquet is cut off or damaged"):
        read_saved(folder).stages[0].table()


def test_data_of_different_columns(folder: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    for number, name in enumerate("ab"):
        path = made(folder / "data") / f"part-0000{number}.parquet"
        parquet.write_table(pyarrow.table({name: [1]}), path)
    with pytest.raises(ExportError, match="different columns"):
        read_saved(folder).table()


def test_limits_of_size(tmp_path: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    written(tmp_path)
    path = made(tmp_path / "data") / "part-00000.parquet"
    parquet.write_table(pyarrow.table({"n": [0] * 100_000}), path)
    small = path.stat().st_size
    assert read_saved(tmp_path).table().num_rows == 100_000
    with pytest.raises(LimitError, match=r"Limits\.elements = 1000"):
        read_saved(tmp_path, Limits(elements=1000)).table()
    with pytest.raises(LimitError, match=r"Limits\.document_bytes"):
        read_saved(tmp_path, Limits(document_bytes=small - 1)).table()


def test_without_pyarrow(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = read_saved(folder)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(UnsupportedError, match=r'need pyarrow: pip install "pmmlkit\[io\]"'):
        model.stages[0].table()
