"""Group J: functions of texts (semantics 5.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pmmlkit.columns.conversion import format_value
from pmmlkit.columns.types import BOOLEAN, DATE, DATE_TIME, INTEGER, STRING, TIME, DataType
from pmmlkit.errors import EvaluationError, PmmlError
from pmmlkit.language import mistakes
from pmmlkit.language.functions.formats import datetime_format, number_format
from pmmlkit.language.functions.function import Call, Function, is_nothing
from pmmlkit.language.functions.regular_expressions import replacement_of, searcher
from pmmlkit.language.functions.text import TextStep
from pmmlkit.language.step import Constant, Step

__all__ = ["FUNCTIONS"]

_BLANKS: Final = "".join(map(chr, range(0x21)))
"""JPMML removes all up to U+0020, and so do we."""


def _trim(text: str) -> str:
    return text.strip(_BLANKS)


def _substring(text: str, start: int, length: int) -> str:
    if start < 1:
        raise EvaluationError(f"function 'substring': position {start} is before the first, 1")
    if length < 0:
        raise EvaluationError(f"function 'substring': length {length} is negative")
    return str(text)[start - 1 : start - 1 + length]


def _texts(name: str, value: Callable[..., Any], *types: DataType, result: DataType) -> Function:
    """Make the entry of a function whose arguments have fixed types."""
    may_fail = name == "substring"

    def build(call: Call) -> Step:
        arguments = [call.cast(place, type) for place, type in enumerate(types)]
        return TextStep(value, arguments, result, may_fail=may_fail)

    return Function(name, len(types), len(types), build)


def _concat(call: Call) -> Step:
    types = call.types()

    def value(*items: Any) -> str | None:
        parts = [
            format_value(item, type)
            for item, type in zip(items, types, strict=True)
            if item is not None
        ]
        return "".join(parts) if parts else None

    return TextStep(value, call.arguments, STRING, takes_missing=True)


def _prepared(
    call: Call, place: int, prepare: Callable[[str], Callable[..., Any]]
) -> Callable[[Any], Callable[..., Any]]:
    """Return what turns the text of an argument (a pattern) into a function.

    At once if it is a constant.
    """
    step = call.arguments[place]
    if isinstance(step, Constant) and step.value is not None:
        ready = prepare(format_value(step.value, step.type))
        return lambda text: ready
    known: dict[str, Callable[..., Any] | EvaluationError] = {}

    def find(text: str) -> Callable[..., Any]:
        found = known.get(text)
        if found is None:
            try:
                found = prepare(text)
            except PmmlError as error:
                found = EvaluationError(error.message)
            if len(known) >= _MOST_PATTERNS:
                known.clear()
            known[str(text)] = found
        if isinstance(found, EvaluationError):
            raise EvaluationError(found.message)
        return found

    return find


_MOST_PATTERNS: Final = 1_000
"""Patterns that come from a column are kept, but not without end."""


def _matches(call: Call) -> Step:
    find = _prepared(call, 1, lambda pattern: searcher(pattern, call))

    def value(text: str, pattern: str) -> bool:
        return find(pattern)(text) is not None

    arguments = [call.cast(place, STRING) for place in range(2)]
    return TextStep(value, arguments, BOOLEAN, may_fail=True)


def _replace(call: Call) -> Step:
    replacement = call.arguments[2]
    if isinstance(replacement, Constant) and replacement.value is not None:
        fixed = format_value(replacement.value, replacement.type)

        def prepare(pattern: str) -> Callable[..., Any]:
            replace = replacement_of(pattern, fixed, call)
            return lambda text, ignored: replace(text)

    else:

        def prepare(pattern: str) -> Callable[..., Any]:
            searcher(pattern, call)
            return lambda text, new: _as_row_error(lambda: replacement_of(pattern, new, call)(text))

    find = _prepared(call, 1, prepare)

    def value(text: str, pattern: str, new: str) -> str:
        result: str = find(pattern)(text, new)
        return result

    arguments = [call.cast(place, STRING) for place in range(3)]
    return TextStep(value, arguments, STRING, may_fail=True)


def _as_row_error(function: Callable[[], Any]) -> Any:
    try:
        return function()
    except EvaluationError:
        raise
    except PmmlError as error:
        raise EvaluationError(error.message) from error


def _format_number(call: Call) -> Step:
    number = call.arguments[0]
    if not is_nothing(number) and not number.type.is_number:
        raise call.error(
            f"argument 1 must be a number, but is a {number.type.name}", code=mistakes.ARGUMENT_TYPE
        )
    is_integer = number.type.kind == "integer"
    find = _prepared(
        call, 1, lambda pattern: number_format(pattern, is_integer=is_integer, call=call)
    )

    def value(item: Any, pattern: str) -> str:
        result: str = find(pattern)(item)
        return result

    return TextStep(value, (number, call.cast(1, STRING)), STRING, may_fail=True)


def _format_datetime(call: Call) -> Step:
    moment = call.arguments[0]
    if moment.type not in (DATE, TIME, DATE_TIME):
        if not is_nothing(moment) and moment.type.kind != "string":
            raise call.error(
                f"argument 1 must be a date, time or dateTime, but is a {moment.type.name}",
                code=mistakes.ARGUMENT_TYPE,
            )
        moment = call.cast(0, DATE_TIME)
    type = moment.type
    find = _prepared(call, 1, lambda pattern: datetime_format(pattern, type, call))

    def value(item: Any, pattern: str) -> str:
        result: str = find(pattern)(item)
        return result

    return TextStep(value, (moment, call.cast(1, STRING)), STRING, may_fail=True)


FUNCTIONS: Final[tuple[Function, ...]] = (
    _texts("uppercase", str.upper, STRING, result=STRING),
    _texts("lowercase", str.lower, STRING, result=STRING),
    _texts("stringLength", len, STRING, result=INTEGER),
    _texts("substring", _substring, STRING, INTEGER, INTEGER, result=STRING),
    _texts("trimBlanks", _trim, STRING, result=STRING),
    Function("concat", 2, None, _concat),
    Function("replace", 3, 3, _replace),
    Function("matches", 2, 2, _matches),
    Function("formatNumber", 2, 2, _format_number),
    Function("formatDatetime", 2, 2, _format_datetime),
)
