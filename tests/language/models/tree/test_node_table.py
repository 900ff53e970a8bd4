"""Nodes to table to text and back: nothing is lost, nothing recurses, limits hold."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pmmlkit.errors import LimitError, MarkupError
from pmmlkit.language.document import Document
from pmmlkit.language.extension import Extension
from pmmlkit.language.models.tree import (
    NodeTable,
    NodeTableBuilder,
    Partition,
    ScoreDistribution,
    TreeModel,
    binary_nodes,
)
from pmmlkit.limits import Limits
from tests.language.models.tree.test_random_trees import predicates, trees
from tests.language.models.tree.trees import TRUE, Fields, both_modes, in_set, simple

HEAD = (
    '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>'
    '<DataField name="x" optype="continuous" dataType="double"/></DataDictionary>'
)
MODEL = '<TreeModel functionName="regression"><MiningSchema><MiningField name="x"/></MiningSchema>'


def document(nodes: str) -> bytes:
    return f"{HEAD}{MODEL}{nodes}</TreeModel></PMML>".encode()


def nodes_of(text: bytes, limits: Limits | None = None) -> NodeTable:
    model = Document.read(text, limits).root.models[0]
    assert isinstance(model, TreeModel)
    return model.nodes


def written(table: NodeTable) -> bytes:
    """Return the document with this table in the place of its Node."""
    read = Document.read(document("<Node><True/></Node>"))
    model: Any = read.root.models[0]
    root = read.root.replace(models=(model.replace(nodes=table),))
    return Document(root).to_bytes()


def canonical(text: bytes) -> str:
    """Return the nodes of a document in canonical form, indentation apart."""
    node = etree.fromstring(text).find(".//{*}Node")
    plain: str = etree.tostring(node, with_tail=False, encoding="unicode")
    return str(etree.canonicalize(plain, strip_text=True))


FULL = """
<Node id="1" score="0" recordCount="10.0" x-own="kept" defaultChild="a&lt;b">
  <Extension name="first" value="1"/>
  <True/>
  <Extension name="after the predicate"/>
  <Partition name="p" size="3"><PartitionFieldStats field="x"/></Partition>
  <ScoreDistribution value="A &amp; B" recordCount="4" confidence="0.5" probability="0.25"/>
  <Extension name="between distributions"/>
  <ScoreDistribution value="C" recordCount="6"><Extension name="inside"/></ScoreDistribution>
  <Node id="a&lt;b">
    <SimplePredicate field="x" operator="lessThan" value="1.50"/>
    <Node><SimplePredicate field="x" operator="isMissing"/></Node>
    <Extension name="between nodes"/>
    <Node>
      <SimplePredicate field="x" operator="equal" value="2"><Extension name="e"/></SimplePredicate>
    </Node>
    <Node>
      <SimpleSetPredicate field="x" booleanOperator="isIn">
        <Array n="2" type="real">1 2</Array>
      </SimpleSetPredicate>
    </Node>
    <Node>
      <SimpleSetPredicate field="x" booleanOperator="isNotIn">
        <Array type="int">1  2</Array>
      </SimpleSetPredicate>
    </Node>
    <Node><False/><x:vendor xmlns:x="urn:own" a="1"><x:inner>text</x:inner></x:vendor></Node>
    <Node><False><Extension name="in False"/></False></Node>
  </Node>
  <Node score="2">
    <CompoundPredicate booleanOperator="and">
      <True/>
      <SimplePredicate field="x" operator="greaterThan" value="0"/>
    </CompoundPredicate>
  </Node>
  <Extension name="last"/>
