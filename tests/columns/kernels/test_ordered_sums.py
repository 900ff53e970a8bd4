"""Sums in one order: by columns, by the compiled twin and by row they are the same to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pmmlkit.columns.kernels import fast_available
from pmmlkit.columns.kernels import ordered_sums as module
from pmmlkit.columns.kernels.ordered_sums import OrderedSums

SHAPES = [
    (1, 1),
    (5, 3),
    (4, 40),
    (64, 64),
    (300, 2),
    (300, 1),
    (60, 1),
    (8, 200),
    (3, 1),
    (130, 3),
]
FAST = [
    False,
    pytest.param(True, marks=pytest.mark.skipif(not fast_available(), reason="numba")),
]


def numbers(*shape: int, dtype: Any = np.float64) -> np.ndarray:
    chance = np.random.default_rng(sum(shape))
    return (chance.normal(size=shape) * 10.0 ** chance.integers(-8, 9, shape)).astype(dtype)


def one_by_one(weights: np.ndarray, values: np.ndarray, *, squares: bool) -> np.ndarray:
    """The definition: one addition after the other."""
    out = np.zeros((weights.shape[1], values.shape[1]), weights.dtype)
    for i, row in enumerate(values):
        for at, weight in enumerate(weights[i]):
            out[at] += (row - weight) * (row - weight) if squares else row * weight
    return out


@pytest.mark.parametrize("fast", FAST)
@pytest.mark.parametrize("squares", [False, True])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_columns_are_added_in_order(
    shape: tuple[int, int], dtype: Any, squares: bool, fast: bool
) -> None:
    weights, values = numbers(*shape, dtype=dtype), numbers(shape[0], 300, dtype=dtype)
    sums = OrderedSums(weights, squares=squares)
    expected = one_by_one(weights, values, squares=squares)
    out = np.full(expected.shape, np.nan, dtype)
    sums.columns(values, np.arange(shape[0]), out, fast=fast)
    assert (out == expected).all()
    for size in (1, 2, 3, 7):
        part = np.empty((shape[1], size), dtype)
        sums.columns(np.ascontiguousarray(values[:, :size]), np.arange(shape[0]), part, fast=fast)
        assert (part == expected[:, :size]).all()


@pytest.mark.parametrize("squares", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("with_last", [False, True])
def test_a_row_equals_the_columns(shape: tuple[int, int], squares: bool, with_last: bool) -> None:
    weights, values = numbers(*shape), numbers(shape[0], 20)
    last = numbers(shape[1]) if with_last else None
    sums = OrderedSums(weights, squares=squares)
    expected = one_by_one(weights, values, squares=squares)
    if last is not None:
        expected += last[:, np.newaxis]
    ends = None if last is None else last.tolist()
    row_function, array_function = sums.row_function(ends), sums.array_function(ends)
    for at in range(20):
        row = values[:, at]
        assert row_function(row.tolist()) == expected[:, at].tolist()
        assert array_function(row.copy()).tolist() == expected[:, at].tolist()


@pytest.mark.parametrize("fast", FAST)
def test_blocks_and_chosen_inputs(fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CELLS", 64)
    monkeypatch.setattr(module, "_ROWS", 16)
    weights, values = numbers(5, 30), numbers(9, 101)
    sources = np.array([8, 0, 3, 3, 1])
    out = np.empty((30, 101))
    OrderedSums(weights).columns(values, sources, out, fast=fast)
    assert (out == one_by_one(weights, values[sources], squares=False)).all()


def test_the_twin_pays_for_many_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    sums = OrderedSums(numbers(10, 10))
    assert not sums.fast_pays(10)
    assert sums.fast_pays(100_000) == fast_available()
    monkeypatch.setenv("PMMLKIT_NUMBA", "0")
    assert not sums.fast_pays(100_000)
