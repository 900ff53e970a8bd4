"""Apply: a function applied to expressions. Specification: Functions.

Semantics chapters 4 and 5.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pmmlkit.columns.column import ERROR, MISSING, Column, combined_state
from pmmlkit.columns.values import is_invalid
from pmmlkit.errors import EvaluationError
from pmmlkit.language import mistakes
from pmmlkit.language.cast import cast_step
from pmmlkit.language.define_function import invocation
from pmmlkit.language.functions.choice import merged
from pmmlkit.language.functions.function import Call, Function, Treatment
from pmmlkit.language.functions.registry import built_in
from pmmlkit.language.groups import EXPRESSION
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.scope import Compiled, Scope
from pmmlkit.language.step import Batch, Constant, Field, Read, RowFunction, Step, Values
from pmmlkit.language.unary import MissingAs
from pmmlkit.language.undeclared import undeclared
from pmmlkit.xml.declaration import attribute, children, enumeration

if TYPE_CHECKING:
    from pmmlkit.language.extension import Extension

__all__ = ["Apply"]

_TREATMENTS: Final = enumeration(
    "returnInvalid", "asIs", "asMissing", "asValue", since={"asValue": "4.4"}
)


class Apply(Compiled):
    """The result of a function: a built-in one, else one that the document defines."""

    function: str = attribute(required=True)
    map_missing_to: str | None = attribute(default=None)
    default_value: str | None = attribute(default=None, since="4.2")
    invalid_value_treatment: str = attribute(default="returnInvalid", values=_TREATMENTS)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    expressions: tuple[Compiled, ...] = children(*EXPRESSION, default=())

    def operands(self) -> tuple[Compiled, ...]:
        """Return the arguments."""
        return self.expressions

    def build(self, scope: Scope, operands: tuple[Step, ...]) -> Step:
        """Compile the call and what the attributes put around it.

        Raises UnsupportedError for a function that is not known, MarkupError for a wrong number or
        type of arguments.
        """
        self._check()
        function = built_in(self.function)
        call = Call(
            self.function,
            operands,
            Treatment(self.invalid_value_treatment, self.function),
            scope.compilation.limits,
            self.line,
        )
        literal = self.map_missing_to
        if literal is None:
            step = self._made(function, call, scope)
        elif function is not None and function.maps_missing:
            step = self._made(function, _with(call, missing_literal=literal), scope)
        else:
            bindings, arguments = _bound(operands, scope)
            step = self._made(function, _with(call, arguments=arguments), scope)
            type, value = call.literal(literal, step.type)
            step = MapMissing(bindings, arguments, cast_step(step, type), value)
        if self.default_value is not None:
            type, value = call.literal(self.default_value, step.type)
            step = MissingAs(cast_step(step, type), value)
        is_constant = all(isinstance(operand, Constant) for operand in operands)
        return _folded(step) if function is not None and is_constant else step

    def _check(self) -> None:
        unknown = undeclared(self)
        if unknown is not None:
            raise unsupported(
                self,
                f"{unknown} is not supported as an argument of a function",
                code=mistakes.NOT_EVALUATED,
            )
        if self.invalid_value_treatment not in ("returnInvalid", "asIs", "asMissing"):
            raise wrong(
                self,
                f"invalidValueTreatment {self.invalid_value_treatment!r} has no meaning for a"
                " function; use returnInvalid, asIs or asMissing",
                code=mistakes.METHOD,
            )

    def _made(self, function: Function | None, call: Call, scope: Scope) -> Step:
        if function is not None:
            return function.compile(call)
        if self.function in scope.compilation.functions:
            return invocation(self.function, call, scope)
        raise unsupported(
            self,
            f"function {self.function!r} is not known: it is neither built in nor a DefineFunction"
            " of the document",
            code=mistakes.UNDEFINED_FUNCTION,
        )


def _with(call: Call, **changes: Any) -> Call:
    from dataclasses import replace

    return replace(call, **changes)


def _folded(step: Step) -> Step:
    """Return the constant that a step of constants is, unless its value is an error or flagged."""
    try:
        value = step.row_function()([])
    except EvaluationError:
        return step
    return step if is_invalid(value) else Constant(value, step.type)


Bindings = tuple[tuple[Field, Step], ...]


def _bound(operands: tuple[Step, ...], scope: Scope) -> tuple[Bindings, tuple[Step, ...]]:
    """Give slots to the arguments that are computed, so that they are computed once though used
    twice."""
    bindings: list[tuple[Field, Step]] = []
    arguments: list[Step] = []
    for place, step in enumerate(operands):
        if isinstance(step, Read | Constant):
            arguments.append(step)
            continue
        field = scope.new_field(f"argument {place + 1}", step.type, settled=False)
        bindings.append((field, step))
        arguments.append(Read(field))
    return tuple(bindings), tuple(arguments)


class MapMissing(Step):
    """A function whose result is `value` where an argument is missing.

    An error in an argument goes first.
    """

    __slots__ = ("arguments", "bindings", "body", "value")

    def __init__(
        self, bindings: Bindings, arguments: tuple[Step, ...], body: Step, value: Any
    ) -> None:
        inner = (body, *arguments, *(step for _, step in bindings))
        super().__init__(body.type, may_fail=any(step.may_fail for step in inner))
        self.bindings = bindings
        self.arguments = arguments
        self.body = body
        self.value = value

    def columns(self, batch: Batch) -> Column:
        """Compute the function for all rows, and take it where no argument is missing."""
        inner = batch.nested() if self.bindings else batch
        for field, step in self.bindings:
            inner[field] = step.columns(batch)
        state, errors = combined_state(*(step.columns(inner) for step in self.arguments))
        if state is None:
            return self.body.columns(inner)
        missing = np.flatnonzero(state == MISSING)
        present = np.flatnonzero((state != MISSING) & (state != ERROR))
        parts = [(missing, Column.constant(self.value, self.type, len(missing)))]
        if len(present):
            parts.append((present, self.body.columns(inner).take(present)))
        return merged(batch.size, self.type, parts, errors)

    def row_function(self) -> RowFunction:
        """Evaluate the arguments, then the function unless one is missing."""
        bindings = [(field.slot, step.row_function()) for field, step in self.bindings]
        reads = [step.row_function() for step in self.arguments]
        body, value = self.body.row_function(), self.value

        def run(values: Values) -> Any:
            for slot, function in bindings:
                values[slot] = function(values)
            if None in [read(values) for read in reads]:
                return value
            return body(values)

        return run
