"""The classes of scikit-lego that cannot be exported, each with the reason."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

__all__ = ["REFUSED"]

REFUSED: Final = MappingProxyType(
    {
        "sklego.decomposition.UMAPOutlierDetection": (
            "UMAP places each row by an optimisation that is repeated: PMML has no loops"
        ),
        "sklego.dummy.RandomRegressor": (
            "it predicts random numbers, others at every call: no document can agree with it"
        ),
        "sklego.preprocessing.FormulaicTransformer": (
            "its formula is Python that formulaic evaluates, with states of its own (centred "
            "columns, splines, levels): write the columns with scikit-learn's transformers, or "
            "with pmmlkit.ExpressionTransformer"
        ),
    }
)
"""Reasons by the public name of the class."""
