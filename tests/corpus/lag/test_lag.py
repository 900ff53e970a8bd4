"""Lag by the specification: each row of a table is compared with what it can know of earlier ones.

One row alone sees nothing before it, so that these cells are of tables only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

import pmmlkit
from tests.corpus.cells import document

X = [1.0, 4.0, None, 2.0, 8.0]
"""The values that are lagged, in the order of the rows."""


def lagged(
    lag: str,
    table: Mapping[str, Any],
    data_type: str = "double",
    fields: str = "",
    result: str = "",
) -> list[Any]:
    """Return the values of a Lag over a table; `fields` are further MiningFields."""
    text = document(
        '<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/>'
        f"{fields}</MiningSchema><Output>"
        f'<OutputField name="lag" optype="continuous" dataType="{result or data_type}" '
        'feature="transformedValue"><FieldRef field="d"/></OutputField></Output>'
        '<LocalTransformations><DerivedField name="d" optype="continuous" '
        f'dataType="{result or data_type}">{lag}</DerivedField></LocalTransformations>'
        '<RegressionTable intercept="1"/></RegressionModel>',
        {
            "x": f"continuous {data_type}",
            "o": "continuous integer",
            "b": "categorical string",
            "c": "categorical integer",
        },
    )
    model = pmmlkit.load(text)
    assert model.sequential
    size = len(next(iter(table.values())))
    columns = {name: np.fromiter(items, np.object_, size) for name, items in table.items()}
    first = {name: items[0] for name, items in table.items()}
    assert model.evaluate(first)["lag"] is None
    answer = model.evaluate(columns, errors="column", absent="missing")
    failed = np.ma.MaskedArray(answer["pmmlkit_error"]).tolist()
    values = np.ma.MaskedArray(answer["lag"]).tolist()
    return [
        "fails" if text is not None else None if value is None or value != value else value
        for text, value in zip(failed, values, strict=True)
    ]


def agrees(found: list[Any], expected: list[Any]) -> None:
    """See that values agree at 1e-12."""
    assert [value is None for value in found] == [value is None for value in expected]
    assert [value or 0.0 for value in found] == pytest.approx(
        [value or 0.0 for value in expected], rel=1e-12
    )


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        ("", [None, 1.0, 4.0, None, 2.0]),
        (' n="1"', [None, 1.0, 4.0, None, 2.0]),
        (' n="2"', [None, None, 1.0, 4.0, None]),
        (' n="4"', [None, None, None, None, 1.0]),
        (' n="5"', [None] * 5),
    ],
)
def test_n_rows_before(n: str, expected: list[Any]) -> None:
    assert lagged(f'<Lag field="x"{n}/>', {"x": X}) == expected


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        # The windows of up to three rows before, missing values left out:
        # (), (1), (1 4), (1 4), (4 2)
        ("none", [None, None, None, 1.0, 4.0]),
        ("avg", [None, 1.0, 2.5, 2.5, 3.0]),
        ("max", [None, 1.0, 4.0, 4.0, 4.0]),
        ("median", [None, 1.0, 2.5, 2.5, 3.0]),
        ("min", [None, 1.0, 1.0, 1.0, 2.0]),
        ("product", [None, 1.0, 4.0, 4.0, 8.0]),
        ("sum", [None, 1.0, 5.0, 5.0, 6.0]),
        # The deviation of a sample: of (1 4) it is sqrt(2 * 1.5**2 / 1), of (4 2) sqrt(2).
        ("stddev", [None, 0.0, math.sqrt(4.5), math.sqrt(4.5), math.sqrt(2.0)]),
    ],
)
def test_aggregate(statistic: str, expected: list[Any]) -> None:
    found = lagged(f'<Lag field="x" n="3" aggregate="{statistic}"/>', {"x": X})
    agrees(found, expected)


def test_the_median_of_an_odd_number_is_a_value() -> None:
    found = lagged('<Lag field="x" n="9" aggregate="median"/>', {"x": [5.0, 1.0, 3.0, 0.0]})
    assert found == [None, 5.0, 3.0, 3.0]


def test_a_window_without_a_value_is_missing() -> None:
    found = lagged('<Lag field="x" n="1" aggregate="sum"/>', {"x": [1.0, None, 2.0]})
    assert found == [None, 1.0, None]


@pytest.mark.parametrize(
    ("statistic", "result", "expected"),
    [
        ("sum", "integer", [None, 3, 7]),
        ("product", "integer", [None, 3, 12]),
        ("max", "integer", [None, 3, 4]),
        ("min", "integer", [None, 3, 3]),
        ("avg", "double", [None, 3.0, 3.5]),
        ("median", "double", [None, 3.0, 3.5]),
        ("stddev", "double", [None, 0.0, math.sqrt(0.5)]),
    ],
)
def test_integers(statistic: str, result: str, expected: list[Any]) -> None:
    lag = f'<Lag field="x" n="2" aggregate="{statistic}"/>'
    agrees(lagged(lag, {"x": [3, 4, 0]}, "integer", result=result), expected)


def test_integers_that_do_not_fit_fail_their_row() -> None:
    lag = '<Lag field="x" n="2" aggregate="{}"/>'
    large = [2**62, 2**62, 1, 1]
    assert lagged(lag.format("sum"), {"x": large}, "integer") == [
        None,
        2**62,
        "fails",
        2**62 + 1,
    ]
    assert lagged(lag.format("product"), {"x": large}, "integer") == [
        None,
        2**62,
        "fails",
        2**62,
    ]


def test_floats_are_rounded() -> None:
    found = lagged('<Lag field="x" n="2" aggregate="sum"/>', {"x": [0.1, 0.2, 0.0]}, "float")
    assert found[2] == float(np.float32(np.float64(np.float32(0.1)) + np.float64(np.float32(0.2))))


def test_block_indicators_leave_other_rows_out() -> None:
    table = {"x": [1.0, 2.0, 3.0, 4.0, 5.0], "b": ["p", "q", "p", "q", "p"]}
    lag = '<Lag field="x" n="{}"><BlockIndicator field="b"/></Lag>'
    fields = '<MiningField name="b"/>'
    assert lagged(lag.format(1), table, fields=fields) == [None, None, 1.0, 2.0, 3.0]
    assert lagged(lag.format(2), table, fields=fields) == [None, None, None, None, 1.0]


def test_blocks_of_several_fields() -> None:
    table = {"x": [1.0, 2.0, 3.0, 4.0], "b": ["p", "p", "p", None], "c": [1, 2, 1, 2]}
    lag = '<Lag field="x"><BlockIndicator field="b"/><BlockIndicator field="c"/></Lag>'
    fields = '<MiningField name="b"/><MiningField name="c"/>'
    assert lagged(lag, table, fields=fields) == [None, None, 1.0, None]


def test_aggregates_of_blocks() -> None:
    table = {"x": [1.0, 2.0, 3.0, 4.0, 5.0], "b": ["p", "q", "p", "q", "p"]}
    lag = '<Lag field="x" n="2" aggregate="sum"><BlockIndicator field="b"/></Lag>'
    assert lagged(lag, table, fields='<MiningField name="b"/>') == [None, None, 1.0, 2.0, 4.0]


def test_order_fields() -> None:
    # In order: 20 (at 1), 10 (at 2), 40 (at 3), 30 (no order: last).
    table = {"x": [10.0, 20.0, 30.0, 40.0], "o": [2, 1, None, 3]}
    fields = '<MiningField name="o" usageType="order"/>'
    assert lagged('<Lag field="x"/>', table, fields=fields) == [20.0, None, 40.0, 10.0]
    lag = '<Lag field="x" n="2" aggregate="sum"/>'
    assert lagged(lag, table, fields=fields) == [20.0, None, 50.0, 30.0]


def test_a_row_that_fails_is_still_a_row() -> None:
    fields = '<MiningField name="c"/>'
    table = {"x": [1.0, 2.0, 3.0], "c": [1, "no integer", 1]}
    assert lagged('<Lag field="x"/>', table, fields=fields) == [None, "fails", 2.0]


def test_a_value_that_fails_fails_what_looks_back_at_it() -> None:
    table = {"x": [1.0, "no number", 3.0, 4.0]}
    assert lagged('<Lag field="x"/>', table) == [None, "fails", "fails", 3.0]
    lag = '<Lag field="x" n="2" aggregate="sum"/>'
    assert lagged(lag, table) == [None, "fails", "fails", "fails"]


@pytest.mark.parametrize(
    ("lag", "message"),
    [
        ('<Lag field="x" n="0"/>', "n is 0"),
        ('<Lag field="x" aggregate="mode"/>', "mode"),
        ('<Lag field="b" aggregate="sum"/>', "no number"),
        ('<Lag field="d2"/>', "data fields only"),
        ('<Lag field="x"><BlockIndicator field="nowhere"/></Lag>', "not defined"),
    ],
)
def test_what_is_refused(lag: str, message: str) -> None:
    text = document(
        '<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/>'
        '<MiningField name="b"/></MiningSchema><LocalTransformations>'
        '<DerivedField name="d2" optype="continuous" dataType="double"><FieldRef field="x"/>'
        '</DerivedField><DerivedField name="d" optype="continuous" dataType="double">'
        f"{lag}</DerivedField></LocalTransformations>"
        '<RegressionTable intercept="1"><NumericPredictor name="d" coefficient="1"/>'
        "</RegressionTable></RegressionModel>",
        {"x": "continuous double", "b": "categorical string"},
    )
    with pytest.raises(pmmlkit.PmmlError, match=message):
        pmmlkit.load(text)
