"""SupportVectorMachineModel over columns and over one row. Semantics chapter 11."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, MISSING, Categories, Column, combined_state, with_errors
from pmmlkit.columns.types import DOUBLE, FLOAT, DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.models.support_vector_machine.machines import Machines
from pmmlkit.language.models.support_vector_machine.verdict import Verdict
from pmmlkit.language.step import Batch, Read, Step, Values

__all__ = ["MachineInputs", "MachinesClassification", "MachinesRegression"]

Array = npt.NDArray[Any]
State = tuple[npt.NDArray[np.uint8] | None, dict[int, EvaluationError]]


class MachineInputs:
    """The steps of the VectorFields, with the names that an error of a missing one tells."""

    def __init__(self, steps: Sequence[Step], names: Sequence[str]) -> None:
        self._steps = tuple(steps)
        self._names = tuple(names)

    def columns(self, batch: Batch) -> tuple[list[Array], State]:
        """Return the values by field, and the rows that cannot be scored."""
        columns = [step.columns(batch) for step in self._steps]
        state, errors = combined_state(*columns)
        if state is not None:
            for column, name in zip(columns, self._names, strict=True):
                if column.state is not None:
                    for row in np.flatnonzero(column.state == MISSING).tolist():
                        errors.setdefault(row, _missing(name))
            state = with_errors(None, errors, batch.size)
        return [column.values for column in columns], (state, errors)

    def row_function(self) -> Callable[[Values], Sequence[Any]]:
        """Return the function that reads all fields; it raises where one is missing."""
        names = self._names
        fields = [step.field for step in self._steps if isinstance(step, Read)]
        if len(fields) == len(self._steps) > 1 and not any(step.may_fail for step in self._steps):
            pick = itemgetter(*(field.slot for field in fields))

            def run(values: Values) -> Sequence[Any]:
                found: Sequence[Any] = pick(values)
                if None in found:
                    raise _missing(names[found.index(None)])
                return found

            return run
        functions = [step.row_function() for step in self._steps]

        def careful(values: Values) -> Sequence[Any]:
            found = [function(values) for function in functions]
            if None in found:
                raise _missing(names[found.index(None)])
            return found

        return careful


def _missing(name: str) -> EvaluationError:
    return EvaluationError(f"a support vector machine needs a value of {name!r}, which is missing")


class MachinesRegression(Predictor):
    """One machine: its value is the prediction."""

    def __init__(self, inputs: MachineInputs, machines: Machines, is_single: bool) -> None:
        self.type = FLOAT if is_single else DOUBLE
        self._inputs = inputs
        self._machines = machines

    def columns(self, batch: Batch) -> Prediction:
        """Predict a number for all rows."""
        inputs, (state, errors) = self._inputs.columns(batch)
        with np.errstate(all="ignore"):
            values = self._machines.columns(inputs, batch.size)[0]
        return Prediction(Column(values, self.type, state, errors=errors))

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that predicts a number for one row."""
        read, compute = self._inputs.row_function(), self._machines.row_function()
        return lambda values: RowPrediction(compute(read(values))[0])


class MachinesClassification(Predictor):
    """Several machines, or one for two categories, and the rule that decides."""

    def __init__(
        self,
        inputs: MachineInputs,
        machines: Machines,
        verdict: Verdict,
        classes: tuple[Any, ...],
        type: DataType,
    ) -> None:
        self.type = type
        self.classes = classes
        self._inputs = inputs
        self._machines = machines
        self._verdict = verdict
        self._categories = Categories(classes) if type.kind == "string" else None

    def columns(self, batch: Batch) -> Prediction:
        """Predict a category for all rows, with the shares of the votes if there are votes."""
        inputs, (state, errors) = self._inputs.columns(batch)
        with np.errstate(all="ignore"):
            decided = self._verdict.columns(self._machines.columns(inputs, batch.size))
        for row, error in decided.errors.items():
            errors.setdefault(row, error)
        state = with_errors(state, errors, batch.size)
        probabilities = None
        if decided.shares is not None:
            probabilities = decided.shares
            if state is not None:
                probabilities[:, state == ERROR] = np.nan
            probabilities = probabilities.T
        if self._categories is not None:
            values: Array = decided.best.astype(np.int32)
        else:
            values = np.array(self.classes, self.type.dtype)[decided.best]
        value = Column(values, self.type, state, categories=self._categories, errors=errors)
        return Prediction(value, probabilities)

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that predicts a category for one row."""
        read, compute = self._inputs.row_function(), self._machines.row_function()
        decide, classes = self._verdict.row_function(), self.classes

        def predict(values: Values) -> RowPrediction:
            best, shares = decide(compute(read(values)))
            return RowPrediction(classes[best], shares)

        return predict
