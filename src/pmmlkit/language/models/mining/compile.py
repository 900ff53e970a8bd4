"""MiningModel to predictor: the segments compiled in order, and the method that joins them.

Specification: chapter Multiple Models; semantics 19.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pmmlkit.columns.types import DOUBLE
from pmmlkit.errors import MarkupError
from pmmlkit.language import mistakes
from pmmlkit.language.cast import cast_step
from pmmlkit.language.frame import Frame
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.evaluation import ModelEvaluation, compile_nested
from pmmlkit.language.models.mining.chain import ChainPredictor, MultiChainPredictor
from pmmlkit.language.models.mining.combination import Arithmetic, Combination
from pmmlkit.language.models.mining.composition import chain_of
from pmmlkit.language.models.mining.distributions import MeanDistribution, PickedDistribution
from pmmlkit.language.models.mining.ensemble import EnsemblePredictor
from pmmlkit.language.models.mining.forest import fused
from pmmlkit.language.models.mining.goals import goals_of
from pmmlkit.language.models.mining.labels import Labels, common_type, conform_to
from pmmlkit.language.models.mining.methods import (
    ALIASES,
    CHAINS,
    COMBINING,
    MULTI_CHAIN,
    SELECTIONS,
    check_function,
    check_segmentation,
)
from pmmlkit.language.models.mining.missing import MissingRule
from pmmlkit.language.models.mining.numbers import MedianOfNumbers, SumOfNumbers
from pmmlkit.language.models.mining.segments import CompiledSegment, Weight
from pmmlkit.language.models.mining.selected import Choice, SelectedOutput
from pmmlkit.language.models.mining.selection import SelectAllPredictor, SelectFirstPredictor
from pmmlkit.language.models.mining.votes import Votes
from pmmlkit.language.models.prediction import Predictor
from pmmlkit.language.models.target_field import TargetField
from pmmlkit.language.output import ResultField
from pmmlkit.language.output_features import ModelFacts
from pmmlkit.language.predicates import TruePredicate
from pmmlkit.language.scope import Scope
from pmmlkit.language.step import Field

if TYPE_CHECKING:
    from pmmlkit.language.models.mining.declaration import MiningModel, Segment

__all__ = ["MiningCompiler"]

_ONE_OF_ALL: Final = "PMML630"
_MOST_ERRORS: Final = 10


class MiningCompiler:
    """Compiles one MiningModel; few calls lie between it and the next inside."""

    def __init__(self, model: MiningModel, scope: Scope, target: TargetField | None) -> None:
        if model.embedded_models and model.segmentation is not None:
            raise unsupported(
                model,
                f"a MiningModel with a {model.embedded_models[0].tag} beside its Segmentation "
                "is not supported",
            )
        segmentation = chain_of(model) if model.embedded_models else model.segmentation
        if segmentation is None:
            text = "a MiningModel without a Segmentation cannot be evaluated"
            raise unsupported(model, text, code=mistakes.EMPTY_MODEL)
        self.model = model
        self.segmentation = segmentation
        self.scope = scope
        self.target = target
        method = segmentation.multiple_model_method
        self.method = ALIASES.get(method, method)
        self.function = model.function_name
        treatment, threshold = segmentation.treatment_of_missing
        if not 0 <= threshold <= 1:
            text = f"missingThreshold {threshold} is not within 0 and 1"
            raise wrong(segmentation, text, code=mistakes.OUT_OF_RANGE)
        self.missing = MissingRule(
            treatment,
            threshold,
            self.method in ("majorityVote", "weightedMajorityVote"),
        )

    def compile(self) -> Predictor:
        """Compile the segments, and the method that joins them.

        Raises MarkupError where method, function and segments do not fit, UnsupportedError for
        models inside segments that cannot be evaluated, LimitError.
        """
        limit = self.scope.compilation.limits.segments
        check_segmentation(self.segmentation, self.method, self.function, limit)
        names = self._names()
        if self.method in CHAINS:
            return self._chain(names)
        compilation = self.scope.compilation
        before = len(compilation.errors)
        members = []
        for name, segment in zip(names, self.segmentation.segments, strict=True):
            with compilation.gather():
                members.append(self._segment(name, segment))
            if len(compilation.errors) - before >= _MOST_ERRORS:
                break
        if len(compilation.errors) > before:
            raise compilation.errors.pop()
        for member in members:
            check_function(self.function, member.evaluation)
        if self.method in SELECTIONS:
            return self._selection(members)
        return self._ensemble(members)

    # --- the document

    def _wrong(self, message: str, *, code: str) -> MarkupError:
        element = self.segmentation
        return wrong(element, message, code=code)

    def _names(self) -> list[str]:
        """Return the id of each segment, else its position from 1 on."""
        ids = [segment.id for segment in self.segmentation.segments]
        names = [str(at) if id is None else id for at, id in enumerate(ids, 1)]
        known: set[str] = set()
        for name, segment in zip(names, self.segmentation.segments, strict=True):
            if name in known:
                raise wrong(
                    segment, f"two segments have the id {name!r}", code=mistakes.DUPLICATE_ID
                )
            known.add(name)
        return names

    # --- segments

    def _segment(self, name: str, segment: Segment) -> CompiledSegment:
        predicate, model = segment.require()
        test = None
        if not isinstance(predicate, TruePredicate):
            test = self.scope.compile(predicate)
        weight = self._weight(segment)
        evaluation = compile_nested(model, self.scope)
        return CompiledSegment(
            name, test, evaluation, weight, None, self._exports(name, evaluation)
        )

    def _weight(self, segment: Segment) -> Weight:
        variable = segment.variable_weight
        matters = self.method in COMBINING and (
            self.method.startswith("weighted") or self.missing.uses_shares
        )
        if variable is None or not matters:
            return Weight(segment.weight)
        step = self.scope.read(variable.field, variable)
        if not step.type.is_number:
            raise wrong(
                variable,
                f"VariableWeight {variable.field!r} is no number",
                code=mistakes.FIELD_TYPE,
                field=variable.field,
            )
        return Weight(segment.weight, cast_step(step, DOUBLE))

    def _exports(self, name: str, evaluation: ModelEvaluation) -> tuple[Field, ...]:
        """Return the output fields of a segment that this model reads."""
        if self.method in CHAINS:
            return tuple(result.field for result in evaluation.outputs)
        output = self.model.output
        wanted = {
            element.value
            for element in (() if output is None else output.output_fields)
            if element.segment_id == name
        }
        return tuple(result.field for result in evaluation.outputs if result.element.name in wanted)

    def _kept(self, members: Sequence[CompiledSegment]) -> dict[str, ModelFacts]:
        """Return the facts of the segments that an OutputField names."""
        output = self.model.output
        wanted = {
            element.segment_id for element in (() if output is None else output.output_fields)
        }
        return {member.name: member.evaluation.facts for member in members if member.name in wanted}

    # --- methods

    def _arithmetic(self) -> Arithmetic:
        return Arithmetic(self.model.computes_in_float)

    def _ensemble(self, members: list[CompiledSegment]) -> Predictor:
        if self.function == "regression":
            combination = self._numbers(members)
        else:
            members, combination = self._categories(members)
        ensemble = EnsemblePredictor(members, combination, self.missing, self._kept(members))
        return fused(ensemble) if self.scope.compilation.tuned else ensemble

    def _numbers(self, members: Sequence[CompiledSegment]) -> Combination:
        for member in members:
            if not member.evaluation.type.is_number:
                model = member.evaluation.model
                text = f"the segment predicts a {member.evaluation.type.name}, not a number"
                raise wrong(model, text, code=mistakes.SEGMENT_FUNCTION)
        is_weighted = self.method.startswith("weighted")
        if self.method in ("median", "weightedMedian"):
            return MedianOfNumbers(self._arithmetic(), is_weighted=is_weighted)
        is_average = self.method in ("average", "weightedAverage")
        return SumOfNumbers(self._arithmetic(), is_weighted=is_weighted, is_average=is_average)

    def _categories(
        self, members: list[CompiledSegment]
    ) -> tuple[list[CompiledSegment], Combination]:
        evaluations = [member.evaluation for member in members]
        type = common_type([item.type for item in evaluations], self.target)
        first = () if self.target is None else self.target.values
        classes, conforms = conform_to(evaluations, type, first)
        members = [
            replace(member, conform=conform)
            for member, conform in zip(members, conforms, strict=True)
        ]
        labels = Labels(type, classes)
        arithmetic = self._arithmetic()
        is_weighted = self.method.startswith("weighted")
        if self.missing.is_vote:
            counts = self.missing.treatment == "continue"
            votes = Votes(arithmetic, labels, is_weighted=is_weighted, counts_missing=counts)
            return members, votes
        if not classes:
            text = f"{self.method} needs probabilities, and no segment names a category"
            raise self._wrong(text, code=mistakes.CATEGORY_COUNT)
        if self.method in ("max", "median"):
            is_median = self.method == "median"
            return members, PickedDistribution(arithmetic, labels, is_median=is_median)
        return members, MeanDistribution(arithmetic, labels, is_weighted=is_weighted)

    def _choice(
        self, members: list[CompiledSegment], ends: Sequence[CompiledSegment]
    ) -> tuple[list[CompiledSegment], Choice]:
        """Return what a selection among `ends` gives, and all members conforming to it."""
        evaluations = [member.evaluation for member in ends]
        type = common_type([item.type for item in evaluations], self.target)
        first = () if self.target is None else self.target.values
        classes, conforms = conform_to(evaluations, type, first)
        conform = {member.name: item for member, item in zip(ends, conforms, strict=True)}
        members = [replace(member, conform=conform.get(member.name)) for member in members]
        choice = Choice(
            type,
            classes,
            self._outputs(ends),
            self._kept(members),
            {item.name: item.evaluation.facts for item in ends},
        )
        return members, choice

    def _outputs(self, ends: Sequence[CompiledSegment]) -> tuple[SelectedOutput, ...]:
        """Return the OutputFields of the segments that can be selected."""
        found: dict[str, dict[str, ResultField]] = {}
        for member in ends:
            for result in member.evaluation.outputs:
                found.setdefault(result.element.name, {})[member.name] = result
        outputs = []
        for name, results in found.items():
            sources = {member: result.field for member, result in results.items()}
            element = next(iter(results.values())).element
            if len(ends) == 1 and self.method in CHAINS:
                field = next(iter(sources.values()))
            else:
                field = self._joined_field(name, list(sources.values()))
            outputs.append(SelectedOutput(ResultField(element, field), sources))
            if self.method not in CHAINS:
                self.scope.fields[name] = field
        return tuple(outputs)

    def _joined_field(self, name: str, fields: Sequence[Field]) -> Field:
        first = fields[0]
        if any(field.type is not first.type for field in fields):
            text = f"the OutputFields {name!r} of the segments have different dataTypes"
            raise self._wrong(text, code=mistakes.OUTPUT_TYPES)
        return self.scope.new_field(
            name, first.type, first.optype, first.values, may_fail=True, settled=False
        )

    def _selection(self, members: list[CompiledSegment]) -> Predictor:
        members, choice = self._choice(members, members)
        if self.method == "selectFirst":
            return SelectFirstPredictor(members, choice, self.missing)
        self.scope.compilation.warn(
            _ONE_OF_ALL,
            "selectAll has as many results as segments; the predicted value is that of the first, "
            "the others are for OutputFields with segmentId",
            self.segmentation,
        )
        return SelectAllPredictor(members, choice, self.missing)

    # --- chains

    def _chain(self, names: Sequence[str]) -> Predictor:
        members: list[CompiledSegment] = []
        stages: list[Frame] = []
        known: set[str] = set()
        for name, segment in zip(names, self.segmentation.segments, strict=True):
            with self._stage() as stage:
                member = self._segment(name, segment)
            members.append(member)
            stages.append(stage)
            for result in member.evaluation.outputs:
                field = result.field
                if field.name in known:
                    raise wrong(
                        result.element,
                        f"two segments of the chain have an OutputField {field.name!r}",
                        code=mistakes.DUPLICATE_NAME,
                        field=field.name,
                    )
                known.add(field.name)
                self.scope.fields[field.name] = field
        if self.method == MULTI_CHAIN:
            return self._multi_chain(members, stages)
        ends = self._ends(members)
        members, choice = self._choice(members, ends)
        return ChainPredictor(
            members,
            stages,
            choice,
            frozenset(member.name for member in ends),
            returns_missing=self.missing.treatment == "returnMissing",
        )

    @contextmanager
    def _stage(self) -> Iterator[Frame]:
        """Let the steps of this model's scope run right before the segment at hand."""
        frame, stage = self.scope.frame, Frame()
        self.scope.frame = stage
        try:
            yield stage
        finally:
            self.scope.frame = frame

    def _ends(self, members: Sequence[CompiledSegment]) -> list[CompiledSegment]:
        """Return the segments that can be the last to run, in order, as far as their function is
        the model's.
        """
        ends: list[CompiledSegment] = []
        for member in reversed(members):
            if self.function in (member.evaluation.model.function_name, "mixed"):
                ends.append(member)
            if member.test is None:
                break
        if not ends:
            check_function(self.function, members[-1].evaluation)
        return ends[::-1]

    def _multi_chain(
        self, members: Sequence[CompiledSegment], stages: Sequence[Frame]
    ) -> Predictor:
        kept = self._kept(members)
        goals = [goal for member in members for goal in goals_of(member, self.model.targets, kept)]
        names = [goal.name for goal in goals]
        for name in names:
            if names.count(name) > 1:
                text = f"two segments of {MULTI_CHAIN} have the target {name!r}"
                raise self._wrong(text, code=mistakes.WRONG_TARGET)
        if not goals:
            raise self._wrong(
                f"{MULTI_CHAIN} needs segments with a target", code=mistakes.NO_TARGET
            )
        wanted = None if self.target is None else self.target.name
        chosen = next((goal for goal in goals if goal.name == wanted), goals[0])
        main = replace(chosen, rule=None, facts=chosen.source)
        outputs = tuple(result for member in members for result in member.evaluation.outputs)
        return MultiChainPredictor(members, stages, goals, main, kept, outputs)
