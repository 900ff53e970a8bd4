"""NearestNeighborModel over columns and over one row. Semantics chapter 13."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Categories, Column, with_errors
from pmmlkit.columns.types import DOUBLE, STRING, DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.clustering.ranking import (
    affinity_key,
    detail,
    entity_key,
    wanted_rank,
    wanted_ranks,
)
from pmmlkit.language.models.nearest_neighbor.goals import (
    Goal,
    single_weights_of_row,
    weights_of,
    weights_of_row,
)
from pmmlkit.language.models.nearest_neighbor.neighbors import Neighbors
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.models.proximity.coordinates import Coordinate
from pmmlkit.language.models.proximity.inputs import numbers_of, part_of, row_numbers
from pmmlkit.language.output_features import ModelFacts
from pmmlkit.language.ranked_features import ListOf, is_multi_valued
from pmmlkit.language.result_features import Feature, RowFeature
from pmmlkit.language.step import Batch, Values
from pmmlkit.language.targets import TargetRule

if TYPE_CHECKING:
    from pmmlkit.language.output import OutputField

__all__ = ["NearestNeighborPredictor", "Target"]

_AFFINITIES: Final = ("affinity", "clusterAffinity", "entityAffinity")
_MEASURES: Final = "measures"
_POSITIONS: Final = "positions"


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """One target: its goal, the treatment of its predictions, and what Output knows of it."""

    name: str
    goal: Goal
    rule: TargetRule | None
    facts: ModelFacts


class NearestNeighborPredictor(Predictor):
    """The nearest training rows, and what they say of the targets.

    `ids` are those of the training rows. Without a target, the predicted value is the id of the
    nearest one.
    """

    def __init__(
        self,
        neighbors: Neighbors,
        coordinates: Sequence[Coordinate],
        ids: tuple[str, ...],
        goals: Mapping[str, Goal],
        threshold: float,
    ) -> None:
        self._neighbors = neighbors
        self._coordinates = tuple(coordinates)
        self._ids = ids
        unique = {text: at for at, text in enumerate(dict.fromkeys(ids))}
        self._categories = Categories(tuple(unique))
        self._codes = np.array([unique[text] for text in ids], np.int32)
        self._goals = dict(goals)
        self._threshold = threshold
        self._is_weighted = any(goal.is_weighted for goal in goals.values())
        self._several: tuple[Target, ...] = ()
        self._places: set[int] = set()
        self._rows: set[int] = set()
        self.details: dict[str, DataType] = {entity_key(0): STRING}
        first = next(iter(goals.values()), None)
        self.type = STRING if first is None else first.type
        self.classes = () if first is None else first.classes

    def join(self, targets: Sequence[Target]) -> None:
        """Take over the targets of a model that has several."""
        self._several = tuple(targets)
        self.targets = {target.name: target.facts for target in targets}

    def feature(self, element: OutputField) -> Feature | None:
        """Return the feature of a neighbour, by rank or by id."""
        name = element.feature
        if is_multi_valued(element):
            return self._list(element)
        place = wanted_rank(element, self._neighbors.count)
        if name == "clusterId" or (name == "entityId" and place is not None):
            place = 0 if place is None or name == "clusterId" else place
            self._want_place(place)
            return _NeighborId(place, self._ids)
        if name in _AFFINITIES:
            if element.value is not None:
                if element.value in self._ids:
                    row = self._ids.index(element.value)
                    self._rows.add(row)
                    self.details[_row_key(row)] = DOUBLE
                    return _Affinity(_row_key(row), row=row)
            elif place is not None:
                self._want_place(place)
                return _Affinity(affinity_key(place), place=place)
        return None

    def _want_place(self, place: int) -> None:
        self._places.add(place)
        self.details.update({entity_key(place): STRING, affinity_key(place): DOUBLE})

    def _list(self, element: OutputField) -> Feature | None:
        places = wanted_ranks(element, self._neighbors.count)
        if places is None or element.value is not None:
            return None
        if element.feature != "entityId" and element.feature not in _AFFINITIES:
            return None
        for place in places:
            self._want_place(place)
        if element.feature == "entityId":
            return ListOf([_NeighborId(place, self._ids) for place in places])
        return ListOf([_Affinity(affinity_key(place), place=place) for place in places])

    def columns(self, batch: Batch) -> Prediction:
        """Predict all rows, block by block."""
        inputs = [coordinate.column(batch) for coordinate in self._coordinates]
        size, block = batch.size, self._neighbors.block
        errors: dict[int, EvaluationError] = {}
        parts: dict[str, list[Prediction]] = {name: [] for name in self._goals}
        details: dict[str, list[npt.NDArray[Any]]] = {}
        for start in range(0, max(size, 1), block):
            pairs = [
                numbers_of(coordinate, part_of(column, start, start + block))
                for coordinate, column in zip(self._coordinates, inputs, strict=True)
            ]
            measures, positions, failures = self._neighbors.columns(*zip(*pairs, strict=True))
            for reason, rows in failures.items():
                for row in (np.flatnonzero(rows) + start).tolist():
                    errors[row] = EvaluationError(reason)
            near = np.take_along_axis(measures, positions, 1)
            weights = (
                weights_of(near, self._threshold, self._neighbors.type)
                if self._is_weighted
                else None
            )
            for name, goal in self._goals.items():
                own = weights if goal.is_weighted else None
                parts[name].append(goal.columns(positions, own))
            for key, values in self._details(measures, positions, near):
                details.setdefault(key, []).append(values)
        for column in inputs:
            errors.update(column.errors)
        joined = {
            key: Column(
                np.concatenate(values),
                self.details[key],
                categories=self._categories if self.details[key] is STRING else None,
            )
            for key, values in details.items()
        }
        return self._prediction(parts, joined, errors, size)

    def _details(
        self, measures: npt.NDArray[Any], positions: npt.NDArray[Any], near: npt.NDArray[Any]
    ) -> list[tuple[str, npt.NDArray[Any]]]:
        found = [
            (entity_key(place), self._codes[positions[:, place]]) for place in {0, *self._places}
        ]
        found += [(affinity_key(place), near[:, place]) for place in self._places]
        # A copy: the block of measures itself must not stay.
        found += [(_row_key(row), measures[:, row].copy()) for row in self._rows]
        return found

    def _prediction(
        self,
        parts: Mapping[str, Sequence[Prediction]],
        details: dict[str, Column],
        errors: dict[int, EvaluationError],
        size: int,
    ) -> Prediction:
        entity = details[entity_key(0)]
        state = with_errors(None, errors, size)
        if not parts:
            return Prediction(entity.with_state(state, errors), entity_id=entity, details=details)
        found = {}
        for name, items in parts.items():
            prediction = _concatenated(items, errors, size)
            prediction.entity_id = entity
            prediction.details = details
            found[name] = prediction
        first = next(iter(found.values()))
        if not self._several:
            return first
        whole = replace(first)
        for target in self._several:
            if target.rule is not None:
                found[target.name] = target.rule.columns(found[target.name])
        whole.targets = found
        return whole

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that predicts one row."""
        read, find = row_numbers(self._coordinates), self._neighbors.row_function()
        ids, threshold, is_weighted = self._ids, self._threshold, self._is_weighted
        weigh = weights_of_row if self._neighbors.type is DOUBLE else single_weights_of_row
        goals = [
            (name, goal.row_function(), goal.is_weighted) for name, goal in self._goals.items()
        ]
        rules = {
            target.name: None if target.rule is None else target.rule.row_function()
            for target in self._several
        }

        def predict(values: Values) -> RowPrediction:
            measures, positions = find(read(values))
            entity = ids[positions[0]]
            details = {_MEASURES: measures, _POSITIONS: positions}
            weights = None
            if is_weighted:
                weights = weigh(measures[positions].tolist(), threshold)
            found = []
            for name, goal, needs_weights in goals:
                prediction = goal(positions, weights if needs_weights else None)
                prediction.entity_id = entity
                prediction.details = details
                found.append((name, prediction))
            if not found:
                return RowPrediction(entity, None, None, entity, details)
            first = found[0][1]
            if not rules:
                return first
            whole = replace(first) if rules[found[0][0]] is not None else first
            whole.targets = {
                name: prediction if (rule := rules[name]) is None else rule(prediction)
                for name, prediction in found
            }
            return whole

        return predict


