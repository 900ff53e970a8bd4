"""The normal distribution against SciPy, tails included."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

from tests.language.functions.calls import ERROR, call, table

INF, NAN = math.inf, math.nan
POINTS = [*np.linspace(-38.0, 38.0, 153).tolist(), 1e-300, -1e-17, 0.1, 0.0]
SHARES = [
    *(1e-300, 1e-100, 1e-20, 1e-10, 1e-5, 0.01, 0.02425, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9),
    *(0.97575, 0.99, 1 - 1e-5, 1 - 1e-10, 1 - 2**-53),
]


def _values(name: str, rows: list[tuple[Any, ...]]) -> np.ndarray[Any, Any]:
    return np.array(table(name, rows)[0], float)


def test_standard_normal() -> None:
    rows = [(x,) for x in POINTS]
    found = _values("stdNormalCDF", rows)
    # The rounding of z / sqrt(2), ours and SciPy's, counts z * z times in the tails.
    # SciPy has no denormals.
    np.testing.assert_allclose(found, special.ndtr(POINTS), rtol=1e-12, atol=1e-307)
    near = np.abs(POINTS) < 8
    np.testing.assert_allclose(found[near], special.ndtr(POINTS)[near], rtol=2e-14)
    np.testing.assert_allclose(
        _values("stdNormalPDF", rows), stats.norm.pdf(POINTS), rtol=1e-12, atol=0
    )
    np.testing.assert_allclose(_values("erf", rows), special.erf(POINTS), rtol=1e-14, atol=0)


def test_quantile() -> None:
    found = _values("stdNormalIDF", [(p,) for p in SHARES])
    np.testing.assert_allclose(found, special.ndtri(SHARES), rtol=1e-13, atol=1e-15)


def test_general_normal() -> None:
    rows = [(x, 10.0, 2.5) for x in POINTS]
    np.testing.assert_allclose(
        _values("normalCDF", rows), stats.norm.cdf(POINTS, 10.0, 2.5), rtol=1e-12, atol=0
    )
    np.testing.assert_allclose(
        _values("normalPDF", rows), stats.norm.pdf(POINTS, 10.0, 2.5), rtol=1e-12, atol=0
    )
    found = _values("normalIDF", [(p, 10.0, 2.5) for p in SHARES])
    np.testing.assert_allclose(found, 10.0 + 2.5 * special.ndtri(SHARES), rtol=1e-13)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("stdNormalCDF", [0.0], 0.5),
        ("stdNormalCDF", [-INF], 0.0),
        ("stdNormalCDF", [INF], 1.0),
        ("stdNormalPDF", [INF], 0.0),
        ("stdNormalPDF", [1e200], 0.0),
        ("stdNormalIDF", [0.0], -INF),
        ("stdNormalIDF", [1.0], INF),
        ("stdNormalIDF", [1], INF),
        ("stdNormalIDF", [0.5], 0.0),
        ("stdNormalIDF", [-1e-9], ERROR),
        ("stdNormalIDF", [1.0000001], ERROR),
        ("stdNormalIDF", [INF], ERROR),
        ("normalCDF", [1.0, 1.0, 2.0], 0.5),
        ("normalCDF", [1.0, 1.0, 0.0], ERROR),
        ("normalCDF", [1.0, 1.0, -1.0], ERROR),
        ("normalCDF", [INF, INF, 1.0], ERROR),
        ("normalPDF", [1.0, 1.0, 0.0], ERROR),
        ("normalIDF", [0.5, 3.0, 2.0], 3.0),
        ("normalIDF", [0.0, 3.0, 2.0], -INF),
        ("normalIDF", [1.0, 3.0, 2.0], INF),
        ("normalIDF", [2.0, 3.0, 2.0], ERROR),
        ("normalIDF", [0.5, 3.0, 0.0], ERROR),
        ("normalIDF", [None, 3.0, 0.0], None),
        ("normalIDF", [0.5, None, 1.0], None),
        ("erf", [INF], 1.0),
        ("erf", [-INF], -1.0),
        ("erf", [0], 0.0),
        ("erf", [None], None),
    ],
)
def test_special_values(name: str, arguments: list[Any], expected: Any) -> None:
    assert call(name, *arguments) == expected


def test_arguments_out_of_bounds_fail_whatever_the_treatment() -> None:
    rows = [(0.5, 0.0, 0.0), (2.0, 0.0, 1.0)]
    assert table("normalIDF", rows, invalid_value_treatment="asMissing")[0] == [ERROR, ERROR]
