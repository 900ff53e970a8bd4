"""LightGBM over objectives, kinds of boosting and data: the document against LightGBM itself."""

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

from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_predicts

lgb = pytest.importorskip("lightgbm")
pd = pytest.importorskip("pandas")

ROWS = 110
ZERO = float(np.float32(1e-35))


@dataclass(frozen=True)
class Data:
    """Rows of training, rows to score (more unusual), and a number to learn."""

    X: Any
    rows: Any
    number: npt.NDArray[np.float64]


def _numbers() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    random = np.random.default_rng(1)
    X = np.round(random.normal(size=(ROWS, 4)) * 8) / 8
    X[:, 2] = np.where(random.random(ROWS) < 0.4, 0.0, X[:, 2])
    return X, X[:, 0] + 2.0 * (X[:, 1] > 0.2) + X[:, 2] * X[:, 3]


@cache
def _plain() -> Data:
    X, number = _numbers()
    return Data(X, _at_zero(X), number)


def _at_zero(X: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return rows with zeros and what is next to them, as LightGBM takes the nearest for 0."""
    rows = X.copy()
    near = [0.0, ZERO, -ZERO, 2 * ZERO, -2 * ZERO, np.nextafter(ZERO, 1), np.nextafter(-ZERO, -1)]
    rows[: len(near), 2] = near
    rows[10 : 10 + len(near), 0] = near
    return rows


@cache
def _missing() -> Data:
    X, number = _numbers()
    X = X.copy()
    X[np.random.default_rng(2).random(X.shape) < 0.15] = np.nan
    return Data(X, _at_zero(X), number)


@cache
def _missing_later() -> Data:
    """Training sees no missing values, so they count as 0."""
    X, number = _numbers()
    rows = _at_zero(X)
    rows[np.random.default_rng(3).random(X.shape) < 0.2] = np.nan
    return Data(X, rows, number)


@cache
def _mixed() -> Data:
    """A data frame with categories of text and of integers, flags, integers and numbers."""
    X, number = _numbers()
    random = np.random.default_rng(4)
    letters = random.choice(list("abcdefg"), ROWS)
    codes = random.choice([10, 20, 30, 40, 50], ROWS)
    frame = pd.DataFrame(
        {
            "mass": X[:, 0],
            "letter": pd.Categorical(letters),
            "depth": X[:, 2].astype(np.float32),
            "shelf": pd.Categorical(codes),
            "year": random.integers(1990, 2000, ROWS),
            "flag": random.random(ROWS) < 0.5,
            "unused": pd.Categorical(["k"] * ROWS),
            "grade": pd.Categorical(
                random.choice(["low", "mid", "high"], ROWS),
                categories=["low", "mid", "high"],
                ordered=True,
            ),
        }
    )
    number = number + 3.0 * np.isin(letters, list("bdg")) + 2.0 * (codes == 20)
    number = number + frame["grade"].cat.codes.to_numpy() + 2.0 * frame["flag"].to_numpy()
    frame.loc[random.random(ROWS) < 0.1, "letter"] = None
    frame.loc[random.random(ROWS) < 0.1, "mass"] = np.nan
    rows = frame.copy()
    rows["letter"] = rows["letter"].cat.add_categories(["zz"])
    rows.loc[:15, "letter"] = "zz"
    rows["shelf"] = rows["shelf"].cat.add_categories([99])
    rows.loc[10:20, "shelf"] = 99
    rows.loc[18:30, "shelf"] = None
    rows.loc[25:35, "grade"] = None
    return Data(frame, rows, number)


@cache
def _codes() -> Data:
    """An array whose last column holds codes of categories."""
    X, number = _numbers()
    random = np.random.default_rng(5)
    codes = random.integers(0, 9, ROWS).astype(float)
    X = np.column_stack([X, codes])
    rows = X.copy()
    rows[:10, -1] = np.nan
    rows[10:20, -1] = 77.0
    rows[20:30, -1] = -1.0
    return Data(X, rows, number + 3.0 * np.isin(codes, [1, 4, 7]))


DATA: Mapping[str, Callable[[], Data]] = {
    "plain": _plain,
    "missing": _missing,
    "missing_later": _missing_later,
    "mixed": _mixed,
    "codes": _codes,
}

SMALL: Mapping[str, Any] = {
    "n_estimators": 4,
    "num_leaves": 6,
    "min_child_samples": 5,
    "min_data_per_group": 5,
    "cat_smooth": 1.0,
    "min_data_in_bin": 1,
    "random_state": 1,
    "n_jobs": 1,
    "verbose": -1,
}

BOOSTERS: Mapping[str, Mapping[str, Any]] = {
    "gbdt": {},
    "dart": {"boosting_type": "dart", "drop_rate": 0.5},
    "rf": {"boosting_type": "rf", "subsample": 0.7, "subsample_freq": 1},
    "goss": {"data_sample_strategy": "goss"},
    "zero_missing": {"zero_as_missing": True},
    "no_missing": {"use_missing": False},
    "one_hot": {"max_cat_to_onehot": 20},
    "linear": {"linear_tree": True},
    "no_average": {"boost_from_average": False},
}

REGRESSIONS = (
    "regression",
    "regression_l1",
    "huber",
    "fair",
    "quantile",
    "mape",
    "poisson",
    "gamma",
    "tweedie",
    "cross_entropy",
    "cross_entropy_lambda",
    "binary",
    "sqrt",
)
CLASSIFICATIONS = (
    "binary",
    "binary_steep",
    "cross_entropy",
    "cross_entropy_lambda",
    "regression",
    "multiclass",
    "multiclassova",
)
RANKINGS = ("lambdarank", "rank_xendcg")


@dataclass(frozen=True)
class Case:
    """One model to train, export and score."""

    kind: str
    objective: str
    booster: str
    data: str

    @property
    def name(self) -> str:
        """The name of the test."""
        return f"lightgbm-{self.kind}-{self.objective}-{self.booster}-{self.data}"


def _all() -> Iterator[Case]:
    for kind, objectives in (("r", REGRESSIONS), ("c", CLASSIFICATIONS), ("rank", RANKINGS)):
        for objective in objectives:
            for booster in BOOSTERS:
                for data in DATA:
                    if _trains(objective, booster, data):
                        yield Case(kind, objective, booster, data)


def _trains(objective: str, booster: str, data: str) -> bool:
    if booster == "linear":
        # LightGBM refuses, or leaves the leaves without regressions
        return objective not in ("regression_l1", "quantile", "mape") and data != "codes"
    return True


def _cases() -> list[Case]:
    """Return all cases in a full run, else those that have no pair of objective, booster and data
    in common.
    """
    cases = list(_all())
    if os.environ.get("PMMLKIT_FULL") == "1":
        return cases
    chosen: list[Case] = []
    seen: set[tuple[str, str]] = set()
    # large steps through the list, so that the same pairs do not come at once
    for at in range(len(cases)):
        case = cases[at * 389 % len(cases)]
        objective = f"{case.kind} {case.objective}"
        pairs = {
            (objective, case.booster),
            (objective, case.data),
            (case.booster, case.data),
        }
        if pairs.isdisjoint(seen) or not any(name == objective for name, _ in seen):
            chosen.append(case)
            seen |= pairs
    return chosen


@cache
def _trained(case: Case) -> tuple[Any, Any, Any]:
    data = DATA[case.data]()
    options = {**SMALL, **BOOSTERS[case.booster]}
    objective = case.objective
    if objective == "sqrt":
        options["reg_sqrt"] = True
        objective = "regression"
    if objective == "binary_steep":
        options["sigmoid"] = 1.7
        objective = "binary"
    y: Any = data.number
    if objective in ("poisson", "gamma", "tweedie"):
        y = np.abs(y) + 0.25
    elif objective.startswith("cross_entropy") or case.kind == "rank":
        y = (y - y.min()) / (y.max() - y.min())
    elif objective == "binary":
        y = (y > 1.0).astype(float)
    makers = {"r": lgb.LGBMRegressor, "c": lgb.LGBMClassifier, "rank": lgb.LGBMRanker}
    fit: dict[str, Any] = {}
    if case.data == "codes":
        fit["categorical_feature"] = [data.X.shape[1] - 1]
    if case.kind == "rank":
        y = np.floor(y * 3.99)
        fit["group"] = [ROWS // 2, ROWS - ROWS // 2]
    if case.kind == "c":
        cuts = [0.5, 2.0] if objective.startswith("multiclass") else [1.0]
        y = np.array(["no", "ja", "vielleicht"])[np.digitize(data.number, cuts)]
    y = pd.Series(y, name="goal")
    model = makers[case.kind](objective=objective, **options)
    with warnings.catch_warnings():
        # how well the training goes is not what is tested
        warnings.simplefilter("ignore")
        model.fit(data.X, y, **fit)
    return model, data.rows, y


CASES = _cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_pmmlkit_scores_as_lightgbm(case: Case) -> None:
    model, rows, y = _trained(case)
    assert_predicts(model, rows, y)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_oracle_scores_as_lightgbm(case: Case, oracle: Oracle) -> None:
    model, rows, y = _trained(case)
    assert_predicts(model, rows, y, oracle=oracle, case=case.name)
