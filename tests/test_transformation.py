"""Documents of transformations without a model: what goes in, what comes out, in both modes."""

from __future__ import annotations

import datetime
import pickle
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pmmlkit
from pmmlkit.limits import Limits
from tests.documents import REGRESSION, TRANSFORMATIONS
from tests.test_model import as_table, assert_equal_rows

Row = dict[str, Any]

HEAD = '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>'
RESULTS = ["ratio", "shade", "later", "whole", "same"]

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "x": st.sampled_from([None, -1.0, 0.0, 0.5, 1.0, 3.0, 99.5, 100.0, 101.0, -999.0, "2", "w"]),
    "z": st.sampled_from([None, -4.0, 0.0, 2.5, 1e300, 7]),
    "colour": st.sampled_from([None, "red", "blue", "green"]),
    "day": st.sampled_from([None, datetime.date(1999, 12, 31), "2000-01-01", "no day"]),
}
ROWS = st.lists(st.fixed_dictionaries({}, optional=VALUES), max_size=12)


def document(derived: str, fields: str = "", more: str = "") -> bytes:
    """Make a document of the data field x and these."""
    return (
        f'{HEAD}<DataDictionary><DataField name="x" optype="continuous" dataType="double"/>{fields}'
        f"</DataDictionary><TransformationDictionary>{derived}</TransformationDictionary>{more}"
        "</PMML>"
    ).encode()


def field(name: str, expression: str) -> str:
    return (
        f'<DerivedField name="{name}" optype="continuous" dataType="double">{expression}'
        "</DerivedField>"
    )


def ref(name: str) -> str:
    return f'<FieldRef field="{name}"/>'


def apply(function: str, *arguments: str) -> str:
    return f'<Apply function="{function}">{"".join(arguments)}</Apply>'


ONE = '<Constant dataType="double">1</Constant>'


@pytest.fixture(scope="module")
def model() -> pmmlkit.Model:
    return pmmlkit.load(TRANSFORMATIONS)


# --- what such a document says of itself


def test_fields(model: pmmlkit.Model) -> None:
    assert [(item.name, item.data_type, item.required) for item in model.inputs] == [
        ("x", "double", True),
        ("z", "double", True),
        ("colour", "string", True),
        ("day", "date", True),
    ]
    assert [item.name for item in model.outputs] == RESULTS
    assert {item.feature for item in model.outputs} == {"transformedValue"}
    assert model.targets == ()
    assert model.name is None
    assert not model.sequential
    assert repr(model) == (
        "<pmmlkit.Model TransformationDictionary: x, z, colour, day -> "
        "ratio, shade, later, whole, same>"
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda model: model.evaluate({"x": 1.0}),
        lambda model: model.evaluate([{}]),
        lambda model: model.predict([{}]),
        lambda model: model.predict_proba([{}]),
        lambda model: model.classes_,
        lambda model: model.verify(),
    ],
)
def test_there_is_nothing_to_evaluate(
    model: pmmlkit.Model, ask: Callable[[pmmlkit.Model], Any]
) -> None:
    with pytest.raises(pmmlkit.DataError, match=r"without a model.*Model\.transform"):
        ask(model)


def test_a_model_is_not_transformed() -> None:
    with pytest.raises(pmmlkit.DataError, match="the model is to be evaluated"):
        pmmlkit.load(REGRESSION).transform({"x": 1.0, "colour": "red"})


def test_no_model_of_a_name() -> None:
    with pytest.raises(pmmlkit.MarkupError, match="no model named 'm'; it has none"):
        pmmlkit.load(TRANSFORMATIONS, model="m")


# --- what comes out


def test_what_no_other_field_reads_comes_out_in_document_order() -> None:
    model = pmmlkit.load(
        document(
            field("last", apply("+", ref("middle"), ONE))
            + field("copy", ref("first"))
            + field("middle", apply("+", ref("first"), ONE))
            + field("first", apply("+", ref("x"), ONE))
        )
    )
    assert model.transform({"x": 1.0}) == {"last": 4.0, "copy": 2.0}
    assert list(model.transform([{"x": 1.0}])[0]) == ["last", "copy"]


