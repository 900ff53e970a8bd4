"""TimeSeries: which values a forecast goes on from. Forecasts are worked out by hand."""

from __future__ import annotations

import pytest

from tests.corpus.cells import check
from tests.corpus.time_series.documents import PAST, ar, model, plain, series

GAPS = '<TimeValue index="1" value="2"/><TimeValue index="2" value="5"/>'
GAPS += '<TimeValue index="4" value="8"/>'

HISTORIES: list[tuple[str, list[float]]] = [
    (series(*PAST), [8, 3]),
    (series(*PAST, more=' usage="original"'), [8, 3]),
    (series(1, 1, 7, 9) + series(*PAST, more=' usage="logical"'), [8, 3]),
    (series(1, 1, 7, 9, more=' usage="prediction"') + series(*PAST), [8, 3]),
    (series(1, 1, 7, 9, more=' field="z"') + series(*PAST, more=' field="y"'), [8, 3]),
    (series(*PAST, first=0), [8, 3]),
    # Sorted by their index or time, not by their place.
    (
        '<TimeSeries><TimeValue index="2" value="8"/><TimeValue index="1" value="3"/></TimeSeries>',
        [8, 3],
    ),
    (
        '<TimeSeries><TimeValue time="1.5" value="8"/><TimeValue time="1" value="3"/></TimeSeries>',
        [8, 3],
    ),
    ('<TimeSeries><TimeValue value="3"/><TimeValue value="8"/></TimeSeries>', [8, 3]),
    (f'<TimeSeries interpolationMethod="linear">{GAPS}</TimeSeries>', [8, 6.5]),
    # The natural spline through (0, 2), (1, 5), (3, 8): its second derivative in 1 is -1.5.
    (
        f'<TimeSeries interpolationMethod="cubicSpline">{GAPS}</TimeSeries>',
        [8, 6.875],
    ),
]


@pytest.mark.parametrize(("history", "last"), HISTORIES)
def test_history(history: str, last: list[float]) -> None:
    # y(t) = y(t - 2): the forecasts are the last two values.
    text = model("ARIMA", f"{history}<ARIMA>{plain(2, 0, 0, ar(0, 1))}</ARIMA>")
    check(text, [{"h": 2}], {"y": [[float(last[1]), float(last[0])]]})
