"""Small data sets for exporters. Numbers are eighths, which every engine holds exactly."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn import datasets

__all__ = ["diabetes", "iris", "iris_frame", "labelled", "positive", "two_targets"]

ROWS = 90

Doubles = npt.NDArray[np.float64]


def _sample(X: Doubles, y: Any) -> tuple[Doubles, Any]:
    rows = np.random.default_rng(7).permutation(len(X))[:ROWS]
    return np.round(X[rows] * 8.0) / 8.0, y[rows]


@cache
def iris() -> tuple[Doubles, npt.NDArray[np.int64]]:
    """Return 90 rows of four numbers, and three classes 0, 1, 2."""
    X, y = _sample(*datasets.load_iris(return_X_y=True))
    return X, y


def iris_frame() -> tuple[Any, Any]:
    """Return the same as a frame and a series called species."""
    X, y = iris()
    frame = pd.DataFrame(X, columns=["sepal length", "sepal width", "petal length", "petal width"])
    return frame, pd.Series(y, name="species")


def labelled(kind: str) -> tuple[Any, Any]:
    """Return rows and classes of a kind: two or three, of integers, text, booleans or doubles."""
    X, y = iris()
    if kind == "two_numbers":
        return X, (y == 1).astype(int)
    if kind == "two_booleans":
        return X, y == 1
    if kind == "two_texts":
        return X, np.where(y == 1, "b & c", "a")
    if kind == "two_doubles":
        return X, np.where(y == 1, 2.0, -1.0)
    if kind == "three_texts":
        return X, np.array(["setosa", "versi color", "virginica"])[y]
    assert kind == "three_numbers"
    frame, series = iris_frame()
    return frame, series


@cache
def diabetes() -> tuple[Doubles, Doubles]:
    """Return 90 rows of ten numbers, and a number."""
    X, y = datasets.load_diabetes(return_X_y=True)
    X, y = _sample(X * 64.0, y)
    return X, y.astype(np.float64)


@cache
def positive() -> tuple[Doubles, Doubles]:
    """Return rows and a number above 0."""
    X, y = iris()
    return X, np.round(X[:, 0] * X[:, 1] + y) / 4.0 + 0.5


@cache
def two_targets() -> tuple[Doubles, Doubles]:
    """Return rows and two numbers (n, 2)."""
    X, y = iris()
    return X, np.column_stack([X[:, 0] * 2.0 + y, X[:, 1] - y])
