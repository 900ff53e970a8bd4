"""ComparisonMeasure: how two records are compared. Specification: Clustering, Nearest Neighbors."""

from __future__ import annotations

from typing import Final

from pmmlkit.language.extension import Extension
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import NUMBER

__all__ = [
    "COMPARE_FUNCTION",
    "BinarySimilarity",
    "Chebychev",
    "CityBlock",
    "ComparisonMeasure",
    "Euclidean",
    "Jaccard",
    "Measure",
    "Minkowski",
    "SimpleMatching",
    "SquaredEuclidean",
    "Tanimoto",
]

COMPARE_FUNCTION: Final = enumeration("absDiff", "gaussSim", "delta", "equal", "table")


class Measure(Element, abstract=True):
    """One way to make a number of the comparisons of single fields."""


class Euclidean(Measure, tag="euclidean"):
    """The root of the sum of squares."""

    extensions: tuple[Extension, ...] = children("Extension", default=())


class SquaredEuclidean(Measure, tag="squaredEuclidean"):
    """The sum of squares."""

    extensions: tuple[Extension, ...] = children("Extension", default=())


class Chebychev(Measure, tag="chebychev"):
    """The largest comparison."""

    extensions: tuple[Extension, ...] = children("Extension", default=())


class CityBlock(Measure, tag="cityBlock"):
    """The sum."""

    extensions: tuple[Extension, ...] = children("Extension", default=())


class Minkowski(Measure, tag="minkowski"):
    """The p-th root of the sum of p-th powers."""

    p_parameter: float = attribute("p-parameter", type=NUMBER, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class SimpleMatching(Measure, tag="simpleMatching"):
    """The share of the fields that agree."""

    extensions: tuple[Extension, ...] = children("Extension", default=())


class Jaccard(Measure, tag="jaccard"):
    """Fields in which both are 1, of those in which one is."""

    extensions: tuple[Extension, ...] = children("Extension", default=())


class Tanimoto(Measure, tag="tanimoto"):
    """Fields that agree, those that do not counting twice in the denominator."""

    extensions: tuple[Extension, ...] = children("Extension", default=())


class BinarySimilarity(Measure, tag="binarySimilarity"):
    """A quotient of weighted counts of agreement."""

    c00_parameter: float = attribute("c00-parameter", type=NUMBER, required=True)
    c01_parameter: float = attribute("c01-parameter", type=NUMBER, required=True)
    c10_parameter: float = attribute("c10-parameter", type=NUMBER, required=True)
    c11_parameter: float = attribute("c11-parameter", type=NUMBER, required=True)
    d00_parameter: float = attribute("d00-parameter", type=NUMBER, required=True)
    d01_parameter: float = attribute("d01-parameter", type=NUMBER, required=True)
    d10_parameter: float = attribute("d10-parameter", type=NUMBER, required=True)
    d11_parameter: float = attribute("d11-parameter", type=NUMBER, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class ComparisonMeasure(Element):
    """The measure, and what single fields are compared by.

    `kind` says whether small values are near (``distance``) or large ones (``similarity``).
    `minimum` and `maximum` are information.
    """

    kind: str = attribute(required=True, values=enumeration("distance", "similarity"))
    compare_function: str = attribute(default="absDiff", values=COMPARE_FUNCTION)
    minimum: float | None = attribute(type=NUMBER, default=None)
    maximum: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    measure: Measure = child(
        "euclidean",
        "squaredEuclidean",
        "chebychev",
        "cityBlock",
        "minkowski",
        "simpleMatching",
        "jaccard",
        "tanimoto",
        "binarySimilarity",
        required=True,
    )
