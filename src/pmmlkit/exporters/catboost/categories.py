"""Categories and their hashes: CatBoost keeps only the hashes, the data have the categories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.features import (
    ByCategory,
    Cast,
    Category,
    Feature,
    InputField,
    Lookup,
    Replaced,
    data_type_of,
    name_of,
)

__all__ = ["Column", "category_texts", "combined", "possible_texts"]

MULTIPLIER = np.uint64(0x4906BA494954CB65)
"""CatBoost combines hashes by two multiplications with this number, modulo 2**64."""

LIKELY_INTEGERS = range(-1000, 100_000)

Hashes = npt.NDArray[np.uint64]


def _known_categories(feature: Feature) -> Sequence[Category]:
    """Return the categories that a column is known to have; none where nobody knows them."""
    if isinstance(feature, InputField):
        return feature.categories
    if isinstance(feature, Cast):
        return _known_categories(feature.source)
    if isinstance(feature, Replaced):
        return tuple(dict.fromkeys((*_known_categories(feature.source), feature.value)))
    return ()


def category_texts(category: Category) -> tuple[str, ...]:
    """Return the texts by which CatBoost may know a category: one, but of booleans it depends on
    the kind of table.
    """
    if isinstance(category, bool):
        return (str(category), str(int(category)))
    return (str(category),)


def possible_texts(features: Iterable[Feature]) -> list[str]:
    """Return the texts whose hashes may be in a model of these categorical columns.

    Of integers whose values nobody knows, all that are likely: categories that share a hash are
    the same to CatBoost, so a number that is found cannot be wrong.
    """
    found: dict[str, None] = {}
    for feature in features:
        categories = _known_categories(feature)
        if not categories and data_type_of(feature) == "integer":
            categories = LIKELY_INTEGERS
        found.update(dict.fromkeys(text for it in categories for text in category_texts(it)))
    return list(found)


@dataclass(frozen=True, slots=True)
class Column:
    """A categorical column: its categories by their hashes."""

    feature: Feature
    by_hash: Mapping[int, Category]

    @classmethod
    def of(cls, feature: Feature, hashes: Mapping[int, str]) -> Column:
        """Find the categories; `hashes` are those of all texts that may be one."""
        own = {
            text: category
            for category in _known_categories(feature)
            for text in category_texts(category)
        }
        kind = data_type_of(feature)
        found: dict[int, Category] = {}
        for number, text in hashes.items():
            if text in own:
                found[number] = own[text]
            elif not own:
                category = _typed(text, kind)
                if category is not None:
                    found[number] = category
        return cls(feature, found)

    @property
    def name(self) -> str:
        """The name of the column, for messages."""
        return name_of(self.feature)

    @property
    def stated(self) -> tuple[Category, ...]:
        """The categories that the data have; none where they were found by their hashes only, and
        may be those of another column.
        """
        return tuple(_known_categories(self.feature))

    @property
    def guard(self) -> Feature:
        """What a model reads to refuse rows without a category."""
        categories = self.stated or tuple(dict.fromkeys(self.by_hash.values()))[:1]
        table = tuple((category, 1.0) for category in categories)
        return ByCategory(
            Lookup(self.name, self.feature, table, 0.0, 0.0, self.stated, missing_refused=True)
        )

    @property
    def hashes(self) -> Hashes:
        """The hashes of the categories (n,)."""
        return np.array(list(self.by_hash), np.uint64)


def _typed(text: str, data_type: str | None) -> Category | None:
    if data_type == "boolean":
        return {text: it for it in (False, True) for text in category_texts(it)}.get(text)
    if data_type in ("integer", "float", "double"):
        try:
            return int(text)
        except ValueError:
            return None
    return text


def combined(parts: Iterable[Hashes]) -> Hashes:
    """Return the hashes under which a table knows combinations, one part (n,) after the other.

    Categories go in by their 32-bit hashes, as signed numbers; answers as 0 or 1.
    """
    result: Hashes = np.zeros(1, np.uint64)
    for part in parts:
        signed = part.astype(np.uint32).astype(np.int32).astype(np.int64).astype(np.uint64)
        result = MULTIPLIER * (result + MULTIPLIER * signed)
    return result