def _row_key(row: int) -> str:
    """Name the detail that holds the measures of a training row."""
    return f"row {row}"


def _concatenated(
    parts: Sequence[Prediction], errors: Mapping[int, EvaluationError], size: int
) -> Prediction:
    """Put the predictions of blocks together, in error where a row is."""
    columns = [part.value for part in parts]
    state = None
    if any(column.state is not None for column in columns):
        state = np.concatenate(
            [
                np.zeros(len(column), np.uint8) if column.state is None else column.state
                for column in columns
            ]
        )
    first = columns[0]
    value = Column(
        np.concatenate([column.values for column in columns]),
        first.type,
        with_errors(state, errors, size),
        categories=first.categories,
        errors=errors,
    )
    probabilities = None
    if parts[0].probabilities is not None:
        probabilities = np.concatenate([np.asarray(part.probabilities) for part in parts])
        probabilities[list(errors)] = np.nan
    return Prediction(value, probabilities)


class _NeighborId(Feature):
    """entityId: the id of the neighbour at a place."""

    type = STRING

    def __init__(self, place: int, ids: tuple[str, ...]) -> None:
        self._place = place
        self._ids = ids

    def columns(self, prediction: Prediction) -> Column:
        return detail(prediction, entity_key(self._place), STRING)

    def row_function(self) -> RowFeature:
        place, ids = self._place, self._ids

        def run(prediction: RowPrediction) -> str | None:
            positions = prediction.details.get(_POSITIONS)
            if prediction.value is None or positions is None:
                return None
            at: int = positions[place]
            return ids[at]

        return run


class _Affinity(Feature):
    """affinity: the measure of the neighbour at a place, or of one training row."""

    def __init__(self, key: str, *, place: int | None = None, row: int = 0) -> None:
        self._key = key
        self._place = place
        self._row = row

    def columns(self, prediction: Prediction) -> Column:
        return detail(prediction, self._key, DOUBLE)

    def row_function(self) -> RowFeature:
        place, row = self._place, self._row

        def run(prediction: RowPrediction) -> float | None:
            details = prediction.details
            measures = details.get(_MEASURES)
            if prediction.value is None or measures is None:
                return None
            return float(measures[row if place is None else details[_POSITIONS][place]])

        return run
