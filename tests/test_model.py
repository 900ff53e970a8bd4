"""The public face: load, Model, and the laws that hold for whole documents."""

from __future__ import annotations

import datetime
import io
import pickle
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pmmlkit
from tests.documents import CLASSIFICATION, ENSEMBLE, REGRESSION, TWO_MODELS

Row = dict[str, Any]

DOCUMENTS = {"regression": REGRESSION, "classification": CLASSIFICATION, "ensemble": ENSEMBLE}

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "x": st.sampled_from(
        [None, -20.0, -999.0, -5.5, -1.0, 0.0, 0.5, 0.75, 1.0, 2.5, 3.0, 10.0, "2", "w"]
    ),
    "n": st.sampled_from([None, -1, 0, 2, 3, 2**40, "5", 2.0, 2.5]),
    "s": st.sampled_from([None, "a", "b", "c", "?", "bad", "new"]),
    "f": st.sampled_from([None, -1.0, 0.0, 0.1, 0.30000001, 3.5, 9.0]),
    "flag": st.sampled_from([None, True, False, "true", "maybe"]),
    "day": st.sampled_from([None, datetime.date(1999, 12, 31), "2000-01-01", "no day"]),
    "colour": st.sampled_from([None, "red", "blue", "green"]),
}
ROWS = st.lists(st.fixed_dictionaries({}, optional=VALUES), max_size=12)


@pytest.fixture(scope="module")
def models() -> dict[str, pmmlkit.Model]:
    return {name: pmmlkit.load(document) for name, document in DOCUMENTS.items()}


def equal(left: Any, right: Any) -> bool:
    """Numbers within 1e-12, the rest exactly, types too."""
    if isinstance(left, float) and isinstance(right, float):
        return left == right or abs(left - right) <= 1e-12 * max(abs(left), abs(right), 1.0)
    return type(left) is type(right) and bool(left == right)


def assert_equal_rows(left: list[Row], right: list[Row]) -> None:
    assert len(left) == len(right)
    for mine, other in zip(left, right, strict=True):
        assert list(mine) == list(other)
        for name, value in mine.items():
            assert equal(value, other[name]), (name, mine, other)


