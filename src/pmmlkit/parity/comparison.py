"""The comparison of two tables of results, column by column."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time

from pmmlkit.parity.values import Columns, Values, is_missing, plain, row_count

__all__ = ["ColumnComparison", "Comparison", "Mismatch", "compare_columns", "values_agree"]

Errors = Sequence[tuple[int, str]]

MOST_ROWS_SHOWN = 3
"""Rows that fail on one side only: this many are printed, the rest is counted."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One row (0-based) with the value of either side."""

    row: int
    left: object
    right: object


@dataclass(frozen=True, slots=True)
class ColumnComparison:
    """One column: rows compared, rows different, largest absolute difference, first mismatch.

    `largest` covers all rows, those within the tolerance too; None where no row has numbers on both
    sides.
    """

    name: str
    rows: int
    different: int
    largest: float | None
    first: Mismatch | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two tables of results side by side.

    `only_left` and `only_right` are columns that the other side lacks: they are not compared.
    `failures` are the rows that failed on one side only, with the message of that side and None for
    the other.
    """

    left: str
    right: str
    rel: float
    abs: float
    columns: tuple[ColumnComparison, ...]
    only_left: tuple[str, ...]
    only_right: tuple[str, ...]
    failures: tuple[Mismatch, ...]

    @property
    def ok(self) -> bool:
        """Something was compared, no value differs, and the same rows failed."""
        return (
            bool(self.columns) and not self.failures and not any(c.different for c in self.columns)
        )

    def to_json(self) -> str:
        """The comparison as a JSON object; values that JSON does not know are text."""
        return json.dumps({"ok": self.ok, **asdict(self)}, default=str)

    def __str__(self) -> str:
        lines = [f"{self.left} against {self.right}: {'agree' if self.ok else 'DIFFER'}"]
        width = max((len(column.name) for column in self.columns), default=0)
        for column in self.columns:
            counts = f"{column.rows} rows, {column.different} different"
            if column.largest is not None:
                counts += f", largest difference {column.largest:.3g}"
            lines.append(f"  {column.name:<{width}}  {counts}")
            if column.first:
                lines.append(f"  {'':<{width}}  first in {self._sides(column.first)}")
        lines += [
            f"  failed on one side: {self._sides(f)}" for f in self.failures[:MOST_ROWS_SHOWN]
        ]
        if len(self.failures) > MOST_ROWS_SHOWN:
            lines.append(
                f"  and {len(self.failures) - MOST_ROWS_SHOWN} more rows failed on one side"
            )
        for side, names in ((self.left, self.only_left), (self.right, self.only_right)):
            if names:
                lines.append(f"  not compared, only from {side}: {', '.join(names)}")
        if not self.columns:
            lines.append("  no column in common")
        return "\n".join(lines)

    def _sides(self, mismatch: Mismatch) -> str:
        return f"row {mismatch.row}: {self.left} {mismatch.left!r}, {self.right} {mismatch.right!r}"


def compare_columns(
    left: Columns,
    right: Columns,
    *,
    names: tuple[str, str] = ("left", "right"),
    rel: float = 1e-9,
    abs: float = 1e-12,
    errors: tuple[Errors, Errors] = ((), ()),
    silent: tuple[bool, bool] = (False, False),
) -> Comparison:
    """Compare two tables of the same rows; see `values_agree` for what agrees.

    `errors` are the failed rows of either side: rows that failed on both agree, and no failed row
    counts in a column. A side that is `silent` gives missing values instead of an error: there, all
    missing counts as failed.
    """
    failed = dict(errors[0]), dict(errors[1])
    failures = [
        Mismatch(row, failed[0].get(row), failed[1].get(row))
        for row in sorted(failed[0].keys() ^ failed[1].keys())
        if not (silent[0] and row in failed[1] and _all_missing(left, row))
        and not (silent[1] and row in failed[0] and _all_missing(right, row))
    ]
    skipped = failed[0].keys() | failed[1].keys()
    shared = [name for name in left if name in right]
    return Comparison(
        left=names[0],
        right=names[1],
        rel=rel,
        abs=abs,
        columns=tuple(
            _compare(name, left[name], right[name], skipped, rel, abs) for name in shared
        ),
        only_left=tuple(name for name in left if name not in right),
        only_right=tuple(name for name in right if name not in left),
        failures=tuple(failures),
    )


def values_agree(left: object, right: object, rel: float, abs: float) -> bool:
    """Whether two results are the same.

    Missing agrees with missing, NaN with either; numbers within ``max(abs, rel * larger)``, also
    when one side is the text of a number; truth values with ``true``/``false`` in any case and with
    1/0; dates and times with their ISO 8601 text; everything else must be equal.
    """
    left, right = plain(left), plain(right)
    if is_missing(left) or is_missing(right):
        return is_missing(left) and is_missing(right)
    if left == right:
        return True
    if isinstance(left, (date, time)) or isinstance(right, (date, time)) or _both(left, right, str):
        return _instant(left) == _instant(right)
    numbers = _number(left), _number(right)
    if numbers[0] is None or numbers[1] is None:
        return False
    return math.isclose(numbers[0], numbers[1], rel_tol=rel, abs_tol=abs)


def _compare(
    name: str,
    left: Values,
    right: Values,
    skipped: Iterable[int],
    rel: float,
    abs_: float,
) -> ColumnComparison:
    row_count({f"{name} (left)": left, f"{name} (right)": right})
    skip = frozenset(skipped)
    different, rows, first, largest = 0, 0, None, None
    for row, (one, other) in enumerate(zip(left, right, strict=True)):
        if row in skip:
            continue
        rows += 1
        distance = _distance(one, other)
        if distance is not None and (largest is None or distance > largest):
            largest = distance
        if distance == 0 or values_agree(one, other, rel, abs_):
            continue
        different += 1
        first = first or Mismatch(row, plain(one), plain(other))
    return ColumnComparison(name, rows, different, largest, first)


def _distance(left: object, right: object) -> float | None:
    """The absolute difference of two finite numbers; None for anything else."""
    left, right = plain(left), plain(right)
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        distance = abs(left - right)
        return float(distance) if math.isfinite(distance) else None
    return None


def _all_missing(columns: Columns, row: int) -> bool:
    return all(is_missing(plain(values[row])) for values in columns.values())


def _both(left: object, right: object, kind: type) -> bool:
    return isinstance(left, kind) and isinstance(right, kind)


def _number(value: object) -> float | None:
    """A number, a truth value or their text as a number."""
    if isinstance(value, (bool, int, float)):
        return float(value)
    if isinstance(value, str):
        if value.lower() in {"true", "false"}:
            return float(value.lower() == "true")
        try:
            return float(value)
        except ValueError:
            return None
    return None


def _instant(value: object) -> object:
    """Dates and times in one form: engines leave out seconds that are zero."""
    if isinstance(value, (date, time)):
        value = value.isoformat()
    if not isinstance(value, str):
        return value
    for parse in (time.fromisoformat, datetime.fromisoformat):
        try:
            return parse(value)
        except ValueError:
            continue
    return value
