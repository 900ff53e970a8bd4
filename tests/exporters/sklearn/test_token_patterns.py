"""Patterns of tokens find in every engine what they find in Python."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.exporters.sklearn.accents import accent_rows
from pmmlkit.exporters.sklearn.token_patterns import token_pattern
from pmmlkit.language.functions.regular_expressions import Place, compile_expression
from pmmlkit.limits import Limits

pytest.importorskip("sklearn")

from sklearn.feature_extraction.text import strip_accents_ascii, strip_accents_unicode

PATTERNS = [
    r"(?u)\b\w\w+\b",
    r"\b\w+\b",
    r"\w+",
    r"\w{2}",
    r"\w{2,3}",
    r"\w+?",
    r"[a-z]+",
    r"\b[a-z]{2,}\b",
    r"\b[a-z]+",
    r"[a-z]+\b",
    r"\b[a-z]\w*",
    r"\b\w(?:[\w'-]*\w)?\b",
    r"\b(?:[ab]|\d+)\b",
    r"\d+",
    r"\D+",
    r"\S+",
    r"\W+",
    r"[^\W\d_]+",
    r"[^\s,]+",
    r"[\D]",
    r"[\S']+",
    r"[^\S]+",
    r"#(\w+)",
    r"(\w)\d",
    r"(?:a|ab)\w",
    r"..",
    r"(?s).a",
]
LETTERS = "aabbcz19_ -',#\n\t\u00e9\u0301\u00b2\u0661\u203f\u00a0\u2028\x85\u0130\u4e00\U0001d7d8"
TEXTS = st.text(st.sampled_from(LETTERS), max_size=25) | st.text(max_size=10)


@pytest.mark.parametrize("pattern", PATTERNS)
@given(text=TEXTS)
def test_finds_the_same_tokens(pattern: str, text: str) -> None:
    place = Place("Apply", 1, Limits())
    expression = compile_expression(token_pattern(pattern).expression, place)
    cut = expression.replacer("\ue000$1\ue001")(text)
    found = [it for it in re.findall("\ue000([^\ue001]*)\ue001", cut) if it]
    if "\ue000" not in text and "\ue001" not in text:
        assert found == re.findall(pattern, text)


@pytest.mark.parametrize("kind", ["unicode", "ascii"])
@given(text=st.text(max_size=20))
def test_accents(kind: str, text: str) -> None:
    strip = strip_accents_unicode if kind == "unicode" else strip_accents_ascii
    wanted = strip(text)
    place = Place("Apply", 1, Limits())
    alphabet = frozenset(wanted) - {"$", "\\"}
    result = text
    for pattern, replacement in accent_rows(kind, alphabet, []):
        result = compile_expression(pattern, place).replacer(replacement)(result)
    # letters that nobody looks for may have become others
    assert len(result) == len(wanted)
    assert all(
        left == right if right in alphabet else left not in alphabet
        for left, right in zip(result, wanted, strict=True)
    )
