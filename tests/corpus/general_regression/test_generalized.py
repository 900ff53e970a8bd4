"""Generalized linear models: links, offsets, trials, two categories."""

from __future__ import annotations

import math
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
TWO = {**CATEGORIES, "y": "categorical string: p q"}
CELLS = (("p0", -2), ("p1", 0.5))
PRODUCTS = (("1", "x", "p1"),)

# eta = -2 + x / 2
ROWS: list[dict[str, Any]] = [{"x": 1.0}, {"x": 6.0}, {"x": -1.0}, {"x": None}]
ETAS = [-1.5, 1.0, -2.5]


def normal(value: float) -> float:
    return 0.5 * math.erfc(-value / math.sqrt(2))


LINKS: dict[str, tuple[str, list[float]]] = {
    "identity": ("", ETAS),
    "log": ("", [math.exp(eta) for eta in ETAS]),
    "logc": ("", [1 - math.exp(eta) for eta in ETAS]),
    "logit": ("", [1 / (1 + math.exp(-eta)) for eta in ETAS]),
    "probit": ("", [normal(eta) for eta in ETAS]),
    "cloglog": ("", [1 - math.exp(-math.exp(eta)) for eta in ETAS]),
    "loglog": ("", [math.exp(-math.exp(-eta)) for eta in ETAS]),
    "negbin": ('distParameter="0.7"', [1 / (0.7 * (math.exp(-eta) - 1)) for eta in ETAS]),
    "oddspower 0": ('linkParameter="0"', [1 / (1 + math.exp(-eta)) for eta in ETAS]),
    "oddspower 0.2": (
        'linkParameter="0.2"',
        [1 / (1 + (1 + 0.2 * eta) ** (-1 / 0.2)) for eta in ETAS],
    ),
    "power 0": ('linkParameter="0"', [math.exp(eta) for eta in ETAS]),
    "power 1": ('linkParameter="1"', ETAS),
    "power 0.5": ('linkParameter="0.5"', [eta**2 for eta in ETAS]),
    "power -1": ('linkParameter="-1"', [1 / eta for eta in ETAS]),
    "power 2": ('linkParameter="2"', [math.nan, 1.0, math.nan]),
}


@pytest.mark.parametrize("name", LINKS)
def test_links(name: str) -> None:
    attributes, expected = LINKS[name]
    text = general(
        f'modelType="generalizedLinear" linkFunction="{name.split(maxsplit=1)[0]}" {attributes}',
        CELLS,
        PRODUCTS,
        covariates=X,
    )
    check(text, ROWS, {"y": [*expected, None]})


@pytest.mark.parametrize("name", ["logit", "probit", "cloglog", "loglog", "logc", "log"])
def test_links_of_a_category(name: str) -> None:
    expected = LINKS[name][1]
    text = general(
        f'modelType="generalizedLinear" linkFunction="{name}" distribution="binomial"',
        [(*cell, "p") for cell in CELLS],
        PRODUCTS,
        function="classification",
        covariates=X,
        fields=TWO,
        head=probabilities("p", "q"),
    )
    labels = ["p" if value >= 0.5 else "q" for value in expected]
    check(
        text,
        ROWS,
        {
            "y": [*labels, None],
            "p(p)": [*expected, None],
            "p(q)": [*(1 - value for value in expected), None],
        },
    )


OVERFLOWS: dict[str, tuple[str, list[float]]] = {
    "log": ("", [math.inf, 0.0]),
    "logc": ("", [-math.inf, 1.0]),
    "logit": ("", [1.0, 0.0]),
    "probit": ("", [1.0, 0.0]),
    "cloglog": ("", [1.0, 0.0]),
    "loglog": ("", [1.0, 0.0]),
    "negbin": ('distParameter="0.5"', [-2.0, 0.0]),
    "oddspower": ('linkParameter="-1"', [-math.inf, 1 / (1 + 1 + 1e4)]),
    "power": ('linkParameter="-1"', [1e-4, -1e-4]),
}


@pytest.mark.parametrize("name", ["log", "logc", "logit", "probit", "cloglog", "loglog", "negbin"])
def test_links_far_out(name: str) -> None:
    attributes, expected = OVERFLOWS[name]
    text = general(
        f'modelType="generalizedLinear" linkFunction="{name}" {attributes}',
        [("p1", 1)],
        PRODUCTS,
        covariates=X,
    )
    check(text, [{"x": 1e4}, {"x": -1e4}], {"y": expected})


@pytest.mark.parametrize("attributes", ['linkFunction="negbin" distParameter="2"'])
def test_a_link_without_a_value_is_infinite(attributes: str) -> None:
    # exp(-0) - 1 is 0
    text = general(f'modelType="generalizedLinear" {attributes}', [("p0", 0)])
    check(text, [{"x": 1.0}], {"y": [math.inf]})


