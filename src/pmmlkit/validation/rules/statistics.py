"""Rules for what a document tells of data and quality. Specification: chapters Statistics, Model
Explanation. None of it changes a score; people and watchers of drift read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np

from pmmlkit.language.explanation import PredictiveModelQuality
from pmmlkit.language.explanation.confusion import ConfusionMatrix
from pmmlkit.language.explanation.correlations import Correlations
from pmmlkit.language.explanation.graphs import LiftGraph, ROCGraph
from pmmlkit.language.statistics import (
    ContStats,
    Counts,
    DiscrStats,
    NumericInfo,
    UnivariateStats,
)
from pmmlkit.validation.rules.array_items import array_numbers, array_texts, matrix_numbers
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, rule

__all__ = ["RULES"]

_ROUNDING: Final = 1e-6

_STATISTICS: Final = """
<DataDictionary>
  <DataField name="x" optype="continuous" dataType="double">
    <Interval closure="closedClosed" leftMargin="0" rightMargin="10"/></DataField>
  <DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <ModelStats><UnivariateStats field="{field}">
    <Counts totalFreq="100" missingFreq="{missing}"/>
    <NumericInfo minimum="{minimum}" maximum="{maximum}" mean="{mean}">
      <Quantile quantileLimit="25" quantileValue="{quartile}"/>
      <Quantile quantileLimit="50" quantileValue="5"/></NumericInfo>{more}
  </UnivariateStats></ModelStats>
  <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="1"/></RegressionTable>
