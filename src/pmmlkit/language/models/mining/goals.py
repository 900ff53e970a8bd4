"""The targets of a multi-model chain, one or more a segment. Semantics 34 (x-multiModelChain)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pmmlkit.language.models.mining.chain import Goal
from pmmlkit.language.models.mining.segments import CompiledSegment
from pmmlkit.language.output_features import ModelFacts
from pmmlkit.language.targets import Targets, compile_target

__all__ = ["goals_of"]


def goals_of(
    member: CompiledSegment, targets: Targets | None, kept: Mapping[str, ModelFacts]
) -> Iterator[Goal]:
    """Yield the targets of a segment's model, under what the outer Targets say of them.

    `kept`: the facts of the segments that OutputFields can read.
    """
    evaluation = member.evaluation
    if evaluation.facts.targets:
        for name, facts in evaluation.facts.targets.items():
            yield _goal(name, member.name, replace(facts, segments=kept), name, targets)
    elif evaluation.target.name is not None:
        facts = replace(evaluation.facts, segments=kept)
        yield _goal(evaluation.target.name, member.name, facts, None, targets)


def _goal(
    name: str, segment: str, facts: ModelFacts, inner: str | None, targets: Targets | None
) -> Goal:
    target = None if targets is None else targets.target(name)
    if target is None or facts.target is None:
        return Goal(name, segment, facts, facts, inner)
    is_classification = bool(facts.classes) or not facts.type.is_number
    rule = compile_target(
        target, facts.target, facts.type, facts.classes, is_classification=is_classification
    )
    treated = facts if rule is None else replace(facts, type=rule.type)
    return Goal(name, segment, treated, facts, inner, rule)
