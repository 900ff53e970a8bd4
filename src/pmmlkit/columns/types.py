"""The data types of PMML and what carries their values: NumPy dtypes in columns, Python scalars in
rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

__all__ = [
    "BOOLEAN",
    "DATA_TYPES",
    "DATE",
    "DATE_TIME",
    "DOUBLE",
    "FLOAT",
    "INTEGER",
    "STRING",
    "TIME",
    "DataType",
    "common_number",
    "list_of",
]


@dataclass(frozen=True, slots=True)
class DataType:
    """One dataType of PMML.

    `name` is PMML's. `kind` is one of string, integer, float, double, boolean, date, time, dateTime
    and says how values are carried: strings as int32 codes into a table of categories (rows: str),
    integers int64 (int), floats float32 (a Python float that is exactly a float32), doubles float64
    (float), booleans bool, dates int64 days since 1970-01-01, times int64 microseconds since
    midnight, dateTimes int64 microseconds since 1970-01-01T00:00:00 (rows: int for these). The
    types that count days or seconds since a year are of kind integer; `epoch` is their year, None
    for others; `unit` is ``"days"`` or ``"seconds"`` for them and for timeSeconds. `optype` is the
    one that a field of this type has when it states none. Kind list is for several values of the
    type `item` (see `list_of`), carried as tuples of row values in object arrays and in rows; where
    it is `lone`, users see a list of one value as that value.
    """

    name: str
    kind: str
    dtype: np.dtype[np.generic]
    optype: str
    epoch: int | None = None
    unit: str | None = None
    item: DataType | None = None
    lone: bool = False

    @property
    def is_list(self) -> bool:
        """Tell whether a value is several: the rows of a group, a result with many values."""
        return self.item is not None

    @property
    def is_number(self) -> bool:
        """Integer, float or double."""
        return self.kind in ("integer", "float", "double")

    @property
    def is_temporal(self) -> bool:
        """Date, time or dateTime: ordered, but not arithmetic."""
        return self.kind in ("date", "time", "dateTime")


_INT64 = np.dtype(np.int64)

STRING: Final = DataType("string", "string", np.dtype(np.int32), "categorical")
INTEGER: Final = DataType("integer", "integer", _INT64, "continuous")
FLOAT: Final = DataType("float", "float", np.dtype(np.float32), "continuous")
DOUBLE: Final = DataType("double", "double", np.dtype(np.float64), "continuous")
BOOLEAN: Final = DataType("boolean", "boolean", np.dtype(np.bool_), "categorical")
DATE: Final = DataType("date", "date", _INT64, "ordinal")
TIME: Final = DataType("time", "time", _INT64, "ordinal")
DATE_TIME: Final = DataType("dateTime", "dateTime", _INT64, "ordinal")

_SINCE_YEARS = (1960, 1970, 1980, 1990, 2000, 2010, 2020)
"""PMML has the first three; JPMML adds the others as an extension."""

DATA_TYPES: Final[dict[str, DataType]] = {
    kind.name: kind
    for kind in (
        STRING,
        INTEGER,
        FLOAT,
        DOUBLE,
        BOOLEAN,
        DATE,
        TIME,
        DATE_TIME,
        DataType("timeSeconds", "integer", _INT64, "continuous", None, "seconds"),
        *(
            DataType(f"dateDaysSince[{year}]", "integer", _INT64, "continuous", year, "days")
            for year in _SINCE_YEARS
        ),
        *(
            DataType(
                f"dateTimeSecondsSince[{year}]", "integer", _INT64, "continuous", year, "seconds"
            )
            for year in _SINCE_YEARS
        ),
    )
}

_WIDTH = {"integer": 0, "float": 1, "double": 2}


def common_number(*types: DataType) -> DataType:
    """Return the widest of number types: integer < float < double. Types that count time widen to
    integer.
    """
    widest = max(types, key=lambda kind: _WIDTH[kind.kind])
    return {"integer": INTEGER, "float": FLOAT, "double": DOUBLE}[widest.kind]


def list_of(item: DataType, *, lone: bool = False) -> DataType:
    """Return the type of lists of values of a type; `lone`: a single one is shown as it is."""
    return _list_of(item, lone)


@cache
def _list_of(item: DataType, lone: bool) -> DataType:
    return DataType(
        f"list of {item.name}", "list", np.dtype(object), item.optype, item=item, lone=lone
    )
