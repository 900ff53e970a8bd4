"""What is wrong with a TimeSeriesModel, and what is doubtful in it."""

from __future__ import annotations

from typing import Any

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
    time_series_model,
)

PAST = series([2, 5, 3, 8])
STATE: tuple[list[float], list[list[float]], list[float]] = ([10, 2], [[1, 1], [0, 0.5]], [1, 0.25])


def regressor(inner: str = "", more: str = "", given: str = "") -> str:
    values = f"<RegressorValues>{given}</RegressorValues>" if given else ""
    return f'<DynamicRegressor field="x"{more}>{inner}{values}</DynamicRegressor>'


def exact(state: str, method: str = "kalman") -> str:
    return f'<MaximumLikelihoodStat method="{method}">{state}</MaximumLikelihoodStat>'


def theta(
    noise: int = 1, predicted: int = 1, item: str = '<Theta i="1" j="1" theta="0.5"/>'
) -> str:
    return exact(
        f"<ThetaRecursionState><FinalNoise>{array([1] * noise)}</FinalNoise><FinalPredictedNoise>"
        f"{array([1] * predicted)}</FinalPredictedNoise><FinalTheta>{item}</FinalTheta><FinalNu>"
        f"{array([1])}</FinalNu></ThetaRecursionState>",
        "thetaRecursion",
    )


EXACT = ' predictionMethod="exactLeastSquares"'


def garch(p: int = 1, residuals: int = 1, past: int = 1, gp: int = 1) -> str:
    return (
        f'<GARCH><ARMAPart p="{p}" q="0"><AR>{array([0.5])}</AR><MA/></ARMAPart>'
        f'<GARCHPart gp="{gp}" gq="1"><ResidualSquareCoefficients>'
        f"<Residuals>{array([1] * residuals)}</Residuals>"
        f"<MACoefficients>{array([0.5])}</MACoefficients></ResidualSquareCoefficients>"
        f"<VarianceCoefficients><PastVariances>{array([1] * past)}</PastVariances>"
        f"<MACoefficients>{array([0.5])}</MACoefficients></VarianceCoefficients></GARCHPart></GARCH>"
    )


def intercept(values: list[float], kind: str = "observation") -> str:
    return f'<InterceptVector type="{kind}">{array(values)}</InterceptVector>'


