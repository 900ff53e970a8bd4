"""Models that libraries train beside their estimators, taken as estimators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

__all__ = ["as_estimator", "function_for"]

ADAPTERS: Final = MappingProxyType(
    {
        "lightgbm.basic.Booster": ("pmmlkit.exporters.lightgbm.estimators", "booster_text"),
        # the results of all models, with and without the wrapper that names their rows
        "statsmodels.base.model.Results": (
            "pmmlkit.exporters.statsmodels.converters",
            "fitted_results",
        ),
        "statsmodels.base.wrapper.ResultsWrapper": (
            "pmmlkit.exporters.statsmodels.converters",
            "fitted_results",
        ),
        "xgboost.core.Booster": ("pmmlkit.exporters.xgboost.native", "native_booster"),
    }
)
"""By the dotted name of the class: module and name of a function that returns the model with
`predict`, ``n_features_in_`` and, where they are known, ``feature_names_in_``, ``classes_``, the
rows it was fitted on (``training_table``) and the name of the target (``target_name_``).
"""


def as_estimator(model: Any) -> Any:
    """Return a native model as an estimator, anything else as it is."""
    adapter = function_for(model, ADAPTERS)
    return model if adapter is None else adapter(model)


def function_for(model: Any, functions: Mapping[str, tuple[str, str]]) -> Callable[..., Any] | None:
    """Return the function for the class of a model or for the nearest of its bases, None without
    one; `functions` has its module and name by the dotted name of the class.
    """
    for kind in type(model).__mro__:
        found = functions.get(f"{kind.__module__}.{kind.__qualname__}")
        if found is not None:
            module, name = found
            function: Callable[..., Any] = getattr(import_module(module), name)
            return function
    return None
