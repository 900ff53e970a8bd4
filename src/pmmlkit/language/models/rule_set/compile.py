"""A RuleSetModel compiled: its rules, its facts, and how much of them is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import unsupported
from pmmlkit.language.models.rule_set.facts import Facts
from pmmlkit.language.models.rule_set.predictor import Confidences, RuleSetPredictor
from pmmlkit.language.models.rule_set.rules import compile_rules

if TYPE_CHECKING:
    from pmmlkit.language.models.rule_set.declaration import RuleSetModel
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope

__all__ = ["compile_rule_set"]


def compile_rule_set(
    model: RuleSetModel, scope: Scope, target: TargetField | None
) -> RuleSetPredictor:
    """Compile a RuleSetModel.

    Raises MarkupError where scores are no values of the target, or two rules have one id.
    """
    if model.function_name != "classification":
        raise unsupported(
            model,
            f"a RuleSetModel cannot have functionName {model.function_name!r}",
            code=mistakes.FUNCTION_NAME,
        )
    rule_set = model.rule_set
    method = rule_set.rule_selection_methods[0]
    if method.criterion not in ("firstHit", "weightedSum", "weightedMax"):
        raise unsupported(
            method, f"criterion {method.criterion!r} is not supported", code=mistakes.REFUSED_VALUE
        )
    rules, entries = compile_rules(rule_set.rules, scope)
    facts = Facts(rule_set, rules, target)
    return RuleSetPredictor(method.criterion, entries, facts, _confidences(model, scope))


def _confidences(model: RuleSetModel, scope: Scope) -> Confidences:
    """Tell which confidences anything can ask for: of a nested model, other Outputs may."""
    if scope.parent is not None:
        return Confidences.ALL
    outputs = () if model.output is None else model.output.output_fields
    asked = [item.value for item in outputs if item.feature == "confidence"]
    if not asked:
        return Confidences.NONE
    return Confidences.WINNER if all(value is None for value in asked) else Confidences.ALL
