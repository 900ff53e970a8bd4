"""The models of the examples: each rule says only what matters in it."""

from __future__ import annotations

__all__ = [
    "DISTANCES",
    "SHARES",
    "SURE",
    "cluster",
    "derived",
    "general",
    "label",
    "line",
    "logistic",
    "machine",
    "mining",
    "model",
    "neighbors",
    "network",
    "number",
    "output",
    "scorecard",
    "sparse",
    "tree",
    "vectors",
]

SHARES = """<Node id="0" score="no" recordCount="10" defaultChild="1"><True/>
    <ScoreDistribution value="no" recordCount="6"/><ScoreDistribution value="yes" recordCount="4"/>
    <Node id="1" score="no" recordCount="6">
      <SimplePredicate field="x" operator="lessThan" value="0"/>
      <ScoreDistribution value="no" recordCount="5"/>
      <ScoreDistribution value="yes" recordCount="1"/>
    </Node>
    <Node id="2" score="yes" recordCount="4">
      <SimplePredicate field="x" operator="greaterOrEqual" value="0"/>
      <ScoreDistribution value="no" recordCount="1"/>
      <ScoreDistribution value="yes" recordCount="3"/>
    </Node>
  </Node>"""
"""The nodes of a classification with counts."""

SURE = SHARES.replace('recordCount="6"/>', 'recordCount="6" confidence="0.6"/>')
for _count, _share in ((4, 0.4), (5, 0.8), (1, 0.2), (3, 0.8)):
    SURE = SURE.replace(f'"{_count}"/>', f'"{_count}" confidence="{_share}"/>')

DISTANCES = '<ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure>'


def model(
    tag: str,
    inside: str,
    attributes: str = 'functionName="regression"',
    *,
    fields: tuple[str, ...] = ("x",),
    target: str = "y",
    output: str = "",
) -> str:
    """Return a model that predicts `target` (none if empty)."""
    schema = "".join(f'<MiningField name="{name}"/>' for name in fields)
    if target:
        schema += f'<MiningField name="{target}" usageType="target"/>'
    parts = (f"<MiningSchema>{schema}</MiningSchema>", output, inside)
    return "\n".join(
        (f"<{tag} {attributes}>", *(f"  {part}" for part in parts if part), f"</{tag}>")
    )


def output(feature: str, more: str = "", data_type: str = "double", inside: str = "") -> str:
    """Return an Output of one field, named ``result``."""
    optype = "continuous" if data_type == "double" else "categorical"
    field = f'name="result" optype="{optype}" dataType="{data_type}" feature="{feature}"'
    return f"<Output><OutputField {field}{more}>{inside}</OutputField></Output>"


def number(feature: str, more: str = "") -> str:
    """Return an Output of one number."""
    return output(feature, more)


def label(feature: str, more: str = "") -> str:
    """Return an Output of one text."""
    return output(feature, more, "string")


def derived(expression: str, data_type: str = "double") -> str:
    """Return the DerivedField of an expression."""
    optype = "continuous" if data_type not in ("string", "boolean") else "categorical"
    types = f'optype="{optype}" dataType="{data_type}"'
    return f'<DerivedField name="d" {types}>{expression}</DerivedField>'


def line(more: str = "", *, intercept: float = 1, slope: float = 2, field: str = "x") -> str:
    """Return a linear regression; `more` stands behind its MiningSchema."""
    table = (
        f'<RegressionTable intercept="{intercept}">'
        f'<NumericPredictor name="{field}" coefficient="{slope}"/></RegressionTable>'
    )
    return model("RegressionModel", table, output=more, fields=(field,))


