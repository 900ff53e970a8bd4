"""InterpretML's explainable boosting machines against InterpretML itself."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_predicts

pytest.importorskip("interpret")
pd = pytest.importorskip("pandas")

from interpret.glassbox import (
    ExplainableBoostingClassifier,
    ExplainableBoostingRegressor,
)

ROWS = 150
SMALL: Mapping[str, Any] = {
    "max_rounds": 30,
    "outer_bags": 2,
    "max_bins": 12,
    "max_interaction_bins": 5,
    "interactions": 3,
    "n_jobs": 1,
    "random_state": 3,
}


@cache
def _data(missing: bool) -> tuple[Any, Any, Any]:
    """Return rows of training, rows to score with more that is unusual, and a number to learn."""
    random = np.random.default_rng(6)
    frame = pd.DataFrame(
        {
            "mass": np.round(random.normal(size=ROWS) * 8) / 8,
            "town": random.choice(["Ulm", "Bonn", "Kiel & co"], ROWS),
            "year": random.integers(2000, 2009, ROWS),
            "flag": random.random(ROWS) < 0.5,
            "depth": random.gamma(2.0, size=ROWS),
        }
    )
    number = frame["mass"] * (1 + (frame["town"] == "Ulm")) + 0.3 * (frame["year"] - 2000)
    number += 2.0 * frame["flag"] * (frame["depth"] > 1.0)
    if missing:
        frame.loc[random.random(ROWS) < 0.15, "mass"] = np.nan
        frame["town"] = frame["town"].where(random.random(ROWS) > 0.15, None)
    rows = frame.copy()
    rows.loc[:12, "town"] = "Rome"
    rows.loc[10:25, "mass"] = np.nan
    rows["town"] = rows["town"].where((rows.index < 20) | (rows.index > 30), None)
    return frame, rows, number.to_numpy()


def _classes(number: Any, *cuts: float) -> Any:
    names = np.array(["klein", "mittel", "groß"])
    return pd.Series(names[np.digitize(number, cuts)], name="art")


CASES: Mapping[str, tuple[Callable[[], Any], Callable[[Any], Any]]] = {
    "regression": (
        lambda: ExplainableBoostingRegressor(**SMALL),
        lambda number: pd.Series(number, name="menge"),
    ),
    "plain_regression": (
        lambda: ExplainableBoostingRegressor(**{**SMALL, "interactions": 0}),
        lambda number: number,
    ),
    "poisson": (
        lambda: ExplainableBoostingRegressor(objective="poisson_deviance", **SMALL),
        lambda number: np.abs(number) + 0.1,
    ),
    "two_classes": (
        lambda: ExplainableBoostingClassifier(**SMALL),
        lambda number: _classes(number, 1.5),
    ),
    "flags": (
        lambda: ExplainableBoostingClassifier(**SMALL),
        lambda number: pd.Series(number > 1.5, name="hoch"),
    ),
    "three_classes": (
        lambda: ExplainableBoostingClassifier(**{**SMALL, "interactions": 2}),
        lambda number: _classes(number, 1.0, 2.5),
    ),
    "three_columns": (
        lambda: ExplainableBoostingRegressor(
            **{**SMALL, "interactions": [(0, 1, 3), (2, 4), (1, 4)]}
        ),
        lambda number: number,
    ),
    "nominal": (
        lambda: ExplainableBoostingRegressor(
            feature_types=["continuous", "nominal", "nominal", "nominal", "continuous"], **SMALL
        ),
        lambda number: number,
    ),
}


@cache
def _trained(case: str, missing: bool) -> tuple[Any, Any, Any]:
    make, target = CASES[case]
    X, rows, number = _data(missing)
    y = target(number)
    model = make()
    with warnings.catch_warnings():
        # how well the training goes is not what is tested
        warnings.simplefilter("ignore")
        model.fit(X, y)
    return model, rows, y


@pytest.mark.parametrize("missing", [False, True], ids=["whole", "missing"])
@pytest.mark.parametrize("case", CASES)
def test_pmmlkit_scores_as_interpret(case: str, missing: bool) -> None:
    model, rows, y = _trained(case, missing)
    assert_predicts(model, rows, y)


@pytest.mark.parametrize("missing", [False, True], ids=["whole", "missing"])
@pytest.mark.parametrize("case", CASES)
def test_oracle_scores_as_interpret(case: str, missing: bool, oracle: Oracle) -> None:
    model, rows, y = _trained(case, missing)
    name = f"interpret-{case}-{'missing' if missing else 'whole'}"
    assert_predicts(model, rows, y, oracle=oracle, case=name)


def test_cuts_belong_to_the_bin_above() -> None:
    X, _, number = _data(False)
    model = ExplainableBoostingRegressor(**{**SMALL, "interactions": 0})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X[["mass", "depth"]], number)
    cuts = model.bins_[0][0]
    values = np.concatenate([cuts, np.nextafter(cuts, -9), np.nextafter(cuts, 9)])
    rows = pd.DataFrame({"mass": values, "depth": 1.0})
    assert_predicts(model, rows)


def test_categories_are_predictors_of_their_own() -> None:
    model, rows, y = _trained("plain_regression", False)
    text = pmmlkit.export(model, X=rows, y=y).to_bytes().decode()
    assert '<CategoricalPredictor name="town" value="Ulm"' in text


def test_one_class_is_refused() -> None:
    X, _, _ = _data(False)
    model = ExplainableBoostingClassifier(**SMALL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X[["mass"]], np.zeros(ROWS, int))
    with pytest.raises(ExportError, match="monoclassification"):
        pmmlkit.export(model, X=X[["mass"]])


def test_columns_are_found_by_name() -> None:
    model, rows, y = _trained("regression", False)
    assert_predicts(model, rows[rows.columns[::-1]], y)
