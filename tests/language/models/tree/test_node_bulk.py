"""Nodes read in bulk are the nodes that the parser's calls give, whatever the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pmmlkit
from pmmlkit.errors import PmmlError
from pmmlkit.language.document import Document
from pmmlkit.language.models.tree.model import TreeModel
from pmmlkit.language.models.tree.node_reader import NodeTableReader
from pmmlkit.language.models.tree.node_table import NodeTable
from pmmlkit.xml import feed, reader

HEAD = (
    '<?xml version="1.0"?>\n<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">\n<Header/>\n'
    '<DataDictionary><DataField name="x" optype="continuous" dataType="double"/>'
    '<DataField name="y" optype="categorical" dataType="string"/></DataDictionary>\n'
)
TREE = (
    '<TreeModel functionName="classification">\n<MiningSchema><MiningField name="x"/>'
    '<MiningField name="y" usageType="target"/></MiningSchema>\n'
)

SPACE = st.sampled_from(["", " ", "\n", "\n\t\t", "\r\n", "\r", " \n "])
TEXTS = st.sampled_from(["a", "b", "1", "0.5", "-1e-3", "", "a b", "ä€", "a&amp;b", "&lt;", "x>y"])
ODD = st.sampled_from(
    [
        "<!-- <Node> -->",
        "<?pi <Node> ?>",
        "<![CDATA[ ]]>",
        '<Extension name="n" value="v"/>',
        "stray",
        "<X-More><Node/></X-More>",
        "&#32;",
        "<Partition name='p'/>",
    ]
)


@st.composite
def predicates(draw: st.DrawFn) -> str:
    form = draw(st.integers(0, 9))
    space = draw(SPACE) or " "
    if form == 0:
        return "<True/>"
    if form == 1:
        return f"<False{draw(SPACE)}></False>"
    if form == 2:
        return '<SimplePredicate field="x" operator="isMissing"/>'
    if form == 3:
        return (
            '<CompoundPredicate booleanOperator="and"><True/>'
            '<SimplePredicate field="x" operator="lessThan" value="1"/></CompoundPredicate>'
        )
    if form == 4:
        return (
            '<SimpleSetPredicate field="y" booleanOperator="isIn">'
            '<Array type="string">a "b c"</Array></SimpleSetPredicate>'
        )
    operator = draw(st.sampled_from(["lessThan", "greaterOrEqual", "equal"]))
    pairs = draw(st.permutations(['field="x"', f'operator="{operator}"', f'value="{draw(TEXTS)}"']))
    return f"<SimplePredicate{space}{space.join(pairs)}{draw(SPACE)}/>"


@st.composite
def nodes(draw: st.DrawFn, depth: int = 0) -> str:
    pairs = [
        f'{name}="{draw(TEXTS)}"'
        for name in draw(
            st.lists(
                st.sampled_from(["id", "score", "recordCount", "defaultChild"]),
                unique=True,
                max_size=4,
            )
        )
    ]
    parts = [f"<Node{''.join(' ' + pair for pair in pairs)}{draw(SPACE)}>", draw(predicates())]
    for _ in range(draw(st.integers(0, 2))):
        confidence = draw(st.sampled_from(["", ' confidence="0.5"', ' probability="1"']))
        parts.append(
            f'<ScoreDistribution value="{draw(TEXTS)}" recordCount="{draw(st.integers(0, 9))}"'
            f"{confidence}/>"
        )
    if draw(st.integers(0, 11)) == 0:
        parts.append(draw(ODD))
    if depth < 4:
        parts += [draw(nodes(depth + 1)) for _ in range(draw(st.integers(0, 2)))]
    parts.append("</Node>")
    return "".join(part + draw(SPACE) for part in parts)


@st.composite
def documents(draw: st.DrawFn) -> str:
    trees = [f"{TREE}{draw(nodes())}</TreeModel>\n" for _ in range(draw(st.integers(1, 3)))]
    return f"{HEAD}{''.join(trees)}</PMML>"


@contextmanager
def settings(monkeypatch: pytest.MonkeyPatch, *, bulk: bool, block: int) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(feed, "_WORTH_IT", 0)
        patch.setattr(reader, "_BLOCK", block)
        if not bulk:
            patch.delattr(NodeTableReader, "take")
        yield


def tree(document: Document, at: int) -> NodeTable:
    model = document.root.models[at]
    assert isinstance(model, TreeModel)
    return model.nodes


def outcome(text: bytes) -> Any:
    """What reading gives: the document with its lines and findings, or the error."""
    try:
        document = Document.read(text)
    except PmmlError as error:
        # Where the parser stands in its line is not known when lines were read in bulk.
        return re.sub(r"column \d+", "", str(error))
    lines = [tree(document, at).line.tolist() for at in range(len(document.root.models))]
    return document.root, lines, document.findings, document.to_bytes()


def assert_same(text: bytes, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with settings(monkeypatch, bulk=False, block=block):
        expected = outcome(text)
    with settings(monkeypatch, bulk=True, block=block):
        actual = outcome(text)
    assert actual == expected


@pytest.fixture(scope="module")
def patched() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@given(text=documents(), block=st.sampled_from([1, 37, 400, 100_000]))
def test_bulk_gives_what_the_parser_gives(
    text: str, block: int, patched: pytest.MonkeyPatch
) -> None:
    assert_same(text.encode(), block, patched)


@given(text=documents(), data=st.data())
def test_bulk_finds_what_the_parser_finds_wrong(
    text: str, data: st.DataObject, patched: pytest.MonkeyPatch
) -> None:
    at = data.draw(st.integers(len(HEAD), len(text) - 1), label="at")
    size = data.draw(st.integers(0, 3), label="size")
    new = data.draw(
        st.sampled_from(
            [
                "",
                "<",
                ">",
                '"',
                "'",
                "&",
                "/",
                " ",
                "\x00",
                "\x0b",
                "\ufffe",
                "<Node>",
                "</Node>",
                ' id="1"',
                "<a",
                "=",
                "]]>",
                "<!--",
            ]
        ),
        label="new",
    )
    assert_same((text[:at] + new + text[at + size :]).encode(), 100_000, patched)


@pytest.mark.parametrize("character", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\xa0"])
def test_white_space_that_is_not_of_xml_is_none(
    character: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f'{HEAD}{TREE}<Node id="1"><True/><Node id="2"><True/>{character}</Node></Node>'
    assert_same(f"{text}</TreeModel></PMML>".encode(), 100_000, monkeypatch)


def test_two_outermost_nodes_are_not_evaluated() -> None:
    text = f"{HEAD}{TREE}<Node><True/></Node><Node><True/></Node></TreeModel></PMML>".encode()
    with pytest.raises(PmmlError, match="one outermost Node"):
        pmmlkit.load(text)


def test_bulk_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    leaf = '<Node score="{0}"><SimplePredicate field="x" operator="lessThan" value="{0}"/></Node>'
    body = "".join(leaf.format(number) for number in range(3000))
    text = f'{HEAD}{TREE}<Node id="1"><True/>{body}</Node></TreeModel></PMML>'
    taken = []
    take = NodeTableReader.take

    def counting(self: NodeTableReader, data: bytes, line: int) -> tuple[int, bool]:
        size, is_over = take(self, data, line)
        taken.append(size)
        return size, is_over

    monkeypatch.setattr(NodeTableReader, "take", counting)
    document = Document.read(text.encode())
    assert sum(taken) >= len(body)
    table = tree(document, 0)
    assert len(table) == 3001
    assert np.array_equal(table.parent, [-1] + [0] * 3000)


def test_elements_read_in_bulk_count(monkeypatch: pytest.MonkeyPatch) -> None:
    from pmmlkit.errors import LimitError
    from pmmlkit.limits import Limits

    leaf = '<Node score="1"><True/></Node>'
    text = f"{HEAD}{TREE}<Node><True/>{leaf * 3000}</Node></TreeModel></PMML>".encode()
    with pytest.raises(LimitError, match=r"Limits\.elements"):
        Document.read(text, Limits(elements=5000))
    deep = f"{HEAD}{TREE}{'<Node><True/>' * 2000}{'</Node>' * 2000}</TreeModel></PMML>".encode()
    with pytest.raises(LimitError, match=r"Limits\.depth"):
        Document.read(deep, Limits(depth=1000))
