"""Facts in the order in which people look for them, as blocks: the document, its fields and
formulas, its models, what it needs, what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pmmlkit.errors import Finding
from pmmlkit.showing.blocks import Block, Formulas, Grid, Heading, Note, Pairs
from pmmlkit.showing.facts import (
    DerivedFacts,
    DocumentFacts,
    FieldFacts,
    FunctionFacts,
    ModelFacts,
    SegmentFacts,
    TargetFacts,
    UsageFacts,
    Value,
)
from pmmlkit.showing.formula import Formula, Listing, Names, Part, literal
from pmmlkit.showing.models.ensembles import is_weighted

__all__ = ["layout"]

_FEW: Final = 6
"""So many models side by side are each shown in full; of more there is a table alone."""

_FINDINGS: Final = 5
_INPUTS: Final = 12
_FIELDS: Final = 24
_NAMES: Final = Names()


def layout(facts: DocumentFacts, *, full: bool = False) -> Iterator[Block]:
    """Yield the blocks of a document; unless `full`, many like models are summed up."""
    yield Heading(facts.source or "PMML document", 1)
    yield Pairs(tuple(_head(facts)))
    yield from _fields(facts)
    if facts.functions:
        yield Heading("Functions")
        yield Formulas(
            tuple((_signature(item), item.formula, item.data_type) for item in facts.functions)
        )
    yield from _derived("Transformations", facts.transformations)
    inside: dict[str | None, list[ModelFacts]] = {}
    for model in facts.models:
        inside.setdefault(model.parent, []).append(model)
    shown: set[str | None] = {None}
    for model in facts.models:
        is_one_of_few = model.parent is None or len(inside[model.parent]) <= _FEW
        if model.parent in shown and (is_one_of_few or full):
            shown.add(model.path)
            yield from _model(model, inside.get(model.path, ()))
    yield Heading("Needs")
    yield Pairs(tuple(_needs(facts)))
    yield from _findings(facts.findings, full)


def _signature(function: FunctionFacts) -> str:
    return f"{_NAMES.field(function.name)}({', '.join(function.parameters)})"


def _head(facts: DocumentFacts) -> Iterator[tuple[str, Value]]:
    base = facts.base_version
    yield "PMML", facts.version if base is None else f"{facts.version} (on {base})"
    for model in facts.models:
        if model.parent is None:
            yield "model", f"{_title(model)}: {model.shape.summary}"
    if not facts.models:
        yield "model", "none: fields and transformations only"
    if facts.results:
        names = tuple((_NAMES.field(name),) for name in facts.results)
        yield "results", Formula((Listing(names, shown=_INPUTS),))
    producer = facts.producer
    yield "made by", " ".join(word for word in (producer.application, producer.version) if word)
    yield "made on", producer.timestamp
    yield "model version", producer.model_version
    yield "copyright", producer.copyright
    yield "description", producer.description
    for note in producer.annotations:
        yield "annotation", note
    size = "" if facts.bytes is None else f"{_size(facts.bytes)}, "
    yield "size", f"{size}{facts.elements:,} element{'' if facts.elements == 1 else 's'}"
    yield "transforms" if facts.results else "evaluates", _verdict(facts)
    yield "findings", _counts(facts.findings)


def _size(count: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} byte{'' if count == 1 else 's'}"


def _verdict(facts: DocumentFacts) -> str:
    if facts.obstacles:
        first = facts.obstacles[0]
        where = (first.path.rpartition("/")[2], f"line {first.line}" if first.line else "")
        place = ", ".join(word for word in where if word)
        more = len(facts.obstacles) - 1
        rest = f"; and {more} more" if more else ""
        return f"no: {first.message}{f' ({place})' if place else ''}{rest}"
    return "yes"


def _counts(findings: Sequence[Finding]) -> str:
    told = []
    for severity in ("error", "warning", "info"):
        count = sum(item.severity == severity for item in findings)
        if count:
            told.append(f"{count} {severity}{'s' if count > 1 else ''}")
    return ", ".join(told) or "none"


# Fields


def _fields(facts: DocumentFacts) -> Iterator[Block]:
    usages: dict[str, UsageFacts] = {}
    inner: set[str] = set()
    for model in facts.models:
        for usage in model.fields:
            if model.parent is None:
                usages.setdefault(usage.name, usage)
            else:
                inner.add(usage.name)
    if not facts.fields:
        return
    yield Heading(f"Fields ({len(facts.fields)})")
    columns = ("name", "use", "type", "values", *_TREATMENTS, "label")
    rows = []
    for field in sorted(facts.fields, key=lambda item: _rank(usages.get(item.name))):
        known = usages.get(field.name)
        unused = "inside" if field.name in inner else "not used"
        if not facts.models and field.name in facts.needs.inputs:
            unused = "input"
        rows.append(
            (
                field.name,
                unused if known is None else _use(known.usage),
                _type(field.data_type, field.optype),
                _values(field),
                *(_treatments(known) if known is not None else [None] * len(_TREATMENTS)),
                field.display_name if field.display_name != field.name else None,
            )
        )
    yield Grid(columns, tuple(rows), most=_FIELDS)


def _rank(usage: UsageFacts | None) -> int:
    """Sort targets before inputs, and these before what no model at the top uses."""
    if usage is None:
        return 2
    return 0 if _use(usage.usage) == "target" else 1


def _use(usage: str) -> str:
    return {"active": "input", "predicted": "target"}.get(usage, usage)


def _type(data_type: str | None, optype: str | None) -> str | None:
    return " ".join(word for word in (optype, data_type) if word) or None


def _values(field: FieldFacts) -> Formula | None:
    groups: list[tuple[str, list[tuple[str | int | float, ...]]]] = [
        ("", [_flat(interval) for interval in field.intervals]),
        ("", [_category(*pair) for pair in zip(field.values, field.display_values, strict=True)]),
        ("missing: ", [(value or '""',) for value in field.missing_values]),
        ("invalid: ", [(value or '""',) for value in field.invalid_values]),
    ]
    parts: list[Part] = []
    for head, items in groups:
        if items:
            parts += ["; " if parts else "", head, Listing(tuple(items))]
    if field.is_cyclic:
        parts.append(" (cyclic)" if parts else "cyclic")
    return Formula(tuple(parts)) if parts else None


def _flat(interval: Formula) -> tuple[str | int | float, ...]:
    return tuple(part for part in interval.parts if not isinstance(part, Listing))


def _category(value: str, display: str | None) -> tuple[str, ...]:
    return (value or '""',) if display in (None, value) else (f"{value} ({display})",)


_TREATMENTS: Final = ("if missing", "if invalid", "outliers", "importance")


def _treatments(usage: UsageFacts) -> tuple[Value, ...]:
    """Return what is done to values, None where nothing is said."""
    return (
        _treatment(usage.missing_treatment, usage.missing_replacement, "asIs"),
        _treatment(usage.invalid_treatment, usage.invalid_replacement, "returnInvalid"),
        _outliers(usage),
        usage.importance,
    )


def _treatment(treatment: str | None, replacement: str | None, default: str) -> Formula | None:
    if replacement is None:
        return None if treatment in (None, default) else Formula((treatment,))
    how = "" if treatment in (None, "asValue") else f" ({treatment})"
    return Formula((literal(replacement, None), how))


def _outliers(usage: UsageFacts) -> Formula | None:
    if usage.outliers in (None, "asIs"):
        return None
    parts: list[Part] = []
    if usage.low_value is not None:
        parts += ["< ", usage.low_value]
    if usage.high_value is not None:
        parts += [" or > " if parts else "> ", usage.high_value]
    return Formula((*parts, f" {usage.outliers}"))


def _derived(title: str, items: Sequence[DerivedFacts]) -> Iterator[Block]:
    if items:
        yield Heading(f"{title} ({len(items)})")
        yield Formulas(
            tuple(
                (_NAMES.field(item.name), item.formula, _type(item.data_type, item.optype))
                for item in items
            )
        )


# Models


def _title(model: ModelFacts) -> str:
    name = f' "{model.name}"' if model.name else ""
    function = f", {model.function}" if model.function else ""
    return f"{model.kind}{name}{function}"


def _model(model: ModelFacts, inner: Sequence[ModelFacts]) -> Iterator[Block]:
    is_inner = model.parent is not None
    yield Heading(f"Model {model.path}: {_title(model)}")
    pairs: list[tuple[str, Value]] = [("algorithm", model.algorithm)]
    if model.segment is not None and not _is_always(model.segment):
        pairs.insert(0, ("used if", model.segment.predicate))
    if not model.is_scorable:
        pairs.append(("scorable", "no (isScorable=false)"))
    pairs += [(fact.name.replace("_", " "), fact.value) for fact in model.shape.facts]
    if is_inner:
        inputs = [item.name for item in model.fields if item.usage == "active"]
        if inputs:
            listed = Listing(tuple((name,) for name in inputs), shown=_INPUTS)
            pairs.append(("takes", Formula((listed,))))
    if model.verification_rows is not None:
        pairs.append(("verification rows", model.verification_rows))
    yield Pairs(tuple(pairs))
    if is_inner and any(any(_treatments(item)) for item in model.fields):
        rows = tuple((item.name, _use(item.usage), *_treatments(item)) for item in model.fields)
        yield Grid(("name", "use", *_TREATMENTS), rows, "fields")
    for table in model.shape.tables:
        yield Grid(table.columns, table.rows, table.name)
    yield from _segments(model, inner)
    if model.quality is not None:
        yield Grid(model.quality.columns, model.quality.rows, model.quality.name)
    yield from _derived(f"Transformations of model {model.path}", model.transformations)
    yield from _targets(model)
    yield from _outputs(model)


def _is_always(segment: SegmentFacts) -> bool:
    return segment.predicate.parts == ("true",)


def _segments(model: ModelFacts, inner: Sequence[ModelFacts]) -> Iterator[Block]:
    if not inner:
        return
    method = next((fact.value for fact in model.shape.facts if fact.name == "method"), None)
    weighted = is_weighted(method if isinstance(method, str) else None)
    rows: list[tuple[Value, ...]] = []
    for item in inner:
        segment = item.segment
        rows.append(
            (
                item.path,
                item.tree,
                None if segment is None else segment.id,
                None if segment is None or _is_always(segment) else segment.predicate,
                segment.weight if segment is not None and weighted else None,
                item.shape.summary,
            )
        )
    columns = ("model", "tree", "id", "if", "weight", "is")
    yield Grid(columns, tuple(rows), "models inside", most=_FEW)


def _targets(model: ModelFacts) -> Iterator[Block]:
    told = [target for target in model.targets if target.formula or target.values]
    if not told:
        return
    yield Heading(f"Targets of model {model.path}")
    yield Formulas(
        tuple((_target_name(item), item.formula, None) for item in told if item.formula is not None)
    )
    for item in told:
        if item.values is not None:
            yield Grid(item.values.columns, item.values.rows, _target_name(item))


def _target_name(target: TargetFacts) -> str:
    return "prediction" if target.field is None else target.field


def _outputs(model: ModelFacts) -> Iterator[Block]:
    if not model.outputs:
        return
    yield Heading(f"Outputs of model {model.path} ({len(model.outputs)})")
    rows = tuple(
        (
            item.name,
            item.meaning if item.formula is None else item.formula,
            _type(item.data_type, item.optype),
            None if item.is_final else "not final",
            item.display_name if item.display_name != item.name else None,
        )
        for item in model.outputs
    )
    yield Grid(("name", "is", "type", "result", "label"), rows)


# Needs and findings


def _needs(facts: DocumentFacts) -> Iterator[tuple[str, Value]]:
    needs = facts.needs
    listed = Listing(tuple((name,) for name in needs.inputs), shown=_INPUTS)
    yield f"inputs ({len(needs.inputs)})", Formula((listed,)) if needs.inputs else "none"
    yield "extensions", ", ".join(needs.extensions) or "none"
    if needs.regular_expressions:
        how = f"{needs.regular_expressions}"
        if needs.linear_expressions:
            how += f", {needs.linear_expressions} of them with google-re2 alone"
        yield "regular expressions", f"{how} (google-re2 lets them search long texts)"
    if needs.outside_tables:
        yield "tables outside", f"{needs.outside_tables}, which are never read"
    if needs.sequential:
        yield "rows together", f"{', '.join(needs.sequential)}: rows are scored in their order"
    trees = sum(model.tree is not None for model in facts.models)
    if trees:
        which = "the tree" if trees == 1 else f"tree N of {trees:,}"
        option = "--tree 1" if trees == 1 else "--tree N"
        yield "to look inside", f"pmmlkit show {facts.source or 'FILE'} {option} draws {which}"


def _findings(findings: Sequence[Finding], full: bool) -> Iterator[Block]:
    if not findings:
        return
    yield Heading(f"Findings ({_counts(findings)})")
    severities = ("error", "warning", "info")
    ordered = sorted(findings, key=lambda item: severities.index(item.severity))
    shown = ordered if full else ordered[:_FINDINGS]
    for item in shown:
        yield Note(str(item))
    if len(shown) < len(ordered):
        more = len(ordered) - len(shown)
        yield Note(f"... {more} more; pmmlkit validate lists them all")
