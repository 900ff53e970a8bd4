"""Functions of numbers that are missing where an argument is missing: one kernel, two modes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column, combined_state
from pmmlkit.columns.conversion import single
from pmmlkit.columns.types import DOUBLE, FLOAT, INTEGER, DataType, common_number
from pmmlkit.language.functions.function import (
    NOT_A_NUMBER,
    Call,
    Function,
    FunctionStep,
    InvalidResult,
    Masks,
    Treatment,
)
from pmmlkit.language.step import Batch, Constant, Read, RowFunction, Step, Values

__all__ = [
    "OVERFLOW",
    "Array",
    "Kernel",
    "NumberStep",
    "Raw",
    "choosing",
    "common",
    "exactly",
    "number_step",
    "real",
    "within",
]

OVERFLOW: Final = "integer overflow"
_LEAST, _MOST = -(2**63), 2**63 - 1
_SAFE: Final = float(2**62)

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Raw:
    """What an array function returns when not every row has a value: see `Treatment.column`."""

    values: Array
    lost: Masks = field(default_factory=dict)
    refused: Masks = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kernel:
    """One way to compute a function.

    `array` takes float64 arrays (int64 with `widens` False), possibly 0-dimensional, whose rows
    may hold anything where an argument is missing; it runs with floating point warnings off.
    `scalar` takes Python numbers, none of them None; it raises `InvalidResult`, or
    `EvaluationError` where no treatment helps. `result` float is rounded here; a NaN is noticed
    here. `may_fail`: other rows than those whose result is NaN can fail.
    """

    result: DataType
    array: Callable[..., Array | Raw]
    scalar: Callable[..., Any]
    widens: bool = True
    may_fail: bool = False


class NumberStep(FunctionStep):
    """A kernel applied to arguments."""

    __slots__ = ("arguments", "kernel", "treatment")

    def __init__(self, kernel: Kernel, arguments: tuple[Step, ...], treatment: Treatment) -> None:
        fails = kernel.may_fail or (kernel.result.kind != "integer" and treatment.may_fail)
        super().__init__(kernel.result, may_fail=fails or any(step.may_fail for step in arguments))
        self.kernel = kernel
        self.arguments = arguments
        self.treatment = treatment

    def columns(self, batch: Batch) -> Column:
        """Apply the array function to all rows."""
        columns: list[Column] = []
        arrays: list[Array] = []
        for step in self.arguments:
            if isinstance(step, Constant) and step.value is not None:
                array = np.asarray(step.value, step.type.dtype)
            else:
                columns.append(step.columns(batch))
                array = columns[-1].values
            arrays.append(array.astype(np.float64, copy=False) if self.kernel.widens else array)
        state, errors = combined_state(*columns)
        with np.errstate(all="ignore"):
            result = self.kernel.array(*arrays)
            raw = result if isinstance(result, Raw) else Raw(result)
            values = raw.values.astype(self.type.dtype, copy=False)
        if values.shape != (batch.size,):
            values = np.broadcast_to(values, (batch.size,))
        return self.treatment.column(
            values, self.type, state, errors, lost=raw.lost, refused=raw.refused
        )

    def row_function(self) -> RowFunction:
        """Return a closure that fits the shape of the arguments."""
        scalar = _rounded(self.kernel)
        settle = self.treatment.row()
        if len(self.arguments) == 1:
            return _one(scalar, self.arguments[0].row_function(), settle)
        if len(self.arguments) == 2:
            return _two(scalar, *self.arguments, settle)
        return _many(scalar, [step.row_function() for step in self.arguments], settle)


def _rounded(kernel: Kernel) -> Callable[..., Any]:
    scalar = kernel.scalar
    if kernel.result.kind == "float":
        return lambda *arguments: single(scalar(*arguments))
    return scalar


Settle = Callable[[str, "float | None"], Any]


def _one(scalar: Callable[[Any], Any], read: RowFunction, settle: Settle) -> RowFunction:
    def run(values: Values) -> Any:
        argument = read(values)
        if argument is None:
            return None
        try:
            result = scalar(argument)
        except InvalidResult as reason:
            return settle(str(reason), None)
        if result != result:
            return settle(NOT_A_NUMBER, result)
        return result

    return run


def _two(scalar: Callable[[Any, Any], Any], left: Step, right: Step, settle: Settle) -> RowFunction:
    if isinstance(right, Constant) and right.value is not None:
        return _with_constant(scalar, left, right.value, settle)
    if isinstance(left, Constant) and left.value is not None:
        return _with_constant(lambda b, a: scalar(a, b), right, left.value, settle)
    read_left, read_right = left.row_function(), right.row_function()

    def run(values: Values) -> Any:
        a = read_left(values)
        b = read_right(values)
        if a is None or b is None:
            return None
        try:
            result = scalar(a, b)
        except InvalidResult as reason:
            return settle(str(reason), None)
        if result != result:
            return settle(NOT_A_NUMBER, result)
        return result

    return run


def _with_constant(
    scalar: Callable[[Any, Any], Any], left: Step, constant: Any, settle: Settle
) -> RowFunction:
    if isinstance(left, Read) and not left.field.may_fail:
        slot = left.field.slot

        def run_slot(values: Values) -> Any:
            a = values[slot]
            if a is None:
                return None
            try:
                result = scalar(a, constant)
            except InvalidResult as reason:
                return settle(str(reason), None)
            if result != result:
                return settle(NOT_A_NUMBER, result)
            return result

        return run_slot
    return _one(lambda a: scalar(a, constant), left.row_function(), settle)


def _many(scalar: Callable[..., Any], reads: list[RowFunction], settle: Settle) -> RowFunction:
    def run(values: Values) -> Any:
        arguments = [read(values) for read in reads]
        if None in arguments:
            return None
        try:
            result = scalar(*arguments)
        except InvalidResult as reason:
            return settle(str(reason), None)
        if result != result:
            return settle(NOT_A_NUMBER, result)
        return result

    return run


def number_step(call: Call, kernel: Kernel) -> Step:
    """Apply a kernel to the arguments of a call."""
    return NumberStep(kernel, call.arguments, call.treatment)


def common(types: tuple[DataType, ...]) -> DataType:
    """Return the common type of numbers; double where nothing is known of any."""
    return common_number(*types) if types else DOUBLE


def real(
    name: str, arity: int, array: Callable[..., Array], scalar: Callable[..., float]
) -> Function:
    """Make the entry of a function from doubles to a double that treats all numbers alike."""
    kernel = Kernel(DOUBLE, array, scalar)

    def build(call: Call) -> Step:
        call.number_types()
        return number_step(call, kernel)

    return Function(name, arity, arity, build)


def within(value: int) -> int:
    """Return an integer that fits 64 bit; `InvalidResult` otherwise."""
    if _LEAST <= value <= _MOST:
        return value
    raise InvalidResult(OVERFLOW)


def exactly(array: Callable[..., Array], scalar: Callable[..., int]) -> Kernel:
    """Make a kernel of integers that never wraps.

    `array` computes in whatever type it is given: once in float64, to see which rows may leave 64
    bit, and once in int64. The few rows in doubt are computed by `scalar`, in Python's unbounded
    integers.
    """

    def run(*arguments: Array) -> Raw:
        arguments = tuple(np.broadcast_arrays(*arguments))
        values = np.atleast_1d(array(*arguments))
        estimate = np.atleast_1d(array(*(item.astype(np.float64) for item in arguments)))
        doubtful = np.flatnonzero(~(np.abs(estimate) < _SAFE))
        lost = np.zeros(values.shape, np.bool_)
        if len(doubtful):
            values = values.copy()
            items = [np.atleast_1d(item) for item in arguments]
            for row in doubtful.tolist():
                try:
                    values[row] = within(scalar(*(int(item[row]) for item in items)))
                except InvalidResult:
                    lost[row] = True
        return Raw(values, {OVERFLOW: lost})

    def checked(*arguments: int) -> int:
        return within(scalar(*arguments))

    return Kernel(INTEGER, run, checked, widens=False, may_fail=True)


def choosing(name: str, arity: int, kernels: Mapping[str, Kernel]) -> Function:
    """Make the entry of a function whose result has the common type of its arguments.

    `kernels`: ``"integer"`` for integers alone, ``"double"`` for the rest; float results are
    rounded doubles.
    """
    reals = kernels["double"]
    by_kind = {
        "integer": kernels.get("integer", reals),
        "double": reals,
        "float": Kernel(FLOAT, reals.array, reals.scalar, True, reals.may_fail),
    }

    def build(call: Call) -> Step:
        return number_step(call, by_kind[common(call.number_types()).kind])

    return Function(name, arity, arity, build)
