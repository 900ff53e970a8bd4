"""Powers of numbers, the same in columns and rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["powers", "row_power"]

Array = npt.NDArray[Any]


def powers(values: Array, exponent: float, dtype: np.dtype[Any]) -> Array:
    """Return ``values ** exponent`` in `dtype`."""
    base = values.astype(dtype, copy=False)
    if exponent == 1.0:
        return base
    base = base.astype(np.float64, copy=False)
    # Not one number for all: NumPy would take roots for powers, which differ at -inf and -0.
    raised = base * base if exponent == 2.0 else np.power(base, np.full_like(base, exponent))
    result: Array = raised.astype(dtype, copy=False)
    return result


def row_power(value: Any, exponent: float) -> float:
    """Return what `powers` does for one number."""
    base = float(value)
    if exponent == 2.0:
        return base * base
    try:
        return math.pow(base, exponent)
    except (OverflowError, ValueError):
        with np.errstate(all="ignore"):
            return float(np.power(np.float64(base), np.float64(exponent)))
