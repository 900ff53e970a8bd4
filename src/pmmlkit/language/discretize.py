"""Discretize: intervals of a number to labels. Specification: Transformations; semantics 4."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column, combined_state
from pmmlkit.columns.types import DOUBLE, STRING
from pmmlkit.language.data_types import DATA_TYPE, data_type
from pmmlkit.language.expressions import typed_text
from pmmlkit.language.lookup import Outcomes
from pmmlkit.language.scope import Compiled, Scope
from pmmlkit.language.step import Step
from pmmlkit.language.unary import UnaryStep, as_number
from pmmlkit.xml.declaration import Element, attribute, child, children

if TYPE_CHECKING:
    from pmmlkit.language.data_dictionary import Bounds, Interval
    from pmmlkit.language.extension import Extension

__all__ = ["Discretize", "DiscretizeBin", "Discretized"]


class DiscretizeBin(Element):
    """An interval and the value that stands for it."""

    bin_value: str = attribute(required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    interval: Interval = child("Interval", required=True)


class Discretize(Compiled):
    """The value of the bin that holds the value of a field."""

    field: str = attribute(required=True)
    map_missing_to: str | None = attribute(default=None)
    default_value: str | None = attribute(default=None)
    data_type: str | None = attribute(default=None, values=DATA_TYPE)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    bins: tuple[DiscretizeBin, ...] = children("DiscretizeBin", default=())

    def references(self) -> tuple[str, ...]:
        """Return the field."""
        return (self.field,)

    def build(self, scope: Scope, operands: tuple[Step, ...]) -> Step:
        """Compile to a binary search among the margins."""
        type = STRING if self.data_type is None else data_type(self.data_type, self)
        default, missing = (
            None if given is None else typed_text(given, type, self, name)
            for given, name in (
                (self.default_value, "defaultValue"),
                (self.map_missing_to, "mapMissingTo"),
            )
        )
        labels = [typed_text(item.bin_value, type, item, "binValue") for item in self.bins]
        number = as_number(scope.read(self.field, self))
        # Floats are widened and compared as doubles, as JPMML and scikit-learn's bins do.
        intervals = [item.interval.bounds(DOUBLE) for item in self.bins]
        return Discretized(number, intervals, Outcomes(labels, default, missing, type))


class Discretized(UnaryStep):
    """The bin of a number.

    The margins cut the numbers into points and the stretches between them; each belongs to one bin
    or none.
    """

    __slots__ = ("_bin_of_piece", "_margins", "outcomes")

    def __init__(
        self,
        operand: Step,
        intervals: Sequence[Bounds],
        outcomes: Outcomes,
    ) -> None:
        super().__init__(operand, outcomes.type)
        self.outcomes = outcomes
        ends = {end for bounds in intervals for end in (bounds.low, bounds.high)}
        self._margins = np.array(sorted(end for end in ends if end is not None), np.float64)
        # Piece 2k is the stretch below margin k, piece 2k + 1 that margin itself.
        pieces = np.full(2 * len(self._margins) + 1, -1, np.int64)
        for position, bounds in enumerate(intervals):
            first, last = 0, len(pieces) - 1
            if bounds.low is not None:
                first = self._piece(bounds.low) + (not bounds.low_closed)
            if bounds.high is not None:
                last = self._piece(bounds.high) - (not bounds.high_closed)
            # Bins should not overlap; where they do the later one wins, as in JPMML.
            pieces[first : last + 1] = position
        self._bin_of_piece = pieces

    def _piece(self, margin: float) -> int:
        return 2 * int(np.searchsorted(self._margins, margin)) + 1

    def of_column(self, column: Column) -> Column:
        """Find the bin of each row."""
        x = column.values.astype(np.float64)
        pieces = np.searchsorted(self._margins, x) + np.searchsorted(self._margins, x, side="right")
        bins: npt.NDArray[np.int64] = self._bin_of_piece[pieces]
        state, errors = combined_state(column)
        return self.outcomes.column(bins, state, errors)

    def of_value(self) -> Callable[[Any], Any]:
        """Find the bin of one value."""
        margins: list[float] = self._margins.tolist()
        labels = self.outcomes.by_position(self._bin_of_piece.tolist())
        missing = self.outcomes.missing

        def discretise(value: Any) -> Any:
            if value is None:
                return missing
            x = float(value)
            if x != x:
                return labels[-1]
            return labels[bisect_left(margins, x) + bisect_right(margins, x)]

        return discretise
