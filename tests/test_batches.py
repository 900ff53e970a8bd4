"""BatchScorer: fixed types, any batch, results as of Model.evaluate, one compile a process."""

from __future__ import annotations

import datetime
import decimal
import io
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pmmlkit
from pmmlkit import batches
from pmmlkit.batches import BatchScorer
from pmmlkit.columns.types import DATA_TYPES
from pmmlkit.errors import DataError, EvaluationError, LimitError, MarkupError
from pmmlkit.tables.series import arrow_values
from tests.documents import CLASSIFICATION, ENSEMBLE, REGRESSION, TRANSFORMATIONS, TWO_MODELS

TABLE = pa.table({"x": [1.0, None, 3.5], "colour": ["red", "blue", "red"]})
SCORES = [13.0, None, 18.0]

ARROW: dict[str, tuple[Any, Any]] = {
    "string": (pa.string(), "text"),
    "integer": (pa.int64(), 2**53 + 1),
    "float": (pa.float32(), 0.1),
    "double": (pa.float64(), 0.1),
    "boolean": (pa.bool_(), True),
    "date": (pa.date32(), datetime.date(1960, 2, 29)),
    "time": (pa.time64("us"), datetime.time(23, 59, 59, 125)),
    "dateTime": (pa.timestamp("us"), datetime.datetime(1960, 2, 29, 1, 2, 3)),
}

EXTENSIONS = ("1990", "2000", "2010", "2020")
NAMES = [name for name in DATA_TYPES if not any(year in name for year in EXTENSIONS)]
"""The dataTypes of PMML; the other years are written by other means."""


def copies(names: list[str]) -> bytes:
    """Return a document that gives one field of each dataType back."""
    kinds = {name: DATA_TYPES[name].optype for name in names}
    fields = "".join(
        f'<DataField name="{name}" optype="{optype}" dataType="{name}"/>'
        for name, optype in kinds.items()
    )
    mined = "".join(f'<MiningField name="{name}"/>' for name in names)
    outputs = "".join(
        f'<OutputField name="{name} again" optype="{optype}" dataType="{name}"'
        f' feature="transformedValue"><FieldRef field="{name}"/></OutputField>'
        for name, optype in kinds.items()
    )
    return f"""<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>
      <DataDictionary>{fields}</DataDictionary>
      <RegressionModel functionName="regression"><MiningSchema>{mined}</MiningSchema>
        <Output>{outputs}</Output><RegressionTable intercept="1"/>
      </RegressionModel></PMML>""".encode()


def with_output(text: str) -> bytes:
    """Return REGRESSION with an OutputField."""
    return REGRESSION.replace(
        b"</MiningSchema>", f"</MiningSchema><Output>{text}</Output>".encode()
    )


def test_a_batch_gives_a_batch_and_a_table_a_table() -> None:
    scorer = BatchScorer(REGRESSION)
    expected = pa.table({"y": SCORES})
    assert scorer(TABLE).equals(expected)
    (batch,) = TABLE.to_batches()
    scored = scorer(batch)
    assert isinstance(scored, pa.RecordBatch)
    assert pa.Table.from_batches([scored]).equals(expected)


@pytest.mark.parametrize("name", NAMES)
def test_every_data_type_has_its_arrow_type(name: str) -> None:
    kind = DATA_TYPES[name].kind
    type, value = ARROW[kind]
    scorer = BatchScorer(copies([name]), outputs=[f"{name} again"])
    assert scorer.result_schema() == pa.schema({f"{name} again": type})
    table = pa.table({name: pa.array([value, None], type)})
    assert scorer.input_schema() == table.schema
    for rows in (table, table.slice(1), table.slice(0, 0)):
        scored = scorer(rows)
        assert scored.schema == scorer.result_schema()
        assert scored.columns[0].equals(rows.columns[0])
        for batch in rows.to_batches():
            assert scorer(batch).schema == scorer.result_schema()


