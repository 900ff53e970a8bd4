"""NeuralNetwork over columns and over one row. Semantics chapter 17."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pmmlkit.columns.column import VALID, combined_state, with_errors
from pmmlkit.columns.types import DOUBLE, FLOAT, STRING, DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.neural_network.network import NO_SHARES, Network, compile_network
from pmmlkit.language.models.neural_network.outputs import Outlet, RowState, outlets
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.output_features import ModelFacts
from pmmlkit.language.preparation import target_facts
from pmmlkit.language.step import Batch, Read, RowFunction, Step, Values
from pmmlkit.language.targets import TargetRule, compile_target, target_field
from pmmlkit.language.unary import as_number

if TYPE_CHECKING:
    from pmmlkit.language.models.neural_network.declaration import NeuralNetwork
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope
    from pmmlkit.xml.declaration import Element

__all__ = ["NetworkPredictor", "compile_neural_network"]

_ONE_CATEGORY: Final = "PMML400"


def compile_neural_network(
    model: NeuralNetwork, scope: Scope, target: TargetField | None
) -> Predictor:
    """Compile a NeuralNetwork.

    Raises MarkupError where neurons, layers and outputs do not fit together.
    """
    if model.function_name not in ("regression", "classification"):
        raise unsupported(
            model,
            f"a NeuralNetwork cannot have functionName {model.function_name!r}",
            code=mistakes.FUNCTION_NAME,
        )
    dtype = (FLOAT if model.computes_in_float else DOUBLE).dtype
    network = compile_network(model, dtype)
    inputs = _inputs(model, scope)
    described = _targets(model, scope, target)

    def type_of(name: str, element: Element) -> DataType:
        known = described.get(name)
        return STRING if known is None else known.type

    made = outlets(model, scope, network.positions, type_of)
    for name, outlet in made.items():
        if len(outlet.classes) == 1:
            text = f"a single NeuralOutput of {name!r} leaves one category to predict"
            scope.compilation.warn(_ONE_CATEGORY, text, model)
    if target is None and len(made) == 1:
        return NetworkPredictor(network, inputs, next(iter(made.values())))
    for name in made:
        if name not in described:
            text = f"the NeuralOutputs are for {name!r}, which is no target of the model"
            raise wrong(model, text, code=mistakes.WRONG_TARGET, field=name)
    for name in described:
        if name not in made:
            text = f"no NeuralOutput is for the target {name!r}"
            raise wrong(model, text, code=mistakes.WRONG_TARGET, field=name)
    assert target is not None
    assert target.name is not None
    main = made[target.name]
    if len(made) == 1:
        return NetworkPredictor(network, inputs, main)
    goals = [_goal(model, described[name], made[name]) for name in described]
    return NetworkPredictor(network, inputs, main, goals)


def _inputs(model: NeuralNetwork, scope: Scope) -> list[Step]:
    steps = []
    for item in model.neural_inputs.neural_inputs:
        with scope.compilation.gather():
            step = item.derived_field.step(scope)
            if step.type.is_temporal:
                text = f"input {item.id!r} is a {step.type.name}, not a number"
                raise wrong(item, text, code=mistakes.FIELD_TYPE)
            steps.append(as_number(step))
    return steps


def _targets(
    model: NeuralNetwork, scope: Scope, target: TargetField | None
) -> dict[str, TargetField]:
    """Describe the targets of the MiningSchema by name."""
    found: dict[str, TargetField] = {}
    for item in model.mining_schema.mining_fields:
        if not item.is_target:
            continue
        if target is not None and item.name == target.name:
            found[item.name] = target
            continue
        facts = target_facts(scope.compilation, item)
        treatment = None if model.targets is None else model.targets.target(item.name)
        found[item.name] = target_field(
            treatment, item.name, facts.type, facts.optype, facts.values, facts.display
        )
    return found


@dataclass(frozen=True, slots=True)
class Goal:
    """One of several targets: `facts` and `rule` are what its Target makes of the outlet."""

    name: str
    outlet: Outlet
    facts: ModelFacts
    rule: TargetRule | None


def _goal(model: NeuralNetwork, target: TargetField, outlet: Outlet) -> Goal:
    assert target.name is not None
    rule = compile_target(
        None if model.targets is None else model.targets.target(target.name),
        target,
        outlet.type,
        outlet.classes,
        is_classification=bool(outlet.classes),
    )
    type = outlet.type if rule is None else rule.type
    facts = ModelFacts(model.function_name, type, outlet.classes, target)
    return Goal(target.name, outlet, facts, rule)


class NetworkPredictor(Predictor):
    """A network and what its outputs mean: `main` for the model's own target, `goals` for each of
    several.
    """

    def __init__(
        self,
        network: Network,
        inputs: Sequence[Step],
        main: Outlet,
        goals: Sequence[Goal] = (),
    ) -> None:
        self.type = main.type
        self.classes = main.classes
        self.targets: Mapping[str, ModelFacts] = {goal.name: goal.facts for goal in goals}
        self._network = network
        self._inputs = tuple(inputs)
        self._main = main
        self._goals = tuple(goals)

    def columns(self, batch: Batch) -> Prediction:
        """Compute the outputs of all rows and predict from them."""
        columns = [step.columns(batch) for step in self._inputs]
        outlets = [self._main, *(goal.outlet for goal in self._goals)]
        wanted = sorted({position for outlet in outlets for position in outlet.positions})
        with np.errstate(all="ignore"):
            outputs, failing = self._network.columns(
                [column.values for column in columns], wanted, batch.size
            )
            state, errors = combined_state(*columns)
            if failing.any():
                rows = failing if state is None else failing & (state == VALID)
                errors.update(dict.fromkeys(np.flatnonzero(rows).tolist(), _no_shares()))
                state = with_errors(state, errors, batch.size)
            return self._predict(outputs, wanted, (state, errors))

    def _predict(self, outputs: Any, wanted: list[int], known: RowState) -> Prediction:
        def of(outlet: Outlet) -> Prediction:
            rows = [wanted.index(position) for position in outlet.positions]
            return outlet.columns(outputs[rows], known)

        prediction = of(self._main)
        targets = {}
        for goal in self._goals:
            target = of(goal.outlet)
            targets[goal.name] = target if goal.rule is None else goal.rule.columns(target)
        prediction.targets = targets
        return prediction

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that predicts from one row."""
        if self._network.dtype != DOUBLE.dtype:
            return self._row_in_single()
        read = _reader(self._inputs)
        run = self._network.row_function()
        conclude = self._conclusion()
        # What an output neuron gives goes out as it is: an input must lose its flag there.
        is_direct = min(self._positions()) < len(self._inputs)

        def predict(values: Values) -> RowPrediction:
            known = read(values)
            if None in known:
                return nothing()
            if is_direct:
                known = list(map(float, known))
            return conclude(run(known))

        nothing = self._nothing()
        return predict

    def _positions(self) -> set[int]:
        outlets = [self._main, *(goal.outlet for goal in self._goals)]
        return {position for outlet in outlets for position in outlet.positions}

    def _conclusion(self) -> Callable[[Sequence[float]], RowPrediction]:
        main = self._main.row_function()
        if not self._goals:
            return main
        goals = [
            (
                goal.name,
                goal.outlet.row_function(),
                None if goal.rule is None else goal.rule.row_function(),
            )
            for goal in self._goals
        ]

        def conclude(known: Sequence[float]) -> RowPrediction:
            prediction = main(known)
            targets = {}
            for name, predict, rule in goals:
                target = predict(known)
                targets[name] = target if rule is None else rule(target)
            prediction.targets = targets
            return prediction

        return conclude

    def _nothing(self) -> Callable[[], RowPrediction]:
        """Return what makes the prediction of a row with a missing input."""
        if not self._goals:
            return lambda: RowPrediction(None)
        rules = {
            goal.name: None if goal.rule is None else goal.rule.row_function()
            for goal in self._goals
        }

        def nothing() -> RowPrediction:
            targets = {}
            for name, rule in rules.items():
                target = RowPrediction(None)
                targets[name] = target if rule is None else rule(target)
            return RowPrediction(None, targets=targets)

        return nothing

    def _row_in_single(self) -> Callable[[Values], RowPrediction]:
        """Run the columns over one row: their rounding to float is the definition."""
        read = _reader(self._inputs)
        network, nothing, conclude = self._network, self._nothing(), self._conclusion()
        wanted = sorted(self._positions())

        def predict(values: Values) -> RowPrediction:
            known = read(values)
            if None in known:
                return nothing()
            with np.errstate(all="ignore"):
                inputs = [np.array([value]) for value in known]
                outputs, failing = network.columns(inputs, wanted, 1)
            if failing[0]:
                raise _no_shares()
            return conclude(dict(zip(wanted, outputs[:, 0].tolist(), strict=True)))  # type: ignore[arg-type]  # numbers, of Any

        return predict


def _no_shares() -> EvaluationError:
    return EvaluationError(NO_SHARES)


def _reader(steps: Sequence[Step]) -> Callable[[Values], list[Any]]:
    """Return the function that reads all inputs; an error wins over a missing value."""
    fields = [step.field for step in steps if isinstance(step, Read) and not step.may_fail]
    if len(fields) == len(steps) > 1:
        pick = itemgetter(*(field.slot for field in fields))
        return lambda values: list(pick(values))
    functions: list[RowFunction] = [step.row_function() for step in steps]
    return lambda values: [function(values) for function in functions]
