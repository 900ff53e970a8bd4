"""Transformers that users wrote: traced, registered, or stated as expressions."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit import DataError, ExportError, ExpressionTransformer
from pmmlkit.parity.oracles import Oracle

pd = pytest.importorskip("pandas")
pytest.importorskip("sklearn")

from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    StandardScaler,
)
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from tests.exporters.agreement import assert_predicts, assert_transforms, columns_of
from tests.exporters.tracing.cases import array, frame


class Scaled(TransformerMixin, BaseEstimator):
    """Keeps what it has learnt, as scikit-learn's do."""

    def __init__(self, power: float = 1.0) -> None:
        self.power = power

    def fit(self, X: Any, y: Any = None) -> Any:
        X = validate_data(self, X, ensure_all_finite="allow-nan")
        self.mean_ = np.nanmean(X, axis=0)
        self.std_ = np.nanstd(X, axis=0)
        return self

    def transform(self, X: Any) -> Any:
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, ensure_all_finite="allow-nan")
        return self._raised((X - self.mean_) / self.std_)

    def _raised(self, X: Any) -> Any:
        return np.sign(X) * np.abs(X) ** self.power


class Checked(BaseEstimator):
    """Has no mixin, and works on arrays."""

    def fit(self, X: Any, y: Any = None) -> Any:
        return self

    def transform(self, X: Any) -> Any:
        X = check_array(X, ensure_all_finite="allow-nan")
        return np.hstack([X[:, :2], X[:, [2]] ** 2])


class Plain:
    """Knows nothing of scikit-learn."""

    def fit(self, X: Any, y: Any = None) -> Any:
        self.median = X["c"].median()
        return self

    def transform(self, X: Any) -> Any:
        X = X.copy()
        X["c"] = X["c"].fillna(self.median)
        X["per"] = X["b"] / X["c"]
        return X[["b", "c", "per"]]


class Delegating(TransformerMixin, BaseEstimator):
    """Calls fitted transformers of scikit-learn."""

    def fit(self, X: Any, y: Any = None) -> Any:
        self.scaler_ = StandardScaler().fit(X[["b", "c"]])
        self.encoder_ = OneHotEncoder(sparse_output=False, handle_unknown="ignore").fit(X[["s"]])
        return self

    def transform(self, X: Any) -> Any:
        scaled = self.scaler_.transform(X[["b", "c"]])
        return np.column_stack([scaled, scaled[:, 0] * 2.0, self.encoder_.transform(X[["s"]])])


class Stretched(StandardScaler):
    """Changes what a class of scikit-learn makes."""

    def transform(self, X: Any, copy: Any = None) -> Any:
        return (np.asarray(X) - self.mean_) / self.scale_ * 10.0


class Ranked(BaseEstimator):
    """Cannot be stated: what it makes of a row depends on the others."""

    def fit(self, X: Any, y: Any = None) -> Any:
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: Any) -> Any:
        return X.argsort(axis=0)


@pytest.mark.parametrize("make", [Scaled, lambda: Scaled(3.0), Checked, Stretched])
def test_transformers_of_arrays(make: Any) -> None:
    X = array()
    assert_transforms(make().fit(X), X)


@pytest.mark.parametrize("make", [Plain, Delegating, Scaled])
def test_transformers_of_frames(make: Any, oracle: Oracle) -> None:
    X = frame()[["b", "c"] if make is Scaled else ["b", "c", "s"]]
    X["s" if "s" in X else "b"] = X["s" if "s" in X else "b"].ffill()
    transformer = make().fit(X)
    assert_transforms(transformer, X)
    assert_transforms(transformer, X, oracle=oracle)


def test_inside_a_pipeline(oracle: Oracle) -> None:
    X = frame()
    y = X["b"] * 2.0 + X["i"]
    pipeline = make_pipeline(
        ColumnTransformer(
            [
                ("logs", FunctionTransformer(lambda df: np.log1p(df.abs())), ["b", "i"]),
                ("north", FunctionTransformer(lambda s: (s == "north").to_frame()), "s"),
                ("made", ExpressionTransformer({"r": "b / j if k else 0"}), ["b", "j", "k"]),
            ]
        ),
        Scaled(),
        LinearRegression(),
    ).fit(X, y)
    assert_predicts(pipeline, X, y.rename("y"))
    assert_predicts(pipeline, X, y.rename("y"), oracle=oracle)