def test_results_with_many_values_are_lists() -> None:
    output = '<OutputField name="w" optype="categorical" dataType="string" feature="warning"/>'
    scorer = BatchScorer(
        with_output(output).replace(
            b'<MiningField name="colour"/>',
            b'<MiningField name="colour" invalidValueTreatment="asMissing"/>',
        ),
        outputs=["w"],
    )
    assert scorer.result_schema() == pa.schema({"w": pa.list_(pa.string())})
    found = scorer(pa.table({"x": [1.0, 1.0], "colour": ["red", "green"]})).column("w").to_pylist()
    expected = pmmlkit.load(scorer.model.document).evaluate({"x": 1.0, "colour": "green"})["w"]
    assert found == [[], expected]
    assert expected


def test_a_result_that_is_nan_is_not_null() -> None:
    scorer = BatchScorer(REGRESSION.replace(b'coefficient="2"', b'coefficient="INF"'))
    scored = scorer(pa.table({"x": [0.0, None], "colour": ["red", "red"]}))
    assert repr(scored.column("y").to_pylist()) == "[nan, None]"


COLOURS: dict[str, Any] = {
    "string": pa.array(["red", None, "blue"]),
    "large_string": pa.array(["red", None, "blue"], pa.large_string()),
    "string_view": pa.array(["red", None, "blue"], pa.string_view()),
    "dictionary": pa.array(["red", None, "blue"]).dictionary_encode(),
    "dictionary with a null": pa.array(["red", None, "blue"]).dictionary_encode("encode"),
    "unsigned dictionary": pa.array(["red", None, "blue"]).cast(
        pa.dictionary(pa.uint32(), pa.large_string())
    ),
    "chunks": pa.chunked_array([["red", None], ["blue"]]),
    "chunks of dictionaries": pa.chunked_array(
        [pa.array(["red", None]).dictionary_encode(), pa.array(["blue"]).dictionary_encode()]
    ),
    "chunks of dictionaries with nulls": pa.chunked_array(
        [
            pa.array(["red", None]).dictionary_encode("encode"),
            pa.array([None, "blue"]).slice(1).dictionary_encode("encode"),
        ]
    ),
}


@pytest.mark.parametrize("kind", COLOURS)
def test_strings_of_every_type(kind: str) -> None:
    table = pa.table({"x": [1.0, 1.0, 1.0], "colour": COLOURS[kind]})
    assert BatchScorer(REGRESSION)(table).column("y").to_pylist() == [13.0, 3.0, 3.0]
    scorer = BatchScorer(copies(["string"]), outputs=["string again"])
    texts = pa.table({"string": COLOURS[kind]})
    assert scorer(texts).column(0).to_pylist() == ["red", None, "blue"]
    assert scorer.model.evaluate(texts).column("string again").to_pylist() == ["red", None, "blue"]


@pytest.mark.parametrize(
    "texts",
    [
        [f"text {row}" if row % 7 else None for row in range(2000)],
        [f"text {max(row - 1500, 0)}" if row % 7 else None for row in range(3000)],
        [f"text {row % 5}" if row % 7 else None for row in range(2000)],
    ],
    ids=["many", "many after few", "few"],
)
def test_distinct_strings_may_be_few_or_many(texts: list[str | None]) -> None:
    scorer = BatchScorer(copies(["string"]), outputs=["string again"])
    for column in (pa.array(texts), pa.chunked_array([texts[:10], texts[10:]])):
        assert scorer(pa.table({"string": column})).column(0).to_pylist() == texts


NUMBERS: dict[str, Any] = {
    **{
        str(type): pa.array([1, None, 3], type)
        for type in (pa.int8(), pa.uint8(), pa.int32(), pa.uint64(), pa.float32(), pa.float64())
    },
    "halffloat": pa.array(np.array([1, np.nan, 3], np.float16)),
    "halffloat with a null": pa.array([np.float16(1), None, np.float16(3)], pa.float16()),
    "decimal": pa.array([decimal.Decimal(1), None, decimal.Decimal(3)], pa.decimal128(10, 2)),
    "text": pa.array(["1", None, "3.0"]),
    "dictionary": pa.array([1.0, None, 3.0]).dictionary_encode(),
    "NaN": pa.array([1.0, float("nan"), 3.0]),
    "chunks": pa.chunked_array([[1.0], [None, 3.0]]),
    "slice": pa.array([7.0, 1.0, None, 3.0, 9.0]).slice(1, 3),
}


