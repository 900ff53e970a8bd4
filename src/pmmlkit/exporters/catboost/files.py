"""CatBoost's model files, to be exported: JSON by itself, ``.cbm`` through catboost."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pmmlkit.errors import ExportError
from pmmlkit.exporters.catboost.converters import draft_of
from pmmlkit.exporters.catboost.model import EXPONENTS, CatBoostModel, model_of
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Category, Feature
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.model_files import bytes_of_file
from pmmlkit.exporters.registry import converts

__all__ = ["CatBoostFile", "read_catboost"]


class CatBoostFile:
    """A model that was read from JSON, without catboost.

    It has what a document needs to know of an estimator; a regression has no `classes_`.
    """

    def __init__(self, model: CatBoostModel) -> None:
        self.model = model

    @property
    def n_features_in_(self) -> int:
        """The number of columns."""
        return len(self.model.columns)

    @property
    def feature_names_in_(self) -> list[str]:
        """The names of the columns; x1, x2 ... where they have none."""
        return list(self.model.columns)

    @property
    def classes_(self) -> list[Category] | None:
        """The labels."""
        return list(self.model.classes) or None

    def predict(self, X: Any) -> Any:
        """Refuse: only catboost predicts."""
        raise ExportError(
            "a CatBoost model that was read from JSON does not predict: load it with catboost"
        )


@converts("pmmlkit.exporters.catboost.files.CatBoostFile")
def catboost_file(
    estimator: CatBoostFile, features: Sequence[Feature], context: Context
) -> Draft | Several:
    """Convert a model out of a JSON file to what the estimator of its kind predicts."""
    model = estimator.model
    return draft_of(model, features, context, exponent=model.loss in EXPONENTS)


def read_catboost(path: str | os.PathLike[str]) -> Any:
    """Read a model file: ``.json`` by itself, anything else (``.cbm``) through catboost.

    Raises ExportError where the file cannot be read, catboost is needed and missing, or it is no
    model.
    """
    source = Path(path)
    data = bytes_of_file(source)
    if source.suffix.lower() == ".json":
        return CatBoostFile(model_of(data, source.name))
    try:
        from catboost import CatBoost, CatBoostClassifier, CatBoostError, CatBoostRegressor
    except ImportError as error:
        raise ExportError(
            f'{source.name} is read through catboost: pip install "pmmlkit[catboost]", or save the '
            "model as JSON (save_model(..., format='json'))"
        ) from error
    try:
        model = CatBoost().load_model(blob=data)
        if len(model.classes_):
            return CatBoostClassifier().load_model(blob=data)
        loss = str(model.get_all_params().get("loss_function", ""))
        exponential = loss.partition(":")[0] in EXPONENTS
        return CatBoostRegressor().load_model(blob=data) if exponential else model
    except CatBoostError as error:
        raise ExportError(f"{source.name} is no CatBoost model: {error}") from error
