"""The statement of a SQLTransformer, taken apart: what is selected, and which rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pmmlkit.errors import ExportError, UnsupportedError

__all__ = ["Selected", "Statement", "is_a", "parsed", "shown"]

MOST_CHARACTERS: Final = 100_000
DEEPEST: Final = 200

_CLAUSES: Final = {
    "group": "GROUP BY",
    "having": "HAVING",
    "distinct": "DISTINCT",
    "order": "ORDER BY",
    "sort": "SORT BY",
    "limit": "LIMIT",
    "joins": "JOIN",
    "laterals": "LATERAL VIEW",
    "windows": "WINDOW",
    "qualify": "QUALIFY",
}
_KNOWN: Final = ("expressions", "from", "from_", "where")


@dataclass(frozen=True, slots=True)
class Selected:
    """A column of the result: its name, and its expression as sqlglot has it."""

    name: str
    node: Any


@dataclass(frozen=True, slots=True)
class Statement:
    """What a statement selects; `keeps_all`: all columns of the table but `dropped` as well.
    `present`: rows where one of these columns is NULL are dropped. `tables`: what the table is
    called.
    """

    selected: tuple[Selected, ...]
    keeps_all: bool
    dropped: tuple[str, ...]
    present: tuple[str, ...]
    tables: frozenset[str]


def is_a(node: Any, *names: str) -> bool:
    """Tell whether a node is of one of the classes of sqlglot with these names."""
    return type(node).__name__ in names


def shown(node: Any) -> str:
    """Return an expression as text, for messages."""
    text = str(node.sql(dialect="spark"))
    return text if len(text) <= 80 else f"{text[:77]}..."


def parsed(text: str) -> Statement:
    """Parse ``SELECT ... FROM __THIS__ [WHERE ...]`` in Spark's SQL.

    Raises ExportError for statements of other kinds, and UnsupportedError without sqlglot.
    """
    select = _tree(text)
    if not is_a(select, "Select"):
        raise ExportError(f"the statement is no SELECT of the rows of __THIS__: {text!r:.80}")
    for name, value in select.args.items():
        if value and name not in _KNOWN:
            clause = _CLAUSES.get(name, name.upper())
            raise ExportError(
                f"{clause} needs the other rows of the table, but a document sees one row at a "
                "time: do that before the pipeline"
            )
    tables = _tables(select.args.get("from_") or select.args.get("from"), text)
    where = select.args.get("where")
    keeps_all, dropped, selected = _items(select.expressions)
    present = () if where is None else _present(where.this)
    return Statement(tuple(selected), keeps_all, dropped, present, tables)


def _tree(text: str) -> Any:
    try:
        import sqlglot
    except ImportError as error:
        raise UnsupportedError(
            'SQLTransformer needs sqlglot: pip install "pmmlkit[spark]"'
        ) from error
    if len(text) > MOST_CHARACTERS:
        raise ExportError(f"the statement has more than {MOST_CHARACTERS:,} characters")
    try:
        (tree,) = sqlglot.parse(text, dialect="spark")
    except (sqlglot.errors.SqlglotError, ValueError, RecursionError) as error:
        reason = str(error).partition("\n")[0]
        raise ExportError(f"the statement cannot be parsed: {reason:.200}") from error
    pending = [(tree, 0)]
    while pending:
        node, depth = pending.pop()
        if depth > DEEPEST:
            raise ExportError(f"the statement is nested deeper than {DEEPEST} times")
        if node is not None:
            pending += [
                # rows of AND, and of OR, are nested to the left without end
                (
                    inner,
                    depth + (not is_a(inner, type(node).__name__) or not is_a(node, "And", "Or")),
                )
                for inner in node.iter_expressions()
            ]
    return tree


def _tables(source: Any, text: str) -> frozenset[str]:
    table: Any = None if source is None else source.this
    if not is_a(table, "Table") or table.name.upper() != "__THIS__" or table.args.get("joins"):
        raise ExportError(f"the statement reads more than the table __THIS__: {text!r:.80}")
    return frozenset({"__this__", table.alias_or_name.lower()})


def _items(nodes: Sequence[Any]) -> tuple[bool, tuple[str, ...], list[Selected]]:
    keeps_all, dropped, selected = False, (), []
    for node in nodes:
        star = node.this if is_a(node, "Column") and is_a(node.this, "Star") else node
        if is_a(star, "Star"):
            if star.args.get("replace") or star.args.get("rename"):
                raise ExportError(f"{shown(star)}: select the columns by their names")
            left_out = star.args.get("except_") or star.args.get("except") or ()
            keeps_all, dropped = True, tuple(item.name for item in left_out)
            continue
        inner = node.this if is_a(node, "Alias") else node
        name = node.alias if is_a(node, "Alias") else node.name if is_a(node, "Column") else ""
        selected.append(Selected(name or shown(inner), inner))
    return keeps_all, dropped, selected


def _present(condition: Any) -> tuple[str, ...]:
    """Return the columns that a filter asks to be there.

    Raises ExportError for any other filter.
    """
    found: list[str] = []
    pending = [condition]
    while pending:
        node = pending.pop()
        if is_a(node, "Paren"):
            pending.append(node.this)
        elif is_a(node, "And"):
            pending += [node.expression, node.this]
        else:
            found.append(_tested(node))
    return tuple(dict.fromkeys(found))


def _tested(node: Any) -> str:
    inner: Any = None
    if is_a(node, "Not") and is_a(node.this, "Is") and is_a(node.this.expression, "Null"):
        inner = node.this.this
    elif is_a(node, "Anonymous") and str(node.this).lower() == "isnotnull":
        inner = node.expressions[0]
    if not is_a(inner, "Column"):
        raise ExportError(
            f"WHERE {shown(node)}: a document cannot leave rows out, only <column> IS NOT NULL can "
            "be said (such rows have no result): filter the rows before the pipeline"
        )
    return str(inner.name)
