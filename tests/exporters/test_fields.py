"""Domains: what users say of columns is in the document, and every engine follows it.

The reference is the estimator over rows that were treated here, in plain Python.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit import Categorical, Continuous, ExportError, Ordinal, Temporal
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import Expected, assert_predicts, assert_valid, expected_of

pd = pytest.importorskip("pandas")
pytest.importorskip("sklearn")

from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
)

_RANDOM = np.random.default_rng(11)
ROWS = 60
TRAINING = pd.DataFrame(
    {
        "age": _RANDOM.integers(20, 80, ROWS).astype(float),
        "income": np.round(_RANDOM.normal(30, 9, ROWS) * 8) / 8,
        "city": np.array(["Bern", "Oslo", "Rome"])[_RANDOM.integers(0, 3, ROWS)],
        "size": np.array(["s", "m", "l"])[_RANDOM.integers(0, 3, ROWS)],
        "rooms": _RANDOM.integers(1, 6, ROWS),
    }
)
NUMBER = pd.Series(
    TRAINING["age"] / 8 - TRAINING["income"] + 5 * (TRAINING["city"] == "Rome"), name="score"
)
CHOICE = pd.Series(np.where(NUMBER.median() < NUMBER, "yes", "no"), name="bought")

# within the domains, outside of them, and missing
UNUSUAL = pd.DataFrame(
    {
        "age": [30.0, -5.0, 140.0, None, 55.0, -999.0, 0.0, 120.0],
        "income": [30.0, None, 12.5, 29.0, 500.0, 31.0, -40.0, 18.0],
        "city": ["Rome", "Oslo", None, "Bern", "Paris", "?", "Rome", "Oslo"],
        "size": ["s", "m", "l", "m", None, "xl", "s", "l"],
        "rooms": [1, 9, 3, 2, 0, 5, 4, 3],
    }
)

NUMBERS = ["age", "income"]
ENCODED = ColumnTransformer(
    [
        ("n", SimpleImputer(), NUMBERS),
        ("c", OneHotEncoder(handle_unknown="ignore"), ["city"]),
        ("o", OrdinalEncoder(categories=[["s", "m", "l"]]), ["size"]),
        ("r", "passthrough", ["rooms"]),
    ]
)

REFUSED = object()


def _number(
    low: float, high: float, outliers: str | None = None, missing: Any = None, **more: Any
) -> Callable[[Any], Any]:
    markers, invalid = more.get("markers", ()), more.get("invalid", REFUSED)

    def treat(value: Any) -> Any:
        lost = value is None or value != value or value in markers
        if not lost and not low <= value <= high:
            if outliers == "extreme":
                value = min(max(value, low), high)
            elif outliers == "missing" or (outliers is None and invalid is None):
                lost = True
            elif outliers is None:
                return value if invalid == "asIs" else invalid
        return (np.nan if missing is None else missing) if lost else value

    return treat


def _category(
    values: list[Any], missing: Any = None, invalid: Any = REFUSED, markers: Any = ()
) -> Callable[[Any], Any]:
    def treat(value: Any) -> Any:
        lost = value is None or value != value or value in markers
        if not lost and value not in values:
            if invalid is not None:
                return value if invalid == "asIs" else invalid
            lost = True
        return missing if lost else value

    return treat


CITIES = ["Bern", "Oslo", "Rome"]
SIZES = ["s", "m", "l"]

# what is said, and what it means: a function of a cell
CASES: dict[str, dict[str, tuple[Any, Callable[[Any], Any]]]] = {
    "extreme": {
        "age": (Continuous(low=0, high=120, outliers="extreme"), _number(0, 120, "extreme")),
        "income": (
            Continuous(low=0, high=100, outliers="extreme", missing=25.5),
            _number(0, 100, "extreme", 25.5),
        ),
    },
    "missing": {
        "age": (
            Continuous(low=0, high=120, outliers="missing", missing=38),
            _number(0, 120, "missing", 38.0),
        ),
        "income": (
            Continuous(low=0, high=100, outliers="missing"),
            _number(0, 100, "missing"),
        ),
    },
    "as is": {
        "age": (Continuous(low=0, high=120, outliers="asIs"), _number(0, 120, "asIs")),
    },
    "invalid": {
        "age": (
            Continuous(low=0, high=120, invalid="missing", missing=50),
            _number(0, 120, None, 50.0, invalid=None),
        ),
        "income": (
            Continuous(low=0, high=100, invalid=33.25),
            _number(0, 100, None, None, invalid=33.25),
        ),
        "rooms": (Continuous(low=1, high=5, invalid="asIs"), _number(1, 5, "asIs")),
    },
    "markers": {
        "age": (
            Continuous(missing_values=[-999], missing=41),
            _number(-np.inf, np.inf, None, 41.0, markers=[-999]),
        ),
        "city": (
            Categorical(values=CITIES, missing_values=["?"], invalid="missing", missing="Oslo"),
            _category(CITIES, "Oslo", None, ["?"]),
        ),
    },
    "categories": {
        "city": (
            Categorical(values=CITIES, invalid="Bern", missing="Rome"),
            _category(CITIES, "Rome", "Bern"),
        ),
        "size": (
            Ordinal(values=SIZES, invalid="m", missing="s"),
            _category(SIZES, "s", "m"),
        ),
        "rooms": (
            Categorical(values=[1, 2, 3, 4, 5], invalid=3),
            _category([1, 2, 3, 4, 5], None, 3),
        ),
    },
    "categories as they are": {
        "city": (
            Categorical(values=CITIES, invalid="asIs"),
            _category(CITIES, None, "asIs"),
        ),
    },
}

# what every case needs to have a result in each row
ALWAYS: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "size": (Ordinal(values=SIZES, invalid="l", missing="m"), _category(SIZES, "m", "l")),
}

MODELS: dict[str, Any] = {
    "linear": (LinearRegression(), NUMBER),
    "logistic": (LogisticRegression(max_iter=1000), CHOICE),
    "forest": (RandomForestClassifier(3, max_depth=4, random_state=0), CHOICE),
    "chain": (GradientBoostingClassifier(n_estimators=3, random_state=0), CHOICE),
    "boosted": (HistGradientBoostingRegressor(max_iter=3, min_samples_leaf=4), NUMBER),
}


def _treated(frame: Any, said: dict[str, tuple[Any, Callable[[Any], Any]]]) -> Any:
    treated = frame.copy()
    for name, (_, treat) in said.items():
        cells = [treat(cell) for cell in frame[name].tolist()]
        assert REFUSED not in cells
        treated[name] = pd.Series(cells, dtype=frame[name].dtype)
    return treated


@pytest.mark.parametrize("engine", ["pmmlkit", "jpmml", "pmml4s"])
@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("name", CASES)
def test_engines_follow_the_domains(
    name: str, kind: str, engine: str, request: pytest.FixtureRequest
) -> None:
    oracle: Oracle | None = None if engine == "pmmlkit" else request.getfixturevalue(engine)
    said = {**ALWAYS, **CASES[name]}
    model, y = MODELS[kind]
    pipeline = make_pipeline(ENCODED, model).fit(TRAINING, y)
    assert_predicts(
        pipeline,
        UNUSUAL,
        y,
        expected=expected_of(pipeline, _treated(UNUSUAL, said), y.name),
        oracle=oracle,
        case=f"fields.{name}.{kind}",
        fields={column: domain for column, (domain, _) in said.items()},
    )


def _fitted(steps: Any = ENCODED, model: Any = None, y: Any = NUMBER) -> Any:
    return make_pipeline(steps, model or LinearRegression()).fit(TRAINING, y)


def _parts(document: Any) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    (model,) = document.root.models
    local = model.local_transformations
    derived = [] if local is None else [field.name for field in local.derived_fields]
    return (
        {field.name: field for field in document.root.data_dictionary.data_fields},
        {field.name: field for field in model.mining_schema.mining_fields},
        [name for name in derived if name != "code(size)"],
    )


@pytest.mark.parametrize(
    ("domain", "refused"),
    [
        (Continuous(low=0, high=120), [-5.0, 140.0, -999.0]),
        (Continuous(low=0), [-5.0, -999.0]),
        (Continuous(high=120, invalid="refuse"), [140.0]),
        (Continuous(missing="refuse", missing_values=[-999]), [-999.0, None]),
        (Continuous(invalid_values=[-5, -999]), [-5.0, -999.0]),
        (Continuous(low=0, outliers="extreme", valid=(-10, 130)), [140.0, -999.0]),
    ],
)
def test_rows_are_refused(domain: Any, refused: list[Any], jpmml: Oracle) -> None:
    pipeline = _fitted(ColumnTransformer([("n", SimpleImputer(), NUMBERS)]))
    document = pmmlkit.export(pipeline, X=TRAINING, y=NUMBER, fields={"age": domain})
    assert_valid(document)
    columns = {name: [None if v != v else v for v in UNUSUAL[name].tolist()] for name in NUMBERS}
    expected = [row for row, age in enumerate(columns["age"]) if age in refused]
    found = pmmlkit.load(document).evaluate(columns, errors="column")["pmmlkit_error"]
    assert [row for row, it in enumerate(found) if it is not np.ma.masked] == expected
    result = jpmml.load(document.to_bytes()).evaluate(columns)
    assert sorted(row for row, _ in result.errors) == expected


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, None), (None, 100.0), (-0.1, 99.9)], ids=["low", "high", "no float"]
)
@pytest.mark.parametrize("outliers", ["extreme", "missing"])
@pytest.mark.parametrize("kind", ["linear", "forest"])
def test_one_limit_and_limits_that_single_precision_has_not(
    kind: str, outliers: Any, low: float | None, high: float | None, jpmml: Oracle
) -> None:
    domain = Continuous(low=low, high=high, outliers=outliers)
    treat = _number(low or -np.inf, np.inf if high is None else high, outliers)
    rows = UNUSUAL.assign(age=50.0, rooms=2, city="Oslo", size="s")
    rows["income"] = [-0.1, 99.9, -40.0, 500.0, None, np.nextafter(99.9, 200), -0.1 - 1e-15, 20.0]
    if low == 0.0:
        treat = _number(0.0, np.inf, outliers)
    model, y = MODELS[kind]
    pipeline = make_pipeline(ENCODED, model).fit(TRAINING, y)
    treated = rows.assign(income=[treat(cell) for cell in rows["income"].tolist()])
    for oracle in (None, jpmml):
        assert_predicts(
            pipeline,
            rows,
            y,
            expected=expected_of(pipeline, treated, y.name),
            oracle=oracle,
            fields={"income": domain},
        )


def test_what_is_said_goes_before_imputers() -> None:
    said = {"age": Continuous(missing=38), "income": Continuous(missing="refuse")}
    _, mining, derived = _parts(pmmlkit.export(_fitted(), X=TRAINING, y=NUMBER, fields=said))
    assert (mining["age"].missing_value_replacement, derived) == ("38", [])
    assert mining["income"].missing_value_replacement is None
    assert mining["income"].missing_value_treatment == "returnInvalid"
    # the imputer replaces what an outlier leaves behind, which no MiningField can say
    said = {"income": Continuous(missing="refuse", low=0, outliers="missing")}
    _, mining, derived = _parts(pmmlkit.export(_fitted(), X=TRAINING, y=NUMBER, fields=said))
    assert mining["income"].missing_value_replacement is None
    assert derived == ["impute(income)"]


def test_an_imputer_agrees_with_a_domain_that_says_nothing_of_missing_values() -> None:
    said = {"income": Continuous(low=0, high=100, outliers="missing")}
    _, mining, derived = _parts(pmmlkit.export(_fitted(), X=TRAINING, y=NUMBER, fields=said))
    assert float(mining["income"].missing_value_replacement) == TRAINING["income"].mean()
    assert (mining["income"].outliers, derived) == ("asMissingValues", [])


def test_a_marker_of_an_imputer_is_no_value_of_the_domain() -> None:
    imputer = SimpleImputer(missing_values=-1.0, strategy="constant", fill_value=7.0)
    pipeline = _fitted(ColumnTransformer([("n", imputer, ["age"])]))
    said = {"age": Continuous(low=0, high=99)}
    fields, mining, derived = _parts(pmmlkit.export(pipeline, X=TRAINING, y=NUMBER, fields=said))
    assert fields["age"].values == ()
    assert mining["age"].missing_value_replacement is None
    assert derived == ["impute(age)"]


def test_what_is_said_stands_in_the_dictionary() -> None:
    said = {
        "age": Continuous(low=0, high=120, display_name="Age in years", invalid_values=[99]),
        "size": Ordinal(values=SIZES, display_values={"s": "small"}, missing_values=["-"]),
        "score": Continuous(display_name="The score"),
    }
    fields, mining, _ = _parts(pmmlkit.export(_fitted(), X=TRAINING, y=NUMBER, fields=said))
    (interval,) = fields["age"].intervals
    assert (interval.closure, interval.left_margin, interval.right_margin) == (
        "closedClosed",
        0.0,
        120.0,
    )
    assert [(it.value, it.property) for it in fields["age"].values] == [("99", "invalid")]
    assert fields["age"].display_name == "Age in years"
    assert [(it.value, it.property, it.display_value) for it in fields["size"].values] == [
        ("s", "valid", "small"),
        ("m", "valid", None),
        ("l", "valid", None),
        ("-", "missing", None),
    ]
    assert fields["size"].optype == "ordinal"
    assert fields["score"].display_name == "The score"
    assert mining["age"].outliers == "asIs"


def test_whole_numbers_become_doubles_where_what_replaces_them_is_none() -> None:
    said = {"rooms": Continuous(low=1, high=5, outliers="missing", missing=2.5)}
    fields, mining, _ = _parts(pmmlkit.export(_fitted(), X=TRAINING, y=NUMBER, fields=said))
    assert fields["rooms"].data_type == "double"
    assert mining["rooms"].missing_value_replacement == "2.5"


def test_dates() -> None:
    frame = pd.DataFrame({"day": pd.to_datetime(["2020-01-01", "2021-05-05"]), "a": [1.0, 2.0]})
    pipeline = make_pipeline(
        FunctionTransformer(lambda df: df[["a"]].assign(month=df["day"].dt.month)),
        LinearRegression(),
    ).fit(frame, [1.0, 2.0])
    said = {"day": Temporal(missing="2020-02-01T00:00:00", display_name="The day")}
    document = pmmlkit.export(pipeline, X=frame, fields=said)
    assert_valid(document)
    fields, mining, _ = _parts(document)
    assert (fields["day"].data_type, fields["day"].display_name) == ("dateTime", "The day")
    assert mining["day"].missing_value_replacement == "2020-02-01T00:00:00"
    lacking = pmmlkit.load(document).evaluate({"a": 1.0, "day": None})
    stated = pmmlkit.load(document).evaluate({"a": 1.0, "day": "2020-02-01T00:00:00"})
    assert lacking == stated


REFUSING = ColumnTransformer([("c", OneHotEncoder(), ["city"]), ("r", "passthrough", ["rooms"])])


@pytest.mark.parametrize(
    ("steps", "fields", "words"),
    [
        (ENCODED, {"cities": Categorical()}, r"'cities', which is no column.*age, income"),
        (ENCODED, {"age": 5}, r"fields\['age'\] is 5"),
        (ENCODED, {"city": Continuous(low=1)}, "column is of type string"),
        (ENCODED, {"age": Temporal()}, "say data_type='date'"),
        (ENCODED, {"age": Continuous(missing="old")}, r"\['age'\], missing: .*'old'.* double"),
        (ENCODED, {"rooms": Categorical(values=["a"])}, r"\['rooms'\], values: .*'a'.*integer"),
        (ENCODED, {"size": Ordinal()}, "say values= in their order"),
        (ENCODED, {"rooms": Ordinal(values=[3, 1, 2])}, "do not rise"),
        (ENCODED, {"age": Categorical(invalid="missing")}, "needs values="),
        (ENCODED, {"score": Continuous(low=1)}, "is the target"),
        (REFUSING, {"city": Categorical(values=[*CITIES, "Ulm"])}, "lets 'Ulm' pass"),
        (REFUSING, {"city": Categorical(missing="Ulm")}, "lets 'Ulm' pass"),
        (REFUSING, {"city": Categorical(invalid="Ulm")}, "lets 'Ulm' pass"),
        (REFUSING, {"city": Categorical(invalid="asIs")}, "lets invalid values pass"),
        (REFUSING, {"city": Categorical(invalid="missing")}, "say missing="),
    ],
)
def test_contradictions_are_errors(steps: Any, fields: dict[str, Any], words: str) -> None:
    pipeline = _fitted(steps)
    with pytest.raises(ExportError, match=words):
        pmmlkit.export(pipeline, X=TRAINING, y=NUMBER, fields=fields)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Continuous(low=3, high=1), "3 is above 1"),
        (lambda: Continuous(low=float("inf")), "no finite number"),
        (lambda: Continuous(outliers="extreme"), "needs low= or high="),
        (
            lambda: Continuous(low=1, outliers="clip"),  # type: ignore[arg-type]  # what is tested
            "choose one of extreme, missing, asIs",
        ),
        (lambda: Continuous(low=1, valid=(0, 2)), "say outliers="),
        (lambda: Continuous(valid=(None, None)), "needs an end"),
        (lambda: Continuous(missing_values="NA"), "a list is needed"),
        (lambda: Categorical(values=[]), "is empty"),
        (lambda: Categorical(values=["a", "a"]), "holds 'a' twice"),
        (lambda: Categorical(values=["a"], missing_values=["a"]), "in values= and in missing"),
        (lambda: Categorical(data_type="text"), "PMML has string"),
        (lambda: Categorical(missing=object()), "cannot be written"),
    ],
)
def test_domains_that_contradict_themselves(make: Callable[[], Any], words: str) -> None:
    with pytest.raises(ExportError, match=words):
        make()


@pytest.mark.parametrize(
    ("domain", "option"),
    [
        (Continuous(missing=1), "missing"),
        (Continuous(missing="refuse"), "missing"),
        (Continuous(low=1, invalid="missing"), "invalid"),
        (Continuous(low=1, outliers="extreme"), "outliers"),
    ],
)
def test_what_a_document_of_transformations_cannot_say(domain: Any, option: str) -> None:
    scaler = StandardScaler().fit(TRAINING[["age"]])
    with pytest.raises(ExportError, match=f"{option}= is said by a model"):
        pmmlkit.export(scaler, X=TRAINING[["age"]], fields={"age": domain})


def test_what_a_document_of_transformations_says() -> None:
    scaler = StandardScaler().fit(TRAINING[["age"]])
    said = {"age": Continuous(low=0, high=120, missing_values=[-999])}
    document = pmmlkit.export(scaler, X=TRAINING[["age"]], fields=said)
    assert_valid(document)
    model = pmmlkit.load(document)
    assert model.transform({"age": -999.0}) == {"standardize(age)": None}
    with pytest.raises(pmmlkit.EvaluationError, match="outside"):
        model.transform({"age": 121.0})


def test_domains_are_proposed_from_data() -> None:
    proposed = pmmlkit.domains(TRAINING)
    assert proposed["city"] == Categorical(values=CITIES)
    ages = TRAINING["age"]
    assert proposed["age"] == Continuous(low=ages.min(), high=ages.max())
    assert pmmlkit.domains(TRAINING, outliers="extreme")["age"] == Continuous(
        low=ages.min(), high=ages.max(), outliers="extreme"
    )
    assert pmmlkit.domains(np.array([[1.0], [np.nan]])) == {"x1": Continuous(low=1.0, high=1.0)}
    assert pmmlkit.domains(pd.DataFrame({"a": [None, None]})) == {}
    pipeline = _fitted()
    inferred = pmmlkit.export(pipeline, X=TRAINING, y=NUMBER, fields="infer")
    assert inferred == pmmlkit.export(pipeline, X=TRAINING, y=NUMBER, fields=proposed)
    with pytest.raises(ExportError, match="pass X="):
        pmmlkit.export(pipeline, fields="infer")
    wanted = Expected(numbers={"score": pipeline.predict(TRAINING)})
    assert_predicts(pipeline, TRAINING, NUMBER, expected=wanted, fields="infer")


def test_verification_rows_are_those_that_no_domain_treats() -> None:
    pipeline = _fitted()
    rows = TRAINING.head(4).assign(age=[25.0, 200.0, np.nan, 50.0])
    said = {"age": Continuous(low=0, high=120, outliers="extreme", missing=38)}
    options = {"X": TRAINING, "y": NUMBER, "fields": said}
    document = pmmlkit.export(pipeline, verification=rows, **options)
    verification = document.root.models[0].model_verification
    assert verification is not None
    assert verification.record_count == 2
    assert pmmlkit.load(document).verify().ok
    with pytest.raises(ExportError, match="each of the verification rows"):
        pmmlkit.export(pipeline, verification=rows[1:3], **options)


def test_columns_that_the_estimator_was_not_fitted_on_are_left_out() -> None:
    model = LinearRegression().fit(TRAINING[NUMBERS], NUMBER)
    document = pmmlkit.export(model, X=TRAINING, y=NUMBER, verification=3)
    assert list(_parts(document)[0]) == [*NUMBERS, "score"]
    assert document == pmmlkit.export(model, X=TRAINING[NUMBERS[::-1]], y=NUMBER, verification=3)


def test_unions_of_imputed_columns_keep_the_domain() -> None:
    steps = make_union(SimpleImputer(), SimpleImputer(strategy="constant", fill_value=1.0))
    pipeline = make_pipeline(steps, LinearRegression()).fit(TRAINING[["income"]], NUMBER)
    rows = UNUSUAL[["income"]]
    said = {"income": Continuous(low=0, high=100, outliers="missing")}
    treated = rows.assign(income=[_number(0, 100, "missing")(it) for it in rows["income"]])
    wanted = expected_of(pipeline, treated, "score")
    assert_predicts(pipeline, rows, NUMBER, expected=wanted, fields=said)
