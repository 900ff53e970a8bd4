"""A tree of centers as TreeModel: at every node the nearer of two is entered, down to a cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.combination import combination
from pmmlkit.exporters.features import Feature
from pmmlkit.exporters.fields import BoundField, Target
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.language.models.tree import NodeTableBuilder, TreeModel
from pmmlkit.language.predicates import SimplePredicate, TruePredicate

__all__ = ["descent", "distance_gap"]

Node = TypeVar("Node")
Doubles = npt.NDArray[np.float64]


def descent(
    root: Node,
    parted: Callable[[Node], tuple[Node, Node] | int],
    nearer: Callable[[str, Node, Node], Feature],
    target: Target | None = None,
) -> Draft:
    """Return a model that predicts the label of the leaf it comes to, as text.

    `parted` gives the label of a leaf, the two nodes below any other; `nearer` makes a number, by
    its name, that is 0 or less where the first of two nodes is as near as the second.
    """
    tests: list[Feature] = []
    steps: list[tuple[int | None, str, int, int | None]] = []
    """Of each node: its parent, how the parent's test ends here, that test, its label."""
    pending: list[tuple[Node, int | None, str, int]] = [(root, None, "", -1)]
    while pending:
        node, parent, operator, test = pending.pop()
        number, parts = len(steps), parted(node)
        if isinstance(parts, int):
            steps.append((parent, operator, test, parts))
            continue
        steps.append((parent, operator, test, None))
        first, second = parts
        tests.append(nearer(f"nearer({len(tests) + 1})", first, second))
        pending.append((second, number, "greaterThan", len(tests) - 1))
        pending.append((first, number, "lessOrEqual", len(tests) - 1))

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> TreeModel:
        table = NodeTableBuilder()
        for parent, operator, test, label in steps:
            table.add(
                parent,
                SimplePredicate(field=fields[test].name, operator=operator, value="0")
                if operator
                else TruePredicate(),
                score=None if label is None else str(label),
            )
        return TreeModel(**frame.parts(fields, probabilities=False), nodes=table.build())

    return Draft(tuple(tests), build, (), target, has_shares=False)


def distance_gap(
    name: str, features: Sequence[Feature], first: Doubles, second: Doubles
) -> Feature:
    """Return the squared distance from one center less that from another."""
    # |x - first|^2 - |x - second|^2
    difference = float(first @ first - second @ second)
    return combination(name, features, 2.0 * (second - first), difference)
