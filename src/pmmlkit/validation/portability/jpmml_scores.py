"""What JPMML-Evaluator scores in another way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from pmmlkit.language.models.clustering.declaration import ClusteringModel
from pmmlkit.language.models.mining import MiningModel
from pmmlkit.language.models.mining.declaration import Segmentation
from pmmlkit.language.models.naive_bayes import BayesOutput, NaiveBayesModel, PairCounts
from pmmlkit.language.models.neural_network import Neuron
from pmmlkit.language.models.proximity import ComparisonMeasure
from pmmlkit.language.models.rule_set.declaration import RuleSelectionMethod
from pmmlkit.language.models.scorecard import Scorecard
from pmmlkit.language.models.support_vector_machine import SupportVectorMachineModel
from pmmlkit.language.models.tree.node_table import DISTRIBUTION_COLUMNS
from pmmlkit.language.output import OutputField
from pmmlkit.validation.portability import samples
from pmmlkit.validation.portability.jpmml_fields import of_model
from pmmlkit.validation.portability.markup import Markup, lacks_text, markup_rule, nodes_rule
from pmmlkit.validation.rules.facts import Facts

__all__ = ["FORWARDED", "RULES", "forwards_targets", "unsure_nodes"]

_SIMILARITIES: Final = frozenset({"simpleMatching", "jaccard", "tanimoto", "binarySimilarity"})
_RULES: Final = """
<RuleSetModel functionName="classification">
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <RuleSet><RuleSelectionMethod criterion="{}"/>
    <SimpleRule id="1" score="no" weight="0.6" confidence="0.5">
      <SimplePredicate field="x" operator="lessThan" value="5"/></SimpleRule>
    <SimpleRule id="2" score="yes" weight="0.5" confidence="0.9">
      <SimplePredicate field="x" operator="lessThan" value="9"/></SimpleRule>
  </RuleSet>
</RuleSetModel>"""
_DOUBLED: Final = '<Targets><Target field="y" rescaleFactor="2"/></Targets>'
FORWARDED: Final = samples.mining("selectFirst", samples.line(), more=_DOUBLED)
NOT_FORWARDED: Final = samples.mining("selectFirst", samples.line(_DOUBLED))
_ALTERNATE: Final = ((' targetCategory="yes" alternateTargetCategory="no"', 1.0),)
_COUNTS: Final = """
<NaiveBayesModel functionName="classification" threshold="0.01">
  <MiningSchema><MiningField name="s"/><MiningField name="k" usageType="target"/></MiningSchema>
  <BayesInputs><BayesInput fieldName="s">
    <PairCounts value="a"><TargetValueCounts>
      <TargetValueCount value="no" count="3"/>{}</TargetValueCounts></PairCounts>
    <PairCounts value="b"><TargetValueCounts><TargetValueCount value="no" count="1"/>
      <TargetValueCount value="yes" count="6"/></TargetValueCounts></PairCounts>
  </BayesInput></BayesInputs>
  <BayesOutput fieldName="k"><TargetValueCounts><TargetValueCount value="no" count="4"/>
    <TargetValueCount value="yes" count="6"/></TargetValueCounts></BayesOutput>
