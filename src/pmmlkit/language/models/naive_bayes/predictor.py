"""NaiveBayesModel over columns and over one row. Semantics chapter 14."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, MISSING, Categories, Column, with_errors
from pmmlkit.columns.text import parse_text
from pmmlkit.columns.types import DOUBLE, STRING, DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language import mistakes
from pmmlkit.language.cast import cast_step
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.naive_bayes.inputs import Counted, Distributed, Input
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.step import Batch, Step, Values
from pmmlkit.xml.declaration import Element

if TYPE_CHECKING:
    from pmmlkit.language.models.naive_bayes.declaration import (
        BayesInput,
        NaiveBayesModel,
        TargetValueCounts,
    )
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope

__all__ = ["NaiveBayesPredictor", "compile_naive_bayes"]

_VALUE_NOT_OF_THE_FIELD: Final = "PMML390"
_NO_CATEGORY: Final = "PMML391"
_NO_DISTRIBUTION: Final = "PMML392"

_NO_PROBABILITIES: Final = "no category of the target has a probability above 0"

_BLOCK: Final = 1 << 16
"""So many logarithms are summed at once: they stay in the processor's cache."""


def compile_naive_bayes(
    model: NaiveBayesModel, scope: Scope, target: TargetField | None
) -> Predictor:
    """Compile a NaiveBayesModel.

    Raises MarkupError where counts or distributions contradict each other.
    """
    if model.function_name != "classification":
        raise unsupported(
            model,
            f"a NaiveBayesModel cannot have functionName {model.function_name!r}",
            code=mistakes.FUNCTION_NAME,
        )
    named = model.bayes_output.field_name
    if target is not None and target.name != named:
        raise wrong(
            model.bayes_output,
            f"fieldName {named!r} is no target of the model",
            code=mistakes.WRONG_TARGET,
        )
    threshold = model.threshold
    if not (math.isfinite(threshold) and threshold >= 0):
        raise wrong(
            model, f"threshold {threshold!r} is not a number from 0 on", code=mistakes.OUT_OF_RANGE
        )
    type = STRING if target is None else target.type
    counts = model.bayes_output.target_value_counts
    prior = _counts(counts, type)
    if not any(prior.values()):
        raise wrong(counts, "all counts of the BayesOutput are 0", code=mistakes.COUNTS)
    compiler = _Compiler(scope, tuple(prior), type, threshold)
    inputs: list[Input] = []
    for item in model.bayes_inputs.bayes_inputs:
        with scope.compilation.gather():
            inputs.append(compiler.input(item))
    return NaiveBayesPredictor(inputs, [_logarithm(count) for count in prior.values()], prior, type)


