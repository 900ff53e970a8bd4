"""InterpretML: explainable boosting machines as regressions over their terms.

A term of one column is a table of its bins, a term of several a table of theirs together; the
public attributes ``bins_``, ``term_features_``, ``term_scores_`` and ``link_`` hold all of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import (
    Category,
    ConstantFeature,
    Derived,
    Feature,
    Lookup,
    as_number,
    data_type_of,
    elementwise,
    may_be_missing,
    name_of,
    uniform,
)
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.linear_form import LinearForm
from pmmlkit.exporters.registry import converts
from pmmlkit.language.data_dictionary import Interval
from pmmlkit.language.discretize import Discretize, DiscretizeBin
from pmmlkit.language.expressions import FieldRef
from pmmlkit.language.inline_table import FieldColumnPair, InlineTable
from pmmlkit.language.map_values import MapValues
from pmmlkit.language.models.regression import RegressionModel, RegressionTable
from pmmlkit.language.row_table import RowTable
from pmmlkit.language.scope import Compiled
from pmmlkit.xml.lexical import format_number

__all__ = ["explainable_boosting"]

Doubles = npt.NDArray[np.float64]

LINKS = {"identity": "none", "log": "exp", "logit": "logit", "mlogit": "softmax"}
"""normalizationMethod by the link of the model."""


@converts(
    "interpret.glassbox.ExplainableBoostingClassifier",
    "interpret.glassbox.ExplainableBoostingRegressor",
    "interpret.glassbox.DPExplainableBoostingClassifier",
    "interpret.glassbox.DPExplainableBoostingRegressor",
)
def explainable_boosting(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert the intercept and the scores of the bins of each term."""
    features = _ordered(uniform(features, estimator.n_features_in_, estimator), estimator)
    normalization = LINKS.get(estimator.link_)
    if normalization is None:
        raise ExportError(
            f"{type(estimator).__name__} has the link {estimator.link_!r}, whose predictions no "
            "normalizationMethod of PMML gives: fit it with another objective"
        )
    labels = context.target.labels
    intercepts = np.ravel(np.asarray(estimator.intercept_, np.float64)).tolist()
    groups = [
        _group(estimator, features, group if len(intercepts) > 1 else None)
        for group in range(len(intercepts))
    ]
    forms = [LinearForm.of(group) for group in groups]
    # of two classes, the probability is that of the second
    names: Sequence[str | None] = [labels[1]] if len(labels) > len(forms) else labels or [None]

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> RegressionModel:
        tables, at = [], 0
        for form, intercept, name in zip(forms, intercepts, names, strict=True):
            own = fields[at : at + len(form.all_reads)]
            at += len(own)
            tables.append(form.table(own, np.ones(len(form.features)), intercept, name))
        if len(labels) > len(forms):
            tables.append(RegressionTable(intercept=0.0, target_category=labels[0]))
        return RegressionModel(
            **frame.parts(fields),
            normalization_method=normalization,
            regression_tables=tuple(tables),
        )

    return Draft(tuple(read for form in forms for read in form.all_reads), build)


def _ordered(features: Sequence[Feature], estimator: Any) -> Sequence[Feature]:
    """Return the features in the order of training: InterpretML finds columns by their names."""
    names = [str(name) for name in estimator.feature_names_in_]
    by_name = {name_of(feature): feature for feature in features}
    return [by_name[name] for name in names] if set(names) == set(by_name) else features


def _group(estimator: Any, features: Sequence[Feature], group: int | None) -> list[Feature]:
    """Return the features whose sum is the score; `group` is the class of several."""
    bins = _Bins(estimator.bins_, features)
    found: list[Feature] = []
    for columns, scores, name in zip(
        estimator.term_features_, estimator.term_scores_, estimator.term_names_, strict=True
    ):
        numbers = np.asarray(scores if group is None else scores[..., group], np.float64)
        if not np.isfinite(numbers).all():
            raise ExportError(f"the term {name!r} has scores that are not finite")
        if len(columns) == 1:
            found += bins.single(columns[0], numbers)
        else:
            found.append(bins.together(columns, numbers))
    return found


