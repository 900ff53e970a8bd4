"""Regular expressions: what is refused, what is bounded, what is the same as in PCRE."""

from __future__ import annotations

import random
import re
import sys
import time
from typing import Any

import pytest

from pmmlkit.errors import EvaluationError, LimitError, UnsupportedError
from pmmlkit.language.functions.backtracking import cost
from pmmlkit.language.functions.function import Call, Treatment
from pmmlkit.language.functions.linear import linear_expression
from pmmlkit.language.functions.patterns import PatternError, parse, written
from pmmlkit.language.functions.regular_expressions import (
    Place,
    compile_expression,
    replacement_of,
    searcher,
)
from pmmlkit.limits import Limits

CALL = Call("matches", (), Treatment("returnInvalid", "matches"), Limits())

EXPONENTIAL = [
    *("(a+)+$", "(a*)*b", "(a|a)*b", "(a|aa)+$", "(a|a?)+$", "([a-zA-Z]+)*1", "(.*a){12}b"),
    *("(\\w+\\s?)+$", "^(\\w+\\s?)*$", "(a?){25}a{25}", "(x+x+)+y", "(\\d|\\d\\d)+x"),
    *(
        "((a+)b?)+$",
        "(a{1,2})+$",
        "(\\s*\\w*)*z",
        "a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaa",
    ),
    *("(.+)+\\.", "(a+){10}y", "(x{1,100}){1,100}y", ".*.*.*.*=", "(ab|a)*c", "([^b]|c)*d"),
]
SAFE = [
    *(
        "(.|\\n)*x",
        "^a+b$",
        "\\d+",
        "(\\d+,)*x",
        "(a+b)*",
        "[a-z]+@[a-z]+\\.com",
        "(\\d{1,3}\\.){3}\\d{1,3}",
    ),
    *("(foo|bar)+", "^\\s*(\\w+)\\s*=", "\\s+$", "a{3}", "(?i)abc", "^(a|b|c)*$", ".*x", "x.*y"),
]


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_exponential_patterns_are_refused(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    with pytest.raises(UnsupportedError, match="exponential time"):
        searcher(pattern, CALL)


@pytest.mark.parametrize("pattern", SAFE)
def test_other_patterns_take_bounded_time(pattern: str) -> None:
    find = searcher(pattern, CALL)
    started = time.process_time()
    for unit in ("a", "1", " ", "ab", "1,", "x", "a ", "\n", "@a"):
        for size in (10, 1_000, 5_000, 50_000, 100_000):
            try:
                find((unit * size)[:size] + "!")
            except EvaluationError:
                assert size >= 1_000
    # Not a measure of speed: a pattern that backtracks without bound takes days.
    assert time.process_time() - started < 60


def test_degrees() -> None:
    found = {pattern: cost(parse(pattern)).degree for pattern in ("abc", "^a+b", "a+b", ".*a.*b")}
    assert found == {"abc": 1, "^a+b": 1, "a+b": 2, ".*a.*b": 3}


REFUSED = [
    *("(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?>a)", "(a)\\1", "\\p{Han}", "\\P{IsLatin}"),
    *("\\X", "\\R"),
    *(
        "\\h",
        "\\H",
        "\\v",
        "\\V",
        "\\N",
        "\\K",
        "\\G",
        "\\C",
        "\\cA",
        "\\012",
        "\\0",
        "\\k<a>",
        "\\g1",
    ),
    *(
        "a++",
        "a*+",
        "a?+",
        "a{2}+",
        "(?m)^a",
        "(?x) a",
        "a(?i)b",
        "(?P=a)",
        "(?P>a)",
        "(?R)",
        "(?1)",
    ),
    *("(?#c)", "(?(1)a|b)", "(*FAIL)", "[[:alpha:]]", "[a[b]]", "[a&&b]", "[]a]", "[^]a]", "[\\b]"),
    *(
        "a{,3}",
        "{",
        "a{b}",
        "a**",
        "*a",
        "^*",
        "(",
        ")",
        "[a",
        "[z-a]",
        "\\",
        "a{3,1}",
        "(?i)ä",
        "\\_x\\y",
    ),
    *(
        "(?<a>x)(?<a>y)",
        "(?'a'x)",
        "\\u0041",
        "\\x{110000}",
        "\\U0001F600",
        "(?-i:a)",
        "(?U)a",
        "a{99999}" * 3,
    ),
]


@pytest.mark.parametrize("pattern", REFUSED)
def test_constructs_that_are_refused(pattern: str) -> None:
    with pytest.raises(UnsupportedError):
        searcher(pattern, CALL)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("\\d", "\u0665", False),
        ("\\w", "ä", False),
        ("\\s", "\u00a0", False),
        (".", "\n", False),
        (".", "\r", True),
        ("(?s).", "\n", True),
        ("a$", "a\n", True),
        ("a\\z", "a\n", False),
        ("a\\Z", "a\n", True),
        ("\\Aa", "ba", False),
        ("\\bfoo\\b", "a foo b", True),
        ("\\Boo", "foo", True),
        ("\\Qa.b\\E", "axb", False),
        ("\\Qa.b\\E+", "a.bbb", True),
        ("^\\Qab\\E{2}$", "abb", True),
        ("\\x41\\x{e4}", "Aä", True),
        ("[\\x41-C]", "B", True),
        ("\\t\\n\\r\\f\\a\\e", "\t\n\r\f\a\x1b", True),
        ("[a-]", "-", True),
        ("[^a]", "a", False),
        ("[\\d-]", "-", True),
        ("(?i)ABC", "abc", True),
        ("(?i:A)b", "aB", False),
        ("(?is)A.", "a\n", True),
        ("[.]", "x", False),
        ("a|", "", True),
        ("}", "}", True),
        ("]", "]", True),
        ("a{2,3}?b", "aab", True),
        ("#", "#", True),
        ("[-a~~b||c]", "~", True),
        ("(?:a)(?P<n>b)(?<m>c)", "abc", True),
        ("ä+", "ää", True),
    ],
)
def test_meaning(pattern: str, text: str, expected: bool) -> None:
    assert (searcher(pattern, CALL)(text) is not None) is expected


