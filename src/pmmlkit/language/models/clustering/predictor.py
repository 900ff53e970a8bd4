"""ClusteringModel over columns and over one row. Semantics chapter 12."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pmmlkit.columns.column import ERROR, Categories, Column
from pmmlkit.columns.types import STRING
from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.clustering.affinity import Affinity
from pmmlkit.language.models.clustering.ranking import (
    MEASURES,
    ClusterName,
    RankedAffinity,
    RankedEntity,
    Ranking,
    wanted_rank,
    wanted_ranks,
)
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.models.proximity.coordinates import Coordinate
from pmmlkit.language.models.proximity.inputs import numbers_of, part_of, row_numbers
from pmmlkit.language.ranked_features import ListOf, is_multi_valued
from pmmlkit.language.result_features import Feature
from pmmlkit.language.step import Batch, Values

if TYPE_CHECKING:
    from pmmlkit.language.output import OutputField

__all__ = ["ClusteringPredictor"]

_CELLS: Final = 1 << 17
"""So many distances are computed at a time: they stay in the cache."""

_AFFINITIES: Final = ("affinity", "clusterAffinity", "entityAffinity")


class ClusteringPredictor(Predictor):
    """The nearest cluster; `ids` and `names` are of the clusters in their order."""

    type = STRING

    def __init__(
        self,
        affinity: Affinity,
        coordinates: Sequence[Coordinate],
        ids: tuple[str, ...],
        names: Sequence[str | None],
    ) -> None:
        self.ids = ids
        self.affinity = affinity
        self.ranking = Ranking(ids, is_similarity=affinity.is_similarity)
        self.details = self.ranking.types
        self._coordinates = tuple(coordinates)
        self._names = dict(zip(ids, names, strict=True))
        self._categories = Categories(ids)

    def feature(self, element: OutputField) -> Feature | None:
        """Return the feature of a cluster: of one by rank, of one by id, or of the winner."""
        name = element.feature
        if name == "predictedDisplayValue":
            return ClusterName(self._names)
        if is_multi_valued(element):
            return self._list(element)
        if name == "clusterId":
            return RankedEntity(self.ranking, 0)
        place = wanted_rank(element, len(self.ids))
        if name == "entityId" and place is not None:
            return RankedEntity(self.ranking, place)
        if name in _AFFINITIES:
            if element.value is not None:
                if element.value in self.ids:
                    return RankedAffinity(self.ranking, cluster=self.ids.index(element.value))
            elif place is not None:
                return RankedAffinity(self.ranking, place)
        return None

    def _list(self, element: OutputField) -> Feature | None:
        places = wanted_ranks(element, len(self.ids))
        if places is None or element.value is not None:
            return None
        if element.feature == "entityId":
            return ListOf([RankedEntity(self.ranking, place) for place in places])
        if element.feature in _AFFINITIES:
            return ListOf([RankedAffinity(self.ranking, place) for place in places])
        return None

    def columns(self, batch: Batch) -> Prediction:
        """Find the cluster of all rows."""
        inputs = [coordinate.column(batch) for coordinate in self._coordinates]
        size = batch.size
        codes = np.zeros(size, np.int32)
        state = np.zeros(size, np.uint8)
        errors: dict[int, EvaluationError] = {}
        details: dict[str, Any] = {}
        step = max(1, _CELLS // max(len(self.ids), len(inputs)))
        for start in range(0, max(size, 1), step):
            stop = min(start + step, size)
            pairs = [
                numbers_of(coordinate, part_of(column, start, stop))
                for coordinate, column in zip(self._coordinates, inputs, strict=True)
            ]
            measures, failures = self.affinity.columns(*zip(*pairs, strict=True))
            codes[start:stop] = self.ranking.best(measures)
            for reason, rows in failures.items():
                for row in (np.flatnonzero(rows) + start).tolist():
                    errors[row] = EvaluationError(reason)
            for key, values in self.ranking.details(measures).items():
                if key not in details:
                    details[key] = np.empty(size, values.dtype)
                details[key][start:stop] = values
        for column in inputs:
            errors.update(column.errors)
        state[list(errors)] = ERROR
        value = Column(codes, STRING, state, categories=self._categories, errors=errors)
        return Prediction(value, entity_id=value, details=self.ranking.as_columns(details))

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that finds the cluster of one row."""
        read, measure = row_numbers(self._coordinates), self.affinity.row_function()
        ids, find = self.ids, self.ranking.row_place(0)
        nearest = max if self.affinity.is_similarity else min

        def predict(values: Values) -> RowPrediction:
            measures = measure(read(values))
            best = nearest(measures)
            # A NaN that comes first stays, one that comes later does not.
            at = measures.index(best) if best == best else find(measures)
            winner = ids[at]
            return RowPrediction(winner, None, None, winner, {MEASURES: measures})

        return predict
