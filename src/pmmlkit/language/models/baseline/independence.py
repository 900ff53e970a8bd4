"""chiSquareIndependence of fields: Pearson's statistic of the table of their counts in the window.

Semantics chapter 22: the Baseline names the fields, and what is expected of a cell is what would be
there if the fields were independent: the size of the window times the shares of the values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column
from pmmlkit.language.models.baseline.stream import Weighted
from pmmlkit.language.models.baseline.windows import counts_in_window
from pmmlkit.language.models.prediction import Prediction, RowPrediction
from pmmlkit.language.step import Batch, Step, Values

__all__ = ["OfFields"]

Doubles = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


class OfFields(Weighted):
    """The statistic of the fields that `steps` read."""

    def __init__(self, steps: Sequence[Step], weight: Step | None, window: int) -> None:
        super().__init__(weight, window)
        self._steps = tuple(steps)

    def columns(self, batch: Batch) -> Prediction:
        """Compute the statistic after each row."""
        columns = [step.columns(batch) for step in self._steps]
        stream, weights = self.stream(columns, batch)
        codes = np.stack([_codes(column, stream.rows) for column in columns], axis=1)
        # Only cells that some event is in are counted; all others together follow from them.
        cells, places = np.unique(codes, axis=0, return_inverse=True)
        results = np.empty(len(codes))
        with np.errstate(all="ignore"):
            for rows, counts in counts_in_window(
                places.reshape(-1), weights, len(cells), self.window
            ):
                results[rows] = _chi_square(counts, cells)
        return stream.prediction(results)

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the statistic of a stream of one row: one cell is as it is expected to be."""
        functions = [step.row_function() for step in self._steps]
        weight_of = self.row_weight()

        def predict(values: Values) -> RowPrediction:
            found = [function(values) for function in functions]
            is_event = None not in found
            weight = weight_of(values, is_event)
            return RowPrediction(0.0 if is_event and weight else None)

        return predict


def _codes(column: Column, rows: npt.NDArray[np.intp]) -> Codes:
    values: npt.NDArray[Any] = column.values[rows]
    if column.categories is not None:
        return values.astype(np.int64)
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def _chi_square(counts: Doubles, cells: Codes) -> Doubles:
    """Return the statistic of each row of `counts` (k, n), by the codes of the cells (k, f)."""
    size = np.zeros(counts.shape[1])
    for observed in counts:
        size += observed
    shares: list[dict[int, Doubles]] = []
    for codes in cells.T.tolist():
        sums: dict[int, Doubles] = {}
        for code, observed in zip(codes, counts, strict=True):
            sums[code] = sums[code] + observed if code in sums else observed
        shares.append({code: total / size for code, total in sums.items()})
    result, covered = np.zeros_like(size), np.zeros_like(size)
    for key, observed in zip(cells.tolist(), counts, strict=True):
        expected = size.copy()
        for code, of_field in zip(key, shares, strict=True):
            expected *= of_field[code]
        difference = observed - expected
        term = difference * difference / expected
        term[expected == 0] = 0.0
        result += term
        covered += expected
    # An empty cell adds what is expected of it.
    result += np.maximum(size - covered, 0.0)
    result[size == 0] = np.nan
    return result
