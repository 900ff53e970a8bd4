"""The facts of a document, as plain values; text, HTML and JSON are views of them.

Nothing is shortened here. Models stand in one flat list, outer ones before those inside of them, so
that no view recurses.
"""

from __future__ import annotations

from dataclasses import dataclass

from pmmlkit.errors import Finding
from pmmlkit.showing.formula import Formula

__all__ = [
    "DerivedFacts",
    "DocumentFacts",
    "Fact",
    "FieldFacts",
    "FunctionFacts",
    "ModelFacts",
    "Needs",
    "OutputFacts",
    "Producer",
    "SegmentFacts",
    "Shape",
    "Table",
    "TargetFacts",
    "UsageFacts",
    "Value",
]

Value = str | int | float | bool | Formula | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that can be said in a word or a number; `name` is snake_case."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a model is made of: one line, single facts, tables."""

    summary: str
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Producer:
    """What the Header says of the document's origin."""

    application: str | None = None
    version: str | None = None
    timestamp: str | None = None
    copyright: str | None = None
    description: str | None = None
    model_version: str | None = None
    annotations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """A DataField: `values` are the valid ones, with `display` where they have another text."""

    name: str
    display_name: str | None
    data_type: str | None
    optype: str | None
    intervals: tuple[Formula, ...] = ()
    values: tuple[str, ...] = ()
    display_values: tuple[str | None, ...] = ()
    missing_values: tuple[str, ...] = ()
    invalid_values: tuple[str, ...] = ()
    is_cyclic: bool = False
    taxonomy: str | None = None


@dataclass(frozen=True, slots=True)
class UsageFacts:
    """A MiningField: what a model uses a field for, and how it treats its values."""

    name: str
    usage: str
    optype: str | None = None
    importance: float | None = None
    missing_treatment: str | None = None
    missing_replacement: str | None = None
    invalid_treatment: str = "returnInvalid"
    invalid_replacement: str | None = None
    outliers: str = "asIs"
    low_value: float | None = None
    high_value: float | None = None


@dataclass(frozen=True, slots=True)
class FunctionFacts:
    """A function of the document and what it computes."""

    name: str
    parameters: tuple[str, ...]
    data_type: str | None
    formula: Formula


@dataclass(frozen=True, slots=True)
class DerivedFacts:
    """A derived field and what it computes."""

    name: str
    display_name: str | None
    data_type: str | None
    optype: str | None
    formula: Formula


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """A Target: `formula` is what becomes of the model's number, None where nothing does."""

    field: str | None
    formula: Formula | None
    values: Table | None


@dataclass(frozen=True, slots=True)
class OutputFacts:
    """An OutputField; `meaning` says in words what it is, `formula` how it is computed."""

    name: str
    display_name: str | None
    feature: str
    meaning: str
    data_type: str | None
    optype: str | None
    formula: Formula | None
    is_final: bool


@dataclass(frozen=True, slots=True)
class SegmentFacts:
    """The place of a model inside of a MiningModel."""

    id: str | None
    predicate: Formula
    weight: Value


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """One model. `path` numbers it from the outermost in (``"1.2"`` is the second model in the
    first), `parent` is the path of the model around it, None at the top. `tree` numbers the trees
    of the whole document.
    """

    path: str
    parent: str | None
    kind: str
    name: str | None
    function: str | None
    algorithm: str | None
    is_scorable: bool
    line: int
    segment: SegmentFacts | None
    shape: Shape
    fields: tuple[UsageFacts, ...] = ()
    transformations: tuple[DerivedFacts, ...] = ()
    targets: tuple[TargetFacts, ...] = ()
    outputs: tuple[OutputFacts, ...] = ()
    quality: Table | None = None
    tree: int | None = None
    verification_rows: int | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """What scoring takes: `inputs` of a row, `extensions` of PMML that the document uses,
    `regular_expressions` and those of them that need google-re2.
    """

    inputs: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    regular_expressions: int = 0
    linear_expressions: int = 0
    outside_tables: int = 0
    sequential: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """All that is shown of a document. `bytes` is None where it was not read from a file or bytes;
    `obstacles` keep it from being evaluated. `results` are the derived fields that a document
    without a model gives.
    """

    source: str
    version: str
    base_version: str | None
    bytes: int | None
    elements: int
    producer: Producer
    fields: tuple[FieldFacts, ...]
    functions: tuple[FunctionFacts, ...]
    transformations: tuple[DerivedFacts, ...]
    models: tuple[ModelFacts, ...]
    needs: Needs
    findings: tuple[Finding, ...]
    obstacles: tuple[Finding, ...]
    results: tuple[str, ...] = ()
