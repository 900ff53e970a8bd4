"""Drafts built into the model of a document: one model, or a chain where models read what others
predict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pmmlkit.exporters.builder import Builder
from pmmlkit.exporters.fields import Target
from pmmlkit.exporters.frame import Draft, Frame, Several
from pmmlkit.exporters.segments import segmented
from pmmlkit.language.expressions import FieldRef
from pmmlkit.language.output import Output, OutputField

if TYPE_CHECKING:
    from pmmlkit.language.models.model import Model

__all__ = ["model_of", "models_of"]


def model_of(draft: Draft, builder: Builder, target: Target | None, name: str | None) -> Model:
    """Return the model of a document that predicts one target."""
    # what the result holds keeps its name, however many models inside it have such an output
    names = [builder.unique(output) for output, _ in draft.outputs]
    builder.plan([*draft.reads, *(feature for _, feature in draft.outputs)])
    if not builder.stages:
        return _built(draft, Frame(builder, target, builder.fields, model_name=name), names)
    models = _stages(builder)
    models.append(_built(draft, Frame(builder, target, builder.fields.inside()), names))
    return _chain(builder, target, models, name)


def models_of(several: Several, builder: Builder, name: str | None) -> Model:
    """Return a chain with a model for each target.

    PMML has no model of several targets: so the chain has no target, and an OutputField with the
    name of each, which reads the segment that predicts it.
    """
    drafts = [draft for _, draft in several.parts]
    builder.plan(
        [it for draft in drafts for it in (*draft.reads, *(other for _, other in draft.outputs))]
    )
    models = _stages(builder, named=False)
    # in a chain of estimators a later one reads what an earlier one predicts
    places = {draft: str(number) for number, draft in enumerate(builder.stages, 1)}
    results: list[OutputField] = []
    for target, draft in several.parts:
        if draft in places:
            results += _results(target, places[draft], draft)
            continue
        unnamed = Target(None, target.data_type, target.classes)
        frame = Frame(builder, unnamed, builder.fields.inside(), outermost=False)
        finals = [builder.unique(_of_target(output, target)) for output, _ in draft.outputs]
        names = [builder.unique(final) for final in finals]
        model, others = _handed_on(
            _built(draft, frame, names), dict(zip(names, finals, strict=True))
        )
        models.append(model)
        results += [*_results(target, str(len(models)), draft), *others]
    # a chain has the function of its last model
    last = Target(None, target.data_type, target.classes)
    return _chain(builder, last, models, name, Output(output_fields=tuple(results)))


def _of_target(output: str, target: Target) -> str:
    """Return the name of an output among several targets: ``decisionFunction(a)`` of y is
    ``decisionFunction(y, a)``.
    """
    head, bracket, label = output.partition("(")
    return f"{head}({target.name}, {label}" if bracket else f"{head}({target.name})"


def _handed_on(model: Model, names: Mapping[str, str]) -> tuple[Model, list[OutputField]]:
    """Return the model, whose OutputFields of these names are for the chain only, and fields of the
    chain that show them by other names: of its segments, a result holds those of the last one.
    """
    if not names:
        return model, []
    assert model.output is not None
    fields = model.output.output_fields
    hidden = [it.replace(is_final_result=False) if it.name in names else it for it in fields]
    shown = [
        it.replace(
            name=names[it.name], feature="transformedValue", expression=FieldRef(field=it.name)
        )
        for it in fields
        if it.name in names
    ]
    return model.replace(output=Output(output_fields=tuple(hidden))), shown


def _results(target: Target, segment: str, draft: Draft) -> list[OutputField]:
    name = str(target.name)
    is_number = target.data_type not in ("string", "boolean")
    predicted = OutputField(
        name=name,
        optype="continuous" if is_number and not target.classes else "categorical",
        data_type=target.data_type,
        feature="predictedValue",
        segment_id=segment,
    )
    shares = [
        OutputField(
            name=f"probability({name}, {label})",
            optype="continuous",
            data_type="double",
            feature="probability",
            value=label,
            segment_id=segment,
        )
        for label in (target.labels if draft.has_shares else ())
    ]
    return [predicted, *shares]


def _built(draft: Draft, frame: Frame, names: Sequence[str]) -> Model:
    """Build a model where a frame stands; `names` are those of the draft's outputs."""
    binding = frame.binding
    assert binding is not None
    fields = tuple(binding.bind(feature) for feature in draft.reads)
    outputs = tuple(
        (name, binding.bind(feature))
        for name, (_, feature) in zip(names, draft.outputs, strict=bool(names))
    )
    return draft.build(replace(frame, outputs=outputs), fields)


def _stages(builder: Builder, *, named: bool = True) -> list[Model]:
    models = []
    for stage in builder.stages.values():
        binding = builder.fields.inside()
        target = stage.target
        if target is not None and not (named and target.name in builder.schema.targets):
            target = replace(target, name=None)
        frame = Frame(builder, target, binding, outermost=False, results=stage.results)
        models.append(_built(stage.draft, frame, []))
    return models


def _chain(
    builder: Builder,
    target: Target | None,
    models: list[Model],
    name: str | None,
    output: Output | None = None,
) -> Model:
    frame = Frame(builder, target, builder.fields, model_name=name)
    return segmented("modelChain", models, frame.parts((), output, probabilities=False))
