"""ModelStats: statistics of the data that a model was made from; information only.

Specification: chapter Statistics. Nothing here changes a score; what watches for drift reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.extension import Extension
from pmmlkit.xml import content
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import BOOLEAN, COUNT, INTEGER, NUMBER, PERCENTAGE, PROBABILITY

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array
    from pmmlkit.language.data_dictionary import Interval

__all__ = [
    "Anova",
    "AnovaRow",
    "ContStats",
    "Counts",
    "DiscrStats",
    "ModelStats",
    "MultivariateStat",
    "MultivariateStats",
    "NumericInfo",
    "Quantile",
    "UnivariateStats",
]


class Counts(Element):
    """How many records there were, and how many of them had no usable value."""

    total_freq: float | None = attribute(type=NUMBER, required=True, default=None)
    missing_freq: float | None = attribute(type=NUMBER, default=None)
    invalid_freq: float | None = attribute(type=NUMBER, default=None)
    cardinality: int | None = attribute(type=COUNT, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class Quantile(Element):
    """The value that a share of the data is below; `quantile_limit` is in percent."""

    quantile_limit: float | None = attribute(type=PERCENTAGE, required=True, default=None)
    quantile_value: float | None = attribute(type=NUMBER, required=True, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class NumericInfo(Element):
    """Range, centre and spread of a number."""

    minimum: float | None = attribute(type=NUMBER, default=None)
    maximum: float | None = attribute(type=NUMBER, default=None)
    mean: float | None = attribute(type=NUMBER, default=None)
    standard_deviation: float | None = attribute(type=NUMBER, default=None)
    median: float | None = attribute(type=NUMBER, default=None)
    inter_quartile_range: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    quantiles: tuple[Quantile, ...] = children("Quantile", default=())


class DiscrStats(
    Element,
    content=content.seq(
        content.repeat(content.child("Extension", into="extensions")),
        content.repeat(content.child("Array", into="arrays"), 0, 2),
    ),
):
    """The values of a categorical field: the first of `arrays` lists them, the second counts."""

    modal_value: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    arrays: tuple[Array, ...] = children("Array", default=())


class ContStats(
    Element,
    content=content.seq(
        content.repeat(content.child("Extension", into="extensions")),
        content.repeat(content.child("Interval", into="intervals")),
        content.repeat(content.child("Array", into="frequencies"), 0, 3),
    ),
):
    """A histogram: `frequencies` are the counts, the sums and the sums of squares by interval."""

    total_values_sum: float | None = attribute(type=NUMBER, default=None)
    total_squares_sum: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    intervals: tuple[Interval, ...] = children("Interval", default=())
    frequencies: tuple[Array, ...] = children("Array", default=())


class AnovaRow(Element):
    """One row of an analysis of variance."""

    type: str | None = attribute(
        required=True, default=None, values=enumeration("Model", "Error", "Total")
    )
    sum_of_squares: float | None = attribute(type=NUMBER, required=True, default=None)
    degrees_of_freedom: float | None = attribute(type=NUMBER, required=True, default=None)
    mean_of_squares: float | None = attribute(type=NUMBER, default=None)
    f_value: float | None = attribute(type=NUMBER, default=None)
    p_value: float | None = attribute(type=PROBABILITY, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class Anova(
    Element,
    content=content.seq(
        content.repeat(content.child("Extension", into="extensions")),
        content.repeat(content.child("AnovaRow", into="rows"), 3, 3),
    ),
):
    """An analysis of the variance of `target` by one field: rows Model, Error and Total."""

    target: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    rows: tuple[AnovaRow, ...] = children("AnovaRow", minimum=3, default=())


class UnivariateStats(Element):
    """The statistics of one field."""

    field: str | None = attribute(default=None)
    weighted: str = attribute(default="0", values=enumeration("0", "1"))
    extensions: tuple[Extension, ...] = children("Extension", default=())
    counts: Counts | None = child("Counts", default=None)
    numeric_info: NumericInfo | None = child("NumericInfo", default=None)
    discr_stats: DiscrStats | None = child("DiscrStats", default=None)
    cont_stats: ContStats | None = child("ContStats", default=None)
    anova: Anova | None = child("Anova", default=None)


class MultivariateStat(Element):
    """What a model's making found of one parameter: its error, its tests, its importance."""

    name: str | None = attribute(default=None)
    category: str | None = attribute(default=None)
    exponent: int = attribute(type=INTEGER, default=1)
    is_intercept: bool = attribute(type=BOOLEAN, default=False)
    importance: float | None = attribute(type=PROBABILITY, default=None)
    std_error: float | None = attribute(type=NUMBER, default=None)
    t_value: float | None = attribute(type=NUMBER, default=None)
    chi_square_value: float | None = attribute(type=NUMBER, default=None)
    f_statistic: float | None = attribute(type=NUMBER, default=None)
    d_f: float | None = attribute("dF", type=NUMBER, default=None)
    p_value_alpha: float | None = attribute(type=PROBABILITY, default=None)
    p_value_initial: float | None = attribute(type=PROBABILITY, default=None)
    p_value_final: float | None = attribute(type=PROBABILITY, default=None)
    confidence_level: float = attribute(type=PROBABILITY, default=0.95)
    confidence_lower_bound: float | None = attribute(type=NUMBER, default=None)
    confidence_upper_bound: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class MultivariateStats(Element):
    """The statistics of all parameters, of one category of the target where there are several."""

    target_category: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    multivariate_stats: tuple[MultivariateStat, ...] = children(
        "MultivariateStat", minimum=1, default=()
    )


class ModelStats(Element, informative=True):
    """Statistics of fields and of parameters."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    univariate_stats: tuple[UnivariateStats, ...] = children("UnivariateStats", default=())
    multivariate_stats: tuple[MultivariateStats, ...] = children("MultivariateStats", default=())
