"""Random StateSpaceModels in pmmlkit and in JPMML-Evaluator, which forecasts no other algorithm.

There a horizon above 1 gives an object, whose number is the first forecast and whose values are
all of them.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import pmmlkit
from pmmlkit.parity import Oracle
from tests.differential.engines import agree, conflicts, shown
from tests.differential.strategies.time_series import state_spaces

SLICE = settings(
    phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.too_slow]
)


@SLICE
@given(state_spaces(horizon=False))
def test_one_step_in_jpmml(jpmml: Oracle, text: bytes) -> None:
    found = conflicts(text, {"unused": [1.0, None]}, jpmml)
    assert not found, f"{text.decode()}{shown(found)}"


@SLICE
@given(state_spaces(horizon=True), st.integers(1, 12))
def test_several_steps_in_jpmml(jpmml: Oracle, text: bytes, horizon: int) -> None:
    ours = pmmlkit.load(text).evaluate({"h": horizon})["y"]
    assert agree(ours if horizon > 1 else [ours], forecasts(jpmml, text, horizon), 1e-11), (
        text.decode()
    )


@SLICE
@given(state_spaces(horizon=True))
def test_a_missing_horizon_is_one_step(jpmml: Oracle, text: bytes) -> None:
    ours = pmmlkit.load(text).evaluate({"h": None})["y"]
    assert agree([ours], forecasts(jpmml, text, None), 1e-11), text.decode()


def forecasts(jpmml: Oracle, text: bytes, horizon: int | None) -> list[float]:
    """Ask the engine itself: the oracle's tables hold single numbers."""
    import jpype

    model: Any = jpmml.load(text)
    arguments = jpype.JClass("java.util.HashMap")()
    arguments.put("h", None if horizon is None else jpype.JClass("java.lang.Integer")(horizon))
    found = model._evaluator.javaEvaluator.evaluate(arguments).get("y")
    if isinstance(found, jpype.JClass("java.lang.Number")):
        return [float(found)]
    return [float(item) for item in found.getValues()]
