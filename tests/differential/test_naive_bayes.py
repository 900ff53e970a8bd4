"""Random NaiveBayesModels, in pmmlkit and in the oracles."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, settings

from pmmlkit.parity import Oracle, OracleError
from tests.differential.engines import Conflict, Failed, conflicts, shown
from tests.differential.strategies.naive_bayes import naive_bayes_models, rows

SLICE = settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def fails_there(item: Conflict) -> bool:
    """A value that no PairCounts names stops PMML4S."""
    return isinstance(item.theirs, Failed)


def is_a_tie(item: Conflict) -> bool:
    """Categories that are equal but for the last bits."""
    return item.name == "y"


def is_missing_boolean(item: Conflict) -> bool:
    """A missing boolean is false there."""
    return item.row["b"] is None


@SLICE
@given(naive_bayes_models(), rows())
def test_jpmml(jpmml: Oracle, text: bytes, table: dict[str, list[Any]]) -> None:
    found = conflicts(text, table, jpmml, rel=1e-11, excuses=[])
    assert not found, f"{text.decode()}{shown(found)}"


EXCUSES = (fails_there, is_a_tie, is_missing_boolean)


@SLICE
@given(naive_bayes_models(), rows())
def test_pmml4s(pmml4s: Oracle, text: bytes, table: dict[str, list[Any]]) -> None:
    # It leaves out counts of 0 in a Poisson distribution, takes missing for the lowest bin, and the
    # first category of the DataDictionary among equals.
    assume(b"Poisson" not in text and b"Discretize" not in text)
    try:
        found = conflicts(text, table, pmml4s, rel=1e-9, excuses=EXCUSES)
    except OracleError:
        # It cannot read PairCounts of a field that is continuous.
        assume(False)
    assert not found, f"{text.decode()}{shown(found)}"
