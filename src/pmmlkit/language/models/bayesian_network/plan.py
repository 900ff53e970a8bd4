"""What to compute for one set of unknown nodes: factors, and the order in which to sum them out.

A factor is a list of cells, one for each combination of the unknown discrete nodes in its scope. A
cell is a number for one row, or an array over rows: the same sums and products serve both.
Semantics chapter 23; variable elimination, the variable with the smallest result first.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

from pmmlkit.language.models.bayesian_network.linear import LinearPlan, make_linear_plan
from pmmlkit.language.models.bayesian_network.network import Node

__all__ = ["Plan", "make_plan"]

Combination = Mapping[int, int]
Terms = tuple[tuple[int, int], ...]
"""Cells to multiply: the position of a factor, and of a cell in it."""

_MOST_CELLS: Final = 1 << 16


@dataclass(slots=True)
class Plan:
    """`factors`: nodes with the combinations to ask them for. `sums`: for each further factor its
    cells, each a sum of products. `results`: for each of the `combinations` of the nodes in
    question the cells to multiply. `problem`: why there is no answer.
    """

    factors: list[tuple[int, list[Combination]]] = field(default_factory=list)
    sums: list[list[list[Terms]]] = field(default_factory=list)
    combinations: list[Combination] = field(default_factory=list)
    results: list[Terms] = field(default_factory=list)
    problem: str | None = None

    @property
    def cells(self) -> int:
        """How many cells are held at once, at most."""
        return sum(len(cells) for _, cells in self.factors) + sum(map(len, self.sums)) + 1

    def run(self, factors: list[list[Any]]) -> list[Any]:
        """Return the product for each combination in question; it is not normalised."""
        for cells in self.sums:
            factors.append([_sum(factors, terms) for terms in cells])
        return [_product(factors, terms) for terms in self.results]


def _product(factors: Sequence[Sequence[Any]], terms: Terms) -> Any:
    result: Any = None
    for factor, at in terms:
        cell = factors[factor][at]
        result = cell if result is None else result * cell
    return 1.0 if result is None else result


def _sum(factors: Sequence[Sequence[Any]], terms: Sequence[Terms]) -> Any:
    total = _product(factors, terms[0])
    for item in terms[1:]:
        total = total + _product(factors, item)
    return total


def make_plan(nodes: Sequence[Node], target: int, unknown: Collection[int]) -> Plan | LinearPlan:
    """Plan for the unknown nodes, the target among them.

    The distribution of a discrete target is asked for, else that of the unknown discrete parents of
    the target.
    """
    kept = _kept(nodes, target, unknown)
    hidden = {at for at in unknown if at in kept}
    scopes = {
        at: [item for item in (*nodes[at].parents, at) if item in hidden] for at in sorted(kept)
    }
    query = [target]
    if nodes[target].values is None and not any(target in nodes[at].parents for at in kept):
        # Nothing known depends on the number: it is as its parents say, whatever its shape.
        del scopes[target]
        query = [at for at in nodes[target].parents if at in hidden]
    used = _connected(scopes, query)
    variables = {item for at in used for item in scopes[at]} | set(query)
    if all(nodes[at].values is not None for at in variables):
        return _eliminated(nodes, used, scopes, query, variables)
    if target not in scopes:
        scopes[target] = [item for item in (*nodes[target].parents, target) if item in hidden]
        used = sorted({*used, target})
        variables.add(target)
    return _linear(nodes, target, used, variables)


def _linear(
    nodes: Sequence[Node], target: int, used: Sequence[int], variables: Collection[int]
) -> Plan | LinearPlan:
    discrete = sorted(at for at in variables if nodes[at].values is not None)
    sizes = {at: len(nodes[at].values or ()) for at in discrete}
    if _count(discrete, sizes) > _MOST_CELLS:
        return Plan(problem=_too_many(nodes, discrete))
    made = make_linear_plan(nodes, target, used, variables, _combinations(discrete, sizes))
    return Plan(problem=made) if isinstance(made, str) else made


def _kept(nodes: Sequence[Node], target: int, unknown: Collection[int]) -> set[int]:
    """Return the nodes that matter: not those unknown ones below which nothing is known."""
    kept = set(range(len(nodes)))
    while True:
        needed = {parent for at in kept for parent in nodes[at].parents}
        barren = {at for at in kept if at in unknown and at != target and at not in needed}
        if not barren:
            return kept
        kept -= barren


def _connected(scopes: Mapping[int, Sequence[int]], query: Sequence[int]) -> list[int]:
    """Return the factors that unknown nodes connect with those in question."""
    reached: set[int] = set(query)
    used: dict[int, None] = {}
    grows = True
    while grows:
        grows = False
        for at, scope in scopes.items():
            if at not in used and reached.intersection(scope):
                used[at] = None
                reached.update(scope)
                grows = True
    return sorted(used)


def _eliminated(
    nodes: Sequence[Node],
    used: Sequence[int],
    scopes: Mapping[int, Sequence[int]],
    query: Sequence[int],
    variables: Collection[int],
) -> Plan:
    sizes = {at: len(nodes[at].values or ()) for at in variables}
    plan = Plan()
    live: dict[int, tuple[int, ...]] = {}
    for at in used:
        scope = tuple(sorted(scopes[at]))
        if _count(scope, sizes) > _MOST_CELLS:
            return Plan(problem=_too_many(nodes, scope))
        live[len(plan.factors)] = scope
        plan.factors.append((at, _combinations(scope, sizes)))
    left = set(variables) - set(query)
    while left:
        chosen = min(left, key=lambda at: (_count(_joined(live, at), sizes), at))
        joined = _joined(live, chosen)
        if _count(joined, sizes) > _MOST_CELLS:
            return Plan(problem=_too_many(nodes, joined))
        operands = {number: scope for number, scope in live.items() if chosen in scope}
        rest = tuple(at for at in joined if at != chosen)
        number = len(plan.factors) + len(plan.sums)
        values = range(sizes[chosen])
        plan.sums.append(
            [
                [_terms(operands, {**outer, chosen: value}, sizes) for value in values]
                for outer in _combinations(rest, sizes)
            ]
        )
        for operand in operands:
            del live[operand]
        live[number] = rest
        left.remove(chosen)
    if _count(query, sizes) > _MOST_CELLS:
        return Plan(problem=_too_many(nodes, query))
    plan.combinations = _combinations(query, sizes)
    plan.results = [_terms(live, combination, sizes) for combination in plan.combinations]
    return plan


def _too_many(nodes: Sequence[Node], scope: Sequence[int]) -> str:
    names = ", ".join(nodes[at].name for at in scope)
    return f"too many nodes are missing: {names} have more than {_MOST_CELLS} combinations"


def _joined(live: Mapping[int, Sequence[int]], variable: int) -> tuple[int, ...]:
    found = {item for scope in live.values() if variable in scope for item in scope}
    return tuple(sorted(found | {variable}))


def _count(scope: Sequence[int], sizes: Mapping[int, int]) -> int:
    return math.prod(sizes[at] for at in scope)


def _combinations(scope: Sequence[int], sizes: Mapping[int, int]) -> list[Combination]:
    return [
        dict(zip(scope, values, strict=True))
        for values in product(*(range(sizes[at]) for at in scope))
    ]


def _terms(
    factors: Mapping[int, Sequence[int]], combination: Combination, sizes: Mapping[int, int]
) -> Terms:
    terms = []
    for number, scope in factors.items():
        at = 0
        for variable in scope:
            at = at * sizes[variable] + combination[variable]
        terms.append((number, at))
    return tuple(terms)
