"""One document for each family of models, of a size that services have, with rows to score.

Written by hand and not by an exporter, so that only the evaluators are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ARITHMETIC", "FAMILIES", "rows"]

COUNT = 20
NAMES = [f"x{at}" for at in range(1, COUNT + 1)]
LETTERS = "abcde"
CLASSES = ("no", "maybe", "yes")
ARITHMETIC = frozenset(
    {
        "general regression",
        "naive Bayes",
        "neural network",
        "support vectors",
        "clustering",
        "nearest neighbours",
        "scorecard",
    }
)
"""The families whose columns have the higher target."""


def rows(size: int) -> pd.DataFrame:
    """Return rows for all families: x1 ... x20, categories c1 ... c5, a text, items."""
    import pandas as pd

    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(size, COUNT)), columns=NAMES)
    for at in range(1, 6):
        frame[f"c{at}"] = random.choice(list(LETTERS), size)
    words = np.array([f"word{at}" for at in range(400)])
    frame["text"] = [" ".join(random.choice(words, 40)) for _ in range(size)]
    for at in range(1, 31):
        frame[f"item{at}"] = random.random(size) < 0.3
    return frame


def _numbers(seed: int, *shape: int) -> Any:
    return np.random.default_rng(seed).normal(size=shape).round(6)


def _array(values: Iterable[Any], kind: str = "real") -> str:
    items = list(values)
    return f'<Array n="{len(items)}" type="{kind}">{" ".join(map(str, items))}</Array>'


def _document(model: str, fields: Sequence[str], target: str) -> bytes:
    return (
        '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>'
        + "".join(fields)
        + target
        + f"</DataDictionary>{model}</PMML>"
    ).encode()


_CONTINUOUS = [
    f'<DataField name="{name}" optype="continuous" dataType="double"/>' for name in NAMES
]
_CATEGORICAL = [
    f'<DataField name="c{at}" optype="categorical" dataType="string">'
    + "".join(f'<Value value="{letter}"/>' for letter in LETTERS)
    + "</DataField>"
    for at in range(1, 6)
]
_CLASS_TARGET = (
    '<DataField name="y" optype="categorical" dataType="string">'
    + "".join(f'<Value value="{name}"/>' for name in CLASSES)
    + "</DataField>"
)
_NUMBER_TARGET = '<DataField name="y" optype="continuous" dataType="double"/>'


def _schema(names: Iterable[str], target: bool = True) -> str:
    fields = "".join(f'<MiningField name="{name}"/>' for name in names)
    own = '<MiningField name="y" usageType="target"/>' if target else ""
    return f"<MiningSchema>{own}{fields}</MiningSchema>"


_PROBABILITIES = (
    "<Output>"
    + "".join(
        f'<OutputField name="p_{name}" feature="probability" value="{name}" '
        'optype="continuous" dataType="double"/>'
        for name in CLASSES
    )
    + "</Output>"
)


def general_regression() -> bytes:
    weights = _numbers(1, 2, COUNT + 1)
    parameters = ["p0", *(f"p{at}" for at in range(1, COUNT + 1))]
    cells = "".join(
        f'<PCell targetCategory="{name}" parameterName="{parameter}" beta="{weight}" df="1"/>'
        for name, row in zip(CLASSES[:2], weights, strict=True)
        for parameter, weight in zip(parameters, row, strict=True)
    )
    matrix = "".join(
        f'<PPCell value="1" predictorName="{name}" parameterName="p{at}"/>'
        for at, name in enumerate(NAMES, 1)
    )
    model = (
        '<GeneralRegressionModel functionName="classification" modelType="multinomialLogistic" '
        f'targetReferenceCategory="yes">{_schema(NAMES)}{_PROBABILITIES}<ParameterList>'
        + "".join(f'<Parameter name="{name}"/>' for name in parameters)
        + "</ParameterList><CovariateList>"
        + "".join(f'<Predictor name="{name}"/>' for name in NAMES)
        + f"</CovariateList><PPMatrix>{matrix}</PPMatrix><ParamMatrix>{cells}</ParamMatrix>"
        "</GeneralRegressionModel>"
    )
    return _document(model, _CONTINUOUS, _CLASS_TARGET)


def naive_bayes() -> bytes:
    inputs = []
    for at in range(1, 6):
        pairs = "".join(
            f'<PairCounts value="{letter}"><TargetValueCounts>'
            + "".join(
                f'<TargetValueCount value="{name}" count="{3 + (at * place + row) % 7}"/>'
                for row, name in enumerate(CLASSES)
            )
            + "</TargetValueCounts></PairCounts>"
            for place, letter in enumerate(LETTERS, 1)
        )
        inputs.append(f'<BayesInput fieldName="c{at}">{pairs}</BayesInput>')
    means = _numbers(2, COUNT, len(CLASSES))
    for name, row in zip(NAMES, means, strict=True):
        stats = "".join(
            f'<TargetValueStat value="{label}"><GaussianDistribution mean="{mean}" '
            'variance="1.5"/></TargetValueStat>'
            for label, mean in zip(CLASSES, row, strict=True)
        )
        inputs.append(
            f'<BayesInput fieldName="{name}"><TargetValueStats>{stats}</TargetValueStats>'
            "</BayesInput>"
        )
    counts = "".join(f'<TargetValueCount value="{name}" count="30"/>' for name in CLASSES)
    names = [*(f"c{at}" for at in range(1, 6)), *NAMES]
    model = (
        '<NaiveBayesModel functionName="classification" threshold="0.001">'
        f"{_schema(names)}{_PROBABILITIES}<BayesInputs>{''.join(inputs)}</BayesInputs>"
        f'<BayesOutput fieldName="y"><TargetValueCounts>{counts}</TargetValueCounts></BayesOutput>'
        "</NaiveBayesModel>"
    )
    return _document(model, [*_CONTINUOUS, *_CATEGORICAL], _CLASS_TARGET)


def neural_network() -> bytes:
    inputs = "".join(
        f'<NeuralInput id="i{at}"><DerivedField optype="continuous" dataType="double">'
        f'<FieldRef field="{name}"/></DerivedField></NeuralInput>'
        for at, name in enumerate(NAMES)
    )
    before = [f"i{at}" for at in range(COUNT)]
    layers = []
    for depth, width in enumerate((50, 20, len(CLASSES))):
        weights, biases = _numbers(10 + depth, width, len(before)), _numbers(20 + depth, width)
        own = [f"n{depth}_{at}" for at in range(width)]
        neurons = "".join(
            f'<Neuron id="{name}" bias="{bias}">'
            + "".join(
                f'<Con from="{source}" weight="{weight}"/>'
                for source, weight in zip(before, row, strict=True)
            )
            + "</Neuron>"
            for name, bias, row in zip(own, biases, weights, strict=True)
        )
        last = ' activationFunction="identity" normalizationMethod="softmax"' if depth == 2 else ""
        layers.append(f"<NeuralLayer{last}>{neurons}</NeuralLayer>")
        before = own
    outputs = "".join(
        f'<NeuralOutput outputNeuron="{neuron}"><DerivedField optype="categorical" '
        f'dataType="string"><NormDiscrete field="y" value="{name}"/></DerivedField></NeuralOutput>'
        for neuron, name in zip(before, CLASSES, strict=True)
    )
    model = (
        '<NeuralNetwork functionName="classification" activationFunction="tanh">'
        f"{_schema(NAMES)}{_PROBABILITIES}<NeuralInputs>{inputs}</NeuralInputs>{''.join(layers)}"
        f"<NeuralOutputs>{outputs}</NeuralOutputs></NeuralNetwork>"
    )
    return _document(model, _CONTINUOUS, _CLASS_TARGET)


def support_vectors() -> bytes:
    vectors, weights = _numbers(3, 200, COUNT), _numbers(4, 200)
    instances = "".join(
        f'<VectorInstance id="v{at}">{_array(row)}</VectorInstance>'
        for at, row in enumerate(vectors)
    )
    fields = "".join(f'<FieldRef field="{name}"/>' for name in NAMES)
    model = (
        f'<SupportVectorMachineModel functionName="regression">{_schema(NAMES)}'
        '<RadialBasisKernelType gamma="0.05"/><VectorDictionary>'
        f"<VectorFields>{fields}</VectorFields>{instances}</VectorDictionary>"
        "<SupportVectorMachine><SupportVectors>"
        + "".join(f'<SupportVector vectorId="v{at}"/>' for at in range(200))
        + '</SupportVectors><Coefficients absoluteValue="0.5">'
        + "".join(f'<Coefficient value="{weight}"/>' for weight in weights)
        + "</Coefficients></SupportVectorMachine></SupportVectorMachineModel>"
    )
    return _document(model, _CONTINUOUS, _NUMBER_TARGET)


def clustering() -> bytes:
    clusters = "".join(
        f'<Cluster id="{at}">{_array(row)}</Cluster>'
        for at, row in enumerate(_numbers(5, 10, COUNT), 1)
    )
    fields = "".join(f'<ClusteringField field="{name}"/>' for name in NAMES)
    model = (
        '<ClusteringModel functionName="clustering" modelClass="centerBased" '
        f'numberOfClusters="10">{_schema(NAMES, target=False)}<Output>'
        '<OutputField name="cluster" feature="predictedValue" optype="categorical" '
        'dataType="string"/></Output><ComparisonMeasure kind="distance"><squaredEuclidean/>'
        f"</ComparisonMeasure>{fields}{clusters}</ClusteringModel>"
    )
    return _document(model, _CONTINUOUS, "")


def nearest_neighbours() -> bytes:
    instances = _numbers(6, 500, COUNT)
    table = "".join(
        "<row>"
        + "".join(f"<{name}>{value}</{name}>" for name, value in zip(NAMES, row, strict=True))
        + f"<y>{CLASSES[at % 3]}</y></row>"
        for at, row in enumerate(instances)
    )
    columns = "".join(f'<InstanceField field="{name}" column="{name}"/>' for name in [*NAMES, "y"])
    inputs = "".join(f'<KNNInput field="{name}"/>' for name in NAMES)
    model = (
        '<NearestNeighborModel functionName="classification" numberOfNeighbors="5" '
        f'categoricalScoringMethod="majorityVote">{_schema(NAMES)}'
        f"<TrainingInstances><InstanceFields>{columns}</InstanceFields>"
        f"<InlineTable>{table}</InlineTable></TrainingInstances>"
        '<ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure>'
        f"<KNNInputs>{inputs}</KNNInputs></NearestNeighborModel>"
    )
    return _document(model, _CONTINUOUS, _CLASS_TARGET)


def scorecard() -> bytes:
    points = _numbers(7, COUNT, 6)
    characteristics = []
    for at, (name, row) in enumerate(zip(NAMES, points, strict=True)):
        bounds = (-1.0, -0.3, 0.3, 1.0)
        attributes = [
            f'<Attribute partialScore="{score}" reasonCode="r{at}_{place}"><SimplePredicate '
            f'field="{name}" operator="lessThan" value="{bound}"/></Attribute>'
            for place, (bound, score) in enumerate(zip(bounds, row[:4], strict=True))
        ]
        attributes.append(
            f'<Attribute partialScore="{row[4]}" reasonCode="r{at}_4"><True/></Attribute>'
        )
        characteristics.append(
            f'<Characteristic name="k{at}" baselineScore="{row[5]}">{"".join(attributes)}'
            "</Characteristic>"
        )
    reasons = "".join(
        f'<OutputField name="reason{rank}" feature="reasonCode" rank="{rank}" '
        'optype="categorical" dataType="string"/>'
        for rank in (1, 2, 3)
    )
    model = (
        '<Scorecard functionName="regression" initialScore="100" useReasonCodes="true" '
        f'reasonCodeAlgorithm="pointsBelow">{_schema(NAMES)}<Output>{reasons}</Output>'
        f"<Characteristics>{''.join(characteristics)}</Characteristics></Scorecard>"
    )
    return _document(model, _CONTINUOUS, _NUMBER_TARGET)


def rule_set() -> bytes:
    bounds = _numbers(8, 50, 2)
    rules = "".join(
        f'<SimpleRule id="r{at}" score="{CLASSES[at % 3]}" confidence="0.8" weight="1">'
        '<CompoundPredicate booleanOperator="and">'
        f'<SimplePredicate field="x{at % COUNT + 1}" operator="greaterThan" value="{low + 1}"/>'
        f'<SimplePredicate field="x{(at + 7) % COUNT + 1}" operator="lessThan" value="{high - 1}"/>'
        "</CompoundPredicate></SimpleRule>"
        for at, (low, high) in enumerate(bounds)
    )
    model = (
        f'<RuleSetModel functionName="classification">{_schema(NAMES)}<RuleSet defaultScore="no" '
        f'defaultConfidence="0.1"><RuleSelectionMethod criterion="firstHit"/>{rules}</RuleSet>'
        "</RuleSetModel>"
    )
    return _document(model, _CONTINUOUS, _CLASS_TARGET)


def association() -> bytes:
    random = np.random.default_rng(9)
    items = [f"item{at}" for at in range(1, 31)]
    sets, rules = [], []
    for at in range(100):
        chosen = random.choice(30, 3, replace=False) + 1
        sets.append(
            f'<Itemset id="a{at}"><ItemRef itemRef="{chosen[0]}"/><ItemRef itemRef="{chosen[1]}"/>'
            f'</Itemset><Itemset id="b{at}"><ItemRef itemRef="{chosen[2]}"/></Itemset>'
        )
        rules.append(
            f'<AssociationRule id="{at}" antecedent="a{at}" consequent="b{at}" support="0.1" '
            f'confidence="{random.random():.6f}" lift="1.5"/>'
        )
    fields = [
        f'<DataField name="{name}" optype="categorical" dataType="boolean"/>' for name in items
    ]
    model = (
        '<AssociationModel functionName="associationRules" numberOfTransactions="1000" '
        'minimumSupport="0.1" minimumConfidence="0.1" numberOfItems="30" numberOfItemsets="200" '
        f'numberOfRules="100">{_schema(items, target=False)}<Output>'
        '<OutputField name="rule" feature="entityId" algorithm="recommendation" rank="1" '
        'optype="categorical" dataType="string"/></Output>'
        + "".join(f'<Item id="{at}" value="{name}"/>' for at, name in enumerate(items, 1))
        + "".join(sets)
        + "".join(rules)
        + "</AssociationModel>"
    )
    return _document(model, fields, "")


def text_index() -> bytes:
    terms = [f"word{at}" for at in range(200)]
    weights = _numbers(11, 200)
    predictors = "".join(
        f'<NumericPredictor name="tf_{term}" coefficient="{weight}"/>'
        for term, weight in zip(terms, weights, strict=True)
    )
    derived = "".join(
        f'<DerivedField name="tf_{term}" optype="continuous" dataType="double">'
        f'<TextIndex textField="text" localTermWeights="termFrequency"><Constant>{term}</Constant>'
        "</TextIndex></DerivedField>"
        for term in terms
    )
    model = (
        f'<RegressionModel functionName="regression">{_schema(["text"])}'
        f'<LocalTransformations>{derived}</LocalTransformations><RegressionTable intercept="1">'
        f"{predictors}</RegressionTable></RegressionModel>"
    )
    text = '<DataField name="text" optype="categorical" dataType="string"/>'
    return _document(model, [text], _NUMBER_TARGET)


FAMILIES: dict[str, tuple[Callable[[], bytes], Sequence[str]]] = {
    "general regression": (general_regression, NAMES),
    "naive Bayes": (naive_bayes, [*(f"c{at}" for at in range(1, 6)), *NAMES]),
    "neural network": (neural_network, NAMES),
    "support vectors": (support_vectors, NAMES),
    "clustering": (clustering, NAMES),
    "nearest neighbours": (nearest_neighbours, NAMES),
    "scorecard": (scorecard, NAMES),
    "rule set": (rule_set, NAMES),
    "association": (association, [f"item{at}" for at in range(1, 31)]),
    "text index": (text_index, ["text"]),
}
"""The document of each family, and the columns that it takes."""
