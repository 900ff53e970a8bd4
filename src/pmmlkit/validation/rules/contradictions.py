"""What keeps a document from being evaluated: names, scopes, functions, fields and values."""

from __future__ import annotations

from typing import Final

from pmmlkit.language import mistakes
from pmmlkit.validation.rules.rule import Explanation, explained

__all__ = ["EXPLANATIONS"]

_MODEL: Final = """
<RegressionModel functionName="regression">
  <MiningSchema>
    {fields}
    <MiningField name="y" usageType="target"/>
  </MiningSchema>
  <RegressionTable intercept="1">
    <NumericPredictor name="x" coefficient="2"/>
  </RegressionTable>
</RegressionModel>
"""

_DICTIONARY: Final = """
<DataDictionary>
  <DataField name="x" optype="continuous" dataType="double">
    {content}
  </DataField>
  <DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
""" + _MODEL.replace("{fields}", '<MiningField name="x"/>').lstrip()

_DERIVED: Final = """
<DerivedField name="d" optype="continuous" dataType="double">
  {}
</DerivedField>
"""

_FUNCTION: Final = """
<DefineFunction name="half" optype="continuous">
  <ParameterField name="a"/>
  <Apply function="{name}"><FieldRef field="{argument}"/><Constant>2</Constant></Apply>
</DefineFunction>
""" + _DERIVED.format('<Apply function="half"><FieldRef field="x"/></Apply>').lstrip()

_BAYES: Final = """
<NaiveBayesModel functionName="classification" threshold="0.001">
  <MiningSchema>
    <MiningField name="s"/>
    <MiningField name="k" usageType="target"/>
  </MiningSchema>
  <BayesInputs>
    <BayesInput fieldName="s">
      <PairCounts value="a">
        <TargetValueCounts>
          <TargetValueCount value="no" count="3"/>
          <TargetValueCount value="yes" count="1"/>
        </TargetValueCounts>
      </PairCounts>
    </BayesInput>
  </BayesInputs>
  <BayesOutput fieldName="{}">
    <TargetValueCounts>
      <TargetValueCount value="no" count="5"/>
      <TargetValueCount value="yes" count="5"/>
    </TargetValueCounts>
  </BayesOutput>
</NaiveBayesModel>
"""

_PROCESS: Final = """
<GaussianProcessModel functionName="regression">
  <MiningSchema>
    <MiningField name="x"/>
    <MiningField name="y" usageType="{usage}"/>
  </MiningSchema>
  <RadialBasisKernel gamma="1" noiseVariance="0.1" lambda="1"/>
  <TrainingInstances>
    <InstanceFields>
      <InstanceField field="x" column="x"/>
      <InstanceField field="y" column="y"/>
    </InstanceFields>
    <InlineTable>
      <row><x>1</x><y>3</y></row>
      <row><x>2</x><y>5</y></row>
    </InlineTable>
  </TrainingInstances>
</GaussianProcessModel>
"""

