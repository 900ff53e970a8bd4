"""Bad input of every kind gets a PmmlError that says what is wrong, where, and what to do."""

from __future__ import annotations

import gzip
import pickle
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pmmlkit
from pmmlkit.cli import main
from tests.documents import CLASSIFICATION, ENSEMBLE, REGRESSION


def changed(document: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    for old, new in changes:
        assert old in document, old
        document = document.replace(old, new, 1)
    return document


def with_derived(*fields: str) -> bytes:
    """REGRESSION with derived fields, the first of which it reads instead of x."""
    derived = "".join(
        f'<DerivedField name="{name}" optype="continuous" dataType="double">{expression}'
        "</DerivedField>"
        for name, _, expression in (field.partition("=") for field in fields)
    )
    first = fields[0].partition("=")[0]
    return changed(
        REGRESSION,
        (
            b"<RegressionTable",
            f"<LocalTransformations>{derived}</LocalTransformations><RegressionTable".encode(),
        ),
        (b'NumericPredictor name="x"', f'NumericPredictor name="{first}"'.encode()),
    )


def with_functions(*functions: str) -> bytes:
    """REGRESSION with functions of one parameter, the first of which it applies to x."""
    defined = "".join(
        f'<DefineFunction name="{name}" optype="continuous" dataType="double">'
        f'<ParameterField name="a"/>{expression}</DefineFunction>'
        for name, _, expression in (function.partition("=") for function in functions)
    )
    name = functions[0].partition("=")[0]
    return changed(
        with_derived(f'd=<Apply function="{name}"><FieldRef field="x"/></Apply>'),
        (
            b"</DataDictionary>",
            f"</DataDictionary><TransformationDictionary>{defined}</TransformationDictionary>".encode(),
        ),
    )


def apply(function: str, *fields: str) -> str:
    references = "".join(f'<FieldRef field="{field}"/>' for field in fields)
    return f'<Apply function="{function}">{references}</Apply>'


MARKUP, UNSUPPORTED, LIMIT = pmmlkit.MarkupError, pmmlkit.UnsupportedError, pmmlkit.LimitError
NAMESPACE = b' xmlns="http://www.dmg.org/PMML-4_4"'

# name: document, kind of error, words of its text, line (None where the whole document is meant)
DOCUMENTS: dict[str, tuple[bytes, type[pmmlkit.PmmlError], str, int | None]] = {
    "not XML": (b"x,colour\n1,red\n", MARKUP, "not well-formed XML.*is this a PMML document", 1),
    "empty": (b"", MARKUP, "no element found.*is this a PMML document", 1),
    "binary": (bytes(range(256)), MARKUP, "not well-formed XML", 1),
    "truncated between elements": (
        REGRESSION[: REGRESSION.index(b"<MiningField")],
        MARKUP,
        "end is missing",
        15,
    ),
    "truncated in a tag": (
        REGRESSION[: REGRESSION.index(b"Field name")],
        MARKUP,
        "end is missing",
        5,
    ),
    "two roots": (REGRESSION + b"<PMML/>", MARKUP, "junk after document element", 25),
    "tags that do not match": (
        changed(REGRESSION, (b"</MiningSchema>", b"</Schema>")),
        MARKUP,
        "mismatched tag",
        18,
    ),
    "DOCTYPE": (
        changed(REGRESSION, (b"<PMML", b"<!DOCTYPE PMML>\n<PMML")),
        MARKUP,
        "must not have a DOCTYPE; remove it",
        2,
    ),
    "entities": (
        changed(
            REGRESSION,
            (b"<PMML", b'<!DOCTYPE PMML [<!ENTITY a "1">]><PMML'),
            (b'intercept="1"', b'intercept="&a;"'),
        ),
        MARKUP,
        "must not have a DOCTYPE",
        2,
    ),
    "undefined entity": (
        changed(REGRESSION, (b'intercept="1"', b'intercept="&a;"')),
        MARKUP,
        "undefined entity",
        19,
    ),
    "unknown encoding": (
        changed(REGRESSION, (b"UTF-8", b"klingon")),
        MARKUP,
        "encoding.*klingon",
        None,
    ),
    "wrong encoding": (changed(REGRESSION, (b'"red"', b'"r\xe9d"')), MARKUP, "invalid token", 9),
    "wrong root": (b"<html/>", MARKUP, "root element is html, not PMML", None),
    "root of another language": (
        changed(REGRESSION, (b"PMML-4_4", b"FOO-4_4")),
        MARKUP,
        "FOO-4_4.*not PMML",
        None,
    ),
    "no version": (
        changed(REGRESSION, (NAMESPACE, b""), (b' version="4.4"', b"")),
        MARKUP,
        "states no version",
        None,
    ),
    "unknown version": (
        changed(REGRESSION, (b'version="4.4"', b'version="9.9"')),
        UNSUPPORTED,
        r"version '9\.9' of PMML is not known; known are 3\.0",
        None,
    ),
    "no needed attribute": (
        changed(REGRESSION, (b' coefficient="2"', b"")),
        MARKUP,
        "NumericPredictor, line 20: attribute coefficient is required",
        20,
    ),
    "no needed attributes": (
        changed(
            REGRESSION, (b' coefficient="2"', b""), (b'<MiningField name="x"/>', b"<MiningField/>")
        ),
        MARKUP,
        "(?s)2 things keep.*line 15.*attribute name is required.*line 20.*attribute coefficient",
        None,
    ),
    "no DataDictionary": (
        REGRESSION[: REGRESSION.index(b"<DataDictionary>")]
        + REGRESSION[REGRESSION.index(b"<RegressionModel") :],
        MARKUP,
        "needs DataDictionary",
        2,
    ),
    "no MiningSchema": (
        REGRESSION[: REGRESSION.index(b"<MiningSchema>")]
        + REGRESSION[REGRESSION.index(b"<RegressionTable") :],
        MARKUP,
        "needs MiningSchema",
        13,
    ),
    "no model": (
        REGRESSION[: REGRESSION.index(b"<RegressionModel")] + b"</PMML>",
        UNSUPPORTED,
        "holds no model",
        None,
    ),
    "unsupported model": (
        REGRESSION.replace(b"RegressionModel", b"DeepNetwork"),
        UNSUPPORTED,
        "DeepNetwork",
        None,
    ),
    "bad number": (
        changed(REGRESSION, (b'intercept="1"', b'intercept="1,5"')),
        MARKUP,
        "RegressionTable, line 19: intercept='1,5': '1,5' is not a number",
        19,
    ),
    "bad number of a margin": (
        changed(REGRESSION, (b'leftMargin="0"', b'leftMargin="zero"')),
        MARKUP,
        "Interval, line 6: leftMargin='zero'",
        6,
    ),
    "bad number of a predicate": (
        changed(CLASSIFICATION, (b'lessOrEqual" value="0"', b'lessOrEqual" value="zero"')),
        MARKUP,
        "zero",
        None,
    ),
    "bad number of a score": (
        changed(CLASSIFICATION, (b'recordCount="3"', b'recordCount="three"')),
        MARKUP,
        "recordCount.*three",
        None,
    ),
    "bad dataType": (
        changed(REGRESSION, (b'dataType="string"', b'dataType="strng"')),
        MARKUP,
        "DataField, line 8: dataType 'strng'",
        8,
    ),
    "bad function": (
        changed(REGRESSION, (b'functionName="regression"', b'functionName="regresion"')),
        UNSUPPORTED,
        "RegressionModel, line 13: .*'regresion'",
        13,
    ),
    "undefined field": (
        changed(REGRESSION, (b'NumericPredictor name="x"', b'NumericPredictor name="z"')),
        MARKUP,
        "NumericPredictor, line 20: field 'z' is not defined here; name it in the MiningSchema",
        20,
    ),
    "undefined fields": (
        changed(
            REGRESSION,
            (b'NumericPredictor name="x"', b'NumericPredictor name="z"'),
            (b'Predictor name="colour"', b'Predictor name="color"'),
        ),
        MARKUP,
        "(?s)2 things keep.*line 20.*field 'z'.*line 21.*field 'color'",
        None,
    ),
    "undefined field of a derived field": (
        with_derived("d=" + apply("+", "x", "nowhere")),
        MARKUP,
        "FieldRef, line 19: field 'nowhere' is not defined",
        19,
    ),
    "undefined field of a tree": (
        changed(CLASSIFICATION, (b'SimplePredicate field="x"', b'SimplePredicate field="z"')),
        MARKUP,
        "field 'z' is not defined",
        None,
    ),
    "undefined field of an output": (
        changed(CLASSIFICATION, (b'<FieldRef field="n"/>', b'<FieldRef field="z"/>')),
        MARKUP,
        "FieldRef, line 23: field 'z' is not defined",
        23,
    ),
    "field that is not in the DataDictionary": (
        changed(REGRESSION, (b'MiningField name="x"', b'MiningField name="z"')),
        MARKUP,
        "MiningField, line 15: field 'z' is not in the DataDictionary; define it there",
        None,
    ),
    "field defined twice": (
        changed(REGRESSION, (b'DataField name="y"', b'DataField name="x"')),
        MARKUP,
        "DataField, line 11: field 'x' is defined twice",
        11,
    ),
    "undefined function": (
        changed(CLASSIFICATION, (b'function="+"', b'function="plus"')),
        UNSUPPORTED,
        "Apply, line 23: function 'plus' is not known",
        23,
    ),
    "function that names Python code": (
        changed(CLASSIFICATION, (b'function="+"', b'function="os.system"')),
        UNSUPPORTED,
        "function 'os.system' is not known",
        23,
    ),
    "derived field of itself": (
        with_derived("d=" + apply("+", "d", "x")),
        MARKUP,
        "DerivedField, line 19: derived fields define each other in a circle: d -> d",
        19,
    ),
    "derived fields in a circle": (
        with_derived(
            "d=" + apply("+", "e", "x"), "e=" + apply("+", "f"), "f=" + apply("+", "x", "d")
        ),
        MARKUP,
        "in a circle: d -> e -> f -> d",
        19,
    ),
    "recursive function": (
        with_functions("f=" + apply("f", "a")),
        MARKUP,
        "functions call themselves: f -> f",
        12,
    ),
    "functions that call each other": (
        with_functions("f=" + apply("g", "a"), "g=" + apply("f", "a")),
        MARKUP,
        "functions call themselves: f -> g -> f",
        12,
    ),
    "function that doubles its calls": (
        with_functions(
            *(
                f"f{at}=" + f'<Apply function="+">{apply(f"f{at + 1}", "a") * 2}</Apply>'
                for at in range(40)
            ),
            "f40=" + apply("+", "a", "a"),
        ),
        LIMIT,
        "Limits.function",
        None,
    ),
    "expressions nested too deep": (
        with_derived(
            "d=" + '<Apply function="+">' * 5000 + '<FieldRef field="x"/>' + "</Apply>" * 5000
        ),
        LIMIT,
        r"Limits\.",
        19,
    ),
    "too few arguments": (with_derived("d=" + apply("pow", "x")), MARKUP, "pow", 19),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_that_cannot_be_evaluated(name: str) -> None:
    document, kind, words, line = DOCUMENTS[name]
    with pytest.raises(pmmlkit.PmmlError, match=words) as caught:
        pmmlkit.load(document)
    assert type(caught.value) is kind
    if line is not None:
        assert caught.value.line == line


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_validator_says_it_too(name: str) -> None:
    document, _, _, line = DOCUMENTS[name]
    report = pmmlkit.validate(document)
    assert not report.ok
    if line is not None:
        assert line in {finding.line for finding in report.findings if finding.severity == "error"}


@pytest.mark.parametrize(
    ("document", "change", "code", "severity", "line", "words", "kept"),
    [
        (
            REGRESSION,
            (b'intercept="1"', b'intercept="1" a="3"'),
            "PMML013",
            "warning",
            19,
            "RegressionTable has no attribute a ",
            b'a="3"',
        ),
        (
            REGRESSION,
            (b"<RegressionTable", b'<Foo a="1"><Bar>text</Bar></Foo><RegressionTable'),
            "PMML014",
            "warning",
            19,
            "there is no element Foo ",
            b"<Bar>text</Bar>",
        ),
        (
            CLASSIFICATION,
            (b'<Node id="1"', b'<Node colour="red" id="1"'),
            "PMML013",
            "warning",
            37,
            "Node has no attribute colour ",
            b'colour="red"',
        ),
        (
            CLASSIFICATION,
            (b' recordCount="3"', b""),
            "PMML010",
            "error",
            39,
            "recordCount.* is required",
            b'<ScoreDistribution value="no"/>',
        ),
        (
            REGRESSION,
            (b"<RegressionTable", b"text <RegressionTable"),
            "PMML017",
            "error",
            13,
            "RegressionModel must not hold text here",
            b"text",
        ),
        (
            ENSEMBLE,
            (b'<Application name="hand"/>', b"<Application/>"),
            "PMML010",
            "error",
            3,
            "attribute name of Application is required",
            b"<Application",
        ),
    ],
)
def test_documents_that_are_odd_are_scored_and_kept(
    document: bytes,
    change: tuple[bytes, bytes],
    code: str,
    severity: str,
    line: int,
    words: str,
    kept: bytes,
) -> None:
    odd = changed(document, change)
    row = {"x": 1.0, "colour": "red", "n": 2, "s": "a"}
    assert pmmlkit.load(odd).evaluate(row) == pmmlkit.load(document).evaluate(row)
    found = [item for item in pmmlkit.validate(odd).findings if item.severity != "info"]
    assert [(item.code, item.severity, item.line) for item in found] == [(code, severity, line)]
    assert re.search(words, found[0].message)
    again = pmmlkit.Document.read(pmmlkit.Document.read(odd).to_bytes())
    assert again == pmmlkit.Document.read(odd)
    assert kept in again.to_bytes()


def bad_array() -> Any:
    values = np.empty(1, dtype=object)
    values[0] = object()
    return values


TABLES: dict[str, tuple[Any, type[pmmlkit.PmmlError], str]] = {
    "absent column": (
        {"x": [1.0]},
        pmmlkit.DataError,
        "lacks column 'colour'; it has 'x'; absent='missing'",
    ),
    "absent columns": (
        pd.DataFrame({"X": [1.0]}),
        pmmlkit.DataError,
        "lacks columns 'x', 'colour'; it has 'X'",
    ),
    "text for a number": (
        {"x": ["abc"], "colour": ["red"]},
        pmmlkit.EvaluationError,
        r"row 0: field 'x': value 'abc' is not valid \(it is no double\)",
    ),
    "dates for numbers": (
        {"x": np.array(["2020-01-01"], "M8[D]"), "colour": ["red"]},
        pmmlkit.EvaluationError,
        "row 0: field 'x': .*2020-01-01.* no double",
    ),
    "objects": (
        {"x": bad_array(), "colour": ["red"]},
        pmmlkit.EvaluationError,
        "row 0: field 'x': .*object",
    ),
    "lists": (
        [{"x": [1.0], "colour": "red"}],
        pmmlkit.EvaluationError,
        r"row 0: field 'x': value \[1\.0\]",
    ),
    "two dimensions": (
        {"x": np.zeros((1, 2)), "colour": ["red"]},
        pmmlkit.DataError,
        "column 'x' has 2 dimensions",
    ),
    "invalid category": (
        {"x": [1.0], "colour": ["green"]},
        pmmlkit.EvaluationError,
        "row 0: field 'colour': value 'green' is not valid.*'red', 'blue'",
    ),
    "number outside": (
        {"x": [1.0, 101.0], "colour": ["red"] * 2},
        pmmlkit.EvaluationError,
        r"row 1: field 'x': value 101\.0 .*outside \[0, 100\]",
    ),
    "columns of different lengths": (
        {"x": [1.0], "colour": []},
        pmmlkit.DataError,
        "differ in length",
    ),
    "no table": ("people.csv", pmmlkit.DataError, "no table that pmmlkit reads; give a dict"),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_that_cannot_be_scored(name: str) -> None:
    table, kind, words = TABLES[name]
    with pytest.raises(pmmlkit.PmmlError, match=words) as caught:
        pmmlkit.load(REGRESSION).evaluate(table)
    assert type(caught.value) is kind


def run(arguments: list[Any], capfd: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    out, err = capfd.readouterr()
    assert "Traceback" not in err
    assert isinstance(ended.value.code, int)
    return ended.value.code, out, err


FILES: dict[str, tuple[bytes, list[str], int, str]] = {
    "no header": (
        b"1.0,red\n2.0,blue\n",
        [],
        4,
        "lacks columns 'x', 'colour'; it has '1.0', 'red'; is the first line a header",
    ),
    "nothing": (b"", [], 4, "the file is empty: a CSV file needs a header line"),
    "ragged lines": (
        b"x,colour\n1,red\n2,blue,3\n",
        [],
        4,
        "line 3: this line has 3 cells, the header 2",
    ),
    "open quote": (b'x,colour\n1,"red\n', [], 4, "line 2: the file is not CSV"),
    "wrong encoding": (b"x,colour\n1,r\xe9d\n", [], 4, "not utf-8 text.*0xe9.*state its encoding"),
    "other encoding": (b"x,colour\n", ["--encoding", "utf-16"], 4, "encoding"),
    "unknown encoding": (
        b"x,colour\n",
        ["--encoding", "klingon"],
        4,
        "'klingon' is not known; try utf-8",
    ),
    "no CSV at all": (b"\x89PNG\r\n\x1a\n\0\0", [], 4, "not utf-8 text"),
    "names twice": (b"x,x,colour\n1,1,red\n", [], 4, "line 1: the header names columns twice: x"),
    "invalid category": (
        b"x,colour\n1,red\n1,green\n",
        [],
        1,
        "row 1: field 'colour': value 'green'.*--errors column or skip",
    ),
    "text for a number": (b"x,colour\none,red\n", [], 1, "row 0: field 'x': value 'one'"),
    "wrong delimiter": (
        b"x;colour\n1;red\n",
        [],
        4,
        "lacks columns 'x', 'colour'; it has 'x;colour'",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_cannot_be_scored(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    content, options, code, words = FILES[name]
    (tmp_path / "model.pmml").write_bytes(REGRESSION)
    (tmp_path / "rows.csv").write_bytes(content)
    found, _, err = run(
        ["score", tmp_path / "model.pmml", tmp_path / "rows.csv", tmp_path / "out.csv", *options],
        capfd,
    )
    assert found == code
    assert err.startswith("pmmlkit: ")
    assert re.search(words, err, re.DOTALL)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.pmml", "rows.csv"]


def test_zero_rows_are_no_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "model.pmml").write_bytes(REGRESSION)
    (tmp_path / "rows.csv").write_bytes(b"x,colour\n")
    assert run(["score", tmp_path / "model.pmml", tmp_path / "rows.csv"], capfd) == (0, "y\n", "")
    model = pmmlkit.load(REGRESSION)
    assert model.evaluate([]) == []
    assert model.evaluate(pd.DataFrame({"x": [], "colour": []})).shape == (0, 1)


def test_output_that_cannot_be_written(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "model.pmml").write_bytes(REGRESSION)
    (tmp_path / "rows.csv").write_bytes(b"x,colour\n1,red\n")
    (tmp_path / "folder.csv").mkdir()
    arguments = ["score", tmp_path / "model.pmml", tmp_path / "rows.csv"]
    for target in (tmp_path / "nowhere" / "out.csv", tmp_path / "folder.csv"):
        code, _, err = run([*arguments, target], capfd)
        assert code == 4
        assert f"cannot write {target}: " in err
    with pytest.raises(pmmlkit.DataError, match=r"cannot write .*No such file"):
        pmmlkit.load(REGRESSION).document.write(tmp_path / "nowhere" / "model.pmml")


@pytest.mark.parametrize("name", ["nothing.pmml", ".", "broken.pmml.gz", "short.pmml.gz"])
def test_documents_that_cannot_be_read(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    packed = gzip.compress(REGRESSION)
    (tmp_path / "broken.pmml.gz").write_bytes(packed[:40] + b"\0" * 40 + packed[80:])
    (tmp_path / "short.pmml.gz").write_bytes(packed[:-20])
    with pytest.raises(pmmlkit.DataError, match="cannot read"):
        pmmlkit.load(tmp_path / name)
    code, _, err = run(["validate", tmp_path / name], capfd)
    assert code == 4
    assert "cannot read" in err


@pytest.mark.parametrize("ending", [".pkl", ".pickle", ".joblib"])
def test_pickles_are_refused_unread(
    ending: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"model{ending}"
    path.write_bytes(pickle.dumps(_Bomb()))
    code, _, err = run(["export", path, tmp_path / "model.pmml"], capfd)
    assert code == 3
    assert "is a pickle, which runs code when it is read" in err
    assert "--allow-pickle" in err
    assert not (tmp_path / "model.pmml").exists()


class _Bomb:
    def __reduce__(self) -> Any:
        return (_explode, ())


def _explode() -> None:
    raise AssertionError("the pickle was read")