</RegressionModel>"""


def _statistics(
    field: str = "x",
    missing: int = 20,
    minimum: float = 0,
    maximum: float = 10,
    mean: float = 5,
    quartile: float = 2.5,
    more: str = "",
) -> str:
    return _STATISTICS.format(
        field=field,
        missing=missing,
        minimum=minimum,
        maximum=maximum,
        mean=mean,
        quartile=quartile,
        more=more,
    )


@rule(
    "PMML471",
    "info",
    "More records have no value than there are records",
    "totalFreq counts all records, missingFreq and invalidFreq some of them.",
    bad=_statistics(missing=120),
    good=_statistics(),
    on=Counts,
)
def too_many(item: Counts, facts: Facts) -> Iterator[Found]:
    some = (item.missing_freq or 0) + (item.invalid_freq or 0)
    if item.total_freq is not None and some > item.total_freq * (1 + _ROUNDING):
        yield item, f"totalFreq is {item.total_freq:g}, {some:g} are missing or invalid"


@rule(
    "PMML472",
    "info",
    "A mean or median lies outside of minimum and maximum",
    "minimum is not above maximum, and mean and median lie between them; a standardDeviation is "
    "not below 0.",
    bad=_statistics(mean=50),
    good=_statistics(),
    on=NumericInfo,
)
def outside(item: NumericInfo, facts: Facts) -> Iterator[Found]:
    low = -np.inf if item.minimum is None else item.minimum
    high = np.inf if item.maximum is None else item.maximum
    if low > high:
        yield item, f"minimum is {low:g}, maximum {high:g}"
        return
    slack = _ROUNDING * max((abs(end) for end in (low, high) if np.isfinite(end)), default=1.0)
    for name, found in (("mean", item.mean), ("median", item.median)):
        if found is not None and (found < low - slack or found > high + slack):
            yield item, f"{name} {found:g} does not lie between {low:g} and {high:g}"
    deviation = item.standard_deviation
    if deviation is not None and deviation < 0:
        yield item, f"standardDeviation is {deviation:g}"


@rule(
    "PMML473",
    "info",
    "Quantiles are out of order",
    "The value that a larger share of the data lies below is not the smaller one.",
    bad=_statistics(quartile=7.5),
    good=_statistics(quartile=2.5),
    on=NumericInfo,
)
def disordered(item: NumericInfo, facts: Facts) -> Iterator[Found]:
    points = [
        (part.quantile_limit, part.quantile_value, part)
        for part in item.quantiles
        if part.quantile_limit is not None and part.quantile_value is not None
    ]
    for before, point in pairwise(sorted(points, key=lambda known: known[:2])):
        if point[0] > before[0] and point[1] < before[1]:
            yield point[2], f"{point[1]:g} at {point[0]:g}%, but {before[1]:g} at {before[0]:g}%"


@rule(
    "PMML474",
    "info",
    "The arrays of statistics do not fit each other",
    "The first Array of DiscrStats lists values, the second has their counts; an Array of "
    "ContStats has a number for each Interval. n is the number of items.",
    bad=_statistics(
        more='\n    <DiscrStats><Array type="string">a b c</Array><Array type="int">3 4</Array>'
        "</DiscrStats>"
    ),
    good=_statistics(
        more='\n    <DiscrStats><Array type="string">a b</Array><Array type="int">3 4</Array>'
        "</DiscrStats>"
    ),
    on=(DiscrStats, ContStats),
)
def unequal(item: DiscrStats | ContStats, facts: Facts) -> Iterator[Found]:
    arrays = item.arrays if isinstance(item, DiscrStats) else item.frequencies
    known = [array_texts(array) for array in arrays]
    for array, texts in zip(arrays, known, strict=True):
        if texts is None:
            yield array, "the Array does not have the n items that it states, or a quote is open"
            return
    sizes = [len(texts) for texts in known if texts is not None]
    if isinstance(item, ContStats) and item.intervals:
        sizes.append(len(item.intervals))
    if len(set(sizes)) > 1:
        yield item, f"the sizes are {', '.join(map(str, sizes))}"


@rule(
    "PMML475",
    "warning",
    "The training data had values that the dictionary calls invalid",
    "minimum or maximum of the statistics lies outside of the Intervals of the field. The model "
    "was made from such values, but a row that has one is invalid now.",
    bad=_statistics(maximum=50),
    good=_statistics(),
    on=UnivariateStats,
)
def invalid_now(item: UnivariateStats, facts: Facts) -> Iterator[Found]:
    if item.field is None or item.numeric_info is None:
        return
    field = facts.field(item.field, item)
    if field is None or field.rules is None or not field.rules.intervals:
        return
    rules = field.rules
    lows = [-np.inf if bounds.low is None else bounds.low for bounds in rules.intervals]
    highs = [np.inf if bounds.high is None else bounds.high for bounds in rules.intervals]
    low, high = min(lows), max(highs)
    slack = _ROUNDING * max((abs(end) for end in (low, high) if np.isfinite(end)), default=1.0)
    for name in ("minimum", "maximum"):
        found = getattr(item.numeric_info, name)
        is_marker = found in rules.missing or found in rules.values
        if found is None or is_marker:
            continue
        if found < low - slack or found > high + slack:
            yield item.numeric_info, f"{name} {found:g} of {item.field!r} is invalid"


@rule(
    "PMML476",
    "info",
    "Statistics are of a field that does not exist",
    "The field of UnivariateStats is one of the DataDictionary or a derived one.",
    bad=_statistics(field="z"),
    good=_statistics(),
)
def of_nothing(facts: Facts) -> Iterator[Found]:
    known = facts.defined()
    for item in facts.of(UnivariateStats):
        if item.field is not None and item.field not in known:
            yield item, f"there is no field {item.field!r}"


_QUALITY: Final = """
<TreeModel functionName="classification">
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <ModelExplanation><PredictiveModelQuality targetField="k" r-squared="{fit}">
    <ConfusionMatrix><ClassLabels><Array type="string">no yes{label}</Array></ClassLabels>
      <Matrix><Array type="int">40 3</Array><Array type="int">5 52</Array></Matrix>
    </ConfusionMatrix>
    <ROC positiveTargetFieldValue="yes"><ROCGraph>
      <XCoordinates><Array type="real">0 {x} 1</Array></XCoordinates>
      <YCoordinates><Array type="real">0 0.9 1{y}</Array></YCoordinates>
    </ROCGraph></ROC>
  </PredictiveModelQuality>{correlations}</ModelExplanation>
  <Node score="no"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
