"""What keeps a document from being evaluated: functions and categories of models, trees, segments
and output.
"""

from __future__ import annotations

from typing import Final

from pmmlkit.language import mistakes
from pmmlkit.validation.rules.rule import Explanation, explained

__all__ = ["EXPLANATIONS"]

_NORM: Final = """
<DerivedField name="d" optype="continuous" dataType="double">
  <NormContinuous field="x">
    <LinearNorm orig="{}" norm="0"/>
    <LinearNorm orig="{}" norm="1"/>
  </NormContinuous>
</DerivedField>
"""

_REGRESSION: Final = """
<RegressionModel functionName="{}"{}>
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/></RegressionTable>
</RegressionModel>
"""

_CLASSES: Final = """
<RegressionModel functionName="classification" normalizationMethod="softmax">
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <RegressionTable targetCategory="yes" intercept="1">
    <NumericPredictor name="x" coefficient="2"/>
  </RegressionTable>
  {}
</RegressionModel>
"""
_OTHER_TABLE: Final = '<RegressionTable targetCategory="{}" intercept="0"/>'

_TREE: Final = """
<TreeModel functionName="regression"{attributes}>
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <Node id="0"{default}><True/>
    <Node id="1" score="{score}">
      <SimplePredicate field="x" operator="lessThan" value="1"/>
    </Node>
    <Node id="2" score="7">
      <SimplePredicate field="x" operator="greaterOrEqual" value="1"/>
    </Node>
  </Node>
</TreeModel>
"""
_BY_DEFAULT: Final = ' missingValueStrategy="defaultChild"'

_RULES: Final = """
<RuleSetModel functionName="classification">
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <RuleSet defaultScore="no">
    <RuleSelectionMethod criterion="firstHit"/>
    <SimpleRule score="yes">
      <SimplePredicate field="x" operator="lessThan" value="1"/>
      <ScoreDistribution value="yes" recordCount="{}"/>
      <ScoreDistribution value="no" recordCount="0"/>
    </SimpleRule>
  </RuleSet>
</RuleSetModel>
"""

_SEGMENTS: Final = """
<MiningModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <Output>
    <OutputField name="o" optype="continuous" dataType="double" feature="predictedValue"
      segmentId="{segment}"/>
  </Output>
  <Segmentation multipleModelMethod="{method}">
    <Segment id="1" weight="{weight}">{first}
      <RegressionModel functionName="regression">
        <MiningSchema><MiningField name="x"/></MiningSchema>
        <Output>
          <OutputField name="own" optype="continuous" dataType="double" feature="predictedValue"/>
        </Output>
        <RegressionTable intercept="1"/>
      </RegressionModel>
    </Segment>
    <Segment id="2"><True/>
      {model}
    </Segment>
  </Segmentation>
</MiningModel>
"""
_SECOND: Final = """<RegressionModel functionName="regression">
        <MiningSchema><MiningField name="x"/></MiningSchema>
        <Output>
          <OutputField name="own" optype="{}" dataType="{}" feature="predictedValue"/>
        </Output>
        <RegressionTable intercept="2"/>
      </RegressionModel>"""
_NUMBER: Final = _SECOND.format("continuous", "double")
_TREE_OF_CLASSES: Final = """<TreeModel functionName="classification">
        <MiningSchema><MiningField name="x"/></MiningSchema>
        <Node score="high"><True/></Node>
      </TreeModel>"""
_LOW: Final = '<SimplePredicate field="x" operator="lessThan" value="1"/>'


def _segments(
    *,
    segment: str = "1",
    weight: str = "1",
    method: str = "weightedAverage",
    first: str = "<True/>",
    model: str = _NUMBER,
) -> str:
    return _SEGMENTS.format(segment=segment, weight=weight, method=method, first=first, model=model)


_CARD: Final = """
<Scorecard functionName="regression" initialScore="10" baselineScore="5">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <Output>
    <OutputField name="o" optype="categorical" dataType="string" feature="reasonCode" rank="{}"/>
  </Output>
  <Characteristics>
    <Characteristic name="size" reasonCode="SIZE">
      <Attribute partialScore="3"><True/></Attribute>
    </Characteristic>
  </Characteristics>
</Scorecard>
"""

