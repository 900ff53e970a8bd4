"""CatBoost's estimators: what the documents say, against CatBoost itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.errors import ExportError, PmmlError
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import Expected, assert_predicts, columns_of, label_text

pd = pytest.importorskip("pandas")
catboost = pytest.importorskip("catboost")

from catboost import (
    CatBoost,
    CatBoostClassifier,
    CatBoostRanker,
    CatBoostRegressor,
    Pool,
)

ROWS = 100

Fitted = tuple[Any, Any, Any]
"""The model, the rows, the target."""


def settings(**given: Any) -> dict[str, Any]:
    """Return quick and repeatable training, with what a case asks besides."""
    plain = {"iterations": 5, "depth": 3, "random_seed": 1, "thread_count": 1}
    return {**plain, "verbose": 0, "allow_writing_files": False, **given}


@cache
def numbers() -> tuple[Any, Any]:
    """Numbers with missing values, integers and a flag, and a number to predict."""
    random = np.random.default_rng(5)
    table = pd.DataFrame(
        {
            "mass": np.round(random.normal(3.0, 2.0, ROWS) * 8) / 8,
            "depth": random.gamma(2.0, 3.0, ROWS),
            "year": random.integers(2001, 2010, ROWS),
            "adult": random.random(ROWS) < 0.5,
        }
    )
    y = table["mass"] + 0.4 * table["year"] - 800.0 + table["adult"] * random.normal(2, 1, ROWS)
    table.loc[random.random(ROWS) < 0.2, "mass"] = np.nan
    return table, pd.Series(y, name="y")


@cache
def categories() -> tuple[Any, Any]:
    """Texts, integers and a flag as categories beside a number."""
    random = np.random.default_rng(6)
    table = pd.DataFrame(
        {
            "mass": np.round(random.normal(3.0, 2.0, ROWS) * 8) / 8,
            "island": random.choice(["Biscoe", "Dream", "Torgersen & co", "x<y", "é"], ROWS),
            "diet": random.choice(["fish", "krill", "squid"], ROWS),
            "sex": random.choice(["female", "male"], ROWS),
            "flag": random.random(ROWS) < 0.5,
        }
    )
    y = (
        table["mass"]
        + 2.0 * (table["island"] == "Dream") * (table["diet"] == "krill")
        + (table["sex"] == "male")
        + random.normal(0, 0.5, ROWS)
    )
    table.loc[random.random(ROWS) < 0.2, "mass"] = np.nan
    return table, pd.Series(y, name="y")


def regressor(**given: Any) -> Fitted:
    X, y = numbers()
    return CatBoostRegressor(**settings(**given)).fit(X, y), X, y


def positive(**given: Any) -> Fitted:
    X, y = numbers()
    y = abs(y) + 0.25
    return CatBoostRegressor(**settings(**given)).fit(X, y), X, y


def classifier(labels: tuple[Any, ...], **given: Any) -> Fitted:
    X, y = numbers()
    cuts = np.quantile(y, np.linspace(0, 1, len(labels) + 1)[1:-1])
    y = pd.Series(np.array(labels)[np.digitize(y, cuts)], name="y")
    return CatBoostClassifier(**settings(**given)).fit(X, y), X, y


def by_category(classes: int = 0, **given: Any) -> Fitted:
    X, y = categories()
    names = ["island", "diet", "sex", "flag"]
    given = {"cat_features": names, "iterations": 12, **given}
    if not classes:
        return CatBoostRegressor(**settings(**given)).fit(X, y), X, y
    cuts = np.quantile(y, np.linspace(0, 1, classes + 1)[1:-1])
    y = pd.Series(np.array(["low", "mid", "top"])[np.digitize(y, cuts)], name="y")
    return CatBoostClassifier(**settings(**given)).fit(X, y), X, y


def array(labels: tuple[Any, ...] = ()) -> Fitted:
    X, y = numbers()
    X = X.to_numpy(np.float64)
    if labels:
        y = np.array(labels)[(y > np.median(y)).astype(int)]
        return CatBoostClassifier(**settings()).fit(X, y), X, y
    return CatBoostRegressor(**settings()).fit(X, y), X, y.to_numpy()


def plain(loss: str) -> Fitted:
    X, y = numbers()
    y = y if loss == "RMSE" else (y > y.median()).astype(int)
    return CatBoost(settings(loss_function=loss)).fit(Pool(X, y)), X, y


def ranker() -> Fitted:
    X, y = numbers()
    model = CatBoostRanker(**settings(loss_function="QueryRMSE"))
    return model.fit(X, y, group_id=np.repeat(np.arange(10), 10)), X, y


def best_iteration() -> Fitted:
    X, y = numbers()
    model = CatBoostRegressor(**settings(iterations=40, learning_rate=0.9))
    model.fit(X[:70], y[:70], eval_set=(X[70:], y[70:]), use_best_model=True)
    assert 0 < model.tree_count_ < 40
    return model, X, y


def rescaled() -> Fitted:
    X, y = numbers()
    model = CatBoostRegressor(**settings()).fit(X, y)
    model.set_scale_and_bias(1.5, -2.25)
    return model, X, y


def rescaled_link() -> Fitted:
    model, X, y = classifier(("no", "yes"))
    model.set_scale_and_bias(0.5, 0.125)
    return model, X, y


def several_sums() -> Fitted:
    X, y = numbers()
    y = pd.DataFrame({"up": y, "down": -2.0 * y + X["depth"]})
    return CatBoostRegressor(**settings(loss_function="MultiRMSE")).fit(X, y), X, y


def by_number() -> Fitted:
    """Integers as categories, of which neither the model nor the schema holds the values."""
    X, y = categories()
    X = X.assign(region=np.random.default_rng(9).choice([-7, 0, 41, 99_950], ROWS))
    names = ["island", "region"]
    X = X[["mass", *names]]
    y = y + 3.0 * (X["region"] == 41)
    return CatBoostRegressor(**settings(cat_features=names)).fit(X, y), X, y


def in_pipeline() -> Fitted:
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline

    X, y = categories()
    X = X[["mass", "island", "sex"]].copy()
    X.loc[::7, "island"] = np.nan
    steps = make_column_transformer(
        (SimpleImputer(), ["mass"]),
        (SimpleImputer(strategy="constant", fill_value="none"), ["island", "sex"]),
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")
    model = CatBoostRegressor(**settings(cat_features=["island", "sex"]))
    return make_pipeline(steps, model).fit(X, y), X, y


CASES: Mapping[str, Callable[[], Fitted]] = {
    "rmse": regressor,
    "mae": lambda: regressor(loss_function="MAE"),
    "quantile": lambda: regressor(loss_function="Quantile:alpha=0.7"),
    "huber": lambda: regressor(loss_function="Huber:delta=1"),
    "log_cosh": lambda: regressor(loss_function="LogCosh"),
    "expectile": lambda: regressor(loss_function="Expectile:alpha=0.3"),
    "lq": lambda: regressor(loss_function="Lq:q=3"),
    "mape": lambda: positive(loss_function="MAPE"),
    "log_linear_quantile": lambda: positive(loss_function="LogLinQuantile"),
    "poisson": lambda: positive(loss_function="Poisson"),
    "tweedie": lambda: positive(loss_function="Tweedie:variance_power=1.5"),
    "cox": lambda: positive(loss_function="Cox"),
    "several": several_sums,
    "missing_largest": lambda: regressor(nan_mode="Max"),
    "depth_wise": lambda: regressor(grow_policy="Depthwise"),
    "loss_guide": lambda: regressor(grow_policy="Lossguide", max_leaves=6, nan_mode="Max"),
    "deep": lambda: regressor(depth=7, border_count=4),
    "best_iteration": best_iteration,
    "rescaled": rescaled,
    "rescaled_link": rescaled_link,
    "array": array,
    "ranker": ranker,
    "pool": lambda: plain("RMSE"),
    "pool_classes": lambda: plain("Logloss"),
    "two_texts": lambda: classifier(("no", "yes")),
    "two_flags": lambda: classifier((False, True)),
    "two_numbers": lambda: classifier((1, 3)),
    "two_doubles": lambda: classifier((-1.5, 2.0)),
    "three_texts": lambda: classifier(("a", "b", "c")),
    "three_numbers": lambda: classifier((3, 5, 9), grow_policy="Lossguide"),
    "one_against_all": lambda: classifier(("a", "b", "c"), loss_function="MultiClassOneVsAll"),
    "cross_entropy": lambda: classifier((0, 1), loss_function="CrossEntropy"),
    "focal": lambda: classifier(("n", "y"), loss_function="Focal:focal_alpha=0.5;focal_gamma=1.5"),
    "array_classes": lambda: array(("no", "yes")),
    "one_hot": lambda: by_category(one_hot_max_size=10),
    "one_hot_classes": lambda: by_category(3, one_hot_max_size=10, grow_policy="Depthwise"),
    "statistics": lambda: by_category(max_ctr_complexity=1),
    "statistics_classes": lambda: by_category(3, max_ctr_complexity=1),
    "combined": lambda: by_category(depth=4),
    "combined_two": lambda: by_category(2, depth=5),
    "combined_three": lambda: by_category(3, depth=4),
    "integers": by_number,
    "pipeline": in_pipeline,
    "counters": lambda: by_category(simple_ctr="Counter", combinations_ctr="Counter"),
    "buckets": lambda: by_category(3, simple_ctr="Buckets", combinations_ctr="Buckets"),
    "means": lambda: by_category(
        simple_ctr="BinarizedTargetMeanValue", combinations_ctr="BinarizedTargetMeanValue"
    ),
    "several_borders": lambda: by_category(
        simple_ctr="Borders:TargetBorderCount=3", combinations_ctr="Borders:TargetBorderCount=3"
    ),
}


SLICE = (
    "rmse",
    "poisson",
    "several",
    "missing_largest",
    "loss_guide",
    "rescaled_link",
    "array",
    "two_flags",
    "two_doubles",
    "three_numbers",
    "one_against_all",
    "one_hot_classes",
    "statistics_classes",
    "combined_two",
    "integers",
)
"""The cases that other engines score when not all are asked for."""


@cache
def fitted(case: str) -> Fitted:
    return CASES[case]()


def expected(model: Any, X: Any, y: Any) -> Expected:
    predicted = np.asarray(model.predict(X))
    if predicted.ndim == 2 and predicted.shape[1] > 1:
        return Expected(numbers=dict(zip(y.columns, predicted.T, strict=True)))
    if len(getattr(model, "classes_", ())) == 0:
        return Expected(numbers={"y": predicted.ravel()})
    labels: Any = np.asarray(model.predict(X, prediction_type="Class")).ravel()
    if labels.dtype.kind == "f":
        labels = labels.tolist()
    shares = model.predict(X, prediction_type="Probability")
    names = [f"probability({label_text(label)})" for label in model.classes_]
    return Expected(
        {"y": list(labels)},
        dict(zip(names, shares.T, strict=True)),
        scales=dict.fromkeys(names, 1.0),
    )


@pytest.mark.parametrize("case", CASES)
def test_pmmlkit_scores_as_catboost(case: str) -> None:
    model, X, y = fitted(case)
    assert_predicts(model, X, y, expected=expected(model, X, y))


@pytest.mark.parametrize("case", CASES if os.environ.get("PMMLKIT_FULL") == "1" else SLICE)
def test_oracle_scores_as_catboost(case: str, oracle: Oracle) -> None:
    model, X, y = fitted(case)
    wanted = expected(model, X, y)
    name = "several.catboost" if case == "several" else f"catboost-{case}"
    assert_predicts(model, X, y, expected=wanted, oracle=oracle, case=name)


def refused(reason: str, model: Any, X: Any, y: Any = None) -> None:
    with pytest.raises(ExportError, match=reason):
        pmmlkit.export(model, X=X, y=y)


def test_statistics_for_each_of_several_targets_are_refused() -> None:
    X, y = categories()
    y = pd.DataFrame({"up": y, "down": y**2})
    given: dict[str, Any] = {
        "loss_function": "MultiRMSE",
        "cat_features": ["island", "diet", "sex", "flag"],
        "max_ctr_complexity": 1,
    }
    model = CatBoostRegressor(**settings(**given, one_hot_max_size=2, iterations=20)).fit(X, y)
    refused("statistics of the categories for each target", model, X, y)
    single = CatBoostRegressor(**settings(**given, one_hot_max_size=9)).fit(X, y)
    wanted = expected(single, X, y)
    assert_predicts(single, X, y, expected=wanted)


def test_what_cannot_be_stated_is_refused() -> None:
    X, y = numbers()
    refused("is not fitted", CatBoostRegressor(), X)
    uncertain = CatBoostRegressor(**settings(loss_function="RMSEWithUncertainty")).fit(X, y)
    refused("a mean and a variance", uncertain, X)
    flags = (y > y.median()).astype(int)
    both = np.stack([flags, 1 - flags], axis=1)
    labels = CatBoostClassifier(**settings(loss_function="MultiLogloss")).fit(X, both)
    refused("predicts 2 targets at once", labels, X)
    moved = CatBoostClassifier(**settings()).fit(X, flags)
    moved.set_probability_threshold(0.3)
    refused("probability threshold of 0.3", moved, X)
    refused("was fitted on 4 columns, but 3 arrive", moved, X.iloc[:, :3])
    texts = X[["mass"]].assign(words=["a fish of the sea", "a bird"] * (ROWS // 2))
    reader = CatBoostClassifier(**settings(text_features=["words"])).fit(texts, flags)
    refused("has text features", reader, texts)


def test_categories_that_are_not_in_the_data_are_refused() -> None:
    model, X, _ = by_category(max_ctr_complexity=1)
    refused("belong to no category of 'island'", model, X[X["island"] != "Dream"])


def test_unseen_categories_score_as_in_catboost() -> None:
    model, X, y = by_category(depth=4)
    seen = pmmlkit.load(pmmlkit.export(model, X=X, y=y).to_bytes())
    Z = X.head(20).assign(island="Nowhere")
    Z.loc[:9, "diet"] = "plankton"
    found = np.array(seen.evaluate(columns_of(Z))["y"], float)
    np.testing.assert_allclose(found, model.predict(Z), rtol=1e-12)


def test_rows_without_a_category_are_refused() -> None:
    """As CatBoost does; also where only combinations go by the column."""
    model, X, y = by_category(depth=4)
    scored = pmmlkit.load(pmmlkit.export(model, X=X, y=y).to_bytes())
    for name in ("island", "diet", "sex"):
        row = {**{key: it[0] for key, it in columns_of(X).items()}, name: None}
        with pytest.raises(PmmlError):
            scored.evaluate(row)


def test_names_come_from_the_model_without_data() -> None:
    X, y = numbers()
    X = X[["mass", "depth"]]
    model = CatBoostRegressor(**settings()).fit(X, y)
    fields = pmmlkit.export(model).root.data_dictionary.data_fields
    assert [field.name for field in fields] == ["mass", "depth", "y"]
    model = CatBoostRegressor(**settings()).fit(X.to_numpy(), y)
    fields = pmmlkit.export(model).root.data_dictionary.data_fields
    assert [field.name for field in fields] == ["x1", "x2", "y"]


def test_oblivious_trees_lose_what_no_row_reaches() -> None:
    """A tree of 7 levels over one column with 3 borders has at most 4 leaves."""
    X, y = numbers()
    X = X[["depth"]]
    model = CatBoostRegressor(**settings(iterations=1, depth=7, border_count=3)).fit(X, y)
    text = pmmlkit.export(model, X=X, y=y).to_bytes().decode()
    assert 2 <= text.count("score=") <= 4


@pytest.mark.parametrize("kind", ["polars", "category", "array"])
def test_categories_of_other_tables(kind: str) -> None:
    X, y = categories()
    X = X[["island", "diet", "sex"]]
    if kind == "polars":
        X = pytest.importorskip("polars").from_pandas(X)
    else:
        X = X.astype("category") if kind == "category" else np.array(X.astype(object))
    model = CatBoostRegressor(**settings(cat_features=[0, 1, 2])).fit(X, y.to_numpy())
    columns = X.to_dict(as_series=False) if kind == "polars" else columns_of(X)
    found = pmmlkit.load(pmmlkit.export(model, X=X).to_bytes()).evaluate(columns)
    np.testing.assert_allclose(np.array(found["y"], float), model.predict(X), rtol=1e-12)


def test_inside_another_estimator() -> None:
    from sklearn.ensemble import VotingRegressor
    from sklearn.linear_model import LinearRegression

    X, y = numbers()
    X = X[["depth", "year"]]
    both = [("boosted", CatBoostRegressor(**settings())), ("line", LinearRegression())]
    model = VotingRegressor(both).fit(X, y)
    assert_predicts(model, X, y, expected=Expected(numbers={"y": model.predict(X)}))
