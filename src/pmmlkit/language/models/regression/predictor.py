"""RegressionModel over columns and over one row. Semantics chapter 8."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, MISSING, Categories, Column, combined_state, with_errors
from pmmlkit.columns.text import parse_text
from pmmlkit.columns.types import DOUBLE, FLOAT, STRING, DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.models.regression.normalization import (
    LINKS,
    NO_PROBABILITIES,
    Distribution,
    Link,
    distribution,
)
from pmmlkit.language.models.regression.table import LinearSum, RowSum, Table, compile_table
from pmmlkit.language.step import Batch, Values

if TYPE_CHECKING:
    from pmmlkit.language.models.regression.declaration import RegressionModel, RegressionTable
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope

__all__ = ["ClassificationPredictor", "RegressionPredictor", "compile_regression"]

_LOGIT_OF_MANY = "PMML352"


def compile_regression(
    model: RegressionModel, scope: Scope, target: TargetField | None
) -> Predictor:
    """Compile a RegressionModel.

    Raises MarkupError where tables and normalizationMethod do not fit the function and the target.
    """
    is_single = model.computes_in_float
    tables = model.regression_tables
    if model.function_name == "regression":
        link = LINKS.get(model.normalization_method)
        if link is None:
            raise wrong(
                model,
                f"normalizationMethod {model.normalization_method!r} needs categories",
                code=mistakes.METHOD,
            )
        if len(tables) != 1:
            raise wrong(
                model,
                f"a regression has one RegressionTable, not {len(tables)}",
                code=mistakes.WRONG_COUNT,
            )
        return RegressionPredictor(
            compile_table(tables[0], scope, is_single=is_single), link, is_single
        )
    if model.function_name != "classification":
        raise unsupported(
            model,
            f"a RegressionModel cannot have functionName {model.function_name!r}",
            code=mistakes.FUNCTION_NAME,
        )
    type = STRING if target is None else target.type
    classes = _classes(model, type, target)
    chosen = _distribution(
        model, scope, is_ordinal=target is not None and target.optype == "ordinal"
    )
    compiled = [compile_table(table, scope, is_single=is_single) for table in tables]
    return ClassificationPredictor(compiled, chosen, classes, type, is_single)


def _classes(model: RegressionModel, type: DataType, target: TargetField | None) -> tuple[Any, ...]:
    tables = model.regression_tables
    valid = () if target is None else target.values
    if len(tables) < 2:
        raise wrong(
            model,
            "a classification needs two RegressionTables or more",
            code=mistakes.CATEGORY_COUNT,
        )
    if valid and len(valid) != len(tables):
        text = f"the target has {len(valid)} valid values, the model {len(tables)} RegressionTables"
        raise wrong(model, text, code=mistakes.CATEGORY_COUNT)
    classes = []
    for table in tables:
        value = _target_category(table, type)
        if valid and value not in valid:
            raise wrong(
                table,
                f"targetCategory {table.target_category!r} is no valid value",
                code=mistakes.UNKNOWN_CATEGORY,
            )
        if value in classes:
            raise wrong(
                table,
                f"two tables have targetCategory {table.target_category!r}",
                code=mistakes.DUPLICATE_ENTRY,
            )
        classes.append(value)
    return tuple(classes)


def _target_category(table: RegressionTable, type: DataType) -> Any:
    if table.target_category is None:
        raise wrong(
            table,
            "the table of a classification needs a targetCategory",
            code=mistakes.MISSING_ATTRIBUTE,
        )
    try:
        return parse_text(table.target_category, type)
    except ValueError as error:
        text = f"targetCategory {table.target_category!r} is no {type.name}"
        raise wrong(table, text, code=mistakes.NOT_OF_TYPE) from error


def _distribution(model: RegressionModel, scope: Scope, *, is_ordinal: bool) -> Distribution:
    method, tables = model.normalization_method, model.regression_tables
    if not is_ordinal and len(tables) == 2 and method == "softmax" and _is_empty(tables[1]):
        # Mathematically the same; JPMML computes it so, which settles the last bits.
        method = "logit"
    chosen = distribution(method, len(tables), is_ordinal=is_ordinal)
    if chosen is None:
        kind = "an ordinal target" if is_ordinal else f"{len(tables)} RegressionTables"
        raise wrong(
            model, f"normalizationMethod {method!r} has no meaning for {kind}", code=mistakes.METHOD
        )
    if method == "logit" and len(tables) > 2 and not is_ordinal:
        text = (
            "logit is for two RegressionTables; the probabilities of more are divided by their sum"
        )
        scope.compilation.warn(_LOGIT_OF_MANY, text, model)
    return chosen


def _is_empty(table: RegressionTable) -> bool:
    return table.intercept == 0 and not (
        table.numeric_predictors or table.categorical_predictors or table.predictor_terms
    )


class RegressionPredictor(Predictor):
    """One table and a link."""

    classes = ()

    def __init__(self, table: Table, link: Link, is_single: bool) -> None:
        self.type = FLOAT if is_single else DOUBLE
        self._table = table
        self._link = link
        self._is_linear = link is LINKS["none"]

    def columns(self, batch: Batch) -> Prediction:
        """Predict a number for all rows."""
        sums = np.empty(batch.size, self.type.dtype)
        with np.errstate(all="ignore"):
            inputs = self._table.columns(batch, sums)
            values = self._link.columns(sums)
        state, errors = combined_state(*inputs)
        return Prediction(Column(values, self.type, state, errors=errors))

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that predicts a number for one row."""
        sum_of = self._table.row_function()
        if self._is_linear:
            return lambda values: RowPrediction(sum_of(values))
        link = _in_single(self._link) if self.type is FLOAT else self._link.row

        def predict(values: Values) -> RowPrediction:
            total = sum_of(values)
            return RowPrediction(None if total is None else link(total))

        return predict


