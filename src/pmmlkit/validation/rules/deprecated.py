"""Rules for markup that later versions of PMML replace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmmlkit.language.mining_schema import MiningField
from pmmlkit.language.models.embedded import EmbeddedModel
from pmmlkit.language.models.regression import RegressionModel
from pmmlkit.language.output import OutputField
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, rule

__all__ = ["RULES"]

_OLD: Final = ("3.0", "3.1", "3.2", "4.0", "4.1")
_TABLE: Final = """
<RegressionModel functionName="regression"{}>
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="{}"/></MiningSchema>
  <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="1"/></RegressionTable>
</RegressionModel>"""
_GOOD: Final = _TABLE.format("", "target")


@rule(
    "PMML340",
    "info",
    "usageType predicted is an old word for target",
    "Since PMML 4.2 the field that a model predicts has the usageType target; predicted is "
    "deprecated.",
    bad=_TABLE.format("", "predicted"),
    good=_GOOD,
    on=MiningField,
)
def predicted(item: MiningField, facts: Facts) -> Iterator[Found]:
    if item.usage_type == "predicted" and facts.document.version not in _OLD:
        yield item, f"{item.name!r}: write usageType target"


@rule(
    "PMML341",
    "info",
    "A regression says its type or its target twice",
    "modelType and targetFieldName of a RegressionModel are deprecated: functionName and the "
    "MiningSchema say the same.",
    bad=_TABLE.format(' modelType="linearRegression"', "target"),
    good=_GOOD,
    on=RegressionModel,
)
def model_type(model: RegressionModel, facts: Facts) -> Iterator[Found]:
    for name, value in (
        ("modelType", model.model_type),
        ("targetFieldName", model.target_field_name),
    ):
        if value is not None:
            yield model, f"{name} is deprecated"


@rule(
    "PMML342",
    "info",
    "A model inside a model without a segment",
    "DecisionTree and Regression as parts of another model are deprecated: a MiningModel with a "
    "Segmentation says the same.",
    bad="""
<TreeModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <Node><True/><Regression functionName="regression">
    <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="1"/></RegressionTable>
  </Regression></Node>
</TreeModel>""",
    good=_GOOD,
    on=EmbeddedModel,
)
def embedded(model: EmbeddedModel, facts: Facts) -> Iterator[Found]:
    yield model, f"{model.tag} inside another model is deprecated; use a Segmentation"


@rule(
    "PMML343",
    "info",
    "feature ruleValue is an old word",
    "Since PMML 4.2 the features antecedent, consequent, rule, ruleId, confidence, support, lift "
    "and leverage stand for ruleValue with a ruleFeature.",
    bad="""
<AssociationModel functionName="associationRules" numberOfTransactions="2" minimumSupport="0.1"
    minimumConfidence="0.1" numberOfItems="2" numberOfItemsets="2" numberOfRules="1">
  <MiningSchema><MiningField name="n" usageType="group"/><MiningField name="s"/></MiningSchema>
  <Output><OutputField name="c" optype="categorical" dataType="string" feature="ruleValue"
      ruleFeature="consequent" algorithm="recommendation"/></Output>
  <Item id="1" value="a"/><Item id="2" value="b"/>
  <Itemset id="1"><ItemRef itemRef="1"/></Itemset><Itemset id="2"><ItemRef itemRef="2"/></Itemset>
  <AssociationRule support="0.5" confidence="0.5" antecedent="1" consequent="2"/>
</AssociationModel>""",
    good=_GOOD,
    on=OutputField,
)
def rule_value(item: OutputField, facts: Facts) -> Iterator[Found]:
    if item.feature == "ruleValue" and facts.document.version not in _OLD:
        yield item, f"{item.name!r}: write feature {item.rule_feature}"


RULES: Final = (predicted, model_type, embedded, rule_value)
