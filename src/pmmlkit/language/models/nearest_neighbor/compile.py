"""NearestNeighborModel to predictor: training rows as points, targets as goals.

Semantics chapter 13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.nearest_neighbor.goals import Average, Goal, Median, Vote
from pmmlkit.language.models.nearest_neighbor.instances import Instances
from pmmlkit.language.models.nearest_neighbor.neighbors import Neighbors
from pmmlkit.language.models.nearest_neighbor.predictor import NearestNeighborPredictor, Target
from pmmlkit.language.models.proximity.compile import Compared, compare, compile_measure
from pmmlkit.language.models.proximity.coordinates import Coordinate
from pmmlkit.language.models.proximity.inputs import numbers_of
from pmmlkit.language.models.proximity.similarities import Similarity
from pmmlkit.language.models.target_field import TargetField
from pmmlkit.language.output_features import ModelFacts
from pmmlkit.language.preparation import target_facts
from pmmlkit.language.targets import compile_target, target_field

if TYPE_CHECKING:
    from pmmlkit.language.models.nearest_neighbor.declaration import NearestNeighborModel
    from pmmlkit.language.scope import Scope

__all__ = ["compile_nearest_neighbor"]

_FUNCTIONS = ("classification", "regression", "clustering", "mixed")

Doubles = npt.NDArray[np.float64]


def compile_nearest_neighbor(
    model: NearestNeighborModel, scope: Scope, target: TargetField | None
) -> NearestNeighborPredictor:
    """Compile a NearestNeighborModel; `target` is its first one.

    Raises MarkupError where inputs, measure, targets and training rows do not fit, UnsupportedError
    for training rows outside of the document.
    """
    if model.function_name not in _FUNCTIONS:
        raise unsupported(
            model,
            f"a NearestNeighborModel cannot have functionName {model.function_name!r}",
            code=mistakes.FUNCTION_NAME,
        )
    instances = Instances(model, scope)
    if not 1 <= model.number_of_neighbors <= instances.size:
        text = (
            f"numberOfNeighbors is {model.number_of_neighbors}, "
            f"but there are {instances.size} training rows"
        )
        raise wrong(model, text, code=mistakes.OUT_OF_RANGE)
    described = _described(model, scope, target)
    if not described and model.instance_id_variable is None:
        raise wrong(
            model,
            "without a target, the result needs an instanceIdVariable",
            code=mistakes.MISSING_ATTRIBUTE,
        )
    goals = {item.name or "": _goal(model, item, instances) for item in described}
    compared = [
        compare(
            scope.read(item.field, item),
            item.field,
            item,
            model.comparison_measure,
            function=item.compare_function,
            weight=item.field_weight,
        )
        for item in model.knn_inputs.knn_inputs
    ]
    coordinates, neighbors = _neighbors(model, compared, instances)
    predictor = NearestNeighborPredictor(
        neighbors, coordinates, instances.ids(), goals, model.threshold
    )
    if len(described) > 1:
        predictor.join(
            [_target(model, item, goals[item.name or ""], predictor) for item in described]
        )
    return predictor


def _described(
    model: NearestNeighborModel, scope: Scope, target: TargetField | None
) -> list[TargetField]:
    """Return the facts of all targets, that of the model first."""
    if target is None:
        return []
    found = [target]
    for item in model.mining_schema.mining_fields:
        if item.is_target and item.name != target.name:
            facts = target_facts(scope.compilation, item)
            treatment = None if model.targets is None else model.targets.target(item.name)
            found.append(
                target_field(
                    treatment, item.name, facts.type, facts.optype, facts.values, facts.display
                )
            )
    return found


def _goal(model: NearestNeighborModel, target: TargetField, instances: Instances) -> Goal:
    """Compile what the neighbours say of a target; its optype decides, whatever functionName is."""
    assert target.name is not None
    values = instances.target(target.name)
    if values.state is not None and not values.is_usable.any():
        raise wrong(
            model,
            f"no training row has a value of target {target.name!r}",
            code=mistakes.TABLE_CELL,
        )
    if target.optype == "continuous" and target.type.is_number:
        method = model.continuous_scoring_method
        numbers = np.where(values.is_usable, values.values.astype(np.float64), np.nan)
        if method == "median":
            return Median(numbers, is_single=model.computes_in_float)
        is_weighted = method == "weightedAverage"
        _check_weights(model, is_weighted=is_weighted)
        return Average(numbers, is_weighted=is_weighted, is_single=model.computes_in_float)
    is_weighted = model.categorical_scoring_method == "weightedMajorityVote"
    _check_weights(model, is_weighted=is_weighted)
    return Vote(values, is_weighted=is_weighted)


def _check_weights(model: NearestNeighborModel, *, is_weighted: bool) -> None:
    measure = model.comparison_measure
    is_similarity = isinstance(compile_measure(measure), Similarity)
    if is_weighted and (measure.kind == "similarity" or is_similarity):
        raise wrong(
            model,
            "weights of neighbours are made of distances, not of similarities",
            code=mistakes.METHOD,
        )
    if is_weighted and not model.threshold >= 0:
        raise wrong(
            model,
            f"threshold must not be negative, but is {model.threshold}",
            code=mistakes.OUT_OF_RANGE,
        )


def _neighbors(
    model: NearestNeighborModel, compared: list[Compared], instances: Instances
) -> tuple[list[Coordinate], Neighbors]:
    columns = instances.inputs(
        [item.name for item in compared], [item.step.type for item in compared]
    )
    coordinates: list[Coordinate] = []
    points: list[Doubles] = []
    known = np.ones((len(compared), instances.size), np.bool_)
    for at, (item, column) in enumerate(zip(compared, columns, strict=True)):
        coordinate = item.coordinate([label for label in column.to_list() if label is not None])
        numbers, mask = numbers_of(coordinate, column)
        _check(model, coordinate, column)
        if mask is not None:
            known[at] = mask
        coordinates.append(coordinate)
        points.append(numbers)
    measure = compile_measure(model.comparison_measure)
    is_whole = bool(known.all())
    if not is_whole and isinstance(measure, Similarity):
        raise wrong(
            model,
            "a similarity of binary fields needs all fields of the training rows",
            code=mistakes.TABLE_CELL,
        )
    return coordinates, Neighbors(
        measure,
        [item.rule for item in compared],
        np.array(points),
        None if is_whole else known,
        model.number_of_neighbors,
        is_similarity=model.comparison_measure.kind == "similarity",
        is_single=model.computes_in_float,
    )


def _check(model: NearestNeighborModel, coordinate: Coordinate, column: Column) -> None:
    unfit = coordinate.unfit(column)
    if unfit is not None and (unfit & column.is_usable).any():
        row = int(np.flatnonzero(unfit & column.is_usable)[0]) + 1
        raise wrong(
            model, f"training row {row}: {coordinate.error().message}", code=mistakes.TABLE_CELL
        )


def _target(
    model: NearestNeighborModel,
    target: TargetField,
    goal: Goal,
    predictor: NearestNeighborPredictor,
) -> Target:
    """Compile one of several targets."""
    assert target.name is not None
    treatment = None if model.targets is None else model.targets.target(target.name)
    is_vote = bool(goal.classes)
    rule = compile_target(treatment, target, goal.type, goal.classes, is_classification=is_vote)
    facts = ModelFacts(
        "classification" if is_vote else "regression",
        goal.type if rule is None else rule.type,
        goal.classes,
        target,
        feature=predictor.feature,
    )
    return Target(target.name, goal, rule, facts)