</Node>
"""


def test_everything_that_stands_in_a_node_is_kept() -> None:
    text = document(FULL)
    table = nodes_of(text)
    again = written(table)
    assert canonical(again) == canonical(text)
    assert nodes_of(again) == table
    assert written(nodes_of(again)) == again
    assert len(table) == 9
    assert {element.tag for _, element in table.elements()} == {
        "CompoundPredicate",
        "Extension",
        "False",
        "Partition",
        "ScoreDistribution",
        "SimplePredicate",
        "SimpleSetPredicate",
    }


def test_it_still_evaluates() -> None:
    model: Any = Document.read(document(FULL)).root.models[0]
    fields = Fields(x="double")
    found: Any = both_modes(model.build(fields.scope, None), fields, [{"x": 7.0}, {"x": 1.0}, {}])
    assert [item.entity_id for item in found] == ["9", "5", None]


@given(trees(), st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])))
def test_trees_come_back_equal(model: TreeModel, text: str) -> None:
    builder = NodeTableBuilder()
    builder.add(
        None,
        in_set(text + "x", text, "a b", '"'),
        score=text,
        id=text + "\n",
        distributions=[ScoreDistribution(value=text, record_count=0.1, confidence=1e-7)],
    )
    for table in (model.nodes, builder.build()):
        if "￾" in text or "￿" in text:
            continue
        again = nodes_of(written(table))
        assert again == table
        assert hash(again) == hash(table)
        assert written(again) == written(table)


@given(predicates(), predicates())
def test_tables_are_compared_by_value(left: Any, right: Any) -> None:
    tables = []
    for order in ((left, right), (left, right), (right, left)):
        builder = NodeTableBuilder()
        builder.add(None, TRUE)
        for predicate in order:
            builder.add(0, predicate, score="1")
        tables.append(builder.build())
    assert tables[0] == tables[1]
    assert (tables[0] == tables[2]) == (left == right)
    assert pickle.loads(pickle.dumps(tables[0])) == tables[0]
    assert copy.deepcopy(tables[0]) is copy.copy(tables[0]) is tables[0]
    assert tables[0] != "something else"


def test_lines_are_kept_but_not_compared() -> None:
    table = nodes_of(document("\n\n<Node><True/>\n<Node><False/></Node></Node>"))
    assert table.line.tolist() == [3, 4]
    assert table == nodes_of(document("<Node><True/><Node><False/></Node></Node>"))


def test_distributions_behind_child_nodes_find_their_node() -> None:
    table = nodes_of(
        document(
            '<Node><True/><Node><False/><ScoreDistribution value="b" recordCount="2"/></Node>'
            '<ScoreDistribution value="a" recordCount="1"><Extension name="e"/></ScoreDistribution>'
            "</Node>"
        )
    )
    assert table.distribution_node.tolist() == [0, 1]
    assert [table.text(number) for number in table.distribution_value] == ["a", "b"]
    assert list(table.distributions) == [0]
    assert nodes_of(written(table)) == table


@pytest.mark.parametrize(
    ("nodes", "code"),
    [
        ('<Node other="1"><True/></Node>', "PMML013"),
        ("<Node><True/>stray</Node>", "PMML017"),
        ("<Node><True/><Unheard/></Node>", "PMML014"),
        ("<Node><True/><False/></Node>", "PMML018"),
        ("<Node><True/></Node><Node><True/></Node>", "PMML018"),
        ('<Node><SimplePredicate operator="equal" value="1"/></Node>', "PMML010"),
        ('<Node><ScoreDistribution recordCount="many" value="1"/><True/></Node>', None),
    ],
)
def test_what_is_wrong_is_found_and_kept(nodes: str, code: str | None) -> None:
    read = Document.read(document(nodes))
    if code is not None:
        assert code in {finding.code for finding in read.findings}
    assert Document.read(read.to_bytes()).root == read.root


def test_a_node_without_a_predicate_is_said_at_compile_time() -> None:
    model: Any = Document.read(document("<Node><True/>\n<Node/></Node>")).root.models[0]
    with pytest.raises(MarkupError, match="predicate") as caught:
        model.build(Fields(x="double").scope, None)
    assert caught.value.line == 2


def test_a_number_that_is_none_is_said_at_compile_time() -> None:
    model: Any = Document.read(
        document('<Node score="1" recordCount="many"><True/></Node>')
    ).root.models[0]
    with pytest.raises(MarkupError, match="recordCount"):
        model.build(Fields(x="double").scope, None)


def test_depth_without_recursion() -> None:
    deep = 1_900
    text = document("<Node><True/>" * deep + "</Node>" * deep)
    table = nodes_of(text)
    assert nodes_of(written(table)) == table
    assert pickle.loads(pickle.dumps(table)) == table
    model: Any = Document.read(text).root.models[0]
    fields = Fields(x="double")
    found: Any = both_modes(model.build(fields.scope, None), fields, [{}])
    assert [item.entity_id for item in found] == [str(deep)]
    with pytest.raises(LimitError, match=r"Limits\.depth"):
        nodes_of(text, Limits(depth=1_000))
    with pytest.raises(LimitError, match=r"Limits\.elements"):
        nodes_of(text, Limits(elements=1_000))


def test_the_trees_of_a_document_share_a_pool() -> None:
    model = f"{MODEL}<Node score='1'><True/></Node></TreeModel>"
    read = Document.read(f"{HEAD}{model}{model}</PMML>".encode())
    first, second = read.root.models
    assert isinstance(first, TreeModel)
    assert isinstance(second, TreeModel)
    assert first.nodes.pool is second.nodes.pool
    assert first.nodes == second.nodes
    assert pickle.loads(pickle.dumps(second)) == first


def test_a_binary_tree_from_arrays() -> None:
    left, right = np.array([1, -1, 3, -1, -1]), np.array([2, -1, 4, -1, -1])
    table = binary_nodes(
        left=left,
        right=right,
        field=np.array([0, -2, 1, -2, -2]),
        names=["x", "z"],
        threshold=np.array([0.1, 0, 2.5, 0, 0], np.float32),
        score=[None, "a", None, "b", "a"],
        record_count=np.array([10.0, 4, 6, 5, 1]),
        missing_left=np.array([True, False, False, False, False]),
        classes=["a", "b"],
        counts=np.array([[5, 5], [4, 0], [1, 5], [0, 5], [1, 0]]),
    )
    builder = NodeTableBuilder()
    builder.add(None, TRUE, id="1", record_count=10, default_child="2")
    low, high = simple("x", "lessOrEqual", "0.1"), simple("x", "greaterThan", "0.1")
    shares = [
        [ScoreDistribution(value=label, record_count=n) for label, n in zip("ab", row, strict=True)]
        for row in ([4, 0], [0, 5], [1, 0])
    ]
    builder.add(0, low, id="2", score="a", record_count=4, distributions=shares[0])
    builder.add(0, high, id="3", record_count=6, default_child="5")
    low, high = simple("z", "lessOrEqual", "2.5"), simple("z", "greaterThan", "2.5")
    builder.add(2, low, id="4", score="b", record_count=5, distributions=shares[1])
    builder.add(2, high, id="5", score="a", record_count=1, distributions=shares[2])
    assert table == builder.build()
    assert nodes_of(written(table)) == table
    with pytest.raises(ValueError, match="reached"):
        binary_nodes(
            left=np.array([0]), right=np.array([0]), field=left, names=["x"], threshold=["1"]
        )


def test_the_builder_brings_nodes_into_document_order() -> None:
    builder = NodeTableBuilder()
    root = builder.add(None, TRUE, extras=[Extension(name="e", content=None), Partition(name="p")])
    first = builder.add(root, TRUE, id="first")
    builder.add(root, TRUE, id="second")
    builder.add(first, TRUE, id="below first", score=0.5)
    table = builder.build()
    assert [table.text(number) for number in table.id] == [None, "first", "below first", "second"]
    assert table.parent.tolist() == [-1, 0, 1, 0]
    assert nodes_of(written(table)) == table
    with pytest.raises(ValueError, match="first node"):
        builder.add(None, TRUE)
