"""TimeSeriesModel against statsmodels: the same model with the same state gives the same forecasts
and the same standard errors.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import pmmlkit
from tests.language.models.time_series.series_documents import (
    arima,
    array,
    component,
    matrix,
    series,
    smoothing,
    state_space,
)

pytest.importorskip("statsmodels", reason="statsmodels is not installed")

STEPS = 15
CHANCE = np.random.default_rng(11)
SEASON = np.tile([3.0, -1.0, -2.0, 0.5], 60)
SERIES = 50 + np.cumsum(CHANCE.normal(0.1, 0.3, 240)) + SEASON + CHANCE.normal(0, 0.4, 240)


def sarimax(order: tuple[int, ...], seasonal: tuple[int, ...], values: Any, **more: Any) -> Any:
    """A model with fixed, sensible parameters and its filtered state."""
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    model = SARIMAX(values, order=order, seasonal_order=seasonal, **more)
    chosen = {
        "ar.L1": 0.5, "ar.L2": -0.2, "ma.L1": 0.4, "ma.L2": 0.1, "ar.S.L4": 0.3,
        "ma.S.L4": -0.35, "intercept": 0.2, "x1": 1.5, "sigma2": 0.7,
    }  # fmt: skip
    return model.filter([chosen[name] for name in model.param_names])


ORDERS: list[tuple[tuple[int, int, int], tuple[int, int, int, int]]] = [
    ((1, 0, 0), (0, 0, 0, 0)),
    ((2, 0, 0), (0, 0, 0, 0)),
    ((0, 0, 1), (0, 0, 0, 0)),
    ((2, 0, 2), (0, 0, 0, 0)),
    ((1, 1, 1), (0, 0, 0, 0)),
    ((0, 2, 2), (0, 0, 0, 0)),
    ((1, 0, 0), (1, 0, 0, 4)),
    ((0, 1, 1), (0, 1, 1, 4)),
    ((2, 1, 2), (1, 1, 1, 4)),
]


def components(
    order: tuple[int, int, int], seasonal: tuple[int, int, int, int], residuals: Any = None
) -> str:
    p, d, q = order
    sp, sd, sq, period = seasonal
    text = component(p, d, q, ar=[0.5, -0.2][:p], ma=[0.4, 0.1][:q], residuals=residuals)
    if period:
        text += component(
            sp, sd, sq, ar=[0.3][:sp], ma=[-0.35][:sq], residuals=residuals, period=period
        )
    return text


def expected(fitted: Any) -> tuple[Any, Any]:
    found = fitted.get_forecast(STEPS)
    return found.predicted_mean, found.se_mean


@pytest.mark.parametrize(("order", "seasonal"), ORDERS)
def test_arima_by_conditional_least_squares(order: Any, seasonal: Any) -> None:
    fitted = sarimax(order, seasonal, SERIES)
    mean, error = expected(fitted)
    # After 240 values the exact filter has forgotten how it began.
    document = arima(
        components(order, seasonal, fitted.resid[-12:]),
        f' RMSE="{0.7**0.5!r}"',
        history=series(SERIES),
    )
    result = pmmlkit.load(document).evaluate({"h": STEPS})
    np.testing.assert_allclose(result["y"], mean, rtol=1e-9)
    np.testing.assert_allclose(result["error"], error, rtol=1e-7)
    np.testing.assert_allclose(result["low"], mean - 1.959963984540054 * error, rtol=1e-6)


@pytest.mark.parametrize(("order", "seasonal"), ORDERS[2::3])
def test_residuals_that_are_absent_are_computed(order: Any, seasonal: Any) -> None:
    mean, _ = expected(sarimax(order, seasonal, SERIES))
    document = arima(components(order, seasonal), history=series(SERIES))
    result = pmmlkit.load(document).evaluate({"h": STEPS})
    np.testing.assert_allclose(result["y"], mean, rtol=1e-8)


@pytest.mark.parametrize(("order", "seasonal"), ORDERS)
def test_arima_by_a_kalman_state(order: Any, seasonal: Any) -> None:
    # So few values that the filter has not settled: only its state gives these forecasts.
    values = SERIES[:9]
    fitted = sarimax(order, seasonal, values, simple_differencing=False)
    mean, _ = expected(fitted)
    kept = order[1] + seasonal[1] * seasonal[3]
    state = fitted.predicted_state[kept:, -1]
    exact = (
        '<MaximumLikelihoodStat method="kalman"><KalmanState><FinalOmega>'
        f"{matrix([[0]])}</FinalOmega><FinalStateVector>{array(state)}</FinalStateVector>"
        "</KalmanState></MaximumLikelihoodStat>"
    )
    more = ' predictionMethod="exactLeastSquares"'
    document = arima(components(order, seasonal) + exact, more, history=series(values))
    result = pmmlkit.load(document).evaluate({"h": STEPS})
    np.testing.assert_allclose(result["y"], mean, rtol=1e-9)


def test_arima_by_a_state_in_the_form_of_r() -> None:
    """R's state holds the last values of the series after the state of the noise."""
    fitted = sarimax((1, 1, 1), (0, 1, 1, 4), SERIES[:40])
    mean, _ = expected(fitted)
    noise = fitted.predicted_state[5:, -1]
    # R's state is as long as max(p, q + 1), which is 6 here; then come the values, latest first.
    state = [*noise, *[0.0] * (6 - len(noise)), *SERIES[39:34:-1]]
    exact = (
        '<MaximumLikelihoodStat method="kalman"><KalmanState><FinalOmega>'
        f"{matrix([[0]])}</FinalOmega><FinalStateVector>{array(state)}</FinalStateVector>"
        "</KalmanState></MaximumLikelihoodStat>"
    )
    parts = component(1, 1, 1, ar=[0.5], ma=[0.4]) + component(0, 1, 1, ma=[-0.35], period=4)
    document = arima(parts + exact, ' predictionMethod="exactLeastSquares"')
    result = pmmlkit.load(document).evaluate({"h": STEPS})
    np.testing.assert_allclose(result["y"], mean, rtol=1e-9)


