"""The classes of optbinning that cannot be exported, each with the reason."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

__all__ = ["REFUSED"]

_TWO_COLUMNS: Final = (
    "its transform takes two columns as two arguments, which nothing that calls transformers does, "
    "so that no order of columns is known: bin each column with OptimalBinning"
)
_SKETCH: Final = (
    "it is the state of a fit that goes on, over parts of the data: fit BinningProcess or "
    "OptimalBinning on the bins that it finds (user_splits), and export that"
)

REFUSED: Final = MappingProxyType(
    {
        "optbinning.OptimalBinning2D": _TWO_COLUMNS,
        "optbinning.ContinuousOptimalBinning2D": _TWO_COLUMNS,
        "optbinning.MDLP": (
            "it finds where to cut a column and has neither predict nor transform: "
            "OptimalBinning(prebinning_method='mdlp') transforms by such cuts"
        ),
        "optbinning.binning.distributed.OptimalBinningSketch": _SKETCH,
        "optbinning.binning.distributed.BinningProcessSketch": _SKETCH,
        "optbinning.scorecard.ScorecardMonitoring": (
            "it compares two data sets and has neither predict nor transform: export its scorecard"
        ),
        "optbinning.scorecard.Counterfactual": (
            "it searches by optimisation for rows with another outcome: PMML has no loops"
        ),
    }
)
"""Reasons by the public name of the class."""
