"""CatBoost models out of estimators.

What is asked of catboost is public: ``save_model``, ``feature_names_``, the indices of the columns
that are no numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pmmlkit.errors import ExportError
from pmmlkit.exporters.catboost.model import CatBoostModel, model_of

__all__ = ["read_model"]


def read_model(estimator: Any, categories: Iterable[str]) -> CatBoostModel:
    """Read a fitted estimator; `categories` are the texts whose hashes are needed.

    Raises ExportError where it has text or embedding features.
    """
    name = type(estimator).__name__
    for kind in ("text", "embedding"):
        if len(getattr(estimator, f"get_{kind}_feature_indices")()):
            raise ExportError(
                f"{name} has {kind} features, which CatBoost makes numbers of in ways that PMML "
                "cannot state: train it without them, or encode them before"
            )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        estimator.save_model(str(path), format="json", pool=_pool(estimator, list(categories)))
        return model_of(path.read_bytes(), name)


def _pool(estimator: Any, texts: list[str]) -> Any:
    """Return a pool whose categories are these, so that the model's JSON gives their hashes."""
    categorical = list(estimator.get_cat_feature_indices())
    if not categorical or not texts:
        return None
    import catboost
    import numpy as np

    names = estimator.feature_names_
    table = np.zeros((len(texts), len(names)), object)
    for column in categorical:
        table[:, column] = texts
    return catboost.Pool(table, cat_features=categorical, feature_names=names)
