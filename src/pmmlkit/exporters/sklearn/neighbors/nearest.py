"""What the nearest of the training rows say, as NearestNeighborModel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.features import Feature, Predicted
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.inner_targets import with_target, with_targets
from pmmlkit.exporters.sklearn.neighbors.comparison import Comparison
from pmmlkit.exporters.texts import number_texts
from pmmlkit.language.inline_table import InlineTable
from pmmlkit.language.models.nearest_neighbor import KNNInput, KNNInputs, NearestNeighborModel
from pmmlkit.language.models.proximity.declaration import ComparisonMeasure
from pmmlkit.language.output import Output, OutputField
from pmmlkit.language.row_table import RowTable
from pmmlkit.language.training_instances import InstanceField, InstanceFields, TrainingInstances

__all__ = ["mean_of_neighbors", "means_of_neighbors", "neighbors_in_order"]

Doubles = npt.NDArray[np.float64]

TINY = 1e-150
"""Added to distances before they divide: it changes none but 0, which then outweighs all others, as
scikit-learn has it."""


def mean_of_neighbors(
    comparison: Comparison, count: int, outcomes: Doubles, *, weighted: bool
) -> Draft:
    """Return a regression: the mean of the outcomes (points,) of the nearest points, weighted by 1
    / distance if asked for.
    """

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> NearestNeighborModel:
        target, parts = with_target(frame, frame.parts(fields))
        return _model(parts, fields, comparison, count, [target], outcomes[:, None], weighted)

    return Draft(comparison.features, build)


def means_of_neighbors(
    comparison: Comparison, count: int, outcomes: Doubles, names: Sequence[str], *, weighted: bool
) -> list[Feature]:
    """Return the mean of each column of the outcomes (points, columns) over the nearest points."""
    draft = _inner_draft(comparison, count, outcomes, names, weighted)
    return [Predicted(name, draft, value=str(at)) for at, name in enumerate(names)]


def neighbors_in_order(
    comparison: Comparison, count: int, outcomes: Doubles
) -> tuple[Feature, list[Feature], list[Feature]]:
    """Return the mean of the outcomes (points,), and of each of the nearest points its number (from
    1, as text) and its distance.
    """
    draft = _inner_draft(comparison, count, outcomes[:, None], ["outcome"], False)
    ranks = range(1, count + 1)
    return (
        Predicted("mean", draft, value="0"),
        [Predicted(f"neighbor({at})", draft, None, "entityId", str(at), "string") for at in ranks],
        # of the nearest one, JPMML has the distance under the other name only
        [
            Predicted(
                f"distance({at})", draft, None, "entityAffinity" if at == 1 else "affinity", str(at)
            )
            for at in ranks
        ],
    )


def _inner_draft(
    comparison: Comparison, count: int, outcomes: Doubles, names: Sequence[str], weighted: bool
) -> Draft:
    def build(frame: Frame, fields: tuple[BoundField, ...]) -> NearestNeighborModel:
        targets = [frame.builder.inner_target(f"outcome({name})") for name in names]
        output = Output(
            output_fields=tuple(
                _output_field(predicted, name, targets) for predicted, name in frame.results.items()
            )
        )
        parts = with_targets(frame.parts(fields, output), targets)
        return _model(parts, fields, comparison, count, targets, outcomes, weighted)

    return Draft(comparison.features, build)


def _output_field(predicted: Predicted, name: str, targets: Sequence[str]) -> OutputField:
    assert predicted.value is not None
    at = int(predicted.value)
    is_text = predicted.data_type == "string"
    parts: dict[str, Any] = (
        {"target_field": targets[at]} if predicted.result == "predictedValue" else {"rank": at}
    )
    return OutputField(
        name=name,
        optype="categorical" if is_text else "continuous",
        data_type=predicted.data_type,
        feature=predicted.result,
        **parts,
    )


def _model(
    parts: dict[str, Any],
    fields: Sequence[BoundField],
    comparison: Comparison,
    count: int,
    targets: Sequence[str],
    outcomes: Doubles,
    weighted: bool,
) -> NearestNeighborModel:
    weights = comparison.weights or (1.0,) * len(fields)
    inputs = tuple(
        KNNInput(field=field.name, field_weight=weight)
        for field, weight in zip(fields, weights, strict=True)
    )
    return NearestNeighborModel(
        **parts,
        number_of_neighbors=count,
        continuous_scoring_method="weightedAverage" if weighted else "average",
        threshold=TINY if weighted else 0.0,
        training_instances=_instances(fields, comparison.points, targets, outcomes),
        comparison_measure=ComparisonMeasure(
            kind="distance", compare_function=comparison.compare, measure=comparison.measure
        ),
        knn_inputs=KNNInputs(knn_inputs=inputs),
    )


def _instances(
    fields: Sequence[BoundField], points: Doubles, targets: Sequence[str], outcomes: Doubles
) -> TrainingInstances:
    """Return the table of the points and their outcomes; its columns have short names, as they
    stand in every row. A number that is NaN has no cell.
    """
    names = [field.name for field in fields]
    columns: dict[str, Sequence[str | None]] = {}
    pairs = []
    seen: set[str] = set()
    for letter, owners, numbers in (("x", names, points), ("y", targets, outcomes)):
        for at, (owner, column) in enumerate(zip(owners, numbers.T, strict=True), 1):
            if owner in seen:
                continue
            seen.add(owner)
            texts: Sequence[str | None] = number_texts(column)
            if np.isnan(column).any():
                texts = [None if text == "NaN" else text for text in texts]
            columns[f"{letter}{at}"] = texts
            pairs.append(InstanceField(field=owner, column=f"{letter}{at}"))
    return TrainingInstances(
        is_transformed=True,
        record_count=len(points),
        field_count=len(pairs),
        instance_fields=InstanceFields(instance_fields=tuple(pairs)),
        inline_table=InlineTable(rows=RowTable(columns)),
    )
