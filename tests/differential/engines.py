"""A document in pmmlkit, by columns and by rows, and in an oracle: where the answers differ."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import numpy as np

import pmmlkit
from pmmlkit.errors import EvaluationError
from pmmlkit.parity.oracles import UNNAMED_TARGET, Oracle, OracleError

Table = Mapping[str, Sequence[Any]]
Record = dict[str, Any]


@dataclass(frozen=True)
class Failed:
    """A row that an engine could not score, and what it said."""

    message: str


Answer = Record | Failed


@dataclass(frozen=True)
class Conflict:
    """One result of one row that is not the same; a failed row counts as one result."""

    row: Record
    name: str
    ours: Any
    theirs: Any

    def __str__(self) -> str:
        return f"{self.row}: {self.name} is {self.ours!r} here, {self.theirs!r} there"


Excuse = Callable[[Conflict], bool]


def ours(document: bytes, table: Table, nan: str = "missing") -> list[Answer]:
    """Score by rows, and see that scoring by columns says the same."""
    model = pmmlkit.load(document, nan=nan)
    size = len(next(iter(table.values())))
    arrays = {}
    for name, items in table.items():
        arrays[name] = np.fromiter(items, np.object_, size)
    score = model.evaluate if model.targets else model.transform
    result = dict(score(arrays, errors="column", absent="missing"))
    lists = {name: np.ma.MaskedArray(cells).tolist() for name, cells in result.items()}
    messages = lists.pop("pmmlkit_error")
    answers: list[Answer] = []
    for at, row in enumerate(rows_of(table)):
        whole = {name: cells[at] for name, cells in lists.items()}
        answer = _by_row(model, row)
        if isinstance(answer, Failed):
            assert messages[at] is not None, (row, answer, whole)
        else:
            assert messages[at] is None, (row, messages[at], answer)
            assert all(_alike(whole[name], answer[name]) for name in whole), (row, whole, answer)
        answers.append(answer)
    return answers


def _by_row(model: pmmlkit.Model, row: Record) -> Answer:
    try:
        return dict(model.evaluate(row) if model.targets else model.transform(row))
    except EvaluationError as error:
        return Failed(str(error))


def theirs(document: bytes, table: Table, oracle: Oracle, nan: str = "missing") -> list[Answer]:
    """Score with an oracle; PMML4S says nothing of rows that fail."""
    result = oracle.evaluate(document, table, nan_as_missing=nan == "missing")
    failed = dict(result.errors)
    return [
        Failed(failed[row])
        if row in failed
        else {name or UNNAMED_TARGET: items[row] for name, items in result.columns.items()}
        for row in range(result.rows)
    ]


def conflicts(
    document: bytes,
    table: Table,
    oracle: Oracle,
    *,
    excuses: Iterable[Excuse] = (),
    rel: float = 1e-12,
    nan: str = "missing",
) -> list[Conflict]:
    """Compare both, row by row; what an excuse applies to is left out."""
    mine = ours(document, table, nan)
    found = []
    for row, left, right in zip(
        rows_of(table), mine, theirs(document, table, oracle, nan), strict=True
    ):
        if isinstance(left, Failed) or isinstance(right, Failed):
            if type(left) is not type(right):
                found.append(Conflict(row, "the row", left, right))
            continue
        found += [
            Conflict(row, name, left[name], right[name])
            for name in left
            if name in right and not agree(left[name], right[name], rel)
        ]
    excuses = tuple(excuses)
    return [item for item in found if not any(excuse(item) for excuse in excuses)]


def both_refuse(document: bytes, oracle: Oracle, table: Table) -> bool:
    """Tell whether both refuse the document, or the oracle fails every row of it."""
    try:
        pmmlkit.load(document)
    except pmmlkit.PmmlError:
        pass
    else:
        return False
    try:
        answers = theirs(document, table, oracle)
    except OracleError:
        return True
    return all(isinstance(answer, Failed) for answer in answers)


def agree(left: Any, right: Any, rel: float) -> bool:
    """Equal results: texts to the letter, except the last digits of numbers in them."""
    left, right = _plain(left), _plain(right)
    if left is None or right is None:
        return left is None and right is None
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(
            agree(one, other, rel) for one, other in zip(left, right, strict=True)
        )
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        return left == right or _agree_as_numbers(left.rstrip("|"), right.rstrip("|"), rel)
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return _close(left, right, rel)
    return bool(left == right)


def rows_of(table: Table) -> list[Record]:
    """The rows of a table as dicts."""
    return [dict(zip(table, items, strict=True)) for items in zip(*table.values(), strict=True)]


def product_of(**values: Sequence[Any]) -> dict[str, list[Any]]:
    """A table of all combinations."""
    rows = list(itertools.product(*values.values()))
    return {name: [row[at] for row in rows] for at, name in enumerate(values)}


def shown(found: Sequence[Conflict], most: int = 8) -> str:
    """The first conflicts, one a line."""
    more = f"\n... {len(found) - most} more" if len(found) > most else ""
    return "\n" + "\n".join(map(str, found[:most])) + more


def _close(left: float, right: float, rel: float) -> bool:
    if math.isnan(left) or math.isnan(right):
        return math.isnan(left) and math.isnan(right)
    return math.isclose(left, right, rel_tol=rel, abs_tol=min(rel, 1e-15))


def _agree_as_numbers(left: str, right: str, rel: float) -> bool:
    form = _form(left)
    if form is None or form != _form(right):
        return False
    # Java up to 18 writes some floats with a digit too many.
    with np.errstate(over="ignore"):
        is_single = max(len(left), len(right)) <= 15 and np.float32(left) == np.float32(right)
    return bool(is_single) or _close(float(left), float(right), rel)


def _form(text: str) -> str | None:
    """How a number is written: whole, with a point, with an exponent; None for no number."""
    try:
        float(text)
    except ValueError:
        return None
    return "E" if "E" in text else "." if "." in text else "whole"


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, datetime) or (isinstance(value, str) and "T" in value):
        return _read(datetime.fromisoformat, value)
    if isinstance(value, time) or (isinstance(value, str) and value[2:3] == ":"):
        return _read(time.fromisoformat, value)
    if isinstance(value, date) or (isinstance(value, str) and value[4:5] == "-"):
        return _read(date.fromisoformat, value)
    return value


def _read(parse: Callable[[str], Any], value: Any) -> Any:
    try:
        return parse(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _alike(left: Any, right: Any) -> bool:
    """Results of both modes: transcendental functions differ in their last bits."""
    left, right = _plain(left), _plain(right)
    if any(isinstance(item, float) and math.isnan(item) for item in (left, right)):
        return right is None or bool(right != right)
    return type(left) is type(right) and agree(left, right, 1e-12)
