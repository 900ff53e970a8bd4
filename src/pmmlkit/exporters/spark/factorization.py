"""Factorization machines: sums with a term for each pair of features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters import finals
from pmmlkit.exporters.combination import combination, sum_of
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.quadratic import squared
from pmmlkit.exporters.spark.flow import Flow
from pmmlkit.exporters.spark.predictors import classify, predict
from pmmlkit.exporters.spark.saved import SavedStage, matrix, vector
from pmmlkit.exporters.spark.stages import reads
from pmmlkit.exporters.spark.thresholds import by_thresholds
from pmmlkit.language.scope import Compiled

__all__ = ["fm_classification_model", "fm_regression_model"]

Doubles = npt.NDArray[np.float64]


@reads("regression.FMRegressionModel")
def fm_regression_model(stage: SavedStage, flow: Flow) -> None:
    """Read the sum of the features times their coefficients, and of the products of each two of
    them times the product of their vectors of factors.
    """
    intercept, linear, factors = _parts(stage)

    def make(context: Context, features: list[Feature]) -> Draft:
        return finals.numbered(context, _score(features, intercept, linear, factors))

    predict(stage, flow, make, size=len(linear))


@reads("classification.FMClassificationModel")
def fm_classification_model(stage: SavedStage, flow: Flow) -> None:
    """Read the same sum, whose logistic function is the probability of the second class."""
    intercept, linear, factors = _parts(stage)

    def make(context: Context, features: list[Feature]) -> Draft:
        score = _score(features, intercept, linear, factors)
        return by_thresholds(stage, context, finals.by_sigmoid(context, score))

    def raw(features: list[Feature]) -> list[Feature]:
        score = _score(features, intercept, linear, factors)
        return [combination("opposite", [score], [-1.0]), score]

    classify(stage, flow, 2, make, size=len(linear), raw=raw)


def _parts(stage: SavedStage) -> tuple[float, Doubles, Doubles]:
    """Return the intercept, the coefficients and the factors (features, factors)."""
    (row,) = stage.table().to_pylist()
    return float(row["intercept"]), vector(row["linear"]), matrix(row["factors"])


def _score(
    features: Sequence[Feature], intercept: float, linear: Doubles, factors: Doubles
) -> Feature:
    # of each factor: half of the square of a sum, less the sum of the squares
    squares = np.square(factors).sum(axis=1) * -0.5

    def expression(*operands: Compiled) -> Compiled:
        terms: list[Compiled] = [constant(intercept)] if intercept else []
        terms += [
            apply("*", constant(number), operand)
            for number, operand in zip(linear.tolist(), operands, strict=True)
            if number
        ]
        for column in factors.T.tolist():
            parts = [
                apply("*", constant(number), operand)
                for number, operand in zip(column, operands, strict=True)
            ]
            terms.append(apply("*", constant(0.5), squared(sum_of(parts))))
        terms += [
            apply("*", constant(number), squared(operand))
            for number, operand in zip(squares.tolist(), operands, strict=True)
        ]
        return sum_of(terms)

    return Derived("score", tuple(features), expression)
