"""Imputers that learn from the other columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import Expected, assert_predicts, assert_transforms

pytest.importorskip("sklearn")

from sklearn.experimental import enable_iterative_imputer  # noqa: F401 - makes IterativeImputer importable
from sklearn.impute import IterativeImputer, KNNImputer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeRegressor

Doubles = npt.NDArray[np.float64]


def lacking(marker: float = np.nan) -> Doubles:
    """Return 24 rows of 3 numbers; some lack numbers, one all of them."""
    rng = np.random.default_rng(3)
    X = rng.normal(size=(24, 3)) + rng.normal(size=(24, 1))
    X[rng.random(X.shape) < 0.2] = marker
    X[7] = marker
    return X


def emptied() -> Doubles:
    """Return rows with a column that has no number."""
    X = lacking()
    return np.column_stack([X[:, 0], np.full(len(X), np.nan), X[:, 1:]])


IMPUTERS: dict[str, tuple[Any, Doubles]] = {
    "knn": (KNNImputer(n_neighbors=3, add_indicator=True), lacking()),
    "knn.weighted": (KNNImputer(n_neighbors=4, weights="distance"), lacking()),
    "knn.one": (KNNImputer(n_neighbors=1), lacking()),
    "knn.many": (KNNImputer(n_neighbors=100), lacking()[:15]),
    "knn.marker": (KNNImputer(n_neighbors=2, missing_values=-999.0), lacking(-999.0)),
    "knn.empty": (KNNImputer(n_neighbors=2), emptied()),
    "knn.empty_kept": (KNNImputer(n_neighbors=2, keep_empty_features=True), emptied()),
    "iterative": (IterativeImputer(max_iter=3, random_state=0), lacking()),
    "iterative.limits": (
        IterativeImputer(
            max_iter=2,
            random_state=0,
            min_value=-0.1,
            max_value=0.5,
            add_indicator=True,
            imputation_order="random",
            initial_strategy="median",
        ),
        lacking(),
    ),
    "iterative.nearest": (
        IterativeImputer(LinearRegression(), max_iter=2, n_nearest_features=1, random_state=0),
        lacking(),
    ),
    "iterative.marker": (
        IterativeImputer(max_iter=2, random_state=0, missing_values=-999.0),
        lacking(-999.0),
    ),
    "iterative.empty": (IterativeImputer(max_iter=2, random_state=0), emptied()),
    "iterative.empty_kept": (
        IterativeImputer(max_iter=2, random_state=0, keep_empty_features=True),
        emptied(),
    ),
    "iterative.none": (IterativeImputer(max_iter=0, random_state=0), lacking()),
}


@pytest.mark.filterwarnings("ignore:.*IterativeImputer.*:Warning")
@pytest.mark.filterwarnings("ignore:.*Skipping features:UserWarning")
@pytest.mark.parametrize("name", IMPUTERS)
def test_imputers(name: str, engine: Oracle | None) -> None:
    imputer, X = IMPUTERS[name]
    assert_transforms(imputer.fit(X), X, oracle=engine, case=f"imputer.{name}")


@pytest.mark.filterwarnings("ignore:.*IterativeImputer.*:Warning")
def test_models_that_impute_make_a_chain(engine: Oracle | None) -> None:
    X = lacking()
    tree = DecisionTreeRegressor(max_depth=3, random_state=0)
    imputer = IterativeImputer(tree, max_iter=2, random_state=0)
    model = make_pipeline(imputer, LinearRegression()).fit(X, np.arange(24.0))
    assert_predicts(model, X, oracle=engine, case="imputer.iterative.trees")


def test_neighbours_at_equal_distances() -> None:
    X = np.array([[0.0, 1.0], [0.0, 3.0], [1.0, 10.0], [4.0, 20.0]])
    model = make_pipeline(KNNImputer(n_neighbors=3), LinearRegression())
    model.fit(X, [0.0, 1.0, 2.0, 3.0])
    model[-1].coef_, model[-1].intercept_ = np.array([0.0, 1.0]), 0.0
    # two at distance 0 and the next: not the three nearest distances
    rows = np.array([[0.0, np.nan], [1.0, np.nan]])
    expected = Expected(numbers={"y": np.array([14.0 / 3.0, 14.0 / 3.0])})
    assert_predicts(model, rows, expected=expected)


@pytest.mark.filterwarnings("ignore:.*IterativeImputer.*:Warning")
@pytest.mark.parametrize(
    ("imputer", "reason"),
    [
        (IterativeImputer(sample_posterior=True, max_iter=1, random_state=0), "at random"),
        (KNNImputer(weights=lambda distances: distances), "function of the user's"),
    ],
    ids=["posterior", "weights"],
)
def test_refused(imputer: Any, reason: str) -> None:
    X = lacking()
    with pytest.raises(ExportError, match=reason):
        pmmlkit.export(imputer.fit(X), X=X)