def test_arima_by_theta_recursion() -> None:
    """The innovations algorithm of Brockwell and Davis gives the exact forecasts of an ARMA."""
    from statsmodels.tsa.innovations.arma_innovations import arma_innovations

    values = SERIES[:12] - SERIES[:12].mean()
    fitted = sarimax((1, 0, 2), (0, 0, 0, 0), values)
    mean, _ = expected(fitted)
    innovations, _ = arma_innovations(values, [0.5], [0.4, 0.1], sigma2=0.7)
    predicted = values - innovations
    # theta(n + h - 1, j) has settled after a dozen values.
    thetas = '<Theta i="12" j="1" theta="0.4"/><Theta i="12" j="2" theta="0.1"/>'
    exact = (
        '<MaximumLikelihoodStat method="thetaRecursion"><ThetaRecursionState>'
        f"<FinalNoise>{array(values[-2:])}</FinalNoise>"
        f"<FinalPredictedNoise>{array(predicted[-2:])}</FinalPredictedNoise>"
        f"<FinalTheta>{thetas}</FinalTheta><FinalNu>{array([1, 1])}</FinalNu>"
        "</ThetaRecursionState></MaximumLikelihoodStat>"
    )
    document = arima(
        component(1, 0, 2, ar=[0.5], ma=[0.4, 0.1]) + exact,
        ' predictionMethod="exactLeastSquares"',
    )
    result = pmmlkit.load(document).evaluate({"h": STEPS})
    np.testing.assert_allclose(result["y"], mean, rtol=1e-6, atol=1e-9)