@pytest.mark.parametrize("kind", NUMBERS)
def test_numbers_of_every_type(kind: str) -> None:
    table = pa.table({"x": NUMBERS[kind], "colour": ["blue"] * 3})
    expected = [3.0, None, 7.0]
    assert BatchScorer(REGRESSION)(table).column("y").to_pylist() == expected
    assert pmmlkit.load(REGRESSION).evaluate(table).column("y").to_pylist() == expected


def test_columns_of_nothing_are_missing() -> None:
    table = pa.table({"x": pa.nulls(2), "colour": pa.nulls(2)})
    assert BatchScorer(REGRESSION)(table).equals(pa.table({"y": pa.nulls(2, pa.float64())}))


def test_large_integers_beside_a_null_stay_as_they_are() -> None:
    scorer = BatchScorer(copies(["integer"]), outputs=["integer again"])
    values = [2**62 + 1, None]
    assert scorer(pa.table({"integer": values})).column(0).to_pylist() == values


def test_booleans_with_nulls() -> None:
    scorer = BatchScorer(copies(["boolean"]), outputs=["boolean again"])
    values = [True, None, False]
    assert scorer(pa.table({"boolean": values})).column(0).to_pylist() == values


def test_doubles_are_not_copied_on_their_way_in() -> None:
    array = pa.array(np.arange(5.0))
    address = array.buffers()[1].address
    for column in (array, pa.chunked_array([array])):
        assert arrow_values(column).__array_interface__["data"][0] == address


def test_chunked_tables_and_tables_without_chunks() -> None:
    scorer = BatchScorer(REGRESSION, keep=True)
    whole = scorer(TABLE)
    chunked = pa.Table.from_batches(TABLE.to_batches(max_chunksize=1))
    assert scorer(chunked).equals(whole)
    assert [scorer(chunked).column("x").chunk(at).to_pylist() for at in range(3)] == [
        [1.0],
        [None],
        [3.5],
    ]
    nothing = scorer(TABLE.schema.empty_table())
    assert nothing.num_rows == 0
    assert nothing.schema == whole.schema


NUMBER = st.none() | st.floats(-120, 120) | st.just(float("nan"))
TEXT = st.sampled_from(["a", "b", "c", "bad", "?", "other", None])
ROW = st.fixed_dictionaries(
    {
        "x": NUMBER,
        "n": st.none() | st.integers(-5, 5),
        "s": TEXT,
        "f": NUMBER,
        "flag": st.none() | st.booleans(),
        "day": st.none() | st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)),
    }
)
SCHEMA = pa.schema(
    {
        "x": pa.float64(),
        "n": pa.int64(),
        "s": pa.string(),
        "f": pa.float32(),
        "flag": pa.bool_(),
        "day": pa.date32(),
    }
)


@given(st.lists(ROW, max_size=12), st.integers(1, 5))
@settings(deadline=None)
def test_batches_give_what_the_model_gives(rows: list[dict[str, Any]], size: int) -> None:
    """However a table is cut, values and reasons are those of Model.evaluate on the whole."""
    table = pa.Table.from_pylist(rows, SCHEMA)
    expected = scorer_of_ensemble().model.evaluate(table, errors="column")
    scored = [scorer_of_ensemble()(batch) for batch in table.to_batches(max_chunksize=size)]
    found = pa.Table.from_batches(scored, scorer_of_ensemble().result_schema())
    assert found.schema.names == expected.schema.names
    for name in found.schema.names:
        pairs = zip(found.column(name).to_pylist(), expected.column(name).to_pylist(), strict=True)
        for mine, other in pairs:
            if isinstance(other, float):
                assert mine == pytest.approx(other, rel=1e-12, abs=1e-12, nan_ok=True)
            else:
                assert mine == other


