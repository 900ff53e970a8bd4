"""Models that releases of Spark have saved, scored without Spark as these scored themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pmmlkit
from tests.exporters.spark.saved_fixtures import RELEASES, archive, results, rows, schema


def _scored(release: str, case: str) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    document = pmmlkit.export(str(archive(release, case)), schema=schema(case))
    model = pmmlkit.load(document.to_bytes())
    found = {name: list(column) for name, column in model.evaluate(rows(case)).items()}
    return found, results(release, case)


@pytest.mark.parametrize("release", RELEASES)
def test_logistic_regression(release: str) -> None:
    found, told = _scored(release, "classification")
    assert found["prediction"] == told["prediction"]
    assert found["answer"] == told["answer"]
    for at, name in enumerate(it for it in found if it.startswith("probability(")):
        expected = [row[at] for row in told["probability"]]
        np.testing.assert_allclose(found[name], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("release", RELEASES)
def test_k_means(release: str) -> None:
    found, told = _scored(release, "clusters")
    assert found["prediction"] == told["prediction"]


@pytest.mark.parametrize("release", RELEASES)
def test_one_against_rest(release: str) -> None:
    found, told = _scored(release, "one_vs_rest")
    assert found["prediction"] == told["prediction"]
    if "rawPrediction" not in told:
        assert release.startswith("2."), "Spark has the raw predictions since 3.0"
        return
    columns = [found[f"rawPrediction_{at}"] for at in range(3)]
    np.testing.assert_allclose(np.transpose(columns), told["rawPrediction"], rtol=0, atol=1e-12)
