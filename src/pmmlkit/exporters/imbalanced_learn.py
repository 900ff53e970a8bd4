"""imbalanced-learn: pipelines, whose samplers only matter while they are fitted, and ensembles of
such pipelines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.registry import converts, decides, transforms
from pmmlkit.exporters.sklearn import ensemble, meta_ensembles
from pmmlkit.exporters.sklearn import pipeline as plain

__all__ = ["balanced_bagging", "balanced_forest", "pipeline", "under_sampled_boosting"]

PIPELINE = "imblearn.pipeline.Pipeline"


def _without_samplers(estimator: Any) -> Any:
    """Return the pipeline of scikit-learn that predicts the same."""
    from sklearn.pipeline import Pipeline

    return Pipeline(
        [
            (name, "passthrough" if hasattr(step, "fit_resample") else step)
            for name, step in estimator.steps
        ]
    )


@converts(PIPELINE)
def pipeline(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature] | Draft | Several:
    """Convert the steps but for the samplers."""
    return plain.pipeline(_without_samplers(estimator), features, context)


@transforms(PIPELINE)
def pipeline_transform(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature] | Draft | Several:
    """Convert the steps but for the samplers, all of them to what they transform to."""
    return plain.pipeline_transform(_without_samplers(estimator), features, context)


@decides(PIPELINE)
def pipeline_decides(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the decision function of the last step."""
    return plain.pipeline_decides(_without_samplers(estimator), features, context)


@converts("imblearn.ensemble.BalancedRandomForestClassifier")
def balanced_forest(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft | Several:
    """Convert to the average of the probabilities of the trees."""
    return ensemble.random_forest(estimator, features, context)


@converts("imblearn.ensemble.BalancedBaggingClassifier", "imblearn.ensemble.EasyEnsembleClassifier")
def balanced_bagging(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the average of the probabilities of the members."""
    return meta_ensembles.bagging_classifier(estimator, features, context)


@converts("imblearn.ensemble.RUSBoostClassifier")
def under_sampled_boosting(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the weighted votes of the members."""
    return meta_ensembles.ada_boost_classifier(estimator, features, context)


@decides("imblearn.ensemble.RUSBoostClassifier")
def under_sampled_boosting_decides(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the weighted votes of the members."""
    return meta_ensembles.ada_boost_decisions(estimator, features, context)
