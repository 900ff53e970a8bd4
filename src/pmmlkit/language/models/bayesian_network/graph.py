"""Which node depends on which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.bayesian_network.declaration import (
    ContinuousDistribution,
    ContinuousNode,
    DiscreteNode,
)
from pmmlkit.language.scope import Compiled

__all__ = ["parents", "refuse_circles"]


def _references(element: DiscreteNode | ContinuousNode) -> Iterator[str]:
    """Yield the names that a node reads: parents, and the fields of its expressions."""
    own = {field.name for field in element.derived_fields}
    roots: list[Compiled] = [field.compiled() for field in element.derived_fields]
    for condition in element.conditional_probabilities:
        for parent in condition.parent_values:
            if parent.parent not in own:
                yield parent.parent
    if isinstance(element, ContinuousNode):
        for item in _distributions(element):
            roots += [parameter.compiled() for parameter in item.distribution.parameters()]
    while roots:
        expression = roots.pop()
        yield from (name for name in expression.references() if name not in own)
        roots.extend(expression.operands())


def _distributions(element: ContinuousNode) -> Iterator[ContinuousDistribution]:
    yield from element.continuous_distributions
    for condition in element.conditional_probabilities:
        yield from condition.continuous_distributions


def parents(
    element: DiscreteNode | ContinuousNode, positions: Mapping[str, int]
) -> tuple[int, ...]:
    """Return the positions of the nodes that a node reads, itself or through its DerivedFields."""
    names = dict.fromkeys(_references(element))
    return tuple(sorted(positions[name] for name in names if name in positions))


def refuse_circles(
    elements: Sequence[DiscreteNode | ContinuousNode], positions: Mapping[str, int]
) -> None:
    """Raise MarkupError where a node depends on itself, if only through others."""
    above = {at: parents(element, positions) for at, element in enumerate(elements)}
    try:
        TopologicalSorter(above).prepare()
    except CycleError as error:
        circle = [elements[at] for at in error.args[1]]
        names = " -> ".join(element.name for element in circle)
        raise wrong(
            circle[0], f"nodes depend on each other in a circle: {names}", code=mistakes.NODE_CYCLE
        ) from error
