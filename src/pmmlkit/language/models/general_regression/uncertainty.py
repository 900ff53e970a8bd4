"""How sure a prediction is: standard errors, confidence intervals and standard deviations.

Semantics chapters 9 and 29. The standard error is that of the linear predictor, ``sqrt(x' C x)``
with C the PCovMatrix; an interval goes through the inverse link. Targets do not change them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column, combined_state
from pmmlkit.columns.types import DOUBLE
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.confidence import confidence_level
from pmmlkit.language.models.general_regression.design import (
    Design,
    Part,
    product_columns,
    product_function,
)
from pmmlkit.language.models.general_regression.student import two_sided_quantile
from pmmlkit.language.models.prediction import Prediction, RowPrediction
from pmmlkit.language.models.regression.normalization import Link
from pmmlkit.language.result_features import Feature, RowFeature
from pmmlkit.language.step import Batch, Values

if TYPE_CHECKING:
    from pmmlkit.language.models.general_regression.declaration import (
        GeneralRegressionModel,
        PCovMatrix,
    )
    from pmmlkit.language.output import OutputField

__all__ = [
    "LINEAR_PREDICTOR",
    "MEAN",
    "STANDARD_ERROR",
    "TRIALS",
    "IntervalEnd",
    "Spread",
    "StandardDeviation",
    "compile_spread",
    "variance_function",
]

Doubles = npt.NDArray[np.float64]

STANDARD_ERROR: Final = "standardError"
LINEAR_PREDICTOR: Final = "linearPredictor"
MEAN: Final = "mean"
TRIALS: Final = "trials"
"""The details of a prediction: those of a row, and columns."""

_ROWS_AT_A_TIME: Final = 65_536
_MOST_NUMBERS: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Spread:
    """The standard error of a linear predictor.

    `products`: what the parameters multiply; `pairs`: two of them by position, and their
    covariance, twice it where they differ.
    """

    products: tuple[tuple[Part, ...], ...]
    pairs: tuple[tuple[int, int, float], ...]

    def columns(self, batch: Batch) -> Column:
        """Return the standard errors of all rows."""
        result = np.empty(batch.size)
        states: list[Column] = []
        rows = max(1, min(_ROWS_AT_A_TIME, _MOST_NUMBERS // max(1, len(self.products))))
        for start in range(0, batch.size, rows):
            end = min(start + rows, batch.size)
            part = batch
            if rows < batch.size:
                part = batch.select(np.arange(start, end))
            with np.errstate(all="ignore"):
                numbers, columns = self._numbers(part)
                result[start:end] = self._errors(numbers, part.size)
            if part is batch:
                states = columns
        if rows < batch.size:
            states = self._states(batch)
        state, errors = combined_state(*states)
        return Column(result, DOUBLE, state, errors=errors)

    def _numbers(self, batch: Batch) -> tuple[list[Doubles | None], list[Column]]:
        numbers: list[Doubles | None] = []
        states: list[Column] = []
        for parts in self.products:
            if not parts:
                numbers.append(None)
                continue
            product, columns = product_columns(parts, batch, DOUBLE.dtype)
            numbers.append(product)
            states += columns
        return numbers, states

    def _states(self, batch: Batch) -> list[Column]:
        with np.errstate(all="ignore"):
            found = [
                product_columns(parts, batch, DOUBLE.dtype)[1] for parts in self.products if parts
            ]
        return [column for columns in found for column in columns]

    def _errors(self, numbers: Sequence[Doubles | None], size: int) -> Doubles:
        total = np.zeros(size)
        for first, second, covariance in self.pairs:
            left, right = numbers[first], numbers[second]
            if left is None or right is None:
                only = right if left is None else left
                total += covariance if only is None else covariance * only
            else:
                total += covariance * (left * right)
        result: Doubles = np.sqrt(total)
        return result

    def row_function(self) -> Callable[[Values], float | None]:
        """Return the standard error of one row; None where it is missing."""
        functions = [product_function(parts) if parts else None for parts in self.products]
        pairs = self.pairs

        def run(values: Values) -> float | None:
            numbers = [1.0 if function is None else function(values) for function in functions]
            if None in numbers:
                return None
            total = 0.0
            for first, second, covariance in pairs:
                total += covariance * (numbers[first] * numbers[second])
            return math.sqrt(total) if total >= 0.0 else math.nan

        return run


def compile_spread(matrix: PCovMatrix, design: Design, category: str | None) -> Spread:
    """Compile a PCovMatrix; either half of it is enough. `category`: whose PPMatrix counts.

    Raises MarkupError for a Parameter that is not there, or two values for one covariance.
    """
    covariances: dict[tuple[str, str], float] = {}
    names: dict[str, int] = {}
    for cell in matrix.cells:
        for name in (cell.p_row, cell.p_col):
            design.check_parameter(name, cell)
            names.setdefault(name, len(names))
        first, second = sorted((cell.p_row, cell.p_col), key=names.__getitem__)
        if covariances.setdefault((first, second), cell.value) != cell.value:
            text = f"two values for the covariance of {cell.p_row!r} and {cell.p_col!r}"
            raise wrong(cell, text, code=mistakes.DUPLICATE_ENTRY)
    pairs = [
        (names[first], names[second], value if first == second else 2.0 * value)
        for (first, second), value in covariances.items()
        if value != 0
    ]
    return Spread(tuple(design.parts(name, category, matrix) for name in names), tuple(pairs))


class IntervalEnd(Feature):
    """One end of the confidence interval of the mean."""

    def __init__(self, factor: float, link: Link, *, is_upper: bool) -> None:
        self._factor = factor
        self._link = link
        self._is_upper = is_upper

    @classmethod
    def of(cls, element: OutputField, link: Link, degrees: float | None) -> IntervalEnd:
        """Compile an OutputField: its `value` is the level in percent, 95 where it has none.

        The factor of the standard error is Student's t at `degrees` of freedom, the normal
        quantile where the model does not tell them.
        """
        factor = two_sided_quantile(confidence_level(element) / 100.0, degrees)
        return cls(factor, link, is_upper=element.feature == "confidenceIntervalUpper")

    def columns(self, prediction: Prediction) -> Column:
        error = prediction.details.get(STANDARD_ERROR)
        if error is None:
            return Column.missing(DOUBLE, len(prediction.value))
        center = prediction.details[LINEAR_PREDICTOR]
        inputs = [error, center]
        with np.errstate(all="ignore"):
            middle = center.values.astype(np.float64, copy=False)
            width = self._factor * error.values
            one, other = self._link.columns(middle - width), self._link.columns(middle + width)
            trials = prediction.details.get(TRIALS)
            if trials is not None:
                inputs.append(trials)
                one, other = one * trials.values, other * trials.values
        values = np.maximum(one, other) if self._is_upper else np.minimum(one, other)
        state, errors = combined_state(*inputs)
        return Column(values, DOUBLE, state, errors=errors)

    def row_function(self) -> RowFeature:
        factor, link, is_upper = self._factor, self._link.row, self._is_upper

        def run(prediction: RowPrediction) -> Any:
            error = prediction.details.get(STANDARD_ERROR)
            if error is None:
                return None
            center = prediction.details[LINEAR_PREDICTOR]
            one, other = link(center - factor * error), link(center + factor * error)
            trials = prediction.details.get(TRIALS)
            if trials is not None:
                one, other = one * trials, other * trials
            if one != one or other != other:
                return math.nan
            return max(one, other) if is_upper else min(one, other)

        return run


Variance = Callable[[Any, Any], Any]


def variance_function(model: GeneralRegressionModel) -> Variance | None:
    """Return the variance of the target by its mean and the number of trials (1 without any).

    None where the distribution has a scale that the document does not hold.
    """
    if model.distribution == "poisson":
        return lambda mean, trials: mean
    if model.distribution == "binomial":
        return lambda mean, trials: mean * (1.0 - mean / trials)
    if model.distribution == "negbin" and model.dist_parameter is not None:
        spread = model.dist_parameter
        return lambda mean, trials: mean * (1.0 + spread * mean)
    return None


class StandardDeviation(Feature):
    """standardDeviation of the target around its mean."""

    def __init__(self, variance: Variance) -> None:
        self._variance = variance

    def columns(self, prediction: Prediction) -> Column:
        mean = prediction.details.get(MEAN)
        if mean is None:
            return Column.missing(DOUBLE, len(prediction.value))
        trials = prediction.details.get(TRIALS)
        numbers = mean.values.astype(np.float64, copy=False)
        with np.errstate(all="ignore"):
            values = np.sqrt(self._variance(numbers, 1.0 if trials is None else trials.values))
        return Column(values, DOUBLE, mean.state, errors=mean.errors)

    def row_function(self) -> RowFeature:
        variance_of = self._variance

        def run(prediction: RowPrediction) -> float | None:
            mean = prediction.details.get(MEAN)
            if mean is None:
                return None
            trials = prediction.details.get(TRIALS, 1.0)
            with np.errstate(all="ignore"):
                return float(np.sqrt(variance_of(np.float64(mean), trials)))

        return run
