"""A score that is not a number is compared alike by column and by row."""

from __future__ import annotations

import math

import pytest

import pmmlkit
from tests.corpus.cells import document


@pytest.mark.parametrize(
    "function",
    ["lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual", "equal", "notEqual"],
)
def test_comparisons_of_a_score(function: str) -> None:
    score = '<FieldRef field="score"/>'
    zero = '<Constant dataType="double">0</Constant>'
    outputs = "".join(
        f'<OutputField name="{name}" optype="categorical" dataType="boolean" '
        f'feature="transformedValue"><Apply function="{function}">{operands}</Apply></OutputField>'
        for name, operands in (("left", score + zero), ("right", zero + score))
    )
    text = document(
        '<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/>'
        '</MiningSchema><Output><OutputField name="score" optype="continuous" dataType="double" '
        f'feature="predictedValue"/>{outputs}</Output><RegressionTable intercept="INF">'
        '<NumericPredictor name="x" coefficient="1"/></RegressionTable></RegressionModel>',
        {"x": "continuous double"},
    )
    model = pmmlkit.load(text)
    row = {"x": -math.inf}
    alone, whole = model.evaluate(row), model.evaluate([row])[0]
    assert math.isnan(alone["score"])
    assert (alone["left"], alone["right"]) == (whole["left"], whole["right"])
