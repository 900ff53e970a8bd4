"""RuleSetModel: which rule wins, worked out from the specification."""

from __future__ import annotations

from typing import Any

import pytest

from tests.corpus.cells import FAILS, check
from tests.corpus.rule_set.documents import FIELDS, above, compound, features, rule, rule_set

ROWS: list[dict[str, Any]] = [
    {"a": 1.0, "b": 1.0},
    {"a": -1.0, "b": 1.0},
    {"a": 1.0, "b": -1.0},
    {"a": None, "b": None},
]
CRITERIA = ("firstHit", "weightedSum", "weightedMax")
# p twice, with 0.4 and 0.5; q once, with 0.7
THREE = (
    rule("p", above("a"), 'id="one" weight="0.4" confidence="0.9"'),
    rule("q", above("b"), 'id="two" weight="0.7" confidence="0.8"'),
    rule("p", above("b", 0.5), 'id="three" weight="0.5" confidence="0.6"'),
)


def test_first_hit() -> None:
    check(
        rule_set(*THREE, output=features("id", "confidence")),
        ROWS,
        {
            "y": ["p", "q", "p", "r"],
            "id": ["one", "two", "one", None],
            "confidence": [0.9, 0.8, 0.9, 0.1],
        },
    )


def test_weighted_max() -> None:
    # row 0: 0.4, 0.7 and 0.5 fire; the heaviest is q, whose own confidence counts
    check(
        rule_set(*THREE, criterion="weightedMax", output=features("id", "confidence")),
        ROWS,
        {
            "y": ["q", "q", "p", "r"],
            "id": ["two", "two", "one", None],
            "confidence": [0.8, 0.8, 0.9, 0.1],
        },
    )


def test_weighted_sum() -> None:
    # row 0: p 0.4 + 0.5, q 0.7, three rules fire; the heaviest rule of p is the third
    # row 1: q 0.7, p 0.5, two rules fire
    check(
        rule_set(*THREE, criterion="weightedSum", output=features("id", "confidence")),
        ROWS,
        {
            "y": ["p", "q", "p", "r"],
            "id": ["three", "two", "one", None],
            "confidence": [0.9 / 3, 0.7 / 2, 0.4, 0.1],
        },
    )


@pytest.mark.parametrize(
    ("criterion", "p", "q"),
    [
        # the first rule of each class that fires
        ("firstHit", [0.9, 0.6, 0.9, 0.0], [0.8, 0.8, 0.0, 0.0]),
        # the heaviest rule of each class that fires
        ("weightedMax", [0.6, 0.6, 0.9, 0.0], [0.8, 0.8, 0.0, 0.0]),
        # the sums over the number of rules that fire
        ("weightedSum", [0.3, 0.25, 0.4, 0.0], [0.7 / 3, 0.35, 0.0, 0.0]),
    ],
)
def test_every_class_that_fires_has_a_confidence(
    criterion: str, p: list[float], q: list[float]
) -> None:
    check(
        rule_set(*THREE, criterion=criterion, output=features("confidence", values="pqrz")),
        ROWS,
        {"c_p": p, "c_q": q, "c_r": [0.0, 0.0, 0.0, 0.1], "c_z": [0.0] * 4},
    )


@pytest.mark.parametrize("criterion", CRITERIA)
def test_the_first_method_is_the_one_that_is_used(criterion: str) -> None:
    others = " ".join(one for one in CRITERIA if one != criterion)
    expected = {"firstHit": "p", "weightedSum": "p", "weightedMax": "q"}[criterion]
    check(rule_set(*THREE, criterion=f"{criterion} {others}"), ROWS[:1], {"y": [expected]})


@pytest.mark.parametrize(
    ("criterion", "expected"), [("firstHit", "q"), ("weightedMax", "q"), ("weightedSum", "p")]
)
def test_equals(criterion: str, expected: str) -> None:
    # of equal weights the first rule; of equal sums the category that is listed first
    two = (rule("q", above("a"), 'weight="0.5"'), rule("p", above("b"), 'weight="0.5"'))
    check(rule_set(*two, criterion=criterion), ROWS[:1], {"y": [expected]})


@pytest.mark.parametrize("criterion", CRITERIA)
def test_equals_of_a_target_that_lists_no_values(criterion: str) -> None:
    rules = (
        rule("p", above("a", 5)),
        rule("q", above("a")),
        rule("p", above("b")),
    )
    fields = {**FIELDS, "y": "categorical string"}
    check(rule_set(*rules, criterion=criterion, fields=fields), ROWS[:1], {"y": ["q"]})


def test_equal_sums_of_scores_that_the_target_does_not_list_come_last() -> None:
    rules = (rule("z", above("a")), rule("x", above("a")), rule("r", above("b")))
    check(rule_set(*rules, criterion="weightedSum"), ROWS[:3:2], {"y": ["r", "z"]})


@pytest.mark.parametrize("criterion", CRITERIA)
def test_weight_and_confidence_are_1_where_they_are_not_given(criterion: str) -> None:
    rules = (rule("p", above("a"), 'weight="0.9"'), rule("q", above("b")))
    expected = {"firstHit": ("p", 1.0), "weightedSum": ("q", 0.5), "weightedMax": ("q", 1.0)}
    label, confidence = expected[criterion]
    check(
        rule_set(*rules, criterion=criterion, output=features("confidence")),
        ROWS[:1],
        {"y": [label], "confidence": [confidence]},
    )


