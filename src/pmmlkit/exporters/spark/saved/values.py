"""Values as Spark writes them: vectors, matrices and numbers that JSON cannot state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError, LimitError
from pmmlkit.limits import Limits

__all__ = ["decoded", "matrix", "vector"]

_NUMBERS = {"NaN": np.nan, "Inf": np.inf, "-Inf": -np.inf}

_TEXTS = ("Col", "formula", "statement", "pattern")
"""How names of parameters end whose value is any text, so also the text `NaN`."""

_SPARSE, _DENSE = 0, 1


def vector(value: Any) -> npt.NDArray[np.float64]:
    """Return a Spark vector, dense or sparse, as an array of shape (size,).

    `value` is the struct ``{type, size, indices, values}`` of a Parquet file (a mapping or an Arrow
    scalar) or the object of the same names in metadata.

    Raises ExportError where it is no such struct, LimitError where its size goes beyond
    ``Limits.array_items``.
    """
    parts = _struct(value, "vector")
    numbers = _doubles(parts, "vector")
    if _kind(parts, "vector") == _DENSE:
        return numbers
    size = _count(parts, "size", "vector")
    _within(size, "array_items", "vector")
    indices = _indices(parts, "indices", "vector")
    if len(indices) != len(numbers) or not _inside(indices, size):
        raise _malformed("vector", "its indices do not fit its size")
    result = np.zeros(size)
    result[indices] = numbers
    return result


def matrix(value: Any) -> npt.NDArray[np.float64]:
    """Return a Spark matrix, dense or sparse, as an array of shape (rows, columns).

    `value` is the struct ``{type, numRows, numCols, colPtrs, rowIndices, values, isTransposed}``.

    Raises ExportError where it is no such struct, LimitError where its cells go beyond
    ``Limits.matrix_cells``.
    """
    parts = _struct(value, "matrix")
    numbers = _doubles(parts, "matrix")
    shape = _count(parts, "numRows", "matrix"), _count(parts, "numCols", "matrix")
    _within(shape[0] * shape[1], "matrix_cells", "matrix")
    transposed = bool(parts.get("isTransposed"))
    if _kind(parts, "matrix") == _DENSE:
        if len(numbers) != shape[0] * shape[1]:
            raise _malformed("matrix", f"{len(numbers)} values for {shape[0]} by {shape[1]} cells")
        return np.ascontiguousarray(numbers.reshape(shape, order="C" if transposed else "F"))
    # Transposed, the pointers run over rows and the indices are those of columns.
    majors, minors = shape if transposed else shape[::-1]
    pointers = _indices(parts, "colPtrs", "matrix")
    indices = _indices(parts, "rowIndices", "matrix")
    lengths = np.diff(pointers)
    if (
        len(pointers) != majors + 1
        or len(indices) != len(numbers)
        or pointers[0] != 0
        or pointers[-1] != len(numbers)
        or np.any(lengths < 0)
        or not _inside(indices, minors)
    ):
        raise _malformed("matrix", "its pointers and indices do not fit its shape")
    result = np.zeros((majors, minors))
    result[np.repeat(np.arange(majors), lengths), indices] = numbers
    return result if transposed else np.ascontiguousarray(result.T)


def decoded(name: str, value: Any) -> Any:
    """Return the value of a parameter in metadata: an array for a vector or matrix, floats for
    ``"NaN"``, ``"Inf"`` and ``"-Inf"``, everything else as it is.
    """
    if isinstance(value, str):
        return value if name.endswith(_TEXTS) else _NUMBERS.get(value, value)
    if isinstance(value, list):
        return [_numbers(item) if isinstance(item, list) else item for item in _numbers(value)]
    if isinstance(value, dict) and {"type", "values"} <= value.keys():
        return matrix(value) if "numRows" in value else vector(value)
    return value


def _numbers(items: list[Any]) -> list[Any]:
    # An array of labels may hold the text NaN; it holds no number then.
    if not any(isinstance(item, int | float) and not isinstance(item, bool) for item in items):
        return items
    return [_NUMBERS.get(item, item) if isinstance(item, str) else item for item in items]


def _struct(value: Any, what: str) -> Mapping[str, Any]:
    if hasattr(value, "as_py"):
        value = value.as_py()
    if not isinstance(value, Mapping):
        raise _malformed(what, f"{type(value).__name__} in place of a struct")
    return value


def _kind(parts: Mapping[str, Any], what: str) -> int:
    kind = parts.get("type")
    if kind not in (_SPARSE, _DENSE):
        raise _malformed(what, f"type is {kind!r} and not 0 (sparse) or 1 (dense)")
    return int(kind)


def _count(parts: Mapping[str, Any], name: str, what: str) -> int:
    count = parts.get(name)
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise _malformed(what, f"{name} is {count!r} and not a count")
    return count


def _doubles(parts: Mapping[str, Any], what: str) -> npt.NDArray[np.float64]:
    values = parts.get("values")
    if isinstance(values, list):
        values = [_NUMBERS.get(item, item) if isinstance(item, str) else item for item in values]
    return _array(values, np.float64, "values", what)


def _indices(parts: Mapping[str, Any], name: str, what: str) -> npt.NDArray[np.int64]:
    return _array(parts.get(name), np.int64, name, what)


def _array(values: Any, kind: type, name: str, what: str) -> npt.NDArray[Any]:
    if not isinstance(values, Sequence | np.ndarray) or isinstance(values, str):
        raise _malformed(what, f"it has no {name}")
    try:
        array: npt.NDArray[Any] = np.asarray(values, dtype=kind)
    except (TypeError, ValueError, OverflowError) as error:
        raise _malformed(what, f"its {name} are not numbers") from error
    if array.ndim != 1:
        raise _malformed(what, f"its {name} are not one list")
    return array


def _inside(indices: npt.NDArray[np.int64], size: int) -> bool:
    return not len(indices) or bool(indices.min() >= 0 and indices.max() < size)


def _within(count: int, limit: str, what: str) -> None:
    most = getattr(Limits(), limit)
    if count > most:
        raise LimitError(f"A {what} has {count} cells, beyond Limits.{limit} = {most}")


def _malformed(what: str, reason: str) -> ExportError:
    return ExportError(f"This is no {what} as Spark saves it: {reason}")
