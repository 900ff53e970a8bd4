"""Output: the fields that a model adds to its result. Specification: chapter Output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pmmlkit.columns.text import parse_text
from pmmlkit.errors import MarkupError
from pmmlkit.language import mistakes
from pmmlkit.language.cast import cast_step
from pmmlkit.language.data_types import DATA_TYPE, OPTYPE, data_type
from pmmlkit.language.extension import Extension
from pmmlkit.language.groups import EXPRESSION
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.output_features import ModelFacts, compile_feature
from pmmlkit.language.scope import Compiled, Scope
from pmmlkit.language.step import Field, Read, Step
from pmmlkit.language.undeclared import undeclared
from pmmlkit.xml.content import child as leaf
from pmmlkit.xml.content import optional, repeat, seq
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import ANY_SIMPLE, BOOLEAN, INTEGER

if TYPE_CHECKING:
    from pmmlkit.language.data_dictionary import Value
    from pmmlkit.language.models.prediction import PredictionSlot

__all__ = [
    "Decision",
    "Decisions",
    "Output",
    "OutputField",
    "ResultField",
    "compile_output",
]

_NEWER_FEATURES: Final = {
    "antecedent": "4.2",
    "consequent": "4.2",
    "rule": "4.2",
    "ruleId": "4.2",
    "confidence": "4.2",
    "support": "4.2",
    "lift": "4.2",
    "leverage": "4.2",
    "standardDeviation": "4.4",
    "confidenceIntervalLower": "4.4.1",
    "confidenceIntervalUpper": "4.4.1",
}

RESULT_FEATURE: Final = enumeration(
    "predictedValue",
    "predictedDisplayValue",
    "transformedValue",
    "decision",
    "probability",
    "affinity",
    "residual",
    "standardError",
    "standardDeviation",
    "clusterId",
    "clusterAffinity",
    "entityId",
    "entityAffinity",
    "warning",
    "ruleValue",
    "reasonCode",
    "antecedent",
    "consequent",
    "rule",
    "ruleId",
    "confidence",
    "support",
    "lift",
    "leverage",
    "confidenceIntervalLower",
    "confidenceIntervalUpper",
    since=_NEWER_FEATURES,
    vendor=("x-report",),
)
"""The values of the attribute feature."""

_EXPRESSION_FEATURES: Final = frozenset({"predictedValue", "transformedValue", "decision"})
"""What an expression can be the value of; predictedValue is the default and says nothing then."""


class Decision(Element):
    """One value that a decision may have. Specification: Output."""

    value: str = attribute(required=True, default="")
    display_value: str | None = attribute(default=None)
    description: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class Decisions(Element):
    """The values that a decision may have. Specification: Output."""

    business_problem: str | None = attribute(default=None)
    description: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    decisions: tuple[Decision, ...] = children("Decision", minimum=1, default=())


class OutputField(
    Element,
    content=seq(
        repeat(leaf("Extension", into="extensions")),
        optional(
            seq(
                optional(leaf("Decisions", into="decisions")),
                leaf(*EXPRESSION, into="expression"),
                repeat(leaf("Value", into="values", since="4.4")),
            )
        ),
    ),
):
    """One field of the result. Specification: Output.

    `old_target_field` and `report_field` are JPMML's: an older spelling of targetField, and the
    field that a report explains.
    """

    name: str = attribute(required=True)
    display_name: str | None = attribute(default=None)
    optype: str | None = attribute(default=None, values=OPTYPE)
    data_type: str | None = attribute(
        required=True, default=None, values=DATA_TYPE, earlier={"4.2.1": {"required": False}}
    )
    target_field: str | None = attribute(default=None)
    old_target_field: str | None = attribute("x-targetField", default=None)
    feature: str = attribute(
        default="predictedValue",
        values=RESULT_FEATURE,
        earlier={"4.1": {"default": None}},
        refused={"topCategories": "Nyoka's list of categories is no feature of PMML"},
    )
    report_field: str | None = attribute("x-reportField", default=None)
    value: str | None = attribute(default=None)
    rule_feature: str = attribute(
        default="consequent",
        values=enumeration(
            "antecedent",
            "consequent",
            "rule",
            "ruleId",
            "confidence",
            "support",
            "lift",
            "leverage",
            "affinity",
        ),
    )
    algorithm: str = attribute(
        default="exclusiveRecommendation",
        values=enumeration("recommendation", "exclusiveRecommendation", "ruleAssociation"),
    )
    rank: int = attribute(type=INTEGER, default=1)
    rank_basis: str = attribute(
        default="confidence",
        values=enumeration("confidence", "support", "lift", "leverage", "affinity"),
    )
    rank_order: str = attribute(default="descending", values=enumeration("descending", "ascending"))
    is_multi_valued: str = attribute(default="0", earlier={"4.3": {"type": ANY_SIMPLE}})
    segment_id: str | None = attribute(default=None)
    is_final_result: bool = attribute(type=BOOLEAN, default=True, since="4.3")
    extensions: tuple[Extension, ...] = children("Extension", default=())
    decisions: Decisions | None = child("Decisions", default=None)
    expression: Compiled | None = child(*EXPRESSION, default=None)
    values: tuple[Value, ...] = children("Value", default=(), since="4.4")


class Output(Element):
    """The fields that a model adds to its result. Specification: Output."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    output_fields: tuple[OutputField, ...] = children("OutputField", minimum=1)


