"""Random AssociationModels in pmmlkit and in JPMML-Evaluator, which takes a basket as a list.

PMML4S gives one rule only, in an order of its own; its answers to the sample of the corpus are
compared there.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import pmmlkit
from pmmlkit.parity import Oracle
from tests.differential.strategies.association import association_models, baskets

SLICE = settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def theirs(document: bytes, rows: list[dict[str, Any]], jpmml: Any) -> list[dict[str, Any]]:
    """Score row by row, with lists as collections."""
    import jpype

    from pmmlkit.parity.jpmml import _python

    evaluator = jpmml.load(document)._evaluator.javaEvaluator
    decode = jpype.JClass("org.jpmml.evaluator.EvaluatorUtil").decodeAll
    answers = []
    for row in rows:
        arguments = jpype.JClass("java.util.HashMap")()
        for name, value in row.items():
            listed = value
            if isinstance(value, list):
                listed = jpype.JClass("java.util.ArrayList")()
                for item in value:
                    listed.add(item)
            arguments.put(name, listed)
        answer = decode(evaluator.evaluate(arguments))
        answers.append(
            {str(entry.getKey()): _python(entry.getValue()) for entry in answer.entrySet()}
        )
    return answers


def ours(document: bytes, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Score row by row, and see that a table says the same."""
    model = pmmlkit.load(document)
    answers = [model.evaluate(row) for row in rows]
    assert model.evaluate(rows) == answers
    return answers


@pytest.mark.parametrize("style", ["list", "flags", "values"])
def test_jpmml(style: str, jpmml: Oracle) -> None:
    @SLICE
    @given(association_models(style), baskets(style))
    def run(document: bytes, rows: list[dict[str, Any]]) -> None:
        found = ours(document, rows)
        for mine, there in zip(found, theirs(document, rows, jpmml), strict=True):
            assert {name: mine[name] for name in there} == there, document.decode()

    run()
