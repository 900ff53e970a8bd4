"""Every booster, objective and kind of column, against XGBoost itself and in every engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("xgboost")
pytest.importorskip("pandas")

import pmmlkit
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_predicts, columns_of
from tests.exporters.xgboost.cases import CASES, ULPS, expected_of, fitted

EXACT = {"squarederror", "large base", "dart", "forest", "pruned", "lossguide", "early stopping",
         "marker", "codes", "integers", "categories", "rank ndcg", "ties"}  # fmt: skip
"""Sums without a link: bit for bit."""

LINEAR_ULPS = 64 * ULPS
"""Linear sums are added up in double precision, of which XGBoost's differ by what it rounds off."""


def _ulps(case: str) -> float:
    return LINEAR_ULPS if case.startswith("linear") else 0.0 if case in EXACT else ULPS


def _target(y: Any) -> str:
    return str(getattr(y, "name", None) or "y")


@pytest.mark.parametrize("case", CASES)
def test_predictions_agree(case: str) -> None:
    estimator, X, y = fitted(case)
    assert_predicts(estimator, X, y, expected=expected_of(estimator, X, _target(y), _ulps(case)))


@pytest.mark.parametrize("case", CASES)
def test_engines_agree(case: str, oracle: Oracle) -> None:
    estimator, X, y = fitted(case)
    # PMML4S adds up in double precision
    ulps = _ulps(case) if oracle.name == "jpmml" else LINEAR_ULPS
    expected = expected_of(estimator, X, _target(y), ulps)
    assert_predicts(estimator, X, y, expected=expected, oracle=oracle, case=f"xgboost {case}")


@pytest.mark.parametrize("case", ["squarederror", "ties", "three classes"])
def test_values_next_to_thresholds_go_the_same_way(case: str, jpmml: Oracle) -> None:
    """Doubles that round to a threshold, to the float32 before it and to the one behind it."""
    estimator, X, y = fitted(case)
    thresholds = estimator.get_booster().trees_to_dataframe()["Split"].dropna().to_numpy()
    split = np.unique(thresholds.astype(np.float32))
    near = [
        split,
        np.nextafter(split, np.float32(-np.inf)),
        np.nextafter(split, np.float32(np.inf)),
    ]
    values = np.concatenate(near).astype(np.float64)
    halves = (values[: len(split)] + values[len(split) : 2 * len(split)]) / 2.0
    beside = np.concatenate([values, np.nextafter(values, -np.inf), np.nextafter(values, np.inf)])
    chosen = np.random.default_rng(1).choice(np.concatenate([beside, halves]), (400, X.shape[1]))
    expected = expected_of(estimator, chosen, ulps=0.0 if case in EXACT else ULPS)
    assert_predicts(estimator, chosen, y, expected=expected)
    assert_predicts(estimator, chosen, y, expected=expected, oracle=jpmml)


@pytest.mark.parametrize("case", ["categories", "categories one-hot", "integers", "squarederror"])
def test_missing_values_go_the_default_way(case: str) -> None:
    """Of columns in which none was missing in training as well."""
    estimator, X, y = fitted(case)
    numeric = X.select_dtypes("number").columns if hasattr(X, "columns") else range(X.shape[1])
    document = pmmlkit.export(estimator, X=X, y=y)
    model = pmmlkit.load(document.to_bytes())
    for column in numeric:
        lacking = (
            X.astype(dict.fromkeys(numeric, float)) if hasattr(X, "columns") else X.astype(float)
        )
        if hasattr(X, "columns"):
            lacking[column] = np.nan
            rows = columns_of(lacking)
        else:
            lacking[:, column] = np.nan
            rows = columns_of(lacking)
        found = model.evaluate(rows)
        np.testing.assert_array_equal(found[_target(y)], estimator.predict(lacking))


def test_documents_of_few_rows_name_what_they_read() -> None:
    estimator, X, y = fitted("categories")
    text = pmmlkit.export(estimator, X=X, y=y).to_bytes().decode()
    assert "DerivedField" not in text
    assert '<SimpleSetPredicate field="island"' in text
    assert 'x-mathContext="float"' in text


def test_a_marker_stands_in_the_data_dictionary() -> None:
    estimator, X, y = fitted("marker")
    text = pmmlkit.export(estimator, X=X, y=y).to_bytes().decode()
    assert '<Value value="-999" property="missing"/>' in text
    assert "DerivedField" not in text
