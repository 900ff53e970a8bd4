"""Documents for Spark's types and names."""

from __future__ import annotations

TYPES = {
    "text": "string",
    "flag": "boolean",
    "count": "integer",
    "single": "float",
    "number": "double",
    "day": "date",
    "moment": "dateTime",
    "clock": "time",
}
"""A field of each dataType; ECHO gives each back as ``out.`` and its name."""


def _echo() -> bytes:
    fields = "".join(
        f'<DataField name="{name}" optype="categorical" dataType="{type}"/>'
        for name, type in TYPES.items()
    )
    mining = "".join(f'<MiningField name="{name}"/>' for name in TYPES)
    outputs = "".join(
        f'<OutputField name="out.{name}" optype="categorical" dataType="{type}" '
        f'feature="transformedValue"><FieldRef field="{name}"/></OutputField>'
        for name, type in TYPES.items()
    )
    return f"""<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>
      <DataDictionary>{fields}</DataDictionary>
      <RegressionModel functionName="regression">
        <MiningSchema>{mining}</MiningSchema><Output>{outputs}</Output>
        <RegressionTable intercept="0.5"/>
      </RegressionModel></PMML>""".encode()


ECHO = _echo()

DOTTED = b"""<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>
  <DataDictionary>
    <DataField name="Sepal.Length" optype="continuous" dataType="double"/>
    <DataField name="a `b` c" optype="continuous" dataType="double"/>
  </DataDictionary>
  <RegressionModel functionName="regression">
    <MiningSchema><MiningField name="Sepal.Length"/><MiningField name="a `b` c"/></MiningSchema>
    <RegressionTable intercept="1">
      <NumericPredictor name="Sepal.Length" coefficient="2"/>
      <NumericPredictor name="a `b` c" coefficient="10"/>
    </RegressionTable>
  </RegressionModel></PMML>"""
"""1 + 2 Sepal.Length + 10 (a `b` c); the names are no paths of Spark, and there is no target."""

CONSTANT = b"""<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>
  <DataDictionary><DataField name="y" optype="continuous" dataType="double"/></DataDictionary>
  <RegressionModel functionName="regression">
    <MiningSchema><MiningField name="y" usageType="target"/></MiningSchema>
    <RegressionTable intercept="7"/>
  </RegressionModel></PMML>"""
"""y = 7 and reads nothing."""

TWO_MODELS = CONSTANT.replace(b"<RegressionModel ", b'<RegressionModel modelName="seven" ').replace(
    b"</PMML>",
    b"""<RegressionModel modelName="eight" functionName="regression">
    <MiningSchema><MiningField name="y" usageType="target"/></MiningSchema>
    <RegressionTable intercept="8"/>
  </RegressionModel></PMML>""",
)
"""The models seven and eight."""
