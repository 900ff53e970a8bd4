"""sklearn.linear_model: regressions and LogisticRegression as RegressionModel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.builder import BoundField
from pmmlkit.exporters.context import Context, several_targets
from pmmlkit.exporters.features import (
    ByCategory,
    ConstantFeature,
    Feature,
    Lookup,
    Product,
    as_number,
    uniform,
)
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.texts import category_text
from pmmlkit.language.expressions import FieldRef
from pmmlkit.language.models.regression import (
    CategoricalPredictor,
    NumericPredictor,
    PredictorTerm,
    RegressionModel,
    RegressionTable,
)

__all__ = ["LinearForm", "linear_regression", "log_linear_regression", "logistic_regression"]

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LinearForm:
    """Features as a regression reads them: categories by their field, products by their factors.

    `reads` holds for each feature those that it needs as fields.
    """

    features: tuple[Feature, ...]
    reads: tuple[tuple[Feature, ...], ...]

    @classmethod
    def of(cls, features: Sequence[Feature]) -> LinearForm:
        """Take the features apart."""
        numbers = tuple(as_number(feature) for feature in features)
        return cls(numbers, tuple(_read_by(feature) for feature in numbers))

    @property
    def all_reads(self) -> tuple[Feature, ...]:
        """Everything that is read, feature by feature."""
        return tuple(read for reads in self.reads for read in reads)

    def table(
        self,
        fields: Sequence[BoundField],
        coefficients: Doubles,
        intercept: float,
        category: str | None = None,
    ) -> RegressionTable:
        """Return the sum of the features (as `fields`, for `all_reads`) times the coefficients."""
        numeric, terms = [], []
        # engines take the first predictor that matches: one for each category
        categorical: dict[tuple[str, str], float] = defaultdict(float)
        at = 0
        for feature, reads, number in zip(
            self.features, self.reads, coefficients.tolist(), strict=True
        ):
            own = fields[at : at + len(reads)]
            at += len(reads)
            if number == 0.0:
                continue
            if isinstance(feature, ConstantFeature):
                intercept += number * feature.value
            elif isinstance(feature, Lookup) and feature.is_indicator:
                intercept += number * feature.otherwise
                ((value, present),) = feature.exceptions
                key = (own[0].name, category_text(value, own[0].data_type))
                categorical[key] += number * (present - feature.otherwise)
            elif isinstance(feature, Product) and len(set(own)) > 1:
                references = tuple(FieldRef(field=field.name) for field in own)
                terms.append(PredictorTerm(coefficient=number, field_refs=references))
            else:
                numeric.append(
                    NumericPredictor(name=own[0].name, exponent=len(own), coefficient=number)
                )
        return RegressionTable(
            intercept=intercept,
            target_category=category,
            numeric_predictors=tuple(numeric),
            categorical_predictors=tuple(
                CategoricalPredictor(name=name, value=value, coefficient=number)
                for (name, value), number in categorical.items()
            ),
            predictor_terms=tuple(terms),
        )


def _read_by(feature: Feature) -> tuple[Feature, ...]:
    if isinstance(feature, ConstantFeature):
        return ()
    if isinstance(feature, Lookup) and feature.is_indicator:
        return (ByCategory(feature),)
    if isinstance(feature, Product):
        return feature.factors
    return (feature,)


def _live(features: Sequence[Feature], coefficients: Doubles) -> tuple[LinearForm, Doubles]:
    """Return the features that have a coefficient other than zero, with the coefficients (tables,
    features).
    """
    used = np.flatnonzero(np.any(coefficients != 0.0, axis=0))
    return LinearForm.of([features[at] for at in used.tolist()]), coefficients[:, used]


def _coefficients(estimator: Any, features: Sequence[Feature]) -> Doubles:
    uniform(features, estimator.n_features_in_, estimator)
    matrix = estimator.coef_
    dense = matrix.toarray() if hasattr(matrix, "toarray") else matrix
    return np.atleast_2d(np.asarray(dense, np.float64))


def _regression(
    estimator: Any, features: Sequence[Feature], context: Context, normalization: str
) -> Draft:
    coefficients = _coefficients(estimator, features)
    if len(coefficients) > 1:
        raise several_targets(type(estimator).__name__, len(coefficients))
    intercept = float(np.ravel(estimator.intercept_)[0])
    form, coefficients = _live(features, coefficients)

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> RegressionModel:
        return RegressionModel(
            **frame.parts(fields),
            normalization_method=normalization,
            regression_tables=(form.table(fields, coefficients[0], intercept),),
        )

    return Draft(form.all_reads, build)


@converts(
    "sklearn.linear_model.LinearRegression",
    "sklearn.linear_model.Ridge",
    "sklearn.linear_model.RidgeCV",
    "sklearn.linear_model.Lasso",
    "sklearn.linear_model.LassoCV",
    "sklearn.linear_model.ElasticNet",
    "sklearn.linear_model.ElasticNetCV",
    "sklearn.linear_model.BayesianRidge",
    "sklearn.linear_model.HuberRegressor",
    "sklearn.linear_model.SGDRegressor",
)
def linear_regression(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert a sum of coefficients times features."""
    return _regression(estimator, features, context, "none")


@converts(
    "sklearn.linear_model.PoissonRegressor",
    "sklearn.linear_model.GammaRegressor",
)
def log_linear_regression(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert the exponential of such a sum."""
    return _regression(estimator, features, context, "exp")


@converts("sklearn.linear_model.LogisticRegression", "sklearn.linear_model.LogisticRegressionCV")
def logistic_regression(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to one table for each class; two classes: the second class first, with the logit."""
    coefficients = _coefficients(estimator, features)
    intercepts = np.broadcast_to(
        np.asarray(estimator.intercept_, np.float64).ravel(), len(coefficients)
    )
    labels = context.target.labels
    scheme = getattr(estimator, "multi_class", "auto")
    if len(labels) == 2 and scheme == "multinomial":
        # before scikit-learn 1.8: softmax over (-y, y)
        coefficients, intercepts = 2.0 * coefficients, 2.0 * intercepts
    one_against_rest = scheme in ("ovr", "warn") or (
        scheme != "multinomial" and estimator.solver == "liblinear"
    )
    form, coefficients = _live(features, coefficients)

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> RegressionModel:
        if len(labels) == 2:
            tables = [
                form.table(fields, coefficients[0], float(intercepts[0]), labels[1]),
                RegressionTable(intercept=0.0, target_category=labels[0]),
            ]
        else:
            tables = [
                form.table(fields, row, float(intercept), label)
                for row, intercept, label in zip(coefficients, intercepts, labels, strict=True)
            ]
        logit = len(labels) == 2 or one_against_rest
        return RegressionModel(
            **frame.parts(fields),
            normalization_method="logit" if logit else "softmax",
            regression_tables=tuple(tables),
        )

    return Draft(form.all_reads, build)
