"""What a built-in function is, what it gets when it is compiled, and what becomes of its invalid
results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, INVALID, MISSING, Column, State
from pmmlkit.columns.conversion import cast_value, parse_text
from pmmlkit.columns.types import DOUBLE, DataType
from pmmlkit.columns.values import invalid as flagged
from pmmlkit.errors import EvaluationError, MarkupError, UnsupportedError
from pmmlkit.language import mistakes
from pmmlkit.language.cast import cast_step
from pmmlkit.language.step import Constant, Raise, Step
from pmmlkit.limits import Limits

__all__ = [
    "NOT_A_NUMBER",
    "Call",
    "Function",
    "FunctionStep",
    "InvalidResult",
    "Masks",
    "Treatment",
    "has_no_type",
    "is_nothing",
]

NOT_A_NUMBER = "the result is not a number"

Masks = Mapping[str, npt.NDArray[np.bool_]]
"""Rows by what is wrong with them."""


class InvalidResult(Exception):
    """The result of a row is invalid and there is no value to keep.

    Never crosses the border of a step.
    """


@dataclass(frozen=True, slots=True)
class Function:
    """One built-in function.

    `least` and `most` bound the number of arguments (`most` None: any number); `build` compiles a
    call whose number of arguments has been checked. `maps_missing`: the function obeys
    `Call.missing_literal` itself.
    """

    name: str
    least: int
    most: int | None
    build: Callable[[Call], Step]
    maps_missing: bool = False

    def compile(self, call: Call) -> Step:
        """Compile a call.

        Raises MarkupError where the number or the types of the arguments are wrong.
        """
        count = len(call.arguments)
        if count < self.least or (self.most is not None and count > self.most):
            raise call.error(
                f"takes {self.arity} arguments, but has {count}", code=mistakes.ARGUMENT_COUNT
            )
        step = self.build(call)
        if isinstance(step, FunctionStep):
            step.call = call
        return step

    @property
    def arity(self) -> str:
        """How many arguments it takes, in words."""
        if self.most is None:
            return f"{self.least} or more"
        if self.most == self.least:
            return str(self.least)
        return f"{self.least} to {self.most}"


@dataclass(frozen=True, slots=True)
class Call:
    """One use of a function: its arguments as steps, and what the Apply element says."""

    name: str
    arguments: tuple[Step, ...]
    treatment: Treatment
    limits: Limits
    line: int = 0
    missing_literal: str | None = None

    def error(self, message: str, *, code: str) -> MarkupError:
        """Make the error of a call that can never work."""
        return MarkupError(
            f"function {self.name!r}: {message}", element="Apply", line=self.line, code=code
        )

    def unsupported(self, message: str) -> UnsupportedError:
        """Make the error of a call that pmmlkit does not do."""
        return UnsupportedError(
            f"function {self.name!r}: {message}",
            element="Apply",
            line=self.line,
            code=mistakes.PATTERN,
        )

    def types(self) -> tuple[DataType, ...]:
        """Return the types of the arguments."""
        return tuple(step.type for step in self.arguments)

    def number_types(self) -> tuple[DataType, ...]:
        """Return the types of arguments that must be numbers.

        A constant without a value fits anywhere.
        """
        types = []
        for place, step in enumerate(self.arguments, 1):
            if step.type.is_number:
                types.append(step.type)
            elif not has_no_type(step):
                raise self.error(
                    f"argument {place} must be a number, but is a {step.type.name};"
                    " cast it with a DerivedField",
                    code=mistakes.ARGUMENT_TYPE,
                )
        return tuple(types)

    def cast(self, place: int, type: DataType) -> Step:
        """Return an argument as a step of another type; a constant is converted here and now."""
        return self.cast_step(self.arguments[place], type)

    def cast_step(self, step: Step, type: DataType) -> Step:
        """Return a step as one of another type; a constant is converted here and now."""
        if isinstance(step, Constant):
            try:
                return Constant(cast_value(step.value, step.type, type), type)
            except EvaluationError as error:
                raise self.error(error.message, code=mistakes.NOT_OF_TYPE) from error
        return cast_step(step, type)

    def literal(self, text: str, type: DataType) -> tuple[DataType, Any]:
        """Read mapMissingTo or defaultValue as a value of the result's type.

        A fraction widens an integer result.
        """
        for candidate in (type, DOUBLE) if type.kind == "integer" else (type,):
            try:
                return candidate, parse_text(text, candidate)
            except ValueError:
                continue
        raise self.error(
            f"{text!r:.80} is not a value of the result's type {type.name}",
            code=mistakes.NOT_OF_TYPE,
        )


class FunctionStep(Step):
    """A step that a function made.

    It pickles as its call, because the functions in it do not pickle.
    """

    __slots__ = ("call",)

    call: Call

    def __reduce__(self) -> tuple[Any, ...]:
        return (_made_again, (self.call,))


def _made_again(call: Call) -> Step:
    from pmmlkit.language.functions.registry import built_in

    function = built_in(call.name)
    assert function is not None
    return function.compile(call)


def is_nothing(step: Step) -> bool:
    """Tell whether a step is the constant "missing", which has no type of its own."""
    return isinstance(step, Constant) and step.value is None


def has_no_type(step: Step) -> bool:
    """Tell whether a step fits wherever a value is wanted: "missing", an error."""
    return is_nothing(step) or isinstance(step, Raise)


@dataclass(frozen=True, slots=True)
class Treatment:
    """The invalidValueTreatment of one Apply: returnInvalid, asIs or asMissing."""

    method: str
    function: str

    def message(self, reason: str) -> str:
        """Say what went wrong."""
        return f"function {self.function!r}: {reason}"

    @property
    def may_fail(self) -> bool:
        """Tell whether a result that is not a number fails the row."""
        return self.method == "returnInvalid"

    def row(self) -> Callable[[str, float | None], Any]:
        """Return what makes a row value of an invalid result: of the reason and the value left."""
        if self.method == "asMissing":
            return lambda reason, value: None
        keeps = self.method == "asIs"

        def settle(reason: str, value: float | None) -> Any:
            if keeps and value is not None:
                return flagged(value)
            raise EvaluationError(self.message(reason))

        return settle

    def column(
        self,
        values: npt.NDArray[Any],
        type: DataType,
        state: State | None,
        errors: dict[int, EvaluationError],
        *,
        lost: Masks | None = None,
        refused: Masks | None = None,
    ) -> Column:
        """Make the column of a result.

        NaN and `lost` (no value to keep) are invalid results of the rows that are valid in
        `state`; rows that are `refused` are in error whatever the treatment.
        """
        made = _Builder(values, type, state, errors)
        for reason, mask in (refused or {}).items():
            made.fail(mask, self.message(reason))
        for reason, mask in (lost or {}).items():
            if self.method == "asMissing":
                made.mark(mask, MISSING)
            else:
                made.fail(mask, self.message(reason))
        if type.kind in ("double", "float"):
            mask = np.isnan(values)
            if self.method == "returnInvalid":
                made.fail(mask, self.message(NOT_A_NUMBER))
            else:
                made.mark(mask, MISSING if self.method == "asMissing" else INVALID)
        return made.column()


class _Builder:
    """A column whose rows may still fail."""

    def __init__(
        self,
        values: npt.NDArray[Any],
        type: DataType,
        state: State | None,
        errors: dict[int, EvaluationError],
    ) -> None:
        self.values, self.type, self.state, self.errors = values, type, state, errors
        self._owned = False

    def mark(self, mask: npt.NDArray[np.bool_], state: int) -> npt.NDArray[np.intp]:
        """Put the valid rows of `mask` into a state and return them."""
        if not mask.any():
            return np.empty(0, np.intp)
        mask = np.broadcast_to(mask, self.values.shape)
        rows = np.flatnonzero(mask if self.state is None else mask & (self.state == 0))
        if len(rows):
            if self.state is None:
                self.state = np.zeros(len(self.values), np.uint8)
            elif not self._owned:
                self.state = self.state.copy()
            self._owned = True
            self.state[rows] = state
        return rows

    def fail(self, mask: npt.NDArray[np.bool_], message: str) -> None:
        """Put the valid rows of `mask` into error."""
        for row in self.mark(mask, ERROR).tolist():
            self.errors[row] = EvaluationError(message)

    def column(self) -> Column:
        """Return the column."""
        return Column(self.values, self.type, self.state, errors=self.errors)