def scorer_of_ensemble() -> BatchScorer:
    return BatchScorer(ENSEMBLE, errors="column")


def test_a_row_that_cannot_be_scored() -> None:
    table = pa.table({"x": [1.0, 200.0, 2.0], "colour": ["red"] * 3})
    with pytest.raises(EvaluationError, match=r"200\.0 is not valid") as caught:
        BatchScorer(REGRESSION)(table)
    assert caught.value.row == 1
    assert caught.value.field == "x"
    scored = BatchScorer(REGRESSION, errors="column")(table)
    assert scored.schema == pa.schema({"y": pa.float64(), "pmmlkit_error": pa.string()})
    assert scored.column("y").to_pylist() == [13.0, None, 15.0]
    reasons = scored.column("pmmlkit_error").to_pylist()
    assert reasons[0] is reasons[2] is None
    assert "200.0 is not valid" in reasons[1]


def test_without_a_bad_row_the_error_column_has_its_type() -> None:
    scorer = BatchScorer(REGRESSION, errors="column", error_column="why")
    assert scorer(TABLE).column("why").equals(pa.chunked_array([pa.nulls(3, pa.string())]))


def test_outputs_are_chosen_in_order() -> None:
    scorer = BatchScorer(CLASSIFICATION, outputs=["p", "kind", "p"], errors="column")
    assert scorer.result_schema().names == ["p", "kind", "pmmlkit_error"]
    table = pa.table({"x": [-1.0], "n": [1], "day": [datetime.date(2020, 1, 5)]})
    assert scorer(table).to_pylist() == [{"p": 0.25, "kind": "no", "pmmlkit_error": None}]


def test_kept_columns_come_first_as_they_are() -> None:
    table = TABLE.append_column("id", pa.array([b"a", b"b", b"c"]))
    for scorer, names in (
        (BatchScorer(REGRESSION, keep=True), ["x", "colour", "id"]),
        (BatchScorer(REGRESSION, keep=["id", "x"]), ["id", "x"]),
    ):
        for rows in (table, table.to_batches()[0]):
            scored = scorer(rows)
            assert scored.schema == scorer.result_schema(table.schema)
            assert scored.schema.names == [*names, "y"]
            for name in names:
                assert scored.column(name).equals(rows.column(name))


def test_renamed_inputs() -> None:
    scorer = BatchScorer(REGRESSION, inputs={"x": "size"})
    table = TABLE.rename_columns(["size", "colour"]).append_column("x", pa.array(["?"] * 3))
    assert scorer(table).column("y").to_pylist() == SCORES
    assert scorer.input_schema() == pa.schema({"size": pa.float64(), "colour": pa.string()})


def test_one_column_for_two_fields() -> None:
    scorer = BatchScorer(copies(["double", "string"]), inputs={"double": "both", "string": "both"})
    (row,) = scorer(pa.table({"both": ["1.5"]})).to_pylist()
    assert row["double again"] == 1.5
    assert row["string again"] == "1.5"


def test_a_document_of_transformations() -> None:
    scorer = BatchScorer(TRANSFORMATIONS, errors="column", outputs=["ratio", "shade", "later"])
    day = datetime.date(2020, 2, 29)
    table = pa.table({"x": [1.0, 500.0], "z": [4.0, 1.0], "colour": ["red"] * 2, "day": [day] * 2})
    good, bad = scorer(table).to_pylist()
    assert good == {"ratio": 0.5, "shade": "RED", "later": day, "pmmlkit_error": None}
    assert bad["ratio"] is None
    assert "500.0 is not valid" in bad["pmmlkit_error"]