def _logarithm(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf


def _counts(element: TargetValueCounts, type: DataType) -> dict[Any, float]:
    """Return the counts by category."""
    counts: dict[Any, float] = {}
    for item in element.target_value_counts:
        category = _category(item, item.value, type)
        if category in counts:
            raise wrong(
                item, f"there are two counts for {item.value!r}", code=mistakes.DUPLICATE_ENTRY
            )
        if not (math.isfinite(item.count) and item.count >= 0):
            raise wrong(
                item, f"count {item.count!r} is not a number from 0 on", code=mistakes.COUNTS
            )
        counts[category] = item.count
    return counts


def _category(element: Element, text: str, type: DataType) -> Any:
    try:
        return parse_text(text, type)
    except ValueError as error:
        raise wrong(
            element, f"value {text!r} of the target is no {type.name}", code=mistakes.NOT_OF_TYPE
        ) from error


class _Compiler:
    """What the inputs of one model share."""

    def __init__(
        self, scope: Scope, classes: tuple[Any, ...], type: DataType, threshold: float
    ) -> None:
        self._scope = scope
        self._classes = classes
        self._type = type
        self._threshold = threshold

    def input(self, element: BayesInput) -> Input:
        if element.target_value_stats is None:
            if not element.pair_counts:
                raise wrong(
                    element,
                    "has neither PairCounts nor TargetValueStats",
                    code=mistakes.MISSING_ELEMENT,
                )
            return self._counted(element)
        return self._distributed(element)

    def _counted(self, element: BayesInput) -> Input:
        step: Step
        if element.derived_field is None:
            step = self._scope.read(element.field_name, element)
        else:
            step = element.derived_field.step(self._scope)
        counts: dict[Any, dict[Any, float]] = {}
        every: list[dict[Any, float]] = []
        for item in element.pair_counts:
            own = _counts(item.target_value_counts, self._type)
            self._check_classes(item, own)
            every.append(own)
            try:
                value = parse_text(item.value, step.type)
            except ValueError:
                text = f"value {item.value!r} is no {step.type.name}: it only counts in the totals"
                self._scope.compilation.warn(_VALUE_NOT_OF_THE_FIELD, text, item)
                continue
            if value in counts:
                raise wrong(
                    item,
                    f"there are two PairCounts for {item.value!r}",
                    code=mistakes.DUPLICATE_ENTRY,
                )
            counts[value] = own
        # The records in which the input was known, which may be fewer than those of the category.
        totals = [0.0] * len(self._classes)
        for own in every:
            for at, category in enumerate(self._classes):
                totals[at] += own.get(category, 0.0)
        terms = {
            value: [
                self._share(own.get(category, 0.0), total)
                for category, total in zip(self._classes, totals, strict=True)
            ]
            for value, own in counts.items()
        }
        return Counted(step, terms, len(self._classes))

    def _share(self, count: float, total: float) -> float:
        return _logarithm(count / total if count > 0 else self._threshold)

    def _distributed(self, element: BayesInput) -> Input:
        assert element.target_value_stats is not None
        step: Step = self._scope.read(element.field_name, element)
        if step.type.is_temporal:
            raise wrong(
                element,
                f"{element.field_name!r} is a {step.type.name}, not a number",
                code=mistakes.FIELD_TYPE,
                field=element.field_name,
            )
        if not step.type.is_number:
            step = cast_step(step, DOUBLE)
        found: dict[Any, Any] = {}
        for item in element.target_value_stats.target_value_stats:
            category = _category(item, item.value, self._type)
            if category in found:
                raise wrong(
                    item,
                    f"there are two distributions for {item.value!r}",
                    code=mistakes.DUPLICATE_ENTRY,
                )
            found[category] = item.distribution
        self._check_classes(element.target_value_stats, found)
        absent = [category for category in self._classes if category not in found]
        if absent:
            text = f"there is no distribution for {absent[0]!r}: the input says nothing of it"
            self._scope.compilation.warn(_NO_DISTRIBUTION, text, element.target_value_stats)
        distributions = [found.get(category) for category in self._classes]
        return Distributed(step, distributions, _logarithm(self._threshold))

    def _check_classes(self, element: Element, found: dict[Any, Any]) -> None:
        for category in found:
            if category not in self._classes:
                text = f"{category!r} is no category of the BayesOutput, and is left aside"
                self._scope.compilation.warn(_NO_CATEGORY, text, element)


class NaiveBayesPredictor(Predictor):
    """The sums of logarithms of the categories, turned into probabilities.

    `prior`: the logarithms of the counts of the categories.
    """

    def __init__(
        self,
        inputs: Sequence[Input],
        prior: Sequence[float],
        classes: Sequence[Any] | dict[Any, float],
        type: DataType,
    ) -> None:
        self.type = type
        self.classes = tuple(classes)
        self._inputs = tuple(inputs)
        self._prior = tuple(prior)
        self._categories = Categories(self.classes) if type.kind == "string" else None

    def columns(self, batch: Batch) -> Prediction:
        """Predict probabilities and a category for all rows."""
        columns = [item.column(batch) for item in self._inputs]
        prepared = [
            item.prepare(column) for item, column in zip(self._inputs, columns, strict=True)
        ]
        count, size = len(self.classes), batch.size
        probabilities = np.empty((size, count))
        best = np.empty(size, np.intp)
        prior = np.array(self._prior)[:, np.newaxis]
        step = max(256, _BLOCK // count)
        sums, scratch = np.empty((count, min(step, size))), np.empty((count, min(step, size)))
        with np.errstate(all="ignore"):
            for start in range(0, size, step):
                rows = slice(start, min(start + step, size))
                length = rows.stop - start
                if length < sums.shape[1]:
                    sums, scratch = np.empty((count, length)), np.empty((count, length))
                sums[...] = prior
                for item, part in zip(self._inputs, prepared, strict=True):
                    item.add(*part(rows), sums, scratch)
                best[rows] = sums.argmax(axis=0)
                probabilities[rows] = _normalised(sums).T
        errors: dict[int, EvaluationError] = {}
        for column in columns:
            for row, error in column.errors.items():
                errors.setdefault(row, error)
        is_nan = np.isnan(probabilities[:, 0])
        if is_nan.any():
            for row in np.flatnonzero(is_nan).tolist():
                errors.setdefault(row, EvaluationError(_NO_PROBABILITIES))
        state = with_errors(None, errors, size)
        if state is not None:
            probabilities[(state == MISSING) | (state == ERROR)] = np.nan
        if self._categories is not None:
            values = best.astype(np.int32)
        else:
            values = np.array(self.classes, self.type.dtype)[best]
        value = Column(values, self.type, state, categories=self._categories, errors=errors)
        return Prediction(value, probabilities)

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that predicts one row."""
        terms_of = tuple(item.row_function() for item in self._inputs)
        prior, classes = list(self._prior), self.classes
        exp, infinite = math.exp, -math.inf

        def predict(values: Values) -> RowPrediction:
            sums = prior
            for function in terms_of:
                terms = function(values)
                if terms is not None:
                    sums = list(map(add, sums, terms))
            top = max(sums)
            check = sum(sums)
            if check != check or top == infinite:
                raise EvaluationError(_NO_PROBABILITIES)
            probabilities = [exp(value - top) for value in sums]
            total = reduce(add, probabilities)
            return RowPrediction(
                classes[sums.index(top)], [value / total for value in probabilities]
            )

        return predict


def _normalised(sums: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Turn logarithms (k, n) into probabilities, in place; NaN in rows that have none."""
    sums -= sums.max(axis=0)
    np.exp(sums, out=sums)
    total = sums[0].copy()
    for row in sums[1:]:
        total += row
    sums /= total
    return sums
