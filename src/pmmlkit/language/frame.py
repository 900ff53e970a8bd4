"""Frame: steps that run in order, each for the slot of its field."""

from __future__ import annotations

from collections.abc import Callable, Container

from pmmlkit.columns.values import Failure
from pmmlkit.errors import EvaluationError
from pmmlkit.language.step import Batch, Field, RowFunction, Step, Values

__all__ = ["Frame"]


class Frame:
    """Steps that run in order before a model (or after it, for outputs); each fills the slot of its
    field.
    """

    def __init__(self) -> None:
        self.steps: list[tuple[Field, Step]] = []

    def columns(self, batch: Batch) -> None:
        """Add the column of every step to the batch."""
        for field, step in self.steps:
            batch[field] = step.columns(batch)

    def row_functions(self, skip: Container[int] = ()) -> list[Callable[[Values], None]]:
        """Return one function a step; each fills its slot, with a `Failure` where the step has an
        error. The slots in `skip` are left alone.
        """
        return [
            _filler(field.slot, step.row_function(), step.may_fail)
            for field, step in self.steps
            if field.slot not in skip
        ]


def _filler(slot: int, function: RowFunction, may_fail: bool) -> Callable[[Values], None]:
    def fill(values: Values) -> None:
        values[slot] = function(values)

    def fill_or_fail(values: Values) -> None:
        try:
            values[slot] = function(values)
        except EvaluationError as error:
            values[slot] = Failure(error)

    return fill_or_fail if may_fail else fill
