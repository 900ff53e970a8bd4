"""Mixtures of normal distributions: GaussianMixtureModel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters import finals
from pmmlkit.exporters.context import Context, shares_of
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature
from pmmlkit.exporters.fields import Target
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.quadratic import quadratic_score
from pmmlkit.exporters.spark.flow import Flow, Vector
from pmmlkit.exporters.spark.predictors import cluster
from pmmlkit.exporters.spark.saved import SavedStage, matrix, vector
from pmmlkit.exporters.spark.stages import reads

__all__ = ["gaussian_mixture_model"]

Doubles = npt.NDArray[np.float64]

EPSILON: Final = float(np.finfo(np.float64).eps)
"""What Spark adds to each density, so that their sum is never 0."""


@reads("clustering.GaussianMixtureModel")
def gaussian_mixture_model(stage: SavedStage, flow: Flow) -> None:
    """Read the weights times the densities, each with 2^-52 added; divided by their sum they are
    the probabilities, and the first of the largest ones is predicted.
    """
    (row,) = stage.table().to_pylist()
    weights = [float(weight) for weight in row["weights"]]
    means = [vector(mean) for mean in row["mus"]]
    covariances = [matrix(covariance) for covariance in row["sigmas"]]
    drafts: list[Draft] = []

    def make(context: Context, features: list[Feature]) -> Draft:
        densities = [
            _density(stage, features, at, weight, mean, covariance)
            for at, (weight, mean, covariance) in enumerate(
                zip(weights, means, covariances, strict=True)
            )
        ]
        draft = finals.by_shares(context, densities)
        drafts.append(draft)
        return draft

    cluster(stage, flow, len(weights), make, size=len(means[0]))
    column = stage.params.get("probabilityCol")
    if column:
        target = Target(None, "integer", tuple(range(len(weights))))
        (draft,) = drafts
        flow.put(column, lambda: Vector(tuple(shares_of(draft, target, stage.name))))


def _density(
    stage: SavedStage,
    features: Sequence[Feature],
    at: int,
    weight: float,
    mean: Doubles,
    covariance: Doubles,
) -> Feature:
    root, logarithm = _root(stage, covariance)
    score = quadratic_score(f"logDensity({at})", features, mean, root, -0.5, logarithm)

    def expression(value: Any) -> Any:
        return apply("+", constant(EPSILON), apply("*", constant(weight), apply("exp", value)))

    return Derived(f"density({at})", (score,), expression, guarded=True)


def _root(stage: SavedStage, covariance: Doubles) -> tuple[Doubles, float]:
    """Return the root of the inverse of the covariance, (features, directions), and the logarithm
    of the density at the mean; directions without variance do not count, as in Spark.
    """
    values, vectors = np.linalg.eigh(covariance)
    least = EPSILON * values.max(initial=0.0) * len(values)
    used = values > least
    if not used.any():
        raise ExportError(f"{stage.name} has a component without variance")
    determinant = float(np.log(values[used]).sum())
    logarithm = -0.5 * (len(values) * float(np.log(2.0 * np.pi)) + determinant)
    return vectors[:, used] / np.sqrt(values[used]), logarithm