CASES: list[tuple[bytes, str, str]] = [
    # exponential smoothing
    (smoothing("<Level/>"), "Level", "needs smoothedValue"),
    (smoothing('<Level smoothedValue="NaN"/>'), "Level", "needs smoothedValue"),
    (
        smoothing('<Level smoothedValue="1"/><Trend_ExpoSmooth/>'),
        "Trend_ExpoSmooth",
        "needs smoothedValue",
    ),
    (
        smoothing(
            '<Level smoothedValue="1"/><Trend_ExpoSmooth trend="polynomial_exponential"/>'
        ),
        "Trend_ExpoSmooth",
        "needs an Array",
    ),
    (
        smoothing(
            '<Level smoothedValue="1"/><Seasonality_ExpoSmooth type="additive" period="3">'
            f"{array([1, 2])}</Seasonality_ExpoSmooth>"
        ),
        "Seasonality_ExpoSmooth",
        "period is 3, but there are 2",
    ),
    (
        smoothing(
            '<Level smoothedValue="1"/><Seasonality_ExpoSmooth type="additive" period="0">'
            '<Array type="real" n="0"/></Seasonality_ExpoSmooth>'
        ),
        "Seasonality_ExpoSmooth",
        "period is 0",
    ),
    # ARIMA
    (arima(component(1, 0, 0), history=PAST), "NonseasonalComponent", "AR is 1, but it has 0"),
    (
        arima(component(0, 0, 2, ma=[1]), history=PAST),
        "NonseasonalComponent",
        "MA is 2, but it has 1",
    ),
    (arima(component(-1, 0, 0), history=PAST), "NonseasonalComponent", "order p = -1"),
    (
        arima(component(0, 1, 0, period=1_000_000_000), history=PAST),
        "SeasonalComponent",
        "order d = 1 is out of range",
    ),
    (arima(component(0, 1, 0, period=0), history=PAST), "SeasonalComponent", "period is 0"),
    (arima(component(1, 0, 0, ar=[1])), "ARIMA", "needs 1 values of the series"),
    (arima(component(0, 1, 0)), "ARIMA", "needs 1 values of the series"),
    (
        arima(component(1, 1, 0, ar=[1], period=3), history=PAST),
        "ARIMA",
        "needs 6 values of the series",
    ),
    (
        arima(component(0, 0, 2, ma=[1, 1], residuals=[1]), history=PAST),
        "ARIMA",
        "needs 2 residuals; there are 1",
    ),
    (
        arima(component(0, 1, 0), ' transformation="logarithmic"', history=series([1, -1])),
        "ARIMA",
        "no value for one of the series",
    ),
    (arima(component(0, 1, 0), EXACT, history=PAST), "ARIMA", "needs a MaximumLikelihoodStat"),
    (
        arima(component(0, 1, 0) + theta(2, 1), EXACT, history=PAST),
        "ThetaRecursionState",
        "2 values of the noise, but 1",
    ),
    (
        arima(component(0, 1, 0) + theta(item='<Theta i="1"/>'), EXACT, history=PAST),
        "Theta",
        "needs i, j and theta",
    ),
    (
        arima(
            component(0, 1, 0) + theta(item='<Theta i="1" j="0" theta="1"/>'),
            EXACT,
            history=PAST,
        ),
        "Theta",
        "j is 0",
    ),
    (
        arima('<OutlierEffect type="transient" startTime="1" magnitude="1"/>', history=PAST),
        "OutlierEffect",
        "needs a dampingCoefficient",
    ),
    (
        arima(
            '<OutlierEffect type="seasonalAdditive" startTime="1" magnitude="1"/>', history=PAST
        ),
        "OutlierEffect",
        "needs a SeasonalComponent",
    ),
    # regressors
    (arima(regressor(), history=PAST), "DynamicRegressor", "no RegressorValues"),
    (
        arima(regressor(more=' delay="-1"', given=PAST), history=PAST),
        "DynamicRegressor",
        "delay is -1",
    ),
    (
        arima(regressor(more=' futureValuesMethod="trend"', given=PAST), history=PAST),
        "DynamicRegressor",
        "needs TrendCoefficients",
    ),
    (
        arima(regressor(more=' futureValuesMethod="stored"', given=PAST), history=PAST),
        "DynamicRegressor",
        "no values are stored",
    ),
    (
        arima(regressor(more=' futureValuesMethod="userSupplied"', given=PAST), history=PAST),
        "DynamicRegressor",
        "'x' is not defined",
    ),
    (
        arima(
            regressor(more=' transformation="logarithmic"', given=series([1, 0])), history=PAST
        ),
        "DynamicRegressor",
        "no value for 0",
    ),
    (
        arima(
            regressor(
                f'<Numerator><NonseasonalFactor maximumOrder="3">{array([1])}'
                "</NonseasonalFactor></Numerator>",
                given=PAST,
            ),
            history=PAST,
        ),
        "NonseasonalFactor",
        "maximumOrder is 3",
    ),
    (
        arima(
            regressor(
                f"<Numerator><SeasonalFactor>{array([1])}</SeasonalFactor></Numerator>",
                given=PAST,
            ),
            history=PAST,
        ),
        "SeasonalFactor",
        "needs the period",
    ),
    (
        arima(
            regressor(
                '<Numerator><NonseasonalFactor><Array type="real" n="0"/></NonseasonalFactor>'
                "</Numerator>",
                given=PAST,
            ),
            history=PAST,
        ),
        "NonseasonalFactor",
        "the coefficient of lag 0",
    ),
    (
        arima(
            regressor(
                f'<Numerator><NonseasonalFactor difference="9999999">{array([1])}'
                "</NonseasonalFactor></Numerator>",
                given=PAST,
            ),
            history=PAST,
        ),
        "NonseasonalFactor",
        "reaches back more than",
    ),
    (
        arima(
            component(4, 0, 0, ar=[1, 1, 1, 1]) + regressor(more=' delay="1"', given=PAST),
            history=PAST,
        ),
        "ARIMA",
        "of its regressors",
    ),
    # series
    (
        arima(component(0, 1, 0), history="<TimeSeries/>"),
        "ARIMA",
        "needs 1 values of the series",
    ),
    (
        arima(
            component(0, 1, 0),
            history='<TimeSeries><TimeValue index="1" value="1"/><TimeValue index="3" value="1"/>'
            "</TimeSeries>",
        ),
        "TimeSeries",
        "the series has gaps",
    ),
    (
        arima(
            component(0, 1, 0),
            history='<TimeSeries><TimeValue index="1" value="1"/><TimeValue index="1" value="1"/>'
            "</TimeSeries>",
        ),
        "TimeSeries",
        "the same time",
    ),
    (
        arima(
            component(0, 1, 0),
            history='<TimeSeries interpolationMethod="linear"><TimeValue time="1" value="1"/>'
            '<TimeValue time="2" value="1"/><TimeValue time="3.5" value="1"/></TimeSeries>',
        ),
        "TimeSeries",
        "no multiples of one step",
    ),
    (
        arima(component(0, 1, 0), history='<TimeSeries><TimeValue value="INF"/></TimeSeries>'),
        "TimeValue",
        "must be a number",
    ),
    # state space
    (
        time_series_model("StateSpaceModel", "<StateSpaceModel/>"),
        "StateSpaceModel",
        "needs a StateVector",
    ),
    (
        time_series_model(
            "StateSpaceModel",
            f"<StateSpaceModel><StateVector>{array([1])}</StateVector></StateSpaceModel>",
        ),
        "StateSpaceModel",
        "needs a MeasurementMatrix",
    ),
    (state_space([10], *STATE[1:]), "Matrix", "1 are needed"),
    (state_space(STATE[0], [[1]], STATE[2]), "Matrix", "2 are needed"),
    (state_space(*STATE, intercept([1, 2])), "InterceptVector", "2 values, but 1 are needed"),
    (
        state_space(*STATE, intercept([1, 2, 3], "state")),
        "InterceptVector",
        "3 values, but 2 are needed",
    ),
    (state_space(*STATE, intercept([1]), ' intercept="2"'), "StateSpaceModel", "intercept and an"),
    (state_space(*STATE, "", ' period="often"'), "StateSpaceModel", "no number of steps"),
    (state_space(*STATE, "", ' period="0"'), "StateSpaceModel", "period is 0"),
    (
        state_space(
            *STATE,
            f"<ObservationVarianceMatrix>{matrix([[1, 2]])}</ObservationVarianceMatrix>",
        ),
        "Matrix",
        "1 are needed",
    ),
    # GARCH
    (time_series_model("GARCH", garch(p=2), history=PAST), "ARMAPart", "p = 2, q = 0"),
    (time_series_model("GARCH", garch(gp=2), history=PAST), "GARCHPart", "gp = 2, gq = 1"),
    (time_series_model("GARCH", garch()), "GARCH", "needs 1 values of the series"),
    (
        time_series_model("GARCH", garch(residuals=0), history=PAST),
        "GARCH",
        "needs 1 residuals",
    ),
    (
        time_series_model("GARCH", garch(past=0), history=PAST),
        "GARCH",
        "needs 1 past variances",
    ),
    # the model
    (time_series_model("GARCH", ""), "TimeSeriesModel", "bestFit is GARCH, but there is no"),
    (
        smoothing('<Level smoothedValue="1"/>').replace(b'"timeSeries"', b'"regression"'),
        "TimeSeriesModel",
        "cannot have functionName",
    ),
    (
        smoothing('<Level smoothedValue="1"/>').replace(
            b'<MiningField name="h"', b'<MiningField name="y" usageType="supplementary"/>'
            b'<MiningField name="h"'
        ).replace(b'<MiningField name="y" usageType="target"/>', b""),
        "TimeSeriesModel",
        "one supplementary field",
    ),
    (
        smoothing('<Level smoothedValue="1"/>').replace(b'"integer"', b'"string"'),
        "TimeSeriesModel",
        "not a number",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("document", "tag", "words"), CASES)
def test_errors(document: bytes, tag: str, words: str) -> None:
    with pytest.raises(pmmlkit.MarkupError) as caught:
        pmmlkit.load(document)
    error: Any = caught.value
    assert words in str(error)
    assert error.element == tag
    assert error.line


REFUSED = [
    (
        time_series_model(
            "StateSpaceModel",
            f"<StateSpaceModel><StateVector>{array([1])}</StateVector><MeasurementMatrix>"
            f"{matrix([[1], [2]])}</MeasurementMatrix></StateSpaceModel>",
        ),
        "measures 2 series",
    ),
    (time_series_model("SpectralAnalysis", "<SpectralAnalysis/>"), "bestFit 'SpectralAnalysis'"),
    (
        time_series_model("SeasonalTrendDecomposition", "<SeasonalTrendDecomposition/>"),
        "no content and no rule",
    ),
    (
        arima(
            component(0, 1, 0), history=series([1, 2], ' interpolationMethod="exponentialSpline"')
        ),
        "exponentialSpline",
    ),
    (
        arima(regressor(more=' futureValuesMethod="otherModel"', given=PAST), history=PAST),
        "otherModel",
    ),
    (
        smoothing('<Level smoothedValue="1"/>', output='<OutputField name="r" dataType="double" '
                  'optype="continuous" feature="residual"/>'),
        "has no residual",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("document", "words"), REFUSED)
def test_refused(document: bytes, words: str) -> None:
    with pytest.raises(pmmlkit.UnsupportedError, match=words):
        pmmlkit.load(document)


def test_algorithms_that_best_fit_does_not_name_do_no_harm() -> None:
    document = smoothing('<Level smoothedValue="3"/>').replace(
        b"<ExponentialSmoothing>", b"<SpectralAnalysis/><ARIMA/><ExponentialSmoothing>"
    )
    assert pmmlkit.load(document).evaluate({"h": 1})["y"] == 3.0


DOUBTS = [
    (
        smoothing(
            '<Level smoothedValue="1"/><Trend_ExpoSmooth trend="polynomial_exponential">'
            f"{array([1])}</Trend_ExpoSmooth>"
        ),
        "PMML430",
    ),
    (state_space(*STATE, intercept([1], "state")), "PMML431"),
    (
        state_space(
            *STATE,
            "<PredictedStateCovarianceMatrix>"
            f"{matrix([[0, 0], [0, 0]])}</PredictedStateCovarianceMatrix>"
            f"<SelectedStateCovarianceMatrix>{matrix([[1, 0], [0, 1]])}"
            "</SelectedStateCovarianceMatrix>",
        ),
        "PMML432",
    ),
]


@pytest.mark.parametrize(("document", "code"), DOUBTS)
def test_doubts(document: bytes, code: str) -> None:
    assert code in [item.code for item in pmmlkit.validate(document).findings]


def test_a_state_without_a_transition_reaches_one_step() -> None:
    model = pmmlkit.load(state_space(STATE[0], None, STATE[2]))
    assert model.evaluate({"h": 1})["y"] == 10.5
    with pytest.raises(pmmlkit.EvaluationError, match="1 steps only"):
        model.evaluate({"h": 2})
