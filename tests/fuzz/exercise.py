"""What is done with a broken document: nothing but a PmmlError may come of it, or a result that is
the same by column and by row.
"""

from __future__ import annotations

import datetime
import math
import random
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import numpy as np

import pmmlkit

__all__ = ["HANG", "Hang", "exercise", "limited", "odd_rows"]

HANG = 5.0
"""Seconds of processor time that one document and its rows may take."""

ODD: tuple[Any, ...] = (
    *(None, None, math.nan, math.inf, -math.inf, -0.0, 0.0, 0, 1, -1, 2, 3, 0.5, -2.5, 1e308),
    *(-1e308, 5e-324, 1e16, 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 10**400, True, False),
    *("", " ", "abc", "1", "-1.5", "NaN", "INF", "1e400", "true", "TRUE", "\u00e9", "\U0001f600"),
    *("2020-02-30", "2020-02-29", "2020-02-29T12:00:00", "12:00:00", "x" * 5000, "a b c"),
    *(np.float64(1.5), np.float32(0.1), np.int64(3), np.bool_(True), np.str_("a")),
    *(datetime.date(2020, 2, 29), datetime.datetime(1960, 1, 1, 12), datetime.time(23, 59, 59)),
)


class Hang(AssertionError):
    """A document took too long."""


@contextmanager
def limited(seconds: float = HANG) -> Iterator[None]:
    """Raise Hang after this much processor time; where Java runs in the process there is no limit,
    as the signal may meet one of its threads.
    """
    if "jpype" in sys.modules:
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise Hang(f"more than {seconds} s of processor time")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def odd_rows(model: pmmlkit.Model, chance: random.Random, count: int = 10) -> list[dict[str, Any]]:
    """Rows of usual values of the document, mixed with odd ones; columns are sometimes absent."""
    usual = _usual_values(model)
    rows = []
    for at in range(count):
        oddity = (0.0, 0.15, 0.5)[at % 3]
        rows.append(
            {
                field.name: chance.choice(ODD if chance.random() < oddity else usual[field.name])
                for field in model.inputs
                if chance.random() > 0.03
            }
        )
    return rows


def _usual_values(model: pmmlkit.Model) -> dict[str, list[Any]]:
    """Values by field: those that the document names, else small ones of its type."""
    usual: dict[str, list[Any]] = {}
    for field in model.inputs:
        kind = field.data_type
        named: list[Any] = list(field.values or ())[:20]
        if kind in ("double", "float"):
            named = named or [0.0, 1.0, -1.0, 0.5, 2.0, 30.0, -0.25]
        elif kind == "integer":
            named = named or [0, 1, 2, 3, -1, 7]
        elif kind == "boolean":
            named = [True, False]
        elif kind == "date":
            named = ["2020-02-29", "1969-12-31"]
        elif kind == "dateTime":
            named = ["2020-02-29T01:02:03", "1969-12-31T23:59:59"]
        elif kind == "time":
            named = ["01:02:03", "23:59:59"]
        usual[field.name] = named or ["a", "b", "c", "p", "q", "1", "sun", "the sun and a moon"]
    return usual


def exercise(document: bytes, chance: random.Random) -> str:
    """Load, validate and score a document in both modes; say how far it came.

    Raises AssertionError where the modes differ, and lets through what is no PmmlError.
    """
    with limited():
        model = _loaded(document, chance)
        if model is None:
            return "refused"
        rows = odd_rows(model, chance)
        if any(field.usage == "group" for field in model.inputs):
            _score_group(model, rows)
        elif model.sequential:
            _score_alone(model, rows)
        else:
            _score(model, rows)
        return "scored"


def _loaded(document: bytes, chance: random.Random) -> pmmlkit.Model | None:
    try:
        return pmmlkit.load(document)
    except pmmlkit.PmmlError as error:
        said = str(error)
    assert said.strip(), "an error says nothing"
    if chance.random() < 0.2:
        report = pmmlkit.validate(document)
        assert not report.ok, f"the validator has nothing to say; load says {said}"
    return None


def _score(model: pmmlkit.Model, rows: list[dict[str, Any]]) -> None:
    # what a mutant has lost may have been its model
    score = model.evaluate if model.document.root.models else model.transform
    alone = [score(row, errors="column") for row in rows]
    try:
        whole = score(rows, errors="column", absent="missing")
    except pmmlkit.EvaluationError as error:
        raise AssertionError("the error of a row stops the table") from error
    except pmmlkit.PmmlError:
        return
    assert len(whole) == len(rows)
    for at, row in enumerate(rows):
        compare(whole[at], alone[at], row)


def _score_alone(model: pmmlkit.Model, rows: list[dict[str, Any]]) -> None:
    """Rows that depend on each other: a table of one row is that row."""
    try:
        model.evaluate(rows, errors="column", absent="missing")
    except pmmlkit.EvaluationError as error:
        raise AssertionError("the error of a row stops the table") from error
    except pmmlkit.PmmlError:
        return
    for row in rows[:4]:
        try:
            alone = model.evaluate(row, errors="column")
            whole = model.evaluate([row], errors="column", absent="missing")
        except pmmlkit.EvaluationError as error:
            raise AssertionError("the error of a row stops the table") from error
        except pmmlkit.PmmlError:
            continue
        assert len(whole) == 1
        compare(whole[0], alone, row)


def _score_group(model: pmmlkit.Model, rows: list[dict[str, Any]]) -> None:
    """Rows that are collected: all of them as one group, and that group as a row of lists."""
    keys: dict[str, Any] = {}
    for field in model.inputs:
        if field.usage == "group":
            keys[field.name] = rows[0].get(field.name)
    table = [{**row, **keys} for row in rows]
    names = [field.name for field in model.inputs if field.name not in keys]
    group = {**keys, **{name: [row.get(name) for row in table] for name in names}}
    try:
        model.evaluate(rows, errors="column", absent="missing")
        whole = model.evaluate(table, errors="column", absent="missing")
        alone = model.evaluate(group, errors="column")
    except pmmlkit.EvaluationError as error:
        raise AssertionError("the error of a row stops the table") from error
    except pmmlkit.PmmlError:
        return
    if len(whole) == 1:
        compare(whole[0], alone, group)


def compare(whole: dict[str, Any], alone: dict[str, Any], row: dict[str, Any]) -> None:
    """Assert that both modes say the same of a row."""
    failed, failed_alone = whole["pmmlkit_error"], alone["pmmlkit_error"]
    said = f"of {row!r}\nby column {whole!r}\nby row    {alone!r}"
    assert (failed is None) == (failed_alone is None), said
    assert whole.keys() - row.keys() <= alone.keys(), said
    for name, value in alone.items():
        if name != "pmmlkit_error":
            assert name in whole, f"{name} {said}"
            assert same(whole[name], value), f"{name} {said}"


def same(one: Any, other: Any) -> bool:
    """Tell whether two results are the same; NaN is missing."""
    one, other = _plain(one), _plain(other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return bool(one == other) or math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)
    return bool(one == other) or _same_numbers(one, other)


def _same_numbers(one: Any, other: Any) -> bool:
    """Tell whether two texts are numbers that differ in the last digits."""
    try:
        return math.isclose(float(one), float(other), rel_tol=1e-12, abs_tol=1e-12)
    except (TypeError, ValueError):
        return False


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and math.isnan(value):
        return None
    return list(value) if isinstance(value, tuple | np.ndarray) else value