@pytest.mark.parametrize(("weights", "expected"), [((-1, -2), "p"), ((0, 0), "p"), ((-2, -1), "q")])
@pytest.mark.parametrize("criterion", ["weightedSum", "weightedMax"])
def test_weights_below_0(criterion: str, weights: tuple[int, int], expected: str) -> None:
    rules = (
        rule("p", above("a"), f'weight="{weights[0]}"'),
        rule("q", above("b"), f'weight="{weights[1]}"'),
    )
    check(
        rule_set(*rules, criterion=criterion),
        ROWS,
        {"y": [expected, "q", "p", "r"]},
    )


@pytest.mark.parametrize("criterion", CRITERIA)
def test_a_rule_inside_fires_only_where_those_around_it_do(criterion: str) -> None:
    nested = compound(
        above("a"),
        rule("q", above("b"), 'id="inner"'),
        compound("<True/>", rule("p", above("b", -5))),
        compound("<False/>", rule("r", "<True/>")),
    )
    rows = [*ROWS[:3], {"a": 1.0, "b": -9.0}, {"a": None, "b": 1.0}]
    labels = {
        "firstHit": ["q", "r", "p", "r", "r"],
        # q and p weigh the same: p is listed first
        "weightedSum": ["p", "r", "p", "r", "r"],
        "weightedMax": ["q", "r", "p", "r", "r"],
    }[criterion]
    ids = [{"q": "inner", "p": "2"}.get(label) for label in labels]
    check(
        rule_set(nested, criterion=criterion, output=features("id")),
        rows,
        {"y": labels, "id": ids},
    )


def test_rules_without_an_id_are_counted_compound_rules_apart() -> None:
    rules = (
        compound("<False/>", rule("p", "<True/>"), rule("p", "<True/>")),
        rule("q", above("a")),
        rule("p", above("b"), 'id="named"'),
        rule("p", "<True/>"),
    )
    check(
        rule_set(*rules, output=features("id")),
        ROWS,
        {"id": ["3", "named", "3", "5"]},
    )


@pytest.mark.parametrize("criterion", CRITERIA)
def test_no_rule_and_no_default(criterion: str) -> None:
    document = rule_set(
        THREE[0], criterion=criterion, default=None, confidence=None, output=features("id")
    )
    check(document, ROWS, {"y": ["p", None, "p", None], "id": ["one", None, "one", None]})


def test_a_default_without_a_confidence() -> None:
    document = rule_set(THREE[0], confidence=None, output=features("confidence", values="pr"))
    check(
        document,
        ROWS[:2],
        {"y": ["p", "r"], "confidence": [0.9, None], "c_p": [0.9, None], "c_r": [0.0, None]},
    )


def test_a_rule_set_without_rules() -> None:
    document = rule_set(output=features("id", "confidence"))
    check(document, ROWS, {"y": ["r"] * 4, "id": [None] * 4, "confidence": [0.1] * 4})


def test_the_priors_of_the_target_stand_in_where_there_is_no_default() -> None:
    targets = (
        '<Targets><Target field="y"><TargetValue value="q" priorProbability="0.8"/>'
        '<TargetValue value="p" priorProbability="0.2"/></Target></Targets>'
    )
    document = rule_set(THREE[0], default=None, confidence=None, before=targets)
    check(document, ROWS, {"y": ["p", "q", "p", "q"]})


@pytest.mark.parametrize("criterion", CRITERIA)
def test_scores_that_are_numbers(criterion: str) -> None:
    rules = (rule("1.5", above("a"), 'weight="2"'), rule("2", above("b")))
    document = rule_set(
        *rules, criterion=criterion, default="3", fields={**FIELDS, "y": "categorical double"}
    )
    check(document, ROWS, {"y": [1.5, 2.0, 1.5, 3.0]})


def test_scores_that_are_booleans() -> None:
    document = rule_set(
        rule("true", above("a")), default="false", fields={**FIELDS, "y": "categorical boolean"}
    )
    check(document, ROWS, {"y": [True, False, True, False]})


def test_a_score_that_the_target_does_not_list() -> None:
    document = rule_set(rule("zz", above("a")), output=features("confidence", values="p"))
    check(
        document,
        ROWS[:2],
        {"y": ["zz", "r"], "confidence": [1.0, 0.1], "c_p": [0.0, 0.0]},
    )


FAILING = (
    '<LocalTransformations><DerivedField name="d" optype="continuous" dataType="integer">'
    '<Apply function="/"><Constant dataType="integer">1</Constant><Constant '
    'dataType="integer">0</Constant></Apply></DerivedField></LocalTransformations>'
)


@pytest.mark.parametrize("values", ["", "pq"])
def test_first_hit_looks_at_no_error_behind_the_first_rule(values: str) -> None:
    rules = (rule("p", above("a")), rule("q", above("d")), rule("q", above("b")))
    document = rule_set(*rules, before=FAILING, output=features("confidence", values=values))
    check(document, ROWS, {"y": ["p", FAILS, "p", FAILS]})
    if values:
        check(document, ROWS[:1], {"c_q": [1.0]})


@pytest.mark.parametrize("criterion", ["weightedSum", "weightedMax"])
def test_weights_look_at_all_rules(criterion: str) -> None:
    rules = (rule("p", above("a")), rule("q", above("d")))
    document = rule_set(*rules, criterion=criterion, before=FAILING)
    check(document, ROWS, {"y": [FAILS] * 4})


@pytest.mark.parametrize("criterion", CRITERIA)
def test_an_error_inside_a_rule_that_does_not_fire_is_none(criterion: str) -> None:
    rules = (compound(above("a"), rule("q", above("d"))), rule("p", "<True/>"))
    document = rule_set(*rules, criterion=criterion, before=FAILING)
    check(document, ROWS, {"y": [FAILS, "p", FAILS, "p"]})
