"""The page docs/estimators.md: the classes that are exported, and those that cannot be, with the
reasons. ``python -m pmmlkit.exporters.supported`` prints it.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from itertools import groupby
from types import MappingProxyType
from typing import Final

from pmmlkit.exporters.registry import MODULES, REFUSALS, registry
from pmmlkit.exporters.statsmodels.results import KINDS

__all__ = ["supported_table"]

TITLES: Final = MappingProxyType(
    {
        "catboost": "CatBoost",
        "category_encoders": "category_encoders",
        "imblearn": "imbalanced-learn",
        "interpret": "InterpretML",
        "lightgbm": "LightGBM",
        "mlxtend": "mlxtend",
        "optbinning": "optbinning",
        "sklearn": "scikit-learn",
        "sklearn_pandas": "sklearn-pandas",
        "sklego": "scikit-lego",
        "statsmodels": "statsmodels",
        "xgboost": "XGBoost",
    }
)
"""Names of libraries by their package."""

NATIVES: Final = MappingProxyType(
    {
        "catboost": "Also its files (`.cbm`, `.json`).",
        "lightgbm": "Also `lightgbm.Booster`, and its model text (`.txt`).",
        "statsmodels": (
            f"The results of {', '.join(KINDS)}: of arrays, of data frames, and of patsy's "
            "formulas with all of its transforms."
        ),
        "xgboost": "Also `xgboost.Booster`, and its files (`.json`, `.ubj`).",
    }
)
"""What is exported of a library beside estimators, by its package."""

_HEAD: Final = """\
# Estimators that are exported

This page is made of the code: `python -m pmmlkit.exporters.supported > docs/estimators.md`.

What is exported predicts, or transforms, as the library does; settings of a class that PMML cannot
state are refused with the reason when they are met. Classes of your own are traced: see
[tracing.md](tracing.md). How to export: [export.md](export.md). Stages of Spark ML:
[spark.md](spark.md).
"""


def supported_table() -> str:
    """Return the page as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD.rstrip("\n")
    by_package: dict[str, list[str]] = defaultdict(list)
    for name in registry().names():
        package = name.partition(".")[0]
        if package in MODULES:
            by_package[package].append(name)
    for package in sorted(MODULES, key=lambda it: (it != "sklearn", it)):
        yield ""
        yield f"## {TITLES.get(package, package)}"
        yield ""
        if by_package[package]:
            yield from _classes(by_package[package])
        if by_package[package] and package in NATIVES:
            yield ""
        if package in NATIVES:
            yield NATIVES[package]
        refused = _refused(package)
        if refused:
            yield ""
            yield "Refused:"
            yield ""
            yield from _reasons(refused)


def _classes(names: Iterable[str]) -> Iterator[str]:
    """Yield a line for each module, with its classes."""
    yield "| module | classes |"
    yield "|---|---|"
    parts = sorted({(module, kind) for module, _, kind in (it.rpartition(".") for it in names)})
    for module, group in groupby(parts, key=lambda it: it[0]):
        yield f"| `{module}` | {', '.join(kind for _, kind in group)} |"


def _refused(package: str) -> Mapping[str, str]:
    module = REFUSALS.get(package)
    found: Mapping[str, str] = {} if module is None else import_module(module).REFUSED
    return found


def _reasons(refused: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each reason, with the classes that have it."""
    yield "| classes | reason |"
    yield "|---|---|"
    by_reason: dict[str, list[str]] = defaultdict(list)
    for name, reason in refused.items():
        by_reason[reason].append(name.rpartition(".")[2])
    for reason, names in by_reason.items():
        yield f"| {', '.join(sorted(names))} | {reason} |"


if __name__ == "__main__":
    sys.stdout.write(supported_table())
