"""sklearn.dummy: predictions that do not depend on the row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context, several
from pmmlkit.exporters.features import Feature
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.frame import Draft, Frame, Several
from pmmlkit.exporters.linear_form import linear_draft
from pmmlkit.exporters.registry import converts
from pmmlkit.language.models.tree import NodeTableBuilder, ScoreDistribution, TreeModel
from pmmlkit.language.predicates import TruePredicate

__all__ = ["dummy_classifier", "dummy_regressor"]


@converts("sklearn.dummy.DummyRegressor")
def dummy_regressor(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft | Several:
    """Convert to a regression that is its intercept."""
    values = np.ravel(estimator.constant_).tolist()
    return several(context, lambda at, inner: linear_draft((), (), values[at]), len(values))


@converts("sklearn.dummy.DummyClassifier")
def dummy_classifier(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft | Several:
    """Convert to a tree of one node."""
    if estimator.strategy in ("stratified", "uniform"):
        raise ExportError(
            f"DummyClassifier(strategy={estimator.strategy!r}) predicts at random, which PMML "
            "cannot state"
        )
    shares = estimator.predict_proba(np.zeros((1, 1)))
    rows = [shares] if estimator.n_outputs_ == 1 else shares
    return several(context, lambda at, inner: _constant(rows[at][0], inner), len(rows))


def _constant(shares: Any, context: Context) -> Draft:
    labels = context.target.labels

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> TreeModel:
        nodes = NodeTableBuilder()
        nodes.add(
            None,
            TruePredicate(),
            score=labels[int(np.argmax(shares))],
            distributions=[
                ScoreDistribution(value=label, record_count=share)
                for label, share in zip(labels, shares.tolist(), strict=True)
            ],
        )
        return TreeModel(**frame.parts(fields), nodes=nodes.build())

    return Draft((), build)
