"""The items of arrays and matrices for rules: what the compiler refuses is left to it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import PmmlError
from pmmlkit.language.arrays import Array
from pmmlkit.language.matrices import Matrix

__all__ = ["array_numbers", "array_texts", "matrix_numbers"]

Doubles = npt.NDArray[np.float64]


def array_texts(array: Array | None) -> tuple[str, ...] | None:
    """Return the items of an array as texts, None where it is no sound array."""
    try:
        return None if array is None else array.items()
    except PmmlError:
        return None


def array_numbers(array: Array | None) -> Doubles | None:
    """Return the items of an array (n,), None where it is no sound array of numbers."""
    try:
        return None if array is None else array.numbers()
    except PmmlError:
        return None


def matrix_numbers(matrix: Matrix | None) -> Doubles | None:
    """Return a whole matrix (rows, columns), None where it is no sound one."""
    try:
        return None if matrix is None else matrix.expand()
    except PmmlError:
        return None
