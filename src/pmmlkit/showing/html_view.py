"""Blocks as HTML, for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from pmmlkit.showing.blocks import Block, Formulas, Grid, Heading, Note, Pairs, cell_text
from pmmlkit.showing.facts import Value

__all__ = ["html_text"]


def html_text(blocks: Iterable[Block]) -> str:
    """Return the blocks as one HTML fragment; everything of the document is escaped."""
    return f"<div>{''.join(_pieces(blocks))}</div>"


def _pieces(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Heading):
            level = block.level + 2
            yield f"<h{level}>{escape(block.text)}</h{level}>"
        elif isinstance(block, Pairs):
            pairs = tuple(item for item in block.items if item[1] not in (None, ""))
            yield _table((), pairs)
        elif isinstance(block, Grid):
            yield f"<p>{escape(block.title)}</p>" if block.title else ""
            kept = [
                place
                for place in range(len(block.columns))
                if any(row[place] not in (None, "") for row in block.rows)
            ]
            rows = tuple(tuple(row[place] for place in kept) for row in block.rows)
            yield _table(tuple(block.columns[place] for place in kept), rows, block.most)
        elif isinstance(block, Formulas):
            yield _table((), block.items)
        elif isinstance(block, Note):
            yield f"<p>{escape(block.text)}</p>"


def _table(heads: tuple[str, ...], rows: tuple[tuple[Value, ...], ...], most: int = 16) -> str:
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    lines = [f"<tr>{head}</tr>"] if head else []
    for row in rows[:most]:
        cells = (f"<td>{escape(cell_text(value, full=False))}</td>" for value in row)
        lines.append(f"<tr>{''.join(cells)}</tr>")
    if len(rows) > most:
        lines.append(f"<tr><td>... {len(rows) - most:,} more</td></tr>")
    return f"<table>{''.join(lines)}</table>"
