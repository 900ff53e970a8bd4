"""Small documents that tests of several rooms share."""

from __future__ import annotations

REGRESSION = b"""<?xml version="1.0" encoding="UTF-8"?>
<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <Header/>
  <DataDictionary>
    <DataField name="x" optype="continuous" dataType="double">
      <Interval closure="closedClosed" leftMargin="0" rightMargin="100"/>
    </DataField>
    <DataField name="colour" optype="categorical" dataType="string">
      <Value value="red"/><Value value="blue"/>
    </DataField>
    <DataField name="y" optype="continuous" dataType="double"/>
  </DataDictionary>
  <RegressionModel functionName="regression">
    <MiningSchema>
      <MiningField name="x"/>
      <MiningField name="colour"/>
      <MiningField name="y" usageType="target"/>
    </MiningSchema>
    <RegressionTable intercept="1">
      <NumericPredictor name="x" coefficient="2"/>
      <CategoricalPredictor name="colour" value="red" coefficient="10"/>
    </RegressionTable>
  </RegressionModel>
</PMML>
"""
"""y = 1 + 2 x + 10 (colour is red); x within 0 and 100, a missing x gives no result."""

CLASSIFICATION = b"""<?xml version="1.0" encoding="UTF-8"?>
<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <Header/>
  <DataDictionary>
    <DataField name="x" optype="continuous" dataType="double"/>
    <DataField name="n" optype="continuous" dataType="integer"/>
    <DataField name="day" optype="continuous" dataType="date"/>
    <DataField name="kind" optype="categorical" dataType="string">
      <Value value="no"/><Value value="yes"/>
    </DataField>
  </DataDictionary>
  <TreeModel modelName="kinds" functionName="classification" missingValueStrategy="nullPrediction">
    <MiningSchema>
      <MiningField name="x"/>
      <MiningField name="n"/>
      <MiningField name="day"/>
      <MiningField name="kind" usageType="target"/>
    </MiningSchema>
    <Output>
      <OutputField name="p" optype="continuous" dataType="double" feature="probability" value="yes"/>
      <OutputField name="more" optype="continuous" dataType="integer" feature="transformedValue">
        <Apply function="+"><FieldRef field="n"/><Constant dataType="integer">1</Constant></Apply>
      </OutputField>
      <OutputField name="positive" optype="categorical" dataType="boolean"
          feature="transformedValue">
        <Apply function="greaterThan">
          <FieldRef field="n"/><Constant dataType="integer">0</Constant>
        </Apply>
      </OutputField>
      <OutputField name="when" optype="ordinal" dataType="date" feature="transformedValue">
        <FieldRef field="day"/>
      </OutputField>
    </Output>
    <Node id="0">
      <True/>
      <Node id="1" score="no">
        <SimplePredicate field="x" operator="lessOrEqual" value="0"/>
        <ScoreDistribution value="no" recordCount="3"/>
        <ScoreDistribution value="yes" recordCount="1"/>
      </Node>
      <Node id="2" score="yes">
        <SimplePredicate field="x" operator="greaterThan" value="0"/>
        <ScoreDistribution value="no" recordCount="0"/>
        <ScoreDistribution value="yes" recordCount="4"/>
      </Node>
    </Node>
  </TreeModel>
</PMML>
"""
"""Results of every dataType that tables must carry: string, double, integer, boolean, date."""
