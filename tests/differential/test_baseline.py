"""Random BaselineModels against their definitions, event by event.

No open evaluator reads this element.
"""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given, settings
from scipy import stats

from tests.corpus.baseline.streams import check_stream
from tests.differential.strategies.baseline import Comparison, comparisons, streams


def events_of(test: Comparison, table: dict[str, list[Any]]) -> list[tuple[Any, float] | None]:
    """The value and weight of each row, None where it is no event."""
    if test.statistic in ("zValue", "CUSUM"):
        values: list[Any] = table["x"]
    elif all(len(key) == 1 for key in test.table):
        values = [None if value is None else (value,) for value in table["s"]]
    else:
        pairs = zip(table["s"], table["t"], strict=True)
        values = [None if None in pair else pair for pair in pairs]
    weights = table["w"] if test.is_weighted else [1.0] * len(values)
    return [
        None if value is None or weight is None else (value, weight)
        for value, weight in zip(values, weights, strict=True)
    ]


def statistic(test: Comparison, window: list[tuple[Any, float]]) -> float:
    size = sum(weight for _, weight in window)
    if test.statistic == "zValue":
        mean, variance = test.numbers[0]
        average = sum(value * weight for value, weight in window) / size
        return float((average - mean) / math.sqrt(variance / size))
    cells = [*test.table, None]
    base = [*test.table.values(), 0.0]
    observed = [
        sum(weight for value, weight in window if (value if value in test.table else None) == cell)
        for cell in cells
    ]
    if test.statistic == "scalarProduct":
        product = sum(one * other for one, other in zip(base, observed, strict=True))
        return product / math.hypot(*base) / math.hypot(*observed)
    if test.statistic == "chiSquareDistribution":
        if observed[-1]:
            return math.inf
        shares = [count / sum(base) * size for count in base[:-1]]
        return float(sum((o - e) ** 2 / e for o, e in zip(observed, shares, strict=False)))
    keep = [at for at in range(len(base)) if base[at] + observed[at]]
    rows = [[base[at] for at in keep], [observed[at] for at in keep]]
    return float(stats.chi2_contingency(rows, correction=False).statistic)


def expected(test: Comparison, table: dict[str, list[Any]]) -> list[float | None]:
    past: list[tuple[Any, float]] = []
    total = 0.0
    results: list[float | None] = []
    for event in events_of(test, table):
        if event is None:
            results.append(None)
            continue
        if test.statistic == "CUSUM":
            base, other = (
                float(stats.norm.logpdf(event[0], mean, math.sqrt(variance)))
                for mean, variance in test.numbers
            )
            total = max(test.reset, total + other - base)
            results.append(total)
            continue
        past.append(event)
        results.append(statistic(test, past[-test.window :]))
    return results


@settings(max_examples=50)
@given(comparisons(), streams())
def test_streams(test: Comparison, table: dict[str, list[Any]]) -> None:
    check_stream(test.document, table, expected(test, table), rel=1e-9)
