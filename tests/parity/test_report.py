"""pmmlkit against the oracles, from the public function."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from pmmlkit.parity import Oracle, OracleResult, compare
from pmmlkit.parity.oracles import LoadedModel

DOCUMENT = b"""<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>
<DataField name="a" optype="continuous" dataType="double"/>
<DataField name="b" optype="continuous" dataType="double">
<Interval closure="closedClosed" rightMargin="9"/></DataField>
<DataField name="y" optype="continuous" dataType="double"/></DataDictionary>
<RegressionModel functionName="regression">
<MiningSchema><MiningField name="a"/><MiningField name="b"/>
<MiningField name="y" usageType="target"/></MiningSchema><RegressionTable intercept="1">
<NumericPredictor name="a" coefficient="2"/><NumericPredictor name="b" coefficient="3"/>
</RegressionTable></RegressionModel></PMML>"""

ROWS = [{"a": 1.0, "b": 2.0}, {"a": 0.5, "b": None}, {"a": 1.0, "b": 10.0}]
FRAME = pd.DataFrame(ROWS)


@pytest.mark.parametrize(
    "table",
    [
        FRAME,
        pl.DataFrame(ROWS),
        ROWS,
        FRAME.to_dict("list"),
        {name: FRAME[name].to_numpy() for name in FRAME},
        FRAME.to_numpy(),
    ],
    ids=["pandas", "polars", "rows", "lists", "arrays", "matrix"],
)
def test_agrees_with_both(table: Any, jpmml: Oracle, pmml4s: Oracle) -> None:
    report = compare(DOCUMENT, table, against=(jpmml, pmml4s))
    assert report.ok, str(report)
    for engine in report.engines:
        assert engine.comparison is not None
        assert [(c.name, c.rows) for c in engine.comparison.columns] == [("y", 2)]


def test_one_row(jpmml: Oracle) -> None:
    assert compare(DOCUMENT, {"a": 1.0, "b": 2.0}, against=[jpmml]).ok


def test_documents_of_any_kind(jpmml: Oracle, tmp_path: Path) -> None:
    path = tmp_path / "model.pmml"
    path.write_bytes(DOCUMENT)
    for document in (path, str(path), io.BytesIO(DOCUMENT)):
        assert compare(document, FRAME, against=[jpmml]).ok


def test_engines_by_name(pmml4s: Oracle) -> None:
    report = compare(DOCUMENT, FRAME, against=[pmml4s.name])
    assert report.ok
    assert report.engines[0].version == pmml4s.version


class Wrong(Oracle):
    """An engine that adds one, so that the report can be seen to fail."""

    name = "wrong"
    package = "pypmml"

    def load(self, document: bytes) -> LoadedModel:
        assert document
        return WrongModel()

    def close(self) -> None:
        """Nothing is held."""


class WrongModel:
    def evaluate(self, columns: Any, *, nan_as_missing: bool = True) -> OracleResult:
        assert nan_as_missing
        a, b = (np.array(columns[name], dtype=float) for name in ("a", "b"))
        return OracleResult({"y": (2 * a + 3 * b + 2).tolist()}, {}, [], len(a))


def test_a_difference_is_told() -> None:
    report = compare(DOCUMENT, FRAME, against=[Wrong()])
    assert not report.ok
    assert "row 0: pmmlkit 9.0, wrong 10.0" in str(report)
    assert "failed on one side: row 2" in str(report)
    data = json.loads(report.to_json())
    assert (data["ok"], data["engines"][0]["engine"]) == (False, "wrong")


def test_an_oracle_that_stops_is_told(jpmml: Oracle) -> None:
    https = DOCUMENT.replace(b"http:", b"https:")
    report = compare(https, FRAME, against=[jpmml])
    assert not report.ok
    assert "jpmml stopped" in str(report)
    assert "known: jpmml" in str(report)
