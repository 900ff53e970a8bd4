"""optbinning: scorecards and binned columns against the library itself."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.exporters.optbinning.refused import REFUSED
from pmmlkit.exporters.registry import public_names, registry
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import (
    Expected,
    assert_predicts,
    assert_transforms,
    columns_of,
    label_text,
)

pytest.importorskip("pandas")
pytest.importorskip("optbinning")

import pandas as pd
from optbinning import (
    BinningProcess,
    ContinuousOptimalBinning,
    MulticlassOptimalBinning,
    OptimalBinning,
    OptimalBinning2D,
    Scorecard,
)
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import (
    Lasso,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    RidgeClassifier,
    SGDClassifier,
)
from sklearn.pipeline import make_pipeline

ROWS = 240
POINTS = {"pdo": 20, "odds": 50, "scorecard_points": 600}


@cache
def _data() -> tuple[Any, Any]:
    """Return applicants, and a number that tells how risky they are."""
    random = np.random.default_rng(4)
    frame = pd.DataFrame(
        {
            "age": random.integers(18, 80, ROWS),
            "income": np.round(random.gamma(2.0, 1000.0, ROWS), 1),
            "town": random.choice(["Ulm", "Bonn", "Kiel & co", "Rom", "Oy"], ROWS),
            "debt": np.round(random.normal(0.0, 10.0, ROWS), 1),
            "member": random.random(ROWS) < 0.5,
        }
    )
    risk = 0.05 * (frame["age"] - 50) + 1.5 * (frame["town"] == "Ulm") - frame["income"] / 1500.0
    risk += 0.03 * frame["debt"] + frame["member"] + random.normal(size=ROWS)
    frame.loc[random.random(ROWS) < 0.1, "income"] = np.nan
    frame["town"] = frame["town"].where(random.random(ROWS) > 0.1, None)
    frame.loc[random.random(ROWS) < 0.15, "debt"] = -999.0
    frame.loc[random.random(ROWS) < 0.1, "debt"] = -998.0
    return frame, np.round(risk, 2)


def _rows() -> Any:
    """Return rows to score: unknown towns, missing and special values, and values at the cuts."""
    rows = _data()[0].copy()
    rows.loc[:12, "town"] = "Wien"
    rows.loc[8:20, "debt"] = np.nan
    rows.loc[15:25, "income"] = np.nan
    return rows


def _fit(estimator: Any, X: Any, y: Any, **parameters: Any) -> Any:
    with warnings.catch_warnings():
        # pandas 3 warns of what optbinning does with its tables
        warnings.simplefilter("ignore")
        return estimator.fit(X, y, **parameters)


def _default(risk: Any) -> Any:
    return pd.Series((risk > 0.0).astype(int), name="default")


def _flags(risk: Any) -> Any:
    return pd.Series(risk > 0.0, name="outcome")


def _number(risk: Any) -> Any:
    return pd.Series(risk, name="loss")


def _card(estimator: Any, binning: Mapping[str, Any] | None = None, **parameters: Any) -> Scorecard:
    process = BinningProcess(list(_data()[0].columns), **(binning or {}))
    return Scorecard(process, estimator, **parameters)


CODES: Mapping[str, Any] = {
    "binning_fit_params": {"debt": {"special_codes": {"none": -999, "refused": [-998, -997]}}}
}
RARE: Mapping[str, Any] = {
    "special_codes": [-999.0, -998.0],
    "binning_fit_params": {"town": {"cat_cutoff": 0.15, "cat_unknown": 1}},
}

CARDS: Mapping[str, tuple[Callable[[], Any], Callable[[Any], Any], Mapping[str, Any]]] = {
    "plain": (lambda: _card(LogisticRegression()), _default, {}),
    "odds": (
        lambda: _card(
            LogisticRegression(),
            CODES,
            scaling_method="pdo_odds",
            scaling_method_params=POINTS,
        ),
        _default,
        {"metric_missing": "empirical", "metric_special": "empirical"},
    ),
    "odds_rounded": (
        lambda: _card(
            LogisticRegression(),
            RARE,
            scaling_method="pdo_odds",
            scaling_method_params=POINTS,
            rounding=True,
        ),
        _default,
        {"metric_missing": 0.25, "metric_special": -0.5},
    ),
    "min_max_rounded": (
        lambda: _card(
            LogisticRegression(),
            CODES,
            scaling_method="min_max",
            scaling_method_params={"min": 0, "max": 500},
            rounding=True,
            reverse_scorecard=True,
        ),
        _default,
        {"metric_missing": "empirical"},
    ),
    "intercept_based": (
        lambda: _card(
            LogisticRegression(C=0.1),
            scaling_method="min_max",
            scaling_method_params={"min": 300, "max": 850},
            intercept_based=True,
        ),
        _flags,
        {},
    ),
    "selected": (
        lambda: _card(
            LogisticRegression(),
            {"selection_criteria": {"iv": {"max": 9.0, "strategy": "highest", "top": 2}}},
        ),
        _default,
        {},
    ),
    "number": (
        lambda: _card(
            LinearRegression(),
            CODES,
            scaling_method="min_max",
            scaling_method_params={"min": 0, "max": 100},
        ),
        _number,
        {"metric_special": "empirical"},
    ),
    "number_sparse": (lambda: _card(Lasso(alpha=0.1), intercept_based=True), _number, {}),
    "chain_ridge": (lambda: _card(RidgeClassifier()), _flags, {}),
    "chain_shares": (
        lambda: _card(SGDClassifier(loss="log_loss", random_state=1)),
        _default,
        {},
    ),
    "chain_exponential": (
        lambda: _card(PoissonRegressor()),
        lambda risk: pd.Series(np.exp(risk / 4.0), name="loss"),
        {},
    ),
}


@cache
def _fitted_card(case: str) -> tuple[Any, Any, Any]:
    make, target, metrics = CARDS[case]
    X, risk = _data()
    y = target(risk)
    return _fit(make(), X, y, **metrics), _rows(), y


def _expected_of_card(card: Any, X: Any, target: str, *, reasons: bool = True) -> Expected:
    score = np.asarray(card.score(X), np.float64)
    numbers = {"score": score}
    labels: dict[str, Any] = {}
    predicted = np.asarray(card.predict(X))
    if hasattr(card.estimator_, "classes_"):
        labels[target] = predicted.tolist()
    else:
        numbers[target] = predicted
    if hasattr(card.estimator_, "predict_proba"):
        shares = card.predict_proba(X)
        for label, share in zip(card.estimator_.classes_, shares.T, strict=True):
            numbers[f"probability({label_text(label)})"] = share
    if reasons:
        labels |= _reasons(card, X)
    points = np.abs(card.transform(X).to_numpy()).sum(axis=1) + np.abs(card.intercept_)
    return Expected(labels, numbers, {"score": points})


def _reasons(card: Any, X: Any) -> dict[str, list[str]]:
    """Return the variables, those first that lie the furthest below the best of their bins."""
    table, points = card.table(style="detailed"), card.transform(X)
    unknown = [_unknown_points(card, name) for name in points.columns]
    best = table.groupby("Variable", sort=False)["Points"].max()[list(points.columns)]
    best = np.fmax(best.to_numpy(np.float64), unknown)
    gaps = best - points.to_numpy(np.float64)
    order = np.argsort(-gaps, axis=1, kind="stable")
    names = np.asarray(points.columns)[order]
    return {f"reasonCode({rank})": column.tolist() for rank, column in enumerate(names.T, 1)}


def _unknown_points(card: Any, name: str) -> float:
    """Return the points of an unknown category, which are those of a bin as well."""
    row = _rows().head(1).assign(town="Wien")
    return float(card.transform(row)[name].iloc[0]) if name == "town" else -np.inf


@pytest.mark.parametrize("case", CARDS)
def test_pmmlkit_scores_as_optbinning(case: str) -> None:
    card, X, y = _fitted_card(case)
    document = assert_predicts(card, X, y, expected=_expected_of_card(card, X, y.name))
    name = type(document.root.models[0]).__name__
    assert name == ("MiningModel" if case.startswith("chain") else "Scorecard")


@pytest.mark.parametrize("case", CARDS)
def test_oracle_scores_as_optbinning(case: str, oracle: Oracle) -> None:
    card, X, y = _fitted_card(case)
    expected = _expected_of_card(card, X, y.name, reasons=oracle.name == "jpmml")
    assert_predicts(card, X, y, expected=expected, oracle=oracle, case=f"optbinning-{case}")


def test_reason_codes_in_pmml4s(pmml4s: Oracle) -> None:
    card, X, y = _fitted_card("odds")
    expected = Expected(_reasons(card, X))
    assert_predicts(card, X, y, expected=expected, oracle=pmml4s, case="optbinning-reason_codes")


def test_cuts_belong_to_the_bin_above() -> None:
    card, X, y = _fitted_card("odds")
    cuts = card.binning_process_.get_binned_variable("income").splits
    values = np.concatenate([cuts, np.nextafter(cuts, -1e9), np.nextafter(cuts, 1e9)])
    rows = pd.concat([X.head(1)] * len(values), ignore_index=True).assign(income=values)
    assert_predicts(card, rows, y, expected=_expected_of_card(card, rows, y.name))


def test_scorecard_as_a_transformer_makes_points() -> None:
    card, X, y = _fitted_card("odds")
    model = LinearRegression().fit(card.transform(X), _data()[1])
    assert_predicts(make_pipeline(card, model), X, y)


def test_verification_rows_hold() -> None:
    card, X, y = _fitted_card("odds")
    document = pmmlkit.export(card, X=X, y=y, verification=20)
    assert pmmlkit.load(document.to_bytes()).verify().ok


def test_card_inside_another_estimator_is_refused() -> None:
    from sklearn.ensemble import VotingRegressor

    card, X, y = _fitted_card("number")
    voting = VotingRegressor([("card", card)])
    voting.estimators_ = [card]
    with pytest.raises(ExportError, match="inside another estimator"):
        pmmlkit.export(voting, X=X, y=y)


def _process(metric: str | None = None, **parameters: Any) -> Any:
    names = list(_data()[0].columns)
    if metric is not None:
        parameters["binning_transform_params"] = {name: {"metric": metric} for name in names}
    return BinningProcess(names, **parameters)


PROCESSES: Mapping[str, tuple[Callable[[], Any], Callable[[Any], Any]]] = {
    "woe": (_process, _default),
    "woe_codes": (lambda: _process(**CODES), _default),
    "woe_rare": (
        lambda: _process(
            special_codes=[-999.0, -998.0],
            binning_fit_params={"town": {"cat_cutoff": 0.15, "cat_unknown": 0.5}},
        ),
        _default,
    ),
    "event_rate": (lambda: _process("event_rate"), _default),
    "indices": (lambda: _process("indices", **CODES), _default),
    "mean": (lambda: _process(**CODES), _number),
    "selected": (
        lambda: _process(selection_criteria={"iv": {"strategy": "highest", "top": 3}}),
        _default,
    ),
    "empirical": (
        lambda: _process(
            binning_transform_params={
                "town": {"metric_missing": "empirical"},
                "debt": {"metric_special": "empirical", "metric_missing": 0.5},
            },
            special_codes=[-999.0],
        ),
        _default,
    ),
}


@cache
def _fitted_process(case: str) -> tuple[Any, Any, Any]:
    make, target = PROCESSES[case]
    X, risk = _data()
    y = target(risk)
    return _fit(make(), X, y), _rows(), y


@pytest.mark.parametrize("case", PROCESSES)
def test_pmmlkit_bins_as_optbinning(case: str) -> None:
    process, X, y = _fitted_process(case)
    assert_transforms(process, X, y)


@pytest.mark.parametrize("case", PROCESSES)
def test_oracle_bins_as_optbinning(case: str, oracle: Oracle) -> None:
    process, X, y = _fitted_process(case)
    assert_transforms(process, X, y, oracle=oracle, case=f"optbinning-process_{case}")


def test_names_of_bins_are_texts() -> None:
    X, risk = _data()
    process = _fit(_process("bins", **CODES), X, _default(risk))
    rows = _rows()
    found = pmmlkit.load(pmmlkit.export(process, X=X).to_bytes()).transform(columns_of(rows))
    wanted = process.transform(rows)
    for column, name in zip(found.values(), wanted.columns, strict=True):
        assert list(column) == wanted[name].tolist()


def test_array_of_several_classes() -> None:
    X, risk = _data()
    columns = X[["age", "debt"]].to_numpy(np.float64)
    process = BinningProcess(["age", "debt"], special_codes=[-999.0, -998.0])
    _fit(process, columns, np.digitize(risk, [-1.0, 1.0]))
    assert_transforms(process, columns)


def test_model_reads_binned_columns() -> None:
    X, risk = _data()
    y = _default(risk)
    forest = RandomForestClassifier(n_estimators=5, max_depth=4, random_state=2)
    pipeline = _fit(make_pipeline(_process(**CODES), forest), X, y)
    assert_predicts(pipeline, _rows(), y)


BINNINGS: Mapping[str, tuple[Callable[[], Any], str, Callable[[Any], Any]]] = {
    "number": (lambda: OptimalBinning("age"), "age", _default),
    "categories": (lambda: OptimalBinning("town", dtype="categorical"), "town", _default),
    "user_categories": (
        lambda: OptimalBinning(
            "town",
            dtype="categorical",
            user_splits=np.array([["Ulm"], ["Bonn", "Rom"], ["Kiel & co", "Oy"]], dtype=object),
        ),
        "town",
        _default,
    ),
    "categories_of_numbers": (
        lambda: OptimalBinning("age", dtype="categorical", cat_cutoff=0.03),
        "age",
        _default,
    ),
    "continuous": (lambda: ContinuousOptimalBinning("income"), "income", _number),
    "multiclass": (
        lambda: MulticlassOptimalBinning("age"),
        "age",
        lambda risk: np.digitize(risk, [-1.0, 1.0]),
    ),
    "one_bin": (lambda: OptimalBinning("debt", max_n_bins=1), "debt", _default),
}


@pytest.mark.parametrize("case", BINNINGS)
def test_column_alone(case: str) -> None:
    make, name, target = BINNINGS[case]
    X, risk = _data()
    binning = _fit(make(), X[name].to_numpy(), np.asarray(target(risk)))
    rows = _rows()[[name]]
    (found,) = (
        pmmlkit.load(pmmlkit.export(binning, X=rows).to_bytes())
        .transform(columns_of(rows))
        .values()
    )
    wanted = np.asarray(binning.transform(rows[name].to_numpy()), np.float64)
    np.testing.assert_allclose(np.asarray(found, np.float64), wanted, rtol=1e-12, atol=1e-12)


def test_two_columns_at_once_are_refused() -> None:
    X, risk = _data()
    binning = OptimalBinning2D()
    with contextlib.suppress(Warning):
        binning.fit(X["age"], X["debt"], _default(risk))
    with pytest.raises(ExportError, match="two columns as two arguments"):
        pmmlkit.export(binning, X=X[["age", "debt"]])


def test_missing_column_is_named() -> None:
    card, X, y = _fitted_card("plain")
    with pytest.raises(ExportError, match="'income', which is not among"):
        pmmlkit.export(card, X=X.drop(columns="income"), y=y)


PACKAGES = (
    "optbinning",
    "optbinning.scorecard",
)

NOT_CONVERTED = (
    "OptimalPWBinning",
    "ContinuousOptimalPWBinning",
)
"""Classes that PMML could state, for which nobody wrote a converter."""


def _classes() -> list[Any]:
    """Return the estimators of all packages that have some."""
    found = []
    for package in PACKAGES:
        module = import_module(package)
        found += [
            it
            for it in vars(module).values()
            if isinstance(it, type)
            and it.__module__.startswith("optbinning.")
            and (hasattr(it, "fit") or hasattr(it, "transform"))
        ]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("kind", _classes(), ids=lambda kind: str(kind.__name__))
def test_class_is_exported_or_refused(kind: type) -> None:
    # of a class that is not known itself, its base counts
    known = set(registry().names()) | set(REFUSED)
    lineage = [set(public_names(base)) for base in kind.__mro__]
    names = next((it for it in lineage if it & known), set())
    exported, refused = names & set(registry().names()), names & set(REFUSED)
    missing = kind.__name__ in NOT_CONVERTED
    assert [bool(exported), bool(refused), missing].count(True) == 1
