"""Random Lags over tables, in pmmlkit and in JPMML-Evaluator. PMML4S does not know Lag."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings

import pmmlkit
from pmmlkit.parity import Oracle
from tests.differential.engines import Failed, agree, theirs
from tests.differential.strategies.lag import lags, tables

SLICE = settings(
    max_examples=60,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)


@SLICE
@given(lags(), tables())
def test_jpmml(jpmml: Oracle, text: bytes, table: dict[str, list[Any]]) -> None:
    arrays = {name: np.fromiter(items, np.object_, len(items)) for name, items in table.items()}
    mine = pmmlkit.load(text).evaluate(arrays)["y"].tolist()
    # Means and deviations are corrected there, floats are summed in single precision.
    precision = 1e-12 if b'dataType="float"' not in text else 1e-6
    for value, answer in zip(mine, theirs(text, table, jpmml), strict=True):
        assert not isinstance(answer, Failed)
        own = None if value != value else value
        there = answer["y"]
        close = agree(own, there, precision) or (
            own is not None and there is not None and abs(own - there) < precision
        )
        assert close, (own, there, table, text.decode())
