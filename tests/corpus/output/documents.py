"""Small models of every kind that gives features, with a place for an Output.

All read x and z; the rows A, B and C of `ROWS` are those that the expected values are worked out
for, in D the value of x is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.corpus.cells import document

__all__ = [
    "CATEGORIES",
    "NEGATIVE",
    "NUMBERS",
    "ROWS",
    "mining",
    "model",
    "output",
    "scored",
]

ROWS: list[dict[str, Any]] = [
    {"x": -1.0, "z": 0.5},
    {"x": 4.5, "z": 0.5},
    {"x": 4.5, "z": -1.0},
    {"x": None, "z": 0.5},
]

CATEGORIES = {"x": "continuous double", "z": "continuous double", "y": "categorical string: a b"}
NUMBERS = {"x": "continuous double", "z": "continuous double", "y": "continuous double"}

NEGATIVE = '<SimplePredicate field="x" operator="lessThan" value="0"/>'
_INPUTS = '<MiningField name="x"/><MiningField name="z"/>'
_SPLIT = """<Node id="root"><True/>
<Node id="left" score="{left}" recordCount="10">
 <SimplePredicate field="x" operator="lessThan" value="0"/>{of_left}</Node>
<Node id="right" score="{right}" recordCount="10">
 <SimplePredicate field="x" operator="greaterOrEqual" value="0"/>{of_right}</Node>
</Node></TreeModel>"""
_NEAR = '<ComparisonMeasure kind="distance"><squaredEuclidean/></ComparisonMeasure>'

# Shares: left 0.6 and 0.4, right 0.1 and 0.9; the confidences are others on purpose.
_TREE = '<TreeModel functionName="classification" splitCharacteristic="multiSplit">{head}' + (
    _SPLIT.format(
        left="a",
        right="b",
        of_left='<ScoreDistribution value="a" recordCount="6" confidence="0.5"/>'
        '<ScoreDistribution value="b" recordCount="4" confidence="0.25"/>',
        of_right='<ScoreDistribution value="a" recordCount="1" confidence="0.125"/>'
        '<ScoreDistribution value="b" recordCount="9" confidence="0.75"/>',
    )
)
_NUMBER_TREE = '<TreeModel functionName="regression" splitCharacteristic="multiSplit">{head}' + (
    _SPLIT.format(left="1.5", right="2.5", of_left="", of_right="")
)
# 1 + 2 x
_LINE = """<RegressionModel functionName="regression">{head}<RegressionTable intercept="1">
<NumericPredictor name="x" coefficient="2"/></RegressionTable></RegressionModel>"""
# p(a) = 1 / (1 + exp(-x))
_LOGISTIC = """<RegressionModel functionName="classification" normalizationMethod="softmax">{head}
<RegressionTable targetCategory="a" intercept="0"><NumericPredictor name="x" coefficient="1"/>
</RegressionTable><RegressionTable targetCategory="b" intercept="0"/></RegressionModel>"""
_RULES = """<RuleSetModel functionName="classification">{head}
<RuleSet defaultScore="a" defaultConfidence="0.125"><RuleSelectionMethod criterion="firstHit"/>
<SimpleRule id="R1" score="a" confidence="0.75">
 <SimplePredicate field="x" operator="lessThan" value="0"/></SimpleRule>
<SimpleRule id="R2" score="b" confidence="0.625">
 <SimplePredicate field="x" operator="greaterThan" value="0"/></SimpleRule>
</RuleSet></RuleSetModel>"""
# Squared distances to c1, c2, c3: A 1.25 4.25 25.25, B 20.5 12.5 0.5, C 21.25 16.25 1.25
_CLUSTERS = f"""<ClusteringModel functionName="clustering" modelClass="centerBased"
 numberOfClusters="3">{{head}}{_NEAR}
<ClusteringField field="x"/><ClusteringField field="z"/>
<Cluster id="c1" name="one"><Array type="real" n="2">0 0</Array></Cluster>
<Cluster id="c2" name="two"><Array type="real" n="2">1 1</Array></Cluster>
<Cluster id="c3"><Array type="real" n="2">4 0</Array></Cluster></ClusteringModel>"""
# Squared distances to i1 .. i4: A 1.25 4.25 25.25 49.25 (i1 i2 i3 are near),
# B 20.5 12.5 0.5 2.5 and C 21.25 16.25 1.25 3.25 (i3 i4 i2)
_NEIGHBORS = f"""<NearestNeighborModel functionName="classification" numberOfNeighbors="3"
 instanceIdVariable="id" categoricalScoringMethod="majorityVote">{{head}}<TrainingInstances>
