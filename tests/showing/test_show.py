"""`show` as a whole: what it says of documents, fit to be evaluated or not, large ones, broken
ones.
"""

from __future__ import annotations

import gzip
import io
import json
import random
from pathlib import Path

import pytest

import pmmlkit
from pmmlkit.errors import DataError, MarkupError, UnsupportedError
from pmmlkit.language.document import Document
from tests.conftest import CORPUS
from tests.documents import CLASSIFICATION, ENSEMBLE, REGRESSION, TRANSFORMATIONS, TWO_MODELS
from tests.fuzz.mutations import mutant
from tests.fuzz.seeds import FAMILIES, documents
from tests.showing.documents import MODELS, around

CASES = sorted(CORPUS.glob("*/*/model.pmml"))


def text(document: bytes) -> str:
    return "\n".join(pmmlkit.show(document).lines(width=140))


def test_the_whole_text_of_a_small_document() -> None:
    assert text(REGRESSION).splitlines() == [
        "PMML document",
        "  PMML       4.4",
        "  model      RegressionModel, regression: regression, 2 terms",
        "  size       910 bytes, 17 elements",
        "  evaluates  yes",
        "  findings   none",
        "",
        "Fields (3)",
        "  name    use     type                values",
        "  y       target  continuous double",
        "  x       input   continuous double   [0, 100]",
        "  colour  input   categorical string  red, blue",
        "",
        "Model 1: RegressionModel, regression",
        "  equations      1",
        "  terms          2",
        "  normalization  none",
        "  coefficients:",
        "    term            coefficient",
        "    intercept                 1",
        "    x                         2",
        '    colour = "red"           10',
        "",
        "Needs",
        "  inputs (2)  x, colour",
        "  extensions  none",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "made by hand",
        "x input continuous double [-10, 10]; missing: -999 < -5 or > 5 asExtremeValues",
        "n input ordinal integer 3",
        "s input categorical string a, b, c; missing: ?; invalid: bad asMissing",
        "twice(a) = a * 2 : double",
        "xx = twice(x) [default: 0.5] : continuous double",
        "scaled = piecewise(f < 0: 0; f < 1: 3 * f; f <= 4: 3 + (f - 1) / 3; otherwise: 4) "
        ": continuous double",
        'p(low) probability of "low" continuous double',
        "sum (xx + sum(`p(low)`, mapped)) [missing: -1] continuous double",
        "1.1 regression flag != true 2 regression, 4 terms, 2 equations, softmax normalization",
        "1.2 1 tree 1 tree, 3 nodes, 2 leaves, depth 1",
        "scaled ^ 2 0.25",
        "to look inside pmmlkit show FILE --tree 1 draws the tree",
    ],
)
def test_a_bit_of_everything(line: str) -> None:
    lines = [" ".join(item.split()) for item in text(ENSEMBLE).splitlines()]
    assert line in lines, "\n".join(lines)


def test_two_models_are_both_shown() -> None:
    shown = text(TWO_MODELS)
    assert 'Model 1: RegressionModel "first", regression' in shown
    assert 'Model 2: RegressionModel "second", regression' in shown


def test_targets_are_formulas() -> None:
    targets = (
        '<Targets><Target field="y" min="1" max="9" rescaleFactor="2" rescaleConstant="-3" '
        'castInteger="floor"><TargetValue defaultValue="4"/></Target></Targets>'
    )
    document = REGRESSION.replace(b"<RegressionTable", targets.encode() + b"<RegressionTable")
    assert "  y = floor(min(9, max(1, y)) * 2 - 3)" in text(document)


def test_a_document_that_cannot_be_evaluated_is_shown_with_the_reason() -> None:
    document = REGRESSION.replace(b'NumericPredictor name="x"', b'NumericPredictor name="nowhere"')
    shown = pmmlkit.show(document)
    lines = "\n".join(shown.lines(width=120))
    assert "evaluates  no: " in lines
    assert "nowhere" in lines
    assert "Findings (1 error" in lines
    content = json.loads(shown.to_json())
    assert content["evaluable"] is False
    assert content["obstacles"][0]["severity"] == "error"


def test_required_attributes_may_be_absent() -> None:
    document = REGRESSION.replace(b' intercept="1"', b"").replace(
        b' name="colour" value', b" value"
    )
    shown = text(document)
    verdict = next(line for line in shown.splitlines() if line.startswith("  evaluates"))
    assert verdict.startswith("  evaluates  no: ")
    assert "intercept" in verdict
    assert "(RegressionTable, line 19); and 1 more" in verdict
    assert '? = "red"' in shown


def test_documents_without_models_and_models_that_score_nothing() -> None:
    assert "evaluates  no: the document holds no model" in text(around(""))
    document = REGRESSION.replace(b"<RegressionModel ", b'<RegressionModel isScorable="false" ')
    shown = text(document)
    assert "evaluates  no: " in shown
    assert "scorable       no (isScorable=false)" in shown


def test_a_document_of_transformations() -> None:
    shown = pmmlkit.show(TRANSFORMATIONS)
    lines = "\n".join(shown.lines(width=120))
    assert "model       none: fields and transformations only" in lines
    assert "results     ratio, shade, later, whole, same" in lines
    assert "transforms  yes" in lines
    assert "inputs (4)  x, z, colour, day" in lines
    uses = {words[0]: words[1:3] for words in map(str.split, lines.splitlines()) if words}
    assert (uses["z"][0], uses["unread"]) == ("input", ["not", "used"])
    content = json.loads(shown.to_json())
    assert content["results"] == ["ratio", "shade", "later", "whole", "same"]
    assert content["evaluable"] is True