def _in_single(link: Link) -> Callable[[float], float]:
    """Run the columns over one number: their rounding to float is the definition."""

    def run(value: float) -> float:
        with np.errstate(all="ignore"):
            return float(link.columns(np.array([value], np.float32))[0])

    return run


class ClassificationPredictor(Predictor):
    """One table a category, and what turns their sums into probabilities."""

    def __init__(
        self,
        tables: Sequence[LinearSum],
        chosen: Distribution,
        classes: tuple[Any, ...],
        type: DataType,
        is_single: bool,
    ) -> None:
        self.type = type
        self.classes = classes
        self._tables = tuple(tables)
        self._distribution = chosen
        self._sum_type = FLOAT.dtype if is_single else DOUBLE.dtype
        self._categories = Categories(classes) if type.kind == "string" else None

    def columns(self, batch: Batch) -> Prediction:
        """Predict probabilities and a category for all rows."""
        sums = np.empty((len(self._tables), batch.size), self._sum_type)
        inputs: list[Column] = []
        with np.errstate(all="ignore"):
            for table, row in zip(self._tables, sums, strict=True):
                inputs += table.columns(batch, row)
            probabilities = self._distribution.columns(sums).astype(np.float64, copy=False)
            fails = self._distribution.fails(sums) if self._distribution.fails else None
        state, errors = combined_state(*inputs)
        if fails is not None and fails.any():
            usable = fails if state is None else fails & (state < MISSING)
            errors.update(dict.fromkeys(np.flatnonzero(usable).tolist(), _no_probabilities()))
            state = with_errors(state, errors, batch.size)
        best = _best(probabilities)
        if state is not None:
            probabilities[:, (state == MISSING) | (state == ERROR)] = np.nan
        if self._categories is not None:
            values = best.astype(np.int32)
        else:
            values = np.array(self.classes, self.type.dtype)[best]
        value = Column(values, self.type, state, categories=self._categories, errors=errors)
        return Prediction(value, probabilities.T)

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that predicts one row."""
        sums = [table.row_function() for table in self._tables]
        link = self._distribution.link
        is_single = self._sum_type == FLOAT.dtype
        if link is not None and not is_single and self._tables[1].is_constant:
            return self._of_one_sum(sums[0], link)
        chosen = self._distribution.row
        if is_single:
            chosen = _distribution_in_single(self._distribution)
        classes = self.classes

        def predict(values: Values) -> RowPrediction:
            totals = [sum_of(values) for sum_of in sums]
            if None in totals:
                return RowPrediction(None)
            probabilities = chosen(totals)  # type: ignore[arg-type]  # none is None here
            best, highest = 0, -math.inf
            for position, probability in enumerate(probabilities):
                if probability > highest:
                    best, highest = position, probability
            return RowPrediction(classes[best], probabilities)

        return predict

    def _of_one_sum(self, sum_of: RowSum, link: Link) -> Callable[[Values], RowPrediction]:
        first, second = self.classes
        probability_of = link.row

        def predict(values: Values) -> RowPrediction:
            total = sum_of(values)
            if total is None:
                return RowPrediction(None)
            high = probability_of(total)
            low = 1.0 - high
            return RowPrediction(second if low > high else first, [high, low])

        return predict


def _no_probabilities() -> EvaluationError:
    return EvaluationError(NO_PROBABILITIES)


def _best(probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Return the position of each row's highest probability, the first of equals; NaN is lowest."""
    if np.isnan(probabilities).any():
        probabilities = np.where(np.isnan(probabilities), -np.inf, probabilities)
    if len(probabilities) == 2:
        best: npt.NDArray[np.intp] = (probabilities[1] > probabilities[0]).astype(np.intp)
    else:
        best = probabilities.argmax(axis=0)
    return best


def _distribution_in_single(chosen: Distribution) -> Callable[[list[float]], list[float]]:
    """Run the columns over one row: their rounding to float is the definition."""

    def run(sums: list[float]) -> list[float]:
        column = np.array(sums, np.float32)[:, np.newaxis]
        with np.errstate(all="ignore"):
            if chosen.fails is not None and chosen.fails(column)[0]:
                raise _no_probabilities()
            result: list[float] = chosen.columns(column)[:, 0].tolist()
            return result

    return run
