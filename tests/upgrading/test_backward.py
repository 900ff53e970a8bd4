"""The way to older versions: nothing is lost, and what would be is named."""

from __future__ import annotations

from typing import Any

import pytest

import pmmlkit
from pmmlkit.errors import UnsupportedError
from tests.corpus.cells import document
from tests.upgrading.comparing import assert_same_scores, errors_of
from tests.upgrading.test_forward import (
    BASELINE,
    INDEX,
    NUMBERS,
    PLAIN_ROWS,
    SCHEMA,
    TEXT,
    TEXT_ROWS,
    derived,
    of_version,
    output,
    regression,
    segments,
    tree,
)

RULES = (
    f'<RuleSetModel functionName="classification">{SCHEMA}<RuleSet>'
    '<RuleSelectionMethod criterion="weightedSum"/>'
    '<SimpleRule score="a"><SimplePredicate field="x" operator="lessThan" value="1"/></SimpleRule>'
    '<SimpleRule score="b" weight="0.5" confidence="0.5"><True/></SimpleRule>'
    "</RuleSet></RuleSetModel>"
)
LABELS = {"x": "continuous double", "y": "categorical string: a b"}

REWRITES: dict[str, tuple[str, dict[str, str], str, str]] = {
    "target": (tree(), NUMBERS, "4.1", 'usageType="predicted"'),
    "feature": (
        tree(output('<OutputField name="o" dataType="double"/>')),
        NUMBERS,
        "4.1",
        'feature="predictedValue"',
    ),
    "weight and confidence": (RULES, LABELS, "4.1", 'confidence="1" weight="1"'),
    "separator in 4.3": (
        derived(INDEX.format("")),
        TEXT,
        "4.3",
        r'wordSeparatorCharacterRE="\s+"',
    ),
    "separator in 4.2": (
        derived(INDEX.format("")),
        TEXT,
        "4.2",
        r'wordSeparatorCharacterRE="\s+"',
    ),
    "field of a Target": (
        tree('<Targets><Target rescaleFactor="2"/></Targets>'),
        NUMBERS,
        "4.2",
        '<Target field="y" rescaleFactor="2"/>',
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    body, fields, to, comes = REWRITES[name]
    before = document(body, fields)
    rows = TEXT_ROWS if fields is TEXT else PLAIN_ROWS
    done = pmmlkit.upgrade(before, to)
    after = done.document.to_bytes()
    assert comes in after.decode()
    assert done.document.version == to
    assert done.remaining == ()
    assert len(done.changes) > 1
    assert errors_of(before) == errors_of(after) == []
    assert_same_scores(before, after, rows)
    again = pmmlkit.upgrade(after).document.to_bytes()
    assert errors_of(again) == []
    assert_same_scores(before, again, rows)


def test_extensions_go_behind_the_distributions() -> None:
    newest = pmmlkit.upgrade(of_version(BASELINE, "4.2")).document
    after = pmmlkit.upgrade(newest, "4.1").document.to_bytes()
    assert errors_of(after) == []
    assert b'<Extension name="three"/>' in after


SUM = '<Apply function="{}"><FieldRef field="x"/></Apply>'
LOST: dict[str, tuple[str, str, list[str]]] = {
    "attribute": (
        segments('multipleModelMethod="sum" missingPredictionTreatment="skipSegment"'),
        "4.3",
        ['Segmentation/@missingPredictionTreatment="skipSegment": PMML 4.3 has no such attribute'],
    ),
    "value": (
        segments('multipleModelMethod="weightedSum"'),
        "4.2",
        ['Segmentation/@multipleModelMethod="weightedSum": PMML 4.2 has no such value'],
    ),
    "two of them": (
        tree(
            schema=SCHEMA.replace(
                'name="x"',
                'name="x" invalidValueTreatment="asValue" invalidValueReplacement="7"',
            )
        ),
        "4.2.1",
        [
            'MiningField/@invalidValueTreatment="asValue": PMML 4.2.1 has no such value',
            'MiningField/@invalidValueReplacement="7": PMML 4.2.1 has no such attribute',
        ],
    ),
    "function": (
        derived(SUM.format("expm1")),
        "4.3",
        ['Apply/@function="expm1": the function came with PMML 4.4'],
    ),
    "function of 4.2": (
        derived(SUM.format("concat"), "string"),
        "4.1",
        ['Apply/@function="concat": the function came with PMML 4.2'],
    ),
    "element": (
        derived('<Lag field="x"/>'),
        "4.2",
        ["Lag: PMML 4.2 has no such element"],
    ),
    "place": (
        tree(
            output(
                '<OutputField name="o" dataType="double" feature="transformedValue">'
                '<FieldRef field="x"/><Value value="1"/></OutputField>'
            )
        ),
        "4.2",
        ["OutputField/Value: PMML 4.2 has no place for it there"],
    ),
    "number": (
        tree().replace(
            '<Node score="1"><True/>',
            '<Node score="1"><True/><ScoreDistribution value="1" recordCount="1"'
            ' probability="1e-05"/>',
        ),
        "4.2",
        [
            'ScoreDistribution/@probability="1e-05": PMML 4.2 takes only decimal numbers'
            " without an exponent"
        ],
    ),
    "number of an attribute": (
        tree(schema=SCHEMA.replace('name="x"', 'name="x" importance="1e-7"')),
        "4.2",
        ['MiningField/@importance="1e-07": PMML 4.2 takes only decimal numbers'],
    ),
    "a required element": (
        derived(
            '<MapValues outputColumn="o" defaultValue="3"><InlineTable><row><i>1</i><o>1</o></row>'
            "</InlineTable></MapValues>"
        ),
        "4.1",
        ["MapValues/FieldColumnPair: PMML 4.1 requires it"],
    ),
    "model": (
        f'<AnomalyDetectionModel functionName="regression" algorithmType="other">{SCHEMA}'
        f"{tree()}</AnomalyDetectionModel>",
        "4.3",
        ["AnomalyDetectionModel: PMML 4.3 has no such element"],
    ),
}


@pytest.mark.parametrize("name", LOST)
def test_what_would_be_lost_is_named(name: str) -> None:
    body, to, told = LOST[name]
    before = document("\n" + body, NUMBERS)
    with pytest.raises(UnsupportedError) as caught:
        pmmlkit.upgrade(before, to)
    head, *lines = str(caught.value).splitlines()
    assert head == f"line 2: PMML {to} lacks markup that the document needs:"
    assert len(lines) == len(told)
    for line, text in zip(lines, told, strict=True):
        assert line.startswith(f"  {text}")
        assert line.endswith(" (line 2)")
    assert pmmlkit.upgrade(before, "4.4").document.version == "4.4"


def test_all_places_are_counted() -> None:
    fields = '<MiningField name="x" invalidValueReplacement="1"/>\n' * 9
    before = document(tree(schema=SCHEMA.replace('<MiningField name="x"/>', fields)), NUMBERS)
    with pytest.raises(UnsupportedError, match=r"\(lines 1, 2, 3, 4, 5 and 4 more\)"):
        pmmlkit.upgrade(before, "4.3")


def test_a_function_of_the_document_is_not_lost() -> None:
    body = (
        '<TransformationDictionary><DefineFunction name="modulo" optype="continuous">'
        '<ParameterField name="a"/><FieldRef field="a"/></DefineFunction>'
        f"</TransformationDictionary>{derived(SUM.format('modulo'))}"
    )
    assert pmmlkit.upgrade(document(body, NUMBERS), "4.1").remaining == ()


def test_what_was_wrong_before_is_not_lost() -> None:
    body = tree(attributes='foo="1" missingValueStrategy="bar"')
    done = pmmlkit.upgrade(document(body, NUMBERS), "4.2")
    assert b'foo="1"' in done.document.to_bytes()


def test_from_4_4_1_to_4_4() -> None:
    field = '<OutputField name="o" dataType="double" feature="{}"/>'
    plain = of_version(tree(output(field.format("predictedValue"))), "4.4.1")
    assert pmmlkit.upgrade(plain, "4.4").document.version == "4.4"
    newest = of_version(tree(output(field.format("confidenceIntervalLower"))), "4.4.1")
    with pytest.raises(UnsupportedError, match="confidenceIntervalLower"):
        pmmlkit.upgrade(newest, "4.4")


@pytest.mark.parametrize("to", ["4.1", "4.2", "4.2.1", "4.3", "4.4", "4.4.1"])
def test_the_namespace(to: str) -> None:
    text = pmmlkit.upgrade(document(regression(), NUMBERS), to).document.to_bytes().decode()
    major, minor = to.split(".")[:2]
    assert f'<PMML xmlns="http://www.dmg.org/PMML-{major}_{minor}" version="{to}">' in text
    assert pmmlkit.Document.read(text.encode()).version == to


def test_what_is_written_is_what_is_read(tmp_path: Any) -> None:
    """Defaults of the newest version are written where an older one has others."""
    done = pmmlkit.upgrade(document(derived(INDEX.format("")), TEXT), "4.3")
    path = tmp_path / "older.pmml.gz"
    done.document.write(path)
    read = pmmlkit.Document.read(path)
    assert read.root.models == pmmlkit.Document.read(done.document.to_bytes()).root.models
    assert rb"\s+" in done.document.to_bytes()
