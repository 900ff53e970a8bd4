"""What keeps a document from being evaluated: elements, attributes, arrays and tables."""

from __future__ import annotations

from typing import Final

from pmmlkit.language import mistakes
from pmmlkit.validation.rules.rule import Explanation, explained

__all__ = ["EXPLANATIONS"]

_PREDICATE: Final = """
<Node score="no"><True/>
  <Node score="yes">{}</Node>
</Node>
"""

_OUTPUT: Final = """
<Output>
  <OutputField name="o" optype="continuous" dataType="double" feature="transformedValue">
    {}
  </OutputField>
</Output>
"""

_ENSEMBLE: Final = """
<MiningModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <Segmentation multipleModelMethod="average"{threshold}>
    <Segment id="1"><True/>
      <RegressionModel functionName="regression">
        <MiningSchema><MiningField name="x"/></MiningSchema>
        <RegressionTable intercept="1"/>
      </RegressionModel>
    </Segment>
    <Segment id="{id}"><True/>
      <RegressionModel functionName="regression">
        <MiningSchema><MiningField name="x"/></MiningSchema>
        <RegressionTable intercept="2"/>
      </RegressionModel>
    </Segment>
  </Segmentation>
</MiningModel>
"""

_GENERAL: Final = """
<GeneralRegressionModel functionName="regression" modelType="regression">
  <MiningSchema><MiningField name="{0}"/><MiningField name="y" usageType="target"/></MiningSchema>
  <ParameterList><Parameter name="p0"/><Parameter name="p1"/></ParameterList>
  {1}
  <PPMatrix><PPCell value="{2}" predictorName="{0}" parameterName="p1"/></PPMatrix>
  <ParamMatrix>
    <PCell parameterName="p0" beta="1"/>
    <PCell parameterName="{3}" beta="2"/>
  </ParamMatrix>
</GeneralRegressionModel>
"""
_COVARIATE: Final = '<CovariateList><Predictor name="x"/></CovariateList>'
_FACTOR: Final = """<FactorList>
    <Predictor name="s">
      <Categories><Category value="a"/><Category value="b"/></Categories>
      <Matrix nbRows="2" nbCols="1">{}</Matrix>
    </Predictor>
  </FactorList>"""

_CLASSES: Final = """
<RegressionModel functionName="classification">
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <RegressionTable targetCategory="yes" intercept="1">
    <NumericPredictor name="x" coefficient="2"/>
  </RegressionTable>
  <RegressionTable targetCategory="{}" intercept="0"/>
</RegressionModel>
"""

_MACHINE: Final = """
<SupportVectorMachineModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <LinearKernelType/>
  <VectorDictionary>
    <VectorFields><FieldRef field="x"/></VectorFields>
    <VectorInstance id="v1">
      {}
    </VectorInstance>
  </VectorDictionary>
  <SupportVectorMachine>
    <SupportVectors><SupportVector vectorId="v1"/></SupportVectors>
    <Coefficients absoluteValue="1"><Coefficient value="2"/></Coefficients>
  </SupportVectorMachine>
</SupportVectorMachineModel>
"""
_SPARSE: Final = (
    '<REAL-SparseArray n="1"><Indices>{}</Indices>'
    "<REAL-Entries>0.5</REAL-Entries></REAL-SparseArray>"
)

_MAPPING: Final = """
<DerivedField name="d" optype="continuous" dataType="double">
  <MapValues outputColumn="{column}" dataType="double">
    <FieldColumnPair field="s" column="from"/>
    <InlineTable>
      <row><from>a</from><to>1</to></row>
      <row><from>{second}</from><to>2</to></row>
    </InlineTable>
  </MapValues>
</DerivedField>
"""

