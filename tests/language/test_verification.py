"""ModelVerification: what is compared, and when two values are equal."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pmmlkit.columns.types import BOOLEAN, DATE, DOUBLE, INTEGER, STRING, DataType
from pmmlkit.errors import MarkupError
from pmmlkit.language.inline_table import InlineTable
from pmmlkit.language.verification import (
    Conflict,
    ModelVerification,
    VerificationField,
    VerificationFields,
    conflicts,
    is_as_expected,
    plan_verification,
)

FIELD = VerificationField(field="y")


@pytest.mark.parametrize(
    ("expected", "actual", "type", "is_equal"),
    [
        ("1.0", 1.0000009, DOUBLE, True),
        ("1.0", 1.0000011, DOUBLE, False),
        ("-1.0", -1.0000009, DOUBLE, True),
        ("-1.0", -1.0000011, DOUBLE, False),
        ("0", 1e-17, DOUBLE, True),
        ("0", 1e-15, DOUBLE, False),
        ("1e-17", -1e-17, DOUBLE, True),
        ("NaN", math.nan, DOUBLE, True),
        ("1", math.nan, DOUBLE, False),
        ("INF", math.inf, DOUBLE, True),
        ("INF", 1e308, DOUBLE, False),
        ("1", math.inf, DOUBLE, False),
        ("10000000", 10000009, INTEGER, True),
        ("10000000", 10000011, INTEGER, False),
        ("1.0", 1, INTEGER, True),
        ("1.5", 1, INTEGER, False),
        ("one", 1, INTEGER, False),
        ("a", "a", STRING, True),
        ("a", "b", STRING, False),
        ("true", True, BOOLEAN, True),
        ("true", False, BOOLEAN, False),
        ("maybe", True, BOOLEAN, False),
        ("1970-01-02", 1, DATE, True),
        (None, None, DOUBLE, True),
        (None, 1.0, DOUBLE, False),
        ("1", None, DOUBLE, False),
    ],
)
def test_equality(expected: str | None, actual: Any, type: DataType, is_equal: bool) -> None:
    assert is_as_expected(expected, actual, type, FIELD) is is_equal


def test_a_field_states_its_own_precision() -> None:
    rough = VerificationField(field="y", precision=0.1, zero_threshold=0.01)
    assert is_as_expected("10", 10.9, DOUBLE, rough)
    assert not is_as_expected("10", 11.1, DOUBLE, rough)
    assert is_as_expected("0.009", -0.009, DOUBLE, rough)


def verification(*names: str, record_count: int | None = None) -> ModelVerification:
    fields = tuple(VerificationField(field=name) for name in names)
    return ModelVerification(
        record_count=record_count,
        verification_fields=VerificationFields(verification_fields=fields),
        inline_table=InlineTable(),
    )


@pytest.mark.parametrize(
    ("names", "inputs", "expected"),
    [
        (("x", "y"), ["x"], ["y"]),
        (("x", "y", "p"), ["x", "y"], ["p"]),
        (("x", "p", "q"), ["x"], ["p", "q"]),
        (("x",), ["x"], []),
    ],
)
def test_what_is_input_and_what_is_expected(
    names: tuple[str, ...], inputs: list[str], expected: list[str]
) -> None:
    plan = plan_verification(verification(*names), {"y"}, {"p", "q"}, 3)
    assert [item.field for item in plan.inputs] == inputs
    assert [item.field for item in plan.expected] == expected


def test_record_count() -> None:
    plan_verification(verification("y", record_count=2), {"y"}, set(), 2)
    with pytest.raises(MarkupError, match="recordCount is 2"):
        plan_verification(verification("y", record_count=2), {"y"}, set(), 3)


def test_all_conflicts_are_reported() -> None:
    fields = [VerificationField(field="p", column="data:prob"), VerificationField(field="label")]
    found = conflicts(
        fields,
        {"p": DOUBLE, "label": STRING},
        [{"prob": "0.5", "label": "a"}, {"prob": "0.5", "label": "b"}, {"label": "c"}],
        [{"p": 0.75, "label": "b"}, {"p": 0.5, "label": "b"}, {"p": 1.0, "label": None}],
    )
    assert found == [
        Conflict(0, "p", "0.5", "0.75", 0.25),
        Conflict(0, "label", "a", "b"),
        Conflict(2, "p", None, "1.0"),
        Conflict(2, "label", "c", None),
    ]
    assert str(found[2]) == "row 2, p: expected missing, got 1.0"
