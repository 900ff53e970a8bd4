"""Streams of events: the rows of a table in their order, and each event by itself."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

import pmmlkit
from pmmlkit.errors import EvaluationError
from tests.corpus.cells import FAILS

__all__ = ["check_stream"]


def check_stream(
    text: bytes, table: Mapping[str, Sequence[Any]], expected: Sequence[Any], *, rel: float = 1e-12
) -> None:
    """Score a table as one stream and compare; then each of its rows as a stream of one.

    A stream of one gives what the first row of a table gives.
    """
    model = pmmlkit.load(text)
    assert model.sequential
    whole = stream(model, table)
    assert len(whole) == len(expected)
    for at, (actual, value) in enumerate(zip(whole, expected, strict=True)):
        assert agree(actual, value, rel), f"row {at}: {actual!r}, expected {value!r}"
    for at in range(len(expected)):
        row = {name: values[at] for name, values in table.items()}
        first = stream(model, {name: [value] for name, value in row.items()})[0]
        try:
            alone = model.evaluate(row)["z"]
        except EvaluationError:
            alone = FAILS
        assert agree(alone, first, rel), f"row {at} alone: {alone!r}, as a table {first!r}"


def stream(model: pmmlkit.Model, table: Mapping[str, Sequence[Any]]) -> list[Any]:
    arrays = {}
    for name, values in table.items():
        arrays[name] = np.empty(len(values), object)
        arrays[name][:] = values
    result = dict(model.evaluate(arrays, errors="column", absent="missing"))
    failed = np.ma.MaskedArray(result["pmmlkit_error"]).tolist()
    numbers = np.ma.MaskedArray(result["z"]).tolist()
    return [
        FAILS if error is not None else None if number is None or number != number else number
        for error, number in zip(failed, numbers, strict=True)
    ]


def agree(left: Any, right: Any, rel: float) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=rel, abs_tol=1e-14)
    return left is right
