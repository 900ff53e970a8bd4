"""Rules for categories: those that a document uses are those that its dictionary lists.

Specification: chapter Data Dictionary.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from pmmlkit.errors import PmmlError
from pmmlkit.language.expressions import NormDiscrete
from pmmlkit.language.models.regression import CategoricalPredictor
from pmmlkit.language.models.tree.node_table import DISTRIBUTION_COLUMNS, NONE, SET, SIMPLE
from pmmlkit.language.predicates import SimplePredicate, SimpleSetPredicate
from pmmlkit.language.targets import Target
from pmmlkit.validation.rules.facts import Facts, FieldFacts
from pmmlkit.validation.rules.rule import Found, rule
from pmmlkit.validation.rules.trees import node_place

__all__ = ["RULES"]


def _is_listed(field: FieldFacts) -> bool:
    return field.rules is not None and bool(field.rules.values)


@rule(
    "PMML230",
    "warning",
    "A predicate asks for a category that the dictionary does not list",
    "The DataField lists its valid values, and this is none of them: the comparison never holds "
    "for a valid value. Compare letter by letter, blanks and case included.",
    bad="""
<Node score="no"><True/>
  <Node score="yes"><SimplePredicate field="s" operator="equal" value="A"/></Node>
</Node>""",
    good="""
<Node score="no"><True/>
  <Node score="yes"><SimplePredicate field="s" operator="equal" value="a"/></Node>
</Node>""",
)
def in_predicates(facts: Facts) -> Iterator[Found]:
    for forest in facts.forests:
        kind = forest.column("kind")
        value = forest.column("value")
        rows = (kind == SIMPLE) & (value != NONE)
        nodes = np.flatnonzero(rows & facts.tests(forest, _is_listed))
        texts = forest.pool.texts
        keys = forest.pairs[1][nodes] * len(texts) + value[nodes]
        for node in nodes[np.sort(np.unique(keys, return_index=True)[1])].tolist():
            field, text = facts.tested(forest, node), texts[value[node]]
            if field is not None and not field.lists(text, forest.trees[forest.tree[node]]):
                message = f"{text!r:.80} is no valid value of {field.name!r}"
                yield node_place(forest, node), message
    for item in facts.of(SimplePredicate):
        field = facts.field(item.field, item)
        if field is not None and item.value is not None and not field.lists(item.value, item):
            yield item, f"{item.value!r:.80} is no valid value of {item.field!r}"


@rule(
    "PMML231",
    "warning",
    "A set asks for a category that the dictionary does not list",
    "The DataField lists its valid values, and the array of the SimpleSetPredicate has another "
    "one. Texts with blanks need quotes in an Array.",
    bad="""
<Node score="no"><True/>
  <Node score="yes"><SimpleSetPredicate field="s" booleanOperator="isIn">
    <Array type="string">a c</Array></SimpleSetPredicate></Node>
</Node>""",
    good="""
<Node score="no"><True/>
  <Node score="yes"><SimpleSetPredicate field="s" booleanOperator="isIn">
    <Array type="string">a b</Array></SimpleSetPredicate></Node>