def test_one_of_several_models() -> None:
    table = pa.table({"x": [1.0]})
    assert BatchScorer(TWO_MODELS, model="second")(table).to_pylist() == [{"y": 2.0}]
    with pytest.raises(DataError, match="lacks column 'colour'"):
        BatchScorer(TWO_MODELS)(table)


def test_every_source(tmp_path: Path) -> None:
    path = tmp_path / "model.pmml"
    path.write_bytes(REGRESSION)
    zipped = tmp_path / "model.pmml.gz"
    document = pmmlkit.Document.read(path)
    document.write(zipped)
    for source in (path, str(path), zipped, REGRESSION, io.BytesIO(REGRESSION), document):
        assert BatchScorer(source)(TABLE).column("y").to_pylist() == SCORES


def test_pickles_are_small_and_need_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "model.pmml"
    path.write_bytes(ENSEMBLE)
    scorer = BatchScorer(path, keep=["s"], outputs=["label"], errors="column")
    table = pa.Table.from_pylist([{"x": 1.0, "s": "a"}], SCHEMA)
    expected = scorer(table)
    text = pickle.dumps(scorer)
    path.unlink()
    assert len(text) < len(ENSEMBLE) / 2
    again = pickle.loads(text)
    assert again(table).equals(expected)
    assert len(pickle.dumps(again)) == len(text)
    assert again.result_schema(table.schema) == expected.schema


