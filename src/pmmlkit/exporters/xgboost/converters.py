"""The estimators of XGBoost: their public parameters, and the model that `save_raw` gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature, uniform
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.xgboost.boosters import booster_draft
from pmmlkit.exporters.xgboost.columns import columns_of, missing_marker
from pmmlkit.exporters.xgboost.formats import read_bytes
from pmmlkit.exporters.xgboost.model import read_model

__all__ = ["estimator"]


@converts(
    "xgboost.XGBClassifier",
    "xgboost.XGBRegressor",
    "xgboost.XGBRanker",
    "xgboost.XGBRFClassifier",
    "xgboost.XGBRFRegressor",
)
def estimator(estimator: Any, features: Sequence[Feature], context: Context) -> Draft | Several:
    """Convert the booster of an estimator; after early stopping its best iteration is the last."""
    # Python reads JSON faster than UBJSON; both hold the same
    model = read_model(read_bytes(bytes(estimator.get_booster().save_raw("json"))))
    uniform(features, model.features, estimator)
    marker = missing_marker(estimator.missing)
    columns = columns_of(features, model, marker, sparse=context.sparse)
    return booster_draft(model, columns, context, model.best_iterations, in_place=True)
