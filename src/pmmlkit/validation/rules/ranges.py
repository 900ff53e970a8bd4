"""Predicates as rules compare them: as keys that are equal where they say the same, and as ranges
of numbers.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from pmmlkit.language.predicates import CompoundPredicate, SimplePredicate
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.xml.declaration import Element

__all__ = ["Range", "predicate_key", "range_of"]

_LOWS: Final = {"greaterThan": True, "greaterOrEqual": False}
_HIGHS: Final = {"lessThan": True, "lessOrEqual": False}
"""Which operators bound a range, and whether the end itself lies outside."""

_MOST_PARTS: Final = 8
_ROUNDING: Final = 1e-15
"""Numbers that differ by less were the same one once."""


class Range(NamedTuple):
    """The numbers of a field from `low` to `high`; `step` is the finest digit that is written."""

    field: str
    low: float
    high: float
    low_open: bool
    high_open: bool
    step: float

    @property
    def is_empty(self) -> bool:
        """Tell whether no number lies in the range."""
        is_open = self.low_open or self.high_open
        return self.low > self.high or (self.low == self.high and is_open)

    def covers(self, other: Range) -> bool:
        """Tell whether all numbers of another range of the same field lie in this one."""
        low = self.low < other.low or (
            self.low == other.low and (not self.low_open or other.low_open)
        )
        high = self.high > other.high or (
            self.high == other.high and (not self.high_open or other.high_open)
        )
        return low and high

    def meets(self, above: Range) -> bool:
        """Tell whether a range that starts later has numbers in common with this one."""
        return above.low < self.high or (
            above.low == self.high and not above.low_open and not self.high_open
        )

    def is_apart_from(self, above: Range) -> bool:
        """Tell whether numbers lie between this range and one that starts later.

        What is finer than the thresholds are written counts for none: between `<= 18` and `>= 19`
        lies nothing, between `< 18` and `> 18` lies 18.
        """
        if self.low == self.high or above.low == above.high:
            return False  # single values are asked for: they may well be all that there are
        distance = above.low - self.high
        if distance <= _ROUNDING * abs(above.low):
            return distance == 0 and self.high_open and above.low_open
        if self.high_open or above.low_open:
            return True
        return distance > min(self.step, above.step) * 1.001

    def joined(self, above: Range) -> Range:
        """Return the range from the start of this one to the further of the two ends."""
        further = above.high > self.high or (above.high == self.high and not above.high_open)
        if not further:
            return self
        return self._replace(high=above.high, high_open=above.high_open, step=above.step)


def range_of(predicate: Element | None, facts: Facts) -> Range | None:
    """Return the range of numbers for which a predicate is true; None where it is no such one."""
    parts: Sequence[Element | None] = (predicate,)
    if isinstance(predicate, CompoundPredicate):
        if predicate.boolean_operator != "and" or len(predicate.predicates) > _MOST_PARTS:
            return None
        parts = predicate.predicates
    found: Range | None = None
    for part in parts:
        own = _of_simple(part)
        if own is None or (found is not None and own.field != found.field):
            return None
        found = own if found is None else _both(found, own)
    if found is None or predicate is None:
        return None
    field = facts.field(found.field, predicate)
    is_measured = field is not None and field.is_measured and field.optype == "continuous"
    return found if is_measured else None


def _of_simple(predicate: Element | None) -> Range | None:
    if not isinstance(predicate, SimplePredicate) or predicate.value is None:
        return None
    try:
        written = Decimal(predicate.value.strip())
        value = float(written)
    except (InvalidOperation, ValueError, OverflowError):
        return None
    exponent = written.as_tuple().exponent
    if not isinstance(exponent, int) or not math.isfinite(value) or exponent < -300:
        return None
    step = 10.0 ** min(exponent, 0)
    operator, name = predicate.operator, predicate.field
    if operator == "equal":
        return Range(name, value, value, False, False, step)
    if operator in _LOWS:
        return Range(name, value, math.inf, _LOWS[operator], True, step)
    if operator in _HIGHS:
        return Range(name, -math.inf, value, True, _HIGHS[operator], step)
    return None


def _both(left: Range, right: Range) -> Range:
    low, low_open = max((left.low, left.low_open), (right.low, right.low_open))
    high, high_closed = min((left.high, not left.high_open), (right.high, not right.high_open))
    step = min(left.step, right.step)
    return Range(left.field, low, high, low_open, not high_closed, step)


def predicate_key(predicate: Element) -> Hashable:
    """Return what is equal for two predicates that are written alike."""
    return tuple(
        (
            type(item),
            *(getattr(item, field.name) for field in type(item).declaration.attributes),
            getattr(item, "text", None),
            len(item.elements()),
        )
        for item in predicate.walk()
    )
