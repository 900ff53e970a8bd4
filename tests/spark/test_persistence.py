"""Transformers that are saved and loaded, alone and in pipelines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pmmlkit.errors import DataError
from tests.documents import REGRESSION
from tests.spark.documents import TWO_MODELS
from tests.spark_session import session

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def transformer(source: bytes = REGRESSION, **parameters: Any) -> Any:
    session()
    from pmmlkit.spark import PMMLTransformer

    return PMMLTransformer(source, **parameters)


def table() -> DataFrame:
    return session().createDataFrame([(2.0, "red"), (500.0, "blue")], "x double, colour string")


def test_saved_and_loaded(tmp_path: Path) -> None:
    path = str(tmp_path / "scoring")
    made = transformer(exceptionCol="why", resultsCol="results", inputs=False)
    made.save(path)
    loaded = type(made).load(path)
    assert loaded.uid == made.uid
    assert loaded.document == REGRESSION
    assert loaded.extractParamMap() == made.extractParamMap()
    assert loaded.explainParams() == made.explainParams()
    assert loaded.transform(table()).collect() == made.transform(table()).collect()


def test_the_folder_is_that_of_a_stage(tmp_path: Path) -> None:
    made = transformer(inputs=False)
    made.save(str(tmp_path / "scoring"))
    (text,) = (tmp_path / "scoring" / "metadata").glob("part-*")
    metadata = json.loads(text.read_text())
    assert metadata["class"] == "pmmlkit.spark.PMMLTransformer"
    assert metadata["uid"] == made.uid
    assert metadata["paramMap"] == {"inputs": False}
    assert metadata["defaultParamMap"]["exceptionCol"] == "pmmlException"
    from pyarrow import parquet

    (document,) = parquet.read_table(tmp_path / "scoring" / "data").to_pylist()
    assert document == {"document": REGRESSION}


def test_a_folder_is_overwritten_on_demand_only(tmp_path: Path) -> None:
    path = str(tmp_path / "scoring")
    transformer().save(path)
    with pytest.raises(DataError, match="cannot be saved there"):
        transformer(inputs=False).save(path)
    transformer(inputs=False).write().overwrite().save(path)
    assert not type(transformer()).load(path).getInputs()


def test_the_chosen_model_is_kept(tmp_path: Path) -> None:
    path = str(tmp_path / "scoring")
    transformer(TWO_MODELS, modelName="eight").save(path)
    loaded = type(transformer()).load(path)
    assert loaded.getModelName() == "eight"
    assert loaded.transform(session().range(1, numPartitions=1)).collect()[0]["y"] == 8.0


def test_what_cannot_be_loaded(tmp_path: Path) -> None:
    from pyspark.ml.feature import VectorAssembler

    kind = type(transformer())
    with pytest.raises(DataError, match="no transformer that can be loaded"):
        kind.load(str(tmp_path / "none"))
    VectorAssembler(inputCols=["x"], outputCol="v").save(str(tmp_path / "other"))
    with pytest.raises(DataError, match=r"VectorAssembler, not a pmmlkit\.spark\.PMMLTransformer"):
        kind.load(str(tmp_path / "other"))
    transformer().save(str(tmp_path / "half"))
    for file in (tmp_path / "half" / "data").iterdir():
        file.unlink()
    (tmp_path / "half" / "data").rmdir()
    with pytest.raises(DataError, match="the document of the transformer cannot be loaded"):
        kind.load(str(tmp_path / "half"))


def test_in_pipelines_behind_stages_of_java(tmp_path: Path) -> None:
    from pyspark.ml import Pipeline, PipelineModel
    from pyspark.ml.feature import StringIndexer, VectorAssembler

    stages: list[Any] = [
        StringIndexer(inputCol="colour", outputCol="index"),
        VectorAssembler(inputCols=["x", "index"], outputCol="features"),
        transformer(),
    ]
    path = str(tmp_path / "pipeline")
    fitted = Pipeline(stages=stages).fit(table())
    scored = fitted.transform(table())
    assert scored.columns == ["x", "colour", "index", "features", "y", "pmmlException"]
    assert scored.schema["index"].metadata["ml_attr"]["type"] == "nominal"
    for _ in range(2):
        fitted.write().overwrite().save(path)
    loaded = PipelineModel.load(path)
    assert loaded.transform(table()).collect() == scored.collect()
    assert loaded.stages[2].uid == fitted.stages[2].uid


def test_a_pipeline_that_is_not_fitted(tmp_path: Path) -> None:
    from pyspark.ml import Pipeline

    path = str(tmp_path / "pipeline")
    Pipeline(stages=[transformer()]).save(path)
    fitted = Pipeline.load(path).fit(table())
    assert fitted.transform(table()).collect()[0]["y"] == 15.0


def test_a_pipeline_of_nothing_else(tmp_path: Path) -> None:
    from pyspark.ml import PipelineModel

    path = str(tmp_path / "pipeline")
    PipelineModel(stages=[transformer()]).save(path)
    assert PipelineModel.load(path).transform(table()).collect()[0]["y"] == 15.0
