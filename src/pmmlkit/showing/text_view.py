"""Blocks as plain text of a given width."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Final

from pmmlkit.showing.blocks import Block, Formulas, Grid, Heading, Note, Pairs, cell_text
from pmmlkit.showing.facts import Value

__all__ = ["clean", "clean_branch", "fitted", "text_lines", "width_of"]

_FORMULAS: Final = 16
"""A list of formulas shows so many of them."""
_LINES: Final = 4
"""A formula has so many lines."""
_NARROWEST: Final = 8
_INDENT: Final = "  "
_GAP: Final = "  "

Style = Callable[[str], str]


def clean(text: str) -> str:
    """Return a text that changes nothing but its own place on a terminal: no control characters."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        letter if unicodedata.category(letter)[0] != "C" else f"\\u{ord(letter):04x}"
        for letter in " ".join(text.split())
    )


def clean_branch(line: str) -> str:
    """Return a line of a tree cleaned, its branches kept."""
    start = len(line) - len(line.lstrip(" │├└─"))
    return line[:start] + clean(line[start:])


def width_of(text: str) -> int:
    """Return how many columns of a terminal a text takes: wide characters take two, marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(letter) else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )


def fitted(text: str, width: int) -> str:
    """Return a text that is no wider, with dots where it is cut."""
    if width_of(text) <= width:
        return text
    kept, room = [], width - 3
    for letter in text:
        room -= width_of(letter)
        if room < 0:
            break
        kept.append(letter)
    return "".join(kept).rstrip(" .,;") + "..." if width > 3 else "." * width


def _padded(text: str, width: int, *, right: bool) -> str:
    blank = " " * (width - width_of(text))
    return blank + text if right else text + blank


def text_lines(
    blocks: Iterable[Block], width: int, *, full: bool = False, bold: Style = str
) -> Iterator[str]:
    """Yield the lines of all blocks. Unless `full`, none is wider than `width`; `bold` styles
    headings.
    """
    is_first = True
    for block in blocks:
        if isinstance(block, Heading):
            if not is_first:
                yield ""
            text = clean(block.text)
            yield bold(text if full else fitted(text, width))
        elif isinstance(block, Pairs):
            yield from _pairs(block, width, full)
        elif isinstance(block, Grid):
            yield from _grid(block, width, full)
        elif isinstance(block, Formulas):
            yield from _formulas(block, width, full)
        elif isinstance(block, Note):
            yield from _wrapped(clean(block.text), width, _INDENT, _INDENT * 2)
        is_first = False


def _wrapped(text: str, width: int, first: str, later: str, most: int | None = None) -> list[str]:
    """Break a text into lines at blanks, at most so many."""
    edge = max(width_of(first), width_of(later))
    room = max(width, _NARROWEST + edge)
    lines: list[str] = []
    line, used, is_empty = first, width_of(first), True
    for word in _words(text, room - edge):
        wanted = width_of(word)
        if used + wanted + 1 > room and not is_empty:
            lines.append(line)
            if most is not None and len(lines) == most:
                lines[-1] = f"{fitted(line, room - 4)} ..."
                return lines
            line, used, is_empty = later, width_of(later), True
        line += word if is_empty else f" {word}"
        used += wanted if is_empty else wanted + 1
        is_empty = False
    return [*lines, line]


def _words(text: str, room: int) -> Iterator[str]:
    """Yield what stands between blanks, longer words than a line in pieces."""
    for word in text.split(" "):
        piece: list[str] = []
        used = 0
        for letter in word if len(word) > room // 2 else ():
            wanted = width_of(letter)
            if used + wanted > room:
                yield "".join(piece)
                piece, used = [], 0
            piece.append(letter)
            used += wanted
        yield "".join(piece) if piece else word


def _pairs(block: Pairs, width: int, full: bool) -> Iterator[str]:
    items = [(name, value) for name, value in block.items if value is not None and value != ""]
    label = max((width_of(name) for name, _ in items), default=0)
    for name, value in items:
        first = _INDENT + _padded(name, label, right=False) + _GAP
        text = clean(cell_text(value, full=full))
        yield from _wrapped(text, width, first, " " * width_of(first), None if full else _LINES)


def _formulas(block: Formulas, width: int, full: bool) -> Iterator[str]:
    shown = block.items if full or len(block.items) <= _FORMULAS + 1 else block.items[:_FORMULAS]
    for name, formula, type in shown:
        text = clean(f"{name} = {formula.text(full=full)}")
        kind = f"  : {type}" if type else ""
        room = width - width_of(kind)
        lines = _wrapped(text, room, _INDENT, _INDENT * 3, None if full else _LINES)
        lines[-1] += kind
        yield from lines
    if len(shown) < len(block.items):
        yield f"{_INDENT}... {len(block.items) - len(shown):,} more"


def _grid(block: Grid, width: int, full: bool) -> Iterator[str]:
    if block.title:
        yield f"{_INDENT}{clean(block.title)}:"
    rows = block.rows if full or len(block.rows) <= block.most + 1 else block.rows[: block.most]
    indent = _INDENT * 2 if block.title else _INDENT
    kept = [
        place for place in range(len(block.columns)) if any(_is_there(row[place]) for row in rows)
    ]
    texts = [[clean(cell_text(row[place], full=full)) for place in kept] for row in rows]
    heads = [clean(block.columns[place]) for place in kept]
    numeric = [all(_is_number(row[place]) for row in rows) for place in kept]
    widths = [
        max(width_of(text) for text in (head, *(row[at] for row in texts)))
        for at, head in enumerate(heads)
    ]
    dropped = 0
    if not full:
        widths, dropped = _narrowed(widths, width - len(indent))
    line = partial(_line, indent, widths, numeric)
    yield line(heads)
    for row in texts:
        yield line(row)
    if dropped:
        yield f"{indent}... {dropped:,} more column{'' if dropped == 1 else 's'}"
    if len(rows) < len(block.rows):
        yield f"{indent}... {len(block.rows) - len(rows):,} more rows"


def _is_there(value: Value) -> bool:
    return value is not None and value != ""


def _is_number(value: Value) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _line(indent: str, widths: Sequence[int], numeric: Sequence[bool], cells: Sequence[str]) -> str:
    shown = [
        _padded(fitted(cell, width), width, right=right)
        for cell, width, right in zip(cells, widths, numeric, strict=False)
    ]
    return (indent + _GAP.join(shown)).rstrip()


def _narrowed(widths: list[int], room: int) -> tuple[list[int], int]:
    """Take room from the widest columns, then leave out the last; return how many are left out."""
    widths = list(widths)
    total = len(widths)
    while len(widths) > 2 and sum(min(w, _NARROWEST) for w in widths) + _gaps(widths) > room:
        widths.pop()
    while sum(widths) + _gaps(widths) > room:
        widest = max(range(len(widths)), key=widths.__getitem__)
        if widths[widest] <= _NARROWEST:
            break
        others = sorted(widths)[-2] if len(widths) > 1 else 0
        over = sum(widths) + _gaps(widths) - room
        step = max(1, min(over, widths[widest] - max(others, _NARROWEST)))
        widths[widest] -= step
    return widths, total - len(widths)


def _gaps(widths: Sequence[int]) -> int:
    return len(_GAP) * max(len(widths) - 1, 0)
