"""Clusterings of Spark."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from pmmlkit.parity.oracles import Oracle
from tests.exporters.spark.agreement import Case, case_of
from tests.exporters.spark.fitted import behind, prepared

Make = Callable[[], tuple[Any, Any]]


def _clustering(kind: str, **options: Any) -> Make:
    def make() -> tuple[Any, Any]:
        from pyspark.ml import clustering

        prepared()
        return behind(getattr(clustering, kind)(seed=3, maxIter=5, **options))

    return make


CASES = {
    "k means": _clustering("KMeans", k=3),
    "k means cosine": _clustering("KMeans", k=3, distanceMeasure="cosine"),
    "bisecting": _clustering("BisectingKMeans", k=5),
    "bisecting cosine": _clustering("BisectingKMeans", k=4, distanceMeasure="cosine"),
    "mixture": _clustering("GaussianMixture", k=3),
    "mixture without shares": _clustering("GaussianMixture", k=2, probabilityCol=""),
}


@cache
def _case(name: str) -> Case:
    return case_of(f"clustering {name}", CASES[name])


@pytest.mark.parametrize("name", CASES)
def test_pmmlkit(name: str) -> None:
    _case(name).check()


@pytest.mark.parametrize("name", CASES)
def test_engines(name: str, oracle: Oracle) -> None:
    _case(name).check(oracle)
