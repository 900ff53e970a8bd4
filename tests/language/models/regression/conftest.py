"""Models over fields that the tests make up, evaluated in both modes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from pmmlkit.columns.column import ERROR, Column
from pmmlkit.columns.types import DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.prediction import Predictor
from pmmlkit.language.models.regression import (
    CategoricalPredictor,
    NumericPredictor,
    RegressionModel,
    RegressionTable,
)
from pmmlkit.language.models.target_field import TargetField
from pmmlkit.language.scope import Compilation, Scope
from pmmlkit.language.step import Batch, Field, Values
from pmmlkit.limits import Limits
from tests.language.rows import raise_gathered

Result = tuple[Any, list[float] | None]


@dataclass
class Setting:
    """A scope with some fields."""

    scope: Scope
    fields: Mapping[str, Field]

    @classmethod
    def of(cls, **types: DataType) -> Setting:
        scope = Scope(Compilation(Limits(), "4.4"))
        for name, type in types.items():
            scope.fields[name] = scope.new_field(name, type, may_fail=True)
        return cls(scope, scope.fields)

    @property
    def codes(self) -> list[str]:
        return [finding.code for finding in self.scope.compilation.findings]

    def build(self, model: RegressionModel, target: TargetField | None = None) -> Predictor:
        predictor = model.build(self.scope, target)
        # Errors of single predictors are gathered and told at the end of a compilation.
        raise_gathered(self.scope.compilation)
        return predictor

    def columns(self, predictor: Predictor, rows: Sequence[Sequence[Any]]) -> list[Result | str]:
        batch = Batch(len(rows))
        for position, field in enumerate(self.fields.values()):
            batch[field] = Column.of([row[position] for row in rows], field.type)
        prediction = predictor.columns(batch)
        results: list[Result | str] = []
        for row, value in enumerate(prediction.value.to_list()):
            state = prediction.value.state
            if state is not None and state[row] == ERROR:
                results.append(str(prediction.value.errors[row]))
                continue
            matrix = prediction.probabilities
            probabilities = None if matrix is None or value is None else matrix[row].tolist()
            results.append((value, probabilities))
        return results

    def rows(self, predictor: Predictor, rows: Sequence[Sequence[Any]]) -> list[Result | str]:
        predict = predictor.row_function()
        results: list[Result | str] = []
        for row in rows:
            values: Values = [None] * self.scope.compilation.slots
            for field, value in zip(self.fields.values(), row, strict=True):
                values[field.slot] = value
            try:
                found = predict(values)
            except EvaluationError as error:
                results.append(str(error))
            else:
                results.append((found.value, found.probabilities))
        return results

    def both(
        self,
        model: RegressionModel,
        rows: Sequence[Sequence[Any]],
        target: TargetField | None = None,
    ) -> list[Result | str]:
        """Evaluate in both modes, which must agree; return what they say."""
        predictor = self.build(model, target)
        by_columns, by_rows = self.columns(predictor, rows), self.rows(predictor, rows)
        for left, right in zip(by_columns, by_rows, strict=True):
            assert_same(left, right)
        return by_rows


def assert_same(left: Result | str, right: Result | str) -> None:
    """The law of the two modes: equal, transcendental functions within 1e-12."""
    if isinstance(left, str) or isinstance(right, str) or left[0] is None or right[0] is None:
        assert left == right
        return
    assert type(left[0]) is type(right[0])
    if isinstance(left[0], float) and left[1] is None:
        assert_near(left[0], right[0])
    else:
        assert left[0] == right[0]
    if left[1] is not None or right[1] is not None:
        assert left[1] is not None
        assert right[1] is not None
        assert len(left[1]) == len(right[1])
        for one, other in zip(left[1], right[1], strict=True):
            assert_near(one, other)


def assert_near(left: float, right: float) -> None:
    if math.isnan(left) or math.isnan(right):
        assert math.isnan(left)
        assert math.isnan(right)
    else:
        assert left == right or math.isclose(left, right, rel_tol=1e-12, abs_tol=1e-15)


@pytest.fixture
def given() -> Callable[..., Setting]:
    """Fields by name: `given(x=DOUBLE)`."""
    return Setting.of


@pytest.fixture
def table() -> Callable[..., RegressionTable]:
    """A table from an intercept and coefficients: numbers for fields, dicts for categories."""

    def make(
        intercept: float, target: str | None = None, **coefficients: float | dict[str, float]
    ) -> RegressionTable:
        numbers, categories = [], []
        for name, coefficient in coefficients.items():
            if isinstance(coefficient, dict):
                categories += [
                    CategoricalPredictor(name=name, value=value, coefficient=number)
                    for value, number in coefficient.items()
                ]
            else:
                numbers.append(NumericPredictor(name=name, coefficient=coefficient))
        return RegressionTable(
            intercept=intercept,
            target_category=target,
            numeric_predictors=tuple(numbers),
            categorical_predictors=tuple(categories),
        )

    return make


@pytest.fixture
def model() -> Callable[..., RegressionModel]:
    """A model of tables; a classification where the first has a targetCategory."""

    def make(*tables: RegressionTable, method: str = "none", **more: Any) -> RegressionModel:
        is_classification = bool(tables) and tables[0].target_category is not None
        return RegressionModel(
            **{
                "function_name": "classification" if is_classification else "regression",
                "mining_schema": None,
                "normalization_method": method,
                "regression_tables": tables,
                **more,
            }
        )

    return make


@pytest.fixture(autouse=True)
def no_numpy_state() -> Any:
    """A model leaves NumPy's treatment of floating-point errors as it was."""
    before = np.geterr()
    yield
    assert np.geterr() == before
