"""Sums of trees, and the links of classifications behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.exporters import finals
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature, Predicted
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.forest import Leaves
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.segments import segmented
from pmmlkit.exporters.tree_reader import TreeReader, tree_models
from pmmlkit.language.models.mining import MiningModel

__all__ = ["classified", "scores_of", "sum_of_trees"]


def sum_of_trees(
    reader: TreeReader,
    values: Sequence[Any],
    *,
    accepts_missing: bool,
    before: Draft | None = None,
) -> Draft:
    """Return a regression: the sum of the trees, whose nodes have these values (nodes,) each, in
    their order, behind what the model `before` them predicts.
    """
    leaves = Leaves(values=np.concatenate(values))
    others = () if before is None else before.reads

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> MiningModel:
        own, rest = fields[: len(reader.reads)], fields[len(reader.reads) :]
        tables = reader.tables(own, leaves, frame, accepts_missing=accepts_missing)
        models: list[Any] = list(tree_models(frame.inner(), reader, own, tables))
        if before is not None:
            models.insert(0, before.build(frame.inner(), rest))
        model = segmented("sum", models, frame.parts(fields))
        return model if accepts_missing else reader.refusing_missing(model, own)

    return Draft((*reader.reads, *others), build)


def scores_of(sums: Sequence[Draft]) -> list[Feature]:
    """Return the sums as features."""
    return [Predicted("sum", draft) for draft in sums]


def classified(context: Context, scores: Sequence[Feature], factor: float = 1.0) -> Draft:
    """Return the classification of which these are the scores: one, which the factor multiplies,
    for two classes.
    """
    if len(scores) == 1:
        return finals.by_logit(context, scores[0], factor=factor)
    return finals.by_softmax(context, scores)
