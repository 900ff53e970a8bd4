"""The table of known differences: each entry is shown by a document."""

from __future__ import annotations

import pytest

from pmmlkit.parity import DIFFERENCES, Oracle, OracleError, known_differences
from pmmlkit.validation.portability import portability_rules
from pmmlkit.validation.rules.examples import example_document

Row = dict[str, object]

HEAD = '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>'
REAL = 'optype="continuous" dataType="double"'
TARGET = (
    '<MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>'
)
TABLE = (
    '<RegressionTable intercept="0.5"><NumericPredictor name="x" coefficient="1"/>'
    "</RegressionTable>"
)


def regression(
    target: str = REAL, derived: str = "", output: str = "", head: str = HEAD, x: str = REAL
) -> bytes:
    return (
        f'{head}<DataDictionary><DataField name="x" {x}/><DataField name="y" {target}/>'
        f"</DataDictionary>{derived}"
        f'<RegressionModel functionName="regression">{TARGET}{output}{TABLE}'
        "</RegressionModel></PMML>"
    ).encode()


def tree(attributes: str = "", distribution: str = 'value="a" recordCount="1"') -> bytes:
    return (
        f'{HEAD}<DataDictionary><DataField name="x" {REAL}/>'
        '<DataField name="y" optype="categorical" dataType="string"/></DataDictionary>'
        f'<TreeModel functionName="classification" {attributes}>{TARGET}'
        f'<Node id="0" score="a" recordCount="1"><True/><ScoreDistribution {distribution}/>'
        '<Node id="1" score="a" recordCount="1">'
        '<SimplePredicate field="x" operator="lessThan" value="9"/>'
        f"<ScoreDistribution {distribution}/></Node></Node></TreeModel></PMML>"
    ).encode()


def output(data_type: str, field: str) -> bytes:
    optype = "categorical" if data_type == "boolean" else "ordinal"
    return regression(
        output=f'<Output><OutputField name="o" optype="{optype}" dataType="{data_type}" '
        f'feature="transformedValue">{field}</OutputField></Output>'
    )


def median() -> bytes:
    return output(
        "double", '<Apply function="median"><FieldRef field="x"/><FieldRef field="x"/></Apply>'
    )


INTEGER = regression('optype="continuous" dataType="integer"')
NESTED = regression(
    derived="<TransformationDictionary>"
    '<DefineFunction name="g" optype="continuous" dataType="double">'
    '<ParameterField name="a" dataType="double"/><Apply function="f"><FieldRef field="a"/></Apply>'
    '</DefineFunction><DefineFunction name="f" optype="continuous" dataType="double">'
    '<ParameterField name="a" dataType="double"/><FieldRef field="a"/></DefineFunction>'
    "</TransformationDictionary>"
)
LAG = regression(
    derived=f'<TransformationDictionary><DerivedField name="l" {REAL}><Lag field="x"/>'
    "</DerivedField></TransformationDictionary>"
)
CHAIN = (
    f'{HEAD}<DataDictionary><DataField name="x" {REAL}/><DataField name="y" {REAL}/>'
    "</DataDictionary>"
    f'<MiningModel functionName="regression">{TARGET}'
    '<Segmentation multipleModelMethod="x-multiModelChain"><Segment id="1"><True/>'
    f'<RegressionModel functionName="regression">{TARGET}{TABLE}</RegressionModel>'
    "</Segment></Segmentation></MiningModel></PMML>"
).encode()
WHOLE = regression(x='optype="continuous" dataType="integer"')
HTTPS = regression(head=HEAD.replace("http:", "https:"))

DATE = '<Constant dataType="date">2020-02-29</Constant>'
TRUTH = '<Apply function="lessThan"><FieldRef field="x"/><Constant>9</Constant></Apply>'

RULES = portability_rules()
X: Row = {"x": 2.0}
NO_X: Row = {"x": None}


def bad(code: str) -> bytes:
    return example_document(RULES[code].bad)


def good(code: str) -> bytes:
    return example_document(RULES[code].good)


