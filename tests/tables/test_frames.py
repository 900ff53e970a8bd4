"""Every kind of table in, the same kind out, with the same values."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import pmmlkit
from pmmlkit.tables.frames import is_row, open_table
from tests.documents import CLASSIFICATION, REGRESSION

ROWS: list[dict[str, Any]] = [
    {"x": -1.5, "n": 1, "day": datetime.date(2020, 1, 5)},
    {"x": 2.0, "n": 0, "day": datetime.date(1960, 2, 29)},
    {"x": None, "n": None, "day": None},
]
EXPECTED: list[dict[str, Any]] = [
    {
        "kind": "no",
        "p": 0.25,
        "more": 2,
        "positive": True,
        "when": datetime.date(2020, 1, 5),
    },
    {
        "kind": "yes",
        "p": 1.0,
        "more": 1,
        "positive": False,
        "when": datetime.date(1960, 2, 29),
    },
    {"kind": None, "p": None, "more": None, "positive": None, "when": None},
]


def column(name: str) -> list[Any]:
    return [row[name] for row in ROWS]


NAMES = ("x", "n", "day")

MAKERS: dict[str, Callable[[], Any]] = {
    "rows": lambda: ROWS,
    "lists": lambda: {name: column(name) for name in NAMES},
    "pandas": lambda: pd.DataFrame({name: column(name) for name in NAMES}),
    "pandas nullable": lambda: pd.DataFrame({name: column(name) for name in NAMES}).astype(
        {"x": "Float64", "n": "Int64"}
    ),
    "pandas datetimes": lambda: pd.DataFrame({name: column(name) for name in NAMES}).assign(
        day=lambda frame: pd.to_datetime(frame["day"])
    ),
    "polars": lambda: pl.DataFrame({name: column(name) for name in NAMES}),
    "arrow": lambda: pa.table({name: column(name) for name in NAMES}),
    "arrow batch": lambda: pa.table({name: column(name) for name in NAMES}).to_batches()[0],
}


def as_rows(table: Any) -> list[dict[str, Any]]:
    if isinstance(table, list):
        return table
    if isinstance(table, dict):
        table = {name: np.ma.MaskedArray(values).tolist() for name, values in table.items()}
        rows = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    elif isinstance(table, pd.DataFrame):
        rows = table.astype(object).to_dict("records")
    elif isinstance(table, pl.DataFrame):
        rows = table.to_dicts()
    else:
        rows = table.to_pylist()
    return [
        {name: None if value is pd.NA or value != value else value for name, value in row.items()}
        for row in rows
    ]


@pytest.mark.parametrize("kind", MAKERS)
def test_the_same_kind_of_table_comes_back(kind: str) -> None:
    table = MAKERS[kind]()
    result = pmmlkit.load(CLASSIFICATION).evaluate(table)
    assert type(result) is type(table)
    assert as_rows(result) == EXPECTED


@pytest.mark.parametrize("kind", MAKERS)
def test_no_rows_give_no_rows(kind: str) -> None:
    table = MAKERS[kind]()
    empty = {name: [] for name in NAMES} if isinstance(table, dict) else table[:0]
    result = pmmlkit.load(CLASSIFICATION).evaluate(empty)
    assert type(result) is type(table)
    assert as_rows(result) == []


def test_a_row_gives_a_row_of_plain_values() -> None:
    model = pmmlkit.load(CLASSIFICATION)
    for row, expected in zip(ROWS, EXPECTED, strict=True):
        result = model.evaluate(row)
        assert result == expected
        assert {type(value) for value in result.values()} <= {
            str,
            float,
            int,
            bool,
            datetime.date,
            type(None),
        }


def test_numpy_matrix_is_taken_in_the_order_of_the_inputs() -> None:
    result = pmmlkit.load(REGRESSION).evaluate(
        np.array([[1.0, "red"], [2.0, "blue"]], dtype=object)
    )
    assert isinstance(result, dict)
    assert result["y"].tolist() == [13.0, 5.0]


def test_structured_array() -> None:
    data = np.array([(1.0, "red"), (2.0, "blue")], dtype=[("x", "f8"), ("colour", "U4")])
    assert pmmlkit.load(REGRESSION).evaluate(data)["y"].tolist() == [13.0, 5.0]


def test_pandas_keeps_its_index() -> None:
    frame = pd.DataFrame({"x": [1.0, 200.0, 2.0], "colour": "red"}, index=["a", "b", "c"])
    model = pmmlkit.load(REGRESSION)
    assert model.evaluate(frame, errors="column").index.tolist() == ["a", "b", "c"]
    kept = model.evaluate(frame, errors="skip")
    assert kept.index.tolist() == ["a", "c"]
    assert kept["y"].tolist() == [13.0, 15.0]


@pytest.mark.parametrize(
    "colours",
    [
        pd.Series(["red", None, "blue"], dtype="category"),
        pd.Series(["red", None, "blue"], dtype=object),
        pd.Series(["red", None, "blue"], dtype="str"),
        pl.Series(["red", None, "blue"]),
        pl.Series(["red", None, "blue"], dtype=pl.Categorical),
        pl.Series(["red", None, "blue"], dtype=pl.Enum(["blue", "red"])),
        pa.chunked_array([["red"], [None, "blue"]]),
        pa.array(["red", None, "blue"]).dictionary_encode(),
        np.array(["red", None, "blue"], dtype=object),
        np.ma.MaskedArray(["red", "red", "blue"], mask=[False, True, False]),
        pd.Series(["red", None, "blue"], dtype="string"),
        pd.Series(["red", None, "blue"], dtype=pd.ArrowDtype(pa.string())),
        pd.Series(
            ["red", None, "blue"], dtype=pd.ArrowDtype(pa.dictionary(pa.int8(), pa.string()))
        ),
        pd.Categorical(["red", None, "blue"]),
        pd.Index(["red", None, "blue"]),
        pa.array(["red", None, "blue"]),
        pa.array(["red", None, "blue"], pa.large_string()),
        pa.chunked_array(
            [pa.array(["red", None]).dictionary_encode(), pa.array(["blue"]).dictionary_encode()]
        ),
    ],
    ids=lambda colours: f"{type(colours).__module__} {getattr(colours, 'dtype', '')}",
)
def test_strings_of_every_carrier(colours: Any) -> None:
    result = pmmlkit.load(REGRESSION).evaluate({"x": np.array([1.0, 1.0, 1.0]), "colour": colours})
    assert result["y"].tolist() == [13.0, 3.0, 3.0]


@pytest.mark.parametrize("dtype", ["f4", "f8", "i1", "i8", "u2", "O"])
def test_numbers_of_every_dtype(dtype: str) -> None:
    x = np.array([1, 2], dtype=dtype)
    result = pmmlkit.load(REGRESSION).evaluate({"x": x, "colour": np.array(["red", "red"])})
    assert result["y"].tolist() == [13.0, 15.0]


@pytest.mark.parametrize(
    "x",
    [
        pd.Series([1.0, None, 2.0]),
        pd.Series([1.0, None, 2.0], dtype="Float64"),
        pd.Series([1, None, 2], dtype="Int64"),
        pd.Series([1, None, 2], dtype=pd.ArrowDtype(pa.int8())),
        pd.Series([1, None, 2], dtype=object),
        pl.Series([1.0, None, 2.0]),
        pl.Series([1, None, 2], dtype=pl.UInt8),
        pl.Series([1, None, 2], dtype=pl.Int128),
        pl.Series([1, None, 2]).cast(pl.Decimal(10, 2)),
        pa.chunked_array([[1], [], [None, 2]]),
        pa.array([1, None, 2]).cast(pa.decimal128(25, 2)),
        pa.array([1, None, 2], pa.float32()),
        np.array([1.0, np.nan, 2.0]),
        np.ma.MaskedArray([1, 7, 2], mask=[False, True, False]),
        [1, None, 2.0],
        ["1", None, "2.0"],
    ],
    ids=lambda x: f"{type(x).__module__} {getattr(x, 'dtype', getattr(x, 'type', ''))}",
)
def test_numbers_with_gaps_of_every_carrier(x: Any) -> None:
    result = pmmlkit.load(REGRESSION).evaluate({"x": x, "colour": np.full(3, "red")})
    np.testing.assert_array_equal(result["y"], [13.0, np.nan, 15.0])


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"x": [None, None], "colour": [None, None]}),
        pd.DataFrame({"x": [np.nan, np.nan], "colour": pd.Categorical([None, None])}),
        pl.DataFrame({"x": [None, None], "colour": [None, None]}),
        pl.DataFrame({"x": [None, None], "colour": [None, None]}).cast({"colour": pl.Categorical}),
        pa.table({"x": pa.nulls(2), "colour": pa.nulls(2)}),
        pa.table({"x": pa.nulls(2), "colour": pa.nulls(2, pa.dictionary(pa.int32(), pa.string()))}),
        np.full((2, 2), None),
        np.full((2, 2), np.nan),
        [{"x": None}, {"colour": None}],
    ],
    ids=lambda frame: type(frame).__module__,
)
def test_columns_of_nothing(frame: Any) -> None:
    result = pmmlkit.load(REGRESSION).evaluate(frame)
    assert [row["y"] for row in as_rows(result)] == [None, None]


@pytest.mark.parametrize(
    "x",
    [
        pd.Series([1.0, None], dtype="Float64"),
        pl.Series([1.0, None]),
        pa.array([1.0, None]),
        np.ma.MaskedArray([1.0, np.nan], mask=[False, True]),
        [1.0, None],
    ],
    ids=lambda x: type(x).__module__,
)
def test_a_null_is_missing_even_where_nan_is_invalid(x: Any) -> None:
    model = pmmlkit.load(REGRESSION, nan="invalid")
    colours = pd.Series(["red", None])
    result = model.evaluate({"x": x, "colour": colours}, errors="column")
    assert result["pmmlkit_error"].tolist() == [None, None]
    result = model.evaluate({"x": np.array([1.0, np.nan]), "colour": colours}, errors="column")
    assert "nan" in result["pmmlkit_error"][1]


def test_dtypes_of_pandas_results() -> None:
    model = pmmlkit.load(CLASSIFICATION)
    texts = pd.Series(["text"]).dtype
    whole = model.evaluate(pd.DataFrame(ROWS[:2]))
    assert [str(dtype) for dtype in whole.dtypes] == [
        str(texts),
        "float64",
        "int64",
        "bool",
        "object",
    ]
    gaps = model.evaluate(pd.DataFrame(ROWS))
    nullable = "str" if texts == "str" else "string"
    assert [str(dtype) for dtype in gaps.dtypes] == [
        nullable,
        "float64",
        "Int64",
        "boolean",
        "object",
    ]
    assert gaps.loc[2, "more"] is pd.NA
    assert pd.isna(gaps.loc[2, "kind"])


def test_dtypes_of_array_results() -> None:
    result = pmmlkit.load(CLASSIFICATION).evaluate({name: column(name) for name in NAMES})
    assert {name: values.dtype.kind for name, values in result.items()} == {
        "kind": "O",
        "p": "f",
        "more": "i",
        "positive": "b",
        "when": "O",
    }
    assert [name for name, values in result.items() if np.ma.isMaskedArray(values)] == [
        "kind",
        "more",
        "positive",
        "when",
    ]


@pytest.mark.parametrize("rows", [slice(0, 3), slice(0, 2), slice(2, 3), slice(0, 0)])
def test_the_schema_of_results_does_not_depend_on_the_values(rows: slice) -> None:
    model = pmmlkit.load(CLASSIFICATION)
    frame = pl.DataFrame(ROWS)[rows]
    assert model.evaluate(frame).schema == {
        "kind": pl.String,
        "p": pl.Float64,
        "more": pl.Int64,
        "positive": pl.Boolean,
        "when": pl.Date,
    }
    assert [field.type for field in model.evaluate(pa.Table.from_pylist(ROWS)[rows]).schema] == [
        pa.string(),
        pa.float64(),
        pa.int64(),
        pa.bool_(),
        pa.date32(),
    ]


def test_a_result_that_is_nan_is_not_missing() -> None:
    document = REGRESSION.replace(b'coefficient="2"', b'coefficient="INF"')
    model = pmmlkit.load(document)
    rows = [{"x": 0.0, "colour": "red"}, {"x": None, "colour": "red"}]
    alone = [model.evaluate(row)["y"] for row in rows]
    assert (repr(alone[0]), alone[1]) == ("nan", None)
    assert repr([row["y"] for row in model.evaluate(rows)]) == repr(alone)
    polars = model.evaluate(pl.DataFrame(rows))
    assert repr(polars["y"].to_list()) == repr(alone)
    assert repr(model.evaluate(pa.Table.from_pylist(rows))["y"].to_pylist()) == repr(alone)


@pytest.mark.parametrize("name", [0, "0"])
def test_names_of_columns_that_are_no_strings(name: Any) -> None:
    document = REGRESSION.replace(b'"x"', b'"0"')
    frame = pd.DataFrame({name: [1.0], "colour": ["red"]})
    model = pmmlkit.load(document)
    assert model.evaluate(frame)["y"].tolist() == [13.0]
    assert model.evaluate({name: np.array([1.0]), "colour": ["red"]})["y"].tolist() == [13.0]
    both = {0: np.array([1.0]), "0": np.array([1.0]), "colour": ["red"]}
    with pytest.raises(pmmlkit.DataError, match="same name: '0'"):
        model.evaluate(both)


def test_times_with_a_zone_are_not_taken_for_local_ones() -> None:
    model = pmmlkit.load(CLASSIFICATION)
    day = pd.to_datetime(["2020-01-05 12:00"]).tz_localize("Europe/Berlin")
    for frame in (pd.DataFrame({"x": [1.0], "n": [1], "day": day}),):
        for table in (frame, pl.from_pandas(frame), pa.Table.from_pandas(frame)):
            with pytest.raises(pmmlkit.EvaluationError, match="it is no date"):
                model.evaluate(table)


@pytest.mark.parametrize(
    ("data", "groups", "row"),
    [
        ({"x": 1.0}, (), True),
        ({"x": None}, (), True),
        ({}, (), True),
        ({"x": "text"}, (), True),
        ({"x": [1.0]}, (), False),
        ({"x": [1.0], "y": 2.0}, (), True),
        ({"x": [1.0]}, ("g",), True),
        ({"x": [1.0], "g": "a"}, ("g",), True),
        ({"x": [1.0], "g": ["a"]}, ("g",), False),
        ({"x": np.array([1.0]), "y": 2.0}, (), False),
        ({"x": np.float64(1.0)}, (), True),
        ({"x": pd.Series([1.0])}, (), False),
        ([{"x": 1.0}], (), False),
    ],
)
def test_what_is_a_row(data: Any, groups: tuple[str, ...], row: bool) -> None:
    assert is_row(data, groups=groups) is row


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"x": [1.0], "colour": ["red", "blue"]}, "differ in length"),
        ({"x": np.array([1.0]), "colour": "red"}, "column 'colour' is a str; give an array"),
        ({"x": np.array([1.0]), "colour": pd.DataFrame({"x": [1]})}, "column 'colour'"),
        (pd.Series([1.0]), "a series is one column, and None is no input .*'x', 'colour'"),
        (pd.DataFrame({"x": [1.0], "colour": ["red"]}).iloc[0], "a row of a frame is given as a"),
        (pd.Series([1.0], name="x"), "lacks column 'colour'"),
        (pa.array([1.0]), "no table"),
        (None, "no table"),
        (np.zeros((2, 3)), "3 columns, but the model has 2 inputs"),
        (np.zeros(2), "two dimensions"),
        (np.zeros((2, 2, 2)), "two dimensions"),
        ([1, 2], r"must hold dicts; this is a int; .* \{'x': \[\.\.\.\]\}"),
        ("x,colour", "no table"),
        (3, "no table"),
        (pl.LazyFrame({"x": [1.0]}), "collect"),
        ({"x": np.zeros((2, 2)), "colour": ["red", "red"]}, "2 dimensions"),
        ({"x": [1.0]}, "lacks column 'colour'"),
    ],
)
def test_what_is_no_table(data: Any, words: str) -> None:
    with pytest.raises(pmmlkit.DataError, match=words):
        pmmlkit.load(REGRESSION).evaluate(data)


ONE_INPUT = REGRESSION.replace(b'<MiningField name="colour"/>', b"").replace(
    b'<CategoricalPredictor name="colour" value="red" coefficient="10"/>', b""
)


@pytest.mark.parametrize("name", ["x", None, ""])
def test_a_series_is_one_column(name: str | None) -> None:
    model = pmmlkit.load(ONE_INPUT)
    series = pd.Series([1.0, 2.0], name=name, index=[4, 7])
    expected = model.predict({"x": [1.0, 2.0]}).tolist()
    assert model.predict(series).tolist() == expected
    assert model.evaluate(series)["y"].to_dict() == dict(zip([4, 7], expected, strict=True))
    assert model.predict(pl.Series(name, [1.0, 2.0])).tolist() == expected
    assert model.predict(pa.chunked_array([[1.0, 2.0]])).tolist() == expected
    with pytest.raises(pmmlkit.DataError, match="'z' is no input of the model"):
        model.predict(series.rename("z"))


def test_doubled_names_are_refused() -> None:
    frame = pd.DataFrame([[1.0, 2.0, "red"]], columns=["x", "x", "colour"])
    with pytest.raises(pmmlkit.DataError, match=r"same name: 'x'"):
        pmmlkit.load(REGRESSION).evaluate(frame)


def test_unknown_columns_are_ignored_and_absent_ones_can_be_missing() -> None:
    model = pmmlkit.load(REGRESSION)
    table = {"x": [1.0], "strange": [object()]}
    assert model.evaluate(table, absent="missing")["y"].tolist() == [3.0]


def test_opened_tables_do_not_touch_the_callers_data() -> None:
    x = np.array([1.0, np.nan])
    x.setflags(write=False)
    pmmlkit.load(REGRESSION).evaluate({"x": x, "colour": ["red", "red"]})
    assert open_table({"x": x}, ()).column("x") is x