<InstanceFields><InstanceField field="id" column="id"/><InstanceField field="x" column="x"/>
<InstanceField field="z" column="z"/><InstanceField field="y" column="y"/></InstanceFields>
<InlineTable><row><id>i1</id><x>0</x><z>0</z><y>a</y></row>
<row><id>i2</id><x>1</x><z>1</z><y>b</y></row><row><id>i3</id><x>4</x><z>0</z><y>b</y></row>
<row><id>i4</id><x>6</x><z>0</z><y>a</y></row></InlineTable></TrainingInstances>{_NEAR}
<KNNInputs><KNNInput field="x" compareFunction="absDiff"/>
<KNNInput field="z" compareFunction="absDiff"/></KNNInputs></NearestNeighborModel>"""
# Softmax of x and 0: the probabilities of the logistic model
_NETWORK = """<NeuralNetwork functionName="classification" activationFunction="identity"
 normalizationMethod="softmax">{head}<NeuralInputs><NeuralInput id="in"><DerivedField
 optype="continuous" dataType="double"><FieldRef field="x"/></DerivedField></NeuralInput>
</NeuralInputs><NeuralLayer><Neuron id="na"><Con from="in" weight="1"/></Neuron>
<Neuron id="nb"><Con from="in" weight="0"/></Neuron></NeuralLayer><NeuralOutputs>
<NeuralOutput outputNeuron="na"><DerivedField optype="categorical" dataType="string">
<NormDiscrete field="y" value="a"/></DerivedField></NeuralOutput>
<NeuralOutput outputNeuron="nb"><DerivedField optype="categorical" dataType="string">
<NormDiscrete field="y" value="b"/></DerivedField></NeuralOutput></NeuralOutputs></NeuralNetwork>"""
# Scores: A 10 + 5 + 17, B 10 + 15 + 17, C 10 + 15 + 1; points below the baseline:
# RX 20 - 5 in A, 20 - 15 elsewhere; RZ 18 - 1 in C, 18 - 17 elsewhere
_SCORECARD = """<Scorecard functionName="regression" initialScore="10" useReasonCodes="true"
 reasonCodeAlgorithm="pointsBelow">{head}<Characteristics>
<Characteristic name="cx" reasonCode="RX" baselineScore="20"><Attribute partialScore="5">
 <SimplePredicate field="x" operator="lessThan" value="0"/></Attribute>
 <Attribute partialScore="15"><True/></Attribute></Characteristic>
<Characteristic name="cz" reasonCode="RZ" baselineScore="18"><Attribute partialScore="1">
 <SimplePredicate field="z" operator="lessThan" value="0"/></Attribute>
 <Attribute partialScore="17"><True/></Attribute></Characteristic></Characteristics></Scorecard>"""
# 1 + 2 x; the variance of the mean is 4 + x^2
_UNCERTAIN = """<GeneralRegressionModel functionName="regression" modelType="generalLinear">{head}
<ParameterList><Parameter name="p0"/><Parameter name="p1"/></ParameterList>
<CovariateList><Predictor name="x"/></CovariateList>
<PPMatrix><PPCell value="1" predictorName="x" parameterName="p1"/></PPMatrix>
<PCovMatrix><PCovCell pRow="p0" pCol="p0" value="4"/><PCovCell pRow="p1" pCol="p1" value="1"/>
</PCovMatrix><ParamMatrix><PCell parameterName="p0" beta="1"/><PCell parameterName="p1" beta="2"/>
</ParamMatrix></GeneralRegressionModel>"""

_MODELS = {
    "tree": _TREE,
    "number tree": _NUMBER_TREE,
    "line": _LINE,
    "logistic": _LOGISTIC,
    "rules": _RULES,
    "clusters": _CLUSTERS,
    "neighbors": _NEIGHBORS,
    "network": _NETWORK,
    "scorecard": _SCORECARD,
    "uncertain": _UNCERTAIN,
}


def _schema(target: str | None) -> str:
    named = "" if target is None else f'<MiningField name="{target}" usageType="target"/>'
    return f"<MiningSchema>{_INPUTS}{named}</MiningSchema>"


def output(attributes: str, content: str = "", name: str = "o") -> str:
    """Return an Output of one field."""
    field = f'<OutputField name="{name}" {attributes}>{content}</OutputField>'
    return f"<Output>{field}</Output>"


def model(name: str, inside: str = "", target: str | None = "y", schema: str | None = None) -> str:
    """Return one of the models; `inside` follows its MiningSchema."""
    if name == "clusters":
        target = None
    return _MODELS[name].replace("{head}", (schema or _schema(target)) + inside)


def mining(
    method: str,
    segments: Mapping[str, tuple[str, str]],
    inside: str = "",
    *,
    function: str = "regression",
    target: str | None = "y",
    schema: str | None = None,
) -> str:
    """Return a MiningModel; `segments` are predicate and model by id."""
    parts = "".join(
        f'<Segment id="{id}">{predicate}{body}</Segment>'
        for id, (predicate, body) in segments.items()
    )
    return (
        f'<MiningModel functionName="{function}">{schema or _schema(target)}{inside}'
        f'<Segmentation multipleModelMethod="{method}">{parts}</Segmentation></MiningModel>'
    )


def scored(body: str, fields: Mapping[str, str] | None = None) -> bytes:
    """Return the document of a model: labels where it classifies, else numbers."""
    if fields is None:
        fields = CATEGORIES if 'functionName="classification"' in body[:80] else NUMBERS
    return document(body, fields)
