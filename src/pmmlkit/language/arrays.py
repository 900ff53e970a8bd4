"""Arrays, dense and sparse. Specification: General Structure; semantics chapter 33.

Nothing is allocated because a document states a size: sizes come from the items that are there, or
are held against `Limits` first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import LimitError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.limits import Limits
from pmmlkit.xml.content import EMPTY, Mixed
from pmmlkit.xml.declaration import Element, attribute, child, enumeration, text
from pmmlkit.xml.lexical import INTEGER, INTEGERS, NUMBER, NUMBERS, format_number, parse_number

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = [
    "Array",
    "Indices",
    "IntEntries",
    "IntSparseArray",
    "RealEntries",
    "RealSparseArray",
    "SparseItems",
]

Doubles = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_ITEM: Final = re.compile(r"[^ \t\r\n]+")
_QUOTE: Final = re.compile(r'(\\*)"')
_BREAK: Final = re.compile(r'[ \t\r\n"]')


def _refuse(element: Element, message: str, *, code: str) -> NoReturn:
    raise wrong(element, message, code=code)


def _split(element: Element, source: str, limits: Limits) -> list[str]:
    """Split at white space, quotes respected."""
    try:
        items = _ITEM.findall(source) if '"' not in source else _split_quoted(source)
    except ValueError as error:
        raise wrong(element, str(error), code=mistakes.ARRAY_CONTENT) from error
    if len(items) > limits.array_items:
        raise LimitError(
            f"an array has more items than Limits.array_items = {limits.array_items}",
            element=element.tag,
            line=element.line,
        )
    return items


def _split_quoted(source: str) -> list[str]:
    """Split text in which items may stand in quotes.

    Before a quote, a backslash makes it a part of the item, and two stand for one; elsewhere a
    backslash is itself.
    """
    items: list[str] = []
    parts: list[str] | None = None
    quoted = False
    at = 0
    while at < len(source):
        end = source.find('"', at) if quoted else _end_of_plain(source, at)
        if end < 0:
            raise ValueError('a quote (") is not closed; write \\" for a quote inside an item')
        head = source[at:end]
        at = end + 1
        if end == len(source) or source[end] != '"':
            if head:
                parts = [*(parts or ()), head]
            if parts is not None:
                items.append("".join(parts))
            parts = None
            continue
        plain = head.rstrip("\\")
        slashes = len(head) - len(plain)
        escaped = slashes % 2 == 1
        parts = [*(parts or ()), plain + "\\" * (slashes // 2) + ('"' if escaped else "")]
        if not escaped:
            quoted = not quoted
    if quoted:
        raise ValueError('a quote (") is not closed; write \\" for a quote inside an item')
    if parts is not None:
        items.append("".join(parts))
    return items


def _end_of_plain(source: str, at: int) -> int:
    match = _BREAK.search(source, at)
    return len(source) if match is None else match.start()


def _quoted(item: str) -> str:
    if item and not _BREAK.search(item):
        return item
    escaped = _QUOTE.sub(lambda match: match[1] * 2 + '\\"', item)
    tail = len(escaped) - len(escaped.rstrip("\\"))
    return '"' + escaped + "\\" * tail + '"'


def _numbers(element: Element, items: Sequence[str]) -> Doubles:
    try:
        return np.fromiter(map(parse_number, items), np.float64, len(items))
    except ValueError as error:
        raise wrong(element, str(error), code=mistakes.ARRAY_CONTENT) from error


def _integers(element: Element, items: Sequence[str]) -> Integers:
    try:
        return np.fromiter(map(INTEGER.parse, items), np.int64, len(items))
    except (ValueError, OverflowError) as error:
        raise wrong(
            element, f"not an integer of 64 bit: {error}", code=mistakes.ARRAY_CONTENT
        ) from error


class Array(Element, earlier={"4.4.1": Mixed(EMPTY)}):
    """A dense array of numbers or strings."""

    n: int | None = attribute(type=INTEGER, default=None)
    type: str | None = attribute(
        required=True, default=None, values=enumeration("int", "real", "string")
    )
    text: str = text()

    @classmethod
    def of(cls, values: Iterable[Any], type: str) -> Self:
        """Write values as an array: `type` is ``"int"``, ``"real"`` or ``"string"``."""
        forms: dict[str, Callable[[Any], str]] = {
            "int": str,
            "real": format_number,
            "string": _quoted,
        }
        form = forms[type]
        items = [form(value) for value in values]
        return cls(n=len(items), type=type, text=" ".join(items))

    def items(self, limits: Limits | None = None) -> tuple[str, ...]:
        """Return the items as text, without quotes.

        Raises MarkupError where `n` is not their number or a quote is not closed.
        """
        items = _split(self, self.text, limits or Limits())
        if self.n is not None and self.n != len(items):
            _refuse(
                self, f"n is {self.n}, but there are {len(items)} items", code=mistakes.ARRAY_LENGTH
            )
        return tuple(items)

    def numbers(self, limits: Limits | None = None) -> Doubles:
        """Return the items as doubles (n,), whatever `type` says."""
        return _numbers(self, self.items(limits))

    def integers(self, limits: Limits | None = None) -> Integers:
        """Return the items as int64 (n,)."""
        return _integers(self, self.items(limits))

    def values(self, limits: Limits | None = None) -> tuple[Any, ...]:
        """Return the items typed by `type`: int, float or str."""
        if self.type == "int":
            return tuple(self.integers(limits).tolist())
        if self.type == "real":
            return tuple(self.numbers(limits).tolist())
        return self.items(limits)


class Indices(Element):
    """The 1-based positions of the entries of a sparse array."""

    text: str = text(type=INTEGERS)


class IntEntries(Element, tag="INT-Entries"):
    """The integers of a sparse array that are not its default."""

    text: str = text(type=INTEGERS)


class RealEntries(Element, tag="REAL-Entries"):
    """The doubles of a sparse array that are not its default."""

    text: str = text(type=NUMBERS)


class SparseItems(NamedTuple):
    """A sparse array: `positions` (k,) int64, 0-based; `values` (k,) float64; else `default`."""

    positions: Integers
    values: Doubles
    size: int
    default: float


class _SparseArray(Element, abstract=True):
    __slots__ = ()

    if TYPE_CHECKING:
        n: int | None
        default_value: float
        indices: Indices | None
        entries: IntEntries | RealEntries | None

    def sparse(self, limits: Limits | None = None) -> SparseItems:
        """Return positions and values; the size is `n`, else the largest index.

        Raises MarkupError where indices and entries do not fit together, or an index is outside of
        the array.
        """
        limits = limits or Limits()
        indices, entries = self.indices, self.entries
        positions = np.zeros(0, np.int64)
        values = np.zeros(0)
        if indices is not None:
            positions = _integers(indices, _split(indices, indices.text, limits)) - 1
        if entries is not None:
            values = _numbers(entries, _split(entries, entries.text, limits))
        if len(positions) != len(values):
            _refuse(
                self,
                f"has {len(positions)} indices, but {len(values)} entries",
                code=mistakes.SPARSE_INDEX,
            )
        largest = int(positions.max()) + 1 if len(positions) else 0
        size = largest if self.n is None else self.n
        if size < 0:
            _refuse(self, f"n is {size}", code=mistakes.SPARSE_INDEX)
        if len(positions) and (positions.min() < 0 or largest > size):
            _refuse(self, f"indices must lie between 1 and n = {size}", code=mistakes.SPARSE_INDEX)
        if len(np.unique(positions)) != len(positions):
            _refuse(self, "an index stands twice", code=mistakes.SPARSE_INDEX)
        return SparseItems(positions, values, size, float(self.default_value))

    def dense(self, size: int, limits: Limits | None = None) -> Doubles:
        """Return all the items as doubles (size,); the caller knows how many there must be.

        Raises MarkupError where the array has another size.
        """
        found = self.sparse(limits)
        if found.size > size or (self.n is not None and self.n != size):
            _refuse(
                self, f"has {found.size} items, but {size} are needed", code=mistakes.WRONG_COUNT
            )
        result = np.full(size, found.default)
        result[found.positions] = found.values
        return result


class IntSparseArray(_SparseArray, tag="INT-SparseArray"):
    """A sparse array of integers."""

    n: int | None = attribute(type=INTEGER, default=None)
    default_value: float = attribute(type=INTEGER, default=0)
    indices: Indices | None = child("Indices", default=None)
    entries: IntEntries | None = child("INT-Entries", default=None)


class RealSparseArray(_SparseArray, tag="REAL-SparseArray"):
    """A sparse array of doubles."""

    n: int | None = attribute(type=INTEGER, default=None)
    default_value: float = attribute(type=NUMBER, default=0)
    indices: Indices | None = child("Indices", default=None)
    entries: RealEntries | None = child("REAL-Entries", default=None)
