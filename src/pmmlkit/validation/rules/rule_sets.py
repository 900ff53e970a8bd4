"""Rules for sets of rules. Specification: chapter Ruleset."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Final

from pmmlkit.language.models.rule_set import CompoundRule, RuleSet, SimpleRule
from pmmlkit.language.predicates import FalsePredicate, TruePredicate
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.ranges import predicate_key
from pmmlkit.validation.rules.rule import Found, rule

__all__ = ["RULES"]

_SET: Final = """
<RuleSetModel functionName="classification">
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <RuleSet{}><RuleSelectionMethod criterion="firstHit"/>{}
  </RuleSet>
</RuleSetModel>"""
_RULE: Final = """
    <SimpleRule score="{}"{}>{}</SimpleRule>"""
_DEFAULT: Final = ' defaultScore="no"'
_BELOW: Final = '<SimplePredicate field="x" operator="lessThan" value="1"/>'
_GOOD: Final = _SET.format(_DEFAULT, _RULE.format("yes", "", _BELOW))


@rule(
    "PMML401",
    "warning",
    "A rule is right more often than it fires",
    "recordCount is how many records of the training data a rule, or the set, was used for, "
    "nbCorrect in how many of them the score was right: never more.",
    bad=_SET.format(
        _DEFAULT, _RULE.format("yes", ' recordCount="40" nbCorrect="50" confidence="0.9"', _BELOW)
    ),
    good=_SET.format(
        _DEFAULT, _RULE.format("yes", ' recordCount="50" nbCorrect="45" confidence="0.9"', _BELOW)
    ),
    on=(SimpleRule, RuleSet),
)
def too_correct(item: SimpleRule | RuleSet, facts: Facts) -> Iterator[Found]:
    correct, count = item.nb_correct, item.record_count
    if correct is not None and count is not None and correct > count:
        yield item, f"nbCorrect {correct:g} is above recordCount {count:g}"


@rule(
    "PMML402",
    "warning",
    "The confidence of a rule does not lie between 0 and 1",
    "The confidence of a rule is a share, not a percentage. It is what the result feature "
    "confidence tells.",
    bad=_SET.format(_DEFAULT, _RULE.format("yes", ' confidence="90"', _BELOW)),
    good=_SET.format(_DEFAULT, _RULE.format("yes", ' confidence="0.9"', _BELOW)),
    on=(SimpleRule, RuleSet),
)
def confidence(item: SimpleRule | RuleSet, facts: Facts) -> Iterator[Found]:
    is_rule = isinstance(item, SimpleRule)
    found = item.confidence if isinstance(item, SimpleRule) else item.default_confidence
    if found is not None and not 0 <= found <= 1:
        yield item, f"{'confidence' if is_rule else 'defaultConfidence'} is {found:g}"


@rule(
    "PMML403",
    "warning",
    "A rule can never fire",
    "A rule whose predicate is False never fires. With the criterion firstHit the first rule whose "
    "predicate is true gives the score: one behind a rule that is True, or that asks the same, "
    "never does.",
    bad=_SET.format(_DEFAULT, _RULE.format("yes", "", _BELOW) + _RULE.format("no", "", _BELOW)),
    good=_SET.format("", _RULE.format("yes", "", _BELOW) + _RULE.format("no", "", "<True/>")),
    on=(RuleSet, CompoundRule),
)
def never(item: RuleSet | CompoundRule, facts: Facts) -> Iterator[Found]:
    is_first_hit = _takes_first_hit(item, facts)
    known: set[Hashable] = set()
    always = False
    for part in item.rules:
        key = predicate_key(part.predicate)
        if isinstance(part.predicate, FalsePredicate):
            yield part, "its predicate is False"
        elif is_first_hit and always:
            yield part, "a rule before it is always true"
        elif is_first_hit and key in known:
            yield part, "a rule before it has the same predicate"
        if isinstance(part, SimpleRule):
            known.add(key)
            always = always or isinstance(part.predicate, TruePredicate)


def _takes_first_hit(item: RuleSet | CompoundRule, facts: Facts) -> bool:
    sets = (part for part in (item, *facts.above(item)) if isinstance(part, RuleSet))
    methods = next((part.rule_selection_methods for part in sets), ())
    return bool(methods) and all(method.criterion == "firstHit" for method in methods)


@rule(
    "PMML404",
    "info",
    "A set of rules has no result where no rule fires",
    "A row for which no rule fires gets the defaultScore. There is none, and no rule that is "
    "always true, so such a row has no result.",
    bad=_SET.format("", _RULE.format("yes", "", _BELOW)),
    good=_GOOD,
    on=RuleSet,
)
def no_default(item: RuleSet, facts: Facts) -> Iterator[Found]:
    if item.default_score is None and not any(
        isinstance(part, SimpleRule) and isinstance(part.predicate, TruePredicate)
        for part in item.rules
    ):
        yield item, "there is no defaultScore"


@rule(
    "PMML405",
    "warning",
    "A set of rules is empty",
    "The RuleSet has no rules: all rows get the defaultScore.",
    bad=_SET.format(_DEFAULT, ""),
    good=_GOOD,
    on=RuleSet,
)
def empty(item: RuleSet, facts: Facts) -> Iterator[Found]:
    if not item.rules:
        yield item, "there are no rules"


RULES: Final = (too_correct, confidence, never, no_default, empty)
