"""BayesianNetworkModel over columns and over one row: exact inference by variable elimination.

Rows in which the same nodes are known are computed together. Semantics chapter 23.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Categories, Column, combined_state, with_errors
from pmmlkit.columns.types import DOUBLE
from pmmlkit.errors import EvaluationError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.bayesian_network.column_cells import ColumnCells, codes_of
from pmmlkit.language.models.bayesian_network.linear import LinearPlan
from pmmlkit.language.models.bayesian_network.network import Node, compile_nodes
from pmmlkit.language.models.bayesian_network.plan import Plan, make_plan
from pmmlkit.language.models.bayesian_network.row_cells import RowCells, RowFactor, RowView
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.step import Batch, Values

if TYPE_CHECKING:
    from pmmlkit.language.models.bayesian_network.declaration import BayesianNetworkModel
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope

__all__ = ["NetworkPredictor", "compile_network"]

Doubles = npt.NDArray[np.float64]

_IMPOSSIBLE: Final = "the network says that what is known cannot be"
_NO_SENSE: Final = (
    "the parameters of a distribution make no sense here, or are not linear in a missing number"
)

_BLOCK: Final = 1 << 16
"""So many rows are looked at together."""

_MOST_NUMBERS: Final = 1 << 22
"""So many cells are held at once (32 MB)."""


def compile_network(
    model: BayesianNetworkModel, scope: Scope, target: TargetField | None
) -> Predictor:
    """Compile a BayesianNetworkModel.

    Raises MarkupError where the nodes contradict each other or the target.
    """
    if target is None or target.name is None:
        raise wrong(model, "needs a target among its nodes", code=mistakes.NO_TARGET)
    nodes = compile_nodes(model, scope, target)
    own = next(node for node in nodes if node.name == target.name)
    expected = "regression" if own.values is None else "classification"
    if model.function_name != expected:
        raise wrong(
            model,
            f"functionName {model.function_name!r} does not fit the node {own.name!r}: {expected}",
            code=mistakes.FUNCTION_NAME,
        )
    return NetworkPredictor(nodes, own.position)


class NetworkPredictor(Predictor):
    """The distribution of one node given those that are known, or its mean."""

    def __init__(self, nodes: Sequence[Node], target: int) -> None:
        self._nodes = tuple(nodes)
        self._target = self._nodes[target]
        self._is_discrete = self._target.values is not None
        self.type = self._target.field.type if self._is_discrete else DOUBLE
        self.classes = self._target.values or ()
        self._read = tuple(node for node in self._nodes if node.read is not None)
        self._never = frozenset(node.position for node in self._nodes if node.read is None)
        self._plan_of = lru_cache(maxsize=256)(self._plan)

    def _plan(self, unknown: frozenset[int]) -> Plan | LinearPlan:
        return make_plan(self._nodes, self._target.position, unknown | self._never)

    def columns(self, batch: Batch) -> Prediction:
        """Predict for all rows."""
        size = batch.size
        width = len(self.classes) if self._is_discrete else 1
        results = np.full((size, width), np.nan)
        errors: dict[int, EvaluationError] = {}
        for start in range(0, size, _BLOCK):
            rows = np.arange(start, min(start + _BLOCK, size))
            part = batch if len(rows) == size else batch.select(rows)
            found = self._block(part, results[start : start + _BLOCK])
            errors.update((start + row, error) for row, error in found.items())
        state = with_errors(None, errors, size)
        if not self._is_discrete:
            return Prediction(Column(results[:, 0], DOUBLE, state, errors=errors))
        results[list(errors)] = np.nan
        best = np.where(np.isnan(results), -np.inf, results).argmax(axis=1)
        if self.type.kind == "string":
            value = Column(
                best.astype(np.int32),
                self.type,
                state,
                categories=Categories(self.classes),
                errors=errors,
            )
        else:
            value = Column(
                np.array(self.classes, self.type.dtype)[best], self.type, state, errors=errors
            )
        return Prediction(value, results)

    def _block(self, batch: Batch, results: Doubles) -> dict[int, EvaluationError]:
        """Fill in the results of some rows, and return the errors."""
        size, width = results.shape
        columns: list[Column] = []
        codes: dict[int, npt.NDArray[np.int64]] = {}
        is_known = np.ones((size, len(self._read)), np.bool_)
        for at, node in enumerate(self._read):
            assert node.read is not None
            column = node.read.columns(batch)
            columns.append(column)
            if node.values is None:
                is_known[:, at] = column.is_usable
            else:
                codes[node.position] = codes_of(column, node.values)
                is_known[:, at] = codes[node.position] < len(node.values)
        _, errors = combined_state(*columns)
        good = np.ones(size, np.bool_)
        good[list(errors)] = False
        for rows in _alike(is_known, good):
            known = is_known[rows[0]]
            plan = self._plan_of(
                frozenset(
                    node.position
                    for node, is_there in zip(self._read, known.tolist(), strict=True)
                    if not is_there
                )
            )
            if isinstance(plan, Plan) and plan.problem is not None:
                errors.update((row, EvaluationError(plan.problem)) for row in rows.tolist())
                continue
            step = max(1, _MOST_NUMBERS // (plan.cells + 4 * width))
            for start in range(0, len(rows), step):
                self._some(plan, batch, rows[start : start + step], codes, results, errors)
        return errors

    def _some(
        self,
        plan: Plan | LinearPlan,
        batch: Batch,
        rows: npt.NDArray[np.intp],
        codes: dict[int, npt.NDArray[np.int64]],
        results: Doubles,
        errors: dict[int, EvaluationError],
    ) -> None:
        """Fill in the results of rows that have the same plan."""
        part = batch.select(rows)
        cells = ColumnCells(self._nodes, part, {at: own[rows] for at, own in codes.items()})
        with np.errstate(all="ignore"):
            found, means = self._solved(plan, cells)
            weights = [np.broadcast_to(item, (len(rows),)) for item in found]
            total = np.zeros(len(rows))
            for item in weights:
                total = total + item
            if self._is_discrete:
                for at, item in enumerate(weights):
                    results[rows, at] = item / total
            else:
                whole = np.zeros(len(rows))
                for mean, item in zip(means or (), weights, strict=True):
                    whole = whole + np.where(item == 0, 0.0, item * mean)
                results[rows, 0] = whole / total
        is_bad = np.isnan(total) | (total == 0) | np.isnan(results[rows]).any(axis=1)
        for at in np.flatnonzero(is_bad).tolist():
            message = _IMPOSSIBLE if total[at] == 0 else _NO_SENSE
            errors[int(rows[at])] = EvaluationError(message)

    def _solved(
        self, plan: Plan | LinearPlan, cells: ColumnCells
    ) -> tuple[list[Any], list[Any] | None]:
        if isinstance(plan, LinearPlan):
            return plan.run(cells)
        factors = [cells.factor(at, combinations) for at, combinations in plan.factors]
        weights = plan.run(factors)
        if self._is_discrete:
            return weights, None
        at = self._target.position
        return weights, [cells.mean(at, combination) for combination in plan.combinations]

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that predicts one row."""
        known, solved = self._row_known(), self._row_solved()
        classes, is_discrete = self.classes, self._is_discrete

        def predict(values: Values) -> RowPrediction:
            codes, unknown = known(values)
            weights, means = solved(values, codes, unknown)
            total = 0.0
            for item in weights:
                total = total + item
            if not total > 0:
                raise EvaluationError(_IMPOSSIBLE if total == 0 else _NO_SENSE)
            if is_discrete:
                probabilities = [item / total for item in weights]
                best = max(probabilities)
                return RowPrediction(classes[probabilities.index(best)], probabilities)
            whole = 0.0
            for mean, item in zip(means, weights, strict=True):
                if item != 0:
                    whole = whole + item * mean
            if whole != whole:
                raise EvaluationError(_NO_SENSE)
            return RowPrediction(whole / total)

        return predict

    def _row_known(self) -> Callable[[Values], tuple[list[int], tuple[int, ...]]]:
        """Return what reads the nodes: the codes of the discrete ones, and which are unknown."""
        reads = []
        for node in self._read:
            assert node.read is not None
            index = None
            if node.values is not None:
                index = {value: at for at, value in enumerate(node.values)}
            reads.append((node.position, node.read.row_function(), index))
        size = len(self._nodes)

        def known(values: Values) -> tuple[list[int], tuple[int, ...]]:
            codes = [0] * size
            unknown: tuple[int, ...] = ()
            for position, read, index in reads:
                value = read(values)
                code = None if value is None else 0 if index is None else index.get(value)
                if code is None:
                    unknown = (*unknown, position)
                else:
                    codes[position] = code
            return codes, unknown

        return known

    def _row_solved(
        self,
    ) -> Callable[[Values, list[int], tuple[int, ...]], tuple[list[float], Sequence[float]]]:
        """Return what gives the weights, and the means of a number."""
        nodes, target = self._nodes, self._target.position
        cells, is_discrete = RowCells(nodes), self._is_discrete
        mean_of = cells.mean

        @lru_cache(maxsize=256)
        def plan_of(unknown: tuple[int, ...]) -> tuple[Plan | LinearPlan, list[RowFactor]]:
            plan = self._plan_of(frozenset(unknown))
            if isinstance(plan, LinearPlan):
                return plan, []
            return plan, [cells.factor(at, combinations) for at, combinations in plan.factors]

        def solved(
            values: Values, codes: list[int], unknown: tuple[int, ...]
        ) -> tuple[list[float], Sequence[float]]:
            plan, factors = plan_of(unknown)
            if isinstance(plan, LinearPlan):
                weights, means = plan.run(RowView(cells, nodes, values, codes))
                return weights, means or ()
            if plan.problem is not None:
                raise EvaluationError(plan.problem)
            weights = plan.run([factor(values, codes) for factor in factors])
            if is_discrete:
                return weights, ()
            return weights, [mean_of(target, item, values, codes) for item in plan.combinations]

        return solved


def _alike(
    is_known: npt.NDArray[np.bool_], good: npt.NDArray[np.bool_]
) -> list[npt.NDArray[np.intp]]:
    """Return the rows in groups in which the same nodes are known; only `good` ones."""
    rows = np.flatnonzero(good)
    if not len(rows):
        return []
    if is_known[rows].all():
        return [rows]
    _, group = np.unique(np.packbits(is_known[rows], axis=1), axis=0, return_inverse=True)
    group = group.reshape(-1)
    order = np.argsort(group, kind="stable")
    starts: Any = np.flatnonzero(np.diff(group[order])) + 1
    return [rows[item] for item in np.split(order, starts)]
