"""Targets: the order of the treatments, defaults and priors; rows equal columns."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.columns.column import ERROR, Column
from pmmlkit.columns.types import BOOLEAN, DOUBLE, FLOAT, INTEGER, STRING, DataType
from pmmlkit.columns.values import Failure
from pmmlkit.errors import EvaluationError, MarkupError
from pmmlkit.language.models.prediction import Prediction, RowPrediction
from pmmlkit.language.models.target_field import TargetField
from pmmlkit.language.targets import (
    Target,
    TargetRule,
    Targets,
    TargetValue,
    compile_target,
    target_field,
)

ERROR_TEXT = "an earlier error"
FAILURE = Failure(EvaluationError(ERROR_TEXT))


def number_rule(
    target: Target | None, type: DataType = DOUBLE, source: DataType = DOUBLE
) -> TargetRule | None:
    field = TargetField("y", type, "continuous")
    return compile_target(target, field, source, (), is_classification=False)


def treated(rule: TargetRule, values: list[Any], source: DataType) -> list[Any]:
    """Treat numbers in both modes, which must agree; an error is its text."""
    column = rule.columns(Prediction(Column.of(values, source))).value
    assert column.type is rule.type
    by_columns = [
        str(item.error) if isinstance(item, Failure) else item for item in column.to_list()
    ]
    by_rows: list[Any] = []
    run = rule.row_function()
    for value in values:
        if isinstance(value, Failure):
            by_rows.append(str(value.error))
            continue
        try:
            by_rows.append(run(RowPrediction(value)).value)
        except EvaluationError as error:
            by_rows.append(str(error))
    assert list(map(repr, by_columns)) == list(map(repr, by_rows))
    return by_rows


# min, max, factor, constant, castInteger, value -> result
NUMBERS = [
    ({}, 1.25, 1.25),
    ({"min": 0.0}, -3.0, 0.0),
    ({"max": 2.0}, 3.0, 2.0),
    ({"min": 0.0, "max": 2.0}, 1.5, 1.5),
    ({"rescale_factor": 2.0, "rescale_constant": 10.0}, 1.5, 13.0),
    ({"max": 2.0, "rescale_factor": 3.0, "rescale_constant": 1.0}, 5.0, 7.0),
    ({"min": 2.0, "rescale_factor": -1.0}, 1.0, -2.0),
    ({"rescale_constant": 0.5, "cast_integer": "floor"}, 1.4, 1.0),
    ({"rescale_constant": 0.5, "cast_integer": "floor"}, 1.5, 2.0),
    ({"cast_integer": "round"}, 2.5, 3.0),
    ({"cast_integer": "round"}, -2.5, -2.0),
    ({"cast_integer": "round"}, 0.49999999999999994, 0.0),
    ({"cast_integer": "round"}, 2.0**52 + 1, 2.0**52 + 1),
    ({"cast_integer": "ceiling"}, 1.1, 2.0),
    ({"cast_integer": "floor"}, -1.1, -2.0),
    ({"cast_integer": "round"}, math.inf, math.inf),
]


@pytest.mark.parametrize(("attributes", "value", "expected"), NUMBERS[1:])
def test_numbers_by_hand(attributes: dict[str, Any], value: float, expected: float) -> None:
    rule = number_rule(Target(field="y", **attributes))
    assert rule is not None
    assert treated(rule, [value, None, FAILURE], DOUBLE) == [expected, None, ERROR_TEXT]


@pytest.mark.parametrize(
    ("attributes", "value", "expected"),
    [
        ({"cast_integer": "round"}, 2.5, 3),
        ({"rescale_factor": 2.0, "cast_integer": "floor"}, 1.6, 3),
        ({"rescale_factor": 2.0}, 1.6, 3.2),
    ],
)
def test_an_integer_target(attributes: dict[str, Any], value: float, expected: float) -> None:
    rule = number_rule(Target(field="y", **attributes), INTEGER)
    assert rule is not None
    [result, missing] = treated(rule, [value, None], DOUBLE)
    assert (repr(result), missing) == (repr(expected), None)


def test_only_cast_integer_makes_a_prediction_whole() -> None:
    assert number_rule(None, INTEGER) is None
    assert number_rule(Target(field="y"), INTEGER) is None


@pytest.mark.parametrize("value", [math.inf, 1e300])
def test_what_is_no_integer_is_an_error_of_the_row(value: float) -> None:
    rule = number_rule(Target(field="y", cast_integer="round"), INTEGER)
    assert rule is not None
    [result, fine] = treated(rule, [value, 7.0], DOUBLE)
    assert isinstance(result, str)
    assert fine == 7


def test_nothing_to_do_costs_nothing() -> None:
    assert number_rule(None) is None
    assert number_rule(Target(field="y")) is None
    assert number_rule(Target(field="y", target_values=(TargetValue(value="1"),))) is None


def test_the_default_takes_the_same_steps() -> None:
    values = (TargetValue(default_value=10.0),)
    rule = number_rule(Target(field="y", max=8.0, rescale_factor=0.5, target_values=values))
    assert rule is not None
    assert treated(rule, [None, 2.0, FAILURE], DOUBLE) == [4.0, 1.0, ERROR_TEXT]
    with pytest.raises(MarkupError, match="one TargetValue"):
        number_rule(Target(field="y", target_values=values * 2))


def test_a_float_prediction_is_treated_in_single_precision() -> None:
    rule = number_rule(Target(field="y", rescale_factor=0.1, rescale_constant=0.3), DOUBLE, FLOAT)
    assert rule is not None
    value = float(np.float32(1.1))
    expected = np.float32(value) * np.float32(0.1) + np.float32(0.3)
    assert treated(rule, [value], FLOAT) == [float(expected)]


TARGETS = st.builds(
    lambda **given: Target(field="y", **given),
    min=st.none() | st.floats(-5, 0),
    max=st.none() | st.floats(0, 5),
    rescale_factor=st.sampled_from([1.0, 0.0, -1.5, 1e300]),
    rescale_constant=st.sampled_from([0.0, 0.1, -7.0]),
    cast_integer=st.sampled_from([None, "round", "ceiling", "floor"]),
    target_values=st.sampled_from([(), (TargetValue(default_value=0.7),)]),
)


@given(
    TARGETS,
    st.sampled_from([DOUBLE, FLOAT]),
    st.sampled_from([DOUBLE, FLOAT, INTEGER, STRING]),
    st.lists(st.none() | st.floats(width=32) | st.just(FAILURE), max_size=6),
)
def test_rows_equal_columns(
    target: Target, source: DataType, type: DataType, values: list[Any]
) -> None:
    rule = number_rule(target, type, source)
    if rule is not None:
        treated(rule, values, source)


# --- categories


def category_rule(*values: TargetValue, type: DataType, classes: tuple[Any, ...]) -> Any:
    target = Target(field="y", target_values=values)
    field = target_field(target, "y", type, "categorical", classes)
    return compile_target(target, field, type, classes, is_classification=True)


@pytest.mark.parametrize(
    ("type", "classes", "texts"),
    [
        (STRING, ("a", "b", "c"), ("a", "c")),
        (INTEGER, (1, 2, 3), ("1", "3")),
        (BOOLEAN, (False, True), ("false", "true")),
    ],
)
def test_priors_where_there_is_no_prediction(
    type: DataType, classes: tuple[Any, ...], texts: tuple[str, str]
) -> None:
    rule = category_rule(
        TargetValue(value=texts[0], prior_probability=1.0),
        TargetValue(value=texts[1], prior_probability=3.0),
        type=type,
        classes=classes,
    )
    expected = [0.25, *[0.0] * (len(classes) - 2), 0.75]
    given_before = [1.0, *[0.0] * (len(classes) - 1)]
    matrix = np.array([given_before, [np.nan] * len(classes), [np.nan] * len(classes)])
    prediction = rule.columns(
        Prediction(Column.of([classes[0], None, FAILURE], type), probabilities=matrix)
    )
    assert prediction.value.to_list()[:2] == [classes[0], classes[-1]]
    assert prediction.value.state is not None
    assert prediction.value.state[2] == ERROR
    assert prediction.probabilities[:2].tolist() == [given_before, expected]
    run = rule.row_function()
    found = run(RowPrediction(None))
    assert (found.value, found.probabilities) == (classes[-1], expected)
    kept = RowPrediction(classes[0], given_before)
    assert run(kept) is kept


def test_priors_of_a_prediction_without_distribution() -> None:
    values = TargetValue(value="b", prior_probability=1.0)
    rule = category_rule(values, type=STRING, classes=("a", "b"))
    prediction = rule.columns(Prediction(Column.of(["a", None], STRING)))
    assert prediction.value.to_list() == ["a", "b"]
    assert np.isnan(prediction.probabilities[0]).all()
    assert prediction.probabilities[1].tolist() == [0.0, 1.0]


def test_without_priors_a_category_stays_missing() -> None:
    assert category_rule(TargetValue(value="a"), type=STRING, classes=("a", "b")) is None


# --- facts


def test_facts_of_a_target() -> None:
    target = Target(
        field="y",
        optype="ordinal",
        target_values=(
            TargetValue(value="1", display_value="one"),
            TargetValue(value="2", display_value="two"),
            TargetValue(value="3"),
        ),
    )
    field = target_field(target, "y", INTEGER, "categorical", (1, 2, 3), {2: "II", 3: "III"})
    assert field == TargetField("y", INTEGER, "ordinal", (1, 2, 3), {1: "one", 2: "two", 3: "III"})
    assert target_field(None, "y", INTEGER, "continuous").optype == "continuous"
    with pytest.raises(MarkupError, match="'3' is no boolean"):
        target_field(
            Target(target_values=(TargetValue(value="3", display_value="x"),)),
            "y",
            BOOLEAN,
            "categorical",
        )


def test_the_target_of_a_field() -> None:
    one, other = Target(field="a"), Target(field=None)
    targets = Targets(targets=(one, other))
    assert targets.target("a") is one
    assert targets.target("b") is other
    assert Targets(targets=(one,)).target("b") is None
