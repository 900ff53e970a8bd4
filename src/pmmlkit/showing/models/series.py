"""TimeSeriesModel and TextModel. Specification: chapters Time Series and Text Models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pmmlkit.showing.facts import Fact, Shape, Table, Value
from pmmlkit.showing.formula import Names
from pmmlkit.showing.models.reading import array_items, counted, facts, joined, vector

__all__ = ["text_model", "time_series"]


def time_series(model: Any, names: Names) -> Shape:
    """Describe a TimeSeriesModel by its best method and that method's parameters."""
    methods = [
        (tag, element)
        for tag, element in (
            ("ARIMA", model.arima),
            ("ExponentialSmoothing", model.exponential_smoothing),
            ("StateSpaceModel", model.state_space_model),
            ("GARCH", model.garch),
            ("SpectralAnalysis", model.spectral_analysis),
            ("SeasonalTrendDecomposition", model.seasonal_trend_decomposition),
        )
        if element is not None
    ]
    told: list[Fact] = list(facts(best_fit=model.best_fit))
    for tag, element in methods:
        told += _METHODS.get(tag, _nothing)(element, names)
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            item.usage,
            names.field(item.field) if item.field else None,
            len(item.time_values or ()),
            item.start_time,
            item.end_time,
        )
        for item in model.time_series or ()
    )
    tables = []
    if rows:
        tables.append(Table("series", ("usage", "field", "values", "from", "to"), rows))
    others = [tag for tag, _ in methods if tag != model.best_fit]
    return Shape(
        joined(
            f"time series, {model.best_fit}",
            f"also {', '.join(others)}" if others else None,
            counted(sum(len(item.time_values or ()) for item in model.time_series or ()), "value"),
        ),
        tuple(told),
        tuple(tables),
    )


def _nothing(element: Any, names: Names) -> tuple[Fact, ...]:
    return ()


def _arima(element: Any, names: Names) -> Iterator[Fact]:
    yield from facts(
        arima_transformation=None if element.transformation == "none" else element.transformation,
        arima_constant=element.constant_term,
        arima_prediction=element.prediction_method,
        arima_rmse=element.rmse,
    )
    for name, part in (("nonseasonal", element.nonseasonal), ("seasonal", element.seasonal)):
        if part is None:
            continue
        period = getattr(part, "period", None)
        order = f"({part.p}, {part.d}, {part.q})" + (f" every {period}" if period else "")
        yield from facts(
            **{
                f"{name}_order": order,
                f"{name}_ar": _array(part.ar),
                f"{name}_ma": _array(getattr(part.ma, "coefficients", None)),
            }
        )
    regressors = [names.field(item.field) for item in element.dynamic_regressors or ()]
    yield from facts(regressors=", ".join(regressors) or None)


def _array(holder: Any) -> Value:
    items = array_items(getattr(holder, "array", None))
    return vector(items) if items else None


def _smoothing(element: Any, names: Names) -> Iterator[Fact]:
    level, trend, season = element.level, element.trend, element.seasonality
    kept = element.transformation
    yield from facts(
        smoothing_transformation=None if kept == "none" else kept, smoothing_rmse=element.rmse
    )
    if level is not None:
        yield from facts(level_alpha=level.alpha, level_value=level.smoothed_value)
    if trend is not None:
        damping = None if trend.phi == 1 else trend.phi
        value = trend.smoothed_value
        yield from facts(
            trend=trend.trend,
            trend_gamma=trend.gamma,
            trend_damping=damping,
            trend_value=value if value is not None else _array(trend),
        )
    if season is not None:
        yield from facts(
            seasonality=season.type,
            seasonal_period=season.period,
            seasonal_delta=season.delta,
            seasonal_values=_array(season),
        )


def _state_space(element: Any, names: Names) -> Iterator[Fact]:
    regressors = [names.field(item.field) for item in element.dynamic_regressors or ()]
    yield from facts(
        state=_array(element.state_vector),
        period=element.period,
        intercept=element.intercept,
        variance=element.variance,
        regressors=", ".join(regressors) or None,
    )


def _garch(element: Any, names: Names) -> Iterator[Fact]:
    arma, garch = element.arma_part, element.garch_part
    if arma is not None:
        yield from facts(
            arma_order=f"({arma.p}, {arma.q})",
            arma_constant=arma.constant,
            arma_ar=_array(arma.ar),
            arma_ma=_array(getattr(arma.ma, "coefficients", None)),
        )
    if garch is not None:
        squares, past = garch.residual_square_coefficients, garch.variance_coefficients
        yield from facts(
            garch_order=f"({garch.gp}, {garch.gq})",
            garch_constant=garch.constant,
            garch_residuals=_array(getattr(squares, "coefficients", None)),
            garch_variances=_array(getattr(past, "coefficients", None)),
        )


_METHODS = {
    "ARIMA": _arima,
    "ExponentialSmoothing": _smoothing,
    "StateSpaceModel": _state_space,
    "GARCH": _garch,
}


def text_model(model: Any, names: Names) -> Shape:
    """Describe a TextModel by its terms, its documents and its weights."""
    terms = array_items(getattr(model.text_dictionary, "array", None))
    documents = getattr(model.text_corpus, "documents", None) or ()
    weights, similarity = model.normalization, model.similarity
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (item.id, item.name, item.length, item.file) for item in documents
    )
    return Shape(
        joined(f"text model, {counted(len(terms), 'term')}", counted(len(documents), "document")),
        facts(
            terms=vector(terms) if terms else None,
            documents=len(documents),
            local_weights=getattr(weights, "local_term_weights", None),
            global_weights=getattr(weights, "global_term_weights", None),
            document_normalization=getattr(weights, "document_normalization", None),
            similarity=getattr(similarity, "similarity_type", None),
        ),
        (Table("documents", ("document", "name", "length", "file"), rows),),
    )
