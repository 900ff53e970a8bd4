"""Formulas: every expression and every predicate, as people read them."""

from __future__ import annotations

from typing import Any

import pytest

from pmmlkit.language.document import Document
from pmmlkit.showing.formula import Formula, Listing, Names, literal, number_text
from pmmlkit.showing.formulas import _WRITERS, derived_formula, formula, function_formula
from tests.showing.documents import around

X, Z, S = '<FieldRef field="x"/>', '<FieldRef field="z"/>', '<FieldRef field="s"/>'
NAMES = Names({"x": "double", "z": "double", "s": "string", "zip": "string", "day": "date"})


def number(value: str) -> str:
    return f'<Constant dataType="double">{value}</Constant>'


def call(function: str, *operands: str, more: str = "") -> str:
    return f'<Apply function="{function}" {more}>{"".join(operands)}</Apply>'


def norm(points: str, more: str = "") -> str:
    pairs = (point.split() for point in points.split(","))
    norms = "".join(f'<LinearNorm orig="{orig}" norm="{norm}"/>' for orig, norm in pairs)
    return f'<NormContinuous field="x" {more}>{norms}</NormContinuous>'


def rows(*cells: tuple[str, str]) -> str:
    inside = "".join(f"<row><key>{key}</key><out>{out}</out></row>" for key, out in cells)
    return f"<InlineTable>{inside}</InlineTable>"


EXPRESSIONS = [
    # Constant, FieldRef, X-Error
    (number("1.50"), "1.5"),
    ('<Constant dataType="string">1</Constant>', '"1"'),
    ('<Constant>red "a" \\</Constant>', '"red \\"a\\" \\\\"'),
    ('<Constant dataType="boolean">true</Constant>', "true"),
    ('<Constant dataType="date">2020-01-31</Constant>', '"2020-01-31"'),
    ('<Constant missing="true"/>', "missing"),
    (X, "x"),
    ('<FieldRef field="p(a b)"/>', "`p(a b)`"),
    ('<FieldRef field="Petal.Width"/>', "Petal.Width"),
    ('<FieldRef field="x" mapMissingTo="0"/>', "x [missing: 0]"),
    ('<X-Error message="no"/>', 'error("no")'),
    # Apply
    (call("+", X, Z), "x + z"),
    (call("-", X, call("-", Z, number("1"))), "x - (z - 1)"),
    (call("-", call("-", X, Z), number("1")), "x - z - 1"),
    (call("-", X, number("-2")), "x + 2"),
    (call("+", X, number("-2")), "x - 2"),
    (call("*", call("+", X, Z), number("2")), "(x + z) * 2"),
    (call("+", call("*", X, Z), number("2")), "x * z + 2"),
    (call("/", X, call("*", Z, number("2"))), "x / (z * 2)"),
    (call("/", call("/", X, Z), number("2")), "x / z / 2"),
    (call("pow", call("+", X, Z), number("2")), "(x + z) ^ 2"),
    (call("pow", call("pow", X, Z), number("2")), "(x ^ z) ^ 2"),
    (call("if", call("greaterThan", X, number("3")), call("log", Z), number("0")),
     "if(x > 3, log(z), 0)"),
    (call("and", call("equal", S, "<Constant>a</Constant>"), call("lessOrEqual", X, Z)),
     's = "a" and x <= z'),
    (call("and", call("or", call("isMissing", X), call("isNotMissing", Z)),
          call("not", call("isIn", S, "<Constant>a</Constant>", "<Constant>b</Constant>"))),
     '(x is missing or z is not missing) and not s in {"a", "b"}'),
    (call("isNotIn", X, number("1")), "x not in {1}"),
    (call("not", call("and", call("lessThan", X, Z), call("notEqual", X, Z))),
     "not (x < z and x != z)"),
    (call("greaterOrEqual", call("+", X, Z), number("1")), "x + z >= 1"),
    (call("min", X, Z, number("7")), "min(x, z, 7)"),
    (call("x-own", X), "`x-own`(x)"),
    (call("+", X, Z, more='mapMissingTo="-1" defaultValue="2"'),
     "(x + z) [missing: -1, default: 2]"),
    (call("log", X, more='invalidValueTreatment="asMissing"'), "log(x) [invalid: asMissing]"),
    # NormContinuous
    (norm("0 0, 4 1"), "x / 4"),
    (norm("2 0, 3 1"), "x - 2"),
    (norm("-2 1, 0 2"), "1 + (x + 2) / 2"),
    (norm("0 3, 1 3"), "3"),
    (norm("0 0, 1 3", 'mapMissingTo="0.5"'), "(3 * x) [missing: 0.5]"),
    (norm("0 0, 1 3, 3 4"), "piecewise(x < 1: 3 * x; otherwise: 3 + (x - 1) / 2)"),
    (norm("0 0, 1 3", 'outliers="asExtremeValues"'),
     "piecewise(x < 0: 0; x <= 1: 3 * x; otherwise: 3)"),
    (norm("0 0, 1 3", 'outliers="asMissingValues"'),
     "piecewise(x < 0: missing; x <= 1: 3 * x; otherwise: missing)"),
    # NormDiscrete, Discretize, MapValues
    ('<NormDiscrete field="s" value="a"/>', 'if(s = "a", 1, 0)'),
    ('<NormDiscrete field="x" value="3" mapMissingTo="0"/>', "if(x = 3, 1, 0) [missing: 0]"),
    ('<Discretize field="x" defaultValue="far" mapMissingTo="none" dataType="string">'
     '<DiscretizeBin binValue="1"><Interval closure="openOpen" rightMargin="0"/></DiscretizeBin>'
     '<DiscretizeBin binValue="2"><Interval closure="closedOpen" leftMargin="0" rightMargin="9.5"/>'
     '</DiscretizeBin><DiscretizeBin binValue="3"><Interval closure="closedOpen" leftMargin="9.5"/>'
     "</DiscretizeBin></Discretize>",
     'bins(x; < 0: "1"; [0, 9.5): "2"; >= 9.5: "3"; otherwise: "far"; missing: "none")'),
    ('<MapValues outputColumn="out" defaultValue="9" mapMissingTo="8" dataType="integer">'
     f'<FieldColumnPair field="s" column="key"/>{rows(("a", "1"), ("b", "2"))}</MapValues>',
     'map(s -> out; 2 rows: "a": 1; "b": 2; otherwise: 9; missing: 8)'),
    ('<MapValues outputColumn="data:out"><FieldColumnPair field="x" column="key"/>'
     f'{rows(("1", "one"))}</MapValues>', 'map(x -> out; 1 row: 1: "one")'),
    ('<MapValues outputColumn="out"><FieldColumnPair field="s" column="key"/><TableLocator/>'
     "</MapValues>", "map(s -> out; a table outside of the document)"),
    # TextIndex, Aggregate, Lag
    ('<TextIndex textField="s"><Constant>sun</Constant></TextIndex>', 'textIndex(s, "sun")'),
    ('<TextIndex textField="s" localTermWeights="binary" isCaseSensitive="true" '
     'maxLevenshteinDistance="1" wordSeparatorCharacterRE="[ ]"><TextIndexNormalization>'
     "<InlineTable><row><string>a</string><stem>b</stem></row></InlineTable>"
     "</TextIndexNormalization><Constant>sun</Constant></TextIndex>",
     'textIndex(s, "sun", localTermWeights = binary, isCaseSensitive = true, '
     'maxLevenshteinDistance = 1, wordSeparatorCharacterRE = "[ ]", 1 row of normalization)'),
    ('<Aggregate field="x" function="sum"/>', "sum(x)"),
    ('<Aggregate field="x" function="average" groupField="s" sqlWhere="z = 1"/>',
     "average(x by s where z = 1)"),
    ('<Lag field="x"/>', "lag(x, 1)"),
    ('<Lag field="x" n="2"><BlockIndicator field="s"/></Lag>', "lag(x, 2 within s)"),
    ('<Lag field="x" n="3" aggregate="avg"/>', "avg(lag(x, 1..3))"),
]  # fmt: skip

