"""Values as the text that stands in attributes: shortest, and read back as the same value of the
field's type.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.features import Category
from pmmlkit.xml.lexical import format_number

__all__ = ["category_text", "number_texts"]


def category_text(value: Category, data_type: str) -> str:
    """Return a value as text of the data type; raise ExportError where it is none of them."""
    if data_type == "string":
        return value if isinstance(value, str) else str(value)
    if isinstance(value, str):
        raise ExportError(f"the value {value!r:.60} does not fit a field of type {data_type}")
    if data_type == "boolean":
        if value not in (0, 1):
            raise ExportError(f"the value {value!r} does not fit a field of type boolean")
        return "true" if value else "false"
    if data_type == "integer":
        if isinstance(value, float) and not value.is_integer():
            raise ExportError(f"the value {value!r} does not fit a field of type integer")
        return str(int(value))
    if data_type == "float":
        return number_texts(np.array([value], np.float32))[0]
    return format_number(float(value))


def number_texts(values: npt.NDArray[Any]) -> list[str]:
    """Return numbers as their shortest texts, float32 as well; whole ones without a point."""
    if values.dtype == np.float32:
        shortest = values.astype(str)
        return [
            text.removesuffix(".0") if text not in _SPECIAL else _SPECIAL[text]
            for text in shortest.tolist()
        ]
    numbers = values.tolist()
    if values.dtype != np.float64 or values.ndim != 1 or not numbers:
        return [format_number(value) for value in numbers]
    # one call for all: whole and infinite numbers are the few that PMML writes in another way
    texts = repr(numbers)[1:-1].split(", ")
    for at in np.flatnonzero((values == np.floor(values)) | np.isnan(values)).tolist():
        texts[at] = format_number(numbers[at])
    return texts


_SPECIAL = {"inf": "INF", "-inf": "-INF", "nan": "NaN"}
