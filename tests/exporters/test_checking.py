"""`check_document`: a document that says something else than the estimator is found out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit import Continuous
from pmmlkit.exporters.checking import Difference, Unchecked, check_document
from pmmlkit.language.document import Document

pd = pytest.importorskip("pandas")
pytest.importorskip("sklearn")

from sklearn.cluster import KMeans
from sklearn.ensemble import IsolationForest, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

_RANDOM = np.random.default_rng(5)
X = pd.DataFrame(_RANDOM.normal(size=(3000, 2)), columns=["a", "b"])
NUMBER = X["a"] - 2 * X["b"]
CHOICE = pd.Series(np.where(NUMBER > 0, "yes", "no"), name="answer")


@pytest.mark.parametrize(
    ("estimator", "y"),
    [
        (LinearRegression(), NUMBER),
        (LinearRegression(), np.column_stack([NUMBER, -NUMBER])),
        (LogisticRegression(), CHOICE),
        (RidgeClassifier(), CHOICE),
        (RandomForestClassifier(3, max_depth=3), CHOICE == "yes"),
        (IsolationForest(n_estimators=3, random_state=0), None),
        (KMeans(3, n_init=1, random_state=0), None),
        (StandardScaler(), None),
    ],
)
@pytest.mark.parametrize("table", [X, X.to_numpy()], ids=["frame", "array"])
def test_documents_of_ours_say_what_the_estimator_says(estimator: Any, y: Any, table: Any) -> None:
    estimator.fit(table, y)
    document = pmmlkit.export(estimator, X=table, y=y)
    assert check_document(document, estimator, table) == 1000
    assert check_document(document, estimator, table, rows=7) == 7


@pytest.mark.parametrize(
    ("estimator", "y", "words"),
    [
        (LinearRegression(), NUMBER, r"row 0 of the data, 'y' is .* by LinearRegression; 1000 of"),
        (LogisticRegression(), CHOICE, r"'probability\(no\)' is .* by LogisticRegression"),
        (RidgeClassifier(), CHOICE, r"'answer' is 'yes' by the document and 'no' by RidgeCl"),
        (StandardScaler(), None, r"'standardize\(a\)' is"),
    ],
)
def test_differences_are_told_with_row_column_and_values(
    estimator: Any, y: Any, words: str
) -> None:
    document = pmmlkit.export(estimator.fit(X, y), X=X, y=y)
    shifted = X + 1.0 if y is None else X
    estimator.fit(shifted, None if y is None else np.roll(y, 1))
    with pytest.raises(Difference, match=words):
        check_document(document, estimator, X)


def test_a_difference_in_one_row_is_found() -> None:
    model = LinearRegression().fit(X, NUMBER)
    document = pmmlkit.export(model, X=X)

    class Off(LinearRegression):
        def predict(self, X: Any) -> Any:
            found = super().predict(X)
            found[2] += 1e-5
            return found

    off = Off().fit(X, NUMBER)
    with pytest.raises(Difference, match=r"row 2 of the data.*1 of 5 rows differ"):
        check_document(document, off, X[:5])


def test_large_inputs_do_not_hide_differences() -> None:
    late = X.assign(seconds=1.7e18 + 1e15 * X["a"])
    model = LinearRegression().fit(late, NUMBER)
    document = pmmlkit.export(model, X=late)
    model.intercept_ += 1e-3
    with pytest.raises(Difference):
        check_document(document, model, late)


def test_columns_of_nothing_but_rounding() -> None:
    scaler = StandardScaler().fit(X)
    document = pmmlkit.export(scaler, X=X)

    class Noisy(StandardScaler):
        def transform(self, X: Any, copy: Any = None) -> Any:
            return super().transform(X) + noise

    noisy = Noisy().fit(X)
    noise = np.array([[0.0, 1e-16]])
    assert check_document(document, noisy, X * [1.0, 0.0] + [0.0, float(scaler.mean_[1])])
    noise = np.array([[0.0, 1e-9]])
    with pytest.raises(Difference):
        check_document(document, noisy, X * [1.0, 0.0] + [0.0, float(scaler.mean_[1])])


def test_a_row_that_the_document_refuses() -> None:
    model = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LinearRegression())
    frame = pd.DataFrame({"c": ["x", "y", "z"]})
    model.fit(frame, [1.0, 2.0, 3.0])
    text = pmmlkit.export(model, X=frame).to_bytes()
    assert b'invalidValueTreatment="asIs"' in text
    strict = Document.read(text.replace(b' invalidValueTreatment="asIs"', b""))
    rows = pd.DataFrame({"c": ["x", "y", "w"]})
    with pytest.raises(Difference, match=r"no result .*row 2 of the data.*'w' is not valid"):
        check_document(strict, model, rows)


def test_rows_that_domains_treat_are_left_out() -> None:
    model = LinearRegression().fit(X, NUMBER)
    fields = {"a": Continuous(low=-1, high=1, outliers="extreme"), "b": Continuous(low=-1)}
    document = pmmlkit.export(model, X=X, fields=fields)
    inside = int((X["a"].between(-1, 1) & (X["b"] >= -1)).sum())
    assert check_document(document, model, X, fields=fields, rows=3000) == inside
    with pytest.raises(Difference):
        check_document(document, model, X)
    with pytest.raises(Unchecked, match="no row"):
        check_document(document, model, X + 100, fields=fields)


def test_estimators_that_do_not_predict_are_not_checked() -> None:
    model = LinearRegression().fit(X, NUMBER)
    document = pmmlkit.export(model, X=X)
    with pytest.raises(Unchecked, match=r"LinearRegression\.predict fails.*ValueError"):
        check_document(document, model, X.assign(a="text"))
    with pytest.raises(Unchecked, match="has no predict"):
        check_document(document, StandardScaler().fit(X), X)