def logistic(
    method: str = "softmax", more: str = "", categories: tuple[str, ...] = ("no", "yes")
) -> str:
    """Return a classification by regression; the last category is the reference."""
    tables = "".join(
        f'<RegressionTable targetCategory="{name}" intercept="{0.25 + at / 2}">'
        f'<NumericPredictor name="x" coefficient="0.5"/></RegressionTable>'
        for at, name in enumerate(categories[:-1])
    )
    tables += f'<RegressionTable targetCategory="{categories[-1]}" intercept="0"/>'
    attributes = f'functionName="classification" normalizationMethod="{method}"'
    return model("RegressionModel", tables, attributes, target="k", output=more)


def tree(attributes: str = "", nodes: str = SHARES, more: str = "") -> str:
    """Return a classification by a tree."""
    return model(
        "TreeModel",
        nodes,
        f'functionName="classification"{attributes}',
        target="k",
        output=more,
    )


def mining(
    method: str, *models: str, attributes: str = "", more: str = "", target: str = "y"
) -> str:
    """Return a MiningModel of segments 1, 2, ... with weights 1, 2, ..."""
    segments = "".join(
        f'\n    <Segment id="{at}" weight="{at}"><True/>{item}</Segment>'
        for at, item in enumerate(models, 1)
    )
    function = "regression" if target == "y" else "classification"
    return model(
        "MiningModel",
        f'<Segmentation multipleModelMethod="{method}"{attributes}>{segments}\n  </Segmentation>',
        f'functionName="{function}"',
        target=target,
        output=more,
    )


def vectors(arrays: tuple[str, str]) -> str:
    """Return a VectorDictionary of the vectors v1 and v2 of the field x."""
    items = "".join(
        f'<VectorInstance id="v{at}">{item}</VectorInstance>' for at, item in enumerate(arrays, 1)
    )
    fields = '<VectorFields><FieldRef field="x"/></VectorFields>'
    return f"<VectorDictionary>{fields}{items}</VectorDictionary>"


_DENSE = ('<Array type="real" n="1">1</Array>', '<Array type="real" n="1">-1</Array>')


def sparse(size: str) -> tuple[str, str]:
    """Return two sparse vectors; `size` is the attribute n."""
    return (
        f"<REAL-SparseArray{size}><Indices>1</Indices><REAL-Entries>1</REAL-Entries>"
        "</REAL-SparseArray>",
        f"<REAL-SparseArray{size}/>",
    )


def machine(
    attributes: str = "",
    *machines: tuple[str, float],
    more: str = "",
    arrays: tuple[str, str] = _DENSE,
) -> str:
    """Return a support vector machine model; a machine is its attributes and the coefficient of
    the vector v1. Without machines it is a regression.
    """
    parts = "".join(
        f"<SupportVectorMachine{given}>"
        '<SupportVectors><SupportVector vectorId="v1"/></SupportVectors>'
        f'<Coefficients absoluteValue="0.25"><Coefficient value="{value}"/></Coefficients>'
        "</SupportVectorMachine>"
        for given, value in machines or (("", 2.0),)
    )
    function = "classification" if machines else "regression"
    return model(
        "SupportVectorMachineModel",
        f"<LinearKernelType/>{vectors(arrays)}{parts}",
        f'functionName="{function}"{attributes}',
        target="k" if machines else "y",
        output=more,
    )


def cluster(
    measure: str = DISTANCES, *, model_class: str = "centerBased", more: str = "", inside: str = ""
) -> str:
    """Return a clustering of x with two clusters; `inside` stands in each."""
    clusters = "".join(
        f'<Cluster id="{at}" size="1"><Array type="real" n="1">{centre}</Array>{inside}</Cluster>'
        for at, centre in ((1, 0), (2, 4))
    )
    return model(
        "ClusteringModel",
        f'{measure}<ClusteringField field="x"/>{clusters}',
        f'functionName="clustering" modelClass="{model_class}" numberOfClusters="2"',
        target="",
        output=more,
    )


