"""Correlations between fields. Specification: Model Explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.extension import Extension
from pmmlkit.xml.declaration import Element, child, children

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array
    from pmmlkit.language.matrices import Matrix

__all__ = ["CorrelationFields", "CorrelationMethods", "CorrelationValues", "Correlations"]


class CorrelationFields(Element):
    """The fields, in the order of the matrices."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array | None = child("Array", required=True, default=None)


class CorrelationValues(Element):
    """How strongly two fields go together."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    matrix: Matrix | None = child("Matrix", required=True, default=None)


class CorrelationMethods(Element):
    """How each correlation was computed."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    matrix: Matrix | None = child("Matrix", required=True, default=None)


class Correlations(Element):
    """The correlations between fields, and how they were computed."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    correlation_fields: CorrelationFields | None = child(
        "CorrelationFields", required=True, default=None
    )
    correlation_values: CorrelationValues | None = child(
        "CorrelationValues", required=True, default=None
    )
    correlation_methods: CorrelationMethods | None = child("CorrelationMethods", default=None)
