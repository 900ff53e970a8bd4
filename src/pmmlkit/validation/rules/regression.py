"""Rules for regressions. Specification: chapter Regression."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from pmmlkit.language.models.regression import (
    CategoricalPredictor,
    NumericPredictor,
    RegressionTable,
)
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, rule

__all__ = ["RULES"]

_X: Final = '<NumericPredictor name="x" coefficient="{}"/>'
_TABLE: Final = '<RegressionTable intercept="1">{}</RegressionTable>'


@rule(
    "PMML305",
    "warning",
    "A table has the same predictor twice",
    "Both terms are added. Two NumericPredictors of a field differ in their exponent, two "
    "CategoricalPredictors in their value.",
    bad=_TABLE.format(_X.format(1) + _X.format(2)),
    good=_TABLE.format(_X.format(1) + _X.format(2).replace(" coeff", ' exponent="2" coeff')),
    on=RegressionTable,
)
def same_predictor(table: RegressionTable, facts: Facts) -> Iterator[Found]:
    known: set[tuple[str, object]] = set()
    for numeric in table.numeric_predictors:
        key: tuple[str, object] = (numeric.name, numeric.exponent)
        if key in known:
            yield numeric, f"{numeric.name!r} has another term with the same exponent"
        known.add(key)
    for item in table.categorical_predictors:
        if (item.name, item.value) in known:
            yield item, f"{item.name!r} has another term for {item.value!r:.80}"
        known.add((item.name, item.value))


@rule(
    "PMML306",
    "warning",
    "A coefficient is no finite number",
    "A coefficient or intercept of NaN or INF makes the result of every row useless; a fit that "
    "did not converge leaves such numbers behind.",
    bad=_TABLE.format(_X.format("NaN")),
    good=_TABLE.format(_X.format("1.5")),
    on=RegressionTable,
)
def not_finite(table: RegressionTable, facts: Facts) -> Iterator[Found]:
    if not math.isfinite(table.intercept):
        yield table, f"the intercept is {table.intercept}"
    items: list[NumericPredictor | CategoricalPredictor] = [
        *table.numeric_predictors,
        *table.categorical_predictors,
    ]
    for item in items:
        if not math.isfinite(item.coefficient):
            yield item, f"the coefficient of {item.name!r} is {item.coefficient}"


RULES: Final = (same_predictor, not_finite)
