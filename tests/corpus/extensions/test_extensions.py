"""Vendor extensions, line by line of semantics chapter 34 (x-mathContext has its own file)."""

from __future__ import annotations

from math import atan2

import pytest

import pmmlkit
from pmmlkit.errors import MarkupError, PmmlError, UnsupportedError
from tests.corpus.cells import FAILS, check, document
from tests.corpus.output.documents import NUMBERS, ROWS, mining, model, output, scored

TRUE = "<True/>"


def derived(expression: str, data_type: str = "double") -> str:
    """A derived field d, which the line 1 + 2 d reads."""
    field = f'<DerivedField name="d" optype="continuous" dataType="{data_type}">{expression}'
    inside = f"<LocalTransformations>{field}</DerivedField></LocalTransformations>"
    return model("line", inside).replace('NumericPredictor name="x"', 'NumericPredictor name="d"')


# --- multipleModelMethod

LINES = {
    "s1": (TRUE, model("number tree")),
    "s2": (TRUE, model("line")),
    "s3": (TRUE, model("scorecard")),
}


# row A: 1.5, -1 and 32; row B: 2.5, 10 and 42; weights 1, 2 and 4
@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("x-weightedSum", [1.5 - 2 + 128, 2.5 + 20 + 168]),
        ("weightedSum", [1.5 - 2 + 128, 2.5 + 20 + 168]),
        # sorted: the weight of the last reaches half of the sum
        ("x-weightedMedian", [32.0, 42.0]),
        ("weightedMedian", [32.0, 42.0]),
    ],
)
def test_early_names_of_methods(method: str, expected: list[float]) -> None:
    body = mining(method, LINES)
    for id, weight in (("s2", 2), ("s3", 4)):
        body = body.replace(f'<Segment id="{id}"', f'<Segment weight="{weight}" id="{id}"')
    check(scored(body), ROWS[:2], {"y": expected})


_SCHEMA = '<MiningSchema><MiningField name="x"/><MiningField name="z"/>{}</MiningSchema>'


def schema(*targets: str, inputs: str = "") -> str:
    """A MiningSchema with these targets."""
    named = "".join(f'<MiningField name="{name}" usageType="target"/>' for name in targets)
    return _SCHEMA.format(inputs + named)


def test_multi_model_chain() -> None:
    """Each segment has its own target; outputs feed later segments; the results are joined."""
    first = model("line", output('feature="predictedValue"', name="p"), schema=schema("y"))
    second = model("line", schema=schema("w", inputs='<MiningField name="p"/>')).replace(
        'NumericPredictor name="x"', 'NumericPredictor name="p"'
    )
    third = model("tree", output('feature="probability" value="a"'), schema=schema("c"))
    body = mining(
        "x-multiModelChain",
        {"1": (TRUE, first), "2": (TRUE, second), "3": (TRUE, third)},
        function="mixed",
        schema=schema("y", "w", "c"),
    )
    fields = {**NUMBERS, "w": "continuous double", "c": "categorical string: a b"}
    check(
        scored(body, fields),
        ROWS[:2],
        {
            "y": [-1.0, 10.0],
            "w": [-1.0, 21.0],
            "c": ["a", "b"],
            "p": [-1.0, 10.0],
            "o": [0.6, 0.1],
        },
    )


# --- functions and expressions


def test_atan2() -> None:
    apply = '<Apply function="x-atan2"><FieldRef field="x"/><FieldRef field="z"/></Apply>'
    expected = [1 + 2 * atan2(-1.0, 0.5), 1 + 2 * atan2(4.5, 0.5), 1 + 2 * atan2(4.5, -1.0), None]
    check(scored(derived(apply)), ROWS, {"y": expected})


_NEGATIVE = (
    '<Apply function="lessThan"><FieldRef field="x"/><Constant dataType="double">0</Constant>'
    "</Apply>"
)


@pytest.mark.parametrize("error", ['<X-Error message="below 0"/>', "<X-Error/>"])
def test_error_in_a_branch(error: str) -> None:
    """Only the rows that take the branch fail."""
    apply = f'<Apply function="if">{_NEGATIVE}{error}<FieldRef field="x"/></Apply>'
    check(scored(derived(apply)), ROWS, {"y": [FAILS, 10.0, 10.0, None]})


@pytest.mark.parametrize(
    ("expression", "data_type"),
    [
        ('<X-Error message="no"/>', "double"),
        ('<X-Error message="no"/>', "integer"),
        ('<Apply function="+"><FieldRef field="x"/><X-Error message="no"/></Apply>', "double"),
        ('<Apply function="if"><Constant>1</Constant><X-Error message="no"/></Apply>', "double"),
    ],
)
def test_error_in_every_row(expression: str, data_type: str) -> None:
    check(scored(derived(expression, data_type)), ROWS[:2], {"y": [FAILS, FAILS]})


