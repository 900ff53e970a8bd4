"""BayesianNetworkModel: discrete nodes. The network is the sprinkler of the textbooks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.corpus.bayesian_network.documents import NOTHING, discrete, given, model
from tests.corpus.cells import FAILS, check

FIELDS = {
    "cloudy": "categorical string",
    "sprinkler": "categorical string",
    "rain": "categorical string",
    "wet": "categorical string",
}
NODES = [
    discrete("cloudy", {"yes": 0.4, "no": 0.6}),
    discrete(
        "sprinkler",
        given({"cloudy": "yes"}, {"on": 0.1, "off": 0.9}),
        given({"cloudy": "no"}, {"on": 0.5, "off": 0.5}),
    ),
    discrete(
        "rain",
        given({"cloudy": "yes"}, {"yes": 0.8, "no": 0.2}),
        given({"cloudy": "no"}, {"yes": 0.25, "no": 0.75}),
    ),
    discrete(
        "wet",
        given({"sprinkler": "on", "rain": "yes"}, {"yes": 0.99, "no": 0.01}),
        given({"sprinkler": "on", "rain": "no"}, {"yes": 0.9, "no": 0.1}),
        given({"sprinkler": "off", "rain": "yes"}, {"yes": 0.85, "no": 0.15}),
        given({"sprinkler": "off", "rain": "no"}, {"yes": 0.0, "no": 1.0}),
    ),
]


def asks(target: str, row: dict[str, Any], **likelihoods: float) -> None:
    total = sum(likelihoods.values())
    text = model(FIELDS, target, NODES, labels=list(likelihoods))
    expected: dict[str, list[Any]] = {
        f"p({label})": [value / total] for label, value in likelihoods.items()
    }
    check(text, [row], {target: [max(likelihoods, key=likelihoods.__getitem__)], **expected})


def test_nothing_is_known() -> None:
    # 0.4 * 0.8 + 0.6 * 0.25
    asks("rain", NOTHING, yes=0.47, no=0.53)


def test_the_parent_is_known() -> None:
    asks("rain", {"cloudy": "yes"}, yes=0.8, no=0.2)


def test_the_child_is_known() -> None:
    # P(cloudy) P(rain = yes | cloudy)
    asks("cloudy", {"rain": "yes"}, yes=0.32, no=0.15)


def test_all_others_are_known() -> None:
    # 0.8 * 0.99 against 0.2 * 0.9: the sprinkler's own probability does not count.
    asks("rain", {"cloudy": "yes", "sprinkler": "on", "wet": "yes"}, yes=0.792, no=0.18)


def test_one_parent_is_summed_out() -> None:
    # Cloudy: sprinkler on 0.1, off 0.9.
    asks(
        "rain",
        {"cloudy": "yes", "wet": "yes"},
        yes=0.8 * (0.1 * 0.99 + 0.9 * 0.85),
        no=0.2 * (0.1 * 0.9),
    )


def test_two_nodes_are_summed_out() -> None:
    def of(cloud: float, rain: float, on: float, wet_on: float, wet_off: float) -> float:
        return cloud * rain * (on * wet_on + (1 - on) * wet_off)

    asks(
        "rain",
        {"wet": "yes"},
        yes=of(0.4, 0.8, 0.1, 0.99, 0.85) + of(0.6, 0.25, 0.5, 0.99, 0.85),
        no=of(0.4, 0.2, 0.1, 0.9, 0.0) + of(0.6, 0.75, 0.5, 0.9, 0.0),
    )


def test_explaining_away() -> None:
    asks("sprinkler", {"cloudy": "no", "rain": "yes", "wet": "yes"}, on=0.5 * 0.99, off=0.5 * 0.85)


def test_an_unknown_value_is_as_good_as_missing() -> None:
    asks("rain", {"cloudy": "perhaps"}, yes=0.47, no=0.53)


def test_missing_children_do_not_count() -> None:
    asks("wet", {"sprinkler": "off", "rain": "yes"}, yes=0.85, no=0.15)


def test_what_cannot_be() -> None:
    # Off and dry, the grass is never wet.
    text = model(FIELDS, "cloudy", NODES, labels=["yes", "no"])
    row = {"sprinkler": "off", "rain": "no", "wet": "yes"}
    check(text, [row, {**row, "wet": "no"}], {"cloudy": ["no", "no"]})
    text = model(FIELDS, "rain", NODES, labels=["yes", "no"])
    row = {"sprinkler": "off", "cloudy": "no", "wet": "yes"}
    check(text, [row], {"rain": ["yes"], "p(yes)": [1.0], "p(no)": [0.0]})
    never = [
        discrete("cloudy", {"yes": 1.0, "no": 0.0}),
        discrete(
            "rain",
            given({"cloudy": "yes"}, {"yes": 0.0, "no": 1.0}),
            given({"cloudy": "no"}, {"yes": 1.0, "no": 0.0}),
        ),
    ]
    fields = {name: FIELDS[name] for name in ("cloudy", "rain")}
    text = model(fields, "cloudy", never, labels=["yes", "no"])
    check(text, [{"rain": "yes"}, {"rain": "no"}], {"cloudy": [FAILS, "yes"]})


@pytest.mark.parametrize(
    "more",
    [
        'modelType="General"',
        'modelType="TAN"',
        'modelType="Markov-blanket"',
        'inferenceMethod="Other"',
        'inferenceMethod="MCMC"',
        'inferenceMethod="Exact"',
    ],
)
def test_type_and_method_do_not_change_what_is_exact(more: str) -> None:
    text = model(FIELDS, "rain", NODES, labels=["yes"], more=more)
    check(text, [{"cloudy": "yes"}], {"rain": ["yes"], "p(yes)": [0.8]})


def test_a_node_outside_of_the_mining_schema_is_never_known() -> None:
    text = model(FIELDS, "rain", NODES, labels=["yes"], hidden=["cloudy", "sprinkler", "wet"])
    check(text, [NOTHING], {"rain": ["no"], "p(yes)": [0.47]})


def test_nodes_in_any_order() -> None:
    text = model(FIELDS, "rain", NODES[::-1], labels=["yes"])
    check(text, [{"cloudy": "yes"}, {}], {"p(yes)": [0.8, 0.47]})


def test_integer_values_and_target() -> None:
    fields = {"a": "categorical integer", "b": "categorical integer"}
    nodes = [
        discrete("a", {"1": 0.5, "2": 0.5}),
        discrete("b", given({"a": "1"}, {"7": 0.25, "8": 0.75}), given({"a": "2"}, {"7": 1.0})),
    ]
    text = model(fields, "a", nodes, labels=["1", "2"])
    check(text, [{"b": 7}, {"b": 8}], {"a": [2, 1], "p(1)": [0.2, 1.0], "p(2)": [0.8, 0.0]})


def test_the_first_of_equals() -> None:
    text = model(
        {"a": "categorical string"}, "a", [discrete("a", {"v": 0.5, "u": 0.5})], labels="u"
    )
    check(text, [NOTHING], {"a": ["v"], "p(u)": [0.5]})


BINS = (
    '<DerivedField name="{name}" optype="categorical" dataType="string"><Discretize field="x">'
    '<DiscretizeBin binValue="low"><Interval closure="openOpen" rightMargin="{cut}"/>'
    '</DiscretizeBin><DiscretizeBin binValue="high"><Interval closure="closedOpen" '
    'leftMargin="{cut}"/></DiscretizeBin></Discretize></DerivedField>'
)


def test_a_derived_field_of_a_number_as_parent() -> None:
    fields = {"x": "continuous double", "d": "categorical string"}
    nodes = [
        discrete(
            "d",
            given({"bin": "low"}, {"u": 0.9, "v": 0.1}),
            given({"bin": "high"}, {"u": 0.2, "v": 0.8}),
            derived=BINS.format(name="bin", cut=5),
        )
    ]
    text = model(fields, "d", nodes, labels=["u"])
    check(
        text,
        [{"x": 1.0}, {"x": 5.0}, {"x": None}],
        {"d": ["u", "v", FAILS], "p(u)": [0.9, 0.2, FAILS]},
    )


def test_a_derived_field_of_an_unknown_node_as_parent() -> None:
    fields = dict.fromkeys(("a", "b"), "categorical string")
    merge = (
        '<DerivedField name="is u" optype="categorical" dataType="boolean"><Apply function="equal">'
        '<FieldRef field="a"/><Constant>u</Constant></Apply></DerivedField>'
    )
    nodes = [
        discrete("a", {"u": 0.5, "v": 0.3, "w": 0.2}),
        discrete(
            "b",
            given({"is u": "true"}, {"yes": 0.9, "no": 0.1}),
            given({"is u": "false"}, {"yes": 0.4, "no": 0.6}),
            derived=merge,
        ),
    ]
    check(
        model(fields, "a", nodes, labels=["u", "v", "w"]),
        [{"b": "yes"}],
        {"a": ["u"], "p(u)": [0.45 / 0.65], "p(v)": [0.12 / 0.65], "p(w)": [0.08 / 0.65]},
    )
    check(model(fields, "b", nodes, labels=["yes"]), [{}, {"a": "w"}], {"p(yes)": [0.65, 0.4]})
