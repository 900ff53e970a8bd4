"""Boundary cases of the rules for what becomes of predictions."""

from __future__ import annotations

import pytest

from tests.validation.rules.checked import codes

TREE = """
<TreeModel functionName="classification">
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <Output>{}</Output>
  <Node score="no"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
</TreeModel>"""


def outputs(*features: str) -> str:
    return TREE.format(
        "".join(
            f'<OutputField name="p{at}" optype="continuous" dataType="double" feature={text}/>'
            for at, text in enumerate(features)
        )
    )


@pytest.mark.parametrize(
    ("features", "found"),
    [
        (('"probability" value="no"', '"probability" value="yes"'), set()),
        (('"probability" value="no"', '"probability"'), set()),
        (('"probability"', '"probability"'), {"PMML408"}),
        # a value may be given under two names
        (('"probability" value="no"', '"probability" value="no"'), set()),
        (('"predictedValue"', '"predictedValue"'), set()),
        (('"probability" value="NO"',), {"PMML407"}),
        (('"entityId" value="NO"',), set()),
    ],
)
def test_probabilities(features: tuple[str, ...], found: set[str]) -> None:
    assert codes(outputs(*features)) == found


CARD = """
<Scorecard functionName="regression">
  <MiningSchema><MiningField name="x"/></MiningSchema>
  <Output><OutputField name="r" optype="categorical" dataType="string" feature="reasonCode"
    {}/></Output>
  <Characteristics><Characteristic name="c" reasonCode="A" baselineScore="10">
    <Attribute partialScore="5"><SimplePredicate field="x" operator="lessThan" value="1"/>
    </Attribute>
    <Attribute partialScore="8" reasonCode="B"><True/></Attribute>
  </Characteristic></Characteristics>
</Scorecard>"""


@pytest.mark.parametrize(
    ("attributes", "is_beyond"),
    [
        ("", False),
        ('rank="2"', False),
        ('rank="3"', True),
        # the list of the first three has two
        ('rank="3" isMultiValued="1"', False),
    ],
)
def test_ranks(attributes: str, is_beyond: bool) -> None:
    assert ("PMML409" in codes(CARD.format(attributes))) == is_beyond


TARGET = """
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <Targets><Target {}/></Targets>
  <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="1"/></RegressionTable>
</RegressionModel>"""


@pytest.mark.parametrize(
    ("attributes", "found"),
    [
        ('field="y"', set()),
        ('rescaleFactor="2"', set()),
        ('field="y" min="1" max="1"', set()),
        ('field="y" min="2" max="1"', {"PMML376"}),
        ('field="x"', {"PMML377"}),
        ('field="y" rescaleFactor="0" rescaleConstant="4"', {"PMML379"}),
        ('field="y" castInteger="round"', set()),
    ],
)
def test_targets(attributes: str, found: set[str]) -> None:
    assert codes(TARGET.format(attributes)) == found


PART = """
<Segment id="{id}"><{predicate}/><RegressionModel functionName="regression">
  <MiningSchema><MiningField name="{field}"/><MiningField name="y" usageType="target"/>
  </MiningSchema>{output}
  <RegressionTable intercept="1"><NumericPredictor name="{field}" coefficient="1"/>
  </RegressionTable></RegressionModel></Segment>"""
CHAIN = """
<MiningModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  {output}<Segmentation multipleModelMethod="modelChain">{segments}</Segmentation>
</MiningModel>"""
FIELD = (
    '<Output><OutputField name="{name}" optype="continuous" dataType="double" '
    'feature="predictedValue"{segment}/></Output>'
)


def part(id: str, field: str = "x", predicate: str = "True", output: str = "") -> str:
    return PART.format(id=id, field=field, predicate=predicate, output=output)


FIRST = FIELD.format(name="first", segment="")
BELOW = 'SimplePredicate field="x" operator="lessThan" value="1"'


@pytest.mark.parametrize(
    ("segments", "output", "is_silent"),
    [
        ((part("1"), part("2")), "", True),
        ((part("1", output=FIRST), part("2", "first")), "", False),
        # its output is a result of the whole
        ((part("1", output=FIRST), part("2")), "", False),
        ((part("1"), part("2")), FIELD.format(name="a", segment=' segmentId="1"'), False),
        ((part("1"), part("2")), FIELD.format(name="a", segment=' segmentId="2"'), True),
        # the later one reads the target itself
        ((part("1"), part("2", "y")), "", False),
        # where the second does not apply, the first is the result
        ((part("1"), part("2", predicate=BELOW)), "", False),
        ((part("1"),), "", False),
    ],
)
def test_chains(segments: tuple[str, ...], output: str, is_silent: bool) -> None:
    example = CHAIN.format(output=output, segments="".join(segments))
    assert ("PMML375" in codes(example)) == is_silent


@pytest.mark.parametrize(
    ("method", "treatment", "counts"),
    [
        ("average", "continue", False),
        ("average", "returnMissing", False),
        ("average", "skipSegment", True),
        ("selectFirst", "skipSegment", False),
    ],
)
def test_thresholds(method: str, treatment: str, counts: bool) -> None:
    example = CHAIN.format(output="", segments=part("1")).replace(
        '"modelChain"',
        f'"{method}" missingThreshold="0.5" missingPredictionTreatment="{treatment}"',
    )
    assert ("PMML374" in codes(example)) != counts
