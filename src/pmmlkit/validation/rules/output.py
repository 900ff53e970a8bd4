"""Rules for what a model gives. Specification: chapter Output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmmlkit.language.output import Output, OutputField
from pmmlkit.validation.rules.facts import NUMBERS, Facts
from pmmlkit.validation.rules.rule import Found, rule

__all__ = ["RULES"]

_OUTPUT: Final = (
    '<Output><OutputField name="{}" optype="continuous" dataType="double" '
    'feature="predictedValue"/></Output>'
)
_NUMERIC: Final = frozenset(
    {
        "probability",
        "affinity",
        "clusterAffinity",
        "entityAffinity",
        "confidence",
        "support",
        "lift",
        "leverage",
        "standardError",
        "standardDeviation",
        "confidenceIntervalLower",
        "confidenceIntervalUpper",
    }
)


@rule(
    "PMML320",
    "warning",
    "An OutputField has the name of an input field",
    "A table with the results beside the inputs would have two columns of that name, and a later "
    "OutputField that refers to it means the result.",
    bad=_OUTPUT.format("x"),
    good=_OUTPUT.format("predicted"),
    on=OutputField,
)
def input_name(item: OutputField, facts: Facts) -> Iterator[Found]:
    models = facts.models(item)
    if models and any(
        field.name == item.name and field.usage_type == "active"
        for field in models[0].mining_schema.mining_fields
    ):
        yield item, f"{item.name!r} also is an active field of the model"


@rule(
    "PMML321",
    "warning",
    "Two OutputFields have the same name",
    "A result has one value of a name; engines keep the first or the last.",
    bad=_OUTPUT.format("p").replace("/></Output>", "/>") + _OUTPUT.format("p")[8:],
    good=_OUTPUT.format("p"),
    on=Output,
)
def same_name(output: Output, facts: Facts) -> Iterator[Found]:
    known: set[str] = set()
    for item in output.output_fields:
        if item.name in known:
            yield item, f"another OutputField is named {item.name!r} too"
        known.add(item.name)


_PROBABILITY: Final = """
<TreeModel functionName="classification">
  <MiningSchema><MiningField name="k" usageType="target"/></MiningSchema>
  <Output><OutputField name="p" optype="continuous" dataType="{}" feature="probability"
      value="yes"/></Output>
  <Node score="no"><True/>
    <ScoreDistribution value="no" recordCount="3"/><ScoreDistribution value="yes" recordCount="1"/>
  </Node>
</TreeModel>"""


@rule(
    "PMML322",
    "warning",
    "A measured feature has a dataType without fractions",
    "Probabilities, confidences, affinities and errors are real numbers: float or double. As an "
    "integer a probability is 0 or 1, or the row fails.",
    bad=_PROBABILITY.format("integer"),
    good=_PROBABILITY.format("double"),
    on=OutputField,
)
def whole_numbers(item: OutputField, facts: Facts) -> Iterator[Found]:
    if item.feature in _NUMERIC and item.data_type in (*(NUMBERS - {"float", "double"}), "boolean"):
        yield item, f"feature {item.feature} as {item.data_type}"


RULES: Final = (input_name, same_name, whole_numbers)
