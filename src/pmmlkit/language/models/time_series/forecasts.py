"""The forecasts that rows ask for, on the scale of the series: numbers, or lists by horizon."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column
from pmmlkit.columns.types import DOUBLE, list_of
from pmmlkit.language.models.time_series.forecaster import Forecaster, Path

__all__ = ["Forecasts", "Measure"]

Doubles = npt.NDArray[np.float64]

Measure = Callable[[Any, Any], Any]
"""What is told of a forecast: a function of mean and variance, numbers or arrays."""


class Forecasts:
    """The path of a forecaster, made once as far as rows have asked.

    `is_list`: a row gets all steps up to its horizon (a single one as a number, semantics chapter
    20); else the first step alone.
    """

    def __init__(self, forecaster: Forecaster, *, is_list: bool) -> None:
        self.forecaster = forecaster
        self.type = list_of(DOUBLE, lone=True) if is_list else DOUBLE
        self._path = forecaster.path(1)

    @property
    def has_variances(self) -> bool:
        """Tell whether the document says how sure forecasts are."""
        return self._path.variances is not None

    def path(self, steps: int) -> Path:
        """Return the path of at least so many steps."""
        # Two threads may both make one; either is right.
        if len(self._path.means) < steps:
            self._path = self.forecaster.path(steps)
        return self._path

    def column(
        self,
        measure: Measure,
        horizons: npt.NDArray[np.int64] | None,
        shifts: Sequence[Doubles],
        n: int,
    ) -> Column:
        """Return what is told of the forecasts of n rows.

        `horizons` (n,), None where all are 1; `shifts`: the supplied inputs, (n,) each.
        """
        if not self.type.is_list:
            with np.errstate(all="ignore"):
                values = np.asarray(self._step(measure, self._path, 0, shifts), np.float64)
            if not values.ndim:
                values = np.full(n, values)
            return _numbers(values)
        asked = np.ones(n, np.int64) if horizons is None else horizons
        if not shifts:
            made = {h: self.row(measure, h, ()) for h in np.unique(asked).tolist()}
            rows = [made[h] for h in asked.tolist()]
            return Column(np.fromiter(rows, np.object_, n), self.type)
        most = int(asked.max(initial=0))
        path = self.path(most)
        matrix = np.empty((n, most))
        with np.errstate(all="ignore"):
            for step in range(most):
                matrix[:, step] = self._step(measure, path, step, shifts)
        cells = [
            tuple(_known(item) for item in row[:h])
            for row, h in zip(matrix.tolist(), asked.tolist(), strict=True)
        ]
        return Column(np.fromiter(cells, np.object_, n), self.type)

    def row(self, measure: Measure, horizon: int, shifts: Sequence[float]) -> Any:
        """Return what is told of the forecasts of one row."""
        path = self.path(horizon)
        with np.errstate(all="ignore"):
            if not self.type.is_list:
                return _known(float(self._step(measure, path, 0, shifts)))
            return tuple(
                _known(float(self._step(measure, path, step, shifts))) for step in range(horizon)
            )

    @staticmethod
    def _step(measure: Measure, path: Path, step: int, shifts: Sequence[Any]) -> Any:
        mean: Any = path.means[step]
        for shift, slopes in zip(shifts, path.slopes, strict=True):
            mean = mean + shift * slopes[step]
        return measure(mean, math.nan if path.variances is None else path.variances[step])


def _known(value: float) -> float | None:
    return value if value == value else None


def _numbers(values: Doubles) -> Column:
    is_nan = np.isnan(values)
    return Column(values, DOUBLE, is_nan.astype(np.uint8) if is_nan.any() else None)
