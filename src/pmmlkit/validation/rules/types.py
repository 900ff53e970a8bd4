"""Rules for types: what is compared with what, and what a predictor may be.

Specification: chapters Data Dictionary, Trees (predicates), Regression.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from pmmlkit.language.data_dictionary import DataDictionary, DataField, FieldRules
from pmmlkit.language.derived_field import DerivedField
from pmmlkit.language.models.regression import CategoricalPredictor, NumericPredictor
from pmmlkit.language.models.tree.node_table import OPERATORS, SIMPLE
from pmmlkit.language.predicates import SimplePredicate
from pmmlkit.validation.rules.facts import NUMBERS, Facts, FieldFacts
from pmmlkit.validation.rules.rule import Found, rule
from pmmlkit.validation.rules.trees import node_place

__all__ = ["RULES"]

_ORDERINGS: Final = ("lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual")
_X: Final = """
<DataDictionary>
  <DataField name="x" optype="continuous" dataType="double">
    <Interval closure="closedClosed" leftMargin="0" rightMargin="10"/></DataField>
  <DataField name="k" optype="categorical" dataType="string"/>
</DataDictionary>
<TreeModel functionName="classification">
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <Node score="no"><True/>
    <Node score="yes"><SimplePredicate field="x" operator="lessThan" value="{}"/></Node>
  </Node>
</TreeModel>"""


@rule(
    "PMML220",
    "warning",
    "A categorical text is compared by order",
    "The texts of a categorical field have no order: lessThan and its like are for continuous and "
    "ordinal fields. Engines compare letter by letter, or refuse.",
    bad="""
<Node score="no"><True/>
  <Node score="yes"><SimplePredicate field="s" operator="lessThan" value="b"/></Node>
</Node>""",
    good="""
<Node score="no"><True/>
  <Node score="yes"><SimplePredicate field="s" operator="equal" value="a"/></Node>
</Node>""",
)
def ordered_text(facts: Facts) -> Iterator[Found]:
    def is_text(field: FieldFacts) -> bool:
        return field.data_type == "string" and field.optype == "categorical"

    codes = [OPERATORS.index(name) for name in _ORDERINGS]
    for forest in facts.forests:
        rows = (forest.column("kind") == SIMPLE) & np.isin(forest.column("operator"), codes)
        for node in np.flatnonzero(rows & facts.tests(forest, is_text)).tolist():
            name = forest.text(int(forest.column("field")[node]))
            yield node_place(forest, node), f"{name!r} is categorical and has no order"
    for item in facts.of(SimplePredicate):
        field = facts.field(item.field, item)
        if item.operator in _ORDERINGS and field is not None and is_text(field):
            yield item, f"{item.field!r} is categorical and has no order"


def _is_bounded(field: FieldFacts) -> bool:
    return field.rules is not None and bool(field.rules.intervals)


def _outside(operator: str, value: float, rules: FieldRules) -> bool:
    """Tell whether a comparison gives the same for all values of a field."""
    lows = [-np.inf if item.low is None else item.low for item in rules.intervals]
    highs = [np.inf if item.high is None else item.high for item in rules.intervals]
    if operator in ("equal", "notEqual"):
        return not any(item.contains(value) for item in rules.intervals)
    return value < min(lows) or value > max(highs)


@rule(
    "PMML221",
    "warning",
    "A threshold lies outside the interval of its field",
    "All valid values of the field lie on one side of the threshold, so the predicate never "
    "decides anything. Most often the Interval or the threshold is in another unit.",
    bad=_X.format(20),
    good=_X.format(5),
)
def outside(facts: Facts) -> Iterator[Found]:
    for forest in facts.forests:
        bounded = facts.tests(forest, _is_bounded)
        nodes = np.flatnonzero(forest.tests & bounded)
        values = forest.numbers[forest.column("value")[nodes]].tolist()
        operators = forest.column("operator")[nodes].tolist()
        for node, value, operator in zip(nodes.tolist(), values, operators, strict=True):
            field = facts.tested(forest, node)
            assert field is not None
            assert field.rules is not None
            if _outside(OPERATORS[operator], value, field.rules):
                yield node_place(forest, node), f"no valid {field.name!r} lies beyond {value:g}"
    for item in facts.of(SimplePredicate):
        field = facts.field(item.field, item)
        if field is None or field.rules is None or not _is_bounded(field):
            continue
        try:
            value = float(item.value or "")
        except ValueError:
            continue
        if _outside(item.operator, value, field.rules):
            yield item, f"no valid {item.field!r} lies beyond {value:g}"


_CODE: Final = """
<DataDictionary>
  <DataField name="x" optype="{}" dataType="integer"/>
  <DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="1"/></RegressionTable>
