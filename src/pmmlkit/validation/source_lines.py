"""The text of single lines of a document, for reports that show them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from typing import Final

__all__ = ["CUT", "MOST_OF_A_LINE", "head_of", "lines_of"]

MOST_OF_A_LINE: Final = 200
"""A line is shown up to so many characters."""

CUT: Final = " \N{HORIZONTAL ELLIPSIS}"
"""The end of a line that is longer."""

_BLOCK = 1 << 16
_MOST_BYTES_OF_A_CHARACTER = 4

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
"""How a text begins whose encoding need not be stated. Specification: XML 1.0, appendix F."""

_STATED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']""")


def lines_of(text: bytes, numbers: Iterable[int]) -> dict[int, str]:
    """Return the lines with these numbers (1-based) of the text of a document, in their order.

    The encoding is that of the byte order mark or the XML declaration; what cannot be decoded is
    replaced. Lines that the text does not have are left out, long ones are cut (`MOST_OF_A_LINE`).
    """
    wanted = sorted({number for number in numbers if number > 0})
    if not wanted:
        return {}
    encoding = _encoding(text)
    if "\n".encode(encoding) != b"\n":
        text, encoding = _decoded(text, encoding).encode("utf-8", "replace"), "utf-8"
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    found: dict[int, str] = {}
    number, start = 1, 0
    for line in wanted:
        start = _after_lines(text, start, line - number)
        if start < 0:
            break
        number = line
        found[line] = _line(text, start, encoding)
    return found


def head_of(text: bytes) -> str:
    """Return the beginning of a document, which may be cut anywhere, as characters."""
    return _decoded(text, _encoding(text)).lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")


def _after_lines(text: bytes, start: int, count: int) -> int:
    """Return where the text goes on after `count` ends of lines, -1 if it has less."""
    while count:
        block = text.count(b"\n", start, start + _BLOCK)
        if block < count:
            start += _BLOCK
            if start >= len(text):
                return -1
            count -= block
            continue
        for _ in range(count):
            start = text.index(b"\n", start) + 1
        count = 0
    return start


def _line(text: bytes, start: int, encoding: str) -> str:
    end = text.find(b"\n", start)
    end = len(text) if end < 0 else end
    most = min(end, start + (MOST_OF_A_LINE + 1) * _MOST_BYTES_OF_A_CHARACTER)
    line = _decoded(text[start:most], encoding).removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    if most == end and len(line) <= MOST_OF_A_LINE:
        return line
    return line[: MOST_OF_A_LINE - len(CUT)] + CUT


def _encoding(text: bytes) -> str:
    """Return the encoding that a document has or says that it has, UTF-8 if that is none."""
    for mark, name in _MARKS:
        if text.startswith(mark):
            return name
    stated = _STATED.match(text)
    name = stated[1].decode("ascii") if stated else "utf-8"
    try:
        # A name that could be read as ASCII is not that of another alphabet; some are of no text.
        return name if "<\n".encode(name) == b"<\n" else "utf-8"
    except (LookupError, ValueError):
        return "utf-8"


def _decoded(text: bytes, encoding: str) -> str:
    try:
        return text.decode(encoding, "replace")
    except (LookupError, ValueError):
        return text.decode("utf-8", "replace")
