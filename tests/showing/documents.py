"""A small document for each of the model elements."""

from __future__ import annotations

__all__ = ["MODELS", "around"]

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
<Header copyright="none"><Application name="hand" version="1"/>
<Timestamp>2024-02-03</Timestamp></Header>
<DataDictionary>
<DataField name="x" optype="continuous" dataType="double"/>
<DataField name="z" optype="continuous" dataType="double"/>
<DataField name="s" optype="categorical" dataType="string">
<Value value="a"/><Value value="b"/></DataField>
<DataField name="y" optype="continuous" dataType="double"/>
<DataField name="c" optype="categorical" dataType="string">
<Value value="no"/><Value value="yes"/></DataField>
</DataDictionary>
"""

_INPUTS = '<MiningField name="x"/><MiningField name="z"/><MiningField name="s"/>'


def around(model: str, before: str = "") -> bytes:
    """Return the document of a model; `before` stands before it."""
    return f"{_HEAD}{before}{model}</PMML>".encode()


def _schema(target: str = "y") -> str:
    goal = f'<MiningField name="{target}" usageType="target"/>' if target else ""
    return f"<MiningSchema>{_INPUTS}{goal}</MiningSchema>"


def _array(values: str, type: str = "real") -> str:
    return f'<Array n="{len(values.split())}" type="{type}">{values}</Array>'


_TREE = f"""
<TreeModel modelName="t" functionName="classification" noTrueChildStrategy="returnLastPrediction">
{_schema("c")}
<Node id="1" score="no" recordCount="10"><True/>
<ScoreDistribution value="no" recordCount="6"/><ScoreDistribution value="yes" recordCount="4"/>
<Node id="2" score="yes" recordCount="4">
<SimplePredicate field="x" operator="greaterThan" value="0.123456789"/></Node>
<Node id="3" score="no"><SimpleSetPredicate field="s" booleanOperator="isIn">
<Array n="2" type="string">a b</Array></SimpleSetPredicate></Node>
</Node></TreeModel>"""

_REGRESSION = f"""
<RegressionModel functionName="regression" normalizationMethod="exp">{_schema()}
<RegressionTable intercept="1.5"><NumericPredictor name="x" exponent="2" coefficient="-0.25"/>
<CategoricalPredictor name="s" value="a" coefficient="3"/>
<PredictorTerm coefficient="4"><FieldRef field="x"/><FieldRef field="z"/></PredictorTerm>
</RegressionTable></RegressionModel>"""

_GENERAL = f"""
<GeneralRegressionModel functionName="regression" modelType="generalizedLinear"
 linkFunction="logit" distribution="binomial">{_schema()}
<ParameterList><Parameter name="p0" label="Intercept"/><Parameter name="p1"/>
<Parameter name="p2"/></ParameterList>
<FactorList><Predictor name="s"/></FactorList><CovariateList><Predictor name="x"/></CovariateList>
<PPMatrix><PPCell value="2" predictorName="x" parameterName="p1"/>
<PPCell value="a" predictorName="s" parameterName="p2"/></PPMatrix>
<ParamMatrix><PCell parameterName="p0" beta="0.5"/><PCell parameterName="p1" beta="-1"/>
<PCell parameterName="p2" beta="2"/></ParamMatrix></GeneralRegressionModel>"""

_MINING = f"""
<MiningModel modelName="both" functionName="regression">{_schema()}
<Segmentation multipleModelMethod="weightedAverage">
<Segment id="low" weight="2"><SimplePredicate field="x" operator="lessThan" value="1"/>
<TreeModel functionName="regression">{_schema()}<Node score="1"><True/></Node></TreeModel></Segment>
<Segment id="rest"><True/><RegressionModel functionName="regression">{_schema()}
<RegressionTable intercept="7"/></RegressionModel></Segment>
</Segmentation></MiningModel>"""

_NETWORK = f"""
<NeuralNetwork functionName="regression" activationFunction="tanh">{_schema()}
<NeuralInputs numberOfInputs="1"><NeuralInput id="i"><DerivedField optype="continuous"
 dataType="double"><NormContinuous field="x"><LinearNorm orig="0" norm="0"/>
