"""GARCH: means and variances. Forecasts are worked out by hand."""

from __future__ import annotations

import math

import pytest

from tests.corpus.cells import check
from tests.corpus.time_series.documents import PAST, SURE, array, ma, model, series


def garch(
    arma: str,
    squares: tuple[tuple[float, ...], tuple[float, ...]],
    variances: tuple[tuple[float, ...], tuple[float, ...]],
    more: str = ' constant="0.5"',
) -> str:
    return (
        f'<GARCH>{arma}<GARCHPart{more} gp="{len(variances[0])}" gq="{len(squares[0])}">'
        f"<ResidualSquareCoefficients><Residuals>{array(*squares[1])}</Residuals>"
        f"<MACoefficients>{array(*squares[0])}</MACoefficients></ResidualSquareCoefficients>"
        f"<VarianceCoefficients><PastVariances>{array(*variances[1])}</PastVariances>"
        f"<MACoefficients>{array(*variances[0])}</MACoefficients></VarianceCoefficients>"
        "</GARCHPart></GARCH>"
    )


def arma(
    ar_values: tuple[float, ...], ma_values: tuple[float, ...], residuals: tuple[float, ...],
    constant: str = "",
) -> str:  # fmt: skip
    return (
        f'<ARMAPart{constant} p="{len(ar_values)}" q="{len(ma_values)}">'
        f"<AR>{array(*ar_values)}</AR>{ma(ma_values, residuals)}</ARMAPart>"
    )


GARCHES: list[tuple[str, list[float], list[float]]] = [
    # Variances: 0.5 + 0.5 * 2^2 + 0.25 * 4 = 3.5, then 0.5 + 0.75 * 3.5.
    (
        garch(arma((), (), (2,)), ((0.5,), (2,)), ((0.25,), (4,))),
        [0, 0],
        [3.5, 3.125],
    ),
    (
        garch(arma((), (), (2,)), ((0.5,), (2,)), ((0.25,), (4,)), more=""),
        [0, 0],
        [3, 2.25],
    ),
    # Two squares, the latest last: 0.5 + 0.5 * 2^2 + 0.25 * 4^2.
    (
        garch(arma((), (), (2,)), ((0.5, 0.25), (4, 2)), ((), ())),
        [0, 0],
        [6.5, 0.5 + 3.25 + 1],
    ),
    # Mean: 1 + 0.5 * 8 + 0.5 * 2 = 6, then 1 + 0.5 * 6; the first error weighs 1 then.
    (
        garch(arma((0.5,), (0.5,), (2,), ' constant="1"'), ((0.5,), (2,)), ((0.25,), (4,))),
        [6, 4],
        [3.5, 3.125 + 3.5],
    ),
]


@pytest.mark.parametrize(("inner", "means", "variances"), GARCHES)
def test_garch(inner: str, means: list[float], variances: list[float]) -> None:
    text = model("GARCH", series(*PAST) + inner, output=SURE)
    check(
        text,
        [{"h": 2}],
        {
            "y": [[float(mean) for mean in means]],
            "standardError": [[math.sqrt(variance) for variance in variances]],
        },
    )
