"""Random networks and support vector machines, in pmmlkit and in the oracles."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, settings

from pmmlkit.parity import Oracle
from tests.differential.engines import Conflict, Failed, conflicts, shown
from tests.differential.strategies.networks import machines, networks, rows

SLICE = settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

Table = dict[str, list[Any]]


def compare(text: bytes, table: Table, oracle: Oracle, *excuses: Any, rel: float = 1e-12) -> None:
    found = conflicts(text, table, oracle, rel=rel, excuses=excuses)
    assert not found, f"{text.decode()}{shown(found)}"


def is_beyond_the_norms(item: Conflict) -> bool:
    """JPMML has no result there; here the first or last piece of the NormContinuous goes on."""
    return isinstance(item.theirs, Failed) and "Not implemented" in item.theirs.message


def is_nan(item: Conflict) -> bool:
    """A probability that is NaN is missing here."""
    return isinstance(item.theirs, float) and math.isnan(item.theirs)


@SLICE
@given(networks("regression"), rows())
def test_regression_networks(jpmml: Oracle, text: bytes, table: Table) -> None:
    compare(text, table, jpmml, is_beyond_the_norms, rel=1e-10)


@SLICE
@given(networks("classification"), rows())
def test_classification_networks(jpmml: Oracle, text: bytes, table: Table) -> None:
    compare(text, table, jpmml, is_nan, rel=1e-10)


@SLICE
@given(networks("regression", single=True), rows())
def test_networks_in_single_precision(jpmml: Oracle, text: bytes, table: Table) -> None:
    compare(text, table, jpmml, is_beyond_the_norms, rel=1e-3)


def has_a_missing_value(item: Conflict) -> bool:
    """PMML4S goes on with NaN, which some functions lose again: here and in JPMML there is no
    result of a network, and an error of a machine.
    """
    return None in item.row.values()


def gives_no_id_and_overflows(item: Conflict) -> bool:
    """PMML4S knows no ids of neurons; its softmax does not shift, so that it overflows."""
    return item.name == "id" or (item.name.startswith("p(") and item.theirs is None)


@SLICE
@given(networks("classification"), rows())
def test_classification_networks_with_pmml4s(pmml4s: Oracle, text: bytes, table: Table) -> None:
    assume(b"x-leakage" not in text)
    compare(text, table, pmml4s, gives_no_id_and_overflows, has_a_missing_value, rel=1e-10)


@SLICE
@given(machines("regression"), rows())
def test_regression_machines(jpmml: Oracle, text: bytes, table: Table) -> None:
    compare(text, table, jpmml)


@SLICE
@given(machines("classification"), rows())
def test_machines_of_pairs(jpmml: Oracle, text: bytes, table: Table) -> None:
    compare(text, table, jpmml)


@SLICE
@given(machines("classification", method="OneAgainstAll"), rows())
def test_machines_against_all(jpmml: Oracle, text: bytes, table: Table) -> None:
    compare(text, table, jpmml)


def breaks_a_tie(item: Conflict) -> bool:
    """Of equal votes PMML4S takes any; the shares of the votes are compared all the same."""
    return item.name == "y"


@SLICE
@given(machines("classification"), rows())
def test_max_wins_with_pmml4s(pmml4s: Oracle, text: bytes, table: Table) -> None:
    text = text.replace(b"<SupportVectorMachineModel", b'<SupportVectorMachineModel maxWins="true"')
    compare(text, table, pmml4s, has_a_missing_value, breaks_a_tie)


@SLICE
@given(machines("classification", method="OneAgainstAll"), rows())
def test_max_wins_against_all_with_pmml4s(pmml4s: Oracle, text: bytes, table: Table) -> None:
    text = text.replace(b"<SupportVectorMachineModel", b'<SupportVectorMachineModel maxWins="true"')
    compare(text, table, pmml4s, has_a_missing_value)
