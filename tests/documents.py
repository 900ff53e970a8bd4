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
      <OutputField name="p" optype="continuous" dataType="double" feature="probability"
          value="yes"/>
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

ENSEMBLE = b"""<?xml version="1.0" encoding="UTF-8"?>
<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <Header><Application name="hand"/></Header>
  <DataDictionary>
    <DataField name="x" optype="continuous" dataType="double">
      <Interval closure="closedClosed" leftMargin="-10" rightMargin="10"/>
      <Value value="-999" property="missing"/>
    </DataField>
    <DataField name="n" optype="ordinal" dataType="integer"/>
    <DataField name="s" optype="categorical" dataType="string">
      <Value value="a"/><Value value="b"/><Value value="c"/>
      <Value value="?" property="missing"/>
      <Value value="bad" property="invalid"/>
    </DataField>
    <DataField name="f" optype="continuous" dataType="float"/>
    <DataField name="flag" optype="categorical" dataType="boolean"/>
    <DataField name="day" optype="ordinal" dataType="date"/>
    <DataField name="target" optype="categorical" dataType="string">
      <Value value="low"/><Value value="high"/>
    </DataField>
  </DataDictionary>
  <TransformationDictionary>
    <DefineFunction name="twice" optype="continuous" dataType="double">
      <ParameterField name="a" optype="continuous" dataType="double"/>
      <Apply function="*"><FieldRef field="a"/><Constant dataType="double">2</Constant></Apply>
    </DefineFunction>
    <DerivedField name="xx" optype="continuous" dataType="double">
      <Apply function="twice" defaultValue="0.5"><FieldRef field="x"/></Apply>
    </DerivedField>
    <DerivedField name="scaled" optype="continuous" dataType="double">
      <NormContinuous field="f" outliers="asExtremeValues">
        <LinearNorm orig="0" norm="0"/><LinearNorm orig="1" norm="3"/>
        <LinearNorm orig="4" norm="4"/>
      </NormContinuous>
    </DerivedField>
    <DerivedField name="bin" optype="categorical" dataType="string">
      <Discretize field="x" mapMissingTo="none" defaultValue="far">
        <DiscretizeBin binValue="near">
          <Interval closure="closedOpen" leftMargin="-1" rightMargin="1"/>
        </DiscretizeBin>
        <DiscretizeBin binValue="side">
          <Interval closure="closedOpen" leftMargin="1" rightMargin="3"/>
        </DiscretizeBin>
      </Discretize>
    </DerivedField>
    <DerivedField name="mapped" optype="continuous" dataType="integer">
      <MapValues outputColumn="out" dataType="integer" defaultValue="7">
        <FieldColumnPair field="s" column="s"/><FieldColumnPair field="bin" column="bin"/>
        <InlineTable>
          <row><s>a</s><bin>near</bin><out>1</out></row>
          <row><s>b</s><bin>far</bin><out>2</out></row>
        </InlineTable>
      </MapValues>
    </DerivedField>
    <DerivedField name="is_a" optype="continuous" dataType="double">
      <NormDiscrete field="s" value="a" mapMissingTo="0.25"/>
    </DerivedField>
    <DerivedField name="unused" optype="continuous" dataType="double">
      <Apply function="/"><FieldRef field="x"/><FieldRef field="n"/></Apply>
    </DerivedField>
  </TransformationDictionary>
  <MiningModel modelName="ensemble" functionName="classification">
    <MiningSchema>
      <MiningField name="x" outliers="asExtremeValues" lowValue="-5" highValue="5"/>
      <MiningField name="n" missingValueReplacement="3"/>
      <MiningField name="s" invalidValueTreatment="asMissing"/>
      <MiningField name="f"/>
      <MiningField name="flag"/>
      <MiningField name="day"/>
      <MiningField name="target" usageType="target"/>
    </MiningSchema>
    <Output>
      <OutputField name="p(low)" optype="continuous" dataType="double" feature="probability"
          value="low"/>
      <OutputField name="p(high)" optype="continuous" dataType="double" feature="probability"
          value="high"/>
      <OutputField name="label" optype="categorical" dataType="string" feature="predictedValue"/>
      <OutputField name="sum" optype="continuous" dataType="double" feature="transformedValue">
        <Apply function="+" mapMissingTo="-1">
          <FieldRef field="xx"/>
          <Apply function="sum"><FieldRef field="p(low)"/><FieldRef field="mapped"/></Apply>
        </Apply>
      </OutputField>
      <OutputField name="ratio" optype="continuous" dataType="integer" feature="transformedValue">
        <Apply function="/"><Constant dataType="integer">12</Constant><FieldRef field="n"/></Apply>
      </OutputField>
      <OutputField name="text" optype="categorical" dataType="string" feature="transformedValue">
        <Apply function="concat"><FieldRef field="bin"/><FieldRef field="s"/></Apply>
      </OutputField>
      <OutputField name="old" optype="categorical" dataType="boolean" feature="transformedValue">
        <Apply function="lessThan">
          <FieldRef field="day"/><Constant dataType="date">2000-01-01</Constant>
        </Apply>
      </OutputField>
      <OutputField name="day after" optype="ordinal" dataType="date" feature="transformedValue">
        <FieldRef field="day"/>
      </OutputField>
    </Output>
    <Segmentation multipleModelMethod="weightedAverage">
      <Segment id="regression" weight="2">
        <SimplePredicate field="flag" operator="notEqual" value="true"/>
        <RegressionModel functionName="classification" normalizationMethod="softmax">
          <MiningSchema>
            <MiningField name="x"/><MiningField name="s"/><MiningField name="f"/>
            <MiningField name="target" usageType="target"/>
          </MiningSchema>
          <RegressionTable intercept="0.125" targetCategory="low">
            <NumericPredictor name="xx" coefficient="-0.5"/>
            <NumericPredictor name="scaled" exponent="2" coefficient="0.25"/>
            <CategoricalPredictor name="s" value="b" coefficient="1.5"/>
            <PredictorTerm coefficient="0.75"><FieldRef field="is_a"/><FieldRef field="xx"/>
            </PredictorTerm>
          </RegressionTable>
          <RegressionTable intercept="0" targetCategory="high"/>
        </RegressionModel>
      </Segment>
      <Segment id="tree" weight="1">
        <True/>
        <TreeModel functionName="classification" missingValueStrategy="defaultChild"
            noTrueChildStrategy="returnLastPrediction" splitCharacteristic="multiSplit">
          <MiningSchema>
            <MiningField name="x"/><MiningField name="s"/><MiningField name="n"/>
            <MiningField name="flag"/>
            <MiningField name="target" usageType="target"/>
          </MiningSchema>
          <Node id="0" score="low" defaultChild="1">
            <True/>
            <ScoreDistribution value="low" recordCount="6"/>
            <ScoreDistribution value="high" recordCount="4"/>
            <Node id="1" score="low">
              <CompoundPredicate booleanOperator="surrogate">
                <SimplePredicate field="x" operator="lessOrEqual" value="0.5"/>
                <SimpleSetPredicate field="s" booleanOperator="isIn">
                  <Array type="string" n="2">a c</Array>
                </SimpleSetPredicate>
                <False/>
              </CompoundPredicate>
              <ScoreDistribution value="low" recordCount="5"/>
              <ScoreDistribution value="high" recordCount="1"/>
            </Node>
            <Node id="2" score="high">
              <CompoundPredicate booleanOperator="and">
                <SimplePredicate field="n" operator="greaterThan" value="2"/>
                <SimplePredicate field="x" operator="greaterThan" value="0.5"/>
              </CompoundPredicate>
              <ScoreDistribution value="low" recordCount="1"/>
              <ScoreDistribution value="high" recordCount="3"/>
            </Node>
          </Node>
        </TreeModel>
      </Segment>
    </Segmentation>
  </MiningModel>
</PMML>
"""
"""A bit of everything: treatments, every kind of derived field, segments, results that may fail."""

