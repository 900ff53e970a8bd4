"""`export`: the document as a whole, its errors and its file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit import ExportError
from pmmlkit.language.document import Document

pd = pytest.importorskip("pandas")
pytest.importorskip("sklearn")

from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    StandardScaler,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

FRAME = pd.DataFrame(
    {
        "age": [22, 35, 58, 41, 29, 63, 50, 33],
        "income": [1.5, np.nan, 3.25, 8.0, 2.5, 7.0, np.nan, 4.5],
        "city": ["Rome", "Oslo", "Rome", None, "Bern", "Oslo", "Bern", "Rome"],
    }
)
NUMBER = pd.Series([1.0, 2.0, 4.0, 8.0, 3.0, 5.0, 7.0, 6.0], name="score")
CHOICE = pd.Series(["no", "no", "yes", "yes", "no", "yes", "yes", "no"], name="bought")


def _model(document: Document) -> Any:
    (model,) = document.root.models
    return model


def _fields(document: Document) -> dict[str, Any]:
    return {field.name: field for field in document.root.data_dictionary.data_fields}


def _mining(document: Document) -> dict[str, Any]:
    return {field.name: field for field in _model(document).mining_schema.mining_fields}


def _derived(document: Document) -> list[str]:
    local = _model(document).local_transformations
    return [] if local is None else [field.name for field in local.derived_fields]


def test_names_and_types_come_from_the_data() -> None:
    pipeline = make_pipeline(
        ColumnTransformer(
            [("n", SimpleImputer(), ["age", "income"]), ("c", OneHotEncoder(), ["city"])]
        ),
        LogisticRegression(),
    ).fit(FRAME, CHOICE)
    document = pmmlkit.export(pipeline, X=FRAME, y=CHOICE, model_name="shop", description="demo")
    fields = _fields(document)
    assert list(fields) == ["age", "income", "city", "bought"]
    assert [fields[name].data_type for name in fields] == ["double", "double", "string", "string"]
    assert [value.value for value in fields["bought"].values] == ["no", "yes"]
    assert _model(document).model_name == "shop"
    assert document.root.header.description == "demo"
    outputs = _model(document).output.output_fields
    assert [field.name for field in outputs] == ["probability(no)", "probability(yes)"]


def test_unused_columns_are_left_out() -> None:
    tree = make_pipeline(
        ColumnTransformer([("n", SimpleImputer(), ["age", "income"])]),
        DecisionTreeRegressor(max_depth=1),
    ).fit(FRAME, FRAME["age"])
    document = pmmlkit.export(tree, X=FRAME, y=NUMBER)
    assert list(_fields(document)) == ["age", "score"]
    assert set(_mining(document)) == {"age", "score"}


def test_treatments_that_agree_stand_in_the_mining_schema() -> None:
    pipeline = make_pipeline(
        ColumnTransformer([("n", SimpleImputer(), ["income"])]),
        make_union(StandardScaler(), FunctionTransformer(np.exp)),
        LinearRegression(),
    ).fit(FRAME, NUMBER)
    document = pmmlkit.export(pipeline, X=FRAME, y=NUMBER)
    assert float(_mining(document)["income"].missing_value_replacement) == FRAME["income"].mean()
    assert _derived(document) == ["standardize(income)", "exp(income)"]


def test_treatments_that_disagree_become_derived_fields() -> None:
    pipeline = make_pipeline(
        ColumnTransformer(
            [
                ("mean", SimpleImputer(), ["income"]),
                ("nine", SimpleImputer(strategy="constant", fill_value=9.0), ["income"]),
            ]
        ),
        LinearRegression(),
    ).fit(FRAME, NUMBER)
    document = pmmlkit.export(pipeline, X=FRAME, y=NUMBER)
    assert _mining(document)["income"].missing_value_replacement is None
    assert _derived(document) == ["impute(income)", "impute(income)_2"]


def test_equal_expressions_are_one_derived_field() -> None:
    pipeline = make_pipeline(
        ColumnTransformer(
            [
                ("one", FunctionTransformer(np.sqrt), ["age"]),
                ("two", FunctionTransformer(np.sqrt), ["age"]),
            ]
        ),
        LinearRegression(),
    ).fit(FRAME, NUMBER)
    assert _derived(pmmlkit.export(pipeline, X=FRAME)) == ["sqrt(age)"]


@pytest.mark.parametrize(
    ("unknown", "invalid", "missing", "values"),
    [
        ("error", "returnInvalid", None, ["Bern", "Oslo", "Rome"]),
        ("ignore", "asIs", None, ["Bern", "Oslo", "Rome"]),
    ],
)
def test_unknown_categories(unknown: str, invalid: str, missing: Any, values: list[str]) -> None:
    encoder = OneHotEncoder(handle_unknown=unknown)
    pipeline = make_pipeline(
        ColumnTransformer([("c", encoder, ["city"])]), LogisticRegression()
    ).fit(FRAME, CHOICE)
    document = pmmlkit.export(pipeline, X=FRAME, y=CHOICE)
    field = _mining(document)["city"]
    assert field.invalid_value_treatment == invalid
    assert field.missing_value_treatment == missing
    assert [value.value for value in _fields(document)["city"].values] == values


def test_missing_category_that_was_never_seen_is_refused() -> None:
    frame = FRAME.dropna()
    pipeline = make_pipeline(
        ColumnTransformer([("c", OneHotEncoder(), ["city"])]), LinearRegression()
    ).fit(frame, NUMBER[frame.index])
    field = _mining(pmmlkit.export(pipeline, X=frame))["city"]
    assert field.missing_value_treatment == "returnInvalid"


def test_indicators_stay_categories() -> None:
    frame = FRAME.fillna({"city": "Ulm"})
    steps = ColumnTransformer([("c", OneHotEncoder(), ["city"])], remainder="drop")
    linear = make_pipeline(steps, LinearRegression()).fit(frame, NUMBER)
    document = pmmlkit.export(linear, X=frame)
    (table,) = _model(document).regression_tables
    assert {it.value for it in table.categorical_predictors} == {
        "Bern",
        "Oslo",
        "Rome",
        "Ulm",
    }
    assert table.numeric_predictors == ()
    assert _derived(document) == []
    tree = make_pipeline(steps, DecisionTreeClassifier(max_depth=1, random_state=0)).fit(
        frame, frame["city"].eq("Rome")
    )
    text = pmmlkit.export(tree, X=frame, y="rome").to_bytes().decode()
    assert '<SimplePredicate field="city" operator="equal" value="Rome"/>' in text


def test_codes_split_on_sets_of_categories() -> None:
    steps = ColumnTransformer([("c", OrdinalEncoder(), ["city"])])
    frame = FRAME.fillna({"city": "Ulm"})
    tree = make_pipeline(steps, DecisionTreeRegressor(max_depth=1)).fit(
        frame, frame["city"].isin(["Bern", "Oslo"]).astype(float)
    )
    text = pmmlkit.export(tree, X=frame).to_bytes().decode()
    assert "<SimpleSetPredicate" in text
    assert ">Bern Oslo</Array>" in text or ">Rome Ulm</Array>" in text


def test_powers_and_products_are_terms_of_a_regression() -> None:
    X = np.array([[1.0, 2.0], [2.0, 5.0], [3.0, 1.0], [4.0, 7.0], [5.0, 3.0], [6.0, 2.0]])
    pipeline = make_pipeline(PolynomialFeatures(2), LinearRegression()).fit(X, X[:, 0] ** 2)
    document = pmmlkit.export(pipeline, X=X)
    (table,) = _model(document).regression_tables
    powers = {(it.name, it.exponent) for it in table.numeric_predictors}
    assert powers == {("x1", 1), ("x2", 1), ("x1", 2), ("x2", 2)}
    assert [[ref.field for ref in it.field_refs] for it in table.predictor_terms] == [["x1", "x2"]]


@pytest.mark.parametrize(
    ("labels", "data_type", "texts"),
    [
        (["a b", "<c>"], "string", ["<c>", "a b"]),
        ([0, 1], "integer", ["0", "1"]),
        ([False, True], "boolean", ["false", "true"]),
        ([0.5, 2.0], "double", ["0.5", "2"]),
    ],
)
def test_classes_of_every_dtype(labels: list[Any], data_type: str, texts: list[str]) -> None:
    X = np.array([[0.0], [1.0], [2.0], [3.0]])
    y = np.array(labels * 2)[[0, 2, 1, 3]]
    if data_type == "double":
        # scikit-learn takes such labels for numbers: an estimator may have them all the same
        model = DecisionTreeClassifier().fit(X, [0, 0, 1, 1])
        model.classes_ = np.array(labels)
    else:
        model = DecisionTreeClassifier().fit(X, y)
    target = _fields(pmmlkit.export(model, X=X))["y"]
    assert target.data_type == data_type
    assert sorted(value.value for value in target.values) == sorted(texts)


def test_trees_compare_float_fields() -> None:
    X = np.array([[0.1], [0.2], [0.3], [0.4]])
    document = pmmlkit.export(DecisionTreeRegressor().fit(X, [1.0, 2.0, 3.0, 4.0]), X=X)
    assert _fields(document)["x1"].data_type == "float"


def test_integer_columns_stay_integers() -> None:
    tree = DecisionTreeRegressor(max_depth=2).fit(FRAME[["age"]], NUMBER)
    document = pmmlkit.export(tree, X=FRAME[["age"]])
    assert _fields(document)["age"].data_type == "integer"
    nodes = _model(document).nodes
    assert all(float(text).is_integer() for text in map(nodes.text, nodes.value.tolist()) if text)


def test_verification_rows_are_embedded() -> None:
    forest = RandomForestClassifier(3, max_depth=2, random_state=0).fit(FRAME[["age"]], CHOICE)
    document = pmmlkit.export(forest, X=FRAME[["age"]], y=CHOICE, verification=3)
    verification = _model(document).model_verification
    assert verification.record_count == 3
    names = [it.field for it in verification.verification_fields.verification_fields]
    assert names == ["age", "bought", "probability(no)", "probability(yes)"]
    assert verification.inline_table.rows.column("age") == ["22", "35", "58"]
    expected = [str(it) for it in forest.predict(FRAME[["age"]][:3])]
    assert verification.inline_table.rows.column("bought") == expected


def test_verification_of_a_chain_finds_the_probabilities() -> None:
    X = FRAME[["age"]]
    boosted = GradientBoostingClassifier(n_estimators=2).fit(X, CHOICE)
    document = pmmlkit.export(boosted, X=X, y=CHOICE, verification=X[2:4])
    rows = _model(document).model_verification.inline_table.rows
    assert rows.column("probability(no)") is not None


def test_missing_cells_are_left_out_of_verification_rows() -> None:
    pipeline = make_pipeline(SimpleImputer(), LinearRegression()).fit(FRAME[["income"]], NUMBER)
    document = pmmlkit.export(pipeline, X=FRAME[["income"]], verification=2)
    rows = _model(document).model_verification.inline_table.rows
    assert rows.column("income") == ["1.5", None]


def test_verification_needs_rows_and_a_model() -> None:
    model = LinearRegression().fit(FRAME[["age"]], NUMBER)
    with pytest.raises(ExportError, match="needs X="):
        pmmlkit.export(model, verification=2)
    with pytest.raises(ExportError, match="at least one"):
        pmmlkit.export(model, X=FRAME[["age"]], verification=0)
    with pytest.raises(ExportError, match="model"):
        pmmlkit.export(StandardScaler().fit(FRAME[["age"]]), X=FRAME[["age"]], verification=1)


def test_transformers_become_a_transformation_dictionary() -> None:
    pipeline = make_pipeline(SimpleImputer(), StandardScaler()).fit(FRAME[["age", "income"]])
    document = pmmlkit.export(pipeline, X=FRAME[["age", "income"]])
    assert document.root.models == ()
    dictionary = document.root.transformation_dictionary
    assert dictionary is not None
    names = [field.name for field in dictionary.derived_fields]
    assert names == ["impute(age)", "impute(income)", "standardize(age)", "standardize(income)"]


def test_results_that_others_read_have_names_of_their_own() -> None:
    pipeline = make_pipeline(StandardScaler(), PolynomialFeatures(2, include_bias=False))
    document = pmmlkit.export(pipeline.fit(FRAME[["age"]]), X=FRAME[["age"]])
    row = pmmlkit.load(document).transform({"age": 30.0})
    assert list(row) == ["transformed(age)", "age^2"]
    assert list(row.values()) == pipeline.transform(pd.DataFrame({"age": [30.0]}))[0].tolist()


def test_unknown_categories_pass_in_a_document_of_transformations() -> None:
    encoder = OneHotEncoder(handle_unknown="ignore").fit(FRAME[["city"]].dropna())
    model = pmmlkit.load(pmmlkit.export(encoder, X=FRAME[["city"]]))
    assert set(model.transform({"city": "Paris"}).values()) == {0.0}
    refusing = OneHotEncoder().fit(FRAME[["city"]].dropna())
    model = pmmlkit.load(pmmlkit.export(refusing, X=FRAME[["city"]]))
    with pytest.raises(pmmlkit.EvaluationError, match="Paris"):
        model.transform({"city": "Paris"})


def test_without_data_names_come_from_the_estimator() -> None:
    model = LinearRegression().fit(FRAME[["age"]], NUMBER)
    assert list(_fields(pmmlkit.export(model))) == ["age", "y"]
    pipeline = make_pipeline(
        ColumnTransformer([("c", OneHotEncoder(handle_unknown="ignore"), ["city"])]),
        LinearRegression(),
    ).fit(FRAME, NUMBER)
    assert _fields(pmmlkit.export(pipeline))["city"].data_type == "string"


def test_derived_field_does_not_take_the_name_of_a_column() -> None:
    frame = FRAME[["age"]].assign(**{"sqrt(age)": 1.0})
    pipeline = make_pipeline(
        ColumnTransformer([("s", FunctionTransformer(np.sqrt), ["age"])], remainder="passthrough"),
        LinearRegression(),
    ).fit(frame, NUMBER)
    assert _derived(pmmlkit.export(pipeline, X=frame)) == ["sqrt(age)_2"]


@pytest.mark.parametrize(
    ("estimator", "X", "y", "words"),
    [
        (
            make_pipeline(FunctionTransformer(lambda X: X - X.mean(axis=0)), LinearRegression()),
            [[1.0], [2.0]],
            [1.0, 2.0],
            r"lambda.*test_export.py, line .*over all rows.*step 1",
        ),
        (
            GradientBoostingClassifier(n_estimators=1, init=LogisticRegression()),
            [[1.0], [2.0], [3.0], [4.0]],
            [0, 0, 1, 1],
            "LogisticRegression",
        ),
    ],
)
def test_what_cannot_be_said_is_refused(estimator: Any, X: Any, y: Any, words: str) -> None:
    estimator.fit(np.array(X), np.array(y))
    with pytest.raises(ExportError, match=words):
        pmmlkit.export(estimator, X=X, y=y)


def test_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    model = LinearRegression().fit(FRAME[["age"]], NUMBER)
    path = tmp_path / "model.pmml"
    document = pmmlkit.export(model, path, X=FRAME[["age"]], y=NUMBER)
    assert path.read_bytes() == document.to_bytes()
    assert os.listdir(tmp_path) == ["model.pmml"]
    with pytest.raises(ExportError):
        pmmlkit.export(LinearRegression(), path, X=FRAME[["age"]])
    assert path.read_bytes() == document.to_bytes()
    with pytest.raises(ExportError, match="cannot write"):
        pmmlkit.export(model, tmp_path / "no such folder" / "model.pmml", X=FRAME[["age"]])


def test_a_category_that_xml_cannot_hold_is_an_export_error(tmp_path: Path) -> None:
    frame = pd.DataFrame({"c": ["a\x00", "b", "a\x00", "b"]})
    pipeline = make_pipeline(OneHotEncoder(), LinearRegression()).fit(frame, [1.0, 2.0, 1.0, 2.0])
    path = tmp_path / "model.pmml"
    with pytest.raises(pmmlkit.PmmlError):
        pmmlkit.export(pipeline, path, X=frame)
    assert not path.exists()


def test_document_reads_back_as_it_was() -> None:
    forest = make_pipeline(
        ColumnTransformer(
            [("c", OneHotEncoder(handle_unknown="ignore"), ["city"])], remainder=SimpleImputer()
        ),
        RandomForestClassifier(4, max_depth=3, random_state=0),
    ).fit(FRAME, CHOICE)
    document = pmmlkit.export(forest, X=FRAME, y=CHOICE, verification=2)
    read = Document.read(document.to_bytes())
    assert read.root == document.root
    assert read.findings == ()
    assert read.to_bytes() == document.to_bytes()
