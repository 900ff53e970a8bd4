"""What the describers of models share: counts in words, arrays that may be broken, facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from pmmlkit.errors import PmmlError
from pmmlkit.showing.facts import Fact, Value
from pmmlkit.showing.formula import Formula, Listing, value_of

__all__ = ["array_items", "counted", "facts", "joined", "plain", "range_text", "vector"]

_MOST_DENSE: Final = 10_000


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """Return a count with its noun: ``1 tree``, ``12 trees``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def range_text(values: Sequence[int]) -> str:
    """Return the smallest and the largest of some counts: ``3``, ``2 to 5``."""
    low, high = min(values, default=0), max(values, default=0)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def joined(*parts: str | None) -> str:
    """Join what there is with commas."""
    return ", ".join(part for part in parts if part)


def facts(**values: Value) -> tuple[Fact, ...]:
    """Return the facts that there are, in this order; None is none."""
    return tuple(Fact(name, value) for name, value in values.items() if value is not None)


def array_items(array: Any) -> tuple[Value, ...]:
    """Return the items of an array or a sparse array, as far as they can be read."""
    if array is None:
        return ()
    try:
        if hasattr(array, "sparse"):
            found = array.sparse()
            dense: list[Value] = [found.default] * min(found.size, _MOST_DENSE)
            for place, value in zip(found.positions.tolist(), found.values.tolist(), strict=True):
                if place < len(dense):
                    dense[place] = value
            return tuple(dense)
        items: Iterable[str] = array.items()
    except PmmlError:
        items = (getattr(array, "text", None) or "").split()
    is_text = getattr(array, "type", None) == "string"
    return tuple(item if is_text else value_of(item) for item in items)


def vector(values: Iterable[Value]) -> Formula:
    """Return some values as one formula: ``(1, 2, 3)``."""
    return Formula(("(", Listing(tuple((plain(value),) for value in values)), ")"))


def plain(value: Value) -> str | int | float:
    """Return a value as a part of a formula."""
    if value is None:
        return "?"
    return str(value) if isinstance(value, Formula) else value
