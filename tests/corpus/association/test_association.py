"""AssociationModel by the specification: styles of input, algorithms, ranking, features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

import pmmlkit
from tests.corpus.cells import FAILS, check, document

ITEMS = ("A", "B", "C")
GROUPED = '<MiningField name="g" usageType="group"/><MiningField name="i"/>'
FIELDS = {"g": "categorical string", "i": "categorical string"}
ITEMSETS = {"a": "A", "b": "B", "bc": "BC", "none": ""}
RULES = (
    '<AssociationRule antecedent="a" consequent="b" support="0.5" confidence="0.9" id="r1" '
    'lift="1.5" leverage="0.3" affinity="0.2"/>'
    '<AssociationRule antecedent="a" consequent="bc" support="0.7" confidence="0.8" '
    'lift="2" leverage="0.1" affinity="0.3"/>'
    '<AssociationRule antecedent="none" consequent="b" support="0.6" confidence="0.8" '
    'lift="1" leverage="0.2" affinity="0.1"/>'
    '<AssociationRule antecedent="a" consequent="none" support="0.4" confidence="0.7" '
    'lift="1" leverage="0.2" affinity="0.1"/>'
)
"""In document order r1, 2, 3, 4: a rule without an id has its number."""


def model(
    outputs: str,
    *,
    schema: str = GROUPED,
    fields: Mapping[str, str] = FIELDS,
    items: str | None = None,
    rules: str = RULES,
    supports: Mapping[str, float] | None = None,
) -> bytes:
    """Return a document with the items A, B, C, the itemsets and the rules above."""
    if items is None:
        items = "".join(f'<Item id="{item}" value="{item}"/>' for item in ITEMS)
    itemsets = ""
    for name, inside in ITEMSETS.items():
        more = f' support="{supports[name]}"' if supports and name in supports else ""
        refs = "".join(f'<ItemRef itemRef="{item}"/>' for item in inside)
        itemsets += f'<Itemset id="{name}"{more}>{refs}</Itemset>'
    return document(
        '<AssociationModel functionName="associationRules" numberOfTransactions="9" '
        'numberOfItems="3" minimumSupport="0.1" minimumConfidence="0.1" numberOfItemsets="4" '
        f'numberOfRules="4"><MiningSchema>{schema}</MiningSchema><Output>{outputs}</Output>'
        f"{items}{itemsets}{rules}</AssociationModel>",
        fields,
    )


def output(feature: str = "ruleId", data_type: str = "string", **attributes: str) -> str:
    """Return the OutputField `r`; attributes in PMML's names."""
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        f'<OutputField name="r" optype="categorical" dataType="{data_type}" '
        f'feature="{feature}"{more}/>'
    )


def every(**attributes: str) -> str:
    """Return the output of the ids of all rules that fit."""
    return output(isMultiValued="1", rank="0", **attributes)


BASKETS: Sequence[Mapping[str, Any]] = [
    {"g": "1", "i": ["A"]},
    {"g": "2", "i": ["A", "B"]},
    {"g": "3", "i": ["B", "C", "B"]},
    {"g": "4", "i": ["C", "A", "B", "unknown", None]},
    {"g": "5", "i": []},
    {"g": "6", "i": None},
]


ALL = ["r1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        # The antecedent is in the basket; the empty one always is.
        (
            "recommendation",
            [ALL, ALL, ["3"], ALL, ["3"], ["3"]],
        ),
        # ... and the consequent is not, or not all of it; the empty one always is.
        ("exclusiveRecommendation", [["r1", "2", "3"], ["2"], [], [], ["3"], ["3"]]),
        (None, [["r1", "2", "3"], ["2"], [], [], ["3"], ["3"]]),
        # ... and the consequent is too.
        (
            "ruleAssociation",
            [["4"], ["r1", "3", "4"], ["3"], ["r1", "2", "3", "4"], [], []],
        ),
    ],
)
def test_algorithms(algorithm: str | None, expected: list[Any]) -> None:
    attributes = {} if algorithm is None else {"algorithm": algorithm}
    check(model(every(**attributes)), BASKETS, {"r": expected})