def as_table(rows: list[Row]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def scored(model: pmmlkit.Model, rows: list[Row]) -> list[Row]:
    result: list[Row] = model.evaluate(rows, errors="column", absent="missing")
    return result


# --- loading


def test_everything_that_load_takes(tmp_path: Path) -> None:
    path = tmp_path / "model.pmml"
    path.write_bytes(REGRESSION)
    document = pmmlkit.Document.read(path)
    for source in (path, str(path), REGRESSION, io.BytesIO(REGRESSION), document):
        assert pmmlkit.load(source).evaluate({"x": 1, "colour": "red"}) == {"y": 13.0}
    document.write(tmp_path / "model.pmml.gz")
    assert pmmlkit.load(tmp_path / "model.pmml.gz").document == document


@pytest.mark.parametrize("source", [3, None, io.StringIO("<PMML/>"), ["model.pmml"]])
def test_what_load_does_not_take(source: Any) -> None:
    with pytest.raises(pmmlkit.DataError, match="document"):
        pmmlkit.load(source)


def test_one_of_several_models() -> None:
    assert pmmlkit.load(TWO_MODELS).name == "first"
    second = pmmlkit.load(TWO_MODELS, model="second")
    assert second.name == "second"
    assert [field.name for field in second.inputs] == ["x"]
    assert second.evaluate({"x": 2.0}) == {"y": 5.0}
    with pytest.raises(
        pmmlkit.MarkupError, match="no model named 'third'; it has 'first', 'second'"
    ):
        pmmlkit.load(TWO_MODELS, model="third")


@pytest.mark.parametrize("options", [{"nan": "?"}, {"nan": None}])
def test_wrong_options_of_load(options: dict[str, Any]) -> None:
    with pytest.raises(pmmlkit.DataError, match="choose"):
        pmmlkit.load(REGRESSION, **options)


# --- what a model says of itself


def test_fields(models: dict[str, pmmlkit.Model]) -> None:
    model = models["classification"]
    assert [(field.name, field.data_type, field.optype) for field in model.inputs] == [
        ("x", "double", "continuous"),
        ("n", "integer", "continuous"),
        ("day", "date", "continuous"),
    ]
    assert [(field.name, field.feature, field.values) for field in model.targets] == [
        ("kind", "predictedValue", ("no", "yes"))
    ]
    assert [(field.name, field.data_type, field.feature) for field in model.outputs] == [
        ("p", "double", "probability"),
        ("more", "integer", "transformedValue"),
        ("positive", "boolean", "transformedValue"),
        ("when", "date", "transformedValue"),
    ]
    colour = models["regression"].inputs[1]
    assert (colour.values, colour.usage, colour.required) == (("red", "blue"), "active", True)


def test_a_field_that_only_an_inner_mining_schema_reads_is_required() -> None:
    inner = REGRESSION.replace(b"<RegressionModel", b"<Segment><True/><RegressionModel", 1)
    head, tail = inner.split(b"<Segment>")
    schema = tail[tail.index(b"<MiningSchema>") : tail.index(b"<RegressionTable")]
    document = (
        head
        + b'<MiningModel functionName="regression">'
        + schema
        + b'<Segmentation multipleModelMethod="sum"><Segment>'
        + tail.replace(
            b'name="x"/>', b'name="x" missingValueTreatment="returnInvalid"/>', 1
        ).replace(b"</PMML>", b"</Segment></Segmentation></MiningModel></PMML>")
    )
    model = pmmlkit.load(document)
    assert [field.required for field in model.inputs] == [True, True]
    with pytest.raises(pmmlkit.DataError, match="lacks column 'x'"):
        model.evaluate({"colour": ["red", "blue"]})


def test_repr(models: dict[str, pmmlkit.Model]) -> None:
    assert repr(models["regression"]) == "<pmmlkit.Model RegressionModel: x, colour -> y>"
    assert repr(models["ensemble"]).startswith(
        "<pmmlkit.Model MiningModel: x, n, s, f, flag, day -> "
    )


def test_classes(models: dict[str, pmmlkit.Model]) -> None:
    assert models["classification"].classes_.tolist() == ["no", "yes"]
    assert models["classification"].classes_.dtype == object
    with pytest.raises(pmmlkit.DataError, match="no classes: it is no classification"):
        _ = models["regression"].classes_


@pytest.mark.parametrize(
    ("data_type", "labels", "kind"),
    [("integer", [0, 1], "i"), ("boolean", [False, True], "b"), ("double", [0.5, 1.5], "f")],
)
def test_classes_keep_their_type(data_type: str, labels: list[Any], kind: str) -> None:
    document = CLASSIFICATION.replace(
        b'name="kind" optype="categorical" dataType="string"',
        f'name="kind" optype="categorical" dataType="{data_type}"'.encode(),
    )
    for old, new in zip((b'"no"', b'"yes"'), labels, strict=True):
        document = document.replace(old, f'"{str(new).lower()}"'.encode())
    model = pmmlkit.load(document)
    assert model.classes_.dtype.kind == kind
    frame = pd.DataFrame({"x": [-1.0, 1.0, None], "n": [1, 1, 1], "day": None})
    predicted = model.predict(frame)
    assert predicted[:2].tolist() == labels
    assert predicted[2] is None or np.isnan(predicted[2])
    assert model.predict(frame[:2]).dtype.kind == kind


# --- scoring


def test_results_come_in_the_order_of_the_document(models: dict[str, pmmlkit.Model]) -> None:
    for model in models.values():
        names = [field.name for field in (*model.targets, *model.outputs)]
        assert list(model.evaluate([{}], absent="missing", errors="column")[0])[:-1] == names


def test_errors_of_a_table(models: dict[str, pmmlkit.Model]) -> None:
    model = models["regression"]
    table = {"x": [1.0, 500.0, 2.0], "colour": ["red", "red", "blue"]}
    with pytest.raises(pmmlkit.EvaluationError, match=r"row 1: field 'x': value 500\.0") as caught:
        model.evaluate(table)
    assert (caught.value.row, caught.value.field) == (1, "x")
    result = model.evaluate(table, errors="column")
    assert result["y"].tolist()[::2] == [13.0, 5.0]
    assert np.isnan(result["y"][1])
    assert [reason is None for reason in result["pmmlkit_error"].tolist()] == [True, False, True]
    assert "500.0" in result["pmmlkit_error"][1]
    assert model.evaluate(table, errors="skip")["y"].tolist() == [13.0, 5.0]


def test_errors_of_a_row(models: dict[str, pmmlkit.Model]) -> None:
    model = models["regression"]
    good, bad = {"x": 1.0, "colour": "red"}, {"x": 500.0, "colour": "red"}
    with pytest.raises(pmmlkit.EvaluationError, match=r"field 'x': value 500\.0"):
        model.evaluate(bad)
    assert model.evaluate(good, errors="column") == {"y": 13.0, "pmmlkit_error": None}
    answer = model.evaluate(bad, errors="column")
    assert answer["y"] is None
    assert "500.0" in answer["pmmlkit_error"]
    assert model.evaluate(bad, errors="skip") == {}
    assert model.evaluate(good, errors="skip") == {"y": 13.0}


@pytest.mark.parametrize("options", [{"errors": "ignore"}, {"absent": "zero"}])
def test_wrong_options_of_evaluate(
    models: dict[str, pmmlkit.Model], options: dict[str, Any]
) -> None:
    with pytest.raises(pmmlkit.DataError, match="choose"):
        models["regression"].evaluate({"x": 1.0}, **options)


def test_absent_columns_are_an_error_and_absent_keys_are_missing(
    models: dict[str, pmmlkit.Model],
) -> None:
    model = models["regression"]
    with pytest.raises(
        pmmlkit.DataError, match="lacks columns 'x', 'colour'; it has 'z'"
    ) as caught:
        model.evaluate({"z": [1.0]})
    assert caught.value.field == "x"
    assert model.evaluate({"colour": "red"}) == {"y": None}
    assert model.evaluate({"x": [1.0]}, absent="missing")["y"].tolist() == [3.0]


def test_nan_is_missing_or_invalid() -> None:
    row = {"x": float("nan"), "colour": "red"}
    assert pmmlkit.load(REGRESSION).evaluate(row) == {"y": None}
    model = pmmlkit.load(REGRESSION, nan="invalid")
    assert model.evaluate({"x": None, "colour": "red"}) == {"y": None}
    for data in (row, [row], pd.DataFrame([row])):
        with pytest.raises(pmmlkit.EvaluationError, match="nan"):
            model.evaluate(data)


def test_predict(models: dict[str, pmmlkit.Model]) -> None:
    model = models["regression"]
    frame = pd.DataFrame({"x": [1.0, None], "colour": ["red", "blue"]})
    np.testing.assert_array_equal(model.predict(frame), [13.0, np.nan])
    assert model.predict({"x": 1.0, "colour": "red"}).tolist() == [13.0]
    assert model.predict(frame[:0]).shape == (0,)
    with pytest.raises(pmmlkit.EvaluationError, match="row 0"):
        model.predict({"x": [500.0], "colour": ["red"]})


def test_predict_proba(models: dict[str, pmmlkit.Model]) -> None:
    table = {"x": [-1.0, None, 1.0], "n": [1, 1, 1], "day": [None] * 3}
    found = models["classification"].predict_proba(table)
    np.testing.assert_array_equal(found, [[0.75, 0.25], [np.nan, np.nan], [0.0, 1.0]])
    assert models["classification"].predict_proba({"x": [], "n": [], "day": []}).shape == (0, 2)
    with pytest.raises(pmmlkit.DataError, match="no probabilities: it is no classification"):
        models["regression"].predict_proba({"x": [1.0], "colour": ["red"]})


LABELS = b"""<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>
<DataField name="x" optype="continuous" dataType="double"/>
<DataField name="y" optype="categorical" dataType="integer"><Value value="7"/><Value value="-1"/>
</DataField></DataDictionary>
<TreeModel functionName="classification"><MiningSchema><MiningField name="x"/>
<MiningField name="y" usageType="target"/></MiningSchema><Output/>
<Node><True/>
<Node score="-1"><SimplePredicate field="x" operator="lessThan" value="0.25"/></Node>
<Node score="7"><SimplePredicate field="x" operator="greaterOrEqual" value="0.25"/></Node>
</Node></TreeModel></PMML>"""
SHARES = b"""<Output>
<OutputField name="probability(-1)" optype="continuous" dataType="double"
 feature="transformedValue"><FieldRef field="x"/></OutputField>
<OutputField name="probability(7)" optype="continuous" dataType="double"
 feature="transformedValue"><Apply function="-"><Constant>1</Constant><FieldRef field="x"/></Apply>
</OutputField></Output>"""


def test_predict_proba_of_derived_outputs() -> None:
    """A tree that compares a probability with a threshold gives labels alone."""
    model = pmmlkit.load(LABELS.replace(b"<Output/>", SHARES))
    assert model.classes_.tolist() == [7, -1]
    found = model.predict_proba({"x": [0.125, None, 0.5]})
    np.testing.assert_array_equal(found, [[0.875, 0.125], [np.nan, np.nan], [0.5, 0.5]])
    assert model.predict_proba({"x": []}).shape == (0, 2)


@pytest.mark.parametrize(
    "outputs", [b"", SHARES.replace(b"(7)", b"(8)"), SHARES.replace(b"(7)", b"(x)")]
)
def test_labels_without_probabilities(outputs: bytes) -> None:
    model = pmmlkit.load(LABELS.replace(b"<Output/>", outputs))
    with pytest.raises(pmmlkit.DataError, match="no probabilities: it gives labels alone"):
        model.predict_proba({"x": [0.5, None]})
    assert np.isnan(model.predict_proba({"x": [None]})).all()


CLUSTERS = b"""<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>
<DataField name="x" optype="continuous" dataType="double"/></DataDictionary>
<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="2">
<MiningSchema><MiningField name="x"/></MiningSchema><Output>OUTPUTS</Output>
<ComparisonMeasure kind="distance"><squaredEuclidean/></ComparisonMeasure>
<ClusteringField field="x"/>
<Cluster id="10"><Array n="1" type="real">0</Array></Cluster>
<Cluster id="20"><Array n="1" type="real">1</Array></Cluster></ClusteringModel></PMML>"""
NUMBER = '<OutputField name="number" dataType="{}" feature="predictedValue"{}/>'
HIDDEN_NUMBER = NUMBER.format("integer", ' isFinalResult="false"')
TENTH = (
    '<OutputField name="tenth" optype="continuous" dataType="integer" feature="transformedValue">'
    '<Apply function="/"><FieldRef field="number"/><Constant>10</Constant></Apply></OutputField>'
)
DISTANCE = '<OutputField name="far" dataType="double" feature="affinity"/>'


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        (DISTANCE, ["10", "20"]),
        (NUMBER.format("integer", ""), [10, 20]),
        (NUMBER.format("double", "") + DISTANCE, [10.0, 20.0]),
        (NUMBER.format("integer", "") + TENTH, [10, 20]),
        (HIDDEN_NUMBER + DISTANCE, ["10", "20"]),
        (HIDDEN_NUMBER + DISTANCE + TENTH, [1, 2]),
        (HIDDEN_NUMBER + TENTH + TENTH.replace("tenth", "other"), ["10", "20"]),
    ],
    ids=["none", "integer", "double", "derived", "hidden", "instead", "several"],
)
def test_predict_without_a_target(outputs: str, expected: list[Any]) -> None:
    model = pmmlkit.load(CLUSTERS.replace(b"OUTPUTS", outputs.encode()))
    found = model.predict({"x": [0.2, 0.9]}).tolist()
    assert found == expected
    assert list(map(type, found)) == list(map(type, expected))


