"""Arrays: items, sizes, limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.errors import LimitError, MarkupError
from pmmlkit.language.arrays import (
    Array,
    Indices,
    IntEntries,
    IntSparseArray,
    RealEntries,
    RealSparseArray,
)
from pmmlkit.limits import Limits

ITEMS = [
    ("", ()),
    (" \n ", ()),
    ("a b\tc\nd", ("a", "b", "c", "d")),
    ('ab  "a b"   "with \\"quotes\\" "', ("ab", "a b", 'with "quotes" ')),
    ('""', ("",)),
    ('"" a ""', ("", "a", "")),
    ('"a\nb"', ("a\nb",)),
    ('x"y z"w', ("xy zw",)),
    ('\\"a\\" b', ('"a"', "b")),
    ("a\\b \\", ("a\\b", "\\")),
    ('"a\\b"', ("a\\b",)),
    ('"a\\\\" b', ("a\\", "b")),
    ('"a\\\\\\"b"', ('a\\"b',)),
    ("a\u00a0b c", ("a\u00a0b", "c")),
]


@pytest.mark.parametrize(("text", "items"), ITEMS)
def test_items(text: str, items: tuple[str, ...]) -> None:
    assert Array(type="string", text=text).items() == items
    assert Array(type="string", text=text, n=len(items)).values() == items


@pytest.mark.parametrize("text", ['"', 'a "b', '"a\\"', '"a" "'])
def test_quotes_must_be_closed(text: str) -> None:
    with pytest.raises(MarkupError, match="not closed"):
        Array(type="string", text=text).items()


def test_n_is_checked() -> None:
    with pytest.raises(MarkupError, match="n is 3, but there are 2 items"):
        Array(type="int", text="1 2", n=3).items()


def test_typed_values() -> None:
    assert Array(type="int", text="1 -2 3.0").values() == (1, -2, 3)
    assert Array(type="real", text="1 2.5 INF").values() == (1.0, 2.5, np.inf)
    assert Array(type=None, text="1 a").values() == ("1", "a")
    numbers = Array(type="int", text="1 2").numbers()
    assert (numbers.dtype.name, numbers.tolist()) == ("float64", [1.0, 2.0])
    integers = Array(type="int", text="1 2").integers()
    assert (integers.dtype.name, integers.tolist()) == ("int64", [1, 2])


@pytest.mark.parametrize("text", ["a", "1_0", "0x1", "1,2"])
def test_bad_numbers(text: str) -> None:
    with pytest.raises(MarkupError):
        Array(type="real", text=text).numbers()
    with pytest.raises(MarkupError):
        Array(type="int", text=text).integers()


def test_integers_have_64_bit() -> None:
    with pytest.raises(MarkupError, match="64 bit"):
        Array(type="int", text=str(2**63)).integers()


def test_arrays_are_bounded() -> None:
    limits = replace(Limits(), array_items=2)
    assert len(Array(text="1 2", type="int").items(limits)) == 2
    with pytest.raises(LimitError, match="array_items"):
        Array(text="1 2 3", type="int").items(limits)


@given(st.lists(st.text()))
def test_strings_come_back(items: list[str]) -> None:
    array = Array.of(items, "string")
    assert array.values() == tuple(items)
    assert array.n == len(items)


@given(st.lists(st.floats(allow_nan=False)))
def test_numbers_come_back(items: list[float]) -> None:
    assert Array.of(items, "real").values() == tuple(items)


def sparse(indices: str, entries: str, **attributes: Any) -> RealSparseArray:
    return RealSparseArray(
        indices=Indices(text=indices), entries=RealEntries(text=entries), **attributes
    )


def test_sparse_arrays() -> None:
    """Indices are 1-based, their order is free, the rest is the default."""
    array = sparse("2 5 3", "0.5 -1 2", n=6, default_value=1.5)
    positions, values, size, default = array.sparse()
    assert (positions.tolist(), values.tolist(), size, default) == ([1, 4, 2], [0.5, -1, 2], 6, 1.5)
    assert array.dense(6).tolist() == [1.5, 0.5, 2.0, 1.5, -1.0, 1.5]
    assert sparse("2", "7").sparse().size == 2
    assert sparse("2", "7").dense(3).tolist() == [0.0, 7.0, 0.0]
    assert RealSparseArray(n=2).dense(2).tolist() == [0.0, 0.0]
    integers = IntSparseArray(n=3, indices=Indices(text="1"), entries=IntEntries(text="4"))
    assert integers.dense(3).tolist() == [4.0, 0.0, 0.0]


@pytest.mark.parametrize(
    "array",
    [
        sparse("0", "1", n=2),
        sparse("3", "1", n=2),
        sparse("1 2", "1", n=2),
        sparse("1 1", "1 2", n=2),
        sparse("a", "1", n=2),
        sparse("1", "a", n=2),
        sparse("1", "1", n=3),
        RealSparseArray(n=-1),
    ],
)
def test_bad_sparse_arrays(array: RealSparseArray) -> None:
    with pytest.raises(MarkupError):
        array.dense(2)


def test_a_stated_size_allocates_nothing() -> None:
    assert sparse("1", "1", n=10**15).sparse().size == 10**15
