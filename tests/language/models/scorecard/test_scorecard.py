"""Scorecard: what is refused, both modes, large tables, and Scorecards inside a MiningModel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import pmmlkit
from pmmlkit.errors import MarkupError, PmmlError, UnsupportedError
from pmmlkit.language.models.scorecard import reasons
from tests.corpus.cells import check, document
from tests.corpus.scorecard.documents import (
    FIELDS,
    OTHERWISE,
    above,
    bin,
    characteristic,
    codes,
    fixed,
    schema,
    scorecard,
    step,
)
from tests.differential.engines import ours
from tests.differential.strategies.scores import rows, scorecards

PLAIN = 'useReasonCodes="false"'


@pytest.mark.parametrize(
    ("text", "error", "message", "element"),
    [
        (scorecard(fixed(1)), MarkupError, "no baselineScore", "Characteristic"),
        (scorecard(fixed(1, None, 2)), MarkupError, "no reasonCode", "Attribute"),
        (
            scorecard(characteristic(bin(above("a"), 1, "A"), bin(OTHERWISE, 1), baseline=1)),
            MarkupError,
            "no reasonCode",
            "Attribute",
        ),
        (
            scorecard(characteristic(bin(OTHERWISE)), options=PLAIN),
            MarkupError,
            "neither a partialScore nor a ComplexPartialScore",
            "Attribute",
        ),
        (scorecard(options=PLAIN), MarkupError, "needs Characteristic", "Characteristics"),
        (
            scorecard(characteristic(), options=PLAIN),
            MarkupError,
            "needs Attribute",
            "Characteristic",
        ),
        (
            scorecard(characteristic("<Attribute partialScore='1'/>"), options=PLAIN),
            MarkupError,
            "needs SimplePredicate",
            "Attribute",
        ),
        (
            scorecard(characteristic(bin(above("nowhere"), 1)), options=PLAIN),
            MarkupError,
            "'nowhere' is not defined",
            "SimplePredicate",
        ),
        (
            scorecard(fixed(1), options=f'{PLAIN} initialScore="much"'),
            MarkupError,
            "initialScore",
            "Scorecard",
        ),
        (
            scorecard(fixed(1, "A", 2), output=codes(1).replace('rank="1"', 'rank="0"')),
            MarkupError,
            "rank 0",
            "OutputField",
        ),
        (
            scorecard(fixed(1), options=PLAIN, function="classification"),
            UnsupportedError,
            "functionName",
            "Scorecard",
        ),
    ],
)
def test_documents_that_are_refused(
    text: bytes, error: type[PmmlError], message: str, element: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        pmmlkit.load(text)
    assert caught.value.element == element
    assert caught.value.line == 1


def test_what_is_wrong_with_several_characteristics_is_said_at_once() -> None:
    with pytest.raises(MarkupError) as caught:
        pmmlkit.load(scorecard(step("a", 1, 2), step("b", 1, 2), fixed(1, "A", 3)))
    assert str(caught.value).count("baselineScore") == 2


def test_errors_name_the_characteristic() -> None:
    lone = characteristic(bin(above("a"), 2), name="age")
    model = pmmlkit.load(scorecard(fixed(1), lone, options=PLAIN))
    with pytest.raises(pmmlkit.EvaluationError, match="'age'"):
        model.evaluate({"a": -1.0})
    unnamed = characteristic(bin(above("a"), 2), name=None)
    model = pmmlkit.load(scorecard(fixed(1), unnamed, options=PLAIN))
    with pytest.raises(pmmlkit.EvaluationError, match="Characteristic 2 "):
        model.evaluate({"a": -1.0})


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(scorecards(), rows())
def test_rows_equal_columns(text: bytes, table: dict[str, list[Any]]) -> None:
    ours(text, table)


def test_rows_equal_columns_to_the_last_bit() -> None:
    model = pmmlkit.load(
        scorecard(*(step("a", 0.1 * at, 0.7 / at) for at in range(1, 30)), options=PLAIN)
    )
    values = np.linspace(-1, 1, 40)
    column = model.evaluate({"a": values})["y"]
    assert [model.evaluate({"a": value})["y"] for value in values.tolist()] == column.tolist()


def test_points_are_ranked_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    text = scorecard(
        *(step(field, 5, at, f"R{at}", 4) for at, field in enumerate("abab")),
        characteristic(bin(above("b"), 1, "R1"), bin(OTHERWISE, 2, "R9"), baseline=3),
        output=codes(4),
    )
    chance = np.random.default_rng(1)
    table = {name: chance.normal(size=50) for name in "ab"}
    whole = {name: values.tolist() for name, values in pmmlkit.load(text).evaluate(table).items()}
    monkeypatch.setattr(reasons, "_MOST_CELLS", 20)
    parts = {name: values.tolist() for name, values in pmmlkit.load(text).evaluate(table).items()}
    assert parts == whole
    assert len(set(whole["r1"])) > 1


def test_an_empty_table() -> None:
    text = scorecard(step("a", 1, 2, "A", 3), output=codes(1))
    result = pmmlkit.load(text).evaluate({"a": np.zeros(0)})
    assert {name: len(values) for name, values in result.items()} == {"y": 0, "r1": 0}


# --- inside a MiningModel


def segment(predicate: str, *characteristics: str, options: str = "", id: str = "") -> str:
    inner = schema().replace('<MiningField name="y" usageType="target"/>', "")
    return (
        f'<Segment id="{id}">{predicate}<Scorecard functionName="regression" {options}>{inner}'
        f"<Characteristics>{''.join(characteristics)}</Characteristics></Scorecard></Segment>"
    )


def mining(method: str, output: str, *segments: str) -> bytes:
    body = (
        f'<MiningModel functionName="regression">{schema()}{output}<Segmentation '
        f'multipleModelMethod="{method}">{"".join(segments)}</Segmentation></MiningModel>'
    )
    return document(body, FIELDS)


ROWS: list[dict[str, Any]] = [{"a": 1.0, "b": 1.0}, {"a": -1.0, "b": 1.0}, {"a": 1.0, "b": -1.0}]
FIRST = segment(above("a"), fixed(1, "A", 3), step("b", 5, 2, "B", 6), id="first")
SECOND = segment(OTHERWISE, fixed(20, "C", 30), id="second")


def test_the_reasons_of_the_segment_that_is_selected() -> None:
    # first: A has 2, B 1 or 4 points; second: C has 10 points, and there is no other code
    check(
        mining("selectFirst", codes(2), FIRST, SECOND),
        ROWS,
        {"y": [6.0, 20.0, 3.0], "r1": ["A", "C", "B"], "r2": ["B", None, "A"]},
    )


def test_all_reasons_of_the_segment_that_is_selected() -> None:
    output = codes(1).replace('rank="1"', 'rank="0" isMultiValued="1"')
    check(
        mining("selectFirst", output, FIRST, SECOND),
        ROWS,
        {"r1": [["A", "B"], ["C"], ["B", "A"]]},
    )


def test_the_reasons_of_a_segment_that_is_named() -> None:
    output = codes(2).replace("rank=", 'segmentId="first" rank=')
    check(
        mining("sum", output, FIRST, segment(OTHERWISE, fixed(20), options=PLAIN, id="second")),
        ROWS,
        {"y": [26.0, 20.0, 23.0], "r1": ["A", None, "B"], "r2": ["B", None, "A"]},
    )


def test_the_reasons_of_the_end_of_a_chain() -> None:
    check(
        mining("modelChain", codes(1), SECOND, FIRST),
        ROWS,
        {"y": [6.0, 20.0, 3.0], "r1": ["A", "C", "B"]},
    )


def test_a_pickled_model_still_has_its_reasons() -> None:
    import pickle

    text = scorecard(step("a", 1, 2, "A", 3), fixed(1, "B", 2), output=codes(2))
    model = pickle.loads(pickle.dumps(pmmlkit.load(text)))
    assert model.evaluate({"a": 1.0}) == {"y": 2.0, "r1": "A", "r2": "B"}
