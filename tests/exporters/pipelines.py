"""The parts of pipelines that the matrix puts together: data sets, preprocessing, estimators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from sklearn import datasets
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    ElasticNet,
    HuberRegressor,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    Ridge,
    RidgeClassifier,
    SGDClassifier,
)
from sklearn.mixture import GaussianMixture
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import BernoulliNB, GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor, NearestCentroid
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    PowerTransformer,
    RobustScaler,
    SplineTransformer,
    StandardScaler,
    TargetEncoder,
)
from sklearn.svm import SVC, SVR, LinearSVC, OneClassSVM
from sklearn.tree import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
)

__all__ = [
    "ESTIMATORS",
    "SOURCES",
    "STEPS_OF_NUMBERS",
    "VARIANTS",
    "WIDER",
    "rows_and_target",
    "steps",
]

ROWS = 90

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


STEPS_OF_NUMBERS: Mapping[str, Callable[[], list[Any]]] = {
    "plain": list,
    "standard": lambda: [StandardScaler()],
    "shifted": lambda: [StandardScaler(with_std=False), MaxAbsScaler()],
    "min_max": lambda: [MinMaxScaler(feature_range=(-1, 2), clip=True)],
    "robust": lambda: [RobustScaler(), FunctionTransformer(np.tanh)],
    "functions": lambda: [FunctionTransformer(np.abs), FunctionTransformer(np.log1p)],
    "power": lambda: [PowerTransformer()],
}
"""What happens to columns of numbers."""


def _frequent() -> Any:
    return SimpleImputer(strategy="most_frequent")


WORDS: Mapping[str, Callable[[], list[Any]]] = {
    "one_hot": lambda: [
        ("imputed", make_pipeline(_frequent(), OneHotEncoder(handle_unknown="ignore")), ["island"]),
        ("missing", OneHotEncoder(handle_unknown="ignore"), ["sex"]),
    ],
    "dropped": lambda: [
        (
            "rare",
            OneHotEncoder(max_categories=2, handle_unknown="infrequent_if_exist"),
            ["island"],
        ),
        ("binary", make_pipeline(_frequent(), OneHotEncoder(drop="if_binary")), ["sex"]),
    ],
    "codes": lambda: [
        (
            "unknown",
            OrdinalEncoder(
                handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2
            ),
            ["island"],
        ),
        ("known", make_pipeline(_frequent(), OrdinalEncoder()), ["sex"]),
    ],
    "target": lambda: [("cat", TargetEncoder(cv=3, random_state=0), TEXTS)],
}
"""What happens to the columns of text of the mixed data set."""


def _few(transformer: Any) -> Any:
    return ColumnTransformer([("few", transformer, slice(0, 3))], remainder="passthrough")


WIDER: Mapping[str, Callable[[], list[Any]]] = {
    "as_is": list,
    "crossed": lambda: [MaxAbsScaler(), _few(PolynomialFeatures(3))],
    "interactions": lambda: [
        _few(PolynomialFeatures(2, interaction_only=True, include_bias=False))
    ],
    "bins": lambda: [
        ColumnTransformer(
            [
                ("dense", _bins("onehot-dense"), slice(0, 2)),
                ("numbers", _bins("ordinal"), slice(1, 4)),
            ]
        )
    ],
    "union": lambda: [
        FeatureUnion(
            [("scaled", StandardScaler()), ("plain", "passthrough"), ("not", "drop")],
            transformer_weights={"scaled": 0.5},
        )
    ],
    "components": lambda: [StandardScaler(), PCA(3)],
    "splines": lambda: [_few(SplineTransformer(3, degree=2)), FunctionTransformer()],
}
"""What is made of all columns after that."""


def _bins(encode: str) -> Any:
    return KBinsDiscretizer(3, encode=encode, strategy="uniform")


def steps(source: str, numbers: str, wider: str) -> list[Any]:
    """Return new transformers for the rows of a source."""
    made = STEPS_OF_NUMBERS[numbers]()
    if source in WORDS:
        made = [
            ColumnTransformer(
                [
                    ("num", make_pipeline(SimpleImputer(), *made), NUMBERS),
                    *WORDS[source](),
                    ("bool", "passthrough", ["adult"]),
                ],
                sparse_threshold=0,
            )
        ]
    return [*made, *WIDER[wider]()]


CLASSIFIERS: dict[str, Make] = {
    "logistic": lambda: LogisticRegression(max_iter=300, C=0.1),
    "logistic_origin": lambda: LogisticRegression(max_iter=300, fit_intercept=False, C=0.05),
    "ridge": RidgeClassifier,
    "gradient_descent": lambda: SGDClassifier(random_state=0, max_iter=50, tol=None),
    "one_vs_rest": lambda: OneVsRestClassifier(LinearSVC(random_state=0, max_iter=200)),
    "svc": SVC,
    "normal_bayes": GaussianNB,
    "bernoulli_bayes": lambda: BernoulliNB(binarize=0.4),
    "linear_discriminant": lambda: LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.3),
    # which refuses columns that are the same but for their scale
    "quadratic_discriminant": lambda: make_pipeline(PCA(2), QuadraticDiscriminantAnalysis()),
    "neighbors": lambda: KNeighborsClassifier(4),
    "centroid": NearestCentroid,
    "network": lambda: MLPClassifier((4,), solver="lbfgs", max_iter=20, random_state=0),
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
    "ada_boost": lambda: AdaBoostClassifier(n_estimators=4, random_state=0),
    "bagging": lambda: BaggingClassifier(_tree(), 3, max_features=0.7, random_state=0),
    "voting": lambda: VotingClassifier([("line", _line()), ("tree", _tree())], voting="soft"),
    "stacking": lambda: StackingClassifier([("line", _line()), ("tree", _tree())], _line(), cv=2),
    "calibrated": lambda: CalibratedClassifierCV(_line(), cv=2),
}

REGRESSORS: dict[str, Make] = {
    "linear": LinearRegression,
    "ridge": Ridge,
    "elastic_net": lambda: ElasticNet(alpha=0.5, max_iter=20_000, tol=1e-2),
    "poisson": lambda: PoissonRegressor(alpha=10.0, max_iter=50),
    "huber": lambda: HuberRegressor(max_iter=50),
    "svr": lambda: SVR(C=10.0),
    "components": lambda: PLSRegression(2),
    "neighbors": lambda: KNeighborsRegressor(3),
    "network": lambda: MLPRegressor(
        hidden_layer_sizes=(4,), solver="lbfgs", max_iter=20, random_state=0
    ),
    "gaussian_process": lambda: GaussianProcessRegressor(alpha=1.0, optimizer=None),
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
    "ada_boost": lambda: AdaBoostRegressor(n_estimators=4, random_state=0),
    "bagging": lambda: BaggingRegressor(DecisionTreeRegressor(max_depth=3), 3, random_state=0),
    "voting": lambda: VotingRegressor(_parts()),
    "stacking": lambda: StackingRegressor(_parts(), Ridge(), cv=2),
    "log_target": lambda: TransformedTargetRegressor(Ridge(), func=np.log, inverse_func=np.exp),
}

OTHERS: dict[str, Make] = {
    "k_means": lambda: KMeans(3, n_init=1, random_state=0),
    "mixture": lambda: GaussianMixture(2, covariance_type="diag", reg_covar=0.1, random_state=0),
    "isolation_forest": lambda: IsolationForest(n_estimators=5, random_state=0),
    "one_class": lambda: OneClassSVM(nu=0.2),
}

VARIANTS = (
    "logistic_origin",
    "weighted_forest",
    "boosting_zero",
    "boosting_huber",
    "extra_tree",
    "extra_trees",
)
"""What only a full run takes: the documents of others are of the same kind."""

NEED_POSITIVE = ("poisson", "hist_boosting_log", "log_target")
"""Regressors of numbers above 0."""


def _line() -> Any:
    return LogisticRegression(max_iter=300, C=0.1)


def _tree() -> Any:
    return DecisionTreeClassifier(max_depth=3, random_state=0)


def _parts() -> list[tuple[str, Any]]:
    return [("line", Ridge()), ("tree", DecisionTreeRegressor(max_depth=3, random_state=0))]


def _of(package: str, name: str, **options: Any) -> Make:
    return lambda: getattr(pytest.importorskip(package), name)(**options)


BOOSTERS: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    "xgboost": ("xgboost", "XGB", {"n_estimators": 4, "max_depth": 3, "n_jobs": 1}),
    "lightgbm": (
        "lightgbm",
        "LGBM",
        {"n_estimators": 4, "num_leaves": 5, "min_child_samples": 5, "n_jobs": 1, "verbose": -1},
    ),
    "catboost": (
        "catboost",
        "CatBoost",
        {
            "iterations": 4,
            "depth": 3,
            "verbose": False,
            "allow_writing_files": False,
            "thread_count": 1,
        },
    ),
    "explainable": (
        "interpret.glassbox",
        "ExplainableBoosting",
        {"max_rounds": 8, "outer_bags": 1, "interactions": 1, "max_bins": 8, "n_jobs": 1},
    ),
}
"""Package, how its estimators are called, and what keeps them small."""

for _name, (_package, _prefix, _options) in BOOSTERS.items():
    CLASSIFIERS[_name] = _of(_package, f"{_prefix}Classifier", **_options)
    REGRESSORS[_name] = _of(_package, f"{_prefix}Regressor", **_options)

NEED_CODES = ("xgboost",)
"""Classifiers of 0, 1, 2 ... alone."""

ESTIMATORS: Mapping[str, Mapping[str, Make]] = {
    "classes": CLASSIFIERS,
    "number": REGRESSORS,
    "none": OTHERS,
}
"""Estimators by what they learn: the field of `Data`, or none."""

SOURCES = (*NUMERIC, *WORDS)
"""A numeric data set, or a treatment of the words of the mixed one."""


def rows_and_target(source: str, learns: str, estimator: str) -> tuple[Any, Any]:
    """Return the rows of a source and what an estimator learns of them, None without a target."""
    data = _mixed() if source in WORDS else NUMERIC[source]()
    if learns == "none":
        return data.X, None
    if learns == "classes":
        codes = np.unique(data.classes, return_inverse=True)[1]
        return data.X, codes if estimator in NEED_CODES else data.classes
    return data.X, abs(data.number) / 10.0 + 0.5 if estimator in NEED_POSITIVE else data.number
