"""What is rewritten on the way to 4.4, element by element."""

from __future__ import annotations

from typing import Any

import pytest

import pmmlkit
from pmmlkit.errors import UnsupportedError
from tests.corpus.cells import document
from tests.corpus.clustering.documents import array, clustering
from tests.upgrading.comparing import assert_same_scores, errors_of, stated

NUMBERS = {"x": "continuous double", "y": "continuous double"}
NODES = (
    '<Node score="1"><True/>'
    '<Node score="2"><SimplePredicate field="x" operator="lessThan" value="1"/></Node></Node>'
)
XY = '<MiningField name="x"/><MiningField name="y" usageType="target"/>'
SCHEMA = f"<MiningSchema>{XY}</MiningSchema>"
PLAIN_ROWS: list[dict[str, Any]] = [{"x": 0.0}, {"x": 5.0}, {"x": None}, {"x": "a"}]


def tree(inside: str = "", schema: str = SCHEMA, attributes: str = "") -> str:
    return f'<TreeModel functionName="regression" {attributes}>{schema}{inside}{NODES}</TreeModel>'


def regression(attributes: str = "", before: str = "") -> str:
    return (
        f'<RegressionModel functionName="regression" {attributes}>{SCHEMA}{before}'
        '<RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/>'
        "</RegressionTable></RegressionModel>"
    )


def derived(expression: str, data_type: str = "double") -> str:
    """A model of a derived field."""
    return (
        f'<RegressionModel functionName="regression">{SCHEMA}<LocalTransformations>'
        f'<DerivedField name="d" optype="continuous" dataType="{data_type}">{expression}'
        '</DerivedField></LocalTransformations><RegressionTable intercept="1">'
        '<NumericPredictor name="d" coefficient="2"/></RegressionTable></RegressionModel>'
    )


def segments(attributes: str) -> str:
    trees = "".join(f'<Segment weight="{weight}"><True/>{tree()}</Segment>' for weight in (1, 3))
    return (
        f'<MiningModel functionName="regression">{SCHEMA}<Segmentation {attributes}>{trees}'
        "</Segmentation></MiningModel>"
    )


def output(fields: str) -> str:
    return f"<Output>{fields}</Output>"


TEXT = {"x": "categorical string", "y": "continuous double"}
TEXT_ROWS: list[dict[str, Any]] = [{"x": "a a  b"}, {"x": "b"}, {"x": None}]
INDEX = '<TextIndex textField="x"{}><Constant dataType="string">a</Constant></TextIndex>'

