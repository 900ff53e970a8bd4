"""BaselineModel. Specification: chapter Baseline Model."""

from pmmlkit.language.models.baseline.declaration import (
    Alternate,
    Baseline,
    BaselineModel,
    CountTable,
    FieldValue,
    FieldValueCount,
    NormalizedCountTable,
    TestDistributions,
)

__all__ = [
    "Alternate",
    "Baseline",
    "BaselineModel",
    "CountTable",
    "FieldValue",
    "FieldValueCount",
    "NormalizedCountTable",
    "TestDistributions",
]
