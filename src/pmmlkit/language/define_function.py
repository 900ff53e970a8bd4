"""DefineFunction: functions that a document defines. Specification: Functions; semantics 3.7.

A body is compiled once for each combination of argument types. Calls nest without recursion here:
how often and how deep functions call each other is computed from the call graph before anything is
compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, ClassVar, Final

from pmmlkit.columns.column import Column, combined_state, with_errors
from pmmlkit.columns.types import DataType
from pmmlkit.errors import LimitError
from pmmlkit.language import mistakes
from pmmlkit.language.cast import cast_step
from pmmlkit.language.data_types import DATA_TYPE, OPTYPE, data_type
from pmmlkit.language.frame import Frame
from pmmlkit.language.functions.function import Call
from pmmlkit.language.functions.registry import built_in
from pmmlkit.language.groups import EXPRESSION
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.scope import Compilation, Compiled, Scope
from pmmlkit.language.step import Batch, Field, Read, RowFunction, Step, Values
from pmmlkit.language.undeclared import undeclared
from pmmlkit.xml.declaration import Element, attribute, child, children

if TYPE_CHECKING:
    from pmmlkit.language.extension import Extension

__all__ = ["DefineFunction", "Invocation", "ParameterField", "invocation"]

_CUT_EVERY: Final = 24
"""Bodies that are deeper than this, the functions they call included, are cut into steps."""


class ParameterField(Element):
    """A parameter of a function; without a dataType it has the type of the argument."""

    name: str = attribute(required=True)
    optype: str | None = attribute(default=None, values=OPTYPE)
    data_type: str | None = attribute(default=None, values=DATA_TYPE)
    display_name: str | None = attribute(default=None, since="4.4")


class DefineFunction(Element):
    """A function of the document: parameters, and an expression that sees nothing else."""

    __slots__: ClassVar[tuple[str, ...]] = ()

    name: str = attribute(required=True)
    optype: str | None = attribute(required=True, default=None, values=OPTYPE)
    data_type: str | None = attribute(default=None, values=DATA_TYPE)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    parameters: tuple[ParameterField, ...] = children("ParameterField", minimum=1, default=())
    expression: Compiled | None = child(*EXPRESSION, required=True, default=None)

    def body(self) -> Compiled:
        """Return the expression.

        UnsupportedError or MarkupError where there is none that pmmlkit knows.
        """
        if self.expression is not None:
            return self.expression
        unknown = undeclared(self)
        if unknown is not None:
            raise unsupported(
                self,
                f"function {self.name!r}: {unknown} is not supported",
                code=mistakes.NOT_EVALUATED,
            )
        raise wrong(
            self, f"function {self.name!r} has no expression", code=mistakes.MISSING_ELEMENT
        )


class Body:
    """The compiled body of a function for one combination of argument types."""

    __slots__ = ("_row", "frame", "height", "parameters", "step")

    def __init__(
        self, parameters: tuple[Field, ...], frame: Frame, step: Step, height: int
    ) -> None:
        self.parameters = parameters
        self.frame = frame
        self.step = step
        self.height = height
        self._row: tuple[list[Callable[[Values], None]], RowFunction] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return (Body, (self.parameters, self.frame, self.step, self.height))

    @property
    def row(self) -> tuple[list[Callable[[Values], None]], RowFunction]:
        """The functions for one row, made once however often the function is called."""
        if self._row is None:
            self._row = (self.frame.row_functions(), self.step.row_function())
        return self._row


class Invocation(Step):
    """A call: arguments into parameters, then the body."""

    __slots__ = ("arguments", "body")

    def __init__(self, body: Body, arguments: tuple[Step, ...]) -> None:
        inner = (body.step, *arguments, *(step for _, step in body.frame.steps))
        super().__init__(body.step.type, may_fail=any(step.may_fail for step in inner))
        self.body = body
        self.arguments = arguments

    def columns(self, batch: Batch) -> Column:
        """Run the body over a batch of its parameters.

        Errors of arguments fail the row, used or not.
        """
        columns = [step.columns(batch) for step in self.arguments]
        slots = (field.slot for field in self.body.parameters)
        inner = Batch(batch.size, dict(zip(slots, columns, strict=True)))
        self.body.frame.columns(inner)
        result = self.body.step.columns(inner)
        _, errors = combined_state(*columns)
        if not errors:
            return result
        state = with_errors(result.state, errors, batch.size)
        return result.with_state(state, {**result.errors, **errors})

    def row_function(self) -> RowFunction:
        """Evaluate all arguments, fill the slots of the parameters, run the body."""
        reads = [step.row_function() for step in self.arguments]
        slots = [field.slot for field in self.body.parameters]
        fills, body = self.body.row
        if len(reads) == 1 and not fills:
            read, slot = reads[0], slots[0]

            def run_one(values: Values) -> Any:
                values[slot] = read(values)
                return body(values)

            return run_one

        def run(values: Values) -> Any:
            arguments = [read(values) for read in reads]
            for slot, argument in zip(slots, arguments):  # noqa: B905 - equal by construction
                values[slot] = argument
            for fill in fills:
                fill(values)
            return body(values)

        return run


def invocation(name: str, call: Call, scope: Scope) -> Step:
    """Compile a call of a function of the document.

    Raises MarkupError for a wrong number of arguments and for functions that call themselves,
    LimitError where calls nest too deep or multiply too far.
    """
    compilation = scope.compilation
    if not scope.closed:
        _count(name, call, compilation)
    function = _defined(name, compilation)
    expected = len(function.parameters)
    if len(call.arguments) != expected:
        raise call.error(
            f"takes {expected} arguments, but has {len(call.arguments)}",
            code=mistakes.ARGUMENT_COUNT,
        )
    types = _parameter_types(function, call.arguments)
    arguments = tuple(
        call.cast(place, type) if type != call.arguments[place].type else call.arguments[place]
        for place, type in enumerate(types)
    )
    return Invocation(_body(function, types, compilation), arguments)


def _defined(name: str, compilation: Compilation) -> DefineFunction:
    function = compilation.functions[name]
    assert isinstance(function, DefineFunction)
    return function


def _parameter_types(function: DefineFunction, arguments: tuple[Step, ...]) -> tuple[DataType, ...]:
    return tuple(
        step.type if field.data_type is None else data_type(field.data_type, field)
        for field, step in zip(function.parameters, arguments, strict=True)
    )


# --- compiling bodies

Request = tuple[DefineFunction, tuple[DataType, ...]]


def _key(function: DefineFunction, types: tuple[DataType, ...]) -> tuple[object, ...]:
    return ("define_function.body", function.name, types)


def _body(function: DefineFunction, types: tuple[DataType, ...], compilation: Compilation) -> Body:
    """Return the compiled body; those that it calls are compiled on the way, one generator each."""
    cache = compilation.cache
    wanted: Request = (function, types)
    stack: list[tuple[Request, Generator[Request, None, Body]]] = []
    if _key(*wanted) not in cache:
        stack.append((wanted, _compiling(*wanted, compilation)))
    while stack:
        request, running = stack[-1]
        try:
            needed = next(running)
        except StopIteration as finished:
            cache[_key(*request)] = finished.value
            stack.pop()
            continue
        if _key(*needed) not in cache:
            stack.append((needed, _compiling(*needed, compilation)))
    body: Body = cache[_key(*wanted)]
    return body


def _compiling(
    function: DefineFunction, types: tuple[DataType, ...], compilation: Compilation
) -> Generator[Request, None, Body]:
    """Compile a body as `Scope.compile` does, but ask for the bodies of functions before they are
    called."""
    scope = Scope(compilation, closed=True)
    fields = []
    for parameter, type in zip(function.parameters, types, strict=True):
        if parameter.name in scope.fields:
            raise wrong(
                function,
                f"function {function.name!r} has two parameters {parameter.name!r}",
                code=mistakes.DUPLICATE_NAME,
            )
        field = scope.new_field(parameter.name, type, parameter.optype, settled=False)
        scope.fields[parameter.name] = field
        fields.append(field)
    pending: list[tuple[Compiled, bool, int]] = [(function.body(), False, 1)]
    done: list[tuple[Step, int]] = []
    highest = 0
    while pending:
        element, operands_done, depth = pending.pop()
        operands = element.operands()
        if not operands_done:
            _check(element, depth, function, scope)
            pending.append((element, True, depth))
            pending.extend((operand, False, depth + 1) for operand in reversed(operands))
            continue
        taken = done[len(done) - len(operands) :]
        del done[len(done) - len(operands) :]
        steps = tuple(step for step, _ in taken)
        called = _called(element, compilation)
        height = max((height for _, height in taken), default=0)
        if called is not None and len(called.parameters) == len(steps):
            request = (called, _parameter_types(called, steps))
            yield request
            height = max(height, compilation.cache[_key(*request)].height)
        step = element.build(scope, steps)
        height += 1
        if height >= _CUT_EVERY:
            highest = max(highest, height)
            step, height = Read(scope.add(element.tag, step, settled=False)), 1
        done.append((step, height))
    step, height = done[0]
    if function.data_type is not None:
        step = cast_step(step, data_type(function.data_type, function))
    return Body(tuple(fields), scope.frame, step, 1 + max(height, highest))


def _check(element: Compiled, depth: int, function: DefineFunction, scope: Scope) -> None:
    limit = scope.compilation.limits.apply_depth
    if depth > limit:
        raise LimitError(
            f"expressions nest deeper than Limits.apply_depth = {limit}",
            element=element.tag,
            line=element.line,
        )
    for name in element.references():
        if name not in scope.fields:
            raise wrong(
                element,
                f"function {function.name!r} has no parameter {name!r}; a function sees its"
                " parameters and no fields",
                code=mistakes.OUT_OF_SCOPE,
                field=name,
            )


# --- the call graph


def _called(element: Element, compilation: Compilation) -> DefineFunction | None:
    """Return the function of the document that an element calls.

    Built-in functions win over such.
    """
    from pmmlkit.language.apply import Apply

    if not isinstance(element, Apply) or built_in(element.function) is not None:
        return None
    if element.function not in compilation.functions:
        return None
    return _defined(element.function, compilation)


def _count(name: str, call: Call, compilation: Compilation) -> None:
    """Add a call that is no part of a function to the number of calls that the document makes for a
    row."""
    limits = compilation.limits
    calls, depth = _extent(name, compilation)
    if depth > limits.function_depth:
        raise LimitError(
            "functions call each other deeper than Limits.function_depth ="
            f" {limits.function_depth}",
            element="Apply",
            line=call.line,
        )
    total = compilation.cache.get("define_function.calls", 0) + calls
    compilation.cache["define_function.calls"] = total
    if total > limits.function_calls:
        raise LimitError(
            f"function {name!r}: calls of functions multiply beyond Limits.function_calls ="
            f" {limits.function_calls}",
            element="Apply",
            line=call.line,
        )


def _extent(name: str, compilation: Compilation) -> tuple[int, int]:
    """Return how many calls one call makes, itself included, and how deep they nest."""
    known: dict[str, tuple[int, int]] = compilation.cache.setdefault("define_function.extent", {})
    called: dict[str, list[str]] = {}
    stack = [name]
    while stack:
        top = stack[-1]
        if top in known:
            stack.pop()
            called.pop(top, None)
            continue
        if top not in called:
            function = _defined(top, compilation)
            found = (_called(element, compilation) for element in function.body().walk())
            called[top] = [item.name for item in found if item is not None]
        waiting = next((item for item in called[top] if item not in known), None)
        if waiting is None:
            extents = [known[item] for item in called[top]]
            known[top] = (
                1 + sum(calls for calls, _ in extents),
                1 + max((depth for _, depth in extents), default=0),
            )
        elif waiting in called:
            circle = [*stack[stack.index(waiting) :], waiting]
            function = _defined(top, compilation)
            raise wrong(
                function,
                f"functions call themselves: {' -> '.join(circle)}",
                code=mistakes.RECURSIVE_FUNCTION,
            )
        else:
            stack.append(waiting)
    return known[name]
