"""Boosters and model files of LightGBM; columns and their categories; pipelines; refusals."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.exporters.lightgbm.estimators import ModelText, load_model_text
from pmmlkit.language.document import Document
from pmmlkit.language.models.mining import MiningModel
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import Expected, assert_predicts

lgb = pytest.importorskip("lightgbm")
pd = pytest.importorskip("pandas")
pytest.importorskip("sklearn")

from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

ROWS = 120
SMALL = {
    "num_leaves": 6,
    "min_data_in_leaf": 4,
    "min_data_per_group": 4,
    "cat_smooth": 1.0,
    "max_cat_to_onehot": 1,
    "verbose": -1,
    "num_threads": 1,
}


@cache
def _frame() -> Any:
    random = np.random.default_rng(8)
    return pd.DataFrame(
        {
            "size": np.round(random.normal(size=ROWS) * 8) / 8,
            "town": pd.Categorical(random.choice(["Ulm", "Bonn", "Kiel & co", "Jena"], ROWS)),
            "idle": random.normal(size=ROWS),
            "floor": pd.Categorical(random.choice([1, 2, 5, 8], ROWS)),
        }
    )


@cache
def _number() -> Any:
    frame = _frame()
    number = frame["size"].to_numpy() + 2.0 * (frame["town"] == "Ulm") + 3.0 * (frame["floor"] == 5)
    return number.to_numpy()


def _trained(objective: str, **options: Any) -> Any:
    y = _number()
    if objective in ("binary",):
        y = (y > 1.0).astype(float)
    elif objective.startswith("multiclass"):
        y = np.digitize(y, [0.5, 1.5])
        options["num_class"] = 3
    data = lgb.Dataset(_frame().drop(columns="idle"), y)
    return lgb.train({**SMALL, "objective": objective, **options}, data, 4)


def _rows() -> Any:
    return _frame().drop(columns="idle")


def _text_file(booster: Any, folder: Path) -> Path:
    path = folder / "model.txt"
    booster.save_model(path)
    return path


def test_a_booster_of_a_regression_predicts_its_number() -> None:
    booster = _trained("regression")
    assert_predicts(booster, _rows(), "y")
    assert pmmlkit.load(pmmlkit.export(booster)).inputs


@pytest.mark.parametrize("objective", ["binary", "multiclass", "multiclassova"])
def test_a_booster_of_a_classification_predicts_labels(objective: str, oracle: Oracle) -> None:
    booster = _trained(objective)
    shares = np.asarray(booster.predict(_rows()))
    if shares.ndim == 1:
        shares = np.stack([1.0 - shares, shares], axis=1)
    expected = Expected(
        labels={"y": np.argmax(shares, axis=1).tolist()},
        numbers={f"probability({at})": column for at, column in enumerate(shares.T)},
    )
    assert_predicts(booster, _rows(), "y", expected=expected)
    assert_predicts(booster, _rows(), "y", expected=expected, oracle=oracle)


@pytest.mark.parametrize("objective", ["regression", "binary", "multiclass"])
def test_a_file_says_what_the_booster_says(objective: str, tmp_path: Path) -> None:
    booster = _trained(objective)
    from_file = load_model_text(_text_file(booster, tmp_path))
    document = pmmlkit.export(from_file)
    assert document.to_bytes() == pmmlkit.export(booster).to_bytes()
    assert_predicts(from_file, _rows(), "y")


def test_names_and_categories_come_from_the_text(tmp_path: Path) -> None:
    document = pmmlkit.export(load_model_text(_text_file(_trained("regression"), tmp_path)))
    fields = {field.name: field for field in document.root.data_dictionary.data_fields}
    assert list(fields) == ["size", "town", "floor", "y"]
    assert (fields["town"].data_type, fields["town"].optype) == ("string", "categorical")
    assert [it.value for it in fields["town"].values] == ["Bonn", "Jena", "Kiel & co", "Ulm"]
    assert (fields["floor"].data_type, fields["floor"].optype) == ("integer", "categorical")
    assert [it.value for it in fields["floor"].values] == ["1", "2", "5", "8"]


def test_columns_that_nobody_named_are_numbered() -> None:
    X = _frame()[["size", "idle"]].to_numpy()
    booster = lgb.train(SMALL, lgb.Dataset(X, _number()), 3)
    document = pmmlkit.export(booster)
    names = [field.name for field in document.root.data_dictionary.data_fields]
    assert names == ["x1", "x2", "y"]
    assert_predicts(booster, X)


def test_a_file_needs_no_lightgbm(tmp_path: Path) -> None:
    path = _text_file(_trained("binary"), tmp_path)
    program = (
        "import sys; sys.modules['lightgbm'] = None\n"
        "import pmmlkit\n"
        "from pmmlkit.exporters.lightgbm.estimators import load_model_text\n"
        f"model = load_model_text({str(path)!r})\n"
        "document = pmmlkit.export(model)\n"
        "try:\n    model.predict([[1.0]])\n"
        "except pmmlkit.PmmlError as error:\n    assert 'pip install' in str(error)\n"
        "else:\n    raise SystemExit('predicted')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_was_categorical_is_asked_for_where_it_is_doubtful() -> None:
    frame = _frame().assign(grade=pd.Categorical(["a", "b"] * (ROWS // 2), ordered=True))
    booster = lgb.train(
        SMALL, lgb.Dataset(frame, _number() + 3.0 * frame["grade"].cat.codes.to_numpy()), 3
    )
    with pytest.raises(ExportError, match="pass the data frame as X="):
        pmmlkit.export(booster)
    assert_predicts(booster, frame)
    with pytest.raises(ExportError, match="pass the data frame as X="):
        pmmlkit.export(booster, X=np.zeros((3, 5)))


def test_rows_of_a_category_that_training_did_not_see(oracle: Oracle) -> None:
    rows = _rows()
    rows["town"] = rows["town"].cat.add_categories(["Rome"]).where(rows.index % 3 != 0, "Rome")
    rows["town"] = rows["town"].where(rows.index % 4 != 0)
    booster = _trained("regression")
    assert_predicts(booster, rows)
    assert_predicts(booster, rows, oracle=oracle)


def test_the_best_iteration_counts() -> None:
    X, y = _rows()[["size"]], _number()
    model = lgb.LGBMRegressor(n_estimators=60, learning_rate=0.9, **SMALL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(
            X[:80],
            y[:80],
            eval_set=[(X[80:], y[80:])],
            callbacks=[lgb.early_stopping(2, verbose=False)],
        )
    assert 0 < model.best_iteration_ < 60
    document = assert_predicts(model, X)
    assert _trees(document) == model.best_iteration_


def _trees(document: Document) -> int:
    (model,) = document.root.models
    assert isinstance(model, MiningModel)
    assert model.segmentation is not None
    return len(model.segmentation.segments)


def test_objectives_of_the_user_are_raw_sums_and_said_to_be() -> None:
    def squares(y: Any, predicted: Any) -> Any:
        return predicted - y, np.ones_like(y)

    X, y = _rows()[["size"]], _number()
    model = lgb.LGBMRegressor(objective=squares, n_estimators=3, **SMALL).fit(X, y)
    document = assert_predicts(model, X)
    assert "raw sums" in str(document.root.models[0].algorithm_name)
    classifier = lgb.LGBMClassifier(objective=squares, n_estimators=3, **SMALL).fit(X, y > 1.0)
    with pytest.raises(ExportError, match="objective of your own"):
        pmmlkit.export(classifier, X=X)
    raw = Expected(numbers={"y": classifier.booster_.predict(X)})
    assert_predicts(classifier.booster_, X, expected=raw)


def test_several_numbers_are_refused() -> None:
    def nothing(predicted: Any, data: Any) -> Any:
        return np.zeros_like(predicted), np.ones_like(predicted)

    options = {**SMALL, "objective": nothing, "num_class": 3}
    X = _rows()[["size"]]
    booster = lgb.train(options, lgb.Dataset(X, np.arange(ROWS) % 3), 2)
    with pytest.raises(ExportError, match="3 numbers for each row"):
        pmmlkit.export(booster, X=X)


def test_one_class_is_refused() -> None:
    X = _rows()[["size"]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = lgb.LGBMClassifier(n_estimators=2, **SMALL).fit(X, np.zeros(ROWS, int))
    with pytest.raises(ExportError, match="1 classes"):
        pmmlkit.export(model, X=X)


def test_what_is_not_fitted_is_refused() -> None:
    with pytest.raises(ExportError, match="not fitted"):
        pmmlkit.export(lgb.LGBMRegressor(), X=_rows())


@pytest.mark.parametrize("objective", ["regression", "poisson", "binary"])
def test_trees_that_split_nothing(objective: str, oracle: Oracle) -> None:
    """A constant, which reads no column."""
    X = np.zeros((ROWS, 2))
    y = np.arange(ROWS) % 2 + (objective != "binary")
    booster = lgb.train({**SMALL, "objective": objective}, lgb.Dataset(X, y), 3)
    shares = np.asarray(booster.predict(X))
    expected = Expected(numbers={"probability(1)" if objective == "binary" else "y": shares})
    if objective == "regression":
        expected = Expected(numbers={"y": shares})
    assert_predicts(booster, X, expected=expected)
    assert_predicts(booster, X, expected=expected, oracle=oracle)


def test_classes_of_which_one_has_no_splits(oracle: Oracle) -> None:
    X = _rows()[["size"]].to_numpy()
    y = np.digitize(X[:, 0], [0.0])
    y[:2] = 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = lgb.LGBMClassifier(n_estimators=2, min_child_weight=1.5, **SMALL).fit(X, y)
    assert "num_leaves=1\n" in model.booster_.model_to_string()
    assert_predicts(model, X)
    assert_predicts(model, X, oracle=oracle)


def _preprocessing(encoder: Any) -> Any:
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    return ColumnTransformer([("num", numbers, ["size", "idle"]), ("cat", encoder, ["town"])])


PREPROCESSING = {
    "one_hot": lambda: _preprocessing(OneHotEncoder(handle_unknown="ignore")),
    "ordinal": lambda: _preprocessing(
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    ),
}


@pytest.mark.parametrize(
    ("steps", "categorical"), [("one_hot", False), ("ordinal", False), ("ordinal", True)]
)
@pytest.mark.parametrize("zero_as_missing", [False, True], ids=["zero", "no_zero"])
def test_pipelines(steps: str, categorical: bool, zero_as_missing: bool, oracle: Oracle) -> None:
    X = _frame().assign(town=_frame()["town"].astype(str))
    y = pd.Series(np.where(_number() > 1.0, "viel", "wenig"), name="menge")
    options: dict[str, Any] = {**SMALL, "zero_as_missing": zero_as_missing}
    fit = {"lgbmclassifier__categorical_feature": [2]} if categorical else {}
    model = make_pipeline(PREPROCESSING[steps](), lgb.LGBMClassifier(n_estimators=4, **options))
    with warnings.catch_warnings():
        # names of columns that scikit-learn drops
        warnings.simplefilter("ignore")
        model.fit(X, y, **fit)
    rows = X.copy()
    rows.loc[:10, "town"] = "Rome"
    rows.loc[5:20, "size"] = np.nan
    assert_predicts(model, rows, y)
    assert_predicts(model, rows, y, oracle=oracle)


def test_sparse_columns(oracle: Oracle) -> None:
    """What a sparse matrix does not hold is 0."""
    sparse = pytest.importorskip("scipy.sparse")
    random = np.random.default_rng(2)
    dense = np.where(
        random.random((ROWS, 5)) < 0.6, 0.0, np.round(random.normal(size=(ROWS, 5)), 1)
    )
    X = sparse.csr_matrix(dense)
    y = dense[:, 0] - dense[:, 1] * dense[:, 2]
    model = lgb.LGBMRegressor(n_estimators=4, **SMALL).fit(X, y)
    assert_predicts(model, X)
    assert_predicts(model, X, oracle=oracle)


def test_splits_on_categories_stay_such() -> None:
    text = pmmlkit.export(_trained("regression"), X=_rows()).to_bytes().decode()
    assert re.search(r'<Simple(Set)?Predicate field="town" ', text)
    assert "DerivedField" not in text


def test_labels_of_the_text_as_an_estimator() -> None:
    model = ModelText(_trained("multiclass").model_to_string())
    assert model.classes_.tolist() == [0, 1, 2]
    assert model.feature_names_in_.tolist() == ["size", "town", "floor"]
    assert not hasattr(ModelText(_trained("regression").model_to_string()), "classes_")
