"""Weighted sums behind a link: GeneralizedLinearRegressionModel, AFTSurvivalRegressionModel."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from pmmlkit.errors import ExportError
from pmmlkit.exporters import finals
from pmmlkit.exporters.combination import combination
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.inner_targets import with_target
from pmmlkit.exporters.linear_form import linear_draft
from pmmlkit.exporters.spark.flow import Flow, Scalar, Vector
from pmmlkit.exporters.spark.predictors import predict
from pmmlkit.exporters.spark.saved import SavedStage, vector
from pmmlkit.exporters.spark.stages import reads
from pmmlkit.language.models.model import Model
from pmmlkit.language.scope import Compiled
from pmmlkit.language.targets import Target, Targets

__all__ = ["aft_survival_regression_model", "generalized_linear_regression_model"]

LINKS: Final = {"gaussian": "identity", "binomial": "logit", "poisson": "log", "gamma": "inverse"}
"""The link of each family where none is given."""

VARIANCES: Final = {0.0: "gaussian", 1.0: "poisson", 2.0: "gamma"}
"""The variance powers of tweedie that are families of their own."""

POWERS: Final = {0.0: "log", 1.0: "identity", -1.0: "inverse", 0.5: "sqrt"}
"""The link powers of tweedie that are links of their own."""

NORMALIZATIONS: Final = {
    "identity": "none",
    "log": "exp",
    "logit": "logit",
    "probit": "probit",
    "cloglog": "cloglog",
}
"""The links that a RegressionModel has."""

NEARLY_ZERO: Final = 1e-16
"""The smallest mean that Spark predicts, and what it stays below 1 in shares."""

MOST: Final = sys.float_info.max


@reads("regression.GeneralizedLinearRegressionModel")
def generalized_linear_regression_model(stage: SavedStage, flow: Flow) -> None:
    """Read the sum, plus the offset, behind the inverse of the link.

    Means are kept inside what the family allows: from 1e-16 on, for a binomial up to 1 - 1e-16.
    The sum itself is a result where it has a column. Without an offset there is no prediction.
    """
    (row,) = stage.table().to_pylist()
    coefficients, intercept = vector(row["coefficients"]), float(row["intercept"])
    family, link = _family_and_link(stage)
    offset, column = stage.params.get("offsetCol"), stage.params.get("linkPredictionCol")

    def make(context: Context, features: list[Feature]) -> Draft:
        factors = coefficients.tolist()
        if offset:
            features, factors = [*features, flow.number(offset)], [*factors, 1.0]
        total = combination(str(column or "linkPrediction"), features, factors, intercept)
        if isinstance(link, str) and link in NORMALIZATIONS:
            draft = linear_draft(features, factors, intercept, NORMALIZATIONS[link])
        else:
            draft = finals.numbered(context, Derived("mean", (total,), _unlinked(link)))
        if (family, link) != ("gaussian", "identity"):
            draft = _bounded(draft, *_bounds(family))
        if not column:
            return draft
        flow.put(column, Scalar(total))
        return replace(draft, outputs=((str(column), total),))

    predict(stage, flow, make, size=len(coefficients))


def _family_and_link(stage: SavedStage) -> tuple[str, str | float]:
    """Return the family, and the name or the power of its link."""
    family = str(stage.params.get("family", "gaussian")).lower()
    if family != "tweedie":
        if family not in LINKS:
            raise ExportError(f"{stage.name} has the unknown family {family!r:.40}")
        link = stage.params.get("link") if "link" in stage.given else None
        name = LINKS[family] if link is None else str(link).lower()
        if name not in NORMALIZATIONS and name not in POWERS.values():
            raise ExportError(f"{stage.name} has the unknown link {name!r:.40}")
        return family, name
    variance = float(stage.params.get("variancePower", 0.0))
    family = VARIANCES.get(variance, family)
    if "linkPower" in stage.given:
        power = float(stage.params["linkPower"])
        return family, POWERS.get(power, power)
    return family, LINKS.get(family, 1.0 - variance)


def _unlinked(link: str | float) -> Callable[[Compiled], Compiled]:
    if link == "inverse":
        return lambda x: apply("/", constant(1.0), x)
    if link == "sqrt":
        return lambda x: apply("*", x, x)
    return lambda x: apply("pow", x, constant(1.0 / float(link)))


def _bounds(family: str) -> tuple[float, float]:
    if family == "gaussian":
        return -MOST, MOST
    return NEARLY_ZERO, 1.0 - NEARLY_ZERO if family == "binomial" else MOST


def _bounded(draft: Draft, low: float, high: float) -> Draft:
    """Return the regression, whose predictions are kept between two numbers."""

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> Model:
        model = draft.build(frame, fields)
        name, parts = with_target(frame, {"mining_schema": model.mining_schema})
        return model.replace(
            **parts, targets=Targets(targets=(Target(field=name, min=low, max=high),))
        )

    return replace(draft, build=build)


@reads("regression.AFTSurvivalRegressionModel")
def aft_survival_regression_model(stage: SavedStage, flow: Flow) -> None:
    """Read the exponential of the sum, and the quantiles of the Weibull distribution that it is the
    scale of, where these have a column.
    """
    (row,) = stage.table().to_pylist()
    coefficients, intercept = vector(row["coefficients"]), float(row["intercept"])
    number = predict(
        stage,
        flow,
        lambda context, features: linear_draft(features, coefficients, intercept, "exp"),
        size=len(coefficients),
    )
    column = stage.params.get("quantilesCol")
    if column:
        factors = [
            math.exp(math.log(-math.log1p(-float(share))) * float(row["scale"]))
            for share in stage.params["quantileProbabilities"]
        ]
        flow.put(column, Vector(tuple(_times(number, factor) for factor in factors)))


def _times(feature: Feature, factor: float) -> Feature:
    return Derived("quantile", (feature,), lambda x: apply("*", x, constant(factor)))
