"""Objectives: how the base score becomes a margin, and the sum of the trees what is predicted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError

__all__ = ["OBJECTIVES", "Objective", "objective_of"]

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Objective:
    """`link` makes of a margin what is predicted: identity, logit, exp, step or softmax (the
    inverse of what the name says, as PMML's normalizationMethod). `margin` is the scale of the base
    score: as it is, logit or log.
    """

    link: str
    margin: str = "identity"
    is_classification: bool = False

    def margins(self, base_score: Floats) -> Floats:
        """Return the base score as the sums begin with it, float32 (outputs,)."""
        return np.array([self._margin(score) for score in base_score], np.float32)

    def _margin(self, score: np.float32) -> float:
        number = float(score)
        if self.margin == "identity":
            return number
        if number <= 0.0 or (self.margin == "logit" and number >= 1.0):
            raise ExportError(f"the base score {number!r} has no {self.margin}: it is damaged")
        if self.margin == "log":
            return math.log(number)
        # in the steps that XGBoost takes, each in single precision
        return -math.log(float(np.float32(1.0) / score - np.float32(1.0)))


_IDENTITY: Final = Objective("identity")
_POSITIVE: Final = Objective("exp", "log")

OBJECTIVES: Final = MappingProxyType(
    {
        "reg:squarederror": _IDENTITY,
        "reg:linear": _IDENTITY,
        "reg:squaredlogerror": _IDENTITY,
        "reg:pseudohubererror": _IDENTITY,
        "reg:absoluteerror": _IDENTITY,
        "reg:quantileerror": _IDENTITY,
        "reg:logistic": Objective("logit", "logit"),
        "reg:gamma": _POSITIVE,
        "reg:tweedie": _POSITIVE,
        "count:poisson": _POSITIVE,
        "survival:cox": _POSITIVE,
        "survival:aft": _POSITIVE,
        "rank:pairwise": _IDENTITY,
        "rank:ndcg": _IDENTITY,
        "rank:map": _IDENTITY,
        "binary:logistic": Objective("logit", "logit", is_classification=True),
        "binary:logitraw": Objective("identity"),
        "binary:hinge": Objective("step", is_classification=True),
        "multi:softmax": Objective("softmax", is_classification=True),
        "multi:softprob": Objective("softmax", is_classification=True),
    }
)


def objective_of(name: str) -> Objective:
    """Return the objective; raise ExportError for one whose link is not known."""
    found = OBJECTIVES.get(name)
    if found is None:
        raise ExportError(
            f"the objective {name!r} is none of XGBoost's own up to release 3.2: what it predicts "
            "of a sum of trees is not known"
        )
    return found
