"""GaussianProcessModel over columns and over one row. Semantics chapter 24.

Mean ``k' (K + s I)^-1 y``, variance ``k(x, x) - k' (K + s I)^-1 k + s``, where s is noiseVariance
and k are the covariances of the row with the instances. Sums over instances are made in their order
in both modes. The mean of many rows may be left to BLAS, which is right within 1e-12 of the terms;
the variance may not: it is a small difference, of which the root is taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column, combined_state
from pmmlkit.columns.kernels.ordered_sums import EXPONENT_ERROR, OrderedSums, Way
from pmmlkit.columns.types import DOUBLE
from pmmlkit.errors import LimitError
from pmmlkit.language import mistakes
from pmmlkit.language.cast import cast_step
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.confidence import (
    INTERVAL_FEATURES,
    SPREAD_FEATURES,
    bound_quantile,
)
from pmmlkit.language.models.gaussian_process.kernel import Covariance, compile_kernel
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.result_features import Feature, RowFeature, masked
from pmmlkit.language.step import Batch, Step, Values
from pmmlkit.xml.lexical import parse_number

if TYPE_CHECKING:
    from pmmlkit.language.models.gaussian_process.declaration import GaussianProcessModel
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.output import OutputField
    from pmmlkit.language.scope import Scope
    from pmmlkit.language.training_instances import InstanceField, TrainingInstances

__all__ = ["GaussianProcessPredictor", "compile_gaussian_process"]

Doubles = npt.NDArray[np.float64]

_RAW_DERIVED: Final = "PMML440"
_CELLS_AT_ONCE: Final = 2_000_000
_CELLS_IN_CACHE: Final = 131_072


def compile_gaussian_process(
    model: GaussianProcessModel, scope: Scope, target: TargetField | None
) -> GaussianProcessPredictor:
    """Compile a GaussianProcessModel: one Cholesky decomposition.

    Raises MarkupError where instances, kernel and fields do not fit together, LimitError where
    there are too many instances, UnsupportedError for other functions than regression.
    """
    if model.function_name != "regression":
        raise unsupported(
            model,
            "the specification has a rule for Gaussian process regression only, not for "
            f"{model.function_name}",
            code=mistakes.FUNCTION_NAME,
        )
    if target is None or target.name is None:
        raise wrong(
            model,
            "a Gaussian process needs a target field, whose values are in the training instances",
            code=mistakes.NO_TARGET,
        )
    instances = model.training_instances
    features, inputs, outputs = _instances(instances, scope, target.name)
    limits = scope.compilation.limits
    size = len(outputs)
    if size * size > limits.matrix_cells:
        raise LimitError(
            f"the covariances of {size} instances are beyond Limits.matrix_cells = "
            f"{limits.matrix_cells}",
            element=instances.tag,
            line=instances.line,
        )
    covariance = compile_kernel(model.kernel, len(features), limits)
    scaled = inputs / covariance.scales
    matrix = covariance.between([column[:, np.newaxis] for column in scaled.T], list(scaled.T))
    matrix[np.diag_indices(size)] += covariance.noise
    try:
        lower = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError as error:
        raise wrong(
            model.kernel,
            "the covariance matrix of the instances is not positive definite; noiseVariance "
            "is too small for instances that are alike",
            code=mistakes.COVARIANCES,
        ) from error
    weights = np.linalg.solve(lower.T, np.linalg.solve(lower, outputs))
    treatment = None if model.targets is None else model.targets.target(target.name)
    scale = (1.0, 0.0)
    if treatment is not None:
        scale = (treatment.rescale_factor, treatment.rescale_constant)
    return GaussianProcessPredictor(features, covariance, scaled, weights, lower, scale)


def _instances(
    instances: TrainingInstances, scope: Scope, target: str
) -> tuple[list[Step], Doubles, Doubles]:
    """Return the steps of the features, their values (n, d) and those of the target (n,)."""
    if instances.inline_table is None:
        raise unsupported(
            instances,
            "tables outside of the document are never read; use an InlineTable",
            code=mistakes.NOT_EVALUATED,
        )
    steps: list[Step] = []
    columns: list[Doubles] = []
    outputs: Doubles | None = None
    named: set[str] = set()
    for item in instances.instance_fields.instance_fields:
        if item.field in named:
            raise wrong(item, f"field {item.field!r} is named twice", code=mistakes.DUPLICATE_NAME)
        named.add(item.field)
        if item.field == target:
            outputs = _column(instances, item)
            continue
        step: Step = scope.read(item.field, item)
        if not step.type.is_number:
            raise wrong(
                item,
                f"{item.field!r} is a {step.type.name}; a kernel needs numbers",
                code=mistakes.FIELD_TYPE,
            )
        if not instances.is_transformed and item.field in scope.definitions:
            text = f"{item.field!r} is derived: the table is taken to hold its derived values"
            scope.compilation.warn(_RAW_DERIVED, text, item)
        steps.append(cast_step(step, DOUBLE))
        columns.append(_column(instances, item))
    if outputs is None:
        raise wrong(
            instances, f"no InstanceField is the target {target!r}", code=mistakes.WRONG_TARGET
        )
    if not steps or not len(outputs):
        raise wrong(
            instances, "a Gaussian process needs features and instances", code=mistakes.EMPTY_MODEL
        )
    return steps, np.column_stack(columns), outputs


def _column(instances: TrainingInstances, item: InstanceField) -> Doubles:
    assert instances.inline_table is not None
    rows = instances.inline_table.rows
    name = item.column or item.field
    cells = rows.column(name)
    if cells is None:
        raise wrong(
            item,
            f"the table has no column {name!r}; its columns are {', '.join(rows.names)}",
            code=mistakes.MISSING_COLUMN,
        )
    values = np.empty(len(cells))
    for row, cell in enumerate(cells):
        try:
            values[row] = math.nan if cell is None else parse_number(cell)
        except ValueError as error:
            raise wrong(
                item, f"row {row + 1} of the table: {error}", code=mistakes.TABLE_CELL
            ) from error
    if not np.isfinite(values).all():
        row = int(np.flatnonzero(~np.isfinite(values))[0]) + 1
        raise wrong(
            item,
            f"row {row} of the table has no number for {item.field!r}",
            code=mistakes.TABLE_CELL,
        )
    return values


class GaussianProcessPredictor(Predictor):
    """The instances with their weights.

    The variance costs far more than the mean: it is computed where an OutputField asks for it.
    """

    type = DOUBLE

    def __init__(
        self,
        features: Sequence[Step],
        covariance: Covariance,
        scaled: Doubles,
        weights: Doubles,
        lower: Doubles,
        scale: tuple[float, float],
    ) -> None:
        self._features = tuple(features)
        self._covariance = covariance
        self._scaled = scaled
        self._weights = weights
        self._lower = lower
        self._scale = scale
        self._solve: OrderedSums | None = None
        self._distances: OrderedSums | None = None
        if covariance.is_squared:
            tolerance = EXPONENT_ERROR / abs(covariance.factor)
            self._distances = OrderedSums(scaled.T, squares=True, tolerance=tolerance)
        self._mean = OrderedSums(weights[:, np.newaxis], tolerance=math.inf)

    def feature(self, element: OutputField) -> Feature | None:
        """Return the deviation or a bound of the interval."""
        if element.feature not in (*SPREAD_FEATURES, *INTERVAL_FEATURES):
            return None
        if self._solve is None:
            inverse = np.tril(np.linalg.solve(self._lower, np.eye(len(self._lower))))
            self._solve = OrderedSums(inverse.T)
        if element.feature in SPREAD_FEATURES:
            return _Bound(None, self._scale)
        return _Bound(bound_quantile(element), self._scale)

    def columns(self, batch: Batch) -> Prediction:
        """Predict for all rows, as many at once as memory allows."""
        columns = [step.columns(batch) for step in self._features]
        state, errors = combined_state(*columns)
        means, deviations = np.empty(batch.size), np.empty(batch.size)
        way = self._way(batch.size)
        cells = _CELLS_AT_ONCE if self._distances is None else _CELLS_IN_CACHE
        size = max(1, cells // len(self._weights))
        with np.errstate(all="ignore"):
            for start in range(0, batch.size, size):
                part = slice(start, start + size)
                scaled = [
                    column.values[part] / scale
                    for column, scale in zip(columns, self._covariance.scales, strict=True)
                ]
                means[part], deviations[part] = self._predict(scaled, len(scaled[0]), way)
        prediction = Prediction(Column(means, DOUBLE, state, errors=errors))
        if self._solve is not None:
            prediction.details = {_MEAN: means, _DEVIATION: deviations}
        return prediction

    def _way(self, rows: int) -> Way:
        """Return how the squared distances of so many rows, and their means, are summed."""
        if self._distances is None:
            return "ordered"
        found = self._distances.way(rows)
        return "ordered" if self._solve is not None and found == "matrix" else found

    def _predict(self, scaled: list[Doubles], rows: int, way: Way) -> tuple[Doubles, Doubles]:
        """Return mean and deviation of some rows, whose scaled features are given."""
        solve, distances = self._solve, self._distances
        positions = np.arange(len(self._weights))
        if distances is None:
            means, kept = self._by_instance(scaled, rows)
        else:
            kept, total = np.empty((len(positions), rows)), np.empty((1, rows))
            distances.columns(np.array(scaled), np.arange(len(scaled)), kept, way=way)
            self._covariance.of_totals(kept)
            self._mean.columns(kept, positions, total, way=way)
            means = total[0]
        if solve is None:
            return means, means
        solved = np.empty_like(kept)
        compiled = solve.fast_pays(rows)
        solve.columns(kept, positions, solved, way="compiled" if compiled else "ordered")
        explained = np.zeros(rows)
        for row in solved:
            explained += row * row
        whole = self._covariance.gamma + self._covariance.noise
        # Rounding can take the variance below zero where there is hardly any noise.
        return means, np.sqrt(np.maximum(whole - explained, 0.0))

    def _by_instance(self, scaled: list[Doubles], rows: int) -> tuple[Doubles, Doubles]:
        """Return the means, and the covariances where the deviation needs them."""
        means = np.zeros(rows)
        kept = np.empty((0 if self._solve is None else len(self._weights), rows))
        for at, weight in enumerate(self._weights):
            covariances = self._covariance.between(scaled, list(self._scaled[at]))
            means += weight * covariances
            if len(kept):
                kept[at] = covariances
        return means, kept

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that predicts one row."""
        functions = [step.row_function() for step in self._features]
        scales = self._covariance.scales.tolist()
        between, weights = self._covariance.between, self._weights
        points = [np.ascontiguousarray(column) for column in self._scaled.T]
        deviation_of = None if self._solve is None else self._row_deviation(self._solve)

        def predict(values: Values) -> RowPrediction:
            scaled = []
            for function, scale in zip(functions, scales, strict=True):
                value = function(values)
                if value is None:
                    return RowPrediction(None)
                scaled.append(value / scale)
            with np.errstate(all="ignore"):
                covariances = between(scaled, points)
                mean = float((weights * covariances).cumsum()[-1])
                if deviation_of is None:
                    return RowPrediction(mean)
                details = {_MEAN: mean, _DEVIATION: deviation_of(covariances)}
            return RowPrediction(mean, details=details)

        return predict

    def _row_deviation(self, solve: OrderedSums) -> Callable[[Doubles], float]:
        solved_of = solve.row_function()
        whole = self._covariance.gamma + self._covariance.noise

        def deviation(covariances: Doubles) -> float:
            explained = 0.0
            for item in solved_of(covariances.tolist()):
                explained += item * item
            variance = whole - explained
            return variance if variance != variance else math.sqrt(max(variance, 0.0))

        return deviation


_MEAN: Final = "gaussian_process.mean"
_DEVIATION: Final = "gaussian_process.deviation"


class _Bound(Feature):
    """The deviation, or the mean and some deviations, in the units that Targets give."""

    type = DOUBLE

    def __init__(self, quantile: float | None, scale: tuple[float, float]) -> None:
        self._quantile = quantile
        self._factor, self._constant = scale

    def columns(self, prediction: Prediction) -> Column:
        details = prediction.details
        if _MEAN not in details:
            return masked(Column.missing(DOUBLE, len(prediction.value)), prediction.value)
        with np.errstate(all="ignore"):
            values = self._of(details[_MEAN], details[_DEVIATION])
        return masked(Column(values, DOUBLE), prediction.value)

    def row_function(self) -> RowFeature:
        def run(prediction: RowPrediction) -> float | None:
            details = prediction.details
            if prediction.value is None or _MEAN not in details:
                return None
            return float(self._of(details[_MEAN], details[_DEVIATION]))

        return run

    def _of(self, mean: Any, deviation: Any) -> Any:
        spread = abs(self._factor) * deviation
        if self._quantile is None:
            return spread
        return self._factor * mean + self._constant + self._quantile * spread
