"""Strategies that build valid BaselineModels, with streams for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.corpus.baseline.documents import alternate, baseline, counts, model, nested

__all__ = ["Comparison", "comparisons", "streams"]

VALUES = ("a", "b", "c")
_MOMENTS = st.tuples(st.sampled_from([-1.0, 0.0, 3.0]), st.sampled_from([0.5, 2.0]))


@dataclass
class Comparison:
    """`table`: counts by value, or by pairs of values; `numbers`: means and variances."""

    statistic: str
    window: int
    is_weighted: bool
    reset: float
    numbers: list[tuple[float, float]]
    table: dict[tuple[str, ...], float]

    @property
    def document(self) -> bytes:
        attributes = f'testStatistic="{self.statistic}" windowSize="{self.window}"'
        if self.is_weighted:
            attributes += ' weightField="w"'
        if self.statistic == "CUSUM":
            attributes += f' resetValue="{self.reset}"'
        if self.statistic in ("zValue", "CUSUM"):
            normal = [
                f'<GaussianDistribution mean="{mean}" variance="{variance}"/>'
                for mean, variance in self.numbers
            ]
            other = alternate(normal[1]) if self.statistic == "CUSUM" else ""
            return model(attributes, baseline(normal[0]) + other)
        if all(len(key) == 1 for key in self.table):
            content = counts({key[0]: count for key, count in self.table.items()})
            return model(attributes, baseline(content), field="s")
        outer: dict[str, dict[str, float]] = {}
        for (one, other), count in self.table.items():
            outer.setdefault(one, {})[other] = count
        return model(attributes, baseline(nested(outer)), field="t")


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    """Tests of all five statistics."""
    statistic = draw(
        st.sampled_from(
            ["zValue", "CUSUM", "chiSquareDistribution", "chiSquareIndependence", "scalarProduct"]
        )
    )
    keys: Any = st.tuples(st.sampled_from(VALUES))
    if draw(st.booleans()):
        keys = st.tuples(st.sampled_from(VALUES), st.sampled_from(VALUES))
    return Comparison(
        statistic,
        0 if statistic == "CUSUM" else draw(st.sampled_from([0, 1, 2, 3, 5, 50])),
        statistic != "CUSUM" and draw(st.booleans()),
        draw(st.sampled_from([0.0, -1.5, 2.0])),
        [
            (draw(st.sampled_from([-1.0, 0.0, 3.0])), draw(st.sampled_from([0.5, 2.0])))
            for _ in "01"
        ],
        draw(st.dictionaries(keys, st.sampled_from([1, 2.5, 40]), min_size=1, max_size=6)),
    )


@st.composite
def streams(draw: st.DrawFn) -> dict[str, list[Any]]:
    """Events, some of which are none."""
    size = draw(st.integers(1, 20))

    def column(*items: Any) -> list[Any]:
        return draw(st.lists(st.sampled_from(items), min_size=size, max_size=size))

    return {
        "x": column(None, -2.0, 0.0, 0.5, 3.0, 11.0),
        "s": column(None, *VALUES, "q"),
        "t": column(None, *VALUES, "q"),
        "w": column(None, 0.25, 1.0, 3.0),
    }
