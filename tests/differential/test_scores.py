"""Random Scorecards and RuleSetModels, in pmmlkit and in the oracles."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, settings

from pmmlkit.parity import Oracle, OracleError
from tests.differential.engines import Conflict, Failed, conflicts, shown
from tests.differential.strategies.scores import rows, rule_sets, scorecards

SLICE = settings(
    max_examples=settings().max_examples // 3,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

Table = dict[str, list[Any]]


@SLICE
@given(scorecards(), rows())
def test_scorecards_in_jpmml(jpmml: Oracle, text: bytes, table: Table) -> None:
    found = conflicts(text, table, jpmml)
    assert not found, f"{text.decode()}{shown(found)}"


@SLICE
@given(rule_sets(), rows())
def test_rule_sets_in_jpmml(jpmml: Oracle, text: bytes, table: Table) -> None:
    try:
        found = conflicts(text, table, jpmml)
    except OracleError:
        # A rule's own id can be the number of another rule there.
        assume(False)
    assert not found, f"{text.decode()}{shown(found)}"


def is_not_known(item: Conflict) -> bool:
    """PMML4S has no entityId of rules, and gives the confidence of the winner for every class."""
    return item.name == "id" or item.name.startswith("c_")


def is_a_reason(item: Conflict) -> bool:
    """PMML4S drops codes without points and fills up with the last one."""
    return item.name.startswith("r")


def fails(item: Conflict) -> bool:
    """PMML4S says nothing of rows without a score."""
    return isinstance(item.ours, Failed) and set(item.theirs.values()) == {None}


def has_missing_values(item: Conflict) -> bool:
    """PMML4S takes a missing number for NaN in predicates."""
    return item.row["a"] is None


@SLICE
@given(rule_sets(plain=True), rows())
def test_rule_sets_in_pmml4s(pmml4s: Oracle, text: bytes, table: Table) -> None:
    excuses = (is_not_known, has_missing_values)
    found = conflicts(text, table, pmml4s, rel=1e-9, excuses=excuses)
    assert not found, f"{text.decode()}{shown(found)}"


@SLICE
@given(scorecards(plain=True), rows())
def test_scorecards_in_pmml4s(pmml4s: Oracle, text: bytes, table: Table) -> None:
    excuses = (is_a_reason, fails, has_missing_values)
    found = conflicts(text, table, pmml4s, rel=1e-9, excuses=excuses)
    assert not found, f"{text.decode()}{shown(found)}"
