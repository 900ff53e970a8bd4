"""Many trees as one forest for the kernels, over one list of features.

The results of fusing are the same as those of the trees one by one: tests are copied, not changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.kernels import IN_SET, Forest
from pmmlkit.language.models.tree.diagram import Diagram
from pmmlkit.language.models.tree.inputs import Inputs
from pmmlkit.language.models.tree.row_walk import row_walker
from pmmlkit.language.step import Field, Values

__all__ = ["FusedForest", "fuse"]


@dataclass(frozen=True, slots=True, eq=False)
class FusedForest:
    """A kernel's forest and what makes its rows.

    The answers of tree t are ``first_answer[t]`` up to ``first_answer[t + 1]``, in the order of its
    diagram's.
    """

    forest: Forest
    inputs: Inputs
    first_answer: npt.NDArray[np.int64]
    diagrams: tuple[Diagram, ...]

    def row_walkers(self, payload: Sequence[Any]) -> list[Callable[[Values], Any]]:
        """Return a function per tree from one row to the payload (answers of all trees) of its
        answer.
        """
        bounds = self.first_answer.tolist()
        return [
            row_walker(diagram, payload[first:last])
            for diagram, first, last in zip(self.diagrams, bounds[:-1], bounds[1:], strict=True)
        ]


def fuse(diagrams: Sequence[Diagram]) -> FusedForest:
    """Put the trees into one forest. The fields of all of them are those of one scope, or of
    enclosing ones.
    """
    features: dict[tuple[int, bool], int] = {}
    fields: list[Field] = []
    members: list[dict[Any, int] | None] = []
    sets: dict[tuple[int, frozenset[Any]], int] = {}
    parts: list[_Part] = []
    for diagram in diagrams:
        places = []
        for field, coded in zip(diagram.fields, diagram.coded, strict=True):
            place = features.setdefault((field.slot, coded), len(features))
            if place == len(fields):
                fields.append(field)
                members.append({} if coded else None)
            places.append(place)
        parts.append(_part(diagram, np.array(places, np.int64), members, sets))
    words, starts, lengths = _words(sets, members)
    tests = np.cumsum([0] + [len(part.feature) for part in parts])
    answers = np.cumsum([0] + [len(diagram.nodes) for diagram in diagrams])
    inputs = Inputs(tuple(fields), tuple(members))

    counts = [len(part.feature) for part in parts]
    test_shift = np.repeat(tests[:-1], counts)
    answer_shift = np.repeat(answers[:-1], counts)

    def exits(name: str) -> npt.NDArray[np.int64]:
        exit = _joined([getattr(diagram, name) for diagram in diagrams])
        moved: npt.NDArray[np.int64] = np.where(exit >= 0, exit + test_shift, exit - answer_shift)
        return moved

    number = _joined([part.set for part in parts])
    forest = Forest(
        feature=_joined([part.feature for part in parts]),
        threshold=_joined([diagram.threshold for diagram in diagrams]).astype(inputs.dtype),
        on_true=exits("on_true"),
        on_false=exits("on_false"),
        on_missing=exits("on_missing"),
        roots=np.array(
            [
                diagram.root + tests[at] if diagram.root >= 0 else diagram.root - answers[at]
                for at, diagram in enumerate(diagrams)
            ],
            np.int64,
        ),
        answers=int(answers[-1]),
        kind=_joined([diagram.kind for diagram in diagrams]),
        set_start=np.where(number >= 0, starts[number], 0),
        set_length=np.where(number >= 0, lengths[number], 0),
        sets=words,
    )
    return FusedForest(forest, inputs, answers, tuple(diagrams))


@dataclass(frozen=True, slots=True)
class _Part:
    """A tree's features and sets by their numbers in the forest (-1: no set)."""

    feature: npt.NDArray[np.int64]
    set: npt.NDArray[np.int64]


def _part(
    diagram: Diagram,
    places: npt.NDArray[np.int64],
    members: list[dict[Any, int] | None],
    sets: dict[tuple[int, frozenset[Any]], int],
) -> _Part:
    feature = places[diagram.feature] if len(places) else diagram.feature
    number = np.full(len(feature), -1, np.int64)
    if not diagram.sets:
        return _Part(feature, number)
    for test in np.flatnonzero(diagram.kind == IN_SET).tolist():
        place = int(feature[test])
        wanted = diagram.sets[diagram.set[test]]
        key = (place, wanted)
        if key not in sets:
            sets[key] = len(sets)
            known = members[place]
            assert known is not None
            for value in wanted:
                known.setdefault(value, len(known))
        number[test] = sets[key]
    return _Part(feature, number)


def _words(
    sets: dict[tuple[int, frozenset[Any]], int], members: list[dict[Any, int] | None]
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the bits of all sets, and where each starts and how long it is."""
    words: list[npt.NDArray[np.uint32]] = []
    starts, lengths = [0], [0]
    size = 0
    for place, wanted in sets:
        known = members[place]
        assert known is not None
        codes = np.array([known[value] for value in wanted], np.int64)
        bits = np.zeros(int(codes.max(initial=0)) // 32 + 1, np.uint32)
        np.bitwise_or.at(bits, codes // 32, np.uint32(1) << (codes % 32).astype(np.uint32))
        words.append(bits)
        starts.append(size)
        lengths.append(len(bits))
        size += len(bits)
    joined = np.concatenate(words) if words else np.zeros(0, np.uint32)
    # number -1 (no set) picks the last entry, which is not used
    return joined, np.array([*starts[1:], 0]), np.array([*lengths[1:], 0])


def _joined(arrays: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return np.concatenate(arrays) if arrays else np.zeros(0, np.int64)
