"""Long tables are scored in parts: the result is the same, the memory is bounded."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.errors import DataError
from pmmlkit.parts import rows_of_part
from tests.corpus.cells import document

FIELDS = {
    "x": "continuous double",
    "c": "categorical string: a b c",
    "y": "categorical string: no yes",
}
MODEL = """<RegressionModel functionName="classification" normalizationMethod="softmax">
<MiningSchema><MiningField name="y" usageType="target"/>
<MiningField name="x"/><MiningField name="c" invalidValueTreatment="returnInvalid"/></MiningSchema>
<Output><OutputField name="p" feature="probability" value="yes" dataType="double"
optype="continuous"/><OutputField name="seen" feature="transformedValue" dataType="string"
optype="categorical"><FieldRef field="c"/></OutputField></Output>
<RegressionTable intercept="1" targetCategory="yes"><NumericPredictor name="x" coefficient="2"/>
<CategoricalPredictor name="c" value="a" coefficient="1"/></RegressionTable>
<RegressionTable intercept="0" targetCategory="no"/></RegressionModel>"""


def tables() -> dict[str, Any]:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    numbers = [None if row % 7 == 3 else row / 10 - 5 for row in range(100)]
    letters = [("a", "b", "c", None, "unknown")[row % 5] for row in range(100)]
    frame = pd.DataFrame({"x": pd.array(numbers, dtype="Float64"), "c": letters})
    return {
        "lists": {"x": numbers, "c": letters},
        "records": [
            {"x": number, "c": letter} for number, letter in zip(numbers, letters, strict=True)
        ],
        "pandas": frame,
        "pandas categories": frame.astype({"c": "category"}),
        "polars": pl.DataFrame({"x": numbers, "c": letters}),
        "arrow": pa.table({"x": numbers, "c": pa.array(letters).dictionary_encode()}),
    }


def as_lists(table: Any) -> dict[str, list[Any]]:
    if isinstance(table, list):
        return {name: [row[name] for row in table] for name in table[0]}
    if hasattr(table, "to_pydict"):
        return dict(table.to_pydict())
    if hasattr(table, "to_dict") and hasattr(table, "get_columns"):
        return dict(table.to_dict(as_series=False))
    if hasattr(table, "astype"):
        return {name: table[name].astype(object).map(repr).tolist() for name in table}
    return {
        name: list(map(repr, np.ma.MaskedArray(values).tolist())) for name, values in table.items()
    }


@pytest.mark.parametrize("kind", list(tables()))
@pytest.mark.parametrize("rows", [1, 7, 99])
def test_parts_give_what_the_whole_gives(kind: str, rows: int) -> None:
    table = tables()[kind]
    model = pmmlkit.load(document(MODEL, FIELDS))
    whole = as_lists(model.evaluate(table, errors="column"))
    model._program._part_rows = rows
    assert as_lists(model.evaluate(table, errors="column")) == whole
    assert sum(text not in (None, "None", "nan", "<NA>") for text in whole["pmmlkit_error"]) == 20


def test_probabilities_of_parts() -> None:
    model = pmmlkit.load(document(MODEL, FIELDS))
    table = {"x": np.linspace(-3, 3, 50), "c": np.array(["a", "b"] * 25)}
    whole = model.predict_proba(table)
    model._program._part_rows = 8
    assert np.array_equal(model.predict_proba(table), whole)


def test_columns_of_another_length_are_told_of_the_whole_table() -> None:
    model = pmmlkit.load(document(MODEL, FIELDS))
    model._program._part_rows = 8
    arrays = {"x": np.zeros(20), "c": np.array(["a"] * 19)}
    with pytest.raises(DataError, match="'c' has 19 values, the table 20 rows"):
        model._program.run(20, arrays.get)


def test_rows_of_part() -> None:
    assert rows_of_part(1) == 65_536
    assert rows_of_part(2**10) == 2**14
    assert rows_of_part(10**9) == 1024
    assert rows_of_part(0) == 65_536


def test_memory_beside_input_and_result_is_bounded() -> None:
    """500 derived fields over 300,000 rows would be 1.2 GB if they were computed at once."""
    derived = "".join(
        f'<DerivedField name="d{at}" optype="continuous" dataType="double"><Apply function="+">'
        f'<FieldRef field="x"/><Constant>{at}</Constant></Apply></DerivedField>'
        for at in range(500)
    )
    terms = "".join(f'<NumericPredictor name="d{at}" coefficient="1"/>' for at in range(500))
    model = pmmlkit.load(
        document(
            '<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/>'
            '<MiningField name="y" usageType="target"/></MiningSchema>'
            f"<LocalTransformations>{derived}</LocalTransformations>"
            f'<RegressionTable intercept="0">{terms}</RegressionTable></RegressionModel>',
            {"x": "continuous double", "y": "continuous double"},
        )
    )
    table = {"x": np.linspace(0, 1, 300_000)}
    tracemalloc.start()
    model.evaluate(table)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 256 * 2**20 + 2 * table["x"].nbytes
