"""Multinomial and ordinal models: reference categories, parts in common, cumulative links."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from tests.corpus.cells import check
from tests.corpus.general_regression.documents import (
    CATEGORIES,
    general,
    predictors,
    probabilities,
)

X = predictors("x")
MULTI = 'modelType="multinomialLogistic"'
PRODUCTS = (("1", "x", "p1"),)
LABELS = ("p", "q", "r")


def shares(*etas: float) -> list[float]:
    exponents = [math.exp(eta) for eta in etas]
    return [value / sum(exponents) for value in exponents]


def expect(*rows: list[float] | None) -> dict[str, list[Any]]:
    """Results of rows by the probabilities of p, q and r."""
    names = [None if row is None else LABELS[row.index(max(row))] for row in rows]
    result: dict[str, list[Any]] = {"y": names}
    for at, label in enumerate(LABELS):
        result[f"p({label})"] = [None if row is None else row[at] for row in rows]
    return result


MULTINOMIAL: dict[str, tuple[str, tuple[Any, ...], tuple[Any, ...], list[float]]] = {
    # x is 2 in all of them
    "the reference has no cells": (
        MULTI,
        (("p0", 1, "p"), ("p1", 0.5, "p"), ("p0", -1, "q"), ("p1", 0.25, "q")),
        PRODUCTS,
        shares(2.0, -0.5, 0),
    ),
    "the first category as the reference": (
        MULTI,
        (("p0", 1, "r"), ("p1", 0.5, "r"), ("p0", -1, "q")),
        PRODUCTS,
        shares(0, -1, 2.0),
    ),
    "targetReferenceCategory": (
        f'{MULTI} targetReferenceCategory="q"',
        (("p0", 1, "p"), ("p1", 0.5, "r")),
        PRODUCTS,
        shares(1, 0, 1.0),
    ),
    "cells of the reference have no effect": (
        f'{MULTI} targetReferenceCategory="q"',
        (("p0", 1, "p"), ("p0", 7, "q"), ("p1", 0.5, "r")),
        PRODUCTS,
        shares(1, 0, 1.0),
    ),
    "cells for no category are for all but the reference": (
        MULTI,
        (("p0", 1, "p"), ("p0", -1, "q"), ("p1", 0.25)),
        PRODUCTS,
        shares(1.5, -0.5, 0),
    ),
    "an offset has no effect": (
        f'{MULTI} offsetValue="5"',
        (("p0", 1, "p"), ("p0", -1, "q")),
        PRODUCTS,
        shares(1, -1, 0),
    ),
    "a PPMatrix of a category": (
        # for q: x squared
        MULTI,
        (("p1", 0.5, "p"), ("p1", 0.25, "q")),
        (("1", "x", "p1"), ("2", "x", "p1", "q")),
        shares(1.0, 1.0, 0),
    ),
    "a PPMatrix of a category is the whole of it": (
        # p2 has no PPCell for q, and so is an intercept there
        MULTI,
        (("p1", 0.5, "p"), ("p2", 0.5, "p"), ("p1", 0.25, "q"), ("p2", 0.75, "q")),
        (("1", "x", "p1"), ("2", "x", "p2"), ("1", "x", "p1", "q")),
        shares(0.5 * 2 + 0.5 * 4, 0.25 * 2 + 0.75, 0),
    ),
    "large sums": (
        MULTI,
        (("p0", 2000, "p"), ("p0", 1999, "q")),
        PRODUCTS,
        [1 / (1 + math.exp(-1)), math.exp(-1) / (1 + math.exp(-1)), 0.0],
    ),
}


@pytest.mark.parametrize("name", MULTINOMIAL)
def test_multinomial(name: str) -> None:
    attributes, pcells, products, expected = MULTINOMIAL[name]
    text = general(
        attributes,
        pcells,
        products,
        function="classification",
        covariates=X,
        fields=CATEGORIES,
        head=probabilities(*LABELS),
    )
    result = expect(expected)
    if name in ("targetReferenceCategory", "cells of the reference have no effect"):
        result["y"] = ["p"]
    check(text, [{"x": 2.0}], result)


def test_a_missing_covariate_leaves_no_prediction() -> None:
    text = general(
        MULTI,
        (("p0", 1, "p"), ("p0", -1, "q"), ("p1", 0.5, "q")),
        PRODUCTS,
        function="classification",
        covariates=X,
        fields=CATEGORIES,
        head=probabilities(*LABELS),
    )
    check(text, [{"x": None}, {"x": 2.0}], expect(None, shares(1, 0, 0)))


def test_prior_probabilities_where_there_is_no_prediction() -> None:
    text = general(
        MULTI,
        (("p0", 1, "p"), ("p1", 1, "q")),
        PRODUCTS,
        function="classification",
        covariates=X,
        fields=CATEGORIES,
        head=probabilities(*LABELS)
        + '<Targets><Target field="y"><TargetValue value="p" priorProbability="0.2"/>'
        '<TargetValue value="q" priorProbability="0.3"/>'
        '<TargetValue value="r" priorProbability="0.5"/></Target></Targets>',
    )
    check(text, [{"x": None}], expect([0.2, 0.3, 0.5]))


def logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


CUMULATIVE: dict[str, Callable[[float], float]] = {
    "logit": logistic,
    "probit": lambda value: 0.5 * math.erfc(-value / math.sqrt(2)),
    "cloglog": lambda value: 1 - math.exp(-math.exp(value)),
    "loglog": lambda value: math.exp(-math.exp(-value)),
    "cauchit": lambda value: 0.5 + math.atan(value) / math.pi,
}
ORDERED = {**CATEGORIES, "y": "ordinal string: p q r"}
STEPS = (("p0", -1, "p"), ("p0", 1, "q"), ("p1", 0.5))


@pytest.mark.parametrize("optype", ["ordinal", "categorical"])
@pytest.mark.parametrize("link", CUMULATIVE)
def test_ordinal(link: str, optype: str) -> None:
    below = CUMULATIVE[link]
    text = general(
        f'modelType="ordinalMultinomial" cumulativeLink="{link}"',
        STEPS,
        PRODUCTS,
        function="classification",
        covariates=X,
        fields={**CATEGORIES, "y": f"{optype} string: p q r"},
        head=probabilities(*LABELS),
    )
    rows = []
    for x in (1.0, 3.0, -2.0):
        low, high = below(-1 + 0.5 * x), below(1 + 0.5 * x)
        rows.append([low, high - low, 1 - high])
    check(
        text,
        [{"x": 1.0}, {"x": 3.0}, {"x": -2.0}, {"x": None}],
        expect(*rows, None),
        relative=1e-11,
    )


def of_logits(low: float, high: float) -> list[float]:
    return [logistic(low), logistic(high) - logistic(low), 1 - logistic(high)]


ORDINAL: dict[str, tuple[str, tuple[Any, ...], list[float]]] = {
    # x is 1 in all of them
    "an offset": ('offsetValue="2"', STEPS, of_logits(1.5, 3.5)),
    "an offset field": ('offsetVariable="z"', STEPS, of_logits(-0.25, 1.75)),
    "a reference category does not change the order": (
        'targetReferenceCategory="p"',
        STEPS,
        of_logits(-0.5, 1.5),
    ),
    "cells of the last category have no effect": (
        "",
        (*STEPS, ("p0", 9, "r")),
        of_logits(-0.5, 1.5),
    ),
    "slopes of their own": (
        "",
        (("p0", -1, "p"), ("p1", 0.5, "p"), ("p0", 1, "q"), ("p1", 0.75, "q")),
        of_logits(-0.5, 1.75),
    ),
    "differences below 0 stay": (
        "",
        (("p0", 1, "p"), ("p0", -1, "q")),
        of_logits(1.0, -1.0),
    ),
}


@pytest.mark.parametrize("name", ORDINAL)
def test_ordinal_parts(name: str) -> None:
    attributes, pcells, expected = ORDINAL[name]
    text = general(
        f'modelType="ordinalMultinomial" cumulativeLink="logit" {attributes}',
        pcells,
        PRODUCTS,
        function="classification",
        covariates=X,
        fields=ORDERED,
        head=probabilities(*LABELS),
    )
    check(text, [{"x": 1.0, "z": 0.25}], expect(expected), relative=1e-11)


def test_single_precision() -> None:
    text = general(
        f'{MULTI} x-mathContext="float"',
        (("p0", 0.1, "p"), ("p1", 0.3, "q")),
        PRODUCTS,
        function="classification",
        covariates=X,
        fields=CATEGORIES,
        head=probabilities(*LABELS),
    )
    check(text, [{"x": 1.0}, {"x": None}], expect(shares(0.1, 0.3, 0), None), relative=1e-6)
