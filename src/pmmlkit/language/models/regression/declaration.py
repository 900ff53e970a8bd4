"""The elements of RegressionModel. Specification: chapter Regression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pmmlkit.language.extension import Extension
from pmmlkit.language.models.embedded import EmbeddedModel
from pmmlkit.language.models.model import Model
from pmmlkit.xml.declaration import Element, attribute, children, enumeration
from pmmlkit.xml.lexical import INTEGER, NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.expressions import FieldRef
    from pmmlkit.language.mining_schema import MiningSchema
    from pmmlkit.language.models.prediction import Predictor
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope

__all__ = [
    "CategoricalPredictor",
    "NumericPredictor",
    "PredictorTerm",
    "Regression",
    "RegressionModel",
    "RegressionTable",
]

NORMALIZATION_METHOD: Final = enumeration(
    "none",
    "simplemax",
    "softmax",
    "logit",
    "probit",
    "cloglog",
    "exp",
    "loglog",
    "cauchit",
)


class NumericPredictor(Element):
    """A number to a power, times a coefficient. Specification: Regression."""

    name: str = attribute(required=True)
    exponent: int = attribute(type=INTEGER, default=1)
    coefficient: float = attribute(type=NUMBER, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class CategoricalPredictor(Element):
    """A coefficient that counts where a field has one value. Specification: Regression."""

    name: str = attribute(required=True)
    value: str = attribute(required=True)
    coefficient: float = attribute(type=NUMBER, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class PredictorTerm(Element):
    """A product of fields, times a coefficient. Specification: Regression."""

    name: str | None = attribute(default=None)
    coefficient: float = attribute(type=NUMBER, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    field_refs: tuple[FieldRef, ...] = children("FieldRef", minimum=1)


class RegressionTable(Element):
    """One sum over predictors. Specification: Regression."""

    intercept: float = attribute(type=NUMBER, required=True)
    target_category: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    numeric_predictors: tuple[NumericPredictor, ...] = children("NumericPredictor", default=())
    categorical_predictors: tuple[CategoricalPredictor, ...] = children(
        "CategoricalPredictor", default=()
    )
    predictor_terms: tuple[PredictorTerm, ...] = children("PredictorTerm", default=())


class RegressionModel(Model):
    """A regression, or a classification by one regression a category. Specification: Regression.

    `model_type` and `target_field_name` are of older versions and have no effect.
    """

    model_type: str | None = attribute(
        informative=True,
        default=None,
        values=enumeration(
            "linearRegression", "stepwisePolynomialRegression", "logisticRegression"
        ),
    )
    target_field_name: str | None = attribute(default=None)
    normalization_method: str = attribute(default="none", values=NORMALIZATION_METHOD)
    regression_tables: tuple[RegressionTable, ...] = children("RegressionTable", minimum=1)

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Compile the tables."""
        from pmmlkit.language.models.regression.predictor import compile_regression

        return compile_regression(self, scope, target)


class Regression(EmbeddedModel):
    """A RegressionModel inside a Node or a MiningModel. Specification: Multiple Models."""

    normalization_method: str = attribute(default="none", values=NORMALIZATION_METHOD)
    regression_tables: tuple[RegressionTable, ...] = children("RegressionTable", minimum=1)

    def as_model(self, mining_schema: MiningSchema, math_context: str | None) -> RegressionModel:
        """Return the RegressionModel that means the same."""
        return RegressionModel(
            normalization_method=self.normalization_method,
            regression_tables=self.regression_tables,
            **self.common(mining_schema, math_context),
        )