@dataclass(frozen=True, slots=True)
class ResultField:
    """A compiled OutputField: `field` holds its values once the frame has run."""

    element: OutputField
    field: Field


def compile_output(
    output: Output, scope: Scope, facts: ModelFacts, slot: PredictionSlot
) -> tuple[ResultField, ...]:
    """Compile all OutputFields in document order; each is visible to the later ones.

    `scope` is the output's own, a child of the model's: its frame runs after the model, which has
    put its prediction into `slot`.

    Raises MarkupError, UnsupportedError.
    """
    results = []
    for element in output.output_fields:
        with scope.compilation.gather():
            step = _step(element, scope, facts, slot)
            if element.data_type is not None:
                step = cast_step(step, data_type(element.data_type, element))
            values = _valid_values(element, step)
            field = scope.add(
                element.name, step, optype=element.optype, values=values, settled=False
            )
            scope.fields[element.name] = field
            results.append(ResultField(element, field))
    return tuple(results)


def _step(element: OutputField, scope: Scope, facts: ModelFacts, slot: PredictionSlot) -> Step:
    if element.feature in _EXPRESSION_FEATURES and element.expression is not None:
        return scope.compile(element.expression, lists=True)
    if element.feature in ("transformedValue", "decision"):
        return _of_segment(element, facts)
    return compile_feature(element, scope, facts, slot)


def _of_segment(element: OutputField, facts: ModelFacts) -> Step:
    """Read what a segment's own Output gives (`value` names it)."""
    if element.segment_id is None:
        unknown = undeclared(element)
        if unknown is not None:
            raise unsupported(
                element,
                f"the expression {unknown} is not supported",
                code=mistakes.NOT_EVALUATED,
                field=element.name,
            )
        raise _wrong(
            element,
            f"feature {element.feature!r} needs an expression",
            code=mistakes.MISSING_ELEMENT,
        )
    outputs: Mapping[str, Field] = facts.segment(element).outputs
    if element.value is None or element.value not in outputs:
        text = f"value {element.value!r} names no output of segment {element.segment_id!r}"
        raise _wrong(element, text, code=mistakes.OUTPUT_REFERENCE)
    return Read(outputs[element.value])


def _valid_values(element: OutputField, step: Step) -> tuple[object, ...]:
    try:
        return tuple(
            parse_text(item.value, step.type) for item in element.values if item.property == "valid"
        )
    except ValueError as error:
        raise _wrong(
            element, f"a Value is no {step.type.name}", code=mistakes.NOT_OF_TYPE
        ) from error


def _wrong(element: OutputField, message: str, *, code: str) -> MarkupError:
    return wrong(element, message, code=code, field=element.name)
