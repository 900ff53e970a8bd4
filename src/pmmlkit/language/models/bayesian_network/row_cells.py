"""What a node says under combinations of its unknown neighbours, for one row.

The cells are those of `column_cells`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.bayesian_network.combinations import (
    NO_NUMBERS,
    Combination,
    offsets_of,
)
from pmmlkit.language.models.bayesian_network.network import Density, Derived, Node, Rule, Table
from pmmlkit.language.step import Step, Values

__all__ = ["RowCells", "RowFactor", "RowView"]

RowFactor = Callable[[Values, Sequence[int]], "list[float]"]


class RowCells:
    """The cells for one row: the functions of the nodes, made once."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._nodes = nodes
        self._fill = [node.rule.frame.row_functions() for node in nodes]
        self._functions: dict[int, Callable[[Values], Any]] = {}
        for node in nodes:
            for step in _steps(node.rule):
                self._functions[id(step)] = step.row_function()
        self._index = {
            id(source): {value: at for at, value in enumerate(source.values)}
            for node in nodes
            for source in node.rule.sources
            if isinstance(source, Derived)
        }

    def factor(self, position: int, combinations: Sequence[Combination]) -> RowFactor:
        """Return the function of the values and codes of a row that gives the cells of a node.

        The codes are those of all nodes; those of unknown ones are not used.
        """
        node = self._nodes[position]
        rule = node.rule
        if isinstance(rule, Density):
            return lambda values, codes: self._densities(node, rule, combinations, values, codes)
        assert isinstance(rule, Table)
        probabilities, width = rule.probabilities, rule.width
        if rule.is_plain:
            known, offsets = offsets_of(node, rule, combinations)

            def look_up(values: Values, codes: Sequence[int]) -> list[float]:
                base = 0
                for at, stride in known:
                    base += codes[at] * stride
                return [probabilities[base + offset] for offset in offsets]

            return look_up

        def run(values: Values, codes: Sequence[int]) -> list[float]:
            cells = []
            for combination in combinations:
                local = self._local(node, combination, values)
                number = self._number(rule, combination, local, codes)
                own = combination.get(position, codes[position])
                cells.append(probabilities[number * width + own])
            return cells

        return run

    def _densities(
        self,
        node: Node,
        rule: Density,
        combinations: Sequence[Combination],
        values: Values,
        codes: Sequence[int],
    ) -> list[float]:
        x = float(values[node.field.slot])
        logarithms = []
        for combination in combinations:
            found = self._parameters(node, rule, combination, values, codes)
            if found is None:
                logarithms.append(-math.inf)
                continue
            shape, numbers = found
            logarithms.append(shape.row(x, *numbers))
        return _scaled(logarithms)

    def mean(
        self, position: int, combination: Combination, values: Values, codes: Sequence[int]
    ) -> float:
        """Return the mean of a continuous node."""
        node = self._nodes[position]
        assert isinstance(node.rule, Density)
        found = self._parameters(node, node.rule, combination, values, codes)
        if found is None:
            return math.nan
        shape, numbers = found
        result: float = shape.mean_row(*numbers)
        return result

    def _parameters(
        self,
        node: Node,
        rule: Density,
        combination: Combination,
        values: Values,
        codes: Sequence[int],
        numbers: Mapping[int, float] = NO_NUMBERS,
    ) -> tuple[Any, list[float]] | None:
        local = self._local(node, combination, values, numbers)
        case = rule.cases[self._number(rule, combination, local, codes)]
        if case < 0:
            return None
        shape, steps = rule.distributions[case]
        found = []
        for step in steps:
            try:
                number = self._functions[id(step)](local)
            except EvaluationError:
                number = None
            found.append(math.nan if number is None else float(number))
        return shape, found

    def moments(
        self,
        position: int,
        combination: Combination,
        numbers: Mapping[int, float],
        values: Values,
        codes: Sequence[int],
    ) -> tuple[float, float, float]:
        """Return mean and variance of a normal node, and the logarithm of 1 or 0."""
        node = self._nodes[position]
        assert isinstance(node.rule, Density)
        found = self._parameters(node, node.rule, combination, values, codes, numbers)
        if found is None:
            return 0.0, 1.0, -math.inf
        mean, variance = found[1]
        return mean, variance if variance > 0 else math.nan, 0.0

    def _local(
        self,
        node: Node,
        combination: Combination,
        values: Values,
        numbers: Mapping[int, float] = NO_NUMBERS,
    ) -> Values:
        if node.rule.is_plain:
            return values
        local = values.copy()
        for at, code in combination.items():
            other = self._nodes[at]
            assert other.values is not None
            local[other.field.slot] = other.values[code]
        for at, number in numbers.items():
            local[self._nodes[at].field.slot] = number
        for fill in self._fill[node.position]:
            fill(local)
        return local

    def _number(
        self, rule: Rule, combination: Combination, local: Values, codes: Sequence[int]
    ) -> int:
        number = 0
        for source, stride in zip(rule.sources, rule.strides, strict=True):
            if isinstance(source, Derived):
                try:
                    value = self._functions[id(source.step)](local)
                except EvaluationError:
                    value = None
                code = self._index[id(source)].get(value, len(source.values))
            else:
                code = combination.get(source, codes[source])
            number += code * stride
        return number


class RowView:
    """The cells of one row, by the names that those of many have."""

    def __init__(
        self, cells: RowCells, nodes: Sequence[Node], values: Values, codes: Sequence[int]
    ) -> None:
        self._cells = cells
        self._nodes = nodes
        self._values = values
        self._codes = codes

    def factor(self, position: int, combinations: Sequence[Combination]) -> list[float]:
        """Return the cells of a node."""
        return self._cells.factor(position, combinations)(self._values, self._codes)

    def moments(
        self, position: int, combination: Combination, numbers: Mapping[int, float]
    ) -> tuple[float, float, float]:
        """Return mean and variance of a normal node, and the logarithm of 1 or 0."""
        return self._cells.moments(position, combination, numbers, self._values, self._codes)

    def number(self, position: int) -> float:
        """Return a number that is known."""
        return float(self._values[self._nodes[position].field.slot])

    def log(self, cell: float) -> float:
        """Return the natural logarithm."""
        return math.log(cell) if cell > 0 else math.nan

    def scaled(self, logarithms: list[float]) -> list[float]:
        """Return the exponentials, divided by the largest."""
        return _scaled(logarithms)

    def nan_where(self, flag: bool, cell: float) -> float:
        """Return the cell, NaN where the flag is true."""
        return math.nan if flag else cell


def _scaled(logarithms: list[float]) -> list[float]:
    if any(item != item for item in logarithms):
        return [math.nan] * len(logarithms)
    top = max(logarithms)
    if top == -math.inf:
        return [0.0] * len(logarithms)
    return [math.exp(item - top) for item in logarithms]


def _steps(rule: Rule) -> list[Step]:
    steps = [source.step for source in rule.sources if isinstance(source, Derived)]
    if isinstance(rule, Density):
        steps += [step for _, parameters in rule.distributions for step in parameters]
    return steps
