"""The values of a model file, taken by name and checked: whatever is not as it should be is told by
its place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError

__all__ = ["Contents"]


@dataclass(frozen=True, slots=True)
class Contents:
    """A value of a model file, and where it stands there."""

    value: Any
    place: str = "the model"

    def __contains__(self, name: str) -> bool:
        return isinstance(self.value, dict) and name in self.value

    def __getitem__(self, name: str) -> Contents:
        """Return a part; raise ExportError where it is absent."""
        if name not in self:
            raise self.wrong(f"lacks {name!r}")
        return Contents(self.value[name], f"{self.place}.{name}")

    def items(self) -> Iterator[Contents]:
        """Yield the items of an array."""
        if not isinstance(self.value, list | np.ndarray):
            raise self.wrong("is no array")
        for number, item in enumerate(self.value):
            yield Contents(item, f"{self.place}[{number}]")

    def texts(self) -> tuple[str, ...]:
        """Return an array of texts."""
        return tuple(item.text() for item in self.items())

    def text(self) -> str:
        """Return a text."""
        if not isinstance(self.value, str):
            raise self.wrong("is no text")
        return self.value

    def integer(self) -> int:
        """Return a whole number of 0 or more, which XGBoost writes as text."""
        try:
            number = int(self.value)
        except (TypeError, ValueError, OverflowError) as error:
            raise self.wrong("is no whole number") from error
        if not 0 <= number < 2**31:
            raise self.wrong(f"is {number}")
        return number

    def floats(self) -> npt.NDArray[np.float32]:
        """Return single-precision numbers (n,) that stand in a text: one, or an array of them."""
        try:
            numbers = np.atleast_1d(np.array(json.loads(self.text()), np.float32))
        except (ValueError, TypeError, RecursionError) as error:
            raise self.wrong("holds no numbers") from error
        if numbers.ndim != 1 or not np.isfinite(numbers).all():
            raise self.wrong("is no list of numbers")
        return numbers

    def array(self, dtype: type[Any], size: int | None = None) -> npt.NDArray[Any]:
        """Return an array of numbers (n,), of the size if one is given."""
        values = self.value
        if not isinstance(values, list | np.ndarray):
            raise self.wrong("is no array")
        try:
            numbers = np.asarray(values)
            whole = np.issubdtype(dtype, np.integer)
            if len(numbers) and (numbers.dtype.kind not in ("iub" if whole else "iubf")):
                raise self.wrong("holds something other than numbers")
            with np.errstate(over="ignore"):
                result = numbers.astype(dtype)
        except (ValueError, TypeError, OverflowError) as error:
            raise self.wrong("is no array of numbers") from error
        if result.ndim != 1 or (size is not None and len(result) != size):
            raise self.wrong(f"has the shape {result.shape}, not ({size},)")
        return result

    def wrong(self, reason: str) -> ExportError:
        """Return the error that says what is wrong here."""
        return ExportError(f"{self.place} {reason}: no model of XGBoost, or a damaged one")