CASES: dict[str, tuple[str, str, str, str, str]] = {
    "predicted": (
        "4.1",
        tree(schema=SCHEMA.replace("target", "predicted")),
        'usageType="predicted"',
        'usageType="target"',
        "replaced MiningField/@usageType: predicted -> target",
    ),
    "predicted is deprecated in new documents, too": (
        "4.4",
        tree(schema=SCHEMA.replace("target", "predicted")),
        'usageType="predicted"',
        'usageType="target"',
        "replaced MiningField/@usageType: predicted -> target",
    ),
    "invalid values of vendors": (
        "4.3",
        tree(
            schema=SCHEMA.replace(
                'name="x"',
                'name="x" invalidValueTreatment="asIs" x-invalidValueReplacement="7"',
            )
        ),
        'x-invalidValueReplacement="7"',
        'invalidValueTreatment="asValue" invalidValueReplacement="7"',
        'renamed MiningField/@x-invalidValueReplacement: 7 -> invalidValueReplacement="7"',
    ),
    "missing values of vendors": (
        "4.2",
        tree(schema=SCHEMA.replace('name="x"', 'name="x" missingValueTreatment="x-returnInvalid"')),
        "x-returnInvalid",
        'missingValueTreatment="returnInvalid"',
        "replaced MiningField/@missingValueTreatment: x-returnInvalid -> returnInvalid",
    ),
    "weighted sum of vendors": (
        "4.3",
        segments('multipleModelMethod="x-weightedSum"'),
        "x-weightedSum",
        'multipleModelMethod="weightedSum"',
        "replaced Segmentation/@multipleModelMethod: x-weightedSum -> weightedSum",
    ),
    "missing predictions of vendors": (
        "4.3",
        segments(
            'multipleModelMethod="sum" x-missingPredictionTreatment="skipSegment"'
            ' x-missingThreshold="0.5"'
        ),
        "x-missing",
        'missingPredictionTreatment="skipSegment" missingThreshold="0.5"',
        "renamed Segmentation/@x-missingPredictionTreatment: skipSegment"
        ' -> missingPredictionTreatment="skipSegment"',
    ),
    "function of vendors": (
        "4.3",
        derived('<Apply function="x-expm1"><FieldRef field="x"/></Apply>'),
        "x-expm1",
        'function="expm1"',
        "replaced Apply/@function: x-expm1 -> expm1",
    ),
    "method of NormDiscrete": (
        "4.2",
        derived('<NormDiscrete field="x" value="5" method="indicator"/>'),
        "method=",
        '<NormDiscrete field="x" value="5"/>',
        "removed NormDiscrete/@method: indicator",
    ),
    "dataType of OutputFields": (
        "4.2",
        tree(output('<OutputField name="o" feature="predictedValue"/>')),
        "",
        '<OutputField name="o" dataType="double"/>',
        "explicit OutputField/@dataType: double",
    ),
    "dataType of an expression": (
        "4.1",
        tree(
            output(
                '<OutputField name="o" feature="transformedValue"><Constant dataType="string">'
                "a</Constant></OutputField>"
            )
        ),
        "",
        '<OutputField name="o" dataType="string" feature="transformedValue">',
        "explicit OutputField/@dataType: string",
    ),
    "rawDataValue": (
        "3.1",
        tree('<Targets><Target field="y"><TargetValue rawDataValue="r"/></Target></Targets>'),
        "rawDataValue",
        '<TargetValue displayValue="r"/>',
        'renamed TargetValue/@rawDataValue: r -> displayValue="r"',
    ),
    "modelType and targetFieldName": (
        "3.2",
        regression('modelType="linearRegression" targetFieldName="y"'),
        "modelType",
        '<RegressionModel functionName="regression">',
        "removed RegressionModel/@targetFieldName: y",
    ),
    "place of the schema": (
        "4.2",
        tree(),
        "schemaLocation",
        'xmlns="http://www.dmg.org/PMML-4_4"',
        "removed PMML/@xsi:schemaLocation: http://www.dmg.org/PMML-4_2 pmml-4-2.xsd",
    ),
}
"""Version, model, what goes, what comes, and a line of the report."""

NOT_READ = ("missing values of vendors", "missing predictions of vendors")
"""What pmmlkit does not read, or not so, under the name of a vendor."""


def of_version(body: str, version: str, fields: dict[str, str] | None = None) -> bytes:
    text = stated(document(body, NUMBERS if fields is None else fields), version)
    location = (
        b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        b' xsi:schemaLocation="http://www.dmg.org/PMML-4_2 pmml-4-2.xsd"'
    )
    return text.replace(b"<PMML", b"<PMML" + location)


@pytest.mark.parametrize("name", CASES)
def test_rewrites(name: str) -> None:
    version, body, goes, comes, told = CASES[name]
    before = of_version(body, version)
    done = pmmlkit.upgrade(before)
    after = done.document.to_bytes()
    assert done.remaining == ()
    assert not goes or goes not in after.decode().replace(comes, "")
    assert comes in after.decode()
    assert any(change.summary == told for change in done.changes), str(done)
    assert all(change.line == 1 for change in done.changes)
    assert errors_of(after) == errors_of(stated(after, "4.4.1")) == []
    if name not in NOT_READ:
        assert_same_scores(before, after, PLAIN_ROWS)
    again = pmmlkit.upgrade(after)
    assert again.changes == ()
    assert again.remaining == ()
    assert again.document.to_bytes() == after


@pytest.mark.parametrize(
    ("version", "given", "written"),
    [
        ("4.2", "", None),
        ("4.2.1", "", r"\s"),
        ("4.3", "", r"\s"),
        ("4.3", r' wordSeparatorCharacterRE="\s+"', None),
        ("4.3", ' wordSeparatorCharacterRE="b"', "b"),
        ("4.4", "", None),
    ],
)
def test_the_separator_of_words(version: str, given: str, written: str | None) -> None:
    before = of_version(derived(INDEX.format(given)), version, TEXT)
    done = pmmlkit.upgrade(before)
    after = done.document.to_bytes()
    found = f'wordSeparatorCharacterRE="{written}"' if written else "wordSeparatorCharacterRE"
    assert (found in after.decode()) == (written is not None)
    assert ("explicit" in done.counts) == (written == r"\s")
    assert_same_scores(before, after, TEXT_ROWS)


