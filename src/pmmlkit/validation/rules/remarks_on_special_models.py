"""What the compiler notes of items, series, texts, tests, segments and output, and goes on."""

from __future__ import annotations

from typing import Final

from pmmlkit.validation.rules.rule import Explanation, explained

__all__ = ["EXPLANATIONS"]

_BASKETS: Final = """
<DataDictionary>
  <DataField name="i" optype="categorical" dataType="string">
    <Value value="bread"/><Value value="butter"/>
  </DataField>
</DataDictionary>
<AssociationModel functionName="associationRules" numberOfTransactions="4" numberOfItems="2"
  minimumSupport="0.1" minimumConfidence="0.1" numberOfItemsets="2" numberOfRules="1">
  <MiningSchema>
    <MiningField name="i"/>
  </MiningSchema>
  <Item id="1" value="i=bread"/>
  <Item id="2" value="{second}"/>
  <Itemset id="a" numberOfItems="{count}"><ItemRef itemRef="1"/></Itemset>
  <Itemset id="b" numberOfItems="1"><ItemRef itemRef="2"/></Itemset>
  <AssociationRule antecedent="a" consequent="b" support="0.5" confidence="0.4"/>
</AssociationModel>
"""

_SEQUENCES: Final = """
<DataDictionary>
  <DataField name="g" optype="categorical" dataType="string"/>
  <DataField name="t" optype="continuous" dataType="double"/>
  <DataField name="i" optype="categorical" dataType="string"/>
</DataDictionary>
<SequenceModel functionName="sequences">
  <MiningSchema>
    <MiningField name="g" usageType="group"/>
    <MiningField name="t" usageType="{}"/>
    <MiningField name="i"/>
  </MiningSchema>
  <Constraints maximumTotalSequenceTime="5"/>
  <SetPredicate id="bread" field="i" operator="supersetOf">
    <Array n="1" type="string">bread</Array>
  </SetPredicate>
  <SetPredicate id="butter" field="i" operator="supersetOf">
    <Array n="1" type="string">butter</Array>
  </SetPredicate>
  <Sequence id="a"><SetReference setId="bread"/></Sequence>
  <Sequence id="b"><SetReference setId="butter"/></Sequence>
  <SequenceRule id="1" occurrence="3" support="0.5" confidence="0.4" numberOfSets="2">
    <AntecedentSequence><SequenceReference seqId="a"/></AntecedentSequence>
    <Delimiter delimiter="acrossTimeWindows" gap="true"/>
    <ConsequentSequence><SequenceReference seqId="b"/></ConsequentSequence>
  </SequenceRule>
</SequenceModel>
"""

_SERIES: Final = """
<TimeSeriesModel functionName="timeSeries" bestFit="{}">
  <MiningSchema>
    <MiningField name="y" usageType="target"/>
    <MiningField name="n" usageType="supplementary"/>
  </MiningSchema>
  {}
</TimeSeriesModel>
"""
_SMOOTHING: Final = """<ExponentialSmoothing>
    <Level smoothedValue="12"/>
    {}
  </ExponentialSmoothing>"""
_STATES: Final = """<StateSpaceModel>
    <StateVector><Array n="2" type="real">10 2</Array></StateVector>
    <TransitionMatrix>
      <Matrix><Array n="2" type="real">1 1</Array><Array n="2" type="real">0 0.5</Array></Matrix>
    </TransitionMatrix>
    <MeasurementMatrix><Matrix><Array n="2" type="real">1 0.25</Array></Matrix></MeasurementMatrix>
    {}
  </StateSpaceModel>"""
_INTERCEPT: Final = (
    '<InterceptVector type="{}"><Array n="1" type="real">1</Array></InterceptVector>'
)
_COVARIANCES: Final = """<PredictedStateCovarianceMatrix>
      <Matrix><Array n="2" type="real">{0} 0</Array><Array n="2" type="real">0 {0}</Array></Matrix>
    </PredictedStateCovarianceMatrix>
    <SelectedStateCovarianceMatrix>
      <Matrix><Array n="2" type="real">1 0</Array><Array n="2" type="real">0 1</Array></Matrix>
    </SelectedStateCovarianceMatrix>"""

_PROCESS: Final = """
<GaussianProcessModel functionName="regression">
  <MiningSchema>
    <MiningField name="x"/>
    <MiningField name="y" usageType="target"/>
  </MiningSchema>
  <LocalTransformations>
    <DerivedField name="half" optype="continuous" dataType="double">
      <Apply function="/"><FieldRef field="x"/><Constant>2</Constant></Apply>
    </DerivedField>
  </LocalTransformations>
  <RadialBasisKernel gamma="1" noiseVariance="0.1" lambda="1"/>
  <TrainingInstances isTransformed="{}">
    <InstanceFields>
      <InstanceField field="half" column="half"/>
      <InstanceField field="y" column="y"/>
    </InstanceFields>
    <InlineTable>
      <row><half>1</half><y>3</y></row>
      <row><half>2</half><y>5</y></row>
    </InlineTable>
  </TrainingInstances>
</GaussianProcessModel>
"""