</Node>""",
)
def in_sets(facts: Facts) -> Iterator[Found]:
    for forest in facts.forests:
        kind = forest.column("kind")
        for owner, start in zip(forest.trees, forest.starts.tolist(), strict=True):
            table = owner.nodes
            told: set[tuple[int, int]] = set()
            for node, item_text in zip(
                table.item_node.tolist(), table.item_text.tolist(), strict=True
            ):
                number = int(table.field[node])
                if kind[start + node] != SET or (number, item_text) in told:
                    continue
                told.add((number, item_text))
                field = facts.field(table.texts[number], owner)
                if field is not None and not field.lists(table.texts[item_text], owner):
                    message = f"{table.texts[item_text]!r:.80} is no valid value of {field.name!r}"
                    yield node_place(forest, start + node), message
    for item in facts.of(SimpleSetPredicate):
        field = facts.field(item.field, item)
        if field is None or field.rules is None or not field.rules.values:
            continue
        try:
            texts = item.array.items()
        except PmmlError:
            continue  # the compiler says what is wrong
        for text in dict.fromkeys(texts):
            if not field.lists(text, item):
                yield item, f"{text!r:.80} is no valid value of {item.field!r}"


@rule(
    "PMML232",
    "warning",
    "A predictor or indicator names a category that the dictionary does not list",
    "The DataField lists its valid values, and this is none of them: the coefficient or the "
    "indicator has no effect for a valid value.",
    bad='<RegressionTable intercept="1"><CategoricalPredictor name="s" value="c" coefficient="2"/>'
    "</RegressionTable>",
    good='<RegressionTable intercept="1"><CategoricalPredictor name="s" value="a" coefficient="2"/>'
    "</RegressionTable>",
    on=(CategoricalPredictor, NormDiscrete),
)
def in_predictors(item: CategoricalPredictor | NormDiscrete, facts: Facts) -> Iterator[Found]:
    name = item.name if isinstance(item, CategoricalPredictor) else item.field
    field = facts.field(name, item)
    if field is not None and not field.lists(item.value, item):
        yield item, f"{item.value!r:.80} is no valid value of {name!r}"


@rule(
    "PMML233",
    "warning",
    "A tree scores a category that the dictionary does not list",
    "The score of a node of a classification, or the value of a ScoreDistribution, is one of the "
    "valid values of the target.",
    bad='<Node score="maybe"><True/></Node>',
    good='<Node score="yes"><True/></Node>',
)
def in_scores(facts: Facts) -> Iterator[Found]:
    at = DISTRIBUTION_COLUMNS.index("value")
    for forest in facts.forests:
        said = np.concatenate([forest.column("score"), forest.distributions[:, at]])
        owners = np.concatenate([np.arange(len(forest)), forest.distribution_node])
        trees = forest.tree[owners]
        by_target: dict[int, tuple[FieldFacts, list[int]]] = {}
        for position, tree in enumerate(forest.trees):
            target = facts.target(tree)
            classifies = getattr(tree, "function_name", "") == "classification"
            if classifies and target is not None and _is_listed(target):
                by_target.setdefault(id(target), (target, []))[1].append(position)
        for target, positions in by_target.values():
            is_asked = np.zeros(len(forest.trees), np.bool_)
            is_asked[positions] = True
            rows = np.flatnonzero(is_asked[trees] & (said != NONE))
            texts, tree = forest.pool.texts, forest.trees[positions[0]]
            wrong = np.zeros(len(texts), np.bool_)
            wrong[said[rows]] = True
            used = np.flatnonzero(wrong).tolist()
            wrong[used] = [not target.lists(texts[text], tree) for text in used]
            rows = rows[wrong[said[rows]]]
            keys = trees[rows] * len(texts) + said[rows]
            for row in rows[np.sort(np.unique(keys, return_index=True)[1])].tolist():
                message = f"{texts[said[row]]!r:.80} is no valid value of the target"
                yield node_place(forest, int(owners[row])), message


_PRIOR: Final = """
<TreeModel functionName="classification">
  <MiningSchema><MiningField name="k" usageType="target"/></MiningSchema>
  <Targets><Target field="k"><TargetValue value="{}" displayValue="so"/></Target></Targets>
  <Node score="no"><True/></Node>
</TreeModel>"""


@rule(
    "PMML234",
    "warning",
    "A TargetValue is for a category that the dictionary does not list",
    "The value of a TargetValue is one of the valid values of the target.",
    bad=_PRIOR.format("maybe"),
    good=_PRIOR.format("yes"),
    on=Target,
)
def in_targets(item: Target, facts: Facts) -> Iterator[Found]:
    target = facts.target(item)
    if target is None or item.field not in (None, target.name):
        return
    for value in item.target_values:
        if value.value is not None and not target.lists(value.value, value):
            yield value, f"{value.value!r:.80} is no valid value of {target.name!r}"


RULES: Final = (in_predicates, in_sets, in_predictors, in_scores, in_targets)
