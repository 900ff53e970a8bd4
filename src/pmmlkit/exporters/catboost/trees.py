"""Trees of CatBoost as binary trees: oblivious ones written out, without branches that no row can
reach.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.catboost.model import CatBoostModel
from pmmlkit.exporters.catboost.nodes import Branching, Oblivious, Split
from pmmlkit.exporters.catboost.questions import Question
from pmmlkit.exporters.forest import Forest

__all__ = ["forests_of"]

Values = tuple[float, ...]
Place = tuple[int, int]
"""Where in a file's tree: the number of a node, or the level and the leaf as far as it is known."""


@dataclass(frozen=True, slots=True)
class _Inner:
    """A node that splits, and where its sides are."""

    split: Split
    low: Place
    high: Place


_Expand = Callable[[Place], "_Inner | Values"]


class _Known:
    """What the splits above a node have left open; immutable."""

    __slots__ = ("facts",)

    def __init__(self, facts: Mapping[Any, Any] | None = None) -> None:
        self.facts = facts or {}

    def answer(self, split: Split) -> bool | None:
        """Return the answer that is certain, None if both are possible."""
        question = split.question
        if question.kind != "one_hot":
            low, high = self.facts.get(question, (-np.inf, np.inf))
            return True if split.border <= low else False if split.border >= high else None
        chosen = self.facts.get(question.index)
        if chosen is not None:
            return bool(chosen == question.hash)
        return False if question in self.facts else None

    def after(self, split: Split, answer: bool) -> _Known:
        """Return what is known where the answer is this one."""
        question = split.question
        if question.kind != "one_hot":
            low, high = self.facts.get(question, (-np.inf, np.inf))
            known = (split.border, high) if answer else (low, split.border)
            return _Known({**self.facts, question: known})
        if answer:
            return _Known({**self.facts, question.index: question.hash})
        return _Known({**self.facts, question: False})


@dataclass(slots=True)
class _Tree:
    """A tree in lists, children behind their parents; `values` has a tuple at leaves."""

    left: list[int]
    right: list[int]
    question: list[int]
    border: list[float]
    values: list[Values | None]


def forests_of(
    model: CatBoostModel,
) -> tuple[list[tuple[Forest, npt.NDArray[np.float64]]], tuple[Question, ...]]:
    """Return for each dimension of what is predicted the trees and the values of their nodes; and
    what the numbers in ``forest.feature`` ask.
    """
    numbers: dict[Question, int] = {}
    grown = [_grow(_expander(tree), numbers) for tree in model.trees]
    questions = tuple(numbers)
    largest = np.array(
        [it.kind == "float" and model.floats[it.index].missing_is_largest for it in questions]
        or [False]
    )
    forests = []
    for dimension in range(len(model.bias)):
        parts = [_of_dimension(tree, dimension) for tree in grown]
        trees = [
            (left, right, feature, border, ~largest[np.maximum(feature, 0)])
            for left, right, feature, border, _ in parts
        ]
        forests.append((Forest.of(trees), np.concatenate([part[-1] for part in parts])))
    return forests, questions


def _expander(tree: Oblivious | Branching) -> _Expand:
    return _by_level(tree) if isinstance(tree, Oblivious) else _by_node(tree)


def _by_level(tree: Oblivious) -> _Expand:
    def expand(place: Place) -> _Inner | Values:
        level, leaf = place
        if level == len(tree.splits):
            return tuple(tree.values[leaf].tolist())
        return _Inner(tree.splits[level], (level + 1, leaf), (level + 1, leaf | 1 << level))

    return expand


def _by_node(tree: Branching) -> _Expand:
    def expand(place: Place) -> _Inner | Values:
        node, _ = place
        split = tree.splits[node]
        if split is None:
            return tuple(tree.values[node].tolist())
        return _Inner(split, (tree.low[node], 0), (tree.high[node], 0))

    return expand


def _grow(expand: _Expand, numbers: dict[Question, int]) -> _Tree:
    """Write out a tree; a split whose answer follows from those above is passed over."""
    tree = _Tree([], [], [], [], [])
    pending: list[tuple[Place, _Known, list[int], int]] = [((0, 0), _Known(), [0], 0)]
    while pending:
        place, known, slot, parent = pending.pop()
        found = expand(place)
        while isinstance(found, _Inner):
            answer = known.answer(found.split)
            if answer is None:
                break
            found = expand(found.high if answer else found.low)
        slot[parent] = at = len(tree.left)
        tree.left.append(-1)
        tree.right.append(-1)
        if isinstance(found, _Inner):
            split = found.split
            tree.values.append(None)
            tree.question.append(numbers.setdefault(split.question, len(numbers)))
            tree.border.append(split.border)
            pending.append((found.high, known.after(split, True), tree.right, at))
            pending.append((found.low, known.after(split, False), tree.left, at))
        else:
            tree.values.append(found)
            tree.question.append(-1)
            tree.border.append(0.0)
    return tree


def _of_dimension(tree: _Tree, dimension: int) -> tuple[npt.NDArray[Any], ...]:
    """Return the tree with the values of one dimension, siblings that say the same made one."""
    value: list[float | None] = [
        None if several is None else several[dimension] for several in tree.values
    ]
    for node in range(len(value) - 1, -1, -1):
        if value[node] is None:
            low, high = value[tree.left[node]], value[tree.right[node]]
            if low is not None and low == high:
                value[node] = low
    kept: list[int] = []
    place: dict[int, int] = {}
    pending = [0]
    while pending:
        node = pending.pop()
        place[node] = len(kept)
        kept.append(node)
        if value[node] is None:
            pending += [tree.right[node], tree.left[node]]
    inner = [value[node] is None for node in kept]
    pairs = list(zip(kept, inner, strict=True))
    return (
        np.array([place[tree.left[node]] if open_ else -1 for node, open_ in pairs], np.int64),
        np.array([place[tree.right[node]] if open_ else -1 for node, open_ in pairs], np.int64),
        np.array([tree.question[node] if open_ else -1 for node, open_ in pairs], np.int64),
        np.array([tree.border[node] if open_ else 0.0 for node, open_ in pairs], np.float64),
        np.array([value[node] if not open_ else 0.0 for node, open_ in pairs], np.float64),
    )
