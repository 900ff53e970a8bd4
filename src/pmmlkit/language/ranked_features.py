"""Features that pick from an ordered list of each row: the rank-th value, or the first of them.

Specification: Output (rank, isMultiValued); semantics chapter 29. For reason codes, ranked entities
and rules alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns import column as columns
from pmmlkit.columns.column import MISSING, Column
from pmmlkit.columns.lists import ListColumn, Offsets
from pmmlkit.columns.types import DataType, list_of
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.prediction import Prediction, RowDetail, RowPrediction
from pmmlkit.language.result_features import Feature, RowFeature, masked

if TYPE_CHECKING:
    from pmmlkit.language.output import OutputField

__all__ = ["ListOf", "RankedFeature", "Ranking", "is_multi_valued", "ranked_detail"]


_MOST_RANKED: Final = 1 << 31
"""No list is so long: a rank beyond means the same as this one."""


@dataclass(frozen=True, slots=True)
class Ranking(RowDetail):
    """The values of n rows, best first: those of row r are `items[offsets[r]:offsets[r + 1]]`."""

    items: Column
    offsets: Offsets

    @classmethod
    def of_matrix(cls, items: Column, rows: int) -> Ranking:
        """Make the ranking of a matrix (rows, k) whose cells `items` holds row by row."""
        width = len(items) // rows if rows else 0
        return cls(items, np.arange(rows + 1) * width)

    def take(self, rows: npt.NDArray[np.intp]) -> Ranking:
        """Return the values of the rows at these positions."""
        many = np.diff(self.offsets)[rows]
        offsets = np.zeros(len(rows) + 1, np.intp)
        np.cumsum(many, out=offsets[1:])
        places = np.arange(offsets[-1]) + np.repeat(self.offsets[rows] - offsets[:-1], many)
        return Ranking(self.items.take(places), offsets)

    @staticmethod
    def merged(parts: Sequence[tuple[npt.NDArray[np.intp], Ranking]], size: int) -> Ranking:
        """Put the rankings of some rows together; rows in no part have no values."""
        lengths = np.zeros(size, np.intp)
        for rows, part in parts:
            lengths[rows] = np.diff(part.offsets)
        offsets = np.zeros(size + 1, np.intp)
        np.cumsum(lengths, out=offsets[1:])
        placed = []
        for rows, part in parts:
            many = np.diff(part.offsets)
            inside = np.arange(len(part.items)) - np.repeat(part.offsets[:-1], many)
            placed.append((np.repeat(offsets[rows], many) + inside, part.items))
        items = columns.merged(placed, parts[0][1].items.type, int(offsets[-1]))
        return Ranking(items, offsets)


def is_multi_valued(element: OutputField) -> bool:
    """Tell whether an OutputField is a list: ``"0"`` is the value for one that is not."""
    return element.is_multi_valued.strip() not in ("0", "false")


class RankedFeature(Feature):
    """The `rank`-th of a row's ordered values, missing where there are fewer; where the OutputField
    is multi-valued, the list of the first `rank` (0: of all).

    `of_columns` gives the ordered values of all rows, `of_row` those of one; both are missing where
    the predicted value is, unless `always` is set. A value may itself be a list (of `type` then).

    Raises MarkupError for a rank that means nothing.
    """

    def __init__(
        self,
        element: OutputField,
        type: DataType,
        of_columns: Callable[[Prediction], Ranking],
        of_row: Callable[[RowPrediction], Sequence[Any] | None],
        *,
        always: bool = False,
    ) -> None:
        self._is_list = is_multi_valued(element)
        if element.rank < (0 if self._is_list else 1):
            raise wrong(
                element,
                f"rank {element.rank} of {element.name!r}: ranks count from 1",
                code=mistakes.RANK,
                field=element.name,
            )
        self.type = list_of(type) if self._is_list else type
        self._rank = min(element.rank, _MOST_RANKED)
        self._of_columns = of_columns
        self._of_row = of_row
        self._always = always

    def columns(self, prediction: Prediction) -> Column:
        """Pick in all rows."""
        ranking = self._of_columns(prediction)
        column = self._first(ranking) if self._is_list else _ranked(ranking, self._rank)
        return column if self._always else masked(column, prediction.value)

    def row_function(self) -> RowFeature:
        """Return the function that picks in one row."""
        of_row, rank, always = self._of_row, self._rank, self._always

        def one(prediction: RowPrediction) -> Any:
            if prediction.value is None and not always:
                return None
            values = of_row(prediction)
            return values[rank - 1] if values is not None and len(values) >= rank else None

        def several(prediction: RowPrediction) -> Any:
            if prediction.value is None and not always:
                return None
            values = of_row(prediction) or ()
            return tuple(values[:rank]) if rank else tuple(values)

        return several if self._is_list else one

    def _first(self, ranking: Ranking) -> Column:
        offsets, items = ranking.offsets, ranking.items
        if self._rank == 0:
            return ListColumn(items, offsets)
        lengths = np.minimum(np.diff(offsets), self._rank)
        ends = np.zeros(len(offsets), np.intp)
        np.cumsum(lengths, out=ends[1:])
        places = np.arange(ends[-1]) + np.repeat(offsets[:-1] - ends[:-1], lengths)
        return ListColumn(items.take(places), ends)


class ListOf(Feature):
    """The values of several features of one type (at least one), as a list."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self.type = list_of(features[0].type)
        self._features = tuple(features)

    def columns(self, prediction: Prediction) -> Column:
        """Return the lists of all rows."""
        assert self.type.item is not None
        rows, count = len(prediction.value), len(self._features)
        parts = [
            (np.arange(rows) * count + at, feature.columns(prediction))
            for at, feature in enumerate(self._features)
        ]
        items = columns.merged(parts, self.type.item, rows * count)
        return masked(ListColumn(items, np.arange(rows + 1) * count), prediction.value)

    def row_function(self) -> RowFeature:
        """Return the function for one row."""
        functions = [feature.row_function() for feature in self._features]

        def run(prediction: RowPrediction) -> Any:
            if prediction.value is None:
                return None
            return tuple([function(prediction) for function in functions])

        return run


def _ranked(ranking: Ranking, rank: int) -> Column:
    offsets, items = ranking.offsets, ranking.items
    places = offsets[:-1] + (rank - 1)
    is_there = places < offsets[1:]
    if is_there.all():
        return items.take(places)
    if not len(items):
        return Column.missing(items.type, len(places))
    taken = items.take(np.where(is_there, places, 0))
    state = np.zeros(len(places), np.uint8) if taken.state is None else taken.state.copy()
    state[~is_there] = MISSING
    errors = {row: error for row, error in taken.errors.items() if is_there[row]}
    return taken.with_state(state, errors)


def ranked_detail(element: OutputField, name: str, type: DataType) -> RankedFeature:
    """Return the feature whose ordered values are the detail `name` of a prediction: a `Ranking` in
    columns, a sequence of row values of `type` in a row.
    """

    def of_columns(prediction: Prediction) -> Ranking:
        found: Ranking | None = prediction.details.get(name)
        if found is None:
            return Ranking(Column.missing(type, 0), np.zeros(len(prediction.value) + 1, np.intp))
        return found

    return RankedFeature(element, type, of_columns, lambda prediction: prediction.details.get(name))
