"""Statistics of categories (counters and target statistics) as tables from categories to numbers.

The tables of a model are by hash. They can be stated where the category behind every hash is
known; an unknown category gets what CatBoost gives one that it has not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters import expressions
from pmmlkit.exporters.catboost.categories import Column, combined
from pmmlkit.exporters.catboost.model import CatBoostModel, Ctr
from pmmlkit.exporters.catboost.questions import Element
from pmmlkit.exporters.features import (
    Category,
    Derived,
    Feature,
    Lookup,
    cast,
    data_type_of,
    name_of,
)
from pmmlkit.exporters.texts import category_text, number_texts
from pmmlkit.language.expressions import FieldRef
from pmmlkit.language.inline_table import FieldColumnPair, InlineTable
from pmmlkit.language.map_values import MapValues
from pmmlkit.language.row_table import RowTable

__all__ = ["ctr_feature", "indicator"]

MOST_COMBINATIONS = 20_000_000
"""So many combinations of known categories are tried; more would take minutes."""

Floats = npt.NDArray[np.float32]


def ctr_feature(
    model: CatBoostModel, number: int, columns: Sequence[Column], features: Sequence[Feature]
) -> Feature:
    """Return the statistic as a feature.

    `columns` are the categorical ones of the model, `features` all columns that it was fitted on.
    Raises ExportError where the categories behind the table are not known.
    """
    ctr = model.ctrs[number]
    parts = [_part(model, element, columns, features) for element in ctr.elements]
    name = _name(ctr, parts)
    if prod(len(part.values) for part in parts) > MOST_COMBINATIONS:
        raise ExportError(
            f"{name} combines columns with more than {MOST_COMBINATIONS:,} combinations of "
            "categories: train with max_ctr_complexity=1"
        )
    at, rows = _rows(ctr, parts)
    if len(rows) < len(ctr.hashes):
        raise _unknown(name, len(ctr.hashes) - len(rows), parts)
    values = ctr_values(ctr)
    if len(parts) == 1 and parts[0].column is not None:
        categories = [parts[0].values[int(row)] for row in at[:, 0]]
        return Lookup(
            name,
            parts[0].feature,
            tuple(zip(categories, values[rows].astype(np.float64).tolist(), strict=True)),
            missing=float("nan"),
            otherwise=float(values[-1]),
            known=parts[0].column.stated or tuple(categories),
            missing_refused=True,
        )
    texts = [[part.texts[int(row)] for row in at[:, place]] for place, part in enumerate(parts)]
    return _table(name, parts, texts, values[rows], values[-1])


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the things that a table is by: `values` and `hashes` (n,) belong together."""

    feature: Feature
    values: Sequence[Category]
    hashes: npt.NDArray[np.uint64]
    column: Column | None = None

    @property
    def texts(self) -> list[str]:
        """The values as they stand in a table."""
        kind = data_type_of(self.feature) or "string"
        return [category_text(value, kind) for value in self.values]


def _part(
    model: CatBoostModel,
    element: Element,
    columns: Sequence[Column],
    features: Sequence[Feature],
) -> _Part:
    question = element.question
    if question.kind == "category":
        column = columns[question.index]
        return _Part(column.feature, tuple(column.by_hash.values()), column.hashes, column)
    answers = np.array([0, 1], np.uint64)
    if question.kind == "one_hot":
        return _Part(_yes(indicator(columns[question.index], question.hash)), (0, 1), answers)
    about = model.floats[question.index]
    source = cast(features[about.column], "float")
    answer = _above(source, element.border, about.missing_is_largest)
    return _Part(answer, (0, 1), answers)


def indicator(column: Column, number: int) -> Lookup:
    """Return whether a column is the category of this hash."""
    if number not in column.by_hash:
        part = _Part(column.feature, column.stated, column.hashes, column)
        raise _unknown(f"a split on {column.name}", 1, [part])
    category = column.by_hash[number]
    return Lookup(
        f"{column.name}={category}",
        column.feature,
        ((category, 1.0),),
        missing=0.0,
        otherwise=0.0,
        known=column.stated,
        missing_refused=True,
    )


def _yes(lookup: Lookup) -> Feature:
    """Return an indicator as the integer 1 or 0."""
    ((category, _),) = lookup.table
    kind = data_type_of(lookup.source) or "string"

    def expression(source: Any) -> Any:
        one, zero = expressions.constant(1, "integer"), expressions.constant(0, "integer")
        wanted = expressions.constant(category, kind)
        return expressions.apply("if", expressions.apply("equal", source, wanted), one, zero)

    return Derived(lookup.name, (lookup.source,), expression, "integer", guarded=True)


