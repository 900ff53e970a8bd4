"""Each estimator over each preprocessing and data set: what the document says, against scikit-learn
itself.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import pmmlkit
from pmmlkit.language.document import Document
from pmmlkit.parity.oracles import Oracle

pd = pytest.importorskip("pandas")
pytest.importorskip("sklearn")

from sklearn import datasets  # noqa: E402
from sklearn.compose import ColumnTransformer, make_column_selector  # noqa: E402
from sklearn.ensemble import (  # noqa: E402
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer  # noqa: E402
from sklearn.linear_model import (  # noqa: E402
    ElasticNet,
    Lasso,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    Ridge,
)
from sklearn.pipeline import FeatureUnion, make_pipeline  # noqa: E402
from sklearn.preprocessing import (  # noqa: E402
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)
from sklearn.tree import (  # noqa: E402
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
)

ROWS = 90
TOLERANCE = 1e-12

Make = Callable[[], Any]


@dataclass(frozen=True)
class Data:
    """Rows, and a target for each kind of model. Numbers are eighths, which every engine holds
    exactly.
    """

    X: Any
    classes: Any
    number: Any


def _eighths(X: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    return np.round(X * 8.0) / 8.0


def _sample(X: npt.NDArray[Any], y: npt.NDArray[Any]) -> tuple[Any, Any]:
    rows = np.random.default_rng(7).permutation(len(X))[:ROWS]
    return _eighths(X[rows]), y[rows]


@cache
def _iris() -> Data:
    X, y = _sample(*datasets.load_iris(return_X_y=True))
    return Data(X, np.array(["setosa", "versi color", "virginica"])[y], X[:, 0] + 3.0 * y)


@cache
def _wine() -> Data:
    X, y = _sample(*datasets.load_wine(return_X_y=True))
    frame = pd.DataFrame(X, columns=datasets.load_wine().feature_names)
    return Data(frame, pd.Series(y, name="cultivar"), pd.Series(X[:, 0] * X[:, 1], name="product"))


@cache
def _breast_cancer() -> Data:
    X, y = _sample(*datasets.load_breast_cancer(return_X_y=True))
    return Data(X[:, :8], y == 1, X[:, 3] / 100.0)


@cache
def _diabetes() -> Data:
    X, y = datasets.load_diabetes(return_X_y=True)
    X, y = _sample(X * 1000.0, y)
    return Data(X, np.where(y > 140.0, 2.0, -1.0), y)


@cache
def _mixed() -> Data:
    """Numbers, integers, booleans and text, with missing cells."""
    random = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "mass": _eighths(random.normal(40.0, 9.0, ROWS)),
            "depth": _eighths(random.gamma(2.0, 8.0, ROWS)),
            "year": random.integers(2001, 2010, ROWS),
            "island": random.choice(["Biscoe", "Dream", "Torgersen & co"], ROWS),
            "sex": random.choice(["female", "male"], ROWS),
            "adult": random.random(ROWS) < 0.6,
        }
    )
    signal = frame["mass"] + 3.0 * (frame["island"] == "Dream") - 4.0 * (frame["sex"] == "male")
    number = signal + frame["year"] - 2000.0 + random.normal(0.0, 2.0, ROWS)
    frame.loc[random.random(ROWS) < 0.15, "mass"] = np.nan
    frame.loc[random.random(ROWS) < 0.1, "depth"] = np.nan
    frame["island"] = frame["island"].where(random.random(ROWS) > 0.1)
    frame["sex"] = frame["sex"].where(random.random(ROWS) > 0.1)
    species = np.digitize(number, np.quantile(number, [0.3, 0.7]))
    return Data(
        frame,
        pd.Series(np.array(["Adelie", "Chinstrap", "Gentoo"])[species], name="species"),
        pd.Series(number, name="weight"),
    )


NUMERIC: Mapping[str, Callable[[], Data]] = {
    "iris": _iris,
    "wine": _wine,
    "breast_cancer": _breast_cancer,
    "diabetes": _diabetes,
}

NUMBERS = ["mass", "depth", "year"]
TEXTS = ["island", "sex"]

NUMERIC_STEPS: Mapping[str, Callable[[], list[Any]]] = {
    "none": list,
    "standard": lambda: [StandardScaler()],
    "shift_only": lambda: [StandardScaler(with_std=False), MaxAbsScaler()],
    "min_max": lambda: [MinMaxScaler(feature_range=(-1, 2), clip=True)],
    "robust": lambda: [RobustScaler(), FunctionTransformer(np.tanh)],
    "functions": lambda: [FunctionTransformer(np.abs), FunctionTransformer(np.log1p)],
    "polynomial": lambda: [
        ColumnTransformer([("few", "passthrough", slice(0, 3))]),
        MaxAbsScaler(),
        PolynomialFeatures(3, include_bias=True),
    ],
    "interaction": lambda: [PolynomialFeatures(2, interaction_only=True, include_bias=False)],
    "bins": lambda: [KBinsDiscretizer(3, encode="onehot-dense", strategy="uniform")],
    "bin_numbers": lambda: [KBinsDiscretizer(4, encode="ordinal", strategy="uniform")],
    "union": lambda: [
        FeatureUnion(
            [("scaled", StandardScaler()), ("plain", "passthrough"), ("not", "drop")],
            transformer_weights={"scaled": 0.5},
        )
    ],
    "selected": lambda: [
        ColumnTransformer(
            [("scale", StandardScaler(), [0, -1]), ("gone", "drop", [2])], remainder="passthrough"
        )
    ],
}


def _imputed(*numeric: Any, encoder: Any) -> Any:
    return ColumnTransformer(
        [
            ("num", make_pipeline(SimpleImputer(), *numeric), NUMBERS),
            ("cat", make_pipeline(SimpleImputer(strategy="most_frequent"), encoder), TEXTS),
            ("bool", "passthrough", ["adult"]),
        ]
    )


MIXED_STEPS: Mapping[str, Make] = {
    "one_hot": lambda: _imputed(StandardScaler(), encoder=OneHotEncoder(handle_unknown="ignore")),
    "one_hot_drop": lambda: _imputed(encoder=OneHotEncoder(drop="first")),
    "one_hot_binary": lambda: _imputed(
        encoder=OneHotEncoder(drop="if_binary", sparse_output=False)
    ),
    "one_hot_missing": lambda: ColumnTransformer(
        [
            ("cat", OneHotEncoder(handle_unknown="ignore"), TEXTS),
            ("num", SimpleImputer(strategy="median", add_indicator=True), ["mass", "depth"]),
        ]
    ),
    "infrequent": lambda: _imputed(
        encoder=OneHotEncoder(max_categories=2, handle_unknown="infrequent_if_exist")
    ),
    "ordinal": lambda: _imputed(encoder=OrdinalEncoder()),
    "ordinal_missing": lambda: ColumnTransformer(
        [
            (
                "cat",
                OrdinalEncoder(
                    handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2
                ),
                make_column_selector(dtype_include=[object, "str"]),
            ),
            ("num", SimpleImputer(strategy="constant", fill_value=-7.5), NUMBERS),
        ],
        remainder="passthrough",
    ),
    "scaled_one_hot": lambda: make_pipeline(
        _imputed(encoder=OneHotEncoder(handle_unknown="ignore", sparse_output=False)),
        StandardScaler(),
    ),
    "crossed": lambda: make_pipeline(
        _imputed(StandardScaler(), encoder=OneHotEncoder(sparse_output=False)),
        PolynomialFeatures(2, include_bias=False),
    ),
}

CLASSIFIERS: Mapping[str, Make] = {
    "logistic": lambda: LogisticRegression(max_iter=300, C=0.1),
    "logistic_origin": lambda: LogisticRegression(max_iter=300, fit_intercept=False, C=0.05),
    "decision_tree": lambda: DecisionTreeClassifier(max_depth=4, random_state=1),
    "extra_tree": lambda: ExtraTreeClassifier(max_depth=5, random_state=2),
    "random_forest": lambda: RandomForestClassifier(5, max_depth=4, random_state=3),
    "weighted_forest": lambda: RandomForestClassifier(
        4, class_weight="balanced", max_leaf_nodes=7, random_state=3
    ),
    "extra_trees": lambda: ExtraTreesClassifier(5, max_depth=4, random_state=4),
    "boosting": lambda: GradientBoostingClassifier(n_estimators=4, max_depth=2, random_state=5),
    "boosting_zero": lambda: GradientBoostingClassifier(
        n_estimators=3, init="zero", random_state=5
    ),
    "hist_boosting": lambda: HistGradientBoostingClassifier(
        max_iter=4, max_leaf_nodes=6, min_samples_leaf=5
    ),
}

REGRESSORS: Mapping[str, Make] = {
    "linear": LinearRegression,
    "ridge": Ridge,
    "lasso": lambda: Lasso(alpha=0.5, max_iter=20_000, tol=1e-2),
    "elastic_net": lambda: ElasticNet(alpha=0.5, max_iter=20_000, tol=1e-2),
    "poisson": lambda: PoissonRegressor(alpha=10.0, max_iter=50),
    "decision_tree": lambda: DecisionTreeRegressor(max_depth=5, random_state=1),
    "extra_tree": lambda: ExtraTreeRegressor(max_depth=5, random_state=2),
    "random_forest": lambda: RandomForestRegressor(5, max_depth=4, random_state=3),
    "extra_trees": lambda: ExtraTreesRegressor(5, max_depth=4, random_state=4),
    "boosting": lambda: GradientBoostingRegressor(n_estimators=5, random_state=5),
    "boosting_huber": lambda: GradientBoostingRegressor(
        n_estimators=3, loss="huber", init="zero", random_state=5
    ),
    "hist_boosting": lambda: HistGradientBoostingRegressor(max_iter=4, min_samples_leaf=5),
    "hist_boosting_log": lambda: HistGradientBoostingRegressor(
        max_iter=4, loss="poisson", min_samples_leaf=5
    ),
}

NEED_POSITIVE = ("poisson", "hist_boosting_log")


@dataclass(frozen=True)
class Case:
    """One pipeline to train, export and score."""

    estimator: str
    steps: str
    data: str
    classifies: bool

    @property
    def name(self) -> str:
        """The name of the test."""
        return f"{self.estimator}-{self.steps}-{self.data}-{'c' if self.classifies else 'r'}"


def _cases() -> Iterator[Case]:
    """Yield all combinations in a full run, else all pairs of estimator and steps over some data
    set.
    """
    full = os.environ.get("PMMLKIT_FULL") == "1"
    names = list(NUMERIC)
    for classifies, estimators in ((True, CLASSIFIERS), (False, REGRESSORS)):
        for number, estimator in enumerate(estimators):
            for at, steps in enumerate(NUMERIC_STEPS):
                chosen = names if full else [names[(number + at) % len(names)]]
                # a slice: each estimator meets a third of the steps, each of the steps a third of
                # them
                if full or (number + at) % 3 == 0:
                    yield from (Case(estimator, steps, data, classifies) for data in chosen)
            for at, steps in enumerate(MIXED_STEPS):
                if full or (number + at) % 2 == 0:
                    yield Case(estimator, steps, "mixed", classifies)


@dataclass(frozen=True)
class Trained:
    """What scikit-learn says of the rows, and the document."""

    document: Document
    table: Any
    target: str
    labels: tuple[Any, ...]
    predicted: npt.NDArray[Any]
    shares: npt.NDArray[np.float64] | None
    on_threshold: npt.NDArray[np.bool_]


@cache
def _trained(case: Case) -> Trained:
    if case.data == "mixed":
        data = _mixed()
        steps = [MIXED_STEPS[case.steps]()]
    else:
        data = NUMERIC[case.data]()
        steps = NUMERIC_STEPS[case.steps]()
    makers = CLASSIFIERS if case.classifies else REGRESSORS
    y = data.classes if case.classifies else data.number
    if case.estimator in NEED_POSITIVE:
        y = abs(y) / 10.0 + 0.5
    pipeline = make_pipeline(*steps, makers[case.estimator]())
    with warnings.catch_warnings():
        # how well the training goes is not what is tested
        warnings.simplefilter("ignore")
        pipeline.fit(data.X, y)
    shares = pipeline.predict_proba(data.X) if case.classifies else None
    document = pmmlkit.export(pipeline, X=data.X, y=y)
    target = document.root.data_dictionary.data_fields[-1].name
    labels = tuple(pipeline.classes_.tolist()) if case.classifies else ()
    predicted = pipeline.predict(data.X)
    ties = _on_threshold(pipeline, data.X)
    return Trained(document, data.X, target, labels, predicted, shares, ties)


def _on_threshold(pipeline: Any, X: Any) -> npt.NDArray[np.bool_]:
    """Tell which rows meet a threshold exactly, as float32, somewhere in the trees."""
    members = np.ravel(getattr(pipeline[-1], "estimators_", [pipeline[-1]])).tolist()
    Z = pipeline[:-1].transform(X) if len(pipeline) > 1 else X
    Z = np.asarray(Z.toarray() if hasattr(Z, "toarray") else Z, np.float32)
    found = np.zeros(len(Z), bool)
    for tree in (member.tree_ for member in members if hasattr(member, "tree_")):
        inner = tree.feature >= 0
        for feature, threshold in zip(tree.feature[inner], tree.threshold[inner], strict=True):
            found |= np.abs(Z[:, feature] - np.float32(threshold)) <= np.spacing(
                np.float32(abs(threshold))
            )
    return found


def _columns(table: Any) -> dict[str, list[Any]]:
    if hasattr(table, "columns"):
        return {
            name: [None if value != value else value for value in table[name].tolist()]
            for name in table
        }
    return {f"x{at}": column.tolist() for at, column in enumerate(table.T, 1)}


def _check(trained: Trained, columns: Mapping[str, Any], rows: Any = slice(None)) -> None:
    """Compare the columns of a result with what scikit-learn said, in these rows."""
    found = np.array(columns[trained.target], object)[rows]
    expected = trained.predicted[rows]
    if trained.shares is None:
        scale = np.abs(trained.predicted).max()
        np.testing.assert_allclose(
            found.astype(float), expected, rtol=TOLERANCE, atol=TOLERANCE * scale
        )
        return
    names = [f"probability({_text(label)})" for label in trained.labels]
    shares = np.array([columns[name] for name in names], float).T[rows]
    np.testing.assert_allclose(shares, trained.shares[rows], rtol=1e-10, atol=TOLERANCE)
    best = np.sort(trained.shares[rows], axis=1)
    clear = best[:, -1] - best[:, -2] > TOLERANCE
    pairs = zip(found[clear].tolist(), expected[clear].tolist(), strict=True)
    wrong = [pair for pair in pairs if not _same(*pair)]
    assert not wrong, f"{len(wrong)} labels differ, first {wrong[0][0]!r}, not {wrong[0][1]!r}"


def _same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and bool(left == right)


def _text(label: Any) -> str:
    if isinstance(label, bool):
        return "true" if label else "false"
    whole = isinstance(label, float) and label.is_integer()
    return str(int(label)) if whole else str(label)


CASES = list(_cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_pmmlkit_scores_as_scikit_learn(case: Case) -> None:
    trained = _trained(case)
    model = pmmlkit.load(trained.document)
    _check(trained, model.evaluate(_columns(trained.table)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_oracle_scores_as_scikit_learn(case: Case, oracle: Oracle) -> None:
    trained = _trained(case)
    result = oracle.evaluate(trained.document.to_bytes(), _columns(trained.table))
    assert result.errors == []
    # PMML4S compares float fields as doubles, with thresholds that were read as doubles.
    rows = ~trained.on_threshold if oracle.name == "pmml4s" else slice(None)
    _check(trained, result.columns, rows)
