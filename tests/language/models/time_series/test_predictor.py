"""Rows against columns, and models inside a MiningModel."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pmmlkit
from pmmlkit.limits import Limits
from tests.differential.engines import ours
from tests.differential.strategies.time_series import (
    arimas,
    gaussian_processes,
    rows,
    smoothings,
    state_spaces,
)
from tests.language.models.time_series.series_documents import smoothing

EVERY = settings(max_examples=60, deadline=None)


@EVERY
@given(st.one_of(state_spaces(drift=True), smoothings(), arimas()), rows(["x"]))
def test_rows_equal_columns(text: bytes, table: dict[str, list[Any]]) -> None:
    # Forecasts of either mode come from one path: `ours` compares them.
    for answer in ours(text, table):
        assert answer


@EVERY
@given(gaussian_processes(), rows(["x0", "x1"]))
def test_rows_of_a_gaussian_process_equal_columns(text: bytes, table: dict[str, list[Any]]) -> None:
    assert len(ours(text, table)) == len(table["h"])


@EVERY
@given(st.one_of(state_spaces(horizon=True), arimas()), st.integers(1, 9), st.integers(1, 9))
def test_a_longer_horizon_begins_like_a_shorter_one(text: bytes, short: int, more: int) -> None:
    long = short + more
    model, fresh = pmmlkit.load(text), pmmlkit.load(text)
    first = model.evaluate({"h": short, "x": 2.0})["y"]
    second = fresh.evaluate({"h": long, "x": 2.0})["y"]
    if isinstance(second, list):
        assert (first if short > 1 else [first]) == second[:short]
        assert model.evaluate({"h": long, "x": 2.0})["y"] == second
    else:
        assert first == second or (first is None and second is None)


def test_a_forecast_is_a_number_for_one_step_and_a_list_for_more() -> None:
    model = pmmlkit.load(smoothing('<Level smoothedValue="3"/>'))
    result = model.evaluate({"h": np.array([1, 3])})
    assert result["y"].tolist() == [3.0, [3.0, 3.0, 3.0]]


def test_tables_that_know_lists_only_hold_lists() -> None:
    import polars as pl
    import pyarrow as pa

    model = pmmlkit.load(smoothing('<Level smoothedValue="3"/>'))
    expected = [[3.0], [3.0, 3.0]]
    assert model.evaluate(pl.DataFrame({"h": [1, 2]}))["y"].to_list() == expected
    assert model.evaluate(pa.table({"h": [1, 2]}))["y"].to_pylist() == expected


def test_a_model_pickles() -> None:
    import pickle

    model = pmmlkit.load(smoothing('<Level smoothedValue="3"/>'))
    assert pickle.loads(pickle.dumps(model)).evaluate({"h": 2})["y"] == [3.0, 3.0]


@pytest.mark.parametrize("horizon", [False, True])
def test_a_segment(horizon: bool) -> None:
    text = smoothing('<Level smoothedValue="3"/>', ' RMSE="2"', horizon=horizon).decode()
    start = text.index("<TimeSeriesModel")
    inner = text[start : text.index("</PMML>")]
    schema = inner[inner.index("<MiningSchema>") : inner.index("</MiningSchema>")]
    text = text.replace(
        inner,
        f'<MiningModel functionName="timeSeries">{schema}</MiningSchema><Output><OutputField '
        'name="spread" optype="continuous" dataType="double" feature="standardError" '
        'segmentId="only"/></Output><Segmentation multipleModelMethod="selectFirst">'
        f'<Segment id="only"><True/>{inner}</Segment></Segmentation></MiningModel>',
    )
    model = pmmlkit.load(text.encode())
    row = model.evaluate({"h": 2})
    assert row["y"] == ([3.0, 3.0] if horizon else 3.0)
    assert row["spread"] == ([2.0, None] if horizon else 2.0)
    whole = model.evaluate([{"h": 2}, {"h": 1}])
    assert whole[0] == row
    assert whole[1]["y"] == 3.0


def test_values_that_overflow() -> None:
    model = pmmlkit.load(
        smoothing(
            '<Level smoothedValue="1e300"/><Trend_ExpoSmooth trend="multiplicative" '
            'smoothedValue="1e300"/>'
        )
    )
    assert model.evaluate({"h": 1})["y"] == math.inf
    model = pmmlkit.load(smoothing('<Level smoothedValue="1e4"/>', ' transformation="logarithmic"'))
    assert model.evaluate({"h": 1})["y"] == math.inf
    model = pmmlkit.load(
        smoothing(
            '<Level smoothedValue="1"/><Trend_ExpoSmooth trend="damped_multiplicative" phi="0.5" '
            'smoothedValue="-2"/>',
            horizon=False,
        )
    )
    assert model.evaluate({})["y"] is None


def test_the_length_of_all_lists_is_limited() -> None:
    document = smoothing('<Level smoothedValue="3"/>')
    model = pmmlkit.load(document, limits=Limits(output_cells=50))
    assert len(model.evaluate({"h": np.array([6, 6])})["y"]) == 2
    with pytest.raises(pmmlkit.LimitError, match="output_cells"):
        model.evaluate({"h": np.array([26, 25])})
