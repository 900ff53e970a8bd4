"""Every built-in function over special values, in pmmlkit and in JPMML-Evaluator.

The result is compared as text, so that its type is compared too: 1 is not 1.0.
"""

from __future__ import annotations

from typing import Any

import pytest

from pmmlkit.language.functions.registry import built_ins
from pmmlkit.parity import Oracle
from tests.differential.engines import Conflict, Failed, conflicts, product_of, shown

KINDS = {
    "x": "double",
    "y": "double",
    "f": "float",
    "g": "float",
    "i": "integer",
    "j": "integer",
    "s": "string",
    "u": "string",
    "b": "boolean",
    "c": "boolean",
    "d": "date",
    "e": "date",
    "t": "dateTime",
    "m": "time",
}

DOUBLES = [
    None, 0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.49999999999999994, 0.1, 1e-7, 7.0, -7.0, 3.0,
    123456.789, 1e16, -1e300, 1e-310, 4503599627370497.5, 9007199254740993.0, 0.001, 1e7,
]  # fmt: skip
FEW = [None, 0.0, 1.0, -1.0, 0.5, 2.5, -7.0, 3.0, 0.1, 1e16, -1e300]
FLOATS = [None, 0.0, 1.0, -1.0, 0.5, 2.5, -2.5, 0.10000000149011612, -7.0, 3.0, 16777216.0, 1e30]
WHOLES = [None, 0, 1, -1, 2, 7, -7, 3, 10, 46341, 2147483647, -2147483648]
TEXTS = [None, "", " ", "a", "abc", "  aBc ", "Äöß", "ıİ", "10", "9", "1.0", "x.y", "a1b22", "\u00a0n"]
TRUTHS = [None, True, False]
DATES = [
    None, "1970-01-01", "1969-12-31", "1960-01-01", "1959-12-31", "2000-02-29", "1900-03-01",
    "2024-12-31", "1582-10-15", "2020-02-29",
]  # fmt: skip
TIMES = [
    None, "1970-01-01T00:00:00", "1969-12-31T23:59:59", "1960-01-01T00:00:00",
    "1959-12-31T12:00:00", "2000-02-29T13:05:09", "2024-12-31T00:00:01", "1900-03-01T01:02:03",
]  # fmt: skip
CLOCKS = [None, "00:00:00", "23:59:59", "12:00:00", "01:02:03"]

VALUES: dict[str, list[Any]] = {
    "double": DOUBLES, "float": FLOATS, "integer": WHOLES, "string": TEXTS, "boolean": TRUTHS,
    "date": DATES, "dateTime": TIMES, "time": CLOCKS,
}  # fmt: skip


def call(function: str, *arguments: str, **attributes: str) -> str:
    """An Apply; an argument is the name of a field or markup."""
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    inner = "".join(item if item[0] == "<" else f'<FieldRef field="{item}"/>' for item in arguments)
    return f'<Apply function="{function}"{more}>{inner}</Apply>'


def const(text: str, type: str | None = None) -> str:
    declared = f' dataType="{type}"' if type else ""
    return f"<Constant{declared}>{text}</Constant>"


def document(expression: str, type: str = "string", functions: str = "", result: str = "") -> bytes:
    fields = "".join(
        f'<DataField name="{name}" dataType="{kind}" '
        f'optype="{"continuous" if kind in ("double", "float", "integer") else "categorical"}"/>'
        for name, kind in KINDS.items()
    )
    schema = "".join(f'<MiningField name="{name}"/>' for name in KINDS)
    return (
        '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>'
        f"<DataDictionary>{fields}</DataDictionary>"
        f"<TransformationDictionary>{functions}"
        f'<DerivedField name="o" optype="categorical" dataType="{type}">{expression}</DerivedField>'
        "</TransformationDictionary>"
        f'<RegressionModel functionName="regression"><MiningSchema>{schema}</MiningSchema>'
        f'<Output><OutputField name="r" optype="categorical" dataType="{result or type}" '
        f'feature="transformedValue"><FieldRef field="o"/></OutputField></Output>'
        '<RegressionTable intercept="0"/></RegressionModel></PMML>'
    ).encode()


def text_of(expression: str) -> str:
    """The value as text; `|` tells a missing one from one that is empty."""
    return call("concat", expression, const("|", "string"))


