"""The value of one machine: kernels, vectors, fields, both representations."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.corpus.cells import FAILS, check
from tests.corpus.support_vector_machine.documents import (
    FIELDS,
    NUMBERS,
    array,
    machine,
    model,
    sparse,
    vectors,
)

Rows = list[dict[str, Any]]

ROWS = [{"a": 0.5, "b": 1.0}, {"a": -2.0, "b": 0.25}, {"a": 0.0, "b": 0.0}]
ONE = machine(["v1", "v2"], [0.5, -2], 0.25)
PRODUCTS = [(2.5, 0.0), (-1.5, 2.125), (0.0, 0.0)]
"""a + 2 b and -a + 0.5 b of the rows."""
DISTANCES = [(1.25, 2.5), (12.0625, 1.0625), (5.0, 1.25)]


def values(kernel: Callable[[float], float], of: list[tuple[float, float]]) -> list[float]:
    return [0.5 * kernel(one) - 2 * kernel(other) + 0.25 for one, other in of]


def polynomial(gamma: float, coef0: float, degree: float) -> Callable[[float], float]:
    return lambda product: (gamma * product + coef0) ** degree


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [
        ("<LinearKernelType/>", values(lambda product: product, PRODUCTS)),
        ("<LinearKernelType/>", [1.5, -4.75, 0.25]),
        ("<PolynomialKernelType/>", values(polynomial(1, 1, 1), PRODUCTS)),
        (
            '<PolynomialKernelType gamma="0.5"/>',
            values(polynomial(0.5, 1, 1), PRODUCTS),
        ),
        (
            '<PolynomialKernelType gamma="0.5" coef0="2"/>',
            values(polynomial(0.5, 2, 1), PRODUCTS),
        ),
        (
            '<PolynomialKernelType gamma="0.5" coef0="2" degree="2"/>',
            values(polynomial(0.5, 2, 2), PRODUCTS),
        ),
        (
            '<PolynomialKernelType gamma="0.5" coef0="2" degree="3"/>',
            values(polynomial(0.5, 2, 3), PRODUCTS),
        ),
        (
            '<PolynomialKernelType gamma="0.5" coef0="2" degree="4"/>',
            values(polynomial(0.5, 2, 4), PRODUCTS),
        ),
        (
            '<PolynomialKernelType gamma="0.5" coef0="2" degree="1.5"/>',
            values(polynomial(0.5, 2, 1.5), PRODUCTS),
        ),
        (
            '<PolynomialKernelType gamma="0.5" coef0="2" degree="-1"/>',
            values(polynomial(0.5, 2, -1), PRODUCTS),
        ),
        ("<RadialBasisKernelType/>", values(lambda d: math.exp(-d), DISTANCES)),
        (
            '<RadialBasisKernelType gamma="0.3"/>',
            values(lambda d: math.exp(-0.3 * d), DISTANCES),
        ),
        ("<SigmoidKernelType/>", values(lambda product: math.tanh(product + 1), PRODUCTS)),
        (
            '<SigmoidKernelType gamma="0.5" coef0="-1"/>',
            values(lambda product: math.tanh(0.5 * product - 1), PRODUCTS),
        ),
    ],
)
def test_kernels(kernel: str, expected: list[float]) -> None:
    check(model(ONE, kernel=kernel), ROWS, {"y": expected})


def test_a_power_of_a_negative_number_is_no_number() -> None:
    kernel = '<PolynomialKernelType coef0="0" degree="0.5"/>'
    text = model(machine(["v1"], [1]), kernel=kernel)
    check(text, [{"a": -1.0, "b": 0.0}, {"a": 4.0, "b": 0.0}], {"y": [math.nan, 2.0]})


def test_a_power_beyond_the_range_of_doubles() -> None:
    kernel = '<PolynomialKernelType coef0="0" degree="4"/>'
    text = model(machine(["v1"], [1]), kernel=kernel)
    check(text, [{"a": 1e100, "b": 0.0}], {"y": [math.inf]})


def test_a_radial_basis_that_grows() -> None:
    text = model(machine(["v1"], [1]), kernel='<RadialBasisKernelType gamma="-1"/>')
    check(text, [{"a": 100.0, "b": 2.0}, {"a": 1.0, "b": 3.0}], {"y": [math.inf, math.e]})


def test_the_constant_is_0_where_it_is_absent() -> None:
    text = model(ONE.replace(' absoluteValue="0.25"', ""))
    check(text, ROWS, {"y": [1.25, -5.0, 0.0]})


def test_a_coefficient_is_0_where_it_is_absent() -> None:
    text = model(ONE.replace(' value="-2"', ""))
    check(text, ROWS, {"y": [1.5, -0.5, 0.25]})


def test_additions_are_made_in_the_order_of_the_vectors() -> None:
    dictionary = vectors(array(1, 0), array(0, 1), array(1, 0))
    row = [{"a": 1e16, "b": 1.0}]
    in_order = model(machine(["v1", "v2", "v3"], [1, 1, -1], 0.25), dictionary=dictionary)
    check(in_order, row, {"y": [0.25]})
    other = model(machine(["v1", "v3", "v2"], [1, -1, 1], 0.25), dictionary=dictionary)
    check(other, row, {"y": [1.25]})


def test_a_vector_counts_as_often_as_it_is_named() -> None:
    check(model(machine(["v1", "v1"], [1, 2])), ROWS, {"y": [7.5, -4.5, 0.0]})


@pytest.mark.parametrize(
    ("instance", "second"),
    [
        (sparse([2], [3], n=2), (0, 3)),
        (sparse([2, 1], [3, 4], n=2), (4, 3)),
        (sparse([2], [3], n=2, defaultValue=5), (5, 3)),
        (sparse([2], [3]), (0, 3)),
        # Without n the array ends with its largest index: the rest is the default.
        (sparse([1], [3]), (3, 0)),
        (sparse([], [], n=2), (0, 0)),
        ('<Array type="real">4 3</Array>', (4, 3)),
        ('<Array n="2" type="int">4 3</Array>', (4, 3)),
    ],
)
def test_instances(instance: str, second: tuple[float, float]) -> None:
    text = model(ONE, dictionary=vectors(array(1, 2), instance))
    expected = [
        0.5 * (row["a"] + 2 * row["b"]) - 2 * (second[0] * row["a"] + second[1] * row["b"]) + 0.25
        for row in ROWS
    ]
    check(text, ROWS, {"y": expected})


def test_categories_of_a_field() -> None:
    fields = {"a": "continuous double", "s": "categorical string: u v", "y": "continuous double"}
    entries = (
        '<FieldRef field="a"/><CategoricalPredictor name="s" value="u" coefficient="1"/>'
        '<CategoricalPredictor name="s" value="v" coefficient="1"/>'
    )
    text = model(
        machine(["v1", "v2"], [1, 10]),
        dictionary=vectors(array(1, 2, 3), array(0, 5, 7), fields=entries),
        fields=fields,
    )
    rows: Rows = [{"a": 1.0, "s": "u"}, {"a": 1.0, "s": "v"}, {"a": 1.0, "s": None}]
    check(text, rows, {"y": [53.0, 74.0, FAILS]})


@pytest.mark.parametrize(
    ("kind", "value", "number"),
    [
        ("continuous integer", 3, 3.0),
        ("continuous float", 0.5, 0.5),
        ("categorical boolean", True, 1.0),
        ("categorical string", "1.5", 1.5),
    ],
)
def test_fields_that_are_no_doubles(kind: str, value: object, number: float) -> None:
    text = model(machine(["v1"], [1]), fields={**NUMBERS, "b": kind})
    check(text, [{"a": 1.0, "b": value}], {"y": [1.0 + 2 * number]})


def test_a_missing_value_fails_the_row() -> None:
    targets = '<Targets><Target field="y"><TargetValue defaultValue="7"/></Target></Targets>'
    rows: Rows = [
        {"a": 1.0, "b": None},
        {"a": None, "b": 1.0},
        {"a": 0.5, "b": 1.0},
    ]
    check(model(ONE, before=targets), rows, {"y": [FAILS, FAILS, 1.5]})


def test_a_missing_value_with_a_replacement() -> None:
    entries = FIELDS.replace('field="b"', 'field="b" mapMissingTo="1"')
    text = model(ONE, dictionary=vectors(array(1, 2), array(-1, 0.5), fields=entries))
    check(text, [{"a": 0.5, "b": None}], {"y": [1.5]})


def test_the_target_changes_the_value() -> None:
    targets = '<Targets><Target field="y" rescaleFactor="2" rescaleConstant="1"/></Targets>'
    check(model(ONE, before=targets), ROWS, {"y": [4.0, -8.5, 1.5]})


def test_coefficients_of_fields() -> None:
    text = model(
        machine(None, [0.5, -2], 0.25), dictionary=vectors(), svmRepresentation="Coefficients"
    )
    check(text, [*ROWS, {"a": None, "b": 1.0}], {"y": [-1.5, -1.25, 0.25, FAILS]})


def test_support_vectors_is_the_default_representation() -> None:
    check(model(ONE, svmRepresentation="SupportVectors"), ROWS, {"y": [1.5, -4.75, 0.25]})


def test_numbers_of_things_have_no_effect() -> None:
    text = model(ONE).replace(b"<VectorDictionary", b'<VectorDictionary numberOfVectors="9"')
    check(
        text.replace(b"<VectorFields", b'<VectorFields numberOfFields="9"'), ROWS[:1], {"y": [1.5]}
    )


def test_categories_of_a_machine_mean_nothing_in_a_regression() -> None:
    one = ONE.replace("<SupportVectorMachine", '<SupportVectorMachine targetCategory="7"')
    check(model(one, threshold=5, maxWins="true"), ROWS, {"y": [1.5, -4.75, 0.25]})


@pytest.mark.parametrize("kernel", ["<LinearKernelType/>", '<RadialBasisKernelType gamma="0.3"/>'])
def test_single_precision(kernel: str) -> None:
    text = model(ONE, kernel=kernel, x_mathContext="float")
    f = np.float32
    expected = []
    for row in ROWS:
        a, b = f(row["a"]), f(row["b"])
        if "Linear" in kernel:
            known = [a * f(1) + b * f(2), a * f(-1) + b * f(0.5)]
        else:
            pairs = [(f(1), f(2)), (f(-1), f(0.5))]
            distances = [(a - u) * (a - u) + (b - v) * (b - v) for u, v in pairs]
            known = [f(np.exp(np.float64(f(-0.3) * d))) for d in distances]
        expected.append(float(f(0.5) * known[0] + f(-2) * known[1] + f(0.25)))
    check(text, ROWS, {"y": expected}, relative=0)


@pytest.mark.parametrize("version", ["3.0", "3.2", "4.0", "4.1", "4.2", "4.3", "4.4"])
def test_versions(version: str) -> None:
    check(model(ONE, version=version), ROWS, {"y": [1.5, -4.75, 0.25]})


def test_a_model_without_a_target() -> None:
    fields = {"a": "continuous double", "b": "continuous double"}
    check(model(ONE, fields=fields, target=False), ROWS[:1], {"_target": [1.5]})
