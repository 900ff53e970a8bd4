"""Rules for names: what hides what, and what nothing uses. Specification: chapters Transformations,
Functions, Scope of Fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmmlkit.language.apply import Apply
from pmmlkit.language.data_dictionary import DataField
from pmmlkit.language.define_function import DefineFunction
from pmmlkit.language.derived_field import LocalTransformations
from pmmlkit.language.expressions import FieldRef
from pmmlkit.language.mining_schema import MiningField
from pmmlkit.language.scope import Compiled
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, rule
from pmmlkit.xml.declaration import Element

__all__ = ["RULES"]

_MODEL: Final = """
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <LocalTransformations>{}</LocalTransformations>
  <RegressionTable intercept="1"><NumericPredictor name="{}" coefficient="1"/></RegressionTable>
</RegressionModel>"""
_DOUBLED: Final = (
    '<DerivedField name="{}" optype="continuous" dataType="double">'
    '<Apply function="*"><FieldRef field="x"/><Constant dataType="double">2</Constant></Apply>'
    "</DerivedField>"
)
_GLOBAL: Final = "<TransformationDictionary>" + _DOUBLED.format("d") + "</TransformationDictionary>"


def _references(element: Element) -> set[str]:
    """Return the names of all fields that the expressions inside an element read."""
    return {
        name for item in element.walk() if isinstance(item, Compiled) for name in item.references()
    }


@rule(
    "PMML200",
    "warning",
    "A local field hides a field of the whole document",
    "A DerivedField of LocalTransformations has the name of one of the TransformationDictionary or "
    "of the DataDictionary. Engines differ in which of the two a reference means; use two names.",
    bad=_GLOBAL + _MODEL.format(_DOUBLED.format("d"), "d"),
    good=_GLOBAL.replace('"d"', '"x2"')
    + _MODEL.format(_DOUBLED.format("d").replace('"x"', '"x2"'), "d"),
    on=LocalTransformations,
)
def hidden(local: LocalTransformations, facts: Facts) -> Iterator[Found]:
    for item in local.derived_fields:
        if item.name in facts.global_fields:
            yield item, f"{item.name!r} also is a field of the TransformationDictionary"
        elif item.name in facts.data_fields:
            yield item, f"{item.name!r} also is a field of the DataDictionary"


@rule(
    "PMML201",
    "info",
    "A derived field is used by nothing",
    "No expression, model or output reads the DerivedField; it can be left out. In a document "
    "without a model it is a result.",
    bad=_MODEL.format(_DOUBLED.format("d"), "x"),
    good=_MODEL.format(_DOUBLED.format("d"), "d"),
)
def unused_field(facts: Facts) -> Iterator[Found]:
    if not facts.root.models:
        return
    locals_ = [item for local in facts.of(LocalTransformations) for item in local.derived_fields]
    for item in (*facts.global_fields.values(), *locals_):
        if item.name is None or item.name in facts.mentioned():
            continue
        if _references(item) <= facts.defined():  # PMML205 says more
            yield item, f"nothing reads {item.name!r}"


_FUNCTION: Final = """
<TransformationDictionary>
  <DefineFunction name="{0}" optype="continuous">
    <ParameterField name="a"/>{2}
    <Apply function="*"><FieldRef field="a"/><Constant dataType="double">2</Constant></Apply>
  </DefineFunction>
  <DerivedField name="d" optype="continuous" dataType="double">
    <Apply function="{1}"><FieldRef field="x"/>{3}</Apply>
  </DerivedField>
