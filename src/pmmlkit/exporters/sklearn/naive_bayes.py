"""sklearn.naive_bayes: counts and distributions as NaiveBayesModel, weighted sums as
RegressionModel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import (
    ByCategory,
    Category,
    ConstantFeature,
    Derived,
    Feature,
    Lookup,
    as_number,
    elementwise,
    name_of,
    uniform,
)
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.inner_targets import with_target
from pmmlkit.exporters.linear_softmax import linear_softmax
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.texts import category_text
from pmmlkit.language.continuous_distributions import GaussianDistribution
from pmmlkit.language.models.naive_bayes import (
    BayesInput,
    BayesInputs,
    BayesOutput,
    NaiveBayesModel,
    PairCounts,
    TargetValueCount,
    TargetValueCounts,
    TargetValueStat,
    TargetValueStats,
)
from pmmlkit.language.scope import Compiled

__all__ = ["bernoulli_nb", "categorical_nb", "complement_nb", "gaussian_nb", "multinomial_nb"]

Doubles = npt.NDArray[np.float64]


def _counts(labels: Sequence[str], numbers: Doubles) -> TargetValueCounts:
    return TargetValueCounts(
        target_value_counts=tuple(
            TargetValueCount(value=label, count=number)
            for label, number in zip(labels, numbers.tolist(), strict=True)
        )
    )


def _model(
    frame: Frame, fields: Sequence[BoundField], inputs: Sequence[BayesInput], priors: Doubles
) -> NaiveBayesModel:
    target = frame.target
    assert target is not None
    name, parts = with_target(frame, frame.parts(fields))
    return NaiveBayesModel(
        **parts,
        # scikit-learn replaces no probability
        threshold=0.0,
        bayes_inputs=BayesInputs(bayes_inputs=tuple(inputs)),
        bayes_output=BayesOutput(
            field_name=name, target_value_counts=_counts(target.labels, priors)
        ),
    )


@converts("sklearn.naive_bayes.GaussianNB")
def gaussian_nb(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to a normal distribution for each input and class; the priors are the counts."""
    uniform(features, estimator.n_features_in_, estimator)
    numbers = list(map(as_number, features))
    labels = context.target.labels

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> NaiveBayesModel:
        inputs = [
            BayesInput(
                field_name=field.name,
                target_value_stats=TargetValueStats(
                    target_value_stats=tuple(
                        TargetValueStat(
                            value=label,
                            distribution=GaussianDistribution(mean=mean, variance=variance),
                        )
                        for label, mean, variance in zip(
                            labels, means.tolist(), variances.tolist(), strict=True
                        )
                    )
                ),
            )
            for field, means, variances in zip(
                fields, estimator.theta_.T, estimator.var_.T, strict=True
            )
        ]
        return _model(frame, fields, inputs, np.asarray(estimator.class_prior_, np.float64))

    return Draft(tuple(numbers), build)


@converts("sklearn.naive_bayes.CategoricalNB")
def categorical_nb(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to counts of the categories, which the smoothing is part of.

    An input that an encoder made is read as the category that it was.
    """
    uniform(features, estimator.n_features_in_, estimator)
    labels = context.target.labels
    inputs = [_category(feature) for feature in features]
    shares = [np.exp(logarithms) for logarithms in estimator.feature_log_prob_]

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> NaiveBayesModel:
        made = []
        priors = np.exp(_log_priors(estimator))
        for feature, field, share in zip(inputs, fields, shares, strict=True):
            codes = _codes(feature, field, share.shape[1])
            # PMML divides by what is listed; a code that no category has is not
            priors = priors * share[:, [code for _, code in codes]].sum(axis=1)
            pairs = tuple(
                PairCounts(value=text, target_value_counts=_counts(labels, share[:, code]))
                for text, code in codes
            )
            made.append(BayesInput(field_name=field.name, pair_counts=pairs))
        return _model(frame, fields, made, priors)

    return Draft(tuple(inputs), build)


def _category(feature: Feature) -> Feature:
    """Return the feature as a field whose values are categories."""
    if isinstance(feature, Lookup):
        numbers = list(_numbers(feature).values())
        unknown = math.isnan(feature.otherwise) or feature.unknown_refused
        missing = math.isnan(feature.missing) or feature.missing_refused
        if unknown and missing and len(set(numbers)) == len(numbers):
            return ByCategory(feature)
    if isinstance(feature, ConstantFeature):
        return feature
    # the codes are cut down to whole numbers
    return Derived(
        f"code({name_of(feature)})",
        (as_number(feature),),
        lambda x: apply("floor", x),
        "integer",
        "categorical",
    )


def _numbers(lookup: Lookup) -> dict[Category, float]:
    """Return the number of each category, also of those that the table leaves to `otherwise`."""
    return {**dict.fromkeys(lookup.known, lookup.otherwise), **dict(lookup.table)}


def _codes(feature: Feature, field: BoundField, count: int) -> list[tuple[str, int]]:
    """Return the values of the field as text, with the codes that the estimator has for them."""
    if isinstance(feature, ByCategory):
        return [
            (category_text(category, field.data_type), int(number))
            for category, number in _numbers(feature.lookup).items()
            if 0 <= number < count
        ]
    return [(category_text(code, field.data_type), code) for code in range(count)]


def _log_priors(estimator: Any) -> Doubles:
    return np.asarray(estimator.class_log_prior_, np.float64)


@converts("sklearn.naive_bayes.MultinomialNB")
def multinomial_nb(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to sums of the inputs times the logarithms of their shares."""
    uniform(features, estimator.n_features_in_, estimator)
    return linear_softmax(context, features, estimator.feature_log_prob_, _log_priors(estimator))


@converts("sklearn.naive_bayes.ComplementNB")
def complement_nb(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to sums of the inputs times their weights; the priors are for a single class only."""
    uniform(features, estimator.n_features_in_, estimator)
    weights = np.asarray(estimator.feature_log_prob_, np.float64)
    intercepts = _log_priors(estimator) if len(weights) == 1 else np.zeros(len(weights))
    return linear_softmax(context, features, weights, intercepts)


@converts("sklearn.naive_bayes.BernoulliNB")
def bernoulli_nb(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to sums of the logarithms of the shares of what is there and what is not."""
    uniform(features, estimator.n_features_in_, estimator)
    threshold = estimator.binarize
    binary = [
        feature if threshold is None else _binarized(feature, float(threshold))
        for feature in features
    ]
    present = np.asarray(estimator.feature_log_prob_, np.float64)
    with np.errstate(divide="ignore"):
        absent = np.log(1.0 - np.exp(present))
    if not np.isfinite(absent).all():
        raise ExportError(
            "BernoulliNB has a feature that every row of a class has, without smoothing: its "
            "absence has the logarithm of 0, which no coefficient can state; set alpha above 0"
        )
    intercepts = _log_priors(estimator) + absent.sum(axis=1)
    return linear_softmax(context, binary, present - absent, intercepts)


def _binarized(feature: Feature, threshold: float) -> Feature:
    def expression(x: Compiled) -> Compiled:
        above = apply("greaterThan", x, constant(threshold))
        return apply("if", above, constant(1.0), constant(0.0))

    return elementwise(
        feature,
        "binarize",
        lambda x: np.where(np.isnan(x), x, (x > threshold).astype(np.float64)),
        expression,
        guarded=True,
    )