def neighbors(attributes: str, target: str, more: str = "", *, function: str = "") -> str:
    """Return the three nearest of three rows."""
    answers = {"k": ("no", "yes", "yes"), "y": ("1", "2", "4"), "": ("", "", "")}[target]
    rows = "".join(
        f"<row><id>i{at}</id><x>{x}</x>"
        + (f"<{target}>{y}</{target}>" if target else "")
        + "</row>"
        for at, (x, y) in enumerate(zip((0, 1, 4), answers, strict=True))
    )
    fields = "".join(
        f'<InstanceField field="{name}" column="{name}"/>' for name in ("id", "x", target) if name
    )
    function = function or ("classification" if target == "k" else "regression")
    return model(
        "NearestNeighborModel",
        f"<TrainingInstances><InstanceFields>{fields}</InstanceFields>"
        f"<InlineTable>{rows}</InlineTable></TrainingInstances>{DISTANCES}"
        '<KNNInputs><KNNInput field="x"/></KNNInputs>',
        f'functionName="{function}" numberOfNeighbors="3" instanceIdVariable="id"{attributes}',
        target=target,
        output=more,
    )


_IDENTITY = '<FieldRef field="y"/>'


def network(
    attributes: str = ' activationFunction="identity"',
    *,
    neuron: str = "",
    result: str = _IDENTITY,
    more: str = "",
) -> str:
    """Return a network of one neuron."""
    return model(
        "NeuralNetwork",
        '<NeuralInputs><NeuralInput id="0"><DerivedField optype="continuous" dataType="double">'
        '<FieldRef field="x"/></DerivedField></NeuralInput></NeuralInputs>\n  '
        f'<NeuralLayer><Neuron id="1" bias="0.125"{neuron}><Con from="0" weight="0.5"/></Neuron>'
        '</NeuralLayer>\n  <NeuralOutputs><NeuralOutput outputNeuron="1"><DerivedField '
        f'optype="continuous" dataType="double">{result}</DerivedField></NeuralOutput>'
        "</NeuralOutputs>",
        f'functionName="regression"{attributes}',
        output=more,
    )


def general(
    attributes: str,
    *,
    factors: str = "",
    cells: str = '<PCell parameterName="p0" beta="0.5"/><PCell parameterName="p1" beta="0.25"/>',
    covariance: str = "",
    tables: str = "",
    target: str = "y",
    more: str = "",
    fields: tuple[str, ...] = ("x",),
) -> str:
    """Return a general regression: p0 + p1 x; with `factors`, p0 belongs to the factor s."""
    factor = '<PPCell value="a" predictorName="s" parameterName="p0"/>' if factors else ""
    listed = f"<FactorList>{factors}</FactorList>" if factors else ""
    return model(
        "GeneralRegressionModel",
        '<ParameterList><Parameter name="p0"/><Parameter name="p1"/></ParameterList>'
        f'{listed}<CovariateList><Predictor name="x"/></CovariateList><PPMatrix>'
        f'<PPCell value="1" predictorName="x" parameterName="p1"/>{factor}</PPMatrix>'
        f"{covariance}<ParamMatrix>{cells}</ParamMatrix>{tables}",
        f'functionName="{"regression" if target == "y" else "classification"}" {attributes}',
        target=target,
        output=more,
        fields=fields,
    )


def scorecard(
    attributes: str = 'useReasonCodes="true" reasonCodeAlgorithm="pointsBelow"',
    *,
    baseline: float = 20,
    more: str = "",
) -> str:
    """Return a scorecard of two characteristics."""
    return model(
        "Scorecard",
        f'<Characteristics><Characteristic name="c" reasonCode="C" baselineScore="{baseline}">'
        '<Attribute partialScore="5"><SimplePredicate field="x" operator="lessThan" value="0"/>'
        '</Attribute><Attribute partialScore="15"><True/></Attribute></Characteristic>'
        '<Characteristic name="e" reasonCode="E" baselineScore="18">'
        '<Attribute partialScore="17"><True/></Attribute></Characteristic></Characteristics>',
        f'functionName="regression" initialScore="10" {attributes}',
        output=more,
    )