_INDEX: Final = """
<DerivedField name="d" optype="continuous" dataType="double">
  <TextIndex textField="s">
    <TextIndexNormalization{}>
      <InlineTable><row><string>cars</string><stem>car</stem></row></InlineTable>
    </TextIndexNormalization>
    <Constant>car</Constant>
  </TextIndex>
</DerivedField>
"""

_TEXTS: Final = """
<DataDictionary>
  <DataField name="text" optype="categorical" dataType="string"/>
</DataDictionary>
<TextModel functionName="clustering" numberOfTerms="2" numberOfDocuments="2">
  <MiningSchema><MiningField name="text"/></MiningSchema>
  <TextDictionary><Array n="2" type="string">sun moon</Array></TextDictionary>
  <TextCorpus><TextDocument id="d1"/><TextDocument id="d2"/></TextCorpus>
  <DocumentTermMatrix>
    <Matrix><Array n="2" type="int">3 1</Array><Array n="2" type="int">{} 2</Array></Matrix>
  </DocumentTermMatrix>
  <TextModelNormalization globalTermWeights="{}"/>
  {}
</TextModel>
"""
_COSINE: Final = '<TextModelSimiliarity similarityType="cosine"/>'

_TEST: Final = """
<BaselineModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <TestDistributions field="x" testStatistic="zValue"{}>
    <Baseline><GaussianDistribution mean="10" variance="4"/></Baseline>
  </TestDistributions>
</BaselineModel>
"""

_NODES: Final = """
<BayesianNetworkModel functionName="classification">
  <MiningSchema><MiningField name="s"/><MiningField name="k" usageType="target"/></MiningSchema>
  <BayesianNetworkNodes>
    <DiscreteNode name="s">
      <ValueProbability value="a" probability="{}"/>
      <ValueProbability value="b" probability="0.6"/>
    </DiscreteNode>
    <DiscreteNode name="k">
      <DiscreteConditionalProbability>
        <ParentValue parent="s" value="a"/>
        <ValueProbability value="no" probability="0.3"/>
        <ValueProbability value="yes" probability="0.7"/>
      </DiscreteConditionalProbability>{}
    </DiscreteNode>
  </BayesianNetworkNodes>
</BayesianNetworkModel>
"""
_OF_B: Final = """
      <DiscreteConditionalProbability>
        <ParentValue parent="s" value="b"/>
        <ValueProbability value="no" probability="0.9"/>
        <ValueProbability value="yes" probability="0.1"/>
      </DiscreteConditionalProbability>"""

_ANOMALIES: Final = """
<AnomalyDetectionModel functionName="regression" algorithmType="{}" sampleDataSize="8">
  <MiningSchema><MiningField name="x"/></MiningSchema>
  <RegressionModel functionName="regression">
    <MiningSchema><MiningField name="x"/></MiningSchema>
    <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/></RegressionTable>
  </RegressionModel>
</AnomalyDetectionModel>
"""

_OUTPUT: Final = """
<Output>
  <OutputField name="o" optype="{}" dataType="{}" feature="{}"{}/>
</Output>
"""

_SEGMENTS: Final = """
<MiningModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <Segmentation multipleModelMethod="{}">
    <Segment id="1"><True/>
      <RegressionModel functionName="regression">
        <MiningSchema><MiningField name="x"/></MiningSchema>
        <RegressionTable intercept="1"/>
      </RegressionModel>
    </Segment>
    <Segment id="2"><True/>
      <RegressionModel functionName="regression">
        <MiningSchema><MiningField name="x"/></MiningSchema>
        <RegressionTable intercept="2"/>
      </RegressionModel>
    </Segment>
  </Segmentation>
</MiningModel>
"""

