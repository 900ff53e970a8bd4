"""Universal Binary JSON, as far as XGBoost writes it: from hostile bytes, without recursion."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pmmlkit.errors import ExportError

__all__ = ["read_ubjson"]

MOST_DEPTH: Final = 64

_NUMBERS: Final[dict[int, np.dtype[Any]]] = {
    ord("i"): np.dtype(">i1"),
    ord("U"): np.dtype(">u1"),
    ord("I"): np.dtype(">i2"),
    ord("l"): np.dtype(">i4"),
    ord("L"): np.dtype(">i8"),
    ord("d"): np.dtype(">f4"),
    ord("D"): np.dtype(">f8"),
}
_FORMATS: Final = {
    ord("i"): struct.Struct(">b"),
    ord("U"): struct.Struct(">B"),
    ord("I"): struct.Struct(">h"),
    ord("l"): struct.Struct(">i"),
    ord("L"): struct.Struct(">q"),
    ord("d"): struct.Struct(">f"),
    ord("D"): struct.Struct(">d"),
}
_LENGTHS: Final = frozenset(b"iUIlL")
_PLAIN: Final = {ord("Z"): None, ord("T"): True, ord("F"): False}
_NO_OPERATION, _ARRAY, _OBJECT = ord("N"), ord("["), ord("{")
_END_OF_ARRAY, _END_OF_OBJECT = ord("]"), ord("}")
_TYPE, _COUNT = ord("$"), ord("#")
_TEXT, _PRECISE, _CHARACTER = ord("S"), ord("H"), ord("C")


def read_ubjson(data: bytes) -> Any:
    """Return the value: dicts, lists, and a NumPy array (n,) for each array of numbers of one type.

    Raises ExportError where the bytes are no such text, end early or nest deeper than `MOST_DEPTH`.
    Memory stays in proportion to the length of the data, whatever counts it claims.
    """
    return _Reader(data).value()


@dataclass(slots=True)
class _Open:
    """An array or object that is being read; `left` items are to come, None if a marker ends it."""

    items: Any
    left: int | None
    kind: int | None
    key: str = ""

    def add(self, value: Any) -> None:
        if isinstance(self.items, list):
            self.items.append(value)
        else:
            self.items[self.key] = value
        if self.left is not None:
            self.left -= 1


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def value(self) -> Any:
        open_: list[_Open] = []
        result = self._begin(self._marker())
        while True:
            if isinstance(result, _Open):
                open_.append(result)
                if len(open_) > MOST_DEPTH:
                    raise self._wrong(f"it nests deeper than {MOST_DEPTH}")
            elif open_:
                open_[-1].add(result)
            else:
                return result
            while self._ends(open_[-1]):
                result = open_.pop().items
                if not open_:
                    return result
                open_[-1].add(result)
            top = open_[-1]
            if isinstance(top.items, dict):
                top.key = self._text()
            result = self._begin(self._marker() if top.kind is None else top.kind)

    def _begin(self, marker: int) -> Any:
        if marker in _FORMATS:
            return self._number(marker)
        if marker in _PLAIN:
            return _PLAIN[marker]
        if marker in (_TEXT, _PRECISE):
            return self._text()
        if marker == _CHARACTER:
            return self._take(1).decode("latin-1")
        if marker in (_ARRAY, _OBJECT):
            return self._container(marker == _ARRAY)
        raise self._wrong(f"{chr(marker)!r} is no marker of a value")

    def _container(self, is_array: bool) -> Any:
        kind = left = None
        if self._peek() == _TYPE:
            self.at += 1
            kind = self._take(1)[0]
        if self._peek() == _COUNT:
            self.at += 1
            left = self._length()
        elif kind is not None:
            raise self._wrong("a container of one type has no count")
        if kind in _NUMBERS and is_array:
            assert left is not None
            dtype = _NUMBERS[kind]
            values = np.frombuffer(self._take(left * dtype.itemsize), dtype)
            return values.astype(dtype.newbyteorder("="))
        if kind in (*_PLAIN, _NO_OPERATION):
            # its items would take no bytes, so any number of them
            raise self._wrong(f"a container of {chr(kind)!r} only")
        return _Open([] if is_array else {}, left, kind)

    def _ends(self, container: _Open) -> bool:
        if container.left is not None:
            return container.left <= 0
        while self._peek() == _NO_OPERATION:
            self.at += 1
        end = _END_OF_ARRAY if isinstance(container.items, list) else _END_OF_OBJECT
        if self._peek() != end:
            return False
        self.at += 1
        return True

    def _marker(self) -> int:
        marker = self._take(1)[0]
        while marker == _NO_OPERATION:
            marker = self._take(1)[0]
        return marker

    def _number(self, marker: int) -> int | float:
        layout = _FORMATS[marker]
        number: int | float = layout.unpack(self._take(layout.size))[0]
        return number

    def _length(self) -> int:
        marker = self._take(1)[0]
        if marker not in _LENGTHS:
            raise self._wrong(f"{chr(marker)!r} is no type of a length")
        length = int(self._number(marker))
        if length < 0:
            raise self._wrong("a length is negative")
        return length

    def _text(self) -> str:
        raw = self._take(self._length())
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self._wrong("a text is not in UTF-8") from error

    def _take(self, size: int) -> bytes:
        start, self.at = self.at, self.at + size
        if self.at > len(self.data):
            raise self._wrong("it ends too early", start)
        return self.data[start : self.at]

    def _peek(self) -> int:
        if self.at >= len(self.data):
            raise self._wrong("it ends too early")
        return self.data[self.at]

    def _wrong(self, reason: str, at: int | None = None) -> ExportError:
        return ExportError(f"no UBJSON at byte {self.at if at is None else at}: {reason}")
