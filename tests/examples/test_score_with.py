"""The recipes of batches: each script, started as users do, gives what Model.evaluate gives."""

from __future__ import annotations

import datetime
import importlib
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pmmlkit
from tests.documents import ENSEMBLE, REGRESSION

ROOT = Path(__file__).parents[2]
ENGINES = ("dask", "ray", "duckdb", "polars")
PAGE = (ROOT / "docs" / "batches.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
SIZE = 400


def table() -> pa.Table:
    """Rows of every type: some miss values, some cannot be scored."""
    rows = range(SIZE)
    return pa.table(
        {
            "row": pa.array(rows),
            "x": pa.array([None if row % 11 == 0 else (row - 200) / 19 for row in rows]),
            "n": pa.array([None if row % 13 == 0 else row % 5 for row in rows]),
            "s": pa.array(["abc?"[row % 4] if row % 17 else None for row in rows]),
            "f": pa.array([row / 100 for row in rows], pa.float32()),
            "flag": pa.array([row % 3 == 0 for row in rows]),
            "day": pa.array([datetime.date(1999, 1, 1) + datetime.timedelta(row) for row in rows]),
        }
    )


def run(engine: str, *arguments: Path) -> str:
    """Run a script; without its engine a developer's run skips, continuous integration fails."""
    if not os.environ.get("CI") and importlib.util.find_spec(engine) is None:
        pytest.skip(f"{engine} is not installed")
    # A process of its own: warnings of these libraries are theirs, and Ray leaves no threads here.
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / f"score_with_{engine}.py", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("engine", ENGINES)
def test_scores_are_those_of_the_whole_table(engine: str, tmp_path: Path) -> None:
    rows = table()
    paths = [tmp_path / name for name in ("model.pmml", "data.parquet", "scores.parquet")]
    paths[0].write_bytes(ENSEMBLE)
    pq.write_table(rows, paths[1], row_group_size=90)
    run(engine, *paths)
    scored = pq.read_table(paths[2]).sort_by("row")
    expected = pmmlkit.load(ENSEMBLE).evaluate(rows, errors="column")
    assert scored.schema.names == [*rows.schema.names, *expected.schema.names]
    bad = SIZE - expected.column("pmmlkit_error").null_count
    assert 0 < bad < SIZE / 2
    for name in rows.schema.names:
        assert scored.column(name).to_pylist() == rows.column(name).to_pylist(), name
    for field in expected.schema:
        found = scored.column(field.name).cast(field.type).to_pylist()
        pairs = zip(found, expected.column(field.name).to_pylist(), strict=True)
        for mine, other in pairs:
            assert mine == (pytest.approx(other, rel=1e-12) if is_float(other) else other)


def is_float(value: Any) -> bool:
    return isinstance(value, float)


def test_processes_of_dask_score_record_batches() -> None:
    if not os.environ.get("CI"):
        pytest.importorskip("dask")
    bag: Any = importlib.import_module("dask.bag")
    batches = table().to_batches(max_chunksize=150)
    scorer = pmmlkit.BatchScorer(ENSEMBLE, errors="column")
    scored = bag.from_sequence(batches).map(scorer).compute(scheduler="processes", num_workers=1)
    assert scored == [scorer(batch) for batch in batches]


def test_without_arguments_iris_is_scored() -> None:
    pytest.importorskip("sklearn")
    shown = run("duckdb")
    assert shown.startswith("150 rows of sepal_length, ")
    assert "'species': 'setosa'" in shown


def stripped(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


@pytest.mark.parametrize("engine", ENGINES)
def test_the_page_shows_lines_of_the_script(engine: str) -> None:
    section = PAGE.split(f"examples/score_with_{engine}.py](")[1].split("\n## ")[0]
    (block,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    script = (ROOT / "examples" / f"score_with_{engine}.py").read_text(encoding="utf-8")
    assert stripped(block) in stripped(script)


def test_the_other_examples_of_the_page_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("model.pmml").write_bytes(REGRESSION)
    rows = pa.table({"id": [7, 8], "x": [1.0, 200.0], "colour": ["red", "blue"]})
    names: dict[str, Any] = {"table": rows, "pa": pa, "reader": rows.to_reader()}
    assert len(BLOCKS) == 2 + len(ENGINES)
    for block in (BLOCKS[0], BLOCKS[-1]):
        exec(block, names)  # noqa: S102 - the page is ours
    scored = names["scored"].read_all()
    assert scored.equals(names["scorer"](rows))
    assert scored.column("id").to_pylist() == [7, 8]


def test_all_options_are_told() -> None:
    import inspect

    for name in inspect.signature(pmmlkit.BatchScorer).parameters:
        assert f"| `{name}` |" in PAGE or name == "source"