</TreeModel>"""
_CORRELATIONS: Final = """
    <Correlations>
      <CorrelationFields><Array type="string">x k</Array></CorrelationFields>
      <CorrelationValues><Matrix><Array type="real">1 {}</Array>
        <Array type="real">{} 1</Array></Matrix></CorrelationValues></Correlations>
  """


def _quality(
    fit: float = 0.92, label: str = "", x: float = 0.1, y: str = "", correlations: str = ""
) -> str:
    return _QUALITY.format(fit=fit, label=label, x=x, y=y, correlations=correlations)


@rule(
    "PMML481",
    "info",
    "The coordinates of a graph do not fit each other",
    "XCoordinates and YCoordinates have as many numbers as the graph has points.",
    bad=_quality(y=" 1"),
    good=_quality(),
    on=(ROCGraph, LiftGraph),
)
def points(item: ROCGraph | LiftGraph, facts: Facts) -> Iterator[Found]:
    x, y = _coordinates(item)
    if x is not None and y is not None and len(x) != len(y):
        yield item, f"there are {len(x)} x, but {len(y)} y"


def _coordinates(
    item: ROCGraph | LiftGraph,
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]] | None, ...]:
    return tuple(
        None if part is None else array_numbers(part.array)
        for part in (item.x_coordinates, item.y_coordinates)
    )


@rule(
    "PMML482",
    "info",
    "The points of a graph are out of order",
    "The x of a graph rise from point to point, or fall; in a ROC x and y lie between 0 and 1.",
    bad=_quality(x=1.5),
    good=_quality(),
    on=(ROCGraph, LiftGraph),
)
def zigzag(item: ROCGraph | LiftGraph, facts: Facts) -> Iterator[Found]:
    x, y = _coordinates(item)
    if x is not None and not ((x[1:] >= x[:-1]).all() or (x[1:] <= x[:-1]).all()):
        yield item, "the x neither rise nor fall"
        return
    for numbers in (x, y) if isinstance(item, ROCGraph) else ():
        if numbers is not None and len(numbers) and not _is_share(numbers):
            yield item, f"a coordinate of the ROC is {numbers[np.argmax(np.abs(numbers))]:g}"
            return


def _is_share(numbers: np.ndarray[tuple[int], np.dtype[np.float64]]) -> bool:
    return bool((numbers >= -_ROUNDING).all() and (numbers <= 1 + _ROUNDING).all())


@rule(
    "PMML483",
    "info",
    "A confusion matrix does not fit its labels",
    "The Matrix has a row and a column for each of the ClassLabels, and counts in its cells.",
    bad=_quality(label=" maybe"),
    good=_quality(),
    on=ConfusionMatrix,
)
def labels(item: ConfusionMatrix, facts: Facts) -> Iterator[Found]:
    names = None if item.class_labels is None else array_texts(item.class_labels.array)
    cells = matrix_numbers(item.matrix)
    if names is None or cells is None:
        return
    if cells.shape != (len(names), len(names)):
        rows, columns = cells.shape
        yield item, f"there are {len(names)} labels for {rows} x {columns} cells"
    elif (cells < 0).any():
        yield item, f"a count is {cells.min():g}"


_SHARES: Final = ("accuracy", "auc", "precision", "recall", "specificity", "f1", "f2", "fhalf")
_AT_LEAST_0: Final = (
    "mean_absolute_error",
    "mean_squared_error",
    "root_mean_squared_error",
    "sum_squared_error",
    "sum_squared_regression",
    "num_of_records",
)


@rule(
    "PMML484",
    "info",
    "A measure of quality has a value that it cannot have",
    "accuracy, AUC, precision, recall, specificity and F measures are shares; squared and absolute "
    "errors are not below 0; r-squared is not above 1.",
    bad=_quality(fit=92),
    good=_quality(fit=0.92),
    on=PredictiveModelQuality,
)
def measures(item: PredictiveModelQuality, facts: Facts) -> Iterator[Found]:
    bounds = (
        *((name, 0.0, 1.0) for name in _SHARES),
        *((name, 0.0, np.inf) for name in _AT_LEAST_0),
        ("r_squared", -np.inf, 1.0),
        ("adj_r_squared", -np.inf, 1.0),
    )
    names = {field.name: field.xml_name for field in type(item).declaration.attributes}
    for name, low, high in bounds:
        found = getattr(item, name)
        if found is not None and (found < low - _ROUNDING or found > high + _ROUNDING):
            yield item, f"{names[name]} is {found:g}"


@rule(
    "PMML485",
    "info",
    "A correlation is none",
    "CorrelationValues has a row and a column for each of the CorrelationFields, and numbers from "
    "-1 to 1.",
    bad=_quality(correlations=_CORRELATIONS.format(3, 3)),
    good=_quality(correlations=_CORRELATIONS.format(0.3, 0.3)),
    on=Correlations,
)
def correlations(item: Correlations, facts: Facts) -> Iterator[Found]:
    fields, values = item.correlation_fields, item.correlation_values
    names = None if fields is None else array_texts(fields.array)
    cells = None if values is None else matrix_numbers(values.matrix)
    if names is None or cells is None:
        return
    if cells.shape != (len(names), len(names)):
        rows, columns = cells.shape
        yield item, f"there are {len(names)} fields for {rows} x {columns} cells"
    elif (np.abs(cells) > 1 + _ROUNDING).any():
        yield item, f"a correlation is {cells.flat[np.argmax(np.abs(cells))]:g}"


RULES: Final = (
    too_many,
    outside,
    disordered,
    unequal,
    invalid_now,
    of_nothing,
    points,
    zigzag,
    labels,
    measures,
    correlations,
)
