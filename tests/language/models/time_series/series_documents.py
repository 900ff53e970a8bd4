"""Documents with a TimeSeriesModel, from Python values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

__all__ = [
    "SPREAD",
    "arima",
    "array",
    "component",
    "matrix",
    "series",
    "smoothing",
    "state_space",
    "time_series_model",
]

SPREAD = "".join(
    f'<OutputField name="{name}" optype="continuous" dataType="double" feature="{feature}"{more}/>'
    for name, feature, more in (
        ("error", "standardError", ""),
        ("deviation", "standardDeviation", ""),
        ("low", "confidenceIntervalLower", ""),
        ("high", "confidenceIntervalUpper", ' value="80"'),
    )
)


def array(values: Iterable[Any]) -> str:
    items = [repr(float(value)) for value in values]
    return f'<Array type="real" n="{len(items)}">{" ".join(items)}</Array>'


def matrix(rows: Iterable[Iterable[Any]]) -> str:
    return f"<Matrix>{''.join(array(row) for row in rows)}</Matrix>"


def series(values: Iterable[Any], more: str = "", first: int | None = 1) -> str:
    items = "".join(
        f"<TimeValue{'' if first is None else f' index={chr(34)}{first + at}{chr(34)}'} "
        f'value="{float(value)!r}"/>'
        for at, value in enumerate(values)
    )
    return f"<TimeSeries{more}>{items}</TimeSeries>"


def time_series_model(
    best_fit: str,
    body: str,
    *,
    history: str = "",
    horizon: bool = True,
    inputs: Sequence[str] = (),
    output: str = SPREAD,
) -> bytes:
    fields = '<DataField name="y" optype="continuous" dataType="double"/>'
    schema = '<MiningField name="y" usageType="target"/>'
    for name in inputs:
        fields += f'<DataField name="{name}" optype="continuous" dataType="double"/>'
        schema += f'<MiningField name="{name}"/>'
    if horizon:
        fields += '<DataField name="h" optype="continuous" dataType="integer"/>'
        schema += '<MiningField name="h" usageType="supplementary"/>'
    if output:
        output = f"<Output>{output}</Output>"
    return (
        '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>\n<DataDictionary>'
        f'{fields}</DataDictionary>\n<TimeSeriesModel functionName="timeSeries" '
        f'bestFit="{best_fit}"><MiningSchema>{schema}</MiningSchema>{output}\n{history}{body}'
        "</TimeSeriesModel></PMML>"
    ).encode()


def component(
    p: int,
    d: int,
    q: int,
    *,
    ar: Sequence[float] = (),
    ma: Sequence[float] = (),
    residuals: Sequence[float] | None = None,
    period: int | None = None,
) -> str:
    inner = f"<AR>{array(ar)}</AR>" if len(ar) else ""
    if len(ma):
        given = "" if residuals is None else f"<Residuals>{array(residuals)}</Residuals>"
        inner += f"<MA><MACoefficients>{array(ma)}</MACoefficients>{given}</MA>"
    if period is None:
        return f'<NonseasonalComponent p="{p}" d="{d}" q="{q}">{inner}</NonseasonalComponent>'
    return (
        f'<SeasonalComponent P="{p}" D="{d}" Q="{q}" period="{period}">{inner}</SeasonalComponent>'
    )


def arima(inner: str, more: str = "", **arguments: Any) -> bytes:
    return time_series_model("ARIMA", f"<ARIMA{more}>{inner}</ARIMA>", **arguments)


def smoothing(inner: str, more: str = "", **arguments: Any) -> bytes:
    body = f"<ExponentialSmoothing{more}>{inner}</ExponentialSmoothing>"
    return time_series_model("ExponentialSmoothing", body, **arguments)


def state_space(
    state: Sequence[float],
    transition: Sequence[Sequence[float]] | None,
    measurement: Sequence[float],
    inner: str = "",
    more: str = "",
    **arguments: Any,
) -> bytes:
    moved = ""
    if transition is not None:
        moved = f"<TransitionMatrix>{matrix(transition)}</TransitionMatrix>"
    body = (
        f"<StateSpaceModel{more}><StateVector>{array(state)}</StateVector>{moved}"
        f"<MeasurementMatrix>{matrix([measurement])}</MeasurementMatrix>{inner}</StateSpaceModel>"
    )
    return time_series_model("StateSpaceModel", body, **arguments)
