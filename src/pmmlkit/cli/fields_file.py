"""Domains of columns from a JSON file: for each column, what the Python class takes."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from pmmlkit.errors import DataError
from pmmlkit.exporters.domains import Categorical, Continuous, Domain, Ordinal, Temporal

__all__ = ["read_fields"]

KINDS: Final[Mapping[str, type[Domain]]] = MappingProxyType(
    {
        "continuous": Continuous,
        "categorical": Categorical,
        "ordinal": Ordinal,
        "temporal": Temporal,
    }
)


def read_fields(path: str) -> dict[str, Domain]:
    """Read ``{"age": {"type": "continuous", "low": 0}, ...}``.

    Raises DataError where the file cannot be read or does not say that, ExportError where a domain
    contradicts itself.
    """
    try:
        with open(path, encoding="utf-8") as stream:
            content = json.load(stream)
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"cannot read {path}: {error}") from error
    if not isinstance(content, dict):
        raise DataError(f"{path}: an object is needed, with a name for each column")
    return {name: _domain(path, name, stated) for name, stated in content.items()}


def _domain(path: str, name: str, stated: Any) -> Domain:
    kind = str(stated.get("type")) if isinstance(stated, dict) else ""
    if kind not in KINDS:
        raise DataError(f'{path}: {name!r} needs "type": one of {", ".join(KINDS)}')
    options = {option: value for option, value in stated.items() if option != "type"}
    known = [field.name for field in dataclasses.fields(KINDS[kind])]
    unknown = [option for option in options if option not in known]
    if unknown:
        raise DataError(
            f"{path}: {name!r} has {unknown[0]!r}, which a {kind} column does not have; it has "
            f"{', '.join(known)}"
        )
    return KINDS[kind](**options)
