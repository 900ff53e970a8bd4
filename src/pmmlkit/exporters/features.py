"""What converters pass along: an immutable graph of features, from input columns to what a model
reads.

A feature is a column in flight. It becomes a field of the document only when a model reads it, and
only if nothing simpler (a category to split on, a treatment in the MiningSchema) says the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.language.scope import Compiled

if TYPE_CHECKING:
    from pmmlkit.exporters.fields import Target
    from pmmlkit.exporters.frame import Draft
    from pmmlkit.language.define_function import DefineFunction

__all__ = [
    "ByCategory",
    "Cast",
    "Category",
    "ConstantFeature",
    "Derived",
    "Feature",
    "InputField",
    "Lookup",
    "Predicted",
    "Product",
    "Replaced",
    "as_number",
    "cast",
    "data_type_of",
    "elementwise",
    "is_missing_value",
    "may_be_missing",
    "name_of",
    "plain",
    "sources_of",
    "uniform",
]

Category = str | bool | int | float
"""A value of a categorical field, as plain Python."""

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class InputField:
    """A column of the input.

    `data_type` is PMML's, None where nobody said: then it follows from the use. `categories`: the
    values seen in the data, in their order; empty where they are not known. `missing`: may hold
    missing values.
    """

    name: str
    data_type: str | None = None
    categories: tuple[Category, ...] = field(default=(), compare=False)
    missing: bool = True


@dataclass(frozen=True)
class ConstantFeature:
    """The same number in every row."""

    value: float


@dataclass(frozen=True)
class Lookup:
    """A number for each category of `source`: one-hot columns, ordinal codes, missing indicators.

    `table` pairs categories with numbers; `missing` is the number where the source is missing,
    `otherwise` where it has any other value; a number that is NaN makes the result missing.
    `known`: all categories that the encoder was fitted on, whether listed in the table or not.
    `unknown_refused`, `missing_refused`: rows with another value, or with none, are refused.
    """

    name: str
    source: Feature
    table: tuple[tuple[Category, float], ...]
    missing: float
    otherwise: float
    known: tuple[Category, ...] = field(default=(), compare=False)
    unknown_refused: bool = False
    missing_refused: bool = False

    def map(self, function: Callable[[Doubles], Doubles], name: str) -> Lookup:
        """Return the look-up of the function of these numbers."""
        numbers = [*(number for _, number in self.table), self.missing, self.otherwise]
        with np.errstate(all="ignore"):
            result = np.asarray(function(np.array(numbers, np.float64)), np.float64)
        *mapped, missing, otherwise = result.tolist()
        categories = (category for category, _ in self.table)
        return replace(
            self,
            name=name,
            table=tuple(zip(categories, mapped, strict=True)),
            missing=missing,
            otherwise=otherwise,
        )

    @property
    def exceptions(self) -> tuple[tuple[Category, float], ...]:
        """The categories whose number is not `otherwise`."""
        return tuple((category, it) for category, it in self.table if it != self.otherwise)

    @property
    def is_indicator(self) -> bool:
        """Tell whether one category differs from all other values and from missing."""
        plain_missing = self.missing_refused or self.missing == self.otherwise
        return plain_missing and len(self.exceptions) == 1


@dataclass(frozen=True)
class ByCategory:
    """The source of a look-up, read by a model that knows categories itself."""

    lookup: Lookup


@dataclass(frozen=True)
class Product:
    """A product, multiplied from the right as PolynomialFeatures does: a * (b * c)."""

    name: str
    factors: tuple[Feature, ...]


@dataclass(frozen=True)
class Replaced:
    """`source`, with `value` where it is missing or, if a `marker` is given, where it equals the
    marker. A `value` of NaN: the marker says that the value is missing.
    """

    source: Feature
    value: Category
    marker: Category | None = None


@dataclass(frozen=True)
class Cast:
    """`source` as another data type."""

    source: Feature
    data_type: str


@dataclass(frozen=True, eq=False)
class Derived:
    """Any expression of PMML over other features.

    `expression` takes one expression element for each source. `guarded`: the expression is
    evaluated only where no source is missing, for functions that engines refuse to call with
    missing arguments; else a missing source is expected to give a missing result. `missing`:
    whether the result may be missing; None: where a source may. `functions`: those that the
    expression calls and PMML does not have.
    """

    name: str
    sources: tuple[Feature, ...]
    expression: Callable[..., Compiled]
    data_type: str = "double"
    optype: str = "continuous"
    guarded: bool = False
    missing: bool | None = None
    functions: tuple[DefineFunction, ...] = ()


@dataclass(frozen=True)
class Predicted:
    """What a model predicts, read by what comes after it: the models then make a chain.

    `result` is the feature of the OutputField: ``"predictedValue"``, or ``"probability"`` of the
    class `value`. `target` is what the model predicts, None for a number.
    """

    name: str
    draft: Draft
    target: Target | None = None
    result: str = "predictedValue"
    value: str | None = None
    data_type: str = "double"


Feature = (
    InputField
    | ConstantFeature
    | Lookup
    | ByCategory
    | Product
    | Replaced
    | Cast
    | Derived
    | Predicted
)

FeatureT = TypeVar("FeatureT", bound=Feature)


def may_be_missing(feature: Feature) -> bool:
    """Tell whether a row that is scored may lack the feature."""
    known: dict[int, bool] = {}
    pending = [feature]
    while pending:
        at = pending[-1]
        unknown = [source for source in sources_of(at) if id(source) not in known]
        if unknown:
            pending += unknown
            continue
        known[id(at)] = _may_lack(at, [known[id(source)] for source in sources_of(at)])
        pending.pop()
    return known[id(feature)]


def _may_lack(feature: Feature, sources: Sequence[bool]) -> bool:
    """Tell it of a feature, given what is true of its sources."""
    if isinstance(feature, InputField):
        return feature.missing
    if isinstance(feature, ConstantFeature):
        return math.isnan(feature.value)
    if isinstance(feature, Replaced):
        # A marker replaces itself only: where it is used, true missing values stay.
        return is_missing_value(feature.value) or (feature.marker is not None and sources[0])
    if isinstance(feature, Derived) and feature.missing is not None:
        return feature.missing
    if isinstance(feature, Lookup):
        numbers = [number for _, number in feature.table]
        if sources[0] and not feature.missing_refused:
            numbers.append(feature.missing)
        if not feature.unknown_refused:
            numbers.append(feature.otherwise)
        return any(math.isnan(number) for number in numbers)
    return any(sources)


def sources_of(feature: Feature) -> tuple[Feature, ...]:
    """Return the features that a feature is made of."""
    if isinstance(feature, Lookup | Replaced | Cast):
        return (feature.source,)
    if isinstance(feature, ByCategory):
        return (feature.lookup.source,)
    if isinstance(feature, Product):
        return feature.factors
    if isinstance(feature, Derived):
        return feature.sources
    if isinstance(feature, Predicted):
        return feature.draft.reads
    return ()


def data_type_of(feature: Feature) -> str | None:
    """Return the data type of a feature, None where it is not known."""
    if isinstance(feature, InputField | Cast | Derived | Predicted):
        return feature.data_type
    if isinstance(feature, Replaced):
        kind = data_type_of(feature.source)
        lost = is_missing_value(feature.value)
        whole = lost or not isinstance(feature.value, float) or feature.value.is_integer()
        return kind if kind != "integer" or whole else "double"
    return "double"


def name_of(feature: Feature) -> str:
    """Return the name by which messages and derived fields call a feature."""
    if isinstance(feature, ConstantFeature):
        return "constant"
    if isinstance(feature, Replaced | Cast):
        return name_of(feature.source)
    return feature.lookup.name if isinstance(feature, ByCategory) else feature.name


def as_number(feature: Feature) -> Feature:
    """Return the feature as arithmetic takes it: booleans are 0 and 1.

    Raises ExportError where the feature is text.
    """
    kind = data_type_of(feature)
    if kind == "boolean":
        name = f"number({name_of(feature)})"
        # true is the exception: so it stays an indicator for models that know categories
        return Lookup(name, feature, ((True, 1.0),), math.nan, 0.0)
    if kind not in (None, "integer", "float", "double"):
        raise ExportError(
            f"column {name_of(feature)!r} is of type {kind}, but a number is needed here: encode "
            "it first (OneHotEncoder, OrdinalEncoder)"
        )
    return feature


def cast(feature: Feature, data_type: str) -> Feature:
    """Return the feature as a number of the data type (float or double)."""
    feature = as_number(feature)
    if isinstance(feature, Lookup) and data_type == "float":
        return feature.map(lambda v: v.astype(np.float32).astype(np.float64), feature.name)
    if isinstance(feature, ConstantFeature) and data_type == "float":
        return ConstantFeature(float(np.float32(feature.value)))
    if isinstance(feature, Lookup | ConstantFeature) or data_type_of(feature) == data_type:
        return feature
    return Cast(feature, data_type)


def elementwise(
    feature: Feature,
    name: str,
    function: Callable[[Doubles], Doubles],
    expression: Callable[[Compiled], Compiled],
    *,
    guarded: bool = False,
) -> Feature:
    """Return a function of one feature; of look-ups and constants, `function` computes it here and
    now.

    `function` and `expression` say the same, in NumPy and in PMML; the result is a double.
    """
    feature = as_number(feature)
    label = f"{name}({name_of(feature)})"
    if isinstance(feature, Lookup):
        return feature.map(function, label)
    if isinstance(feature, ConstantFeature):
        with np.errstate(all="ignore"):
            return ConstantFeature(float(function(np.array([feature.value]))[0]))
    return Derived(label, (feature,), expression, guarded=guarded)


def is_missing_value(value: object) -> bool:
    """Tell whether a value of an encoder or imputer stands for a missing one: None, NaN, NaT,
    pandas' NA.
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float | np.floating) and math.isnan(value)


def plain(value: Any) -> Category:
    """Return a NumPy scalar as plain Python; raise ExportError for what PMML has no text for."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, str | bool | int | float):
        return value
    raise ExportError(
        f"the value {value!r:.60} of type {type(value).__name__} cannot be written as a category: "
        "use strings, numbers or booleans"
    )


def uniform(features: Sequence[Feature], count: int, estimator: object) -> Sequence[Feature]:
    """Return the features; raise ExportError where their number is not what the estimator was
    fitted on.
    """
    if len(features) != count:
        raise ExportError(
            f"{type(estimator).__name__} was fitted on {count} columns, but {len(features)} arrive"
        )
    return features
