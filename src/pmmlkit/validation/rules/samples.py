"""Rules for the records that came to the nodes of a tree. Specification: chapter Trees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from pmmlkit.language.models.tree.node_table import DISTRIBUTION_COLUMNS, NONE
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.forest import Doubles, Forest
from pmmlkit.validation.rules.rule import Found, rule
from pmmlkit.validation.rules.trees import node_place, told_twice

__all__ = ["RULES", "TOLERANCE", "per_node"]

TOLERANCE: Final = 1e-3
"""Sums may differ by so much of their size: producers print few digits."""


def per_node(forest: Forest, name: str) -> tuple[Doubles, Doubles]:
    """Return the sum of a column of the distributions for each node, and the largest value of
    it; NaN where a number is absent.
    """
    values = forest.numbers[forest.distributions[:, DISTRIBUTION_COLUMNS.index(name)]]
    sums = np.zeros(len(forest))
    np.add.at(sums, forest.distribution_node, values)
    most = np.full(len(forest), -np.inf)
    with np.errstate(invalid="ignore"):
        np.maximum.at(most, forest.distribution_node, values)
    sums[~np.isin(np.arange(len(forest)), forest.distribution_node)] = np.nan
    return sums, most


@rule(
    "PMML250",
    "warning",
    "The counts of a score distribution do not add up",
    "The recordCounts of the ScoreDistributions of a node add up to the recordCount of the node; "
    "probabilities and confidences are computed from them.",
    bad="""
<Node score="no" recordCount="10"><True/>
  <ScoreDistribution value="no" recordCount="5"/>
  <ScoreDistribution value="yes" recordCount="2"/>
</Node>""",
    good="""
<Node score="no" recordCount="10"><True/>
  <ScoreDistribution value="no" recordCount="8"/>
  <ScoreDistribution value="yes" recordCount="2"/>
</Node>""",
)
def distribution_total(facts: Facts) -> Iterator[Found]:
    for forest in facts.forests:
        total, _ = per_node(forest, "record_count")
        count = forest.numbers[forest.column("record_count")]
        with np.errstate(invalid="ignore"):
            wrong = np.abs(total - count) > TOLERANCE * np.maximum(np.abs(count), 1)
        for node in np.flatnonzero(wrong).tolist():
            text = f"the counts add up to {total[node]:.6g}, recordCount is {count[node]:.6g}"
            yield node_place(forest, node), text


@rule(
    "PMML251",
    "info",
    "The score of a node is not its most frequent category",
    "The score of a node is usually the category with the highest recordCount. It need not be "
    "(costs, priors), but result and probabilities then contradict each other.",
    bad="""
<Node score="no"><True/>
  <ScoreDistribution value="no" recordCount="2"/>
  <ScoreDistribution value="yes" recordCount="8"/>
</Node>""",
    good="""
<Node score="yes"><True/>
  <ScoreDistribution value="no" recordCount="2"/>
  <ScoreDistribution value="yes" recordCount="8"/>
</Node>""",
)
def unusual_score(facts: Facts) -> Iterator[Found]:
    for forest in facts.forests:
        _, most = per_node(forest, "record_count")
        value = forest.distributions[:, DISTRIBUTION_COLUMNS.index("value")]
        count = forest.numbers[forest.distributions[:, DISTRIBUTION_COLUMNS.index("record_count")]]
        node = forest.distribution_node
        with np.errstate(invalid="ignore"):
            wrong = (value == forest.column("score")[node]) & (count < most[node])
        for at in sorted(set(node[wrong].tolist())):
            score = forest.text(int(forest.column("score")[at]))
            yield node_place(forest, at), f"another category has more records than {score!r:.80}"


@rule(
    "PMML252",
    "info",
    "The children of a node count more records than the node",
    "The records that come to the children of a node came to the node before. Counts that do not "
    "fit change the result under missingValueStrategy weightedConfidence and aggregateNodes.",
    bad="""
<Node score="no" recordCount="10"><True/>
  <Node score="no" recordCount="9"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
  <Node score="yes" recordCount="9"><True/></Node>
</Node>""",
    good="""
<Node score="no" recordCount="18"><True/>
  <Node score="no" recordCount="9"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
  <Node score="yes" recordCount="9"><True/></Node>
</Node>""",
)
def children_total(facts: Facts) -> Iterator[Found]:
    for forest in facts.forests:
        count = forest.numbers[forest.column("record_count")]
        inner = np.flatnonzero(forest.parent >= 0)
        total = np.zeros(len(forest))
        np.add.at(total, forest.parent[inner], count[inner])
        with np.errstate(invalid="ignore"):
            wrong = total - count > TOLERANCE * np.maximum(np.abs(count), 1)
        for node in np.flatnonzero(wrong & ~forest.is_leaf).tolist():
            text = f"the children count {total[node]:.6g} records, the node {count[node]:.6g}"
            yield node_place(forest, node), text


@rule(
    "PMML253",
    "warning",
    "A category stands twice in a distribution",
    "Each category has one ScoreDistribution in a node.",
    bad="""
<Node score="no"><True/>
  <ScoreDistribution value="no" recordCount="2"/>
  <ScoreDistribution value="no" recordCount="2"/>
</Node>""",
    good="""
<Node score="no"><True/>
  <ScoreDistribution value="no" recordCount="2"/>
  <ScoreDistribution value="yes" recordCount="1"/>
</Node>""",
)
def same_category(facts: Facts) -> Iterator[Found]:
    for forest in facts.forests:
        value = forest.distributions[:, DISTRIBUTION_COLUMNS.index("value")]
        rows = np.flatnonzero(value != NONE)
        rows = rows[told_twice(forest.distribution_node[rows], value[rows])]
        pairs = zip(forest.distribution_node[rows].tolist(), value[rows].tolist(), strict=True)
        for node, number in sorted(set(pairs)):
            text = f"the category {forest.text(number)!r:.80} has two ScoreDistributions"
            yield node_place(forest, node), text


RULES: Final = (distribution_total, unusual_score, children_total, same_category)
