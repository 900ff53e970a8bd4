"""Predicates joined by three-valued logic: what CompoundPredicate compiles to (semantics 6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, MISSING, VALID, Column
from pmmlkit.columns.types import BOOLEAN
from pmmlkit.errors import EvaluationError
from pmmlkit.language.step import Batch, RowFunction, Step, Values

__all__ = ["AndStep", "CompoundStep", "OrStep", "SurrogateStep", "XorStep"]

Mask = npt.NDArray[np.bool_]


class CompoundStep(Step):
    """Predicates joined by three-valued logic: operands from left to right until one decides.

    What comes after the decision is not looked at, so its errors do not count.
    """

    __slots__ = ("operands",)

    def __init__(self, operands: Sequence[Step]) -> None:
        super().__init__(BOOLEAN, may_fail=any(step.may_fail for step in operands))
        self.operands = tuple(operands)


class _Progress:
    """The rows that are still open, and the results of the others."""

    __slots__ = ("errors", "open", "result", "state", "unknown")

    def __init__(self, size: int) -> None:
        self.open: Mask = np.ones(size, np.bool_)
        self.result: Mask = np.zeros(size, np.bool_)
        self.unknown: Mask = np.zeros(size, np.bool_)
        self.state = np.full(size, VALID, np.uint8)
        self.errors: dict[int, EvaluationError] = {}

    def take(self, column: Column) -> tuple[Mask, Mask]:
        """Close the open rows in error; return which open rows have a value, which are missing."""
        if column.state is None:
            return self.open.copy(), np.zeros(len(column), np.bool_)
        for row, error in column.errors.items():
            if self.open[row]:
                self.open[row] = False
                self.state[row] = ERROR
                self.errors[row] = error
        missing = self.open & (column.state == MISSING)
        return self.open & ~missing, missing

    def close(self, rows: Mask, result: Mask | bool) -> None:
        """Decide rows."""
        self.result[rows] = result[rows] if isinstance(result, np.ndarray) else result
        self.open &= ~rows

    def finish(self, rest: Mask | bool) -> Column:
        """Decide the rows that are still open: UNKNOWN where that was met, else `rest`."""
        self.state[self.open & self.unknown] = MISSING
        self.close(self.open.copy(), rest)
        return Column(self.result, BOOLEAN, self.state, errors=self.errors)


class _Decisive(CompoundStep):
    """`and` and `or`: one value decides at once, UNKNOWN waits for it."""

    __slots__ = ()
    decisive: bool

    def columns(self, batch: Batch) -> Column:
        """Join the columns."""
        columns = [operand.columns(batch) for operand in self.operands]
        if all(column.state is None for column in columns):
            join = np.logical_or if self.decisive else np.logical_and
            return Column(reduce(join, [column.values for column in columns]), BOOLEAN)
        progress = _Progress(batch.size)
        for column in columns:
            usable, missing = progress.take(column)
            progress.unknown |= missing
            hits = column.values if self.decisive else ~column.values
            progress.close(usable & hits, self.decisive)
            if not progress.open.any():
                break
        return progress.finish(not self.decisive)


class AndStep(_Decisive):
    """FALSE decides."""

    __slots__ = ()
    decisive = False

    def row_function(self) -> RowFunction:
        """Join the results for one row."""
        functions = [step.row_function() for step in self.operands]

        def conjunction(values: Values) -> bool | None:
            result: bool | None = True
            for function in functions:
                found = function(values)
                if found is None:
                    result = None
                elif not found:
                    return False
            return result

        return conjunction

    def truth_function(self) -> RowFunction:
        """Stop at the first operand that is not TRUE, where that cannot pass over an error."""
        if self.may_fail:
            return self.row_function()
        functions = [step.truth_function() for step in self.operands]
        if len(functions) == 2:
            first, second = functions
            return lambda values: first(values) and second(values)

        def all_true(values: Values) -> bool:
            for function in functions:  # noqa: SIM110 - a generator costs more than predicates
                if not function(values):
                    return False
            return True

        return all_true


class OrStep(_Decisive):
    """TRUE decides."""

    __slots__ = ()
    decisive = True

    def row_function(self) -> RowFunction:
        """Join the results for one row."""
        functions = [step.row_function() for step in self.operands]

        def disjunction(values: Values) -> bool | None:
            result: bool | None = False
            for function in functions:
                found = function(values)
                if found is None:
                    result = None
                elif found:
                    return True
            return result

        return disjunction

    def truth_function(self) -> RowFunction:
        """Stop at the first operand that is TRUE."""
        functions = [step.truth_function() for step in self.operands]

        def any_true(values: Values) -> bool:
            for function in functions:  # noqa: SIM110 - as above
                if function(values):
                    return True
            return False

        return any_true


class XorStep(CompoundStep):
    """Folds from the left; UNKNOWN decides."""

    __slots__ = ()

    def columns(self, batch: Batch) -> Column:
        """Fold the columns."""
        progress = _Progress(batch.size)
        folded: Mask = np.zeros(batch.size, np.bool_)
        for operand in self.operands:
            column = operand.columns(batch)
            _, missing = progress.take(column)
            progress.state[missing] = MISSING
            progress.close(missing, False)
            folded = folded ^ column.values
        return progress.finish(folded)

    def row_function(self) -> RowFunction:
        """Fold the results for one row."""
        functions = [step.row_function() for step in self.operands]

        def difference(values: Values) -> bool | None:
            result = False
            for function in functions:
                found = function(values)
                if found is None:
                    return None
                result = result is not bool(found)
            return result

        return difference


class SurrogateStep(CompoundStep):
    """The first operand that is not UNKNOWN decides.

    The penalty of trees asks whether that was another than the first operand: `decided_columns` and
    `decided_row_function` tell it beside the result (False where all operands are UNKNOWN).
    """

    __slots__ = ()

    def decided_columns(self, batch: Batch) -> tuple[Column, Mask]:
        """Return the result, and for each row whether another than the first operand decided."""
        progress = _Progress(batch.size)
        later = np.zeros(batch.size, np.bool_)
        for position, operand in enumerate(self.operands):
            column = operand.columns(batch)
            usable, _ = progress.take(column)
            progress.close(usable, column.values)
            if position:
                later |= usable
            if not progress.open.any():
                break
        progress.unknown[:] = True
        return progress.finish(False), later

    def columns(self, batch: Batch) -> Column:
        """Return the result."""
        return self.decided_columns(batch)[0]

    def decided_row_function(self) -> Callable[[Values], tuple[bool | None, bool]]:
        """Return the function for one row: the result, and whether a later operand decided."""
        functions = [step.row_function() for step in self.operands]

        def decide(values: Values) -> tuple[bool | None, bool]:
            for position, function in enumerate(functions):
                found = function(values)
                if found is not None:
                    return found, position > 0
            return None, False

        return decide

    def row_function(self) -> RowFunction:
        """Return the result for one row."""
        functions = [step.row_function() for step in self.operands]

        def decide(values: Values) -> bool | None:
            for function in functions:
                found: bool | None = function(values)
                if found is not None:
                    return found
            return None

        return decide
