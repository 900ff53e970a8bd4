"""ClusteringModel, NearestNeighborModel and AnomalyDetectionModel.

Specification: chapters Clustering, Nearest Neighbor, and Anomaly Detection.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pmmlkit.showing.facts import Shape, Table, Value
from pmmlkit.showing.formula import Names
from pmmlkit.showing.models.reading import array_items, counted, facts, joined, vector

__all__ = ["anomaly_detection", "clustering", "nearest_neighbor"]

_FEW: Final = 8


def clustering(model: Any, names: Names) -> Shape:
    """Describe a ClusteringModel by its centres (or what stands for them)."""
    clusters = model.clusters or ()
    used = model.clustering_fields or ()
    centred = [item for item in used if item.is_center_field in (True, "true", "1")]
    tables = [_centres(clusters, [item.field or "?" for item in centred])]
    if any(item.field_weight != 1.0 or item.compare_function for item in used):
        tables.append(
            Table(
                "fields compared",
                ("field", "weight", "compare", "scale"),
                tuple(
                    (
                        item.field,
                        item.field_weight,
                        item.compare_function,
                        item.similarity_scale,
                    )
                    for item in used
                ),
            )
        )
    measure = _measure(model.comparison_measure)
    return Shape(
        joined(counted(len(clusters), "cluster"), measure, counted(len(used), "field")),
        facts(
            clusters=len(clusters),
            model_class=model.model_class,
            measure=measure,
            compare_function=getattr(model.comparison_measure, "compare_function", None),
            fields=len(used),
        ),
        tuple(tables),
    )


def _centres(clusters: Sequence[Any], fields: Sequence[str]) -> Table:
    """Return the centres: a column for each of few clusters, a row for each of many."""
    centres = [array_items(cluster.array) for cluster in clusters]
    labels = [_label(cluster, number) for number, cluster in enumerate(clusters, 1)]
    if any(len(centre) != len(fields) for centre in centres):
        rows: list[tuple[Value, ...]] = [
            (label, cluster.size, vector(centre) if centre else None)
            for label, cluster, centre in zip(labels, clusters, centres, strict=True)
        ]
        return Table("clusters", ("cluster", "size", "centre"), tuple(rows))
    sizes = [cluster.size for cluster in clusters]
    if len(clusters) <= _FEW:
        rows = [(field, *(centre[at] for centre in centres)) for at, field in enumerate(fields)]
        if any(size is not None for size in sizes):
            rows.insert(0, ("size", *sizes))
        return Table("centres", ("field", *labels), tuple(rows))
    rows = [
        (label, size, *centre) for label, size, centre in zip(labels, sizes, centres, strict=True)
    ]
    return Table("clusters", ("cluster", "size", *fields), tuple(rows))


def _label(cluster: Any, number: int) -> str:
    name = cluster.name if cluster.name is not None else cluster.id
    return str(number) if name is None else str(name)


def _measure(holder: Any) -> str | None:
    measure = getattr(holder, "measure", None)
    if measure is None:
        return None
    power = getattr(measure, "p_parameter", None)
    name = measure.tag if power is None else f"{measure.tag} (p = {power:g})"
    return f"{name} {holder.kind}" if holder.kind else name


def nearest_neighbor(model: Any, names: Names) -> Shape:
    """Describe a NearestNeighborModel by its neighbours and its training instances."""
    inputs = getattr(model.knn_inputs, "knn_inputs", None) or ()
    instances = model.training_instances
    table = getattr(instances, "inline_table", None)
    rows = 0 if table is None else len(table.rows)
    measure = _measure(model.comparison_measure)
    is_class = model.function_name == "classification"
    body: tuple[tuple[Value, ...], ...] = tuple(
        (item.field, item.field_weight, item.compare_function) for item in inputs
    )
    return Shape(
        joined(
            f"{model.number_of_neighbors} nearest neighbours",
            counted(rows, "training instance"),
            measure,
        ),
        facts(
            neighbours=model.number_of_neighbors,
            training_instances=rows,
            measure=measure,
            compare_function=getattr(model.comparison_measure, "compare_function", None),
            continuous_scoring=None if is_class else model.continuous_scoring_method,
            categorical_scoring=model.categorical_scoring_method if is_class else None,
            instance_id=model.instance_id_variable,
            threshold=model.threshold,
        ),
        (Table("fields compared", ("field", "weight", "compare"), body),),
    )


def anomaly_detection(model: Any, names: Names) -> Shape:
    """Describe an AnomalyDetectionModel; the model inside of it is one of its own."""
    inner = model.model
    distances = array_items(getattr(model.mean_cluster_distances, "array", None))
    return Shape(
        joined(
            f"anomaly detection by {model.algorithm_type or '?'}",
            None if inner is None else f"with {inner.tag}",
        ),
        facts(
            algorithm=model.algorithm_type,
            sample_data_size=model.sample_data_size,
            mean_cluster_distances=vector(distances) if distances else None,
        ),
    )
