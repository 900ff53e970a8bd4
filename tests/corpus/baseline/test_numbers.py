"""BaselineModel: zValue and CUSUM."""

from __future__ import annotations

import math

import pytest

from tests.corpus.baseline.documents import alternate, baseline, model
from tests.corpus.baseline.streams import check_stream
from tests.corpus.cells import FAILS

GAUSS = '<GaussianDistribution mean="10" variance="4"/>'
ANY = '<AnyDistribution mean="10" variance="4"/>'
POISSON = '<PoissonDistribution mean="4"/>'
UNIFORM = '<UniformDistribution lower="0" upper="6"/>'

Z = 'testStatistic="zValue"'
STREAM = [12.0, 10.0, 14.0, 8.0]


@pytest.mark.parametrize("distribution", [GAUSS, ANY])
def test_z_value_of_all_events(distribution: str) -> None:
    # Means 12, 11, 12, 11; standard errors 2/1, 2/sqrt 2, 2/sqrt 3, 2/2.
    expected = [1.0, math.sqrt(2) / 2, math.sqrt(3), 1.0]
    check_stream(model(Z, baseline(distribution)), {"x": STREAM}, expected)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("1", [1.0, 0.0, 2.0, -1.0]),
        # Means of the last two: 12, 11, 12, 11.
        ("2", [1.0, math.sqrt(2) / 2, math.sqrt(2), math.sqrt(2) / 2]),
        ("3", [1.0, math.sqrt(2) / 2, math.sqrt(3), (32 / 3 - 10) / (2 / math.sqrt(3))]),
        ("4", [1.0, math.sqrt(2) / 2, math.sqrt(3), 1.0]),
        ("100", [1.0, math.sqrt(2) / 2, math.sqrt(3), 1.0]),
    ],
)
def test_z_value_of_a_window(size: str, expected: list[float]) -> None:
    check_stream(model(f'{Z} windowSize="{size}"', baseline(GAUSS)), {"x": STREAM}, expected)


def test_z_value_of_a_poisson_distribution() -> None:
    # Mean and variance are 4.
    check_stream(model(Z, baseline(POISSON)), {"x": [6.0, 4.0]}, [1.0, math.sqrt(2) / 2])


def test_z_value_of_a_uniform_distribution() -> None:
    # Mean 3, variance 36 / 12.
    check_stream(model(Z, baseline(UNIFORM)), {"x": [6.0]}, [math.sqrt(3)])


def test_z_value_with_weights() -> None:
    # 3 events of 12 and one of 8: mean 11 of 4 events.
    check_stream(
        model(f'{Z} weightField="w"', baseline(GAUSS)),
        {"x": [12.0, 8.0, 9.0], "w": [3.0, 1.0, 0.0]},
        [math.sqrt(3), 1.0, 1.0],
    )


def test_weights_that_are_none() -> None:
    check_stream(
        model(f'{Z} weightField="w"', baseline(GAUSS)),
        {"x": [12.0, 8.0, 9.0, 8.0], "w": [3.0, -1.0, None, 1.0]},
        [math.sqrt(3), FAILS, None, 1.0],
    )


def test_a_first_event_without_weight() -> None:
    check_stream(
        model(f'{Z} weightField="w"', baseline(GAUSS)),
        {"x": [12.0, 12.0], "w": [0.0, 1.0]},
        [None, 1.0],
    )


def test_missing_values_are_no_events() -> None:
    check_stream(
        model(f'{Z} windowSize="2"', baseline(GAUSS)),
        {"x": [12.0, None, 10.0, None, 14.0]},
        [1.0, None, math.sqrt(2) / 2, None, math.sqrt(2)],
    )


def test_z_value_of_an_integer_field() -> None:
    check_stream(model(Z, baseline(GAUSS), field="i"), {"i": [12, 10]}, [1.0, math.sqrt(2) / 2])


CUSUM = 'testStatistic="CUSUM"'
BOTH = baseline('<GaussianDistribution mean="0" variance="1"/>') + alternate(
    '<GaussianDistribution mean="1" variance="1"/>'
)
# ln of the ratio of both densities at x is x - 1/2.


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("", [0.0, 1.5, 1.0, 3.0, 0.0, 0.25]),
        ('resetValue="0"', [0.0, 1.5, 1.0, 3.0, 0.0, 0.25]),
        ('resetValue="1"', [1.0, 2.5, 2.0, 4.0, 1.0, 1.25]),
        ('resetValue="-2"', [-1.5, 0.0, -0.5, 1.5, -2.0, -1.75]),
        ('windowSize="2"', [0.0, 1.5, 1.0, 3.0, 0.0, 0.25]),
        ('weightField="w"', [0.0, 1.5, 1.0, 3.0, 0.0, 0.25]),
    ],
)
def test_cusum(attributes: str, expected: list[float]) -> None:
    stream = [-1.0, 2.0, 0.0, 2.5, -9.0, 0.75]
    check_stream(model(f"{CUSUM} {attributes}", BOTH), {"x": stream, "w": [2.0] * 6}, expected)


def test_cusum_of_the_example_of_the_specification() -> None:
    # Congestion: N(550.2, 48.2) against N(460.4, 39.2).
    both = baseline('<GaussianDistribution mean="550.2" variance="48.2"/>') + alternate(
        '<GaussianDistribution mean="460.4" variance="39.2"/>'
    )
    stream = [548.0, 505.0, 500.0, 510.0, 470.0]
    total, expected = 0.0, []
    for x in stream:
        ratio = (
            (x - 550.2) ** 2 / (2 * 48.2)
            - (x - 460.4) ** 2 / (2 * 39.2)
            + math.log(48.2 / 39.2) / 2
        )
        total = max(0.0, total + ratio)
        expected.append(total)
    check_stream(model(f'{CUSUM} resetValue="0.0"', both), {"x": stream}, expected)


def test_cusum_of_poisson_distributions() -> None:
    # ln(e^-4 4^x / e^-2 2^x) = x ln 2 - 2
    both = baseline('<PoissonDistribution mean="2"/>') + alternate(
        '<PoissonDistribution mean="4"/>'
    )
    step = math.log(2)
    check_stream(model(CUSUM, both), {"x": [4.0, 1.0, 5.0]}, [4 * step - 2, 0.0, 5 * step - 2])


def test_cusum_of_uniform_distributions() -> None:
    both = baseline('<UniformDistribution lower="0" upper="4"/>') + alternate(
        '<UniformDistribution lower="2" upper="3"/>'
    )
    ratio = math.log(4)
    check_stream(
        model(CUSUM, both),
        {"x": [2.5, 3.0, 9.0, 3.5, 2.0]},
        # 9 cannot be by either; 3.5 cannot be by the alternative.
        [ratio, 2 * ratio, FAILS, 0.0, ratio],
    )


def test_an_event_that_the_baseline_excludes() -> None:
    both = baseline(UNIFORM) + alternate(GAUSS)
    check_stream(model(CUSUM, both), {"x": [7.0, 1.0]}, [math.inf, math.inf])


def test_missing_values_in_cusum() -> None:
    check_stream(model(CUSUM, BOTH), {"x": [2.0, None, 2.0]}, [1.5, None, 3.0])
