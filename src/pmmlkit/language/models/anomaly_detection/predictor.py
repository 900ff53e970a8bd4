"""AnomalyDetectionModel over columns and over one row. Semantics chapter 21."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from pmmlkit.columns.column import Column
from pmmlkit.columns.types import DOUBLE, DataType
from pmmlkit.language.models.clustering.ranking import MEASURES, affinity_key
from pmmlkit.language.models.evaluation import ModelEvaluation
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.step import Batch, Values

__all__ = ["AnomalyPredictor", "DistanceScore", "OwnScore", "PathScore", "Score"]

RowScore = Callable[[RowPrediction], object]


class Score:
    """What makes the score of a prediction that is there. `type` is its dataType."""

    type: DataType = DOUBLE

    def columns(self, prediction: Prediction) -> Column:
        """Return the scores; their state is that of the predicted values."""
        raise AssertionError(type(self).__name__)

    def row_function(self) -> RowScore:
        """Return the function for one row that has a predicted value."""
        raise AssertionError(type(self).__name__)


class OwnScore(Score):
    """The predicted value itself."""

    def __init__(self, type: DataType) -> None:
        self.type = type

    def columns(self, prediction: Prediction) -> Column:
        return prediction.value

    def row_function(self) -> RowScore:
        return lambda prediction: prediction.value


class PathScore(Score):
    """2 to the power of -length / mean length; 1 where no path has a length (one sample)."""

    def __init__(self, mean_length: float) -> None:
        self._mean_length = mean_length

    def columns(self, prediction: Prediction) -> Column:
        value, mean = prediction.value, self._mean_length
        if mean == 0:
            scores = np.ones(len(value))
        else:
            with np.errstate(all="ignore"):
                scores = np.exp2(-value.values.astype(np.float64) / mean)
        return Column(scores, DOUBLE, value.state, errors=value.errors)

    def row_function(self) -> RowScore:
        mean = self._mean_length
        if mean == 0:
            return lambda prediction: 1.0

        def run(prediction: RowPrediction) -> float:
            try:
                return float(2.0 ** (-prediction.value / mean))
            except OverflowError:
                return np.inf

        return run


class DistanceScore(Score):
    """The distance from the cluster over the mean distance of its members."""

    def __init__(self, means: Mapping[str, float]) -> None:
        self._means = means

    def columns(self, prediction: Prediction) -> Column:
        value = prediction.value
        assert value.categories is not None
        table = np.array([self._means[text] for text in value.categories.values])
        scores = prediction.details[affinity_key(0)].values / table[value.values]
        return Column(scores, DOUBLE, value.state, errors=value.errors)

    def row_function(self) -> RowScore:
        means, ids = self._means, list(self._means)

        def run(prediction: RowPrediction) -> float:
            cluster: str = prediction.value
            found: float = prediction.details[MEASURES][ids.index(cluster)] / means[cluster]
            return found

        return run


class AnomalyPredictor(Predictor):
    """The score of what a model predicts; none where that predicts nothing."""

    def __init__(self, evaluation: ModelEvaluation, score: Score) -> None:
        self.type = score.type
        self.classes = evaluation.classes if isinstance(score, OwnScore) else ()
        self._evaluation = evaluation
        self._score = score

    def columns(self, batch: Batch) -> Prediction:
        """Score all rows."""
        inner = self._evaluation.columns(batch.nested())
        probabilities = inner.probabilities if self.classes else None
        return Prediction(self._score.columns(inner), probabilities, entity_id=inner.entity_id)

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that scores one row."""
        evaluate, score = self._evaluation.row_function(), self._score.row_function()
        has_classes = bool(self.classes)

        def predict(values: Values) -> RowPrediction:
            inner = evaluate(values)
            if inner.value is None:
                return RowPrediction(None)
            probabilities = inner.probabilities if has_classes else None
            return RowPrediction(score(inner), probabilities, None, inner.entity_id)

        return predict
