"""Documents with a TimeSeriesModel: short words for its elements."""

from __future__ import annotations

from tests.corpus.cells import document

__all__ = [
    "FIELDS",
    "PAST",
    "SURE",
    "ar",
    "array",
    "factor",
    "ma",
    "matrix",
    "model",
    "output",
    "plain",
    "regressor",
    "series",
    "yearly",
]

FIELDS = {
    "y": "continuous double",
    "h": "continuous integer",
    "x": "continuous double",
}


def model(
    best_fit: str, body: str, *, horizon: bool = True, x: bool = False, output: str = ""
) -> bytes:
    schema = '<MiningField name="y" usageType="target"/>'
    schema += '<MiningField name="h" usageType="supplementary"/>' if horizon else ""
    schema += '<MiningField name="x"/>' if x else ""
    output = f"<Output>{output}</Output>" if output else ""
    return document(
        f'<TimeSeriesModel functionName="timeSeries" bestFit="{best_fit}">'
        f"<MiningSchema>{schema}</MiningSchema>{output}{body}</TimeSeriesModel>",
        FIELDS,
    )


def array(*values: float) -> str:
    return f'<Array type="real" n="{len(values)}">{" ".join(map(str, values))}</Array>'


def matrix(*rows: tuple[float, ...]) -> str:
    return f"<Matrix>{''.join(array(*row) for row in rows)}</Matrix>"


def series(*values: float, more: str = "", first: int = 1) -> str:
    items = "".join(
        f'<TimeValue index="{first + at}" value="{value}"/>' for at, value in enumerate(values)
    )
    return f"<TimeSeries{more}>{items}</TimeSeries>"


def output(*features: str, level: str = "") -> str:
    more = f' value="{level}"' if level else ""
    return "".join(
        f'<OutputField name="{feature}" optype="continuous" dataType="double" '
        f'feature="{feature}"{more if "Interval" in feature else ""}/>'
        for feature in features
    )


SURE = output(
    "standardError", "standardDeviation", "confidenceIntervalLower", "confidenceIntervalUpper"
)


PAST = (2.0, 5.0, 3.0, 8.0)


def plain(p: int = 0, d: int = 0, q: int = 0, inner: str = "") -> str:
    return f'<NonseasonalComponent p="{p}" d="{d}" q="{q}">{inner}</NonseasonalComponent>'


def yearly(p: int = 0, d: int = 0, q: int = 0, inner: str = "", period: int = 2) -> str:
    return (
        f'<SeasonalComponent P="{p}" D="{d}" Q="{q}" period="{period}">{inner}</SeasonalComponent>'
    )


def ar(*values: float) -> str:
    return f"<AR>{array(*values)}</AR>"


def ma(coefficients: tuple[float, ...], residuals: tuple[float, ...] = ()) -> str:
    given = f"<Residuals>{array(*residuals)}</Residuals>" if residuals else ""
    return f"<MA><MACoefficients>{array(*coefficients)}</MACoefficients>{given}</MA>"


def regressor(
    values: tuple[float, ...],
    *,
    method: str = "constant",
    numerator: str = "",
    denominator: str = "",
    more: str = "",
    last: str = "",
    first: int = 1,
) -> str:
    below = f"<Denominator>{denominator}</Denominator>" if denominator else ""
    above = f"<Numerator>{numerator}</Numerator>" if numerator else ""
    given = series(*values, first=first) if values else ""
    return (
        f'<DynamicRegressor field="x" futureValuesMethod="{method}"{more}>{above}{below}'
        f"<RegressorValues>{given}{last}</RegressorValues></DynamicRegressor>"
    )


def factor(*values: float, more: str = "", seasonal: bool = False) -> str:
    tag = "SeasonalFactor" if seasonal else "NonseasonalFactor"
    return f"<{tag}{more}>{array(*values)}</{tag}>"