<LinearNorm orig="4" norm="1"/></NormContinuous></DerivedField></NeuralInput></NeuralInputs>
<NeuralLayer><Neuron id="h1" bias="1"><Con from="i" weight="2"/></Neuron>
<Neuron id="h2"><Con from="i" weight="3"/></Neuron></NeuralLayer>
<NeuralLayer activationFunction="identity"><Neuron id="o" bias="0"><Con from="h1" weight="1"/>
<Con from="h2" weight="1"/></Neuron></NeuralLayer>
<NeuralOutputs><NeuralOutput outputNeuron="o"><DerivedField optype="continuous" dataType="double">
<FieldRef field="y"/></DerivedField></NeuralOutput></NeuralOutputs></NeuralNetwork>"""

_MACHINE = f"""
<SupportVectorMachineModel functionName="classification" threshold="0.5">{_schema("c")}
<RadialBasisKernelType gamma="0.25"/>
<VectorDictionary numberOfVectors="2"><VectorFields><FieldRef field="x"/>
<CategoricalPredictor name="s" value="a" coefficient="1"/></VectorFields>
<VectorInstance id="v1">{_array("1 0")}</VectorInstance>
<VectorInstance id="v2">{_array("0 1")}</VectorInstance></VectorDictionary>
<SupportVectorMachine targetCategory="no" alternateTargetCategory="yes">
<SupportVectors><SupportVector vectorId="v1"/><SupportVector vectorId="v2"/></SupportVectors>
<Coefficients absoluteValue="0.75"><Coefficient value="1"/><Coefficient value="-1"/></Coefficients>
</SupportVectorMachine></SupportVectorMachineModel>"""

_CLUSTERS = f"""
<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="2">
{_schema("")}<ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure>
<ClusteringField field="x" compareFunction="absDiff"/>
<ClusteringField field="z" fieldWeight="2"/>
<Cluster name="left" size="3">{_array("1 2")}</Cluster>
<Cluster name="right" size="4">{_array("5.5 6")}</Cluster></ClusteringModel>"""

_NEIGHBOURS = f"""
<NearestNeighborModel functionName="regression" numberOfNeighbors="3"
 continuousScoringMethod="median">{_schema()}
<TrainingInstances><InstanceFields><InstanceField field="x" column="x"/>
<InstanceField field="y" column="y"/></InstanceFields>
<InlineTable><row><x>1</x><y>2</y></row><row><x>2</x><y>3</y></row></InlineTable>
</TrainingInstances>
<ComparisonMeasure kind="distance"><minkowski p-parameter="3"/></ComparisonMeasure>
<KNNInputs><KNNInput field="x" fieldWeight="0.5"/></KNNInputs></NearestNeighborModel>"""

_ANOMALY = f"""
<AnomalyDetectionModel functionName="regression" algorithmType="clusterMeanDist">{_schema("")}
{_CLUSTERS}<MeanClusterDistances>{_array("1.5 2.5")}</MeanClusterDistances>
</AnomalyDetectionModel>"""

_RULES = f"""
<RuleSetModel functionName="classification">{_schema("c")}
<RuleSet defaultScore="no" defaultConfidence="0.1"><RuleSelectionMethod criterion="firstHit"/>
<CompoundRule><SimplePredicate field="x" operator="greaterThan" value="1"/>
<SimpleRule id="r1" score="yes" weight="0.5">
<SimplePredicate field="s" operator="equal" value="a"/></SimpleRule></CompoundRule>
<SimpleRule id="r2" score="no" recordCount="12"><True/></SimpleRule></RuleSet></RuleSetModel>"""

_SCORECARD = f"""
<Scorecard functionName="regression" initialScore="100">{_schema()}
<Characteristics><Characteristic name="size" reasonCode="RC1" baselineScore="5">
<Attribute partialScore="10"><SimplePredicate field="x" operator="isMissing"/></Attribute>
<Attribute reasonCode="RC2"><True/><ComplexPartialScore><Apply function="*"><FieldRef field="x"/>
<Constant>2</Constant></Apply></ComplexPartialScore></Attribute>
</Characteristic></Characteristics></Scorecard>"""

_BASKETS = """
<Item id="1" value="bread"/><Item id="2" value="milk"/><Item id="3" value="tea"/>
<Itemset id="s1"><ItemRef itemRef="1"/><ItemRef itemRef="2"/></Itemset>
<Itemset id="s2"><ItemRef itemRef="3"/></Itemset>"""

_ASSOCIATION = f"""
<AssociationModel functionName="associationRules" numberOfTransactions="9" numberOfItems="3"
 minimumSupport="0.1" minimumConfidence="0.2" numberOfItemsets="2" numberOfRules="1">
{_schema("")}{_BASKETS}
<AssociationRule antecedent="s1" consequent="s2" support="0.4" confidence="0.8" lift="1.25"/>
</AssociationModel>"""

_SEQUENCES = f"""
<SequenceModel functionName="sequences" numberOfTransactions="9">{_schema("")}{_BASKETS}
<Sequence id="q1"><SetReference setId="s1"/></Sequence>
<Sequence id="q2" support="0.3"><SetReference setId="s2"/><Delimiter delimiter="acrossTimeWindows"
 gap="true"/><SetReference setId="s1"/></Sequence>
