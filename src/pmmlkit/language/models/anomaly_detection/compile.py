"""AnomalyDetectionModel to predictor: the model inside, and the score made of its prediction.

Specification: Anomaly Detection; semantics chapter 21. Of the other engines only PMML4S evaluates
it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from pmmlkit.language import mistakes
from pmmlkit.language.groups import MODEL
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.anomaly_detection.predictor import (
    AnomalyPredictor,
    DistanceScore,
    OwnScore,
    PathScore,
    Score,
)
from pmmlkit.language.models.clustering.predictor import ClusteringPredictor
from pmmlkit.language.models.evaluation import ModelEvaluation, compile_nested
from pmmlkit.xml.lexical import parse_number

if TYPE_CHECKING:
    from pmmlkit.language.models.anomaly_detection.declaration import AnomalyDetectionModel
    from pmmlkit.language.models.model import Model
    from pmmlkit.language.scope import Scope

__all__ = ["compile_anomaly_detection", "mean_path_length"]

_INSIDE: Final = {
    "iforest": "MiningModel",
    "ocsvm": "SupportVectorMachineModel",
    "clusterMeanDist": "ClusteringModel",
}
"""The model that the specification names for an algorithm; JPMML-SkLearn has others, hence only a
doubt.
"""

_EULER: Final = 0.57721566
"""Euler's constant with the digits that the specification gives; PMML4S has them too."""

_OTHER_MODEL: Final = "PMML470"


def compile_anomaly_detection(model: AnomalyDetectionModel, scope: Scope) -> AnomalyPredictor:
    """Compile the model inside and the score.

    Raises MarkupError where the facts that the algorithm needs are absent or do not fit,
    UnsupportedError for a model inside that cannot be evaluated.
    """
    inside = _model(model)
    wanted = _INSIDE.get(model.algorithm_type)
    if wanted is not None and inside.tag != wanted and model.algorithm_type != "clusterMeanDist":
        text = f"algorithmType {model.algorithm_type} goes with a {wanted}, not a {inside.tag}"
        scope.compilation.warn(_OTHER_MODEL, text, model)
    evaluation = compile_nested(inside, scope)
    return AnomalyPredictor(evaluation, _score(model, evaluation))


def _model(model: AnomalyDetectionModel) -> Model:
    if model.model is not None:
        return model.model
    kept = () if model.remainder is None else model.remainder.children
    tags = (tag for _, markup in kept for tag, _ in markup.elements())
    foreign = next((tag for tag in tags if tag in MODEL), None)
    if foreign is not None:
        raise unsupported(
            model,
            f"{foreign} cannot be evaluated by this version of pmmlkit",
            code=mistakes.NOT_EVALUATED,
        )
    raise wrong(model, "an AnomalyDetectionModel needs a model", code=mistakes.MISSING_ELEMENT)


def _score(model: AnomalyDetectionModel, evaluation: ModelEvaluation) -> Score:
    if model.algorithm_type == "clusterMeanDist":
        return _distance_score(model, evaluation)
    if model.algorithm_type == "other":
        return OwnScore(evaluation.type)
    if not evaluation.type.is_number:
        text = f"algorithmType {model.algorithm_type} needs a model that predicts a number"
        raise wrong(model, text, code=mistakes.METHOD)
    if model.algorithm_type == "iforest":
        return PathScore(mean_path_length(_sample_size(model)))
    return OwnScore(evaluation.type)


def _sample_size(model: AnomalyDetectionModel) -> float:
    text = model.sample_data_size
    if text is None:
        raise wrong(
            model, "algorithmType iforest needs sampleDataSize", code=mistakes.MISSING_ATTRIBUTE
        )
    try:
        size = parse_number(text)
    except ValueError as error:
        raise wrong(
            model, f"sampleDataSize {text!r} is no number", code=mistakes.OUT_OF_RANGE
        ) from error
    if not (size >= 1 and math.isfinite(size)):
        raise wrong(
            model, f"sampleDataSize must be 1 or more, not {text}", code=mistakes.OUT_OF_RANGE
        )
    return size


def mean_path_length(size: float) -> float:
    """Return the mean length of an unsuccessful search in a binary tree of `size` samples: c(n).

    The harmonic number of n - 1 is estimated as the specification does it, except that for 2
    samples it is exact, as in the training libraries (PMML4S: the estimate, six times too small).
    """
    if size <= 1:
        return 0.0
    if size == 2:
        return 1.0
    return 2.0 * (math.log(size - 1.0) + _EULER) - 2.0 * (size - 1.0) / size


def _distance_score(model: AnomalyDetectionModel, evaluation: ModelEvaluation) -> Score:
    predictor = evaluation.predictor
    if not isinstance(predictor, ClusteringPredictor):
        text = "algorithmType clusterMeanDist needs a ClusteringModel"
        raise wrong(model, text, code=mistakes.METHOD)
    element = model.mean_cluster_distances
    if element is None:
        raise wrong(
            model,
            "algorithmType clusterMeanDist needs MeanClusterDistances",
            code=mistakes.MISSING_ELEMENT,
        )
    means = element.array.numbers().tolist()
    if len(means) != len(predictor.ids):
        raise wrong(
            element,
            f"there are {len(means)} mean distances for {len(predictor.ids)} clusters",
            code=mistakes.WRONG_COUNT,
        )
    if not all(mean > 0 for mean in means):
        raise wrong(element, "a mean distance must be positive", code=mistakes.OUT_OF_RANGE)
    predictor.ranking.want_place(0)
    return DistanceScore(dict(zip(predictor.ids, means, strict=True)))
