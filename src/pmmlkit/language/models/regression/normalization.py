"""From the sums of the RegressionTables to predictions: `normalizationMethod`, in both modes.

Columns are float64, or float32 where the model computes in single precision; a transcendental
function is then computed in double and rounded. Rows are doubles. Semantics chapter 8.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import EvaluationError

__all__ = [
    "CUMULATIVE_LINKS",
    "LINKS",
    "NO_PROBABILITIES",
    "Distribution",
    "Link",
    "complement",
    "distribution",
]

Array = npt.NDArray[Any]

NO_PROBABILITIES: Final = "the RegressionTables sum to 0, so that there are no probabilities"
"""What is wrong with a row whose sums cannot be divided by their total."""


@dataclass(frozen=True, slots=True)
class Link:
    """An inverse link function: `columns` keeps shape and dtype, `row` takes and gives a double."""

    columns: Callable[[Array], Array]
    row: Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Distribution:
    """Sums to probabilities: `columns` (k, n) to (k, n), `row` a list of k to a list of k.

    `row` raises `EvaluationError` where there are none; `fails`, if given, tells the columns where.
    `link`: of two probabilities, the first is its value for the first sum, the second the rest.
    """

    columns: Callable[[Array], Array]
    row: Callable[[list[float]], list[float]]
    fails: Callable[[Array], npt.NDArray[np.bool_]] | None = None
    link: Link | None = None


def _exp(values: Array) -> Array:
    return np.exp(values, dtype=np.float64).astype(values.dtype, copy=False)


def _exp_row(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf


def _same(value: Any) -> Any:
    return value


def _clamp(values: Array) -> Array:
    return np.minimum(np.maximum(values, 0), 1)


def _clamp_row(value: float) -> float:
    if value < 0.0:
        return 0.0
    return min(value, 1.0)


def _logit(values: Array) -> Array:
    return 1 / (1 + _exp(-values))


def _logit_row(value: float) -> float:
    try:
        return 1.0 / (1.0 + math.exp(-value))
    except OverflowError:
        return 0.0


def _probit(values: Array) -> Array:
    flat = np.fromiter(map(_probit_row, values.ravel().tolist()), np.float64, values.size)
    return flat.reshape(values.shape).astype(values.dtype, copy=False)


def _probit_row(value: float) -> float:
    return 0.5 * math.erfc(-value / math.sqrt(2.0))


def _cloglog(values: Array) -> Array:
    return 1 - _exp(-_exp(values))


def _cloglog_row(value: float) -> float:
    return 1.0 - math.exp(-_exp_row(value))


# PMML4S gives NaN for loglog.
def _loglog(values: Array) -> Array:
    return _exp(-_exp(-values))


def _loglog_row(value: float) -> float:
    return math.exp(-_exp_row(-value))


def _cauchit(values: Array) -> Array:
    angle = np.arctan(values, dtype=np.float64).astype(values.dtype, copy=False)
    result: Array = angle / values.dtype.type(math.pi) + values.dtype.type(0.5)
    return result


def _cauchit_row(value: float) -> float:
    return math.atan(value) / math.pi + 0.5


_LOGIT: Final = Link(_logit, _logit_row)

CUMULATIVE_LINKS: Final[dict[str, Link]] = {
    "none": Link(_clamp, _clamp_row),
    "logit": _LOGIT,
    "probit": Link(_probit, _probit_row),
    "cloglog": Link(_cloglog, _cloglog_row),
    "loglog": Link(_loglog, _loglog_row),
    "cauchit": Link(_cauchit, _cauchit_row),
}
"""What gives the probability of a single event, or a cumulative one."""

LINKS: Final[dict[str, Link]] = {
    **CUMULATIVE_LINKS,
    "none": Link(_same, _same),
    "softmax": _LOGIT,
    "exp": Link(_exp, _exp_row),
}
"""The regression function with one table; simplemax has no meaning there."""


def distribution(method: str, tables: int, *, is_ordinal: bool) -> Distribution | None:
    """Return what makes probabilities of the sums of `tables` tables; None if PMML does not say."""
    link = CUMULATIVE_LINKS.get(method)
    if is_ordinal:
        return None if link is None else _cumulative(link)
    if method == "softmax":
        return Distribution(_softmax, _softmax_row)
    if method == "simplemax":
        return _SIMPLEMAX
    if tables == 2:
        return None if link is None else complement(link)
    return {"none": _REST, "logit": _LOGIT_OF_MANY}.get(method)


def complement(link: Link) -> Distribution:
    """Return the probabilities of two categories: the first by the link, the second the rest."""

    def columns(sums: Array) -> Array:
        result = np.empty_like(sums)
        result[0] = link.columns(sums[0])
        np.subtract(1, result[0], out=result[1])
        return result

    def row(sums: list[float]) -> list[float]:
        first = link.row(sums[0])
        return [first, 1.0 - first]

    return Distribution(columns, row, link=link)


def _cumulative(link: Link) -> Distribution:
    def columns(sums: Array) -> Array:
        levels = link.columns(sums[:-1])
        result = np.empty_like(sums)
        result[0] = levels[0]
        np.subtract(levels[1:], levels[:-1], out=result[1:-1])
        # PMML4S subtracts the last difference, not the last cumulative value.
        np.subtract(1, levels[-1], out=result[-1])
        return result

    def row(sums: list[float]) -> list[float]:
        below = 0.0
        result = []
        for value in sums[:-1]:
            level = link.row(value)
            result.append(level - below)
            below = level
        result.append(1.0 - below)
        return result

    return Distribution(columns, row)


def _in_order(values: Array) -> Array:
    """Add the rows one after the other; `np.sum` would add pairwise."""
    total: Array = values[0].copy()
    for row in values[1:]:
        total += row
    return total


def _softmax(sums: Array) -> Array:
    result = _exp(sums - sums.max(axis=0))
    result /= _in_order(result)
    return result


def _softmax_row(sums: list[float]) -> list[float]:
    check = sum(sums)
    if check != check:
        return [math.nan] * len(sums)
    top = max(sums)
    exponents = [math.exp(value - top) for value in sums]
    total = exponents[0]
    for value in exponents[1:]:
        total += value
    return [value / total for value in exponents]


def _simplemax(sums: Array) -> Array:
    result: Array = sums / _in_order(sums)
    return result


def _sums_to_zero(sums: Array) -> npt.NDArray[np.bool_]:
    is_zero: npt.NDArray[np.bool_] = _in_order(sums) == 0
    return is_zero


def _simplemax_row(sums: list[float]) -> list[float]:
    total = sums[0]
    for value in sums[1:]:
        total += value
    if total == 0.0:
        raise EvaluationError(NO_PROBABILITIES)
    return [value / total for value in sums]


_SIMPLEMAX: Final = Distribution(_simplemax, _simplemax_row, _sums_to_zero)


def _rest(sums: Array) -> Array:
    result = sums.copy()
    np.subtract(1, _in_order(sums[:-1]), out=result[-1])
    return result


def _rest_row(sums: list[float]) -> list[float]:
    total = sums[0]
    for value in sums[1:-1]:
        total += value
    return [*sums[:-1], 1.0 - total]


_REST: Final = Distribution(_rest, _rest_row)

# The specification has no logit for three tables or more. JPMML divides the tables' own
# probabilities by their sum.
_LOGIT_OF_MANY: Final = Distribution(
    lambda sums: _simplemax(_logit(sums)),
    lambda sums: _simplemax_row([_logit_row(value) for value in sums]),
    lambda sums: _sums_to_zero(_logit(sums)),
)
