"""`pmmlkit score` of models whose rows depend on each other: never cut, whatever the chunk."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pmmlkit
from pmmlkit.limits import Limits
from pmmlkit.tables.frames import Table, joined, open_table
from tests.cli.test_score import run, score
from tests.corpus.cells import document

LISTING = document(
    '<RegressionModel functionName="regression"><MiningSchema>'
    '<MiningField name="g" usageType="group"/><MiningField name="x"/></MiningSchema>'
    '<Output><OutputField name="list" optype="continuous" dataType="double" '
    'feature="transformedValue"><FieldRef field="x"/></OutputField></Output>'
    '<RegressionTable intercept="1"/></RegressionModel>',
    {"g": "categorical string", "x": "continuous double"},
)
LAG = document(
    '<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/>'
    '<MiningField name="y" usageType="target"/></MiningSchema>'
    '<LocalTransformations><DerivedField name="d" optype="continuous" dataType="double">'
    '<Lag field="x"/></DerivedField></LocalTransformations><RegressionTable intercept="0">'
    '<NumericPredictor name="d" coefficient="1"/></RegressionTable></RegressionModel>',
    {"x": "continuous double", "y": "continuous double"},
)
ROWS = "g,x,id\na,1,7\nb,2,8\na,,9\nb,4.5,10\nc,INF,11\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.pmml").write_bytes(LISTING)
    (tmp_path / "lag.pmml").write_bytes(LAG)
    (tmp_path / "rows.csv").write_text(ROWS)
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_lists_in_csv_are_json(chunk: int, capfd: pytest.CaptureFixture[str]) -> None:
    out = score(f"list.pmml rows.csv --copy all --chunk {chunk}", capfd)
    assert out == (
        "x,id,g,_target,list\n"
        '1,7,a,1.0,"[1.0, null]"\n'
        '2,8,b,1.0,"[2.0, 4.5]"\n'
        'INF,11,c,1.0,"[""INF""]"\n'
    )


@pytest.mark.usefixtures("folder")
def test_lists_in_json_lines(capfd: pytest.CaptureFixture[str]) -> None:
    out = score("list.pmml rows.csv - --output-format jsonl --chunk 2", capfd)
    assert [json.loads(line)["list"] for line in out.splitlines()] == [
        [1.0, None],
        [2.0, 4.5],
        ["INF"],
    ]


def test_lists_in_parquet(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    table = pa.table({"g": ["a", "b", "a"], "x": [1.0, None, 3.0]})
    pq.write_table(table, folder / "rows.parquet", row_group_size=1)
    score("list.pmml rows.parquet out.parquet --chunk 1", capfd)
    out = pq.read_table(folder / "out.parquet")
    assert out.column("list").type == pa.list_(pa.float64())
    assert out.column("list").to_pylist() == [[1.0, 3.0], [None]]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("chunk", [1, 3])
def test_a_lag_sees_beyond_a_chunk(chunk: int, capfd: pytest.CaptureFixture[str]) -> None:
    out = score(f"lag.pmml rows.csv --chunk {chunk}", capfd)
    assert out == "y\n\n1.0\n2.0\n\n4.5\n"


@pytest.mark.usefixtures("folder")
def test_the_row_of_a_group_that_fails_is_its_first(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "bad.csv").write_text("g,x\na,1\nb,2\nb,many\n")
    code, _, err = run("score list.pmml bad.csv --chunk 1", capfd)
    assert code == 1
    assert "row 1" in err
    code, out, _ = run("score list.pmml bad.csv --errors skip", capfd)
    assert (code, out) == (1, "g,_target,list\na,1.0,[1.0]\n")


def test_too_many_rows_are_refused() -> None:
    model = pmmlkit.load(LAG, limits=Limits(sequential_rows=3))
    parts = [open_table({"x": [1.0, 2.0]}, ()) for _ in range(2)]
    with pytest.raises(pmmlkit.LimitError, match="sequential_rows"):
        list(model.in_parts(parts))


def test_tables_are_joined_whatever_their_columns() -> None:
    parts: list[Table] = [
        open_table(pa.table({"a": [1, None], "b": ["x", "y"]}), ()),
        open_table(pa.table({"a": [3, 4]}), ()),
        open_table({"b": ["z"]}, ()),
    ]
    whole = joined(parts)
    assert (whole.size, whole.names) == (5, ("a", "b"))
    assert whole.cells("a").to_list() == [1, None, 3, 4, None]
    assert whole.cells("b").to_list() == ["x", "y", None, None, "z"]
    assert joined(parts[:1]) is parts[0]
