"""Apply: literals for missing values, defaults, treatments, depth."""

from __future__ import annotations

import pickle
from itertools import product
from typing import Any

import pytest

from pmmlkit.columns.types import BOOLEAN, DOUBLE, INTEGER, STRING
from pmmlkit.errors import LimitError, MarkupError, UnsupportedError
from pmmlkit.language.apply import Apply
from pmmlkit.language.expressions import FieldRef
from pmmlkit.language.step import Constant
from pmmlkit.xml.markup import End, Markup, Remainder, Start
from tests.language.functions.calls import ERROR, constant, table
from tests.language.rows import evaluate, make_scope, run

X, Y = FieldRef(field="x"), FieldRef(field="y")


def apply(function: str, *expressions: Any, **attributes: Any) -> Apply:
    return Apply(function=function, expressions=expressions, **attributes)


def test_map_missing_to_and_default_value() -> None:
    rows = list(product([1.0, None, ERROR], [0.0, None, ERROR]))
    plain = [1.0, None, ERROR, None, None, ERROR, ERROR, ERROR, ERROR]
    assert table("+", rows)[0] == plain
    mapped = [1.0, -1.0, ERROR, -1.0, -1.0, ERROR, ERROR, ERROR, ERROR]
    assert table("+", rows, map_missing_to="-1")[0] == mapped
    assert table("+", rows, default_value="-1")[0] == mapped
    assert table("+", rows, map_missing_to="-1", default_value="-2")[0] == mapped
    logarithms = table(
        "ln",
        [(1.0,), (-1.0,), (None,)],
        map_missing_to="5",
        default_value="6",
        invalid_value_treatment="asMissing",
    )
    assert logarithms[0] == [0.0, 6.0, 5.0]


def test_literals_have_the_type_of_the_result() -> None:
    assert table("+", [(1, None)], [INTEGER] * 2, default_value="7") == ([7], INTEGER)
    assert table("+", [(1, None), (1, 2)], [INTEGER] * 2, default_value="0.5") == (
        [0.5, 3.0],
        DOUBLE,
    )
    assert table("equal", [(None, 1.0)], default_value="true") == ([True], BOOLEAN)
    assert table("concat", [(None, None)], [STRING] * 2, default_value="") == ([""], STRING)
    with pytest.raises(MarkupError, match="'x' is not a value of the result's type double"):
        table("+", [(1.0, 2.0)], default_value="x")


def test_computed_arguments_are_computed_once() -> None:
    element: Any = X
    for _ in range(22):
        element = apply("+", element, constant(1.0), map_missing_to="-1")
    assert evaluate(element, make_scope(x=DOUBLE), {"x": [1.0, None]}) == [23.0, 20.0]


def test_errors_of_arguments_go_before_missing() -> None:
    element = apply("+", apply("ln", X), Y, map_missing_to="0")
    found = evaluate(element, make_scope(x=DOUBLE, y=DOUBLE), {"x": [-1.0, 1.0], "y": [None, None]})
    assert found == [ERROR, 0.0]


def test_constants_are_folded() -> None:
    step = make_scope().compile(apply("+", constant(1), apply("*", constant(2), constant(3))))
    assert isinstance(step, Constant)
    assert (step.value, step.type) == (7, INTEGER)
    failing = make_scope().compile(apply("/", constant(1), constant(0)))
    assert run(make_scope(), failing, {}) == [ERROR] * 3


@pytest.mark.parametrize("depth", [23, 24, 25, 100, 199])
def test_depth(depth: int) -> None:
    element: Any = X
    for place in range(depth):
        element = (
            apply("+", constant(1.0), element) if place % 2 else apply("+", element, constant(1.0))
        )
    assert evaluate(element, make_scope(x=DOUBLE), {"x": [0.0, None]}) == [float(depth), None]


def test_nested_conditions() -> None:
    element: Any = constant(-1.0)
    for place in range(190):
        branch = apply("/", constant(1), constant(0)) if place % 2 else constant(float(place))
        element = apply("if", apply("equal", X, constant(place)), branch, element)
    found = evaluate(element, make_scope(x=INTEGER), {"x": [0, 1, 2, 188, 189, 500, None]})
    assert found == [0.0, ERROR, 2.0, 188.0, ERROR, -1.0, None]


def test_too_deep() -> None:
    element: Any = X
    for _ in range(200):
        element = apply("+", element, constant(1.0))
    with pytest.raises(LimitError, match=r"Limits\.apply_depth = 200"):
        make_scope(x=DOUBLE).compile(element)
    assert pickle.loads(pickle.dumps(element)) == element


def test_what_is_refused() -> None:
    unknown = Remainder(children=((0, Markup((Start("Lag"), End()))),))
    with pytest.raises(UnsupportedError, match="Lag is not supported"):
        make_scope().compile(Apply(function="min", remainder=unknown))
    with pytest.raises(MarkupError, match="asValue"):
        make_scope(x=DOUBLE).compile(apply("ln", X, invalid_value_treatment="asValue"))
    with pytest.raises(UnsupportedError, match=r"'java\.lang\.Runtime' is not known"):
        make_scope(x=DOUBLE).compile(apply("java.lang.Runtime", X))
