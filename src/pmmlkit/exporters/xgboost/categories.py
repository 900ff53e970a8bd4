"""The categories that a model of XGBoost 3.1 or later holds."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.features import Category
from pmmlkit.exporters.xgboost.contents import Contents

__all__ = ["StoredCategories", "read_categories"]


@dataclass(frozen=True, slots=True)
class StoredCategories:
    """The categories of a feature in the order of their codes; none for a feature of numbers.

    Texts stand one behind the other in `raw`, in UTF-8, category i from `bounds[i]` to
    `bounds[i + 1]`. Of columns of pandas, XGBoost 3.2 gives the bounds in characters and cuts `raw`
    off there: names beyond ASCII are damaged.
    """

    numbers: tuple[int, ...] = ()
    raw: bytes = b""
    bounds: tuple[int, ...] = ()

    def known(self, given: tuple[Category, ...], name: str) -> tuple[Category, ...]:
        """Return the categories; `given` are those that the data state, () where they do not.

        Raises ExportError where they are damaged, and the data do not say what they were.
        """
        if self.numbers:
            return self.numbers
        if len(self.bounds) < 2:
            return given
        if self.raw.isascii():
            text = self.raw.decode("ascii")
            return tuple(text[first:last] for first, last in pairwise(self.bounds))
        texts = [str(category) for category in given]
        whole = "".join(texts).encode()
        by_byte = tuple(accumulate((len(text.encode()) for text in texts), initial=0))
        by_character = tuple(accumulate(map(len, texts), initial=0))
        if self.raw == whole[: self.bounds[-1]] and self.bounds in (by_byte, by_character):
            return given
        raise ExportError(
            f"the model does not hold the whole names of the categories of {name!r}, some of which "
            "are not in ASCII: pass X= with the column as categorical, with the categories that "
            "it was trained on in their order"
        )


def read_categories(found: Contents) -> tuple[StoredCategories, ...]:
    """Return the categories of each feature; raise ExportError where they are no such thing."""
    return tuple(_read(item) for item in found["enc"].items())


def _read(item: Contents) -> StoredCategories:
    if "offsets" not in item:
        return StoredCategories(tuple(item["values"].array(np.int64).tolist()))
    raw = (item["values"].array(np.int64) % 256).astype(np.uint8).tobytes()
    offsets = item["offsets"].array(np.int64)
    bounds = offsets.tolist()
    if bounds and (bounds[0] != 0 or bounds[-1] > len(raw) or (np.diff(offsets) < 0).any()):
        raise item.wrong("has categories that end before they begin")
    return StoredCategories((), raw, tuple(bounds))
