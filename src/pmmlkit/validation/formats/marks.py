"""Where in its line a finding is: the element, the attribute or the column that it speaks of."""

from __future__ import annotations

import re
from typing import Final

from pmmlkit.errors import Finding

__all__ = ["marked"]

_NAME: Final = r"[\w.-]+"
_START: Final = re.compile(
    rf"""<(?:{_NAME}:)?(?P<tag>{_NAME})(?P<attributes>(?:[^<>"']|"[^"]*"|'[^']*')*)"""
)
_ATTRIBUTE: Final = re.compile(
    rf"""(?P<name>{_NAME}(?::{_NAME})?)\s*=\s*(?P<quote>["'])(?P<value>.*?)(?P=quote)"""
)
_COLUMN: Final = re.compile(r"\(column ([0-9]+)\)")
_STEP: Final = re.compile(rf"({_NAME})(?:\[[0-9]+\])?$")
_CHILD: Final = re.compile(rf"\belement ({_NAME})|^({_NAME}) (?:is in the wrong|must not stand)")
"""A message about a child; the path may be that of its parent."""


Span = tuple[int, int]
"""The 0-based position of the first character and the one after the last."""


def marked(line: str, finding: Finding) -> Span | None:
    """Return the part of the line that a finding is about, None if that cannot be told."""
    column = _COLUMN.search(finding.message)
    if column:
        return _word(line, int(column[1]) - 1)
    starts = _starts(line, finding)
    for start in starts:
        attribute = _attribute(line, start.span("attributes"), finding.message)
        if attribute:
            return attribute
    if starts:
        return starts[0].start(), starts[0].end("tag")
    # The line goes on with a tag that began before it.
    return _attribute(line, (0, len(line)), finding.message)


def _word(line: str, at: int) -> Span | None:
    if not 0 <= at < len(line):
        return None
    word = re.compile(r"[\w:.-]+").match(line, at)
    return at, word.end() if word else at + 1


def _starts(line: str, finding: Finding) -> list[re.Match[str]]:
    """Return the start tags that the finding may be about: a child that it names, those of its
    path, else of its words.
    """
    found = list(_START.finditer(line))
    child, step = _CHILD.search(finding.message), _STEP.search(finding.path)
    for tags in (
        {child[1] or child[2]} if child else set(),
        {step[1]} if step else set(),
        set(re.findall(_NAME, finding.message)),
    ):
        own = [start for start in found if start["tag"] in tags]
        if own:
            return own
    return []


def _attribute(line: str, part: Span, message: str) -> Span | None:
    """Return the attribute that the message names, or the one whose value it quotes."""
    found = list(_ATTRIBUTE.finditer(line, *part))
    for item in found:
        name, value = re.escape(item["name"]), re.escape(repr(item["value"]))
        if re.search(rf"(?<![\w-]){name}(=| {value})|\battribute '?{name}(?![\w-])", message):
            return item.span()
    for item in found:
        if item["value"] and repr(item["value"]) in message:
            return item.span()
    words = set(re.findall(_NAME, message))
    for item in found:
        # A name in one case may be a word of English: "field", "value".
        if item["name"] in words and not item["name"].islower():
            return item.span()
    return None
