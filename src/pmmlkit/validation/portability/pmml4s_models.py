"""Models and parts of models that PMML4S does not evaluate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from pmmlkit.language.derived_field import TransformationDictionary
from pmmlkit.language.models.baseline import BaselineModel
from pmmlkit.language.models.bayesian_network import BayesianNetworkModel
from pmmlkit.language.models.embedded import EmbeddedModel
from pmmlkit.language.models.gaussian_process import GaussianProcessModel
from pmmlkit.language.models.general_regression.declaration import BaseCumHazardTables
from pmmlkit.language.models.mining.declaration import Segmentation
from pmmlkit.language.models.naive_bayes import TargetValueStats
from pmmlkit.language.models.regression import RegressionModel
from pmmlkit.language.models.sequence import SequenceModel
from pmmlkit.language.models.support_vector_machine.declaration import VectorInstance
from pmmlkit.language.models.text import TextModel
from pmmlkit.language.models.time_series import TimeSeriesModel
from pmmlkit.language.models.tree.node_table import DISTRIBUTION_COLUMNS, SIMPLE, TRUE
from pmmlkit.validation.portability import samples
from pmmlkit.validation.portability.jpmml_models import (
    BASELINE,
    COX,
    EMBEDDED,
    GAUSSIAN,
    SCORELESS,
    TRANSFORMATIONS,
    UNIFORM,
    is_without_model,
    lacks_max_time,
    lacks_size,
    scoreless_nodes,
    uniform_inputs,
)
from pmmlkit.validation.portability.markup import Markup, lacks_text, markup_rule, nodes_rule
from pmmlkit.validation.rules.facts import Facts

__all__ = ["RULES"]

_CHAIN: Final = """
<DataDictionary>
  <DataField name="x" optype="continuous" dataType="double"/>
  <DataField name="y" optype="continuous" dataType="double"/>
  <DataField name="z" optype="continuous" dataType="double"/>
</DataDictionary>
<MiningModel functionName="regression">
  <MiningSchema><MiningField name="x"/>{}</MiningSchema>
  <Segmentation multipleModelMethod="{}">{}</Segmentation>
</MiningModel>"""
_SEGMENT: Final = '<Segment id="{}"><True/>{}</Segment>'
_Y: Final = '<MiningField name="y" usageType="target"/>'
_TWO_TARGETS: Final = _CHAIN.format(
    _Y + _Y.replace('"y"', '"z"'),
    "x-multiModelChain",
    _SEGMENT.format(1, samples.line())
    + _SEGMENT.format(2, samples.line(slope=3).replace('"y"', '"z"')),
)
_ONE_TARGET: Final = _CHAIN.format(_Y, "modelChain", _SEGMENT.format(1, samples.line()))
_PROBABILITIES: Final = (
    samples.SHARES.replace('recordCount="6"/>', 'probability="0.6"/>')
    .replace('recordCount="4"/>', 'probability="0.4"/>')
    .replace('recordCount="5"/>', 'probability="0.8"/>')
    .replace('recordCount="1"/>', 'probability="0.2"/>')
    .replace('recordCount="3"/>', 'probability="0.8"/>')
)
_THREE: Final = """
<DataDictionary>
  <DataField name="x" optype="continuous" dataType="double"/>
  <DataField name="k" optype="categorical" dataType="string">
    <Value value="no"/><Value value="perhaps"/><Value value="yes"/></DataField>
