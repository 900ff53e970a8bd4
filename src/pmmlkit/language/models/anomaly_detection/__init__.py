"""AnomalyDetectionModel. Specification: chapter Anomaly Detection."""

from pmmlkit.language.models.anomaly_detection.declaration import (
    AnomalyDetectionModel,
    MeanClusterDistances,
)

__all__ = ["AnomalyDetectionModel", "MeanClusterDistances"]
