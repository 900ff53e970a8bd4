"""Rules for trees: nodes that cannot be reached, siblings, default children.

Specification: chapter Trees.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from pmmlkit.language.models.tree.node_table import NONE, OPERATORS, SIMPLE, TRUE
from pmmlkit.validation.rules.facts import Facts, FieldFacts
from pmmlkit.validation.rules.forest import Forest, Ints
from pmmlkit.validation.rules.rule import Found, Place, rule

__all__ = ["RULES"]

_WEIGHING: Final = ("weightedConfidence", "aggregateNodes")
"""Strategies that follow several children at once."""


def node_place(forest: Forest, node: int) -> Place:
    """Return the place of a node."""
    return Place(forest.trees[int(forest.tree[node])], "Node", forest.line(node))


def measured(forest: Forest, facts: Facts, *data_types: str) -> npt.NDArray[np.bool_]:
    """Tell for each node whether it compares a field of numbers (of one of some dataTypes) with a
    finite number.
    """

    def is_asked(field: FieldFacts) -> bool:
        return field.is_measured and (not data_types or field.data_type in data_types)

    return forest.tests & facts.tests(forest, is_asked)


def _siblings(forest: Forest, count: int) -> npt.NDArray[np.int64]:
    """Return the runs of so many siblings (m, count)."""
    order, starts, lengths = forest.children
    runs = starts[lengths == count]
    found: Ints = order[runs[:, None] + np.arange(count)]
    return found


@rule(
    "PMML240",
    "warning",
    "A node can never be reached",
    "The predicate of the node contradicts that of a node above it: no value of the field meets "
    "both. Most often the thresholds or the operators of one of them are wrong.",
    bad="""
<Node score="no"><True/>
  <Node score="no"><SimplePredicate field="x" operator="lessThan" value="1"/>
    <Node score="yes"><SimplePredicate field="x" operator="greaterThan" value="2"/></Node>
  </Node>
</Node>""",
    good="""
<Node score="no"><True/>
  <Node score="no"><SimplePredicate field="x" operator="greaterThan" value="1"/>
    <Node score="yes"><SimplePredicate field="x" operator="greaterThan" value="2"/></Node>
  </Node>
</Node>""",
)
def unreachable(facts: Facts) -> Iterator[Found]:
    for forest in facts.forests:
        ordered = measured(forest, facts, "integer", "double")
        low, high = forest.bounds
        low, high = np.where(ordered, low, -np.inf), np.where(ordered, high, np.inf)
        weighing = [item in _WEIGHING for item in forest.attribute("missing_value_strategy")]
        for node in forest.contradictions(low, high).tolist():
            if weighing[forest.tree[node]] or forest.is_default[node]:
                continue  # a missing value can lead there
            name = forest.text(int(forest.column("field")[node]))
            yield node_place(forest, node), f"no {name!r} meets this predicate and those above it"


@rule(
    "PMML241",
    "warning",
    "A node stands behind a sibling that is always true",
    "The first child whose predicate is true is taken. Children behind one with the predicate True "
    "are never looked at.",
    bad="""
<Node score="no"><True/>
  <Node score="no"><True/></Node>
  <Node score="yes"><SimplePredicate field="x" operator="greaterThan" value="2"/></Node>
</Node>""",
    good="""
<Node score="no"><True/>
  <Node score="yes"><SimplePredicate field="x" operator="greaterThan" value="2"/></Node>
  <Node score="no"><True/></Node>
</Node>""",
)
def behind_true(facts: Facts) -> Iterator[Found]:
    for forest in facts.forests:
        order, starts, lengths = forest.children
        if not len(order):
            continue
        always = (forest.column("kind")[order] == TRUE).astype(np.int64)
        before = np.cumsum(always) - always
        seen = before - np.repeat(before[starts], lengths)
        for node in order[seen > 0].tolist():
            yield node_place(forest, node), "a sibling before it has the predicate True"


def told_twice(owners: Ints, texts: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Tell which of the pairs of an owner and a text are there twice."""
    keys = owners * (int(texts.max(initial=0)) + 2) + texts
    ordered = np.sort(keys)
    doubled = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(doubled):
        return np.zeros(len(keys), np.bool_)
    found: npt.NDArray[np.bool_] = np.isin(keys, doubled)
    return found


