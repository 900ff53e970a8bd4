"""PMML without Java: export, validate, evaluate and check models.

The public names are loaded when they are first used, so that ``import pmmlkit`` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pmmlkit._version import __version__
from pmmlkit.errors import (
    DataError,
    EvaluationError,
    ExportError,
    Finding,
    LimitError,
    MarkupError,
    PmmlError,
    UnsupportedError,
)

if TYPE_CHECKING:
    from pmmlkit.batches import BatchScorer
    from pmmlkit.exporters.domains import Categorical, Continuous, Ordinal, Temporal
    from pmmlkit.exporters.export import export
    from pmmlkit.exporters.expression_transformer import ExpressionTransformer
    from pmmlkit.exporters.proposals import domains
    from pmmlkit.exporters.registry import converts
    from pmmlkit.language.document import Document
    from pmmlkit.limits import Limits
    from pmmlkit.model import Model, load
    from pmmlkit.showing import Description, show
    from pmmlkit.upgrading import Upgrade, upgrade
    from pmmlkit.validation import Report, validate

__all__ = [
    "BatchScorer",
    "Categorical",
    "Continuous",
    "DataError",
    "Description",
    "Document",
    "EvaluationError",
    "ExportError",
    "ExpressionTransformer",
    "Finding",
    "LimitError",
    "Limits",
    "MarkupError",
    "Model",
    "Ordinal",
    "PmmlError",
    "Report",
    "Temporal",
    "UnsupportedError",
    "Upgrade",
    "__version__",
    "converts",
    "domains",
    "export",
    "load",
    "show",
    "upgrade",
    "validate",
]

_HOMES = {
    "BatchScorer": "pmmlkit.batches",
    "Categorical": "pmmlkit.exporters.domains",
    "Continuous": "pmmlkit.exporters.domains",
    "Description": "pmmlkit.showing",
    "Document": "pmmlkit.language.document",
    "ExpressionTransformer": "pmmlkit.exporters.expression_transformer",
    "Limits": "pmmlkit.limits",
    "Model": "pmmlkit.model",
    "Ordinal": "pmmlkit.exporters.domains",
    "Report": "pmmlkit.validation",
    "Temporal": "pmmlkit.exporters.domains",
    "Upgrade": "pmmlkit.upgrading",
    "converts": "pmmlkit.exporters.registry",
    "domains": "pmmlkit.exporters.proposals",
    "export": "pmmlkit.exporters.export",
    "load": "pmmlkit.model",
    "show": "pmmlkit.showing",
    "upgrade": "pmmlkit.upgrading",
    "validate": "pmmlkit.validation",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'pmmlkit' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
