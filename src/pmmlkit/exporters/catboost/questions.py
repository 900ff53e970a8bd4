"""What the splits of a model ask."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Element", "Question"]


@dataclass(frozen=True, slots=True)
class Question:
    """What splits ask of: a number (``"float"``), whether a column is one category (``"one_hot"``,
    by the `hash` of the category), a statistic of categories (``"ctr"``) or, in statistics only,
    the category itself (``"category"``).

    `index` counts the numeric features, the categorical ones or the statistics.
    """

    kind: str
    index: int
    hash: int = 0


@dataclass(frozen=True, slots=True)
class Element:
    """A part of what a statistic is taken by: a category, or the answer to a split."""

    question: Question
    border: float = 0.0
