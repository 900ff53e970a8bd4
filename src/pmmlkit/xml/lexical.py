"""The simple types of the PMML schema: text to Python values and back, by XML Schema's lexical
rules.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "ANY_SIMPLE",
    "BOOLEAN",
    "COUNT",
    "FLOAT",
    "INTEGER",
    "INTEGERS",
    "NMTOKEN",
    "NUMBER",
    "NUMBERS",
    "PERCENTAGE",
    "POSITIVE",
    "PROBABILITY",
    "STRING",
    "Lexical",
    "format_number",
    "parse_number",
]

_DOUBLE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_SPECIAL = {"INF": math.inf, "+INF": math.inf, "-INF": -math.inf, "NaN": math.nan}
_MOST_DIGITS = 400
"""Longer integers are refused: Python's own bound (4,300 digits) differs between versions."""


@dataclass(frozen=True, slots=True)
class Lexical:
    """A simple type: `parse` raises ValueError, `format` gives the one text that is written.

    `base` is the type of XML Schema that the grammar has for it, a list of it where it ends in
    ``*``; `earlier` maps a version of PMML to the one up to and including it.
    """

    name: str
    base: str
    parse: Callable[[str], Any]
    format: Callable[[Any], str]
    earlier: Mapping[str, str] = field(default_factory=dict, compare=False)


def parse_number(text: str) -> float:
    """Read an ``xs:double``; Python's extra forms (``1_0``, ``infinity``, other scripts' digits)
    are errors.
    """
    text = text.strip(" \t\r\n")
    if _DOUBLE.fullmatch(text):
        return float(text)
    try:
        return _SPECIAL[text]
    except KeyError:
        raise ValueError(f"{text!r} is not a number") from None


def format_number(value: float) -> str:
    """Write the shortest text that reads back to the same double; whole numbers below 1e15 without
    a point.
    """
    if isinstance(value, int):
        return str(value)
    value = float(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    if value.is_integer() and abs(value) < 1e15 and (value != 0 or math.copysign(1.0, value) > 0):
        return str(int(value))
    return repr(value)


def _parse_integer(text: str) -> int:
    text = text.strip(" \t\r\n")
    if len(text) <= _MOST_DIGITS and _INTEGER.fullmatch(text):
        return int(text)
    # Producers write counts as doubles ("150.0"); the value is what matters.
    number = parse_number(text)
    if not math.isfinite(number) or not number.is_integer():
        raise ValueError(f"{text!r} is not an integer")
    return int(number)


def _parse_boolean(text: str) -> bool:
    token = text.strip(" \t\r\n").lower()
    if token in ("true", "1"):
        return True
    if token in ("false", "0"):
        return False
    raise ValueError(f"{text!r} is not a boolean")


def _format_boolean(value: bool) -> str:
    return "true" if value else "false"


def _collapse(text: str) -> str:
    return " ".join(text.split())


STRING = Lexical("string", "xs:string", str, str)
ANY_SIMPLE = Lexical("anySimpleType", "xs:anySimpleType", str, str)
NMTOKEN = Lexical("NMTOKEN", "xs:NMTOKEN", _collapse, str)
INTEGER = Lexical("INT-NUMBER", "xs:integer", _parse_integer, str)
# Counts and lists read as any integer and any text do: what is wrong with them is the schema's.
COUNT = Lexical("nonNegativeInteger", "xs:nonNegativeInteger", _parse_integer, str)
POSITIVE = Lexical("positiveInteger", "xs:positiveInteger", _parse_integer, str)
NUMBER = Lexical("REAL-NUMBER", "xs:double", parse_number, format_number)
PROBABILITY = Lexical(
    "PROB-NUMBER", "xs:double", parse_number, format_number, {"4.2.1": "xs:decimal"}
)
PERCENTAGE = Lexical(
    "PERCENTAGE-NUMBER", "xs:double", parse_number, format_number, {"4.2.1": "xs:decimal"}
)
FLOAT = Lexical("float", "xs:float", parse_number, format_number)
INTEGERS = Lexical("INT-LIST", "xs:int*", str, str)
NUMBERS = Lexical("REAL-LIST", "xs:double*", str, str)
BOOLEAN = Lexical("boolean", "xs:boolean", _parse_boolean, _format_boolean)
