"""`spark_document`: a saved pipeline of Spark to the root of a PMML document."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pmmlkit.errors import ExportError
from pmmlkit.exporters.builder import Builder
from pmmlkit.exporters.domains import Domain
from pmmlkit.exporters.features import Feature, InputField, Predicted, sources_of
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.models import model_of
from pmmlkit.exporters.schema import Schema
from pmmlkit.exporters.spark.build_task import build_task_of_stages
from pmmlkit.exporters.spark.flow import Flow, Outcome, Scalar, Vector
from pmmlkit.exporters.spark.results import Results
from pmmlkit.exporters.spark.saved import saved
from pmmlkit.exporters.spark.schema import fields_of
from pmmlkit.exporters.spark.stages import follow
from pmmlkit.exporters.transformations import transformations_of
from pmmlkit.language.derived_field import TransformationDictionary
from pmmlkit.language.document import PMML, Header
from pmmlkit.language.models.mining import MiningModel
from pmmlkit.language.models.model import Model
from pmmlkit.language.output import Output, OutputField

__all__ = ["is_spark", "refuse_tables", "spark_document"]


def is_spark(source: object) -> bool:
    """Tell whether something is a fitted model of Spark ML, or a path, where it may be saved."""
    if isinstance(source, str | os.PathLike):
        return True
    return f"{type(source).__module__}.".startswith(("pyspark.", "synapse.", "xgboost.spark."))


def refuse_tables(given: Mapping[str, object], fields: object) -> None:
    """Raise ExportError where something is given that takes rows of a table to make."""
    for name, value in given.items():
        if value is not None:
            raise ExportError(
                f"{name} is not for models of Spark: pass schema=df.schema for names and types"
            )
    if fields == "infer":
        raise ExportError('fields="infer" needs X: say the fields themselves')


def spark_document(
    source: Any,
    header: Header,
    *,
    schema: Any = None,
    domains: Mapping[str, Domain] | None = None,
    model_name: str | None = None,
    compact: bool = True,
    build_task: bool = False,
) -> PMML:
    """Return the document of a pipeline: a path (folder or zip) or a fitted model of PySpark.

    The last predictor is the model of the document; what earlier ones predict, and what later
    stages make of predictions, are OutputFields with the names of their columns. Without a
    predictor the columns that are made become derived fields.

    Raises ExportError.
    """
    flow = Flow(fields_of(schema))
    with saved(source) as stage:
        task = build_task_of_stages(stage) if build_task else None
        follow(stage, flow)
    root = _root(flow, header, domains, model_name, compact)
    return root if task is None else root.replace(mining_build_task=task)


def _root(
    flow: Flow,
    header: Header,
    domains: Mapping[str, Domain] | None,
    model_name: str | None,
    compact: bool,
) -> PMML:
    if not flow.outcomes:
        return _transformations(flow, header, domains)
    outcome = flow.outcomes[-1]
    outcome = replace(outcome, draft=replace(outcome.draft, outputs=_outputs(flow, outcome)))
    inputs = _used(outcome.draft)
    target = flow.renamed(outcome.target, {item.name for item in inputs})
    stated = _stated(domains, inputs)
    names = () if target.name is None else (target.name,)
    builder = Builder(Schema(inputs, names, stated), compact=compact)
    model = model_of(outcome.draft, builder, target, model_name)
    # The features of what comes after know the draft by its own self.
    results = Results(builder, flow.outcomes[-1], target)
    for name, feature in _after(flow):
        results.add(name, feature)
    results.add_prediction()
    model = _with_results(model, results.fields)
    return PMML(
        header=header,
        data_dictionary=builder.data_dictionary((target,)),
        transformation_dictionary=_functions(builder),
        models=(model,),
    )


def _with_results(model: Model, fields: Sequence[OutputField]) -> Model:
    """Return the model with these OutputFields behind its own; a chain has those of its last model:
    of a chain with an Output, PMML4S does not give what its models hold.
    """
    if not fields:
        return model
    chain = model.segmentation if isinstance(model, MiningModel) else None
    if chain is not None and model.output is None and chain.multiple_model_method == "modelChain":
        *segments, last = chain.segments
        assert last.model is not None
        segments.append(last.replace(model=_with_results(last.model, fields)))
        return model.replace(segmentation=chain.replace(segments=tuple(segments)))
    own = model.output.output_fields if model.output is not None else ()
    return model.replace(output=Output(output_fields=(*own, *fields)))


def _functions(builder: Builder) -> TransformationDictionary | None:
    if not builder.functions:
        return None
    return TransformationDictionary(define_functions=tuple(builder.functions.values()))


def _stated(
    domains: Mapping[str, Domain] | None, inputs: Sequence[InputField]
) -> dict[str, Domain]:
    """Return what users say of the columns that are read; of others it has no effect."""
    names = {item.name for item in inputs}
    return {name: domain for name, domain in (domains or {}).items() if name in names}


def _walk(features: Sequence[Feature]) -> dict[int, Feature]:
    """Return all features that some are made of, these included, by identity."""
    found: dict[int, Feature] = {}
    pending = list(features)
    while pending:
        feature = pending.pop()
        if id(feature) not in found:
            found[id(feature)] = feature
            pending += sources_of(feature)
    return found


def _used(draft: Draft) -> tuple[InputField, ...]:
    reads = [*draft.reads, *(feature for _, feature in draft.outputs)]
    found = [it for it in _walk(reads).values() if isinstance(it, InputField)]
    return tuple(dict.fromkeys(reversed(found)))


def _predictions(feature: Feature) -> set[Draft]:
    """Return the models that a feature needs the predictions of."""
    return {it.draft for it in _walk([feature]).values() if isinstance(it, Predicted)}


def _columns(flow: Flow) -> list[tuple[str, Feature]]:
    """Return the columns that stages have made, vectors element by element; those that wait to be
    read, and that nothing reads, apart.
    """
    found: list[tuple[str, Feature]] = []
    for name in dict.fromkeys(flow.made):
        column = flow.columns[name]
        if isinstance(column, Scalar):
            found.append((name, column.feature))
        elif isinstance(column, Vector):
            found += [(f"{name}_{at}", feature) for at, feature in enumerate(column.features)]
    return found


def _outputs(flow: Flow, outcome: Outcome) -> tuple[tuple[str, Feature], ...]:
    """Return the columns that earlier predictors predict, and what was made of these."""
    own = outcome.draft.outputs
    others = []
    for name, feature in _columns(flow):
        drafts = _predictions(feature)
        if drafts and outcome.draft not in drafts:
            others.append((name, feature))
    return (*own, *others)


def _after(flow: Flow) -> list[tuple[str, Feature]]:
    """Return the columns that are made of what the last predictor says."""
    outcome = flow.outcomes[-1]
    return [
        (name, feature)
        for name, feature in _columns(flow)
        if name != outcome.prediction and outcome.draft in _predictions(feature)
    ]


def _transformations(flow: Flow, header: Header, domains: Mapping[str, Domain] | None) -> PMML:
    columns = _columns(flow)
    if not columns:
        raise ExportError("the pipeline makes no column that PMML could state: it has no result")
    features = [feature for _, feature in columns]
    inputs = tuple(it for it in _walk(features[::-1]).values() if isinstance(it, InputField))
    builder = Builder(Schema(inputs, (), _stated(domains, inputs)), treatments=False)
    dictionary = transformations_of(features, [name for name, _ in columns], builder)
    return PMML(
        header=header,
        data_dictionary=builder.data_dictionary(()),
        transformation_dictionary=dictionary,
    )
