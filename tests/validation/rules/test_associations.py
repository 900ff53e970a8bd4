"""Boundary cases of the rules for associations."""

from __future__ import annotations

import pytest

from tests.validation.rules.checked import codes

MODEL = """
<DataDictionary>
  <DataField name="t" optype="categorical" dataType="string"/>
  <DataField name="s" optype="categorical" dataType="string"/>
</DataDictionary>
<AssociationModel functionName="associationRules" numberOfTransactions="100"
  minimumSupport="0.1" minimumConfidence="0.1" numberOfItems="2" numberOfItemsets="2"
  numberOfRules="1">
  <MiningSchema><MiningField name="t" usageType="group"/><MiningField name="s"/></MiningSchema>
  <Item id="1" value="a"/><Item id="2" value="b"/>
  <Itemset id="A"{condition}><ItemRef itemRef="1"/></Itemset>
  <Itemset id="B"{effect}><ItemRef itemRef="2"/></Itemset>
  <AssociationRule antecedent="A" consequent="B" support="{support}" confidence="{confidence}"/>
</AssociationModel>"""


@pytest.mark.parametrize(
    ("condition", "effect", "support", "confidence", "found"),
    [
        ("", "", 0.3, 0.9, set()),
        (' support="0.4"', "", 0.3, 0.75, set()),
        (' support="0.4"', "", 0.3, 0.8, set()),
        (' support="0.4"', "", 0.3, 0.9, {"PMML428"}),
        (' support="0.4"', ' support="0.3"', 0.3, 0.75, set()),
        (' support="0.4"', ' support="0.2"', 0.3, 0.75, {"PMML428"}),
        (' support="0.2"', "", 0.3, 1, {"PMML428"}),
        # supports of two digits say little of so rare a set
        (' support="0.02"', "", 0.01, 0.99, {"PMML429"}),
        (' support="0"', "", 0, 1, {"PMML429"}),
        ("", "", 0.3, 0.05, {"PMML429"}),
    ],
)
def test_numbers(
    condition: str, effect: str, support: float, confidence: float, found: set[str]
) -> None:
    example = MODEL.format(
        condition=condition, effect=effect, support=support, confidence=confidence
    )
    assert codes(example) == found
