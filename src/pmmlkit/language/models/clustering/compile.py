"""ClusteringModel to predictor: its fields as coordinates, its clusters as points or densities.

Semantics chapter 12.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.text import parse_text
from pmmlkit.columns.types import DataType
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.clustering.affinity import Affinity, Centers, Densities
from pmmlkit.language.models.clustering.predictor import ClusteringPredictor
from pmmlkit.language.models.proximity.compile import (
    Compared,
    compare,
    compile_measure,
    positions_of,
)
from pmmlkit.language.models.proximity.coordinates import (
    Binary,
    Category,
    Coordinate,
    Listed,
    Number,
)
from pmmlkit.xml.lexical import parse_number

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array
    from pmmlkit.language.derived_field import DerivedField
    from pmmlkit.language.models.clustering.declaration import (
        Cluster,
        ClusteringField,
        ClusteringModel,
    )
    from pmmlkit.language.scope import Scope
    from pmmlkit.xml.declaration import Element

__all__ = ["compile_clustering"]

_COUNT: Final = "PMML380"

Doubles = npt.NDArray[np.float64]


def compile_clustering(model: ClusteringModel, scope: Scope) -> ClusteringPredictor:
    """Compile a ClusteringModel.

    Raises MarkupError where clusters, fields and measure do not fit, UnsupportedError for clusters
    that are given by statistics without Covariances.
    """
    if model.function_name != "clustering":
        raise unsupported(
            model,
            f"a ClusteringModel cannot have functionName {model.function_name!r}",
            code=mistakes.FUNCTION_NAME,
        )
    if model.number_of_clusters != len(model.clusters):
        text = f"numberOfClusters is {model.number_of_clusters}, there are {len(model.clusters)}"
        scope.compilation.warn(_COUNT, text, model)
    ids = _ids(model)
    compared = _compared(model, scope)
    names = [cluster.name for cluster in model.clusters]
    if model.model_class == "distributionBased":
        coordinates: list[Coordinate] = [_numeric(item, model) for item in compared]
        return ClusteringPredictor(_densities(model, compared), coordinates, ids, names)
    coordinates, affinity = _centers(model, scope, compared)
    return ClusteringPredictor(affinity, coordinates, ids, names)


def _ids(model: ClusteringModel) -> tuple[str, ...]:
    ids: dict[str, None] = {}
    for position, cluster in enumerate(model.clusters, 1):
        found = str(position) if cluster.id is None else cluster.id
        if found in ids:
            raise wrong(cluster, f"two clusters have the id {found!r}", code=mistakes.DUPLICATE_ID)
        ids[found] = None
    return tuple(ids)


def _compared(model: ClusteringModel, scope: Scope) -> list[Compared]:
    """Compile the fields that the arrays of the clusters have numbers of."""
    if model.center_fields is not None:
        derived = model.center_fields.derived_fields
        weights = _missing_weights(model, len(derived))
        return [
            _of_derived(field, model, scope, weight)
            for field, weight in zip(derived, weights, strict=True)
        ]
    fields = [item for item in model.clustering_fields if item.is_center_field != "false"]
    if not fields:
        raise wrong(model, "no ClusteringField is a center field", code=mistakes.EMPTY_MODEL)
    found = []
    for item, weight in zip(fields, _missing_weights(model, len(fields)), strict=True):
        field = scope.field(item.field, item)
        positions = positions_of(item.field, field.values, scope, item)
        compared = compare(
            scope.read(item.field, item),
            item.field,
            item,
            model.comparison_measure,
            function=item.compare_function,
            weight=item.field_weight,
            missing_weight=weight,
            scale=item.similarity_scale,
            matrix=None if item.comparisons is None else item.comparisons.matrix,
            positions=positions,
        )
        found.append(compared)
    return found


def _of_derived(
    derived: DerivedField, model: ClusteringModel, scope: Scope, missing_weight: float
) -> Compared:
    """Compile a CenterField: it is compared as the ClusteringField of its name says, else as that
    of the field that it is made of.
    """
    named = {item.field: item for item in model.clustering_fields}
    references = list(_references(derived))
    item: ClusteringField | None = named.get(derived.name or "")
    if item is None and len(references) == 1:
        item = named.get(references[0])
    matrix = None if item is None or item.comparisons is None else item.comparisons.matrix
    name = derived.name or ", ".join(references)
    step = derived.step(scope)
    values = tuple(
        parse_text(value.value, step.type) for value in derived.values if value.property == "valid"
    )
    return compare(
        step,
        name,
        item or derived,
        model.comparison_measure,
        function=None if item is None else item.compare_function,
        weight=1.0 if item is None else item.field_weight,
        missing_weight=missing_weight,
        scale=None if item is None else item.similarity_scale,
        matrix=matrix,
        positions=positions_of(name, values, scope, derived),
    )


def _references(derived: DerivedField) -> dict[str, None]:
    stack, found = [derived.compiled()], dict[str, None]()
    while stack:
        element = stack.pop()
        found.update(dict.fromkeys(element.references()))
        stack.extend(element.operands())
    return found


def _missing_weights(model: ClusteringModel, size: int) -> list[float]:
    element = model.missing_value_weights
    if element is None:
        return [1.0] * size
    return _numbers(element.array, size, element)


def _numbers(array: Array, size: int, owner: Element) -> list[float]:
    """Return the numbers of an array that must have this size."""
    found: list[float] = array.numbers().tolist()
    if len(found) != size:
        raise wrong(
            owner,
            f"the array has {len(found)} numbers for {size} center fields",
            code=mistakes.WRONG_COUNT,
        )
    return found


def _centers(
    model: ClusteringModel, scope: Scope, compared: Sequence[Compared]
) -> tuple[list[Coordinate], Affinity]:
    size = len(compared)
    rows: list[tuple[str, ...]] = []
    for cluster in model.clusters:
        with scope.compilation.gather():
            rows.append(_items(cluster, size))
    if len(rows) < len(model.clusters):
        raise scope.compilation.errors.pop()
    labels: list[list[Any]] = []
    for at, item in enumerate(compared):
        is_text = item.kind in (Category, Listed)
        pairs = zip(model.clusters, rows, strict=True)
        labels.append(
            [
                _label(row[at], item.step.type, cluster) if is_text else row[at]
                for cluster, row in pairs
            ]
        )
    coordinates = [item.coordinate(values) for item, values in zip(compared, labels, strict=True)]
    points = [
        [
            _number(values[at], coordinate, cluster)
            for values, coordinate in zip(labels, coordinates, strict=True)
        ]
        for at, cluster in enumerate(model.clusters)
    ]
    affinity = Centers(
        compile_measure(model.comparison_measure),
        [item.rule for item in compared],
        points,
        is_similarity=model.comparison_measure.kind == "similarity",
        is_single=model.computes_in_float,
    )
    return coordinates, affinity


def _items(cluster: Cluster, size: int) -> tuple[str, ...]:
    """Return the items of a center as texts."""
    array = cluster.array
    if array is None:
        raise wrong(
            cluster,
            "a cluster of a centerBased model needs an Array",
            code=mistakes.MISSING_ELEMENT,
        )
    found = array.items()
    if len(found) != size:
        raise wrong(
            cluster,
            f"the array has {len(found)} items for {size} center fields",
            code=mistakes.WRONG_COUNT,
        )
    return found


def _label(item: str, type: DataType, cluster: Cluster) -> Any:
    try:
        return parse_text(item, type)
    except ValueError as error:
        raise wrong(
            cluster, f"the item {item!r} of the center is no {type.name}", code=mistakes.NOT_OF_TYPE
        ) from error


def _number(value: Any, coordinate: Coordinate, cluster: Cluster) -> float:
    """Return the number of a center's item."""
    if isinstance(coordinate, Category):
        return coordinate.convert()(value)
    if isinstance(coordinate, Listed):
        index = coordinate.positions.values
        if index and value not in index:
            raise wrong(
                cluster,
                f"{value!r} is no valid value of field {coordinate.name!r}",
                code=mistakes.UNKNOWN_CATEGORY,
            )
        return coordinate.position(value)
    try:
        number = parse_number(value)
    except ValueError as error:
        raise wrong(
            cluster, f"the item {value!r} of the center is no number", code=mistakes.NOT_OF_TYPE
        ) from error
    if isinstance(coordinate, Binary) and number not in (0, 1):
        raise wrong(
            cluster,
            f"a similarity of binary fields needs 0 or 1, not {value}",
            code=mistakes.NOT_OF_TYPE,
        )
    return number


