"""Matrices: kinds, shapes, defaults, limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pmmlkit.errors import LimitError, MarkupError
from pmmlkit.language.arrays import Array
from pmmlkit.language.matrices import MatCell, Matrix
from pmmlkit.limits import Limits


def rows(*texts: str) -> tuple[Array, ...]:
    return tuple(Array(type="real", text=text) for text in texts)


def cells(*items: tuple[int, int, str]) -> tuple[MatCell, ...]:
    return tuple(MatCell(row=row, col=col, text=text) for row, col, text in items)


MATRICES = [
    (Matrix(arrays=rows("1 2 3", "4 5 6")), [[1, 2, 3], [4, 5, 6]]),
    (Matrix(arrays=rows("1 2 3"), nb_rows=1, nb_cols=3), [[1, 2, 3]]),
    (Matrix(kind="diagonal", arrays=rows("1 2")), [[1, 0], [0, 2]]),
    (Matrix(kind="diagonal", arrays=rows("1 2"), off_diag_default=9), [[1, 9], [9, 2]]),
    (Matrix(kind="symmetric", arrays=rows("1", "2 3", "4 5 6")), [[1, 2, 4], [2, 3, 5], [4, 5, 6]]),
    (
        Matrix(cells=cells((1, 2, "5")), nb_rows=2, nb_cols=3, diag_default=1, off_diag_default=2),
        [[1, 5, 2], [2, 1, 2]],
    ),
    (Matrix(cells=cells((2, 1, "5"), (1, 3, " 7 "))), [[0, 0, 7], [5, 0, 0]]),
    (Matrix(kind="symmetric", cells=cells((2, 1, "5"))), [[0, 5], [5, 0]]),
    (Matrix(kind="diagonal", cells=cells((2, 2, "5")), diag_default=1), [[1, 0], [0, 5]]),
    (Matrix(kind="symmetric", cells=cells((2, 1, "5"), (1, 2, "5"))), [[0, 5], [5, 0]]),
    (Matrix(), []),
]


@pytest.mark.parametrize(("matrix", "values"), MATRICES)
def test_matrices(matrix: Matrix, values: Any) -> None:
    found = matrix.expand()
    assert found.dtype == np.float64
    assert found.tolist() == values


@pytest.mark.parametrize(
    "matrix",
    [
        Matrix(arrays=rows("1 2", "3")),
        Matrix(kind="symmetric", arrays=rows("1", "2")),
        Matrix(kind="diagonal", arrays=rows("1", "2")),
        Matrix(arrays=rows("1 2"), nb_rows=2),
        Matrix(arrays=rows("1 2"), nb_cols=1),
        Matrix(cells=cells((3, 1, "5")), nb_rows=2, nb_cols=2),
        Matrix(cells=cells((0, 1, "5"))),
        Matrix(cells=cells((1, 1, "x"))),
        Matrix(cells=cells((1, 1, "1"), (1, 1, "2"))),
        Matrix(kind="symmetric", cells=cells((2, 1, "5"), (1, 2, "6"))),
        Matrix(kind="diagonal", cells=cells((2, 1, "5"))),
        Matrix(kind="symmetric", nb_rows=2, nb_cols=3, cells=cells((2, 1, "5"))),
    ],
)
def test_bad_matrices(matrix: Matrix) -> None:
    with pytest.raises(MarkupError):
        matrix.expand()


def test_matrices_are_bounded() -> None:
    with pytest.raises(LimitError, match="matrix_cells"):
        Matrix(cells=cells((10**9, 10**9, "1"))).expand()
    with pytest.raises(LimitError, match="matrix_cells"):
        Matrix(kind="diagonal", arrays=rows("1 2 3")).expand(replace(Limits(), matrix_cells=8))


IN_SHAPE = [
    (Matrix(diag_default=1), (2, 2), [[1, 0], [0, 1]]),
    (Matrix(off_diag_default=3), (1, 2), [[3, 3]]),
    (Matrix(cells=cells((1, 1, "5"))), (2, 2), [[5, 0], [0, 0]]),
    (Matrix(cells=cells((1, 2, "5"))), (None, 3), [[0, 5, 0]]),
    (Matrix(kind="symmetric", cells=cells((1, 2, "5"))), (3, 3), [[0, 5, 0], [5, 0, 0], [0, 0, 0]]),
    (Matrix(arrays=rows("1 2", "3 4")), (2, None), [[1, 2], [3, 4]]),
]


@pytest.mark.parametrize(("matrix", "shape", "values"), IN_SHAPE)
def test_the_caller_knows_the_shape(matrix: Matrix, shape: Any, values: Any) -> None:
    assert matrix.expand(shape=shape).tolist() == values


@pytest.mark.parametrize(
    ("matrix", "shape"),
    [
        (Matrix(arrays=rows("1 2", "3 4")), (3, 2)),
        (Matrix(arrays=rows("1 2", "3 4")), (2, 1)),
        (Matrix(kind="diagonal", arrays=rows("1 2")), (3, 3)),
        (Matrix(kind="symmetric", arrays=rows("1", "2 3")), (3, 3)),
        (Matrix(cells=cells((3, 1, "5"))), (2, 2)),
        (Matrix(nb_rows=3, nb_cols=2, cells=cells((1, 1, "5"))), (2, 2)),
    ],
)
def test_another_shape_is_an_error(matrix: Matrix, shape: Any) -> None:
    with pytest.raises(MarkupError):
        matrix.expand(shape=shape)


def test_a_stated_size_is_held_against_the_shape_first() -> None:
    huge = Matrix(nb_rows=7000, nb_cols=7000, cells=cells((1, 1, "5")))
    with pytest.raises(MarkupError, match="nbRows is 7000"):
        huge.expand(shape=(2, 2))
