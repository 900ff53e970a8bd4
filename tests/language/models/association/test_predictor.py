"""AssociationModel: tables in parts and in another order, inside of a MiningModel, pickled."""

from __future__ import annotations

import pickle
import random
from typing import Any

import pytest

import pmmlkit
from pmmlkit.language.models.association import ranking
from tests.corpus.association.test_association import ITEMS, every, model, output
from tests.corpus.cells import document

BASKETS = [{"g": str(row), "i": random.Random(row).choices(ITEMS, k=row % 4)} for row in range(61)]


def test_tables_are_unpacked_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    scored = pmmlkit.load(model(every() + output().replace('"r"', '"best"', 1)))
    whole = scored.evaluate(BASKETS)
    monkeypatch.setattr(ranking, "_CELLS", 64)
    assert scored.evaluate(BASKETS) == whole
    assert [scored.evaluate(row) for row in BASKETS] == whole


def test_the_order_of_rows_does_not_matter() -> None:
    scored = pmmlkit.load(model(every()))
    whole = {row["g"]: row for row in scored.evaluate(BASKETS)}
    shuffled = random.Random(1).sample(BASKETS, len(BASKETS))
    assert {row["g"]: row for row in scored.evaluate(shuffled)} == whole


def test_one_item_may_have_several_ids() -> None:
    values = {"A": "A", "B": "A", "C": "C"}
    items = "".join(f'<Item id="{item}" value="{value}"/>' for item, value in values.items())
    scored = pmmlkit.load(model(every(algorithm="ruleAssociation"), items=items))
    rows = [{"g": "1", "i": ["A"]}, {"g": "2", "i": ["C", "A"]}]
    assert [row["r"] for row in scored.evaluate(rows)] == [["r1", "3", "4"], ["r1", "2", "3", "4"]]
    assert [scored.evaluate(row)["r"] for row in rows] == [["r1", "3", "4"], ["r1", "2", "3", "4"]]


def test_a_model_pickles() -> None:
    scored = pmmlkit.load(model(every()))
    assert pickle.loads(pickle.dumps(scored)).evaluate(BASKETS) == scored.evaluate(BASKETS)


def test_a_model_without_rules_has_no_answer() -> None:
    scored = pmmlkit.load(model(every() + output().replace('"r"', '"one"', 1), rules=""))
    expected: dict[str, Any] = {"g": "1", "_target": None, "r": [], "one": None}
    assert scored.evaluate({"g": "1", "i": ["A"]}) == expected
    assert scored.evaluate([{"g": "1", "i": ["A"]}]) == [expected]


SEGMENT = (
    '<AssociationModel functionName="associationRules" numberOfTransactions="4" '
    'numberOfItems="2" minimumSupport="0.1" minimumConfidence="0.1" numberOfItemsets="2" '
    'numberOfRules="1"><MiningSchema><MiningField name="i"/></MiningSchema>'
    '<Output><OutputField name="own{0}" optype="categorical" dataType="string" feature="ruleId" '
    'algorithm="recommendation" isMultiValued="1" rank="0"/></Output>'
    '<Item id="1" value="A"/><Item id="2" value="B"/><Itemset id="a"><ItemRef itemRef="1"/>'
    '</Itemset><Itemset id="b"><ItemRef itemRef="2"/></Itemset><AssociationRule antecedent="a" '
    'consequent="b" support="0.5" confidence="0.4" id="{0}"/></AssociationModel>'
)


@pytest.mark.parametrize("method", ["selectFirst", "selectAll", "modelChain"])
def test_segments(method: str) -> None:
    text = document(
        '<MiningModel functionName="associationRules"><MiningSchema>'
        '<MiningField name="g" usageType="group"/><MiningField name="i"/></MiningSchema>'
        '<Output><OutputField name="first" optype="categorical" dataType="string" '
        'feature="ruleId" segmentId="s1" algorithm="recommendation"/></Output>'
        f'<Segmentation multipleModelMethod="{method}"><Segment id="s1">'
        f'<SimplePredicate field="g" operator="equal" value="x"/>{SEGMENT.format(1)}</Segment>'
        f'<Segment id="s2"><True/>{SEGMENT.format(2)}</Segment></Segmentation></MiningModel>',
        {"g": "categorical string", "i": "categorical string"},
    )
    scored = pmmlkit.load(text)
    rows = [{"g": "y", "i": ["A"]}, {"g": "x", "i": ["A", "B"]}, {"g": "z", "i": ["B"]}]
    answers = [scored.evaluate(row) for row in rows]
    assert scored.evaluate(rows) == answers
    assert [row["first"] for row in answers] == [None, "1", None]
    assert answers[0]["own2"] == ["2"]


def test_a_list_is_not_treated_again_in_a_segment() -> None:
    text = document(
        '<MiningModel functionName="associationRules"><MiningSchema>'
        '<MiningField name="g" usageType="group"/><MiningField name="i"/></MiningSchema>'
        '<Segmentation multipleModelMethod="selectFirst"><Segment><True/>'
        + SEGMENT.format(1).replace('name="i"', 'name="i" missingValueReplacement="A"', 1)
        + "</Segment></Segmentation></MiningModel>",
        {"g": "categorical string", "i": "categorical string"},
    )
    with pytest.raises(pmmlkit.UnsupportedError, match="outermost model"):
        pmmlkit.load(text)
