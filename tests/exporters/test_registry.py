"""Which converter an estimator gets, and what is said where there is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit import ExportError
from pmmlkit.exporters.expressions import apply
from pmmlkit.exporters.features import elementwise
from pmmlkit.exporters.registry import Registry, registry

pytest.importorskip("sklearn")

from sklearn.base import BaseEstimator, RegressorMixin, TransformerMixin
from sklearn.ensemble import VotingRegressor
from sklearn.feature_selection import VarianceThreshold
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import KBinsDiscretizer, StandardScaler

from tests.exporters.agreement import assert_valid

X = np.array([[1.0, 2.0], [2.0, 1.0], [4.0, 3.0], [5.0, 7.0]])
Y = np.array([1.0, 2.0, 3.0, 5.0])


class Renamed(LinearRegression):
    """Fits in another way, predicts as its base class does."""

    def fit(self, X: Any, y: Any) -> Any:
        return super().fit(X, y)


class Doubled(LinearRegression):
    """Predicts something else."""

    def predict(self, X: Any) -> Any:
        return 2.0 * super().predict(X)


class Halves(TransformerMixin, BaseEstimator):
    """A transformer of a user's own."""

    def fit(self, X: Any, y: Any = None) -> Any:
        self.n_features_in_ = np.shape(X)[1]
        return self

    def transform(self, X: Any) -> Any:
        return np.asarray(X) / 2.0


def test_private_modules_match_public_names() -> None:
    assert LogisticRegression.__module__ != "sklearn.linear_model"
    assert registry().find(LogisticRegression()) is not None
    assert "sklearn.linear_model.LogisticRegression" in registry().names()


def test_base_class_counts_only_where_prediction_is_inherited() -> None:
    assert registry().find(Renamed()) is registry().find(LinearRegression())
    assert registry().find(Doubled()) is None
    with pytest.raises(ExportError, match="Doubled"):
        pmmlkit.export(Doubled().fit(X, Y), X=X)


def test_second_converter_needs_replace() -> None:
    own = Registry()
    name = "sklearn.linear_model.LinearRegression"

    def other(estimator: Any, features: Any, context: Any) -> Any:
        raise AssertionError

    with pytest.raises(ExportError, match="replace=True"):
        registry().add(name, other)
    own.add("some.Class", other)
    own.add("some.Class", other)
    with pytest.raises(ExportError, match="registered already"):
        own.add("some.Class", lambda estimator, features, context: None)
    own.add("some.Class", lambda estimator, features, context: None, replace=True)


def test_users_register_their_own() -> None:
    pipeline = Pipeline([("halves", Halves()), ("model", LinearRegression())]).fit(X, Y)

    @pmmlkit.converts(Halves)
    def halves(estimator: Any, features: Any, context: Any) -> list[Any]:
        from pmmlkit.exporters.expressions import constant

        return [
            elementwise(feature, "half", lambda x: x / 2.0, lambda x: apply("/", x, constant(2)))
            for feature in features
        ]

    document = pmmlkit.export(pipeline, X=X)
    derived = document.root.models[0].local_transformations
    assert derived is not None
    assert [field.name for field in derived.derived_fields] == ["half(x1)", "half(x2)"]


class Strange(RegressorMixin, BaseEstimator):
    """Predicts what nobody can write."""

    def fit(self, X: Any, y: Any) -> Strange:
        """Look at the number of columns."""
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: Any) -> Any:
        """Return zeros."""
        return np.zeros(len(X))


@pytest.mark.parametrize(
    ("pipeline", "words"),
    [
        (
            Pipeline([("scale", StandardScaler()), ("model", Strange())]),
            [
                "Strange",
                "step 2 'model' of Pipeline",
                "columns [standardize(x1), standardize(x2)]",
                "pmmlkit.converts",
            ],
        ),
        (
            Pipeline([("model", VotingRegressor([("odd", Strange())]))]),
            ["part 'odd' of VotingRegressor in step 1 'model' of Pipeline", "columns [x1, x2]"],
        ),
    ],
)
def test_unknown_estimator_is_named_with_its_place(pipeline: Any, words: list[str]) -> None:
    pipeline.fit(X, [0, 1, 0, 1])
    with pytest.raises(ExportError) as caught:
        pmmlkit.export(pipeline, X=X)
    for word in words:
        assert word in str(caught.value)


def test_unfitted_is_said() -> None:
    with pytest.raises(ExportError, match="not fitted"):
        pmmlkit.export(Pipeline([("scale", StandardScaler()), ("model", LinearRegression())]), X=X)


class Torn(StandardScaler):
    """An estimator without what every fitted one of its kind has."""

    def fit(self, X: Any, y: Any = None) -> Torn:
        super().fit(X)
        self.scale_ = "torn"
        return self


def test_what_cannot_be_read_is_an_error_with_the_place() -> None:
    pipeline = Pipeline([("scale", Torn()), ("model", StandardScaler())])
    pipeline.steps[0][1].fit(X)
    pipeline.steps[1][1].fit(X)
    with pytest.raises(ExportError, match=r"Torn at step 1 'scale' .*cannot be read \(\w+Error: "):
        pmmlkit.export(pipeline, X=X)


def test_no_columns_and_no_inputs() -> None:
    nothing = VarianceThreshold(9.0).fit(X * 10.0)
    nothing.variances_ = np.zeros(X.shape[1])
    with pytest.raises(ExportError, match="the transformer leaves no column"):
        pmmlkit.export(nothing, X=X)
    level = KBinsDiscretizer(2, encode="ordinal", strategy="uniform")
    with pytest.warns(UserWarning, match="is constant"):
        level.fit(np.ones((4, 2)))
    document = pmmlkit.export(level, X=np.ones((4, 2)))
    assert_valid(document)
    made = pmmlkit.load(document).transform({"x1": [1.0, 2.0]})
    assert [list(map(float, column)) for column in made.values()] == [[0.0, 0.0]] * 2
