"""Rules for counts and their probabilities. Specification: chapters Naive Bayes, Baseline Model,
Bayesian Network.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from pmmlkit.language.models.baseline import CountTable, FieldValue, NormalizedCountTable
from pmmlkit.language.models.bayesian_network import DiscreteNode
from pmmlkit.language.models.naive_bayes import BayesInput, NaiveBayesModel
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, rule

__all__ = ["RULES"]

_ROUNDING: Final = 0.01

_BAYES: Final = """
<NaiveBayesModel functionName="classification" threshold="{threshold}">
  <MiningSchema><MiningField name="s"/><MiningField name="k" usageType="target"/></MiningSchema>
  <BayesInputs><BayesInput fieldName="s">
    <PairCounts value="a"><TargetValueCounts>
      <TargetValueCount value="no" count="{no}"/><TargetValueCount value="yes" count="5"/>
    </TargetValueCounts></PairCounts>
    <PairCounts value="b"><TargetValueCounts>
      <TargetValueCount value="no" count="6"/>{yes}
    </TargetValueCounts></PairCounts>
  </BayesInput></BayesInputs>
  <BayesOutput fieldName="k"><TargetValueCounts>
    <TargetValueCount value="no" count="10"/><TargetValueCount value="yes" count="8"/>
  </TargetValueCounts></BayesOutput>
</NaiveBayesModel>"""
_YES: Final = '<TargetValueCount value="yes" count="3"/>'


def _bayes(threshold: float = 0.001, no: int = 4, yes: str = _YES) -> str:
    return _BAYES.format(threshold=threshold, no=no, yes=yes)


def _inputs(model: NaiveBayesModel) -> Iterator[BayesInput]:
    for item in model.bayes_inputs.bayes_inputs:
        if item.pair_counts:
            yield item


@rule(
    "PMML394",
    "info",
    "A count of 0 makes a category impossible",
    "A category that never came with a value of an input has the threshold for its probability. "
    "With threshold 0 one such value outweighs all other inputs, and a row in which each category "
    "has one has no result.",
    bad=_bayes(threshold=0, no=0),
    good=_bayes(threshold=0.001, no=0),
    on=NaiveBayesModel,
)
def impossible(model: NaiveBayesModel, facts: Facts) -> Iterator[Found]:
    if model.threshold != 0:
        return
    for part in _inputs(model):
        for pair in part.pair_counts:
            counts = pair.target_value_counts.target_value_counts
            zero = next((item for item in counts if item.count == 0), None)
            if zero is not None:
                yield (
                    zero,
                    f"{zero.value!r:.80} has the probability 0 wherever {pair.value!r:.80} is",
                )


@rule(
    "PMML395",
    "warning",
    "A value of an input has no count for a category",
    "PairCounts have a count for each category of the BayesOutput, 0 included. One that is not "
    "there is taken for 0 here; other engines fail.",
    bad=_bayes(yes=""),
    good=_bayes(),
    on=NaiveBayesModel,
)
def uncounted(model: NaiveBayesModel, facts: Facts) -> Iterator[Found]:
    stated = model.bayes_output.target_value_counts.target_value_counts
    for part in _inputs(model):
        for pair in part.pair_counts:
            known = {item.value for item in pair.target_value_counts.target_value_counts}
            absent = next((item.value for item in stated if item.value not in known), None)
            if absent is not None:
                yield pair, f"there is no count for {absent!r:.80}"


@rule(
    "PMML396",
    "warning",
    "The threshold of a Naive Bayes model is no small probability",
    "threshold stands for the probability of what the training data did not have: it lies well "
    "below all others. A threshold of 1 or more makes what never happened the likeliest of all.",
    bad=_bayes(threshold=1),
    good=_bayes(threshold=0.001),
    on=NaiveBayesModel,
)
def large_threshold(model: NaiveBayesModel, facts: Facts) -> Iterator[Found]:
    if model.threshold >= 1:
        yield model, f"threshold is {model.threshold:g}"


_TABLE: Final = """
<BaselineModel functionName="regression">
  <MiningSchema><MiningField name="s"/></MiningSchema>
  <TestDistributions field="s" testStatistic="chiSquareDistribution">
    <Baseline><CountTable sample="{}">
      <FieldValueCount field="s" value="a" count="30"/>
      <FieldValueCount field="s" value="b" count="70"/>
    </CountTable></Baseline>
  </TestDistributions>
</BaselineModel>"""


@rule(
    "PMML463",
    "warning",
    "The counts of a table do not add up to its sample",
    "sample of a CountTable is how many records were counted, so the counts add up to it; those of "
    "a NormalizedCountTable are shares and add up to 1.",
    bad=_TABLE.format(1000),
    good=_TABLE.format(100),
    on=CountTable,
)
def wrong_sample(table: CountTable, facts: Facts) -> Iterator[Found]:
    stack: list[CountTable | FieldValue] = [table]
    counts: list[float] = []
    while stack:
        part = stack.pop()
        counts += [item.count for item in part.field_value_counts]
        stack += part.field_values
    total = math.fsum(counts) if all(map(math.isfinite, counts)) else math.nan
    stated = 1.0 if isinstance(table, NormalizedCountTable) else table.sample
    if stated is not None and abs(total - stated) > _ROUNDING * abs(stated):
        yield table, f"the counts add up to {total:g}, not to {stated:g}"


_NODES: Final = """
<BayesianNetworkModel functionName="classification">
  <MiningSchema><MiningField name="s"/><MiningField name="k" usageType="target"/></MiningSchema>
  <BayesianNetworkNodes>
    <DiscreteNode name="s">
      {}
    </DiscreteNode>
    <DiscreteNode name="k">
      <ValueProbability value="no" probability="0.4"/>
      <ValueProbability value="yes" probability="0.6"/>
    </DiscreteNode>
  </BayesianNetworkNodes>
</BayesianNetworkModel>"""


@rule(
    "PMML464",
    "warning",
    "A node of a Bayesian network lacks a value of its field",
    "The dictionary lists a value of the field for which the node has no probability. A row that "
    "has it tells the network something that it takes for impossible.",
    bad=_NODES.format('<ValueProbability value="a" probability="1"/>'),
    good=_NODES.format(
        '<ValueProbability value="a" probability="0.7"/>\n'
        '      <ValueProbability value="b" probability="0.3"/>'
    ),
    on=DiscreteNode,
)
def lacks_value(node: DiscreteNode, facts: Facts) -> Iterator[Found]:
    field = facts.field(node.name, node)
    if field is None or field.rules is None or field.data_type != "string":
        return
    items = list(node.value_probabilities)
    for condition in node.conditional_probabilities:
        items += condition.value_probabilities
    known = {item.value for item in items}
    absent = next((item for item in field.rules.values if item not in known), None)
    if absent is not None:
        yield node, f"there is no probability of {absent!r:.80}"


RULES: Final = (
    impossible,
    uncounted,
    large_threshold,
    wrong_sample,
    lacks_value,
)