EXPLANATIONS: Final[tuple[Explanation, ...]] = (
    explained(
        "PMML420",
        "warning",
        "An item can be in no basket",
        "The item is neither the name of a field nor a value of one, which stands alone where the "
        "rows of a group are a basket, else behind the field and an equals sign. No basket ever "
        "holds it, and rules with it never apply.",
        bad=_BASKETS.format(second="butter", count=1),
        good=_BASKETS.format(second="i=butter", count=1),
    ),
    explained(
        "PMML421",
        "warning",
        "The number of items of a set is wrong",
        "numberOfItems is not the number of ItemRefs. The elements count; some may have been lost.",
        bad=_BASKETS.format(second="i=butter", count=2),
        good=_BASKETS.format(second="i=butter", count=1),
    ),
    explained(
        "PMML422",
        "warning",
        "Times of sequences are limited, but no field holds times",
        "Constraints and Time elements limit how much time passes between sets. Without a field "
        "of the usageType order that holds times, they have no effect.",
        bad=_SEQUENCES.format("supplementary"),
        good=_SEQUENCES.format("order"),
    ),
    explained(
        "PMML430",
        "warning",
        "The coefficients of a polynomial trend are a guess",
        "The specification does not say of which powers of the horizon h the coefficients are. "
        "They are taken as those of h, h^2 and so on.",
        bad=_SERIES.format(
            "ExponentialSmoothing",
            _SMOOTHING.format(
                '<Trend_ExpoSmooth trend="polynomial_exponential">'
                '<Array n="1" type="real">1</Array></Trend_ExpoSmooth>'
            ),
        ),
        good=_SERIES.format(
            "ExponentialSmoothing",
            _SMOOTHING.format('<Trend_ExpoSmooth trend="additive" smoothedValue="1"/>'),
        ),
    ),
    explained(
        "PMML431",
        "warning",
        "One intercept stands for a state of several numbers",
        "An InterceptVector of the type state has a number for each of the state. A single one is "
        "added to the forecasts, as JPMML does; its type should be observation.",
        bad=_SERIES.format("StateSpaceModel", _STATES.format(_INTERCEPT.format("state"))),
        good=_SERIES.format("StateSpaceModel", _STATES.format(_INTERCEPT.format("observation"))),
    ),
    explained(
        "PMML432",
        "warning",
        "The covariance of the state is one step early",
        "Under the PredictedStateCovarianceMatrix the first forecast would be exact, which no "
        "forecast is. It is taken as that of the state one step before, as R's package pmml "
        "writes it.",
        bad=_SERIES.format("StateSpaceModel", _STATES.format(_COVARIANCES.format(0))),
        good=_SERIES.format("StateSpaceModel", _STATES.format(_COVARIANCES.format(1))),
    ),
    explained(
        "PMML440",
        "warning",
        "Training instances of a derived field are said to be raw",
        "With isTransformed false the table holds the values of the input, but the field is "
        "derived, and its column has its name. The cells are taken as derived values.",
        bad=_PROCESS.format("false"),
        good=_PROCESS.format("true"),
    ),
    explained(
        "PMML450",
        "warning",
        "An attribute of a TextIndexNormalization has no effect",
        "Entries of the table are looked for in the whole text, as JPMML and PMML4S do: distances "
        "and separators of words do not matter there.",
        bad=_INDEX.format(' maxLevenshteinDistance="1"'),
        good=_INDEX.format(""),
    ),
    explained(
        "PMML451",
        "warning",
        "A TextModel does not say how texts are compared",
        "Without a similarityType the cosine is taken.",
        bad=_TEXTS.format(0, "none", ""),
        good=_TEXTS.format(0, "none", _COSINE),
    ),
    explained(
        "PMML452",
        "warning",
        "A term of all documents gets no weight",
        "Under probabilisticInverse the weight of a term that is in all documents would be the "
        "logarithm of 0. It is taken as 0.",
        bad=_TEXTS.format(1, "probabilisticInverse", _COSINE),
        good=_TEXTS.format(1, "inverseDocumentFrequency", _COSINE),
    ),
    explained(
        "PMML460",
        "warning",
        "A part of a test has no effect on its statistic",
        "Alternate and resetValue are for CUSUM, windowSize and weightField for all others, "
        "normalizationScheme for scalarProduct.",
        bad=_TEST.format(' resetValue="1"'),
        good=_TEST.format(' windowSize="5"'),
    ),
    explained(
        "PMML461",
        "warning",
        "The probabilities of a node do not add up to 1",
        "The probabilities of the values of a node, or of one combination of its parents, are "
        "all there is. They are used as they stand.",
        bad=_NODES.format(0.1, _OF_B),
        good=_NODES.format(0.4, _OF_B),
    ),
    explained(
        "PMML462",
        "warning",
        "A combination of parents has no probabilities",
        "A node has probabilities for some combinations of the values of its parents, but not for "
        "all. Those without are taken as impossible.",
        bad=_NODES.format(0.4, ""),
        good=_NODES.format(0.4, _OF_B),
    ),
    explained(
        "PMML470",
        "warning",
        "The model inside goes with another algorithm",
        "The algorithmType says how the score comes from the model inside: an iforest is of "
        "trees, ocsvm of a support vector machine. It is computed all the same.",
        bad=_ANOMALIES.format("iforest"),
        good=_ANOMALIES.format("other"),
    ),
    explained(
        "PMML620",
        "warning",
        "The model does not give a feature",
        "The OutputField asks for what this kind of model does not have, as a probability of a "
        "regression. It is missing in every row.",
        bad=_OUTPUT.format("continuous", "double", "probability", ' value="yes"'),
        good=_OUTPUT.format("continuous", "double", "predictedValue", ""),
    ),
    explained(
        "PMML621",
        "warning",
        "An OutputField of several values has one",
        "isMultiValued asks for a list, which this feature of this model has not. The one value "
        "is given.",
        bad=_OUTPUT.format("continuous", "double", "predictedValue", ' isMultiValued="1"'),
        good=_OUTPUT.format("continuous", "double", "predictedValue", ""),
    ),
    explained(
        "PMML630",
        "warning",
        "The results of all segments become one",
        "selectAll gives as many results as segments. The predicted value is that of the first "
        "segment; the others are for OutputFields with a segmentId.",
        bad=_SEGMENTS.format("selectAll"),
        good=_SEGMENTS.format("average"),
    ),
)
