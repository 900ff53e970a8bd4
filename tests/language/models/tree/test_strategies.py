"""Every strategy on small trees, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from pmmlkit.columns.types import DOUBLE, INTEGER
from pmmlkit.columns.values import Failure, invalid
from pmmlkit.errors import EvaluationError, MarkupError
from pmmlkit.language.models.prediction import RowPrediction
from pmmlkit.language.models.tree import Partition, ScoreDistribution
from pmmlkit.language.models.tree.predictor import TreePredictor, WalkingPredictor
from tests.language.models.tree.trees import (
    FALSE,
    TRUE,
    Fields,
    both_modes,
    compound,
    counts,
    in_set,
    simple,
    target,
    tree,
)


def split(**attributes: Any) -> Any:
    """x <= 5: a (score 1), x > 5: b (2), under a root with score 0."""
    return tree(
        [
            (None, TRUE, {"score": "0", "id": "r", "default_child": "b"}),
            (0, simple("x", "lessOrEqual", "5"), {"score": "1", "id": "a"}),
            (0, simple("x", "greaterThan", "5"), {"score": "2", "id": "b"}),
        ],
        **attributes,
    )


def run(model: Any, fields: Fields, rows: list[dict[str, Any]], goal: Any = None) -> list[Any]:
    predictor = model.build(fields.scope, goal)
    return both_modes(predictor, fields, rows)


def scores(found: list[Any]) -> list[Any]:
    return [item.value for item in found]


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("none", [1.0, 1.0, 2.0, None]),
        ("lastPrediction", [1.0, 1.0, 2.0, 0.0]),
        ("nullPrediction", [1.0, 1.0, 2.0, None]),
        ("defaultChild", [1.0, 1.0, 2.0, 2.0]),
    ],
)
@pytest.mark.parametrize("kind", ["double", "float", "integer"])
def test_missing_value_strategies(strategy: str, expected: list[Any], kind: str) -> None:
    rows: list[dict[str, Any]] = [{"x": 4}, {"x": 5}, {"x": 6}, {}]
    if kind != "integer":
        rows = [{name: float(value) for name, value in row.items()} for row in rows]
    found = run(split(missing_value_strategy=strategy), Fields(x=kind), rows)
    assert scores(found) == expected


def test_no_strategy_without_a_true_child_stays_at_the_parent_if_asked() -> None:
    model = split(no_true_child_strategy="returnLastPrediction")
    found = run(model, Fields(x="double"), [{}])
    assert found == [RowPrediction(0.0, None, None, "r")]


def test_last_prediction_needs_a_score_of_the_parent_only_for_no_true_child() -> None:
    nodes = [
        (None, TRUE, {"distributions": counts(a=1, b=3)}),
        (0, simple("x", "lessOrEqual", "5"), {"score": "a"}),
    ]
    rows = [{"x": 1.0}, {"x": 9.0}, {}]
    attributes: dict[str, Any] = {
        "function_name": "classification",
        "no_true_child_strategy": "returnLastPrediction",
    }
    found = run(tree(nodes, **attributes), Fields(x="double"), rows)
    assert scores(found) == ["a", None, None]
    attributes["missing_value_strategy"] = "lastPrediction"
    found = run(tree(nodes, **attributes), Fields(x="double"), rows)
    assert scores(found) == ["a", None, "b"]


def test_the_first_unknown_child_counts_even_before_a_true_one() -> None:
    """JPMML reacts at once, PMML4S only if no child is TRUE."""
    nodes = [
        (None, TRUE, {"score": "0", "default_child": "2"}),
        (0, simple("x", "lessOrEqual", "5"), {"score": "1", "id": "2"}),
        (0, simple("x", "isMissing"), {"score": "2", "id": "3"}),
    ]
    by_default = tree(nodes, missing_value_strategy="defaultChild")
    assert scores(run(by_default, Fields(x="double"), [{}])) == [1.0]
    assert scores(run(tree(nodes), Fields(x="double"), [{}])) == [2.0]


def test_a_root_that_is_not_true_gives_nothing() -> None:
    fields = Fields(x="double")
    for predicate in (FALSE, simple("x", "lessThan", "0")):
        for strategy in ("none", "lastPrediction", "nullPrediction"):
            model = tree([(None, predicate, {"score": "1"})], missing_value_strategy=strategy)
            assert scores(run(model, fields, [{}, {"x": 3.0}])) == [None, None]


def test_entity_ids_are_ids_or_numbers_in_document_order() -> None:
    nodes = [
        (None, TRUE),
        (0, simple("x", "lessOrEqual", "5")),
        (0, simple("x", "greaterThan", "5"), {"score": "4"}),
        (1, simple("x", "lessOrEqual", "0"), {"score": "2", "id": "low"}),
        (1, simple("x", "greaterThan", "0"), {"score": "3"}),
    ]
    found = run(tree(nodes), Fields(x="double"), [{"x": -1.0}, {"x": 1.0}, {"x": 9.0}])
    assert [item.entity_id for item in found] == ["low", "4", "5"]


def test_distributions() -> None:
    nodes = [
        (None, TRUE),
        (0, simple("n", "equal", "1"), {"distributions": counts(b=3, a=1)}),
        (0, simple("n", "equal", "2"), {"score": "a", "distributions": counts(b=3, a=1)}),
        (0, simple("n", "equal", "3"), {"score": "c"}),
        (
            0,
            simple("n", "equal", "4"),
            {
                "distributions": [
                    ScoreDistribution(value="a", record_count=9, probability=0.25, confidence=0.5),
                    ScoreDistribution(value="b", record_count=1, probability=0.25),
                ]
            },
        ),
        (0, simple("n", "equal", "5"), {"distributions": counts(b=0, a=0)}),
    ]
    model = tree(nodes, function_name="classification")
    predictor = model.build(Fields(n="integer").scope, None)
    assert predictor.classes == ("b", "a", "c")
    fields = Fields(n="integer")
    found = run(model, fields, [{"n": n} for n in range(1, 7)])
    assert found[:4] == [
        RowPrediction("b", [0.75, 0.25, 0.0], [0.75, 0.25, 0.0], "2"),
        RowPrediction("a", [0.75, 0.25, 0.0], [0.75, 0.25, 0.0], "3"),
        RowPrediction("c", None, None, "4"),
        RowPrediction("a", [0.5, 0.5, 0.0], [0.1, 0.5, 0.0], "5"),
    ]
    assert isinstance(found[4], EvaluationError)
    assert found[5] == RowPrediction(None)
    ordered = model.build(Fields(n="integer").scope, target("a", "b"))
    assert ordered.classes == ("a", "b", "c")


def test_labels_have_the_type_of_the_target() -> None:
    nodes = [(None, TRUE, {"score": "2", "distributions": counts(**{"1": 1, "2": 3})})]
    goal = target(type=INTEGER)
    found = run(tree(nodes, function_name="classification"), Fields(), [{}], goal)
    assert found == [RowPrediction(2, [0.25, 0.75], [0.25, 0.75], "1")]
    assert type(found[0].value) is int


def test_float_context_makes_float_scores() -> None:
    model = tree([(None, TRUE, {"score": "0.1"})], math_context="float")
    predictor = model.build(Fields().scope, target(type=DOUBLE))
    assert predictor.type.name == "float"
    assert predictor.classes == ()
    assert scores(both_modes(predictor, Fields(), [{}])) == [0.10000000149011612]


SURROGATES = [
    (None, TRUE, {"id": "1", "default_child": "2"}),
    (
        0,
        compound("surrogate", simple("x", "lessOrEqual", "5"), simple("z", "lessOrEqual", "0")),
        {"id": "2", "distributions": counts(a=3, b=1)},
    ),
    (
        0,
        compound("surrogate", simple("x", "greaterThan", "5"), simple("z", "greaterThan", "0")),
        {"id": "3", "distributions": counts(a=1, b=3)},
    ),
]


def test_missing_values_cost_confidence() -> None:
    model = tree(
        SURROGATES,
        function_name="classification",
        missing_value_strategy="defaultChild",
        missing_value_penalty=0.5,
    )
    rows = [{"x": 1.0}, {"x": 9.0}, {"z": -1.0}, {"z": 1.0}, {}]
    found = run(model, Fields(x="double", z="double"), rows)
    assert [item.entity_id for item in found] == ["2", "3", "2", "3", "2"]
    # the surrogate of the first child has said FALSE before that of the second said TRUE
    assert [item.confidences[0] for item in found] == [0.75, 0.25, 0.375, 0.0625, 0.375]
    assert [item.probabilities[0] for item in found] == [0.75, 0.25, 0.75, 0.25, 0.75]


def test_a_nested_surrogate_costs_nothing() -> None:
    nested = compound("and", SURROGATES[1][1], TRUE)
    model = tree(
        [SURROGATES[0], (0, nested, SURROGATES[1][2])],
        function_name="classification",
        missing_value_penalty=0.5,
    )
    found = run(model, Fields(x="double", z="double"), [{"z": -1.0}])
    assert found[0].confidences == [0.75, 0.25]


@pytest.mark.parametrize("change", [{"default_child": None}, {"default_child": "elsewhere"}])
def test_a_default_child_must_be_there_where_it_is_needed(change: dict[str, Any]) -> None:
    nodes = [
        (None, TRUE, {"id": "r", **change}),
        (0, simple("x", "lessOrEqual", "5"), {"score": "1", "id": "a"}),
    ]
    model = tree(nodes, missing_value_strategy="defaultChild")
    with pytest.raises(MarkupError, match="defaultChild"):
        model.build(Fields(x="double").scope, None)


def test_a_default_child_that_cannot_be_needed_may_be_absent() -> None:
    nodes = [(None, TRUE), (0, simple("x", "isMissing"), {"score": "1"}), (0, TRUE, {"score": "2"})]
    model = tree(nodes, missing_value_strategy="defaultChild")
    assert scores(run(model, Fields(x="double"), [{}, {"x": 1.0}])) == [1.0, 2.0]


def test_sets_of_strings_numbers_and_unknown_categories() -> None:
    nodes = [
        (None, TRUE),
        (0, in_set("s", "a", "b"), {"score": "1"}),
        (0, in_set("n", "1", "4"), {"score": "2"}),
        (0, in_set("s", "c", operator="isNotIn"), {"score": "3"}),
        (0, simple("s", "equal", "c"), {"score": "4"}),
    ]
    rows: list[dict[str, Any]] = [
        {"s": "a", "n": 1},
        {"s": "x", "n": 4},
        {"s": "x", "n": 5},
        {"s": invalid("c"), "n": invalid(9)},
        {"n": 1},
        {"s": "c"},
        {},
    ]
    fields = Fields(s="string", n="integer")
    predictor = tree(nodes).build(fields.scope, None)
    assert isinstance(predictor, TreePredictor)
    assert scores(both_modes(predictor, fields, rows)) == [1.0, 2.0, 3.0, 4.0, 2.0, 4.0, None]


def test_booleans_and_dates() -> None:
    nodes = [
        (None, TRUE),
        (0, simple("b", "equal", "true"), {"score": "1"}),
        (0, simple("d", "lessThan", "1970-01-11"), {"score": "2"}),
        (0, simple("d", "notEqual", "1970-01-20"), {"score": "3"}),
    ]
    rows: list[dict[str, Any]] = [
        {"b": True},
        {"b": False, "d": 9},
        {"b": False, "d": 10},
        {"b": False, "d": 19},
    ]
    found = run(tree(nodes), Fields(b="boolean", d="date"), rows)
    assert scores(found) == [1.0, 2.0, 3.0, None]


def test_a_whole_number_beside_fractions_and_beyond_doubles() -> None:
    nodes = [
        (None, TRUE),
        (0, simple("n", "lessThan", "2.5"), {"score": "1"}),
        (0, simple("n", "equal", "2.5"), {"score": "2"}),
        (0, simple("n", "lessOrEqual", "1000"), {"score": "3"}),
        (0, simple("n", "greaterOrEqual", "1000.5"), {"score": "4"}),
    ]
    fields = Fields(n="integer")
    rows = [{"n": n} for n in (2, 3, 1000, 1001, 2**53 + 1, -(2**62))]
    assert scores(run(tree(nodes), fields, rows)) == [1.0, 3.0, 3.0, 4.0, 4.0, 1.0]
    exact = tree(
        [
            (None, TRUE),
            (0, simple("n", "equal", str(2**53 + 1)), {"score": "1"}),
            (0, TRUE, {"score": "2"}),
        ]
    )
    predictor = exact.build(fields.scope, None)
    assert isinstance(predictor, WalkingPredictor)
    rows = [{"n": 2**53}, {"n": 2**53 + 1}, {"n": 2**53 + 2}]
    assert scores(both_modes(predictor, fields, rows)) == [2.0, 1.0, 2.0]


def test_nan_that_is_no_missing_value_is_above_all_numbers() -> None:
    nan = invalid(float("nan"))
    model = split(missing_value_strategy="nullPrediction")
    for kind in ("double", "float"):
        assert scores(run(model, Fields(x=kind), [{"x": nan}, {}, {"x": 1.0}])) == [2.0, None, 1.0]


def test_a_float_field_compares_as_float() -> None:
    nodes = [(None, TRUE), (0, simple("x", "lessOrEqual", "0.3"), {"score": "1"})]
    single = 0.30000001192092896
    assert scores(run(tree(nodes), Fields(x="float"), [{"x": single}])) == [1.0]
    assert scores(run(tree(nodes), Fields(x="double"), [{"x": single}])) == [None]


def test_the_order_of_an_ordinal_field_takes_the_general_walk() -> None:
    sizes = ("string", "ordinal", ("small", "medium", "large"))
    nodes = [
        (None, TRUE),
        (0, simple("size", "lessThan", "large"), {"score": "1"}),
        (0, TRUE, {"score": "2"}),
    ]
    fields = Fields(size=sizes)
    predictor = tree(nodes).build(fields.scope, None)
    assert isinstance(predictor, WalkingPredictor)
    rows = [{"size": "medium"}, {"size": "large"}, {}, {"size": "huge"}]
    found = both_modes(predictor, fields, rows)
    assert scores(found[:3]) == [1.0, 2.0, 2.0]
    assert isinstance(found[3], EvaluationError)


@pytest.mark.parametrize("operator", ["lessOrEqual", "notEqual"])
def test_an_error_counts_only_where_the_path_uses_it(operator: str) -> None:
    nodes = [
        (None, TRUE),
        (0, simple("x", "lessOrEqual", "5"), {"score": "1"}),
        (0, simple("s", "equal", "a"), {"score": "2"}),
        (0, simple("z", operator, "5"), {"score": "3"}),
    ]
    fields = Fields(may_fail=True, x="double", s="string", z="double")
    failure = Failure(EvaluationError("division by zero"))
    rows: list[dict[str, Any]] = [
        {"x": 1.0, "s": failure, "z": failure},
        {"x": 9.0, "s": "a", "z": failure},
        {"x": 9.0, "s": "b", "z": failure},
        {"x": 9.0, "s": failure, "z": 1.0},
    ]
    found = run(tree(nodes), fields, rows)
    assert scores(found[:2]) == [1.0, 2.0]
    assert [str(error) for error in found[2:]] == ["division by zero"] * 2


def test_what_cannot_be_compiled_is_said_with_its_line() -> None:
    fields = Fields(x="double")
    bad_value = tree([(None, simple("x", "lessThan", "many"), {"line": 7, "score": "1"})])
    with pytest.raises(MarkupError, match="many") as caught:
        bad_value.build(fields.scope, None)
    assert caught.value.line == 7
    with pytest.raises(MarkupError, match="needs a value"):
        tree([(None, simple("x", "equal"), {"score": "1"})]).build(fields.scope, None)
    with pytest.raises(MarkupError, match="needs numbers"):
        tree([(None, TRUE, {"score": "yes"})]).build(fields.scope, None)
    with pytest.raises(MarkupError, match="classification or regression"):
        tree([(None, TRUE)], function_name="clustering").build(fields.scope, None)
    with pytest.raises(MarkupError, match="classification only"):
        split(missing_value_strategy="aggregateNodes").build(fields.scope, None)


def test_a_partition_is_no_obstacle() -> None:
    model = tree([(None, TRUE, {"score": "1", "extras": [Partition(name="p")]})])
    assert scores(run(model, Fields(), [{}])) == [1.0]