</TransformationDictionary>
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <RegressionTable intercept="1"><NumericPredictor name="d" coefficient="1"/></RegressionTable>
</RegressionModel>"""


@rule(
    "PMML202",
    "info",
    "A function is called by nothing",
    "No Apply names the DefineFunction; it can be left out, or a name is misspelled.",
    bad=_FUNCTION.format("twice", "exp", "", ""),
    good=_FUNCTION.format("twice", "twice", "", ""),
    on=DefineFunction,
)
def unused_function(function: DefineFunction, facts: Facts) -> Iterator[Found]:
    if not any(item.function == function.name for item in facts.of(Apply)):
        yield function, f"nothing calls {function.name!r}"


@rule(
    "PMML203",
    "info",
    "A function does not use one of its parameters",
    "The expression of a DefineFunction reads all of its ParameterFields; one that it does not "
    "read is most often a misspelled name.",
    bad=_FUNCTION.format("twice", "twice", '<ParameterField name="b"/>', '<FieldRef field="x"/>'),
    good=_FUNCTION.format("twice", "twice", "", ""),
    on=DefineFunction,
)
def unused_parameter(function: DefineFunction, facts: Facts) -> Iterator[Found]:
    used = _references(function)
    for parameter in function.parameters:
        if parameter.name not in used:
            yield parameter, f"{function.name!r} does not use {parameter.name!r}"


@rule(
    "PMML204",
    "info",
    "A field of the dictionary is in no model",
    "No MiningSchema names the DataField, so no model takes it; or, in a document without a model, "
    "no DerivedField reads it.",
    bad="""
<DataDictionary>
  <DataField name="x" optype="continuous" dataType="double"/>
  <DataField name="z" optype="continuous" dataType="double"/>
  <DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="1"/></RegressionTable>
</RegressionModel>""",
    good="""
<DataDictionary>
  <DataField name="x" optype="continuous" dataType="double"/>
  <DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="1"/></RegressionTable>
</RegressionModel>""",
)
def not_in_a_model(facts: Facts) -> Iterator[Found]:
    dictionary = facts.root.transformation_dictionary
    if facts.root.models or dictionary is None:
        who, named = "MiningSchema names", {item.name for item in facts.of(MiningField)}
    else:
        who, named = "DerivedField reads", {*dictionary.read_by(facts.global_fields)}
    for field in facts.of(DataField):
        if field.name not in named:
            yield field, f"no {who} {field.name!r}"


@rule(
    "PMML205",
    "warning",
    "An unused field reads a field that does not exist",
    "Nothing uses the DerivedField, so that the document can be scored; but it refers to a field "
    "that is defined nowhere, and other engines may refuse the document.",
    bad=_MODEL.format(_DOUBLED.format("d").replace('"x"', '"z"'), "d").replace(
        '<NumericPredictor name="d" coefficient="1"/>',
        '<NumericPredictor name="x" coefficient="1"/>',
    ),
    good=_MODEL.format(_DOUBLED.format("d"), "d"),
    on=FieldRef,
)
def undefined(item: FieldRef, facts: Facts) -> Iterator[Found]:
    if not facts.is_inside(item, DefineFunction) and item.field not in facts.defined():
        yield item, f"there is no field {item.field!r}"


@rule(
    "PMML206",
    "warning",
    "Two models have the same name",
    "A user chooses between several models by modelName; two of the same name cannot be told "
    "apart.",
    bad=(
        _MODEL.format("", "x").replace("<LocalTransformations></LocalTransformations>", "")
        + _MODEL.format("", "x").replace("<LocalTransformations></LocalTransformations>", "")
    ).replace("<RegressionModel", '<RegressionModel modelName="m"'),
    good=_MODEL.format("", "x")
    .replace("<LocalTransformations></LocalTransformations>", "")
    .replace("<RegressionModel", '<RegressionModel modelName="m"'),
)
def same_name(facts: Facts) -> Iterator[Found]:
    known: set[str] = set()
    for model in facts.root.models:
        if model.model_name is not None and model.model_name in known:
            yield model, f"another model is named {model.model_name!r} too"
        known.add(model.model_name or "")


RULES: Final = (
    hidden,
    unused_field,
    unused_function,
    unused_parameter,
    not_in_a_model,
    undefined,
    same_name,
)
