"""The output features of clusters: which cluster, and how near it is, by rank or by id.

Specification: Output (entityId, affinity); semantics chapters 12 and 29.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import MISSING, Categories, Column
from pmmlkit.columns.types import DOUBLE, STRING, DataType
from pmmlkit.language.models.prediction import Prediction, RowPrediction
from pmmlkit.language.result_features import Feature, RowFeature, masked

if TYPE_CHECKING:
    from pmmlkit.language.output import OutputField

__all__ = [
    "MEASURES",
    "ClusterName",
    "RankedAffinity",
    "RankedEntity",
    "Ranking",
    "affinity_key",
    "detail",
    "entity_key",
    "wanted_rank",
    "wanted_ranks",
]

Doubles = npt.NDArray[np.float64]

MEASURES: Final = "measures"
"""The detail of a row: its distance from (or similarity to) each cluster."""


def entity_key(place: int) -> str:
    """Name the detail that holds the entities at a place: no output feature has such a name."""
    return f"entity {place}"


def affinity_key(place: int) -> str:
    """Name the detail that holds the measures of the entities at a place."""
    return f"affinity {place}"


def _cluster_key(cluster: int) -> str:
    return f"cluster {cluster}"


def detail(prediction: Prediction, key: str, type: DataType) -> Column:
    """Return a detail of the columns; missing where the rows come from elsewhere."""
    value = prediction.value
    found: Column | None = prediction.details.get(key)
    return masked(Column.missing(type, len(value)) if found is None else found, value)


class Ranking:
    """The places in the order of nearness that output features ask for.

    `is_similarity`: large is near. A place is counted from 0, from the worst on where it is
    negative. `types` are those of the details that the columns get for the features.
    """

    def __init__(self, ids: tuple[str, ...], *, is_similarity: bool) -> None:
        self.ids = ids
        self.is_similarity = is_similarity
        self.types: dict[str, DataType] = {}
        self._places: set[int] = set()
        self._clusters: set[int] = set()
        self._categories = Categories(ids)

    def want_place(self, place: int) -> None:
        """Ask for the cluster at a place and its measure."""
        self._places.add(place)
        self.types.update({entity_key(place): STRING, affinity_key(place): DOUBLE})

    def want_cluster(self, cluster: int) -> None:
        """Ask for the measure of a cluster."""
        self._clusters.add(cluster)
        self.types[_cluster_key(cluster)] = DOUBLE

    def best(self, measures: Doubles) -> npt.NDArray[np.intp]:
        """Return the nearest cluster of each row of `measures` (k, n); NaN is never near."""
        keys = self._keys(measures)
        found: npt.NDArray[np.intp] = keys.argmin(axis=0)
        return found

    def details(self, measures: Doubles) -> dict[str, npt.NDArray[Any]]:
        """Return what the features need of `measures` (k, n): cluster and measure by place, the
        measure by cluster.
        """
        found: dict[str, npt.NDArray[Any]] = {
            _cluster_key(cluster): measures[cluster] for cluster in self._clusters
        }
        if self._places:
            order = np.argsort(self._keys(measures), axis=0, kind="stable")
            for place in self._places:
                clusters = order[place]
                found[entity_key(place)] = clusters.astype(np.int32)
                found[affinity_key(place)] = np.take_along_axis(measures, clusters[None], 0)[0]
        return found

    def as_columns(self, details: Mapping[str, npt.NDArray[Any]]) -> dict[str, Column]:
        """Return the details of all rows as columns."""
        found = {}
        for name, values in details.items():
            type = self.types[name]
            categories = self._categories if type is STRING else None
            found[name] = Column(values, type, categories=categories)
        return found

    def _keys(self, measures: Doubles) -> Doubles:
        keys = -measures if self.is_similarity else measures
        if np.isnan(keys).any():
            keys = np.where(np.isnan(keys), np.inf, keys)
        return keys

    def row_place(self, place: int) -> Callable[[Sequence[float]], int]:
        """Return the function from the measures of a row to the cluster at a place."""
        sign = -1.0 if self.is_similarity else 1.0

        def find(measures: Sequence[float]) -> int:
            keys = [sign * item if item == item else np.inf for item in measures]
            return sorted(range(len(keys)), key=keys.__getitem__)[place]

        return find


def wanted_rank(element: OutputField, size: int) -> int | None:
    """Return the place that `rank` and `rankOrder` ask for, None where there is none."""
    if not 1 <= element.rank <= size:
        return None
    return element.rank - 1 if element.rank_order == "descending" else -element.rank


def wanted_ranks(element: OutputField, size: int) -> list[int] | None:
    """Return the places of the first `rank` (0: of all) for an OutputField that is multi-valued."""
    if element.rank < 0 or not size:
        return None
    places = range(min(element.rank, size) if element.rank else size)
    return [at if element.rank_order == "descending" else -at - 1 for at in places]


class RankedEntity(Feature):
    """The id of the cluster at a place."""

    type = STRING

    def __init__(self, ranking: Ranking, place: int) -> None:
        ranking.want_place(place)
        self._find = ranking.row_place(place)
        self._place = place
        self._ids = ranking.ids

    def columns(self, prediction: Prediction) -> Column:
        return detail(prediction, entity_key(self._place), STRING)

    def row_function(self) -> RowFeature:
        find, ids = self._find, self._ids

        def run(prediction: RowPrediction) -> str | None:
            measures = prediction.details.get(MEASURES)
            return None if measures is None else ids[find(measures)]

        return run


class RankedAffinity(Feature):
    """The measure of the cluster at a place, or (`cluster`) of one cluster."""

    def __init__(
        self, ranking: Ranking, place: int | None = None, cluster: int | None = None
    ) -> None:
        self._find = None
        self._cluster = cluster or 0
        if cluster is not None:
            ranking.want_cluster(cluster)
            self._key = _cluster_key(cluster)
        else:
            assert place is not None
            ranking.want_place(place)
            self._key = affinity_key(place)
            self._find = ranking.row_place(place)

    def columns(self, prediction: Prediction) -> Column:
        return detail(prediction, self._key, DOUBLE)

    def row_function(self) -> RowFeature:
        find, cluster = self._find, self._cluster

        def run(prediction: RowPrediction) -> float | None:
            measures = prediction.details.get(MEASURES)
            if measures is None:
                return None
            found: float = measures[cluster if find is None else find(measures)]
            return found

        return run


class ClusterName(Feature):
    """predictedDisplayValue: the name of the cluster; a cluster without one has none."""

    type: DataType = STRING

    def __init__(self, names: Mapping[str, str | None]) -> None:
        self._names = names

    def columns(self, prediction: Prediction) -> Column:
        value = prediction.value
        assert value.categories is not None
        names = [self._names.get(text) for text in value.categories.values]
        known = list(dict.fromkeys(name for name in names if name is not None))
        codes = np.array([-1 if name is None else known.index(name) for name in names] + [-1])
        found = codes[value.values].astype(np.int32)
        state = np.where(found < 0, np.uint8(MISSING), np.uint8(0))
        return masked(Column(found, STRING, state, categories=Categories(known)), value)

    def row_function(self) -> RowFeature:
        get = self._names.get
        return lambda prediction: get(prediction.value)
