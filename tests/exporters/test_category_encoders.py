"""category_encoders: what its encoders make of known, unknown and missing categories."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_predicts, assert_transforms

pytest.importorskip("category_encoders")

import category_encoders as ce
from category_encoders.wrapper import NestedCVWrapper, PolynomialWrapper
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from pmmlkit.exporters.registry import public_names, registry

ROWS = 60
OPEN = ("HashingEncoder", "MultiHotEncoder")
"""Of these, rows have known categories only."""


@cache
def _data() -> tuple[Any, Any, Any]:
    """Return rows, rows with categories that the others do not have, and classes."""
    random = np.random.default_rng(3)
    X = pd.DataFrame(
        {
            "c": random.choice(["a", "b & c", "dd", "e"], ROWS),
            "n": np.round(random.normal(size=ROWS) * 8.0) / 8.0,
            "d": random.choice(["x", "y"], ROWS),
            "u": np.arange(ROWS) / 8.0,
        }
    )
    X.loc[::7, "c"] = None
    other = X.copy()
    other.loc[3, "c"] = "zzz"
    other.loc[5, "d"] = None
    other.loc[8, "d"] = "w"
    return X, other, pd.Series(random.integers(0, 2, ROWS), name="bought")


SIMPLE: dict[str, Any] = {
    name: getattr(ce, name)() for name in sorted(ce.__all__) if name not in OPEN
}
STRICT = (
    ce.OrdinalEncoder,
    ce.OneHotEncoder,
    ce.TargetEncoder,
    ce.BinaryEncoder,
    ce.CatBoostEncoder,
    ce.WOEEncoder,
)
OPTIONS: dict[str, Any] = {
    **{
        f"{kind.__name__}-{unknown}-{missing}": kind(handle_unknown=unknown, handle_missing=missing)
        for kind in STRICT
        for unknown in ("error", "return_nan", "value")
        for missing in ("return_nan", "value")
    },
    "OneHotEncoder-indicator": ce.OneHotEncoder(
        handle_unknown="indicator", handle_missing="indicator", use_cat_names=True
    ),
    "OneHotEncoder-array": ce.OneHotEncoder(drop_invariant=True, return_df=False),
    "BaseNEncoder-3": ce.BaseNEncoder(base=3),
    "CountEncoder-rare": ce.CountEncoder(min_group_size=10, normalize=True),
    "TargetEncoder-rare": ce.TargetEncoder(min_group_size=10),
    "TargetEncoder-number": ce.TargetEncoder(cols=["c", "n"], handle_unknown=-1.5),
    "NestedCVWrapper": NestedCVWrapper(ce.TargetEncoder(), cv=3),
}
CASES = {**SIMPLE, **OPTIONS}


def _fitted(encoder: Any, X: Any, y: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # the wrappers return nothing
        encoder.fit(X, y)
    return encoder


@pytest.mark.parametrize("name", [*SIMPLE, "NestedCVWrapper", "OneHotEncoder-indicator"])
def test_encoders_agree(name: str, oracle: Oracle) -> None:
    _check(name, oracle)


@pytest.mark.parametrize("name", CASES)
def test_encoders_agree_in_pmmlkit(name: str) -> None:
    _check(name, None)


def _check(name: str, oracle: Oracle | None) -> None:
    X, other, y = _data()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        encoder = _fitted(CASES[name], X, y)
        rows = X if "-error-" in name else other
        assert_transforms(encoder, rows, oracle=oracle, case=f"category_encoders-{name}")


@pytest.mark.parametrize("name", OPEN)
def test_what_is_in_a_text_counts_for_known_texts_only(name: str) -> None:
    X, other, y = _data()
    encoder = _fitted(getattr(ce, name)(), X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert_transforms(encoder, X)
        document = pmmlkit.export(make_pipeline(encoder, LogisticRegression()).fit(X, y), X=X)
    found = pmmlkit.load(document.to_bytes()).evaluate(other, errors="column")
    assert 3 in np.flatnonzero(found["pmmlkit_error"].notna())
    assert 4 not in np.flatnonzero(found["pmmlkit_error"].notna())


def test_hashes_need_the_texts() -> None:
    X, _, y = _data()
    encoder = _fitted(ce.HashingEncoder(cols=["n"]), X, y)
    with pytest.raises(ExportError, match="hangs on its letters"):
        pmmlkit.export(encoder, X=X)


def test_unknown_categories_are_refused() -> None:
    X, other, y = _data()
    encoder = ce.OrdinalEncoder(cols=["c", "d"], handle_unknown="error")
    model = _fitted(make_pipeline(encoder, LogisticRegression()), X, y)
    document = pmmlkit.export(model, X=X, y=y)
    found = pmmlkit.load(document.to_bytes()).evaluate(other, errors="column")
    assert np.flatnonzero(found["pmmlkit_error"].notna()).tolist() == [3, 8]


def test_several_classes() -> None:
    X, other, _ = _data()
    y = np.random.default_rng(5).choice(["p", "q", "r"], ROWS)
    encoder = _fitted(PolynomialWrapper(ce.TargetEncoder()), X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert_transforms(encoder, other)


def test_in_front_of_a_model(oracle: Oracle) -> None:
    X, other, y = _data()
    for encoder in (ce.CatBoostEncoder(), ce.OneHotEncoder()):
        model = _fitted(make_pipeline(encoder, LogisticRegression()), X, y)
        assert_predicts(model, other, y, oracle=oracle)


def test_without_the_rows() -> None:
    X, _, y = _data()
    encoder = _fitted(ce.WOEEncoder(cols=["c", "d"]), X, y)
    model = _fitted(make_pipeline(encoder, LogisticRegression()), X, y)
    document = pmmlkit.export(model)
    kinds = {it.name: it.data_type for it in document.root.data_dictionary.data_fields}
    assert kinds == {"c": "string", "n": "double", "d": "string", "u": "double", "y": "integer"}


def test_combined_columns_are_refused() -> None:
    X, _, y = _data()
    encoder = _fitted(ce.TargetEncoder(composite_cols=[("c", "d")]), X, y)
    with pytest.raises(ExportError, match="combinations of columns"):
        pmmlkit.export(encoder, X=X)


def test_unfitted_encoder() -> None:
    X, _, _ = _data()
    with pytest.raises(ExportError, match="not fitted"):
        pmmlkit.export(ce.TargetEncoder(), X=X)


@pytest.mark.parametrize("name", ce.__all__)
def test_every_encoder_is_known(name: str) -> None:
    assert set(public_names(getattr(ce, name))) & set(registry().names())