EXPLANATIONS: Final[tuple[Explanation, ...]] = (
    explained(
        "PMML100",
        "error",
        "Another contradiction keeps the document from being evaluated",
        "The document says what cannot be, and the mistake has no code of its own. The message "
        "says what is wrong and where.",
        bad=_MODEL.format(fields='<MiningField name="n"/>'),
        good=_MODEL.format(fields='<MiningField name="x"/>'),
    ),
    explained(
        mistakes.UNDEFINED_FIELD,
        "error",
        "A field is not defined",
        "What the model or an expression reads is the name of no field: neither of the "
        "DataDictionary nor of a DerivedField, nor of an OutputField before it. Names are compared "
        "letter by letter, with case and blanks.",
        bad='<RegressionTable intercept="1"><NumericPredictor name="X" coefficient="2"/>'
        "</RegressionTable>",
        good='<RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/>'
        "</RegressionTable>",
    ),
    explained(
        mistakes.OUT_OF_SCOPE,
        "error",
        "A field is used outside of its scope",
        "A model sees the fields that its MiningSchema names, the derived fields of the "
        "document, and its own LocalTransformations. A field that only stands in the "
        "DataDictionary is not seen; the body of a DefineFunction sees its parameters and nothing "
        "else.",
        bad=_MODEL.format(fields='<MiningField name="n"/>'),
        good=_MODEL.format(fields='<MiningField name="x"/>'),
    ),
    explained(
        mistakes.DUPLICATE_NAME,
        "error",
        "A name is given twice",
        "Fields of one scope, functions, the parameters of a function and the nodes of a network "
        "are told apart by their names. Two of the same name leave open which one is meant.",
        bad=_MODEL.format(fields='<MiningField name="x"/>\n    <MiningField name="x"/>'),
        good=_MODEL.format(fields='<MiningField name="x"/>\n    <MiningField name="n"/>'),
    ),
    explained(
        mistakes.DERIVED_FIELD_CYCLE,
        "error",
        "Derived fields define each other in a circle",
        "A derived field is computed from other fields. Where it needs itself, if only through "
        "others, there is no first one to compute.",
        bad="""
<DerivedField name="d" optype="continuous" dataType="double">
  <FieldRef field="e"/>
</DerivedField>
<DerivedField name="e" optype="continuous" dataType="double">
  <FieldRef field="d"/>
</DerivedField>
""",
        good="""
<DerivedField name="d" optype="continuous" dataType="double">
  <FieldRef field="e"/>
</DerivedField>
<DerivedField name="e" optype="continuous" dataType="double">
  <FieldRef field="x"/>
</DerivedField>
""",
    ),
    explained(
        mistakes.UNDEFINED_FUNCTION,
        "error",
        "A function is not defined",
        "Apply calls a function by name: one of those that PMML has built in, or a DefineFunction "
        "of the document. Names are compared with case. Functions of a vendor must come with a "
        "DefineFunction.",
        bad=_DERIVED.format('<Apply function="square"><FieldRef field="x"/></Apply>'),
        good=_DERIVED.format(
            '<Apply function="pow"><FieldRef field="x"/><Constant>2</Constant></Apply>'
        ),
    ),
    explained(
        mistakes.RECURSIVE_FUNCTION,
        "error",
        "Functions call themselves",
        "A DefineFunction must not call itself, nor call functions that call it: the "
        "specification has no recursion, and nothing says when it would end.",
        bad="""
<DefineFunction name="half" optype="continuous">
  <ParameterField name="a"/>
  <Apply function="half"><FieldRef field="a"/></Apply>
</DefineFunction>
"""
        + _DERIVED.format('<Apply function="half"><FieldRef field="x"/></Apply>').lstrip(),
        good=_FUNCTION.format(name="/", argument="a"),
    ),
    explained(
        mistakes.ARGUMENT_COUNT,
        "error",
        "A function has the wrong number of arguments",
        "Each built-in function takes the arguments that the chapter Built-in functions lists; a "
        "DefineFunction takes as many as it has ParameterFields.",
        bad=_DERIVED.format(
            '<Apply function="ln"><FieldRef field="x"/><Constant>2</Constant></Apply>'
        ),
        good=_DERIVED.format('<Apply function="ln"><FieldRef field="x"/></Apply>'),
    ),
    explained(
        mistakes.ARGUMENT_TYPE,
        "error",
        "A function has an argument of the wrong type",
        "A text where a function needs a number, or a number where it needs a date, has no "
        "meaning. A DerivedField of the type that is needed converts a value.",
        bad=_DERIVED.format(
            '<Apply function="+"><FieldRef field="s"/><Constant>2</Constant></Apply>'
        ),
        good=_DERIVED.format(
            '<Apply function="+"><FieldRef field="x"/><Constant>2</Constant></Apply>'
        ),
    ),
    explained(
        mistakes.FIELD_NOT_IN_DICTIONARY,
        "error",
        "The MiningSchema names a field that the DataDictionary lacks",
        "The DataDictionary defines every field that a model takes from its input, or predicts: "
        "its type, and what values it has. Without it a value cannot be read.",
        bad=_MODEL.format(fields='<MiningField name="x"/>\n    <MiningField name="age"/>'),
        good=_MODEL.format(fields='<MiningField name="x"/>\n    <MiningField name="n"/>'),
    ),
    explained(
        mistakes.NO_TARGET,
        "error",
        "There is no target where one is needed",
        "Some models say what they predict by the name of the target alone: the column of the "
        "training instances of a Gaussian process, the node of a Bayesian network, the segments of "
        "a multi-model chain. Their MiningSchema needs a field with the usageType target.",
        bad=_PROCESS.format(usage="active"),
        good=_PROCESS.format(usage="target"),
    ),
    explained(
        mistakes.WRONG_TARGET,
        "error",
        "A model predicts another field than its target",
        "The field that the own part of a model predicts, as the fieldName of BayesOutput or the "
        "field of a NeuralOutput, must be the target of the MiningSchema.",
        bad=_BAYES.format("s"),
        good=_BAYES.format("k"),
    ),
    explained(
        mistakes.NOT_OF_TYPE,
        "error",
        "A value is none of its field's type",
        "A replacement, a constant, a valid Value or a category is read as the dataType of its "
        "field says. A text that is no such value can never be compared or returned.",
        bad=_MODEL.format(fields='<MiningField name="x" missingValueReplacement="unknown"/>'),
        good=_MODEL.format(fields='<MiningField name="x" missingValueReplacement="0"/>'),
    ),
    explained(
        mistakes.FIELD_TYPE,
        "error",
        "A field has a type that its user cannot compute with",
        "Coefficients, weights, distances and distributions are for numbers. A text, a date or a "
        "time must be made a number before, by a DerivedField.",
        bad="""
<DataDictionary>
  <DataField name="x" optype="continuous" dataType="date"/>
  <DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
"""
        + _MODEL.format(fields='<MiningField name="x"/>').lstrip(),
        good="""
<DataDictionary>
  <DataField name="x" optype="continuous" dataType="dateDaysSince[1970]"/>
  <DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
"""
        + _MODEL.format(fields='<MiningField name="x"/>').lstrip(),
    ),
    explained(
        mistakes.NOT_COMPARABLE,
        "error",
        "A field is compared with what is no value of it",
        "The value of a predicate is read as the dataType of its field: a number cannot be "
        "compared with a word. An ordinal field is ordered by the Values that it lists, so that "
        "its predicates need one of those.",
        bad="""
<Node score="no"><True/>
  <Node score="yes"><SimplePredicate field="x" operator="lessThan" value="low"/></Node>
</Node>
""",
        good="""
<Node score="no"><True/>
  <Node score="yes"><SimplePredicate field="x" operator="lessThan" value="1.5"/></Node>
</Node>
""",
    ),
    explained(
        mistakes.INTERVAL,
        "error",
        "An Interval is none",
        "An Interval has a leftMargin, a rightMargin or both, the left one not above the right "
        "one, and belongs to a continuous field of numbers or a bin of one.",
        bad=_DICTIONARY.format(
            content='<Interval closure="closedClosed" leftMargin="5" rightMargin="1"/>'
        ),
        good=_DICTIONARY.format(
            content='<Interval closure="closedClosed" leftMargin="1" rightMargin="5"/>'
        ),
    ),
    explained(
        mistakes.OUTLIER_LIMITS,
        "error",
        "Outliers are treated without limits",
        "With outliers asExtremeValues or asMissingValues the MiningField needs lowValue, "
        "highValue or both, numbers in this order, and a field of numbers.",
        bad=_MODEL.format(fields='<MiningField name="x" outliers="asExtremeValues"/>'),
        good=_MODEL.format(
            fields='<MiningField name="x" outliers="asExtremeValues" lowValue="0" highValue="9"/>'
        ),
    ),
)
