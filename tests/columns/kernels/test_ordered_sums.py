"""Sums in one order: by columns, by the compiled twin and by row they are the same to the bit.

By matrix products they are the same within a bound.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmmlkit.columns.kernels import fast_available
from pmmlkit.columns.kernels import ordered_sums as module
from pmmlkit.columns.kernels.ordered_sums import EXPONENT_ERROR, OrderedSums, Way

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
WAYS = [
    "ordered",
    pytest.param("compiled", marks=pytest.mark.skipif(not fast_available(), reason="numba")),
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


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("squares", [False, True])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_columns_are_added_in_order(
    shape: tuple[int, int], dtype: Any, squares: bool, way: Way
) -> None:
    weights, values = numbers(*shape, dtype=dtype), numbers(shape[0], 300, dtype=dtype)
    sums = OrderedSums(weights, squares=squares)
    expected = one_by_one(weights, values, squares=squares)
    out = np.full(expected.shape, np.nan, dtype)
    sums.columns(values, np.arange(shape[0]), out, way=way)
    assert (out == expected).all()
    for size in (1, 2, 3, 7):
        part = np.empty((shape[1], size), dtype)
        sums.columns(np.ascontiguousarray(values[:, :size]), np.arange(shape[0]), part, way=way)
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


@pytest.mark.parametrize("way", WAYS)
def test_blocks_and_chosen_inputs(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CELLS", 64)
    monkeypatch.setattr(module, "_ROWS", 16)
    weights, values = numbers(5, 30), numbers(9, 101)
    sources = np.array([8, 0, 3, 3, 1])
    out = np.empty((30, 101))
    OrderedSums(weights).columns(values, sources, out, way=way)
    assert (out == one_by_one(weights, values[sources], squares=False)).all()


def test_the_twin_pays_for_many_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    sums = OrderedSums(numbers(10, 10))
    assert not sums.fast_pays(10)
    assert sums.fast_pays(100_000) == fast_available()
    monkeypatch.setenv("PMMLKIT_NUMBA", "0")
    assert not sums.fast_pays(100_000)


# --- matrix products


@st.composite
def scaled(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Weights and rows of any scale, far from 0 or not; some rows are weights, some are strange."""
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    size, count, rows = draw(st.integers(1, 60)), draw(st.integers(1, 70)), 50
    scale = 10.0 ** (draw(st.integers(-7, 7)) + chance.integers(-3, 4, (size, 1)))
    offset = draw(st.sampled_from([0.0, 1.0, 1e6])) * scale
    weights = chance.normal(size=(size, count)) * scale + offset
    values = chance.normal(size=(size, rows)) * scale + offset
    # What is near a vector, or is one, has the smallest distance from it and the largest error.
    some = chance.integers(0, count, 20)
    values[:, :20] = weights[:, some]
    values[:, 10:20] *= 1 + 1e-9 * chance.normal(size=(size, 10))
    for at in range(20, 26):
        strange = draw(st.sampled_from([0.0, 1e20, -1e160, 1e308, np.inf, -np.inf, np.nan]))
        values[chance.integers(size), at] = strange
    return weights, values


def by_matrix(sums: OrderedSums, values: np.ndarray) -> list[np.ndarray]:
    """Return the sums of the columns, and those of each row by itself."""
    assert sums.matrix is not None
    out = np.full((sums.weights.shape[1], values.shape[1]), 7.0)
    sums.columns(values, np.arange(len(values)), out, way="matrix")
    run = sums.matrix_function()
    return [out, np.column_stack([run(row) for row in values.T.copy()])]


@settings(max_examples=60, deadline=None)
@given(scaled())
def test_products_by_matrix_are_right_within_their_terms(
    given: tuple[np.ndarray, np.ndarray],
) -> None:
    weights, values = given
    with np.errstate(all="ignore"):
        expected = one_by_one(weights, values, squares=False)
        terms = one_by_one(np.abs(weights), np.abs(values), squares=False)
        for found in by_matrix(OrderedSums(weights, tolerance=np.inf), values):
            close = np.abs(found - expected) <= 1e-12 * terms
            assert (close | same(found, expected)).all()


@settings(max_examples=120, deadline=None)
@given(scaled(), st.sampled_from([1e-12, 1e-3, 0.05, 1.0, 1e6]), st.sampled_from([1.0, -1.0]))
def test_squares_by_matrix_keep_their_exponential(
    given: tuple[np.ndarray, np.ndarray], gamma: float, sign: float
) -> None:
    weights, values = given
    with np.errstate(all="ignore"):
        sums = OrderedSums(weights, squares=True, tolerance=EXPONENT_ERROR / gamma)
        if sums.matrix is None:
            return
        exponents = sign * gamma * one_by_one(weights, values, squares=True)
        for found in by_matrix(sums, values):
            assert not (found < 0).any()
            likeness, expected = np.exp(sign * gamma * found), np.exp(exponents)
            close = np.abs(likeness - expected) <= 1e-12 * expected
            assert (close | same(likeness, expected)).all()


def same(found: np.ndarray, expected: np.ndarray) -> Any:
    return (found == expected) | (np.isnan(found) & np.isnan(expected))


def test_rows_without_a_bound_are_added_in_order() -> None:
    """Features of 1e6 and gamma 1: next to nothing is left of a small distance."""
    chance = np.random.default_rng(3)
    weights = chance.normal(size=(5, 40))
    weights[:, -1] = weights[:, 0]
    values = np.concatenate([weights[:, :7], 1e6 * chance.normal(size=(5, 13))], axis=1)
    values[0, 19] = np.inf
    sums = OrderedSums(weights, squares=True, tolerance=EXPONENT_ERROR)
    expected = one_by_one(weights, values, squares=True)
    matrix = sums.matrix
    assert matrix is not None
    with np.errstate(all="ignore"):
        assert matrix.columns(values, np.empty(expected.shape)).tolist() == list(range(7, 20))
        assert all(matrix.row(values[:, at]) is None for at in range(7, 20))
        both = by_matrix(sums, values)
    for found in both:
        assert (found[:, 7:] == expected[:, 7:]).all()
        assert np.abs(found[:, :7] - expected[:, :7]).max() < EXPONENT_ERROR
        assert not (found[:, :7] == expected[:, :7]).all()
    # Moved and stretched, no row has a bound: what is left of the vectors are their lengths.
    assert OrderedSums(1e6 * weights, squares=True, tolerance=EXPONENT_ERROR).matrix is None


def test_where_no_matrix_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = numbers(10, 10)
    monkeypatch.setenv("PMMLKIT_NUMBA", "0")
    assert OrderedSums(weights, tolerance=np.inf).way(10) == "ordered"
    assert OrderedSums(weights, tolerance=np.inf).way(10_000) == "matrix"
    assert OrderedSums(weights).way(10_000) == "ordered"
    assert OrderedSums(weights.astype(np.float32), tolerance=np.inf).way(10_000) == "ordered"
    assert OrderedSums(numbers(5_000, 10), tolerance=np.inf).way(10_000) == "ordered"
    for wrong in (np.nan, np.inf, 1e308):
        strange = np.full((3, 2), wrong)
        assert OrderedSums(strange, squares=True, tolerance=1e-12).matrix is None
    assert OrderedSums(np.full((3, 2), np.nan), tolerance=np.inf).matrix is None
    assert OrderedSums(weights, squares=True, tolerance=np.nan).matrix is None
