"""Classes of characters by their general category."""

from __future__ import annotations

import re
from unicodedata import category

import pytest

from pmmlkit.language.functions.general_categories import CATEGORIES
from pmmlkit.language.functions.linear import linear_expression
from pmmlkit.language.functions.patterns import PatternError, parse, written

SAMPLES = [*map(chr, range(0x3100)), *map(chr, range(0xFE00, 0x10400))]


@pytest.mark.parametrize("name", sorted(CATEGORIES))
@pytest.mark.parametrize("pattern", [r"\p{%s}", r"\P{%s}", r"[\p{%s}]", r"[^\P{%s}]"])
def test_members(name: str, pattern: str) -> None:
    is_member = re.compile(written(parse(pattern % name)), re.ASCII).fullmatch
    negated = pattern.startswith("\\P")
    wrong = [
        hex(ord(it))
        for it in SAMPLES
        if bool(is_member(it)) != (category(it).startswith(name) != negated)
    ]
    assert not wrong


@pytest.mark.parametrize("name", ["L", "Nd", "P"])
def test_members_in_linear_time(name: str) -> None:
    pytest.importorskip("re2")
    is_member = linear_expression(parse(rf"\p{{{name}}}")).fullmatch
    assert [bool(is_member(it)) for it in SAMPLES[::9]] == [
        category(it).startswith(name) for it in SAMPLES[::9]
    ]


def test_one_letter_needs_no_braces() -> None:
    assert parse(r"\pL+") == parse(r"\p{L}+")


@pytest.mark.parametrize("pattern", [r"\p{Han}", r"\p", r"\p{", r"[\p{Xx}]", r"(?i)\p{Lu}", r"\pQ"])
def test_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        parse(pattern)
