"""What a table gives for each row: the entry that was found, a default, or a value for missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, MISSING, VALID, Categories, Column
from pmmlkit.columns.types import DataType
from pmmlkit.errors import EvaluationError

__all__ = ["Outcomes"]


class Outcomes:
    """The results that a look-up chooses from: row values of `type`, None is missing.

    `default` is for inputs that are not found, `missing` for inputs that are missing.
    """

    __slots__ = (
        "_categories",
        "_missing_states",
        "_values",
        "default",
        "entries",
        "missing",
        "type",
    )

    def __init__(self, entries: Sequence[Any], default: Any, missing: Any, type: DataType) -> None:
        self.entries = tuple(entries)
        self.default = default
        self.missing = missing
        self.type = type
        # The last two rows of the table are what position -1 and -2 find.
        table = [*self.entries, missing, default]
        self._missing_states = np.array(
            [MISSING if value is None else VALID for value in table], np.uint8
        )
        self._categories: Categories | None = None
        if type.kind == "string":
            index: dict[str, int] = {}
            codes = [
                -1 if value is None else index.setdefault(value, len(index)) for value in table
            ]
            self._categories = Categories(list(index))
            self._values: npt.NDArray[Any] = np.array(codes, type.dtype)
        else:
            self._values = np.array([0 if value is None else value for value in table], type.dtype)

    def by_position(self, positions: Sequence[int]) -> list[Any]:
        """Return the row value of each position; -1 is not found."""
        return [self.default if position < 0 else self.entries[position] for position in positions]

    def column(
        self,
        positions: npt.NDArray[np.int64],
        state: npt.NDArray[np.uint8] | None,
        errors: Mapping[int, EvaluationError],
    ) -> Column:
        """Return the column of the entries at these positions (-1: not found).

        `state` and `errors` are those of the input: its missing rows give `missing`, errors stay.
        """
        if state is not None:
            positions = np.where(state == MISSING, -2, positions)
        result_state = self._missing_states[positions]
        if errors and state is not None:
            result_state = np.where(state == ERROR, np.uint8(ERROR), result_state)
        return Column(
            self._values[positions],
            self.type,
            result_state,
            categories=self._categories,
            errors=errors,
        )
