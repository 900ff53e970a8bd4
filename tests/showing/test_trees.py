"""Drawn trees, compared with the whole text; sizes; trees as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

import pmmlkit
from pmmlkit.errors import DataError
from pmmlkit.language.document import Document
from pmmlkit.showing.formula import Names
from pmmlkit.showing.trees import draw, tree_size
from tests.documents import CLASSIFICATION, ENSEMBLE
from tests.showing.documents import MODELS, around

SMALL = around(MODELS["TreeModel"][0])


def model(nodes: str, more: str = "") -> Any:
    text = (
        f'<TreeModel functionName="regression" {more}><MiningSchema><MiningField name="x"/>'
        f"</MiningSchema>{nodes}</TreeModel>"
    )
    return Document.read(around(text)).root.models[0]


def drawn(document: bytes, number: int = 1, **options: Any) -> list[str]:
    return list(pmmlkit.show(document).tree_lines(number, **{"width": 100, **options}))


def test_a_tree_as_text() -> None:
    assert drawn(SMALL) == [
        'Tree 1 of 1 "t": tree, 3 nodes, 2 leaves, depth 1',
        "missing values: none; where no child fits: returnLastPrediction",
        "all rows -> no  [n = 10; no 6, yes 4]",
        "├─ x > 0.123457 -> yes  [n = 4]",
        '└─ s in {"a", "b"} -> no',
    ]


def test_nothing_is_shortened_if_asked() -> None:
    assert drawn(SMALL, full=True)[3] == "├─ x > 0.123456789 -> yes  [n = 4]"


def test_lines_are_no_wider_than_the_terminal() -> None:
    lines = drawn(SMALL, width=24)
    assert max(map(len, lines)) <= 24
    assert lines[2] == "all rows -> no  [n =..."
    assert len(drawn(SMALL, width=24, full=True)[0]) > 24


def test_a_tree_inside_of_a_model_with_every_kind_of_predicate() -> None:
    assert drawn(ENSEMBLE) == [
        "Tree 1 of 1, model 1.2: tree, 3 nodes, 2 leaves, depth 1",
        "missing values: defaultChild; where no child fits: returnLastPrediction",
        "all rows -> low  [low 6, high 4]",
        '├─ surrogate(x <= 0.5, s in {"a", "c"}, false) (default) -> low  [low 5, high 1]',
        "└─ n > 2 and x > 0.5 -> high  [low 1, high 3]",
    ]


DEEP = """<Node id="1"><True/>
<Node id="2"><SimplePredicate field="x" operator="lessThan" value="1"/>
 <Node id="3" score="1"><SimplePredicate field="z" operator="isMissing"/></Node>
 <Node id="4" score="2"><False/>
  <Node id="5" score="3"><True/></Node></Node></Node>
<Node id="6" score="4"><True/></Node></Node>"""


@pytest.mark.parametrize(
    ("depth", "wanted"),
    [
        (0, ["all rows", "└─ ... 5 nodes below"]),
        (1, ["all rows", "├─ x < 1", "│  └─ ... 3 nodes below", "└─ true -> 4"]),
        (
            2,
            [
                "all rows",
                "├─ x < 1",
                "│  ├─ z is missing -> 1",
                "│  └─ false -> 2",
                "│     └─ ... 1 node below",
                "└─ true -> 4",
            ],
        ),
        (
            None,
            [
                "all rows",
                "├─ x < 1",
                "│  ├─ z is missing -> 1",
                "│  └─ false -> 2",
                "│     └─ true -> 3",
                "└─ true -> 4",
            ],
        ),
    ],
)
def test_depth_limits_what_is_drawn(depth: int | None, wanted: list[str]) -> None:
    assert list(draw(model(DEEP).nodes, Names(), depth=depth)) == wanted


def test_a_root_may_have_a_predicate_of_its_own() -> None:
    tree = model('<Node score="7"><SimplePredicate field="x" operator="equal" value="a"/></Node>')
    assert list(draw(tree.nodes, Names())) == ['x = "a" -> 7']
    assert list(draw(model('<Node score="7"/>').nodes, Names())) == ["no predicate -> 7"]


def test_embedded_models_are_named_and_trees_among_them_counted() -> None:
    inner = '<DecisionTree functionName="regression"><Node score="3"><True/></Node></DecisionTree>'
    document = around(
        '<TreeModel functionName="regression"><MiningSchema><MiningField name="x"/></MiningSchema>'
        f"<Node><True/>{inner}</Node></TreeModel>"
    )
    shown = pmmlkit.show(document)
    assert shown.trees == 2
    assert list(shown.tree_lines(1))[2:] == ["all rows -> DecisionTree"]
    assert list(shown.tree_lines(2))[2:] == ["all rows -> 3"]
    assert shown.facts.models[1].path == "1.1"


def test_sizes() -> None:
    size = tree_size(model(DEEP).nodes)
    assert (size.nodes, size.leaves, size.depth) == (6, 3, 3)
    assert size.fields == {"x": 1, "z": 1}
    assert tree_size(None).nodes == 0


def test_probabilities_come_before_counts() -> None:
    node = (
        '<Node><True/><ScoreDistribution value="a" recordCount="3" probability="0.75"/>'
        '<ScoreDistribution value="b" recordCount="1"/></Node>'
    )
    assert list(draw(model(node).nodes, Names())) == ["all rows  [a 0.75, b 1]"]


def test_a_very_deep_tree_needs_no_recursion() -> None:
    depth = 1_500
    nodes = '<Node score="1"><True/>' * depth + "</Node>" * depth
    lines = list(draw(model(nodes).nodes, Names(), depth=2))
    assert lines[-1].strip() == f"└─ ... {depth - 3} nodes below"


def test_a_tree_as_json() -> None:
    content = json.loads(pmmlkit.show(CLASSIFICATION).tree_json(1))
    assert (content["tree"], content["model"], content["name"]) == (1, "1", "kinds")
    assert content["nodes"][2] == {
        "number": 2,
        "parent": 0,
        "depth": 1,
        "id": "2",
        "predicate": "x > 0",
        "score": "yes",
        "record_count": None,
        "shares": {"no": 0, "yes": 4},
        "is_default": False,
        "inside": None,
        "hidden": 0,
    }


def test_there_is_no_such_tree() -> None:
    with pytest.raises(DataError, match="there is no tree 2: the document has 1"):
        list(pmmlkit.show(SMALL).tree_lines(2))
