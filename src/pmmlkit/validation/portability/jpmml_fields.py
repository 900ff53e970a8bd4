"""Functions, types, transformations and results that JPMML-Evaluator does not evaluate."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from pmmlkit.language.apply import Apply
from pmmlkit.language.data_dictionary import DataField
from pmmlkit.language.derived_field import DerivedField
from pmmlkit.language.expressions import Constant, FieldRef, NormContinuous
from pmmlkit.language.mining_schema import MiningField
from pmmlkit.language.models.association import AssociationModel
from pmmlkit.language.models.model import Model
from pmmlkit.language.models.nearest_neighbor.declaration import NearestNeighborModel
from pmmlkit.language.models.neural_network import NeuralNetwork, NeuralOutput
from pmmlkit.language.models.scorecard import Scorecard
from pmmlkit.language.models.support_vector_machine import SupportVectorMachineModel
from pmmlkit.language.output import OutputField
from pmmlkit.language.text_index import TextIndex
from pmmlkit.validation.portability import samples
from pmmlkit.validation.portability.markup import Markup, markup_rule
from pmmlkit.validation.rules.facts import Facts

__all__ = [
    "DAYS",
    "INTEGER_TARGET",
    "KNOWN_X",
    "LATE_TYPES",
    "PAIR",
    "RULES",
    "RULES_OF_ITEMS",
    "TEXT",
    "is_uncast_target",
    "of_model",
]

_ORDERING: Final = ("lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual")
LATE_TYPES: Final = tuple(
    f"{kind}[{year}]"
    for kind in ("dateDaysSince", "dateTimeSecondsSince")
    for year in (1990, 2000, 2010, 2020)
)
_CONVERSIONS: Final = re.compile(r"%[uwUVWGgxXcnt]")
TEXT: Final = """
<DataDictionary>
  <DataField name="t" optype="categorical" dataType="string"/>
  <DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="t"/><MiningField name="y" usageType="target"/></MiningSchema>
  <LocalTransformations>
    <DerivedField name="d" optype="continuous" dataType="double">
      <TextIndex textField="t"{}><Constant dataType="string">sun</Constant></TextIndex>
    </DerivedField>
  </LocalTransformations>
  <RegressionTable intercept="1"><NumericPredictor name="d" coefficient="2"/></RegressionTable>
</RegressionModel>"""
DAYS: Final = """
<DataDictionary>
  <DataField name="t" optype="continuous" dataType="{}"/>
  <DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="t"/><MiningField name="y" usageType="target"/></MiningSchema>
  <RegressionTable intercept="1"><NumericPredictor name="t" coefficient="2"/></RegressionTable>
</RegressionModel>"""
PAIR: Final = (
    '<Apply function="{}"><FieldRef field="x"/><Constant dataType="double">2</Constant></Apply>'
)
_CHOICE: Final = (
    '<Apply function="if"><Apply function="{}"><FieldRef field="s"/><Constant>b</Constant></Apply>'
    '<Constant dataType="double">1</Constant><Constant dataType="double">2</Constant></Apply>'
)
INTEGER_TARGET: Final = """
<DataDictionary>
  <DataField name="x" optype="continuous" dataType="double"/>
  <DataField name="y" optype="continuous" dataType="{}"/>
</DataDictionary>
"""
KNOWN_X: Final = (
    '<Apply function="if"><Apply function="isNotMissing"><FieldRef field="x"/></Apply>{}</Apply>'
)
_FORMAT: Final = KNOWN_X.format(
    '<Apply function="formatDatetime"><Constant dataType="date">2020-02-29</Constant>'
    "<Constant>{}</Constant></Apply>"
)
_NORMS: Final = (
    '<NormContinuous field="y"{}><LinearNorm orig="0" norm="{}"/>'
    '<LinearNorm orig="10" norm="{}"/></NormContinuous>'
)
RULES_OF_ITEMS: Final = """
<DataDictionary>
  <DataField name="a" optype="categorical" dataType="boolean"/>
  <DataField name="b" optype="categorical" dataType="boolean"/>
</DataDictionary>
<AssociationModel functionName="associationRules" numberOfTransactions="9" minimumSupport="0.1"
    minimumConfidence="0.1" numberOfItems="2" numberOfItemsets="2" numberOfRules="1">
  <MiningSchema><MiningField name="a"/><MiningField name="b"/></MiningSchema>
  <Output><OutputField name="result" optype="continuous" dataType="double" feature="{}"
      algorithm="recommendation"/></Output>
  <Item id="1" value="a"/><Item id="2" value="b"/>
  <Itemset id="1" support="0.5"><ItemRef itemRef="1"/></Itemset>
  <Itemset id="2" support="0.5"><ItemRef itemRef="2"/></Itemset>
  <AssociationRule support="0.5" confidence="0.5" lift="1.5" antecedent="1" consequent="2"/>
