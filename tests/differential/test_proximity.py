"""Random clusterings, nearest neighbours and anomaly detectors, in pmmlkit and in the oracles."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from pmmlkit.parity import Oracle
from tests.differential.engines import Conflict, Failed, conflicts, shown
from tests.differential.strategies.proximity import (
    anomaly_models,
    clustering_models,
    nearest_neighbor_models,
    rows,
)

SLICE = settings(
    max_examples=10,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def tolerance(text: bytes) -> float:
    """Powers and roots in single precision are not the same to the last digit."""
    return 1e-6 if b'x-mathContext="float"' in text else 1e-12


def compare(text: bytes, table: dict[str, list[Any]], oracle: Oracle, *excuses: Any) -> None:
    found = conflicts(text, table, oracle, rel=tolerance(text), excuses=excuses)
    assert not found, f"{text.decode()}{shown(found)}"


@SLICE
@given(clustering_models(), rows())
def test_clustering(jpmml: Oracle, text: bytes, table: dict[str, list[Any]]) -> None:
    compare(text, table, jpmml)


@SLICE
@given(clustering_models(binary=True), rows(binary=True))
def test_clustering_by_similarity(jpmml: Oracle, text: bytes, table: dict[str, list[Any]]) -> None:
    compare(text, table, jpmml)


@SLICE
@given(nearest_neighbor_models(), rows())
def test_nearest_neighbors(jpmml: Oracle, text: bytes, table: dict[str, list[Any]]) -> None:
    compare(text, table, jpmml)


@SLICE
@given(nearest_neighbor_models(binary=True), rows(binary=True))
def test_nearest_neighbors_by_similarity(
    jpmml: Oracle, text: bytes, table: dict[str, list[Any]]
) -> None:
    compare(text, table, jpmml)


def has_another_constant(item: Conflict) -> bool:
    """PMML4S estimates the harmonic number of 1 too, and gives nothing for a missing field."""
    return isinstance(item.theirs, Failed) or item.row["x"] is None


@SLICE
@given(anomaly_models(), rows())
def test_anomaly_detection(pmml4s: Oracle, text: bytes, table: dict[str, list[Any]]) -> None:
    found = conflicts(text, {"x": table["x"]}, pmml4s, rel=1e-12, excuses=[has_another_constant])
    found = [item for item in found if item.name == "score"]
    assert not found, f"{text.decode()}{shown(found)}"


def is_missing_there(item: Conflict) -> bool:
    """PMML4S takes a missing integer for the smallest one, and says nothing of rows that fail."""
    return item.row["i"] is None or isinstance(item.ours, Failed)


def is_of_a_later_rank(item: Conflict) -> bool:
    """PMML4S reads no rank."""
    return item.name[0] in "er" and item.name[1:] not in ("1", "the row")


@SLICE
@given(clustering_models(), rows())
def test_clustering_of_pmml4s(pmml4s: Oracle, text: bytes, table: dict[str, list[Any]]) -> None:
    # It computes in double whatever the document says.
    text = text.replace(b' x-mathContext="float"', b"")
    compare(text, table, pmml4s, is_of_a_later_rank, is_missing_there)
