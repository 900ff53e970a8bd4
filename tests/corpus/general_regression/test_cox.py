"""Cox regressions: baselines, strata, reference points, times."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.corpus.cells import check
from tests.corpus.general_regression.documents import (
    cells,
    general,
    predictors,
    stratum,
    tables,
)

X = predictors("x")
REFERENCE = '<Parameter name="p1" referencePoint="2"/>'
BASE = cells((1, 0.1), (2, 0.3), (4, 0.7))

# the risk is exp(x / 2 - 2 / 2) with the reference point, which is 2
LOW = math.exp(-0.5)


def cox(
    inner: str, attributes: str = "", parameters: tuple[str, ...] = (REFERENCE,), more: Any = ()
) -> bytes:
    return general(
        f'modelType="CoxRegression" endTimeVariable="z" {attributes}',
        [("p1", 0.5), *more],
        [("1", "x", "p1")],
        parameters=parameters,
        covariates=X,
        more=inner,
    )


TIMES: dict[str, tuple[float | None, Any]] = {
    "at the first time": (1.0, 0.1 * LOW),
    "between times": (1.5, 0.1 * LOW),
    "at a later time": (2.0, 0.3 * LOW),
    "after the last time": (4.5, 0.7 * LOW),
    "at maxTime": (5.0, 0.7 * LOW),
    "after maxTime": (5.5, None),
    "missing": (None, None),
}


@pytest.mark.parametrize("name", TIMES)
def test_times(name: str) -> None:
    time, expected = TIMES[name]
    check(
        cox(tables(BASE, 'maxTime="5"')),
        [{"x": 1.0, "z": time}, {"x": None, "z": time}],
        {"y": [expected, None]},
    )


@pytest.mark.parametrize("attributes", ["", 'baselineStrataVariable="s"'])
def test_before_the_first_time_there_is_no_hazard_whoever_it_is(attributes: str) -> None:
    inner = tables(stratum("a", 5, (1, 0.1)) if attributes else BASE, 'maxTime="5"')
    rows: list[dict[str, Any]] = [
        {"x": 1.0, "z": 0.5, "s": "a"},
        {"x": None, "z": 0.5, "s": "a"},
        {"x": None, "z": None, "s": "a"},
    ]
    check(cox(inner, attributes), rows, {"y": [0.0, 0.0, None]})


def test_without_maxTime_the_last_hazard_stays() -> None:
    check(cox(tables(BASE)), [{"x": 1.0, "z": 100.0}], {"y": [0.7 * LOW]})


def test_cells_in_any_order() -> None:
    inner = tables(cells((4, 0.7), (1, 0.1), (2, 0.3)), 'maxTime="5"')
    rows: list[dict[str, Any]] = [{"x": 1.0, "z": time} for time in (0.0, 1.5, 3.0, 4.0)]
    check(cox(inner), rows, {"y": [0.0, 0.1 * LOW, 0.3 * LOW, 0.7 * LOW]})


RISKS: dict[str, tuple[tuple[str, ...], Any, float]] = {
    "no referencePoint is 0": (('<Parameter name="p1"/>',), (), math.exp(0.5)),
    "a referencePoint": ((REFERENCE,), (), math.exp(0.5 - 1.0)),
    # the value 1 of the intercept, and 0 in the reference
    "an intercept": ((REFERENCE, "p0"), (("p0", 0.25),), math.exp(0.75 - 1.0)),
    "an intercept with a referencePoint": (
        (REFERENCE, '<Parameter name="p0" referencePoint="1"/>'),
        (("p0", 0.25),),
        math.exp(0.75 - 1.25),
    ),
}


@pytest.mark.parametrize("name", RISKS)
def test_reference_points(name: str) -> None:
    parameters, more, risk = RISKS[name]
    text = cox(tables(BASE, 'maxTime="5"'), parameters=parameters, more=more)
    check(text, [{"x": 1.0, "z": 2.5}], {"y": [0.3 * risk]})


STRATA = tables(stratum("a", 3, (1, 0.1), (2, 0.3)) + stratum("b", 4, (1, 1.5)) + stratum("c", 2.5))
IN_STRATA: dict[str, tuple[str | None, float | None, Any]] = {
    "the first": ("a", 2.5, 0.3 * LOW),
    "the first, after its maxTime": ("a", 3.5, None),
    "the second": ("b", 3.5, 1.5 * LOW),
    "the second, before its times": ("b", 0.5, 0.0),
    "one without events": ("c", 2.0, 0.0),
    "one that is not there": ("z", 2.0, None),
    "missing": (None, 2.0, None),
    "a missing time": ("a", None, None),
}


@pytest.mark.parametrize("name", IN_STRATA)
def test_strata(name: str) -> None:
    value, time, expected = IN_STRATA[name]
    text = cox(STRATA, 'baselineStrataVariable="s"').replace(
        b'<MiningField name="s"/>', b'<MiningField name="s" invalidValueTreatment="asIs"/>'
    )
    check(text, [{"x": 1.0, "z": time, "s": value}], {"y": [expected]})


def test_strata_of_integers() -> None:
    inner = tables(stratum("1", 3, (1, 0.1)) + stratum("2", 4, (1, 1.5)))
    text = cox(inner, 'baselineStrataVariable="n"')
    rows: list[dict[str, Any]] = [{"x": 1.0, "z": 2.0, "n": value} for value in (1, 2, 3, None)]
    check(text, rows, {"y": [0.1 * LOW, 1.5 * LOW, None, None]})


def test_what_says_how_the_model_was_made_does_not_enter_the_score() -> None:
    attributes = (
        'startTimeVariable="n" subjectIDVariable="s" statusVariable="b" offsetValue="3" '
        'trialsValue="7"'
    )
    inner = (
        '<EventValues><Value value="true"/><Interval closure="openOpen" leftMargin="1"/>'
        "</EventValues>" + tables(BASE, 'maxTime="5"')
    )
    rows: list[dict[str, Any]] = [
        {"x": 1.0, "z": 2.0, "n": 9, "s": "a", "b": False},
        {"x": 1.0, "z": 2.0},
    ]
    check(cox(inner, attributes), rows, {"y": [0.3 * LOW, 0.3 * LOW]})


def test_the_hazard_is_a_double_in_single_precision_too() -> None:
    text = cox(tables(BASE, 'maxTime="5"'), 'x-mathContext="float"')
    check(text, [{"x": 1.1, "z": 2.0}], {"y": [0.3 * math.exp(0.5 * 1.1 - 1.0)]})


def test_survival_by_an_expression() -> None:
    head = (
        '<Output><OutputField name="H" optype="continuous" dataType="double" '
        'feature="predictedValue"/><OutputField name="S" optype="continuous" dataType="double" '
        'feature="transformedValue"><Apply function="exp"><Apply function="*">'
        '<Constant>-1</Constant><FieldRef field="H"/></Apply></Apply></OutputField></Output>'
    )
    text = general(
        'modelType="CoxRegression" endTimeVariable="z"',
        [("p1", 0.5)],
        [("1", "x", "p1")],
        covariates=X,
        more=tables(BASE, 'maxTime="5"'),
        head=head,
    )
    hazard = 0.1 * math.exp(0.5)
    check(text, [{"x": 1.0, "z": 1.0}], {"H": [hazard], "S": [math.exp(-hazard)]})
