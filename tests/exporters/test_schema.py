"""Names and types of columns and targets from what users pass."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pmmlkit import ExportError
from pmmlkit.exporters.schema import schema_of

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")


class Fitted:
    """Stands for an estimator."""

    n_features_in_ = 2


def _types(X: Any, **more: Any) -> list[tuple[str, str | None]]:
    return [(it.name, it.data_type) for it in schema_of(Fitted(), X, **more).inputs]


COLUMNS: dict[str, Any] = {
    "i": [1, 2, 3],
    "d": [1.5, None, 2.0],
    "b": [True, False, True],
    "s": ["x", None, "y"],
}
EXPECTED = [("i", "integer"), ("d", "double"), ("b", "boolean"), ("s", "string")]


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_tables_say_their_types(make: Any) -> None:
    table = make(COLUMNS)
    assert _types(table) == EXPECTED
    text = schema_of(Fitted(), table).inputs[3]
    assert text.categories == ("x", "y")


def test_categorical_columns_keep_their_order() -> None:
    frame = pd.DataFrame({"size": pd.Categorical(["s", "l"], categories=["s", "m", "l"])})
    (size,) = schema_of(Fitted(), frame).inputs
    assert (size.data_type, size.categories) == ("string", ("s", "m", "l"))


@pytest.mark.parametrize(
    ("X", "kind"),
    [
        (np.zeros((2, 2)), "double"),
        (np.zeros((2, 2), np.float32), "float"),
        (np.zeros((2, 2), np.int16), "integer"),
        (np.zeros((2, 2), bool), "boolean"),
        (np.array([["a", "b"], ["c", "d"]]), "string"),
        (np.array([["a", "b"], [None, "d"]], object), "string"),
        ([[1, 2], [3, 4]], "integer"),
        ([[1.5, 2], [3, 4]], "double"),
    ],
)
def test_arrays_get_names(X: Any, kind: str) -> None:
    assert _types(X) == [("x1", kind), ("x2", kind)]


def test_single_precision_beside_other_numbers_is_double() -> None:
    """NumPy computes with both in doubles, PMML with a float and an integer in floats."""
    single = pd.DataFrame({"a": np.zeros(2, np.float32), "s": ["u", "v"]})
    assert _types(single) == [("a", "float"), ("s", "string")]
    assert _types(single.assign(i=1))[0] == ("a", "double")
    assert _types(single.assign(d=0.5))[0] == ("a", "double")


def test_integers_without_nulls_cannot_be_missing() -> None:
    inputs = schema_of(Fitted(), pd.DataFrame({"i": [1, 2], "d": [1.0, 2.0]})).inputs
    assert [it.missing for it in inputs] == [False, True]


def test_all_categories_are_known() -> None:
    frame = pd.DataFrame({"s": [f"c{at}" for at in range(5000)]})
    (text,) = schema_of(Fitted(), frame).inputs
    assert len(text.categories) == 5000


def test_without_data_the_estimator_is_asked() -> None:
    assert [it.name for it in schema_of(Fitted()).inputs] == ["x1", "x2"]
    with pytest.raises(ExportError, match="pass X="):
        schema_of(object())


def test_types_may_be_said() -> None:
    assert _types(np.zeros((1, 2)), types={"x2": "integer"})[1] == ("x2", "integer")
    with pytest.raises(ExportError, match="'z'"):
        _types(np.zeros((1, 2)), types={"z": "integer"})
    with pytest.raises(ExportError, match="'number'"):
        _types(np.zeros((1, 2)), types={"x1": "number"})


@pytest.mark.parametrize(
    ("y", "names"),
    [
        (None, ("y",)),
        ("species", ("species",)),
        (pd.Series([1, 2], name="z"), ("z",)),
        (np.zeros(2), ("y",)),
        (np.zeros((2, 2)), ("y1", "y2")),
        (pd.DataFrame({"u": [1], "v": [2]}), ("u", "v")),
    ],
)
def test_targets_get_names(y: Any, names: tuple[str, ...]) -> None:
    assert schema_of(Fitted(), np.zeros((2, 2)), y).targets == names


def test_target_named_as_a_column_is_renamed() -> None:
    assert schema_of(Fitted(), pd.DataFrame({"y": [1.0]})).targets == ("y_2",)


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (pd.DataFrame({"m": [1, "a"]}, dtype=object), "different types"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "unique"),
        (np.zeros(3), "dimensions"),
        (np.zeros((1, 1), complex), "complex128"),
    ],
)
def test_tables_that_cannot_be_taken(X: Any, words: str) -> None:
    with pytest.raises(ExportError, match=words):
        schema_of(Fitted(), X)
