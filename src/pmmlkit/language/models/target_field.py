"""What a model knows of the field that it predicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pmmlkit.columns.types import DataType

__all__ = ["TargetField"]


@dataclass(frozen=True, slots=True)
class TargetField:
    """The target of a model: the DataField under its MiningField and its Target.

    `optype`: of the Target, else of the MiningField, else of the DataField, else that of the type.
    `values`: the valid values in their order, as row values of `type`; empty where any value is
    valid. `display`: the displayValue of single values, the TargetValue's before the DataField's.
    `name` is None for a target that the document does not name.
    """

    name: str | None
    type: DataType
    optype: str
    values: tuple[Any, ...] = ()
    display: Mapping[Any, str] = field(default_factory=dict)
