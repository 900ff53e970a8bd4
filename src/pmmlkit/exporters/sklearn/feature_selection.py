"""sklearn.feature_selection: the chosen columns, and what is predicted from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature, uniform
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.registry import converts, decides, transforms

__all__ = ["chosen", "elimination", "elimination_decision"]

ELIMINATIONS = ("sklearn.feature_selection.RFE", "sklearn.feature_selection.RFECV")


@converts(
    "sklearn.feature_selection.GenericUnivariateSelect",
    "sklearn.feature_selection.SelectFdr",
    "sklearn.feature_selection.SelectFpr",
    "sklearn.feature_selection.SelectFromModel",
    "sklearn.feature_selection.SelectFwe",
    "sklearn.feature_selection.SelectKBest",
    "sklearn.feature_selection.SelectPercentile",
    "sklearn.feature_selection.SequentialFeatureSelector",
    "sklearn.feature_selection.VarianceThreshold",
)
@transforms(*ELIMINATIONS)
def chosen(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the columns that were chosen, as they are."""
    mask = np.asarray(estimator.get_support(), bool)
    columns = uniform(features, len(mask), estimator)
    return [columns[at] for at in np.flatnonzero(mask).tolist()]


@converts(*ELIMINATIONS)
def elimination(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature] | Draft | Several:
    """Convert to the estimator of the columns that were chosen."""
    kept = chosen(estimator, features, context)
    return context.convert(estimator.estimator_, kept, _place(estimator))


@decides(*ELIMINATIONS)
def elimination_decision(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the decision function of that estimator."""
    kept = chosen(estimator, features, context)
    return context.decisions(estimator.estimator_, kept, _place(estimator))


def _place(estimator: Any) -> str:
    return f"the estimator of {type(estimator).__name__}"
