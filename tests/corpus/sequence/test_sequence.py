"""SequenceModel by the specification: order, gaps, time windows, times, constraints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

import pmmlkit
from tests.corpus.cells import check
from tests.corpus.sequence.documents import ORDERED, model, rule, sequence

A_B = sequence("S", "a") + sequence("T", "b")


def history(*transactions: Sequence[str]) -> dict[str, Any]:
    """Return the row of a group whose transactions are a second apart: ``"ab"``, ``"c"``.

    Without a group field each row is a group.
    """
    items = [item for letters in transactions for item in letters]
    times = [float(at) for at, letters in enumerate(transactions) for _ in letters]
    return {"t": times, "i": items}


HISTORIES = {
    "a then b": history("a", "b"),
    "b then a": history("b", "a"),
    "together": history("ab"),
    "with a gap": history("a", "c", "b"),
    "a alone": history("a"),
    "nothing": {"t": [], "i": []},
}


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        # in any later transaction
        (">", [True, False, False, True, False, False]),
        ("?", [True, False, False, True, False, False]),
        # in the very next transaction
        ("!", [True, False, False, False, False, False]),
        # in the same transaction
        ("=", [False, False, True, False, False, False]),
    ],
)
def test_delimiters(mark: str, expected: list[bool]) -> None:
    rows = list(HISTORIES.values())
    between_sequences = model(A_B, rule("1", "S", mark, "T"))
    check(between_sequences, rows, {"r": [["1"] if found else [] for found in expected]})
    inside_one = model(sequence("S", f"a{mark}b") + sequence("T", "c"), rule("1", "S", ">", "T"))
    check(inside_one, rows, {"s": [["1"] if found else [] for found in expected]})


def test_algorithms() -> None:
    text = model(A_B, rule("1", "S", ">", "T"))
    check(
        text,
        [history("a", "b"), history("a"), history("b", "a"), history("b")],
        {
            "s": [["1"], ["1"], ["1"], []],
            "r": [["1"], [], [], []],
            # What follows is recommended where it has not followed yet.
            "e": [[], ["1"], ["1"], []],
            "_target": [None, ["b"], ["b"], None],
        },
    )


def test_sets_of_several_items() -> None:
    text = model(
        sequence("S", "ab>c") + sequence("T", "d"),
        rule("1", "S", ">", "T"),
    )
    check(
        text,
        [
            history("ab", "c", "d"),
            history("ba", "cd", "d"),
            history("a", "b", "c", "d"),
            history("ab", "d", "c"),
            history("abc", "d"),
        ],
        {"r": [["1"], ["1"], [], [], []]},
    )


def test_the_second_way_to_find_a_sequence_counts() -> None:
    # The first a is followed by c at once, the second one by b.
    text = model(A_B, rule("1", "S", "!", "T"))
    check(text, [history("a", "c", "a", "b")], {"r": [["1"]]})


def test_rules_are_ranked() -> None:
    rules = rule("1", "S", ">", "T", confidence=0.2) + rule("2", "S", ">", "T", confidence=0.8)
    check(model(A_B, rules), [history("a", "b")], {"r": [["2", "1"]]})


TIMED: list[dict[str, Any]] = [
    {"g": "1", "t": [0.0, 1.0], "i": ["a", "b"]},
    {"g": "2", "t": [0.0, 5.0], "i": ["a", "b"]},
    {"g": "3", "t": [0.0, 20.0], "i": ["a", "b"]},
    {"g": "4", "t": [0.0, 15.0, 20.0], "i": ["a", "a", "b"]},
    {"g": "5", "t": [None, None], "i": ["a", "b"]},
]
"""1, 5 and 20 seconds between a and b; 20 and 5; not known."""

WITHIN = [["1"], ["1"], [], ["1"], []]
BEYOND = [[], ["1"], ["1"], ["1"], []]
BOTH = [[], ["1"], [], ["1"], []]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [((None, 10.0), WITHIN), ((5.0, None), BEYOND), ((5.0, 5.0), BOTH), ((2.0, 10.0), BOTH)],
)
def test_times(limits: tuple[float | None, float | None], expected: list[Any]) -> None:
    """The time between the sequences of a rule, between sets, of a whole rule, of a sequence."""
    check(model(A_B, rule("1", "S", ">", "T", between=limits)), TIMED, {"r": expected})
    check(model(A_B, rule("1", "S", ">", "T", whole=limits)), TIMED, {"r": expected})
    inside = sequence("S", "a>b", between=limits) + sequence("T", "c")
    check(model(inside, rule("1", "S", ">", "T")), TIMED, {"s": expected})
    inside = sequence("S", "a>b", whole=limits) + sequence("T", "c")
    check(model(inside, rule("1", "S", ">", "T")), TIMED, {"s": expected})
    inside = sequence("S", "a>b") + sequence("T", "c")
    check(model(inside, rule("1", "S", ">", "T", of_antecedent=limits)), TIMED, {"s": expected})
    inside = sequence("S", "c") + sequence("T", "a>b")
    rows = [
        {
            **row,
            "t": [None if row["t"][0] is None else -1.0, *row["t"]],
            "i": ["c", *row["i"]],
        }
        for row in TIMED
    ]
    # Without a time, c is the first as it is given.
    check(model(inside, rule("1", "S", ">", "T", of_consequent=limits)), rows, {"r": expected})


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("maximumAntConsSeparationTime", 10, WITHIN),
        ("minimumAntConsSeparationTime", 5, BEYOND),
        ("maximumTotalSequenceTime", 10, WITHIN),
        ("minimumTotalSequenceTime", 5, BEYOND),
    ],
)
def test_constraints(name: str, value: float, expected: list[Any]) -> None:
    text = model(A_B, rule("1", "S", ">", "T"), constraints=f'<Constraints {name}="{value}"/>')
    check(text, TIMED, {"r": expected})


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("maximumItemsetSeparationTime", 10, WITHIN),
        ("minimumItemsetSeparationTime", 5, BEYOND),
        ("maximumTotalSequenceTime", 10, WITHIN),
        # An antecedent that is too short may still become long enough with what follows.
        ("minimumTotalSequenceTime", 5, [["1"]] * 5),
    ],
)
def test_constraints_inside_a_sequence(name: str, value: float, expected: list[Any]) -> None:
    text = model(
        sequence("S", "a>b") + sequence("T", "c"),
        rule("1", "S", ">", "T"),
        constraints=f'<Constraints {name}="{value}"/>',
    )
    check(text, TIMED, {"s": expected})


def test_counts_and_supports_describe_the_training() -> None:
    constraints = (
        '<Constraints minimumNumberOfItems="9" maximumNumberOfItems="1" minimumSupport="0.9" '
        'minimumConfidence="0.9" minimumLift="3"/>'
    )
    text = model(A_B, rule("1", "S", ">", "T"), constraints=constraints)
    check(text, [history("a", "b")], {"r": [["1"]]})


def test_set_predicates() -> None:
    predicates = (
        '<SetPredicate id="P" field="i" operator="supersetOf">'
        '<Array n="2" type="string">x y</Array></SetPredicate>'
    )
    sequences = '<Sequence id="S"><SetReference setId="P"/></Sequence>' + sequence("T", "a")
    text = model(sequences, rule("1", "S", ">", "T"), predicates=predicates)
    check(
        text,
        [history(["x", "y"], "a"), history("x", "y", "a"), history(["y", "z", "x"])],
        {"s": [["1"], [], ["1"]], "r": [["1"], [], []]},
    )


def test_without_an_order_field_each_row_is_a_transaction() -> None:
    schema = '<MiningField name="g" usageType="group"/><MiningField name="i"/>'
    text = model(A_B, rule("1", "S", "!", "T"), schema=schema)
    check(
        text,
        [{"g": "1", "i": ["a", "b"]}, {"g": "2", "i": ["a", "c", "b"]}],
        {"r": [["1"], []]},
    )


def test_limits_of_time_need_times() -> None:
    schema = '<MiningField name="g" usageType="group"/><MiningField name="i"/>'
    text = model(A_B, rule("1", "S", ">", "T", between=(1.0, 2.0)), schema=schema)
    assert "PMML422" in {finding.code for finding in pmmlkit.validate(text).findings}
    check(text, [{"g": "1", "i": ["a", "c", "c", "b"]}], {"r": [["1"]]})


def test_texts_and_values_of_sequences() -> None:
    outputs = "".join(
        f'<OutputField name="{name}" optype="categorical" dataType="string" feature="{name}"/>'
        for name in ("rule", "antecedent", "consequent")
    )
    text = model(
        sequence("S", "ab>c") + sequence("T", "d"), rule("1", "S", ">", "T"), outputs=outputs
    )
    check(
        text,
        [history("ab", "c")],
        {"rule": ["{a,b}{c}->{d}"], "antecedent": [["a", "b", "c"]], "consequent": [["d"]]},
    )


def test_lift_follows_from_the_support_of_what_follows() -> None:
    outputs = '<OutputField name="lift" optype="continuous" dataType="double" feature="lift"/>'
    sequences = sequence("S", "a") + sequence("T", "b").replace('id="T"', 'id="T" support="0.25"')
    stated = rule("1", "S", ">", "T", more=' lift="3"')
    check(model(sequences, stated, outputs=outputs), [history("a")], {"lift": [3.0]})
    derived = rule("1", "S", ">", "T")
    check(model(sequences, derived, outputs=outputs), [history("a")], {"lift": [2.0]})


def test_tables_are_grouped_and_ordered() -> None:
    rows = [
        {"g": "x", "t": 2.0, "i": "b"},
        {"g": "y", "t": 1.0, "i": "b"},
        {"g": "x", "t": 1.0, "i": "a"},
        {"g": "y", "t": 2.0, "i": "a"},
    ]
    answer = pmmlkit.load(model(A_B, rule("1", "S", ">", "T"))).evaluate(rows)
    assert [(row["g"], row["r"]) for row in answer] == [("x", ["1"]), ("y", [])]


def test_times_of_the_calendar_count_in_seconds() -> None:
    text = model(A_B, rule("1", "S", ">", "T", between=(None, 60.0))).replace(
        b'name="t" optype="continuous" dataType="double"',
        b'name="t" optype="ordinal" dataType="dateTime"',
    )
    check(
        text,
        [
            {"g": "1", "t": ["2020-01-01T00:00:00", "2020-01-01T00:01:00"], "i": ["a", "b"]},
            {"g": "2", "t": ["2020-01-01T00:00:00", "2020-01-01T00:01:01"], "i": ["a", "b"]},
        ],
        {"r": [["1"], []]},
    )


RULE = rule("1", "S", ">", "T")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (model(A_B, rule("1", "S", ">", "X")), "no sequence 'X'"),
        (model(sequence("S", "x") + sequence("T", "b"), RULE), "no set 'x'"),
        (model(A_B + sequence("S", "b"), RULE), "two sequences"),
        (
            model(A_B, RULE, schema=ORDERED.replace(' usageType="group"', "")),
            "no group field",
        ),
        (model(A_B, RULE).replace(b'"sequences"', b'"clustering"'), "functionName"),
        (model(A_B, RULE).replace(b"acrossTimeWindows", b"whenever"), "whenever"),
        (model(A_B, RULE).replace(b'gap="true"', b'gap="perhaps"'), "perhaps"),
        (
            model(
                A_B,
                RULE,
                predicates='<SetPredicate id="a" field="i"><Array type="string">x</Array>'
                "</SetPredicate>",
            ),
            "two sets",
        ),
    ],
)
def test_what_is_refused(text: bytes, message: str) -> None:
    with pytest.raises(pmmlkit.PmmlError, match=message):
        pmmlkit.load(text)
