"""A document becomes its facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from pmmlkit.errors import Finding
from pmmlkit.language.document import Document
from pmmlkit.showing.contents import all_elements, elements_in_tables, node_table
from pmmlkit.showing.facts import (
    DocumentFacts,
    ModelFacts,
    Producer,
    SegmentFacts,
    Table,
    Value,
)
from pmmlkit.showing.fields import (
    data_fields,
    derived_fields,
    functions,
    names_of,
    outputs,
    targets,
    usages,
)
from pmmlkit.showing.formula import Names
from pmmlkit.showing.formulas import formula
from pmmlkit.showing.models import inner_models, shape_of
from pmmlkit.showing.needs import needs_of
from pmmlkit.xml.markup import Markup, Text

__all__ = ["describe", "models_in_order"]

_BEYOND_LIMITS: Final = "PMML004"


def describe(document: Document, size: int | None, findings: Sequence[Finding]) -> DocumentFacts:
    """Return the facts of a document; `size` is that of its text in bytes, `findings` are the
    validator's.
    """
    root = document.root
    elements = list(all_elements(root))
    names = names_of(elements)
    transformations = root.transformation_dictionary
    return DocumentFacts(
        source=document.source,
        version=document.version,
        base_version=root.base_version,
        bytes=size,
        elements=len(elements) + sum(map(elements_in_tables, elements)),
        producer=_producer(root.header),
        fields=tuple(data_fields(root.data_dictionary)),
        functions=tuple(functions(transformations, names)),
        transformations=tuple(derived_fields(transformations, names)),
        models=tuple(_models(document, names)),
        needs=needs_of(document, elements),
        results=_results(document),
        findings=tuple(findings),
        obstacles=tuple(
            sorted(
                document.fatal or filter(_is_obstacle, findings), key=lambda finding: finding.line
            )
        ),
    )


def _results(document: Document) -> tuple[str, ...]:
    """Return the derived fields that a document without a model gives."""
    dictionary = document.root.transformation_dictionary
    if document.root.models or dictionary is None or document.fatal:
        return ()
    return tuple(item.field_name() for item in dictionary.final_fields())


def _is_obstacle(finding: Finding) -> bool:
    """Tell whether the compiler refuses the document for this (PMML100 to 199, PMML600 to 699)."""
    refusals = (_BEYOND_LIMITS, "PMML1", "PMML6")
    return finding.severity == "error" and finding.code.startswith(refusals)


def _producer(header: Any) -> Producer:
    if header is None:
        return Producer()
    application = header.application
    timestamp = header.timestamp
    notes = (_text(note.content) for note in header.annotations or ())
    return Producer(
        None if application is None else application.name or None,
        None if application is None else application.version,
        None if timestamp is None else _text(timestamp.content) or None,
        header.copyright,
        header.description,
        header.model_version,
        tuple(note for note in notes if note),
    )


def _text(content: Markup | None) -> str:
    events = () if content is None else content.events
    return " ".join("".join(item.text for item in events if isinstance(item, Text)).split())


def models_in_order(document: Document) -> Iterator[tuple[str, str | None, Any, Any]]:
    """Yield all models, outer ones before those inside of them: path, path of the model around,
    Segment (None outside of a Segmentation), model.
    """
    stack: list[tuple[str, str | None, Any, Any]] = [
        (str(number), None, None, model) for number, model in enumerate(document.root.models, 1)
    ]
    stack.reverse()
    while stack:
        path, parent, segment, model = stack.pop()
        yield path, parent, segment, model
        inner = [
            (f"{path}.{number}", path, around, inside)
            for number, (around, inside) in enumerate(inner_models(model), 1)
        ]
        stack.extend(reversed(inner))


def _models(document: Document, names: Names) -> Iterator[ModelFacts]:
    trees = 0
    for path, parent, segment, model in models_in_order(document):
        is_tree = node_table(model) is not None
        trees += is_tree
        verification = getattr(model, "model_verification", None)
        table = getattr(verification, "inline_table", None)
        yield ModelFacts(
            path=path,
            parent=parent,
            kind=model.tag,
            name=model.model_name,
            function=model.function_name,
            algorithm=model.algorithm_name,
            is_scorable=getattr(model, "is_scorable", True) is not False,
            line=model.line,
            segment=None if segment is None else _segment(segment, names),
            shape=shape_of(model, names),
            fields=tuple(usages(getattr(model, "mining_schema", None))),
            transformations=tuple(derived_fields(model.local_transformations, names)),
            targets=tuple(targets(model.targets, names)),
            outputs=tuple(outputs(model.output, names)),
            quality=_quality(getattr(model, "model_explanation", None)),
            tree=trees if is_tree else None,
            verification_rows=None if table is None else len(table.rows),
        )


def _segment(segment: Any, names: Names) -> SegmentFacts:
    weight = segment.weight
    if segment.variable_weight is not None:
        weight = names.field(segment.variable_weight.field)
    return SegmentFacts(segment.id, formula(segment.predicate, names), weight)


_LABELS: Final = ("data_name", "data_usage", "target_field")


def _quality(explanation: Any) -> Table | None:
    """Return the measures of quality that the document states of itself, a column for each data."""
    if explanation is None:
        return None
    columns: list[str] = []
    rows: dict[str, list[Value]] = {}
    measures = (
        *(explanation.predictive_model_qualities or ()),
        *(explanation.clustering_model_qualities or ()),
    )
    for place, measure in enumerate(measures):
        columns.append(measure.data_name or getattr(measure, "data_usage", None) or "data")
        for item in type(measure).declaration.attributes:
            value = getattr(measure, item.name)
            if value is not None and item.name not in _LABELS:
                row = rows.setdefault(item.name.replace("_", " "), [None] * len(measures))
                row[place] = value
    body = tuple((name, *row) for name, row in rows.items())
    return Table("quality", ("measure", *columns), body) if body else None
