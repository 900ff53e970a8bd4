"""Trees as the JSON of a model says them, checked: oblivious ones by level, others by node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.catboost.questions import Question

__all__ = ["Branching", "Oblivious", "Split", "trees_of"]

ANSWER = 0.5
"""The border between no (0) and yes (1)."""

MOST_LEVELS = 24
"""CatBoost allows 16."""

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Split:
    """A question, and the border above which its answer goes to the high side."""

    question: Question
    border: float


@dataclass(frozen=True, slots=True)
class Oblivious:
    """A tree all of whose nodes of a level ask the same: the first split is the lowest bit of the
    leaf's number. `values` is (2**levels, dimensions).
    """

    splits: tuple[Split, ...]
    values: Doubles


@dataclass(frozen=True, slots=True)
class Branching:
    """A tree by nodes, the root first. `splits` is None at leaves; `values` (n, dimensions)."""

    splits: tuple[Split | None, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]
    values: Doubles


def trees_of(
    raw: Mapping[str, Any], questions: Sequence[Question], dimensions: int
) -> tuple[Oblivious | Branching, ...]:
    """Return the trees of a model's JSON; raise ValueError, KeyError or TypeError where it is
    damaged.
    """
    oblivious = raw.get("oblivious_trees")
    if oblivious:
        return tuple(_oblivious(tree, questions, dimensions) for tree in oblivious)
    return tuple(_branching(tree, questions, dimensions) for tree in raw.get("trees") or [])


def _split(raw: Mapping[str, Any], questions: Sequence[Question]) -> Split:
    number = raw["split_index"]
    if not 0 <= number < len(questions):
        raise ValueError(f"there is no split {number}")
    question = questions[number]
    return Split(question, ANSWER if question.kind == "one_hot" else float(raw["border"]))


def _oblivious(raw: Mapping[str, Any], questions: Sequence[Question], dimensions: int) -> Oblivious:
    splits = tuple(_split(it, questions) for it in raw.get("splits") or [])
    if len(splits) > MOST_LEVELS:
        raise ValueError(f"a tree has {len(splits)} levels")
    values = np.asarray(raw["leaf_values"], np.float64)
    return Oblivious(splits, values.reshape(2 ** len(splits), dimensions))


def _branching(raw: Mapping[str, Any], questions: Sequence[Question], dimensions: int) -> Branching:
    splits: list[Split | None] = []
    low: list[int] = []
    high: list[int] = []
    values = []
    pending: list[tuple[Any, list[int], int]] = [(raw, [0], 0)]
    while pending:
        node, slot, parent = pending.pop()
        slot[parent] = at = len(splits)
        low.append(-1)
        high.append(-1)
        if "split" in node:
            splits.append(_split(node["split"], questions))
            values.append(np.zeros(dimensions))
            pending += [(node["right"], high, at), (node["left"], low, at)]
        else:
            splits.append(None)
            values.append(np.asarray(node["value"], np.float64).reshape(dimensions))
    return Branching(tuple(splits), tuple(low), tuple(high), np.stack(values))
