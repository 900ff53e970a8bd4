"""Trees of Spark, and what is made of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.exporters.spark.saved import read_saved
from pmmlkit.exporters.spark.trees.nodes import saved_trees
from pmmlkit.parity.oracles import Oracle
from tests.exporters.spark import saved_fixtures
from tests.exporters.spark.agreement import Case, case_of
from tests.exporters.spark.data import people
from tests.exporters.spark.fitted import behind
from tests.exporters.spark.saved_model import node, write_model
from tests.spark_session import session

pytest.importorskip("pyarrow")


@cache
def _kept() -> tuple[Any, Any]:
    """Return the fitted stages that keep rows with gaps, and what they make of the people."""
    from pyspark.ml import Pipeline
    from pyspark.ml.feature import StringIndexer, VectorAssembler

    columns = ["age", "income", "height", "city_index", "member"]
    stages: list[Any] = [
        StringIndexer(inputCol="city", outputCol="city_index", handleInvalid="keep"),
        VectorAssembler(inputCols=columns, outputCol="features", handleInvalid="keep"),
    ]
    frame = people(session())
    model = Pipeline(stages=stages).fit(frame)
    return model, model.transform(frame)


def _tree_regression() -> tuple[Any, Any]:
    from pyspark.ml.regression import DecisionTreeRegressor

    return behind(DecisionTreeRegressor(labelCol="spent", maxDepth=4, leafCol="leaf"))


def _tree_thresholds() -> tuple[Any, Any]:
    from pyspark.ml.classification import DecisionTreeClassifier
    from pyspark.ml.feature import IndexToString

    return behind(
        DecisionTreeClassifier(labelCol="kind_index", maxDepth=3).setThresholds([0.7, 0.2, 0.4]),
        IndexToString(inputCol="prediction", outputCol="said", labels=["silver", "bronze", "gold"]),
    )


def _one_leaf() -> tuple[Any, Any]:
    from pyspark.ml.classification import DecisionTreeClassifier

    return behind(DecisionTreeClassifier(labelCol="kind_index", maxDepth=0))


def _forest_regression() -> tuple[Any, Any]:
    from pyspark.ml.regression import RandomForestRegressor

    forest = RandomForestRegressor(
        labelCol="spent", maxDepth=4, numTrees=3, seed=1, leafCol="leaves"
    )
    return behind(forest)


def _forest_classification() -> tuple[Any, Any]:
    from pyspark.ml.classification import RandomForestClassifier

    forest = RandomForestClassifier(
        labelCol="kind_index", maxDepth=4, numTrees=4, seed=1, weightCol="income"
    )
    return behind(forest.setThresholds([0.5, 0.2, 0.0]))


def _gaps() -> tuple[Any, Any]:
    """NaN in the vectors: it goes to the right."""
    from pyspark.ml import PipelineModel
    from pyspark.ml.classification import RandomForestClassifier

    model, made = _kept()
    forest = RandomForestClassifier(labelCol="bought", maxDepth=4, numTrees=4, seed=1).fit(made)
    return PipelineModel([*model.stages, forest]), people(session(), gaps=True)


def _boosted_regression() -> tuple[Any, Any]:
    from pyspark.ml.regression import GBTRegressor

    return behind(GBTRegressor(labelCol="spent", maxDepth=3, maxIter=4, stepSize=0.2))


def _boosted_classification() -> tuple[Any, Any]:
    from pyspark.ml.classification import GBTClassifier

    return behind(GBTClassifier(labelCol="bought", maxDepth=3, maxIter=3))


def _boosted_thresholds() -> tuple[Any, Any]:
    from pyspark.ml.classification import GBTClassifier

    boosted = GBTClassifier(labelCol="level_index", maxDepth=3, maxIter=3)
    return behind(boosted.setThresholds([0.3, 0.7]))


def _one_hot() -> tuple[Any, Any]:
    """Binary columns and those of a VectorIndexer, which are split by sets of numbers."""
    from pyspark.ml import Pipeline
    from pyspark.ml.feature import (
        Binarizer,
        OneHotEncoder,
        StringIndexer,
        VectorAssembler,
        VectorIndexer,
    )
    from pyspark.ml.regression import RandomForestRegressor

    frame = people(session())
    columns = ["age", "city_vector", "rich", "member"]
    pipeline = Pipeline(
        stages=[
            StringIndexer(inputCol="city", outputCol="city_index"),
            OneHotEncoder(inputCol="city_index", outputCol="city_vector"),
            Binarizer(inputCol="income", outputCol="rich", threshold=20.0),
            VectorAssembler(inputCols=columns, outputCol="raw"),
            VectorIndexer(inputCol="raw", outputCol="features", maxCategories=4),
            RandomForestRegressor(labelCol="spent", maxDepth=3, numTrees=3, seed=2),
        ]
    )
    return pipeline.fit(frame), frame


def _codes() -> tuple[Any, Any]:
    """Codes as numbers of the input, also such as no tree has seen."""
    from pyspark.ml import PipelineModel
    from pyspark.ml.regression import DecisionTreeRegressor

    model, made = _kept()
    tree = DecisionTreeRegressor(labelCol="spent", maxDepth=5).fit(made)
    codes = [0.0, 1.0, 2.0, 3.0, 4.0, 7.0, 0.5, -1.0, float("nan"), None]
    rows = [
        (30 + 3 * at, 12.0 + at, 160.0 + at, code, at % 2 == 0) for at, code in enumerate(codes)
    ]
    schema = "age int, income double, height double, city_index double, member boolean"
    return PipelineModel([model.stages[1], tree]), session().createDataFrame(rows, schema).coalesce(
        1
    )


CASES = {
    "tree regression": _tree_regression,
    "tree thresholds": _tree_thresholds,
    "tree of one leaf": _one_leaf,
    "forest regression": _forest_regression,
    "forest classification": _forest_classification,
    "forest gaps": _gaps,
    "forest one hot": _one_hot,
    "boosted regression": _boosted_regression,
    "boosted classification": _boosted_classification,
    "boosted thresholds": _boosted_thresholds,
    "tree codes": _codes,
}


@cache
def _case(name: str) -> Case:
    session()  # estimators are made in it
    return case_of(name, CASES[name])


@pytest.mark.parametrize("name", CASES)
def test_pmmlkit(name: str) -> None:
    _case(name).check()


@pytest.mark.parametrize("name", CASES)
def test_engines(name: str, oracle: Oracle) -> None:
    _case(name).check(oracle)


def test_categories_stay_texts() -> None:
    text = _case("boosted regression").document.to_bytes().decode()
    assert 'field="city"' in text
    assert "Oslo" in text
    assert "index(city)" not in text


RELEASES = [it for it in saved_fixtures.CASES if it[1] in ("forest", "boosting")]


@pytest.mark.parametrize(("release", "name"), RELEASES)
def test_releases(release: str, name: str) -> None:
    stated = saved_fixtures.schema(name)
    document = pmmlkit.export(saved_fixtures.archive(release, name), schema=stated)
    model = pmmlkit.load(document.to_bytes())
    found = model.evaluate(saved_fixtures.rows(name))
    said = saved_fixtures.results(release, name)
    if name == "boosting":
        np.testing.assert_allclose(found["score"], said["prediction"], rtol=1e-12)
        return
    labels = [it.removeprefix("probability(")[:-1] for it in found if it.startswith("probability")]
    shares = np.array([found[f"probability({label})"] for label in labels]).T
    np.testing.assert_allclose(shares, said["probability"], rtol=1e-12)
    assert list(found["label"]) == [labels[int(number)] for number in said["prediction"]]


TREE = [
    node(0, left=1, right=4, feature=0, categories=[0.0, 2.0], count=3),
    node(1, left=2, right=3, feature=1, threshold=5.0),
    node(2, prediction=1.5),
    node(3, prediction=2.5),
    node(4, prediction=3.5),
]
"""The larger set is the left one: so codes that neither set has go left."""

ROWS = {
    "features_0": [0.0, 1.0, 2.0, 9.0, None, 0.0, None],
    "features_1": [5.0, 0.0, 6.0, 0.0, 1.0, None, None],
}
SAID = [1.5, 3.5, 2.5, 1.5, 1.5, 2.5, 2.5]

REGRESSION = "org.apache.spark.ml.regression.DecisionTreeRegressionModel"


def _tree(path: Path, nodes: list[dict[str, Any]], **given: Any) -> Path:
    return write_model(path, REGRESSION, {"numFeatures": 2}, nodes, **given)


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4], [4, 2, 0, 3, 1]])
def test_sets_of_codes(tmp_path: Path, order: list[int]) -> None:
    path = _tree(tmp_path / "model", [TREE[at] for at in order])
    model = pmmlkit.load(pmmlkit.export(path).to_bytes())
    found = model.evaluate(ROWS)
    np.testing.assert_array_equal(np.asarray(found["label"], float), SAID)


def test_leaf_numbers(tmp_path: Path) -> None:
    path = _tree(tmp_path / "model", TREE, leafCol="leaf")
    found = pmmlkit.load(pmmlkit.export(path).to_bytes()).evaluate(ROWS)
    assert list(found["leaf"]) == [0.0, 2.0, 1.0, 0.0, 0.0, 1.0, 1.0]


DAMAGED = {
    "a node is absent": TREE[:-1],
    "a number twice": [*TREE[:-1], TREE[3]],
    "a loop": [TREE[0], node(1, left=1, right=3, feature=1, threshold=5.0), *TREE[2:]],
    "two parents": [TREE[0], node(1, left=2, right=2, feature=1, threshold=5.0), *TREE[2:]],
    "no threshold": [TREE[0], node(1, left=2, right=3, feature=1), *TREE[2:]],
    "no node": [],
    "no such column": [TREE[0], node(1, left=2, right=3, feature=2, threshold=5.0), *TREE[2:]],
    "half a node": [TREE[0], node(1, left=2, right=-1, feature=1, threshold=5.0), *TREE[2:]],
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_nodes(tmp_path: Path, name: str) -> None:
    path = _tree(tmp_path / "model", DAMAGED[name])
    with pytest.raises(ExportError, match="nodes of trees as Spark saves them"):
        pmmlkit.export(path)


def test_a_count_that_is_not_stated(tmp_path: Path) -> None:
    name = "org.apache.spark.ml.classification.DecisionTreeClassificationModel"
    path = write_model(tmp_path / "model", name, {"numFeatures": 2}, TREE)
    with pytest.raises(ExportError, match="no numClasses"):
        pmmlkit.export(path)


def test_equal_sets_share_one_test(tmp_path: Path) -> None:
    path = _tree(tmp_path / "model", TREE)
    trees = saved_trees(read_saved(path))
    assert trees.arity == {0: 3}
    assert [test(1.0) for test in trees.forest.left_codes.values()] == [False]
    assert trees.forest.missing_left.tolist() == [True, False, False, False, False]


def test_a_row_without_a_value_is_refused(tmp_path: Path) -> None:
    """Without ``handleInvalid="keep"`` the assembler fails: no result."""
    assembler = {"inputCols": ["code", "size"], "outputCol": "features"}
    write_model(
        tmp_path / "model" / "stages" / "0_a",
        "org.apache.spark.ml.feature.VectorAssembler",
        {},
        None,
        **assembler,
    )
    _tree(tmp_path / "model" / "stages" / "1_b", TREE)
    write_model(
        tmp_path / "model", "org.apache.spark.ml.PipelineModel", {}, None, stageUids=["a", "b"]
    )
    model = pmmlkit.load(pmmlkit.export(tmp_path / "model").to_bytes())
    for row in ({"code": [None], "size": [1.0]}, {"code": [0.0], "size": [None]}):
        with pytest.raises(pmmlkit.EvaluationError, match="missing"):
            model.evaluate(row)
    assert list(model.evaluate({"code": [1.0], "size": [1.0]})["label"]) == [3.5]
