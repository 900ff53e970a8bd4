"""The feature warning: what the preparation of the input did to values. Semantics 1 and 29."""

from __future__ import annotations

import math

import numpy as np
import pytest

import pmmlkit
from tests.corpus.cells import check
from tests.corpus.output.documents import NUMBERS, ROWS, mining, model, output, scored

FIELD = output('feature="warning"')
VALUES = {**NUMBERS, "z": "continuous double: 0 1 2"}

# attributes of the MiningField of x, a value of x, what is said of it
TREATMENTS: list[tuple[str, object, str | None]] = [
    ("", 1.0, None),
    ("", None, None),
    ('missingValueReplacement="3"', 1.0, None),
    ('missingValueReplacement="3"', None, "the value is missing; 3.0 is used"),
    ('outliers="asExtremeValues" lowValue="0" highValue="2"', 1.0, None),
    ('outliers="asExtremeValues" lowValue="0" highValue="2"', 0.0, None),
    (
        'outliers="asExtremeValues" lowValue="0" highValue="2"',
        -1.0,
        "the value is below 0.0; 0.0 is used",
    ),
    (
        'outliers="asExtremeValues" lowValue="0" highValue="2"',
        5.0,
        "the value is above 2.0; 2.0 is used",
    ),
    (
        'outliers="asMissingValues" lowValue="0"',
        -1.0,
        "the value is below 0.0; it counts as missing",
    ),
    (
        'outliers="asMissingValues" highValue="2" missingValueReplacement="1"',
        5.0,
        "the value is above 2.0; 1.0 is used",
    ),
    ('invalidValueTreatment="asMissing"', "no", "the value is not valid; it counts as missing"),
    (
        'invalidValueTreatment="asMissing" missingValueReplacement="1"',
        "no",
        "the value is not valid; 1.0 is used",
    ),
    (
        'invalidValueTreatment="asValue" invalidValueReplacement="2"',
        "no",
        "the value is not valid; 2.0 is used",
    ),
]


@pytest.mark.parametrize(("attributes", "value", "text"), TREATMENTS)
def test_treatments(attributes: str, value: object, text: str | None) -> None:
    schema = (
        f'<MiningSchema><MiningField name="x" {attributes}/><MiningField name="z"/>'
        '<MiningField name="y" usageType="target"/></MiningSchema>'
    )
    expected = [] if text is None else [f"field 'x': {text}"]
    body = model("line", FIELD, schema=schema)
    check(scored(body), [{"x": value, "z": 0.5}, {"x": 1.0, "z": 0.5}], {"o": [expected, []]})


# values of z other than 0, 1 and 2 are invalid; the order of the texts is that of the fields
def test_several_fields() -> None:
    schema = (
        '<MiningSchema><MiningField name="x" missingValueReplacement="1"/>'
        '<MiningField name="z" invalidValueTreatment="asIs"/>'
        '<MiningField name="y" usageType="target"/></MiningSchema>'
    )
    x = "field 'x': the value is missing; 1.0 is used"
    z = "field 'z': the value is not valid; it is used all the same"
    check(
        scored(model("line", FIELD, schema=schema), VALUES),
        [
            {"x": None, "z": 7.0},
            {"x": None, "z": 1.0},
            {"x": 0.0, "z": 7.0},
            {"x": 0.0, "z": None},
            {"x": math.nan, "z": 2.0},
        ],
        {"o": [[x, z], [x], [z], [], [x]], "y": [3.0, 3.0, 1.0, 1.0, 3.0]},
    )


def test_nothing_to_say() -> None:
    """Not a missing result either: the list is there without a prediction."""
    check(
        scored(model("line", FIELD)), ROWS, {"o": [[], [], [], []], "y": [-1.0, 10.0, 10.0, None]}
    )


def test_in_a_segment_and_of_it() -> None:
    schema = (
        '<MiningSchema><MiningField name="x" missingValueReplacement="1"/>'
        '<MiningField name="z"/><MiningField name="y" usageType="target"/></MiningSchema>'
    )
    body = mining(
        "modelChain",
        {"s": ("<True/>", model("line", output('feature="warning"', name="inner")))},
        output('feature="warning" segmentId="s"'),
        schema=schema,
    )
    said = ["field 'x': the value is missing; 1.0 is used"]
    check(scored(body), ROWS, {"o": [[], [], [], said], "inner": [[], [], [], said]})


def test_rows_in_error_leave_the_others_their_warnings() -> None:
    schema = (
        '<MiningSchema><MiningField name="x" missingValueReplacement="1"/>'
        '<MiningField name="z"/><MiningField name="y" usageType="target"/></MiningSchema>'
    )
    compiled = pmmlkit.load(scored(model("line", FIELD, schema=schema), VALUES))
    result = dict(
        compiled.evaluate(
            {"x": np.array([np.nan, np.nan, 2.0]), "z": np.array([7.0, 1.0, 1.0])},
            errors="column",
        )
    )
    assert np.ma.MaskedArray(result["o"]).tolist() == [
        None,
        ["field 'x': the value is missing; 1.0 is used"],
        [],
    ]
