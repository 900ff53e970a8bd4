"""Boosters of all kinds, fitted once, and what XGBoost says of their rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xgboost

from tests.exporters.agreement import Expected

__all__ = ["CASES", "ULPS", "expected_of", "fitted"]

ROWS = 90
ULPS = 4 * 2.0**-23
"""Four units in the last place of a float32, relative."""

Fitted = tuple[Any, Any, Any]
Floats = npt.NDArray[np.float64]


@cache
def numbers() -> Floats:
    """Return eighths, which every engine holds exactly, many of them thresholds; some are
    missing.
    """
    random = np.random.default_rng(11)
    X = np.round(random.normal(size=(ROWS, 5)) * 8.0) / 8.0
    X[random.random(X.shape) < 0.12] = np.nan
    return X


@cache
def signal() -> Floats:
    X = np.nan_to_num(numbers())
    noise = np.random.default_rng(12).normal(0.0, 0.3, ROWS)
    total: Floats = X[:, 0] + X[:, 1] * X[:, 2] - X[:, 3] + noise
    return total


@cache
def frame() -> pd.DataFrame:
    """Return columns of every type, categories among them."""
    random = np.random.default_rng(13)
    X = pd.DataFrame(numbers()[:, :3], columns=["mass", "depth", "pH"])
    X["year"] = random.integers(2001, 2010, ROWS)
    X["adult"] = random.random(ROWS) < 0.6
    island = random.choice(["Biscoe", "Dréam", "Torgersen & co", "Ross"], ROWS)
    X["island"] = pd.Categorical(
        np.where(random.random(ROWS) < 0.1, np.array(None, object), island)
    )
    X["ring"] = pd.Categorical(random.choice([3, 7, 20], ROWS))
    return X


@cache
def frame_signal() -> Floats:
    X = frame()
    total: Floats = (
        signal()
        + 2.0 * (X["island"] == "Dréam").to_numpy()
        - (X["ring"] == 7).to_numpy()
        + X["adult"].to_numpy()
        + (X["year"].to_numpy() - 2005) / 4.0
    )
    return total


def _three() -> npt.NDArray[np.int64]:
    return np.digitize(signal(), [-0.5, 0.7])


def _positive() -> Floats:
    return np.exp(signal() / 2.0)


def _share() -> Floats:
    return 1.0 / (1.0 + np.exp(-signal()))


def _count() -> Floats:
    return np.floor(_positive())


def _fit(estimator: Any, y: Any, X: Any = None, **options: Any) -> Fitted:
    rows = numbers() if X is None else X
    return estimator.fit(rows, y, **options), rows, y


def _parameters(given: dict[str, Any]) -> dict[str, Any]:
    depth = {} if given.get("booster") == "gblinear" else {"max_depth": 3}
    return {"n_estimators": 7, **depth, **given}


def _regressor(objective: str, y: Callable[[], Any], **parameters: Any) -> Callable[[], Fitted]:
    made = _parameters(parameters)
    return lambda: _fit(xgboost.XGBRegressor(objective=objective, **made), y())


def _classifier(y: Callable[[], Any], **parameters: Any) -> Callable[[], Fitted]:
    made = _parameters(parameters)
    return lambda: _fit(xgboost.XGBClassifier(**made), y())


def _two() -> npt.NDArray[np.int64]:
    return (signal() > 0.2).astype(np.int64)


def _ranker(objective: str) -> Callable[[], Fitted]:
    ranker = xgboost.XGBRanker(objective=objective, n_estimators=5, max_depth=3)
    return lambda: _fit(ranker, _three(), qid=np.arange(ROWS) // 10)


def _stopped() -> Fitted:
    estimator = xgboost.XGBRegressor(n_estimators=60, early_stopping_rounds=2, learning_rate=0.9)
    X, y = numbers(), signal()
    estimator.fit(X, y, eval_set=[(X[::2], -y[::2])], verbose=False)
    assert estimator.best_iteration + 1 < estimator.get_booster().num_boosted_rounds()
    return estimator, X, y


def _of_frame(estimator: Any, y: Any) -> Fitted:
    return _fit(estimator, y, frame())


def _marked() -> Fitted:
    X = np.where(np.isnan(numbers()), -999.0, numbers())
    return _fit(xgboost.XGBRegressor(n_estimators=5, missing=-999.0), signal(), X)


def _marked_frame() -> Fitted:
    """Missing is 2005, a year, and the code of the first category."""
    X = frame()
    estimator = xgboost.XGBRegressor(n_estimators=5, enable_categorical=True, missing=0.0)
    X = X.assign(year=X["year"] - 2005)
    return _fit(estimator, frame_signal(), X)


def _codes() -> Fitted:
    """Categories as numbers in an array."""
    X = np.c_[np.random.default_rng(3).integers(0, 9, ROWS), numbers()[:, 0]].astype(np.float64)
    X[::9, 0] = np.nan
    estimator = xgboost.XGBRegressor(
        n_estimators=5, feature_types=["c", "q"], enable_categorical=True, max_cat_to_onehot=3
    )
    return _fit(estimator, signal() + np.nan_to_num(X[:, 0]) % 3, X)


def _integers() -> Fitted:
    """Whole numbers too large for a float32."""
    random = np.random.default_rng(4)
    X = np.c_[random.integers(2**24 - 20, 2**24 + 20, ROWS), random.integers(-3, 4, ROWS)]
    return _fit(xgboost.XGBRegressor(n_estimators=8), X[:, 0] % 7 + X[:, 1], X)


def _ties() -> Fitted:
    """Doubles that are thresholds once they are rounded to float32, and not before."""
    X = np.round(numbers() * 8.0) / 10.0
    return _fit(xgboost.XGBRegressor(n_estimators=8), signal(), X)


def _constant() -> Fitted:
    """Trees without a split, and a margin of exactly 0: the first class wins."""
    estimator = xgboost.XGBClassifier(n_estimators=2, min_child_weight=1e6, base_score=0.5)
    return _fit(estimator, np.arange(ROWS) % 2)


def _custom() -> Fitted:
    def squared(y: Any, margins: Any) -> Any:
        return margins - y, np.ones_like(margins)

    return _fit(xgboost.XGBClassifier(objective=squared, n_estimators=4, max_depth=2), _two())


CASES: dict[str, Callable[[], Fitted]] = {
    "squarederror": _regressor("reg:squarederror", signal),
    "squaredlogerror": _regressor("reg:squaredlogerror", _positive),
    "pseudohubererror": _regressor("reg:pseudohubererror", signal),
    "absoluteerror": _regressor("reg:absoluteerror", signal),
    "quantileerror": _regressor("reg:quantileerror", signal, quantile_alpha=0.3),
    "logistic": _regressor("reg:logistic", _share),
    "gamma": _regressor("reg:gamma", _positive),
    "tweedie": _regressor("reg:tweedie", _count),
    "poisson": _regressor("count:poisson", _count),
    "cox": _regressor("survival:cox", lambda: signal() * 5.0),
    "large base": _regressor("reg:squarederror", lambda: signal() + 1e6),
    "base score": _regressor("reg:gamma", _positive, base_score=2.5),
    "two classes": _classifier(_two),
    "logitraw": _classifier(_two, objective="binary:logitraw"),
    "hinge": _classifier(_two, objective="binary:hinge"),
    "three classes": _classifier(_three),
    "softmax": _classifier(_three, objective="multi:softmax"),
    "custom objective": _custom,
    "constant": _constant,
    "dart": _regressor("reg:squarederror", signal, booster="dart", rate_drop=0.5),
    "dart of classes": _classifier(_three, booster="dart", rate_drop=0.5),
    "linear": _regressor("reg:squarederror", signal, booster="gblinear"),
    "linear classes": _classifier(_three, booster="gblinear"),
    "linear counts": _regressor("count:poisson", _count, booster="gblinear"),
    "forest": lambda: _fit(xgboost.XGBRFRegressor(n_estimators=9, max_depth=3), signal()),
    "forest of classes": lambda: _fit(xgboost.XGBRFClassifier(n_estimators=5), _three()),
    "boosted forest": _classifier(_two, num_parallel_tree=3, subsample=0.6),
    "pruned": _regressor("reg:squarederror", signal, tree_method="exact", gamma=0.4, max_depth=6),
    "lossguide": _regressor(
        "reg:squarederror", signal, grow_policy="lossguide", max_leaves=9, max_depth=0
    ),
    "rank pairwise": _ranker("rank:pairwise"),
    "rank ndcg": _ranker("rank:ndcg"),
    "early stopping": _stopped,
    "marker": _marked,
    "marker in a frame": _marked_frame,
    "codes": _codes,
    "integers": _integers,
    "ties": _ties,
    "categories": lambda: _of_frame(
        xgboost.XGBRegressor(n_estimators=8, enable_categorical=True, max_cat_to_onehot=1),
        frame_signal(),
    ),
    "categories one-hot": lambda: _of_frame(
        xgboost.XGBClassifier(n_estimators=6, enable_categorical=True, max_cat_to_onehot=9),
        pd.Series(np.digitize(frame_signal(), [0.0, 2.0]), name="species"),
    ),
}


@cache
def fitted(case: str) -> Fitted:
    """Return the estimator of a case, its rows and its target."""
    return CASES[case]()


def expected_of(estimator: Any, X: Any, target: str = "y", ulps: float = ULPS) -> Expected:
    """Return what XGBoost says, with what may differ: nothing where no link stands behind the sum,
    else `ulps`, relative.
    """
    predicted = np.asarray(estimator.predict(X))
    if not hasattr(estimator, "predict_proba"):
        names = (
            [target] if predicted.ndim == 1 else [f"y{at + 1}" for at in range(predicted.shape[1])]
        )
        columns = predicted.reshape(len(predicted), -1).T.astype(np.float64)
        return Expected(
            numbers=dict(zip(names, columns, strict=True)),
            scales=dict.fromkeys(names, 0.0),
            relative=ulps,
        )
    if estimator.objective == "binary:logitraw":
        margins = np.asarray(estimator.predict(X, output_margin=True), np.float64)
        return Expected({target: predicted.tolist()}, {"margin": margins}, relative=ulps)
    shares = np.asarray(estimator.predict_proba(X), np.float64)
    names = [f"probability({label})" for label in range(shares.shape[1])]
    return Expected(
        {target: predicted.tolist()},
        dict(zip(names, shares.T, strict=True)),
        scales=dict.fromkeys(names, 1.0),
        relative=ulps,
    )