def test_fields_are_asked_for(model: pmmlkit.Model) -> None:
    row = {"x": 3.0, "z": 2.0}
    assert model.transform(row, fields=["scaled"]) == {"scaled": 4.0}
    assert model.transform(row, fields=("ratio", "scaled", "ratio")) == {
        "ratio": 2.0,
        "scaled": 4.0,
    }
    assert list(model.transform(row, fields=["scaled", "ratio"])) == ["scaled", "ratio"]
    # Only what the fields need has to be there; an array has all inputs.
    assert model.transform({"x": [1.0, 3.0]}, fields=["scaled"])["scaled"].tolist() == [2.0, 4.0]
    array = np.array([[1.0, 2.0, np.nan, np.nan]])
    assert model.transform(array, fields=["scaled"])["scaled"].tolist() == [2.0]
    with pytest.raises(pmmlkit.DataError, match="lacks column 'z'"):
        model.transform({"x": [1.0, 3.0]}, fields=["ratio"])
    assert list(model.transform(row)) == RESULTS


def test_more_selections_than_are_kept(model: pmmlkit.Model) -> None:
    names = ["scaled", *RESULTS]
    for first in names:
        for second in names:
            found = model.transform({"x": 3.0, "z": 2.0}, fields=[first, second])
            assert list(found) == list(dict.fromkeys([first, second]))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (["nope"], "no derived field 'nope'; it has 'scaled', 'ratio'"),
        (["x"], "no derived field 'x'"),
        ([], "names no derived field"),
        ("scaled", "give a list of names"),
    ],
)
def test_wrong_fields(model: pmmlkit.Model, fields: Any, message: str) -> None:
    with pytest.raises(pmmlkit.DataError, match=message):
        model.transform({"x": 1.0}, fields=fields)


def test_values_of_every_type(model: pmmlkit.Model) -> None:
    row = {"x": 3.0, "z": 2.0, "colour": "red", "day": datetime.date(2020, 1, 2)}
    assert model.transform(row) == {
        "ratio": 2.0,
        "shade": "RED",
        "later": datetime.date(2020, 1, 2),
        "whole": 4,
        "same": 3.0,
    }
    assert model.transform({}) == dict.fromkeys(RESULTS)


# --- the kinds of tables


def test_tables_come_back_as_they_came(model: pmmlkit.Model) -> None:
    columns = {"x": [1.0, 3.0], "z": [2.0, 4.0], "colour": ["red", "blue"], "day": [None, None]}
    index = pd.Index([7, 9], name="id")
    frame = model.transform(pd.DataFrame(columns, index=index))
    assert isinstance(frame, pd.DataFrame)
    assert frame.index.equals(index)
    assert list(frame.columns) == RESULTS
    assert frame["ratio"].tolist() == [1.0, 1.0]
    assert isinstance(model.transform(pl.DataFrame(columns)), pl.DataFrame)
    table = model.transform(pa.table(columns))
    assert isinstance(table, pa.Table)
    assert table["shade"].to_pylist() == ["RED", "BLUE"]
    assert model.transform(columns)["whole"].tolist() == [2, 4]
    rows = [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]
    assert [row["same"] for row in model.transform(rows)] == [1.0, 3.0]
    array = np.array([[1.0, 2.0, "red", None]], dtype=object)
    assert model.transform(array)["shade"].tolist() == ["RED"]


@pytest.mark.parametrize(
    "table", [[], {"x": [], "z": [], "colour": [], "day": []}, np.empty((0, 4)), pd.DataFrame()]
)
def test_no_rows(model: pmmlkit.Model, table: Any) -> None:
    result = model.transform(table)
    assert len(result if isinstance(result, list) else result["ratio"]) == 0
    if not isinstance(result, list):
        assert list(result) == RESULTS


def test_absent_columns(model: pmmlkit.Model) -> None:
    with pytest.raises(pmmlkit.DataError, match="lacks columns 'z', 'colour', 'day'"):
        model.transform({"x": [1.0]})
    assert model.transform({"x": [1.0]}, absent="missing")["same"].tolist() == [1.0]
    with pytest.raises(pmmlkit.DataError, match="absent='zero'"):
        model.transform({"x": [1.0]}, absent="zero")


# --- rows that cannot be transformed


def test_an_invalid_value_fails_its_row(model: pmmlkit.Model) -> None:
    rows = [{"x": 1.0}, {"x": 101.0}, {"colour": "green"}, {"x": "w"}, {"x": -999.0}]
    with pytest.raises(pmmlkit.EvaluationError, match=r"row 1: field 'x': value 101\.0"):
        model.transform(rows, absent="missing")
    for row in rows[1:4]:
        with pytest.raises(pmmlkit.EvaluationError, match="is not valid"):
            model.transform(row)
    result = model.transform(rows, errors="column", absent="missing")
    assert [row["pmmlkit_error"] is None for row in result] == [True, False, False, False, True]
    assert [row["same"] for row in result] == [1.0, None, None, None, None]
    assert len(model.transform(rows, errors="skip", absent="missing")) == 2
    assert model.transform(rows[1], errors="skip") == {}
    reason = model.transform(rows[1], errors="column")
    assert list(reason) == [*RESULTS, "pmmlkit_error"]
    assert "101.0" in reason["pmmlkit_error"]
    with pytest.raises(pmmlkit.DataError, match="errors='ignore'"):
        model.transform(rows, errors="ignore")


