"""Scorecard. Specification: chapter Scorecard."""

from pmmlkit.language.models.scorecard.declaration import (
    Attribute,
    Characteristic,
    Characteristics,
    ComplexPartialScore,
    Scorecard,
)

__all__ = [
    "Attribute",
    "Characteristic",
    "Characteristics",
    "ComplexPartialScore",
    "Scorecard",
]