@rule(
    "PMML242",
    "warning",
    "Two siblings have the same predicate",
    "The first child whose predicate is true is taken, so the second of two equal siblings is "
    "never reached.",
    bad="""
<Node score="no"><True/>
  <Node score="no"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
  <Node score="yes"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
</Node>""",
    good="""
<Node score="no"><True/>
  <Node score="no"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
  <Node score="yes"><SimplePredicate field="x" operator="greaterOrEqual" value="2"/></Node>
</Node>""",
)
def same_predicate(facts: Facts) -> Iterator[Found]:
    for forest in facts.forests:
        nodes = np.flatnonzero((forest.column("kind") == SIMPLE) & (forest.parent >= 0))
        nodes = nodes[told_twice(forest.parent[nodes], forest.column("value")[nodes])]
        columns = [
            forest.column(name)[nodes].astype(np.int64) for name in ("value", "operator", "field")
        ]
        keys: list[Ints] = [*columns, forest.parent[nodes]]
        order = np.lexsort(keys)
        same = np.ones(max(len(nodes) - 1, 0), np.bool_)
        for key in keys:
            same &= key[order][1:] == key[order][:-1]
        for node in nodes[order[1:][same]].tolist():
            yield node_place(forest, node), "a sibling before it has the same predicate"


_LOWER: Final = tuple(OPERATORS.index(name) for name in ("lessThan", "lessOrEqual"))
_UPPER: Final = tuple(OPERATORS.index(name) for name in ("greaterThan", "greaterOrEqual"))


def _halves(forest: Forest, facts: Facts) -> tuple[Ints, Ints, Ints]:
    """Return the pairs of siblings that cut one field in two: below, above, and those above by
    document order.
    """
    pairs = _siblings(forest, 2)
    tests = measured(forest, facts)
    field, operator = forest.column("field"), forest.column("operator")
    kept = tests[pairs].all(axis=1) & (field[pairs[:, 0]] == field[pairs[:, 1]])
    pairs = pairs[kept]
    lower, upper = np.isin(operator[pairs], _LOWER), np.isin(operator[pairs], _UPPER)
    forward = lower[:, 0] & upper[:, 1]
    backward = upper[:, 0] & lower[:, 1]
    below = np.concatenate([pairs[forward, 0], pairs[backward, 1]])
    above = np.concatenate([pairs[forward, 1], pairs[backward, 0]])
    second = np.concatenate([pairs[forward, 1], pairs[backward, 1]])
    return below, above, second


@rule(
    "PMML243",
    "warning",
    "Two siblings overlap",
    "The two children of a node cut a field in two, and some values meet both predicates. The "
    "first child is taken then, which its author may not have meant.",
    bad="""
<Node score="no"><True/>
  <Node score="no"><SimplePredicate field="x" operator="lessOrEqual" value="2"/></Node>
  <Node score="yes"><SimplePredicate field="x" operator="greaterOrEqual" value="2"/></Node>
</Node>""",
    good="""
<Node score="no"><True/>
  <Node score="no"><SimplePredicate field="x" operator="lessOrEqual" value="2"/></Node>
  <Node score="yes"><SimplePredicate field="x" operator="greaterThan" value="2"/></Node>
</Node>""",
)
def overlap(facts: Facts) -> Iterator[Found]:
    for forest in facts.forests:
        below, above, second = facts.worked_out(_halves, forest)
        low, high = forest.bounds
        with np.errstate(invalid="ignore"):
            bad = low[above] <= high[below]
        for node in second[bad].tolist():
            name = forest.text(int(forest.column("field")[node]))
            yield node_place(forest, node), f"some values of {name!r} also meet its sibling"


@rule(
    "PMML244",
    "warning",
    "Two siblings leave a gap",
    "The two children of a node cut a field in two, and some values meet neither predicate. With "
    "noTrueChildStrategy returnNullPrediction, the default, the tree gives no result for them; "
    "with returnLastPrediction a gap is a way to say that the node's own score holds.",
    bad="""
<Node score="no"><True/>
  <Node score="no"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
  <Node score="yes"><SimplePredicate field="x" operator="greaterThan" value="2"/></Node>
</Node>""",
    good="""
<Node score="no"><True/>
  <Node score="no"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
  <Node score="yes"><SimplePredicate field="x" operator="greaterOrEqual" value="2"/></Node>
</Node>""",
)
def gap(facts: Facts) -> Iterator[Found]:
    for forest in facts.forests:
        below, above, second = facts.worked_out(_halves, forest)
        low, high = forest.bounds
        whole = measured(forest, facts, "integer")[below]
        with np.errstate(invalid="ignore"):
            bad = low[above] > np.nextafter(high[below], np.inf)
            bad &= ~whole | (np.ceil(low[above]) > np.floor(high[below]) + 1)
        strategies = forest.attribute("no_true_child_strategy")
        for node in second[bad].tolist():
            if strategies[forest.tree[node]] == "returnNullPrediction":
                name = forest.text(int(forest.column("field")[node]))
                yield node_place(forest, node), f"some values of {name!r} meet neither sibling"


