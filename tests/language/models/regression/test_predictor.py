"""RegressionModel as a whole: sums, categories, missing values, errors; rows equal columns."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from pmmlkit.columns.types import BOOLEAN, DATE, DOUBLE, FLOAT, INTEGER, STRING, DataType
from pmmlkit.columns.values import Failure, invalid
from pmmlkit.errors import EvaluationError, MarkupError, UnsupportedError
from pmmlkit.language.expressions import FieldRef
from pmmlkit.language.models.regression import (
    CategoricalPredictor,
    NumericPredictor,
    PredictorTerm,
    RegressionTable,
)
from pmmlkit.language.models.target_field import TargetField

Make = Callable[..., Any]
FAILURE = Failure(EvaluationError("no such value"))


def logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


# --- one table


def test_a_sum_of_numbers_and_categories(given: Make, model: Make, table: Make) -> None:
    made = model(table(1.0, x=2.0, color={"red": 10.0, "blue": 20.0}))
    rows = [(3.0, "red"), (3.0, "blue"), (3.0, "green"), (3.0, None), (None, "red")]
    results = given(x=DOUBLE, color=STRING).both(made, rows)
    assert [value for value, _ in results] == [17.0, 27.0, 7.0, 7.0, None]


def test_additions_are_made_in_the_order_of_the_document(
    given: Make, model: Make, table: Make
) -> None:
    made = model(table(1e16, a=1.0, b=-1.0, c=1.0))
    row = (1e16, 1e16, 1.0)
    # In any other order the small number would be lost.
    assert given(a=DOUBLE, b=DOUBLE, c=DOUBLE).both(made, [row])[0][0] == (0.0 + 1.0) + 1e16


@pytest.mark.parametrize(("exponent", "expected"), [(2, 9.0), (3, -27.0), (0, 1.0), (-1, -1 / 3)])
def test_exponents(given: Make, model: Make, exponent: int, expected: float) -> None:
    term = NumericPredictor(name="x", exponent=exponent, coefficient=1.0)
    made = model(RegressionTable(intercept=0.0, numeric_predictors=(term,)))
    assert given(x=DOUBLE).both(made, [(-3.0,)])[0][0] == pytest.approx(expected, rel=1e-12)


def test_powers_beyond_the_range_of_a_double(given: Make, model: Make) -> None:
    for exponent, value in ((-1, 0.0), (400, 10.0)):
        term = NumericPredictor(name="x", exponent=exponent, coefficient=1.0)
        made = model(RegressionTable(intercept=0.0, numeric_predictors=(term,)))
        assert given(x=DOUBLE).both(made, [(value,)])[0][0] == math.inf


def test_terms(given: Make, model: Make) -> None:
    term = PredictorTerm(
        coefficient=0.5,
        field_refs=(FieldRef(field="x"), FieldRef(field="n"), FieldRef(field="x")),
    )
    made = model(RegressionTable(intercept=1.0, predictor_terms=(term,)))
    results = given(x=DOUBLE, n=INTEGER).both(made, [(3.0, 2), (3.0, None), (None, None)])
    assert [value for value, _ in results] == [10.0, None, None]


def test_a_term_over_a_reference_with_a_replacement(given: Make, model: Make) -> None:
    term = PredictorTerm(coefficient=2.0, field_refs=(FieldRef(field="x", map_missing_to="7"),))
    made = model(RegressionTable(intercept=1.0, predictor_terms=(term,)))
    assert [value for value, _ in given(x=DOUBLE).both(made, [(3.0,), (None,)])] == [7.0, 15.0]


@pytest.mark.parametrize(
    ("type", "texts", "values"),
    [
        (STRING, ["1", "1.0"], ["1", "1.0"]),
        (INTEGER, ["1", "2"], [1, 2]),
        (DOUBLE, ["1", "0.1"], [1.0, 0.1]),
        (FLOAT, ["1", "0.1"], [1.0, float(np.float32(0.1))]),
        (BOOLEAN, ["true", "false"], [True, False]),
    ],
)
def test_categories_have_the_type_of_their_field(
    given: Make, model: Make, table: Make, type: DataType, texts: list[str], values: list[Any]
) -> None:
    made = model(table(0.0, c={texts[0]: 1.0, texts[1]: 2.0}))
    rows = [(value,) for value in [*values, None]]
    assert [value for value, _ in given(c=type).both(made, rows)] == [1.0, 2.0, 0.0]


def test_of_two_predictors_for_one_category_the_first_counts(given: Make, model: Make) -> None:
    predictors = [("a", "x", 1.0), ("b", "x", 10.0), ("a", "x", 100.0), ("a", "y", 1000.0)]
    items = tuple(
        CategoricalPredictor(name=name, value=value, coefficient=number)
        for name, value, number in predictors
    )
    setting = given(a=STRING, b=STRING)
    made = model(RegressionTable(intercept=0.0, categorical_predictors=items))
    assert [value for value, _ in setting.both(made, [("x", "x"), ("y", "x")])] == [11.0, 1010.0]
    assert set(setting.codes) == {"PMML351"}


def test_a_category_that_the_field_cannot_have(given: Make, model: Make, table: Make) -> None:
    setting = given(n=INTEGER)
    assert setting.both(model(table(1.0, n={"many": 5.0})), [(3,)]) == [(1.0, None)]
    assert set(setting.codes) == {"PMML350"}


def test_numbers_of_other_types_are_cast(given: Make, model: Make, table: Make) -> None:
    made = model(table(0.0, flag=2.0, text=3.0))
    setting = given(flag=BOOLEAN, text=STRING)
    results = setting.both(made, [(True, "1.5"), (False, "2"), (True, None), (True, "many")])
    assert [item if isinstance(item, str) else item[0] for item in results[:3]] == [6.5, 6.0, None]
    assert isinstance(results[3], str)


def test_a_date_is_no_number(given: Make, model: Make, table: Make) -> None:
    with pytest.raises(MarkupError, match="not a number"):
        given(day=DATE).build(model(table(0.0, day=2.0)))


def test_an_error_of_any_input_wins_over_missing(given: Make, model: Make, table: Make) -> None:
    made = model(table(0.0, x=1.0, y=1.0, c={"a": 1.0}))
    rows = [
        (FAILURE, 1.0, "a"),
        (None, FAILURE, "a"),
        (FAILURE, None, "a"),
        (1.0, 1.0, FAILURE),
        (None, 1.0, FAILURE),
        (1.0, 1.0, "a"),
    ]
    results = given(x=DOUBLE, y=DOUBLE, c=STRING).both(made, rows)
    assert results == ["no such value"] * 5 + [(3.0, None)]


def test_values_that_are_flagged_invalid_are_used(given: Make, model: Make, table: Make) -> None:
    made = model(table(0.0, x=2.0, c={"a": 1.0}))
    results = given(x=DOUBLE, c=STRING).both(made, [(invalid(3.0), invalid("a"))])
    assert results == [(7.0, None)]


def test_regression_links(given: Make, model: Make, table: Make) -> None:
    for method, expected in (
        ("logit", logistic(3.0)),
        ("softmax", logistic(3.0)),
        ("exp", math.exp(3.0)),
        ("cauchit", 0.5 + math.atan(3.0) / math.pi),
    ):
        results = given(x=DOUBLE).both(model(table(1.0, x=2.0), method=method), [(1.0,), (None,)])
        assert results[0][0] == pytest.approx(expected, rel=1e-12)
        assert results[1] == (None, None)


# --- classification

METHODS_OF_TWO = ("none", "logit", "probit", "cloglog", "loglog", "cauchit", "simplemax", "softmax")


@pytest.mark.parametrize("method", METHODS_OF_TWO)
def test_two_tables(given: Make, model: Make, table: Make, method: str) -> None:
    made = model(table(0.5, "no", x=0.1), table(0.25, "yes", x=0.2), method=method)
    results = given(x=DOUBLE).both(made, [(0.0,), (40.0,), (-3.0,), (None,)])
    assert results[-1] == (None, None)
    for value, probabilities in results[:-1]:
        assert sum(probabilities) == pytest.approx(1.0)
        assert value == ("no" if probabilities[0] >= probabilities[1] else "yes")


@pytest.mark.parametrize("method", ["logit", "softmax"])
def test_the_usual_logistic_regression(given: Make, model: Make, table: Make, method: str) -> None:
    made = model(table(0.5, "yes", x=2.0), table(0.0, "no"), method=method)
    results = given(x=DOUBLE).both(made, [(1.0,), (-0.25,), (-1.0,), (-1000.0,), (1000.0,)])
    assert [value for value, _ in results] == ["yes", "yes", "no", "no", "yes"]
    assert results[0][1] == pytest.approx([logistic(2.5), 1 - logistic(2.5)], rel=1e-15)
    assert results[3][1] == [0.0, 1.0]


def test_softmax_over_an_empty_table_is_the_logit_of_the_first(
    given: Make, model: Make, table: Make
) -> None:
    rows = [(value / 7,) for value in range(-50, 50)]
    tables = table(0.3, "yes", x=0.7), table(0.0, "no")
    setting = given(x=DOUBLE)
    one = setting.rows(setting.build(model(*tables, method="softmax")), rows)
    other = setting.rows(setting.build(model(*tables, method="logit")), rows)
    assert one == other


@pytest.mark.parametrize("method", ["none", "logit", "softmax", "simplemax"])
def test_three_tables(given: Make, model: Make, table: Make, method: str) -> None:
    tables = table(0.5, "a", x=0.1), table(0.2, "b", x=0.5), table(0.3, "c")
    setting = given(x=DOUBLE)
    results = setting.both(model(*tables, method=method), [(0.0,), (1.0,), (None,)])
    assert [value for value, _ in results] == ["a", "b", None]
    assert set(setting.codes) == ({"PMML352"} if method == "logit" else set())


def test_of_equal_probabilities_the_first_wins(given: Make, model: Make, table: Make) -> None:
    tables = table(0.0, "b"), table(1.0, "c", x=0.0), table(1.0, "a")
    results = given(x=DOUBLE).both(model(*tables, method="softmax"), [(5.0,)])
    assert results[0][0] == "c"


def test_any_missing_table_means_no_result(given: Make, model: Make, table: Make) -> None:
    tables = table(0.0, "a", x=1.0), table(0.0, "b", y=1.0)
    for method in ("logit", "softmax"):
        rows = [(1.0, None), (None, 1.0), (None, FAILURE), (FAILURE, None), (1.0, 0.0)]
        results = given(x=DOUBLE, y=DOUBLE).both(model(*tables, method=method), rows)
        assert results[:4] == [(None, None), (None, None), "no such value", "no such value"]
        assert results[4][0] == "a"


def test_an_ordinal_target(given: Make, model: Make, table: Make) -> None:
    target = TargetField("y", STRING, "ordinal", ("low", "middle", "high"))
    tables = table(-1.0, "low", x=1.0), table(1.0, "middle", x=1.0), table(0.0, "high")
    results = given(x=DOUBLE).both(
        model(*tables, method="logit"), [(-5.0,), (0.0,), (5.0,)], target
    )
    assert results[1][1] == pytest.approx(
        [logistic(-1), logistic(1) - logistic(-1), 1 - logistic(1)], rel=1e-12
    )
    assert [value for value, _ in results] == ["high", "middle", "low"]


@pytest.mark.parametrize(
    ("type", "texts", "values"),
    [(INTEGER, ["0", "1"], [0, 1]), (BOOLEAN, ["false", "true"], [False, True])],
)
def test_classes_have_the_type_of_the_target(
    given: Make, model: Make, table: Make, type: DataType, texts: list[str], values: list[Any]
) -> None:
    target = TargetField("y", type, "categorical", tuple(values))
    made = model(table(0.0, texts[0]), table(1.0, texts[1], x=1.0), method="softmax")
    setting = given(x=DOUBLE)
    assert setting.build(made, target).classes == tuple(values)
    results = setting.both(made, [(3.0,), (-3.0,)], target)
    assert [value for value, _ in results] == [values[1], values[0]]


def test_simplemax_of_zero_is_an_error_of_the_row(given: Make, model: Make, table: Make) -> None:
    tables = table(0.0, "a", x=1.0), table(0.0, "b", y=1.0)
    results = given(x=DOUBLE, y=DOUBLE).both(
        model(*tables, method="simplemax"), [(1.0, -1.0), (1.0, 3.0), (None, 0.0)]
    )
    assert "sum to 0" in results[0]
    assert results[1:] == [("b", [0.25, 0.75]), (None, None)]


# --- documents that contradict themselves


def test_contradictions(given: Make, model: Make, table: Make) -> None:
    target = TargetField("y", STRING, "categorical", ("a", "b"))
    a, b, c = table(0.0, "a"), table(0.0, "b"), table(0.0, "c")
    cases = [
        (model(table(0.0), table(1.0)), None, "one RegressionTable, not 2"),
        (model(table(0.0), method="simplemax"), None, "simplemax"),
        (model(a), None, "two RegressionTables or more"),
        (model(a, table(0.0)), None, "needs a targetCategory"),
        (model(a, a), None, "two tables"),
        (model(a, b, c), target, "2 valid values"),
        (model(a, c), target, "no valid value"),
        (model(a, b, method="exp"), None, "no meaning for 2"),
        (model(a, b, c, method="probit"), None, "no meaning for 3"),
        (
            model(a, b, method="softmax"),
            TargetField("y", STRING, "ordinal"),
            "an ordinal target",
        ),
        (model(a, b), TargetField("y", INTEGER, "categorical"), "'a' is no integer"),
    ]
    for made, field, message in cases:
        with pytest.raises(MarkupError, match=message):
            given(x=DOUBLE).build(made, field)
    with pytest.raises(UnsupportedError, match="clustering"):
        given(x=DOUBLE).build(model(a, b, function_name="clustering"))
    with pytest.raises(MarkupError, match="'z' is not defined"):
        given(x=DOUBLE).build(model(table(0.0, z=1.0)))


# --- single precision


def test_x_math_context_float(given: Make, model: Make, table: Make) -> None:
    made = model(table(0.3, a=0.1, b=0.2), math_context="float")
    single = np.float32
    expected = single(0.1) * single(1.1) + single(0.2) * single(2.3) + single(0.3)
    results = given(a=DOUBLE, b=DOUBLE).both(made, [(1.1, 2.3)])
    assert results == [(float(expected), None)]
    setting = given(x=DOUBLE)
    tables = table(0.3, "a", x=0.1), table(0.0, "b")
    for method in ("logit", "softmax", "simplemax", "none"):
        made = model(*tables, method=method, math_context="float")
        [(_, probabilities)] = setting.both(made, [(1.1,)])
        assert [float(single(value)) for value in probabilities] == probabilities


# --- rows equal columns

NUMBERS = st.none() | st.floats(-1e6, 1e6) | st.sampled_from([math.inf, -math.inf, 1e308, -0.0])
ROWS = st.lists(
    st.tuples(
        NUMBERS | st.just(FAILURE),
        st.none() | st.integers(-(2**63), 2**63 - 1),
        NUMBERS,
        st.none() | st.floats(width=32, allow_nan=False),
        st.none() | st.sampled_from(["a", "b", "c"]) | st.just(FAILURE),
        st.none() | st.booleans(),
    ),
    min_size=1,
    max_size=8,
)
COEFFICIENTS = st.floats(-10, 10)


@st.composite
def tables(draw: st.DrawFn, target: str | None) -> RegressionTable:
    names = draw(st.lists(st.sampled_from(["x", "n", "z", "f"]), max_size=9))
    exponents = draw(st.booleans())
    numbers = tuple(
        NumericPredictor(
            name=name,
            coefficient=draw(COEFFICIENTS),
            exponent=draw(st.sampled_from([1, 1, 2])) if exponents else 1,
        )
        for name in names
    )
    categories = tuple(
        CategoricalPredictor(name=name, value=value, coefficient=draw(COEFFICIENTS))
        for name, value in [("c", "a"), ("flag", "true"), ("c", "b")]
        if draw(st.booleans())
    )
    terms = tuple(
        PredictorTerm(
            coefficient=draw(COEFFICIENTS),
            field_refs=tuple(
                FieldRef(field=name)
                for name in draw(st.lists(st.sampled_from(["x", "n", "f"]), min_size=1, max_size=3))
            ),
        )
        for _ in range(draw(st.integers(0, 2)))
    )
    return RegressionTable(
        intercept=draw(COEFFICIENTS),
        target_category=target,
        numeric_predictors=numbers,
        categorical_predictors=categories,
        predictor_terms=terms,
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@for_all(tables(None), ROWS, st.sampled_from(["none", "logit", "cauchit"]), st.booleans())
def test_regression_in_both_modes(
    given: Make,
    model: Make,
    one: RegressionTable,
    rows: list[tuple[Any, ...]],
    method: str,
    single: bool,
) -> None:
    setting = given(x=DOUBLE, n=INTEGER, z=DOUBLE, f=FLOAT, c=STRING, flag=BOOLEAN)
    made = model(one, method=method, math_context="float" if single else None)
    setting.both(made, rows)
    if method == "none" and all(item.exponent in (1, 2) for item in one.numeric_predictors):
        # Sums and squares agree bit for bit.
        predictor = setting.build(made)
        by_columns, by_rows = setting.columns(predictor, rows), setting.rows(predictor, rows)
        assert [repr(item) for item in by_columns] == [repr(item) for item in by_rows]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@for_all(
    tables("a"),
    tables("b"),
    tables("c"),
    ROWS,
    st.sampled_from(["none", "logit", "softmax", "simplemax"]),
    st.booleans(),
)
def test_classification_in_both_modes(
    given: Make,
    model: Make,
    first: RegressionTable,
    second: RegressionTable,
    third: RegressionTable,
    rows: list[tuple[Any, ...]],
    method: str,
    with_third: bool,
) -> None:
    setting = given(x=DOUBLE, n=INTEGER, z=DOUBLE, f=FLOAT, c=STRING, flag=BOOLEAN)
    chosen = (first, second, third) if with_third else (first, second)
    setting.both(model(*chosen, method=method), rows)
