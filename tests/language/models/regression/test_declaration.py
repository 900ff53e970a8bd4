"""RegressionModel as markup: read, written and read again."""

from __future__ import annotations

from pmmlkit.language.document import Document
from pmmlkit.language.models.regression import (
    CategoricalPredictor,
    NumericPredictor,
    PredictorTerm,
    RegressionModel,
    RegressionTable,
)
from pmmlkit.language.output import Output
from pmmlkit.language.targets import Target, Targets, TargetValue
from pmmlkit.language.verification import ModelVerification

TEXT = b"""<?xml version="1.0" encoding="UTF-8"?>
<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <Header/>
  <DataDictionary>
    <DataField name="x" optype="continuous" dataType="double"/>
    <DataField name="c" optype="categorical" dataType="string"/>
    <DataField name="y" optype="continuous" dataType="double"/>
  </DataDictionary>
  <RegressionModel functionName="regression" normalizationMethod="exp" x-mathContext="float">
    <MiningSchema>
      <MiningField name="x"/>
      <MiningField name="c"/>
      <MiningField name="y" usageType="target"/>
    </MiningSchema>
    <Output>
      <OutputField name="o" dataType="string" feature="decision" isFinalResult="false">
        <Decisions><Decision value="go"/></Decisions>
        <FieldRef field="x"/>
      </OutputField>
    </Output>
    <Targets>
      <Target field="y" castInteger="round" min="0" rescaleFactor="2.5">
        <TargetValue defaultValue="1.5"/>
      </Target>
    </Targets>
    <RegressionTable intercept="0.5">
      <NumericPredictor name="x" coefficient="1E-3" exponent="2"/>
      <CategoricalPredictor name="c" value="a" coefficient="-1"/>
      <PredictorTerm coefficient="3"><FieldRef field="x"/><FieldRef field="x"/></PredictorTerm>
    </RegressionTable>
    <ModelVerification recordCount="1">
      <VerificationFields>
        <VerificationField field="x"/>
        <VerificationField field="y" column="target" precision="0.01"/>
      </VerificationFields>
      <InlineTable><row><x>1</x><target>2</target></row></InlineTable>
    </ModelVerification>
  </RegressionModel>
</PMML>
"""


def test_every_attribute_and_child() -> None:
    document = Document.read(TEXT)
    assert document.findings == ()
    [model] = document.root.models
    assert isinstance(model, RegressionModel)
    assert (model.function_name, model.normalization_method) == ("regression", "exp")
    assert model.computes_in_float
    [table] = model.regression_tables
    assert table == RegressionTable(
        intercept=0.5,
        numeric_predictors=(NumericPredictor(name="x", coefficient=1e-3, exponent=2),),
        categorical_predictors=(CategoricalPredictor(name="c", value="a", coefficient=-1.0),),
        predictor_terms=(
            PredictorTerm(coefficient=3.0, field_refs=table.predictor_terms[0].field_refs),
        ),
    )
    assert [item.field for item in table.predictor_terms[0].field_refs] == ["x", "x"]
    assert model.targets == Targets(
        targets=(
            Target(
                field="y",
                cast_integer="round",
                min=0.0,
                rescale_factor=2.5,
                target_values=(TargetValue(default_value=1.5),),
            ),
        )
    )
    assert isinstance(model.output, Output)
    [output] = model.output.output_fields
    assert (output.name, output.feature, output.is_final_result) == ("o", "decision", False)
    assert output.decisions is not None
    assert [item.value for item in output.decisions.decisions] == ["go"]
    assert output.expression is not None
    assert isinstance(model.model_verification, ModelVerification)
    fields = model.model_verification.verification_fields.verification_fields
    assert [(item.field, item.column, item.precision) for item in fields] == [
        ("x", None, 1e-6),
        ("y", "target", 0.01),
    ]


def test_a_round_trip_loses_nothing() -> None:
    document = Document.read(TEXT)
    written = document.to_bytes()
    again = Document.read(written)
    assert again.root == document.root
    assert again.to_bytes() == written
