"""Strategies that build valid BayesianNetworkModels, with the network itself for direct sums."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.corpus.bayesian_network.documents import (
    apply,
    constant,
    continuous,
    discrete,
    given,
    model,
    normal,
    reference,
)

__all__ = ["Network", "networks", "rows"]

LABELS = ("u", "v", "w")
SHARES = [0.0, 0.1, 0.25, 0.3, 0.5, 0.7, 0.9, 1.0]


@dataclass
class Network:
    """`parents` and `tables` by node: probabilities under the values of the parents, or means and
    a variance; a number's mean may be moved by half the number of `moved_by`.
    """

    sizes: dict[str, int]
    parents: dict[str, tuple[str, ...]]
    tables: dict[str, dict[tuple[str, ...], Any]]
    moved_by: dict[str, str | None]
    target: str

    @property
    def document(self) -> bytes:
        fields = {
            name: "categorical string" if size else "continuous double"
            for name, size in self.sizes.items()
        }
        nodes = [
            self._discrete(name) if size else self._continuous(name)
            for name, size in self.sizes.items()
        ]
        labels = LABELS[: self.sizes[self.target]]
        return model(fields, self.target, nodes, labels=labels)

    def _discrete(self, name: str) -> str:
        parents, table = self.parents[name], self.tables[name]
        if not parents:
            return discrete(name, table[()])
        return discrete(
            name,
            *(given(dict(zip(parents, key, strict=True)), shares) for key, shares in table.items()),
        )

    def _continuous(self, name: str) -> str:
        parents, table, moved_by = self.parents[name], self.tables[name], self.moved_by[name]
        items: list[Any] = []
        for key, (mean, variance) in table.items():
            expression = constant(mean)
            if moved_by is not None:
                half = apply("*", constant(0.5), reference(moved_by))
                expression = apply("+", expression, half)
            markup = normal(expression, variance)
            items.append((dict(zip(parents, key, strict=True)), markup))
        return continuous(name, *items)


@st.composite
def networks(draw: st.DrawFn, numbers: bool = True) -> Network:
    """Networks of two to six nodes, any of them the target."""
    count = draw(st.integers(2, 6))
    names = [f"n{at}" for at in range(count)]
    sizes = {
        name: 0 if numbers and draw(st.integers(0, 3)) == 0 else draw(st.integers(2, 3))
        for name in names
    }
    network = Network(sizes, {}, {}, {}, "")
    for at, name in enumerate(names):
        above = [other for other in names[:at] if sizes[other]]
        network.parents[name] = tuple(
            draw(st.lists(st.sampled_from(above), max_size=2, unique=True)) if above else []
        )
        others = [other for other in names[:at] if not sizes[other]]
        network.moved_by[name] = (
            draw(st.sampled_from([None, *others])) if others and not sizes[name] else None
        )
        keys = itertools.product(*(LABELS[: sizes[parent]] for parent in network.parents[name]))
        network.tables[name] = {key: draw(_entry(sizes[name])) for key in keys}
    network.target = draw(st.sampled_from(names))
    return network


@st.composite
def _entry(draw: st.DrawFn, size: int) -> Any:
    if not size:
        return draw(st.sampled_from([-1.0, 0.0, 2.0])), draw(st.sampled_from([0.5, 1.0, 4.0]))
    first = draw(st.sampled_from(SHARES))
    if size == 2:
        shares = [first, 1 - first]
    else:
        second = (1 - first) * draw(st.sampled_from(SHARES))
        shares = [first, second, 1 - first - second]
    return dict(zip(LABELS, shares, strict=False))


@st.composite
def rows(draw: st.DrawFn, network: Network, size: int = 8) -> dict[str, list[Any]]:
    """A table for a network: what is known of it differs from row to row."""
    pools = {
        name: [None, *LABELS[:count]] if count else [None, -1.0, 0.5, 2.0]
        for name, count in network.sizes.items()
        if name != network.target
    }
    table = {
        name: draw(st.lists(st.sampled_from(pool), min_size=size, max_size=size))
        for name, pool in pools.items()
    }
    return {**table, "other": [None] * size}
