"""Random BayesianNetworkModels against the direct sum over all that is not known.

No open evaluator reads this element.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import pmmlkit
from tests.differential.engines import Failed, ours
from tests.differential.strategies.bayesian_network import LABELS, Network, networks, rows

# Two nodes may have the same probabilities but for the last bits.
CLOSE = 1e-10


def table_share(network: Network, values: dict[str, Any]) -> float:
    """The probability of one state of all discrete nodes."""
    result = 1.0
    for name, size in network.sizes.items():
        if size:
            key = tuple(values[parent] for parent in network.parents[name])
            result *= network.tables[name][key][values[name]]
    return result


def numbers_given(network: Network, values: dict[str, Any]) -> tuple[float, float]:
    """The density of the known numbers under a state of the discrete nodes, and what is then
    expected of the target: from the joint normal distribution of all numbers.
    """
    names = [name for name, size in network.sizes.items() if not size]
    if not names:
        return 1.0, 0.0
    means, variances, slopes = np.zeros(len(names)), np.zeros(len(names)), np.eye(len(names))
    for at, name in enumerate(names):
        key = tuple(values[parent] for parent in network.parents[name])
        means[at], variances[at] = network.tables[name][key]
        moved_by = network.moved_by[name]
        if moved_by is not None:
            slopes[at, names.index(moved_by)] -= 0.5
    inverse = np.linalg.inv(slopes)
    mean, covariance = inverse @ means, inverse @ np.diag(variances) @ inverse.T
    known = [at for at, name in enumerate(names) if values[name] is not None]
    if not known:
        density, expectation = 1.0, mean
    else:
        part = covariance[np.ix_(known, known)]
        given = np.array([values[names[at]] for at in known])
        density = float(stats.multivariate_normal.pdf(given, mean[known], part))
        expectation = mean + covariance[:, known] @ np.linalg.solve(part, given - mean[known])
    if network.sizes[network.target]:
        return density, 0.0
    return density, float(expectation[names.index(network.target)])


def expected(network: Network, row: dict[str, Any]) -> Any:
    """The distribution of the target, or its mean; None where the row cannot be."""
    known = {name: row.get(name) for name in network.sizes}
    unknown = [name for name, size in network.sizes.items() if size and known[name] is None]
    sums = dict.fromkeys(LABELS[: network.sizes[network.target]], 0.0)
    total, whole = 0.0, 0.0
    for labels in itertools.product(*(LABELS[: network.sizes[name]] for name in unknown)):
        values = {**known, **dict(zip(unknown, labels, strict=True))}
        density, mean = numbers_given(network, values)
        share = table_share(network, values) * density
        total += share
        whole += share * mean
        if sums:
            sums[str(values[network.target])] += share
    if total == 0:
        return None
    if not sums:
        return whole / total
    return {label: share / total for label, share in sums.items()}


def compare(network: Network, table: dict[str, list[Any]]) -> None:
    answers = ours(network.document, table)
    for at, answer in enumerate(answers):
        wanted = expected(network, {name: values[at] for name, values in table.items()})
        if wanted is None:
            # What cannot be is noticed where it bears on the target only.
            continue
        assert not isinstance(answer, Failed), (network, at, answer)
        if isinstance(wanted, dict):
            for label, share in wanted.items():
                assert answer[f"p({label})"] == pytest.approx(share, rel=CLOSE, abs=1e-14)
            assert wanted[answer[network.target]] >= max(wanted.values()) - CLOSE
        else:
            assert answer[network.target] == pytest.approx(wanted, rel=CLOSE, abs=1e-12)


@settings(max_examples=40)
@given(st.data())
def test_discrete_networks(data: st.DataObject) -> None:
    network = data.draw(networks(numbers=False))
    compare(network, data.draw(rows(network)))


@settings(max_examples=40)
@given(st.data())
def test_networks_with_numbers(data: st.DataObject) -> None:
    network = data.draw(networks())
    compare(network, data.draw(rows(network)))


def test_a_long_chain() -> None:
    """Forty nodes in a row, of which the last is known: no sum over 2 ** 39 states."""
    names = [f"n{at}" for at in range(40)]
    step = np.array([[0.9, 0.1], [0.3, 0.7]])
    network = Network(
        dict.fromkeys(names, 2),
        {name: (names[at - 1],) if at else () for at, name in enumerate(names)},
        {
            name: {
                key: dict(zip(LABELS, step[LABELS.index(key[0])].tolist(), strict=False))
                for key in (("u",), ("v",))
            }
            if at
            else {(): {"u": 0.5, "v": 0.5}}
            for at, name in enumerate(names)
        },
        dict.fromkeys(names),
        names[20],
    )
    answer = pmmlkit.load(network.document).evaluate({"n39": "v"})
    forward = np.array([0.5, 0.5]) @ np.linalg.matrix_power(step, 20)
    backward = np.linalg.matrix_power(step, 19)[:, 1]
    shares = forward * backward / (forward @ backward)
    assert answer["p(u)"] == pytest.approx(shares[0], rel=1e-12)
