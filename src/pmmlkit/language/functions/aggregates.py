"""Group B: ``min max sum product avg median`` over the arguments (semantics 5.3).

Missing arguments are ignored.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pmmlkit.columns.column import ERROR, MISSING, VALID, Column
from pmmlkit.columns.conversion import single
from pmmlkit.columns.types import DOUBLE, DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language.functions.function import (
    NOT_A_NUMBER,
    Call,
    Function,
    FunctionStep,
    InvalidResult,
    Treatment,
)
from pmmlkit.language.functions.numeric import OVERFLOW, Array, common, within
from pmmlkit.language.step import Batch, RowFunction, Step, Values

__all__ = ["FUNCTIONS"]

Parts = list[tuple[Array, "Array | None"]]
"""The values of each argument with the mask of the rows where it is there (None: all)."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One aggregate.

    `scalar` takes the list of the numbers that are there, at least one. `array` takes the
    arguments and returns the result; rows without any number may hold anything. For integers,
    `array` may leave rows to `scalar`: those where `estimate` (the same in float64) comes near 64
    bit.
    """

    scalar: Callable[[Sequence[Any]], Any]
    array: Callable[[Parts], Array]
    averages: bool = False
    can_overflow: bool = False


class AggregateStep(FunctionStep):
    """An aggregate of the arguments that are not missing; missing if none is there."""

    __slots__ = ("aggregate", "arguments", "treatment")

    def __init__(
        self,
        aggregate: Aggregate,
        arguments: tuple[Step, ...],
        type: DataType,
        treatment: Treatment,
    ) -> None:
        whole = type.kind == "integer"
        fails = aggregate.can_overflow if whole else treatment.may_fail
        super().__init__(type, may_fail=fails or any(step.may_fail for step in arguments))
        self.aggregate = aggregate
        self.arguments = arguments
        self.treatment = treatment

    def columns(self, batch: Batch) -> Column:
        """Fold over the columns of the arguments."""
        columns = [step.columns(batch) for step in self.arguments]
        failed = np.zeros(batch.size, np.bool_)
        errors: dict[int, EvaluationError] = {}
        nothing = np.ones(batch.size, np.bool_)
        parts: Parts = []
        carrier = np.dtype(np.int64 if self.type.kind == "integer" else np.float64)
        for column in columns:
            here = None
            if column.state is None:
                nothing[:] = False
            else:
                here = column.is_usable
                nothing &= ~here
                failed |= column.state == ERROR
                for row, error in column.errors.items():
                    errors.setdefault(row, error)
            parts.append((column.values.astype(carrier, copy=False), here))
        state = np.full(batch.size, VALID, np.uint8)
        state[nothing] = MISSING
        state[failed] = ERROR
        with np.errstate(all="ignore"):
            values, lost = self._fold(parts)
            values = values.astype(self.type.dtype, copy=False)
        return self.treatment.column(values, self.type, state, errors, lost={OVERFLOW: lost})

    def _fold(self, parts: Parts) -> tuple[Array, Array]:
        values = self.aggregate.array(parts)
        lost = np.zeros(len(values), np.bool_)
        if self.type.kind != "integer" or not self.aggregate.can_overflow:
            return values, lost
        # The sum of absolute values bounds what any part of the sum can be.
        estimate = self.aggregate.array(
            [(np.abs(item.astype(np.float64)), here) for item, here in parts]
        )
        doubtful = np.flatnonzero(~(estimate < 2.0**62))
        if len(doubtful):
            values = values.copy()
        for row in doubtful.tolist():
            there = [int(item[row]) for item, here in parts if here is None or here[row]]
            try:
                values[row] = within(self.aggregate.scalar(there)) if there else 0
            except InvalidResult:
                lost[row] = True
        return values, lost

    def row_function(self) -> RowFunction:
        """Aggregate the numbers of one row."""
        reads = [step.row_function() for step in self.arguments]
        scalar, settle = self.aggregate.scalar, self.treatment.row()
        kind = self.type.kind
        mixes = kind != "integer" and any(step.type.kind == "integer" for step in self.arguments)

        def run(values: Values) -> Any:
            numbers = [number for read in reads if (number := read(values)) is not None]
            if not numbers:
                return None
            if mixes:
                # Integers widen before anything is added, as in columns.
                numbers = list(map(float, numbers))
            result = scalar(numbers)
            if kind == "integer":
                if -(2**63) <= result < 2**63:
                    return int(result)
                return settle(OVERFLOW, None)
            result = single(result) if kind == "float" else float(result)
            if result != result:
                return settle(NOT_A_NUMBER, result)
            return result

        return run


def _fold(operation: Callable[[Array, Array], Array], start: float) -> Callable[[Parts], Array]:
    def run(parts: Parts) -> Array:
        total: Array = np.full(len(parts[0][0]), start, parts[0][0].dtype)
        for values, here in parts:
            step = operation(total, values)
            total = step if here is None else np.where(here, step, total)
        return total

    return run


# Not `sum`: from Python 3.12 on it compensates, and the specification's engines add one by one.
def _sum(numbers: Sequence[Any]) -> Any:
    total = numbers[0]
    for number in numbers[1:]:
        total = total + number
    return total


def _product(numbers: Sequence[Any]) -> Any:
    total = numbers[0]
    for number in numbers[1:]:
        total = total * number
    return total


def _extreme(is_better: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    """Return scalar and array: the first of equal numbers counts, NaN wins."""

    def scalar(numbers: Sequence[Any]) -> Any:
        best = numbers[0]
        for number in numbers[1:]:
            if is_better(number, best) or number != number:
                best = number
        return best

    def array(parts: Parts) -> Array:
        best, known = parts[0]
        known = np.ones(len(best), np.bool_) if known is None else known
        for values, here in parts[1:]:
            take = is_better(values, best) | (values != values) | ~known
            if here is not None:
                take &= here
                known = known | here
            else:
                known = np.ones(len(best), np.bool_)
            best = np.where(take, values, best)
        return best

    return scalar, array


def _average(numbers: Sequence[Any]) -> float:
    total = 0.0
    for number in numbers:
        total += number
    return total / len(numbers)


def _counts(parts: Parts) -> Array:
    counts = np.zeros(len(parts[0][0]), np.int64)
    for _, here in parts:
        counts += 1 if here is None else here
    return counts


def _averages(parts: Parts) -> Array:
    return _fold(np.add, 0.0)(parts) / _counts(parts)


def _median(numbers: Sequence[Any]) -> float:
    if any(number != number for number in numbers):
        return math.nan
    ordered = sorted(float(number) for number in numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def _medians(parts: Parts) -> Array:
    counts = _counts(parts)
    table = np.empty((len(parts), len(counts)))
    invalid = np.zeros(len(counts), np.bool_)
    for place, (values, here) in enumerate(parts):
        there = np.ones(len(counts), np.bool_) if here is None else here
        invalid |= np.isnan(values) & there
        table[place] = np.where(there, values, np.nan)
    table.sort(axis=0, kind="stable")
    rows = np.arange(len(counts))
    high = table[np.minimum(counts // 2, len(parts) - 1), rows]
    low = table[np.maximum(counts // 2 - 1, 0), rows]
    result: Array = np.where(counts % 2 == 1, high, (low + high) / 2)
    result[invalid] = np.nan
    return result


def _entry(name: str, aggregate: Aggregate) -> Function:
    def build(call: Call) -> Step:
        type = common(call.number_types())
        if aggregate.averages and type.kind == "integer":
            type = DOUBLE
        return AggregateStep(aggregate, call.arguments, type, call.treatment)

    return Function(name, 1, None, build)


FUNCTIONS: Final[tuple[Function, ...]] = (
    _entry("min", Aggregate(*_extreme(lambda a, b: a < b))),
    _entry("max", Aggregate(*_extreme(lambda a, b: a > b))),
    _entry("sum", Aggregate(_sum, _fold(np.add, 0), can_overflow=True)),
    _entry("product", Aggregate(_product, _fold(np.multiply, 1), can_overflow=True)),
    _entry("avg", Aggregate(_average, _averages, averages=True)),
    # JPMML does not have it; PMML4S does.
    _entry("median", Aggregate(_median, _medians, averages=True)),
)