def _numeric(item: Compared, model: ClusteringModel) -> Coordinate:
    if not Number.suits(item.step.type):
        raise wrong(
            model,
            f"a density needs numbers: field {item.name!r} has none",
            code=mistakes.FIELD_TYPE,
        )
    return Number(item.step, item.name)


def _densities(model: ClusteringModel, compared: Sequence[Compared]) -> Densities:
    size = len(compared)
    means, covariances = [], []
    for cluster in model.clusters:
        if cluster.covariances is None:
            raise unsupported(
                cluster,
                "a cluster of a distributionBased model without Covariances has no rule by which a "
                "row belongs to it",
            )
        if cluster.array is None:
            raise wrong(
                cluster,
                "a cluster with Covariances needs an Array of means",
                code=mistakes.MISSING_ELEMENT,
            )
        means.append(_numbers(cluster.array, size, cluster))
        covariances.append(_covariance(cluster, size))
    return Densities(np.array(means), np.array(covariances))


def _covariance(cluster: Cluster, size: int) -> Doubles:
    assert cluster.covariances is not None
    matrix = cluster.covariances.matrix.expand(shape=(size, size))
    if not np.array_equal(matrix, matrix.T):
        raise wrong(
            cluster.covariances.matrix,
            "a matrix of covariances is symmetric",
            code=mistakes.COVARIANCES,
        )
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError as error:
        text = "a matrix of covariances must be positive definite"
        raise wrong(cluster.covariances.matrix, text, code=mistakes.COVARIANCES) from error
    return matrix
