"""Labels that the probabilities decide by thresholds, and not by which is the largest."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

from pmmlkit.errors import ExportError
from pmmlkit.exporters import finals
from pmmlkit.exporters.context import Context, shares_of
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.spark.saved import SavedStage
from pmmlkit.language.scope import Compiled

__all__ = ["above_threshold", "by_thresholds"]


def by_thresholds(stage: SavedStage, context: Context, draft: Draft) -> Draft:
    """Return the classification, decided by the ``thresholds`` of the stage where it has some: the
    class whose probability over its threshold is the largest, the first of equal ones. A threshold
    of 0 beats all others, unless its class has no probability at all.
    """
    given = stage.params.get("thresholds")
    if given is None:
        return draft
    thresholds = [float(number) for number in given]
    labels = context.target.labels
    if len(thresholds) != len(labels):
        raise ExportError(
            f"{stage.name} has {len(thresholds)} thresholds for {len(labels)} classes"
        )
    if len(labels) == 2:
        first, second = thresholds
        least = 1.0 / (1.0 + first / second) if second else 0.0
        return above_threshold(stage, context, draft, least, or_equal=first == 0.0)
    shares = shares_of(draft, context.target, stage.name)
    scaled = [
        _scaled(share, threshold) for share, threshold in zip(shares, thresholds, strict=True)
    ]
    return _beside(context, finals.by_largest(context, scaled, output=None), shares)


def _scaled(share: Feature, threshold: float) -> Feature:
    def expression(operand: Compiled) -> Compiled:
        if threshold:
            return apply("/", operand, constant(threshold))
        most = constant(sys.float_info.max)
        return apply("if", apply("greaterThan", operand, constant(0.0)), most, constant(-1.0))

    return Derived("scaled", (share,), expression, guarded=True)


def above_threshold(
    stage: SavedStage,
    context: Context,
    draft: Draft,
    threshold: float,
    *,
    or_equal: bool = False,
) -> Draft:
    """Return the second of two classes where its probability is above the threshold (`or_equal`:
    or meets it), else the first.
    """
    shares = shares_of(draft, context.target, stage.name)
    decided = finals.by_sign(
        context, shares[1], threshold=threshold, or_equal=or_equal, output=None
    )
    return _beside(context, decided, shares)


def _beside(context: Context, draft: Draft, shares: Sequence[Feature]) -> Draft:
    labels = context.target.labels
    outputs = tuple(
        (f"probability({label})", share) for label, share in zip(labels, shares, strict=True)
    )
    return replace(draft, outputs=outputs)