def test_the_constant_is_the_mean_of_the_differences() -> None:
    """A mean m is the intercept m (1 - phi) of the recursion."""
    fitted = sarimax((1, 1, 0), (0, 0, 0, 0), SERIES, trend="c")
    mean, _ = expected(fitted)
    document = arima(
        component(1, 1, 0, ar=[0.5]), f' constantTerm="{0.2 / 0.5!r}"', history=series(SERIES)
    )
    result = pmmlkit.load(document).evaluate({"h": STEPS})
    np.testing.assert_allclose(result["y"], mean, rtol=1e-9)


def test_a_regressor() -> None:
    """Regression with ARIMA errors is a transfer function without lags."""
    inputs = np.sin(np.arange(240 + STEPS))
    fitted = sarimax((1, 0, 1), (0, 0, 0, 0), SERIES, exog=inputs[:240])
    found = fitted.get_forecast(STEPS, exog=inputs[240:])
    regressor = (
        '<DynamicRegressor field="x" futureValuesMethod="stored"><Numerator><NonseasonalFactor>'
        f"{array([1.5])}</NonseasonalFactor></Numerator><RegressorValues>{series(inputs)}"
        "</RegressorValues></DynamicRegressor>"
    )
    document = arima(
        component(1, 0, 1, ar=[0.5], ma=[0.4], residuals=fitted.resid[-1:]) + regressor,
        history=series(SERIES),
        inputs=("x",),
    )
    model = pmmlkit.load(document)
    result = model.evaluate({"h": STEPS})
    np.testing.assert_allclose(result["y"], found.predicted_mean, rtol=1e-9)
    with pytest.raises(pmmlkit.EvaluationError, match=f"for {STEPS} steps only"):
        model.evaluate({"h": STEPS + 1})


@pytest.mark.parametrize(("order", "seasonal"), ORDERS)
def test_state_space(order: Any, seasonal: Any) -> None:
    fitted = sarimax(order, seasonal, SERIES, trend="c")
    mean, error = expected(fitted)
    system = fitted.filter_results
    intercept = system.state_intercept[:, -1]
    selection = system.selection[:, :, 0]
    selected = selection @ system.state_cov[:, :, 0] @ selection.T
    inner = (
        f"<InterceptVector>{array(intercept)}</InterceptVector>"
        "<PredictedStateCovarianceMatrix>"
        f"{matrix(system.predicted_state_cov[:, :, -1])}</PredictedStateCovarianceMatrix>"
        "<SelectedStateCovarianceMatrix>"
        f"{matrix(selected)}"
        "</SelectedStateCovarianceMatrix><ObservationVarianceMatrix>"
        f"{matrix(system.obs_cov[:, :, 0])}</ObservationVarianceMatrix>"
    )
    document = state_space(
        system.predicted_state[:, -1], system.transition[:, :, 0], system.design[0, :, 0], inner
    )
    if len(intercept) == 1:
        document = document.replace(b"<InterceptVector>", b'<InterceptVector type="state">')
    result = pmmlkit.load(document).evaluate({"h": STEPS})
    np.testing.assert_allclose(result["y"], mean, rtol=1e-9)
    np.testing.assert_allclose(result["error"], error, rtol=1e-9)


SMOOTHINGS = [
    (None, False, None, False),
    ("add", False, None, False),
    ("add", True, None, False),
    ("mul", False, None, False),
    ("mul", True, None, False),
    (None, False, "add", False),
    (None, False, "mul", False),
    ("add", False, "add", False),
    ("add", True, "mul", False),
    ("mul", True, "mul", False),
    ("add", False, "add", True),
]
TRENDS = {
    ("add", False): "additive",
    ("add", True): "damped_additive",
    ("mul", False): "multiplicative",
    ("mul", True): "damped_multiplicative",
}


def factors(
    forecasts: Any, level: float, growth: float, trend: Any, damped: bool, season: str
) -> list[float]:
    """The seasonal factors of the first four forecasts; statsmodels keeps them to itself."""
    found = []
    for step, forecast in enumerate(forecasts, 1):
        power = sum(0.9**at for at in range(1, step + 1)) if damped else step
        if trend == "mul":
            without = level * growth**power
        else:
            without = level + (growth * power if trend else 0.0)
        found.append(forecast - without if season == "add" else forecast / without)
    return found


