"""modelChain and x-multiModelChain: segments that see the outputs of earlier ones. Semantics 19.5,
34.

Before each segment runs a stage: what is computed in the scope of the model around it from outputs
of earlier segments. The result is that of the last segment that ran; of a multi-model chain, those
of all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pmmlkit.errors import EvaluationError
from pmmlkit.language.frame import Frame
from pmmlkit.language.models.mining.segments import (
    CompiledSegment,
    Executed,
    Run,
    assembled,
    kept_columns,
    with_errors,
)
from pmmlkit.language.models.mining.selected import Choice, Selection, answers, renamed
from pmmlkit.language.models.mining.selection import SelectingPredictor
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction, nothing
from pmmlkit.language.output import OutputField, ResultField
from pmmlkit.language.output_features import ModelFacts
from pmmlkit.language.result_features import Feature
from pmmlkit.language.step import Batch, Values
from pmmlkit.language.targets import TargetRule

__all__ = ["ChainPredictor", "Goal", "MultiChainPredictor"]


class ChainPredictor(SelectingPredictor):
    """modelChain. `ends`: the names of the segments whose result can be that of the model."""

    def __init__(
        self,
        members: Sequence[CompiledSegment],
        stages: Sequence[Frame],
        choice: Choice,
        ends: frozenset[str],
        *,
        returns_missing: bool,
    ) -> None:
        super().__init__(members, choice)
        self._stages = tuple(stages)
        self._ends = ends
        self._returns_missing = returns_missing

    def columns(self, batch: Batch) -> Prediction:
        """Run the segments in order, each on the rows where its predicate is TRUE."""
        run = Run(batch)
        finals: list[tuple[CompiledSegment, Executed]] = []
        kept: dict[str, Executed] = {}
        lacking = np.zeros(batch.size, np.bool_)
        for segment, stage in zip(self.members, self._stages, strict=True):
            stage.columns(batch)
            done = run.execute(segment)
            if done is None:
                continue
            if segment.name in self.segments:
                kept[segment.name] = done
            if self._returns_missing:
                rows: Any = slice(None) if done.rows is None else done.rows
                lacking[rows] |= done.prediction.value.is_missing
            if done.rows is None:
                finals.clear()
            finals.append((segment, done))
        selections = self._selections(run, finals)
        return self.selected(run, selections, kept, lacking if self._returns_missing else None)

    def _selections(
        self, run: Run, finals: Sequence[tuple[CompiledSegment, Executed]]
    ) -> list[Selection]:
        """Return for each row the last segment that ran."""
        selections = []
        is_open = np.ones(run.batch.size, np.bool_)
        for segment, done in reversed(finals):
            if done.rows is None and is_open.all():
                rows = at = None
            else:
                rows = np.arange(run.batch.size) if done.rows is None else done.rows
                at = np.flatnonzero(is_open[rows])
                rows = rows[at]
            is_open[slice(None) if rows is None else rows] = False
            if segment.name in self._ends:
                selections.append(Selection(segment, done, rows, at))
            else:
                wrong = range(run.batch.size) if rows is None else rows.tolist()
                run.note(dict.fromkeys(wrong, _no_end(segment.name)), None)
        return selections

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that runs the segments over one row."""
        copies = self.row_copies()
        plan = [
            (
                stage.row_functions(),
                None if segment.test is None else segment.test.row_function(),
                *segment.row_functions(),
                segment.name,
                [field.slot for field in segment.exports],
                segment.name in self.segments,
                self.row_questions(segment.name),
            )
            for segment, stage in zip(self.members, self._stages, strict=True)
        ]
        slots = [output.field.slot for output in self.selected_outputs]
        ends, strict = self._ends, self._returns_missing

        def predict(values: Values) -> RowPrediction:
            kept: dict[str, RowPrediction] = {}
            last = None
            lacks = False
            for stage, test, run, conform, name, exports, is_kept, questions in plan:
                for fill in stage:
                    fill(values)
                if test is not None and not test(values):
                    for slot in exports:
                        values[slot] = None
                    continue
                own = prediction = run(values)
                if is_kept:
                    kept[name] = own
                if conform is not None:
                    prediction = conform(own)
                if prediction.value is None:
                    lacks = True
                last = prediction, name, own, questions
            for slot in slots:
                values[slot] = None
            if last is None:
                return RowPrediction(None, segments=kept)
            prediction, name, own, questions = last
            if name not in ends:
                raise _no_end(name)
            for source, slot in copies[name]:
                values[slot] = values[source]
            if strict and lacks:
                return RowPrediction(None, entity_id=name, segments=kept)
            return renamed(prediction, name, kept, answers(questions, own))

        return predict


