"""mlxtend: linear models, a network, and estimators made of others.

All that is read of it are fitted attributes: ``w_`` and ``b_`` of models that multiply, ``clfs_``,
``regr_`` and the meta-estimators behind them, the numbers of the columns that a selector chose.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters import finals
from pmmlkit.exporters.combination import combination
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Feature, Lookup, elementwise, name_of, plain, uniform
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.linear_form import linear_draft, linear_scores
from pmmlkit.exporters.linear_softmax import linear_softmax
from pmmlkit.exporters.networks import Layer, network_numbers
from pmmlkit.exporters.registry import converts, decides
from pmmlkit.exporters.sklearn.cluster import nearest_center
from pmmlkit.exporters.voting import averaged, by_votes, mean_of

__all__ = ["ensemble_vote", "linear_regression", "stacking_classifier", "stacking_regressor"]

Doubles = npt.NDArray[np.float64]

STACKED = (
    "mlxtend.classifier.StackingClassifier",
    "mlxtend.classifier.StackingCVClassifier",
)


def _weights(estimator: Any, features: Sequence[Feature]) -> tuple[Doubles, Doubles]:
    """Return the weights (sums, features) and the biases (sums,)."""
    rows = np.asarray(estimator.w_, np.float64).T
    uniform(features, rows.shape[1], estimator)
    return rows, np.asarray(estimator.b_, np.float64).ravel()


def _numbered_classes(context: Context, count: int) -> Context:
    """Return the context of classes 0, 1 ... where not all of them were in the data."""
    known = len(context.target.classes)
    return context if known == count else context.with_classes(range(count))


@converts("mlxtend.regressor.LinearRegression")
def linear_regression(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to a weighted sum."""
    rows, biases = _weights(estimator, features)
    return linear_draft(features, rows[0], float(biases[0]))


