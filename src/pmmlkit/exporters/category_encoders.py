"""category_encoders: all its encoders, as look-ups.

What an encoder makes of a category is not computed anew but asked: it transforms a table in which
one column after the other goes through its categories, an unknown one and none. The attributes that
tell the categories (`mapping`, `ordinal_encoder`, `min_group_lumping_`) are read here only.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.combination import combination
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import (
    Category,
    ConstantFeature,
    Feature,
    InputField,
    Lookup,
    is_missing_value,
    name_of,
    plain,
    uniform,
)
from pmmlkit.exporters.registry import converts

__all__ = ["encoder"]

Doubles = npt.NDArray[np.float64]

_ENCODERS: Final = (
    "BackwardDifferenceEncoder",
    "BaseNEncoder",
    "BinaryEncoder",
    "CatBoostEncoder",
    "CountEncoder",
    "CountTargetEncoder",
    "GLMMEncoder",
    "GrayEncoder",
    "HashingEncoder",
    "HelmertEncoder",
    "JamesSteinEncoder",
    "LeaveOneOutEncoder",
    "MEstimateEncoder",
    "MultiHotEncoder",
    "OneHotEncoder",
    "OrdinalEncoder",
    "PolynomialEncoder",
    "QuantileEncoder",
    "RankHotEncoder",
    "SumEncoder",
    "SummaryEncoder",
    "TargetEncoder",
    "WOEEncoder",
    "wrapper.NestedCVWrapper",
    "wrapper.PolynomialWrapper",
)
_OPEN: Final = ("HashingEncoder", "MultiHotEncoder")
"""These read what is in a text: only of values that are known it can be said what they make."""
_UNKNOWN_TEXT: Final = "\ue000 a category that no data have"
_UNKNOWN_NUMBER: Final = -987654321.0


@dataclass(slots=True)
class _Answers:
    """What an encoder makes of the values of one column, the others being as in the base row.

    `known` (categories, outputs); `unknown` and `missing` (outputs,), None where it refuses them.
    """

    categories: list[Category]
    known: Doubles
    unknown: Doubles | None
    missing: Doubles | None
    outputs: set[int] = field(default_factory=set)


@converts(*(f"category_encoders.{name}" for name in _ENCODERS))
def encoder(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to look-ups in the columns that are encoded; the others stay as they are."""
    parts = _parts(estimator)
    if any(getattr(part, "composite_cols", None) for part in parts):
        raise ExportError(
            f"{type(estimator).__name__}(composite_cols=...) encodes combinations of columns, of "
            "which any may be unknown: join the columns before, or encode each of them"
        )
    names = list(parts[0].feature_names_in_)
    uniform(features, len(names), estimator)
    encoded = [name for name in names if any(name in part.cols for part in parts)]
    asked = _Asked(estimator, parts, dict(zip(names, features, strict=True)), encoded)
    made: list[Feature] = []
    for at, name in enumerate(asked.names):
        if name in names and name not in encoded:
            made.append(features[names.index(name)])
        else:
            made.append(asked.output(at))
    return made


def _parts(estimator: Any) -> list[Any]:
    """Return the encoders inside of a wrapper, or the encoder itself."""
    several = getattr(estimator, "feature_encoders", None)
    if several is not None:
        if not several:
            raise AttributeError("not fitted")
        return list(several.values())
    return [getattr(estimator, "feature_encoder", estimator)]


