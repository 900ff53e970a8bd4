"""weightedConfidence and aggregateNodes: the example of the specification, worked out by hand, and
errors.
"""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from pmmlkit.columns.values import Failure
from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.prediction import RowPrediction
from tests.language.models.tree.trees import (
    TRUE,
    Fields,
    both_modes,
    compound,
    counts,
    simple,
    target,
    tree,
)

CLASSES = ("play", "perhaps", "stay")
FIELDS = {"outlook": "string", "warm": "double", "wet": "double"}


def shares(play: float, perhaps: float, stay: float) -> dict[str, Any]:
    return {
        "distributions": counts(play=play, perhaps=perhaps, stay=stay),
        "record_count": play + perhaps + stay,
    }


def golf(**attributes: Any) -> Any:
    """The tree of the specification: sunny (split by warm, else wet), or overcast and rain."""
    warm, cold = simple("warm", "greaterOrEqual", "50"), simple("warm", "lessThan", "50")
    dry, wet = simple("wet", "lessThan", "80"), simple("wet", "greaterOrEqual", "80")
    other = compound(
        "or", simple("outlook", "equal", "overcast"), simple("outlook", "equal", "rain")
    )
    nodes = [
        (None, TRUE, {"score": "play", "id": "1", **shares(60, 30, 10)}),
        (0, simple("outlook", "equal", "sunny"), {"score": "play", "id": "2", **shares(40, 2, 8)}),
        (1, compound("surrogate", warm, dry), {"score": "play", "id": "3", **shares(36, 2, 2)}),
        (1, compound("surrogate", cold, wet), {"score": "stay", "id": "4", **shares(4, 0, 6)}),
        (0, other, {"score": "perhaps", "id": "5", **shares(20, 28, 2)}),
    ]
    return tree(nodes, function_name="classification", **attributes)


ROWS: list[dict[str, Any]] = [
    {"outlook": "sunny", "warm": 45.0, "wet": 60.0},
    {"outlook": "sunny"},
    {},
    {"warm": 60.0},
    {"outlook": "sunny", "wet": 90.0},
    {"outlook": "fog"},
]


def check(found: Any, value: Any, probabilities: Any, confidences: Any, entity_id: Any) -> None:
    assert isinstance(found, RowPrediction)
    assert (found.value, found.entity_id) == (value, entity_id)
    pairs: tuple[Any, ...] = (
        (found.probabilities, probabilities),
        (found.confidences, confidences),
    )
    for mine, expected in pairs:
        assert (mine is None) == (expected is None)
        if expected is not None:
            np.testing.assert_allclose(mine, expected, rtol=1e-12, atol=1e-15)


def test_weighted_confidence() -> None:
    fields = Fields(**FIELDS)
    model = golf(missing_value_strategy="weightedConfidence", missing_value_penalty=0.5)
    predictor = model.build(fields.scope, target(*CLASSES))
    predictor = pickle.loads(pickle.dumps(predictor))
    found = both_modes(predictor, fields, ROWS)
    check(found[0], "stay", [0.4, 0.0, 0.6], [0.4, 0.0, 0.6], "4")
    # nodes 3 and 4 by 40 : 10
    below = [0.9 * 0.8 + 0.4 * 0.2, 0.05 * 0.8, 0.05 * 0.8 + 0.6 * 0.2]
    check(found[1], "play", below, below, None)
    # what node 2 says after that, and node 5, by 50 : 50
    half = [(a + b) / 2 for a, b in zip(below, (0.4, 0.56, 0.04), strict=True)]
    check(found[2], "play", half, half, None)
    half = [(a + b) / 2 for a, b in zip((0.9, 0.05, 0.05), (0.4, 0.56, 0.04), strict=True)]
    check(found[3], "play", half, half, None)
    # both surrogates have decided: two levels
    check(found[4], "stay", [0.4, 0.0, 0.6], [0.1, 0.0, 0.15], "4")
    check(found[5], None, None, None, None)


def test_aggregate_nodes() -> None:
    fields = Fields(**FIELDS)
    model = golf(missing_value_strategy="aggregateNodes")
    found = both_modes(model.build(fields.scope, target(*CLASSES)), fields, ROWS)
    check(found[0], "stay", [0.4, 0.0, 0.6], [0.4, 0.0, 0.6], "4")
    check(found[1], "play", [0.8, 0.04, 0.16], [0.8, 0.04, 0.16], None)
    check(found[2], "play", [0.6, 0.3, 0.1], [0.6, 0.3, 0.1], None)
    leaves = [(36 + 20) / 90, (2 + 28) / 90, (2 + 2) / 90]
    check(found[3], "play", leaves, leaves, None)


def test_a_branch_that_ends_without_a_true_child() -> None:
    nodes = [
        (None, TRUE, {"score": "play", **shares(6, 2, 2)}),
        (0, simple("warm", "lessThan", "50"), {"score": "stay", "id": "2", **shares(1, 1, 6)}),
        (1, simple("wet", "lessThan", "50"), {"score": "play", **shares(1, 0, 0)}),
        (0, simple("warm", "greaterOrEqual", "50"), {"score": "play", **shares(3, 1, 0)}),
    ]
    fields = Fields(**FIELDS)
    rows = [{"wet": 60.0}]
    for strategy, expected in (
        ("returnNullPrediction", [0.75, 0.25, 0.0]),
        ("returnLastPrediction", [4 / 12, 2 / 12, 6 / 12]),
    ):
        model = tree(
            nodes,
            function_name="classification",
            missing_value_strategy="weightedConfidence",
            no_true_child_strategy=strategy,
        )
        found = both_modes(model.build(fields.scope, target(*CLASSES)), fields, rows)
        check(found[0], CLASSES[int(np.argmax(expected))], expected, expected, None)


@pytest.mark.parametrize("strategy", ["weightedConfidence", "aggregateNodes"])
def test_errors_stay_with_their_rows(strategy: str) -> None:
    fields = Fields(may_fail=True, **FIELDS)
    failure = Failure(EvaluationError("division by zero"))
    model = golf(missing_value_strategy=strategy)
    rows = [{"outlook": "rain", "warm": failure}, {"outlook": "sunny", "warm": failure}]
    found = both_modes(model.build(fields.scope, target(*CLASSES)), fields, rows)
    check(found[0], "perhaps", [0.4, 0.56, 0.04], [0.4, 0.56, 0.04], "5")
    assert str(found[1]) == "division by zero"
    empty = tree(
        [
            (None, TRUE),
            (0, simple("warm", "lessThan", "1"), {"score": "a", "record_count": 0}),
            (0, simple("warm", "greaterThan", "1"), {"score": "a", "record_count": 0}),
        ],
        function_name="classification",
        missing_value_strategy=strategy,
    )
    fields = Fields(warm="double")
    found = both_modes(empty.build(fields.scope, None), fields, [{}, {"warm": 0.0}])
    assert isinstance(found[0], EvaluationError)
    check(found[1], "a", None, None, "2")
