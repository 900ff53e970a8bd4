"""Texts of each release whose pipelines are in the test data: scored as that release did."""

from __future__ import annotations

import numpy as np
import pytest

import pmmlkit
from tests.exporters.spark.saved_fixtures import CASES, archive, results, rows, schema

pytest.importorskip("pyarrow")


@pytest.mark.parametrize(("release", "case"), [it for it in CASES if it[1] in ("texts", "tuning")])
def test_scores(release: str, case: str) -> None:
    document = pmmlkit.export(archive(release, case), schema=schema(case))
    found = pmmlkit.load(document.to_bytes()).evaluate(rows(case))
    shares = [name for name in found if name.startswith("probability(")]
    assert len(shares) == 2
    np.testing.assert_allclose(
        np.column_stack([np.asarray(found[name], float) for name in shares]),
        np.array(results(release, case)["probability"], float),
        rtol=1e-12,
        atol=1e-12,
    )
