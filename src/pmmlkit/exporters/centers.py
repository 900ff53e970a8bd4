"""The nearest of several centers as ClusteringModel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.features import Feature, as_number
from pmmlkit.exporters.fields import BoundField, Target
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.texts import number_texts
from pmmlkit.language.arrays import Array
from pmmlkit.language.models.clustering import Cluster, ClusteringField, ClusteringModel
from pmmlkit.language.models.proximity.declaration import ComparisonMeasure, SquaredEuclidean
from pmmlkit.language.output import Output

__all__ = ["nearest_center"]


def nearest_center(
    features: Sequence[Feature],
    centers: npt.NDArray[np.float64],
    target: Target,
    output: Callable[[Frame], Output] | None = None,
) -> Draft:
    """Return a model that predicts the number, from 0, of the nearest of the centers (centers,
    features), as text: the id of the cluster.

    `target` says what is predicted; `output` makes the Output of the model, which else has that of
    its frame.
    """

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> ClusteringModel:
        own = None if output is None else output(frame)
        parts = frame.parts(fields, own, probabilities=False) | {"function_name": "clustering"}
        clusters = tuple(
            Cluster(
                id=str(number),
                array=Array(n=len(center), type="real", text=" ".join(number_texts(center))),
            )
            for number, center in enumerate(centers)
        )
        return ClusteringModel(
            **parts,
            model_class="centerBased",
            number_of_clusters=len(clusters),
            comparison_measure=ComparisonMeasure(kind="distance", measure=SquaredEuclidean()),
            clustering_fields=tuple(
                ClusteringField(field=field.name, compare_function="absDiff") for field in fields
            ),
            clusters=clusters,
        )

    return Draft(tuple(map(as_number, features)), build, (), target)
