"""Hand-made documents with expected values: how they are built, scored in both modes, compared."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

import pmmlkit
from pmmlkit.errors import EvaluationError

__all__ = ["FAILS", "check", "document"]

FAILS: Any = type("Fails", (), {"__repr__": lambda self: "FAILS"})()
"""The expected value of a row that has no result: an error of that row."""


def document(body: str, fields: Mapping[str, str], version: str = "4.4") -> bytes:
    """Return a document with these DataFields and the model (and what stands before it) in `body`.

    `fields` maps a name to attributes and content of its DataField: ``'continuous double'`` is
    short for ``optype="continuous" dataType="double"``; values follow a colon, separated by blanks:
    ``'categorical string: a b c'``.
    """
    data_fields = []
    for name, text in fields.items():
        head, _, values = text.partition(":")
        optype, data_type = head.split()
        inside = "".join(f'<Value value="{value}"/>' for value in values.split())
        data_fields.append(
            f'<DataField name="{name}" optype="{optype}" dataType="{data_type}">'
            f"{inside}</DataField>"
        )
    return (
        f'<PMML xmlns="http://www.dmg.org/PMML-{version.replace(".", "_")}" version="{version}">'
        f"<Header/><DataDictionary>{''.join(data_fields)}</DataDictionary>{body}</PMML>"
    ).encode()


def check(
    text: bytes,
    rows: Sequence[Mapping[str, Any]],
    expected: Mapping[str, Sequence[Any]],
    *,
    relative: float = 1e-12,
) -> None:
    """Score the rows one by one and as columns, and compare the named results.

    None is missing, `FAILS` a row that is in error. Doubles agree at `relative`; all else exactly.
    """
    model = pmmlkit.load(text)
    by_row: list[dict[str, Any] | None] = []
    for row in rows:
        try:
            by_row.append(model.evaluate(dict(row)))
        except EvaluationError:
            by_row.append(None)
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = {}
    for name in names:
        # Not an assignment, which takes lists for a second dimension.
        table[name] = np.fromiter((row.get(name) for row in rows), np.object_, len(rows))
    result = dict(model.evaluate(table, errors="column", absent="missing"))
    failed = [text is not None for text in np.ma.MaskedArray(result["pmmlkit_error"]).tolist()]
    for name, values in expected.items():
        assert len(values) == len(rows), f"{name}: {len(values)} expectations, {len(rows)} rows"
        assert name in result, f"no result {name}; there are {sorted(result)}"
        column = np.ma.MaskedArray(result[name]).tolist()
        for at, (value, answer) in enumerate(zip(values, by_row, strict=True)):
            for mode, actual in (
                ("row", FAILS if answer is None else answer.get(name)),
                ("columns", FAILS if failed[at] else column[at]),
            ):
                assert _agree(actual, value, relative), (
                    f"{name}, row {at} by {mode}: {actual!r}, expected {value!r}"
                )


def _agree(actual: Any, expected: Any, relative: float) -> bool:
    if isinstance(actual, float) and math.isnan(actual) and expected is None:
        return True
    if isinstance(actual, float) and isinstance(expected, float):
        if math.isnan(actual) or math.isnan(expected):
            return math.isnan(actual) and math.isnan(expected)
        return math.isclose(actual, expected, rel_tol=relative, abs_tol=1e-300)
    if isinstance(actual, list | tuple) and isinstance(expected, list | tuple):
        return len(actual) == len(expected) and all(
            _agree(one, other, relative) for one, other in zip(actual, expected, strict=True)
        )
    if isinstance(actual, bool) or isinstance(expected, bool):
        return actual is expected
    return bool(actual == expected)