def test_extensions_and_expressions_are_needs() -> None:
    function = (
        '<TransformationDictionary><DerivedField name="d" optype="categorical" dataType="boolean">'
        '<Apply function="matches"><FieldRef field="s"/><Constant>(a+)+b</Constant></Apply>'
        '</DerivedField><DerivedField name="l" optype="continuous" dataType="double">'
        '<Lag field="x"/></DerivedField></TransformationDictionary>'
    )
    model = MODELS["RegressionModel"][0].replace(
        "functionName", 'x-mathContext="float" functionName'
    )
    model = model.replace("<RegressionTable", '<Extension name="own"/><RegressionTable')
    shown = text(around(model, function))
    assert "RegressionModel x-mathContext" in shown
    assert "Extension own" in shown
    assert "regular expressions  1, 1 of them with google-re2 alone" in shown
    assert "rows together        Lag" in shown


def test_names_that_are_no_words_stand_in_backticks() -> None:
    dictionary = (
        '<TransformationDictionary><DefineFunction name="f g" optype="continuous">'
        '<ParameterField name="a b"/><FieldRef field="a b"/></DefineFunction>'
        '<DerivedField name="log(x)" optype="continuous" dataType="double">'
        '<Apply function="f g"><FieldRef field="x"/></Apply></DerivedField>'
        "</TransformationDictionary>"
    )
    shown = text(around(MODELS["RegressionModel"][0], dictionary))
    assert "  `f g`(`a b`) = `a b`" in shown
    assert "  `log(x)` = `f g`(x)  : continuous double" in shown


def test_quality_is_shown() -> None:
    quality = (
        '<ModelExplanation><PredictiveModelQuality targetField="y" dataUsage="test" '
        'rootMeanSquaredError="1.5"/><PredictiveModelQuality targetField="y" '
        'rootMeanSquaredError="1"/></ModelExplanation>'
    )
    document = REGRESSION.replace(b"<RegressionTable", quality.encode() + b"<RegressionTable")
    shown = text(document)
    assert "    measure                  test  training" in shown
    assert "    root mean squared error   1.5         1" in shown


def test_every_source_is_taken(tmp_path: Path) -> None:
    plain, packed = tmp_path / "m.pmml", tmp_path / "m.pmml.gz"
    plain.write_bytes(CLASSIFICATION)
    packed.write_bytes(gzip.compress(CLASSIFICATION))
    wanted = pmmlkit.show(CLASSIFICATION).facts
    for source in (plain, str(plain), packed, io.BytesIO(CLASSIFICATION)):
        facts = pmmlkit.show(source).facts
        assert (facts.bytes, facts.elements) == (wanted.bytes, wanted.elements)
        assert facts.models == wanted.models
    document = Document.read(CLASSIFICATION)
    assert pmmlkit.show(document).facts.models == wanted.models
    assert pmmlkit.show(document).facts.bytes is None
    assert str(pmmlkit.show(plain)).splitlines()[0] == str(plain)


def test_the_elements_are_all_counted() -> None:
    from lxml import etree

    for document in (REGRESSION, CLASSIFICATION, ENSEMBLE, around(MODELS["TreeModel"][0])):
        count = sum(1 for _ in etree.fromstring(document).iter())
        assert pmmlkit.show(document).facts.elements == count


def test_what_is_no_document_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MarkupError):
        pmmlkit.show(b"<PMML")
    with pytest.raises(UnsupportedError):
        pmmlkit.show(b'<PMML version="9.9"/>')
    with pytest.raises(DataError):
        pmmlkit.show(tmp_path / "none.pmml")


def test_infinite_numbers_are_texts_in_json() -> None:
    document = REGRESSION.replace(b'coefficient="2"', b'coefficient="INF"')
    table = json.loads(pmmlkit.show(document).to_json())["models"][0]["shape"]["tables"][0]
    assert table["rows"][1] == ["x", "INF"]


@pytest.mark.parametrize("family", FAMILIES)
def test_broken_documents_are_shown_all_the_same(family: str) -> None:
    for at, document in enumerate(documents(family, 4)):
        broken = mutant(document, random.Random(at))
        try:
            Document.read(broken)
        except pmmlkit.PmmlError:
            continue
        shown = pmmlkit.show(broken)
        assert str(shown)
        json.loads(shown.to_json())
        for number in range(1, shown.trees + 1):
            assert list(shown.tree_lines(number))


@pytest.mark.skipif(not CASES, reason="the corpus is not beside the repository")
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_every_document_of_the_corpus_is_shown(path: Path) -> None:
    shown = pmmlkit.show(path)
    lines = list(shown.lines(width=100))
    squeezed = [" ".join(line.split()) for line in lines]
    assert "evaluates yes" in squeezed
    assert max(map(len, lines)) <= 100
    assert not any("? (" in line for line in lines)
    content = json.loads(shown.to_json())
    assert len(content["models"]) == len(shown.facts.models) > 0
    assert "<h3>" in shown._repr_html_()
    for number in range(1, min(shown.trees, 3) + 1):
        assert (
            len(list(shown.tree_lines(number)))
            == len(json.loads(shown.tree_json(number))["nodes"]) + 2
        )