@pytest.mark.parametrize(
    ("basis", "order", "expected"),
    [
        # confidence 0.9 0.8 0.8 0.7: equal ones in document order, whatever the order
        (None, None, ["r1", "2", "3", "4"]),
        ("confidence", "descending", ["r1", "2", "3", "4"]),
        ("confidence", "ascending", ["4", "2", "3", "r1"]),
        # support 0.5 0.7 0.6 0.4
        ("support", None, ["2", "3", "r1", "4"]),
        ("support", "ascending", ["4", "r1", "3", "2"]),
        # lift 1.5 2 1 1
        ("lift", "descending", ["2", "r1", "3", "4"]),
        ("lift", "ascending", ["3", "4", "r1", "2"]),
        # leverage 0.3 0.1 0.2 0.2
        ("leverage", "descending", ["r1", "3", "4", "2"]),
        ("leverage", "ascending", ["2", "3", "4", "r1"]),
        # affinity 0.2 0.3 0.1 0.1
        ("affinity", "descending", ["2", "r1", "3", "4"]),
        ("affinity", "ascending", ["3", "4", "r1", "2"]),
    ],
)
def test_ranking(basis: str | None, order: str | None, expected: list[str]) -> None:
    attributes = {"algorithm": "recommendation"}
    if basis is not None:
        attributes["rankBasis"] = basis
    if order is not None:
        attributes["rankOrder"] = order
    check(model(every(**attributes)), BASKETS[:1], {"r": [expected]})


@pytest.mark.parametrize(
    ("rank", "multi", "expected"),
    [
        ("1", None, "r1"),
        ("2", "0", "2"),
        ("4", "0", "4"),
        ("5", "0", None),
        ("1", "1", ["r1"]),
        ("3", "1", ["r1", "2", "3"]),
        ("9", "1", ["r1", "2", "3", "4"]),
        ("0", "1", ["r1", "2", "3", "4"]),
    ],
)
def test_ranks(rank: str, multi: str | None, expected: Any) -> None:
    attributes = {"rank": rank, "algorithm": "recommendation"}
    if multi is not None:
        attributes["isMultiValued"] = multi
    check(model(output(**attributes)), BASKETS[:1], {"r": [expected]})


FEATURES = [
    ("antecedent", "string", ["A"], [["A"], ["A"], []]),
    ("consequent", "string", ["B"], [["B"], ["B", "C"], ["B"]]),
    ("rule", "string", "{A}->{B}", ["{A}->{B}", "{A}->{B,C}", "{}->{B}"]),
    ("ruleId", "string", "r1", ["r1", "2", "3"]),
    ("confidence", "double", 0.9, [0.9, 0.8, 0.8]),
    ("support", "double", 0.5, [0.5, 0.7, 0.6]),
    ("lift", "double", 1.5, [1.5, 2.0, 1.0]),
    ("leverage", "double", 0.3, [0.3, 0.1, 0.2]),
    ("affinity", "double", 0.2, [0.2, 0.3, 0.1]),
]


@pytest.mark.parametrize(("name", "data_type", "first", "three"), FEATURES)
def test_features(name: str, data_type: str, first: Any, three: list[Any]) -> None:
    """Directly, and in the style of PMML 4.0: ruleValue with ruleFeature."""
    check(model(output(name, data_type)), BASKETS[:1], {"r": [first]})
    check(model(output("ruleValue", data_type, ruleFeature=name)), BASKETS[:1], {"r": [first]})
    many = {"isMultiValued": "1", "rank": "3"}
    check(model(output(name, data_type, **many)), BASKETS[:1], {"r": [three]})
    check(
        model(output("ruleValue", data_type, ruleFeature=name, **many)),
        BASKETS[:1],
        {"r": [three]},
    )


@pytest.mark.parametrize(
    ("feature", "expected"),
    [("entityId", "2"), ("predictedValue", ["B", "C"]), ("ruleValue", ["B", "C"])],
)
def test_further_features(feature: str, expected: Any) -> None:
    check(model(output(feature, rankBasis="support")), BASKETS[:1], {"r": [expected]})