def test_an_error_on_the_way_fails_its_row() -> None:
    model = pmmlkit.load(
        document(
            '<DerivedField name="whole" optype="continuous" dataType="integer">'
            f"{ref('x')}</DerivedField>{field('next', apply('+', ref('whole'), ONE))}"
            f"{field('plain', ref('x'))}"
        )
    )
    bad = {"x": 1e300}
    with pytest.raises(pmmlkit.EvaluationError):
        model.transform(bad)
    with pytest.raises(pmmlkit.EvaluationError, match="row 1"):
        model.transform([{"x": 1.0}, bad])
    # A field that is not asked for fails nothing.
    assert model.transform(bad, fields=["plain"]) == {"plain": 1e300}
    assert model.transform([bad], fields=["plain"]) == [{"plain": 1e300}]


def test_nan_may_be_invalid() -> None:
    model = pmmlkit.load(TRANSFORMATIONS, nan="invalid")
    with pytest.raises(pmmlkit.EvaluationError, match="not a number"):
        model.transform({"x": float("nan")})
    with pytest.raises(pmmlkit.EvaluationError, match="not a number"):
        model.transform({"x": float("nan")}, fields=["scaled"])


# --- laws


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, names=st.sets(st.sampled_from(["scaled", *RESULTS])))
def test_tables_and_rows_are_equal(model: pmmlkit.Model, rows: list[Row], names: set[str]) -> None:
    fields = sorted(names) or None
    one_by_one = [model.transform(row, fields=fields, errors="column") for row in rows]
    as_rows = model.transform(rows, fields=fields, errors="column", absent="missing")
    assert_equal_rows(as_rows, one_by_one)
    frame = pd.DataFrame(as_table(rows), index=range(len(rows)), dtype=object)
    table = model.transform(frame, fields=fields, errors="skip", absent="missing")
    good = [at for at, row in enumerate(one_by_one) if row["pmmlkit_error"] is None]
    assert table.index.tolist() == good


def as_model() -> pmmlkit.Model:
    """Make a model of the same fields, with the derived fields as OutputFields."""
    text = TRANSFORMATIONS.decode()
    names = ["scaled", *RESULTS]
    for name in names:
        text = text.replace(f'name="{name}"', f'name="derived {name}"')
        text = text.replace(f'field="{name}"', f'field="derived {name}"')
    mining = "".join(f'<MiningField name="{name}"/>' for name in VALUES)
    output = "".join(
        f'<OutputField name="{item.name}" optype="{item.optype}" dataType="{item.data_type}" '
        f'feature="transformedValue"><FieldRef field="derived {item.name}"/></OutputField>'
        for item in pmmlkit.load(TRANSFORMATIONS).outputs
    )
    tail = (
        f'<RegressionModel functionName="regression"><MiningSchema>{mining}</MiningSchema>'
        f'<Output>{output}</Output><RegressionTable intercept="1"/></RegressionModel></PMML>'
    )
    return pmmlkit.load(text.replace("</PMML>", tail).encode())


@pytest.fixture(scope="module")
def same_model() -> pmmlkit.Model:
    return as_model()


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_a_mining_schema_of_names_alone_does_the_same(
    model: pmmlkit.Model, same_model: pmmlkit.Model, rows: list[Row]
) -> None:
    evaluated = same_model.evaluate(rows, errors="column", absent="missing")
    for row in evaluated:
        del row["_target"]
    assert_equal_rows(model.transform(rows, errors="column", absent="missing"), evaluated)


def test_parts_are_the_whole(model: pmmlkit.Model) -> None:
    rows = [{"x": float(at % 103), "z": float(at), "colour": "red"} for at in range(250)]
    whole = model.transform(rows, errors="column", absent="missing")
    other = pmmlkit.load(TRANSFORMATIONS)
    other._program._part_rows = 32
    assert other.transform(rows, errors="column", absent="missing") == whole
    assert sum(row["pmmlkit_error"] is not None for row in whole) == 4