PREDICATES = [
    ('<SimplePredicate field="x" operator="equal" value="1"/>', "x = 1"),
    ('<SimplePredicate field="x" operator="notEqual" value="1.0"/>', "x != 1"),
    ('<SimplePredicate field="zip" operator="lessThan" value="01"/>', 'zip < "01"'),
    ('<SimplePredicate field="x" operator="lessOrEqual" value="-1e9"/>', "x <= -1000000000"),
    ('<SimplePredicate field="x" operator="greaterThan" value="1"/>', "x > 1"),
    ('<SimplePredicate field="day" operator="greaterOrEqual" value="2020-01-31"/>',
     'day >= "2020-01-31"'),
    ('<SimplePredicate field="x" operator="isMissing"/>', "x is missing"),
    ('<SimplePredicate field="x" operator="isNotMissing"/>', "x is not missing"),
    ('<SimplePredicate field="x" operator="like" value="1"/>', "x like 1"),
    ('<SimplePredicate field="x" operator="equal"/>', "x = ?"),
    ('<SimpleSetPredicate field="s" booleanOperator="isIn"><Array type="string" n="2">a "b c"'
     "</Array></SimpleSetPredicate>", 's in {"a", "b c"}'),
    ('<SimpleSetPredicate field="x" booleanOperator="isNotIn"><Array type="int">1 2</Array>'
     "</SimpleSetPredicate>", "x not in {1, 2}"),
    ('<SimpleSetPredicate field="x" booleanOperator="isIn"><Array type="int" n="9">1 2</Array>'
     "</SimpleSetPredicate>", "x in {1, 2}"),
    ("<True/>", "true"),
    ("<False/>", "false"),
    ('<CompoundPredicate booleanOperator="and"><True/><CompoundPredicate booleanOperator="or">'
     "<False/><True/></CompoundPredicate></CompoundPredicate>", "true and (false or true)"),
    ('<CompoundPredicate booleanOperator="or"><True/><CompoundPredicate booleanOperator="and">'
     "<False/><True/></CompoundPredicate></CompoundPredicate>", "true or false and true"),
    ('<CompoundPredicate booleanOperator="xor"><True/><False/></CompoundPredicate>',
     "true xor false"),
    ('<CompoundPredicate booleanOperator="surrogate"><SimplePredicate field="x" '
     'operator="lessThan" value="1"/><False/></CompoundPredicate>', "surrogate(x < 1, false)"),
    ("", "?"),
]  # fmt: skip


