"""Boundary cases of the rules for sets of rules."""

from __future__ import annotations

import pytest

from tests.validation.rules.checked import codes

SET = """
<RuleSetModel functionName="classification">
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <RuleSet defaultScore="no">{methods}{rules}</RuleSet>
</RuleSetModel>"""
BELOW = '<SimplePredicate field="x" operator="lessThan" value="1"/>'
ABOVE = '<SimplePredicate field="x" operator="greaterThan" value="1"/>'


def rule(predicate: str, attributes: str = "") -> str:
    return f'<SimpleRule score="yes"{attributes}>{predicate}</SimpleRule>'


def group(predicate: str, *rules: str) -> str:
    return f"<CompoundRule>{predicate}{''.join(rules)}</CompoundRule>"


def rule_set(*rules: str, methods: tuple[str, ...] = ("firstHit",)) -> str:
    choices = "".join(f'<RuleSelectionMethod criterion="{name}"/>' for name in methods)
    return SET.format(methods=choices, rules="".join(rules))


@pytest.mark.parametrize(
    ("rules", "methods", "is_dead"),
    [
        ((rule(BELOW), rule(ABOVE)), ("firstHit",), False),
        ((rule(BELOW), rule(BELOW)), ("firstHit",), True),
        ((rule(BELOW), rule(BELOW)), ("weightedSum",), False),
        # another application may choose the sum
        ((rule(BELOW), rule(BELOW)), ("firstHit", "weightedSum"), False),
        ((rule("<True/>"), rule(BELOW)), ("firstHit",), True),
        ((rule("<True/>"), rule(BELOW)), ("weightedMax",), False),
        ((rule(BELOW), rule("<False/>")), ("weightedMax",), True),
        # what fires in a group is not known
        ((group("<True/>", rule(BELOW)), rule(ABOVE)), ("firstHit",), False),
        ((group(BELOW, rule(ABOVE)), rule(BELOW)), ("firstHit",), False),
        ((rule(BELOW), group(BELOW, rule(ABOVE))), ("firstHit",), True),
        ((group(BELOW, rule(ABOVE), rule(ABOVE)),), ("firstHit",), True),
        ((group(BELOW, rule(ABOVE), rule(ABOVE)),), ("weightedSum",), False),
    ],
)
def test_rules_that_never_fire(
    rules: tuple[str, ...], methods: tuple[str, ...], is_dead: bool
) -> None:
    assert ("PMML403" in codes(rule_set(*rules, methods=methods))) == is_dead


@pytest.mark.parametrize(
    ("attributes", "found"),
    [
        (' confidence="1"', set()),
        (' confidence="0"', set()),
        (' confidence="1.5"', {"PMML402"}),
        (' confidence="-0.1"', {"PMML402"}),
        (' recordCount="10" nbCorrect="10"', set()),
        (' recordCount="10" nbCorrect="11"', {"PMML401"}),
        (' nbCorrect="11"', set()),
    ],
)
def test_numbers(attributes: str, found: set[str]) -> None:
    assert codes(rule_set(rule(BELOW, attributes))) == found
