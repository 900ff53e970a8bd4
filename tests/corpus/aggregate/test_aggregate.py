"""Aggregate by the specification, over the rows of groups in a table and over lists in a row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pmmlkit
from tests.corpus.cells import FAILS, check, document


def aggregated(
    function: str,
    item: str = "continuous double",
    result: str = "double",
    more: str = "",
    field: str = "",
) -> bytes:
    """Return a document whose output `a` is an Aggregate of the field x."""
    return document(
        '<RegressionModel functionName="regression"><MiningSchema>'
        f'<MiningField name="g" usageType="group"/><MiningField name="x"{field}/></MiningSchema>'
        f'<Output><OutputField name="a" optype="continuous" dataType="{result}" '
        'feature="transformedValue"><FieldRef field="d"/></OutputField></Output>'
        f'<LocalTransformations><DerivedField name="d" optype="continuous" dataType="{result}">'
        f'<Aggregate field="x" function="{function}"{more}/></DerivedField>'
        '</LocalTransformations><RegressionTable intercept="1"/></RegressionModel>',
        {"g": "categorical string", "x": item},
    )


LISTS = [[3.0, 1.0, 2.0], [4.0, None], [None], [], [-1.0, -1.0]]


@pytest.mark.parametrize(
    ("function", "result", "expected"),
    [
        ("count", "integer", [3, 1, 0, 0, 2]),
        ("sum", "double", [6.0, 4.0, None, None, -2.0]),
        ("average", "double", [2.0, 4.0, None, None, -1.0]),
        ("min", "double", [1.0, 4.0, None, None, -1.0]),
        ("max", "double", [3.0, 4.0, None, None, -1.0]),
    ],
)
def test_functions(function: str, result: str, expected: list[Any]) -> None:
    rows = [{"g": str(at), "x": items} for at, items in enumerate(LISTS)]
    check(aggregated(function, result=result), rows, {"a": expected})


@pytest.mark.parametrize(
    ("function", "result", "expected"),
    [
        ("count", "integer", [2, 1]),
        ("sum", "integer", [5, 4]),
        ("average", "double", [2.5, 4.0]),
        ("min", "integer", [2, 4]),
        ("max", "integer", [3, 4]),
    ],
)
def test_integers(function: str, result: str, expected: list[Any]) -> None:
    rows = [{"g": "p", "x": [2, 3]}, {"g": "q", "x": [4]}]
    check(aggregated(function, "continuous integer", result), rows, {"a": expected})


def test_sums_beyond_64_bit_fail_their_row() -> None:
    rows = [
        {"g": "p", "x": [2**62, 2**62]},
        {"g": "q", "x": [2**62, 2**62, -(2**62)]},
        {"g": "r", "x": [1]},
    ]
    check(aggregated("sum", "continuous integer", "integer"), rows, {"a": [FAILS, 2**62, 1]})


def test_floats_are_rounded() -> None:
    third = float(np.float32(np.float32(0.1) + np.float64(np.float32(0.2))))
    check(
        aggregated("sum", "continuous float", "float"),
        [{"g": "p", "x": [0.1, 0.2]}],
        {"a": [third]},
    )


def test_dates_have_a_first_and_a_last() -> None:
    text = aggregated("max", "ordinal date", "date")
    rows = [{"g": "p", "x": ["2020-01-05", "2021-02-03", "2019-12-31"]}]
    days = [str(pmmlkit.load(text).evaluate(row)["a"]) for row in rows]
    assert days == ["2021-02-03"]


@pytest.mark.parametrize("more", [' groupField="g"', ""])
def test_group_field(more: str) -> None:
    check(aggregated("sum", more=more), [{"g": "p", "x": [1.0, 2.0]}], {"a": [3.0]})


def test_the_rows_of_a_table_are_grouped_as_they_first_appear() -> None:
    model = pmmlkit.load(aggregated("sum"))
    table = {"g": np.array(["q", "p", "q", "p", "r"]), "x": np.array([1.0, 2.0, 3.0, 4.0, 5.0])}
    result = model.evaluate(table)
    assert result["g"].tolist() == ["q", "p", "r"]
    assert result["a"].tolist() == [4.0, 6.0, 5.0]


def test_replacements_are_of_single_values() -> None:
    field = ' missingValueReplacement="10" outliers="asExtremeValues" highValue="3" lowValue="0"'
    check(
        aggregated("sum", field=field),
        [{"g": "p", "x": [1.0, None, 7.0]}, {"g": "q", "x": None}],
        {"a": [14.0, 10.0]},
    )


def test_one_invalid_value_fails_its_group() -> None:
    check(
        aggregated("count", result="integer"),
        [{"g": "p", "x": [1.0, "no number"]}, {"g": "q", "x": [1.0]}],
        {"a": [FAILS, 1]},
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (aggregated("multiset"), "multiset"),
        (aggregated("sum", more=' sqlWhere="x &gt; 1"'), "SQL"),
        (aggregated("sum", more=' groupField="x"'), "no group field"),
        (aggregated("sum", "categorical string"), "it has no sum"),
        (aggregated("min", "categorical string"), "it has no min"),
        (aggregated("mode"), "mode|function"),
    ],
)
def test_what_is_refused(text: bytes, message: str) -> None:
    with pytest.raises(pmmlkit.PmmlError, match=message):
        pmmlkit.load(text)


def test_an_aggregate_needs_a_group() -> None:
    text = aggregated("sum").replace(b' usageType="group"', b"")
    with pytest.raises(pmmlkit.MarkupError, match="needs a group field"):
        pmmlkit.load(text)


@pytest.mark.parametrize(
    "expression",
    [
        '<Apply function="+"><FieldRef field="x"/><Constant>1</Constant></Apply>',
        '<NormContinuous field="x"><LinearNorm orig="0" norm="0"/><LinearNorm orig="1" norm="1"/>'
        "</NormContinuous>",
        '<FieldRef field="x" mapMissingTo="1"/>',
        '<Lag field="x"/>',
    ],
)
def test_what_needs_one_value_refuses_a_list(expression: str) -> None:
    text = aggregated("sum").replace(b'<Aggregate field="x" function="sum"/>', expression.encode())
    with pytest.raises(pmmlkit.UnsupportedError, match="holds a list"):
        pmmlkit.load(text)
