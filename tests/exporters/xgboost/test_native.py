"""Boosters without the scikit-learn API, and model files of several releases and both formats."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("xgboost")
pytest.importorskip("pandas")

import xgboost

import pmmlkit
from pmmlkit.exporters.xgboost.native import load_booster_file
from tests.exporters.agreement import assert_predicts
from tests.exporters.xgboost.cases import ULPS, expected_of, fitted

SUFFIXES = (".json", ".ubj")

categories_in_files = pytest.mark.skipif(
    tuple(map(int, xgboost.__version__.split(".")[:2])) < (3, 1),
    reason="XGBoost writes categories into its models from 3.1 on",
)


def _results(document: Any, X: Any) -> dict[str, Any]:
    model = pmmlkit.load(document.to_bytes())
    rows = X if hasattr(X, "columns") else {f"x{at + 1}": X[:, at] for at in range(X.shape[1])}
    return {name: list(column) for name, column in dict(model.evaluate(rows)).items()}


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "case",
    ["poisson", "three classes", "softmax", "dart", "linear", "forest", "early stopping", "codes"],
)
def test_files_say_what_the_estimator_says(case: str, suffix: str, tmp_path: Path) -> None:
    estimator, X, y = fitted(case)
    path = tmp_path / f"model{suffix}"
    estimator.save_model(path)
    loaded = load_booster_file(path)
    document = pmmlkit.export(loaded, X=X, y=y)
    assert _results(document, X) == _results(pmmlkit.export(estimator, X=X, y=y), X)
    again = type(estimator)(feature_types=estimator.feature_types)
    again.load_model(path)
    assert (loaded.classes_ is None) == (not hasattr(again, "classes_"))


@categories_in_files
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_categories_come_from_the_file(suffix: str, tmp_path: Path) -> None:
    X = fitted("categories")[1].drop(columns="island")
    estimator = xgboost.XGBRegressor(n_estimators=4, enable_categorical=True)
    estimator.fit(X, np.where(X["ring"] == 7, 5.0, 0.0) + X["year"])
    path = tmp_path / f"model{suffix}"
    estimator.save_model(path)
    document = pmmlkit.export(load_booster_file(path))
    assert b'name="ring" optype="continuous" dataType="double"' in document.to_bytes()
    assert b'<Value value="7"/>' in document.to_bytes()
    found = pmmlkit.load(document.to_bytes()).predict(
        X[["mass", "depth", "pH", "year", "adult", "ring"]].astype(float)
    )
    np.testing.assert_array_equal(found, estimator.predict(X))


@categories_in_files
def test_categories_that_the_library_damages_are_taken_from_the_data() -> None:
    estimator, X, y = fitted("categories")
    with pytest.raises(pmmlkit.ExportError, match=r"'island'.*ASCII"):
        pmmlkit.export(estimator, y=y)
    document = pmmlkit.export(estimator, X=X, y=y)
    assert "Dréam" in document.to_bytes().decode()


@pytest.mark.parametrize("objective", ["reg:squarederror", "reg:gamma", "survival:aft", "rank:map"])
@pytest.mark.parametrize("booster", ["gbtree", "dart"])
def test_boosters_predict_with_all_trees(objective: str, booster: str) -> None:
    _, X, _ = fitted("squarederror")
    y = np.abs(np.nan_to_num(X[:, 0])) + 0.1
    matrix = xgboost.DMatrix(X, (y > 0.6).astype(float) if objective == "rank:map" else y)
    if objective == "survival:aft":
        matrix.set_float_info("label_lower_bound", y)
        matrix.set_float_info("label_upper_bound", y + 0.5)
    if objective == "rank:map":
        matrix.set_info(qid=np.arange(len(y)) // 10)
    parameters = {"objective": objective, "booster": booster, "max_depth": 3}
    if booster == "dart":
        parameters["rate_drop"] = 0.5
    trained = xgboost.train(parameters, matrix, 6)
    trained.set_attr(best_iteration="2")
    has_link = objective in ("reg:gamma", "survival:aft")
    found = _results(pmmlkit.export(trained), X)["y"]
    wanted = trained.predict(matrix).astype(np.float64)
    np.testing.assert_allclose(found, wanted, rtol=ULPS if has_link else 0.0)


def test_boosters_for_classes_have_labels_and_probabilities() -> None:
    estimator, X, _ = fitted("three classes")
    booster = estimator.get_booster()
    document = assert_predicts(booster, X, expected=expected_of(estimator, X))
    assert document == pmmlkit.export(booster)
    labels, shares = estimator.predict(X), estimator.predict_proba(X)
    adapted = load_like(booster)
    np.testing.assert_array_equal(adapted.predict(X), labels)
    np.testing.assert_array_equal(adapted.predict_proba(X), shares)


def load_like(booster: Any) -> Any:
    from pmmlkit.exporters.xgboost.native import native_booster

    return native_booster(booster)


def test_names_are_those_of_the_booster() -> None:
    X = np.arange(40.0).reshape(20, 2)
    matrix = xgboost.DMatrix(X, X[:, 0], feature_names=["alpha", "never read"])
    document = pmmlkit.export(xgboost.train({"max_depth": 2}, matrix, 3))
    assert [it.name for it in document.root.data_dictionary.data_fields] == ["alpha", "y"]


def _older(value: Any, release: str) -> Any:
    """Return a model of this release as an older one would have written it."""
    learner = value["learner"]
    parameters = learner["learner_model_param"]
    # releases before 3.1 have it so already
    scores = np.ravel(json.loads(parameters["base_score"])).tolist()
    parameters["base_score"] = repr(scores[0])
    model = learner["gradient_booster"]["model"]
    model.pop("cats", None)
    for tree in model["trees"]:
        if release < "2":
            tree["default_left"] = [bool(it) for it in tree["default_left"]]
    if release < "2":
        model.pop("iteration_indptr")
        parameters.pop("num_target")
    if release < "1.3":
        model["gbtree_model_param"].pop("num_parallel_tree")
        learner.pop("feature_names")
        learner.pop("feature_types")
        for tree in model["trees"]:
            for name in ("split_type", *(it for it in list(tree) if it.startswith("categories"))):
                tree.pop(name)
    value["version"] = [int(part) for part in release.split(".")] + [0]
    return value


@pytest.mark.parametrize("release", ["1.0", "1.7", "2.1"])
@pytest.mark.parametrize("case", ["base score", "two classes", "early stopping"])
def test_files_of_older_releases_are_read(case: str, release: str, tmp_path: Path) -> None:
    estimator, X, y = fitted(case)
    estimator.save_model(tmp_path / "now.json")
    older = _older(json.loads((tmp_path / "now.json").read_text()), release)
    path = tmp_path / "older.json"
    path.write_text(json.dumps(older, indent=1))
    document = pmmlkit.export(load_booster_file(path), X=X, y=y)
    assert _results(document, X) == _results(pmmlkit.export(estimator, X=X, y=y), X)


@pytest.mark.parametrize("several", [3, 2])
def test_each_output_is_a_target(several: int) -> None:
    _, X, _ = fitted("squarederror")
    base = np.nan_to_num(X[:, :1])
    y = base * np.arange(1, several + 1) + 1.0
    estimator = xgboost.XGBRegressor(n_estimators=4, max_depth=3).fit(X, y)
    assert_predicts(estimator, X, y, expected=expected_of(estimator, X, ulps=0.0))
    with pytest.raises(pmmlkit.ExportError, match="pass y="):
        pmmlkit.export(estimator, X=X)


def test_leaves_of_several_numbers_become_a_forest_for_each() -> None:
    _, X, _ = fitted("squarederror")
    y = np.nan_to_num(X[:, :2]) * [1.0, 3.0]
    estimator = xgboost.XGBRegressor(
        n_estimators=4, max_depth=3, multi_strategy="multi_output_tree", tree_method="hist"
    ).fit(X, y)
    assert_predicts(estimator, X, y, expected=expected_of(estimator, X, ulps=0.0))


def test_each_quantile_is_a_target() -> None:
    _, X, y = fitted("squarederror")
    estimator = xgboost.XGBRegressor(
        objective="reg:quantileerror", quantile_alpha=[0.1, 0.5, 0.9], n_estimators=4
    ).fit(X, y)
    three = np.zeros((len(y), 3))
    assert_predicts(estimator, X, three, expected=expected_of(estimator, X, ulps=0.0))


def test_unknown_objectives_are_refused(tmp_path: Path) -> None:
    estimator, _, _ = fitted("squarederror")
    estimator.save_model(tmp_path / "model.json")
    text = (tmp_path / "model.json").read_text().replace("reg:squarederror", "reg:mine")
    (tmp_path / "model.json").write_text(text)
    with pytest.raises(pmmlkit.ExportError, match=r"model\.json: the objective 'reg:mine'"):
        load_booster_file(tmp_path / "model.json")


def test_files_are_read_without_the_library(tmp_path: Path) -> None:
    fitted("three classes")[0].save_model(tmp_path / "model.ubj")
    program = (
        "import sys; sys.modules['xgboost'] = None; import pmmlkit; "
        "from pmmlkit.exporters.xgboost.native import load_booster_file; "
        "print(len(pmmlkit.export(load_booster_file(sys.argv[1])).to_bytes()))"
    )
    found = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "model.ubj")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(found.stdout) > 1000


def test_several_labels_are_refused() -> None:
    X = np.nan_to_num(fitted("squarederror")[1])
    y = (X[:, :2] > 0.0).astype(int)
    estimator = xgboost.XGBClassifier(n_estimators=2).fit(X, y)
    with pytest.raises(pmmlkit.ExportError, match="2 labels at once"):
        pmmlkit.export(estimator, X=X, y=y)
