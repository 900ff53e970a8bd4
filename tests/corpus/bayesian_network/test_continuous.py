"""BayesianNetworkModel: continuous nodes, as evidence and as the target."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from tests.corpus.bayesian_network.documents import (
    NOTHING,
    apply,
    constant,
    continuous,
    discrete,
    distribution,
    given,
    model,
    normal,
    reference,
)
from tests.corpus.cells import FAILS, check

FIELDS = {"d": "categorical string", "x": "continuous double", "y": "continuous double"}
PRIOR = discrete("d", {"u": 0.75, "v": 0.25})


def gauss(x: float, mean: float, variance: float) -> float:
    return math.exp(-((x - mean) ** 2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)


def uniform(lower: float, upper: float) -> str:
    return distribution("Uniform", lower=constant(lower), upper=constant(upper))


def triangular(mean: float, lower: float, upper: float) -> str:
    parts = {"mean": mean, "lower": lower, "upper": upper}
    return distribution("Triangular", **{name: constant(value) for name, value in parts.items()})


def lognormal(mean: float, variance: float) -> str:
    return distribution("Lognormal", mean=constant(mean), variance=constant(variance))


# The triangle over 0..6 with the mean 3 has its top, 1/3, at 3; that over 0..3 with the mean 2 has
# its top, 2/3, at 3.
SHAPES: dict[str, tuple[str, Callable[[float], float]]] = {
    "normal": (normal(1, 4), lambda x: gauss(x, 1, 4)),
    "lognormal": (
        lognormal(0.5, 0.25),
        lambda x: gauss(math.log(x), 0.5, 0.25) / x if x > 0 else 0.0,
    ),
    "uniform": (uniform(-1, 4), lambda x: 0.2 if -1 <= x <= 4 else 0.0),
    "triangular": (triangular(3, 0, 6), lambda x: max(0.0, 1 / 3 - abs(x - 3) / 9)),
    "triangular to the end": (triangular(2, 0, 3), lambda x: 2 * x / 9 if 0 <= x <= 3 else 0.0),
}


@pytest.mark.parametrize("x", [0.5, 2.0, 3.0, -0.5, 5.0])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_number_as_evidence(shape: str, x: float) -> None:
    markup, density = SHAPES[shape]
    node = continuous("x", ({"d": "u"}, markup), ({"d": "v"}, normal(2, 9)))
    one, other = 0.75 * density(x), 0.25 * gauss(x, 2, 9)
    fields = {name: FIELDS[name] for name in "dx"}
    check(
        model(fields, "d", [PRIOR, node], labels=["u", "v"]),
        [{"x": x}],
        {
            "d": ["u" if one >= other else "v"],
            "p(u)": [one / (one + other)],
            "p(v)": [other / (one + other)],
        },
    )


MEANS = {
    "normal": (normal(1.5, 4), 1.5),
    "lognormal": (lognormal(0.5, 0.25), math.exp(0.625)),
    "uniform": (uniform(-1, 4), 1.5),
    "triangular": (triangular(2.5, 0, 6), 2.5),
}


@pytest.mark.parametrize("shape", MEANS)
def test_the_mean_of_a_root(shape: str) -> None:
    markup, mean = MEANS[shape]
    check(model({"x": FIELDS["x"]}, "x", [continuous("x", markup)]), [NOTHING], {"x": [mean]})


def test_parameters_are_expressions_over_parents() -> None:
    # y = 2 x + 1
    mean = apply("+", apply("*", constant(2), reference("x")), constant(1))
    nodes = [continuous("x", normal(0)), continuous("y", normal(mean))]
    fields = {name: FIELDS[name] for name in "xy"}
    check(model(fields, "y", nodes), [{"x": 3.0}, {"x": -1.0}], {"y": [7.0, -1.0]})


def test_every_parameter_is_an_expression() -> None:
    x, fields = reference("x"), {name: FIELDS[name] for name in "xy"}
    double = apply("*", constant(2), x)
    for markup, expected in {
        distribution("Uniform", lower=x, upper=double): 3.0,
        distribution("Triangular", mean=x, lower=constant(0), upper=double): 2.0,
        distribution("Lognormal", mean=x, variance=double): math.exp(4.0),
    }.items():
        text = model(fields, "y", [continuous("y", markup)])
        check(text, [{"x": 2.0}], {"y": [expected]})


def test_a_mean_over_unknown_discrete_parents() -> None:
    node = continuous("x", ({"d": "u"}, normal(2)), ({"d": "v"}, normal(10)))
    fields = {name: FIELDS[name] for name in "dx"}
    check(
        model(fields, "x", [PRIOR, node]),
        [{"d": "u"}, {"d": "v"}, {"d": None}],
        {"x": [2.0, 10.0, 4.0]},
    )


def test_a_mean_over_a_parent_of_which_something_is_known() -> None:
    fields = {**{name: FIELDS[name] for name in "dx"}, "e": "categorical string"}
    nodes = [
        PRIOR,
        discrete("e", given({"d": "u"}, {"p": 0.2, "q": 0.8}), given({"d": "v"}, {"p": 1.0})),
        continuous("x", ({"d": "u"}, normal(2)), ({"d": "v"}, normal(10))),
    ]
    # P(d | e = p) is 0.15 to 0.25.
    check(model(fields, "x", nodes), [{"e": "p"}, {"e": "q"}], {"x": [(0.3 + 2.5) / 0.4, 2.0]})


def test_numbers_of_an_unknown_discrete_parent() -> None:
    fields = {"n": "categorical integer", "x": FIELDS["x"]}
    nodes = [
        discrete("n", {"1": 0.5, "3": 0.5}),
        continuous("x", normal(apply("*", reference("n"), constant(10)), reference("n"))),
    ]
    check(model(fields, "x", nodes), [{"n": 3}, {}], {"x": [30.0, 20.0]})
    one, three = gauss(12, 10, 1), gauss(12, 30, 3)
    check(
        model(fields, "n", nodes, labels=["1", "3"]),
        [{"x": 12.0}],
        {"n": [1], "p(1)": [one / (one + three)], "p(3)": [three / (one + three)]},
    )


def test_a_derived_field_as_condition_of_a_number() -> None:
    sign = (
        '<DerivedField name="sign" optype="categorical" dataType="string"><Apply function="if">'
        '<Apply function="lessThan"><FieldRef field="x"/><Constant>0</Constant></Apply>'
        "<Constant>minus</Constant><Constant>plus</Constant></Apply></DerivedField>"
    )
    node = continuous(
        "y", ({"sign": "minus"}, normal(-1)), ({"sign": "plus"}, normal(1)), derived=sign
    )
    fields = {name: FIELDS[name] for name in "xy"}
    check(model(fields, "y", [node]), [{"x": -2.0}, {"x": 2.0}], {"y": [-1.0, 1.0]})


def test_a_condition_without_parents() -> None:
    check(
        model({"x": FIELDS["x"]}, "x", [continuous("x", ({}, normal(3)))]), [NOTHING], {"x": [3.0]}
    )


def test_missing_numbers_below_which_nothing_is_known_do_not_count() -> None:
    nodes = [PRIOR, continuous("x", ({"d": "u"}, normal(0)), ({"d": "v"}, normal(3)))]
    fields = {name: FIELDS[name] for name in "dx"}
    check(model(fields, "d", nodes, labels=["u"]), [{"x": None}], {"d": ["u"], "p(u)": [0.75]})


CHAIN = [
    continuous("x", normal(1, 4)),
    continuous("y", normal(apply("*", constant(2), reference("x")))),
]


def test_a_number_of_which_an_effect_is_known() -> None:
    # x is N(1, 4), y is N(2 x, 1): y is N(2, 17), and the two have the covariance 8.
    fields = {name: FIELDS[name] for name in "xy"}
    check(model(fields, "x", CHAIN), [{"y": 2.0}, {"y": 19.0}, {"y": None}], {"x": [1.0, 9.0, 1.0]})


def test_a_missing_number_on_which_the_target_depends() -> None:
    fields = {name: FIELDS[name] for name in "xy"}
    check(model(fields, "y", CHAIN), [{"x": 3.0}, {"x": None}], {"y": [6.0, 2.0]})


def test_a_category_behind_a_missing_number() -> None:
    nodes = [
        PRIOR,
        continuous("x", ({"d": "u"}, normal(0)), ({"d": "v"}, normal(2, 3))),
        continuous("y", normal(apply("+", reference("x"), constant(1)), 2)),
    ]
    # Given d, y is N(1, 1 + 2) or N(3, 3 + 2).
    one, other = 0.75 * gauss(2, 1, 3), 0.25 * gauss(2, 3, 5)
    check(
        model(FIELDS, "d", nodes, labels=["u", "v"]),
        [{"x": None, "y": 2.0}],
        {"p(u)": [one / (one + other)], "p(v)": [other / (one + other)]},
    )
    # The mean of x: 0 + (2 - 1) / 3, or 2 + 3 (2 - 3) / 5.
    mean = (one / 3 + other * (2 - 3 / 5)) / (one + other)
    check(model(FIELDS, "x", nodes), [{"d": None, "y": 2.0}], {"x": [mean]})


@pytest.mark.parametrize(
    "markup",
    [
        normal(apply("*", reference("x"), reference("x"))),
        normal(0, reference("x")),
        distribution("Uniform", lower=constant(0), upper=reference("x")),
    ],
)
def test_a_missing_number_that_has_no_closed_form(markup: str) -> None:
    nodes = [continuous("x", normal(3)), continuous("y", markup)]
    fields = {name: FIELDS[name] for name in "xy"}
    check(model(fields, "x", nodes), [{"y": 1.0}, {"y": None}], {"x": [FAILS, 3.0]})


def test_parameters_that_make_no_sense() -> None:
    fields = {name: FIELDS[name] for name in "xy"}
    text = model(fields, "y", [continuous("y", normal(0, reference("x")))])
    check(
        text, [{"x": 2.0}, {"x": 0.0}, {"x": -1.0}, {"x": None}], {"y": [0.0, FAILS, FAILS, FAILS]}
    )
    widths = distribution("Uniform", lower=constant(1), upper=reference("x"))
    text = model(fields, "y", [continuous("y", widths)])
    check(text, [{"x": 2.0}, {"x": 1.0}], {"y": [1.5, FAILS]})
    triangle = distribution("Triangular", mean=reference("x"), lower=constant(0), upper=constant(3))
    text = model(fields, "y", [continuous("y", triangle)])
    # A mean of 2 puts the top at 3, one of 2.5 beyond the end.
    check(text, [{"x": 2.0}, {"x": 2.5}], {"y": [2.0, FAILS]})


def test_densities_too_small_for_a_double() -> None:
    node = continuous("x", ({"d": "u"}, normal(0)), ({"d": "v"}, normal(1)))
    fields = {name: FIELDS[name] for name in "dx"}
    text = model(fields, "d", [PRIOR, node], labels=["v"])
    check(text, [{"x": 1000.0}], {"d": ["v"], "p(v)": [1.0]})
