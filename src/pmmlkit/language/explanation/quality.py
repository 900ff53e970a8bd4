"""ModelExplanation and the qualities in it. Specification: Model Explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pmmlkit.language.extension import Extension
from pmmlkit.xml import content
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.explanation.confusion import ConfusionMatrix
    from pmmlkit.language.explanation.correlations import Correlations
    from pmmlkit.language.explanation.graphs import ROC, LiftData

__all__ = ["ClusteringModelQuality", "ModelExplanation", "PredictiveModelQuality"]


def _measure(xml_name: str | None = None, since: str | None = None) -> Any:
    return attribute(xml_name, type=NUMBER, default=None, since=since)


class PredictiveModelQuality(
    Element,
    earlier={
        "4.2.1": content.seq(
            content.repeat(content.child("Extension", into="extensions")),
            content.optional(content.child("ConfusionMatrix", into="confusion_matrix")),
            content.optional(content.child("LiftData", into="lift_data")),
            content.optional(content.child("ROC", into="roc")),
        )
    },
):
    """How good the predictions of `target_field` are, on the data that `data_usage` names."""

    target_field: str | None = attribute(required=True, default=None)
    data_name: str | None = attribute(default=None)
    data_usage: str = attribute(
        default="training", values=enumeration("training", "test", "validation")
    )
    mean_error: float | None = _measure()
    mean_absolute_error: float | None = _measure()
    mean_squared_error: float | None = _measure()
    root_mean_squared_error: float | None = _measure()
    r_squared: float | None = _measure("r-squared")
    adj_r_squared: float | None = _measure("adj-r-squared")
    sum_squared_error: float | None = _measure()
    sum_squared_regression: float | None = _measure()
    num_of_records: float | None = _measure()
    num_of_records_weighted: float | None = _measure()
    num_of_predictors: float | None = _measure()
    degrees_of_freedom: float | None = _measure()
    f_statistic: float | None = _measure()
    aic: float | None = _measure("AIC")
    bic: float | None = _measure("BIC")
    aicc: float | None = _measure("AICc")
    accuracy: float | None = _measure(since="4.4.1")
    auc: float | None = _measure("AUC", since="4.4.1")
    precision: float | None = _measure(since="4.4.1")
    recall: float | None = _measure(since="4.4.1")
    specificity: float | None = _measure(since="4.4.1")
    f1: float | None = _measure("F1", since="4.4.1")
    f2: float | None = _measure("F2", since="4.4.1")
    fhalf: float | None = _measure("Fhalf", since="4.4.1")
    extensions: tuple[Extension, ...] = children("Extension", default=())
    confusion_matrix: ConfusionMatrix | None = child("ConfusionMatrix", default=None)
    lift_data: tuple[LiftData, ...] = children("LiftData", default=())
    roc: ROC | None = child("ROC", default=None)


class ClusteringModelQuality(Element, earlier={"4.3": content.EMPTY}):
    """How good clusters are: sums of squares within them (`sse`) and between them (`ssb`)."""

    data_name: str | None = attribute(default=None)
    sse: float | None = _measure("SSE")
    ssb: float | None = _measure("SSB")
    extensions: tuple[Extension, ...] = children("Extension", default=(), since="4.4")


class ModelExplanation(
    Element,
    content=content.seq(
        content.repeat(content.child("Extension", into="extensions")),
        content.choice(
            content.repeat(
                content.child("PredictiveModelQuality", into="predictive_model_qualities")
            ),
            content.repeat(
                content.child("ClusteringModelQuality", into="clustering_model_qualities")
            ),
        ),
        content.optional(content.child("Correlations", into="correlations")),
    ),
    informative=True,
):
    """How good a model is, and how its fields go together."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    predictive_model_qualities: tuple[PredictiveModelQuality, ...] = children(
        "PredictiveModelQuality", default=()
    )
    clustering_model_qualities: tuple[ClusteringModelQuality, ...] = children(
        "ClusteringModelQuality", default=()
    )
    correlations: Correlations | None = child("Correlations", default=None)
