"""Statistics of the training data, embedded as ModelStats: what drift is measured against later.

Specification: chapter Statistics.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.domains import field_text
from pmmlkit.exporters.features import is_missing_value
from pmmlkit.exporters.tables import column_values
from pmmlkit.exporters.untreated import is_valid, row_value
from pmmlkit.language.arrays import Array
from pmmlkit.language.data_dictionary import DataField, FieldRules
from pmmlkit.language.statistics import (
    Counts,
    DiscrStats,
    ModelStats,
    NumericInfo,
    Quantile,
    UnivariateStats,
)

__all__ = ["statistics_of"]

QUANTILES: Final = (1, 5, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 95, 99)
"""In percent."""

MOST_CATEGORIES: Final = 1000
"""The most frequent ones are listed; `Counts` says how many there are."""

Doubles = npt.NDArray[np.float64]


def statistics_of(
    fields: Sequence[DataField], names: Sequence[str], X: Any, y: Any, targets: Sequence[str]
) -> ModelStats:
    """Return the statistics of the fields: of those that are columns of X, called `names`, and of
    the targets, where y has their values.

    Numbers get moments (the standard deviation with n - 1) and quantiles (interpolated linearly),
    categories their frequencies; missing and invalid values are counted apart. Raises ExportError
    without X.
    """
    if X is None:
        raise ExportError("statistics=True needs X=, the rows that the estimator was fitted on")
    columns = dict(_columns(names, X, y, targets))
    return ModelStats(
        univariate_stats=tuple(
            _of_field(field, columns[field.name]) for field in fields if field.name in columns
        )
    )


def _columns(
    names: Sequence[str], X: Any, y: Any, targets: Sequence[str]
) -> Iterator[tuple[str, list[Any]]]:
    yield from column_values(X, names).items()
    if y is None or isinstance(y, str):
        return
    if np.ndim(y) == 1:
        yield targets[0], y.tolist() if hasattr(y, "tolist") else list(y)
    elif np.shape(y)[1] == len(targets):
        yield from column_values(y, targets).items()


def _of_field(field: DataField, cells: Sequence[Any]) -> UnivariateStats:
    rules = field.rules()
    if rules.optype == "continuous" and rules.type.is_number:
        return _of_numbers(field.name, cells, rules)
    missing, invalid, valid = _sorted_out(cells, rules)
    counts: dict[str, Any] = {"missing_freq": missing, "invalid_freq": invalid}
    parts: dict[str, Any] = {}
    if rules.optype != "continuous":
        counts["cardinality"] = len(valid)
        texts = {field_text(value, field.data_type): count for value, count in valid.items()}
        parts["discr_stats"] = _discrete(texts)
    return UnivariateStats(
        field=field.name, counts=Counts(total_freq=len(cells), **counts), **parts
    )


def _of_numbers(name: str, cells: Sequence[Any], rules: FieldRules) -> UnivariateStats:
    try:
        numbers = np.array(cells, np.float64)
    except (TypeError, ValueError):
        # texts that mark missing values, or pandas' NA
        missing, invalid, valid = _sorted_out(cells, rules)
        numbers = np.repeat(np.array(list(valid), np.float64), list(valid.values()))
    else:
        if rules.type.kind == "float":
            numbers = numbers.astype(np.float32).astype(np.float64)
        lost = np.isnan(numbers) | np.isin(numbers, list(rules.missing))
        bad = np.isin(numbers, list(rules.invalid))
        if rules.values:
            bad |= ~np.isin(numbers, rules.values)
        elif rules.intervals:
            bad |= ~np.any([bounds.inside(numbers) for bounds in rules.intervals], axis=0)
        missing, invalid = int(lost.sum()), int((bad & ~lost).sum())
        numbers = numbers[~lost & ~bad]
    counts = Counts(total_freq=len(cells), missing_freq=missing, invalid_freq=invalid)
    numeric = _numeric(numbers[np.isfinite(numbers)])
    return UnivariateStats(field=name, counts=counts, numeric_info=numeric)


def _sorted_out(cells: Sequence[Any], rules: FieldRules) -> tuple[int, int, Counter[Any]]:
    """Return how many cells are missing and invalid, and how often each valid value is there."""
    missing = invalid = 0
    valid: Counter[Any] = Counter()
    for cell, count in Counter(cells).items():
        value = None if is_missing_value(cell) else row_value(cell, rules)
        if value is None or value in rules.missing or str(value) in rules.missing_texts:
            missing += count
        elif is_valid(value, rules):
            valid[value] += count
        else:
            invalid += count
    return missing, invalid, valid


def _numeric(numbers: Doubles) -> NumericInfo | None:
    if not len(numbers):
        return None
    levels = np.percentile(numbers, QUANTILES).tolist()
    by_level: Mapping[int, float] = dict(zip(QUANTILES, levels, strict=True))
    return NumericInfo(
        minimum=float(numbers.min()),
        maximum=float(numbers.max()),
        mean=float(numbers.mean()),
        standard_deviation=float(numbers.std(ddof=1)) if len(numbers) > 1 else None,
        median=by_level[50],
        inter_quartile_range=by_level[75] - by_level[25],
        quantiles=tuple(
            Quantile(quantile_limit=level, quantile_value=value)
            for level, value in by_level.items()
        ),
    )


def _discrete(frequencies: Mapping[str, int]) -> DiscrStats | None:
    if not frequencies:
        return None
    ordered = sorted(frequencies.items(), key=lambda item: (-item[1], item[0]))[:MOST_CATEGORIES]
    texts = [text for text, _ in ordered]
    return DiscrStats(
        modal_value=texts[0],
        arrays=(
            Array.of(texts, "string"),
            Array.of([count for _, count in ordered], "int"),
        ),
    )