def test_error_of_a_field_that_nothing_reads() -> None:
    field = '<DerivedField name="d" optype="continuous" dataType="double"><X-Error/></DerivedField>'
    body = model("line", f"<LocalTransformations>{field}</LocalTransformations>")
    check(scored(body), ROWS[:2], {"y": [-1.0, 10.0]})


def test_error_keeps_its_text() -> None:
    loaded = pmmlkit.load(scored(derived('<X-Error message="no such thing"/>')))
    with pytest.raises(PmmlError, match="no such thing"):
        loaded.evaluate(ROWS[0])


# --- MiningField


@pytest.mark.parametrize(
    "attributes",
    [
        # what asValue was before 4.4
        'invalidValueTreatment="asIs" x-invalidValueReplacement="2"',
        'invalidValueTreatment="asValue" x-invalidValueReplacement="2"',
        'invalidValueTreatment="asValue" invalidValueReplacement="2"',
        # the standard attribute goes first
        'invalidValueTreatment="asValue" x-invalidValueReplacement="3" invalidValueReplacement="2"',
    ],
)
def test_invalid_value_replacement(attributes: str) -> None:
    fields = f'<MiningSchema><MiningField name="x" {attributes}/><MiningField name="z"/>'
    body = model(
        "line", schema=fields + '<MiningField name="y" usageType="target"/></MiningSchema>'
    )
    text = scored(body, {**NUMBERS, "x": "continuous double: 1 2"})
    check(text, [{"x": 7.0}, {"x": 1.0}, {"x": None}], {"y": [5.0, 3.0, None]})


# --- OutputField


def test_report() -> None:
    """Accepted; the text of an explanation is missing, and a finding says so."""
    text = scored(model("line", output('feature="x-report" x-reportField="y"')))
    check(text, ROWS[:2], {"o": [None, None], "y": [-1.0, 10.0]})
    assert "PMML620" in [finding.code for finding in pmmlkit.validate(text).findings]


def test_target_field() -> None:
    text = scored(model("tree", output('feature="probability" x-targetField="y"')))
    check(text, ROWS[:2], {"o": [0.6, 0.9]})


# --- neural networks


@pytest.mark.parametrize(
    ("network", "layer", "expected"),
    [
        # the layer goes before the network; without either there is no slope
        ("", "", 0.0),
        ('x-leakage="0.25"', "", -0.25),
        ("", 'x-leakage="0.5"', -0.5),
        ('x-leakage="0.25"', 'x-leakage="0.5"', -0.5),
    ],
)
def test_leakage(network: str, layer: str, expected: float) -> None:
    """Row A has x = -1: the rectifier gives its slope below 0 times that."""
    body = f"""<NeuralNetwork functionName="regression" activationFunction="rectifier" {network}>
{schema("y")}<NeuralInputs><NeuralInput id="in"><DerivedField optype="continuous"
 dataType="double"><FieldRef field="x"/></DerivedField></NeuralInput></NeuralInputs>
<NeuralLayer {layer}><Neuron id="n"><Con from="in" weight="1"/></Neuron></NeuralLayer>
<NeuralOutputs><NeuralOutput outputNeuron="n"><DerivedField optype="continuous"
 dataType="double"><FieldRef field="y"/></DerivedField></NeuralOutput></NeuralOutputs>
</NeuralNetwork>"""
    check(scored(body), ROWS[:2], {"y": [expected, 4.5]})


# --- clustering


def test_center_fields() -> None:
    """PMML 3: derived fields to cluster on. (10 - x, x): A (11, -1), B (5.5, 4.5)."""
    body = f"""<ClusteringModel functionName="clustering" modelClass="centerBased"
 numberOfClusters="2">{schema()}<ComparisonMeasure kind="distance"><squaredEuclidean/>
</ComparisonMeasure><CenterFields><DerivedField name="u" optype="continuous" dataType="double">
<Apply function="-"><Constant>10</Constant><FieldRef field="x"/></Apply></DerivedField>
<DerivedField name="v" optype="continuous" dataType="double"><FieldRef field="x"/></DerivedField>
</CenterFields><Cluster name="left"><Array type="real" n="2">11 0</Array></Cluster>
<Cluster name="right"><Array type="real" n="2">5 5</Array></Cluster></ClusteringModel>"""
    check(document(body, NUMBERS, version="3.2"), ROWS[:2], {"_target": ["1", "2"]})


# --- text