</NaiveBayesModel>"""


def forwards_targets(model: MiningModel, facts: Facts) -> bool:
    """Tell whether the result is that of one segment, and the model has Targets of its own."""
    segmentation = model.segmentation
    return (
        model.targets is not None
        and segmentation is not None
        and segmentation.multiple_model_method in ("modelChain", "selectFirst")
    )


def unsure_nodes(forest: Any, facts: Facts) -> Iterable[int]:
    """Give the nodes whose distributions state no confidence, where an Output asks for it."""
    asking = np.array(
        [
            tree.tag == "TreeModel"
            and tree.output is not None
            and any(field.feature == "confidence" for field in tree.output.output_fields)
            for tree in forest.trees
        ]
    )
    silent = lacks_text(forest.distributions[:, DISTRIBUTION_COLUMNS.index("confidence")])
    nodes = forest.distribution_node[silent]
    found: list[int] = np.unique(nodes[asking[forest.tree[nodes]]]).tolist()
    return found


def _lone_machine(model: SupportVectorMachineModel, facts: Facts) -> bool:
    machines = model.support_vector_machines
    return (
        model.classification_method == "OneAgainstAll"
        and len(machines) == 1
        and machines[0].alternate_target_category is not None
    )


def _lacks_counts(model: NaiveBayesModel, facts: Facts) -> bool:
    categories = _counted(model.bayes_output)
    return any(
        categories - _counted(pairs)
        for item in model.bayes_inputs.bayes_inputs
        for pairs in item.pair_counts
    )


def _counted(item: BayesOutput | PairCounts) -> set[str]:
    return {count.value for count in item.target_value_counts.target_value_counts}


def _contradicts_measure(item: ComparisonMeasure, facts: Facts) -> bool:
    return (item.kind == "similarity") != (item.measure.tag in _SIMILARITIES)


RULES: Final = (
    markup_rule(
        "PMML530",
        "info",
        "JPMML-Evaluator leaves the Targets of a forwarding MiningModel aside",
        "With modelChain and selectFirst the result of a segment is the result: Targets of the "
        "MiningModel itself are not applied. State them in the segment's model.",
        Markup(MiningModel, when=forwards_targets),
        bad=FORWARDED,
        good=NOT_FORWARDED,
    ),
    markup_rule(
        "PMML531",
        "info",
        "JPMML-Evaluator takes the surest rule for weightedMax",
        "The specification takes the rule of the highest weight that fires, JPMML-Evaluator the "
        "category of the highest confidence.",
        Markup(RuleSelectionMethod, "criterion", values=("weightedMax",)),
        bad=_RULES.format("weightedMax"),
        good=_RULES.format("firstHit"),
    ),
    markup_rule(
        "PMML532",
        "info",
        "JPMML-Evaluator does not read the altitude of a neuron",
        "altitude counts in a layer and in the network, not in a Neuron.",
        Markup(Neuron, "altitude"),
        bad=samples.network(
            ' activationFunction="radialBasis"', neuron=' width="0.75" altitude="2"'
        ),
        good=samples.network(
            ' activationFunction="radialBasis" altitude="2"', neuron=' width="0.75"'
        ),
    ),
    markup_rule(
        "PMML533",
        "info",
        "JPMML-Evaluator takes a lone machine as one of several",
        "A single machine with an alternateTargetCategory under OneAgainstAll always gives its "
        "targetCategory. State OneAgainstOne.",
        Markup(SupportVectorMachineModel, when=_lone_machine),
        bad=samples.machine("", *_ALTERNATE),
        good=samples.machine(' classificationMethod="OneAgainstOne"', *_ALTERNATE),
    ),
    markup_rule(
        "PMML534",
        "info",
        "JPMML-Evaluator does not rank this affinity",
        "clusterAffinity and entityAffinity are those of the best cluster, whatever the rank; "
        "affinity is ranked.",
        Markup(
            OutputField,
            "feature",
            values=("clusterAffinity", "entityAffinity"),
            when=lambda item, facts: item.rank != 1 and of_model(item, facts, ClusteringModel),
        ),
        bad=samples.cluster(more=samples.number("clusterAffinity", ' rank="2"')),
        good=samples.cluster(more=samples.number("affinity", ' rank="2"')),
    ),
    nodes_rule(
        "PMML535",
        "info",
        "JPMML-Evaluator does not work out the confidence of a node",
        "A ScoreDistribution without the attribute confidence has the confidence 0; the "
        "specification takes the share of records.",
        "Node of whose ScoreDistributions a confidence is asked that they do not state",
        unsure_nodes,
        bad=samples.tree(more=samples.number("confidence", ' value="yes"')),
        good=samples.tree(more=samples.number("confidence", ' value="yes"'), nodes=samples.SURE),
    ),
    markup_rule(
        "PMML536",
        "info",
        "JPMML-Evaluator goes by the measure, not by its kind",
        "A ComparisonMeasure whose kind is not that of the measure inside: JPMML-Evaluator takes "
        "the smallest distance and the largest similarity, whatever kind says.",
        Markup(ComparisonMeasure, when=_contradicts_measure),
        bad=samples.cluster(samples.DISTANCES.replace('"distance"', '"similarity"')),
        good=samples.cluster(),
    ),
    markup_rule(
        "PMML537",
        "info",
        "JPMML-Evaluator gives one value in place of a list",
        "isMultiValued of entityId, affinity and reasonCode has no effect: the value of the rank "
        "is given.",
        Markup(
            OutputField,
            "feature",
            values=("entityId", "affinity", "reasonCode"),
            when=lambda item, facts: (
                item.is_multi_valued not in ("0", "false")
                and of_model(item, facts, Scorecard, ClusteringModel)
            ),
        ),
        bad=samples.scorecard(more=samples.label("reasonCode", ' isMultiValued="1"')),
        good=samples.scorecard(more=samples.label("reasonCode")),
    ),
    markup_rule(
        "PMML538",
        "info",
        "JPMML-Evaluator leaves a count that is not given out of account",
        "A category that has no TargetValueCount for a value counts as if the value said nothing "
        "of it; the specification takes a count of 0, which becomes the threshold.",
        Markup(NaiveBayesModel, when=_lacks_counts),
        bad=_COUNTS.format(""),
        good=_COUNTS.format('<TargetValueCount value="yes" count="0"/>'),
    ),
    markup_rule(
        "PMML539",
        "info",
        "JPMML-Evaluator gives the results of all segments as a list",
        "With selectAll the result of JPMML-Evaluator is a list of the results of the segments.",
        Markup(Segmentation, "multiple_model_method", values=("selectAll",)),
        bad=samples.mining("selectAll", samples.line(), samples.line(slope=3)),
        good=samples.mining("selectFirst", samples.line(), samples.line(slope=3)),
    ),
)