class _Bins:
    """The bins of the columns: number 0 is for missing values, the last for those unknown."""

    def __init__(self, bins: Sequence[Sequence[Any]], features: Sequence[Feature]) -> None:
        self.bins = bins
        self.features = features

    def _level(self, column: int, terms: int) -> Any:
        """Return the cuts or categories of a column in a term of so many columns."""
        levels = self.bins[column]
        return levels[min(len(levels), terms) - 1]

    def single(self, column: int, scores: Doubles) -> Iterator[Feature]:
        """Yield features whose sum is the score of a column."""
        feature, level = self.features[column], self._level(column, 1)
        if not isinstance(level, Mapping):
            yield _binned(feature, level, scores, "score")
            return
        lookup = _categories(feature, level, scores, "score")
        if lookup.missing != lookup.otherwise:
            yield lookup
            return
        # each category adds its own score
        for category, score in lookup.exceptions:
            yield replace(lookup, table=((category, score),))
        if not lookup.exceptions:
            yield ConstantFeature(lookup.otherwise)

    def together(self, columns: Sequence[int], scores: Doubles) -> Feature:
        """Return the score of columns by the numbers of their bins."""
        codes: list[Feature] = []
        for column, size in zip(columns, scores.shape, strict=True):
            level, numbers = self._level(column, len(columns)), np.arange(float(size))
            make = _categories if isinstance(level, Mapping) else _binned
            codes.append(make(self.features[column], level, numbers, f"bin{len(columns)}"))
        distinct, counts = np.unique(scores, return_counts=True)
        most = float(distinct[np.argmax(counts)])
        at = np.nonzero(scores != most)
        rows = {
            f"bin{number}": [str(it) for it in own.tolist()] for number, own in enumerate(at, 1)
        }
        rows["score"] = [format_number(score) for score in scores[at].tolist()]
        if not rows["score"]:
            return ConstantFeature(most)

        def expression(*operands: Compiled) -> Compiled:
            return MapValues(
                output_column="score",
                data_type="double",
                default_value=format_number(most),
                pairs=tuple(
                    FieldColumnPair(field=cast(FieldRef, operand).field, column=f"bin{number}")
                    for number, operand in enumerate(operands, 1)
                ),
                inline_table=InlineTable(rows=RowTable.of(rows)),
            )

        names = ", ".join(name_of(self.features[column]) for column in columns)
        return Derived(f"score({names})", tuple(codes), expression, missing=False)


def _categories(
    feature: Feature, categories: Mapping[str, int], numbers: Doubles, name: str
) -> Lookup:
    """Return the numbers of the bins of categories, which InterpretML keeps as text."""
    kind = data_type_of(feature)
    table = []
    for text, at in categories.items():
        category = _category(text, kind)
        if category is not None:
            table.append((category, float(numbers[at])))
    known = tuple(category for category, _ in table)
    return Lookup(
        f"{name}({name_of(feature)})",
        feature,
        tuple(table),
        float(numbers[0]),
        float(numbers[-1]),
        known=known,
    )


def _category(text: str, kind: str | None) -> Category | None:
    """Return a category as a value of the column; None where the column cannot hold it."""
    if kind in (None, "string"):
        return text
    if kind == "boolean":
        return {"1": True, "0": False, "True": True, "False": False}.get(text)
    try:
        number = float(text)
    except ValueError:
        return None
    if kind != "integer":
        return number if math.isfinite(number) else None
    return int(number) if number.is_integer() else None


def _binned(feature: Feature, cuts: Any, numbers: Doubles, name: str) -> Feature:
    """Return the numbers of the bins of a number; a cut belongs to the bin above it."""
    feature = as_number(feature)
    margins = np.asarray(cuts, np.float64)
    inner = numbers[1 : len(margins) + 2]
    lost = float(numbers[0])
    # bins of the same number are one
    kept = np.flatnonzero(np.diff(inner) != 0.0)
    bounds = [None, *margins[kept].tolist(), None]
    values = [*inner[kept].tolist(), float(inner[-1])]
    if len(values) == 1 and (values[0] == lost or not may_be_missing(feature)):
        return ConstantFeature(values[0])

    def function(x: Doubles) -> Doubles:
        found = inner[np.searchsorted(margins, x, side="right")]
        return np.where(np.isnan(x), lost, found)

    def expression(source: Compiled) -> Compiled:
        if len(values) == 1:
            return apply("if", apply("isMissing", source), constant(lost), constant(values[0]))
        bins = tuple(
            DiscretizeBin(
                bin_value=format_number(value),
                interval=Interval(closure="closedOpen", left_margin=left, right_margin=right),
            )
            for value, (left, right) in zip(values, pairwise(bounds), strict=True)
        )
        field = cast(FieldRef, source).field
        missing = format_number(lost)
        return Discretize(field=field, map_missing_to=missing, data_type="double", bins=bins)

    made = elementwise(feature, name, function, expression)
    return replace(made, missing=False) if isinstance(made, Derived) else made
