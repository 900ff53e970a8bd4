"""Derived fields: casts, order of values, what they are defined by, and where their steps run."""

from __future__ import annotations

from typing import Any

import pytest

from pmmlkit.columns.types import DOUBLE, INTEGER, STRING
from pmmlkit.columns.values import invalid
from pmmlkit.errors import MarkupError, UnsupportedError
from pmmlkit.language.data_dictionary import Value
from pmmlkit.language.derived_field import (
    DerivedField,
    LocalTransformations,
    TransformationDictionary,
)
from pmmlkit.language.expressions import Constant, FieldRef, LinearNorm, NormContinuous
from pmmlkit.language.predicates import CompoundPredicate, SimplePredicate
from pmmlkit.language.scope import Scope
from pmmlkit.language.step import Read
from pmmlkit.xml.markup import End, Markup, Remainder, Start
from tests.language.rows import ERROR, make_scope, run


def derived(name: str, expression: Any, data_type: str = "double", **others: Any) -> DerivedField:
    values = {"optype": "continuous", **others}
    return DerivedField(name=name, expression=expression, data_type=data_type, **values)


def with_fields(*fields: DerivedField, **types: Any) -> Scope:
    scope = make_scope(**types)
    scope.definitions = {field.field_name(): field for field in fields}
    return scope


def read(scope: Scope, name: str, data: dict[str, list[Any]]) -> list[Any]:
    step = Read(scope.field(name))
    for known in set(scope.fields) - set(data):
        del scope.fields[known]
    return run(scope, step, data)


@pytest.mark.parametrize(
    ("type", "data_type", "items", "results"),
    [
        (DOUBLE, "integer", [2.0, 2.5, None, ERROR], [2, ERROR, None, ERROR]),
        (STRING, "double", ["2.5", "x", None], [2.5, ERROR, None]),
        (INTEGER, "string", [5, None], ["5", None]),
        (DOUBLE, "boolean", [1.0, 0.0, 2.0], [True, False, ERROR]),
        (DOUBLE, "float", [0.1], [0.10000000149011612]),
    ],
)
def test_the_result_is_cast(type: Any, data_type: str, items: Any, results: Any) -> None:
    scope = with_fields(derived("d", FieldRef(field="x"), data_type), x=type)
    assert read(scope, "d", {"x": items}) == results


def test_flags_stay_without_a_cast() -> None:
    scope = with_fields(derived("d", FieldRef(field="x")), x=DOUBLE)
    assert read(scope, "d", {"x": [invalid(1.0)]}) == [invalid(1.0)]


def test_what_the_field_says_of_itself() -> None:
    values = (
        Value(value="3"),
        Value(value="1"),
        Value(value="9", property="invalid"),
    )
    element = derived("d", FieldRef(field="x"), "integer", optype="ordinal", values=values)
    field = with_fields(element, x=INTEGER).field("d")
    assert (field.name, field.type, field.optype, field.values) == ("d", INTEGER, "ordinal", (3, 1))
    element = derived("d", Constant(text="a"), "string", optype=None)
    assert with_fields(element).field("d").optype == "categorical"
    bad = derived("d", FieldRef(field="x"), "integer", values=(Value(value="a"),))
    with pytest.raises(MarkupError, match="Value"):
        with_fields(bad, x=INTEGER).field("d")


def test_the_order_of_values_orders_the_field() -> None:
    values = tuple(Value(value=item) for item in ("low", "high"))
    element = derived("d", FieldRef(field="x"), "string", optype="ordinal", values=values)
    scope = with_fields(element, x=STRING)
    step = scope.compile(SimplePredicate(field="d", operator="lessThan", value="high"))
    del scope.fields["d"]
    assert run(scope, step, {"x": ["low", "high", "mid", None]}) == [True, False, ERROR, None]


def test_fields_that_build_on_each_other() -> None:
    double = NormContinuous(
        field="a", linear_norms=(LinearNorm(orig=0, norm=0), LinearNorm(orig=1, norm=2))
    )
    scope = with_fields(
        derived("b", double), derived("a", FieldRef(field="x", map_missing_to="3")), x=DOUBLE
    )
    assert read(scope, "b", {"x": [1.0, None]}) == [2.0, 6.0]


def test_unused_fields_cost_nothing() -> None:
    scope = with_fields(
        derived("bad", Constant(data_type="integer", text="x")),
        derived("good", FieldRef(field="x")),
        x=DOUBLE,
    )
    scope.field("good")
    assert len(scope.frame.steps) == 1


def test_circles_are_named() -> None:
    scope = with_fields(derived("a", FieldRef(field="b")), derived("b", FieldRef(field="a")))
    with pytest.raises(MarkupError, match="a -> b -> a"):
        scope.field("a")


def test_settled_fields_are_computed_once_for_all_models() -> None:
    """A field of settled inputs runs where these are; others run in the model that uses them."""
    outer = make_scope(x=DOUBLE)
    outer.compilation.definitions = {
        "d": derived("d", FieldRef(field="x")),
        "e": derived("e", FieldRef(field="d")),
        "f": derived("f", FieldRef(field="s")),
    }
    first, second = (Scope(outer.compilation, outer) for _ in range(2))
    assert first.field("e") is second.field("e")
    assert [field.name for field, _ in outer.frame.steps] == ["d", "e"]
    outer.fields["s"] = outer.new_field("s", DOUBLE, settled=False)
    assert not first.field("f").settled
    assert first.field("f") is not second.field("f")
    assert [field.name for field, _ in first.frame.steps] == ["f"]


def test_deep_expressions_of_shared_fields_run_where_the_field_does() -> None:
    predicate: Any = SimplePredicate(field="x", operator="equal", value="1")
    for _ in range(60):
        predicate = CompoundPredicate(boolean_operator="and", predicates=(predicate, predicate))
        predicate = predicate.replace(
            predicates=(predicate.predicates[0], SimplePredicate(field="x", operator="isMissing"))
        )
    outer = make_scope(x=DOUBLE)
    inner = Scope(outer.compilation, outer)
    inner.definitions = {"d": derived("d", predicate, "boolean", optype="categorical")}
    inner.field("d")
    assert inner.frame.steps == []
    assert len(outer.frame.steps) > 1


def test_expressions_without_a_class_are_named() -> None:
    kept = Markup((Start("TextIndex", (("textField", "x"),)), End()))
    element = derived("d", None).replace(remainder=Remainder(children=((0, kept),)))
    with pytest.raises(UnsupportedError, match="TextIndex is not supported"):
        with_fields(element, x=STRING).field("d")
    with pytest.raises(MarkupError, match="no expression"):
        with_fields(derived("d", None)).field("d")


def test_fields_without_a_name() -> None:
    element = derived("d", FieldRef(field="x"), "integer").replace(name=None)
    with pytest.raises(MarkupError, match="needs a name"):
        element.field_name()
    scope = make_scope(x=DOUBLE)
    assert run(scope, element.step(scope), {"x": [1.0, None]}) == [1, None]


def test_holders() -> None:
    field = derived("d", Constant(text="1"))
    assert LocalTransformations(derived_fields=(field,)).derived_fields == (field,)
    assert TransformationDictionary(derived_fields=(field,)).elements() == [field]
