"""The bins of optbinning's variables, and what the library makes of each: its transform is asked
for a value of every bin, so that all rules of special codes, rare categories and empty bins are its
own.

The only private attributes that are read stand here: those by which a fitted `Scorecard` knows how
its estimator sees special and missing values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.features import Category, is_missing_value, plain

__all__ = ["METRICS", "Asked", "Variable", "asked_of", "estimator_metrics", "variable_of"]

UNKNOWN: Final = "\x00no category"

METRICS: Final = (
    ("OptimalBinning", "woe"),
    ("ContinuousOptimalBinning", "mean"),
    ("MulticlassOptimalBinning", "mean_woe"),
)
"""The binnings that are known here, with what they make of a column if nothing else is said."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A column cut into bins.

    `cuts`: where a bin of numbers begins, and the one before it ends; None for categories, of which
    `groups` has those of each bin. `codes`: special values, by the bin that they have; they come
    first.
    """

    name: str
    metric: str
    cuts: tuple[float, ...] | None
    groups: tuple[tuple[Category, ...], ...]
    codes: tuple[tuple[Category, ...], ...]

    @property
    def count(self) -> int:
        """The number of bins, without special ones."""
        return len(self.groups) if self.cuts is None else len(self.cuts) + 1

    def probes(self) -> list[Any]:
        """Return a value of each bin, of each group of special codes, and a missing one; behind
        them an unknown category where there are categories.
        """
        codes = [group[0] for group in self.codes]
        if self.cuts is None:
            return [*(group[0] for group in self.groups), *codes, None, UNKNOWN]
        taken = {code for group in self.codes for code in group}
        starts = [(cut, math.inf) for cut in self.cuts]
        first = (math.nextafter(self.cuts[0], -math.inf), -math.inf) if self.cuts else (0.0, 1.0)
        values = []
        for start, towards in (first, *starts):
            values.append(start)
            while values[-1] in taken:
                values[-1] = math.nextafter(values[-1], towards)
        return [*values, *codes, math.nan]

    def column(self, size: int) -> Any:
        """Return the probes as a column (size,), which missing values fill up."""
        probes = self.probes()
        filler = [None if self.cuts is None else math.nan] * (size - len(probes))
        return np.array([*probes, *filler], object if self.cuts is None else np.float64)

    def asked(self, answers: Sequence[Any]) -> Asked:
        """Take the answers to the probes apart."""
        count, codes = self.count, len(self.codes)
        rest = list(answers)[count + codes :]
        return Asked(
            self,
            tuple(answers[:count]),
            tuple(answers[count : count + codes]),
            rest[0],
            rest[1] if self.cuts is None else None,
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the library makes of each bin of a variable, of each group of special codes, of missing
    values and of unknown categories (None where there are no categories).
    """

    variable: Variable
    bins: tuple[Any, ...]
    codes: tuple[Any, ...]
    missing: Any
    unknown: Any

    @property
    def table(self) -> tuple[tuple[Category, Any], ...]:
        """The answers by category, special codes among them."""
        found: dict[Category, Any] = {}
        pairs = [*zip(self.variable.groups, self.bins, strict=False)]
        for group, answer in [*pairs, *zip(self.variable.codes, self.codes, strict=True)]:
            found.update(dict.fromkeys(group, answer))
        return tuple(found.items())


def variable_of(binning: Any, name: str, metric: str | None = None) -> Variable:
    """Return the bins of a fitted binning.

    Raises ExportError for kinds of binning that have other bins.
    """
    kinds = {kind.__name__ for kind in type(binning).__mro__}
    usual = next((usual for kind, usual in METRICS if kind in kinds), None)
    if usual is None:
        raise ExportError(
            f"the variable {name!r} is binned by {type(binning).__name__}, which is not converted: "
            "OptimalBinning, ContinuousOptimalBinning and MulticlassOptimalBinning are"
        )
    cuts: tuple[float, ...] | None = None
    groups: tuple[tuple[Category, ...], ...] = ()
    if getattr(binning, "dtype", "numerical") == "numerical":
        cuts = tuple(np.asarray(binning.splits, np.float64).tolist())
    else:
        groups = tuple(group for group in map(_group, binning.splits) if group)
    codes = [_group(codes) for codes in _special(binning.special_codes)]
    if cuts is not None:
        codes = [tuple(it for it in group if not isinstance(it, str)) for group in codes]
    return Variable(name, metric or usual, cuts, groups, tuple(group for group in codes if group))


def _group(values: Any) -> tuple[Category, ...]:
    return tuple(plain(value) for value in values if not is_missing_value(value))


def _special(codes: Any) -> list[Sequence[Any]]:
    if codes is None:
        return []
    if not isinstance(codes, Mapping):
        return [list(codes)]
    return [list(it) if isinstance(it, list | np.ndarray) else [it] for it in codes.values()]


def asked_of(variables: Sequence[Variable], transform: Callable[[Any], Any]) -> list[Asked]:
    """Return what `transform` of a data frame makes of the bins of the variables."""
    import pandas as pd

    if not variables:
        return []
    size = max(len(variable.probes()) for variable in variables)
    frame = pd.DataFrame({variable.name: variable.column(size) for variable in variables})
    made = transform(frame)
    return [variable.asked(made[variable.name].tolist()) for variable in variables]


def estimator_metrics(scorecard: Any) -> dict[str, Any]:
    """Return how the estimator of a scorecard sees special and missing values, as arguments of
    `BinningProcess.transform`.
    """
    return {
        "metric_special": scorecard._metric_special,
        "metric_missing": scorecard._metric_missing,
    }