<SequenceRule id="r" support="0.2" confidence="0.7" numberOfSets="2" occurrence="3">
<AntecedentSequence><SequenceReference seqId="q1"/></AntecedentSequence>
<Delimiter delimiter="acrossTimeWindows" gap="true"/>
<ConsequentSequence><SequenceReference seqId="q2"/></ConsequentSequence></SequenceRule>
</SequenceModel>"""

_COUNTS = """<TargetValueCounts><TargetValueCount value="no" count="{}"/>
<TargetValueCount value="yes" count="{}"/></TargetValueCounts>"""

_BAYES = f"""
<NaiveBayesModel functionName="classification" threshold="0.001">{_schema("c")}
<BayesInputs><BayesInput fieldName="s"><PairCounts value="a">{_COUNTS.format(1, 2)}</PairCounts>
<PairCounts value="b">{_COUNTS.format(3, 4)}</PairCounts></BayesInput>
<BayesInput fieldName="x"><TargetValueStats>
<TargetValueStat value="no"><GaussianDistribution mean="1" variance="2"/></TargetValueStat>
<TargetValueStat value="yes"><PoissonDistribution mean="3"/></TargetValueStat>
</TargetValueStats></BayesInput></BayesInputs>
<BayesOutput fieldName="c">{_COUNTS.format(40, 60)}</BayesOutput></NaiveBayesModel>"""

_BELIEFS = f"""
<BayesianNetworkModel functionName="classification">{_schema("c")}
<BayesianNetworkNodes><DiscreteNode name="s"><ValueProbability value="a" probability="0.25"/>
<ValueProbability value="b" probability="0.75"/></DiscreteNode>
<DiscreteNode name="c"><DiscreteConditionalProbability><ParentValue parent="s" value="a"/>
<ValueProbability value="no" probability="0.9"/><ValueProbability value="yes" probability="0.1"/>
</DiscreteConditionalProbability></DiscreteNode>
<ContinuousNode name="x"><ContinuousDistribution><NormalDistributionForBN>
<Mean><Constant>5</Constant></Mean><Variance><FieldRef field="z"/></Variance>
</NormalDistributionForBN></ContinuousDistribution></ContinuousNode>
</BayesianNetworkNodes></BayesianNetworkModel>"""

_BASELINE = f"""
<BaselineModel functionName="regression">{_schema("")}
<TestDistributions field="x" testStatistic="CUSUM" resetValue="0" windowSize="20">
<Baseline><GaussianDistribution mean="10" variance="2"/></Baseline>
<Alternate><GaussianDistribution mean="12" variance="2"/></Alternate>
</TestDistributions></BaselineModel>"""

_SERIES = f"""
<TimeSeriesModel functionName="timeSeries" bestFit="ExponentialSmoothing">{_schema("")}
<TimeSeries usage="original" field="y"><TimeValue index="1" value="5"/>
<TimeValue index="2" value="6"/></TimeSeries>
<ExponentialSmoothing><Level alpha="0.3" smoothedValue="5.5"/>
<Trend_ExpoSmooth trend="damped_trend" gamma="0.2" phi="0.9" smoothedValue="1"/>
<Seasonality_ExpoSmooth type="additive" period="2" delta="0.1">{_array("1 -1")}
</Seasonality_ExpoSmooth></ExponentialSmoothing></TimeSeriesModel>"""

_GAUSSIAN = f"""
<GaussianProcessModel functionName="regression">{_schema()}
<ARDSquaredExponentialKernel gamma="2" noiseVariance="0.1"><Lambda>{_array("1 4")}</Lambda>
</ARDSquaredExponentialKernel><TrainingInstances><InstanceFields>
<InstanceField field="x" column="x"/><InstanceField field="y" column="y"/></InstanceFields>
<InlineTable><row><x>1</x><y>2</y></row></InlineTable></TrainingInstances>
</GaussianProcessModel>"""

_TEXT = f"""
<TextModel functionName="classification" numberOfTerms="2" numberOfDocuments="1">{_schema("c")}
<TextDictionary>{_array("sun rain", "string")}</TextDictionary>
<TextCorpus><TextDocument id="d1" name="weather" length="7"/></TextCorpus>
<DocumentTermMatrix><Matrix>{_array("1 2")}</Matrix></DocumentTermMatrix>
<TextModelNormalization documentNormalization="cosine"/>
<TextModelSimiliarity similarityType="cosine"/></TextModel>"""

MODELS: dict[str, tuple[str, list[str]]] = {
    "TreeModel": (
        _TREE,
        [
            'model TreeModel "t", classification: tree, 3 nodes, 2 leaves, depth 1',
            "no true child strategy returnLastPrediction",
            "x 1",
        ],
    ),
    "RegressionModel": (
        _REGRESSION,
        [
            "normalization exp",
            "intercept 1.5",
            "x ^ 2 -0.25",
            's = "a" 3',
            "x * z 4",
        ],
    ),
    "GeneralRegressionModel": (
        _GENERAL,
        [
            "link logit",
            "distribution binomial",
            "p0 Intercept 1 0.5",
            "p1 x ^ 2 -1",
            'p2 s = "a" 2',
        ],
    ),
    "MiningModel": (
        _MINING,
        [
            "method weightedAverage",
            "1.1 1 low x < 1 2 tree, 1 node, 1 leaf, depth 0",
            "1.2 rest 1 regression, 0 terms",
            "used if x < 1",
        ],
    ),
    "NeuralNetwork": (
        _NETWORK,
        [
            "model NeuralNetwork, regression: neural network 1-2-1, 4 weights, tanh",
            "1 2 tanh 2 1",
            "2 1 identity 2 1",
            "i x / 4",
            "o y",
        ],
    ),
    "SupportVectorMachineModel": (
        _MACHINE,
        ["kernel exp(-0.25 * |x - y|^2)", 'fields x, s = "a"', "no yes 2 2 0.75", "threshold 0.5"],
    ),
    "ClusteringModel": (
        _CLUSTERS,
        [
            "measure euclidean distance",
            "field left right",
            "size 3 4",
            "x 1 5.5",
            "z 2 6",
            "x 1 absDiff",
        ],
    ),
    "NearestNeighborModel": (
        _NEIGHBOURS,
        [
            "neighbours 3",
            "training instances 2",
            "measure minkowski (p = 3) distance",
            "continuous scoring median",
            "x 0.5",
        ],
    ),
    "AnomalyDetectionModel": (
        _ANOMALY,
        [
            "algorithm clusterMeanDist",
            "mean cluster distances (1.5, 2.5)",
            "1.1 2 clusters, euclidean distance, 2 fields",
        ],
    ),
    "RuleSetModel": (
        _RULES,
        [
            "selection firstHit",
            "default score no",
            'r1 x > 1 and s = "a" yes 1 0.5',
            "r2 true no 1 1 12",
        ],
    ),
    "Scorecard": (
        _SCORECARD,
        ["initial score 100", "size x is missing 10 RC1 5", "size true x * 2 RC2 5"],
    ),
    "AssociationModel": (_ASSOCIATION, ["{bread, milk} {tea} 0.4 0.8 1.25"]),
    "SequenceModel": (
        _SEQUENCES,
        ["{bread, milk} {tea} then {bread, milk} 0.2 0.7", "{tea} then {bread, milk} 0.3"],
    ),
    "NaiveBayesModel": (
        _BAYES,
        [
            "no 40",
            "s a 1 2",
            "s b 3 4",
            "x normal(mean 1, variance 2) poisson(mean 3)",
            "threshold 0.001",
        ],
    ),
    "BayesianNetworkModel": (
        _BELIEFS,
        [
            "s discrete a 0.25, b 0.75",
            "c discrete s 1",
            'c s = "a" no 0.9, yes 0.1',
            "x continuous normal(mean 5, variance z)",
            "edges 1",
        ],
    ),
    "BaselineModel": (
        _BASELINE,
        [
            "test CUSUM",
            "window 20",
            "baseline normal(mean 10, variance 2)",
            "alternate normal(mean 12, variance 2)",
        ],
    ),
    "TimeSeriesModel": (
        _SERIES,
        [
            "best fit ExponentialSmoothing",
            "level alpha 0.3",
            "trend damped_trend",
            "trend damping 0.9",
            "seasonal values (1, -1)",
            "original y 2",
        ],
    ),
    "GaussianProcessModel": (
        _GAUSSIAN,
        [
            "kernel ARDSquaredExponentialKernel",
            "noise variance 0.1",
            "length scale (1, 4)",
            "training fields x, y",
        ],
    ),
    "TextModel": (
        _TEXT,
        ["terms (sun, rain)", "similarity cosine", "d1 weather 7", "document normalization cosine"],
    ),
}
"""By element: the model, and lines that must be shown of it, blanks squeezed."""