_NEIGHBORS: Final = """
<NearestNeighborModel functionName="regression" numberOfNeighbors="1">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <TrainingInstances>
    <InstanceFields>
      <InstanceField field="x" column="x"/>
      <InstanceField field="y" column="y"/>
    </InstanceFields>
    <InlineTable>
      <row><x>1</x><y>3</y></row>
      <row><x>{}</x><y>5</y></row>
    </InlineTable>
  </TrainingInstances>
  <ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure>
  <KNNInputs><KNNInput field="x"/></KNNInputs>
</NearestNeighborModel>
"""

_EMPTY: Final = """
<MiningModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
</MiningModel>
"""

EXPLANATIONS: Final[tuple[Explanation, ...]] = (
    explained(
        mistakes.MISSING_ATTRIBUTE,
        "error",
        "An attribute is missing that the evaluation needs",
        "The schema lets many attributes be absent that are needed in some cases: the value of a "
        "comparison, the targetCategory of a table of a classification, the sampleDataSize of an "
        "isolation forest. Without it nothing can be computed.",
        bad=_PREDICATE.format('<SimplePredicate field="x" operator="lessThan"/>'),
        good=_PREDICATE.format('<SimplePredicate field="x" operator="isMissing"/>'),
    ),
    explained(
        mistakes.MISSING_ELEMENT,
        "error",
        "An element is missing that the evaluation needs",
        "An expression, a predicate, a distribution or another part is not there, without which "
        "the element around it has no meaning.",
        bad=_OUTPUT.format(""),
        good=_OUTPUT.format('<FieldRef field="x"/>'),
    ),
    explained(
        mistakes.UNKNOWN_VALUE,
        "error",
        "An attribute has a value that the specification does not list",
        "The value decides what is computed, and is none of those that the specification gives a "
        "meaning; a vendor's own value (x-) has one for that vendor only.",
        bad=_PREDICATE.format('<SimplePredicate field="x" operator="x-near" value="1"/>'),
        good=_PREDICATE.format('<SimplePredicate field="x" operator="equal" value="1"/>'),
    ),
    explained(
        mistakes.OUT_OF_RANGE,
        "error",
        "A number is outside of its range",
        "The number is well written, but cannot be what it stands for: a share above 1, a "
        "variance below 0, more neighbours than there are training rows, an order of -1.",
        bad=_ENSEMBLE.format(id="2", threshold=' missingThreshold="1.5"'),
        good=_ENSEMBLE.format(id="2", threshold=' missingThreshold="0.5"'),
    ),
    explained(
        mistakes.CONTRADICTION,
        "error",
        "Two parts of the document exclude each other",
        "Both statements cannot be true at once: a predictor that is a factor and a covariate, a "
        "node with probabilities that depend on its parents and others that do not.",
        bad=_GENERAL.format(
            "x",
            f'<FactorList><Predictor name="x"/></FactorList>\n  {_COVARIATE}',
            1,
            "p1",
        ),
        good=_GENERAL.format("x", _COVARIATE, 1, "p1"),
    ),
    explained(
        mistakes.EMPTY_MODEL,
        "error",
        "A model holds nothing to evaluate",
        "There is a model element, but none of the parts that give a prediction: no segments, no "
        "node, no parameters, no instances. Often the producer wrote the shell alone.",
        bad=_EMPTY,
        good=_ENSEMBLE.format(id="2", threshold=""),
    ),
    explained(
        mistakes.DUPLICATE_ID,
        "error",
        "An id is given twice",
        "Segments, rules, clusters, neurons, vectors, items and sets are referred to by their id, "
        "which must be one element's alone.",
        bad=_ENSEMBLE.format(id="1", threshold=""),
        good=_ENSEMBLE.format(id="2", threshold=""),
    ),
    explained(
        mistakes.UNDEFINED_ID,
        "error",
        "What is referred to does not exist",
        "A reference by id or name, as to an item, an itemset, a sequence, a Parameter or a "
        "Predictor, leads nowhere.",
        bad=_GENERAL.format("x", _COVARIATE, 1, "p9"),
        good=_GENERAL.format("x", _COVARIATE, 1, "p1"),
    ),
    explained(
        mistakes.DUPLICATE_ENTRY,
        "error",
        "Two entries are for the same value",
        "Two tables, counts, probabilities or machines are for one category, one value or one "
        "time, and nothing says which of them counts.",
        bad=_CLASSES.format("yes"),
        good=_CLASSES.format("no"),
    ),
    explained(
        mistakes.ARRAY_LENGTH,
        "error",
        "n is not the number of items of an array",
        "The attribute n of an Array, where it is given, is the number of its items. A wrong one "
        "means that items were lost, or that one with a blank in it was not quoted.",
        bad=_PREDICATE.format(
            '<SimpleSetPredicate field="s" booleanOperator="isIn">'
            '<Array n="1" type="string">a b</Array></SimpleSetPredicate>'
        ),
        good=_PREDICATE.format(
            '<SimpleSetPredicate field="s" booleanOperator="isIn">'
            '<Array n="2" type="string">a b</Array></SimpleSetPredicate>'
        ),
    ),
    explained(
        mistakes.ARRAY_CONTENT,
        "error",
        "The content of an array cannot be read",
        "The items of an Array are numbers or texts, as its type says, with blanks between them. "
        "A text with a blank stands in quotes, a quote inside of it behind a backslash; a quote "
        "that is opened must be closed.",
        bad=_MACHINE.format('<Array n="1" type="real">half</Array>'),
        good=_MACHINE.format('<Array n="1" type="real">0.5</Array>'),
    ),
    explained(
        mistakes.MATRIX_SHAPE,
        "error",
        "A matrix has not the shape that it needs",
        "nbRows and nbCols, where they are given, are the size of the matrix; all its rows have "
        "the length that its kind and its place need; a MatCell lies inside, and no two of them in "
        "one place.",
        bad=_GENERAL.format("s", _FACTOR.format('<Array n="1" type="real">1</Array>'), "a", "p1"),
        good=_GENERAL.format(
            "s", _FACTOR.format('<Array n="1" type="real">1</Array>' * 2), "a", "p1"
        ),
    ),
    explained(
        mistakes.SPARSE_INDEX,
        "error",
        "The indices of a sparse array are wrong",
        "The Indices of a sparse array count from 1 to n, each one once, and there are as many "
        "entries as indices.",
        bad=_MACHINE.format(_SPARSE.format(2)),
        good=_MACHINE.format(_SPARSE.format(1)),
    ),
    explained(
        mistakes.WRONG_COUNT,
        "error",
        "There are more or fewer entries than needed",
        "A vector has one entry for each field, a centre one for each compared field, a series of "
        "coefficients as many as its order says, a regression one table.",
        bad=_MACHINE.format('<Array n="2" type="real">0.5 0.7</Array>'),
        good=_MACHINE.format('<Array n="1" type="real">0.5</Array>'),
    ),
    explained(
        mistakes.MISSING_COLUMN,
        "error",
        "A table lacks a column",
        "A column that MapValues, TextIndexNormalization or an InstanceField names must be a cell "
        "of the rows of its InlineTable. Names are compared with case.",
        bad=_MAPPING.format(column="out", second="b"),
        good=_MAPPING.format(column="to", second="b"),
    ),
    explained(
        mistakes.TABLE_CELL,
        "error",
        "A cell of the training instances cannot be used",
        "The rows of a table of training instances need a value in each column that the model "
        "compares or predicts, of the type and among the values of its field.",
        bad=_NEIGHBORS.format("many"),
        good=_NEIGHBORS.format("2"),
    ),
    explained(
        mistakes.AMBIGUOUS_MAPPING,
        "error",
        "Two rows of a mapping contradict each other",
        "MapValues gives one output for one combination of inputs. Two rows with the same inputs "
        "and different outputs leave open which one is meant.",
        bad=_MAPPING.format(column="to", second="a"),
        good=_MAPPING.format(column="to", second="b"),
    ),
)