@pytest.mark.parametrize(
    ("expression", "text", "expected"),
    [
        # a token is what matches
        ("[a-z]+", "one2two two", 2),
        (r"\S+", "one2two two", 1),
        ("[a-z]{3}", "twotwo one", 2),
    ],
)
def test_words_by_expression(expression: str, text: str, expected: int) -> None:
    index = (
        f'<TextIndex textField="t" x-wordRE="{expression}" localTermWeights="termFrequency">'
        "<Constant>two</Constant></TextIndex>"
    )
    body = derived(index).replace(
        '<MiningField name="x"/>', '<MiningField name="x"/><MiningField name="t"/>'
    )
    fields = {**NUMBERS, "t": "categorical string"}
    check(scored(body, fields), [{"t": text}], {"y": [1.0 + 2 * expected]})


# --- dataTypes with other years: 2020-03-01 is so many days, and seconds, after 1 January
_YEARS = {1990: 11017, 2000: 7365, 2010: 3712, 2020: 60}


@pytest.mark.parametrize(("year", "days"), _YEARS.items())
def test_days_since(year: int, days: int) -> None:
    field = f'<DerivedField name="d" optype="continuous" dataType="dateDaysSince[{year}]">'
    body = _of_date(field + '<FieldRef field="t"/></DerivedField>')
    fields = {**NUMBERS, "t": "continuous date"}
    check(scored(body, fields), [{"t": "2020-03-01"}], {"y": [1.0 + 2 * days]})


@pytest.mark.parametrize(("year", "days"), _YEARS.items())
def test_seconds_since(year: int, days: int) -> None:
    field = f'<DerivedField name="d" optype="continuous" dataType="dateTimeSecondsSince[{year}]">'
    body = _of_date(field + '<FieldRef field="t"/></DerivedField>')
    fields = {**NUMBERS, "t": "continuous dateTime"}
    expected = 1.0 + 2 * (days * 86400 + 90)
    check(scored(body, fields), [{"t": "2020-03-01T00:01:30"}], {"y": [expected]})


@pytest.mark.parametrize(("year", "days"), _YEARS.items())
def test_functions_of_days(year: int, days: int) -> None:
    apply = (
        f'<Apply function="dateDaysSinceYear"><FieldRef field="t"/><Constant>{year}</Constant>'
        "</Apply>"
    )
    field = f'<DerivedField name="d" optype="continuous" dataType="integer">{apply}</DerivedField>'
    fields = {**NUMBERS, "t": "continuous date"}
    check(scored(_of_date(field), fields), [{"t": "2020-03-01"}], {"y": [1.0 + 2 * days]})


def _of_date(field: str) -> str:
    body = model("line", f"<LocalTransformations>{field}</LocalTransformations>")
    body = body.replace('NumericPredictor name="x"', 'NumericPredictor name="d"')
    return body.replace('<MiningField name="x"/>', '<MiningField name="t"/>')


# --- the document


@pytest.mark.parametrize("uri", ["http://xpmml.org/XPMML", "https://xpmml.org/XPMML"])
def test_dialect(uri: str) -> None:
    """JPMML's superset is read as 4.4 with extensions."""
    text = scored(model("line")).replace(b"http://www.dmg.org/PMML-4_4", uri.encode())
    check(text, ROWS[:2], {"y": [-1.0, 10.0]})


UNSUPPORTED: list[tuple[bytes, str]] = [
    (
        scored('<DeepNetwork functionName="regression"><MiningSchema/></DeepNetwork>', NUMBERS),
        "DeepNetwork",
    ),
    (scored(model("line"), {**NUMBERS, "x": "categorical binary"}), "binary"),
    (scored(model("tree", output('feature="topCategories"'))), "topCategories"),
    (
        scored(mining("x-unheardOf", {"s": (TRUE, model("line"))})),
        "x-unheardOf",
    ),
]


@pytest.mark.parametrize(("text", "name"), UNSUPPORTED, ids=[name for _, name in UNSUPPORTED])
def test_what_is_not_supported_is_named(text: bytes, name: str) -> None:
    with pytest.raises((UnsupportedError, MarkupError), match=name):
        pmmlkit.load(text)


# --- what other vendors add is no matter


@pytest.mark.parametrize(
    "change",
    [
        ("<RegressionTable ", '<RegressionTable x-anything="1" '),
        ("<RegressionTable ", '<Extension name="n" value="v" extender="e"/><RegressionTable '),
        ('<MiningField name="x"/>', '<MiningField name="x" x-anything="1"/>'),
    ],
)
def test_the_rest_changes_nothing(change: tuple[str, str]) -> None:
    body = model("line").replace(*change)
    check(scored(body), ROWS[:2], {"y": [-1.0, 10.0]})
