"""NaiveBayesModel. Specification: chapter Naive Bayes."""

from pmmlkit.language.models.naive_bayes.declaration import (
    BayesInput,
    BayesInputs,
    BayesOutput,
    NaiveBayesModel,
    PairCounts,
    TargetValueCount,
    TargetValueCounts,
    TargetValueStat,
    TargetValueStats,
)

__all__ = [
    "BayesInput",
    "BayesInputs",
    "BayesOutput",
    "NaiveBayesModel",
    "PairCounts",
    "TargetValueCount",
    "TargetValueCounts",
    "TargetValueStat",
    "TargetValueStats",
]
