"""Reason codes: points by code, ranked, in both modes. Semantics chapter 15.

A code's points are the sum over the characteristics that give it. Codes with points below 0 have no
rank, as in JPMML; among equals the one that a characteristic gave first comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import MISSING, Categories, Column
from pmmlkit.columns.types import STRING, DataType, list_of
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.result_features import Detail, Feature, masked

if TYPE_CHECKING:
    from pmmlkit.language.models.prediction import Prediction, RowPrediction
    from pmmlkit.language.output import OutputField

__all__ = ["ReasonList", "Reasons"]

Numbers = npt.NDArray[Any]
Codes = npt.NDArray[np.int32]

_ALL: Final = "reasonCodes"
_MOST_CELLS: Final = 2**21
"""Of one temporary array of points: rows by codes."""


class ReasonList(Feature):
    """The first codes of the ranking, as a list (`count` 0: all of them)."""

    type = list_of(STRING)

    def __init__(self, count: int) -> None:
        self._count = count or None

    def columns(self, prediction: Prediction) -> Column:
        """Return the lists for all rows."""
        column = prediction.details.get(_ALL)
        if column is None:
            return Column.missing(self.type, len(prediction.value))
        values = column.values
        if self._count is not None:
            lists = [item[: self._count] if item else item for item in values.tolist()]
            values = np.fromiter(lists, np.object_, len(lists))
        return masked(Column(values, self.type, column.state), prediction.value)

    def row_function(self) -> Callable[[RowPrediction], Any]:
        """Return the function for one row."""
        count = self._count

        def run(prediction: RowPrediction) -> Any:
            found = prediction.details.get(_ALL)
            if prediction.value is None or found is None:
                return None
            return found[:count]

        return run


class Reasons:
    """The ranking of the codes of one Scorecard; what is computed is what OutputFields ask for.

    `codes`: in document order. `is_shared`: several characteristics give the same code.
    """

    def __init__(self, codes: Sequence[str], *, is_shared: bool) -> None:
        self.codes = tuple(codes)
        self._is_shared = is_shared
        self.details: dict[str, DataType] = {
            _name(rank): STRING for rank in range(1, len(codes) + 1)
        }
        self.details[_ALL] = list_of(STRING)
        self._ranks: set[int] = set()
        self._wants_lists = False
        self._categories = Categories(self.codes)

    @property
    def is_wanted(self) -> bool:
        """Tell whether an OutputField asks for a code that can be there."""
        return bool(self._ranks) or self._wants_lists

    def feature(self, element: OutputField) -> Feature:
        """Return the feature of an OutputField, and keep in mind that it is wanted.

        Raises MarkupError for a rank that is none.
        """
        is_list = element.is_multi_valued not in ("0", "false")
        if element.rank < (0 if is_list else 1):
            raise wrong(
                element,
                f"rank {element.rank} of a reason code; the first one is 1",
                code=mistakes.RANK,
                field=element.name,
            )
        if is_list:
            self._wants_lists = True
            return ReasonList(element.rank)
        if element.rank <= len(self.codes):
            self._ranks.add(element.rank)
        return Detail(_name(element.rank), STRING)

    # --- columns

    def columns(
        self, points_of: Callable[[slice], tuple[list[Codes], list[Numbers]]], size: int
    ) -> dict[str, Column]:
        """Return the details of `size` rows.

        `points_of` gives for some of the rows the codes and their points, an array for each
        characteristic; in rows that are in error they may be any.
        """
        count = len(self.codes)
        depth = count if self._wants_lists else max(self._ranks)
        ranked = np.empty((depth, size), np.int32)
        step = max(1, _MOST_CELLS // count)
        for start in range(0, size, step):
            rows = slice(start, min(start + step, size))
            codes, points = points_of(rows)
            if self._is_shared:
                totals, came = _added(codes, points, count)
                ranked[:, rows] = _ranked(totals, came, depth)
            else:
                ranked[:, rows] = _ranked_apart(codes, points, depth)
        found = {_name(rank): self._column(ranked[rank - 1]) for rank in self._ranks}
        if self._wants_lists:
            found[_ALL] = self._lists(ranked)
        return found

    def _column(self, codes: Codes) -> Column:
        state = np.where(codes < 0, np.uint8(MISSING), np.uint8(0))
        return Column(codes, STRING, state, categories=self._categories)

    def _lists(self, ranked: Codes) -> Column:
        labels = self.codes
        lists = [tuple(labels[code] for code in row if code >= 0) for row in ranked.T.tolist()]
        return Column(np.fromiter(lists, np.object_, len(lists)), list_of(STRING))

    # --- rows

    def row_function(self) -> Callable[[dict[int, float]], Mapping[str, Any]]:
        """Return the function from the points by code, in the order in which the characteristics
        gave them, to the details of a row.
        """
        labels = self.codes
        wanted = [(rank - 1, _name(rank)) for rank in sorted(self._ranks)]
        wants_lists = self._wants_lists

        def run(totals: dict[int, float]) -> Mapping[str, Any]:
            kept = [(points, code) for code, points in totals.items() if points >= 0.0]
            kept.sort(key=_points, reverse=True)
            count = len(kept)
            found: dict[str, Any] = {name: labels[kept[at][1]] for at, name in wanted if at < count}
            if wants_lists:
                found[_ALL] = tuple([labels[code] for _, code in kept])
            return found

        return run


def _points(item: tuple[float, int]) -> float:
    return item[0]


def _name(rank: int) -> str:
    return "reasonCode" if rank == 1 else f"reasonCode {rank}"


def _added(
    codes: Sequence[Codes], points: Sequence[Numbers], count: int
) -> tuple[Numbers, npt.NDArray[np.int32]]:
    """Return the points of all codes (n, k), and for each the characteristic that gave it first."""
    size, never = len(codes[0]), len(codes)
    at = np.arange(size)
    totals = np.zeros((size, count), points[0].dtype)
    came = np.full((size, count), never, np.int32)
    for order in range(never - 1, -1, -1):
        came[at, codes[order]] = order
    with np.errstate(all="ignore"):
        for code, value in zip(codes, points, strict=True):
            totals[at, code] += value
    totals[came == never] = -np.inf
    return totals, came


def _ranked_apart(codes: Sequence[Codes], points: Sequence[Numbers], depth: int) -> Codes:
    """Return the codes of each row (depth, n) in their order, -1 where there are no more, of
    characteristics that share no code: then each has the points of its own.
    """
    left = np.stack(points)
    given = np.stack(codes)
    size = left.shape[1]
    at = np.arange(size)
    np.copyto(left, -np.inf, where=~(left >= 0))
    result = np.full((depth, size), -1, np.int32)
    for rank in range(min(depth, len(points))):
        best, place = left[0].copy(), np.zeros(size, np.intp)
        for number in range(1, len(left)):
            is_more = left[number] > best
            np.copyto(best, left[number], where=is_more)
            np.copyto(place, number, where=is_more)
        is_there = best >= 0
        if not is_there.any():
            break
        result[rank] = np.where(is_there, given[place, at], -1)
        left[place, at] = -np.inf
    return result


def _ranked(totals: Numbers, came: npt.NDArray[np.int32], depth: int) -> Codes:
    """Return the codes of each row (depth, n) in their order, -1 where there are no more.

    `totals` (n, k) are used up. Among equals the lowest `came` wins.
    """
    at = np.arange(len(totals))
    result = np.full((depth, len(at)), -1, np.int32)
    np.copyto(totals, -np.inf, where=~(totals >= 0))
    for rank in range(depth):
        place = totals.argmax(axis=1)
        best = totals[at, place]
        is_there = best >= 0
        if not is_there.any():
            break
        ties = totals == best[:, np.newaxis]
        place = np.where(ties, came, np.iinfo(np.int32).max).argmin(axis=1)
        result[rank] = np.where(is_there, place, -1)
        totals[at, place] = -np.inf
    return result
