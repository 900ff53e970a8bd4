"""The reader on a small language of its own: binding, what is kept, findings, hostile text,
limits.
"""

from __future__ import annotations

import io
import pickle
from typing import Any

import pytest

from pmmlkit.errors import LimitError, MarkupError
from pmmlkit.limits import Limits
from pmmlkit.xml.content import child as leaf
from pmmlkit.xml.content import choice, repeat, seq
from pmmlkit.xml.declaration import (
    Element,
    attribute,
    child,
    children,
    enumeration,
    markup,
    text,
)
from pmmlkit.xml.lexical import BOOLEAN, INTEGER, NUMBER
from pmmlkit.xml.markup import Markup, Start, Text
from pmmlkit.xml.reader import ReadResult, read
from pmmlkit.xml.writer import write


class Note(Element):
    """Holds anything."""

    content: Markup | None = markup()


class Item(Element):
    """Holds text."""

    size: float = attribute(type=NUMBER, required=True)
    count: int | None = attribute(type=INTEGER, default=None)
    good: bool = attribute(type=BOOLEAN, default=True)
    colour: str | None = attribute(default=None, values=enumeration("red", "blue"))
    name: str = text()


class Pair(Element):
    """A choice of sequences: both orders of two kinds."""

    members: tuple[Element, ...] = children("Item", "Note", default=())


class Either(
    Element,
    content=seq(
        repeat(leaf("Note", into="before")),
        choice(leaf("Item", into="item"), leaf("Pair", into="pair")),
        repeat(leaf("Note", into="after")),
    ),
):
    """An irregular content model with the same tag at both ends."""

    before: tuple[Note, ...] = children("Note", default=())
    item: Item | None = child("Item", default=None)
    pair: Pair | None = child("Pair", default=None)
    after: tuple[Note, ...] = children("Note", default=())


class Root(Element):
    """The root."""

    version: str | None = attribute(default=None)
    items: tuple[Item, ...] = children("Item", default=())
    pair: Pair | None = child("Pair", default=None)
    either: Either | None = child("Either", default=None)


class Order(Element):
    """Three children, the first of them required."""

    item: Item = child("Item", required=True)
    pair: Pair | None = child("Pair", default=None)
    note: Note | None = child("Note", default=None)


CLASSES = {kind.declaration.tag: kind for kind in (Root, Item, Pair, Either, Note)}


def check_root(tag: str, attributes: dict[str, str]) -> None:
    if tag != "Root":
        raise MarkupError("not the root")


def any_root(tag: str, attributes: dict[str, str]) -> None:
    """Take any root."""


def parsed(source: Any, **limits: int) -> ReadResult:
    return read(source, CLASSES, {"Known"}, check_root, Limits(**limits))


def root(source: bytes) -> Root:
    result = parsed(source).root
    assert isinstance(result, Root)
    return result


def written(element: Element) -> bytes:
    return b"".join(write(element, ()))


def test_attributes_are_typed_and_defaults_filled() -> None:
    element = root(b'<Root><Item size="1e2" count="3" good="false"> a b </Item></Root>')
    assert element.items == (Item(size=100.0, count=3, good=False, name=" a b "),)
    assert element.items[0].line == 1


def test_irregular_content_is_bound_by_the_automaton() -> None:
    source = b"<Root><Either><Note>1</Note><Pair/><Note>2</Note></Either></Root>"
    either = root(source).either
    assert either is not None
    assert [len(either.before), len(either.after)] == [1, 1]
    assert root(written(root(source))) == root(source)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"<Root><Item/></Root>", "PMML010"),
        (b'<Root><Item size="1_0"/></Root>', "PMML011"),
        (b'<Root><Item size="1" count="a"/></Root>', "PMML011"),
        (b'<Root><Item size="1" colour="green"/></Root>', "PMML012"),
        (b'<Root colour="red"/>', "PMML013"),
        (b"<Root><Strange/></Root>", "PMML014"),
        (b'<Root><Pair/><Item size="1"/></Root>', "PMML015"),
        (b"<Root><Pair/><Pair/></Root>", "PMML015"),
        (b"<Root><Known/></Root>", "PMML015"),
        (b"<Root>words</Root>", "PMML017"),
    ],
)
def test_findings(source: bytes, code: str) -> None:
    assert [finding.code for finding in parsed(source).findings] == [code]


def test_an_absent_child_does_not_displace_its_siblings() -> None:
    result = read(
        b"<Order><Pair/><Note/></Order>", {**CLASSES, "Order": Order}, (), any_root, Limits()
    )
    assert [(item.code, item.message) for item in result.findings] == [("PMML016", "needs Item")]


@pytest.mark.parametrize(
    "source",
    [b'<Root x-vendor="1"/>', b"<Root><X-Strange/></Root>", b'<Root xmlns:a="b"/>'],
)
def test_extensions_are_no_findings(source: bytes) -> None:
    assert parsed(source).findings == ()


