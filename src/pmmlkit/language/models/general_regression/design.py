"""What the coefficients multiply: products of powers of covariates and of numbers for categories.

Semantics chapter 9. Both modes multiply factors, then covariates, in the order of the PPCells, so
that they agree bit for bit (powers apart: NumPy's and the C library's may differ in the last bit).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import VALID, Column, with_errors
from pmmlkit.columns.text import parse_text
from pmmlkit.columns.types import DOUBLE
from pmmlkit.errors import EvaluationError
from pmmlkit.language import mistakes
from pmmlkit.language.cast import cast_step
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.general_regression.powers import powers, row_power
from pmmlkit.language.step import Batch, Field, Read, Step, Values
from pmmlkit.xml.declaration import Element
from pmmlkit.xml.lexical import parse_number

if TYPE_CHECKING:
    from pmmlkit.language.models.general_regression.declaration import (
        GeneralRegressionModel,
        PPCell,
        Predictor,
    )
    from pmmlkit.language.scope import Scope

__all__ = [
    "Covariate",
    "Design",
    "Factor",
    "Part",
    "number_step",
    "product_columns",
    "product_function",
    "without",
]

Array = npt.NDArray[Any]

_VALUE_NOT_OF_THE_FIELD = "PMML360"
_NO_CELL_OF_ITS_OWN = "PMML361"


@dataclass(frozen=True, slots=True)
class Covariate:
    """``x ** exponent``."""

    step: Step
    exponent: float

    def columns(self, batch: Batch, dtype: np.dtype[Any]) -> tuple[Array, Column]:
        """Return the numbers of all rows, and the column that decides on their state."""
        column = self.step.columns(batch)
        return powers(column.values, self.exponent, dtype), column

    def row_function(self) -> Callable[[Values], Any]:
        """Return the number of one row; None where it is missing."""
        function, exponent = self.step.row_function(), self.exponent
        if exponent == 1.0:
            return function

        def run(values: Values) -> float | None:
            value = function(values)
            return None if value is None else row_power(value, exponent)

        return run


@dataclass(frozen=True, slots=True)
class Factor:
    """The number of the category that a field has.

    Another category has the number 0; if the factor `is_closed`, there is none: an error of the
    row.
    """

    read: Read
    numbers: Mapping[Any, float]
    is_closed: bool = False

    def columns(self, batch: Batch, dtype: np.dtype[Any]) -> tuple[Array, Column]:
        """Return the numbers of all rows, and the column that decides on their state."""
        column = self.read.columns(batch)
        if column.categories is None:
            numbers, known = self._by_value(column, dtype)
        else:
            names = column.categories.values
            table = np.zeros(len(names) + 1, dtype)
            table[:-1] = [self.numbers.get(name, 0.0) for name in names]
            codes = column.values
            if column.state is not None:
                codes = np.where(column.is_usable, codes, len(names))
            numbers = table[codes]
            if not self.is_closed:
                return numbers, column
            known = np.array([*(name in self.numbers for name in names), True])[codes]
        if self.is_closed:
            column = self._refused(column, known)
        return numbers, column

    def _by_value(
        self, column: Column, dtype: np.dtype[Any]
    ) -> tuple[Array, npt.NDArray[np.bool_]]:
        numbers = np.zeros(len(column), dtype)
        known = np.zeros(len(column), np.bool_)
        for value, number in self.numbers.items():
            rows = column.values == value
            numbers[rows] = number
            known |= rows
        return numbers, known

    def _refused(self, column: Column, known: npt.NDArray[np.bool_]) -> Column:
        rows = np.flatnonzero(column.is_usable & ~known)
        if not len(rows):
            return column
        values = column.take(rows).to_list()
        errors = {
            row: self._unknown(value) for row, value in zip(rows.tolist(), values, strict=True)
        }
        state = with_errors(column.state, errors, len(column))
        return column.with_state(state, {**column.errors, **errors})

    def _unknown(self, value: Any) -> EvaluationError:
        return EvaluationError(
            f"{value!r} is none of the categories of {self.read.field.name!r} that have contrasts"
        )

    def row_function(self) -> Callable[[Values], Any]:
        """Return the number of one row; None where it is missing."""
        function, number_of, is_closed = self.read.row_function(), self.numbers.get, self.is_closed

        def run(values: Values) -> float | None:
            value = function(values)
            if value is None:
                return None
            number = number_of(value)
            if number is None:
                if is_closed:
                    raise self._unknown(value)
                return 0.0
            return number

        return run


Part = Covariate | Factor


def product_columns(
    parts: Sequence[Part], batch: Batch, dtype: np.dtype[Any]
) -> tuple[Array, list[Column]]:
    """Return the products of parts, and the columns that decide on their state.

    Factors stand before covariates: where their product is 0, so is the whole, whatever the
    covariates are.
    """
    numbers, column = parts[0].columns(batch, dtype)
    columns = [column]
    idle: npt.NDArray[np.bool_] | None = None
    for before, part in pairwise(parts):
        if isinstance(before, Factor) and isinstance(part, Covariate):
            idle = numbers == 0
            for column in columns:
                idle &= column.is_usable
        others, column = part.columns(batch, dtype)
        numbers = numbers * others
        columns.append(column if idle is None else without(column, idle))
    if idle is not None:
        numbers[idle] = 0
    return numbers, columns


def without(column: Column, rows: npt.NDArray[np.bool_]) -> Column:
    """Return the column with these rows valid."""
    if column.state is None:
        return column
    state = np.where(rows, np.uint8(VALID), column.state)
    errors = {row: error for row, error in column.errors.items() if not rows[row]}
    return column.with_state(state, errors)


def product_function(parts: Sequence[Part]) -> Callable[[Values], Any]:
    """Return the product of parts in one row, as `product_columns` does; None is missing."""
    functions = [part.row_function() for part in parts]
    if len(functions) == 1:
        return functions[0]
    count = sum(isinstance(part, Factor) for part in parts)
    factors, covariates = functions[:count], functions[count:]

    def run(values: Values) -> float | None:
        product: float | None = 1.0
        for function in factors:
            number = function(values)
            product = None if number is None or product is None else product * number
        if product == 0.0:
            return 0.0
        for function in covariates:
            number = function(values)
            # A later part may still be in error.
            product = None if number is None or product is None else product * number
        return product

    return run


def number_step(step: Step, user: Element, name: str) -> Step:
    """Return a step of numbers: text and truth values are converted.

    Raises MarkupError for dates and times.
    """
    if step.type.is_number:
        return step
    if step.type.is_temporal:
        raise wrong(
            user,
            f"{name!r} is a {step.type.name}, not a number",
            code=mistakes.FIELD_TYPE,
            field=name,
        )
    return cast_step(step, DOUBLE)


class Design:
    """The predictors and the PPMatrix of a model.

    Raises MarkupError for a predictor or a parameter that is named but not there, or there twice.
    """

    def __init__(self, model: GeneralRegressionModel, scope: Scope) -> None:
        self._scope = scope
        factors = () if model.factor_list is None else model.factor_list.predictors
        covariates = () if model.covariate_list is None else model.covariate_list.predictors
        self._factors = {item.name: item for item in factors}
        self._covariates = {item.name for item in covariates}
        self._steps: dict[str, Step] = {}
        self._contrasts: dict[str, dict[Any, dict[Any, float]]] = {}
        self._cells: dict[str | None, dict[str, list[PPCell]]] = {}
        self.parameters = {item.name: item for item in model.parameter_list.parameters}
        if len(self.parameters) < len(model.parameter_list.parameters):
            raise wrong(
                model.parameter_list,
                "two Parameters have the same name",
                code=mistakes.DUPLICATE_NAME,
            )
        gather = scope.compilation.gather
        for item in covariates:
            with gather():
                if item.name in self._factors:
                    raise wrong(
                        item,
                        f"{item.name!r} is a factor and a covariate",
                        code=mistakes.CONTRADICTION,
                    )
        for cell in model.pp_matrix.cells:
            with gather():
                self._check(cell)
            by_parameter = self._cells.setdefault(cell.target_category, {})
            by_parameter.setdefault(cell.parameter_name, []).append(cell)

    def _check(self, cell: PPCell) -> None:
        self.check_parameter(cell.parameter_name, cell)
        if cell.predictor_name not in self._factors and cell.predictor_name not in self._covariates:
            raise wrong(
                cell,
                f"{cell.predictor_name!r} is in neither the FactorList nor the CovariateList",
                code=mistakes.UNDEFINED_ID,
            )

    def check_parameter(self, name: str, user: Element) -> None:
        """Raise MarkupError where there is no such Parameter."""
        if name not in self.parameters:
            raise wrong(user, f"there is no Parameter {name!r}", code=mistakes.UNDEFINED_ID)

    @property
    def target_categories(self) -> tuple[str, ...]:
        """The categories that have a PPMatrix of their own."""
        return tuple(name for name in self._cells if name is not None)

    @property
    def has_common_cells(self) -> bool:
        """Tell whether there is a PPMatrix for all categories."""
        return None in self._cells

    def parts(self, parameter: str, category: str | None, user: Element) -> tuple[Part, ...]:
        """Return what the value that a parameter multiplies is a product of; none is the number 1.

        `category`: the targetCategory (text) whose PPMatrix counts; where it has none of its own,
        the common one does.

        Raises MarkupError.
        """
        common = self._cells.get(None, {})
        own = self._cells.get(category, common)
        if own is not common and parameter in common and parameter not in own:
            # JPMML reads it so too: a PPMatrix is for one category, and complete.
            text = (
                f"the PPMatrix of category {category!r} has no PPCell of {parameter!r}, "
                "which so is an intercept there"
            )
            self._scope.compilation.warn(_NO_CELL_OF_ITS_OWN, text, user)
        parts = [self._part(cell) for cell in own.get(parameter, ())]
        return tuple(sorted(parts, key=lambda part: isinstance(part, Covariate)))

    def _part(self, cell: PPCell) -> Part:
        name = cell.predictor_name
        if name in self._factors:
            return self._factor(self._factors[name], cell)
        try:
            exponent = parse_number(cell.value)
        except ValueError as error:
            raise wrong(
                cell,
                f"{cell.value!r} is no exponent of covariate {name!r}",
                code=mistakes.NOT_OF_TYPE,
            ) from error
        if name not in self._steps:
            self._steps[name] = number_step(self._scope.read(name, cell), cell, name)
        return Covariate(self._steps[name], exponent)

    def _factor(self, predictor: Predictor, cell: PPCell) -> Factor:
        field = self._scope.field(predictor.name, cell)
        read = Read(field)
        if predictor.matrix is None:
            value = self._category(cell.value, field, cell)
            return Factor(read, {} if value is None else {value: 1.0})
        if predictor.name not in self._contrasts:
            self._contrasts[predictor.name] = self._contrast(predictor, field)
        columns = self._contrasts[predictor.name]
        value = self._category(cell.value, field, cell)
        if value not in columns:
            raise wrong(
                cell,
                f"{cell.value!r} has no column in the Matrix of {predictor.name!r}",
                code=mistakes.UNKNOWN_CATEGORY,
            )
        return Factor(read, columns[value], is_closed=True)

    def _category(self, text: str, field: Field, user: Element) -> Any:
        try:
            return parse_text(text, field.type)
        except ValueError:
            said = f"{text!r} is no {field.type.name}, so that {field.name!r} never has this value"
            self._scope.compilation.warn(_VALUE_NOT_OF_THE_FIELD, said, user)
            return None

    def _contrast(self, predictor: Predictor, field: Field) -> dict[Any, dict[Any, float]]:
        """Return the numbers of all categories by the category of the column."""
        assert predictor.matrix is not None
        values: list[Any] = list(field.values)
        if predictor.categories is not None:
            items = predictor.categories.categories
            values = [self._category(item.value, field, item) for item in items]
        if not values:
            text = (
                f"the Matrix of {predictor.name!r} needs Categories, or valid Values of the field"
            )
            raise wrong(predictor, text, code=mistakes.MISSING_ELEMENT)
        if len(set(values)) < len(values):
            raise wrong(
                predictor,
                f"two Categories of {predictor.name!r} are the same",
                code=mistakes.DUPLICATE_ENTRY,
            )
        size, matrix = len(values), predictor.matrix
        stated = size if matrix.nb_cols is None else matrix.nb_cols
        limits = self._scope.compilation.limits
        # There may be fewer contrasts than categories.
        width = None if matrix.arrays else min(stated, size)
        numbers = matrix.expand(limits, shape=(size, width))
        if numbers.shape[1] > size:
            raise wrong(
                matrix,
                f"{numbers.shape[1]} columns, but {size} categories",
                code=mistakes.MATRIX_SHAPE,
            )
        return {
            value: dict(zip(values, column, strict=True))
            for value, column in zip(values, numbers.T.tolist(), strict=False)
        }