def test_the_predicted_value_is_the_consequent() -> None:
    check(
        model(every()),
        BASKETS,
        {"_target": [["B"], ["B", "C"], None, None, ["B"], ["B"]]},
    )


def test_ids_may_be_numbers() -> None:
    rules = RULES.replace(' id="r1"', "")
    check(
        model(output("entityId", "double", rank="2"), rules=rules),
        BASKETS[:2],
        {"r": [2.0, None]},
    )


def test_mapped_values_are_for_display() -> None:
    items = (
        '<Item id="A" value="A"/><Item id="B" value="B" mappedValue="bread"/>'
        '<Item id="C" value="C"/>'
    )
    text = model(output("predictedDisplayValue", rank="2"), items=items)
    check(text, BASKETS[:1], {"r": [["bread", "C"]]})
    check(model(output("consequent", rank="2"), items=items), BASKETS[:1], {"r": [["B", "C"]]})


def test_what_rules_do_not_state_follows_from_the_itemsets() -> None:
    # lift = confidence / s(B); leverage = s - s(A) s(B); affinity = s / (s(A) + s(B) - s)
    rules = '<AssociationRule antecedent="a" consequent="b" support="0.5" confidence="0.9"/>'
    supports = {"a": 0.6, "b": 0.75}
    for feature, expected in (
        ("lift", 0.9 / 0.75),
        ("leverage", 0.5 - 0.6 * 0.75),
        ("affinity", 0.5 / (0.6 + 0.75 - 0.5)),
    ):
        text = model(output(feature, "double"), rules=rules, supports=supports)
        check(text, BASKETS[:1], {"r": [expected]})
        check(model(output(feature, "double"), rules=rules), BASKETS[:1], {"r": [None]})
    ranked = every(rankBasis="lift")
    check(model(ranked, rules=rules, supports=supports), BASKETS[:1], {"r": [["1"]]})


SIMPLE = '<AssociationRule antecedent="a" consequent="b" support="0.5" confidence="0.9"/>'


@pytest.mark.parametrize(
    ("kind", "there", "absent"),
    [
        ("categorical boolean", True, False),
        ("categorical string", "T", "F"),
        ("categorical string", "true", "false"),
        ("categorical string", "TRUE", "False"),
        ("categorical string", "1", "0"),
        ("categorical integer", 1, 0),
        ("continuous double", 1.0, 0.0),
    ],
)
def test_fields_that_are_items(kind: str, there: Any, absent: Any) -> None:
    names = dict.fromkeys(ITEMS, kind)
    schema = "".join(f'<MiningField name="{name}"/>' for name in ITEMS)
    text = model(every(), schema=schema, fields=names, rules=SIMPLE)
    rows = [
        {"A": there, "B": absent, "C": absent},
        {"A": there, "B": there, "C": absent},
        {"A": absent, "B": absent, "C": there},
        {"A": there},
        {"B": there},
    ]
    check(text, rows, {"r": [["1"], [], [], ["1"], []]})


def test_a_field_that_is_an_item_says_true_or_false() -> None:
    names = dict.fromkeys(ITEMS, "categorical string")
    schema = "".join(f'<MiningField name="{name}"/>' for name in ITEMS)
    text = model(every(), schema=schema, fields=names, rules=SIMPLE)
    rows = [{"A": "yes", "B": "F", "C": "F"}, {"A": "T", "B": "F", "C": "F"}]
    check(text, rows, {"r": [FAILS, ["1"]]})


