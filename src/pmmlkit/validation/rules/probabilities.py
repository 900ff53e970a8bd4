"""Rules for probabilities: what sums to one. Specification: chapters Trees, Targets, Bayesian
Network.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from pmmlkit.language.models.bayesian_network.declaration import (
    DiscreteConditionalProbability,
    DiscreteNode,
)
from pmmlkit.language.targets import Target
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, rule
from pmmlkit.validation.rules.samples import TOLERANCE, per_node
from pmmlkit.validation.rules.trees import node_place

__all__ = ["RULES"]


def _is_one(values: Sequence[float]) -> bool:
    return abs(sum(values) - 1) <= TOLERANCE * max(len(values), 1)


@rule(
    "PMML260",
    "warning",
    "The probabilities of a node do not sum to one",
    "The attribute probability of the ScoreDistributions of a node, where it is given, is used as "
    "it is: the probabilities of the categories sum to one.",
    bad="""
<Node score="no"><True/>
  <ScoreDistribution value="no" recordCount="7" probability="0.7"/>
  <ScoreDistribution value="yes" recordCount="3" probability="0.7"/>
</Node>""",
    good="""
<Node score="no"><True/>
  <ScoreDistribution value="no" recordCount="7" probability="0.7"/>
  <ScoreDistribution value="yes" recordCount="3" probability="0.3"/>
</Node>""",
)
def of_nodes(facts: Facts) -> Iterator[Found]:
    for forest in facts.forests:
        total, _ = per_node(forest, "probability")
        counts = np.bincount(forest.distribution_node, minlength=len(forest))
        with np.errstate(invalid="ignore"):
            wrong = np.abs(total - 1) > TOLERANCE * np.maximum(counts, 1)
        for node in np.flatnonzero(wrong).tolist():
            yield node_place(forest, node), f"the probabilities sum to {total[node]:.6g}"


@rule(
    "PMML261",
    "warning",
    "The prior probabilities of a target do not sum to one",
    "The priorProbability of the TargetValues is what a model says of a row that it cannot score; "
    "the probabilities of the categories sum to one.",
    bad="""
<TreeModel functionName="classification">
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <Targets><Target field="k">
    <TargetValue value="no" priorProbability="0.9"/>
    <TargetValue value="yes" priorProbability="0.3"/>
  </Target></Targets>
  <Node score="no"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
</TreeModel>""",
    good="""
<TreeModel functionName="classification">
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <Targets><Target field="k">
    <TargetValue value="no" priorProbability="0.7"/>
    <TargetValue value="yes" priorProbability="0.3"/>
  </Target></Targets>
  <Node score="no"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
</TreeModel>""",
    on=Target,
)
def of_priors(target: Target, facts: Facts) -> Iterator[Found]:
    given = [item.prior_probability for item in target.target_values]
    priors = [item for item in given if item is not None]
    if priors and len(priors) == len(given) and not _is_one(priors):
        yield target, f"the prior probabilities sum to {sum(priors):.6g}"


@rule(
    "PMML262",
    "warning",
    "The probabilities of a Bayesian node do not sum to one",
    "The ValueProbabilities of a DiscreteNode, or of one combination of its parents' values, are "
    "those of all its values, and sum to one.",
    bad="""
<BayesianNetworkModel functionName="classification">
  <MiningSchema><MiningField name="s"/><MiningField name="k" usageType="target"/></MiningSchema>
  <BayesianNetworkNodes>
    <DiscreteNode name="s">
      <ValueProbability value="a" probability="0.6"/>
      <ValueProbability value="b" probability="0.6"/>
    </DiscreteNode>
    <DiscreteNode name="k">
      <DiscreteConditionalProbability><ParentValue parent="s" value="a"/>
        <ValueProbability value="no" probability="0.5"/>
        <ValueProbability value="yes" probability="0.5"/></DiscreteConditionalProbability>
      <DiscreteConditionalProbability><ParentValue parent="s" value="b"/>
        <ValueProbability value="no" probability="0.1"/>
        <ValueProbability value="yes" probability="0.9"/></DiscreteConditionalProbability>
    </DiscreteNode>
  </BayesianNetworkNodes>
</BayesianNetworkModel>""",
    good="""
<BayesianNetworkModel functionName="classification">
  <MiningSchema><MiningField name="s"/><MiningField name="k" usageType="target"/></MiningSchema>
  <BayesianNetworkNodes>
    <DiscreteNode name="s">
      <ValueProbability value="a" probability="0.4"/>
      <ValueProbability value="b" probability="0.6"/>
    </DiscreteNode>
    <DiscreteNode name="k">
      <DiscreteConditionalProbability><ParentValue parent="s" value="a"/>
        <ValueProbability value="no" probability="0.5"/>
        <ValueProbability value="yes" probability="0.5"/></DiscreteConditionalProbability>
      <DiscreteConditionalProbability><ParentValue parent="s" value="b"/>
        <ValueProbability value="no" probability="0.1"/>
        <ValueProbability value="yes" probability="0.9"/></DiscreteConditionalProbability>
    </DiscreteNode>
  </BayesianNetworkNodes>
</BayesianNetworkModel>""",
    on=(DiscreteNode, DiscreteConditionalProbability),
)
def of_bayesian_nodes(
    node: DiscreteNode | DiscreteConditionalProbability, facts: Facts
) -> Iterator[Found]:
    values = [item.probability for item in node.value_probabilities]
    if values and not _is_one(values):
        yield node, f"the probabilities sum to {sum(values):.6g}"


RULES: Final = (of_nodes, of_priors, of_bayesian_nodes)
