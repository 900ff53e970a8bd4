"""What documents say of how they were made: header, build task, importances, statistics."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit import Categorical, Continuous, ExportError
from pmmlkit.language.document import Document
from tests.exporters.agreement import assert_predicts, assert_valid

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
pytest.importorskip("sklearn")

from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestRegressor, VotingRegressor
from sklearn.feature_selection import RFE
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    PolynomialFeatures,
    StandardScaler,
)
from sklearn.tree import DecisionTreeRegressor

X = pd.DataFrame(
    {
        "age": [22, 35, 58, 41, 29, 63, 50, 33],
        "income": [1.5, np.nan, 3.25, 8.0, 2.5, 7.0, np.nan, 4.5],
        "city": ["Rome", "Oslo", "Rome", None, "Bern", "Oslo", "Bern", "Rome"],
        "member": [True, False, True, True, False, False, True, True],
    }
)
y = pd.Series([1.0, 2.0, 4.0, 8.0, 3.0, 5.0, 7.0, 6.0], name="score")
FOREST = RandomForestRegressor(4, max_depth=3, random_state=0)


def _pipeline(model: Any) -> Any:
    steps = ColumnTransformer(
        [("n", "passthrough", ["age", "income"]), ("c", OneHotEncoder(), ["city", "member"])]
    )
    return make_pipeline(steps, model).fit(X, y)


def _importances(document: Document) -> dict[str, float]:
    fields = document.root.models[0].mining_schema.mining_fields
    return {it.name: it.importance for it in fields if it.importance is not None}


@pytest.mark.parametrize(
    ("timestamp", "text"),
    [
        (datetime.datetime(2026, 3, 1, 12, 30, 15, 99), "2026-03-01T12:30:15"),
        (
            datetime.datetime(2026, 3, 1, tzinfo=datetime.timezone.utc),
            "2026-03-01T00:00:00+00:00",
        ),
        ("spring", "spring"),
    ],
)
def test_header(timestamp: Any, text: str) -> None:
    model = LinearRegression().fit(X[["age"]], y)
    document = pmmlkit.export(
        model,
        X=X[["age"]],
        description="a line",
        copyright="of no one",
        model_version="7",
        timestamp=timestamp,
    )
    assert_valid(document)
    header = document.root.header
    assert (header.description, header.copyright, header.model_version) == (
        "a line",
        "of no one",
        "7",
    )
    assert f"<Timestamp>{text}</Timestamp>" in document.to_bytes().decode()


def test_without_a_timestamp_equal_estimators_give_equal_documents() -> None:
    first, second = (
        pmmlkit.export(_pipeline(FOREST), X=X, y=y, build_task=True, statistics=True).to_bytes()
        for _ in range(2)
    )
    assert first == second
    assert b"Timestamp" not in first
    with pytest.raises(ExportError, match="datetime or text"):
        pmmlkit.export(_pipeline(FOREST), X=X, timestamp=12)  # type: ignore[arg-type]  # what is tested


def _plus_one(values: Any) -> Any:
    return values + 1


def test_build_task() -> None:
    long = make_pipeline(*(FunctionTransformer(_plus_one) for _ in range(30)), LinearRegression())
    document = pmmlkit.export(long.fit(X[["age"]], y), X=X[["age"]], build_task=True)
    assert_valid(document)
    text = document.to_bytes().decode()
    assert text.count("FunctionTransformer(") == 30, "the representation is whole"
    assert " at 0x" not in text
    assert '<Extension extender="pmmlkit" name="scikit-learn" value="' in text
    assert Document.read(document.to_bytes()).root == document.root
    assert pmmlkit.export(long, X=X[["age"]]).root.mining_build_task is None


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    named = make_pipeline(StandardScaler(), LinearRegression()).fit(X[["age"]], y)
    named.steps = [("a\x00b", named.steps[0][1]), named.steps[1]]
    document = pmmlkit.export(named, X=X[["age"]], build_task=True)
    assert Document.read(document.to_bytes()).root == document.root


@pytest.mark.parametrize(
    "wrap",
    [
        lambda model: model,
        make_pipeline,
        lambda model: GridSearchCV(model, {"max_depth": [3]}, cv=2),
    ],
)
def test_importances_are_added_up_by_column(wrap: Any) -> None:
    pipeline = _pipeline(wrap(FOREST))
    found = _importances(pmmlkit.export(pipeline, X=X, y=y))
    inner = wrap(FOREST).fit(pipeline[0].transform(X), y)
    while not hasattr(inner, "feature_importances_"):
        inner = getattr(inner, "best_estimator_", None) or inner[-1]
    numbers = inner.feature_importances_
    names = [name.split("__")[1].split("_")[0] for name in pipeline[0].get_feature_names_out()]
    expected: dict[str, float] = {}
    for name, number in zip(names, numbers, strict=True):
        expected[name] = expected.get(name, 0.0) + number
    assert found == pytest.approx({name: expected[name] for name in found})
    assert sum(found.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "model",
    [
        LinearRegression(),
        VotingRegressor([("f", FOREST), ("l", LinearRegression())]),
        make_pipeline(PCA(2), FOREST),
        make_pipeline(PolynomialFeatures(2), FOREST),
    ],
    ids=["none", "one of two", "weighted sums", "products"],
)
def test_importances_are_left_out_where_they_are_of_no_column(model: Any) -> None:
    numbers = X[["age"]].assign(income=X["income"].fillna(2.0))
    document = pmmlkit.export(model.fit(numbers, y), X=numbers, y=y)
    assert _importances(document) == {}


def test_importances_may_be_left_out() -> None:
    pipeline = _pipeline(FOREST)
    assert _importances(pmmlkit.export(pipeline, X=X, y=y, importances=False)) == {}
    document = assert_predicts(pipeline, X, y)
    assert _importances(document)


def test_importances_of_chosen_columns() -> None:
    numbers = X[["age"]].assign(income=X["income"].fillna(2.0))
    chosen = RFE(DecisionTreeRegressor(random_state=0), n_features_to_select=1).fit(numbers, y)
    assert list(_importances(pmmlkit.export(chosen, X=numbers)).values()) == [1.0]


def _statistics(document: Document) -> dict[str, Any]:
    stats = document.root.models[0].model_stats
    assert stats is not None
    return {str(it.field): it for it in stats.univariate_stats}


@pytest.mark.parametrize("make", [lambda frame: frame, pl.from_pandas, "sparse", "array"])
def test_statistics_of_numbers(make: Any) -> None:
    numbers = X[["age", "income"]].assign(income=X["income"].fillna(0.0)).astype(float)
    names = ["age", "income"]
    table: Any = make(numbers) if callable(make) else numbers.to_numpy()
    if isinstance(make, str):
        names = ["x1", "x2"]
    if make == "sparse":
        table = pytest.importorskip("scipy.sparse").csr_array(table)
    model = LinearRegression().fit(numbers.to_numpy(), y)
    document = pmmlkit.export(model, X=table, y=y, statistics=True)
    assert_valid(document)
    found = _statistics(document)
    assert list(found) == [*names, "score"]
    income = found[names[1]]
    assert income.counts.total_freq == 8
    info, column = income.numeric_info, numbers["income"]
    assert (info.minimum, info.maximum, info.mean) == (0.0, 8.0, column.mean())
    assert info.standard_deviation == pytest.approx(column.std())
    levels = {it.quantile_limit: it.quantile_value for it in info.quantiles}
    assert levels[50] == info.median == column.median()
    assert info.inter_quartile_range == column.quantile(0.75) - column.quantile(0.25)
    assert levels[90] == pytest.approx(column.quantile(0.9))
    assert found["score"].numeric_info.maximum == 8.0


def test_statistics_of_categories() -> None:
    columns = X[["city", "member"]]
    model = make_pipeline(OneHotEncoder(), LinearRegression()).fit(columns, y)
    document = pmmlkit.export(model, X=columns, y="score", statistics=True)
    assert_valid(document)
    found = _statistics(document)
    assert list(found) == ["city", "member"]
    city = found["city"]
    assert (city.counts.missing_freq, city.counts.cardinality) == (1, 3)
    assert city.discr_stats.modal_value == "Rome"
    texts, counts = (array.values() for array in city.discr_stats.arrays)
    assert dict(zip(texts, counts, strict=True)) == {"Rome": 3, "Bern": 2, "Oslo": 2}
    assert found["member"].discr_stats.modal_value == "true"


def test_statistics_count_what_is_missing_and_invalid_by_the_domain() -> None:
    said = {
        "age": Continuous(low=30, high=60, missing_values=[35]),
        "income": Continuous(missing_values=["n/a", 7.0], invalid_values=[8.0]),
        "city": Categorical(values=["Rome", "Oslo"], missing_values=["Bern"], invalid="missing"),
    }
    steps = ColumnTransformer(
        [
            ("n", "passthrough", ["age", "income"]),
            ("c", OneHotEncoder(handle_unknown="ignore"), ["city"]),
        ]
    )
    filled = X.assign(income=X["income"].fillna(1.0))
    model = make_pipeline(steps, LinearRegression()).fit(filled, y)
    found = _statistics(pmmlkit.export(model, X=X, y=y, statistics=True, fields=said))
    counts = {name: (it.counts.missing_freq, it.counts.invalid_freq) for name, it in found.items()}
    assert counts == {"age": (1, 3), "income": (3, 1), "city": (3, 0), "score": (0, 0)}
    assert found["age"].numeric_info.minimum == 33
    assert found["income"].numeric_info.maximum == 4.5
    assert found["city"].discr_stats.modal_value == "Rome"


def test_statistics_list_the_most_frequent_of_many_categories() -> None:
    values = [f"c{at}" for at in range(1500)] + ["c7"]
    frame = pd.DataFrame({"c": values})
    encoder = OneHotEncoder(handle_unknown="ignore", max_categories=3)
    model = make_pipeline(encoder, LinearRegression()).fit(frame, np.arange(1501.0))
    found = _statistics(pmmlkit.export(model, X=frame, statistics=True))["c"]
    assert found.counts.cardinality == 1500
    assert found.discr_stats.modal_value == "c7"
    assert [array.n for array in found.discr_stats.arrays] == [1000, 1000]


def test_statistics_need_data_and_a_model() -> None:
    model = LinearRegression().fit(X[["age"]], y)
    with pytest.raises(ExportError, match="needs X="):
        pmmlkit.export(model, statistics=True)
    with pytest.raises(ExportError, match="needs a predictor"):
        pmmlkit.export(StandardScaler().fit(X[["age"]]), X=X[["age"]], statistics=True)


def test_what_is_said_changes_no_score() -> None:
    assert_predicts(
        _pipeline(FOREST.set_params(random_state=1)),
        X,
        y,
        statistics=True,
        build_task=True,
        timestamp="today",
        copyright="c",
        verification=3,
    )
