"""Combinations of the values of unknown nodes, and where they stand in the table of a node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from pmmlkit.language.models.bayesian_network.network import Node, Table

__all__ = ["NO_NUMBERS", "Combination", "offsets_of"]

Combination = Mapping[int, int]
NO_NUMBERS: Mapping[int, float] = MappingProxyType({})


def offsets_of(
    node: Node, rule: Table, combinations: Sequence[Combination]
) -> tuple[list[tuple[int, int]], list[int]]:
    """Return the strides of the known nodes in a table, and the place of each combination."""
    strides = [
        (source, stride * rule.width)
        for source, stride in zip(rule.sources, rule.strides, strict=True)
        if isinstance(source, int)
    ]
    strides.append((node.position, 1))
    first = combinations[0]
    known = [(at, stride) for at, stride in strides if at not in first]
    offsets = [
        sum(combination[at] * stride for at, stride in strides if at in first)
        for combination in combinations
    ]
    return known, offsets
