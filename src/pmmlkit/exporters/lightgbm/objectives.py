"""What LightGBM makes of the raw sums of its trees, by objective."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pmmlkit.errors import ExportError
from pmmlkit.exporters.lightgbm.model import LightgbmModel

__all__ = ["Link", "link_of"]

_IDENTITY = (
    "regression",
    "regression_l1",
    "huber",
    "fair",
    "quantile",
    "mape",
    "lambdarank",
    "rank_xendcg",
)
_LINKS = {
    "poisson": "exp",
    "gamma": "exp",
    "tweedie": "exp",
    "binary": "logit",
    "cross_entropy": "logit",
    "cross_entropy_lambda": "softplus",
    "multiclass": "softmax",
    "multiclassova": "logits",
}


@dataclass(frozen=True, slots=True)
class Link:
    """What becomes of the raw sums.

    `function`: ``identity``, ``exp``, ``logit``, ``softplus`` (log(1 + exp(x))), ``square``
    (x * |x|) of one sum; ``softmax`` or ``logits`` (a logit of each, their shares do not add up
    to 1) of several. `factor`: the sums are multiplied with it first. `known`: the model says which
    objective it has; else it predicts raw sums, and what they mean only its user knows.
    """

    function: str
    factor: float = 1.0
    known: bool = True
    classifies: bool = False


def link_of(model: LightgbmModel) -> Link:
    """Return the link of a model; raise ExportError where its objective is not known."""
    objective = model.objective
    if not objective or objective == "custom":
        return Link("identity", known=False)
    if objective in _IDENTITY:
        return Link("square" if "sqrt" in model.settings else "identity")
    function = _LINKS.get(objective)
    if function is None:
        raise ExportError(
            f"the model has the objective {objective!r:.60}, of which it is not known what "
            "LightGBM makes of the sums of its trees"
        )
    if (function in ("softmax", "logits")) != (model.width > 1):
        raise ExportError(
            f"the model has the objective {objective!r}, but {model.width} trees in an iteration; "
            "the text of the model is damaged"
        )
    factor = 1.0
    if objective in ("binary", "multiclassova"):
        factor = _positive(model.settings.get("sigmoid", "1"))
    return Link(function, factor, classifies=objective in ("binary", "multiclass", "multiclassova"))


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0.0 < number < math.inf:
        raise ExportError(f"the model has sigmoid:{text:.40}, which must be a number above 0")
    return number