def test_only_what_evaluation_needs_is_fatal() -> None:
    assert parsed(b'<Root><Item size="1" colour="green"/></Root>').fatal == ()
    assert [item.code for item in parsed(b"<Root><Item/></Root>").fatal] == ["PMML010"]


@pytest.mark.parametrize(
    "source",
    [
        b'<Root a="1" x-b="2"><Item size="x">t</Item></Root>',
        b'<Root><Item size="1"/><Odd k="v"><In>text</In><In/></Odd><Pair/></Root>',
        b"<Root>stray<Pair/>more</Root>",
        b"<Root><Pair/><Pair><Note>second</Note></Pair></Root>",
        b"<Root><Pair><Note>mixed <b>bold</b> text &amp; &lt; more</Note></Pair></Root>",
        b'<Root><Pair><Note><q:a xmlns:q="urn:q" q:k="1"/></Note></Pair></Root>',
        b'<Root><Item size="1">line\r\nbreak &#13; and &#9;tab</Item></Root>',
        b'<Root version="a&#10;b&#9;c"/>',
    ],
)
def test_nothing_is_lost(source: bytes) -> None:
    first = root(source)
    text_once = written(first)
    second = root(text_once)
    assert second == first
    assert written(second) == text_once


def test_unknown_markup_is_kept_where_it_stood() -> None:
    element = root(b'<Root><Item size="1"/><Odd k="v">t</Odd><Pair/></Root>')
    assert element.remainder is not None
    ((position, kept),) = element.remainder.children
    assert position == 1
    assert kept.events[:2] == (Start("Odd", (("k", "v"),)), Text("t"))
    assert written(element).index(b"<Odd") < written(element).index(b"<Pair")


def test_comments_and_instructions_are_dropped() -> None:
    source = b"<?xml version='1.0'?><!-- a --><Root><?php x?><Pair><!-- b --></Pair></Root>"
    assert parsed(source).findings == ()
    assert b"--" not in written(root(source))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings(encoding: str) -> None:
    source = f'<?xml version="1.0" encoding="{encoding}"?><Root version="é"/>'.encode(encoding)
    assert root(source).version == "é"


def test_a_prefix_of_the_language_is_understood() -> None:
    element = root(b'<p:Root xmlns:p="urn:x"><p:Item size="1">a</p:Item></p:Root>')
    assert element.items[0].name == "a"


def test_open_files_are_read() -> None:
    assert parsed(io.BytesIO(b"<Root/>")).root == Root()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (b"", "no element found"),
        (b"not xml", "not well-formed"),
        (b"<Root><Item", "not well-formed"),
        (b"<Root>", "not well-formed"),
        (b"<Root></Toor>", "mismatched tag"),
        (b"<Other/>", "not the root"),
        (b"<!DOCTYPE Root><Root/>", "DOCTYPE"),
        (b'<!DOCTYPE Root [<!ENTITY a "b">]><Root version="&a;"/>', "DOCTYPE"),
        (b'<!DOCTYPE Root SYSTEM "file:///etc/passwd"><Root/>', "DOCTYPE"),
        (b"<Root>&undefined;</Root>", "undefined entity"),
        (b"<Root a='1' a='2'/>", "duplicate attribute"),
        (b"\xff\xfe\x00", "not well-formed"),
        (b'<?xml version="1.0" encoding="utf-7"?><Root/>', "encoding"),
        (b'<?xml version="1.0" encoding="nonsense"?><Root/>', "encoding"),
        ("<!DOCTYPE Root><Root/>".encode("utf-16"), "DOCTYPE"),
        ("<Root/>".encode("utf-32"), "not well-formed"),
    ],
)
def test_hostile_and_broken_text(source: bytes, words: str) -> None:
    with pytest.raises(MarkupError, match=words):
        parsed(source)


def nested(depth: int) -> bytes:
    return b"<Root><Pair><Note>" + b"<a>" * depth + b"</a>" * depth + b"</Note></Pair></Root>"


@pytest.mark.parametrize(
    ("limit", "bound", "below", "above"),
    [
        ("depth", 13, nested(10), nested(11)),
        ("elements", 13, nested(10), nested(11)),
        ("text_characters", 5, b'<Root version="12345"/>', b'<Root version="123456"/>'),
        (
            "text_characters",
            5,
            b'<Root><Item size="1">12345</Item></Root>',
            b'<Root><Item size="1">123456</Item></Root>',
        ),
        ("document_bytes", 7, b"<Root/>", b"<Root />"),
    ],
)
def test_limits(limit: str, bound: int, below: bytes, above: bytes) -> None:
    parsed(below, **{limit: bound})
    with pytest.raises(LimitError, match=f"Limits.{limit} = {bound}"):
        parsed(above, **{limit: bound})


def test_depth_needs_no_recursion() -> None:
    deep = root(nested(1_900))
    assert root(written(deep)) == deep
    assert pickle.loads(pickle.dumps(deep)) == deep
    assert len(repr(deep)) < 200