def table_for(fields: str) -> dict[str, list[Any]]:
    """All combinations of the special values of these fields, fewer of them where there are two."""
    if not fields:
        return {"x": [1.0]}
    names = fields.split()
    if len(names) == 1:
        return product_of(**{names[0]: VALUES[KINDS[names[0]]]})
    pools = {name: VALUES[KINDS[name]] for name in names}
    return product_of(**{n: FEW if pool is DOUBLES else pool for n, pool in pools.items()})


def fails_on_missing(item: Conflict) -> bool:
    """JPMML fails a row whose argument is missing; here the result is missing."""
    return (
        isinstance(item.theirs, Failed)
        and isinstance(item.ours, dict)
        and None in item.row.values()
        and item.ours["r"] in (None, "|")
    )


def has_32_bits(item: Conflict) -> bool:
    """JPMML's integers overflow beyond 32 bits."""
    if not isinstance(item.theirs, Failed) or isinstance(item.ours, Failed):
        return False
    text = str(item.ours["r"]).rstrip("|")
    return text.lstrip("-").isdigit() and not -(2**31) <= int(text) < 2**31


EXCUSES = (fails_on_missing, has_32_bits)

ONE = ["x", "f", "i"]
TWO = ["x y", "f g", "i j", "x i", "f i", "x f"]

CASES: list[tuple[str, str]] = []
"""Expressions, and the fields that vary."""

for name in ("+", "-", "*", "/", "x-modulo", "modulo", "pow", "threshold", "hypot", "x-hypot"):
    CASES += [(call(name, *fields.split()), fields) for fields in TWO]
for name in ("min", "max", "sum", "avg", "product"):
    CASES += [(call(name, *fields.split()), fields) for fields in [*ONE, *TWO, "x i f"[:3]]]
for name in (
    "log10", "ln", "exp", "sqrt", "ln1p", "expm1", "abs", "floor", "ceil", "round", "rint", "sin",
    "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "stdNormalCDF", "stdNormalPDF",
    "stdNormalIDF", "erf", "x-ln1p", "x-expm1", "x-rint", "x-sin", "x-cos", "x-tan", "x-asin",
    "x-acos", "x-atan", "x-sinh", "x-cosh", "x-tanh",
):  # fmt: skip
    CASES += [(call(name, field), field) for field in ONE]
for name in ("normalCDF", "normalPDF", "normalIDF"):
    CASES += [(call(name, *a), " ".join(n for n in a if n[0] != "<")) for a in (
        ("x", const("0"), const("1")), ("x", const("0.5"), "y"), ("f", "i", const("2")),
    )]  # fmt: skip
CASES += [(call("x-atan2", "x", "y"), "x y"), (call("x-atan2", "f", "i"), "f i")]
for name in ("isMissing", "isNotMissing", "isValid", "isNotValid"):
    CASES += [(call(name, field), field) for field in ("x", "i", "s", "b", "d", "t", "m")]
for name in ("equal", "notEqual", "lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual"):
    for pair in [*TWO, "s u", "d e", "b c"]:
        if pair != "b c" or "qual" in name[:8]:
            CASES.append((call(name, *pair.split()), pair))
