"""Look-ups hold what the encoders say of each category."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import InputField, Lookup
from pmmlkit.exporters.registry import registry

pytest.importorskip("sklearn")

from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

TEXT = np.array([["a", 1], ["b", 2], ["a", 2], [None, 1], ["c", 1], ["a", 3]], object)

ENCODERS: list[Any] = [
    OneHotEncoder(),
    OneHotEncoder(drop="first"),
    OneHotEncoder(drop="if_binary"),
    OneHotEncoder(drop=["b", 2]),
    OneHotEncoder(handle_unknown="ignore", sparse_output=False),
    OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=2),
    OneHotEncoder(handle_unknown="warn", max_categories=2, drop="first"),
    OneHotEncoder(handle_unknown="ignore", min_frequency=2),
    OneHotEncoder(categories=[["a", "b", "c", None], [1, 2, 3, 4]]),
    OrdinalEncoder(),
    OrdinalEncoder(encoded_missing_value=-5),
    OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
    OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan),
    OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, max_categories=2),
    OrdinalEncoder(categories=[["c", "b", "a", None], [3, 2, 1]]),
]


def _number(lookup: Lookup, value: Any) -> float:
    if value is None:
        return lookup.missing
    return dict(lookup.table).get(value, lookup.otherwise)


def _converted(encoder: Any) -> list[Any]:
    converter = registry().find(encoder)
    assert converter is not None
    features = [InputField("t", "string"), InputField("n", "integer")]
    result: list[Any] = converter(encoder, features, Context(registry(), ()))
    return result


@pytest.mark.parametrize("encoder", ENCODERS, ids=repr)
def test_numbers_are_those_of_the_encoder(encoder: Any) -> None:
    encoder.fit(TEXT)
    rows = TEXT.copy()
    if encoder.handle_unknown != "error":
        rows = np.concatenate([rows, np.array([["zzz", 99]], object)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = encoder.transform(rows)
    dense = expected.toarray() if hasattr(expected, "toarray") else expected
    lookups = _converted(encoder)
    assert len(lookups) == dense.shape[1]
    for lookup, column in zip(lookups, np.asarray(dense, float).T, strict=True):
        source = 0 if lookup.source.name == "t" else 1
        found = [_number(lookup, row[source]) for row in rows]
        np.testing.assert_array_equal(found, column)
        assert lookup.unknown_refused is (encoder.handle_unknown == "error")


def test_missing_is_refused_only_where_it_is_no_category() -> None:
    text, number = _converted(OrdinalEncoder().fit(TEXT))
    assert not text.missing_refused
    assert number.missing_refused
    # scikit-learn gives None the next code, and only NaN encoded_missing_value
    assert text.missing == 3.0
