"""sklearn.linear_model: weighted sums as RegressionModel, labels by the sums of their classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters import finals
from pmmlkit.exporters.context import Context, several
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature, elementwise, uniform
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.frame import Draft, Frame, Several
from pmmlkit.exporters.linear_form import LinearForm, linear_draft, linear_scores, live
from pmmlkit.exporters.registry import converts, decides
from pmmlkit.language.models.regression import RegressionModel, RegressionTable
from pmmlkit.language.scope import Compiled

__all__ = [
    "LinearForm",
    "coefficients_of",
    "linear_classifier",
    "linear_decisions",
    "linear_regression",
    "logistic_regression",
]

Doubles = npt.NDArray[np.float64]

PLAIN: Final = (
    "ARDRegression",
    "BayesianRidge",
    "ElasticNet",
    "ElasticNetCV",
    "HuberRegressor",
    "Lars",
    "LarsCV",
    "Lasso",
    "LassoCV",
    "LassoLars",
    "LassoLarsCV",
    "LassoLarsIC",
    "LinearRegression",
    "MultiTaskElasticNet",
    "MultiTaskElasticNetCV",
    "MultiTaskLasso",
    "MultiTaskLassoCV",
    "OrthogonalMatchingPursuit",
    "OrthogonalMatchingPursuitCV",
    "PassiveAggressiveRegressor",
    "QuantileRegressor",
    "Ridge",
    "RidgeCV",
    "SGDRegressor",
    "TheilSenRegressor",
)
"""Regressions that are a weighted sum and nothing else."""

MARGIN: Final = (
    "PassiveAggressiveClassifier",
    "Perceptron",
    "RidgeClassifier",
    "RidgeClassifierCV",
)
"""Classifications by the sign of a weighted sum, or by the largest of several."""


def coefficients_of(estimator: Any, features: Sequence[Feature]) -> tuple[Doubles, Doubles]:
    """Return the coefficients (sums, features) and the intercepts (sums,) of a linear estimator.

    Raises ExportError where it was fitted on another number of columns.
    """
    uniform(features, estimator.n_features_in_, estimator)
    matrix = estimator.coef_
    dense = matrix.toarray() if hasattr(matrix, "toarray") else matrix
    rows = np.atleast_2d(np.asarray(dense, np.float64))
    intercepts = np.asarray(estimator.intercept_, np.float64).ravel()
    return rows, np.broadcast_to(intercepts, len(rows))


def linear_regression(
    estimator: Any, features: Sequence[Feature], context: Context, link: str = "none"
) -> Draft | Several:
    """Convert a weighted sum behind a link, one for each target."""
    rows, intercepts = coefficients_of(estimator, features)
    return several(
        context,
        lambda at, inner: linear_draft(features, rows[at], float(intercepts[at]), link),
        len(rows),
    )


@converts(*(f"sklearn.linear_model.{name}" for name in PLAIN), "sklearn.svm.LinearSVR")
def plain_regression(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft | Several:
    """Convert a sum of coefficients times features."""
    return linear_regression(estimator, features, context)


@converts("sklearn.linear_model.PoissonRegressor", "sklearn.linear_model.GammaRegressor")
def log_linear_regression(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft | Several:
    """Convert the exponential of such a sum."""
    return linear_regression(estimator, features, context, "exp")


@converts("sklearn.linear_model.TweedieRegressor")
def tweedie_regressor(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft | Several:
    """Convert with the link that was chosen, or that follows from the power."""
    link = estimator.link
    if link == "auto":
        link = "identity" if estimator.power <= 0 else "log"
    return linear_regression(estimator, features, context, "exp" if link == "log" else "none")


@converts("sklearn.linear_model.RANSACRegressor")
def ransac_regressor(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature] | Draft | Several:
    """Convert the regression that was fitted on the inliers."""
    return context.convert(estimator.estimator_, features, "estimator_ of RANSACRegressor")


@converts("sklearn.linear_model.LogisticRegression", "sklearn.linear_model.LogisticRegressionCV")
def logistic_regression(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to one table for each class; two classes: the second class first, with the logit."""
    rows, intercepts = coefficients_of(estimator, features)
    labels = context.target.labels
    scheme = getattr(estimator, "multi_class", "auto")
    if len(labels) == 2 and scheme == "multinomial":
        # before scikit-learn 1.8: softmax over (-y, y)
        rows, intercepts = 2.0 * rows, 2.0 * intercepts
    one_against_rest = scheme in ("ovr", "warn") or (
        scheme != "multinomial" and estimator.solver == "liblinear"
    )
    if len(labels) > 2 and one_against_rest:
        return finals.by_shares(context, _expits(features, rows, intercepts))
    form, rows = live(features, rows)

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> RegressionModel:
        if len(labels) == 2:
            tables = [
                form.table(fields, rows[0], float(intercepts[0]), labels[1]),
                RegressionTable(intercept=0.0, target_category=labels[0]),
            ]
        else:
            tables = [
                form.table(fields, row, float(intercept), label)
                for row, intercept, label in zip(rows, intercepts, labels, strict=True)
            ]
        return RegressionModel(
            **frame.parts(fields),
            normalization_method="logit" if len(labels) == 2 else "softmax",
            regression_tables=tuple(tables),
        )

    return Draft(form.all_reads, build)


