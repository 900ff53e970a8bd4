"""The elements of RuleSetModel. Specification: chapter Ruleset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pmmlkit.language.extension import Extension
from pmmlkit.language.groups import PREDICATE
from pmmlkit.language.models.model import Model
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.models.prediction import Predictor
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.models.tree import ScoreDistribution
    from pmmlkit.language.scope import Compiled, Scope

__all__ = ["CompoundRule", "RuleSelectionMethod", "RuleSet", "RuleSetModel", "SimpleRule"]

_RULE: Final = ("SimpleRule", "CompoundRule")

_OPTIONAL_ONE: Final = {"4.1": {"default": None}}


class SimpleRule(Element):
    """A predicate and the score that it stands for. Specification: Ruleset.

    `record_count` and `nb_correct` are counts of the training data.
    """

    id: str | None = attribute(default=None)
    score: str = attribute(required=True)
    record_count: float | None = attribute(type=NUMBER, default=None)
    nb_correct: float | None = attribute(type=NUMBER, default=None)
    confidence: float = attribute(type=NUMBER, default=1.0, earlier=_OPTIONAL_ONE)
    weight: float = attribute(type=NUMBER, default=1.0, earlier=_OPTIONAL_ONE)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    predicate: Compiled = child(*PREDICATE, required=True)
    score_distributions: tuple[ScoreDistribution, ...] = children("ScoreDistribution", default=())


class CompoundRule(Element):
    """Rules that can fire only where a predicate is TRUE. Specification: Ruleset."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    predicate: Compiled = child(*PREDICATE, required=True)
    rules: tuple[SimpleRule | CompoundRule, ...] = children(*_RULE, minimum=1)


class RuleSelectionMethod(Element):
    """How one score is chosen from those of all rules that fire. Specification: Ruleset."""

    criterion: str = attribute(
        required=True, values=enumeration("weightedSum", "weightedMax", "firstHit")
    )
    extensions: tuple[Extension, ...] = children("Extension", default=())


class RuleSet(Element):
    """The rules, and what holds where none fires. Specification: Ruleset.

    The first of `rule_selection_methods` is used; the others are for applications that offer a
    choice.
    """

    record_count: float | None = attribute(type=NUMBER, default=None)
    nb_correct: float | None = attribute(type=NUMBER, default=None)
    default_score: str | None = attribute(default=None)
    default_confidence: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    rule_selection_methods: tuple[RuleSelectionMethod, ...] = children(
        "RuleSelectionMethod", minimum=1
    )
    score_distributions: tuple[ScoreDistribution, ...] = children("ScoreDistribution", default=())
    rules: tuple[SimpleRule | CompoundRule, ...] = children(*_RULE, default=())


class RuleSetModel(Model):
    """A classification by rules. Specification: Ruleset."""

    rule_set: RuleSet = child("RuleSet", required=True)

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Compile the rules."""
        from pmmlkit.language.models.rule_set.compile import compile_rule_set

        return compile_rule_set(self, scope, target)