def test_pickles(model: pmmlkit.Model) -> None:
    row = {"x": 3.0, "z": 2.0}
    copy = pickle.loads(pickle.dumps(pmmlkit.load(TRANSFORMATIONS, nan="invalid")))
    assert copy.transform(row) == model.transform(row)
    assert copy.transform(row, fields=["scaled"]) == {"scaled": 4.0}
    with pytest.raises(pmmlkit.EvaluationError, match="not a number"):
        copy.transform({"x": float("nan")})


def test_threads_share_one(model: pmmlkit.Model) -> None:
    rows = [{"x": float(at), "z": 1.0 + at} for at in range(100)]
    names = ["scaled", *RESULTS]
    fresh = pmmlkit.load(TRANSFORMATIONS)
    wanted = {name: [model.transform(row, fields=[name]) for row in rows] for name in names}
    wrong: list[str] = []

    def work(start: int) -> None:
        wrong.extend(
            name
            for name in names[start:] + names[:start]
            if [fresh.transform(row, fields=[name]) for row in rows] != wanted[name]
        )

    threads = [threading.Thread(target=work, args=(at,)) for at in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_lags_see_the_whole_table() -> None:
    lag = field("before", '<Lag field="x"/>')
    model = pmmlkit.load(document(lag + field("now", ref("x"))))
    assert model.sequential
    assert model.transform({"x": [1.0, 2.0, 3.0]})["before"].tolist()[1:] == [1.0, 2.0]
    assert model.transform({"x": 1.0}) == {"before": None, "now": 1.0}


def test_functions_of_the_document() -> None:
    function = (
        '<DefineFunction name="twice" optype="continuous" dataType="double">'
        '<ParameterField name="a" optype="continuous" dataType="double"/>'
        f"{apply('+', ref('a'), ref('a'))}</DefineFunction>"
    )
    model = pmmlkit.load(document(function + field("xx", apply("twice", ref("x")))))
    assert model.transform({"x": 2.0}) == {"xx": 4.0}
    assert [item.name for item in model.inputs] == ["x"]


# --- documents that are wrong


@pytest.mark.parametrize(
    ("derived", "message"),
    [
        (field("a", ref("b")) + field("b", ref("a")), "in a circle"),
        (field("a", ref("b")) + field("b", ref("a")) + field("c", ref("x")), "in a circle"),
        (field("a", ref("a")), "in a circle"),
        (field("a", ref("q")), "'q' is not defined: it is neither in"),
        (field("a", ref("x")) + field("a", ref("x")), "'a' is defined twice"),
        (field("x", ref("x")), "'x' is in the DataDictionary, too"),
        (field("a", apply("nope", ref("x"))), "nope"),
    ],
)
def test_wrong_documents(derived: str, message: str) -> None:
    with pytest.raises((pmmlkit.MarkupError, pmmlkit.UnsupportedError), match=message):
        pmmlkit.load(document(derived))


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(pmmlkit.MarkupError, match="2 things") as caught:
        pmmlkit.load(document(field("a", ref("p")) + field("b", ref("q"))))
    assert len(caught.value.findings) == 2


def test_a_wrong_data_field_matters_where_it_is_read() -> None:
    wrong = (
        '<DataField name="bad" optype="continuous" dataType="double"><Interval closure="?"/>'
        "</DataField>"
    )
    assert pmmlkit.load(document(field("a", ref("x")), wrong)).transform({"x": 1.0}) == {"a": 1.0}
    with pytest.raises(pmmlkit.MarkupError, match="Interval"):
        pmmlkit.load(document(field("a", ref("bad")), wrong))


@pytest.mark.parametrize("derived", ["", '<DerivedField optype="continuous" dataType="double"/>'])
def test_no_derived_fields(derived: str) -> None:
    with pytest.raises(pmmlkit.PmmlError):
        pmmlkit.load(document(derived))


def test_a_model_of_a_vendor_is_not_passed_over() -> None:
    with pytest.raises(pmmlkit.UnsupportedError, match="holds no model of PMML"):
        pmmlkit.load(document(field("a", ref("x")), more="<OurModel/>"))


def test_limits_hold() -> None:
    limits = Limits(output_cells=3)
    model = pmmlkit.load(document(field("a", ref("x")) + field("b", ref("x"))), limits=limits)
    with pytest.raises(pmmlkit.LimitError, match="output_cells = 3"):
        model.transform({"x": [1.0, 2.0]})
    assert len(model.transform({"x": [1.0, 2.0]}, fields=["a"])["a"]) == 2
