"""Strategies that build valid NaiveBayesModels, with rows for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from tests.corpus.naive_bayes.documents import gaussian, model, pairs, poisson, stats

__all__ = ["naive_bayes_models", "rows"]

VALUES: Mapping[str, list[str]] = {
    "s": ["u", "v", "w"],
    "i": ["0", "1", "2"],
    "b": ["true", "false"],
}
POOLS: Mapping[str, list[Any]] = {
    "s": [None, "u", "v", "w", "z"],
    "x": [None, 0.0, 1.0, -2.5, 0.3, 40.0],
    "i": [None, 0, 1, 2, 3],
    "f": [None, 0.0, 0.5, -1.25],
    "b": [None, True, False],
}

means = st.sampled_from([-2.0, 0.0, 0.25, 1.5, 3.0])
positive = st.sampled_from([0.1, 0.5, 1.0, 2.0, 7.5])
counted = st.sampled_from([0, 1, 2, 3.5, 10, 250])

DISCRETIZE = (
    '<DerivedField name="bin" optype="categorical" dataType="string"><Discretize field="x">'
    '<DiscretizeBin binValue="u"><Interval closure="openClosed" rightMargin="0"/></DiscretizeBin>'
    '<DiscretizeBin binValue="v"><Interval closure="openOpen" leftMargin="0" rightMargin="5"/>'
    "</DiscretizeBin></Discretize></DerivedField>"
)


@st.composite
def _discrete(draw: st.DrawFn, field: str, labels: list[str]) -> str:
    values = VALUES.get(field, ["u", "v"])
    used = draw(st.lists(st.sampled_from(values), min_size=1, unique=True))
    table = {value: {label: draw(counted) for label in labels} for value in used}
    # A category that never had the input has no share of it.
    for label in labels:
        if not any(numbers[label] for numbers in table.values()):
            table[used[0]][label] = 1
    return pairs(field, table, DISCRETIZE if field == "x" else "")


@st.composite
def _continuous(draw: st.DrawFn, field: str, labels: list[str]) -> str:
    found = {}
    for label in labels:
        if field == "i" and draw(st.booleans()):
            found[label] = poisson(draw(positive))
        else:
            found[label] = gaussian(draw(means), draw(positive))
    return stats(field, found)


@st.composite
def naive_bayes_models(draw: st.DrawFn) -> bytes:
    """Documents with discrete inputs, discretised ones, and continuous ones."""
    labels = draw(st.sampled_from([["a", "b"], ["a", "b", "c"], ["c", "a", "b", "d"]]))
    inputs = []
    for field in draw(st.lists(st.sampled_from("sxifb"), min_size=1, max_size=4, unique=True)):
        is_discrete = field in "sb" or (field in "xi" and draw(st.booleans()))
        kind = _discrete if is_discrete else _continuous
        inputs.append(draw(kind(field, labels)))
    prior = {label: draw(st.sampled_from([1, 5, 20, 0.5])) for label in labels}
    threshold = draw(st.sampled_from(["0.001", "0.05", "1E-6"]))
    return model(inputs, prior, threshold=threshold)


@st.composite
def rows(draw: st.DrawFn, size: int = 12) -> dict[str, list[Any]]:
    """A table for such documents."""
    return {
        name: draw(st.lists(st.sampled_from(pool), min_size=size, max_size=size))
        for name, pool in POOLS.items()
    }
