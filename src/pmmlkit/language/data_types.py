"""The attributes dataType and optype: what they may say, and the `DataType` that they name."""

from __future__ import annotations

from typing import Final

from pmmlkit.columns.types import DATA_TYPES, DataType
from pmmlkit.errors import MarkupError, UnsupportedError
from pmmlkit.xml.declaration import Element, enumeration

__all__ = ["DATA_TYPE", "OPTYPE", "data_type"]

_UNUSED_YEAR: Final = ("dateDaysSince[0]", "dateTimeSecondsSince[0]")

DATA_TYPE: Final = enumeration(
    *("string", "integer", "float", "double", "boolean", "date", "time", "dateTime"),
    *(f"dateDaysSince[{year}]" for year in (0, 1960, 1970, 1980)),
    "timeSeconds",
    *(f"dateTimeSecondsSince[{year}]" for year in (0, 1960, 1970, 1980)),
)
"""The values of the attribute dataType; `DATA_TYPES` has what pmmlkit can compute with."""

OPTYPE: Final = enumeration("categorical", "ordinal", "continuous")
"""The values of the attribute optype."""


def data_type(name: str, element: Element) -> DataType:
    """Return the type that an attribute dataType of `element` names.

    Raises UnsupportedError for the types that count from year 0 (their day 0 is unclear),
    MarkupError for names that are no types.
    """
    found = DATA_TYPES.get(name.strip())
    if found is not None:
        return found
    kind = UnsupportedError if name.strip() in _UNUSED_YEAR else MarkupError
    raise kind(
        f"dataType {name!r} is not supported; use one of {', '.join(sorted(DATA_TYPES))}",
        element=element.tag,
        line=element.line,
    )
