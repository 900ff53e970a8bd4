"""ConfusionMatrix: which category was taken for which. Specification: Model Explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.extension import Extension
from pmmlkit.xml.declaration import Element, child, children

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array
    from pmmlkit.language.matrices import Matrix

__all__ = ["ClassLabels", "ConfusionMatrix"]


class ClassLabels(Element):
    """The categories, in the order of the matrix."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array | None = child("Array", required=True, default=None)


class ConfusionMatrix(Element):
    """Counts of records by actual category (rows) and predicted one (columns)."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    class_labels: ClassLabels | None = child("ClassLabels", required=True, default=None)
    matrix: Matrix | None = child("Matrix", required=True, default=None)
