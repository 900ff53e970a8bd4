"""RuleSetModel and Scorecard: conditions with what follows from them.

Specification: chapters Rule Set and Scorecard.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pmmlkit.language.predicates import CompoundPredicate
from pmmlkit.showing.facts import Shape, Table, Value
from pmmlkit.showing.formula import Names
from pmmlkit.showing.formulas import derived_formula, formula
from pmmlkit.showing.models.reading import counted, facts, joined

__all__ = ["rule_set", "scorecard"]


def rule_set(model: Any, names: Names) -> Shape:
    """Describe a RuleSetModel by its rules; the conditions of compound rules are joined."""
    rules = model.rule_set
    if rules is None:
        return Shape("rule set without rules")
    methods = [item.criterion or "?" for item in rules.rule_selection_methods or ()]
    rows = tuple(
        (
            rule.id,
            formula(predicate, names),
            rule.score,
            rule.confidence,
            rule.weight,
            rule.record_count,
            rule.nb_correct,
        )
        for predicate, rule in _rules(rules.rules or ())
    )
    columns = ("rule", "if", "score", "confidence", "weight", "records", "correct")
    return Shape(
        joined(f"rule set, {counted(len(rows), 'rule')}", ", ".join(methods)),
        facts(
            rules=len(rows),
            selection=", ".join(methods) or None,
            default_score=rules.default_score,
            default_confidence=rules.default_confidence,
            records=rules.record_count,
            correct=rules.nb_correct,
        ),
        (Table("rules", columns, rows),),
    )


def _rules(rules: tuple[Any, ...]) -> Iterator[tuple[Any, Any]]:
    """Yield the simple rules in order, each with all that must hold for it."""
    stack: list[tuple[Any, Any]] = [(None, rule) for rule in reversed(rules)]
    while stack:
        around, rule = stack.pop()
        predicate = _both(around, rule.predicate)
        if rule.tag == "SimpleRule":
            yield predicate, rule
        else:
            stack.extend((predicate, inner) for inner in reversed(rule.rules or ()))


def _both(left: Any, right: Any) -> Any:
    if left is None or right is None:
        return right if left is None else left
    return CompoundPredicate(boolean_operator="and", predicates=(left, right))


def scorecard(model: Any, names: Names) -> Shape:
    """Describe a Scorecard by its characteristics and the points of their attributes."""
    characteristics = getattr(model.characteristics, "characteristics", None) or ()
    rows: list[tuple[Value, ...]] = []
    for number, item in enumerate(characteristics, 1):
        for attribute in item.attributes or ():
            code = attribute.reason_code
            baseline = item.baseline_score
            rows.append(
                (
                    item.name if item.name is not None else str(number),
                    formula(attribute.predicate, names),
                    _points(attribute, names),
                    item.reason_code if code is None else code,
                    model.baseline_score if baseline is None else baseline,
                )
            )
    columns = ("characteristic", "if", "points", "reason", "baseline")
    return Shape(
        joined(
            f"scorecard, {counted(len(characteristics), 'characteristic')}",
            counted(len(rows), "attribute"),
        ),
        facts(
            characteristics=len(characteristics),
            attributes=len(rows),
            initial_score=model.initial_score,
            reason_codes=model.reason_code_algorithm if model.use_reason_codes else "not used",
            baseline_method=model.baseline_method,
        ),
        (Table("characteristics", columns, tuple(rows)),),
    )


def _points(attribute: Any, names: Names) -> Value:
    if attribute.complex_partial_score is not None:
        return derived_formula(attribute.complex_partial_score, names)
    points: Value = attribute.partial_score
    return points
