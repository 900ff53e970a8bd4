"""PMMLTransformer on classic Spark."""

from __future__ import annotations

import datetime
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import pmmlkit
from pmmlkit.errors import DataError, MarkupError, PmmlError
from tests.documents import CLASSIFICATION, REGRESSION
from tests.spark.documents import CONSTANT, DOTTED, TWO_MODELS
from tests.spark_session import session

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from pmmlkit.spark import PMMLTransformer

ROWS = [(1, 2.0, "red"), (2, 3.5, "blue"), (3, None, "red"), (4, 500.0, "red"), (5, 0.0, None)]
"""The third has no result for want of x, the fourth fails: x goes beyond its interval."""

Y = [15.0, 8.0, None, None, 1.0]


@pytest.fixture
def spark() -> SparkSession:
    return session()


@pytest.fixture
def table(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame(ROWS, "id int not null, x double, colour string").coalesce(1)


def transformer(source: Any = REGRESSION, **parameters: Any) -> PMMLTransformer:
    session()
    from pmmlkit.spark import PMMLTransformer

    return PMMLTransformer(source, **parameters)


def rows(frame: DataFrame) -> list[dict[str, Any]]:
    return [row.asDict(recursive=True) for row in frame.collect()]


def expected(document: bytes, data: list[dict[str, Any]]) -> list[dict[str, Any]]:
    model = pmmlkit.load(document)
    return [model.evaluate(row, errors="column") for row in data]


def test_flat_results(table: DataFrame) -> None:
    scored = transformer().transform(table)
    assert scored.dtypes == [
        ("id", "int"),
        ("x", "double"),
        ("colour", "string"),
        ("y", "double"),
        ("pmmlException", "string"),
    ]
    assert [field.nullable for field in scored.schema] == [False, True, True, True, True]
    found = rows(scored)
    for row, wanted in zip(found, expected(REGRESSION, rows(table)), strict=True):
        assert row["y"] == wanted["y"]
        assert row["pmmlException"] == wanted["pmmlkit_error"]
    assert [row["y"] for row in found] == Y
    assert "500" in found[3]["pmmlException"]
    assert [row["pmmlException"] is None for row in found[:3]] == [True, True, True]


def test_nested_results(table: DataFrame) -> None:
    made = transformer(CLASSIFICATION, resultsCol="pmmlResults")
    days = table.selectExpr("id", "x", "id as n", "date'2024-01-02' as day")
    scored = made.transform(days)
    assert scored.dtypes[4:] == [
        (
            "pmmlResults",
            "struct<kind:string,p:double,more:bigint,positive:boolean,when:date>",
        ),
        ("pmmlException", "string"),
    ]
    results = [row["pmmlResults"] for row in rows(scored)]
    assert results[0] == {
        "kind": "yes",
        "p": 1.0,
        "more": 2,
        "positive": True,
        "when": datetime.date(2024, 1, 2),
    }


def test_a_nested_result_is_null_where_the_row_fails(table: DataFrame) -> None:
    scored = rows(transformer(resultsCol="results").transform(table))
    assert [row["results"] for row in scored] == [
        None if row["pmmlException"] else {"y": y} for row, y in zip(scored, Y, strict=True)
    ]
    assert scored[3]["results"] is None


def test_results_are_chosen(spark: SparkSession) -> None:
    table = spark.createDataFrame([(1.0, 3)], "x double, n int").selectExpr(
        "x", "n", "date'2024-01-02' as day"
    )
    made = transformer(CLASSIFICATION, inputs=False, targets=False, exceptionCol=None)
    assert made.transform(table).columns == ["p", "more", "positive", "when"]
    assert made.setTargets(True).setOutputs(False).transform(table).columns == ["kind"]
    assert rows(made.transform(table)) == [{"kind": "yes"}]
    with pytest.raises(DataError, match="no result to give"):
        made.setTargets(False).transform(table)


def test_parameters_are_those_of_jpmml() -> None:
    made = transformer()
    defaults = {param.name: made.getOrDefault(param) for param in made.params}
    assert defaults == {
        "inputs": True,
        "targets": True,
        "outputs": True,
        "exceptionCol": "pmmlException",
        "syntheticTargetName": "_target",
        "resultsCol": "",
        "modelName": "",
    }
    assert not made.extractParamMap().keys() - set(made.params)
    for name, value in {
        "inputs": False,
        "targets": False,
        "outputs": False,
        "exceptionCol": "why",
        "syntheticTargetName": "result",
        "resultsCol": "all",
    }.items():
        title = name[0].upper() + name[1:]
        assert getattr(made, f"set{title}")(value) is made
        assert getattr(made, f"get{title}")() == value
        assert getattr(transformer(**{name: value}), f"get{title}")() == value
    assert made.getModelName() == ""
    assert "exceptionCol" in made.explainParams()
    with pytest.raises(DataError, match="inputs='no'"):
        made.setInputs("no")  # type: ignore[arg-type]  # what is tested


def test_parameters_of_one_call(table: DataFrame) -> None:
    made = transformer()
    assert made.transform(table, {made.inputs: False}).columns == ["y", "pmmlException"]
    assert made.getInputs()


def test_the_schema_is_known_before(table: DataFrame) -> None:
    made = transformer(exceptionCol="why", resultsCol="results")
    assert made.transformSchema(table.schema) == made.transform(table).schema


def test_a_bad_row_fails_the_job_where_there_is_no_exception_column(table: DataFrame) -> None:
    from pyspark.errors import PySparkException

    made = transformer(exceptionCol="")
    assert made.transform(table).columns == ["id", "x", "colour", "y"]
    assert [row["y"] for row in rows(made.transform(table.limit(3)))] == [15.0, 8.0, None]
    with pytest.raises(PySparkException, match="EvaluationError"):
        made.transform(table).collect()


def test_many_partitions_some_of_them_empty(spark: SparkSession) -> None:
    table = spark.range(20, numPartitions=4).selectExpr(
        "id", "cast(id as double) as x", "if(id % 3 = 0, 'red', 'blue') as colour"
    )
    filtered = table.where("id < 5 or id > 14").unionAll(table.where("id < 0"))
    scored = rows(transformer().transform(filtered))
    assert len(scored) == 10
    for row in scored:
        assert row["y"] == 1 + 2 * row["x"] + (10 if row["colour"] == "red" else 0)
    empty = transformer().transform(table.where("id < 0"))
    assert empty.collect() == []


def test_names_with_dots_and_quotes(spark: SparkSession) -> None:
    table = spark.createDataFrame([(1, 2.0, 3.0)], ["the.id", "Sepal.Length", "a `b` c"])
    scored = transformer(DOTTED).transform(table)
    assert scored.columns == ["the.id", "Sepal.Length", "a `b` c", "_target", "pmmlException"]
    assert tuple(scored.collect()[0]) == (1, 2.0, 3.0, 35.0, None)
    renamed = transformer(DOTTED, syntheticTargetName="result", inputs=False).transform(table)
    assert renamed.columns == ["result", "pmmlException"]
    assert renamed.collect()[0][0] == 35.0


@pytest.mark.parametrize("inputs", [True, False])
def test_a_model_that_reads_nothing(spark: SparkSession, inputs: bool) -> None:
    table = spark.range(3, numPartitions=2)
    scored = transformer(CONSTANT, inputs=inputs).transform(table)
    assert [row["y"] for row in scored.collect()] == [7.0, 7.0, 7.0]


def test_other_columns_go_along_unread(spark: SparkSession) -> None:
    table = spark.createDataFrame([(2.0, "red", 7)], "x double, colour string, n int").selectExpr(
        "array(x) as list", "struct(n, x) as pair", "colour", "map('a', n) as map", "x", "x as X2"
    )
    scored = transformer().transform(table)
    assert scored.schema.fields[:6] == table.schema.fields
    assert tuple(scored.collect()[0])[:6] == tuple(table.collect()[0])
    assert scored.collect()[0]["y"] == 15.0


def test_one_of_several_models(spark: SparkSession) -> None:
    table = spark.range(1, numPartitions=1)
    for name, value in (("", 7.0), ("seven", 7.0), ("eight", 8.0)):
        made = transformer(TWO_MODELS, modelName=name)
        assert made.getModelName() == name
        assert made.transform(table).collect()[0]["y"] == value
    with pytest.raises(PmmlError, match="nine"):
        transformer(TWO_MODELS, modelName="nine")


def test_models_whose_rows_depend_on_each_other_are_refused() -> None:
    lagged = REGRESSION.replace(
        b"<RegressionTable",
        b"""<LocalTransformations><DerivedField name="before" optype="continuous" dataType="double">
        <Lag field="x"/></DerivedField></LocalTransformations><RegressionTable""",
    ).replace(b'NumericPredictor name="x"', b'NumericPredictor name="before"')
    with pytest.raises(DataError, match="depend on each other"):
        transformer(lagged)


def test_absent_columns_are_named_before_a_job(spark: SparkSession) -> None:
    with pytest.raises(DataError, match="lacks columns 'x', 'colour'; it has 'id'") as caught:
        transformer().transform(spark.range(1))
    assert caught.value.field == "x"
    upper = spark.createDataFrame([(1.0, "red")], "X double, colour string")
    with pytest.raises(DataError, match="'X' differs in case"):
        transformer().transform(upper)


def test_doubled_columns(table: DataFrame) -> None:
    with pytest.raises(DataError, match="several columns named 'x'"):
        transformer().transform(table.selectExpr("*", "x"))
    doubled = transformer().transform(table.selectExpr("*", "id"))
    assert doubled.columns == ["id", "x", "colour", "id", "y", "pmmlException"]
    assert doubled.collect()[0][:4] == (1, 2.0, "red", 1)


def test_vectors_are_refused(spark: SparkSession) -> None:
    from pyspark.ml.feature import VectorAssembler

    assembler = VectorAssembler(inputCols=["a"], outputCol="x")
    table = assembler.transform(spark.createDataFrame([(1.0, "red")], "a double, colour string"))
    with pytest.raises(DataError, match=r"'x' is a vector.*vector_to_array"):
        transformer().transform(table)
    nested = spark.createDataFrame([([1.0], "red")], "x array<double>, colour string")
    with pytest.raises(DataError, match=r"'x' has the type array<double>"):
        transformer().transform(nested)


def test_vectors_go_along(spark: SparkSession) -> None:
    from pyspark.ml.feature import VectorAssembler

    assembler = VectorAssembler(inputCols=["x", "x"], outputCol="v")
    table = assembler.transform(spark.createDataFrame([(2.0, "red")], "x double, colour string"))
    scored = transformer().transform(table)
    assert scored.schema["v"] == table.schema["v"]
    assert scored.collect()[0]["v"] == table.collect()[0]["v"]


@pytest.mark.parametrize(
    ("parameters", "column", "words"),
    [
        ({}, "y", "has a column 'y'"),
        ({}, "pmmlException", "has a column 'pmmlException'"),
        ({"resultsCol": "r"}, "r", "has a column 'r'"),
        ({"exceptionCol": "y"}, "z", "two results have the name 'y'"),
        ({"exceptionCol": "r", "resultsCol": "r"}, "z", "both 'r'"),
    ],
)
def test_names_that_are_taken(
    table: DataFrame, parameters: dict[str, str], column: str, words: str
) -> None:
    with pytest.raises(DataError, match=words):
        transformer(**parameters).transform(table.selectExpr("*", f"1 as {column}"))


def test_a_taken_name_is_free_in_a_struct_or_without_inputs(table: DataFrame) -> None:
    taken = table.selectExpr("*", "1 as y")
    assert transformer(resultsCol="r").transform(taken).columns[-2:] == ["r", "pmmlException"]
    assert transformer(inputs=False).transform(taken).columns == ["y", "pmmlException"]


def test_what_is_no_document(tmp_path: Path) -> None:
    with pytest.raises(MarkupError):
        transformer(b"<PMML")
    with pytest.raises(DataError):
        transformer(tmp_path / "none.pmml")


@pytest.mark.parametrize("kind", ["path", "text", "document"])
def test_sources(table: DataFrame, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "model.pmml"
    path.write_bytes(REGRESSION)
    sources = {"path": path, "text": str(path), "document": pmmlkit.Document.read(path)}
    assert transformer(sources[kind]).transform(table).collect()[0]["y"] == 15.0


def test_pickles(table: DataFrame) -> None:
    made = pickle.loads(pickle.dumps(transformer().setInputs(False)))
    assert made.transform(table).columns == ["y", "pmmlException"]
    assert made.document == REGRESSION


def test_a_copy_keeps_its_own_parameters() -> None:
    made = transformer()
    copied = made.copy()
    copied.setInputs(False)
    assert made.getInputs()
    assert copied.uid == made.uid
    assert copied.document == REGRESSION
