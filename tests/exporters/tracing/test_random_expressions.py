"""Random expressions over columns: what is traced is what NumPy computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.exporters.features import InputField
from pmmlkit.exporters.tracing.checking import evaluated
from pmmlkit.exporters.tracing.rows import Rows
from pmmlkit.exporters.tracing.symbols import Column
from pmmlkit.exporters.tracing.terms import leaf
from pmmlkit.exporters.tracing.writing import features_of

VALUES = [None, 0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 7.25, -13.0, 100.0]
INPUTS = [InputField(name, "double") for name in ("x", "y", "z")]

Function = Callable[..., Any]

ONE: list[tuple[str, Function]] = [
    (name, getattr(np, name))
    for name in [
        "abs",
        "sign",
        "sqrt",
        "cbrt",
        "square",
        "log",
        "log1p",
        "exp",
        "tanh",
        "sin",
        "floor",
        "ceil",
        "trunc",
        "rint",
        "arctan",
        "negative",
        "arcsinh",
        "isnan",
        "isfinite",
    ]
]
TWO: list[tuple[str, Function]] = [
    (name, getattr(np, name))
    for name in [
        "add",
        "subtract",
        "multiply",
        "true_divide",
        "minimum",
        "maximum",
        "fmin",
        "fmax",
        "greater",
        "less_equal",
        "equal",
        "not_equal",
        "hypot",
        "logical_and",
        "logical_or",
        "logical_xor",
    ]
]
BY_CONSTANT: list[tuple[str, Function]] = [
    ("mod", lambda x: np.mod(x, 3.0)),
    ("mod_negative", lambda x: np.mod(x, -2.0)),
    ("fmod", lambda x: np.fmod(x, 4.0)),
    ("floor_divide", lambda x: np.floor_divide(x, 2.0)),
    ("power", lambda x: np.power(x, 3.0)),
    ("clip", lambda x: np.clip(x, -1.0, 2.0)),
    ("nan_to_num", lambda x: np.nan_to_num(x, nan=0.25, posinf=9.0, neginf=-9.0)),
    ("round", lambda x: np.round(x, 1)),
]


@st.composite
def functions(draw: Any, depth: int = 3) -> tuple[str, Function]:
    """Draw an expression over x, y and z, as text and as a function."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        at = draw(st.integers(0, 2))
        return "xyz"[at], lambda *columns: columns[at]
    kind = draw(st.sampled_from(["one", "two", "constant", "where"]))
    parts = [draw(functions(depth - 1)) for _ in range(3)]
    (a, f), (b, g), (c, h) = parts
    if kind == "one":
        name, one = draw(st.sampled_from(ONE))
        return f"{name}({a})", lambda *xs: one(f(*xs) * 1.0)
    if kind == "constant":
        name, by = draw(st.sampled_from(BY_CONSTANT))
        return f"{name}({a})", lambda *xs: by(f(*xs) * 1.0)
    if kind == "where":
        return f"where({a}, {b}, {c})", lambda *xs: np.where(f(*xs) * 1.0 > 0, g(*xs), h(*xs) * 1.0)
    name, two = draw(st.sampled_from(TWO))
    return f"{name}({a}, {b})", lambda *xs: two(f(*xs) * 1.0, g(*xs) * 1.0)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@given(functions(), st.lists(st.tuples(*[st.sampled_from(VALUES)] * 3), min_size=1, max_size=12))
def test_random_expressions(drawn: tuple[str, Function], rows: list[tuple[Any, ...]]) -> None:
    text, function = drawn
    symbols = [Column(leaf(item)) for item in INPUTS]
    traced = function(*symbols) * 1.0
    features = features_of([traced.term], ["result"], "drawn")
    columns = {item.name: [row[at] for row in rows] for at, item in enumerate(INPUTS)}
    arrays = [np.array([np.nan if it is None else it for it in columns[n]]) for n in "xyz"]
    with np.errstate(all="ignore"):
        expected = np.asarray(function(*arrays) * 1.0, float)
    found, errors = evaluated(text, features, INPUTS, Rows(columns))
    assert errors == {}, text
    values = np.array([np.nan if it is None else it for it in found[0]], float)
    with np.errstate(all="ignore"):
        near = np.abs(values - expected) <= 1e-9 * np.maximum(1.0, np.abs(expected))
    near |= (values == expected) | (np.isnan(values) & np.isnan(expected))
    # beyond 2**53 remainders and roundings hang on the last bit
    near |= np.abs(expected) > 1e12
    assert near.all(), (text, rows[int(np.argmin(near))], values, expected)
