"""Boundary cases of the rules for statistics."""

from __future__ import annotations

import pytest

from tests.validation.rules.checked import codes

MODEL = """
<DataDictionary>
  <DataField name="x" optype="continuous" dataType="double">
    <Interval closure="closedClosed" leftMargin="0" rightMargin="10"/>{marker}</DataField>
  <DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <ModelStats><UnivariateStats field="x">{statistics}</UnivariateStats></ModelStats>
  <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="1"/></RegressionTable>
</RegressionModel>"""


@pytest.mark.parametrize(
    ("statistics", "found"),
    [
        ('<NumericInfo minimum="0" maximum="10" mean="10" median="0"/>', set()),
        ('<NumericInfo minimum="0" maximum="10" mean="10.5"/>', {"PMML472"}),
        ('<NumericInfo minimum="3" maximum="2"/>', {"PMML472"}),
        ('<NumericInfo standardDeviation="-1"/>', {"PMML472"}),
        ('<NumericInfo mean="50"/>', set()),
        ('<NumericInfo minimum="-1"/>', {"PMML475"}),
        ('<NumericInfo minimum="-0.0000001"/>', set()),
        ('<NumericInfo minimum="-999"/>', set()),
        ('<Counts totalFreq="10" missingFreq="6" invalidFreq="4"/>', set()),
        ('<Counts totalFreq="10" missingFreq="6" invalidFreq="5"/>', {"PMML471"}),
        (
            '<NumericInfo><Quantile quantileLimit="50" quantileValue="3"/>'
            '<Quantile quantileLimit="25" quantileValue="2"/></NumericInfo>',
            set(),
        ),
        (
            '<NumericInfo><Quantile quantileLimit="50" quantileValue="3"/>'
            '<Quantile quantileLimit="25" quantileValue="4"/></NumericInfo>',
            {"PMML473"},
        ),
        ('<DiscrStats><Array type="string">a b</Array></DiscrStats>', set()),
        ('<DiscrStats><Array n="3" type="string">a b</Array></DiscrStats>', {"PMML474"}),
        ('<ContStats><Array type="int">3 4</Array></ContStats>', set()),
        (
            '<ContStats><Interval closure="openOpen" leftMargin="0" rightMargin="1"/>'
            '<Array type="int">3 4</Array></ContStats>',
            {"PMML474"},
        ),
    ],
)
def test_of_a_field(statistics: str, found: set[str]) -> None:
    marker = '<Value value="-999" property="missing"/>'
    assert codes(MODEL.format(marker=marker, statistics=statistics)) == found


GRAPH = """
<TreeModel functionName="classification">
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <ModelExplanation><PredictiveModelQuality targetField="k"{measures}>
    <ROC positiveTargetFieldValue="yes"><ROCGraph>
      <XCoordinates><Array type="real">{x}</Array></XCoordinates>
      <YCoordinates><Array type="real">{y}</Array></YCoordinates>
    </ROCGraph></ROC></PredictiveModelQuality></ModelExplanation>
  <Node score="no"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
</TreeModel>"""


@pytest.mark.parametrize(
    ("x", "y", "measures", "found"),
    [
        ("0 0.5 1", "0 0.9 1", "", set()),
        ("1 0.5 0", "1 0.9 0", "", set()),
        ("0 0.5 0.2", "0 0.9 1", "", {"PMML482"}),
        ("0 1", "0 1.5", "", {"PMML482"}),
        ("0 0.5 1", "0 1", "", {"PMML481"}),
        ("", "", "", set()),
        ("0 1", "0 1", ' r-squared="-3"', set()),
        ("0 1", "0 1", ' r-squared="1.5"', {"PMML484"}),
        ("0 1", "0 1", ' rootMeanSquaredError="-1"', {"PMML484"}),
        ("0 1", "0 1", ' meanError="-1"', set()),
    ],
)
def test_of_quality(x: str, y: str, measures: str, found: set[str]) -> None:
    assert codes(GRAPH.format(x=x, y=y, measures=measures)) == found