</RegressionModel>"""


@rule(
    "PMML222",
    "warning",
    "A numeric predictor is categorical",
    "A NumericPredictor multiplies a measured number. The numbers of a categorical field are mere "
    "names, which need CategoricalPredictors, one for each; or the field is continuous in truth.",
    bad=_CODE.format("categorical"),
    good=_CODE.format("continuous"),
    on=NumericPredictor,
)
def not_numeric(item: NumericPredictor, facts: Facts) -> Iterator[Found]:
    field = facts.field(item.name, item)
    if field is None or field.rules is None:  # a derived field may well map categories to numbers
        return
    if field.data_type in NUMBERS and field.optype == "categorical":
        yield item, f"the field {item.name!r} is categorical"


@rule(
    "PMML223",
    "warning",
    "A categorical predictor is continuous",
    "A CategoricalPredictor asks whether a field equals a value. Of a continuous field hardly any "
    "value does; declare the field categorical if its numbers are codes.",
    bad='<RegressionTable intercept="1"><CategoricalPredictor name="x" value="3" coefficient="2"/>'
    "</RegressionTable>",
    good='<RegressionTable intercept="1"><CategoricalPredictor name="s" value="a" coefficient="2"/>'
    "</RegressionTable>",
    on=CategoricalPredictor,
)
def not_categorical(item: CategoricalPredictor, facts: Facts) -> Iterator[Found]:
    field = facts.field(item.name, item)
    if field is not None and field.optype == "continuous":
        yield item, f"the field {item.name!r} is continuous"


@rule(
    "PMML224",
    "warning",
    "A continuous field holds texts",
    "Continuous fields are measured: their dataType is one of numbers, dates or times. A text or a "
    "boolean is categorical or ordinal.",
    bad="""
<DerivedField name="d" optype="continuous" dataType="string"><FieldRef field="x"/></DerivedField>
""",
    good="""
<DerivedField name="d" optype="continuous" dataType="double"><FieldRef field="x"/></DerivedField>
""",
    on=(DataField, DerivedField),
)
def continuous_text(item: DataField | DerivedField, facts: Facts) -> Iterator[Found]:
    if item.optype == "continuous" and item.data_type in ("string", "boolean"):
        yield item, f"{item.name!r} is continuous, its dataType {item.data_type}"


_VALUES: Final = """
<DataDictionary>
  <DataField name="s" optype="categorical" dataType="string">{}</DataField>
  <DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="s"/><MiningField name="y" usageType="target"/></MiningSchema>
  <RegressionTable intercept="1">
    <CategoricalPredictor name="s" value="a" coefficient="1"/>
  </RegressionTable>
</RegressionModel>"""


@rule(
    "PMML225",
    "warning",
    "A field lists a value twice",
    "Each value of a field is listed once: as valid, as invalid or as missing.",
    bad=_VALUES.format('<Value value="a"/><Value value="b"/><Value value="a" property="missing"/>'),
    good=_VALUES.format(
        '<Value value="a"/><Value value="b"/><Value value="c" property="missing"/>'
    ),
    on=DataField,
)
def same_value(field: DataField, facts: Facts) -> Iterator[Found]:
    known: set[str] = set()
    for item in field.values:
        if item.value in known:
            yield item, f"field {field.name!r} lists {item.value!r:.80} twice"
        known.add(item.value)


@rule(
    "PMML226",
    "warning",
    "The number of fields is wrong",
    "numberOfFields of the DataDictionary, where it is given, is the number of its DataFields.",
    bad="""
<DataDictionary numberOfFields="3">
  <DataField name="x" optype="continuous" dataType="double"/>
  <DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="1"/></RegressionTable>
</RegressionModel>""",
    good="""
<DataDictionary numberOfFields="2">
  <DataField name="x" optype="continuous" dataType="double"/>
  <DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="1"/></RegressionTable>
</RegressionModel>""",
    on=DataDictionary,
)
def field_count(dictionary: DataDictionary, facts: Facts) -> Iterator[Found]:
    stated, found = dictionary.number_of_fields, len(dictionary.data_fields)
    if stated is not None and stated != found:
        yield dictionary, f"numberOfFields is {stated}, there are {found}"


RULES: Final = (
    ordered_text,
    outside,
    not_numeric,
    not_categorical,
    continuous_text,
    same_value,
    field_count,
)