def test_a_function_that_the_document_defines_keeps_its_name() -> None:
    text = of_version(
        '<TransformationDictionary><DefineFunction name="x-sin" optype="continuous">'
        '<ParameterField name="a"/><FieldRef field="a"/></DefineFunction>'
        "</TransformationDictionary>"
        + derived('<Apply function="x-sin"><FieldRef field="x"/></Apply>'),
        "4.3",
    )
    assert b'<Apply function="x-sin">' in pmmlkit.upgrade(text).document.to_bytes()


def test_a_target_that_only_the_model_names_stays() -> None:
    body = regression('targetFieldName="y"').replace(
        '<MiningField name="y" usageType="target"/>', ""
    )
    done = pmmlkit.upgrade(of_version(body, "3.2"))
    assert b'targetFieldName="y"' in done.document.to_bytes()


SMOOTHING = (
    '<TimeSeriesModel functionName="timeSeries" bestFit="ExponentialSmoothing"><MiningSchema>'
    '<MiningField name="y" usageType="target"/></MiningSchema><Output>'
    '<OutputField name="o" dataType="double" feature="predictedValue"/></Output>'
    '<ExponentialSmoothing><Level alpha="0.5" smoothedValue="10"/>'
    '<Trend trend="additive" gamma="0.5" smoothedValue="2"/></ExponentialSmoothing>'
    "</TimeSeriesModel>"
)


def test_the_trend_of_4_0() -> None:
    done = pmmlkit.upgrade(of_version(SMOOTHING, "4.0"))
    assert done.remaining == ()
    after = done.document.to_bytes()
    assert b'<Trend_ExpoSmooth gamma="0.5" smoothedValue="2"/>' in after
    model: Any = done.document.root.models[0]
    assert model.exponential_smoothing.trend.smoothed_value == 2
    assert errors_of(after) == []
    newer = pmmlkit.upgrade(of_version(SMOOTHING, "4.1"))
    assert b"<Trend " in newer.document.to_bytes(), "4.1 has no Trend"


BASELINE = (
    '<BaselineModel functionName="regression"><MiningSchema><MiningField name="x"/></MiningSchema>'
    '<TestDistributions field="x" testStatistic="CUSUM">'
    '<Baseline><GaussianDistribution mean="0" variance="1"/><Extension name="one"/></Baseline>'
    '<Alternate><GaussianDistribution mean="1" variance="1"/><Extension name="two"/></Alternate>'
    '<Extension name="three"/></TestDistributions></BaselineModel>'
)


def test_extensions_of_distributions() -> None:
    before = of_version(BASELINE, "4.2")
    assert errors_of(before) == []
    done = pmmlkit.upgrade(before)
    after = done.document.to_bytes()
    assert done.remaining == ()
    assert errors_of(after) == []
    assert after.index(b'"three"') < after.index(b'"one"') < after.index(b"<Baseline>")
    assert_same_scores(before, after, [{"x": value} for value in (1.0, 2.0, 0.5)])
    same = pmmlkit.upgrade(before, "4.3").document.to_bytes()
    assert errors_of(same) == []


@pytest.mark.parametrize("tag", ["SpectralAnalysis", "SeasonalTrendDecomposition", "ARIMA"])
def test_free_content_goes_into_extensions(tag: str) -> None:
    body = (
        f'<TimeSeriesModel functionName="timeSeries" bestFit="{tag}"><MiningSchema>'
        '<MiningField name="y" usageType="target"/></MiningSchema>'
        f'<{tag} own="1"><any><thing n="2">text</thing></any></{tag}></TimeSeriesModel>'
    )
    before = of_version(body, "4.2")
    assert errors_of(before) == []
    after = pmmlkit.upgrade(before).document.to_bytes()
    assert b'<Extension name="own" value="1"/>' in after
    assert b'<thing n="2">text</thing>' in after
    assert errors_of(after) == errors_of(stated(after, "4.4.1")) == []


