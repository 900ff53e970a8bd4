"""MiningSchema and MiningField: what a model takes, and the treatment of its values.

Specification: chapter Mining Schema. The rules are compiled in `preparation`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.data_types import OPTYPE
from pmmlkit.xml.declaration import Element, attribute, children, enumeration
from pmmlkit.xml.lexical import NUMBER, PROBABILITY

if TYPE_CHECKING:
    from pmmlkit.language.extension import Extension

__all__ = ["MiningField", "MiningSchema"]

USAGE_TYPE = enumeration(
    "active",
    "predicted",
    "target",
    "supplementary",
    "group",
    "order",
    "frequencyWeight",
    "analysisWeight",
    since={"target": "4.2"},
)
OUTLIER_TREATMENT = enumeration("asIs", "asMissingValues", "asExtremeValues")
MISSING_VALUE_TREATMENT = enumeration(
    "asIs",
    "asMean",
    "asMode",
    "asMedian",
    "asValue",
    "returnInvalid",
    since={"returnInvalid": "4.4"},
)
INVALID_VALUE_TREATMENT = enumeration(
    "returnInvalid", "asIs", "asMissing", "asValue", since={"asValue": "4.4"}
)


class MiningField(Element):
    """One field of a model: its use, and what is done to its values before."""

    name: str = attribute(required=True)
    usage_type: str = attribute(default="active", values=USAGE_TYPE)
    optype: str | None = attribute(default=None, values=OPTYPE)
    importance: float | None = attribute(type=PROBABILITY, default=None)
    outliers: str = attribute(default="asIs", values=OUTLIER_TREATMENT)
    low_value: float | None = attribute(type=NUMBER, default=None)
    high_value: float | None = attribute(type=NUMBER, default=None)
    missing_value_replacement: str | None = attribute(default=None)
    missing_value_treatment: str | None = attribute(default=None, values=MISSING_VALUE_TREATMENT)
    invalid_value_treatment: str = attribute(
        default="returnInvalid", values=INVALID_VALUE_TREATMENT
    )
    invalid_value_replacement: str | None = attribute(default=None, since="4.4")
    x_invalid_value_replacement: str | None = attribute("x-invalidValueReplacement", default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())

    @property
    def is_target(self) -> bool:
        """Tell whether the model predicts the field; ``predicted`` is the older word."""
        return self.usage_type in ("target", "predicted")

    @property
    def is_input(self) -> bool:
        """Tell whether scoring reads the field; a target is read for residuals only."""
        return self.usage_type in ("active", "supplementary", "group", "order")


class MiningSchema(Element):
    """The fields of a model."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    mining_fields: tuple[MiningField, ...] = children("MiningField", minimum=1, default=())
