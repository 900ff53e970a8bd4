"""The nodes of a BayesianNetworkModel compiled: tables and densities over their parents.

Semantics chapter 23.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pmmlkit.columns.text import parse_text
from pmmlkit.columns.types import DOUBLE, STRING, DataType
from pmmlkit.language import mistakes
from pmmlkit.language.cast import cast_step
from pmmlkit.language.frame import Frame
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.bayesian_network.declaration import (
    BayesianNetworkModel,
    ContinuousNode,
    DiscreteNode,
    ParentValue,
    ValueProbability,
)
from pmmlkit.language.models.bayesian_network.distributions import SHAPES, Shape
from pmmlkit.language.models.bayesian_network.graph import parents, refuse_circles
from pmmlkit.language.scope import Scope
from pmmlkit.language.step import Field, Read, Step
from pmmlkit.xml.declaration import Element

if TYPE_CHECKING:
    from pmmlkit.language.models.target_field import TargetField

__all__ = ["Density", "Derived", "Node", "Rule", "Table", "compile_nodes"]

_NOT_ONE: Final = "PMML461"
_NO_CONDITION: Final = "PMML462"

_LARGEST_TABLE: Final = 1 << 22


@dataclass(frozen=True, slots=True, eq=False)
class Derived:
    """A parent that a DerivedField of the node makes of other nodes."""

    step: Step
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """How a node depends on discrete parents, and what has to run before it can be asked.

    `sources` are positions of nodes, or derived values; each has a stride in the numbering of
    combinations, and one more value than it has, for a value that nothing is said of. `frame` holds
    the DerivedFields of the node.
    """

    sources: tuple[int | Derived, ...]
    strides: tuple[int, ...]
    frame: Frame

    @property
    def is_plain(self) -> bool:
        """Tell whether the values of other nodes are all that counts."""
        return not self.frame.steps and all(isinstance(item, int) for item in self.sources)


@dataclass(frozen=True, slots=True, eq=False)
class Table(Rule):
    """The probabilities of a discrete node: `width` of them for each combination of the sources."""

    probabilities: tuple[float, ...]
    width: int


@dataclass(frozen=True, slots=True, eq=False)
class Density(Rule):
    """The distributions of a continuous node, and which holds for each combination (-1: none)."""

    cases: tuple[int, ...]
    distributions: tuple[tuple[Shape, tuple[Step, ...]], ...]

    @property
    def is_plain(self) -> bool:
        """Tell whether the values of other nodes are all that counts: expressions say more."""
        return False


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A node. `values` are None for a number; `field` is where expressions find its value; `read`
    is None where it cannot be known.
    """

    position: int
    name: str
    values: tuple[Any, ...] | None
    field: Field
    read: Read | None
    rule: Rule
    parents: tuple[int, ...]


def compile_nodes(
    model: BayesianNetworkModel, scope: Scope, target: TargetField
) -> tuple[Node, ...]:
    """Compile the nodes.

    Raises MarkupError where they contradict each other, UnsupportedError where a node has several
    distributions at once.
    """
    elements = model.bayesian_network_nodes.nodes
    positions: dict[str, int] = {}
    for at, element in enumerate(elements):
        if element.name in positions:
            raise wrong(
                element, f"there are two nodes {element.name!r}", code=mistakes.DUPLICATE_NAME
            )
        positions[element.name] = at
    if target.name not in positions:
        raise wrong(model, f"the target {target.name!r} is no node", code=mistakes.WRONG_TARGET)
    refuse_circles(elements, positions)
    compiler = _Compiler(model, scope, target, positions)
    return tuple(compiler.node(element) for element in elements)


def _discrete_values(element: DiscreteNode, type: DataType) -> tuple[Any, ...]:
    """Return the values of a node in the order in which they are first named."""
    values: dict[Any, None] = {}
    for item in _probabilities(element):
        values.setdefault(_typed(item, item.value, type))
    return tuple(values)


def _probabilities(element: DiscreteNode) -> Iterator[ValueProbability]:
    yield from element.value_probabilities
    for condition in element.conditional_probabilities:
        yield from condition.value_probabilities


def _typed(element: Element, text: str, type: DataType) -> Any:
    try:
        return parse_text(text, type)
    except ValueError as error:
        raise wrong(
            element, f"value {text!r} is no {type.name}", code=mistakes.NOT_OF_TYPE
        ) from error