# engine, start of the feature, document, row, what the engine says: the refusal, or the columns
SHOWN: list[tuple[str, str, bytes, Row, str]] = [
    (
        "jpmml",
        "TreeModel@missing",
        tree('missingValueStrategy="weightedConfidence"'),
        NO_X,
        "weightedConfidence is not supported",
    ),
    ("jpmml", "namespace", HTTPS, X, "does not match"),
    ("jpmml", "continuous target", INTEGER, X, "Expected integer value, got double"),
    ("jpmml", "function median", median(), X, "median"),
    (
        "pmml4s",
        "ScoreDistribution",
        tree(distribution='value="a" probability="1"'),
        X,
        "'recordCount' is missing",
    ),
    ("pmml4s", "multipleModelMethod", CHAIN, X, "x-multiModelChain"),
    ("pmml4s", "Lag", LAG, X, "'Lag' is not supported"),
    ("pmml4s", "DefineFunction", NESTED, X, "'f' is not defined"),
    ("pmml4s", "target of dataType integer", INTEGER, X, "{'y': [2]}"),
    ("pmml4s", "output of a date", output("date", DATE), X, "{'y': [2.5], 'o': [None]}"),
    (
        "pmml4s",
        "output of dataType boolean",
        output("boolean", TRUTH),
        NO_X,
        "{'y': [None], 'o': [False]}",
    ),
    (
        "pmml4s",
        "RegressionModel@normalizationMethod logit and other links, two",
        bad("PMML580"),
        X,
        "{'k': ['yes']}",
    ),
    (
        "pmml4s",
        "RegressionModel@normalizationMethod logit and other links, target",
        bad("PMML599"),
        X,
        "{'k': [None]}",
    ),
    (
        "pmml4s",
        "GeneralRegressionModel generalizedLinear",
        bad("PMML592"),
        X,
        "{'k': ['0.7310585786300049']}",
    ),
    ("pmml4s", "Predictor with a Matrix", bad("PMML593"), {"x": 1.0, "s": "b"}, "{'y': [0.75]}"),
    ("pmml4s", "TreeModel@missingValueStrategy", bad("PMML558"), NO_X, "{'k': [None]}"),
    ("pmml4s", "CompoundPredicate xor", bad("PMML589"), {"x": -1.0}, "{'k': ['no']}"),
    ("pmml4s", "Discretize", bad("PMML570"), X, "{'y': [1.0], 'result': [None]}"),
    ("pmml4s", "functions of dates", bad("PMML564"), X, "{'y': [1.0], 'result': [None]}"),
    ("pmml4s", "function formatNumber", bad("PMML568"), X, "IllegalFormatConversionException"),
    ("pmml4s", "residual", bad("PMML588"), {"x": 2.0, "y": 6.0}, "{'y': [5.0], 'result': [-1.0]}"),
    ("pmml4s", "input of dataType integer", WHOLE, NO_X, "{'y': [-9.223372036854776e+18]}"),
]

# start of the feature, a document near to it that PMML4S scores, row, columns
SCORED: list[tuple[str, bytes, Row, str]] = [
    ("DefineFunction", good("PMML563"), X, "{'y': [1.0], 'result': [4.0]}"),
    ("RegressionModel", good("PMML580"), X, "{'k': ['no']}"),
    ("GeneralRegressionModel", good("PMML592"), X, "{'k': ['yes']}"),
    ("Predictor", good("PMML593"), {"x": 1.0, "s": "b"}, "{'y': [0.25]}"),
    ("TreeModel@missingValueStrategy", good("PMML558"), NO_X, "{'k': ['no']}"),
    ("CompoundPredicate", good("PMML589"), {"x": -1.0}, "{'k': ['yes']}"),
    ("Discretize", good("PMML570"), {"x": -1.0}, "{'y': [1.0], 'result': ['low']}"),
    ("input of dataType integer", regression(), NO_X, "{'y': [None]}"),
]


@pytest.mark.parametrize(("engine", "feature", "text", "row", "said"), SHOWN)
def test_each_entry_is_found_and_seen(
    engine: str,
    feature: str,
    text: bytes,
    row: Row,
    said: str,
    request: pytest.FixtureRequest,
) -> None:
    found = [d.feature for d in known_differences(engine, text)]
    assert [name for name in found if name.startswith(feature)]
    assert said in answer(request.getfixturevalue(engine), text, row)


@pytest.mark.parametrize(("feature", "text", "row", "said"), SCORED)
def test_what_is_near_is_not_found(
    feature: str, text: bytes, row: Row, said: str, request: pytest.FixtureRequest
) -> None:
    found = [d.feature for d in known_differences("pmml4s", text)]
    assert not [name for name in found if name.startswith(feature)]
    assert answer(request.getfixturevalue("pmml4s"), text, row) == said


def answer(oracle: Oracle, text: bytes, row: Row) -> str:
    """The refusal, the message of the failed row, or the columns."""
    try:
        result = oracle.evaluate(text, {name: [value] for name, value in row.items()})
    except OracleError as error:
        return str(error)
    return result.errors[0][1] if result.errors else str(result.columns)


def test_every_entry_has_a_document() -> None:
    assert len(SHOWN) == len(DIFFERENCES)
    for entry in DIFFERENCES:
        shown = [s for s in SHOWN if s[0] == entry.engine and entry.feature.startswith(s[1])]
        assert len(shown) == 1, entry


@pytest.mark.parametrize("engine", ["jpmml", "pmml4s"])
def test_a_plain_document_has_none(engine: str) -> None:
    assert known_differences(engine, regression()) == ()
    assert known_differences(engine, b"no document") == ()


def test_a_missing_boolean_is_handed_over_as_false(pmml4s: Oracle) -> None:
    text = regression(
        x='optype="categorical" dataType="boolean"',
        output='<Output><OutputField name="o" optype="continuous" dataType="double" '
        'feature="transformedValue"><Apply function="if"><Apply function="isMissing">'
        '<FieldRef field="x"/></Apply><Constant dataType="double">1</Constant>'
        '<Constant dataType="double">2</Constant></Apply></OutputField></Output>',
    ).replace(TABLE.encode(), b'<RegressionTable intercept="0.5"/>')
    assert [d.feature for d in known_differences("pmml4s", text)] == [
        "input of dataType integer or boolean"
    ]
    assert answer(pmml4s, text, NO_X) == "{'y': [0.5], 'o': [2.0]}"