@pytest.mark.parametrize(
    "items",
    [
        # by the item's value
        '<Item id="A" value="color=red"/><Item id="B" value="size=3"/><Item id="C" value="on"/>',
        # by field and category
        '<Item id="A" value="a" field="color" category="red"/>'
        '<Item id="B" value="b" field="size" category="3"/><Item id="C" value="on"/>',
        # categories compare as values of their field
        '<Item id="A" value="color=red"/><Item id="B" value="b" field="size" category="3.0"/>'
        '<Item id="C" value="c" field="on" category="true"/>',
    ],
)
def test_fields_whose_values_are_items(items: str) -> None:
    schema = "".join(f'<MiningField name="{name}"/>' for name in ("color", "size", "on"))
    fields = {
        "color": "categorical string",
        "size": "continuous double",
        "on": "categorical boolean",
    }
    rules = SIMPLE + SIMPLE.replace('consequent="b"', 'consequent="bc"')
    text = model(
        every(algorithm="ruleAssociation"), schema=schema, fields=fields, items=items, rules=rules
    )
    rows = [
        {"color": "red", "size": 3.0, "on": True},
        {"color": "red", "size": 3.0, "on": False},
        {"color": "red", "size": 4.0, "on": True},
        {"color": "blue", "size": 3.0, "on": True},
        {"color": "red", "size": 3.0},
        {},
    ]
    check(text, rows, {"r": [["1", "2"], ["1"], [], [], ["1"], []]})


def test_derived_fields_may_be_items() -> None:
    items = (
        '<Item id="A" value="a" field="big" category="1"/>'
        '<Item id="B" value="B"/><Item id="C" value="C"/>'
    )
    text = model(
        every(),
        schema='<MiningField name="x"/><MiningField name="B"/><MiningField name="C"/>',
        fields={
            "x": "continuous double",
            "B": "categorical boolean",
            "C": "categorical boolean",
        },
        items=items,
        rules=SIMPLE,
    )
    derived = (
        b'<LocalTransformations><DerivedField name="big" optype="categorical" dataType="integer">'
        b'<Apply function="if"><Apply function="greaterThan"><FieldRef field="x"/>'
        b"<Constant>5</Constant></Apply><Constant>1</Constant><Constant>0</Constant></Apply>"
        b"</DerivedField></LocalTransformations>"
    )
    text = text.replace(b"</Output>", b"</Output>" + derived)
    rows = [{"x": 9.0, "B": False}, {"x": 1.0, "B": False}, {"x": 9.0, "B": True}]
    check(text, rows, {"r": [["1"], [], []]})


def test_integers_in_lists() -> None:
    items = "".join(f'<Item id="{item}" value="{at}"/>' for at, item in enumerate(ITEMS))
    fields = {"g": "categorical string", "i": "categorical integer"}
    text = model(every(), fields=fields, items=items, rules=SIMPLE)
    check(text, [{"g": "1", "i": [0, 2]}, {"g": "2", "i": [0, 1]}], {"r": [["1"], []]})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (model(every(), rules=SIMPLE.replace('"b"', '"x"')), "no itemset 'x'"),
        (model(every(), items='<Item id="A" value="A"/>'), "no item 'B'"),
        (
            model(every(), items='<Item id="A" value="A"/><Item id="A" value="B"/>'),
            "two items",
        ),
        (model(every(rankBasis="lift"), rules=SIMPLE), "no lift, by which 'r' ranks"),
        (model(output(rank="0")), "rank 0"),
        (model(output(rank="-1", isMultiValued="1")), "rank -1"),
        (model(every()).replace(b"associationRules", b"regression"), "functionName"),
        (
            model(every()).replace(b'<Itemset id="b"', b'<Itemset id="a"'),
            "two itemsets",
        ),
        (
            model(
                every(),
                schema='<MiningField name="i"/>',
                items='<Item id="A" value="q" field="i"/><Item id="B" value="i=b"/>'
                '<Item id="C" value="i=c"/>',
            ),
            "no category",
        ),
        (model(every(), schema='<MiningField name="i"/>'), "usageType"),
    ],
)
def test_what_is_refused(text: bytes, message: str) -> None:
    with pytest.raises(pmmlkit.PmmlError, match=message):
        pmmlkit.load(text)


def test_doubts_are_findings() -> None:
    items = "".join(f'<Item id="{item}" value="i={item}"/>' for item in ITEMS[:2])
    items += '<Item id="C" value="nowhere"/>'
    text = model(every(), schema='<MiningField name="i"/>', items=items).replace(
        b'<Itemset id="bc">', b'<Itemset id="bc" numberOfItems="3">'
    )
    codes = {finding.code for finding in pmmlkit.validate(text).findings}
    assert {"PMML420", "PMML421"} <= codes
