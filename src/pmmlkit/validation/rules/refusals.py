"""What pmmlkit itself does not evaluate in a document, however right that is."""

from __future__ import annotations

from typing import Final

from pmmlkit.language import mistakes
from pmmlkit.validation.rules.rule import Explanation, explained

__all__ = ["EXPLANATIONS"]

_DERIVED: Final = """
<DerivedField name="d" optype="{}" dataType="{}">
  {}
</DerivedField>
"""

_MODEL: Final = """
<DataDictionary>
  <DataField name="g" optype="categorical" dataType="string"/>
  <DataField name="x" optype="continuous" dataType="{type}"/>
  <DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
<RegressionModel functionName="regression"{scorable}>
  <MiningSchema>
    <MiningField name="g" usageType="group"/>
    <MiningField name="x"/>
    <MiningField name="y" usageType="target"/>
  </MiningSchema>
  <LocalTransformations>
    <DerivedField name="mean" optype="continuous" dataType="double">
      <Aggregate field="x" function="average" groupField="g"/>
    </DerivedField>
  </LocalTransformations>
  <RegressionTable intercept="1"><NumericPredictor name="{name}" coefficient="2"/></RegressionTable>
</RegressionModel>
"""

_TABLE: Final = _DERIVED.format(
    "continuous",
    "double",
    """<MapValues outputColumn="to" dataType="double">
    <FieldColumnPair field="s" column="from"/>
    {}
  </MapValues>""",
)

_LAG: Final = """
<DerivedField name="d" optype="continuous" dataType="double">
  <Lag field="{}"/>
</DerivedField>
<DerivedField name="double" optype="continuous" dataType="double">
  <Apply function="*"><FieldRef field="x"/><Constant>2</Constant></Apply>
</DerivedField>
"""

_FORMAT: Final = (
    '<Apply function="formatNumber"><FieldRef field="x"/><Constant>{}</Constant></Apply>'
)

_EMPTY: Final = """
<DataDictionary>
  <DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
"""
_ONLY: Final = """<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="y" usageType="target"/></MiningSchema>
  <RegressionTable intercept="1"/>
</RegressionModel>
"""

EXPLANATIONS: Final[tuple[Explanation, ...]] = (
    explained(
        "PMML600",
        "error",
        "Something is not evaluated by pmmlkit",
        "The document may be right, but asks for what the specification gives no rule for, or "
        "what pmmlkit does not do. The message says what; docs/support.md lists what is done.",
        bad=_LAG.format("double"),
        good=_LAG.format("x"),
    ),
    explained(
        mistakes.NOT_EVALUATED,
        "error",
        "An element is not evaluated by pmmlkit",
        "The element is of another language or another version, or refers to what is not in the "
        "document: tables outside of it are never read. Put the rows into an InlineTable.",
        bad=_TABLE.format("<TableLocator/>"),
        good=_TABLE.format("<InlineTable><row><from>a</from><to>1</to></row></InlineTable>"),
    ),
    explained(
        mistakes.REFUSED_VALUE,
        "error",
        "A value of an attribute is not evaluated by pmmlkit",
        "The specification lists the value, but gives no rule by which it can be computed, or one "
        "that pmmlkit does not have. The message says why where there is a reason.",
        bad=_MODEL.format(type="dateDaysSince[0]", scorable="", name="x"),
        good=_MODEL.format(type="dateDaysSince[1970]", scorable="", name="mean"),
    ),
    explained(
        mistakes.PATTERN,
        "error",
        "A pattern or format is not evaluated by pmmlkit",
        "Regular expressions and formats are read differently by different engines, and some "
        "take exponential time. pmmlkit evaluates those that all read alike: POSIX conversions "
        "and expressions without back references and the like.",
        bad=_DERIVED.format("categorical", "string", _FORMAT.format("%q")),
        good=_DERIVED.format("categorical", "string", _FORMAT.format("%.2f")),
    ),
    explained(
        mistakes.NOT_SCORABLE,
        "error",
        "The model says of itself that it cannot be scored",
        "With isScorable false a model is for people to read: its producer knows that what it "
        "holds is not enough to score.",
        bad=_MODEL.format(type="double", scorable=' isScorable="false"', name="mean"),
        good=_MODEL.format(type="double", scorable="", name="mean"),
    ),
    explained(
        mistakes.NO_MODEL,
        "error",
        "The document holds no model",
        "A document may hold a dictionary alone. There is nothing to evaluate in it, and no "
        "derived field to compute.",
        bad=_EMPTY,
        good=_EMPTY + _ONLY,
    ),
    explained(
        mistakes.LIST_AS_VALUE,
        "error",
        "A list is used where one value is needed",
        "With a group field in the MiningSchema the other fields hold the values of all rows of a "
        "group. An Aggregate makes one value of them.",
        bad=_MODEL.format(type="double", scorable="", name="x"),
        good=_MODEL.format(type="double", scorable="", name="mean"),
    ),
)
