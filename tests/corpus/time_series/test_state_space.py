"""StateSpaceModel: states, intercepts and variances. Forecasts are worked out by hand."""

from __future__ import annotations

import math

import pytest

from tests.corpus.cells import check
from tests.corpus.time_series.documents import SURE, array, factor, matrix, model, output, regressor


def state_space(inner: str = "", more: str = "") -> str:
    return (
        f"<StateSpaceModel{more}><StateVector>{array(10, 2)}</StateVector>"
        f"<TransitionMatrix>{matrix((1, 1), (0, 0.5))}</TransitionMatrix>"
        f"<MeasurementMatrix>{matrix((1, 0.25))}</MeasurementMatrix>{inner}</StateSpaceModel>"
    )


STATES: list[tuple[str, str, list[float]]] = [
    ("", "", [10.5, 12.25, 13.125]),
    (' intercept="5"', "", [15.5, 17.25, 18.125]),
    (
        "",
        f'<InterceptVector type="observation">{array(5)}</InterceptVector>',
        [15.5, 17.25, 18.125],
    ),
    # The state moves on by (1, 0.5) more: (10, 2), (13, 1.5), (15.5, 1.25).
    ("", f"<InterceptVector>{array(1, 0.5)}</InterceptVector>", [10.5, 13.375, 15.8125]),
    ("", f'<InterceptVector type="state">{array(5)}</InterceptVector>', [15.5, 17.25, 18.125]),
    (' period="4" variance="3"', "", [10.5, 12.25, 13.125]),
    ("", f'<PsiVector targetField="y">{array(1, 2)}</PsiVector>', [10.5, 12.25, 13.125]),
    (
        "",
        regressor((1, 2), numerator=factor(3)),
        [16.5, 18.25, 19.125],
    ),
]


@pytest.mark.parametrize(("more", "inner", "expected"), STATES)
def test_state_space(more: str, inner: str, expected: list[float]) -> None:
    text = model("StateSpaceModel", state_space(inner, more))
    check(text, [{"h": 3}, {"h": None}], {"y": [expected, expected[0]]})


def covariance(tag: str, *rows: tuple[float, ...]) -> str:
    return f"<{tag}>{matrix(*rows)}</{tag}>"


P = covariance("PredictedStateCovarianceMatrix", (1, 0), (0, 4))
Q = covariance("SelectedStateCovarianceMatrix", (0.5, 0.1), (0.1, 0.2))
R = covariance("ObservationVarianceMatrix", (0.3,))

VARIANCES: list[tuple[str, str, list[float]]] = [
    # H P H' = 1 + 0.0625 * 4; F P F' = [[5, 2], [2, 1]], H of it = 5 + 0.5 * 2 + 0.0625.
    ("", P, [1.25, 6.0625]),
    ("", P + Q, [1.25, 6.0625 + 0.5 + 0.5 * 0.1 + 0.0625 * 0.2]),
    ("", P + Q + R, [1.55, 6.925]),
    ("", R, [0.3, 0.3]),
    (' variance="2"', P + R, [3.1, 12.725]),
    # A covariance that is 0 for what is seen is that of the state before.
    (
        "",
        covariance("PredictedStateCovarianceMatrix", (0, 0), (0, 0)) + Q,
        [0.5625, 0.5 + 0.1 * 2 + 0.2 + 0.5 * (0.05 + 0.1) + 0.0625 * 0.05 + 0.5625],
    ),
]


@pytest.mark.parametrize(("more", "inner", "expected"), VARIANCES)
def test_variances_of_a_state_space(more: str, inner: str, expected: list[float]) -> None:
    text = model("StateSpaceModel", state_space(inner, more), output=SURE)
    check(
        text,
        [{"h": 2}],
        {"standardError": [[math.sqrt(value) for value in expected]]},
        relative=1e-9,
    )


def test_the_level_of_an_interval() -> None:
    bounds = output("confidenceIntervalLower", "confidenceIntervalUpper", level="50")
    text = model("StateSpaceModel", state_space(R), output=bounds, horizon=False)
    spread = 0.6744897501960817 * math.sqrt(0.3)
    check(
        text,
        [{"x": None}],
        {
            "y": [10.5],
            "confidenceIntervalLower": [10.5 - spread],
            "confidenceIntervalUpper": [10.5 + spread],
        },
    )
