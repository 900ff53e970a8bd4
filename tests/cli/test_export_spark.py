"""`pmmlkit export` of what Spark has saved: folders and zips, schemas, options without meaning."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

import pmmlkit
from tests.cli.test_export import run

pa = pytest.importorskip("pyarrow")

FIXTURES = Path(__file__).parents[1] / "data" / "spark"
SAVED = FIXTURES / "4.0.5" / "bins.zip"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a saved pipeline, its zip, and its schema."""
    monkeypatch.chdir(tmp_path)
    Path("saved.zip").write_bytes(SAVED.read_bytes())
    with zipfile.ZipFile(SAVED) as packed:
        packed.extractall("unpacked")
    (top,) = Path("unpacked").iterdir()
    top.rename("saved")
    schema = json.loads((FIXTURES / "rows" / "bins.json").read_text("utf-8"))["schema"]
    Path("schema.json").write_text(json.dumps(schema), "utf-8")
    return tmp_path


def _types() -> dict[str, str]:
    return {field.name: field.data_type for field in pmmlkit.load("out.pmml").inputs}


def test_folders_and_zips(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("export saved out.pmml --schema schema.json", capfd) == (0, "")
    first = Path("out.pmml").read_bytes()
    assert run("export saved.zip out.pmml --schema schema.json --name bins", capfd) == (0, "")
    assert b'modelName="bins"' in Path("out.pmml").read_bytes()
    schema = json.loads(Path("schema.json").read_text("utf-8"))
    assert first == pmmlkit.export("saved", schema=schema).to_bytes()


def test_types_from_data(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from pyarrow import csv, feather, parquet

    assert run("export saved out.pmml", capfd) == (0, "")
    names = list(_types())
    assert set(_types().values()) == {"double"}
    table = pa.table({name: pa.array([1, 2], pa.int32()) for name in names})
    wide = table.append_column("list", pa.array([[1], [2]]))
    wide = wide.append_column("kind", pa.array(["a", "b"]).dictionary_encode())
    csv.write_csv(table, "rows.csv")
    Path("rows.tsv").write_text(Path("rows.csv").read_text().replace(",", "\t"))
    rows = (json.dumps(row) for row in table.to_pylist())
    Path("rows.jsonl").write_text("\n".join(rows))
    parquet.write_table(wide, "rows.parquet")
    feather.write_feather(wide, "rows.feather")
    Path("parts").mkdir()
    parquet.write_table(wide, "parts/part-0.parquet")
    for path in ("rows.csv", "rows.tsv", "rows.jsonl", "rows.parquet", "rows.feather", "parts"):
        assert run(f"export saved out.pmml --data {path}", capfd) == (0, ""), path
        assert set(_types().values()) == {"integer"}, path


def test_parquet_of_spark_says_its_own_schema(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from pyarrow import parquet

    assert run("export saved out.pmml --schema schema.json", capfd) == (0, "")
    stated = _types()
    key = b"org.apache.spark.sql.parquet.row.metadata"
    table = pa.table({name: pa.array([True]) for name in stated})
    table = table.replace_schema_metadata({key: Path("schema.json").read_bytes()})
    parquet.write_table(table, "rows.parquet")
    assert run("export saved out.pmml --data rows.parquet", capfd) == (0, "")
    assert _types() == stated


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ("--verification 3", 2, "--verification is not for what Spark has saved"),
        ("--statistics", 2, "--statistics is not for what Spark has saved"),
        ("--check", 2, "--check is not for what Spark has saved"),
        ("--target y", 2, "--target is not for what Spark has saved"),
        ("--allow-pickle", 2, "--allow-pickle is not for"),
        ("--trust builtins.x", 2, "--trust is not for"),
        ("--schema none.json", 4, "cannot read none.json"),
        ("--schema list.json", 4, "an object is needed"),
        ("--data none.csv", 4, "cannot read none.csv"),
        ("--data rows.xyz", 4, "the format of rows.xyz is not plain"),
    ],
)
def test_options_that_do_not_fit(
    arguments: str, code: int, words: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("list.json").write_text("[]")
    found, err = run(f"export saved out.pmml {arguments}", capfd)
    assert (found, words in err.replace("\n", " ")) == (code, True), err
    assert not Path("out.pmml").exists()


def test_folders_that_are_no_model(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Path("empty").mkdir()
    Path("cut.zip").write_bytes(SAVED.read_bytes()[:100])
    for name in ("empty", "cut.zip", "none.zip"):
        code, err = run(f"export {name} out.pmml", capfd)
        assert (code, name in err) == (3, True)