def test_indicators_stay_indicators() -> None:
    X = frame()[["s", "b"]]
    pipeline = make_pipeline(
        FunctionTransformer(lambda df: df.assign(s=(df["s"] == "north").astype(int))),
        LinearRegression(),
    ).fit(X, X["b"])
    model: Any = pmmlkit.export(pipeline, X=X).root.models[0]
    table = model.regression_tables[0]
    assert [item.name for item in table.categorical_predictors] == ["s"]


def test_filled_columns_are_treated_in_the_mining_schema() -> None:
    X = frame()[["a"]]
    pipeline = make_pipeline(
        FunctionTransformer(lambda df: df.fillna(1.5)), LinearRegression()
    ).fit(X, X["a"].fillna(0.0))
    model = pmmlkit.export(pipeline, X=X).root.models[0]
    fields = {item.name: item for item in model.mining_schema.mining_fields}
    assert fields["a"].missing_value_replacement == "1.5"
    assert model.local_transformations is None


def test_other_rows_are_refused() -> None:
    X = array()
    with pytest.raises(ExportError, match=r"Ranked.transform.*test_transformers.py, line \d+"):
        pmmlkit.export(Ranked().fit(X), X=X)


def test_what_is_registered_goes_first() -> None:
    class Own(Checked):
        pass

    @pmmlkit.converts(Own)
    def convert(estimator: Any, features: Any, context: Any) -> list[Any]:
        return list(features[:1])

    X = array()
    found = pmmlkit.load(pmmlkit.export(Own().fit(X), X=X)).transform(columns_of(X))
    assert len(found) == 1
    with pytest.raises(ExportError, match="registered already"):
        pmmlkit.converts(Own)(lambda estimator, features, context: [])


EXPRESSIONS = {
    "ratio": "a / b",
    "chosen": "where(a > 0, log1p(c), -1)",
    "either": "b ** 2 if k and not i > 3 else i % 4",
    "among": "(s in ['north', 'east']) * 2.5",
    "none": "s not in ('south',)",
    "chained": "(0 <= a < 2) + 0",
    "filled": "fillna(a, 0) + isna(c)",
    "length": "len(fillna(s, 'none'))",
    "quoted": "X['b'] + X[3]",
    "rounded": "round(clip(a * pi, -3, 3), 2)",
}


def test_expressions(oracle: Oracle) -> None:
    X = frame().drop(columns="t")
    transformer = ExpressionTransformer(EXPRESSIONS).fit(X)
    assert list(transformer.get_feature_names_out()) == list(EXPRESSIONS)
    assert list(transformer.transform(X).columns) == list(EXPRESSIONS)
    assert_transforms(transformer, X)
    assert_transforms(transformer, X, oracle=oracle, case="tracing-expressions")


def test_expressions_follow_numpy() -> None:
    X = frame()
    made = ExpressionTransformer(EXPRESSIONS).fit_transform(X)
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(made["ratio"], X["a"] / X["b"])
        np.testing.assert_allclose(made["chosen"], np.where(X["a"] > 0, np.log1p(X["c"]), -1))
    np.testing.assert_array_equal(made["among"], X["s"].isin(["north", "east"]) * 2.5)


def test_expressions_of_arrays_and_of_scikit_learn() -> None:
    X = array()
    transformer = clone(ExpressionTransformer(["x1 + x2", "X[2] * 2", "1.5"])).fit(X)
    assert transformer.transform(X).shape == (len(X), 3)
    assert_transforms(transformer, X)
    again = pickle.loads(pickle.dumps(transformer))
    np.testing.assert_array_equal(again.transform(X), transformer.transform(X))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("__import__('os')", "not known"),
        ("a.real", "not allowed"),
        ("(lambda: 1)()", "not allowed"),
        ("[b for b in a]", "not allowed"),
        ("a +", "is no expression"),
        ("q + 1", "'q', which is none of"),
        ("X[9]", "the column 9"),
        ("X[a]", "a column is"),
        ("a in b", "list of constants"),
        ("a is b", "isna"),
        ("log(a, b, b, b)", "cannot be computed"),
        ("-" * 150 + "a", "nested"),
        ("open('f')", "not known"),
    ],
)
def test_wrong_expressions_are_refused(text: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        ExpressionTransformer([text]).fit_transform(frame()[["a", "b"]])
