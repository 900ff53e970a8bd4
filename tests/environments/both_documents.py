"""Train pipelines and write each as a document twice, by pmmlkit and by sklearn2pmml.

Runs in the environment of sklearn2pmml: ``python both_documents.py FOLDER [NAME ...]``; without
arguments it lists the names. Of each pipeline the folder gets NAME.ours.pmml, NAME.theirs.pmml and
NAME.json: the rows, and what scikit-learn says of them.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    ElasticNet,
    HuberRegressor,
    Lasso,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    Ridge,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

ROWS = 120
NUMBERS = ["mass", "depth"]
WORDS = ["island", "sex"]

Make = Callable[[], Any]


@cache
def iris() -> tuple[Any, Any, Any]:
    """Return rows of four numbers, their species and a number to learn."""
    X, y = datasets.load_iris(return_X_y=True)
    chosen = np.random.default_rng(7).permutation(len(X))[:ROWS]
    rows = np.round(X[chosen] * 8.0) / 8.0
    frame = pd.DataFrame(
        rows, columns=["sepal_length", "sepal_width", "petal_length", "petal_width"]
    )
    species = np.array(["setosa", "versicolor", "virginica"], object)[y[chosen]]
    number = rows[:, 0] * rows[:, 1] + y[chosen]
    return frame, pd.Series(species, name="species"), pd.Series(number, name="area")


@cache
def penguins() -> tuple[Any, Any, Any]:
    """Return rows of numbers and text with missing cells, two classes and a number to learn."""
    random = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "mass": np.round(random.normal(40.0, 9.0, ROWS) * 8.0) / 8.0,
            "depth": np.round(random.gamma(2.0, 8.0, ROWS) * 8.0) / 8.0,
            "island": random.choice(["Biscoe", "Dream", "Torgersen"], ROWS).astype(object),
            "sex": random.choice(["female", "male"], ROWS).astype(object),
        }
    )
    number = frame["mass"] + 3.0 * (frame["island"] == "Dream") - 4.0 * (frame["sex"] == "male")
    number = number + random.normal(0.0, 2.0, ROWS) + 20.0
    frame.loc[random.random(ROWS) < 0.15, "mass"] = np.nan
    frame.loc[random.random(ROWS) < 0.1, "sex"] = np.nan
    kind = np.where(number > number.median(), "heavy", "light").astype(object)
    return frame, pd.Series(kind, name="kind"), pd.Series(number, name="weight")


def _one_hot(*numeric: Any) -> Any:
    words = make_pipeline(
        SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")
    )
    numbers = make_pipeline(SimpleImputer(), *numeric)
    return ColumnTransformer([("num", numbers, NUMBERS), ("cat", words, WORDS)])


def _codes() -> Any:
    words = make_pipeline(SimpleImputer(strategy="most_frequent"), OrdinalEncoder())
    median = SimpleImputer(strategy="median")
    return ColumnTransformer([("num", median, NUMBERS), ("cat", words, WORDS)])


def _line() -> Any:
    return LogisticRegression(max_iter=500)


def _tree() -> Any:
    return DecisionTreeClassifier(max_depth=3, random_state=0)


def _parts() -> list[tuple[str, Any]]:
    return [("line", LinearRegression()), ("tree", DecisionTreeRegressor(max_depth=3))]


FOREST = {"n_estimators": 8, "max_depth": 5, "random_state": 0}
NETWORK: dict[str, Any] = {"solver": "lbfgs", "max_iter": 40, "random_state": 0}
HISTOGRAM: dict[str, Any] = {"max_iter": 5, "min_samples_leaf": 5}

CLASSIFIERS: Mapping[str, tuple[Callable[[], list[Any]], Make]] = {
    "logistic": (lambda: [StandardScaler()], _line),
    "logistic_mixed": (lambda: [_one_hot(StandardScaler())], _line),
    "decision_tree": (list, _tree),
    "decision_tree_mixed": (lambda: [_codes()], _tree),
    "random_forest": (list, lambda: RandomForestClassifier(**FOREST)),
    "random_forest_mixed": (lambda: [_one_hot()], lambda: RandomForestClassifier(**FOREST)),
    "extra_trees_mixed": (lambda: [_codes()], lambda: ExtraTreesClassifier(**FOREST)),
    "boosting": (list, lambda: GradientBoostingClassifier(n_estimators=5, random_state=0)),
    "boosting_mixed": (
        lambda: [_one_hot()],
        lambda: GradientBoostingClassifier(n_estimators=5, random_state=0),
    ),
    "hist_boosting_mixed": (
        lambda: [_codes()],
        lambda: HistGradientBoostingClassifier(**HISTOGRAM),
    ),
    "bagging": (list, lambda: BaggingClassifier(_tree(), 4, random_state=0)),
    "voting_mixed": (
        lambda: [_one_hot(MinMaxScaler())],
        lambda: VotingClassifier([("line", _line()), ("tree", _tree())], voting="soft"),
    ),
    "calibrated": (list, lambda: CalibratedClassifierCV(_line(), cv=2)),
    "normal_bayes": (list, GaussianNB),
    "neighbors": (lambda: [MinMaxScaler()], lambda: KNeighborsClassifier(1)),
    "discriminant": (list, LinearDiscriminantAnalysis),
    "network_mixed": (lambda: [_one_hot(StandardScaler())], lambda: MLPClassifier((5,), **NETWORK)),
    "svc_mixed": (lambda: [_one_hot(StandardScaler())], SVC),
}

REGRESSORS: Mapping[str, tuple[Callable[[], list[Any]], Make]] = {
    "linear": (list, LinearRegression),
    "linear_mixed": (lambda: [_one_hot(RobustScaler())], LinearRegression),
    "polynomial": (
        lambda: [PolynomialFeatures(2, include_bias=False), StandardScaler()],
        Ridge,
    ),
    "lasso_mixed": (lambda: [_one_hot(StandardScaler())], lambda: Lasso(alpha=0.1)),
    "elastic_net": (lambda: [MinMaxScaler()], lambda: ElasticNet(alpha=0.01)),
    "huber_mixed": (lambda: [_one_hot(StandardScaler())], HuberRegressor),
    "poisson": (lambda: [StandardScaler()], PoissonRegressor),
    "svr": (lambda: [StandardScaler()], SVR),
    "network": (
        lambda: [StandardScaler()],
        lambda: MLPRegressor(hidden_layer_sizes=(5,), **NETWORK),
    ),
    "neighbors": (lambda: [StandardScaler()], lambda: KNeighborsRegressor(1)),
    "decision_tree_mixed": (
        lambda: [_codes()],
        lambda: DecisionTreeRegressor(max_depth=5, random_state=0),
    ),
    "random_forest_mixed": (lambda: [_codes()], lambda: RandomForestRegressor(**FOREST)),
    "extra_trees": (list, lambda: ExtraTreesRegressor(**FOREST)),
    "boosting_mixed": (
        lambda: [_codes()],
        lambda: GradientBoostingRegressor(n_estimators=6, random_state=0),
    ),
    "hist_boosting": (list, lambda: HistGradientBoostingRegressor(**HISTOGRAM)),
    "ada_boost": (list, lambda: AdaBoostRegressor(n_estimators=4, random_state=0)),
    "bagging_mixed": (lambda: [_one_hot()], lambda: BaggingRegressor(n_estimators=4)),
    "voting": (list, lambda: VotingRegressor(_parts())),
    "stacking": (list, lambda: StackingRegressor(_parts(), Ridge(), cv=2)),
}


def names() -> Iterator[str]:
    """Yield the names of all pipelines."""
    yield from (f"classes-{name}" for name in CLASSIFIERS)
    yield from (f"number-{name}" for name in REGRESSORS)


def write(name: str, folder: Path) -> None:
    """Train a pipeline and write its two documents, its rows and what is expected of them."""
    from sklearn2pmml import sklearn2pmml  # type: ignore[import-not-found, unused-ignore]  # of an environment of its own
    from sklearn2pmml.pipeline import (  # type: ignore[import-not-found, unused-ignore]  # the same
        PMMLPipeline,
    )

    import pmmlkit

    kind, _, which = name.partition("-")
    make_steps, make = (CLASSIFIERS if kind == "classes" else REGRESSORS)[which]
    X, classes, number = penguins() if which.endswith("_mixed") else iris()
    y = classes if kind == "classes" else number
    parts = [*make_steps(), make()]
    pipeline = PMMLPipeline([(f"step{at}", part) for at, part in enumerate(parts)])
    pipeline.fit(X, y)
    with contextlib.redirect_stdout(sys.stderr):
        sklearn2pmml(pipeline, str(folder / f"{name}.theirs.pmml"))
    pmmlkit.export(Pipeline(pipeline.steps), folder / f"{name}.ours.pmml", X=X, y=y)
    numbers, labels = {}, {}
    if kind == "classes":
        labels[y.name] = pipeline.predict(X).tolist()
        if hasattr(pipeline, "predict_proba"):
            shares = pipeline.predict_proba(X).T.tolist()
            columns = zip(pipeline.classes_, shares, strict=True)
            numbers = {f"probability({label})": column for label, column in columns}
    else:
        numbers[y.name] = pipeline.predict(X).tolist()
    rows = {column: [_cell(value) for value in X[column].tolist()] for column in X}
    said = {"rows": rows, "labels": labels, "numbers": numbers}
    (folder / f"{name}.json").write_text(json.dumps(said), encoding="utf-8")


def _cell(value: Any) -> Any:
    return None if value != value else value


def main() -> None:
    """Write what is asked for, one line for each that is done."""
    if len(sys.argv) == 1:
        sys.stdout.writelines(f"{name}\n" for name in names())
        return
    folder, *chosen = sys.argv[1:]
    warnings.simplefilter("ignore")
    for name in chosen:
        write(name, Path(folder))
        sys.stdout.write(f"{name}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
