"""sklearn.ensemble: IsolationForest as the mean depth of its leaves and a score behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters import finals
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature, Predicted, uniform
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.forest import Forest, Leaves
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.registry import converts, decides
from pmmlkit.exporters.segments import segmented
from pmmlkit.exporters.sklearn.tree import accepts_missing
from pmmlkit.exporters.tree_reader import TreeReader, tree_models
from pmmlkit.language.models.mining import MiningModel
from pmmlkit.language.scope import Compiled

__all__ = ["isolation_forest", "isolation_forest_decides"]

Doubles = npt.NDArray[np.float64]


@converts("sklearn.ensemble.IsolationForest")
def isolation_forest(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert: -1 where the decision is below 0, else 1."""
    (decision,) = isolation_forest_decides(estimator, features, context)
    return finals.by_sign(context, decision, or_equal=True)


@decides("sklearn.ensemble.IsolationForest")
def isolation_forest_decides(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the opposite of the anomaly score, less the offset.

    The score is 2 to the power of minus the mean depth over the depth that is to be expected (Liu,
    Ting and Zhou 2008, equation 2).
    """
    uniform(features, estimator.n_features_in_, estimator)
    expected = float(_expected_depth(np.array([estimator.max_samples_]))[0])
    offset = float(estimator.offset_)

    def expression(depth: Compiled) -> Compiled:
        # a forest of single rows expects no depth, and scores 1
        ratio = apply("/", depth, constant(expected)) if expected else constant(0.0)
        power = apply("pow", constant(2.0), apply("*", constant(-1.0), ratio))
        return apply("-", apply("*", constant(-1.0), power), constant(offset))

    depth = Predicted("depth", _depths(estimator, features, context))
    return [Derived("decision", (depth,), expression)]


def _depths(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    trees = [member.tree_ for member in estimator.estimators_]
    columns = [np.asarray(own, np.int64) for own in estimator.estimators_features_]
    forest = Forest.of(
        [
            (
                tree.children_left,
                tree.children_right,
                own[np.maximum(tree.feature, 0)],
                tree.threshold,
                tree.missing_go_to_left,
            )
            for tree, own in zip(trees, columns, strict=True)
        ]
    )
    reader = TreeReader(forest, features, "float")
    missing = accepts_missing(estimator)
    # the depth of the root is 1 here, as scikit-learn counts nodes, of which one is no step
    values = np.concatenate(
        [tree.compute_node_depths() + _expected_depth(tree.n_node_samples) - 1.0 for tree in trees]
    )

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> MiningModel:
        tables = reader.tables(fields, Leaves(values=values), frame, accepts_missing=missing)
        models = tree_models(frame.inner(frame.target), reader, fields, tables)
        model = segmented("average", models, frame.parts(fields))
        return model if missing else reader.refusing_missing(model, fields)

    return Draft(reader.reads, build)


def _expected_depth(rows: npt.NDArray[Any]) -> Doubles:
    """Return the depth at which so many rows are expected to be apart: 0 for one row, 1 for two,
    from there on as an unsuccessful search in a binary tree (equation 1 of the same paper).
    """
    count = np.asarray(rows, np.float64)
    with np.errstate(all="ignore"):
        depth = 2.0 * (np.log(count - 1.0) + np.euler_gamma) - 2.0 * (count - 1.0) / count
    return np.where(count <= 1.0, 0.0, np.where(count == 2.0, 1.0, depth))
