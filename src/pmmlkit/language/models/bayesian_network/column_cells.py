"""What a node says under combinations of its unknown neighbours, for the rows of a batch.

Cells of tables are probabilities, those of densities are divided by the largest of their row, which
changes no result. NaN: the parameters of a distribution make no sense there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column
from pmmlkit.language.models.bayesian_network.combinations import (
    NO_NUMBERS,
    Combination,
    offsets_of,
)
from pmmlkit.language.models.bayesian_network.network import Density, Derived, Node, Rule, Table
from pmmlkit.language.step import Batch

__all__ = ["ColumnCells", "codes_of"]

Doubles = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


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
            known, offsets = offsets_of(node, rule, combinations)
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
        self, rule: Rule, combination: Combination, numbers: Mapping[int, float] = NO_NUMBERS
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
