"""Where another engine is at fault on a document of ours: engine, version, reason, in one table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

__all__ = ["FAULTS", "Fault", "fault_of"]


class Fault(NamedTuple):
    """A fault of an engine, in cases whose name the pattern matches as a whole.

    `refuses`: the engine does not read the document; else it answers otherwise than it should.
    """

    engine: str
    version: str
    case: str
    refuses: bool
    reason: str


FAULTS: Final[tuple[Fault, ...]] = (
    Fault(
        "pmml4s",
        "1.5.8",
        r"meta\.one_against_rest_forest\.three_.*",
        False,
        "a classification by a MiningModel inside a chain has no probabilities where its classes "
        "are not those of a target field",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"several\..*-forest\]",
        True,
        "a MiningModel inside a chain without a target stops it",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"several\..*",
        False,
        "it does not look at the segmentId of an OutputField: each target is what the last "
        "segment predicts",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"xgboost (ties|pipeline sparse and scaled)|spark xgboost .*",
        False,
        "a field of dataType float keeps the digits of a double, so that values next to a "
        "threshold go the other way",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"lightgbm-(c-.*|r-(poisson|gamma|tweedie|cross_entropy.*|binary|sqrt))-linear-.*",
        True,
        "a RegressionModel without a target stops it, inside a chain whose inner models have none",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"tracing-array-isfinite",
        False,
        "it does not read the constant INF of a comparison",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"tracing-frame-text_length(-objects)?",
        False,
        "stringLength of the constant empty text stops the row",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"tracing-frame-text_(starts|pattern)-objects",
        False,
        "the constant empty text is a missing value to isNotMissing",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"statsmodels-ordered_.*",
        False,
        "the last category of an ordinal target gets 1 minus the share of the one before, not 1 "
        "minus their sum",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"statsmodels-binomial_loglog",
        False,
        "a RegressionModel with the normalizationMethod loglog predicts NaN",
    ),
    Fault(
        "jpmml",
        "1.7.7",
        r"cluster\.agglomeration\.median",
        True,
        "it does not know the function median",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"neighbors\.k_by_distance",
        False,
        "it divides the weighted average of the neighbours by their number once more",
    ),
    Fault(
        "jpmml",
        "1.7.7",
        r"neighbors\.missing",
        True,
        "training instances whose fields are missing stop it, though the chapter on clustering has "
        "a rule for missing fields",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"neighbors\.missing",
        True,
        "training instances whose fields are missing stop it, though the chapter on clustering has "
        "a rule for missing fields",
    ),
    Fault(
        "jpmml",
        "1.7.7",
        r"naive_bayes\.far",
        False,
        "it multiplies the densities before it takes logarithms: they are all 0 far out, and so "
        "are the shares 0 / 0",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"naive_bayes\.far",
        False,
        "it takes the logarithm of densities that are 0 far out, for all classes",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"quantile\.all",
        False,
        "its NormContinuous computes slope * x + intercept, which has no digits left between "
        "corners that differ in their last ones",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"neighbors\.density\..*\.nothing_near",
        False,
        "the logarithm of 0 is no number for it, but -INF is one for PMML",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"optbinning-reason_codes",
        False,
        "it leaves out reason codes without points, and repeats the last one in their place",
    ),
    Fault(
        "jpmml",
        "1.7.7",
        r"sklego-grouped_classifier",
        False,
        "the probabilities of labels that are integers are 0 behind selectFirst",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"sklego-grouped_.*",
        False,
        "what the segment of selectFirst predicts is called predicted_ and the target, and has no "
        "probabilities",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"text-pieces-.*",
        False,
        "of a text that its parser hands over in pieces (at the second ], beyond U+FFFF, where a "
        "buffer ends) it keeps the last one",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"text-punctuation-.*|spark text_(counts|patterns)",
        False,
        "it takes punctuation out of the inside of words, not off their ends only",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"text-beyond-.*",
        False,
        "it takes letters beyond U+FFFF for no part of a word",
    ),
    Fault(
        "pmml4s",
        "1.5.8",
        r"text-single-.*",
        False,
        "a field of dataType float keeps the digits of a double",
    ),
)
"""One line for each."""


def fault_of(engine: str, case: str) -> Fault | None:
    """Return what is known of an engine's fault in a case, None if it is expected to agree."""
    return next(_matching(engine, case), None)


def _matching(engine: str, case: str) -> Iterator[Fault]:
    return (it for it in FAULTS if it.engine == engine and re.fullmatch(it.case, case))