TWO_MODELS = REGRESSION.replace(
    b"<RegressionModel ", b'<RegressionModel modelName="first" '
).replace(
    b"</PMML>",
    b"""  <RegressionModel modelName="second" functionName="regression">
    <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
    <RegressionTable intercept="-1"><NumericPredictor name="x" coefficient="3"/></RegressionTable>
  </RegressionModel>
</PMML>""",
)
"""`first` is REGRESSION; `second` is y = 3 x - 1."""

TRANSFORMATIONS = b"""<?xml version="1.0" encoding="UTF-8"?>
<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <Header/>
  <DataDictionary>
    <DataField name="x" optype="continuous" dataType="double">
      <Interval closure="closedClosed" leftMargin="-10" rightMargin="100"/>
      <Value value="-999" property="missing"/>
    </DataField>
    <DataField name="z" optype="continuous" dataType="double"/>
    <DataField name="unread" optype="continuous" dataType="double"/>
    <DataField name="colour" optype="categorical" dataType="string">
      <Value value="red"/><Value value="blue"/>
    </DataField>
    <DataField name="day" optype="continuous" dataType="date"/>
  </DataDictionary>
  <TransformationDictionary>
    <DerivedField name="scaled" optype="continuous" dataType="double">
      <Apply function="+"><FieldRef field="x"/><Constant dataType="double">1</Constant></Apply>
    </DerivedField>
    <DerivedField name="ratio" optype="continuous" dataType="double">
      <Apply function="/"><FieldRef field="scaled"/><FieldRef field="z"/></Apply>
    </DerivedField>
    <DerivedField name="shade" optype="categorical" dataType="string">
      <Apply function="uppercase"><FieldRef field="colour"/></Apply>
    </DerivedField>
    <DerivedField name="later" optype="continuous" dataType="date">
      <FieldRef field="day"/>
    </DerivedField>
    <DerivedField name="whole" optype="continuous" dataType="integer">
      <FieldRef field="scaled"/>
    </DerivedField>
    <DerivedField name="same" optype="continuous" dataType="double">
      <FieldRef field="x"/>
    </DerivedField>
  </TransformationDictionary>
</PMML>
"""
"""No model; `scaled` is read by others, so that it is no result. Results of every dataType."""
