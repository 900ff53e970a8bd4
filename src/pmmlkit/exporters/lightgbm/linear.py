"""Linear trees: which leaf a row reaches, and then the regression of that leaf."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.features import Feature, Lookup, as_number, may_be_missing
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.frame import Frame
from pmmlkit.exporters.lightgbm.model import LinearLeaves, Tree
from pmmlkit.exporters.segments import raw_output, segmented
from pmmlkit.exporters.splits import tree_input
from pmmlkit.language.models.mining import MiningModel, Segment, Segmentation
from pmmlkit.language.models.regression import NumericPredictor, RegressionModel, RegressionTable
from pmmlkit.language.models.tree import TreeModel
from pmmlkit.language.predicates import CompoundPredicate, SimplePredicate

__all__ = ["LinearColumns", "has_regressions", "leaf_numbers", "linear_model"]


def has_regressions(tree: Tree) -> bool:
    """Tell whether some leaf of the tree reads columns."""
    return tree.linear is not None and len(tree.linear.feature) > 0


def leaf_numbers(tree: Tree) -> npt.NDArray[np.float64]:
    """Return what the leaves say instead of values: their constants, or their numbers from 1 on
    where they have regressions.
    """
    if tree.linear is None:
        return tree.value
    if not has_regressions(tree):
        return tree.linear.constant
    return np.arange(1.0, len(tree.value) + 1.0)


class LinearColumns:
    """The features that regressions in leaves read, as numbers."""

    def __init__(self, trees: Sequence[Tree], features: Sequence[Feature]) -> None:
        parts = [tree.linear.feature for tree in trees if tree.linear is not None]
        used = np.unique(np.concatenate(parts)).tolist() if parts else []
        self.reads: dict[int, Feature] = {at: _number(features[at]) for at in used}


def _number(feature: Feature) -> Feature:
    number = as_number(feature)
    return number if isinstance(number, Lookup) else tree_input(number, "double").read


@dataclass(frozen=True, slots=True)
class _Regressors:
    """The fields of features, and those that a row may lack."""

    fields: dict[int, BoundField]
    lacking: frozenset[int]


def linear_model(
    frame: Frame,
    tree: Tree,
    walk: tuple[TreeModel, Sequence[BoundField]],
    columns: LinearColumns,
    fields: Sequence[BoundField],
) -> MiningModel:
    """Return the model of one tree: a chain of the tree, whose scores are numbers of leaves, and of
    the first regression whose leaf it is.

    `frame` is that of the chain; `walk`: the tree, and the fields that it reads.
    """
    finder, own = walk
    linear = tree.linear
    assert linear is not None
    name = frame.builder.unique("leaf")
    leaf = BoundField(name, "double", "continuous")
    by_feature = dict(zip(columns.reads, fields, strict=True))
    used = [by_feature[at] for at in np.unique(linear.feature).tolist()]
    lacking = frozenset(at for at, it in columns.reads.items() if may_be_missing(it))
    segments = tuple(_segments(frame, tree, linear, leaf, _Regressors(by_feature, lacking)))
    chosen = MiningModel(
        **frame.inner(frame.target).parts([leaf, *used]),
        segmentation=Segmentation(multiple_model_method="selectFirst", segments=segments),
    )
    models = [finder.replace(output=raw_output(name)), chosen]
    return segmented("modelChain", models, frame.parts([*own, *used]))


def _segments(
    frame: Frame, tree: Tree, linear: LinearLeaves, leaf: BoundField, regressors: _Regressors
) -> Iterator[Segment]:
    """Yield the regression of each leaf; where a row lacks one of its numbers, the plain value of
    the leaf follows.
    """
    number = 0
    for at, constant in enumerate(linear.constant.tolist()):
        chosen = slice(int(linear.start[at]), int(linear.start[at + 1]))
        terms = list(
            zip(linear.feature[chosen].tolist(), linear.coefficient[chosen].tolist(), strict=True)
        )
        here = SimplePredicate(field=leaf.name, operator="equal", value=str(at + 1))
        lacking = dict.fromkeys(it for it, _ in terms if it in regressors.lacking)
        present = tuple(
            SimplePredicate(field=regressors.fields[it].name, operator="isNotMissing")
            for it in lacking
        )
        whole = CompoundPredicate(boolean_operator="and", predicates=(here, *present))
        number += 1
        yield Segment(
            id=str(number),
            predicate=whole if present else here,
            model=_regression(frame, leaf, constant, terms, regressors.fields),
        )
        if present:
            number += 1
            plain = float(tree.value[at])
            yield Segment(
                id=str(number), predicate=here, model=_regression(frame, leaf, plain, [], {})
            )


def _regression(
    frame: Frame,
    leaf: BoundField,
    constant: float,
    terms: Sequence[tuple[int, float]],
    fields: dict[int, BoundField],
) -> RegressionModel:
    predictors = tuple(
        NumericPredictor(name=fields[at].name, coefficient=coefficient) for at, coefficient in terms
    )
    table = RegressionTable(intercept=constant, numeric_predictors=predictors)
    # a constant reads nothing, but PMML wants a field in every MiningSchema
    read = [fields[at] for at, _ in terms] or [leaf]
    return RegressionModel(**frame.inner(frame.target).parts(read), regression_tables=(table,))
