"""One row down a diagram in plain Python: nested tuples and a loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pmmlkit.columns.kernels.forest import IN_SET
from pmmlkit.columns.values import Failure
from pmmlkit.language.models.tree.diagram import Diagram
from pmmlkit.language.step import Values

__all__ = ["row_walker"]


def row_walker(diagram: Diagram, payload: Sequence[Any]) -> Callable[[Any], Any]:
    """Return the function that takes one row to the payload of its answer.

    A test is the tuple (slot, threshold or set, TRUE, FALSE, missing) of such tuples; an answer is
    the tuple (None, payload, None, None, None). Raises `EvaluationError` where the path meets a
    failed field.
    """
    root = _linked(diagram, payload)
    if any(field.may_fail for field in diagram.fields):
        return _careful(root)
    if (diagram.kind == IN_SET).any():
        return _with_sets(root)

    def walk(values: Values) -> Any:
        slot, threshold, yes, no, missing = root
        while slot is not None:
            value = values[slot]
            slot, threshold, yes, no, missing = (
                missing if value is None else yes if value <= threshold else no
            )
        return threshold

    return walk


def _with_sets(root: tuple[Any, ...]) -> Callable[[Values], Any]:
    def walk(values: Values) -> Any:
        slot, threshold, yes, no, missing = root
        while slot is not None:
            value = values[slot]
            if value is None:
                slot, threshold, yes, no, missing = missing
            elif threshold.__class__ is frozenset:
                slot, threshold, yes, no, missing = yes if value in threshold else no
            else:
                slot, threshold, yes, no, missing = yes if value <= threshold else no
        return threshold

    return walk


def _careful(root: tuple[Any, ...]) -> Callable[[Values], Any]:
    def walk(values: Values) -> Any:
        slot, threshold, yes, no, missing = root
        while slot is not None:
            value = values[slot]
            if value is None:
                slot, threshold, yes, no, missing = missing
                continue
            if value.__class__ is Failure:
                value.fail()
            holds = value in threshold if threshold.__class__ is frozenset else value <= threshold
            slot, threshold, yes, no, missing = yes if holds else no
        return threshold

    return walk


def _linked(diagram: Diagram, payload: Sequence[Any]) -> tuple[Any, ...]:
    """Link the tests from the answers upwards."""
    answers: list[tuple[Any, ...]] = [(None, item, None, None, None) for item in payload]
    if diagram.root < 0:
        return answers[~diagram.root]
    slots = [field.slot for field in diagram.fields]
    bounds = diagram.bounds()
    rows = list(
        zip(
            diagram.feature.tolist(),
            diagram.on_true.tolist(),
            diagram.on_false.tolist(),
            diagram.on_missing.tolist(),
            strict=True,
        )
    )
    made: dict[int, tuple[Any, ...]] = {~at: answer for at, answer in enumerate(answers)}
    stack = [diagram.root]
    while stack:
        test = stack[-1]
        if test in made:
            stack.pop()
            continue
        feature, *exits = rows[test]
        waiting = [exit for exit in exits if exit not in made]
        if waiting:
            stack.extend(waiting)
            continue
        made[test] = (slots[feature], bounds[test], *(made[exit] for exit in exits))
        stack.pop()
    return made[diagram.root]
