"""RuleSetModel. Specification: chapter Ruleset."""

from pmmlkit.language.models.rule_set.declaration import (
    CompoundRule,
    RuleSelectionMethod,
    RuleSet,
    RuleSetModel,
    SimpleRule,
)

__all__ = ["CompoundRule", "RuleSelectionMethod", "RuleSet", "RuleSetModel", "SimpleRule"]