@pytest.mark.parametrize(
    "replacement", ["\\", "\\$", "$", "$a", "$2", "${1}", "${n}", "$-", "$1234"]
)
def test_replacements_that_are_refused(replacement: str) -> None:
    with pytest.raises(UnsupportedError, match="replacement"):
        replacement_of("(a)", replacement, CALL)


def test_limits() -> None:
    with pytest.raises(LimitError, match=r"Limits\.regex_characters = 10000"):
        searcher("a" * 10_001, CALL)
    searcher("a" * 10_000, CALL)
    with pytest.raises(EvaluationError, match="goes beyond the 100000"):
        searcher("a", CALL)("b" * 100_001)
    assert searcher("a", CALL)("b" * 100_000) is None
    with pytest.raises(UnsupportedError, match="nested deeper"):
        searcher("(" * 400 + ")" * 400, CALL)
    with pytest.raises(UnsupportedError):
        replacement_of("(" * 400, "", CALL)


def test_patterns_of_a_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    from tests.language.functions.calls import ERROR, table

    rows: list[Any] = [("aab", "a+"), ("aab", "(a+)+"), ("b", "(?=b)"), (None, "("), ("b", "b")]
    assert table("matches", rows)[0] == [True, ERROR, ERROR, None, True]
    rows = [("aab", "a+", "x"), ("b", "b", "$1"), ("b", "b", "$0$$")]
    assert table("replace", rows)[0] == ["xb", ERROR, "b$"]


GROWING = [
    *(*EXPONENTIAL, "(a+)+b", "([a-z]+)*=", "(a|b|ab)*c", "^(a+)*$", "(0|1|01)+x"),
    *("^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y", "(.*)*x", "(a+a+)+z", "([a-z]+[0-9]?)+!"),
    *("a+b", "\\s+$", ".*x", "a*a*b", "(\\W+)(a|an|and)(\\W+)", "\\d+-\\d+", "x.*y.*z"),
]