def _above(source: Feature, border: float, missing: bool) -> Feature:
    """Return whether a number is above a border, as the integer 1 or 0."""

    def expression(value: Any) -> Any:
        one, zero = expressions.constant(1, "integer"), expressions.constant(0, "integer")
        above = expressions.apply("greaterThan", value, expressions.constant(border))
        absent = expressions.apply("isMissing", value)
        return expressions.apply(
            "if", absent, one if missing else zero, expressions.apply("if", above, one, zero)
        )

    return Derived(f"{name_of(source)}>{border!r}", (source,), expression, "integer")


def _rows(ctr: Ctr, parts: Sequence[_Part]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the combinations that the table knows: of each its place in the parts (m, parts) and
    its row in the table (m,).
    """
    sizes = [len(part.values) for part in parts]
    grids = np.indices(sizes).reshape(len(parts), -1) if prod(sizes) else np.empty((len(parts), 0))
    grid = grids.astype(np.int64)
    hashes = combined(part.hashes[grid[place]] for place, part in enumerate(parts))
    order = np.argsort(ctr.hashes)
    found = np.searchsorted(ctr.hashes[order], hashes)
    found = np.minimum(found, max(len(order) - 1, 0))
    hit = ctr.hashes[order][found] == hashes if len(order) else np.zeros(len(hashes), bool)
    rows = order[found[hit]] if len(order) else np.empty(0, np.int64)
    return grid[:, hit].T, rows.astype(np.int64)


def ctr_values(ctr: Ctr) -> Floats:
    """Return the statistic of each row of the table, behind them that of an unknown category.

    In float32, as CatBoost computes.
    """
    counts = np.vstack([ctr.counts, np.zeros((1, ctr.counts.shape[1]))])
    if ctr.kind in ("BinarizedTargetMeanValue", "FloatTargetMeanValue"):
        good, total = counts[:, 0], counts[:, 1]
    elif ctr.kind in ("Counter", "FeatureFreq"):
        good, total = counts[:, 0], np.full(len(counts), float(ctr.denominator))
    elif ctr.kind == "Buckets":
        good, total = counts[:, ctr.target_border], counts.sum(axis=1)
    elif ctr.kind == "Borders":
        good, total = counts[:, ctr.target_border + 1 :].sum(axis=1), counts.sum(axis=1)
    else:
        raise ExportError(f"statistics of kind {ctr.kind} are not known")
    numerator, denominator = (np.float32(it) for it in ctr.prior)
    share = (good.astype(np.float32) + numerator) / (total.astype(np.float32) + denominator)
    return ((share + np.float32(ctr.shift)) * np.float32(ctr.scale)).astype(np.float32)


def _table(
    name: str,
    parts: Sequence[_Part],
    texts: Sequence[Sequence[str]],
    values: Floats,
    otherwise: np.float32,
) -> Feature:
    names = [f"input{place}" for place in range(1, len(parts) + 1)]
    rows = RowTable.of(
        {**dict(zip(names, map(list, texts), strict=True)), "output": number_texts(values)}
    )
    default = number_texts(np.array([otherwise], np.float32))[0]

    def expression(*sources: FieldRef) -> MapValues:
        pairs = [
            FieldColumnPair(field=source.field, column=column)
            for source, column in zip(sources, names, strict=True)
        ]
        return MapValues(
            output_column="output",
            data_type="float",
            default_value=default,
            pairs=tuple(pairs),
            inline_table=InlineTable(rows=rows),
        )

    return Derived(name, tuple(part.feature for part in parts), expression, "float")


def _name(ctr: Ctr, parts: Sequence[_Part]) -> str:
    inside = ", ".join(name_of(part.feature) for part in parts)
    words = {"Counter": "counter", "FeatureFreq": "frequency"}
    return f"{words.get(ctr.kind, 'ctr')}({inside})"


def _unknown(name: str, count: int, parts: Sequence[_Part]) -> ExportError:
    names = ", ".join(repr(part.column.name) for part in parts if part.column is not None)
    return ExportError(
        f"{name} goes by hashes of categories, and {count} of them belong to no category of "
        f"{names} that is known: pass X= with all rows that the model was trained on, or export "
        "the JSON that save_model(..., format='json', pool=...) writes with the pool it was "
        "trained on"
    )
