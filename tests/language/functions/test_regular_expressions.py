"""Regular expressions: what is refused, what is bounded, what is the same as in PCRE."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest

from pmmlkit.errors import EvaluationError, LimitError, UnsupportedError
from pmmlkit.language.functions.backtracking import cost
from pmmlkit.language.functions.function import Call, Treatment
from pmmlkit.language.functions.patterns import parse
from pmmlkit.language.functions.regular_expressions import replacement_of, searcher
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
    *("(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?>a)", "(a)\\1", "\\p{Lu}", "\\P{L}", "\\X", "\\R"),
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
    with pytest.raises(LimitError, match=r"Limits\.regex_characters = 1000"):
        searcher("a" * 1_001, CALL)
    searcher("a" * 1_000, CALL)
    with pytest.raises(EvaluationError, match="goes beyond the 100000"):
        searcher("a", CALL)("b" * 100_001)
    assert searcher("a", CALL)("b" * 100_000) is None
    with pytest.raises(UnsupportedError, match="nested deeper"):
        searcher("(" * 400 + ")" * 400, CALL)
    with pytest.raises(UnsupportedError):
        replacement_of("(" * 400, "", CALL)


def test_patterns_of_a_column() -> None:
    from tests.language.functions.calls import ERROR, table

    rows: list[Any] = [("aab", "a+"), ("aab", "(a+)+"), ("b", "(?=b)"), (None, "("), ("b", "b")]
    assert table("matches", rows)[0] == [True, ERROR, ERROR, None, True]
    rows = [("aab", "a+", "x"), ("b", "b", "$1"), ("b", "b", "$0$$")]
    assert table("replace", rows)[0] == ["xb", ERROR, "b$"]
