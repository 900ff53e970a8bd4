"""Splines of every degree, beyond their knots and with missing values."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_predicts, assert_transforms
from tests.exporters.data import iris

pytest.importorskip("sklearn")

from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, SplineTransformer

HAS_MISSING = tuple(map(int, version("scikit-learn").split(".")[:2])) >= (1, 8)

CASES: dict[str, dict[str, Any]] = {
    f"{extrapolation}.{degree}": {"extrapolation": extrapolation, "degree": degree}
    for extrapolation in ("constant", "linear", "continue", "periodic")
    for degree in range(4)
    # scikit-learn itself fails beyond the knots of a constant spline of degree 0
    if (extrapolation, degree) != ("constant", 0)
}
CASES["linear.0"]["n_knots"] = 9
CASES["quantile_knots"] = {"knots": "quantile", "include_bias": False, "n_knots": 4}
if HAS_MISSING:
    CASES["zeros"] = {"handle_missing": "zeros", "extrapolation": "linear"}
    CASES["zeros.periodic"] = {"handle_missing": "zeros", "extrapolation": "periodic"}


@pytest.mark.parametrize("name", CASES)
def test_basis_functions(name: str, engine: Oracle | None) -> None:
    X, _ = iris()
    scored = np.concatenate([X, X[:5] * 3.0, -X[:5]])
    if name.startswith("zeros"):
        scored[::6, 1] = np.nan
        scored[2::9, 3] = np.nan
    transformer = SplineTransformer(**CASES[name]).fit(X)
    assert_transforms(transformer, scored, oracle=engine, case=f"spline.{name}")


def test_values_beyond_the_knots_are_missing_where_scikit_learn_refuses_them() -> None:
    X, _ = iris()
    transformer = SplineTransformer(extrapolation="error", degree=2).fit(X)
    assert_transforms(transformer, X)
    document = pmmlkit.export(transformer, X=X)
    found = pmmlkit.load(document.to_bytes()).transform(
        {f"x{at}": [0.0, 100.0] for at in range(1, 5)}
    )
    assert all(value is None or value != value for value in list(found["x0_sp_1"]))


def test_indicators_pass_through() -> None:
    X = np.array([["a"], ["b"], ["c"], ["a"], ["b"]] * 4, object)
    splines = SplineTransformer(n_knots=3, degree=2)
    first = OneHotEncoder(sparse_output=False)
    assert_predicts(make_pipeline(first, splines, LinearRegression()).fit(X, np.arange(20.0)), X)


def test_too_few_knots() -> None:
    X, _ = iris()
    transformer = SplineTransformer(n_knots=3, degree=1, extrapolation="linear").fit(X)
    with pytest.raises(ExportError, match="use more knots"):
        pmmlkit.export(transformer, X=X)
