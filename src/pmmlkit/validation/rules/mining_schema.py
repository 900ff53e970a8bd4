"""Rules for what a model takes. Specification: chapter Mining Schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmmlkit.language.mining_schema import MiningField
from pmmlkit.language.models.model import Model
from pmmlkit.language.models.regression import RegressionModel
from pmmlkit.language.models.tree import TreeModel
from pmmlkit.validation.rules.facts import NUMBERS, Facts
from pmmlkit.validation.rules.rule import Found, rule

__all__ = ["RULES"]

_MODEL: Final = """
<DataDictionary>
  <DataField name="x" optype="continuous" dataType="double"/>
  <DataField name="z" optype="continuous" dataType="double"/>
  <DataField name="s" optype="categorical" dataType="string">
    <Value value="a"/><Value value="b"/></DataField>
  <DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
<RegressionModel functionName="regression">
  <MiningSchema>{}<MiningField name="y" usageType="target"/></MiningSchema>
  <RegressionTable intercept="1">
    <NumericPredictor name="x" coefficient="1"/><NumericPredictor name="z" coefficient="1"/>
    <CategoricalPredictor name="s" value="a" coefficient="1"/>
  </RegressionTable>
</RegressionModel>"""


def _schema(fields: str) -> str:
    names = [f'<MiningField name="{name}"/>' for name in "xzs" if f'name="{name}"' not in fields]
    return _MODEL.format(fields + "".join(names))


@rule(
    "PMML210",
    "info",
    "A model does not use one of its fields",
    "The active MiningField is read by nothing in the model. Whoever scores still has to supply "
    "it, and a value that is not valid still fails the row.",
    bad=_schema("").replace('<NumericPredictor name="z" coefficient="1"/>', ""),
    good=_schema(""),
    on=(RegressionModel, TreeModel),
)
def unused(model: Model, facts: Facts) -> Iterator[Found]:
    reached = facts.reached(model)
    for item in model.mining_schema.mining_fields:
        if item.usage_type == "active" and item.name not in reached:
            yield item, f"nothing in the model reads {item.name!r}"


@rule(
    "PMML211",
    "warning",
    "Outliers of a field that is not continuous are treated",
    "The treatment of outliers, lowValue and highValue are for continuous fields of numbers; "
    "elsewhere they have no effect.",
    bad=_schema('<MiningField name="s" outliers="asMissingValues" lowValue="0"/>'),
    good=_schema('<MiningField name="x" outliers="asMissingValues" lowValue="0"/>'),
    on=MiningField,
)
def outliers(item: MiningField, facts: Facts) -> Iterator[Found]:
    if item.outliers == "asIs":
        return
    field = facts.field(item.name, item)
    if field is not None and (field.data_type not in NUMBERS or field.optype != "continuous"):
        yield item, f"{item.name!r} is no continuous field of numbers"


@rule(
    "PMML212",
    "warning",
    "A limit of outliers has no effect",
    "lowValue and highValue say what an outlier is. With outliers asIs, the default, they have no "
    "effect on a value.",
    bad=_schema('<MiningField name="x" lowValue="0" highValue="9"/>'),
    good=_schema('<MiningField name="x" lowValue="0" highValue="9" outliers="asExtremeValues"/>'),
    on=MiningField,
)
def limits(item: MiningField, facts: Facts) -> Iterator[Found]:
    if item.outliers == "asIs" and (item.low_value is not None or item.high_value is not None):
        yield item, f"outliers of {item.name!r} are asIs, its lowValue and highValue unused"


@rule(
    "PMML213",
    "warning",
    "A missing value has a treatment but no replacement",
    "missingValueTreatment asMean, asMode, asMedian and asValue only say where the attribute "
    "missingValueReplacement comes from; without it nothing is replaced.",
    bad=_schema('<MiningField name="x" missingValueTreatment="asMean"/>'),
    good=_schema(
        '<MiningField name="x" missingValueTreatment="asMean" missingValueReplacement="2"/>'
    ),
    on=MiningField,
)
def no_replacement(item: MiningField, facts: Facts) -> Iterator[Found]:
    treatment = item.missing_value_treatment
    named = treatment in ("asMean", "asMode", "asMedian", "asValue")
    if named and item.missing_value_replacement is None:
        yield item, f"missingValueTreatment {treatment} needs missingValueReplacement"


@rule(
    "PMML214",
    "warning",
    "A missing value is replaced by one that is not valid",
    "The missingValueReplacement is none of the values that the DataField lists, so no row of the "
    "training data can have had it.",
    bad=_schema('<MiningField name="s" missingValueReplacement="c"/>'),
    good=_schema('<MiningField name="s" missingValueReplacement="a"/>'),
    on=MiningField,
)
def bad_replacement(item: MiningField, facts: Facts) -> Iterator[Found]:
    text = item.missing_value_replacement
    field = None if text is None else facts.field(item.name, item)
    if field is not None and text is not None and not field.lists(text, item):
        yield item, f"{text!r:.80} is no valid value of {item.name!r}"


@rule(
    "PMML215",
    "warning",
    "The replacement of invalid values has no effect",
    "invalidValueReplacement is for invalidValueTreatment asValue.",
    bad=_schema('<MiningField name="x" invalidValueReplacement="2"/>'),
    good=_schema(
        '<MiningField name="x" invalidValueTreatment="asValue" invalidValueReplacement="2"/>'
    ),
    on=MiningField,
)
def unused_replacement(item: MiningField, facts: Facts) -> Iterator[Found]:
    treatment = item.invalid_value_treatment
    if item.invalid_value_replacement is not None and treatment not in ("asValue", "asIs"):
        yield item, f"invalidValueTreatment {treatment} uses no invalidValueReplacement"


@rule(
    "PMML216",
    "info",
    "A field is replaced and must not be missing",
    "missingValueTreatment returnInvalid fails a row whose value is missing; a "
    "missingValueReplacement beside it is never used.",
    bad=_schema(
        '<MiningField name="x" missingValueTreatment="returnInvalid" missingValueReplacement="1"/>'
    ),
    good=_schema('<MiningField name="x" missingValueTreatment="returnInvalid"/>'),
    on=MiningField,
)
def never_replaced(item: MiningField, facts: Facts) -> Iterator[Found]:
    fails = item.missing_value_treatment == "returnInvalid"
    if fails and item.missing_value_replacement is not None:
        yield item, f"the missingValueReplacement of {item.name!r} is never used"


RULES: Final = (
    unused,
    outliers,
    limits,
    no_replacement,
    bad_replacement,
    unused_replacement,
    never_replaced,
)