def _expits(features: Sequence[Feature], rows: Doubles, intercepts: Doubles) -> list[Feature]:
    return linear_scores(features, rows, intercepts, "oneAgainstRest", "logit")


@decides(
    *(f"sklearn.linear_model.{name}" for name in MARGIN),
    "sklearn.linear_model.LogisticRegression",
    "sklearn.linear_model.LogisticRegressionCV",
    "sklearn.linear_model.SGDClassifier",
    "sklearn.svm.LinearSVC",
)
def linear_decisions(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the weighted sums."""
    rows, intercepts = coefficients_of(estimator, features)
    return linear_scores(features, rows, intercepts, "decision")


@converts(*(f"sklearn.linear_model.{name}" for name in MARGIN), "sklearn.svm.LinearSVC")
def linear_classifier(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the class with the largest sum; of two classes, the second if its sum is above
    0.
    """
    if not context.target.classes or len(context.targets) > 1:
        raise ExportError(
            f"{type(estimator).__name__} was fitted on several labels at once: fit one for each "
            "with MultiOutputClassifier"
        )
    scores = linear_decisions(estimator, features, context)
    if len(scores) == 1:
        return finals.by_sign(context, scores[0])
    return finals.by_largest(context, scores)


@converts("sklearn.linear_model.SGDClassifier")
def sgd_classifier(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert: with probabilities where the loss has them."""
    if estimator.loss == "log_loss":
        rows, intercepts = coefficients_of(estimator, features)
        if len(rows) == 1:
            (score,) = linear_scores(features, rows, intercepts)
            return finals.by_logit(context, score)
        return finals.by_shares(context, _expits(features, rows, intercepts))
    if estimator.loss != "modified_huber":
        return linear_classifier(estimator, features, context)
    scores = linear_decisions(estimator, features, context)
    if len(scores) == 1:
        second = elementwise(scores[0], "share", _np_half, _half, guarded=True)
        first = elementwise(scores[0], "share", lambda x: 1.0 - _np_half(x), _other_half)
        return finals.by_shares(context, [first, second])
    return _huber(context, scores)


def _huber(context: Context, scores: Sequence[Feature]) -> Draft:
    """Return the class with the largest sum, beside which stand the shares of the clipped sums.

    The shares cannot give the label: those of several classes may all be 1.
    """
    halves = [elementwise(score, "share", _np_half, _half, guarded=True) for score in scores]
    count = len(scores)

    def share(at: int) -> Feature:
        def expression(*operands: Compiled) -> Compiled:
            total = apply("+", *operands[:2])
            for operand in operands[2:]:
                total = apply("+", total, operand)
            even = constant(1.0 / count)
            is_zero = apply("equal", total, constant(0.0))
            return apply("if", is_zero, even, apply("/", operands[at], total))

        return Derived(f"share({at + 1})", tuple(halves), expression, guarded=True)

    labels = context.target.labels
    outputs = tuple((f"probability({label})", share(at)) for at, label in enumerate(labels))
    return replace(finals.by_largest(context, scores), outputs=outputs)


def _np_half(x: Doubles) -> Doubles:
    return (np.clip(x, -1.0, 1.0) + 1.0) / 2.0


def _half(x: Compiled) -> Compiled:
    clipped = apply("min", apply("max", x, constant(-1.0)), constant(1.0))
    return apply("/", apply("+", clipped, constant(1.0)), constant(2.0))


def _other_half(x: Compiled) -> Compiled:
    return apply("-", constant(1.0), _half(x))


@converts("sklearn.linear_model.SGDOneClassSVM")
def sgd_one_class(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert: 1 where the sum is not below 0, else -1."""
    (score,) = sgd_one_class_decision(estimator, features, context)
    return finals.by_sign(context, score, or_equal=True)


@decides("sklearn.linear_model.SGDOneClassSVM")
def sgd_one_class_decision(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the weighted sum behind the offset."""
    uniform(features, estimator.n_features_in_, estimator)
    return linear_scores(features, estimator.coef_, -np.asarray(estimator.offset_), "decision")
