"""The attributes dataType and optype: what they may say, and the `DataType` that they name."""

from __future__ import annotations

from typing import Final

from pmmlkit.columns.types import DATA_TYPES, DataType
from pmmlkit.errors import MarkupError, UnsupportedError
from pmmlkit.language import mistakes
from pmmlkit.xml.declaration import Element, enumeration

__all__ = ["DATA_TYPE", "OPTYPE", "data_type"]

_NO_YEAR: Final = "there is no year 0 in the calendar, so that its first day is not known"

DATA_TYPE: Final = enumeration(
    *("string", "integer", "float", "double", "boolean", "date", "time", "dateTime"),
    *(f"dateDaysSince[{year}]" for year in (0, 1960, 1970, 1980)),
    "timeSeconds",
    *(f"dateTimeSecondsSince[{year}]" for year in (0, 1960, 1970, 1980)),
    refused={"dateDaysSince[0]": _NO_YEAR, "dateTimeSecondsSince[0]": _NO_YEAR},
)
"""The values of the attribute dataType; `DATA_TYPES` has what pmmlkit can compute with."""

OPTYPE: Final = enumeration("categorical", "ordinal", "continuous")
"""The values of the attribute optype."""


def data_type(name: str, element: Element) -> DataType:
    """Return the type that an attribute dataType of `element` names.

    Raises UnsupportedError for the types that count from year 0, MarkupError for names that are no
    types.
    """
    found = DATA_TYPES.get(name.strip())
    if found is not None:
        return found
    reason = DATA_TYPE.refused.get(name.strip())
    kind = MarkupError if reason is None else UnsupportedError
    raise kind(
        f"dataType {name!r} is not supported{'' if reason is None else f': {reason}'}; use one of "
        f"{', '.join(sorted(DATA_TYPES))}",
        element=element.tag,
        line=element.line,
        code=mistakes.UNKNOWN_VALUE if reason is None else mistakes.REFUSED_VALUE,
    )