def _no_end(name: str) -> EvaluationError:
    return EvaluationError(
        f"segment {name!r} ran last, and its model has another functionName than the chain"
    )


@dataclass(frozen=True, slots=True)
class Goal:
    """A target of a multi-model chain: the segment that predicts it.

    `facts`: of the result, `source`: before the `rule` of the outer Targets. `inner`: the target's
    name among several of the segment's own model.
    """

    name: str
    segment: str
    facts: ModelFacts
    source: ModelFacts
    inner: str | None = None
    rule: TargetRule | None = None


class MultiChainPredictor(Predictor):
    """x-multiModelChain: the results of all segments by target; that of `main` is also the model's
    own.

    The model's own still awaits its Targets; those by target have theirs.
    """

    def __init__(
        self,
        members: Sequence[CompiledSegment],
        stages: Sequence[Frame],
        goals: Sequence[Goal],
        main: Goal,
        kept: Mapping[str, ModelFacts],
        outputs: tuple[ResultField, ...],
    ) -> None:
        self.members = tuple(members)
        self.type = main.source.type
        self.classes = main.source.classes
        self.details = main.source.details
        self.segments = kept
        self.targets = {goal.name: goal.facts for goal in goals}
        self.outputs = outputs
        self._stages = tuple(stages)
        self._goals = tuple(goals)
        self._main = main

    def feature(self, element: OutputField) -> Feature | None:
        """Return the feature of the segment that gives the main target."""
        return self._main.source.feature(element)

    def columns(self, batch: Batch) -> Prediction:
        """Run the segments in order, each on the rows where its predicate is TRUE."""
        run = Run(batch)
        found: dict[str, Executed] = {}
        kept: dict[str, Executed] = {}
        for segment, stage in zip(self.members, self._stages, strict=True):
            stage.columns(batch)
            done = run.execute(segment)
            if done is not None:
                found[segment.name] = done
                if segment.name in self.segments:
                    kept[segment.name] = done
        targets = {}
        for goal in self._goals:
            target = self._result(goal, found, batch.size)
            if goal.rule is not None:
                target = goal.rule.columns(target)
            run.note(target.value.errors, None)
            targets[goal.name] = target
        prediction = self._result(self._main, found, batch.size)
        segments = kept_columns(kept, self.members, batch.size)
        for target in (*targets.values(), prediction):
            target.segments = segments
        prediction.targets = targets
        return with_errors(prediction, run.errors)

    def _result(self, goal: Goal, found: Mapping[str, Executed], size: int) -> Prediction:
        done = found.get(goal.segment)
        if done is None:
            return nothing(goal.source.type, size)
        part = done.own if goal.inner is None else done.own.targets[goal.inner]
        return assembled([(done.rows, part)], part.value.type, size, goal.source.details)

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that runs the segments over one row."""
        plan = [
            (
                stage.row_functions(),
                None if segment.test is None else segment.test.row_function(),
                segment.evaluation.row_function(),
                segment.name,
                [field.slot for field in segment.exports],
            )
            for segment, stage in zip(self.members, self._stages, strict=True)
        ]
        goals = [
            (
                goal.name,
                goal.segment,
                goal.inner,
                None if goal.rule is None else goal.rule.row_function(),
            )
            for goal in self._goals
        ]
        main = self._main
        kept_names = tuple(self.segments)

        def predict(values: Values) -> RowPrediction:
            found: dict[str, RowPrediction] = {}
            for stage, test, run, name, exports in plan:
                for fill in stage:
                    fill(values)
                if test is None or test(values):
                    found[name] = run(values)
                else:
                    for slot in exports:
                        values[slot] = None
            kept = {name: found[name] for name in kept_names if name in found}
            targets = {}
            for name, source, inner, rule in goals:
                target = _row_result(found.get(source), inner, kept)
                targets[name] = target if rule is None else rule(target)
            result = _row_result(found.get(main.segment), main.inner, kept)
            result.targets = targets
            return result

        return predict


def _row_result(
    prediction: RowPrediction | None, inner: str | None, kept: Mapping[str, RowPrediction]
) -> RowPrediction:
    """Return a prediction of its own for one target."""
    if prediction is not None and inner is not None:
        prediction = prediction.targets[inner]
    if prediction is None:
        return RowPrediction(None, segments=kept)
    return RowPrediction(
        prediction.value,
        prediction.probabilities,
        prediction.confidences,
        prediction.entity_id,
        prediction.details,
        kept,
    )
