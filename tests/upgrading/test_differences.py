"""Every difference between two versions has its decision, and rules and tables fit together."""

from __future__ import annotations

from itertools import combinations

import pytest

from pmmlkit.language.functions.registry import built_ins
from pmmlkit.upgrading.backward import BACKWARD
from pmmlkit.upgrading.differences import (
    CONTENT,
    DECISIONS,
    REWRITTEN,
    TYPES,
    Difference,
    decision,
    differences,
)
from pmmlkit.upgrading.forward import FORWARD
from pmmlkit.upgrading.functions import SINCE
from pmmlkit.validation.grammar import GRAMMARS

PAIRS = list(combinations(GRAMMARS, 2))

NO_DIFFERENCE = {
    "PMML": "the version that the root states",
    "Apply": "functions of JPMML that became PMML's",
    "TargetValue": "rawDataValue, of 3.1",
    "ExponentialSmoothing": "Trend, of 4.0",
    "RegressionModel": "deprecated attributes",
    "SupportVectorMachineModel": "alternateBinaryTargetCategory of 4.0, and no method in 3",
}
"""Rules for what no difference between two schemas tells."""

RULE_OF = {
    "Alternate": "TestDistributions",
    "Baseline": "TestDistributions",
    "Target": "TreeModel",
    "OutputField/dataType": "TreeModel",
}
"""Rules that stand at the element around: of OutputFields and Targets, at every model."""


@pytest.mark.parametrize(("older", "newer"), PAIRS)
def test_every_difference_is_decided(older: str, newer: str) -> None:
    found = list(differences(older, newer))
    assert found
    for difference in found:
        decision(difference)


def test_nothing_is_decided_that_does_not_differ() -> None:
    found = [item for pair in PAIRS for item in differences(*pair)]
    assert {(item.tag, item.name, item.fact) for item in found} >= set(DECISIONS)
    assert {item.tag for item in found if item.fact == "content"} == set(CONTENT)
    assert {(item.old, item.new) for item in found if item.fact == "type"} == set(TYPES)


def test_the_53_elements_that_changed_since_4_1() -> None:
    changed = {item.tag for item in differences("4.1", "4.4.1") if item.fact != "element"}
    assert len(changed) >= 53
    gone = [item for item in differences("4.1", "4.4.1") if item.fact == "element" and item.old]
    assert gone == []


def test_what_is_not_known_is_not_decided() -> None:
    with pytest.raises(KeyError):
        decision(Difference("Node", "score", "default", "1", "2"))
    with pytest.raises(KeyError):
        decision(Difference("Node", "score", "type", "xs:string", "xs:double"))
    with pytest.raises(KeyError):
        decision(Difference("Node", "score", "attribute", "there", ""))


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_what_is_rewritten_has_a_rule(direction: str) -> None:
    rules = FORWARD if direction == "forward" else BACKWARD
    wanted = set()
    for key, found in {
        **{(tag, "", ""): item for tag, item in CONTENT.items()},
        **DECISIONS,
    }.items():
        if getattr(found, direction) == REWRITTEN:
            tag, name, _ = key
            wanted.add(RULE_OF.get(f"{tag}/{name}", RULE_OF.get(tag, tag)))
    assert wanted <= set(rules)


def test_every_rule_is_for_something() -> None:
    differing = {item.tag for pair in PAIRS for item in differences(*pair)}
    for tag in {**FORWARD, **BACKWARD}:
        is_model = tag.endswith(("Model", "NeuralNetwork", "Scorecard"))
        assert tag in differing or tag in NO_DIFFERENCE or is_model, tag


def test_functions_of_newer_versions_are_functions() -> None:
    assert set(SINCE) <= set(built_ins())
    assert set(SINCE.values()) <= set(GRAMMARS)