CASES += [
    (call("and", "b", "c"), "b c"),
    (call("or", "b", "c"), "b c"),
    (call("and", "b", "c", "b"), "b c"),
    (call("not", "b"), "b"),
    (call("if", "b", "x"), "b x"),
    (call("if", "b", "x", "y"), "b x y"),
    (call("if", "b", "i", "j"), "b i j"),
    (call("if", "b", "x", "i"), "b x i"),
    (call("if", "b", "s", "u"), "b s u"),
    (call("if", call("isNotMissing", "i"), call("/", const("7"), "i"), const("0")), "i"),
    (call("if", "b", "x", "y", mapMissingTo="5"), "b x y"),
    (call("if", "b", "x", "y", defaultValue="5"), "b x y"),
    (call("isIn", "x", const("1"), const("2.5")), "x"),
    (call("isIn", "i", const("1"), const("2.5")), "i"),
    (call("isIn", "i", const("1"), const("7")), "i"),
    (call("isIn", "s", const("a", "string"), const("10", "string")), "s"),
    (call("isIn", "s", const("a", "string"), "u"), "s u"),
    (call("isNotIn", "s", const("a", "string"), "u"), "s u"),
    (call("isNotIn", "x", "y", "i"), "x y i"[:3]),
    (call("isIn", "d", const("2000-02-29", "date")), "d"),
    (call("uppercase", "s"), "s"),
    (call("lowercase", "s"), "s"),
    (call("stringLength", "s"), "s"),
    (call("trimBlanks", "s"), "s"),
    (call("concat", "s", "u"), "s u"),
    (call("concat", "x", "f"), "x f"),
    (call("concat", "x", const(",", "string"), "y"), "x y"),
    (call("concat", "i", "b"), "i b"),
    (call("concat", "s", "x", "i"), "s x i"[:3]),
    (call("concat", "d", "t"), "d t"),
    (call("concat", "m", "s"), "m s"),
]
for start, length in ((1, 1), (1, 0), (2, 5), (3, 2), (4, 1), (100, 3), (0, 1), (-1, 1), (1, -1)):
    CASES.append((call("substring", "s", const(str(start)), const(str(length))), "s"))
for pattern in ("a", "^a", "b$", "[0-9]+", "(a|b)+c?", "", r"\d{2}", "A", "(?i)ABC", r"\.", r"\bx"):
    CASES.append((call("matches", "s", const(pattern, "string")), "s"))
    for new in ("", "-", "[$1]", "$0", r"\$"):
        if "$1" not in new or "(a|" in pattern:
            CASES.append((
                call("replace", "s", const(pattern, "string"), const(new, "string")), "s",
            ))  # fmt: skip
for pattern in ("%5d", "%d", "%05d", "%-6d|", "%+d", "%x", "%o", "%,d", "%s", "% d", "%X", "%1$d"):
    CASES.append((call("formatNumber", "i", const(pattern, "string")), "i"))
for pattern in (
    "%f", "%.2f", "%8.3f", "%e", "%.3e", "%g", "%08.2f", "%+.1f", "%E", "%.0f", "a%.1fb%%", "%d",
    "%s", "%(.2f", "%a", "%G", "%#.0f",
):  # fmt: skip
    CASES.append((call("formatNumber", "x", const(pattern, "string")), "x"))
    CASES.append((call("formatNumber", "f", const(pattern, "string")), "f"))
for pattern in (
    "%Y-%m-%d", "%y", "%j", "%b %d", "%B", "%a", "%A", "%e", "%D", "%F", "%%", "%u", "%w", "%U",
    "%C", "%h", "plain", "%G", "%V", "%W", "%x", "%g", "%n", "%t",
):  # fmt: skip
    CASES.append((call("formatDatetime", "d", const(pattern, "string")), "d"))
    CASES.append((call("formatDatetime", "t", const(pattern, "string")), "t"))
for pattern in ("%H:%M:%S", "%I %p", "%T", "%R", "%r", "%k", "%l", "%c", "%s", "%X", "%Z", "%z", "%M"):
    CASES.append((call("formatDatetime", "t", const(pattern, "string")), "t"))
    CASES.append((call("formatDatetime", "m", const(pattern, "string")), "m"))
for year in ("1970", "1960", "1900", "2020", "2000"):
    CASES.append((call("dateDaysSinceYear", "d", const(year)), "d"))
    CASES.append((call("dateDaysSinceYear", "t", const(year)), "t"))
    CASES.append((call("dateSecondsSinceYear", "t", const(year)), "t"))
    CASES.append((call("dateSecondsSinceYear", "d", const(year)), "d"))
CASES += [
    (call("dateSecondsSinceMidnight", "t"), "t"),
    (call("dateSecondsSinceMidnight", "m"), "m"),
]


def label(case: tuple[Any, ...]) -> str:
    return str(case[0]).replace("<FieldRef field=", "").replace("</Apply>", "")[:100]


@pytest.mark.parametrize("number", range(len(CASES)))
def test_functions(number: int, jpmml: Oracle) -> None:
    expression, fields = CASES[number]
    found = conflicts(document(text_of(expression)), table_for(fields), jpmml, excuses=EXCUSES)
    assert not found, shown(found)
