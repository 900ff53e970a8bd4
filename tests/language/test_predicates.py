"""Predicates in both modes: truth tables, literals typed by the field, errors, NaN."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.columns.column import Column
from pmmlkit.columns.conversion import parse_text
from pmmlkit.columns.types import (
    BOOLEAN,
    DATA_TYPES,
    DATE,
    DATE_TIME,
    DOUBLE,
    FLOAT,
    INTEGER,
    STRING,
    TIME,
)
from pmmlkit.columns.values import invalid
from pmmlkit.errors import MarkupError, UnsupportedError
from pmmlkit.language.arrays import Array
from pmmlkit.language.compound import SurrogateStep
from pmmlkit.language.predicates import (
    CompoundPredicate,
    FalsePredicate,
    SimplePredicate,
    SimpleSetPredicate,
    TruePredicate,
)
from pmmlkit.language.step import Batch
from tests.language.rows import ERROR, evaluate, field, make_scope

T, F, U = True, False, None
ORDER = ("lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual")
ALL = ("equal", "notEqual", *ORDER)
NAN = math.nan


def simple(operator: str, value: str | None = None, name: str = "x") -> SimplePredicate:
    return SimplePredicate(field=name, operator=operator, value=value)


def expected(low: bool, same: bool) -> list[bool]:
    """The results of ALL for a value that is lower than, the same as, or above the literal."""
    return [same, not same, low, low or same, not low and not same, not low]


LITERALS = [
    # type, literal, values with (is lower, is same)
    (DOUBLE, "1", [(0.5, T, F), (1.0, F, T), (10.0, F, F), (-math.inf, T, F)]),
    (DOUBLE, " 1.5 ", [(1.5, F, T)]),
    (DOUBLE, "INF", [(math.inf, F, T), (1e308, T, F)]),
    (DOUBLE, "-INF", [(-math.inf, F, T), (0.0, F, F)]),
    (DOUBLE, "0", [(-0.0, F, T), (0.0, F, T)]),
    (DOUBLE, "0.3", [(float(np.float32(0.3)), F, F)]),
    (FLOAT, "0.3", [(float(np.float32(0.3)), F, T)]),
    (FLOAT, "16777217", [(16777216.0, F, T), (16777218.0, F, F)]),
    (INTEGER, "2", [(1, T, F), (2, F, T), (3, F, F)]),
    (INTEGER, "2.0", [(2, F, T)]),
    (INTEGER, "2.5", [(2, T, F), (3, F, F), (-2, T, F)]),
    (INTEGER, "-2.5", [(-3, T, F), (-2, F, F)]),
    (INTEGER, "INF", [(2**63 - 1, T, F), (-5, T, F)]),
    (INTEGER, "-INF", [(-(2**63), F, F)]),
    (INTEGER, "1e300", [(2**63 - 1, T, F)]),
    (INTEGER, "-1e300", [(-(2**63), F, F)]),
    (INTEGER, "NaN", [(5, T, F)]),
    (INTEGER, str(2**53 + 1), [(2**53, T, F), (2**53 + 1, F, T), (2**53 + 2, F, F)]),
    (STRING, "9", [("10", T, F), ("9", F, T), ("9 ", F, F), ("", T, F), ("a", F, F)]),
    (STRING, " b", [(" b", F, T), ("b", F, F)]),
    (BOOLEAN, "true", [(F, T, F), (T, F, T)]),
    (BOOLEAN, "FALSE", [(F, F, T), (T, F, F)]),
    (BOOLEAN, "1", [(T, F, T)]),
    (DATE, "2020-01-02", [(18262, T, F), (18263, F, T), (18264, F, F)]),
    (TIME, "00:00:01", [(999_999, T, F), (1_000_000, F, T)]),
    (DATE_TIME, "1970-01-01T00:00:01", [(0, T, F), (1_000_000, F, T)]),
    (DATA_TYPES["timeSeconds"], "60", [(59, T, F), (60, F, T), (61, F, F)]),
    (DATA_TYPES["dateDaysSince[1970]"], "1", [(0, T, F), (1, F, T)]),
]


@pytest.mark.parametrize(("type", "text", "values"), LITERALS)
def test_literals_are_typed_by_the_field(type: Any, text: str, values: Any) -> None:
    items = [item for item, _, _ in values]
    for place, operator in enumerate(ALL):
        found = evaluate(simple(operator, text), make_scope(x=type), {"x": [*items, None, ERROR]})
        assert found == [*(expected(low, same)[place] for _, low, same in values), None, ERROR]


@pytest.mark.parametrize("type", [DOUBLE, FLOAT])
@pytest.mark.parametrize(
    ("text", "value", "low", "same"),
    [
        ("1", NAN, F, F),
        ("INF", NAN, F, F),
        ("NaN", 1.0, T, F),
        ("NaN", math.inf, T, F),
        ("NaN", NAN, F, T),
    ],
)
def test_nan_is_greater_than_all_numbers(
    type: Any, text: str, value: float, low: bool, same: bool
) -> None:
    found = [
        evaluate(simple(operator, text), make_scope(x=type), {"x": [invalid(value)]})[0]
        for operator in ALL
    ]
    assert found == expected(low, same)


def test_flagged_values_compare_like_others() -> None:
    scope = make_scope(x=STRING, y=INTEGER)
    data = {"x": [invalid("a"), "b"], "y": [invalid(1), 2]}
    assert evaluate(simple("equal", "a"), scope, data) == [True, False]
    assert evaluate(simple("lessThan", "2", "y"), scope, data) == [True, False]


@pytest.mark.parametrize(
    ("type", "values", "literal", "inputs", "lower"),
    [
        (STRING, ("low", "mid", "high"), "mid", ["low", "mid", "high"], [True, False, False]),
        (INTEGER, (3, 1, 2), "1", [3, 1, 2], [True, False, False]),
        (DOUBLE, (0.5, -1.0), "-1", [0.5, -1.0], [True, False]),
        (BOOLEAN, (True, False), "false", [True, False], [True, False]),
    ],
)
def test_ordinal_fields_follow_their_valid_values(
    type: Any, values: Any, literal: str, inputs: Any, lower: Any
) -> None:
    scope = make_scope(x=field(type, "ordinal", values))
    found = evaluate(simple("lessThan", literal), scope, {"x": [*inputs, None]})
    assert found == [*lower, None]


def test_values_outside_of_the_order_are_errors_of_their_rows() -> None:
    scope = make_scope(x=field(STRING, "ordinal", ("b", "a")), y=field(INTEGER, "ordinal", (2, 1)))
    data = {"x": ["b", invalid("c"), None, "a"], "y": [invalid(7), 2, None, 1]}
    assert evaluate(simple("lessOrEqual", "b"), scope, data) == [True, ERROR, None, False]
    assert evaluate(simple("greaterOrEqual", "1", "y"), scope, data) == [ERROR, False, None, True]
    assert evaluate(simple("notEqual", "zzz"), scope, data) == [True, True, None, True]
    with pytest.raises(MarkupError, match="none of the valid values"):
        scope.compile(simple("lessThan", "c"))


def test_ordinal_fields_without_valid_values_follow_their_type() -> None:
    scope = make_scope(x=field(STRING, "ordinal"))
    assert evaluate(simple("lessThan", "b"), scope, {"x": ["a", "b"]}) == [True, False]


def test_missing_tests_are_never_unknown() -> None:
    scope = make_scope(x=DOUBLE, s=STRING)
    data = {"x": [1.0, None, invalid(NAN), ERROR], "s": ["", None, "b", None]}
    assert evaluate(simple("isMissing"), scope, data) == [False, True, False, ERROR]
    assert evaluate(simple("isNotMissing", "ignored"), scope, data) == [True, False, True, ERROR]
    assert evaluate(simple("isMissing", name="s"), scope, data) == [False, True, False, True]


@pytest.mark.parametrize(
    ("predicate", "message"),
    [
        (simple("equal"), "needs the attribute value"),
        (simple("equal", "abc"), "cannot be compared"),
        (simple("lessThan", ""), "cannot be compared"),
        (simple("equal", "1", "nowhere"), "not defined here"),
        (
            SimpleSetPredicate(field="x", boolean_operator="isIn", array=Array.of(["a"], "string")),
            "'a'",
        ),
    ],
)
def test_what_cannot_be_compared_is_said_at_once(predicate: Any, message: str) -> None:
    with pytest.raises(MarkupError, match=message):
        make_scope(x=DOUBLE).compile(predicate)
    with pytest.raises(UnsupportedError, match="x-like"):
        make_scope(x=DOUBLE).compile(simple("x-like", "1"))


SETS = [
    (STRING, ["a", "b c", ""], ["a", "b c", "", "c", None], [T, T, T, F, U]),
    (DOUBLE, ["1", "2.5", "-0.0"], [1.0, 2.5, 0.0, -0.0, NAN, 3.0], [T, T, T, T, F, F]),
    (DOUBLE, ["NaN", "1"], [NAN, 1.0, 2.0], [T, T, F]),
    (
        DOUBLE,
        [str(item) for item in range(20)],
        [0.0, 19.0, 20.0, -1.0, 7.5, NAN],
        [T, T, F, F, F, F],
    ),
    (FLOAT, ["0.1"], [float(np.float32(0.1))], [T]),
    (INTEGER, ["1", "2.5", "3.0"], [1, 2, 3], [T, F, T]),
    (INTEGER, [str(item) for item in range(9)], [0, 8, 9, None, ERROR], [T, T, F, U, ERROR]),
    (INTEGER, ["0.5"], [0, 1], [F, F]),
    (BOOLEAN, ["true"], [T, F], [T, F]),
    (DATE, ["2020-01-02"], [18263, 18264], [T, F]),
    (STRING, [], ["a", None], [F, U]),
]


@pytest.mark.parametrize(("type", "items", "inputs", "members"), SETS)
def test_sets(type: Any, items: Any, inputs: Any, members: Any) -> None:
    inputs = [invalid(item) if item != item else item for item in inputs]
    array = Array.of(items, "string")
    for operator, negated in (("isIn", False), ("isNotIn", True)):
        predicate = SimpleSetPredicate(field="x", boolean_operator=operator, array=array)
        found = evaluate(predicate, make_scope(x=type), {"x": inputs})
        assert found == [item if item in (U, ERROR) else item is not negated for item in members]


def test_typed_facts() -> None:
    scope = make_scope(x=FLOAT, n=INTEGER)
    assert simple("lessThan", "0.1").typed(scope)[1:] == ("lessThan", float(np.float32(0.1)))
    assert simple("isMissing").typed(scope)[1:] == ("isMissing", None)
    assert simple("equal", "2.5", "n").typed(scope) == (scope.fields["n"], "equal", 2.5)
    chosen = SimpleSetPredicate(field="n", boolean_operator="isIn", array=Array.of([3, 4], "int"))
    assert chosen.typed(scope) == (scope.fields["n"], "isIn", (3, 4))


def test_constants() -> None:
    assert evaluate(TruePredicate(), make_scope(), {}) == [True, True, True]
    assert evaluate(FalsePredicate(), make_scope(), {}) == [False, False, False]


AND = {(T, T): T, (T, F): F, (T, U): U, (F, F): F, (F, U): F, (U, U): U}
OR = {(T, T): T, (T, F): T, (T, U): T, (F, F): F, (F, U): U, (U, U): U}
XOR = {(T, T): F, (T, F): T, (T, U): U, (F, F): F, (F, U): U, (U, U): U}
STATES = (T, F, U)


def compound(operator: str, count: int) -> CompoundPredicate:
    predicates = tuple(simple("equal", "true", f"x{place}") for place in range(count))
    return CompoundPredicate(boolean_operator=operator, predicates=predicates)


@pytest.mark.parametrize(("operator", "table"), [("and", AND), ("or", OR), ("xor", XOR)])
def test_truth_tables(operator: str, table: dict[Any, Any]) -> None:
    pairs = list(product(STATES, STATES))
    data = {"x0": [left for left, _ in pairs], "x1": [right for _, right in pairs]}
    found = evaluate(compound(operator, 2), make_scope(x0=BOOLEAN, x1=BOOLEAN), data)
    wanted = [table.get(pair, table.get(pair[::-1])) for pair in pairs]
    assert found == wanted


def decide(operator: str, items: tuple[Any, ...]) -> Any:
    """Say what the rules say, one operand after the other."""
    result = {"and": True, "or": False, "xor": False, "surrogate": None}[operator]
    for item in items:
        if item is ERROR:
            return ERROR
        if operator == "surrogate":
            if item is not None:
                return item
        elif operator == "xor":
            if item is None:
                return None
            result = result is not item
        elif item is None:
            result = None
        elif item is (operator == "or"):
            return item
    return result


@pytest.mark.parametrize("operator", ["and", "or", "xor", "surrogate"])
def test_what_follows_the_decision_is_not_looked_at(operator: str) -> None:
    triples = list(product((T, F, U, ERROR), repeat=3))
    data = {f"x{place}": [triple[place] for triple in triples] for place in range(3)}
    scope = make_scope(x0=BOOLEAN, x1=BOOLEAN, x2=BOOLEAN)
    found = evaluate(compound(operator, 3), scope, data)
    assert found == [decide(operator, triple) for triple in triples]


def test_surrogates_tell_which_operand_decided() -> None:
    pairs = list(product(STATES, STATES))
    scope = make_scope(x0=BOOLEAN, x1=BOOLEAN)
    step = scope.compile(compound("surrogate", 2))
    assert isinstance(step, SurrogateStep)
    function = step.decided_row_function()
    wanted = [
        (pair[0], False) if pair[0] is not U else (pair[1], pair[1] is not U) for pair in pairs
    ]
    assert [function(list(pair)) for pair in pairs] == wanted
    batch = Batch(len(pairs))
    for place in range(2):
        items = [pair[place] for pair in pairs]
        batch[scope.fields[f"x{place}"]] = Column.of(items, BOOLEAN)
    column, later = step.decided_columns(batch)
    assert list(zip(column.to_list(), later.tolist(), strict=True)) == wanted


def test_compounds_need_two_operands() -> None:
    for count in (0, 1):
        with pytest.raises(MarkupError, match="two predicates"):
            make_scope(x0=BOOLEAN).compile(compound("and", count))
    with pytest.raises(UnsupportedError, match="nand"):
        make_scope(x0=BOOLEAN, x1=BOOLEAN).compile(compound("nand", 2))


def test_deep_compounds() -> None:
    """Deep documents are cut into steps; the result is that of the whole."""
    predicate: Any = simple("equal", "true", "x0")
    pairs = list(product((T, F, U, ERROR), repeat=2))
    wanted = [left for left, _ in pairs]
    for depth in range(100):
        other = simple("equal", "true", f"x{depth % 2}")
        operator = ("and", "or", "xor", "surrogate")[depth % 4]
        predicate = CompoundPredicate(boolean_operator=operator, predicates=(predicate, other))
        wanted = [
            decide(operator, (before, pair[depth % 2]))
            for before, pair in zip(wanted, pairs, strict=True)
        ]
    data = {"x0": [left for left, _ in pairs], "x1": [right for _, right in pairs]}
    assert evaluate(predicate, make_scope(x0=BOOLEAN, x1=BOOLEAN), data) == wanted


VALUES = {
    "double": st.one_of(st.floats(width=64), st.sampled_from([0.5, 1.0, 2.0])),
    "float": st.floats(width=32),
    "integer": st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-3, 3)),
    "string": st.text(max_size=3),
    "boolean": st.booleans(),
}


@pytest.mark.parametrize("name", VALUES)
@given(data=st.data())
def test_rows_equal_columns(name: str, data: st.DataObject) -> None:
    type = DATA_TYPES[name]
    items = data.draw(st.lists(st.one_of(VALUES[name], st.none()), min_size=1, max_size=20))
    texts: Any = (
        st.floats(-4, 4).map(str)
        if name in ("integer", "float", "double")
        else VALUES[name].map(lambda item: str(item).lower() if isinstance(item, bool) else item)
    )
    operator = data.draw(st.sampled_from(ALL))
    text = data.draw(texts)
    evaluate(simple(operator, text), make_scope(x=type), {"x": items})
    members = data.draw(st.lists(texts, max_size=12))
    predicate = SimpleSetPredicate(
        field="x", boolean_operator="isNotIn", array=Array.of(members, "string")
    )
    evaluate(predicate, make_scope(x=type), {"x": items})


def test_literals_parse_like_values() -> None:
    assert parse_text("0.1", FLOAT) == float(np.float32(0.1))
