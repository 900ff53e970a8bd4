"""Quantiles of Student's t distribution, against SciPy."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from pmmlkit.language.models.general_regression.student import two_sided_quantile


@pytest.mark.parametrize("degrees", [0.5, 1, 2, 3, 5.5, 10, 30, 79.5, 80.5, 1e3, 1e5, 1e6])
@pytest.mark.parametrize("level", [0.001, 0.1, 0.5, 0.8, 0.95, 0.99, 0.9999, 0.9999999])
def test_quantiles(level: float, degrees: float) -> None:
    expected = stats.t.isf((1 - level) / 2, degrees)
    assert two_sided_quantile(level, degrees) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("degrees", [None, math.inf])
def test_the_normal_distribution(degrees: float | None) -> None:
    assert two_sided_quantile(0.95, degrees) == pytest.approx(stats.norm.isf(0.025), rel=1e-14)
