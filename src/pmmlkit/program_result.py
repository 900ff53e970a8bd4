"""What a run of a program gave, and the results of the parts of a table put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column, merged
from pmmlkit.errors import EvaluationError

__all__ = ["Result", "joined", "raise_first"]


@dataclass(frozen=True, slots=True)
class Result:
    """What a run gave: result columns by name, the reason for each row that failed, probabilities
    (n, k) or None.

    Rows that failed are missing in all columns. Where rows were grouped, the result has a row for
    each group and `origins` are the first rows of the groups; else it is None.
    """

    size: int
    columns: Mapping[str, Column]
    errors: Mapping[int, EvaluationError]
    probabilities: npt.NDArray[np.float64] | None
    origins: npt.NDArray[np.intp] | None = None


def joined(parts: Sequence[Result]) -> Result:
    """Put the results of consecutive parts of a table together."""
    starts = np.cumsum([0, *(part.size for part in parts)]).tolist()
    size = starts.pop()
    rows = [np.arange(start, start + part.size) for start, part in zip(starts, parts, strict=True)]
    columns = {
        name: merged(
            [(at, part.columns[name]) for at, part in zip(rows, parts, strict=True)],
            column.type,
            size,
        )
        for name, column in parts[0].columns.items()
    }
    errors = {
        start + row: error
        for start, part in zip(starts, parts, strict=True)
        for row, error in part.errors.items()
    }
    known = [part.probabilities for part in parts if part.probabilities is not None]
    return Result(size, columns, errors, np.concatenate(known) if known else None)


def raise_first(result: Result) -> None:
    """Raise the error of the first row that could not be scored; nothing where all could."""
    if result.errors:
        first = min(result.errors)
        error = result.errors[first]
        row = first if result.origins is None else int(result.origins[first])
        raise EvaluationError(
            error.message, element=error.element, line=error.line, field=error.field, row=row
        ) from error
