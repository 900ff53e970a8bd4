"""Texts: what ``.str`` of pandas, and the methods of Python's texts, are in PMML."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from pmmlkit.exporters.tracing import algebra
from pmmlkit.exporters.tracing.symbols import Column, Symbol
from pmmlkit.exporters.tracing.terms import Call, Fixed, Term, Untraceable, fixed

__all__ = ["Text", "TextMethods"]

_SPECIAL = frozenset(".^$*+?{}[]()|\\")


def _text(term: Term) -> Term:
    if term.kind != "string":
        raise Untraceable(f"a method of texts is used on a column of type {term.kind}")
    return term


def _constant(value: Any) -> Fixed:
    if not isinstance(value, str):
        raise Untraceable(f"a text is needed here, not {value!r:.60}")
    return Fixed(value, "string")


def _whole(number: int) -> Fixed:
    return Fixed(number, "integer")


def _call(function: str, *arguments: Term, kind: str = "string") -> Term:
    made = algebra.call(function, *arguments, kind=kind, integer=kind == "integer")
    return algebra.guarded(made)


def literal(text: str) -> str:
    """Return an expression that matches a text as it is."""
    return "".join(f"\\{letter}" if letter in _SPECIAL else letter for letter in text)


def upper(term: Term) -> Term:
    """Return capitals."""
    return _call("uppercase", _text(term))


def lower(term: Term) -> Term:
    """Return small letters."""
    return _call("lowercase", _text(term))


def strip(term: Term, characters: Any = None) -> Term:
    """Return a text without blanks at its ends."""
    if characters is not None and characters != " ":
        raise Untraceable("strip of certain characters: PMML trims blanks only")
    return _call("trimBlanks", _text(term))


def length(term: Term) -> Term:
    """Return the number of characters."""
    return _call("stringLength", _text(term), kind="integer")


def sliced(term: Term, start: int | None, stop: int | None) -> Term:
    """Return a part of a text, by places that may count from the end."""
    term = _text(term)
    begin = 0 if start is None else int(start)
    if begin >= 0 and stop is not None and int(stop) >= 0:
        count = max(int(stop) - begin, 0)
        return _call("substring", term, _whole(begin + 1), _whole(count))
    # the whole is guarded: no engine asks for the length of what is missing
    size = Call("stringLength", (term,), "integer", False, integer=True)
    first: Term = _whole(begin + 1)
    if begin < 0:
        first = _at_least(_shifted(size, begin + 1), 1)
    if stop is None:
        return _call("substring", term, first, size)
    if begin < 0:
        raise Untraceable("a text is sliced with a start and a stop that both count from the end")
    # a stop before the end
    count_term = _at_least(_shifted(size, int(stop) - begin), 0)
    return _call("substring", term, first, count_term)


def _shifted(size: Term, by: int) -> Term:
    # both are integers: the result is one, as substring needs
    return Call("+", (size, _whole(by)), "integer", size.missing, integer=True)


def _at_least(term: Term, least: int) -> Term:
    return Call("max", (term, _whole(least)), "integer", term.missing, integer=True)


def starts(term: Term, prefix: Any) -> Term:
    """Return the test for the beginning."""
    found = [_begins(term, item) for item in (prefix if isinstance(prefix, tuple) else (prefix,))]
    return algebra.either(*found)


def _begins(term: Term, prefix: Any) -> Term:
    return algebra.compare("equal", sliced(term, 0, len(prefix)), _constant(prefix))


def ends(term: Term, suffix: Any) -> Term:
    """Return the test for the end."""
    items = suffix if isinstance(suffix, tuple) else (suffix,)
    return algebra.either(
        *(
            fixed(True)
            if item == ""
            else algebra.compare("equal", sliced(term, -len(item), None), _constant(item))
            for item in items
        )
    )


def contains(term: Term, pattern: Any, *, regex: bool, ignores_case: bool = False) -> Term:
    """Return the test whether an expression matches anywhere."""
    if isinstance(pattern, re.Pattern):
        ignores_case = ignores_case or bool(pattern.flags & re.IGNORECASE)
        pattern, regex = pattern.pattern, True
    text = str(_constant(pattern).value)
    text = text if regex else literal(text)
    if ignores_case:
        text = f"(?i){text}"
    return _call("matches", _text(term), Fixed(text, "string"), kind="boolean")


def replaced(term: Term, old: Any, new: Any, *, regex: bool) -> Term:
    """Return the text with all matches replaced."""
    text = str(_constant(old).value)
    fresh = str(_constant(new).value)
    if "$" in fresh or "\\" in fresh:
        raise Untraceable("a replacement with $ or \\ has another meaning in other engines")
    pattern = text if regex else literal(text)
    return _call("replace", _text(term), Fixed(pattern, "string"), Fixed(fresh, "string"))


def capitalized(term: Term) -> Term:
    """Return the first letter as a capital, the rest small."""
    return algebra.add(upper(sliced(term, 0, 1)), lower(sliced(term, 1, None)))


class Text:
    """The text of one row, as functions get it that ``apply`` and ``map`` call."""

    __slots__ = ("term",)

    def __init__(self, term: Term) -> None:
        self.term = term

    def __getattr__(self, name: str) -> Any:
        simple: dict[str, Callable[..., Term]] = {
            "upper": upper, "lower": lower, "strip": strip, "capitalize": capitalized,
            "casefold": lower,
        }  # fmt: skip
        if name in simple:
            return lambda *args: Text(simple[name](self.term, *args))
        tests: dict[str, Callable[..., Term]] = {"startswith": starts, "endswith": ends}
        if name in tests:
            return lambda *args: Column(tests[name](self.term, *args))
        if name == "replace":
            return lambda old, new: Text(replaced(self.term, old, new, regex=False))
        raise Untraceable(f"the method {name!r} of texts has no equal in PMML")

    def __getitem__(self, key: Any) -> Text:
        if isinstance(key, slice):
            if key.step not in (None, 1):
                raise Untraceable("a text is sliced in steps")
            return Text(sliced(self.term, key.start, key.stop))
        return Text(sliced(self.term, key, key + 1 if key != -1 else None))

    def __add__(self, other: Any) -> Text:
        return Text(algebra.add(self.term, _operand(other)))

    def __radd__(self, other: Any) -> Text:
        return Text(algebra.add(_operand(other), self.term))

    def __eq__(self, other: object) -> Any:
        return Column(algebra.compare("equal", self.term, _operand(other)))

    def __ne__(self, other: object) -> Any:
        return Column(algebra.compare("notEqual", self.term, _operand(other)))

    __hash__ = object.__hash__

    def __len__(self) -> int:
        raise Untraceable("len of a text of one row: use df[column].str.len()")

    def __contains__(self, item: object) -> bool:
        raise Untraceable("`in` a text of one row: use df[column].str.contains(..., regex=False)")


def _operand(value: Any) -> Term:
    if isinstance(value, Text):
        return value.term
    return value.term if isinstance(value, Column) else fixed(value)


class TextMethods:
    """``.str`` of a series: missing texts stay missing."""

    __slots__ = ("_series",)

    def __init__(self, series: Any) -> None:
        _text(series.term)
        self._series = series

    def _made(self, term: Term) -> Any:
        return self._series.like(term)

    @property
    def _term(self) -> Term:
        term: Term = self._series.term
        return term

    def upper(self) -> Any:
        """Return capitals."""
        return self._made(upper(self._term))

    def lower(self) -> Any:
        """Return small letters."""
        return self._made(lower(self._term))

    casefold = lower

    def strip(self, to_strip: Any = None) -> Any:
        """Return texts without blanks at their ends."""
        return self._made(strip(self._term, to_strip))

    def capitalize(self) -> Any:
        """Return a capital in front."""
        return self._made(capitalized(self._term))

    def len(self) -> Any:
        """Return the numbers of characters."""
        return self._made(length(self._term))

    def slice(self, start: Any = None, stop: Any = None, step: Any = None) -> Any:
        """Return parts."""
        if step not in (None, 1):
            raise Untraceable("a text is sliced in steps")
        return self._made(sliced(self._term, start, stop))

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return self.slice(key.start, key.stop, key.step)
        return self.get(key)

    def get(self, at: int) -> Any:
        """Return one character; missing behind the end."""
        if at < 0:
            raise Untraceable("a single character counted from the end: use a slice, [-1:]")
        letter = sliced(self._term, at, at + 1)
        empty = algebra.compare("equal", letter, Fixed("", "string"))
        return self._made(algebra.choose(empty, Fixed(None, "string"), letter))

    def _test(self, made: Term, na: Any) -> Any:
        if not self._term.missing:
            return self._made(made)
        if na is None or type(na).__name__ == "_NoDefault":
            na = _na_of_tests()
        lacking = algebra.is_missing(self._term)
        if isinstance(na, float) and math.isnan(na):
            known = algebra.is_present(self._term)
            assert known is not None
            return self._made(Call("if", (known, made), "boolean", True))
        return self._made(algebra.choose(lacking, fixed(bool(na)), made))

    def contains(
        self, pat: Any, case: bool = True, flags: int = 0, na: Any = None, regex: bool = True
    ) -> Any:
        """Return where an expression matches."""
        if flags & ~re.IGNORECASE:
            raise Untraceable("flags of regular expressions: only re.IGNORECASE can be written")
        ignores = not case or bool(flags & re.IGNORECASE)
        return self._test(contains(self._term, pat, regex=regex, ignores_case=ignores), na)

    def match(self, pat: str, case: bool = True, flags: int = 0, na: Any = None) -> Any:
        """Return where an expression matches at the beginning."""
        return self.contains(f"^(?:{pat})", case, flags, na)

    def startswith(self, pat: Any, na: Any = None) -> Any:
        """Return where texts begin so."""
        return self._test(starts(self._term, pat), na)

    def endswith(self, pat: Any, na: Any = None) -> Any:
        """Return where texts end so."""
        return self._test(ends(self._term, pat), na)

    def replace(
        self,
        pat: Any,
        repl: Any = None,
        n: int = -1,
        case: Any = None,
        flags: int = 0,
        regex: bool = False,
    ) -> Any:
        """Return texts with all matches replaced."""
        if n != -1 or case is not None or flags or callable(repl):
            raise Untraceable("str.replace with n, case, flags or a function cannot be written")
        return self._made(replaced(self._term, pat, repl, regex=regex))

    def cat(self, others: Any = None, sep: str = "", na_rep: Any = None) -> Any:
        """Return texts one behind the other."""
        if others is None:
            raise Untraceable("str.cat without others joins all rows")
        result = self._series
        for other in others if isinstance(others, list) else [others]:
            if na_rep is not None:
                result = result.fillna(na_rep)
                other = other.fillna(na_rep) if isinstance(other, Symbol) else other
            result = result + sep + other if sep else result + other
        return result

    def removeprefix(self, prefix: str) -> Any:
        """Return texts without this beginning."""
        rest = sliced(self._term, len(prefix), None)
        return self._made(algebra.choose(starts(self._term, prefix), rest, self._term))

    def removesuffix(self, suffix: str) -> Any:
        """Return texts without this end."""
        rest = sliced(self._term, 0, -len(suffix))
        return self._made(algebra.choose(ends(self._term, suffix), rest, self._term))

    def __getattr__(self, name: str) -> Any:
        raise Untraceable(f".str.{name} has no equal in PMML, or none that pmmlkit knows")


def _na_of_tests() -> Any:
    """Return what pandas says of missing texts: false since version 3, missing before."""
    import pandas as pd

    return False if int(pd.__version__.partition(".")[0]) >= 3 else math.nan