EXPLANATIONS: Final[tuple[Explanation, ...]] = (
    explained(
        mistakes.LINEAR_NORMS,
        "error",
        "The LinearNorms do not make a function",
        "The orig of the LinearNorms grow from one to the next, and there are two or more: they "
        "are the corners of a line. Where an output is computed backwards the norms must grow or "
        "fall all along too.",
        bad=_NORM.format(5, 1),
        good=_NORM.format(1, 5),
    ),
    explained(
        mistakes.FUNCTION_NAME,
        "error",
        "The functionName is none of the model's",
        "Each kind of model has a rule for some mining functions: a RegressionModel for regression "
        "and classification, a ClusteringModel for clustering. For others there is none.",
        bad=_REGRESSION.format("clustering", ""),
        good=_REGRESSION.format("regression", ""),
    ),
    explained(
        mistakes.METHOD,
        "error",
        "A method has no meaning for this model",
        "A normalizationMethod, multipleModelMethod, strategy or treatment is for other mining "
        "functions, other numbers of tables or other kinds of models than this one.",
        bad=_REGRESSION.format("regression", ' normalizationMethod="simplemax"'),
        good=_REGRESSION.format("regression", ' normalizationMethod="exp"'),
    ),
    explained(
        mistakes.CATEGORY_COUNT,
        "error",
        "The model has fewer or more categories than the target",
        "A classification decides between two categories or more: those that the target lists, "
        "each with what the model needs to weigh it.",
        bad=_CLASSES.format(""),
        good=_CLASSES.format(_OTHER_TABLE.format("no")),
    ),
    explained(
        mistakes.UNKNOWN_CATEGORY,
        "error",
        "A category is no valid value of its field",
        "The DataDictionary lists the valid values of the field, and what the model says is of "
        "another one. Compare the spelling, the case and the blanks.",
        bad=_CLASSES.format(_OTHER_TABLE.format("No")),
        good=_CLASSES.format(_OTHER_TABLE.format("no")),
    ),
    explained(
        mistakes.DEFAULT_CHILD,
        "error",
        "A node has no defaultChild where one is needed",
        "With missingValueStrategy defaultChild a row whose value is missing goes to the child "
        "that the node names. A node with children must name one of them.",
        bad=_TREE.format(attributes=_BY_DEFAULT, default="", score=3),
        good=_TREE.format(attributes=_BY_DEFAULT, default=' defaultChild="1"', score=3),
    ),
    explained(
        mistakes.NODE_SCORE,
        "error",
        "The score of a node is no value of the target",
        "The score of a node is what the tree predicts: a number in a regression, else a value of "
        "the target's dataType.",
        bad=_TREE.format(attributes="", default="", score="low"),
        good=_TREE.format(attributes="", default="", score=3),
    ),
    explained(
        mistakes.SCORE_DISTRIBUTION,
        "error",
        "A score distribution gives no shares",
        "The recordCounts of ScoreDistributions are numbers from 0 on, and not all of them 0: "
        "their shares are the probabilities.",
        bad=_RULES.format(0),
        good=_RULES.format(4),
    ),
    explained(
        mistakes.SEGMENT_WEIGHT,
        "error",
        "The weight of a segment is negative",
        "The weight of a Segment says how much its prediction counts in an average or a vote. It "
        "is a number from 0 on.",
        bad=_segments(weight="-1"),
        good=_segments(weight="2"),
    ),
    explained(
        mistakes.SEGMENT_FUNCTION,
        "error",
        "A segment predicts something else than the whole",
        "The predictions of segments are averaged, added or counted: they must be of one kind. "
        "Only the models of a chain may differ.",
        bad=_segments(model=_TREE_OF_CLASSES),
        good=_segments(),
    ),
    explained(
        mistakes.OUTPUT_TYPES,
        "error",
        "Segments give an OutputField with different types",
        "Where one segment is selected, its OutputFields are those of the whole. Those of one name "
        "must have one dataType, as one column has.",
        bad=_segments(
            method="selectFirst", first=_LOW, model=_SECOND.format("categorical", "string")
        ),
        good=_segments(method="selectFirst", first=_LOW),
    ),
    explained(
        mistakes.OUTPUT_REFERENCE,
        "error",
        "An OutputField refers to what does not exist",
        "The segmentId, the targetField or the value of an OutputField names a segment, a target, "
        "an output of a segment or a document that is not in the model.",
        bad=_segments(segment="9"),
        good=_segments(segment="1"),
    ),
    explained(
        mistakes.RANK,
        "error",
        "The rank of an OutputField is below 1",
        "Ranks count from 1: the best cluster, the strongest rule, the first reason code.",
        bad=_CARD.format(0),
        good=_CARD.format(1),
    ),
)