</DataDictionary>
"""
_OVERTAKING: Final = """<Node score="no"><True/>
    <Node score="no"><SimplePredicate field="x" operator="lessThan" value="0"/></Node>
    <Node score="yes">{}</Node>
  </Node>"""
_CATEGORIES: Final = ("no", "perhaps", "yes")
LINKS: Final = ("logit", "probit", "cloglog", "loglog", "cauchit")


def _uncounted_nodes(forest: Any, facts: Facts) -> Iterable[int]:
    column = forest.distributions[:, DISTRIBUTION_COLUMNS.index("record_count")]
    found: list[int] = np.unique(forest.distribution_node[lacks_text(column)]).tolist()
    return found


def _unsure_nodes(forest: Any, facts: Facts) -> Iterable[int]:
    weighing = np.array(
        [
            getattr(tree, "missing_value_strategy", "") == "weightedConfidence"
            for tree in forest.trees
        ]
    )
    column = forest.distributions[:, DISTRIBUTION_COLUMNS.index("confidence")]
    nodes = forest.distribution_node[lacks_text(column)]
    found: list[int] = np.unique(nodes[weighing[forest.tree[nodes]]]).tolist()
    return found


def _links_several(model: RegressionModel, facts: Facts) -> bool:
    target = facts.target(model)
    return (
        model.function_name == "classification"
        and len(model.regression_tables) > 2
        and (target is None or target.optype != "ordinal")
    )


def _lists_no_categories(model: RegressionModel, facts: Facts) -> bool:
    target = facts.target(model)
    return (
        model.function_name == "classification"
        and any(field.is_target for field in model.mining_schema.mining_fields)
        and target is not None
        and target.rules is not None
        and not target.rules.values
    )


def _overtaking_nodes(forest: Any, facts: Facts) -> Iterable[int]:
    """Give the nodes that are TRUE behind a test of a value, where a strategy stops at the test."""
    stopping = np.array(
        [
            getattr(tree, "missing_value_strategy", "none") in ("lastPrediction", "nullPrediction")
            for tree in forest.trees
        ]
    )
    order, starts, _ = forest.children
    kind = forest.column("kind")[order]
    first = np.zeros(len(order), np.bool_)
    first[starts] = True
    behind = ~first & (kind == TRUE) & (np.roll(kind, 1) == SIMPLE)
    found: list[int] = order[behind & stopping[forest.tree[order]]].tolist()
    return found


RULES: Final = (
    markup_rule(
        "PMML550",
        "warning",
        "PMML4S has no evaluator for the model",
        "BaselineModel, BayesianNetworkModel, GaussianProcessModel, SequenceModel, TextModel and "
        "TimeSeriesModel are not evaluated.",
        *(
            Markup(kind)
            for kind in (
                BaselineModel,
                BayesianNetworkModel,
                GaussianProcessModel,
                SequenceModel,
                TextModel,
                TimeSeriesModel,
            )
        ),
        bad=BASELINE,
        good=samples.line(),
    ),
    nodes_rule(
        "PMML551",
        "warning",
        "PMML4S needs the counts of a ScoreDistribution",
        "A ScoreDistribution without recordCount is refused, also where it states a probability.",
        "ScoreDistribution without recordCount in a Node",
        _uncounted_nodes,
        bad=samples.tree(nodes=_PROBABILITIES),
        good=samples.tree(),
    ),
    markup_rule(
        "PMML552",
        "warning",
        "PMML4S does not know the method of the segments",
        "x-multiModelChain, JPMML's extension for several targets, is refused.",
        Markup(
            Segmentation,
            "multiple_model_method",
            values=("x-multiModelChain", "multiModelChain"),
        ),
        bad=_TWO_TARGETS,
        good=_ONE_TARGET,
    ),
    markup_rule(
        "PMML553",
        "warning",
        "PMML4S does not evaluate the embedded model",
        "A model inside a Node is left aside: the result is the score of the node, or none. Models "
        "that stand in a MiningModel without a Segment are refused.",
        Markup(EmbeddedModel),
        bad=samples.model("TreeModel", EMBEDDED.replace(' score="7"', "")),
        good=samples.model("TreeModel", '<Node score="7"><True/></Node>'),
    ),
    markup_rule(
        "PMML554",
        "warning",
        "PMML4S has no uniform distribution",
        "A BayesInput with a UniformDistribution is refused.",
        Markup(TargetValueStats, when=uniform_inputs),
        bad=UNIFORM,
        good=GAUSSIAN,
    ),
    markup_rule(
        "PMML555",
        "warning",
        "PMML4S needs the length of sparse arrays",
        "A sparse array without n is refused.",
        Markup(VectorInstance, when=lacks_size),
        bad=samples.machine(arrays=samples.sparse("")),
        good=samples.machine(arrays=samples.sparse(' n="1"')),
    ),
    markup_rule(
        "PMML556",
        "warning",
        "PMML4S needs the maxTime of hazard tables",
        "BaseCumHazardTables without strata and without maxTime fail each row.",
        Markup(BaseCumHazardTables, when=lacks_max_time),
        bad=COX.format(""),
        good=samples.general('modelType="generalLinear"'),
    ),
    nodes_rule(
        "PMML557",
        "warning",
        "PMML4S needs the score of a node",
        "A node that has a distribution but no score gives no result; the specification takes the "
        "largest share.",
        "Node without score",
        scoreless_nodes,
        bad=samples.tree(nodes=SCORELESS),
        good=samples.tree(),
    ),
    nodes_rule(
        "PMML558",
        "warning",
        "PMML4S does not work out the confidences that it weighs",
        "With the missing value strategy weightedConfidence a row that lacks a value has no "
        "prediction where a ScoreDistribution does not state its confidence; the specification "
        "takes the share of records.",
        "Node without confidences under missingValueStrategy='weightedConfidence'",
        _unsure_nodes,
        bad=samples.tree(' missingValueStrategy="weightedConfidence"'),
        good=samples.tree(' missingValueStrategy="weightedConfidence"', samples.SURE),
    ),
    markup_rule(
        "PMML559",
        "warning",
        "PMML4S has no logit of three categories or more",
        "A RegressionModel that classifies by logit with three tables or more gives no result. "
        "softmax is evaluated.",
        Markup(RegressionModel, "normalization_method", values=("logit",), when=_links_several),
        bad=_THREE + samples.logistic("logit", categories=_CATEGORIES),
        good=_THREE + samples.logistic("softmax", categories=_CATEGORIES),
    ),
    markup_rule(
        "PMML560",
        "warning",
        "PMML4S cannot compute the link loglog",
        "A regression with the normalizationMethod loglog gives no result.",
        Markup(
            RegressionModel,
            "normalization_method",
            values=("loglog",),
            when=lambda item, facts: item.function_name == "regression",
        ),
        bad=samples.line().replace(">", ' normalizationMethod="loglog">', 1),
        good=samples.line().replace(">", ' normalizationMethod="cloglog">', 1),
    ),
    markup_rule(
        "PMML598",
        "warning",
        "PMML4S evaluates models alone",
        "A document of transformations without a model is refused.",
        Markup(TransformationDictionary, when=is_without_model),
        bad=TRANSFORMATIONS,
        good=TRANSFORMATIONS + samples.line(),
    ),
    markup_rule(
        "PMML599",
        "warning",
        "PMML4S needs the categories of the target",
        "A RegressionModel that classifies by logit, probit, cloglog, loglog or cauchit gives no "
        "result if the DataField of the target lists no Values.",
        Markup(RegressionModel, "normalization_method", values=LINKS, when=_lists_no_categories),
        bad="""
<DataDictionary>
  <DataField name="x" optype="continuous" dataType="double"/>
  <DataField name="k" optype="categorical" dataType="string"/>
</DataDictionary>
"""
        + samples.logistic("logit"),
        good=samples.logistic("logit"),
    ),
    nodes_rule(
        "PMML578",
        "info",
        "PMML4S passes a node that cannot be tested",
        "With lastPrediction and nullPrediction a row stops where the first test of a missing "
        "value is; PMML4S takes a later sibling that is true.",
        "Node with True behind a test",
        _overtaking_nodes,
        bad=samples.tree(' missingValueStrategy="lastPrediction"', _OVERTAKING.format("<True/>")),
        good=samples.tree(
            ' missingValueStrategy="lastPrediction"',
            _OVERTAKING.format('<SimplePredicate field="x" operator="greaterOrEqual" value="0"/>'),
        ),
    ),
)
