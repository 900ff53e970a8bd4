"""What a node says under combinations of its unknown neighbours: for rows of a batch, and for one.

Cells of tables are probabilities, those of densities are divided by the largest of their row, which
changes no result. NaN: the parameters of a distribution make no sense there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column
from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.bayesian_network.network import Density, Derived, Node, Rule, Table
from pmmlkit.language.step import Batch, Step, Values

__all__ = ["ColumnCells", "RowCells", "RowFactor", "RowView", "codes_of"]

Doubles = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Combination = Mapping[int, int]
_NONE: Mapping[int, float] = MappingProxyType({})
RowFactor = Callable[[Values, Sequence[int]], "list[float]"]


def codes_of(column: Column, values: Sequence[Any]) -> Codes:
    """Return the position of each row's value among `values`; that of none is their number."""
    if column.categories is not None:
        index = {value: at for at, value in enumerate(values)}
        table = np.array(
            [index.get(name, len(values)) for name in (*column.categories.values, None)], np.int64
        )
        return table[np.where(column.is_usable, column.values, -1)]
    codes = np.full(len(column), len(values), np.int64)
    for at, value in enumerate(values):
        codes[column.values == value] = at
    codes[~column.is_usable] = len(values)
    return codes


class ColumnCells:
    """The cells for the rows of a batch. `codes` are those of the discrete nodes that are known."""

    def __init__(self, nodes: Sequence[Node], batch: Batch, codes: Mapping[int, Codes]) -> None:
        self._nodes = nodes
        self._batch = batch
        self._codes = codes

    def factor(self, position: int, combinations: Sequence[Combination]) -> list[Any]:
        """Return the cells of a node."""
        node = self._nodes[position]
        rule = node.rule
        if isinstance(rule, Table):
            if not rule.is_plain:
                return [self._probability(node, rule, combination) for combination in combinations]
            known, offsets = _offsets(node, rule, combinations)
            base: Any = 0
            for at, stride in known:
                base = base + self._codes[at] * stride
            table = np.asarray(rule.probabilities)
            return [table[base + offset] for offset in offsets]
        assert isinstance(rule, Density)
        logarithms = [self._log_density(node, rule, combination) for combination in combinations]
        return self.scaled(logarithms)

    def scaled(self, logarithms: list[Any]) -> list[Any]:
        """Return the exponentials, divided by the largest of the row."""
        arrays = [np.broadcast_to(item, (self._batch.size,)) for item in logarithms]
        top = arrays[0].copy()
        for other in arrays[1:]:
            np.maximum(top, other, out=top)
        top[np.isneginf(top)] = 0.0
        return [np.exp(item - top) for item in arrays]

    def number(self, position: int) -> Doubles:
        """Return a number that is known."""
        return self._batch[self._nodes[position].field].values.astype(np.float64)

    def log(self, cell: Any) -> Any:
        """Return the natural logarithm."""
        return np.log(cell)

    def nan_where(self, flag: Any, cell: Any) -> Any:
        """Return the cell, NaN where the flag is true."""
        return np.where(flag, np.nan, cell)

    def moments(
        self, position: int, combination: Combination, numbers: Mapping[int, float]
    ) -> tuple[Doubles, Doubles, Doubles]:
        """Return mean and variance of a normal node, and the logarithm of 1 or 0."""
        rule = self._nodes[position].rule
        assert isinstance(rule, Density)
        local = self._local(rule, combination, numbers)
        cases = self._cases(rule, combination, local)
        mean, variance = np.zeros(len(cases)), np.ones(len(cases))
        for case in np.unique(cases[cases >= 0]).tolist():
            rows = cases == case
            own_mean, own_variance = (
                _doubles(step.columns(local)) for step in rule.distributions[case][1]
            )
            mean[rows] = own_mean[rows]
            variance[rows] = np.where(own_variance > 0, own_variance, np.nan)[rows]
        return mean, variance, np.where(cases >= 0, 0.0, -np.inf)

    def mean(self, position: int, combination: Combination) -> Doubles:
        """Return the mean of a continuous node."""
        rule = self._nodes[position].rule
        assert isinstance(rule, Density)
        return self._by_case(
            rule, combination, lambda shape, *numbers: shape.mean_columns(*numbers)
        )

    def _probability(self, node: Node, rule: Table, combination: Combination) -> Any:
        own = combination.get(node.position, self._codes.get(node.position))
        number = self._number(rule, combination, self._local(rule, combination)) * rule.width + own
        return np.asarray(rule.probabilities)[number]

    def _log_density(self, node: Node, rule: Density, combination: Combination) -> Doubles:
        x = self._batch[node.field].values.astype(np.float64)
        return self._by_case(
            rule, combination, lambda shape, *numbers: shape.columns(x, *numbers), -np.inf
        )

    def _by_case(
        self,
        rule: Density,
        combination: Combination,
        function: Callable[..., Doubles],
        otherwise: float = np.nan,
    ) -> Doubles:
        local = self._local(rule, combination)
        cases = self._cases(rule, combination, local)
        result = np.full(self._batch.size, otherwise)
        for case in np.unique(cases[cases >= 0]).tolist():
            shape, steps = rule.distributions[case]
            numbers = [_doubles(step.columns(local)) for step in steps]
            rows = cases == case
            result[rows] = function(shape, *numbers)[rows]
        return result

    def _cases(self, rule: Density, combination: Combination, local: Batch) -> Codes:
        number = self._number(rule, combination, local)
        return np.broadcast_to(np.asarray(rule.cases)[number], (self._batch.size,))

    def _local(
        self, rule: Rule, combination: Combination, numbers: Mapping[int, float] = _NONE
    ) -> Batch:
        """Return the batch with the unknown nodes set, and the derived fields of the node."""
        if rule.is_plain:
            return self._batch
        local = self._batch.nested()
        for at, code in combination.items():
            node = self._nodes[at]
            assert node.values is not None
            local[node.field] = Column.constant(node.values[code], node.field.type, local.size)
        for at, number in numbers.items():
            field = self._nodes[at].field
            local[field] = Column.constant(number, field.type, local.size)
        rule.frame.columns(local)
        return local

    def _number(self, rule: Rule, combination: Combination, local: Batch) -> Any:
        number: Any = 0
        for source, stride in zip(rule.sources, rule.strides, strict=True):
            if isinstance(source, Derived):
                code: Any = codes_of(source.step.columns(local), source.values)
            else:
                code = combination.get(source)
                if code is None:
                    code = self._codes[source]
            number = number + code * stride
        return number


def _doubles(column: Column) -> Doubles:
    values = column.values.astype(np.float64)
    if column.state is not None:
        values[~column.is_usable] = np.nan
    return values


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
            known, offsets = _offsets(node, rule, combinations)

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
        numbers: Mapping[int, float] = _NONE,
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
        numbers: Mapping[int, float] = _NONE,
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


def _offsets(
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


def _steps(rule: Rule) -> list[Step]:
    steps = [source.step for source in rule.sources if isinstance(source, Derived)]
    if isinstance(rule, Density):
        steps += [step for _, parameters in rule.distributions for step in parameters]
    return steps