class _Asked:
    """The answers of an encoder for all columns that it encodes."""

    def __init__(
        self, estimator: Any, parts: list[Any], columns: dict[Any, Feature], encoded: list[Any]
    ) -> None:
        self._estimator = estimator
        self._columns = columns
        self._encoded = encoded
        self._is_open = type(parts[0]).__name__ in _OPEN
        self._is_sum = type(parts[0]).__name__ == "HashingEncoder"
        values = {name: self._categories(parts, name) for name in encoded}
        self._base = {name: values[name][0] if name in values else 0.0 for name in columns}
        base = self._transformed([self._base])
        if base is None:
            raise ExportError(
                f"{type(estimator).__name__} refuses the categories that it was fitted on"
            )
        self.names, table = base
        self._first = table[0]
        self._answers = {name: self._answer(name, values[name]) for name in encoded}

    def _categories(self, parts: list[Any], name: Any) -> list[Category]:
        found = dict.fromkeys(
            plain(value)
            for part in parts
            for value in _fitted_categories(part, name)
            if not is_missing_value(value)
        )
        feature = self._columns[name]
        if isinstance(feature, InputField):
            found.update(dict.fromkeys(feature.categories))
        if found:
            return list(found)
        raise ExportError(
            f"{type(self._estimator).__name__} does not know the categories of column "
            f"{name_of(feature)!r}, and what it makes of a value hangs on its letters, which PMML "
            "cannot state: give X with the column as text"
        )

    def _answer(self, name: Any, categories: list[Category]) -> _Answers:
        known = self._rows(name, categories)
        if known is None:
            raise ExportError(
                f"{type(self._estimator).__name__} refuses a category of column {name!r} that it "
                "was fitted on"
            )
        is_text = any(isinstance(value, str) for value in categories)
        unknown = _UNKNOWN_TEXT if is_text else _UNKNOWN_NUMBER
        missing = self._rows(name, [math.nan])
        other = None if self._is_open else self._rows(name, [unknown])
        found = _Answers(
            categories,
            known,
            None if other is None else other[0],
            None if missing is None else missing[0],
        )
        rows = [row for row in (*known, found.unknown, found.missing) if row is not None]
        with np.errstate(invalid="ignore"):
            differs = (np.array(rows) != self._first) & ~(np.isnan(rows) & np.isnan(self._first))
        found.outputs = set(np.flatnonzero(differs.any(axis=0)).tolist())
        return found

    def _rows(self, name: Any, values: Sequence[Any]) -> Doubles | None:
        found = self._transformed([{**self._base, name: value} for value in values])
        return None if found is None else found[1]

    def _transformed(self, rows: list[dict[Any, Any]]) -> tuple[list[Any], Doubles] | None:
        """Return the names and numbers that the encoder makes of rows, None where it refuses."""
        import pandas as pd

        table = pd.DataFrame(
            {
                name: pd.Series(
                    [row[name] for row in rows], dtype=object if name in self._encoded else float
                )
                for name in self._columns
            }
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                made = self._estimator.transform(table)
            except (ValueError, KeyError):
                return None
        if not hasattr(made, "columns"):
            made = pd.DataFrame(made, columns=list(self._estimator.get_feature_names_out()))
        return list(made.columns), made.to_numpy(np.float64, na_value=np.nan)

    def output(self, at: int) -> Feature:
        """Return the column that stands at a position in what the encoder makes."""
        origins = [name for name, found in self._answers.items() if at in found.outputs]
        if not origins and self._encoded:
            # the same for all, but some values may be refused
            origins = self._refusing()[:1]
        if not origins:
            return ConstantFeature(float(self._first[at]))
        if len(origins) == 1:
            return self._lookup(origins[0], at, 0.0)
        if not self._is_sum:
            raise ExportError(
                f"{type(self._estimator).__name__} makes {self.names[at]!r} of several columns"
            )
        start = float(self._first[at])
        shares = [self._lookup(name, at, start) for name in origins]
        return combination(str(self.names[at]), shares, [1.0] * len(shares), start)

    def _refusing(self) -> list[Any]:
        return [
            name
            for name, found in self._answers.items()
            if found.unknown is None or found.missing is None
        ]

    def _lookup(self, name: Any, at: int, less: float) -> Lookup:
        found, feature = self._answers[name], self._columns[name]
        codes = [float(code) - less for code in found.known[:, at]]
        one_hot = set(codes) <= {0.0, 1.0}
        # where such rows are refused any number would do: the one that leaves least to say
        least = 0.0 if one_hot else math.nan
        otherwise = least if found.unknown is None else float(found.unknown[at]) - less
        missing = otherwise if found.missing is None else float(found.missing[at]) - less
        table = tuple(
            (category, code)
            for category, code in zip(found.categories, codes, strict=True)
            if code != otherwise and not (math.isnan(code) and math.isnan(otherwise))
        )
        made = Lookup(
            "",
            feature,
            table,
            missing,
            otherwise,
            tuple(found.categories),
            found.unknown is None,
            found.missing is None,
        )
        return made.map(lambda numbers: numbers, _name_of(feature, made, self.names[at]))


def _name_of(feature: Feature, made: Lookup, name: Any) -> str:
    if made.is_indicator and made.exceptions[0][1] == 1.0 and made.otherwise == 0.0:
        return f"{name_of(feature)}_{made.exceptions[0][0]}"
    return f"encoded({name_of(feature)})" if str(name) == name_of(feature) else str(name)


def _fitted_categories(part: Any, name: Any) -> Iterator[Any]:
    """Yield the values of a column that an encoder has seen."""
    yield from getattr(part, "min_group_lumping_", {}).get(name, {})
    inner = getattr(part, "ordinal_encoder", None)
    switches = getattr(part, "mapping", None) if inner is None else inner.mapping
    if isinstance(switches, dict):
        # sums and counts by category
        if name in switches:
            yield from switches[name].index
        return
    for switch in switches or ():
        if switch["col"] == name:
            if "item_pos" in switch:
                yield from switch["item_pos"]
            else:
                yield from switch["mapping"].index