def _parent_values(
    element: DiscreteNode | ContinuousNode,
) -> tuple[list[str], list[dict[str, ParentValue]]]:
    """Return the names of the parents, and their values in each condition."""
    conditions = element.conditional_probabilities
    names = [item.parent for item in conditions[0].parent_values] if conditions else []
    if len(set(names)) < len(names):
        raise wrong(conditions[0], "names a parent twice", code=mistakes.PARENTS)
    given: list[dict[str, ParentValue]] = []
    for condition in conditions:
        found = {item.parent: item for item in condition.parent_values}
        if set(found) != set(names) or len(found) != len(condition.parent_values):
            text = f"its parents are not {', '.join(names)} as in the first"
            raise wrong(condition, text, code=mistakes.PARENTS)
        given.append(found)
    return names, given


class _Compiler:
    """What the nodes of one network share."""

    def __init__(
        self,
        model: BayesianNetworkModel,
        scope: Scope,
        target: TargetField,
        positions: Mapping[str, int],
    ) -> None:
        self._outer = scope
        self._positions = positions
        self._target = target
        self._inner = Scope(scope.compilation, scope)
        # What the inner scope is asked for must run with the model's own derived fields.
        self._inner.frame = scope.frame
        self._inputs = {
            item.name for item in model.mining_schema.mining_fields if not item.is_target
        }
        self._fields: list[Field] = []
        self._reads: list[Read | None] = []
        self._values: list[tuple[Any, ...] | None] = []
        for element in model.bayesian_network_nodes.nodes:
            self._declare(element)

    def _declare(self, element: DiscreteNode | ContinuousNode) -> None:
        """Find or make the field of a node: what is not in the MiningSchema is never known."""
        is_discrete = isinstance(element, DiscreteNode)
        read: Read | None = None
        if element.name == self._target.name:
            type = self._target.type if is_discrete else DOUBLE
        elif element.name in self._inputs or element.name in self._outer.definitions:
            read = self._outer.read(element.name, element)
            type = read.type
        else:
            type = STRING if is_discrete else DOUBLE
        if not is_discrete and not type.is_number:
            raise wrong(
                element,
                f"{element.name!r} is a {type.name}, not a number",
                code=mistakes.FIELD_TYPE,
                field=element.name,
            )
        values = _discrete_values(element, type) if isinstance(element, DiscreteNode) else None
        if read is not None:
            field = read.field
        else:
            field = self._inner.new_field(element.name, type, values=values or ())
            self._inner.fields[element.name] = field
        self._fields.append(field)
        self._reads.append(read)
        self._values.append(values)

    def node(self, element: DiscreteNode | ContinuousNode) -> Node:
        position = self._positions[element.name]
        rule = (
            self._table(element, position)
            if isinstance(element, DiscreteNode)
            else self._density(element)
        )
        return Node(
            position,
            element.name,
            self._values[position],
            self._fields[position],
            self._reads[position],
            rule,
            parents(element, self._positions),
        )

    def _derived(
        self, element: DiscreteNode | ContinuousNode
    ) -> tuple[Scope, Frame, dict[str, Field]]:
        """Compile the DerivedFields of a node, which it alone sees."""
        own = Scope(self._inner.compilation, self._inner)
        frame = own.frame
        made: dict[str, Field] = {}
        for item in element.derived_fields:
            field = item.define(own, frame)
            own.fields[field.name] = made[field.name] = field
        return own, frame, made

    def _conditions(
        self, element: DiscreteNode | ContinuousNode, derived: Mapping[str, Field]
    ) -> tuple[tuple[int | Derived, ...], tuple[int, ...], list[int], int]:
        """Return sources, strides, the number of each condition's combination, and how many there
        are.
        """
        conditions = element.conditional_probabilities
        names, texts = _parent_values(element)
        sources: list[int | Derived] = []
        values: list[tuple[Any, ...]] = []
        for name in names:
            values.append(())
            if name in derived:
                field = derived[name]
                found_values = dict.fromkeys(
                    _typed(item[name], item[name].value, field.type) for item in texts
                )
                values[-1] = tuple(found_values)
                sources.append(Derived(Read(field), values[-1]))
                continue
            position = self._positions.get(name)
            parent_values = None if position is None else self._values[position]
            if position is None or parent_values is None:
                raise wrong(
                    conditions[0], f"parent {name!r} is no discrete node", code=mistakes.PARENTS
                )
            values[-1] = parent_values
            sources.append(position)
        strides, size = [], 1
        for own in reversed(values):
            strides.append(size)
            size *= len(own) + 1
        strides.reverse()
        if size > _LARGEST_TABLE:
            raise unsupported(
                element, f"the parents of {element.name!r} have {size} combinations of values"
            )
        numbers: list[int] = []
        types = [
            source.step.type if isinstance(source, Derived) else self._fields[source].type
            for source in sources
        ]
        for given in texts:
            number = 0
            for name, type, own, stride in zip(names, types, values, strides, strict=True):
                item = given[name]
                value = _typed(item, item.value, type)
                if value not in own:
                    raise wrong(
                        item, f"{name!r} has no value {item.value!r}", code=mistakes.PARENTS
                    )
                number += own.index(value) * stride
            numbers.append(number)
        if len(set(numbers)) < len(numbers):
            raise wrong(
                element, "the same values of the parents stand there twice", code=mistakes.PARENTS
            )
        if conditions and len(numbers) < math.prod(len(own) for own in values):
            text = "some combinations of the parents' values have no probabilities: they cannot be"
            self._outer.compilation.warn(_NO_CONDITION, text, element)
        return tuple(sources), tuple(strides), numbers, size

    def _table(self, element: DiscreteNode, position: int) -> Table:
        _, frame, derived = self._derived(element)
        values = self._values[position]
        assert values is not None
        conditions = element.conditional_probabilities
        if conditions and element.value_probabilities:
            raise wrong(
                element, "has probabilities with and without parents", code=mistakes.CONTRADICTION
            )
        sources, strides, numbers, size = self._conditions(element, derived)
        width = len(values)
        table = [0.0] * (size * width)
        groups = [item.value_probabilities for item in conditions] or [element.value_probabilities]
        for number, group in zip(numbers or [0], groups, strict=True):
            own = self._shares(element, group, self._fields[position].type)
            for value, probability in own.items():
                table[number * width + values.index(value)] = probability
        return Table(sources, strides, frame, tuple(table), width)

    def _shares(
        self, element: DiscreteNode, group: Sequence[ValueProbability], type: DataType
    ) -> dict[Any, float]:
        own: dict[Any, float] = {}
        for item in group:
            value = _typed(item, item.value, type)
            if value in own:
                text = f"there are two probabilities for {item.value!r}"
                raise wrong(item, text, code=mistakes.DUPLICATE_ENTRY)
            if not 0.0 <= item.probability <= 1.0:
                text = f"probability {item.probability!r} is not between 0 and 1"
                raise wrong(item, text, code=mistakes.OUT_OF_RANGE)
            own[value] = item.probability
        if not group:
            raise wrong(element, "has no probabilities", code=mistakes.MISSING_ELEMENT)
        whole = math.fsum(own.values())
        if abs(whole - 1.0) > 1e-3:
            text = f"the probabilities add up to {whole:.6g}"
            self._outer.compilation.warn(_NOT_ONE, text, group[0])
        return own

    def _density(self, element: ContinuousNode) -> Density:
        own, frame, derived = self._derived(element)
        conditions = element.conditional_probabilities
        groups = [item.continuous_distributions for item in conditions]
        if element.continuous_distributions:
            if conditions:
                text = "has distributions with and without parents"
                raise wrong(element, text, code=mistakes.CONTRADICTION)
            groups = [element.continuous_distributions]
        if not groups:
            raise wrong(element, "has no distribution", code=mistakes.MISSING_ELEMENT)
        sources, strides, numbers, size = self._conditions(element, derived)
        cases = [-1] * size
        distributions: list[tuple[Shape, tuple[Step, ...]]] = []
        for number, group in zip(numbers or [0], groups, strict=True):
            if len(group) > 1:
                raise unsupported(
                    group[1],
                    "several distributions stand side by side; nothing says how often each holds",
                )
            cases[number] = len(distributions)
            chosen = group[0].distribution
            steps = tuple(
                self._number(own.compile(item.compiled(), frame), item)
                for item in chosen.parameters()
            )
            distributions.append((SHAPES[chosen.tag], steps))
        return Density(sources, strides, frame, tuple(cases), tuple(distributions))

    @staticmethod
    def _number(step: Step, element: Element) -> Step:
        if step.type.is_temporal:
            text = f"the expression gives a {step.type.name}, not a number"
            raise wrong(element, text, code=mistakes.FIELD_TYPE)
        return step if step.type.is_number else cast_step(step, DOUBLE)