@pytest.mark.parametrize("with_re2", [True, False])
@pytest.mark.parametrize("pattern", GROWING)
def test_time_does_not_run_away(
    pattern: str, with_re2: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is refused, or fails for long texts, or ends: without that, this takes days."""
    if with_re2:
        pytest.importorskip("re2")
    else:
        monkeypatch.setitem(sys.modules, "re2", None)
    try:
        find = searcher(pattern, CALL)
    except UnsupportedError:
        return
    started = time.process_time()
    for unit in ("a", "ab", "0", " ", "x"):
        for size in (100, 1_000, 10_000, 100_000):
            try:
                find((unit * size)[:size] + "~")
            except EvaluationError:
                assert size >= 1_000 or not with_re2
    assert time.process_time() - started < 60


AGREEING = [
    *(*SAFE, "a|ab", "(a|ab)(c|bcd)", "[^a]b", "\\s", "\\S+", "[\\sx]+", "[^\\s]+", "[\\S]", "."),
    *("(?i)[a-k]", "(?i)k", "(?i)[^s]", "(?s).", "(?i:a)b", "a{2,3}?", "\\bab", "\\Bb", "x*"),
    *("\\w+", "\\W", "\\D", "a\\z", "\\Aa", "(?<n>a)(b)?", "()", "a??", "[\\w.]+", "\\x{e4}"),
]
PIECES = [
    "a",
    "b",
    "ab",
    "\v",
    " ",
    "\n",
    "\u212a",
    "\u017f",
    "ä",
    "K",
    "s",
    "1",
    ".",
    "\u00a0",
    "",
]


@pytest.mark.parametrize("pattern", AGREEING)
def test_both_engines_find_the_same(pattern: str) -> None:
    pytest.importorskip("re2")
    try:
        linear = linear_expression(parse(pattern))
    except PatternError:
        return
    compiled = re.compile(written(parse(pattern)), re.ASCII)
    chance = random.Random(7)
    for _ in range(200):
        text = "".join(chance.choices(PIECES, k=chance.randint(0, 6)))
        spans = [
            [match.span(group) for group in range(compiled.groups + 1)]
            for match in compiled.finditer(text)
        ]
        theirs = [
            [match.span(group) for group in range(compiled.groups + 1)]
            for match in linear.finditer(text)
        ]
        assert spans == theirs, text


@pytest.mark.parametrize("pattern", ["a$", "(a*)*b", "(?u)\\w", "a{2000}", "(|a)+"])
def test_what_re2_reads_otherwise_is_not_left_to_it(pattern: str) -> None:
    pytest.importorskip("re2")
    with pytest.raises(PatternError):
        linear_expression(parse(pattern, may_be_unicode=True))


def test_long_texts_are_left_to_re2() -> None:
    pytest.importorskip("re2")
    find = searcher("a+b", CALL)
    assert find("a" * 99_000 + "b") is not None
    with pytest.raises(EvaluationError, match="surrogate"):
        find("a" * 99_000 + "\ud800")
    replace = replacement_of("(?<n>a+)b", "${n}$1", CALL)
    assert replace("aab" * 20_000) == "aaaa" * 20_000
    assert searcher("(a+)+b", CALL)("a" * 100_000) is None


def test_words_of_a_list_cost_what_begins_another() -> None:
    words = "|".join(["i", "in", "into", "a", "an", "and", "the", "of"])
    assert cost(parse(f"({words})\\W")).product == 3
    assert cost(parse(f"({words})\\W", any_case=True)).product == 3
    assert cost(parse("(a|[ab]|b)c")).product == 3


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [("ä", "Ä", True), ("[ä-ö]", "Ä", True), ("k", "\u212a", True), ("[^a]", "A", False)],
)
def test_any_case(pattern: str, text: str, expected: bool) -> None:
    place = Place("TextIndexNormalization", 1, Limits())
    found = compile_expression(pattern, place, any_case=True).search(text)
    assert (found is not None) is expected
    assert compile_expression(pattern, place).search("") is None
