"""DataDictionary, DataField, Value, Interval: what a field may hold (semantics 1.2, 1.3).

Specification: chapter Data Dictionary.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.text import parse_text, single
from pmmlkit.columns.types import DataType
from pmmlkit.errors import MarkupError
from pmmlkit.language import mistakes
from pmmlkit.language.data_types import DATA_TYPE, OPTYPE, data_type
from pmmlkit.language.mistakes import wrong
from pmmlkit.xml.declaration import Element, attribute, children, enumeration
from pmmlkit.xml.lexical import COUNT, NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.extension import Extension
    from pmmlkit.language.taxonomy import Taxonomy

__all__ = ["Bounds", "DataDictionary", "DataField", "FieldRules", "Interval", "Value"]


class Interval(Element):
    """A range of numbers; a margin that is absent is infinite."""

    closure: str = attribute(
        required=True, values=enumeration("openClosed", "openOpen", "closedOpen", "closedClosed")
    )
    left_margin: float | None = attribute(type=NUMBER, default=None)
    right_margin: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())

    def bounds(self, type: DataType) -> Bounds:
        """Return the interval over row values of a type, its margins converted to that type.

        Raises `MarkupError` where there is no margin or no such closure, where a margin is NaN or
        they are in the wrong order, or the type is not one of numbers.
        """
        low, high = self.left_margin, self.right_margin
        if not type.is_number:
            raise self._wrong(
                f"an Interval needs a field of numbers, not of dataType {type.name}",
                code=mistakes.INTERVAL,
            )
        if low is None and high is None:
            raise self._wrong("an Interval needs leftMargin or rightMargin", code=mistakes.INTERVAL)
        if any(margin is not None and math.isnan(margin) for margin in (low, high)):
            raise self._wrong("a margin of an Interval is NaN", code=mistakes.INTERVAL)
        if self.closure not in _CLOSURES:
            raise self._wrong(
                f"closure {self.closure!r} is none of {', '.join(_CLOSURES)}",
                code=mistakes.UNKNOWN_VALUE,
            )
        if low is not None and high is not None and not low <= high:
            raise self._wrong(
                f"leftMargin {low!r} is above rightMargin {high!r}", code=mistakes.INTERVAL
            )
        low_closed, high_closed = _CLOSURES[self.closure]
        if type.kind == "float":
            # JPMML compares as doubles and so refuses a training minimum that was printed short.
            low, high = (None if margin is None else single(margin) for margin in (low, high))
        if type.kind == "integer":
            return Bounds(
                None if low is None else _next_integer(low, low_closed),
                None if high is None else -_next_integer(-high, high_closed),
            )
        return Bounds(low, high, low_closed, high_closed)

    def _wrong(self, message: str, *, code: str) -> MarkupError:
        return wrong(self, message, code=code)


_CLOSURES = {
    "openOpen": (False, False),
    "openClosed": (False, True),
    "closedOpen": (True, False),
    "closedClosed": (True, True),
}


def _next_integer(margin: float, closed: bool) -> float:
    """Return the lowest integer that lies above a left margin."""
    if math.isinf(margin):
        return margin
    return math.ceil(margin) if closed else math.floor(margin) + 1


@dataclass(frozen=True, slots=True)
class Bounds:
    """The ends of an interval over row values; None is no end."""

    low: float | None
    high: float | None
    low_closed: bool = True
    high_closed: bool = True

    def contains(self, value: Any) -> bool:
        """Tell whether a number (not NaN) lies inside."""
        low, high = self.low, self.high
        if low is not None and not (value >= low if self.low_closed else value > low):
            return False
        return high is None or bool(value <= high if self.high_closed else value < high)

    def inside(self, values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        """Tell for each number of an array whether it lies inside."""
        result = np.ones(len(values), np.bool_)
        if self.low is not None:
            result &= values >= self.low if self.low_closed else values > self.low
        if self.high is not None:
            result &= values <= self.high if self.high_closed else values < self.high
        return result

    def __str__(self) -> str:
        low = "(-infinity" if self.low is None else f"{'(['[self.low_closed]}{self.low:g}"
        high = "infinity)" if self.high is None else f"{self.high:g}{')]'[self.high_closed]}"
        return f"{low}, {high}"


class Value(Element):
    """A value of a field, or a marker of missing or invalid ones."""

    value: str = attribute(required=True)
    display_value: str | None = attribute(default=None)
    property: str = attribute(default="valid", values=enumeration("valid", "invalid", "missing"))
    extensions: tuple[Extension, ...] = children("Extension", default=())


class DataField(Element):
    """A field of the data: its type, its measurement and the values that it may have."""

    name: str = attribute(required=True)
    display_name: str | None = attribute(default=None)
    optype: str | None = attribute(required=True, default=None, values=OPTYPE)
    data_type: str = attribute(required=True, values=DATA_TYPE)
    taxonomy: str | None = attribute(default=None)
    is_cyclic: str = attribute(default="0", values=enumeration("0", "1"), informative=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    intervals: tuple[Interval, ...] = children("Interval", default=())
    values: tuple[Value, ...] = children("Value", default=())

    def rules(self) -> FieldRules:
        """Compile what the field says of its values.

        Raises `MarkupError` for an Interval on a field that is not continuous, a bad Interval, a
        valid Value that is none of the dataType, an unknown dataType, optype or property;
        `UnsupportedError` for the types that count from year 0.
        """
        type = data_type(self.data_type, self)
        optype = self.optype or type.optype
        if optype not in OPTYPE:
            raise self._wrong(
                f"optype {optype!r} is none of {', '.join(OPTYPE.values)}",
                code=mistakes.UNKNOWN_VALUE,
            )
        if self.intervals and optype != "continuous":
            raise self._wrong(
                "has Intervals, which only a continuous field may have", code=mistakes.INTERVAL
            )
        typed: dict[str, dict[Any, None]] = {"valid": {}, "invalid": {}, "missing": {}}
        missing_texts: set[str] = set()
        display: dict[Any, str] = {}
        for item in self.values:
            if item.property not in typed:
                raise self._wrong(
                    f"property {item.property!r} of Value {item.value!r} is unknown",
                    code=mistakes.UNKNOWN_VALUE,
                )
            try:
                value = parse_text(item.value, type)
            except ValueError as error:
                if item.property == "valid":
                    message = f"the valid Value {item.value!r} is no {type.name}"
                    raise self._wrong(message, item, code=mistakes.NOT_OF_TYPE) from error
                # What does not convert is invalid without being listed.
                if item.property == "missing":
                    missing_texts.add(item.value)
                continue
            typed[item.property].setdefault(value)
            if item.display_value is not None:
                display.setdefault(value, item.display_value)
        return FieldRules(
            self.name,
            type,
            optype,
            tuple(typed["valid"]),
            frozenset(typed["missing"]),
            frozenset(missing_texts),
            frozenset(typed["invalid"]),
            tuple(interval.bounds(type) for interval in self.intervals),
            display,
        )

    def _wrong(self, message: str, at: Element | None = None, *, code: str) -> MarkupError:
        place = at or self
        return wrong(place, f"field {self.name!r}: {message}", code=code, field=self.name)


@dataclass(frozen=True, slots=True)
class FieldRules:
    """What a field says of its values, compiled. Values are row values of `type`.

    `values`: the valid ones in document order, empty where all are. `missing` and `invalid` are
    markers that are values of the type, `missing_texts` markers that are not. `intervals`: where
    values lie that are valid, empty where all are. `display`: displayValue by value.
    """

    name: str
    type: DataType
    optype: str
    values: tuple[Any, ...] = ()
    missing: frozenset[Any] = frozenset()
    missing_texts: frozenset[str] = frozenset()
    invalid: frozenset[Any] = frozenset()
    intervals: tuple[Bounds, ...] = ()
    display: Mapping[Any, str] = field(default_factory=dict)

    @property
    def nan_is_marker(self) -> bool:
        """Tell whether the document lists NaN among the markers of missing values."""
        return any(value != value for value in self.missing)


class DataDictionary(Element):
    """The fields of the data, for all models of the document."""

    number_of_fields: int | None = attribute(type=COUNT, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    data_fields: tuple[DataField, ...] = children("DataField", minimum=1, default=())
    taxonomies: tuple[Taxonomy, ...] = children("Taxonomy", default=())

    def by_name(self) -> dict[str, DataField]:
        """Return the fields by name; raises `MarkupError` where two have the same."""
        found: dict[str, DataField] = {}
        for item in self.data_fields:
            if found.setdefault(item.name, item) is not item:
                raise wrong(
                    item,
                    f"field {item.name!r} is defined twice",
                    code=mistakes.DUPLICATE_NAME,
                    field=item.name,
                )
        return found
