"""Functions of Spark SQL of texts, dates and times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pmmlkit.exporters.spark.sql.values import (
    NULL,
    Condition,
    Operand,
    Value,
    compared,
    days_of,
    moment,
    number_of,
    tested,
    text_of,
    value_of,
)
from pmmlkit.exporters.spark.words import literal, removal
from pmmlkit.exporters.tracing import algebra, mathematics, texts
from pmmlkit.exporters.tracing.moments import of_moment
from pmmlkit.exporters.tracing.terms import Call, Converted, Fixed, Term, Untraceable, retyped
from pmmlkit.language.functions.patterns import PatternError, parse

__all__ = ["FUNCTIONS", "like", "trimmed"]


def _text(term: Term) -> Value:
    return Value(term, "string")


def _of_text(build: Callable[[Term], Term], kind: str = "string") -> Callable[[Operand], Value]:
    return lambda operand: Value(build(text_of(operand)), kind)


def _constant(operand: Operand) -> str:
    term = value_of(operand).term
    if not isinstance(term, Fixed) or not isinstance(term.value, str):
        raise Untraceable("the pattern or part of a text must be a constant text")
    return term.value


def _whole(operand: Operand) -> int:
    term = number_of(operand).term
    if not isinstance(term, Fixed) or not isinstance(term.value, int):
        raise Untraceable("the place and the length of a part of a text must be constants")
    return term.value


def _concatenated(*operands: Operand) -> Value:
    """Return texts one behind the other; NULL where one is."""
    terms = [text_of(operand) for operand in operands]
    if any(isinstance(term, Fixed) and term.missing for term in terms):
        return NULL
    if len(terms) == 1:
        return _text(terms[0])
    missing = any(term.missing for term in terms)
    return _text(algebra.guarded(Call("concat", tuple(terms), "string", missing)))


def _substring(operand: Operand, start: Operand, length: Operand | None = None) -> Value:
    """Return a part: places count from 1, 0 is 1 as well, negative ones count from the end."""
    text, place = text_of(operand), _whole(start)
    count = None if length is None else max(_whole(length), 0)
    if place >= 0:
        begin = max(place - 1, 0)
        return _text(texts.sliced(text, begin, None if count is None else begin + count))
    if count is not None and count < -place:
        raise Untraceable("a part of a text starts and ends at places that count from the end")
    return _text(texts.sliced(text, place, None))


def _left(operand: Operand, length: Operand) -> Value:
    return _text(texts.sliced(text_of(operand), 0, max(_whole(length), 0)))


def _right(operand: Operand, length: Operand) -> Value:
    count = _whole(length)
    text = text_of(operand)
    return _text(texts.sliced(text, -count, None) if count > 0 else texts.sliced(text, 0, 0))


def _replaced(operand: Operand, pattern: str, by: str) -> Value:
    """Return a text with all matches replaced. Raises Untraceable for a replacement with \\."""
    if "\\" in by:
        raise Untraceable("a replacement with \\ has another meaning in other engines")
    if not by:
        pattern, by = removal(pattern)
    made = algebra.call(
        "replace", text_of(operand), Fixed(pattern, "string"), Fixed(by, "string"), kind="string"
    )
    return _text(algebra.guarded(made))


def trimmed(operand: Operand, position: str, letters: str = " ") -> Value:
    """Return a text without letters at its ends: Spark takes blanks only, no tabs."""
    made = _text(text_of(operand))
    if not letters:
        return made
    members = "".join(f"\\{it}" if it in "\\]^-[&" else it for it in letters)
    unit = literal(letters) if len(letters) == 1 else f"[{members}]"
    if position != "TRAILING":
        made = _replaced(made, rf"\A{unit}+", "")
    if position != "LEADING":
        made = _replaced(made, rf"{unit}+\z", "")
    return made


def _replace(operand: Operand, old: Operand, new: Operand | None = None) -> Value:
    search, by = _constant(old), "" if new is None else _constant(new)
    if not search:
        return _text(text_of(operand))
    if "$" in by:
        raise Untraceable("a replacement with $ has another meaning in other engines")
    return _replaced(operand, literal(search), by)


def _replace_pattern(operand: Operand, pattern: Operand, new: Operand) -> Value:
    return _replaced(operand, _checked(_constant(pattern)), _constant(new))


def _checked(pattern: str) -> str:
    try:
        parse(pattern)
    except PatternError as error:
        raise Untraceable(
            f"the pattern {pattern!r:.60} cannot be written: other engines have no {error}"
        ) from error
    return pattern


def _matches(operand: Operand, pattern: str) -> Condition:
    text = text_of(operand)
    if isinstance(text, Fixed):
        raise Untraceable("a constant text is matched: write what the result is")
    made = Call(
        "matches",
        (text, Fixed(pattern, "string")),
        "boolean",
        False,
        map_missing_to="false" if text.missing else None,
    )
    return tested(made, text)


def _matches_pattern(operand: Operand, pattern: Operand) -> Condition:
    return _matches(operand, _checked(_constant(pattern)))


def like(operand: Operand, pattern: Operand, escape: str = "\\") -> Condition:
    """Return LIKE: % is any text, _ any character."""
    text = _constant(pattern)
    parts: list[str] = []
    at = 0
    while at < len(text):
        letter = text[at]
        if letter == escape:
            at += 1
            parts.append(literal(text[at : at + 1]))
        else:
            parts.append({"%": "(?s:.*)", "_": "(?s:.)"}.get(letter, literal(letter)))
        at += 1
    return _matches(operand, rf"\A{''.join(parts)}\z")


def _starts(operand: Operand, part: Operand) -> Condition:
    return _matches(operand, rf"\A{literal(_constant(part))}")


def _ends(operand: Operand, part: Operand) -> Condition:
    return _matches(operand, rf"{literal(_constant(part))}\z")


def _contains(operand: Operand, part: Operand) -> Condition:
    return _matches(operand, literal(_constant(part)))


def date_of(operand: Operand) -> Value:
    """Return the date of a time, or of a text as ISO writes it."""
    value = value_of(operand)
    if value.kind in ("date", "null"):
        return value
    if value.kind == "timestamp":
        return Value(value.term, "date")
    if value.kind == "string":
        if isinstance(value.term, Fixed):
            return moment(str(value.term.value), "date")
        return Value(Converted(value.term, "date", value.term.missing), "date")
    raise Untraceable(f"a value of type {value.kind} stands where a date is needed")


def _part(name: str) -> Callable[[Operand], Value]:
    def made(operand: Operand) -> Value:
        value = value_of(operand)
        if value.kind == "string":
            value = date_of(value)
        if value.kind not in ("date", "timestamp") or isinstance(value.term, Fixed):
            raise Untraceable(f"{name} is taken of a value of type {value.kind}, not of a column "
                              "of dates or times")  # fmt: skip
        return Value(of_moment(value.term, name), "integer")

    return made


def _weekday(operand: Operand) -> Value:
    """Return the day of the week, from Sunday as 1 to Saturday as 7."""
    monday = _part("dayofweek")(operand).term
    seven = Fixed(7, "integer")
    sunday = mathematics.modulo(algebra.add(monday, Fixed(1, "integer")), seven)
    return Value(retyped(algebra.add(sunday, Fixed(1, "integer")), "integer"), "integer")


def _days_between(end: Operand, start: Operand) -> Value:
    sides = [date_of(end), date_of(start)]
    if any(side.kind == "null" for side in sides):
        return NULL
    a, b = (days_of(side.term) for side in sides)
    return Value(retyped(algebra.subtract(a, b), "integer"), "integer")


FUNCTIONS: Final[dict[str, Callable[..., Operand]]] = {
    "upper": _of_text(texts.upper),
    "lower": _of_text(texts.lower),
    "length": _of_text(texts.length, "integer"),
    "concat": _concatenated,
    "dpipe": _concatenated,
    "substring": _substring,
    "left": _left,
    "right": _right,
    "replace": _replace,
    "regexpreplace": _replace_pattern,
    "regexplike": _matches_pattern,
    "like": like,
    "startswith": _starts,
    "endswith": _ends,
    "contains": _contains,
    "tsordstodate": date_of,
    "year": _part("year"),
    "month": _part("month"),
    "day": _part("day"),
    "dayofmonth": _part("day"),
    "dayofyear": _part("dayofyear"),
    "quarter": _part("quarter"),
    "hour": _part("hour"),
    "minute": _part("minute"),
    "second": _part("second"),
    "dayofweek": _weekday,
    "weekday": _part("weekday"),
    "datediff": _days_between,
    "eq": lambda a, b: compared("equal", a, b),
    "neq": lambda a, b: compared("notEqual", a, b),
    "lt": lambda a, b: compared("lessThan", a, b),
    "lte": lambda a, b: compared("lessOrEqual", a, b),
    "gt": lambda a, b: compared("greaterThan", a, b),
    "gte": lambda a, b: compared("greaterOrEqual", a, b),
}
"""By the names that sqlglot gives to functions of Spark."""
