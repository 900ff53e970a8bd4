"""XGBoost for Spark: models of its Python package, and folders of XGBoost4J written by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import Expected
from tests.exporters.spark.agreement import Case
from tests.exporters.spark.data import people
from tests.exporters.spark.saved_model import write_model
from tests.spark_session import session

xgboost = pytest.importorskip("xgboost")
pytest.importorskip("pyarrow")

ULPS = 4 * 2.0**-23
"""Four units in the last place of a float32, relative: XGBoost's links are in single precision."""

SETTINGS: dict[str, Any] = {
    "num_workers": 1,
    "max_depth": 3,
    "n_estimators": 4,
    "force_repartition": True,
}
COLUMNS = ("age", "income", "height", "city_index", "member")


class SinglePrecision(Case):
    """A case whose numbers Spark has in single precision."""

    @cached_property
    def expected(self) -> Expected:
        return replace(super().expected, relative=ULPS)


def _fitted(model: Any, label: str | None = None, *, keep: bool = False) -> tuple[Any, Any]:
    from pyspark.ml import Pipeline
    from pyspark.ml.feature import StringIndexer, VectorAssembler

    invalid = "keep" if keep else "error"
    stages: list[Any] = [
        StringIndexer(inputCol="city", outputCol="city_index", handleInvalid=invalid)
    ]
    if label is not None:
        stages.append(StringIndexer(inputCol=label, outputCol="label"))
    stages.append(
        VectorAssembler(inputCols=list(COLUMNS), outputCol="features", handleInvalid=invalid)
    )
    frame = people(session())
    return Pipeline(stages=[*stages, model]).fit(frame), people(session(), gaps=keep)


def _regression() -> tuple[Any, Any]:
    from xgboost.spark import SparkXGBRegressor

    return _fitted(SparkXGBRegressor(label_col="spent", **SETTINGS), keep=True)


def _classification() -> tuple[Any, Any]:
    from xgboost.spark import SparkXGBClassifier

    return _fitted(SparkXGBClassifier(label_col="label", **SETTINGS), "kind")


def _zeros() -> tuple[Any, Any]:
    """Zeros are missing, also those that a sparse vector leaves out."""
    from xgboost.spark import SparkXGBClassifier

    model = SparkXGBClassifier(
        label_col="label", missing=0.0, enable_sparse_data_optim=True, **SETTINGS
    )
    return _fitted(model, "level")


CASES = {
    "xgboost regression": _regression,
    "xgboost classification": _classification,
    "xgboost zeros": _zeros,
}


@cache
def _case(name: str) -> Case:
    session()  # estimators are made in it
    model, frame = CASES[name]()
    return SinglePrecision(name, model, frame, {}, {})


@pytest.mark.parametrize("name", CASES)
def test_pmmlkit(name: str) -> None:
    _case(name).check()


@pytest.mark.parametrize("name", CASES)
def test_engines(name: str, oracle: Oracle) -> None:
    _case(name).check(oracle)


def test_live_model() -> None:
    """The model alone, without the pipeline: it is told from a booster of Python."""
    case = _case("xgboost regression")
    document = pmmlkit.export(case.model.stages[-1])
    inputs = [field.name for field in pmmlkit.load(document.to_bytes()).inputs]
    assert set(inputs) <= {f"features_{at}" for at in range(5)}


# Folders of XGBoost4J-Spark, written by hand: the library is a jar, which is not here. Layout:
# metadata as of any stage; data/XGBoost...Model until 2.1, data/model since 3.0, the bytes of
# Booster.saveModel.

SCALA = "ml.dmlc.xgboost4j.scala.spark.XGBoost"


@cache
def _rows() -> npt.NDArray[np.float64]:
    random = np.random.default_rng(5)
    X = np.round(random.normal(size=(50, 3)) * 4.0) / 4.0
    X[random.random(X.shape) < 0.2] = np.nan
    return X


@cache
def _booster(objective: str, missing: float = np.nan) -> Any:
    X = np.nan_to_num(_rows())
    label: npt.NDArray[Any] = X[:, 0] + X[:, 1] * X[:, 2]
    settings: dict[str, Any] = {"objective": objective, "max_depth": 3, "seed": 1}
    if objective.startswith("multi"):
        settings["num_class"] = 3
        label = np.digitize(label, [-0.5, 0.5])
    elif objective.startswith("binary"):
        label = label > 0
    return xgboost.train(settings, xgboost.DMatrix(_rows(), label, missing=missing), 4)


def _folder(
    path: Path, kind: str, booster: Any, file: str = "model", form: str = "ubj", **params: Any
) -> Path:
    write_model(path, f"{SCALA}{kind}Model", {"xgboostVersion": "3.0.0"}, None, **params)
    (path / "data").mkdir()
    (path / "data" / file).write_bytes(bytes(booster.save_raw(form)))
    return path


