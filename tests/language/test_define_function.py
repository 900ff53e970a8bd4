"""DefineFunction: scope, types, circles, limits."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from pmmlkit.columns.column import Column
from pmmlkit.columns.types import BOOLEAN, DOUBLE, INTEGER, STRING
from pmmlkit.columns.values import invalid
from pmmlkit.errors import LimitError, MarkupError, UnsupportedError
from pmmlkit.language.apply import Apply
from pmmlkit.language.define_function import DefineFunction, ParameterField
from pmmlkit.language.expressions import FieldRef
from pmmlkit.language.scope import Scope
from pmmlkit.language.step import Batch
from pmmlkit.xml.markup import End, Markup, Remainder, Start
from tests.language.functions.calls import ERROR, constant
from tests.language.rows import make_scope, run

X, Y = FieldRef(field="x"), FieldRef(field="y")


def apply(function: str, *expressions: Any, **attributes: Any) -> Apply:
    return Apply(function=function, expressions=expressions, **attributes)


def function(
    name: str, body: Any, *parameters: str | ParameterField, **rest: Any
) -> DefineFunction:
    fields = tuple(
        ParameterField(name=item) if isinstance(item, str) else item for item in parameters
    )
    return DefineFunction(
        name=name, optype="continuous", parameters=fields, expression=body, **rest
    )


def scope_of(*functions: DefineFunction, **types: Any) -> Scope:
    scope = make_scope(**types)
    scope.compilation.functions.update((item.name, item) for item in functions)
    return scope


def results(element: Apply, functions: list[DefineFunction], **data: list[Any]) -> list[Any]:
    kinds = {float: DOUBLE, int: INTEGER, str: STRING, bool: BOOLEAN}
    types = {name: kinds[type(items[0])] for name, items in data.items()}
    scope = scope_of(*functions, **types)
    return run(scope, scope.compile(element), data)


A, B = FieldRef(field="a"), FieldRef(field="b")
DOUBLED = function("doubled", apply("+", A, A), "a")


def test_arguments_and_missing() -> None:
    found = results(apply("doubled", X), [DOUBLED], x=[1.5, None, ERROR, invalid(2.0)])
    assert found == [3.0, None, ERROR, 4.0]
    nested = apply("doubled", apply("doubled", apply("+", X, constant(1.0))))
    assert results(nested, [DOUBLED], x=[1.5, None]) == [10.0, None]
    swapped = function("minus", apply("-", B, A), "a", "b")
    element = apply("minus", apply("minus", X, Y), apply("minus", Y, X))
    assert results(element, [swapped], x=[1.0, 5.0], y=[3.0, None]) == [-4.0, None]


def test_types_of_arguments() -> None:
    assert results(apply("doubled", X), [DOUBLED], x=[3]) == [6]
    typed = function(
        "typed", apply("/", A, constant(2)), ParameterField(name="a", data_type="double")
    )
    assert results(apply("typed", X), [typed], x=[3]) == [1.5]
    whole = function("whole", A, ParameterField(name="a", data_type="integer"))
    assert results(apply("whole", X), [whole], x=[3.0, 3.5, None]) == [3, ERROR, None]
    result = function("result", apply("*", A, constant(0.5)), "a", data_type="integer")
    assert results(apply("result", X), [result], x=[4.0, 5.0]) == [2, ERROR]
    text = function("text", A, "a", data_type="string")
    assert results(apply("text", X), [text], x=[4]) == ["4"]


def test_body_is_compiled_once_for_each_combination_of_types() -> None:
    scope = scope_of(DOUBLED, x=DOUBLE, y=INTEGER)
    steps: list[Any] = [scope.compile(apply("doubled", item)) for item in (X, X, Y)]
    bodies = [step.body for step in steps]
    assert bodies[0] is bodies[1]
    assert bodies[0] is not bodies[2]


def test_errors_of_arguments_count_even_if_unused() -> None:
    constantly = function("constantly", constant(1.0), "a")
    assert results(apply("constantly", X), [constantly], x=[1.0, None, ERROR]) == [1.0, 1.0, ERROR]


def test_attributes_around_a_call() -> None:
    element = apply("doubled", X, map_missing_to="-1", default_value="-2")
    assert results(element, [DOUBLED], x=[1.0, None, ERROR]) == [2.0, -1.0, ERROR]
    empty = function("empty", apply("if", apply("isMissing", A), constant(None), A), "a")
    element = apply("empty", X, default_value="-2")
    assert results(element, [empty], x=[1.0, None]) == [1.0, -2.0]


def test_built_in_functions_win() -> None:
    shadow = function("min", constant(99.0), "a", "b")
    assert results(apply("min", X, Y), [shadow], x=[1.0], y=[2.0]) == [1.0]


def test_body_sees_parameters_only() -> None:
    leaking = function("leaking", apply("+", A, X), "a")
    with pytest.raises(MarkupError, match="'leaking' has no parameter 'x'"):
        results(apply("leaking", X), [leaking], x=[1.0])
    twice = function("twice", A, "a", "a")
    with pytest.raises(MarkupError, match="two parameters 'a'"):
        results(apply("twice", X, X), [twice], x=[1.0])


def test_wrong_number_of_arguments() -> None:
    with pytest.raises(MarkupError, match="takes 1 arguments, but has 2"):
        results(apply("doubled", X, X), [DOUBLED], x=[1.0])
    outer = function("outer", apply("doubled", A, A), "a")
    with pytest.raises(MarkupError, match="takes 1 arguments, but has 2"):
        results(apply("outer", X), [DOUBLED, outer], x=[1.0])


def test_unknown_bodies() -> None:
    unknown = Remainder(children=((0, Markup((Start("TextIndex"), End()))),))
    with pytest.raises(UnsupportedError, match="'tf': TextIndex is not supported"):
        results(
            apply("tf", X), [DefineFunction(name="tf", parameters=(), remainder=unknown)], x=[1.0]
        )
    with pytest.raises(MarkupError, match="has no expression"):
        results(apply("f", X), [DefineFunction(name="f", parameters=())], x=[1.0])
    outer = function("outer", apply("nowhere", A), "a")
    with pytest.raises(UnsupportedError, match="'nowhere' is not known"):
        results(apply("outer", X), [outer], x=[1.0])


def test_circles_are_named() -> None:
    functions = [
        function("f", apply("g", A), "a"),
        function("g", apply("+", apply("h", A), constant(1.0)), "a"),
        function("h", apply("g", A), "a"),
    ]
    with pytest.raises(MarkupError, match="g -> h -> g"):
        results(apply("f", X), functions, x=[1.0])
    with pytest.raises(MarkupError, match="f -> f"):
        results(apply("f", X), [function("f", apply("f", A), "a")], x=[1.0])


def pyramid(height: int) -> list[DefineFunction]:
    """Make f0 ... : each calls the one below twice."""
    functions = [function("f0", apply("*", A, constant(0.5)), "a")]
    for place in range(1, height + 1):
        below = apply(f"f{place - 1}", A)
        functions.append(function(f"f{place}", apply("+", below, below), "a"))
    return functions


def test_calls_that_multiply() -> None:
    assert results(apply("f10", X), pyramid(10), x=[1.0, None]) == [512.0, None]
    scope_of(*pyramid(18), x=DOUBLE).compile(apply("f18", X))
    with pytest.raises(LimitError, match=r"Limits\.function_calls = 1000000"):
        scope_of(*pyramid(19), x=DOUBLE).compile(apply("f19", X))
    scope = scope_of(*pyramid(18), x=DOUBLE)
    scope.compile(apply("f18", X))
    with pytest.raises(LimitError, match=r"Limits\.function_calls"):
        scope.compile(apply("f18", X))


def chain(height: int, width: int) -> list[DefineFunction]:
    """Make f0 ...: each calls the one below amid an expression `width` deep."""
    functions = [function("f0", A, "a")]
    for place in range(1, height):
        body: Any = apply(f"f{place - 1}", A)
        for _ in range(width):
            body = apply("+", body, constant(1.0))
        functions.append(function(f"f{place}", body, "a"))
    return functions


@pytest.mark.parametrize("width", [0, 1, 22, 50, 190])
def test_deep_calls_need_little_stack(width: int) -> None:
    scope = scope_of(*chain(32, width), x=DOUBLE)
    batch = Batch(2, {scope.fields["x"].slot: Column.of([0.0, None], DOUBLE)})
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(_frames() + 200)
    try:
        step = scope.compile(apply("f31", X))
        scope.frame.columns(batch)
        found = step.columns(batch).to_list()
        row = step.row_function()([0.0] + [None] * scope.compilation.slots)
    finally:
        sys.setrecursionlimit(before)
    assert found == [31.0 * width, None]
    assert row == 31.0 * width
    assert run(scope, step, {"x": [0.0, None]}) == found


def _frames() -> int:
    frame: Any = sys._getframe()
    count = 0
    while frame is not None:
        frame, count = frame.f_back, count + 1
    return count


def test_calls_that_nest_too_deep() -> None:
    with pytest.raises(LimitError, match=r"Limits\.function_depth = 32"):
        results(apply("f32", X), chain(33, 1), x=[0.0])
    with pytest.raises(LimitError, match=r"Limits\.function_depth = 32"):
        results(apply("f4999", X), chain(5000, 1), x=[0.0])
    with pytest.raises(LimitError, match=r"Limits\.apply_depth = 200"):
        results(apply("f1", X), chain(2, 200), x=[0.0])


def test_errors_of_a_branch_not_taken_in_a_deep_body() -> None:
    body: Any = apply("ln", A)
    for _ in range(60):
        body = apply("+", body, constant(1.0))
    guarded = function(
        "guarded", apply("if", apply("greaterThan", A, constant(0.0)), body, constant(0.0)), "a"
    )
    assert results(apply("guarded", X), [guarded], x=[1.0, -1.0, None]) == [60.0, 0.0, None]