REMAINING = {
    "no clustering field": (
        "4.1",
        clustering(f"<Cluster>{array([1])}</Cluster>", attributes={}).decode(),
        "ClusteringModel/ClusteringField",
    ),
    "a negative count": (
        "4.3",
        "<NearestNeighborModel functionName='regression' numberOfNeighbors='-1'>"
        f"{SCHEMA}<TrainingInstances><InstanceFields><InstanceField field='x' column='x'/>"
        "</InstanceFields><InlineTable><row><x>1</x><z>1</z></row></InlineTable>"
        "</TrainingInstances><ComparisonMeasure kind='distance'><euclidean/></ComparisonMeasure>"
        "<KNNInputs><KNNInput field='x'/></KNNInputs></NearestNeighborModel>",
        'NearestNeighborModel/@numberOfNeighbors="-1"',
    ),
    "a series without values": (
        "4.3",
        '<TimeSeriesModel functionName="timeSeries" bestFit="ARIMA"><MiningSchema>'
        '<MiningField name="y" usageType="target"/></MiningSchema><TimeSeries/></TimeSeriesModel>',
        "TimeSeries/TimeValue",
    ),
    "a type that nothing tells": (
        "4.2",
        tree(output('<OutputField name="o" feature="transformedValue"/>')),
        "OutputField/@dataType",
    ),
    "unknown markup of lost schemas": (
        "3.0",
        tree(attributes='foo="1"'),
        "TreeModel/@foo",
    ),
}


@pytest.mark.parametrize("name", REMAINING)
def test_what_cannot_be_done_is_told(name: str) -> None:
    version, body, markup = REMAINING[name]
    text = body.encode() if body.startswith("<PMML") else document(body, NUMBERS)
    done = pmmlkit.upgrade(stated(text, version))
    assert [item.markup for item in done.remaining] == [markup]
    assert "could not be done (1):" in str(done)
    assert str(done.remaining[0]).startswith(f"line 1: {markup}: ")
    assert done.document.version == "4.4"


def test_what_was_wrong_before_is_not_told() -> None:
    text = stated(document(tree(attributes='foo="1" missingValueStrategy="bar"'), NUMBERS), "4.2")
    assert pmmlkit.upgrade(text).remaining == ()


def test_vendors_markup_stays() -> None:
    text = of_version(tree(attributes='x-foo="1" x-mathContext="float"'), "4.2")
    after = pmmlkit.upgrade(text).document.to_bytes()
    assert b' x-foo="1"' in after
    assert b' x-mathContext="float"' in after


@pytest.mark.parametrize("to", ["4.0", "5.0", "", "x" * 1000])
def test_versions_that_nothing_comes_to(to: str) -> None:
    with pytest.raises(UnsupportedError, match=r"choose one of 4\.1") as caught:
        pmmlkit.upgrade(of_version(tree(), "4.2"), to)
    assert len(str(caught.value)) < 200


def test_the_source_stays_as_it_is() -> None:
    before = pmmlkit.Document.read(of_version(CASES["predicted"][1], "4.1"))
    text = before.to_bytes()
    done = pmmlkit.upgrade(before)
    assert before.to_bytes() == text
    assert done.source_version == before.version == "4.1"
    assert done.document.version == "4.4"
    assert pmmlkit.upgrade(before, "4.4.1").document.version == "4.4.1"


def test_embedded_models_inside_of_nodes() -> None:
    node = (
        '<Node><True/><Regression functionName="regression"><LocalTransformations>'
        '<DerivedField name="d" optype="continuous" dataType="double">'
        '<NormDiscrete field="x" value="5" method="indicator"/></DerivedField>'
        '</LocalTransformations><RegressionTable intercept="1">'
        '<NumericPredictor name="d" coefficient="2"/></RegressionTable></Regression></Node>'
    )
    before = of_version(f'<TreeModel functionName="regression">{SCHEMA}{node}</TreeModel>', "4.2")
    done = pmmlkit.upgrade(before)
    after = done.document.to_bytes()
    assert b"method=" not in after
    assert_same_scores(before, after, PLAIN_ROWS)
    assert [change.path for change in done.changes if change.kind == "removed"][-1].startswith(
        "PMML/TreeModel/Regression/LocalTransformations/DerivedField"
    )