VERIFICATION = b"""<ModelVerification recordCount="2" fieldCount="3">
      <VerificationFields>
        <VerificationField field="x"/><VerificationField field="colour"/>
        <VerificationField field="y"/>
      </VerificationFields>
      <InlineTable>
        <row><x>1</x><colour>red</colour><y>13</y></row>
        <row><x>2</x><colour>blue</colour><y>5</y></row>
      </InlineTable>
    </ModelVerification>
  </RegressionModel>"""


def test_verify(models: dict[str, pmmlkit.Model]) -> None:
    document = REGRESSION.replace(b"</RegressionModel>", VERIFICATION)
    report = pmmlkit.load(document).verify()
    assert (report.ok, report.rows, report.fields) == (True, 2, ("y",))
    assert str(report) == "verified 2 rows of y: all as expected"
    wrong = pmmlkit.load(document.replace(b"<y>5</y>", b"<y>6</y>")).verify()
    assert not wrong.ok
    (conflict,) = wrong.conflicts
    assert (conflict.row, conflict.field, conflict.actual) == (1, "y", "5.0")
    assert "1 results differ" in str(wrong)
    failed = pmmlkit.load(document.replace(b"<x>2</x>", b"<x>200</x>")).verify()
    assert not failed.ok
    assert [row for row, _ in failed.errors] == [1]
    with pytest.raises(pmmlkit.DataError, match="no ModelVerification"):
        models["regression"].verify()


