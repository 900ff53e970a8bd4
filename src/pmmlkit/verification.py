"""Scores the rows that a document carries for its own verification, and compares. Semantics chapter
30.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pmmlkit.columns.types import DataType
from pmmlkit.errors import DataError
from pmmlkit.language.verification import Conflict, cell, conflicts, plan_verification

if TYPE_CHECKING:
    from pmmlkit.language.row_table import RowTable
    from pmmlkit.program import Program

__all__ = ["VerificationReport", "verify"]


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """The rows that were scored and every result that differs. `errors`: rows without a result, and
    why.
    """

    rows: int
    fields: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    errors: tuple[tuple[int, str], ...]

    @property
    def ok(self) -> bool:
        """Tell whether all results are as the document expects."""
        return not self.conflicts and not self.errors

    def __str__(self) -> str:
        head = f"verified {self.rows} rows of {', '.join(self.fields)}: "
        if self.ok:
            return head + "all as expected"
        lines = [f"{head}{len(self.conflicts)} results differ, {len(self.errors)} rows failed"]
        lines += [f"  {conflict}" for conflict in self.conflicts[:10]]
        lines += [f"  row {row}: {reason}" for row, reason in self.errors[:10]]
        return "\n".join(lines)


def verify(program: Program) -> VerificationReport:
    """Score the ModelVerification rows of a model. Raises DataError if it has none."""
    element = program.element.model_verification
    if element is None:
        raise DataError("the model has no ModelVerification: there is nothing to compare with")
    rows = _records(element.inline_table.rows)
    plan = plan_verification(
        element,
        [field.name for field in program.targets],
        [field.name for field in program.outputs],
        len(rows),
    )
    inputs = [{field.field: cell(row, field) for field in plan.inputs} for row in rows]
    table: dict[str, Any] = {
        field.field: [row[field.field] for row in inputs] for field in plan.inputs
    }
    result = program.run(len(rows), table.get)
    answers = {name: column.to_list() for name, column in result.columns.items()}
    types: dict[str, DataType] = {name: column.type for name, column in result.columns.items()}
    if result.origins is not None:
        # The expectations of a group stand in its first row.
        rows = [rows[row] for row in result.origins]
    failed = set(result.errors)
    good = [row for row in range(len(rows)) if row not in failed]
    found = conflicts(
        plan.expected,
        types,
        [rows[row] for row in good],
        [{name: values[row] for name, values in answers.items()} for row in good],
    )
    return VerificationReport(
        len(rows),
        tuple(field.field for field in plan.expected),
        tuple(
            Conflict(good[item.row], item.field, item.expected, item.actual, item.difference)
            for item in found
        ),
        tuple((row, str(error)) for row, error in result.errors.items()),
    )


def _records(table: RowTable) -> list[dict[str, str]]:
    """Return the cells of each row by the local name of their column; nil cells are left out."""
    columns = {name: table.column(name) or [] for name in table.names}
    return [
        {name: text for name, cells in columns.items() if (text := cells[row]) is not None}
        for row in range(len(table))
    ]
