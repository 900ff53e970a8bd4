"""Models as Spark saved them: each release's layout, models within models, live models."""

from __future__ import annotations

import io
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pmmlkit.errors import ExportError
from pmmlkit.exporters.spark.saved import SavedStage, matrix, read_saved, saved, vector
from pmmlkit.exporters.spark.saved.folder import DiskFolder
from pmmlkit.limits import Limits
from tests.exporters.spark.saved_fixtures import (
    CASES,
    FIXTURES,
    NEWEST,
    RELEASES,
    archive,
    made,
    results,
    rows,
    schema,
    unpacked,
    written,
)
from tests.spark_session import session

pytest.importorskip("pyarrow")

LAST_STAGES = {
    "bins": "LinearRegressionModel",
    "boosting": "GBTRegressionModel",
    "classification": "IndexToString",
    "clusters": "KMeansModel",
    "forest": "RandomForestClassificationModel",
    "one_vs_rest": "OneVsRestModel",
    "texts": "LogisticRegressionModel",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A saved pipeline on disk, `classification` of the newest release."""
    return unpacked(NEWEST, "classification", tmp_path)


def stage(model: SavedStage, name: str) -> SavedStage:
    return next(each for each in model.stages if each.name == name)


def test_releases_span_what_is_promised() -> None:
    assert RELEASES[0].startswith("2.4.")
    assert {release.rpartition(".")[0] for release in RELEASES} >= {
        *("2.4", "3.0", "3.1", "3.2", "3.3", "3.4", "3.5"),
        *("4.0", "4.1", "4.2", "4.3"),
    }


@pytest.mark.parametrize(("release", "case"), CASES)
def test_every_part_is_read(release: str, case: str) -> None:
    model = read_saved(archive(release, case))
    if case == "tuning":
        assert model.class_name == "org.apache.spark.ml.tuning.CrossValidatorModel"
        assert model.parts == ("bestModel", "estimator", "evaluator")
        model = model.part("bestModel")
    assert model.class_name == "org.apache.spark.ml.PipelineModel"
    assert [each.uid for each in model.stages] == model.parameter("stageUids")
    assert LAST_STAGES.get(case, "LogisticRegressionModel") == model.stages[-1].name
    for each in model.stages:
        assert each.version == release
        assert each.given <= each.params.keys()
        assert each.has("metadata")
        for part in ("data", "treesMetadata"):
            if each.has(part):
                assert each.table(part).num_rows > 0
        for part in each.parts:
            assert each.part(part).version == release


@pytest.mark.parametrize(("release", "case"), CASES)
def test_fixtures_are_whole(release: str, case: str) -> None:
    names = {each["name"] for each in schema(case)["fields"]}
    columns = rows(case)
    added = results(release, case)
    assert columns.keys() == names
    assert {len(column) for column in [*columns.values(), *added.values()]} == {24}
    assert "prediction" in added


@pytest.mark.parametrize("release", RELEASES)
def test_vectors_and_matrices_score_as_spark(release: str) -> None:
    model = read_saved(archive(release, "classification"))
    told = results(release, "classification")
    scaler = stage(model, "StandardScalerModel").table()
    logistic = stage(model, "LogisticRegressionModel").table()
    assembled = np.array(told["assembled"])
    features = (assembled - vector(scaler["mean"][0])) / vector(scaler["std"][0])
    np.testing.assert_allclose(features, told["features"], rtol=1e-12, atol=1e-13)
    coefficients = matrix(logistic["coefficientMatrix"][0])
    assert coefficients.shape == (3, features.shape[1])
    margins = features @ coefficients.T + vector(logistic["interceptVector"][0])
    np.testing.assert_allclose(margins, told["rawPrediction"], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("release", RELEASES)
def test_trees_score_as_spark(release: str) -> None:
    ensemble = read_saved(archive(release, "boosting")).stages[-1]
    told = results(release, "boosting")
    trees: dict[int, dict[int, Any]] = {}
    for row in ensemble.table().to_pylist():
        trees.setdefault(row["treeID"], {})[row["nodeData"]["id"]] = row["nodeData"]
    about = ensemble.table("treesMetadata")
    assert about.column_names == ["treeID", "metadata", "weights"]
    weights = dict(zip(*about.select(["treeID", "weights"]).to_pydict().values(), strict=True))
    assert len(trees) == len(weights) == ensemble.metadata["numTrees"]
    for features, expected in zip(told["features"], told["prediction"], strict=True):
        total = sum(weights[tree] * scored(nodes, features) for tree, nodes in trees.items())
        assert total == pytest.approx(expected, rel=1e-12, abs=1e-12)


def scored(nodes: dict[int, Any], features: list[float]) -> float:
    node = nodes[0]
    while node["leftChild"] >= 0:
        split = node["split"]
        value, told = features[split["featureIndex"]], split["leftCategoriesOrThreshold"]
        left = value <= told[0] if split["numCategories"] < 0 else value in told
        node = nodes[node["leftChild" if left else "rightChild"]]
    prediction: float = node["prediction"]
    return prediction


@pytest.mark.parametrize("release", RELEASES)
def test_numbers_without_a_word_in_json(release: str) -> None:
    model = read_saved(archive(release, "bins"))
    imputer, cut = model.stages[0], model.stages[1]
    assert math.isnan(imputer.parameter("missingValue"))
    assert "missingValue" not in imputer.given
    assert imputer.parameter("strategy") == "median"
    assert "strategy" in imputer.given
    bounds = [-math.inf, -2.0, 0.0, 2.5, math.inf]
    assert bounds == (cut.parameter("splits") or cut.parameter("splitsArray")[0])
    assert imputer.parameter("absent") is None
    assert imputer.parameter("absent", 3) == 3


@pytest.mark.parametrize("release", RELEASES)
def test_labels_stay_texts(release: str) -> None:
    model = read_saved(archive(release, "classification"))
    labels = model.stages[0].table().to_pylist()[0]
    kinds = labels["labels"] if release.startswith("2.") else labels["labelsArray"][0]
    assert set(kinds) == {"red", "green", "blue", "NaN"}
    assert model.stages[-1].parameter("labels") == ["high", "low", "middle"]


@pytest.mark.parametrize("release", RELEASES)
def test_models_within_models(release: str) -> None:
    several = stage(read_saved(archive(release, "one_vs_rest")), "OneVsRestModel")
    inner = [part for part in several.parts if part.startswith("model_")]
    assert inner == ["model_0", "model_1", "model_2"]
    assert several.metadata["numClasses"] == 3
    told = several.part("model_2").table()
    assert vector(told["interceptVector"][0]).shape == (1,)


def test_models_are_in_the_order_of_their_numbers(folder: Path) -> None:
    for number in (10, 9, 2):
        shutil.copytree(folder / "metadata", folder / f"model_{number}" / "metadata")
    assert read_saved(folder).parts == ("model_2", "model_9", "model_10")


def test_stages_padded_with_zeros(folder: Path) -> None:
    for path in list((folder / "stages").iterdir()):
        path.rename(path.with_name("00" + path.name))
    assert len(read_saved(folder).stages) == len(
        read_saved(archive(NEWEST, "classification")).stages
    )


def test_a_stage_is_missing(folder: Path) -> None:
    lost = next((folder / "stages").glob("3_*"))
    shutil.rmtree(lost)
    with pytest.raises(ExportError, match=r"lacks stage 3, .*incomplete"):
        read_saved(folder)


def test_a_stage_has_no_metadata(folder: Path) -> None:
    shutil.rmtree(next((folder / "stages").glob("3_*")) / "metadata")
    with pytest.raises(ExportError, match=r"classification/stages/3_.*has no metadata"):
        read_saved(folder)


def test_a_part_that_is_not_there(folder: Path) -> None:
    with pytest.raises(ExportError, match="classification/bestModel is not a model"):
        read_saved(folder).part("bestModel")


def test_a_pipeline_in_itself_without_end(tmp_path: Path) -> None:
    path = tmp_path
    for _ in range(5):
        written(path, paramMap={"stageUids": ["p"]})
        path = made(path / "stages") / "0_p"
    written(path)
    assert read_saved(tmp_path).stages[0].stages[0].stages[0].stages[0].stages[0].uid == "tok"
    with pytest.raises(ExportError, match=r"Limits\.model_depth = 3"):
        read_saved(tmp_path, Limits(model_depth=3))


def test_a_path_is_as_good_as_a_model() -> None:
    with saved(FIXTURES / NEWEST / "bins.zip") as model:
        assert model.name == "PipelineModel"


@pytest.mark.parametrize("model", [None, 3, io.StringIO(), object])
def test_neither_model_nor_path(model: Any) -> None:
    with (
        pytest.raises(ExportError, match="neither a fitted model of Spark ML nor the path"),
        saved(model),
    ):
        pass


def test_a_live_pipeline() -> None:
    spark = session()
    from pyspark.ml import Pipeline
    from pyspark.ml.feature import StringIndexer, Tokenizer

    frame = spark.createDataFrame([("a b",), ("c",)], "text string")
    stages: list[Any] = [Tokenizer(inputCol="text", outputCol="w"), StringIndexer(inputCol="text")]
    estimator = Pipeline(stages=stages)
    with saved(estimator.fit(frame)) as model:
        assert isinstance(model._folder, DiskFolder)
        place = model._folder.root
        assert [each.name for each in model.stages] == ["Tokenizer", "StringIndexerModel"]
        assert model.stages[1].table().to_pylist() == [{"labelsArray": [["a b", "c"]]}]
        assert place.is_dir()
    assert not place.exists()
    with pytest.raises(ExportError, match="Pipeline is not fitted"), saved(estimator):
        pass


def test_a_live_stage_that_spark_cannot_save() -> None:
    session()
    from pyspark.ml import PipelineModel, Transformer

    class Mine(Transformer):
        def _transform(self, dataset: Any) -> Any:
            return dataset

    with pytest.raises(ExportError, match="Mine cannot be saved"), saved(Mine()):
        pass
    with (
        pytest.raises(ExportError, match="Spark cannot save this PipelineModel"),
        saved(PipelineModel([Mine()])),
    ):
        pass
