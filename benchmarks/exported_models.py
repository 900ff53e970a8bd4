"""The models that are exported: large ones, and the forests whose documents are compared in size.

Runs in the environment of sklearn2pmml too, which has no pmmlkit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from benchmarks.models import TRAINING_ROWS, rows_of

__all__ = ["LARGE", "SIZED", "fitted"]

NEIGHBOURS = 50_000
COLUMNS, CATEGORIES = 100, 50
"""Of the one-hot regression: 5,000 columns behind the encoder."""

SMALL_ROWS = 2_000


def _forest() -> tuple[Any, Any, Any]:
    from sklearn.ensemble import RandomForestClassifier

    X, y = rows_of(TRAINING_ROWS)
    return RandomForestClassifier(500, max_depth=10, random_state=0).fit(X, y), X, y


def _xgboost() -> tuple[Any, Any, Any]:
    from xgboost import XGBClassifier

    X, y = rows_of(TRAINING_ROWS)
    return XGBClassifier(n_estimators=1000, max_depth=6, n_jobs=1).fit(X, y), X, y


def _one_hot() -> tuple[Any, Any, Any]:
    import pandas as pd
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    random = np.random.default_rng(0)
    names = np.array([f"v{at:02}" for at in range(CATEGORIES)], object)
    codes = random.integers(0, CATEGORIES, (4000, COLUMNS))
    X = pd.DataFrame(names[codes], columns=[f"c{at}" for at in range(COLUMNS)])
    y = pd.Series((codes[:, 0] + random.integers(-9, 9, len(X)) > 25).astype(int), name="y")
    pipeline = make_pipeline(OneHotEncoder(), LogisticRegression(max_iter=50))
    return pipeline.fit(X, y), X, y


def _neighbours() -> tuple[Any, Any, Any]:
    from sklearn.neighbors import KNeighborsClassifier

    X, y = rows_of(NEIGHBOURS)
    X = X[X.columns[:10]]
    return KNeighborsClassifier(5).fit(X, y), X, y


LARGE: Mapping[str, Callable[[], tuple[Any, Any, Any]]] = {
    "forest of 500 trees": _forest,
    "XGBoost of 1,000 trees": _xgboost,
    "one-hot logistic regression, 5,000 columns": _one_hot,
    "nearest neighbours, 50,000 rows": _neighbours,
}


def _sized(name: str, classes: int = 0, **options: Any) -> Callable[[], tuple[Any, Any, Any]]:
    def fit() -> tuple[Any, Any, Any]:
        import pandas as pd
        from sklearn import datasets, ensemble

        shape = {"n_samples": SMALL_ROWS, "n_features": 20, "n_informative": 12, "random_state": 0}
        if classes:
            X, y = datasets.make_classification(n_classes=classes, **shape)
        else:
            X, y = datasets.make_regression(noise=1.0, **shape)
        frame = pd.DataFrame(X, columns=[f"x{at}" for at in range(1, 21)])
        estimator = getattr(ensemble, name)(random_state=0, **options)
        return estimator.fit(frame, pd.Series(y, name="y")), frame, pd.Series(y, name="y")

    return fit


SIZED: Mapping[str, Callable[[], tuple[Any, Any, Any]]] = {
    "random forest, 3 classes": _sized("RandomForestClassifier", 3),
    "random forest, regression": _sized("RandomForestRegressor"),
    "gradient boosting, 2 classes": _sized("GradientBoostingClassifier", 2, max_depth=5),
    "gradient boosting, regression": _sized("GradientBoostingRegressor", max_depth=5),
    "hist. gradient boosting, 2 classes": _sized("HistGradientBoostingClassifier", 2),
    "hist. gradient boosting, regression": _sized("HistGradientBoostingRegressor"),
}
"""Of 100 trees each."""


def fitted(name: str) -> tuple[Any, Any, Any]:
    """Return the model fitted, and what it was fitted on."""
    return {**LARGE, **SIZED}[name]()