@rule(
    "PMML245",
    "warning",
    "defaultChild names no child",
    "The attribute defaultChild holds the id of one of the node's own children.",
    bad="""
<Node score="no" defaultChild="c"><True/>
  <Node id="a" score="no"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
  <Node id="b" score="yes"><SimplePredicate field="x" operator="greaterOrEqual" value="2"/></Node>
</Node>""",
    good="""
<Node score="no" defaultChild="a"><True/>
  <Node id="a" score="no"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
  <Node id="b" score="yes"><SimplePredicate field="x" operator="greaterOrEqual" value="2"/></Node>
</Node>""",
)
def default_child(facts: Facts) -> Iterator[Found]:
    for forest in facts.forests:
        strategies = forest.attribute("missing_value_strategy")
        named = forest.column("default_child")
        wrong = named != NONE
        wrong[forest.parent[forest.is_default]] = False
        for node in np.flatnonzero(wrong).tolist():
            if strategies[forest.tree[node]] != "defaultChild":  # else the compiler says it
                name = forest.text(int(named[node]))
                yield node_place(forest, node), f"no child of the node has the id {name!r:.80}"


@rule(
    "PMML246",
    "warning",
    "Two nodes of a tree have the same id",
    "The ids of nodes tell them apart: defaultChild and the result feature entityId refer to them.",
    bad="""
<Node id="a" score="no"><True/>
  <Node id="a" score="yes"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
</Node>""",
    good="""
<Node id="a" score="no"><True/>
  <Node id="b" score="yes"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
</Node>""",
)
def same_id(facts: Facts) -> Iterator[Found]:
    for forest in facts.forests:
        ids = forest.column("id")
        nodes = np.flatnonzero(ids != NONE)
        order = nodes[np.lexsort((ids[nodes], forest.tree[nodes]))]
        same = (ids[order][1:] == ids[order][:-1]) & (
            forest.tree[order][1:] == forest.tree[order][:-1]
        )
        for node in order[1:][same].tolist():
            name = forest.text(int(ids[node]))
            yield node_place(forest, node), f"the id {name!r:.80} stands twice in the tree"


@rule(
    "PMML247",
    "warning",
    "A tree that says binarySplit has other splits",
    "With splitCharacteristic binarySplit each node has no children or exactly two.",
    bad="""
<TreeModel functionName="classification" splitCharacteristic="binarySplit">
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <Node score="no"><True/>
    <Node score="yes"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
  </Node>
</TreeModel>""",
    good="""
<TreeModel functionName="classification" splitCharacteristic="multiSplit">
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <Node score="no"><True/>
    <Node score="yes"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
  </Node>
</TreeModel>""",
)
def not_binary(facts: Facts) -> Iterator[Found]:
    for forest in facts.forests:
        binary = [item == "binarySplit" for item in forest.attribute("split_characteristic")]
        if not any(binary):
            continue
        order, starts, lengths = forest.children
        parents = forest.parent[order[starts]]
        wrong = np.array(binary)[forest.tree[parents]] & (lengths != 2)
        for node, count in zip(parents[wrong].tolist(), lengths[wrong].tolist(), strict=True):
            yield node_place(forest, node), f"a node of a binarySplit tree has {count} children"


@rule(
    "PMML248",
    "warning",
    "A leaf gives no score",
    "A node without children needs a score, a distribution to take it from, or a model of its own; "
    "a row that comes there has no result.",
    bad="""
<Node score="no"><True/>
  <Node><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
</Node>""",
    good="""
<Node score="no"><True/>
  <Node score="yes"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
</Node>""",
)
def no_score(facts: Facts) -> Iterator[Found]:
    for forest in facts.forests:
        silent = forest.is_leaf & (forest.column("score") == NONE)
        silent[forest.distribution_node] = False
        for node in np.flatnonzero(silent).tolist():
            if node not in forest.others:
                yield node_place(forest, node), "the leaf has neither score nor distribution"


@rule(
    "PMML249",
    "info",
    "missingValuePenalty has no effect",
    "The penalty is for confidences after a missing value was met under missingValueStrategy "
    "defaultChild or weightedConfidence; other strategies never apply it.",
    bad="""
<TreeModel functionName="classification" missingValuePenalty="0.8">
  <MiningSchema><MiningField name="k" usageType="target"/></MiningSchema>
  <Node score="no"><True/></Node>
</TreeModel>""",
    good="""
<TreeModel functionName="classification" missingValueStrategy="defaultChild"
    missingValuePenalty="0.8">
  <MiningSchema><MiningField name="k" usageType="target"/></MiningSchema>
  <Node score="no"><True/></Node>
</TreeModel>""",
)
def penalty(facts: Facts) -> Iterator[Found]:
    for forest in facts.forests:
        for tree in forest.trees:
            strategy = tree.missing_value_strategy
            if tree.missing_value_penalty != 1 and strategy not in (
                "defaultChild",
                "weightedConfidence",
            ):
                yield tree, f"missingValueStrategy {strategy} applies no missingValuePenalty"


RULES: Final = (
    unreachable,
    behind_true,
    same_predicate,
    overlap,
    gap,
    default_child,
    same_id,
    not_binary,
    no_score,
    penalty,
)