@converts("mlxtend.classifier.LogisticRegression")
def logistic_regression(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to a weighted sum behind the logistic function."""
    rows, biases = _weights(estimator, features)
    (score,) = linear_scores(features, rows, biases)
    return finals.by_logit(context, score)


@converts("mlxtend.classifier.Adaline", "mlxtend.classifier.Perceptron")
def by_threshold(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the second class where a weighted sum is not below 0."""
    rows, biases = _weights(estimator, features)
    (score,) = linear_scores(features, rows, biases)
    return finals.by_sign(context, score, or_equal=True, output=None)


@converts("mlxtend.classifier.SoftmaxRegression")
def softmax_regression(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the softmax of weighted sums."""
    rows, biases = _weights(estimator, features)
    return linear_softmax(_numbered_classes(context, len(rows)), features, rows, biases)


@converts("mlxtend.classifier.MultiLayerPerceptron")
def multi_layer_perceptron(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to a network; its probabilities go through the softmax twice, as mlxtend has it."""
    weights, biases = estimator.w_, estimator.b_
    hidden = Layer(
        np.asarray(weights["1"], np.float64), np.ravel(biases["1"]).astype(np.float64), "logistic"
    )
    last = Layer(
        np.asarray(weights["out"], np.float64),
        np.ravel(biases["out"]).astype(np.float64),
        "identity",
        "softmax",
    )
    uniform(features, len(hidden.weights), estimator)
    shares = network_numbers(features, [hidden, last], "neuron")
    return finals.by_softmax(_numbered_classes(context, len(shares)), shares)


@converts("mlxtend.classifier.OneRClassifier")
def one_rule(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the class of the value of one column."""
    feature = features[int(estimator.feature_idx_)]
    rules = {
        plain(value): int(label)
        for value, label in estimator.prediction_dict_["rules (value: class)"].items()
    }
    labels = [int(label) for label in estimator.class_labels_]
    others = list(set(labels) - set(rules.values()))
    default = others[0] if others else 0
    inner = context.with_classes(sorted({*labels, *rules.values(), default}))
    votes: list[Feature] = [
        Lookup(
            f"rule({name_of(feature)}, {label})",
            feature,
            tuple((value, float(own == label)) for value, own in rules.items()),
            float(default == label),
            float(default == label),
        )
        for label in inner.target.classes
    ]
    return finals.by_largest(inner, votes, output=None)


@converts("mlxtend.cluster.Kmeans")
def k_means(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the number of the nearest centroid."""
    centers = np.asarray(estimator.centroids_, np.float64)
    return nearest_center(estimator, features, context, centers, range(len(centers)))


@converts("mlxtend.classifier.EnsembleVoteClassifier")
def ensemble_vote(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert: soft to the average of the probabilities, hard to the class with the most votes."""
    weights = None if estimator.weights is None else [float(it) for it in estimator.weights]
    places = [f"part {number} of EnsembleVoteClassifier" for number, _ in _parts(estimator.clfs_)]
    if estimator.voting == "soft":
        drafts = [
            context.draft(part, features, place)
            for part, place in zip(estimator.clfs_, places, strict=True)
        ]
        return averaged(context, drafts, weights)
    labels = [
        context.label(part, features, place)
        for part, place in zip(estimator.clfs_, places, strict=True)
    ]
    return by_votes(context, labels, weights)


def _parts(estimators: Sequence[Any]) -> list[tuple[int, Any]]:
    return list(enumerate(estimators, 1))


@converts(*STACKED)
def stacking_classifier(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to a chain: the last classifier reads what the others predict."""
    read = _read_by_meta_classifier(estimator, features, context)
    return context.draft(estimator.meta_clf_, read, _meta(estimator))


@decides(*STACKED)
def stacking_decisions(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the decisions of the last classifier."""
    read = _read_by_meta_classifier(estimator, features, context)
    return context.decisions(estimator.meta_clf_, read, _meta(estimator))


def _meta(estimator: Any) -> str:
    return f"the meta-estimator of {type(estimator).__name__}"


def _read_by_meta_classifier(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    kind = type(estimator).__name__
    made: list[list[Feature]] = []
    for number, part in _parts(estimator.clfs_):
        place = f"part {number} of {kind}"
        if not estimator.use_probas:
            made.append([context.predicted(part, features, place)])
            continue
        shares = context.probabilities(part, features, place)
        kept = {"first": slice(1, None), "last": slice(None, -1)}.get(
            estimator.drop_proba_col, slice(None)
        )
        made.append(shares[kept])
    if estimator.use_probas and getattr(estimator, "average_probas", False):
        columns = zip(*made, strict=True)
        made = [[mean_of(f"mean({at})", column) for at, column in enumerate(columns, 1)]]
    first = list(features) if estimator.use_features_in_secondary else []
    return [*first, *(feature for own in made for feature in own)]


@converts("mlxtend.regressor.StackingRegressor", "mlxtend.regressor.StackingCVRegressor")
def stacking_regressor(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to a chain: the last regressor reads what the others predict."""
    kind = type(estimator).__name__
    made = [
        context.predicted(part, features, f"part {number} of {kind}")
        for number, part in _parts(estimator.regr_)
    ]
    first = list(features) if estimator.use_features_in_secondary else []
    return context.draft(estimator.meta_regr_, [*first, *made], _meta(estimator))


@converts("mlxtend.preprocessing.CopyTransformer", "mlxtend.preprocessing.DenseTransformer")
def unchanged(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the columns as they are."""
    return list(features)


@converts("mlxtend.preprocessing.MeanCenterer")
def mean_centerer(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the differences from the means."""
    means = np.asarray(estimator.col_means, np.float64).tolist()
    return [
        _centered(feature, mean)
        for feature, mean in zip(uniform(features, len(means), estimator), means, strict=True)
    ]


def _centered(feature: Feature, mean: float) -> Feature:
    return elementwise(
        feature, "centered", lambda x: x - mean, lambda x: apply("-", x, constant(mean))
    )


@converts("mlxtend.feature_selection.ColumnSelector")
def column_selector(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the columns, by their numbers or names."""
    if estimator.cols is None:
        raise ExportError("ColumnSelector(cols=None) selects nothing: name the columns")
    chosen = [estimator.cols] if isinstance(estimator.cols, int | str) else list(estimator.cols)
    by_name = {name_of(feature): feature for feature in features}
    lacking = [it for it in chosen if isinstance(it, str) and it not in by_name]
    if lacking:
        raise ExportError(
            f"ColumnSelector reads the column {lacking[0]!r}, which is not among those that "
            f"arrive: {', '.join(by_name)}"
        )
    return [by_name[it] if isinstance(it, str) else features[int(it)] for it in chosen]


@converts("mlxtend.feature_selection.SequentialFeatureSelector")
def sequential_selector(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to the columns that were chosen."""
    return [features[int(at)] for at in estimator.k_feature_idx_]


@converts("mlxtend.feature_selection.ExhaustiveFeatureSelector")
def exhaustive_selector(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to the columns that were chosen."""
    return [features[int(at)] for at in estimator.best_idx_]


@converts(
    "mlxtend.feature_extraction.PrincipalComponentAnalysis",
    "mlxtend.feature_extraction.LinearDiscriminantAnalysis",
)
def projection(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to weighted sums; mlxtend does not centre the columns."""
    # the eigenvectors of a matrix that is not symmetric are of a complex type
    columns = np.real_if_close(estimator.w_).T
    if np.iscomplexobj(columns):
        raise ExportError(f"{type(estimator).__name__} has complex eigenvectors: PMML has none")
    uniform(features, columns.shape[1], estimator)
    if getattr(estimator, "whitening", False):
        columns = columns / np.sqrt(estimator.e_vals_[: len(columns)])[:, np.newaxis]
    return [
        combination(f"component({number})", features, row) for number, row in enumerate(columns, 1)
    ]
