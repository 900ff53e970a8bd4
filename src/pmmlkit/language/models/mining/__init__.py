"""MiningModel: ensembles and chains of models. Specification: chapter Multiple Models."""

from pmmlkit.language.models.mining.declaration import (
    MiningModel,
    Segment,
    Segmentation,
    VariableWeight,
)

__all__ = ["MiningModel", "Segment", "Segmentation", "VariableWeight"]
