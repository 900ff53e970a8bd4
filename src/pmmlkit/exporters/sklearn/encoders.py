"""sklearn.preprocessing: OneHotEncoder, OrdinalEncoder and TargetEncoder.

What an encoder makes of each category is not computed anew but asked: a table of all categories is
transformed.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import (
    Category,
    Feature,
    Lookup,
    is_missing_value,
    name_of,
    plain,
    uniform,
)
from pmmlkit.exporters.lookups import composed
from pmmlkit.exporters.registry import converts

__all__ = ["one_hot_encoder", "ordinal_encoder", "target_encoder"]

UNKNOWN = "\ue000 a category that no data have"


@converts("sklearn.preprocessing.OneHotEncoder")
def one_hot_encoder(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to indicators of the categories that have a column of their own."""
    widths = [_columns_of(estimator, at) for at in range(len(estimator.categories_))]
    return _looked_up(estimator, features, widths)


def _columns_of(encoder: Any, at: int) -> int:
    count = len(encoder.categories_[at])
    rare = getattr(encoder, "infrequent_categories_", None)
    if rare is not None and rare[at] is not None:
        count -= len(rare[at]) - 1
    dropped = encoder.drop_idx_
    return count - (dropped is not None and dropped[at] is not None)


@converts("sklearn.preprocessing.OrdinalEncoder")
def ordinal_encoder(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the codes of the categories."""
    return _looked_up(estimator, features, [1] * len(estimator.categories_))


@converts("sklearn.preprocessing.TargetEncoder")
def target_encoder(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the mean of the target over each category, or to the share of each class.

    Categories that were not there get the mean over all rows.
    """
    width = len(estimator.classes_) if estimator.target_type_ == "multiclass" else 1
    return _looked_up(estimator, features, [width] * len(estimator.categories_))


def _looked_up(encoder: Any, features: Sequence[Feature], widths: Sequence[int]) -> list[Feature]:
    uniform(features, len(encoder.categories_), encoder)
    refuses = getattr(encoder, "handle_unknown", None) == "error"
    numbers = _transformed(encoder, _probe(encoder.categories_, refuses))
    made: list[Feature] = []
    start = 0
    for feature, categories, width in zip(features, encoder.categories_, widths, strict=True):
        columns = numbers[:, start : start + width]
        start += width
        made += _of_column(feature, list(categories), columns, refuses)
    return made


def _probe(categories: Sequence[Any], refuses: bool) -> npt.NDArray[np.object_]:
    """Return a table with every category of every column in the first rows, and an unknown one in
    the last.
    """
    height = max(len(values) for values in categories)
    table = np.empty((height + (not refuses), len(categories)), object)
    for at, values in enumerate(categories):
        table[: len(values), at] = values
        table[len(values) :, at] = values[0]
        if not refuses:
            table[-1, at] = UNKNOWN
    return table


def _transformed(encoder: Any, table: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    with warnings.catch_warnings():
        # that the table has no column names, and unknown categories
        warnings.simplefilter("ignore")
        result = encoder.transform(table)
    dense = result.toarray() if hasattr(result, "toarray") else result
    return np.asarray(dense, np.float64)


def _of_column(
    feature: Feature,
    categories: list[Any],
    numbers: npt.NDArray[np.float64],
    refuses: bool,
) -> Iterator[Feature]:
    lacking = [at for at, category in enumerate(categories) if is_missing_value(category)]
    known: tuple[Category, ...] = tuple(
        plain(category) for at, category in enumerate(categories) if at not in lacking
    )
    present = np.setdiff1d(np.arange(len(categories)), lacking)
    for column in numbers.T:
        codes = column[present]
        one_hot = bool(((codes == 0.0) | (codes == 1.0)).all())
        # where such rows are refused any number would do: the one that leaves least to say
        least = 0.0 if one_hot else math.nan
        otherwise = least if refuses else float(column[-1])
        missing = float(column[lacking[0]]) if lacking else otherwise
        # of thousands of one-hot columns each has one category
        other = np.flatnonzero(codes != otherwise).tolist()
        table = tuple((known[at], float(codes[at])) for at in other)
        made = Lookup(
            _column_name(feature, table, missing, one_hot),
            feature,
            table,
            missing,
            otherwise,
            known,
            refuses,
            refuses and not lacking,
        )
        yield composed(feature, made) if isinstance(feature, Lookup) else made


def _column_name(
    feature: Feature, table: tuple[tuple[Category, float], ...], missing: float, one_hot: bool
) -> str:
    shown = [str(category) for category, code in table if code]
    if one_hot and len(shown) == 1:
        return f"{name_of(feature)}_{shown[0]}"
    if one_hot and not shown and missing:
        return f"missing({name_of(feature)})"
    return f"code({name_of(feature)})"
