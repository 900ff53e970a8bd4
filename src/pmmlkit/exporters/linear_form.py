"""Weighted sums of features as regressions read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.features import (
    ByCategory,
    ConstantFeature,
    Feature,
    Lookup,
    Predicted,
    Product,
    as_number,
)
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.texts import category_text
from pmmlkit.language.expressions import FieldRef
from pmmlkit.language.models.regression import (
    CategoricalPredictor,
    NumericPredictor,
    PredictorTerm,
    RegressionModel,
    RegressionTable,
)

__all__ = ["LinearForm", "linear_draft", "linear_scores", "live"]

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


def live(features: Sequence[Feature], coefficients: Doubles) -> tuple[LinearForm, Doubles]:
    """Return the features that have a coefficient other than zero, with the coefficients (tables,
    features).
    """
    used = np.flatnonzero(np.any(coefficients != 0.0, axis=0))
    return LinearForm.of([features[at] for at in used.tolist()]), coefficients[:, used]


def linear_draft(
    features: Sequence[Feature],
    coefficients: npt.ArrayLike,
    intercept: float,
    normalization: str = "none",
) -> Draft:
    """Return a regression: the features times their coefficients (one each) plus the intercept,
    through a link function.
    """
    form, (row,) = live(features, np.atleast_2d(np.asarray(coefficients, np.float64)))

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> RegressionModel:
        return RegressionModel(
            **frame.parts(fields),
            normalization_method=normalization,
            regression_tables=(form.table(fields, row, float(intercept)),),
        )

    return Draft(form.all_reads, build)


def linear_scores(
    features: Sequence[Feature],
    coefficients: npt.ArrayLike,
    intercepts: npt.ArrayLike,
    name: str = "score",
    normalization: str = "none",
) -> list[Feature]:
    """Return a weighted sum for each row of coefficients (sums, features), each predicted by a
    regression of its own.
    """
    rows = np.atleast_2d(np.asarray(coefficients, np.float64))
    constants = np.broadcast_to(np.asarray(intercepts, np.float64).ravel(), len(rows))
    return [
        Predicted(name, linear_draft(features, row, float(constant), normalization))
        for row, constant in zip(rows, constants, strict=True)
    ]
