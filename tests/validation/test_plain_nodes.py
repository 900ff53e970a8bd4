"""Nodes that were read in bulk: what is said of them without their text is what the schema says."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pmmlkit.language.document import Document
from pmmlkit.validation import validate
from pmmlkit.validation.conformance import Conformance
from pmmlkit.validation.grammar import GRAMMARS, grammar
from pmmlkit.validation.plain_nodes import are_sound, without
from pmmlkit.xml import feed

NUMBERS = st.sampled_from(
    ["1", "0", "-1", "+1", "0.5", ".5", "5.", "1e3", "1E-3", "1e999", " 1 ", "", "a", "INF", "NaN"]
) | st.sampled_from(["-0.0", "\u0661", "1_0", "0x1", "1e"])
SOUND_NUMBERS = st.sampled_from(["1", "0", "-1", "0.5", "12.25"])
TEXTS = st.sampled_from(["a", "", " ", "x-a", "1", "a&amp;b", "ä"])
OPERATORS = st.sampled_from(["equal", "lessThan", "greaterOrEqual", "isMissing", "less", "x-is"])
SPACE = st.sampled_from(["", "\n", "\t "])
ODD = st.sampled_from(
    [
        '<Extension name="n"/>',
        '<Partition name="p"/>',
        "<!-- -->",
        "text",
        "<True/>",
        '<ScoreDistribution value="a" recordCount="1"/>',
        '<ScoreDistribution value="a"/>',
        '<ScoreDistribution recordCount="1"/>',
        '<SimplePredicate field="x"/>',
        '<SimplePredicate operator="equal" value="1"/>',
        "<Node/>",
        "<Header/>",
        "<X-More/>",
        '<CompoundPredicate booleanOperator="and"><True/><False/></CompoundPredicate>',
    ]
)


def attributes(draw: st.DrawFn, optional: dict[str, st.SearchStrategy[str]]) -> str:
    names = draw(st.lists(st.sampled_from(sorted(optional)), unique=True))
    return "".join(f' {name}="{draw(optional[name])}"' for name in names)


@st.composite
def nodes(draw: st.DrawFn, depth: int = 0) -> str:
    numbers = NUMBERS if draw(st.integers(0, 9)) == 0 else SOUND_NUMBERS
    operator = draw(OPERATORS) if draw(st.integers(0, 19)) == 0 else "lessThan"
    given = attributes(
        draw, {"id": TEXTS, "score": TEXTS, "defaultChild": TEXTS, "recordCount": numbers}
    )
    test = f'<SimplePredicate field="x" operator="{operator}" value="{draw(TEXTS)}"/>'
    parts = [draw(st.sampled_from([test, "<True/>", "<False/>"]))]
    for _ in range(draw(st.integers(0, 2))):
        more = attributes(draw, {"confidence": numbers, "probability": numbers})
        count = draw(numbers)
        parts.append(f'<ScoreDistribution value="{draw(TEXTS)}" recordCount="{count}"{more}/>')
    if depth < 3:
        parts += [draw(nodes(depth + 1)) for _ in range(draw(st.integers(0, 2)))]
    wrong = draw(st.integers(0, 39))
    if wrong == 0:
        parts.insert(draw(st.integers(0, len(parts))), draw(ODD))
    elif wrong == 1:
        parts.pop(0)
    elif wrong == 2:
        parts = draw(st.permutations(parts))
    return f"<Node{given}>{''.join(part + draw(SPACE) for part in parts)}</Node>"


@st.composite
def documents(draw: st.DrawFn) -> str:
    trees = "".join(
        '<TreeModel functionName="classification">\n<MiningSchema><MiningField name="x"/>'
        f"</MiningSchema>{draw(nodes())}{draw(SPACE)}</TreeModel>\n"
        for _ in range(draw(st.integers(1, 2)))
    )
    version = draw(st.sampled_from(GRAMMARS))
    extra = draw(st.sampled_from([""] * 9 + [' colour="red"']))
    return document(version, trees, extra)


def document(version: str, trees: str, extra: str = "") -> str:
    return (
        f'<PMML xmlns="http://www.dmg.org/PMML-{"_".join(version.split(".")[:2])}" '
        f'version="{version}"><Header copyright="c"{extra}/>\n<DataDictionary numberOfFields="1">'
        '<DataField name="x" optype="continuous" dataType="double"/></DataDictionary>\n'
        f"{trees}</PMML>"
    )


def tree(body: str) -> str:
    return (
        '<TreeModel functionName="classification"><MiningSchema><MiningField name="x"/>'
        f'</MiningSchema><Node id="1">{body}</Node></TreeModel>'
    )


@pytest.fixture(scope="module", autouse=True)
def small_runs() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feed, "_WORTH_IT", 0)
        yield


WRONG = [
    '<ScoreDistribution value="a" recordCount="1"/><True/>',
    '<True/><Node><ScoreDistribution value="a" recordCount="1"/><True/></Node>',
    "<True/><Node/>",
    '<Node><True/></Node><SimplePredicate field="x" operator="equal" value="1"/>',
    '<True/><Node><True/></Node><ScoreDistribution value="a" recordCount="1"/>',
    '<True/><Node recordCount="a"><True/></Node>',
    '<True/><Node recordCount=""><True/></Node>',
    '<True/><ScoreDistribution value="a" recordCount="one"/>',
    '<True/><ScoreDistribution value="a"/>',
    '<True/><ScoreDistribution value="a" recordCount="1" confidence="c"/>',
    '<True/><Node><SimplePredicate field="x" operator="less" value="1"/></Node>',
    "<True/><True/>",
    "<True/><Node><True/><False/></Node>",
    '<True/><Node colour="red"><True/></Node>',
    "",
]


@pytest.mark.parametrize("version", GRAMMARS)
@pytest.mark.parametrize("body", WRONG)
def test_what_is_wrong_with_nodes_is_found(version: str, body: str) -> None:
    """By the schema, whatever was read in bulk before it and behind it."""
    text = document(version, tree("<True/>") + tree(body) + tree("<True/>")).encode()
    read = Document.read(text)
    whole = Conformance(text, strict=True).findings()
    assert whole
    assert Conformance(text, strict=True).findings((), read.runs) == whole


@given(text=documents())
@example(text=document("4.2", tree('<True/><ScoreDistribution value="" recordCount="1e3"/>')))
@example(text=document("4.2", tree('<True/><Node recordCount="1e3"><True/></Node>')))
def test_findings_are_those_of_the_whole_text(text: str) -> None:
    data = text.encode()
    read = Document.read(data)
    for strict in (False, True):
        whole = Conformance(data, strict=strict).findings()
        assert Conformance(data, strict=strict).findings((), read.runs) == whole
        assert Conformance(data, strict=strict).findings(read.findings, read.runs) == whole


@pytest.mark.parametrize("version", GRAMMARS)
@given(
    number=NUMBERS
    | st.from_regex(r"[-+]?[0-9]{0,22}\.?[0-9]{0,22}([eE][-+]?[0-9]{0,3})?", fullmatch=True)
)
def test_numbers_that_are_sound_are_those_of_the_schema(version: str, number: str) -> None:
    for name in ("recordCount", "confidence", "probability"):
        stated = "" if name == "recordCount" else 'recordCount="1" '
        share = f'<ScoreDistribution value="a" {stated}{name}="{number}"/>'
        text = document(version, tree(f"<True/>{share}")).encode()
        read = Document.read(text)
        if read.runs and are_sound(read.runs, grammar(version)):
            assert Conformance(text).findings() == []


def test_sound_nodes_are_not_given_to_the_schema() -> None:
    leaf = '<Node score="1"><SimplePredicate field="x" operator="lessThan" value="1"/></Node>\n'
    text = document("4.4", tree(f"<True/>{leaf * 1000}")).encode()
    runs = Document.read(text).runs
    assert [text[run.start : run.stop] for run in runs] == [
        f"<True/>{leaf * 1000}".encode().strip()
    ]
    assert are_sound(runs, grammar("4.4"))
    assert without(text, runs) == document("4.4", tree("<True/>\n")).encode()


@pytest.mark.parametrize("block", [1, 37, 400, 100_000])
def test_runs_are_found_whatever_the_blocks(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from pmmlkit.xml import reader

    monkeypatch.setattr(reader, "_BLOCK", block)
    leaf = '<Node score="1"><True/></Node>'
    trees = [tree(f"<True/>{leaf * number}") for number in (1, 30, 3)]
    text = document("4.4", "\n".join(trees)).encode()
    runs = Document.read(text).runs
    assert len(runs) <= 3
    for run in runs:
        assert text[run.stop :].startswith(b"</Node></TreeModel>")
        assert text[: run.start].endswith(b'<Node id="1">')
        assert len(run.taken) == text[run.start : run.stop].count(b"<Node") + 1
    if block == 100_000:
        assert len(runs) == 3


def test_a_large_forest_is_held_against_the_schema() -> None:
    leaf = '<Node score="1"><SimplePredicate field="x" operator="lessThan" value="1"/></Node>\n'
    body = f"<True/>{leaf * 20_000}"
    assert not [item for item in findings(tree(body)) if item[0] < "PMML100"]
    assert ("PMML010", 10_003) in findings(
        tree(
            body[: len(body) // 2 // len(leaf) * len(leaf) + 7]
            + '<Node><True/><ScoreDistribution value="1"/></Node>'
            + leaf * 10_000
        )
    )


def findings(trees: str) -> set[tuple[str, int]]:
    return {(item.code, item.line) for item in validate(document("4.4", trees).encode()).findings}
