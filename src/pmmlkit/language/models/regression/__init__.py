"""RegressionModel. Specification: chapter Regression."""

from pmmlkit.language.models.regression.declaration import (
    CategoricalPredictor,
    NumericPredictor,
    PredictorTerm,
    Regression,
    RegressionModel,
    RegressionTable,
)

__all__ = [
    "CategoricalPredictor",
    "NumericPredictor",
    "PredictorTerm",
    "Regression",
    "RegressionModel",
    "RegressionTable",
]