# --- laws


@pytest.mark.parametrize("name", DOCUMENTS)
@given(rows=ROWS)
def test_a_row_equals_a_row_of_a_table(
    models: dict[str, pmmlkit.Model], name: str, rows: list[Row]
) -> None:
    model = models[name]
    alone = [model.evaluate(row, errors="column") for row in rows]
    assert_equal_rows(scored(model, rows), alone)


@pytest.mark.parametrize("name", DOCUMENTS)
@given(rows=ROWS, chunk=st.sampled_from([1, 7, 1000]))
def test_chunks_do_not_matter(
    models: dict[str, pmmlkit.Model], name: str, rows: list[Row], chunk: int
) -> None:
    model = models[name]
    parts = [scored(model, rows[at : at + chunk]) for at in range(0, len(rows), chunk)]
    assert_equal_rows(scored(model, rows), [row for part in parts for row in part])


@pytest.mark.parametrize("name", DOCUMENTS)
@given(rows=ROWS, random=st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(
    models: dict[str, pmmlkit.Model], name: str, rows: list[Row], random: Any
) -> None:
    model = models[name]
    order = random.sample(range(len(rows)), len(rows))
    names = random.sample(list(VALUES), len(VALUES))
    mixed = [{name: rows[at][name] for name in names if name in rows[at]} for at in order]
    whole = scored(model, rows)
    assert_equal_rows([whole[at] for at in order], scored(model, mixed))


@pytest.mark.parametrize("name", DOCUMENTS)
@given(rows=ROWS)
@settings(max_examples=20)
def test_rows_and_columns_as_tables_agree(
    models: dict[str, pmmlkit.Model], name: str, rows: list[Row]
) -> None:
    model = models[name]
    table = {"x": [], **as_table(rows)}
    table["x"] = [row.get("x") for row in rows]
    result = model.evaluate(table, errors="column", absent="missing")
    listed = {name: np.ma.MaskedArray(values).tolist() for name, values in result.items()}
    again = [
        {name: None if values[at] != values[at] else values[at] for name, values in listed.items()}
        for at in range(len(rows))
    ]
    assert {len(values) for values in listed.values()} == {len(rows)}
    assert_equal_rows(scored(model, rows), again)


@pytest.mark.parametrize("name", DOCUMENTS)
@given(rows=ROWS)
@settings(max_examples=20)
def test_what_failed_has_no_result(
    models: dict[str, pmmlkit.Model], name: str, rows: list[Row]
) -> None:
    model = models[name]
    whole = scored(model, rows)
    failed = [row for row in whole if row["pmmlkit_error"] is not None]
    assert all(
        value is None for row in failed for key, value in row.items() if key != "pmmlkit_error"
    )
    kept = model.evaluate(rows, errors="skip", absent="missing")
    assert len(kept) == len(rows) - len(failed)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_models_pickle(models: dict[str, pmmlkit.Model], name: str) -> None:
    model = models[name]
    again = pickle.loads(pickle.dumps(model))
    assert again.document == model.document
    assert (again.inputs, again.targets, again.outputs) == (
        model.inputs,
        model.targets,
        model.outputs,
    )
    rows = [
        {"x": at / 2, "n": at, "s": "abc"[at % 3], "f": at / 3, "colour": "red"} for at in range(9)
    ]
    assert scored(again, rows) == scored(model, rows)


def test_errors_pickle() -> None:
    with pytest.raises(pmmlkit.EvaluationError) as caught:
        pmmlkit.load(REGRESSION).evaluate([{"x": 500.0, "colour": "red"}])
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.row, again.field) == (str(caught.value), 0, "x")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_threads_share_a_model(models: dict[str, pmmlkit.Model], name: str) -> None:
    model = models[name]
    random = np.random.default_rng(5)
    rows = [
        {
            "x": random.choice([None, *np.linspace(-6, 6, 25).tolist()]),
            "n": int(random.integers(1, 6)),
            "s": str(random.choice(["a", "b", "c", "?"])),
            "f": float(random.normal()),
            "colour": str(random.choice(["red", "blue"])),
        }
        for _ in range(200)
    ]
    expected = scored(model, rows)
    found: list[Any] = [None] * 8
    start = threading.Barrier(8)

    def work(at: int) -> None:
        start.wait()
        whole = scored(model, rows)
        alone = [model.evaluate(row, errors="column") for row in rows]
        found[at] = (whole, alone)

    threads = [threading.Thread(target=work, args=(at,)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for whole, alone in found:
        assert whole == expected
        assert_equal_rows(alone, expected)
