"""Rows without ties for estimators of distances and densities: real numbers, three clouds."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.exporters.agreement import Expected, label_text

__all__ = [
    "KINDS",
    "chosen",
    "cloud",
    "labels",
    "outliers_expected",
    "pairs",
    "scoring",
    "several_expected",
    "waves",
]

KINDS = ("two_texts", "three_texts", "two_numbers", "three_numbers", "two_booleans")
TRAINING = 80
FULL = os.environ.get("PMMLKIT_FULL") == "1"

Doubles = npt.NDArray[np.float64]


def chosen(names: Iterable[str], every: int = 2) -> list[str]:
    """Return all names with PMMLKIT_FULL=1, else a part of them."""
    return list(names)[:: 1 if FULL else every]


def pairs(names: Iterable[str], others: Iterable[str]) -> list[tuple[str, str]]:
    """Return all pairs with PMMLKIT_FULL=1, else each name with one of the others in turn."""
    left, right = list(names), list(others)
    if FULL:
        return list(product(left, right))
    return [(name, right[at % len(right)]) for at, name in enumerate(left)]


@cache
def _all() -> tuple[Doubles, npt.NDArray[np.int64]]:
    random = np.random.default_rng(11)
    groups = random.integers(0, 3, TRAINING + 30)
    centers = np.array([[0.0, 5.0, 1.0], [1.5, 3.0, 1.3], [-1.0, 6.0, 0.2]])
    return centers[groups] + random.normal(size=(len(groups), 3)) * [1.0, 2.0, 0.5], groups


def cloud() -> Doubles:
    """Return the 80 rows that estimators are fitted on, of 3 columns."""
    return _all()[0][:TRAINING]


def scoring() -> Doubles:
    """Return 30 other rows, one of them far out."""
    rows = _all()[0][TRAINING:].copy()
    rows[3] += [9.0, -20.0, 4.0]
    return rows


def labels(kind: str) -> npt.NDArray[Any]:
    """Return labels of the rows of `cloud`, of one of the `KINDS`."""
    groups = _all()[1][:TRAINING]
    two = groups == 1
    made: dict[str, npt.NDArray[Any]] = {
        "two_texts": np.where(two, "yes", "no"),
        "three_texts": np.array(["a", "b & c", "d"])[groups],
        "two_numbers": two.astype(int),
        "three_numbers": groups * 2 - 1,
        "two_booleans": two,
    }
    return made[kind]


def waves(columns: int = 1) -> Doubles:
    """Return numbers for the rows of `cloud`: (80,), or (80, columns)."""
    made = np.column_stack(
        [np.sin(cloud()).sum(axis=1) * (at + 1.0) + cloud()[:, at] for at in range(columns)]
    )
    return made[:, 0] if columns == 1 else made


def several_expected(estimator: Any, X: Any) -> Expected:
    """Return what an estimator of several targets says of rows."""
    predicted = np.asarray(estimator.predict(X))
    names = [f"y{number}" for number in range(1, predicted.shape[1] + 1)]
    columns = dict(zip(names, predicted.T, strict=True))
    if predicted.dtype.kind == "f":
        return Expected(numbers=columns)
    shares = estimator.predict_proba(X)
    if isinstance(shares, np.ndarray):
        shares = [np.column_stack([1.0 - column, column]) for column in shares.T]
        classes = [np.array([0, 1])] * len(names)
    else:
        classes = estimator.classes_
    numbers = {
        f"probability({name}, {label_text(label)})": column
        for name, own, table in zip(names, classes, shares, strict=True)
        for label, column in zip(own, table.T, strict=True)
    }
    found = {name: column.tolist() for name, column in columns.items()}
    return Expected(found, numbers, scales=dict.fromkeys(numbers, 1.0))


def outliers_expected(estimator: Any, X: Any) -> Expected:
    """Return what an outlier detector says of rows."""
    return Expected(
        {"y": estimator.predict(X).tolist()},
        {"decisionFunction": np.asarray(estimator.decision_function(X), np.float64)},
    )
