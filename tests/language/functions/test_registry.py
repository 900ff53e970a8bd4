"""The list of functions, and the law of the two modes for each of them."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmmlkit.columns.types import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DOUBLE,
    FLOAT,
    INTEGER,
    STRING,
    TIME,
    DataType,
)
from pmmlkit.columns.values import invalid
from pmmlkit.errors import MarkupError, UnsupportedError
from pmmlkit.language.functions.registry import built_in, built_ins
from tests.language.functions.calls import ERROR, step_of, table

STANDARD = [
    "+",
    "-",
    "*",
    "/",
    "modulo",
    "min",
    "max",
    "sum",
    "product",
    "avg",
    "median",
    "log10",
    "ln",
    "exp",
    "sqrt",
    "ln1p",
    "expm1",
    "hypot",
    "abs",
    "pow",
    "threshold",
    "floor",
    "ceil",
    "round",
    "rint",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "normalCDF",
    "normalPDF",
    "normalIDF",
    "stdNormalCDF",
    "stdNormalPDF",
    "stdNormalIDF",
    "erf",
    "isMissing",
    "isNotMissing",
    "isValid",
    "isNotValid",
    "equal",
    "notEqual",
    "lessThan",
    "lessOrEqual",
    "greaterThan",
    "greaterOrEqual",
    "and",
    "or",
    "not",
    "if",
    "isIn",
    "isNotIn",
    "uppercase",
    "lowercase",
    "stringLength",
    "substring",
    "trimBlanks",
    "concat",
    "replace",
    "matches",
    "formatNumber",
    "formatDatetime",
    "dateDaysSinceYear",
    "dateSecondsSinceYear",
    "dateSecondsSinceMidnight",
]

NOT_STRICT = {
    *("min", "max", "sum", "product", "avg", "median", "isMissing", "isNotMissing", "isValid"),
    *("isNotValid", "isIn", "isNotIn", "if", "concat"),
}

SPECIAL: dict[str, list[Any]] = {
    "double": [
        *(None, ERROR, 0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 3.7, -3.7, 5e-324, 1e300, -1e300),
        *(math.inf, -math.inf, invalid(math.nan), invalid(1.5), 2.0**53, 2.0**63, 1e-17, 0.25),
    ],
    "float": [
        None,
        ERROR,
        0.0,
        1.0,
        -1.5,
        0.10000000149011612,
        16777216.0,
        math.inf,
        3.0000000054977558e38,
    ],
    "integer": [
        *(None, ERROR, 0, 1, -1, 2, 3, 7, -7, 63, 64, 2**31, 2**53, 2**53 + 1, 2**62, -(2**62)),
        *(2**63 - 1, -(2**63), invalid(5), 1960),
    ],
    "string": [
        None,
        ERROR,
        "",
        "a",
        "A b ",
        "true",
        "1",
        "2.5",
        "%d",
        "%Y",
        "x+",
        invalid("y"),
        "ä",
    ],
    "boolean": [None, ERROR, True, False, invalid(True)],
    "date": [None, ERROR, 0, -1, 18321, invalid(7)],
    "time": [None, ERROR, 0, 1, 86_399_999_999],
    "dateTime": [None, ERROR, 0, -1, 1_582_985_045_123_456],
}
TYPES = [DOUBLE, FLOAT, INTEGER, STRING, BOOLEAN, DATE, TIME, DATE_TIME]


def test_all_functions_are_there() -> None:
    assert len(STANDARD) == 70
    names = set(built_ins())
    assert set(STANDARD) <= names
    assert all(name.startswith("x-") for name in names - set(STANDARD))
    assert {"x-atan2", "x-expm1", "x-modulo", "x-rint"} <= names
    for name in names - {"x-atan2"} - set(STANDARD):
        assert name.removeprefix("x-") in names


@pytest.mark.parametrize("name", ["", "Min", "os.system", "__import__", "exec", "x-system", "é"])
def test_unknown_names(name: str) -> None:
    assert built_in(name) is None
    with pytest.raises(UnsupportedError, match="neither built in nor"):
        step_of(name, [DOUBLE])


@pytest.mark.parametrize("name", built_ins())
def test_number_of_arguments(name: str) -> None:
    function = built_ins()[name]
    counts = [function.least - 1] + ([] if function.most is None else [function.most + 1])
    for count in counts:
        with pytest.raises(MarkupError, match=f"takes {function.arity} arguments, but has {count}"):
            step_of(name, [DOUBLE] * count)


def accepted(name: str, most: int = 400) -> list[tuple[DataType, ...]]:
    """Return the combinations of types that a function takes."""
    function = built_ins()[name]
    counts = range(max(function.least, 1), min(function.most or 3, 3) + 1)
    found = []
    for count in counts:
        for types in list(product(TYPES, repeat=count))[:: 1 if count < 3 else 7][:most]:
            try:
                step_of(name, types)
            except MarkupError:
                continue
            found.append(types)
    return found


@pytest.mark.parametrize("name", built_ins())
def test_modes_agree_over_special_values(name: str) -> None:
    """`table` compares the modes; here also: missing in, missing out; error in, error out."""
    combinations = accepted(name)
    assert combinations
    for types in combinations:
        rows = list(product(*(SPECIAL[type.name] for type in types)))
        rows = rows[:: max(1, len(rows) // 150)]
        found, _ = table(name, rows, types)
        for row, result in zip(rows, found, strict=True):
            if ERROR in row and name != "if":
                assert result is ERROR, (name, row)
            elif None in row and name not in NOT_STRICT:
                assert result is None or result is ERROR, (name, row)


def column(type: DataType) -> Any:
    """Draw values of a type: special ones, and any."""
    special = st.sampled_from(SPECIAL[type.name])
    if type == DOUBLE:
        return special | st.floats(allow_nan=False)
    if type == INTEGER:
        return special | st.integers(-(2**63), 2**63 - 1)
    return special


@pytest.mark.parametrize("name", built_ins())
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_modes_agree(name: str, data: Any) -> None:
    types = data.draw(st.sampled_from(accepted(name, 40)))
    rows = data.draw(st.lists(st.tuples(*map(column, types)), min_size=1, max_size=12))
    treatment = data.draw(st.sampled_from(["returnInvalid", "asIs", "asMissing"]))
    table(name, rows, types, invalid_value_treatment=treatment)
