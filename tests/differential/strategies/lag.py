"""Strategies that build documents with a Lag, and tables for them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.corpus.cells import document

__all__ = ["lags", "tables"]

AGGREGATES = ("none", "avg", "max", "median", "min", "product", "sum", "stddev")


@st.composite
def lags(draw: st.DrawFn) -> bytes:
    """Build a document whose target is a Lag of the field x."""
    aggregate = draw(st.sampled_from(AGGREGATES))
    more = "" if aggregate == "none" else f' aggregate="{aggregate}"'
    blocks = draw(st.sampled_from([(), ("b",), ("b", "c")]))
    kind = draw(st.sampled_from(["double", "float"]))
    inside = "".join(f'<BlockIndicator field="{name}"/>' for name in blocks)
    return document(
        '<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/>'
        '<MiningField name="b"/><MiningField name="c"/><MiningField name="y" usageType="target"/>'
        '</MiningSchema><LocalTransformations><DerivedField name="d" optype="continuous" '
        f'dataType="{kind}"><Lag field="x" n="{draw(st.integers(1, 4))}"{more}>{inside}</Lag>'
        '</DerivedField></LocalTransformations><RegressionTable intercept="0">'
        '<NumericPredictor name="d" coefficient="1"/></RegressionTable></RegressionModel>',
        {
            "x": f"continuous {kind}",
            "b": "categorical string",
            "c": "categorical integer",
            "y": "continuous double",
        },
    )


def tables() -> st.SearchStrategy[dict[str, list[Any]]]:
    """Return a strategy of tables with the columns x, b and c."""
    row = st.tuples(
        st.sampled_from([None, 0.5, 1.25, -2.0, 3.0, 0.1, 7.7]),
        st.sampled_from(["p", "q"]),
        st.sampled_from([1, 2]),
    )
    return st.lists(row, min_size=1, max_size=12).map(
        lambda rows: dict(zip("xbc", map(list, zip(*rows, strict=True)), strict=True))
    )
