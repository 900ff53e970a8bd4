"""The methods that join segments: their names, and the segmentations for which each has a meaning.

Specification: chapter Multiple Models; semantics 19.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from pmmlkit.errors import LimitError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.evaluation import ModelEvaluation
from pmmlkit.language.models.mining.missing import SKIP_SEGMENT

if TYPE_CHECKING:
    from pmmlkit.language.models.mining.declaration import Segmentation

__all__ = [
    "ALIASES",
    "CHAINS",
    "COMBINING",
    "MULTI_CHAIN",
    "SELECTIONS",
    "check_function",
    "check_segmentation",
]

ALIASES: Final = {"x-weightedSum": "weightedSum", "x-weightedMedian": "weightedMedian"}
"""JPMML's names for methods before PMML 4.4."""

MULTI_CHAIN: Final = "x-multiModelChain"
CHAINS: Final = ("modelChain", MULTI_CHAIN)
SELECTIONS: Final = ("selectFirst", "selectAll")
COMBINING: Final[Mapping[str, tuple[str, ...]]] = {
    "majorityVote": ("classification", "clustering"),
    "weightedMajorityVote": ("classification", "clustering"),
    "average": ("regression", "classification"),
    "weightedAverage": ("regression", "classification"),
    "median": ("regression", "classification"),
    "weightedMedian": ("regression",),
    "sum": ("regression",),
    "weightedSum": ("regression",),
    "max": ("classification",),
}
"""The mining functions for which each method that combines has a meaning."""


def check_segmentation(segmentation: Segmentation, method: str, function: str, limit: int) -> None:
    """Check that method, function, missingPredictionTreatment and number of segments fit.

    `limit`: so many segments may there be. Raises LimitError, MarkupError, UnsupportedError.
    """
    treatment, _ = segmentation.treatment_of_missing
    count = len(segmentation.segments)
    if count > limit:
        raise LimitError(
            f"{count} segments are more than Limits.segments = {limit}",
            element=segmentation.tag,
            line=segmentation.line,
        )
    if count == 0:
        raise wrong(segmentation, "needs a Segment", code=mistakes.EMPTY_MODEL)
    if method not in COMBINING and method not in (*CHAINS, *SELECTIONS):
        text = f"multipleModelMethod {method!r} is not supported"
        raise unsupported(segmentation, text, code=mistakes.REFUSED_VALUE)
    if method in COMBINING and function not in COMBINING[method]:
        raise wrong(
            segmentation,
            f"multipleModelMethod {method!r} has no meaning for functionName {function!r}",
            code=mistakes.METHOD,
        )
    if treatment not in ("continue", "returnMissing", SKIP_SEGMENT):
        text = f"missingPredictionTreatment {treatment!r} is not supported"
        raise unsupported(segmentation, text, code=mistakes.REFUSED_VALUE)
    if method in CHAINS and treatment == SKIP_SEGMENT:
        raise wrong(
            segmentation,
            "missingPredictionTreatment skipSegment is not for chains",
            code=mistakes.METHOD,
        )


def check_function(function: str, evaluation: ModelEvaluation) -> None:
    """Raise MarkupError where the model of a segment has another functionName than the MiningModel,
    which has `function`.
    """
    model = evaluation.model
    if function not in (model.function_name, "mixed"):
        raise wrong(
            model,
            f"the model of a segment has functionName {model.function_name!r}, the MiningModel "
            f"{function!r}",
            code=mistakes.SEGMENT_FUNCTION,
        )