def transformations(inside: str) -> Document:
    document = around("", f"<TransformationDictionary>{inside}</TransformationDictionary>")
    return Document.read(document)


def derived(expression: str) -> Document:
    return transformations(
        f'<DerivedField name="d" optype="continuous" dataType="double">{expression}</DerivedField>'
    )


def expression_of(text: str) -> Formula:
    dictionary = derived(text).root.transformation_dictionary
    assert dictionary is not None
    return derived_formula(dictionary.derived_fields[0], NAMES)


@pytest.mark.parametrize(("text", "wanted"), EXPRESSIONS)
def test_expressions(text: str, wanted: str) -> None:
    assert expression_of(text).text() == wanted


@pytest.mark.parametrize(("text", "wanted"), PREDICATES)
def test_predicates(text: str, wanted: str) -> None:
    model = (
        '<RuleSetModel functionName="classification"><MiningSchema><MiningField name="x"/>'
        f'</MiningSchema><RuleSet><SimpleRule score="a">{text}</SimpleRule></RuleSet>'
        "</RuleSetModel>"
    )
    read: Any = Document.read(around(model)).root.models[0]
    rules = read.rule_set.rules
    assert formula(rules[0].predicate, NAMES).text() == wanted


def test_every_kind_is_in_the_tables() -> None:
    texts = "".join(text for text, _ in (*EXPRESSIONS, *PREDICATES))
    for tag in _WRITERS:
        assert f"<{tag} " in texts or f"<{tag}>" in texts or f"<{tag}/>" in texts, tag


def test_what_is_unknown_is_a_question_mark() -> None:
    assert expression_of("").text() == "? (no expression)"
    assert expression_of("<Nothing/>").text() == "? (Nothing)"
    assert formula(None).text() == "?"


def test_functions_have_bodies_and_types_of_their_own() -> None:
    function = (
        '<DefineFunction name="f" optype="continuous"><ParameterField name="x" dataType="string"/>'
        '<ParameterField name="b"/><Apply function="+"><NormDiscrete field="x" value="1"/>'
        '<FieldRef field="b"/></Apply></DefineFunction>'
    )
    dictionary = transformations(function).root.transformation_dictionary
    assert dictionary is not None
    shown = function_formula(dictionary.define_functions[0], NAMES)
    assert shown.text() == 'if(x = "1", 1, 0) + b'


def test_short_formulas_have_few_digits_and_items() -> None:
    items = Listing(tuple((item,) for item in "abcdefg"))
    shown = Formula(("x = ", 0.123456789, " in {", items, "}"))
    assert shown.text() == "x = 0.123456789 in {a, b, c, d, e, f, g}"
    assert shown.text(full=False) == "x = 0.123457 in {a, b, c, d, ... 3 more}"
    assert (
        Formula((Listing(tuple((item,) for item in "abcde")),)).text(full=False) == "a, b, c, d, e"
    )


@pytest.mark.parametrize(
    ("value", "short", "full"),
    [
        (1.0, "1", "1"),
        (123456789, "123456789", "123456789"),
        (1234567.25, "1234567", "1234567.25"),
        (0.1 + 0.2, "0.3", "0.30000000000000004"),
        (1e300, "1e+300", "1e+300"),
        (float("inf"), "INF", "INF"),
        (float("nan"), "NaN", "NaN"),
        (True, "true", "true"),
    ],
)
def test_numbers(value: float, short: str, full: str) -> None:
    assert (number_text(value, full=False), number_text(value, full=True)) == (short, full)


@pytest.mark.parametrize(
    ("text", "type", "wanted"),
    [
        ("007", None, 7.0),
        ("007", "string", '"007"'),
        ("7", "double", 7),
        ("red", None, '"red"'),
        ("true", "boolean", "true"),
        (None, None, "?"),
        (2.5, None, 2.5),
    ],
)
def test_literals(text: object, type: str | None, wanted: object) -> None:
    assert literal(text, type) == wanted


def test_deep_formulas_need_no_recursion() -> None:
    depth = 900
    nested = '<Apply function="-">' * depth + X + f"{number('1')}</Apply>" * depth
    assert expression_of(nested).text() == "x" + " - 1" * depth
    model = (
        '<CompoundPredicate booleanOperator="and"><True/>' * depth
        + "<True/>"
        + "</CompoundPredicate>" * depth
    )
    text = (
        '<RuleSetModel functionName="classification"><MiningSchema><MiningField name="x"/>'
        f'</MiningSchema><RuleSet><SimpleRule score="a">{model}</SimpleRule></RuleSet>'
        "</RuleSetModel>"
    )
    read: Any = Document.read(around(text)).root.models[0]
    rules = read.rule_set.rules
    assert formula(rules[0].predicate).text() == " and ".join(["true"] * (depth + 1))
