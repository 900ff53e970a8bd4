"""Group K: days and seconds since a year or midnight (semantics 5.3). Results are integers.

No zones, no leap seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from pmmlkit.columns.types import DATE, DATE_TIME, INTEGER, TIME, DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language import mistakes
from pmmlkit.language.functions.function import Call, Function, is_nothing
from pmmlkit.language.functions.numeric import Array, Kernel, NumberStep, Raw
from pmmlkit.language.step import Constant, Step

__all__ = ["FUNCTIONS"]

_DAY: Final = 86_400_000_000
_SECOND: Final = 1_000_000
_YEARS: Final = (1, 9999)
_NO_YEAR: Final = "the year must be between 1 and 9999"


def _new_year(year: Any) -> Any:
    """Return the days from 1970-01-01 to 1 January of the year (of the array of years)."""
    before = year - 1
    return 365 * before + before // 4 - before // 100 + before // 400 - 719162


def _since_year(per: int, unit: int) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return array and scalar.

    `per` carried units make one day, `unit` carried units one unit of the result.
    """

    def scalar(moment: int, year: int) -> int:
        if not _YEARS[0] <= year <= _YEARS[1]:
            raise EvaluationError(f"{_NO_YEAR}, not {year}")
        return int((moment - _new_year(year) * per) // unit)

    def array(moments: Array, years: Array) -> Raw:
        outside = (years < _YEARS[0]) | (years > _YEARS[1])
        start = _new_year(np.where(outside, 1970, years))
        return Raw((moments - start * per) // unit, refused={_NO_YEAR: outside})

    return array, scalar


def _entry(name: str, by_type: dict[DataType, Kernel], default: DataType, arity: int) -> Function:
    def build(call: Call) -> Step:
        moment = call.arguments[0]
        if moment.type not in by_type:
            if not is_nothing(moment) and moment.type.kind != "string":
                allowed = " or ".join(type.name for type in by_type)
                raise call.error(
                    f"argument 1 must be a {allowed}, but is a {moment.type.name}",
                    code=mistakes.ARGUMENT_TYPE,
                )
            moment = Constant(None, default) if is_nothing(moment) else call.cast(0, default)
        arguments = (moment, *(call.cast(place, INTEGER) for place in range(1, arity)))
        return NumberStep(by_type[moment.type], arguments, call.treatment)

    return Function(name, arity, arity, build)


def _kernel(array: Callable[..., Any], scalar: Callable[..., Any], *, may_fail: bool) -> Kernel:
    return Kernel(INTEGER, array, scalar, widens=False, may_fail=may_fail)


def _of_day(moment: Any) -> Any:
    return moment % _DAY // _SECOND


FUNCTIONS: Final[tuple[Function, ...]] = (
    _entry(
        "dateDaysSinceYear",
        {
            DATE: _kernel(*_since_year(1, 1), may_fail=True),
            DATE_TIME: _kernel(*_since_year(_DAY, _DAY), may_fail=True),
        },
        DATE,
        2,
    ),
    _entry(
        "dateSecondsSinceYear",
        {DATE_TIME: _kernel(*_since_year(_DAY, _SECOND), may_fail=True)},
        DATE_TIME,
        2,
    ),
    _entry(
        "dateSecondsSinceMidnight",
        {
            TIME: _kernel(_of_day, _of_day, may_fail=False),
            DATE_TIME: _kernel(_of_day, _of_day, may_fail=False),
        },
        TIME,
        1,
    ),
)
