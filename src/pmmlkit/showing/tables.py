"""Expressions that are tables: pieces of a line, intervals, rows of a table, options of a search.

Specification: chapter Transformations (NormContinuous, Discretize, MapValues, TextIndex).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pmmlkit.language.row_table import column_name
from pmmlkit.showing.formula import Listing, Names, Part, literal, number_text, quoted
from pmmlkit.xml.declaration import Element

__all__ = ["bins", "interval_parts", "mapped", "piecewise", "text_options"]

_Item = tuple[str | int | float, ...]


def interval_parts(interval: Any) -> _Item:
    """Return an interval: ``[0, 10)``, or ``< 0`` where one side is open to infinity."""
    if interval is None:
        return ("?",)
    closure = interval.closure or "openOpen"
    low, high = interval.left_margin, interval.right_margin
    if low is None and high is None:
        return ("any number",)
    if low is None:
        return ("<= " if closure.endswith("Closed") else "< ", high)
    if high is None:
        return (">= " if closure.startswith("closed") else "> ", low)
    left = "[" if closure.startswith("closed") else "("
    right = "]" if closure.endswith("Closed") else ")"
    return (left, low, ", ", high, right)


def piecewise(element: Any, names: Names) -> tuple[Part, ...]:
    """Return a NormContinuous as the lines between its points, each with where it holds."""
    x = names.field(element.field)
    points = [(norm.orig, norm.norm) for norm in element.linear_norms or ()]
    if len(points) < 2 or any(None in point for point in points):
        return (f"piecewise({x}: ?)",)
    pairs = list(pairwise(points))
    outliers = element.outliers
    if len(pairs) == 1 and outliers == "asIs":
        return _line(x, *pairs[0])
    items: list[_Item] = []
    if outliers != "asIs":
        items.append((f"{x} < ", points[0][0], ": ", *_beyond(outliers, points[0][1])))
    for position, (start, end) in enumerate(pairs):
        is_last = position == len(pairs) - 1
        if is_last and outliers == "asIs":
            items.append(("otherwise: ", *_line(x, start, end)))
        else:
            sign = "<=" if is_last else "<"
            items.append((f"{x} {sign} ", end[0], ": ", *_line(x, start, end)))
    if outliers != "asIs":
        items.append(("otherwise: ", *_beyond(outliers, points[-1][1])))
    return ("piecewise(", Listing(tuple(items), "; "), ")")


def _beyond(outliers: str | None, extreme: float) -> _Item:
    if outliers == "asExtremeValues":
        return (extreme,)
    return ("missing" if outliers == "asMissingValues" else "?",)


def _line(x: str, start: tuple[float, float], end: tuple[float, float]) -> _Item:
    """Return a line through two points in its shortest form."""
    rise, run = end[1] - start[1], end[0] - start[0]
    if rise == 0 or run == 0:
        return (start[1],)
    distance: _Item = (x,)
    if start[0] != 0:
        distance = (f"{x} - ", start[0]) if start[0] > 0 else (f"{x} + ", -start[0])
    slope, steps = rise / run, run / rise
    if slope == 1 and start[1] == 0:
        return distance
    line: _Item = distance if len(distance) == 1 else ("(", *distance, ")")
    if slope != 1:
        is_shorter = len(number_text(steps, full=True)) < len(number_text(slope, full=True))
        line = (*line, " / ", steps) if is_shorter else (slope, " * ", *line)
    return line if start[1] == 0 else (start[1], " + ", *line)


def bins(element: Any, names: Names) -> tuple[Part, ...]:
    """Return a Discretize: each interval with the value that stands for it."""
    type = element.data_type
    items: list[_Item] = [
        (*interval_parts(item.interval), ": ", literal(item.bin_value, type))
        for item in element.bins or ()
    ]
    items += _otherwise(element, type)
    return (f"bins({names.field(element.field)}; ", Listing(tuple(items), "; "), ")")


def _otherwise(element: Any, type: str | None) -> Iterator[_Item]:
    if element.default_value is not None:
        yield ("otherwise: ", literal(element.default_value, type))
    if element.map_missing_to is not None:
        yield ("missing: ", literal(element.map_missing_to, type))


def mapped(element: Any, names: Names) -> tuple[Part, ...]:
    """Return a MapValues: how many rows, and the first of them."""
    pairs = element.pairs or ()
    fields = names.fields(pair.field for pair in pairs)
    head = f"map({fields} -> {column_name(element.output_column or '?')}; "
    if element.inline_table is None:
        where = "a table outside of the document" if element.table_locator else "no table"
        return (head, where, ")")
    table = element.inline_table.rows
    nothing: list[str | None] = [None] * len(table)
    keys = [table.column(pair.column or "") or nothing for pair in pairs]
    results = table.column(element.output_column or "") or nothing
    items: list[_Item] = []
    for row, result in enumerate(results):
        item: list[str | int | float] = []
        for pair, cells in zip(pairs, keys, strict=True):
            cell = cells[row]
            known = "missing" if cell is None else names.literal(pair.field, cell)
            item += [", " if item else "", known]
        value = "missing" if result is None else literal(result, element.data_type)
        items.append((*item, ": ", value))
    rows = f"{_row_count(len(table))}: "
    rest = list(_otherwise(element, element.data_type))
    tail: list[Part] = []
    for item_parts in rest:
        tail += ["; ", *item_parts]
    return (head, rows, Listing(tuple(items), "; "), *tail, ")")


def text_options(element: Any) -> Iterator[str]:
    """Yield what a TextIndex says beyond its field and its term, where it is not the default."""
    declaration = type(element).declaration
    for item in declaration.attributes:
        value = getattr(element, item.name)
        if item.name != "text_field" and value is not None and value != item.default:
            shown = quoted(value) if item.xml_name.endswith("RE") else _option(value)
            yield f"{item.xml_name} = {shown}"
    tables = element.normalizations or ()
    if tables:
        rows = sum(_rows(item) for item in tables)
        yield f"{_row_count(rows)} of normalization"


def _row_count(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _option(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _rows(normalization: Element) -> int:
    table = getattr(normalization, "inline_table", None)
    return 0 if table is None else len(table.rows)