def test_a_pickle_opens_in_another_process(tmp_path: Path) -> None:
    path = tmp_path / "scorer.pickle"
    path.write_bytes(pickle.dumps(BatchScorer(REGRESSION)))
    code = (
        "import pickle, sys, pyarrow as pa\n"
        "scorer = pickle.load(open(sys.argv[1], 'rb'))\n"
        "table = pa.table({'x': [1.0, None, 3.5], 'colour': ['red', 'blue', 'red']})\n"
        "print(scorer(table).column('y').to_pylist())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(SCORES)


def test_a_document_is_compiled_once_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[str | None] = []

    def counted(source: bytes, *, model: str | None, limits: Any) -> pmmlkit.Model:
        loads.append(model)
        return pmmlkit.load(source, model=model, limits=limits)

    monkeypatch.setattr(batches, "load", counted)
    document = TWO_MODELS.replace(b"<Header/>", b"<Header copyright='compiled once'/>")
    scorers = [BatchScorer(document), BatchScorer(bytearray(document), keep=True)]  # type: ignore[arg-type]  # any bytes will do
    scorers += [pickle.loads(pickle.dumps(scorer)) for scorer in scorers]
    assert loads == []
    with ThreadPoolExecutor(8) as pool:
        models = list(pool.map(lambda scorer: scorer.model, scorers * 8))
    assert loads == [None]
    assert len(set(map(id, models))) == 1
    assert BatchScorer(document, model="second").model is not models[0]
    assert loads == [None, "second"]


def test_threads_share_a_scorer() -> None:
    scorer = BatchScorer(REGRESSION)
    tables = [pa.table({"x": [float(x)] * 50, "colour": ["blue"] * 50}) for x in range(40)]
    with ThreadPoolExecutor(8) as pool:
        for x, scored in enumerate(pool.map(scorer, tables)):
            assert scored.column("y").to_pylist() == [1.0 + 2 * x] * 50


def test_models_whose_rows_depend_on_each_other_are_refused() -> None:
    lag = REGRESSION.replace(
        b"<RegressionTable",
        b'<LocalTransformations><DerivedField name="before" optype="continuous" dataType="double">'
        b'<Lag field="x"/></DerivedField></LocalTransformations><RegressionTable',
    ).replace(b'NumericPredictor name="x"', b'NumericPredictor name="before"')
    scorer = BatchScorer(lag)
    for use in (lambda: scorer(TABLE), scorer.result_schema, lambda: scorer.model):
        with pytest.raises(DataError, match="depend on each other"):
            use()


def test_an_absent_column_is_named() -> None:
    scorer = BatchScorer(REGRESSION, inputs={"x": "size"})
    words = "lacks column 'size' for the field 'x'; it has 'x', 'colour'"
    uses: list[Callable[[], Any]] = [
        lambda: scorer(TABLE),
        lambda: scorer(TABLE.slice(0, 0)),
        lambda: scorer.result_schema(TABLE.schema),
    ]
    for use in uses:
        with pytest.raises(DataError, match=words) as caught:
            use()
        assert caught.value.field == "x"


def test_columns_that_no_result_needs_may_be_absent() -> None:
    table = pa.table({"x": [1.0], "colour": ["red"]})
    document = REGRESSION.replace(
        b'<DataField name="y"',
        b'<DataField name="u" optype="continuous" dataType="double"/><DataField name="y"',
    ).replace(b'<MiningField name="x"/>', b'<MiningField name="u"/><MiningField name="x"/>')
    scorer = BatchScorer(document)
    assert scorer(table).column("y").to_pylist() == [13.0]
    assert scorer.input_schema().names == ["x", "colour"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"errors": "skip"}, "choose 'raise' or 'column'"),
        ({"outputs": "y"}, "give a list of names"),
        ({"keep": "x"}, "give a list of names"),
        ({"outputs": ["z"]}, "outputs: the model has no 'z'; it has 'y'"),
        ({"inputs": {"z": "x"}}, "inputs: the model has no 'z'; it has 'x', 'colour'"),
        ({"keep": ["z"]}, "keep: the batch has no column 'z'; it has 'x', 'colour'"),
        ({"errors": "column", "error_column": "y"}, "is the name of a result"),
    ],
)
def test_wrong_settings(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(DataError, match=words):
        BatchScorer(REGRESSION, **settings)(TABLE)


def test_a_kept_column_with_the_name_of_a_result() -> None:
    table = TABLE.append_column("y", pa.array([1, 2, 3]))
    assert BatchScorer(REGRESSION)(table).column("y").to_pylist() == SCORES
    assert BatchScorer(REGRESSION, keep=["x"])(table).schema.names == ["x", "y"]
    for keep in (True, ["y"]):
        with pytest.raises(DataError, match="a result has the name of the column 'y'"):
            BatchScorer(REGRESSION, keep=keep)(table)


def test_the_schema_of_kept_columns_needs_that_of_the_batches() -> None:
    with pytest.raises(DataError, match="schema of the batches is needed"):
        BatchScorer(REGRESSION, keep=True).result_schema()


def test_doubled_columns_are_refused() -> None:
    table = pa.Table.from_arrays([*TABLE.columns, TABLE.column(0)], ["x", "colour", "x"])
    with pytest.raises(DataError, match="columns of the same name: 'x'"):
        BatchScorer(REGRESSION)(table)


@pytest.mark.parametrize("data", [{"x": 1.0}, [1.0], None, pa.array([1.0])])
def test_what_is_no_batch(data: Any) -> None:
    with pytest.raises(DataError, match=r"give a pyarrow\.RecordBatch or a pyarrow\.Table, not"):
        BatchScorer(REGRESSION)(data)


def test_what_is_no_document(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot read"):
        BatchScorer(tmp_path / "absent.pmml")
    with pytest.raises(LimitError, match=r"Limits\.document_bytes = 100"):
        BatchScorer(io.BytesIO(REGRESSION), limits=pmmlkit.Limits(document_bytes=100))
    scorer = BatchScorer(b"<PMML>")
    for _ in range(2):
        with pytest.raises(MarkupError):
            scorer(TABLE)


def test_limits_reach_the_compiler() -> None:
    scorer = BatchScorer(REGRESSION, limits=pmmlkit.Limits(elements=3))
    with pytest.raises(LimitError):
        scorer(TABLE)
    assert BatchScorer(REGRESSION)(TABLE).num_rows == 3


def test_it_says_what_it_is() -> None:
    assert "BatchScorer" in repr(BatchScorer(REGRESSION))
    assert pmmlkit.BatchScorer is BatchScorer
