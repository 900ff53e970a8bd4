"""The table of known differences: each entry is shown by a document."""

from __future__ import annotations

import pytest

from pmmlkit.parity import DIFFERENCES, Oracle, OracleError, known_differences

HEAD = '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>'
REAL = 'optype="continuous" dataType="double"'
TARGET = (
    '<MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>'
)
TABLE = (
    '<RegressionTable intercept="0.5"><NumericPredictor name="x" coefficient="1"/>'
    "</RegressionTable>"
)


def regression(target: str = REAL, derived: str = "", output: str = "", head: str = HEAD) -> bytes:
    return (
        f'{head}<DataDictionary><DataField name="x" {REAL}/><DataField name="y" {target}/>'
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
HTTPS = regression(head=HEAD.replace("http:", "https:"))

DATE = '<Constant dataType="date">2020-02-29</Constant>'
TRUTH = '<Apply function="lessThan"><FieldRef field="x"/><Constant>9</Constant></Apply>'

# engine, start of the feature, document, x, what the engine says of it: the refusal, or the columns
SHOWN: list[tuple[str, str, bytes, float | None, str]] = [
    (
        "jpmml",
        "TreeModel@missing",
        tree('missingValueStrategy="weightedConfidence"'),
        None,
        "weightedConfidence is not supported",
    ),
    ("jpmml", "namespace", HTTPS, 2.0, "does not match"),
    ("jpmml", "continuous target", INTEGER, 2.0, "Expected integer value, got double"),
    ("jpmml", "function median", median(), 2.0, "median"),
    (
        "pmml4s",
        "ScoreDistribution",
        tree(distribution='value="a" probability="1"'),
        2.0,
        "'recordCount' is missing",
    ),
    ("pmml4s", "multipleModelMethod", CHAIN, 2.0, "x-multiModelChain"),
    ("pmml4s", "Lag", LAG, 2.0, "'Lag' is not supported"),
    ("pmml4s", "DefineFunction", NESTED, 2.0, "'f' is not defined"),
    ("pmml4s", "target of dataType integer", INTEGER, 2.0, "{'y': [2]}"),
    ("pmml4s", "output of a date", output("date", DATE), 2.0, "{'y': [2.5], 'o': [None]}"),
    (
        "pmml4s",
        "output of dataType boolean",
        output("boolean", TRUTH),
        None,
        "{'y': [None], 'o': [False]}",
    ),
]


@pytest.mark.parametrize(("engine", "feature", "text", "x", "said"), SHOWN)
def test_each_entry_is_found_and_seen(
    engine: str,
    feature: str,
    text: bytes,
    x: float | None,
    said: str,
    request: pytest.FixtureRequest,
) -> None:
    found = [d.feature for d in known_differences(engine, text)]
    assert [name for name in found if name.startswith(feature)]
    assert said in answer(request.getfixturevalue(engine), text, x)


def answer(oracle: Oracle, text: bytes, x: float | None) -> str:
    """The refusal, the message of the failed row, or the columns."""
    try:
        result = oracle.evaluate(text, {"x": [x]})
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
