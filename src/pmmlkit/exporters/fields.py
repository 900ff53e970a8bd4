"""What features become in the document, and what is predicted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pmmlkit.exporters.features import Category
from pmmlkit.exporters.texts import category_text

__all__ = ["BoundField", "Target", "unique_name"]


@dataclass(frozen=True, slots=True)
class BoundField:
    """A feature that has become a field of the document."""

    name: str
    data_type: str
    optype: str


@dataclass(frozen=True, slots=True)
class Target:
    """What is predicted; `classes` are the labels in the order of ``classes_``, () for a number.

    `name` is None for what only other models read: then no field of the document is its target.
    """

    name: str | None
    data_type: str
    classes: tuple[Category, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes as text."""
        return tuple(category_text(label, self.data_type) for label in self.classes)

    @property
    def function_name(self) -> str:
        """The mining function of a model of this target."""
        return "classification" if self.classes else "regression"


def unique_name(name: str, taken: Iterable[str | None]) -> str:
    """Return the name, with ``_2``, ``_3`` ... behind it if it is taken."""
    names = taken if isinstance(taken, set | dict) else set(taken)
    candidate, number = name, 2
    while candidate in names:
        candidate, number = f"{name}_{number}", number + 1
    return candidate
