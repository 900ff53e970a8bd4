"""Strategies that build valid documents of TimeSeriesModel and GaussianProcessModel, and rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tests.language.models.time_series.series_documents import (
    SPREAD,
    arima,
    array,
    component,
    matrix,
    series,
    smoothing,
    state_space,
)

__all__ = ["arimas", "gaussian_processes", "horizons", "smoothings", "state_spaces"]

numbers = st.one_of(
    st.sampled_from([0.0, 1.0, -1.0, 0.5, 2.0]),
    st.floats(-10, 10, allow_subnormal=False),
)
small = st.floats(-0.9, 0.9, allow_subnormal=False)
horizons = st.lists(st.one_of(st.none(), st.integers(-1, 12)), min_size=1, max_size=8).map(
    lambda items: {"h": items}
)


def lists(size: int, items: st.SearchStrategy[float] = numbers) -> st.SearchStrategy[list[float]]:
    return st.lists(items, min_size=size, max_size=size)


@st.composite
def state_spaces(draw: st.DrawFn, horizon: bool | None = None, drift: bool = False) -> bytes:
    """A StateSpaceModel; with `drift`, it may have an intercept of its state."""
    size = draw(st.integers(1, 4))
    transition = [draw(lists(size, small)) for _ in range(size)]
    inner, more = "", ""
    kind = draw(st.sampled_from(["none", "attribute", "observation", *["state"] * drift]))
    if kind == "attribute":
        more += f' intercept="{draw(numbers)!r}"'
    elif kind != "none":
        values = draw(lists(size if kind == "state" else 1))
        inner += f'<InterceptVector type="{kind}">{array(values)}</InterceptVector>'
    if draw(st.booleans()):
        more += ' variance="2.5" period="12"'
    if draw(st.booleans()):
        roots = [draw(lists(size)) for _ in range(size)]
        covariance = [
            [sum(a * b for a, b in zip(one, other, strict=True)) for other in roots]
            for one in roots
        ]
        inner += (
            f"<PredictedStateCovarianceMatrix>{matrix(covariance)}</PredictedStateCovarianceMatrix>"
        )
    return state_space(
        draw(lists(size)),
        transition,
        draw(lists(size)),
        inner,
        more,
        output="",
        horizon=draw(st.booleans()) if horizon is None else horizon,
    )


@st.composite
def smoothings(draw: st.DrawFn) -> bytes:
    """An ExponentialSmoothing."""
    inner = f'<Level alpha="0.3" smoothedValue="{draw(numbers)!r}"/>'
    if draw(st.booleans()):
        kind = draw(
            st.sampled_from(
                ["additive", "damped_additive", "multiplicative", "damped_multiplicative"]
            )
        )
        inner += (
            f'<Trend_ExpoSmooth trend="{kind}" gamma="0.2" phi="{draw(st.floats(0, 1))!r}" '
            f'smoothedValue="{draw(numbers)!r}"/>'
        )
    if draw(st.booleans()):
        factors = draw(st.lists(numbers, min_size=1, max_size=5))
        phase = draw(st.one_of(st.none(), st.integers(0, 7)))
        kind = draw(st.sampled_from(["additive", "multiplicative"]))
        placed = "" if phase is None else f' phase="{phase}"'
        inner += (
            f'<Seasonality_ExpoSmooth type="{kind}" period="{len(factors)}"{placed} delta="0.1">'
            f"{array(factors)}</Seasonality_ExpoSmooth>"
        )
    more = draw(transformations())
    return smoothing(inner, f'{more} RMSE="0.5"', horizon=draw(st.booleans()))


def transformations() -> st.SearchStrategy[str]:
    return st.sampled_from(["", ' transformation="logarithmic"', ' transformation="squareroot"'])


def _component(draw: st.DrawFn, period: int | None, most: int) -> str:
    p, d, q = (draw(st.integers(0, most)) for _ in range(3))
    return component(
        p,
        min(d, 1),
        q,
        ar=draw(lists(p, small)),
        ma=draw(lists(q, small)),
        residuals=draw(lists(12)) if period is None and q else None,
        period=period,
    )


@st.composite
def arimas(draw: st.DrawFn) -> bytes:
    """An ARIMA by conditional least squares with outliers, and a regressor that rows supply."""
    inner = _component(draw, None, 2)
    if draw(st.booleans()):
        inner += _component(draw, draw(st.integers(1, 4)), 1)
    supplied = draw(st.booleans())
    if supplied:
        inner += (
            '<DynamicRegressor field="x" futureValuesMethod="userSupplied"><Numerator>'
            f"<NonseasonalFactor>{array(draw(lists(2)))}</NonseasonalFactor></Numerator>"
            f"<RegressorValues>{series(draw(lists(20)))}</RegressorValues></DynamicRegressor>"
        )
    for kind in draw(st.lists(st.sampled_from(["additive", "level", "trend"]), max_size=2)):
        inner += (
            f'<OutlierEffect type="{kind}" startTime="{draw(st.integers(1, 25))}" '
            f'magnitude="{draw(numbers)!r}"/>'
        )
    more = draw(transformations())
    history = draw(lists(20, st.floats(1, 50)))
    return arima(
        inner,
        f'{more} RMSE="1.5" constantTerm="{draw(numbers)!r}"',
        history=series(history),
        inputs=("x",) if supplied else (),
        horizon=draw(st.booleans()),
    )


@st.composite
def gaussian_processes(draw: st.DrawFn) -> bytes:
    """A GaussianProcessModel with the features x0 and x1."""
    from tests.language.models.gaussian_process.documents import gaussian_process, lambdas

    size = draw(st.integers(1, 6))
    points = [draw(lists(2)) for _ in range(size)]
    scales = draw(st.lists(st.floats(0.1, 5), min_size=2, max_size=2))
    more = f'gamma="{draw(st.floats(0.1, 4))!r}" noiseVariance="{draw(st.floats(0.1, 2))!r}"'
    kernel = draw(
        st.sampled_from(
            [
                f'<RadialBasisKernel {more} lambda="{scales[0]!r}"/>',
                *(
                    f"<{tag} {more}{own}>{lambdas(*scales)}</{tag}>"
                    for tag, own in (
                        ("ARDSquaredExponentialKernel", ""),
                        ("AbsoluteExponentialKernel", ""),
                        ("GeneralizedExponentialKernel", ' degree="1.5"'),
                    )
                ),
            ]
        )
    )
    output = SPREAD if draw(st.booleans()) else ""
    return gaussian_process(kernel, points, draw(lists(size)), output=output)


def rows(names: Sequence[str]) -> st.SearchStrategy[dict[str, list[Any]]]:
    """Rows of numbers, and horizons; some are missing."""
    return st.integers(1, 8).flatmap(
        lambda size: st.fixed_dictionaries(
            {
                "h": st.lists(
                    st.one_of(st.none(), st.integers(-1, 12)), min_size=size, max_size=size
                ),
                **{
                    name: st.lists(st.one_of(st.none(), numbers), min_size=size, max_size=size)
                    for name in names
                },
            }
        )
    )
