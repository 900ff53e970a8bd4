"""Probabilities of features that are independent within each class: NaiveBayesModel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.combination import combination
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Feature, Lookup, elementwise
from pmmlkit.exporters.finals import softmax_of_logarithms
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.linear_softmax import linear_softmax
from pmmlkit.exporters.quadratic import quadratic_score
from pmmlkit.exporters.spark.flow import Flow
from pmmlkit.exporters.spark.predictors import classify
from pmmlkit.exporters.spark.saved import SavedStage, matrix, vector
from pmmlkit.exporters.spark.stages import reads
from pmmlkit.exporters.spark.thresholds import by_thresholds
from pmmlkit.language.scope import Compiled

__all__ = ["naive_bayes_model"]

Doubles = npt.NDArray[np.float64]


@reads("classification.NaiveBayesModel")
def naive_bayes_model(stage: SavedStage, flow: Flow) -> None:
    """Read the logarithms of the priors and of the shares, or the means and variances.

    ``"multinomial"`` and ``"complement"`` fail in Spark where a value is negative, ``"bernoulli"``
    where it is neither 0 nor 1: the document has no prediction then. A complement has no priors.
    """
    (row,) = stage.table().to_pylist()
    kind = str(stage.params.get("modelType", "multinomial"))
    priors, theta = vector(row["pi"]), matrix(row["theta"])
    if kind == "gaussian":
        scores = _densities(priors, theta, matrix(row["sigma"]))

        def make(context: Context, features: list[Feature]) -> Draft:
            draft = softmax_of_logarithms(context, scores(features))
            return by_thresholds(stage, context, draft)

        classify(stage, flow, len(priors), make, size=theta.shape[1], raw=scores)
        return
    rows, intercepts, checked = _sums(kind, priors, theta)

    def linear(context: Context, features: list[Feature]) -> Draft:
        draft = linear_softmax(context, checked(features), rows, intercepts)
        return by_thresholds(stage, context, draft)

    def raw(features: list[Feature]) -> list[Feature]:
        if kind == "complement":
            raise ExportError(
                "the raw predictions of a NaiveBayesModel of modelType 'complement' are read, "
                "which is not written: use the probabilities"
            )
        return [
            combination(f"logLikelihood({at})", checked(features), factors, float(intercept))
            for at, (factors, intercept) in enumerate(zip(rows, intercepts, strict=True))
        ]

    classify(stage, flow, len(priors), linear, size=theta.shape[1], raw=raw)


Checked = Callable[[Sequence[Feature]], list[Feature]]


def _sums(kind: str, priors: Doubles, theta: Doubles) -> tuple[Doubles, Doubles, Checked]:
    """Return coefficients (classes, features), intercepts, and what checks the features."""
    if kind == "multinomial":
        return theta, priors, _not_negative
    if kind == "complement":
        return theta, np.zeros_like(priors), _not_negative
    if kind != "bernoulli":
        raise ExportError(f"NaiveBayesModel has the unknown modelType {kind!r:.40}")
    with np.errstate(divide="ignore"):
        absent = np.log1p(-np.exp(theta))
    if not np.isfinite(absent).all():
        raise ExportError(
            "a feature of the bernoulli NaiveBayesModel is there in all rows of a class, without "
            "smoothing: its absence has the logarithm of 0, which no coefficient can state; set "
            "smoothing above 0"
        )
    return theta - absent, priors + absent.sum(axis=1), _zero_or_one


def _not_negative(features: Sequence[Feature]) -> list[Feature]:
    def expression(x: Compiled) -> Compiled:
        return apply("if", apply("greaterOrEqual", x, constant(0.0)), x)

    return [_only(it, "notNegative", lambda x: x >= 0.0, expression) for it in features]


def _zero_or_one(features: Sequence[Feature]) -> list[Feature]:
    def expression(x: Compiled) -> Compiled:
        tests = (apply("equal", x, constant(number)) for number in (0.0, 1.0))
        return apply("if", apply("or", *tests), x)

    return [
        _only(it, "zeroOrOne", lambda x: (x == 0.0) | (x == 1.0), expression) for it in features
    ]


def _only(
    feature: Feature,
    name: str,
    test: Callable[[Doubles], npt.NDArray[np.bool_]],
    expression: Callable[[Compiled], Compiled],
) -> Feature:
    """Return the feature, missing where the test says no; as it is where that cannot be."""
    if isinstance(feature, Lookup):
        numbers = [number for _, number in feature.table]
        numbers += [] if feature.unknown_refused else [feature.otherwise]
        numbers += [] if feature.missing_refused else [feature.missing]
        values = np.array(numbers, np.float64)
        if (test(values) | np.isnan(values)).all():
            return feature
    return elementwise(
        feature, name, lambda x: np.where(test(x), x, np.nan), expression, guarded=True
    )


def _densities(
    priors: Doubles, means: Doubles, variances: Doubles
) -> Callable[[Sequence[Feature]], list[Feature]]:
    logarithms = np.log(variances).sum(axis=1)

    def scores(features: Sequence[Feature]) -> list[Feature]:
        return [
            quadratic_score(
                f"logLikelihood({at})",
                features,
                means[at],
                1.0 / np.sqrt(variances[at]),
                -0.5,
                float(priors[at] - 0.5 * logarithms[at]),
            )
            for at in range(len(priors))
        ]

    return scores