def _found(path: Path) -> dict[str, Any]:
    model = pmmlkit.load(pmmlkit.export(path).to_bytes())
    columns = {f"features_{at}": column.tolist() for at, column in enumerate(_rows().T)}
    found: dict[str, Any] = model.evaluate(columns)
    return found


@pytest.mark.parametrize("form", ["ubj", "json"])
@pytest.mark.parametrize("file", ["model", "XGBoostRegressionModel"])
def test_scala_regression(tmp_path: Path, file: str, form: str) -> None:
    booster = _booster("reg:squarederror")
    path = _folder(tmp_path / "model", "Regression", booster, file, form, missing="NaN")
    said = booster.predict(xgboost.DMatrix(_rows()))
    np.testing.assert_array_equal(np.asarray(_found(path)["label"], np.float32), said)


def test_scala_zeros_are_missing(tmp_path: Path) -> None:
    booster = _booster("reg:squarederror", 0.0)
    path = _folder(tmp_path / "model", "Regression", booster, missing=0.0)
    said = booster.predict(xgboost.DMatrix(_rows(), missing=0.0))
    np.testing.assert_array_equal(np.asarray(_found(path)["label"], np.float32), said)
    others = booster.predict(xgboost.DMatrix(_rows()))
    assert (said != others).any()


@pytest.mark.parametrize("missing", [None, -1.0])
def test_scala_sparse_vectors(tmp_path: Path, missing: float | None) -> None:
    """A VectorAssembler makes sparse vectors of rows with few values, and XGBoost4J 3 takes them
    without their zeros: 1 value in 4 or less, with 1.5 * (values + 1) < 4.
    """
    random = np.random.default_rng(9)
    X = random.integers(-2, 3, (80, 4)) * random.integers(0, 2, (80, 4)).astype(float)
    few = (X != 0.0).sum(axis=1) <= 1
    seen = np.where(few[:, np.newaxis] & (X == 0.0), np.nan, X)
    seen[seen == missing] = np.nan
    booster = xgboost.train({"max_depth": 4, "seed": 1}, xgboost.DMatrix(seen, X @ [1, 2, 3, 4]), 5)
    names = [f"x{at}" for at in range(4)]
    write_model(
        tmp_path / "model" / "stages" / "0_a",
        "org.apache.spark.ml.feature.VectorAssembler",
        {},
        None,
        inputCols=names,
        outputCol="features",
    )
    params: dict[str, Any] = {} if missing is None else {"missing": missing}
    _folder(tmp_path / "model" / "stages" / "1_b", "Regression", booster, **params)
    write_model(
        tmp_path / "model", "org.apache.spark.ml.PipelineModel", {}, None, stageUids=["a", "b"]
    )
    model = pmmlkit.load(pmmlkit.export(tmp_path / "model").to_bytes())
    found = model.evaluate(dict(zip(names, X.T.tolist(), strict=True)))
    said = booster.predict(xgboost.DMatrix(seen))
    np.testing.assert_array_equal(np.asarray(found["label"], np.float32), said)
    assert (said != booster.predict(xgboost.DMatrix(X))).any()


def test_scala_classes(tmp_path: Path) -> None:
    booster = _booster("multi:softprob")
    path = _folder(
        tmp_path / "model", "Classification", booster, numClass=3, probabilityCol="probability"
    )
    found = _found(path)
    shares = booster.predict(xgboost.DMatrix(_rows()))
    mine = np.array([found[f"probability({at})"] for at in range(3)]).T
    np.testing.assert_allclose(mine, shares, rtol=ULPS, atol=ULPS)
    assert list(found["label"]) == shares.argmax(axis=1).tolist()


def test_scala_thresholds(tmp_path: Path) -> None:
    booster = _booster("binary:logistic")
    path = _folder(tmp_path / "model", "Classification", booster, thresholds=[0.8, 0.2])
    share = booster.predict(xgboost.DMatrix(_rows())).astype(float)
    assert list(_found(path)["label"]) == (share / 0.2 > (1 - share) / 0.8).tolist()


def test_old_binary_is_refused(tmp_path: Path) -> None:
    path = _folder(tmp_path / "model", "Regression", _booster("reg:squarederror"))
    (path / "data" / "model").write_bytes(b"binf" + bytes(200))
    with pytest.raises(ExportError, match='option\\("format", "ubj"\\)'):
        pmmlkit.export(path)


def test_absent_booster_is_told(tmp_path: Path) -> None:
    path = _folder(tmp_path / "model", "Regression", _booster("reg:squarederror"))
    (path / "data" / "model").unlink()
    with pytest.raises(ExportError, match="is not there"):
        pmmlkit.export(path)


def test_tree_limit_is_refused(tmp_path: Path) -> None:
    booster = _booster("reg:squarederror")
    path = _folder(tmp_path / "model", "Regression", booster, treeLimit=2)
    with pytest.raises(ExportError, match="treeLimit"):
        pmmlkit.export(path)
