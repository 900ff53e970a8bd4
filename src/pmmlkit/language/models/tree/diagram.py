"""A tree as a decision diagram: tests with exits for TRUE, FALSE and missing, strategies included.

All nodes are compiled together, as arrays. Each node has two labels, "enter the node" and "try its
predicate"; exits lead to tests, answers or labels, and in the end every label is replaced by what
it stands for.
Specification: chapter Trees.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.kernels.forest import IN_SET
from pmmlkit.errors import MarkupError
from pmmlkit.language import mistakes
from pmmlkit.language.models.tree.atoms import Atom, Atoms, NotATest
from pmmlkit.language.models.tree.compounds import expand
from pmmlkit.language.models.tree.node_table import (
    ABSENT,
    NONE,
    OPERATORS,
    OTHER,
    SET,
    SIMPLE,
    TRUE,
    NodeTable,
)
from pmmlkit.language.models.tree.simplify import compact
from pmmlkit.language.step import Field

__all__ = ["Diagram", "Shape", "Strategy", "compile_diagram"]

Ints = npt.NDArray[np.int64]

_LABEL: Final = 1 << 40
"""Exits from here on are labels, as long as the diagram is being made."""

_MOST_COPIES: Final = 2_000_000
"""Nodes times levels of missing values that a diagram may have."""


@dataclass(frozen=True, slots=True, eq=False)
class Diagram:
    """The tests of one tree.

    Feature j is `fields[j]` as a number or, where `coded[j]`, looked for in `sets`. Test i looks at
    ``feature[i]``: TRUE when the value is at most ``threshold[i]`` or, where ``kind[i]`` is IN_SET,
    when it is in ``sets[set[i]]``. Exits are tests (>= 0) or answers (``~a``); `root` is the first
    exit. Answer a is the node ``nodes[a]`` (-1: no prediction), reached with ``levels[a]`` levels
    of missing values.
    """

    fields: tuple[Field, ...]
    coded: tuple[bool, ...]
    sets: tuple[frozenset[Any], ...]
    feature: Ints
    kind: Ints
    threshold: npt.NDArray[np.float64]
    set: Ints
    on_true: Ints
    on_false: Ints
    on_missing: Ints
    root: int
    nodes: Ints
    levels: Ints

    def bounds(self) -> list[Any]:
        """Return what the row mode compares with: a number or a set per test."""
        is_set = self.kind == IN_SET
        found: list[Any] = self.threshold.tolist()
        for test in np.flatnonzero(is_set).tolist():
            found[test] = self.sets[self.set[test]]
        return found


@dataclass(frozen=True, slots=True)
class Strategy:
    """How a TreeModel treats UNKNOWN and the lack of a TRUE child; `counts_levels`: a penalty asks
    for it.
    """

    missing_value: str
    no_true_child: str
    counts_levels: bool


class Shape:
    """Who is whose child: arrays (n,) of nodes, -1 where there is none."""

    def __init__(self, table: NodeTable) -> None:
        self.parent = table.parent.astype(np.int64)
        n = len(table)
        self.first_child = np.full(n, NONE, np.int64)
        self.next_sibling = np.full(n, NONE, np.int64)
        order = np.argsort(self.parent, kind="stable")
        parents = self.parent[order]
        starts = np.flatnonzero(np.diff(parents, prepend=NONE - 1))
        starts = starts[parents[starts] >= 0]
        self.first_child[parents[starts]] = order[starts]
        together = np.flatnonzero(parents[1:] == parents[:-1])
        self.next_sibling[order[together]] = order[together + 1]
        self.default_child = self._default_child(table)

    def _default_child(self, table: NodeTable) -> Ints:
        """Return the direct child that each node names as its default."""
        result = np.full(len(table), NONE, np.int64)
        wanted = table.default_child[self.parent]
        named = (self.parent >= 0) & (wanted != NONE) & (table.id == wanted)
        children = np.flatnonzero(named)[::-1]
        result[self.parent[children]] = children
        return result


class Exits(NamedTuple):
    """Where a predicate leads: an exit each, or an array of one per node."""

    true: Any
    false: Any
    unknown: Any


def compile_diagram(table: NodeTable, atoms: Atoms, strategy: Strategy) -> Diagram:
    """Compile a tree; raises NotATest where a predicate is none, MarkupError where the document is
    wrong.
    """
    return _Compiler(table, atoms, strategy).compile()


class _Compiler:
    def __init__(self, table: NodeTable, atoms: Atoms, strategy: Strategy) -> None:
        self.table = table
        self.atoms = atoms
        self.strategy = strategy
        self.shape = Shape(table)
        self.size = len(table)
        self.kind = table.kind
        if (self.kind == ABSENT).any():
            node = int(np.flatnonzero(self.kind == ABSENT)[0])
            raise MarkupError(
                "a Node has no predicate",
                element="Node",
                line=int(table.line[node]),
                code=mistakes.MISSING_ELEMENT,
            )
        self.atom = self._atom_numbers()
        self.tests: list[tuple[Ints, ...]] = []
        self.test_count = 0
        self.columns: _AtomColumns | None = None

    def _atom_numbers(self) -> Ints:
        """Return the atom of each SIMPLE or SET node."""
        table, texts = self.table, self.table.texts
        numbers = np.full(self.size, NONE, np.int64)
        simple = np.flatnonzero(self.kind == SIMPLE)
        rows = np.stack(
            [table.field[simple], table.operator[simple], table.value[simple]], axis=1
        ).tolist()
        lines = table.line[simple].tolist()
        made = self.atoms.simple
        numbers[simple] = [
            made(texts[field], OPERATORS[operator], None if value < 0 else texts[value], line)
            for (field, operator, value), line in zip(rows, lines, strict=True)
        ]
        for node in np.flatnonzero(self.kind == SET).tolist():
            numbers[node] = self.atoms.in_set(
                texts[table.field[node]],
                OPERATORS[table.operator[node]],
                set_items(table, node),
                int(table.line[node]),
            )
        return numbers

    def compile(self) -> Diagram:
        levels = self._levels() if self.strategy.counts_levels else 0
        if self.size * (levels + 1) > _MOST_COPIES:
            raise NotATest
        self.labels = [self._copy(level, min(level + 1, levels)) for level in range(levels + 1)]
        return self._finish(np.concatenate(self.labels))

    def _levels(self) -> int:
        """Return the most levels of missing values that a path can have."""
        rises = np.zeros(self.size, np.int64)
        if self.strategy.missing_value == "defaultChild":
            rises[self.shape.parent >= 0] = 1
        for node, element in self.table.predicates.items():
            if is_surrogate(element):
                rises[node] += 1
        counts: list[int] = []
        before: dict[int, int] = {}
        for parent, rise in zip(self.shape.parent.tolist(), rises.tolist(), strict=True):
            # what siblings before it may have counted counts too
            here = before.get(parent, counts[parent] if parent >= 0 else 0) + rise
            before[parent] = here
            counts.append(here)
        return max(counts)

    def _answer(self, nodes: Any, level: int) -> Any:
        return ~(nodes + level * (2 * self.size + 1))

    def _copy(self, level: int, higher: int) -> Ints:
        """Make the tests of all nodes for paths of so many levels; return where labels lead."""
        n, shape = self.size, self.shape
        base = _LABEL + 2 * n * level
        nodes = np.arange(n)
        none = self._answer(n, 0)
        parents = np.maximum(shape.parent, 0)
        inner = shape.parent >= 0
        enter = np.where(
            shape.first_child < 0, self._answer(nodes, level), base + n + shape.first_child
        )
        stays = inner & (self.strategy.no_true_child == "returnLastPrediction")
        stays &= self.table.score[parents] != NONE
        last = np.where(stays, self._answer(parents, level), none)
        skip = np.where(shape.next_sibling >= 0, base + n + shape.next_sibling, last)
        unknown = np.where(inner, self._unknown(skip, parents, level, higher), none)
        exits = Exits(base + nodes, skip, unknown)
        attempt = np.where(self.kind == TRUE, exits.true, skip)
        tested = np.flatnonzero(self.atom >= 0)
        attempt[tested] = self._add_tests(self.atom[tested], exits, tested)
        for node in np.flatnonzero(self.kind == OTHER).tolist():
            usual = Exits(*(int(choice[node]) for choice in exits))
            late = usual
            if higher != level:
                late = Exits(usual.true + 2 * n, self._raised(usual.false), usual.unknown)
            attempt[node] = expand(
                self.table.predicates[node], self.atoms, usual, late, self._add_compound_test
            )
        return np.concatenate([enter, attempt])

    def _raised(self, exit: int) -> int:
        """Return the exit with one more level of missing values."""
        if exit >= _LABEL:
            return exit + 2 * self.size
        number = ~exit
        return exit if number == self.size else ~(number + 2 * self.size + 1)

    def _unknown(self, skip: Ints, parents: Ints, level: int, higher: int) -> Ints:
        strategy, n = self.strategy.missing_value, self.size
        if strategy == "lastPrediction":
            found: Ints = self._answer(parents, level)
        elif strategy == "nullPrediction":
            found = np.full(n, self._answer(n, 0))
        elif strategy == "defaultChild":
            child = self.shape.default_child[parents]
            # answers beyond the nodes stand for a default child that is needed and absent
            absent = self._answer(n + 1 + parents, 0)
            found = np.where(child < 0, absent, _LABEL + 2 * n * higher + child)
        else:
            found = skip
        return found

    def _add_tests(self, numbers: Ints, exits: Exits, nodes: Ints) -> Ints:
        """Add the tests of atoms; return the first test of each."""
        columns = self._atom_columns()
        choices = np.stack([choice[nodes] for choice in exits])
        twice = np.flatnonzero(columns.is_double[numbers])
        first = self.test_count + np.arange(len(numbers))
        second = np.full(len(numbers), 0, np.int64)
        second[twice] = self.test_count + len(numbers) + np.arange(len(twice))
        choices = np.concatenate([choices, second[np.newaxis]])
        at = np.arange(len(numbers))
        self.tests.append(
            (
                numbers,
                np.zeros(len(numbers), np.int64),
                *(choices[columns.exits[numbers, k], at] for k in range(3)),
            )
        )
        again = numbers[twice]
        self.tests.append(
            (
                again,
                np.ones(len(again), np.int64),
                *(choices[columns.second_exits[again, k], twice] for k in range(3)),
            )
        )
        self.test_count += len(numbers) + len(twice)
        return first

    def _atom_columns(self) -> _AtomColumns:
        if self.columns is None or self.columns.count != len(self.atoms.atoms):
            self.columns = _AtomColumns(self.atoms.atoms)
        return self.columns

    def _add_compound_test(self, number: int, part: int, exits: Sequence[int]) -> int:
        row = np.array([[number], [part], [exits[0]], [exits[1]], [exits[2]]], np.int64)
        self.tests.append(tuple(row))
        self.test_count += 1
        if self.test_count > 4 * _MOST_COPIES:
            raise NotATest
        return self.test_count - 1

    def _finish(self, labels: Ints) -> Diagram:
        number, part, *exits = (
            (np.concatenate(column) for column in zip(*self.tests, strict=True))
            if self.tests
            else (np.zeros(0, np.int64),) * 5
        )
        labels = _resolved(labels)
        on_true, on_false, on_missing = (_replaced(exit, labels) for exit in exits)
        root = int(labels[self.size])
        columns = self._atom_columns()
        small = compact(
            feature=columns.feature[number],
            kind=columns.kind[number],
            threshold=columns.threshold[number, part],
            set=columns.set[number],
            sets=self.atoms.sets,
            exits=(on_true, on_false, on_missing),
            root=root,
        )
        used, answer = np.unique(small.answers, return_inverse=True)
        nodes, levels = used % (2 * self.size + 1), used // (2 * self.size + 1)
        self._check_defaults(nodes)
        renumbered = dict(zip(small.answers.tolist(), answer.tolist(), strict=True))
        return Diagram(
            fields=tuple(self.atoms.fields),
            coded=tuple(self.atoms.coded),
            sets=tuple(self.atoms.sets),
            feature=small.feature,
            kind=small.kind,
            threshold=small.threshold,
            set=small.set,
            on_true=_renumbered(small.exits[0], used),
            on_false=_renumbered(small.exits[1], used),
            on_missing=_renumbered(small.exits[2], used),
            root=small.root if small.root >= 0 else ~renumbered[~small.root],
            nodes=np.where(nodes == self.size, -1, nodes),
            levels=levels,
        )

    def _check_defaults(self, nodes: Ints) -> None:
        absent = nodes[nodes > self.size]
        if len(absent):
            node = int(absent[0]) - self.size - 1
            name = self.table.text(int(self.table.default_child[node]))
            problem = (
                "needs a defaultChild: the field of a child's predicate can be missing"
                if name is None
                else f"names {name!r:.80} as its defaultChild, which is not a child of it"
            )
            raise MarkupError(
                f"the Node {problem}",
                element="Node",
                line=int(self.table.line[node]),
                code=mistakes.DEFAULT_CHILD,
            )


class _AtomColumns:
    """Atoms as arrays."""

    def __init__(self, atoms: Sequence[Atom]) -> None:
        count = self.count = len(atoms)
        self.feature = np.fromiter((atom.feature for atom in atoms), np.int64, count)
        self.kind = np.fromiter((atom.kind for atom in atoms), np.int64, count)
        self.threshold = np.empty((count, 2))
        self.threshold[:, 0] = [atom.threshold for atom in atoms]
        self.threshold[:, 1] = [atom.second or 0.0 for atom in atoms]
        self.set = np.fromiter((atom.set for atom in atoms), np.int64, count)
        self.is_double = np.fromiter((atom.second is not None for atom in atoms), np.bool_, count)
        self.exits = np.array([atom.exits for atom in atoms], np.int64).reshape(-1, 3)
        self.second_exits = np.array([atom.second_exits for atom in atoms], np.int64).reshape(-1, 3)


def _resolved(labels: Ints) -> Ints:
    """Follow labels that lead to labels."""
    while True:
        to = np.flatnonzero(labels >= _LABEL)
        if len(to) == 0:
            return labels
        labels = labels.copy()
        labels[to] = labels[labels[to] - _LABEL]


def _replaced(exits: Ints, labels: Ints) -> Ints:
    at = np.flatnonzero(exits >= _LABEL)
    exits[at] = labels[exits[at] - _LABEL]
    return exits


def _renumbered(exits: Ints, used: Ints) -> Ints:
    return np.where(exits >= 0, exits, ~np.searchsorted(used, ~exits))


def set_items(table: NodeTable, node: int) -> Iterator[str]:
    """Yield the items of the set predicate of a node."""
    first, last = np.searchsorted(table.item_node, [node, node + 1]).tolist()
    return (table.texts[number] for number in table.item_text[first:last].tolist())


def is_surrogate(element: Any) -> bool:
    """Tell whether a predicate is a surrogate at the top of its node."""
    return bool(element.tag == "CompoundPredicate" and element.boolean_operator == "surrogate")
