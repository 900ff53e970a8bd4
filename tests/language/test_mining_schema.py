"""MiningField and DataField as they stand in documents."""

from __future__ import annotations

from pmmlkit.language.data_dictionary import DataDictionary, Interval, Value
from pmmlkit.language.document import Document
from pmmlkit.language.mining_schema import MiningSchema

TEXT = """<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
<Header/>
<DataDictionary numberOfFields="2">
<DataField name="x" displayName="X" optype="continuous" dataType="double" isCyclic="1">
<Interval closure="closedOpen" leftMargin="0" rightMargin="1e3"/>
<Value value="N/A" property="missing"/>
</DataField>
<DataField name="y" optype="categorical" dataType="string">
<Value value="a" displayValue="Alpha"/>
</DataField>
</DataDictionary>
<RegressionModel functionName="classification">
<MiningSchema>
<MiningField name="y" usageType="predicted"/>
<MiningField name="x" importance="0.5" outliers="asExtremeValues" lowValue="1" highValue="2.5"
 missingValueReplacement="0" missingValueTreatment="asMean" invalidValueTreatment="asIs"
 x-invalidValueReplacement="-1"/>
</MiningSchema>
<RegressionTable intercept="0" targetCategory="a"/>
</RegressionModel>
</PMML>"""


def elements() -> tuple[DataDictionary, MiningSchema, Document]:
    document = Document.read(TEXT.encode())
    found = {element.tag: element for element in document.root.walk()}
    dictionary, schema = found["DataDictionary"], found["MiningSchema"]
    assert isinstance(dictionary, DataDictionary)
    assert isinstance(schema, MiningSchema)
    return dictionary, schema, document


def test_reading() -> None:
    dictionary, schema, _ = elements()
    x, y = dictionary.data_fields
    assert (x.name, x.display_name, x.optype, x.data_type, x.is_cyclic) == (
        *("x", "X", "continuous", "double", "1"),
    )
    assert x.intervals == (Interval(closure="closedOpen", left_margin=0.0, right_margin=1000.0),)
    assert x.values == (Value(value="N/A", property="missing"),)
    assert y.values == (Value(value="a", display_value="Alpha"),)
    target, field = schema.mining_fields
    assert target.is_target
    assert not target.is_input
    assert field.is_input
    assert not field.is_target
    assert (field.importance, field.outliers, field.low_value, field.high_value) == (
        *(0.5, "asExtremeValues", 1.0, 2.5),
    )
    assert field.missing_value_replacement == "0"
    assert field.missing_value_treatment == "asMean"
    assert field.invalid_value_treatment == "asIs"
    assert field.x_invalid_value_replacement == "-1"
    assert field.invalid_value_replacement is None


def test_writing_and_reading_again() -> None:
    _, _, document = elements()
    assert Document.read(document.to_bytes()).root == document.root
