"""What an estimator says in the terms of its document, where its own methods answer otherwise."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

from pmmlkit.exporters.natives import function_for

__all__ = ["answering"]

VIEWS: Final = MappingProxyType(
    {
        "catboost.core.CatBoost": ("pmmlkit.exporters.catboost.answers", "CatBoostAnswers"),
        "mlxtend._base._classifier._Classifier": (
            "pmmlkit.exporters.mlxtend.answers",
            "MlxtendAnswers",
        ),
        "sklearn.mixture._base.BaseMixture": (
            "pmmlkit.exporters.sklearn.mixture",
            "MixtureAnswers",
        ),
        "optbinning.scorecard.scorecard.Scorecard": (
            "pmmlkit.exporters.optbinning.answers",
            "ScorecardAnswers",
        ),
    }
)
"""By the dotted name of the class: module and name of a function of estimator and loaded document
that returns an object with `predict`, perhaps `predict_proba` with its `classes_`, and perhaps
`others`: other columns of the result, by name, with the functions of a table that say the same.
"""


def answering(estimator: Any, model: Any) -> Any:
    """Return what to ask instead of an estimator, to compare with a loaded document: for most the
    estimator itself.
    """
    view = function_for(estimator, VIEWS)
    return estimator if view is None else view(estimator, model)
