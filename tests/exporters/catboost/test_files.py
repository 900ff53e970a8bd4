"""CatBoost's model files: exported as the estimators that wrote them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.exporters.catboost.files import read_catboost
from tests.exporters.agreement import Expected, assert_predicts, label_text

pd = pytest.importorskip("pandas")
catboost = pytest.importorskip("catboost")

import numpy as np

SETTINGS = {
    "iterations": 4,
    "depth": 3,
    "random_seed": 1,
    "thread_count": 1,
    "verbose": 0,
    "allow_writing_files": False,
}
TEXTS = ["island", "sex"]


def table() -> Any:
    random = np.random.default_rng(2)
    return pd.DataFrame(
        {
            "mass": np.round(random.normal(3.0, 2.0, 80) * 8) / 8,
            "island": random.choice(["Biscoe", "Dream", "Torgersen"], 80),
            "sex": random.choice(["female", "male"], 80),
        }
    )


def fitted(loss: str) -> tuple[Any, Any]:
    X = table()
    score = X["mass"] + 2.0 * (X["island"] == "Dream")
    if loss in ("Logloss", "MultiClass"):
        cuts = [3.0] if loss == "Logloss" else [2.0, 4.0]
        y = np.array(["a", "b", "c"])[np.digitize(score, cuts)]
        model = catboost.CatBoostClassifier(loss_function=loss, cat_features=TEXTS, **SETTINGS)
    else:
        y = abs(score)
        model = catboost.CatBoostRegressor(loss_function=loss, cat_features=TEXTS, **SETTINGS)
    return model.fit(X, y), y


def expected(model: Any, X: Any) -> Expected:
    predicted = np.ravel(model.predict(X))
    if not len(model.classes_):
        return Expected(numbers={"y": predicted})
    names = [f"probability({label_text(it)})" for it in model.classes_]
    shares = dict(zip(names, model.predict_proba(X).T, strict=True))
    return Expected({"y": predicted.tolist()}, shares, scales=dict.fromkeys(names, 1.0))


@pytest.mark.parametrize("loss", ["RMSE", "Poisson", "Logloss", "MultiClass"])
@pytest.mark.parametrize("kind", ["json", "cbm"])
def test_file_scores_as_the_estimator(tmp_path: Path, kind: str, loss: str) -> None:
    model, y = fitted(loss)
    X = table()
    path = tmp_path / f"model.{kind}"
    model.save_model(str(path), format=kind, pool=catboost.Pool(X, y, cat_features=TEXTS))
    document = assert_predicts(read_catboost(path), X, "y", expected=expected(model, X))
    # a file does not tell how important its columns are
    of_model = pmmlkit.export(model, X=X, y="y", importances=False)
    assert document.to_bytes() == of_model.to_bytes()


def test_json_with_its_pool_needs_no_data(tmp_path: Path) -> None:
    model, y = fitted("Logloss")
    X = table()
    path = tmp_path / "model.json"
    model.save_model(str(path), format="json", pool=catboost.Pool(X, y, cat_features=TEXTS))
    document = pmmlkit.export(read_catboost(path))
    result = pmmlkit.load(document.to_bytes()).evaluate(
        {name: X[name].tolist() for name in X.columns}
    )
    np.testing.assert_allclose(
        np.array(result["probability(b)"], float), model.predict_proba(X)[:, 1], rtol=1e-12
    )


def test_json_without_categories_is_refused(tmp_path: Path) -> None:
    model, _ = fitted("RMSE")
    path = tmp_path / "model.json"
    model.save_model(str(path), format="json")
    with pytest.raises(ExportError, match=r"belong to no category of .* that is known: pass X="):
        pmmlkit.export(read_catboost(path))


def broken(change: Any) -> bytes:
    model = catboost.CatBoostRegressor(**SETTINGS)
    X = table()[["mass"]]
    model.fit(X, X["mass"] ** 2)
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        raw = json.loads(path.read_bytes())
    change(raw)
    return json.dumps(raw).encode()


CHANGES = {
    "no_trees_but_text": lambda raw: raw.update(oblivious_trees="many"),
    "too_few_leaves": lambda raw: raw["oblivious_trees"][0]["leaf_values"].pop(),
    "split_out_of_range": lambda raw: raw["oblivious_trees"][0]["splits"][0].update(split_index=99),
    "split_below_zero": lambda raw: raw["oblivious_trees"][0]["splits"][0].update(split_index=-1),
    "split_no_number": lambda raw: raw["oblivious_trees"][0]["splits"][0].update(split_index="x"),
    "many_levels": lambda raw: raw["oblivious_trees"][0]["splits"].extend(
        raw["oblivious_trees"][0]["splits"] * 20
    ),
    "no_bias": lambda raw: raw.pop("scale_and_bias"),
    "features_no_object": lambda raw: raw.update(features_info=[]),
    "column_no_number": lambda raw: raw["features_info"]["float_features"][0].update(
        flat_feature_index="a"
    ),
    "column_too_large": lambda raw: raw["features_info"]["float_features"][0].update(
        flat_feature_index=10**12
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_damaged_json_is_refused(tmp_path: Path, change: str) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(broken(CHANGES[change]))
    with pytest.raises(ExportError, match=r"model\.json is no CatBoost model"):
        read_catboost(path)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"{", b"\xff\xfe", b"[" * 100_000])
def test_other_files_are_refused(tmp_path: Path, data: bytes) -> None:
    for name in ("model.json", "model.cbm"):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(ExportError, match="is no CatBoost model"):
            read_catboost(path)


def test_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be read"):
        read_catboost(tmp_path / "none.json")
