"""The built-in functions by the version of PMML that brought them. Specification: Built-in
Functions, and its pages of changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["SINCE"]

_BROUGHT: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "4.2": ("concat", "matches", "replace"),
        "4.3": (
            "erf",
            "normalCDF",
            "normalIDF",
            "normalPDF",
            "stdNormalCDF",
            "stdNormalIDF",
            "stdNormalPDF",
        ),
        "4.4": (
            "acos",
            "asin",
            "atan",
            "cos",
            "cosh",
            "expm1",
            "hypot",
            "isNotValid",
            "isValid",
            "ln1p",
            "modulo",
            "rint",
            "sin",
            "sinh",
            "stringLength",
            "tan",
            "tanh",
        ),
    }
)

SINCE: Final[Mapping[str, str]] = MappingProxyType(
    {name: version for version, names in _BROUGHT.items() for name in names}
)
"""The version of each function that came after 4.1."""