@pytest.mark.parametrize(("trend", "damped", "season", "logarithms"), SMOOTHINGS)
def test_exponential_smoothing(
    trend: str | None, damped: bool, season: str | None, logarithms: bool
) -> None:
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    values = np.log(SERIES) if logarithms else SERIES
    model = ExponentialSmoothing(
        values, trend=trend, damped_trend=damped, seasonal=season,
        seasonal_periods=4 if season else None, initialization_method="estimated",
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = model.fit(
            smoothing_level=0.3,
            smoothing_trend=0.1 if trend else None,
            smoothing_seasonal=0.2 if season else None,
            damping_trend=0.9 if damped else None,
            optimized=True,
        )
        forecasts = fitted.forecast(STEPS)
    phi = ' phi="0.9"' if damped else ""
    level, growth = float(fitted.level[-1]), 0.0
    inner = f'<Level alpha="0.3" smoothedValue="{level!r}"/>'
    if trend is not None:
        growth = float(fitted.trend[-1])
        inner += (
            f'<Trend_ExpoSmooth trend="{TRENDS[trend, damped]}" gamma="0.1"{phi} '
            f'smoothedValue="{growth!r}"/>'
        )
    if season is not None:
        name = {"add": "additive", "mul": "multiplicative"}[season]
        inner += (
            f'<Seasonality_ExpoSmooth type="{name}" period="4" delta="0.2">'
            f"{array(factors(forecasts[:4], level, growth, trend, damped, season))}"
            "</Seasonality_ExpoSmooth>"
        )
    more = ' transformation="logarithmic"' if logarithms else ""
    result = pmmlkit.load(smoothing(inner, more)).evaluate({"h": STEPS})
    np.testing.assert_allclose(
        result["y"], np.exp(forecasts) if logarithms else forecasts, rtol=1e-9
    )


@pytest.mark.parametrize(("trend", "damped", "season"), [
    (False, False, False), (True, False, False), (True, True, False), (True, False, True),
    (False, False, True),
])  # fmt: skip
def test_the_errors_of_additive_smoothing(trend: bool, damped: bool, season: bool) -> None:
    """ETS has the same weights, its trend and season parameters times ours."""
    import pandas as pd
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    alpha, gamma, delta, phi = 0.3, 0.2, 0.25, 0.85
    model = ETSModel(
        pd.Series(SERIES), trend="add" if trend else None, damped_trend=damped,
        seasonal="add" if season else None, seasonal_periods=4 if season else None,
    )  # fmt: skip
    fixed = {"smoothing_level": alpha}
    if trend:
        fixed["smoothing_trend"] = alpha * gamma
    if season:
        fixed["smoothing_seasonal"] = delta * (1 - alpha)
    if damped:
        fixed["damping_trend"] = phi
    with model.fix_params(fixed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = model.fit(disp=False)
        variances = fitted.get_prediction(start=240, end=239 + STEPS).forecast_variance
    inner = f'<Level alpha="{alpha}" smoothedValue="1"/>'
    if trend:
        kind = "damped_additive" if damped else "additive"
        inner += f'<Trend_ExpoSmooth trend="{kind}" gamma="{gamma}" phi="{phi}" smoothedValue="1"/>'
    if season:
        inner += (
            f'<Seasonality_ExpoSmooth type="additive" period="4" delta="{delta}">'
            f"{array([1, 2, 3, 4])}</Seasonality_ExpoSmooth>"
        )
    rmse = float(np.sqrt(fitted.mse))
    result = pmmlkit.load(smoothing(inner, f' RMSE="{rmse!r}"')).evaluate({"h": STEPS})
    np.testing.assert_allclose(result["error"], np.sqrt(variances), rtol=1e-9)
