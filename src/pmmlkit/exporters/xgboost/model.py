"""What a model file of XGBoost says, as plain typed values: releases 1.0 to 3.2."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.xgboost.categories import StoredCategories, read_categories
from pmmlkit.exporters.xgboost.contents import Contents
from pmmlkit.exporters.xgboost.trees import Trees, read_trees

__all__ = ["BoosterModel", "read_model"]

Floats = npt.NDArray[np.float32]

MOST_OUTPUTS: Final = 100_000
MOST_FEATURES: Final = 10_000_000
CATEGORICAL_TYPE: Final = "c"


@dataclass(frozen=True, slots=True)
class BoosterModel:
    """A trained booster.

    `booster` is gbtree, dart or gblinear. `base_score` (outputs,) is as the user sees it, before
    the objective makes a margin of it. A tree model has `trees`, the output that each adds to
    (`group`, -1 for trees that add to all), where each iteration begins (`iterations`) and, for
    dart, the weight of each (`tree_weights`); a linear one `weights` (features + 1, outputs), the
    intercepts last. `categories` are those of each feature, () where the file does not say.
    """

    booster: str
    objective: str
    base_score: Floats
    classes: int
    features: int
    feature_names: tuple[str, ...]
    feature_types: tuple[str, ...]
    attributes: Mapping[str, str]
    categories: tuple[StoredCategories, ...]
    trees: Trees | None = None
    group: tuple[int, ...] = ()
    iterations: tuple[int, ...] = ()
    tree_weights: Floats | None = None
    weights: Floats | None = None

    @property
    def outputs(self) -> int:
        """How many sums the model makes."""
        return len(self.base_score)

    @property
    def best_iterations(self) -> int | None:
        """How many iterations early stopping found best, None where there was none."""
        best = self.attributes.get("best_iteration", "")
        return int(best) + 1 if re.fullmatch(r"[0-9]{1,9}", best) else None

    def is_categorical(self, feature: int) -> bool:
        """Tell whether the values of a feature are codes of categories."""
        typed = self.feature_types and self.feature_types[feature] == CATEGORICAL_TYPE
        return bool(typed) or (self.trees is not None and feature in self.trees.categorical)


def read_model(value: Any) -> BoosterModel:
    """Return the model that the value of a JSON or UBJSON file holds.

    Raises ExportError, naming the place, where something is absent or not as it must be.
    """
    learner = Contents(value)["learner"]
    parameters = learner["learner_model_param"]
    classes = parameters["num_class"].integer()
    targets = parameters["num_target"].integer() if "num_target" in parameters else 1
    features = parameters["num_feature"].integer()
    outputs = max(classes, targets, 1)
    if outputs > MOST_OUTPUTS or features > MOST_FEATURES:
        raise parameters.wrong(f"claims {features} features and {outputs} outputs")
    names = learner["feature_names"].texts() if "feature_names" in learner else ()
    types = learner["feature_types"].texts() if "feature_types" in learner else ()
    for given, what in ((names, "feature_names"), (types, "feature_types")):
        if given and len(given) != features:
            raise learner.wrong(f"has {len(given)} {what} for {features} features")
    booster = learner["gradient_booster"]
    name = booster["name"].text()
    parts: dict[str, Any] = {}
    if name == "gblinear":
        parts["weights"] = _weights(booster["model"], features, outputs)
        categories: tuple[StoredCategories, ...] = ()
    elif name in ("gbtree", "dart"):
        model = booster["gbtree"]["model"] if name == "dart" else booster["model"]
        parts = _tree_parts(model, features, outputs)
        if name == "dart":
            weights = booster["weight_drop"].array(np.float32, len(parts["group"]))
            parts["tree_weights"] = weights
        categories = read_categories(model["cats"]) if "cats" in model else ()
    else:
        raise booster.wrong(f"is of the kind {name!r}, not gbtree, dart or gblinear")
    return BoosterModel(
        booster=name,
        objective=learner["objective"]["name"].text(),
        base_score=_base_score(parameters["base_score"], outputs),
        classes=classes,
        features=features,
        feature_names=names,
        feature_types=types,
        attributes=_attributes(learner),
        categories=categories,
        **parts,
    )


def _attributes(learner: Contents) -> dict[str, str]:
    if "attributes" not in learner:
        return {}
    found = learner["attributes"]
    if not isinstance(found.value, dict):
        raise found.wrong("is no object")
    return {name: found[name].text() for name in found.value}


def _base_score(found: Contents, outputs: int) -> Floats:
    # one number up to XGBoost 3.0, then one for each output
    scores = found.floats()
    if len(scores) not in (1, outputs):
        raise found.wrong(f"has {len(scores)} numbers for {outputs} outputs")
    return np.broadcast_to(scores, outputs).astype(np.float32)


def _weights(model: Contents, features: int, outputs: int) -> Floats:
    weights = model["weights"].array(np.float32, (features + 1) * outputs)
    if not np.isfinite(weights).all():
        raise model.wrong("holds a weight that is no number")
    return weights.reshape(features + 1, outputs)


def _tree_parts(model: Contents, features: int, outputs: int) -> dict[str, Any]:
    trees = read_trees(model["trees"], features)
    group = model["tree_info"].array(np.int64, len(trees))
    width = trees.values.shape[1]
    if width > 1:
        if width != outputs:
            raise model.wrong(f"has leaves of {width} numbers for {outputs} outputs")
        group = np.full(len(trees), -1)
    elif ((group < 0) | (group >= outputs)).any():
        raise model["tree_info"].wrong("names an output that is none")
    return {
        "trees": trees,
        "group": tuple(group.tolist()),
        "iterations": _iterations(model, len(trees), 1 if width > 1 else outputs),
    }


def _iterations(model: Contents, trees: int, outputs: int) -> tuple[int, ...]:
    """Return where each iteration begins, and the number of trees."""
    if "iteration_indptr" in model:
        found = model["iteration_indptr"]
        bounds = found.array(np.int64)
        if len(bounds) == 0 or bounds[0] != 0 or bounds[-1] != trees or (np.diff(bounds) < 0).any():
            raise found.wrong("does not lead from the first tree to the last")
        return tuple(bounds.tolist())
    parameters = model["gbtree_model_param"]
    parallel = 1
    if "num_parallel_tree" in parameters:
        parallel = max(parameters["num_parallel_tree"].integer(), 1)
    return (*range(0, trees, parallel * outputs), trees)
