"""RuleSetModel: what is refused, both modes, depth, large tables, RuleSets inside a MiningModel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import pmmlkit
from pmmlkit.errors import MarkupError, PmmlError, UnsupportedError
from pmmlkit.language.models.rule_set import predictor
from pmmlkit.limits import Limits
from tests.corpus.cells import check, document
from tests.corpus.rule_set.documents import (
    FIELDS,
    above,
    compound,
    features,
    rule,
    rule_set,
    shares,
)
from tests.differential.engines import ours
from tests.differential.strategies.scores import CRITERIA, rows, rule_sets

ANY = "<True/>"
NUMBERS = {**FIELDS, "y": "continuous double"}


@pytest.mark.parametrize(
    ("text", "error", "message", "element"),
    [
        (
            rule_set(rule("p", ANY, 'id="x"'), rule("q", ANY, 'id="x"')),
            MarkupError,
            "two rules have the id 'x'",
            "SimpleRule",
        ),
        (rule_set(rule("u", ANY), fields=NUMBERS), MarkupError, "'u' is no value", "SimpleRule"),
        (
            rule_set(rule("1", ANY), default="u", fields=NUMBERS),
            MarkupError,
            "'u' is no value",
            "RuleSet",
        ),
        (rule_set(rule("p", ANY, 'weight="NaN"')), MarkupError, "weight", "SimpleRule"),
        (rule_set(rule("p", ANY, 'weight="INF"')), MarkupError, "weight", "SimpleRule"),
        (rule_set(rule("p", ANY, 'weight="heavy"')), MarkupError, "weight", "SimpleRule"),
        (rule_set(rule("p", ANY), criterion=""), MarkupError, "RuleSelectionMethod", "RuleSet"),
        (rule_set(rule("p", ANY), criterion="best"), UnsupportedError, "best", None),
        (rule_set(rule("p", "")), MarkupError, "needs SimplePredicate", "SimpleRule"),
        (rule_set(compound(ANY)), MarkupError, "needs SimpleRule", "CompoundRule"),
        (
            rule_set(compound("", rule("p", ANY))),
            MarkupError,
            "needs SimplePredicate",
            "CompoundRule",
        ),
        (rule_set("<SimpleRule><True/></SimpleRule>"), MarkupError, "score", "SimpleRule"),
        (
            rule_set(rule("p", above("nowhere"))),
            MarkupError,
            "'nowhere' is not defined",
            "SimplePredicate",
        ),
        (
            rule_set(rule("p", ANY, inside=shares(p=0, q=0))),
            MarkupError,
            "add up to 0",
            "ScoreDistribution",
        ),
        (
            rule_set(rule("p", ANY, inside=shares(p=-1, q=2))),
            MarkupError,
            "recordCount",
            "ScoreDistribution",
        ),
        (
            rule_set(rule("p", ANY, inside='<ScoreDistribution value="p"/>')),
            MarkupError,
            "recordCount",
            "ScoreDistribution",
        ),
        (
            rule_set(rule("1", ANY), default="2", function="regression", fields=NUMBERS),
            UnsupportedError,
            "functionName",
            "RuleSetModel",
        ),
    ],
)
def test_documents_that_are_refused(
    text: bytes, error: type[PmmlError], message: str, element: str | None
) -> None:
    with pytest.raises(error, match=message) as caught:
        pmmlkit.load(text)
    if element is not None:
        assert caught.value.element == element
        assert caught.value.line == 1


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(rule_sets(), rows())
def test_rows_equal_columns(text: bytes, table: dict[str, list[Any]]) -> None:
    ours(text, table)


@pytest.mark.parametrize("criterion", CRITERIA)
def test_rules_nest_deeper_than_python_calls(criterion: str) -> None:
    depth = 3000
    text = "<CompoundRule><True/>" * depth + rule("q", above("a")) + "</CompoundRule>" * depth
    limits = Limits(depth=2 * depth)
    model = pmmlkit.load(rule_set(text, criterion=criterion), limits=limits)
    assert model.evaluate({"a": 1.0})["y"] == "q"
    assert model.evaluate({"a": np.array([1.0, -1.0])})["y"].tolist() == ["q", "r"]


@pytest.mark.parametrize("criterion", CRITERIA)
def test_large_tables_are_scored_in_parts(criterion: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = (
        rule("p", above("a"), 'weight="0.4" confidence="0.9"', shares(p=3, q=1)),
        compound(above("b"), rule("q", above("a", 0.5), 'weight="0.7" id="two"')),
        rule("p", above("b", 0.5), 'weight="0.5" confidence="0.6"'),
    )
    output = features("id", "confidence", "probability", values="pq")
    text = rule_set(*rules, criterion=criterion, output=output)
    chance = np.random.default_rng(1)
    table = {name: chance.normal(size=50) for name in "ab"}

    def results() -> dict[str, list[Any]]:
        found = pmmlkit.load(text).evaluate(table)
        return {name: np.ma.MaskedArray(values).tolist() for name, values in found.items()}

    whole = results()
    monkeypatch.setattr(predictor, "_MOST_CELLS", 20)
    np.testing.assert_equal(results(), whole)
    assert len(set(whole["y"])) > 1


def test_the_probabilities_of_a_model_are_in_the_order_of_its_classes() -> None:
    model = pmmlkit.load(rule_set(rule("q", ANY, inside=shares(q=3, p=1)), default=None))
    assert model.predict_proba({"a": [1.0, 2.0]}).tolist() == [[0.25, 0.75, 0.0]] * 2


# --- inside a MiningModel

INNER = '<MiningSchema><MiningField name="a"/><MiningField name="b"/></MiningSchema>'


def segment(predicate: str, *rules: str) -> str:
    return (
        f'<Segment>{predicate}<RuleSetModel functionName="classification">{INNER}<RuleSet '
        'defaultScore="r" defaultConfidence="0.2"><RuleSelectionMethod criterion="firstHit"/>'
        f"{''.join(rules)}</RuleSet></RuleSetModel></Segment>"
    )


def mining(method: str, output: str, *segments: str) -> bytes:
    schema = INNER.replace("</", '<MiningField name="y" usageType="target"/></')
    body = (
        f'<MiningModel functionName="classification">{schema}{output}<Segmentation '
        f'multipleModelMethod="{method}">{"".join(segments)}</Segmentation></MiningModel>'
    )
    return document(body, FIELDS)


ROWS: list[dict[str, Any]] = [{"a": 1.0, "b": 1.0}, {"a": -1.0, "b": 1.0}, {"a": 1.0, "b": -1.0}]
P = rule("p", above("a"), 'confidence="0.9"')
Q = rule("q", above("b"), 'confidence="0.8"')


def test_the_confidences_of_the_segment_that_is_selected() -> None:
    # The outer Output asks for classes that did not win: first hit looks at all rules then.
    check(
        mining(
            "selectFirst",
            features("confidence", values="pq"),
            segment(above("a"), P, Q),
            segment(ANY, Q),
        ),
        ROWS,
        {
            "y": ["p", "q", "p"],
            "confidence": [0.9, 0.8, 0.9],
            "c_p": [0.9, 0.0, 0.9],
            "c_q": [0.8, 0.8, 0.0],
        },
    )


def test_rule_sets_vote() -> None:
    check(
        mining("majorityVote", "", segment(ANY, P, Q), segment(ANY, Q, P), segment(ANY, Q)),
        ROWS,
        {"y": ["q", "q", "p"]},
    )
