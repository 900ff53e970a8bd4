"""Boosters and model files as estimators: what a document needs to know of them, and how they
predict.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.xgboost.boosters import booster_draft
from pmmlkit.exporters.xgboost.columns import columns_of
from pmmlkit.exporters.xgboost.formats import read_bytes, read_file
from pmmlkit.exporters.xgboost.model import BoosterModel, read_model
from pmmlkit.exporters.xgboost.objectives import objective_of

__all__ = ["NativeBooster", "load_booster_file", "native", "native_booster"]


@dataclass(frozen=True, eq=False)
class NativeBooster:
    """A booster without the scikit-learn API around it.

    Objectives for classes make a classification with the labels 0, 1 ...; binary:logistic as well,
    of which XGBoost itself returns the probability of class 1. `kind` is ``"classifier"``,
    ``"regressor"`` or ``"ranker"`` where a file was saved by such an estimator, which then predicts
    with its best iteration; "" for a plain booster, which predicts with all of its trees.
    """

    model: BoosterModel
    kind: str = ""
    booster: Any = None
    data: Any = None

    @property
    def n_features_in_(self) -> int:
        """The number of features."""
        return self.model.features

    @property
    def feature_names_in_(self) -> npt.NDArray[Any] | None:
        """The names of the features, None where nobody named them."""
        names = self.model.feature_names
        return np.array(names, object) if names else None

    @property
    def classes_(self) -> npt.NDArray[np.int64] | None:
        """The labels, None for a number."""
        is_classification = objective_of(self.model.objective).is_classification
        if self.kind:
            is_classification = self.kind == "classifier"
        if not is_classification:
            return None
        return np.arange(max(self.model.classes, 2), dtype=np.int64)

    @property
    def iterations(self) -> int | None:
        """How many iterations count, None for all."""
        return self.model.best_iterations if self.kind else None

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return labels or numbers (n,), or (n, outputs) for several; needs XGBoost."""
        values = self._values(X)
        if self.classes_ is None:
            return values
        if values.ndim == 2:
            return np.asarray(values.argmax(axis=1))
        is_label = self.model.objective == "multi:softmax"
        return values.astype(np.int64) if is_label else (values > 0.5).astype(np.int64)

    def predict_proba(self, X: Any) -> npt.NDArray[Any]:
        """Return the probabilities of the classes (n, classes); needs XGBoost."""
        if self.classes_ is None:
            raise ExportError(f"the objective {self.model.objective!r} has no probabilities")
        if self.model.objective == "multi:softmax":
            margins = self._values(X, output_margin=True)
            shares = np.exp(margins - margins.max(axis=1, keepdims=True))
            return np.asarray(shares / shares.sum(axis=1, keepdims=True))
        values = self._values(X)
        return values if values.ndim == 2 else np.stack([1.0 - values, values], axis=1)

    @cached_property
    def _loaded(self) -> Any:
        if self.booster is not None:
            return self.booster
        try:
            from xgboost import Booster
        except ImportError as error:
            raise ExportError('this needs XGBoost: pip install "pmmlkit[xgboost]"') from error
        return Booster(model_file=bytearray(bytes(self.data)))

    def _values(self, X: Any, *, output_margin: bool = False) -> npt.NDArray[Any]:
        booster = self._loaded
        from xgboost import DMatrix

        rows = X if isinstance(X, DMatrix) else self._matrix(X)
        last = 0 if self.iterations is None else self.iterations
        found = booster.predict(rows, output_margin=output_margin, iteration_range=(0, last))
        return np.asarray(found)

    def _matrix(self, X: Any) -> Any:
        from xgboost import DMatrix

        types = list(self.model.feature_types) or None
        if hasattr(X, "columns"):
            return DMatrix(X, enable_categorical=True)
        names = list(self.model.feature_names) or None
        return DMatrix(X, feature_names=names, feature_types=types, enable_categorical=True)


@converts("pmmlkit.exporters.xgboost.native.NativeBooster")
def native(
    estimator: NativeBooster, features: Sequence[Feature], context: Context
) -> Draft | Several:
    """Convert a booster or a model file."""
    model = estimator.model
    if len(features) != model.features:
        raise ExportError(f"the model has {model.features} features, but {len(features)} arrive")
    columns = columns_of(features, model, None, sparse=context.sparse)
    return booster_draft(
        model, columns, context, estimator.iterations, in_place=bool(estimator.kind)
    )


def native_booster(booster: Any) -> NativeBooster:
    """Return an ``xgboost.Booster`` as an estimator."""
    data = bytes(booster.save_raw("json"))
    return NativeBooster(read_model(read_bytes(data)), booster=booster)


def load_booster_file(path: str | os.PathLike[str]) -> NativeBooster:
    """Read a model file of XGBoost, ``.json`` or ``.ubj``, which does not need the library.

    Raises ExportError where the file cannot be read, is longer than `Limits.document_bytes`, or is
    no such model.
    """
    value = read_file(path)
    try:
        model = read_model(value)
        objective_of(model.objective)
    except ExportError as error:
        raise ExportError(f"{os.path.basename(os.fspath(path))}: {error.message}") from error
    return NativeBooster(model, _kind(model), data=_FileBytes(path))


def _kind(model: BoosterModel) -> str:
    """Return what kind of estimator saved the file, "" for a plain booster."""
    text = model.attributes.get("scikit_learn")
    if text is None:
        return ""
    try:
        kind = json.loads(text).get("_estimator_type")
    except (ValueError, AttributeError, RecursionError):
        return ""
    return kind if isinstance(kind, str) else ""


@dataclass(frozen=True, slots=True)
class _FileBytes:
    """The bytes of a file, read again when they are needed."""

    path: str | os.PathLike[str]

    def __bytes__(self) -> bytes:
        with open(self.path, "rb") as stream:
            return stream.read()