IDENTITY = 'modelType="generalizedLinear" linkFunction="identity"'
LOG = 'modelType="generalizedLinear" linkFunction="log"'
WITH: dict[str, tuple[str, list[Any]]] = {
    "offsetValue": (f'{IDENTITY} offsetValue="10"', [8.5, 8.5, None]),
    "offsetValue before the link": (
        f'{LOG} offsetValue="1.5" distribution="poisson"',
        [1.0, 1.0, None],
    ),
    "offsetVariable": (f'{IDENTITY} offsetVariable="z"', [-1.0, None, None]),
    "offsetVariable of integers": (f'{IDENTITY} offsetVariable="n"', [1.5, 2.5, None]),
    "offsetVariable before offsetValue": (
        f'{IDENTITY} offsetVariable="n" offsetValue="100"',
        [1.5, 2.5, None],
    ),
    "trialsValue": (f'{IDENTITY} trialsValue="4"', [-6.0, -6.0, None]),
    "trialsValue after the link": (
        f'{LOG} trialsValue="4"',
        [4 * math.exp(-1.5), 4 * math.exp(-1.5), None],
    ),
    "trialsVariable": (f'{IDENTITY} trialsVariable="n"', [-4.5, -6.0, None]),
    "trialsVariable that is missing": (f'{IDENTITY} trialsVariable="z"', [-0.75, None, None]),
    "trialsVariable before trialsValue": (
        f'{IDENTITY} trialsVariable="n" trialsValue="100"',
        [-4.5, -6.0, None],
    ),
    "offset and trials": (
        f'{IDENTITY} trialsVariable="n" offsetValue="2"',
        [1.5, 2.0, None],
    ),
    "trials in single precision": (
        f'{LOG} trialsVariable="n" x-mathContext="float"',
        [0.6693904995918274, 0.8925206065177917, None],
    ),
}


@pytest.mark.parametrize("name", WITH)
def test_offset_and_trials(name: str) -> None:
    attributes, expected = WITH[name]
    text = general(attributes, CELLS, PRODUCTS, covariates=X)
    rows: list[dict[str, Any]] = [
        {"x": 1.0, "z": 0.5, "n": 3},
        {"x": 1.0, "z": None, "n": 4},
        {"x": None, "z": 0.5, "n": 3},
    ]
    check(text, rows, {"y": expected}, relative=1e-6 if "single" in name else 1e-12)


@pytest.mark.parametrize("distribution", ["binomial", "gamma", "igauss", "negbin", "normal"])
def test_the_distribution_alone_changes_nothing(distribution: str) -> None:
    text = general(
        f'{LOG} distribution="{distribution}" distParameter="2"', CELLS, PRODUCTS, covariates=X
    )
    check(text, ROWS[:1], {"y": [math.exp(-1.5)]})


LOGIT = 'modelType="generalizedLinear" linkFunction="logit"'
P = 1 / (1 + math.exp(1.5))
WITH_OFFSET = 1 / (1 + math.exp(1.0))
BINARY: dict[str, tuple[str, str | None, list[Any]]] = {
    "the category without cells is the reference": (LOGIT, "p", ["q", P, 1 - P]),
    "the other one": (LOGIT, "q", ["p", 1 - P, P]),
    "cells without a category": (f'{LOGIT} targetReferenceCategory="q"', None, ["q", P, 1 - P]),
    "cells without a category, the other way": (
        f'{LOGIT} targetReferenceCategory="p"',
        None,
        ["p", 1 - P, P],
    ),
    "a reference as expected": (f'{LOGIT} targetReferenceCategory="q"', "p", ["q", P, 1 - P]),
    "an offset": (f'{LOGIT} offsetValue="0.5"', "p", ["q", WITH_OFFSET, 1 - WITH_OFFSET]),
    # The number of trials is nothing that a probability of one trial knows.
    "trials": (f'{LOGIT} trialsValue="3"', "p", ["q", P, 1 - P]),
}


@pytest.mark.parametrize("name", BINARY)
def test_two_categories(name: str) -> None:
    attributes, category, expected = BINARY[name]
    text = general(
        attributes,
        [(*cell, *(() if category is None else (category,))) for cell in CELLS],
        PRODUCTS,
        function="classification",
        covariates=X,
        fields=TWO,
        head=probabilities("p", "q"),
    )
    names = ("y", "p(p)", "p(q)")
    rows: list[dict[str, Any]] = [{"x": 1.0}, {"x": None}]
    check(text, rows, {name: [value, None] for name, value in zip(names, expected, strict=True)})


@pytest.mark.parametrize(("reference", "expected"), [("p", "q"), ("q", "p")])
def test_of_equals_the_first_is_predicted_and_the_reference_is_last(
    reference: str, expected: str
) -> None:
    text = general(
        f'{LOGIT} targetReferenceCategory="{reference}"',
        [("p0", 0)],
        function="classification",
        fields=TWO,
    )
    check(text, [{"x": 1.0}], {"y": [expected]})


def test_cells_of_the_reference_have_no_effect() -> None:
    text = general(
        f'{LOGIT} targetReferenceCategory="q"',
        [("p0", -1.5, "p"), ("p0", 9, "q")],
        function="classification",
        fields=TWO,
        head=probabilities("p"),
    )
    check(text, [{"x": 1.0}], {"y": ["q"], "p(p)": [P]})


@pytest.mark.parametrize(
    ("field", "category", "expected"),
    [
        ("categorical integer: 0 1", "1", [0, P]),
        ("categorical boolean: false true", "true", [False, P]),
        ("categorical string", "1", ["0", P]),
    ],
)
def test_categories_of_other_types(field: str, category: str, expected: list[Any]) -> None:
    attributes = LOGIT
    if ":" not in field:
        attributes += ' targetReferenceCategory="0"'
    text = general(
        attributes,
        [("p0", -1.5, category)],
        function="classification",
        fields={**TWO, "y": field},
        head=probabilities(category),
    )
    check(text, [{"x": 1.0}], {"y": [expected[0]], f"p({category})": [expected[1]]})