</AssociationModel>"""


def of_model(item: OutputField, facts: Facts, *kinds: type) -> bool:
    """Tell whether an OutputField asks a model of some kinds itself, no segment of it."""
    models = facts.models(item)
    return item.segment_id is None and bool(models) and isinstance(models[0], kinds)


def is_uncast_target(item: DataField, facts: Facts) -> bool:
    """Tell whether a regression predicts a field of integers, and does not say how it rounds."""
    if (item.data_type, item.optype) != ("integer", "continuous"):
        return False
    return any(
        model.function_name == "regression"
        and any(field.name == item.name and field.is_target for field in _mining_fields(model))
        and not _casts(model, item.name)
        for model in facts.root.models
    )


def _mining_fields(model: Model) -> tuple[MiningField, ...]:
    return model.mining_schema.mining_fields


def _casts(model: Model, name: str) -> bool:
    targets = () if model.targets is None else model.targets.targets
    return any(
        target.cast_integer is not None and target.field in (None, name) for target in targets
    )


def _lacks_probability(item: OutputField, facts: Facts) -> bool:
    if of_model(item, facts, NearestNeighborModel):
        return True
    machines = facts.models(item)[:1]
    return of_model(item, facts, SupportVectorMachineModel) and any(
        getattr(model, "classification_method", "") == "OneAgainstAll" for model in machines
    )


def _lacks_entity(item: OutputField, facts: Facts) -> bool:
    return (
        of_model(item, facts, NeuralNetwork) and facts.models(item)[0].function_name == "regression"
    )


def _lacks_reasons(item: OutputField, facts: Facts) -> bool:
    return of_model(item, facts, Scorecard) and not getattr(
        facts.models(item)[0], "use_reason_codes", True
    )


def _orders_texts(item: Apply, facts: Facts) -> bool:
    fields = (
        facts.field(operand.field, item)
        for operand in item.expressions
        if isinstance(operand, FieldRef)
    )
    return any(
        field is not None and field.data_type == "string" and field.optype != "ordinal"
        for field in fields
    )


def _has_foreign_conversion(item: Apply, facts: Facts) -> bool:
    patterns = (part.text for part in item.expressions[1:] if isinstance(part, Constant))
    return any(_CONVERSIONS.search(text or "") for text in patterns)


def _falls(item: NormContinuous, facts: Facts) -> bool:
    return facts.is_inside(item, NeuralOutput) and any(
        left.norm > right.norm for left, right in pairwise(item.linear_norms)
    )


RULES: Final = (
    markup_rule(
        "PMML515",
        "warning",
        "JPMML-Evaluator does not have the function",
        "The function median, which PMML 4.4 lists, is not known: each row fails that needs it.",
        Markup(Apply, "function", values=("median",)),
        bad=samples.derived(PAIR.format("median")),
        good=samples.derived(PAIR.format("avg")),
    ),
    markup_rule(
        "PMML516",
        "warning",
        "JPMML-Evaluator does not count the text in this way",
        "A TextIndex with tokenize=false, or with augmentedNormalizedTermFrequency, fails each "
        "row.",
        Markup(TextIndex, "tokenize", values=(False,)),
        Markup(TextIndex, "local_term_weights", values=("augmentedNormalizedTermFrequency",)),
        bad=TEXT.format(' tokenize="false"'),
        good=TEXT.format(' tokenize="true"'),
    ),
    markup_rule(
        "PMML517",
        "warning",
        "JPMML-Evaluator does not count from this year",
        "The types dateDaysSince and dateTimeSecondsSince are known for 1960, 1970 and 1980; the "
        "later years of PMML 4.4 are read as no type at all.",
        *(
            Markup(kind, "data_type", values=LATE_TYPES)
            for kind in (DataField, DerivedField, OutputField)
        ),
        bad=DAYS.format("dateDaysSince[1990]"),
        good=DAYS.format("dateDaysSince[1980]"),
    ),
    markup_rule(
        "PMML518",
        "warning",
        "JPMML-Evaluator does not give the uncertainty of a result",
        "OutputFields with standardError, standardDeviation or a limit of a confidence interval "
        "fail each row.",
        Markup(
            OutputField,
            "feature",
            values=(
                "standardError",
                "standardDeviation",
                "confidenceIntervalLower",
                "confidenceIntervalUpper",
            ),
        ),
        bad=samples.line(samples.number("standardError")),
        good=samples.line(samples.number("predictedValue")),
    ),
    markup_rule(
        "PMML519",
        "warning",
        "JPMML-Evaluator has no probability of the model",
        "Neighbours, and support vector machines that stand one against all, have no "
        "probabilities: each row fails.",
        Markup(OutputField, "feature", values=("probability",), when=_lacks_probability),
        bad=samples.neighbors("", "k", samples.number("probability", ' value="yes"')),
        good=samples.neighbors("", "k", samples.label("entityId")),
    ),
    markup_rule(
        "PMML520",
        "warning",
        "JPMML-Evaluator has no entityId of a network that predicts numbers",
        "The entityId of a NeuralNetwork is the winning neuron of a classification; in a "
        "regression each row fails.",
        Markup(OutputField, "feature", values=("entityId",), when=_lacks_entity),
        bad=samples.network(more=samples.label("entityId")),
        good=samples.network(more=samples.number("predictedValue")),
    ),
    markup_rule(
        "PMML521",
        "warning",
        "JPMML-Evaluator has no reason codes that are switched off",
        "A reasonCode of a Scorecard with useReasonCodes=false fails each row.",
        Markup(OutputField, "feature", values=("reasonCode",), when=_lacks_reasons),
        bad=samples.scorecard('useReasonCodes="false"', more=samples.label("reasonCode")),
        good=samples.scorecard(more=samples.label("reasonCode")),
    ),
    markup_rule(
        "PMML522",
        "warning",
        "JPMML-Evaluator does not give the feature of association rules",
        "The features affinity and predictedValue of an AssociationModel fail each row.",
        Markup(
            OutputField,
            "feature",
            values=("affinity", "predictedValue"),
            when=lambda item, facts: of_model(item, facts, AssociationModel),
        ),
        bad=RULES_OF_ITEMS.format("affinity"),
        good=RULES_OF_ITEMS.format("confidence"),
    ),
    markup_rule(
        "PMML523",
        "warning",
        "JPMML-Evaluator does not order texts",
        "lessThan and the like of a categorical text fail each row; equal, isIn and the like are "
        "evaluated.",
        Markup(Apply, "function", values=_ORDERING, when=_orders_texts),
        bad=samples.derived(_CHOICE.format("lessThan")),
        good=samples.derived(_CHOICE.format("notEqual")),
    ),
    markup_rule(
        "PMML524",
        "warning",
        "JPMML-Evaluator does not know the conversion of a date",
        "formatDatetime with %u, %w, %U, %V, %W, %G, %g, %x, %X, %c, %n or %t fails each row.",
        Markup(Apply, "function", values=("formatDatetime",), when=_has_foreign_conversion),
        bad=samples.derived(_FORMAT.format("%Y %u"), "string"),
        good=samples.derived(_FORMAT.format("%Y %m"), "string"),
    ),
    markup_rule(
        "PMML525",
        "warning",
        "JPMML-Evaluator does not turn back falling norms",
        "A NeuralOutput whose NormContinuous falls fails the rows.",
        Markup(NormContinuous, when=_falls),
        bad=samples.network(result=_NORMS.format("", 1, -1)),
        good=samples.network(result=_NORMS.format("", -1, 1)),
    ),
    markup_rule(
        "PMML526",
        "warning",
        "JPMML-Evaluator does not treat outliers of a network's result",
        "A result of a NeuralNetwork beyond its LinearNorms fails the row, whatever outliers says.",
        Markup(
            NormContinuous,
            "outliers",
            values=("asExtremeValues", "asMissingValues"),
            when=lambda item, facts: facts.is_inside(item, NeuralOutput),
        ),
        bad=samples.network(result=_NORMS.format(' outliers="asExtremeValues"', 0, 0.25)),
        good=samples.network(result=_NORMS.format("", -1, 1)),
    ),
    markup_rule(
        "PMML527",
        "warning",
        "JPMML-Evaluator does not round the prediction of an integer target",
        "A regression whose target is continuous, of dataType integer, fails the rows whose "
        "prediction is not whole. State castInteger in Targets, or the dataType double.",
        Markup(DataField, when=is_uncast_target),
        bad=INTEGER_TARGET.format("integer") + samples.line(),
        good=INTEGER_TARGET.format("double") + samples.line(),
    ),
)
