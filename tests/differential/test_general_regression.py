"""Random GeneralRegressionModels, in pmmlkit and in the oracles."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, settings

from pmmlkit.parity import Oracle
from tests.differential.engines import Conflict, Failed, conflicts, shown
from tests.differential.strategies.general_regression import general_regressions, rows

SLICE = settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def is_missing_argument(item: Conflict) -> bool:
    """A missing offset, number of trials or time is an error there; here it is missing."""
    return isinstance(item.theirs, Failed) and "MissingFieldValue" in item.theirs.message


def is_a_tie(item: Conflict) -> bool:
    """Categories that are equal but for the last bits."""
    return item.name == "y" and isinstance(item.ours, str) and isinstance(item.theirs, str)


def tied(text: bytes) -> tuple[Any, ...]:
    """Labels may differ where the last bits of the link decide."""
    return (is_missing_argument, is_a_tie) if b"classification" in text else (is_missing_argument,)


@SLICE
@given(general_regressions(), rows())
def test_jpmml(jpmml: Oracle, text: bytes, table: dict[str, list[Any]]) -> None:
    found = conflicts(text, table, jpmml, rel=1e-11, excuses=tied(text))
    assert not found, f"{text.decode()}{shown(found)}"


def is_not_scored(item: Conflict) -> bool:
    """It goes on without a missing value, and gives nothing for NaN."""
    if isinstance(item.theirs, Failed) or None in item.row.values():
        return True
    return item.theirs is None and isinstance(item.ours, float) and not math.isfinite(item.ours)


@SLICE
@given(general_regressions(), rows())
def test_pmml4s(pmml4s: Oracle, text: bytes, table: dict[str, list[Any]]) -> None:
    # It gives the survival for the cumulative hazard, a number for two categories of a generalized
    # model, the wrong side of loglog in an ordinal one, and has no contrasts.
    for part in (b"CoxRegression", b"<Matrix", b'cumulativeLink="loglog"'):
        assume(part not in text)
    assume(b"generalizedLinear" not in text or b"classification" not in text)
    excuses = (is_not_scored, is_a_tie)
    found = conflicts(text, table, pmml4s, rel=1e-9, excuses=excuses)
    assert not found, f"{text.decode()}{shown(found)}"
