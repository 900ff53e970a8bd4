"""scikit-lego: linear models, mixtures, and estimators made of others.

All that is read are fitted attributes; one is private: the sigmoid of `OutlierClassifier`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters import finals
from pmmlkit.exporters.combination import combination, sum_of
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature, Lookup, Product, elementwise, uniform
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.linear_form import linear_draft, linear_scores
from pmmlkit.exporters.point_sums import PointFunction, point_sum
from pmmlkit.exporters.registry import converts, decides
from pmmlkit.language.scope import Compiled

__all__ = ["linear_regression", "ordinal_classifier", "thresholder", "zero_inflated"]

Doubles = npt.NDArray[np.float64]

FAIR = (
    "sklego.linear_model._DemographicParityClassifier",
    "sklego.linear_model._EqualOpportunityClassifier",
)
"""What stands inside the fair classifiers, which are scikit-learn's OneVsRestClassifier."""


@converts(
    "sklego.linear_model.DeadZoneRegressor",
    "sklego.linear_model.ImbalancedLinearRegression",
    "sklego.linear_model.LADRegression",
    "sklego.linear_model.ProbWeightRegression",
    "sklego.linear_model.QuantileRegression",
)
def linear_regression(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to a weighted sum."""
    coefficients = np.ravel(np.asarray(estimator.coef_, np.float64))
    uniform(features, len(coefficients), estimator)
    return linear_draft(features, coefficients, float(getattr(estimator, "intercept_", 0.0)))


@converts("sklego.linear_model.LowessRegression")
def lowess(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the average of the training rows, weighted by how near they are."""
    if estimator.span is not None:
        raise ExportError(
            f"LowessRegression(span={estimator.span}) leaves out rows by a quantile of the "
            "distances from each row, for which PMML has no function: use span=None"
        )
    points = np.asarray(estimator.X_, np.float64)
    uniform(features, points.shape[1], estimator)
    sigma = float(estimator.sigma)

    def formula(row: Sequence[Compiled], point: Sequence[Compiled]) -> Compiled:
        gaps = [apply("-", *pair) for pair in zip(row, point, strict=True)]
        square = sum_of([apply("*", gap, gap) for gap in gaps])
        return apply("exp", apply("/", square, constant(-sigma)))

    function = PointFunction("lowess", repr(sigma), points.shape[1], formula)
    targets = np.asarray(estimator.y_, np.float64)
    above = point_sum("weighted", features, points, targets, function)
    below = point_sum("weights", features, points, np.ones(len(points)), function)
    mean = Derived("lowess", (above, below), lambda *pair: apply("/", *pair))
    return finals.numbered(context, mean)


@decides(*FAIR)
def fair_decision(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Return the weighted sum, of the columns that are not sensitive if only they were trained."""
    kept = list(features)
    if not estimator.train_sensitive_cols:
        left = np.delete(np.arange(len(features)), estimator.sensitive_col_idx_)
        kept = [features[at] for at in left.tolist()]
    uniform(kept, np.shape(estimator.coef_)[1], estimator)
    return linear_scores(kept, estimator.coef_, estimator.intercept_, "decision")


@converts(*FAIR)
def fair_classifier(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the logistic function of the weighted sum."""
    (score,) = fair_decision(estimator, features, context)
    return finals.by_logit(context, score)


@converts("sklego.meta.DecayEstimator")
def decay_estimator(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature] | Draft | Several:
    """Convert to the estimator that was fitted with weights."""
    return context.convert(estimator.estimator_, features, "estimator_ of DecayEstimator")


@converts("sklego.meta.Thresholder")
def thresholder(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the comparison of a probability with the threshold; beside the label stand the
    probabilities, which do not decide.
    """
    shares = context.probabilities(estimator.estimator_, features, "estimator_ of Thresholder")
    draft = finals.by_sign(context, shares[1], threshold=float(estimator.threshold), output=None)
    return replace(draft, outputs=_probabilities(context, shares))


def _probabilities(context: Context, shares: Sequence[Feature]) -> tuple[tuple[str, Feature], ...]:
    return tuple(
        (f"probability({label})", share)
        for label, share in zip(context.target.labels, shares, strict=True)
    )


@converts("sklego.meta.ConfusionBalancer")
def confusion_balancer(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to probabilities mixed by the confusion of the classes."""
    shares = context.probabilities(
        estimator.estimator_, features, "estimator_ of ConfusionBalancer"
    )
    alpha = float(estimator.alpha)
    mixing = (1.0 - alpha) * np.eye(len(shares)) + alpha * np.asarray(estimator.cfm_, np.float64)
    return finals.by_shares(context, _mixed(shares, mixing))


def _mixed(shares: Sequence[Feature], mixing: Doubles) -> list[Feature]:
    """Return the shares times a matrix (from, to)."""
    return [
        combination(f"mixed({number})", shares, column) for number, column in enumerate(mixing.T, 1)
    ]


@converts("sklego.meta.SubjectiveClassifier")
def subjective_classifier(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the probabilities, weighted by the prior or by what the predicted label tells."""
    place = "estimator_ of SubjectiveClassifier"
    part = estimator.estimator_
    if estimator.evidence == "predict_proba":
        shares = context.probabilities(part, features, place)
        prior = np.diag([float(estimator.prior[label]) for label in part.classes_.tolist()])
        return finals.by_shares(context, _mixed(shares, prior))
    label = context.label(part, features, place)
    classes = context.target.classes
    weights: list[Feature] = [
        Lookup(
            f"posterior({name})",
            label,
            tuple(zip(classes, map(float, row), strict=True)),
            np.nan,
            np.nan,
        )
        for name, row in zip(classes, np.asarray(estimator.posterior_matrix_), strict=True)
    ]
    if estimator.evidence == "confusion_matrix":
        return finals.by_shares(context, weights)
    shares = context.probabilities(part, features, place)
    return finals.by_shares(
        context,
        [
            Product(f"both({number})", pair)
            for number, pair in enumerate(zip(weights, shares, strict=True), 1)
        ],
    )


@converts("sklego.meta.OrdinalClassifier")
def ordinal_classifier(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the differences of the probabilities of no higher class."""
    below: list[Feature] = []
    for number, part in enumerate(estimator.estimators_.values(), 1):
        place = f"estimator {number} of OrdinalClassifier"
        below.append(context.probabilities(part, features, place)[1])
    shares = [below[0]]
    shares += [
        combination(f"between({at})", [below[at], below[at - 1]], [1.0, -1.0])
        for at in range(1, len(below))
    ]
    shares.append(combination("above", [below[-1]], [-1.0], 1.0))
    return finals.by_shares(context, shares)


@converts("sklego.meta.OutlierClassifier")
def outlier_classifier(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert: 1 where the decision of the detector is below 0, with a sigmoid of it as the
    probability.
    """
    (score,) = context.decisions(estimator.estimator_, features, "estimator_ of OutlierClassifier")
    sigmoid = estimator._predict_proba_sigmoid
    slope, offset = float(sigmoid.a_), float(sigmoid.b_)
    shares = [
        elementwise(
            combination("sigmoid", [score], [sign * slope], sign * offset),
            "logistic",
            lambda z: 1.0 / (1.0 + np.exp(z)),
            _falling,
        )
        for sign in (-1.0, 1.0)
    ]
    draft = finals.by_sign(context, score, or_equal=True, output=None, reverse=True)
    return replace(draft, outputs=_probabilities(context, shares))


def _falling(z: Compiled) -> Compiled:
    return apply("/", constant(1.0), apply("+", constant(1.0), apply("exp", z)))


@converts("sklego.meta.ZeroInflatedRegressor")
def zero_inflated(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the regression where the classifier says that there is something, else 0."""
    kind = "ZeroInflatedRegressor"
    label = context.predicted(estimator.classifier_, features, f"classifier_ of {kind}")
    number = context.predicted(estimator.regressor_, features, f"regressor_ of {kind}")
    classes = [it.item() for it in np.asarray(estimator.classifier_.classes_)]
    table = tuple((it, 1.0 if it else 0.0) for it in classes)
    present = Lookup("present", label, table, np.nan, np.nan, known=tuple(classes))

    def expression(flag: Compiled, value: Compiled) -> Compiled:
        return apply("if", apply("equal", flag, constant(1.0)), value, constant(0.0))

    return finals.numbered(context, Derived("inflated", (present, number), expression))


@converts("sklego.meta.RegressionOutlierDetector")
def regression_outliers(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert: -1 where a column is too far from what the regression of the others says."""
    uniform(features, estimator.n_features_in_, estimator)
    at = int(estimator.idx_)
    # of a column by its name, the others are all columns: that is how scikit-lego fits it
    others = [feature for number, feature in enumerate(features) if number != estimator.column]
    place = "estimator_ of RegressionOutlierDetector"
    predicted = context.predicted(estimator.estimator_, others, place)
    gap = combination("difference", [features[at], predicted], [1.0, -1.0])
    if estimator.method == "relative":
        gap = Derived("relative", (gap, features[at]), lambda *pair: apply("/", *pair))
    unit = float(estimator.sd_) if estimator.method == "sd" else 1.0
    low, high = -float(estimator.lower) * unit, float(estimator.upper) * unit

    def expression(value: Compiled) -> Compiled:
        above = apply("greaterOrEqual", value, constant(low))
        below = apply("lessOrEqual", value, constant(high))
        return apply("if", apply("and", above, below), constant(1.0), constant(-1.0))

    inside = Derived("inside", (gap,), expression, guarded=True)
    draft = finals.by_sign(context, inside, output=None)
    return replace(draft, outputs=((finals.DECISION, gap),))


@converts("sklego.mixture.GMMClassifier", "sklego.mixture.BayesianGMMClassifier")
def mixture_classifier(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the softmax of the log densities of the mixtures, one for each class."""
    scores = [
        _log_density(part, features, context, f"mixture of {label} in {type(estimator).__name__}")
        for label, part in estimator.gmms_.items()
    ]
    return finals.softmax_of_logarithms(context, scores)


@converts("sklego.naive_bayes.GaussianMixtureNB", "sklego.naive_bayes.BayesianGaussianMixtureNB")
def mixture_naive_bayes(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the softmax of the sums of log densities, of a mixture for each column."""
    uniform(features, estimator.n_features_in_, estimator)
    kind = type(estimator).__name__
    scores = []
    for label in estimator.classes_:
        place = f"mixture of {label} in {kind}"
        densities = [
            _log_density(part, [feature], context, place)
            for part, feature in zip(estimator.gmms_[label], features, strict=True)
        ]
        scores.append(combination(f"logLikelihood({label})", densities, np.ones(len(densities))))
    return finals.softmax_of_logarithms(context, scores)


@converts("sklego.neighbors.BayesianKernelDensityClassifier")
def density_classifier(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the softmax of the log densities around the rows of each class, with its share."""
    scores = []
    for label in estimator.classes_:
        place = f"density of {label} in BayesianKernelDensityClassifier"
        (density,) = context.transform(estimator.models_[label], features, place)
        prior = float(estimator.priors_logp_[label])
        scores.append(combination(f"logLikelihood({label})", [density], [1.0], prior))
    return finals.softmax_of_logarithms(context, scores)


@converts("sklego.mixture.GMMOutlierDetector", "sklego.mixture.BayesianGMMOutlierDetector")
def mixture_outliers(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert: 1 where the log density is not below the threshold, else -1."""
    (decision,) = mixture_decision(estimator, features, context)
    return finals.by_sign(context, decision, or_equal=True)


@decides("sklego.mixture.GMMOutlierDetector", "sklego.mixture.BayesianGMMOutlierDetector")
def mixture_decision(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the log density, less the threshold."""
    place = f"gmm_ of {type(estimator).__name__}"
    density = _log_density(estimator.gmm_, features, context, place)
    return [combination("decision", [density], [1.0], -float(estimator.offset_))]


def _log_density(
    mixture: Any, features: Sequence[Feature], context: Context, place: str
) -> Feature:
    return dict(context.draft(mixture, features, place).outputs)["scoreSamples"]


@converts("sklego.decomposition.PCAOutlierDetection")
def projection_outliers(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert: -1 where a row is too far from its projection, else 1."""
    (decision,) = projection_decision(estimator, features, context)
    return finals.by_sign(context, decision, or_equal=True)


@decides("sklego.decomposition.PCAOutlierDetection")
def projection_decision(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the threshold, less the distance from the projection."""
    uniform(features, estimator.n_features_in_, estimator)
    components = np.asarray(estimator.pca_.components_, np.float64)
    mean = np.asarray(estimator.pca_.mean_, np.float64)
    rest = components.T @ components - np.eye(len(features))
    gaps = [
        combination(f"gap({number})", features, row, -float(row @ mean))
        for number, row in enumerate(rest, 1)
    ]
    threshold = float(estimator.threshold)
    relative = estimator.variant == "relative"

    def expression(*operands: Compiled) -> Compiled:
        distance = sum_of([apply("abs", it) for it in operands[: len(gaps)]])
        if relative:
            distance = apply("/", distance, sum_of(operands[len(gaps) :]))
        return apply("-", constant(threshold), distance)

    sources = (*gaps, *features) if relative else tuple(gaps)
    return [Derived("decision", sources, expression)]
