"""Strategies that build valid Scorecards and RuleSetModels, with rows for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tests.corpus.rule_set import documents as rules
from tests.corpus.scorecard.documents import bin, characteristic, codes, computed, scorecard

__all__ = ["CRITERIA", "predicates", "rows", "rule_sets", "scorecards"]

FIELDS = {
    "a": "continuous double",
    "f": "continuous float",
    "i": "continuous integer",
    "s": "categorical string",
    "o": "ordinal string: low mid high",
    "y": "continuous double",
}
POOLS: dict[str, list[Any]] = {
    "a": [None, 0.0, 1.0, -1.5, 2.0, 0.3, 30.0],
    "f": [None, 0.0, 0.5, -1.25, 0.10000000149011612],
    "i": [None, 0, 1, 2, -3],
    "s": [None, "u", "v", "w"],
    "o": [None, "low", "mid", "high"],
}
THRESHOLDS = {
    "a": ["0", "0.3", "1", "-1.5"],
    "f": ["0", "0.5", "0.1"],
    "i": ["0", "1", "2"],
    "s": ["u", "v"],
    "o": ["low", "mid", "high"],
}
CRITERIA = ("firstHit", "weightedSum", "weightedMax")
ORDERINGS = ("lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual")

scores = st.sampled_from([0.0, 1.0, 2.5, -3.0, 0.1, 10.0, 7.0, 15.0])
reason_codes = st.sampled_from(["R1", "R2", "R3", "R4"])


@st.composite
def simple(draw: st.DrawFn) -> str:
    field = draw(st.sampled_from(list(THRESHOLDS)))
    kind = draw(st.integers(0, 9))
    if kind == 0:
        operator = draw(st.sampled_from(["isMissing", "isNotMissing"]))
        return f'<SimplePredicate field="{field}" operator="{operator}"/>'
    if kind == 1:
        found = draw(
            st.lists(st.sampled_from(THRESHOLDS[field]), min_size=1, max_size=3, unique=True)
        )
        type = {"a": "real", "f": "real", "i": "int"}.get(field, "string")
        operator = draw(st.sampled_from(["isIn", "isNotIn"]))
        return (
            f'<SimpleSetPredicate field="{field}" booleanOperator="{operator}"><Array '
            f'n="{len(found)}" type="{type}">{" ".join(found)}</Array></SimpleSetPredicate>'
        )
    operators = ("equal", "notEqual") if field == "s" else ("equal", "notEqual", *ORDERINGS)
    operator = draw(st.sampled_from(operators))
    value = draw(st.sampled_from(THRESHOLDS[field]))
    return f'<SimplePredicate field="{field}" operator="{operator}" value="{value}"/>'


@st.composite
def comparisons(draw: st.DrawFn) -> str:
    """Predicates that all engines understand alike: numbers in double against thresholds."""
    operator = draw(st.sampled_from(ORDERINGS))
    value = draw(st.sampled_from(THRESHOLDS["a"]))
    return f'<SimplePredicate field="a" operator="{operator}" value="{value}"/>'


@st.composite
def predicates(draw: st.DrawFn, depth: int = 2, *, plain: bool = False) -> str:
    """Predicates of all kinds, or `plain` ones."""
    if plain:
        return draw(comparisons())
    kind = draw(st.integers(0, 11))
    if kind == 0:
        return draw(st.sampled_from(["<True/>", "<False/>"]))
    if kind > 3 or depth == 0:
        return draw(simple())
    operator = draw(st.sampled_from(["and", "or", "xor", "surrogate"]))
    parts = [draw(predicates(depth - 1)) for _ in range(draw(st.integers(2, 3)))]
    return f'<CompoundPredicate booleanOperator="{operator}">{"".join(parts)}</CompoundPredicate>'


EXPRESSIONS: Sequence[str] = (
    '<FieldRef field="a"/>',
    '<FieldRef field="a" mapMissingTo="3.5"/>',
    '<FieldRef field="i"/>',
    '<Constant dataType="double">4.25</Constant>',
    '<NormContinuous field="a"><LinearNorm orig="0" norm="1"/><LinearNorm orig="2" norm="5"/>'
    "</NormContinuous>",
)


@st.composite
def _characteristic(draw: st.DrawFn, reasons: bool, plain: bool) -> str:
    own_code = draw(st.booleans())
    bins = []
    for _ in range(draw(st.integers(0, 3))):
        inside = ""
        if not plain and draw(st.integers(0, 4)) == 0:
            inside = computed(draw(st.sampled_from(EXPRESSIONS)))
        partial = None if inside and draw(st.booleans()) else draw(scores)
        code = draw(reason_codes) if not own_code or draw(st.booleans()) else None
        bins.append(bin(draw(predicates(plain=plain)), partial, code, inside))
    if not bins or draw(st.integers(0, 5)):
        bins.append(bin("<True/>", draw(scores), None if own_code else draw(reason_codes)))
    return characteristic(
        *bins,
        code=draw(reason_codes) if own_code else None,
        baseline=draw(scores) if not reasons or draw(st.booleans()) else None,
        name=draw(st.sampled_from(["c", None])),
    )


@st.composite
def scorecards(draw: st.DrawFn, *, plain: bool = False) -> bytes:
    """Scorecards with reason codes or without, in both precisions (`plain`: in double)."""
    reasons = draw(st.booleans())
    options = f'initialScore="{draw(scores)}"' if draw(st.booleans()) else ""
    if reasons:
        options += f' baselineScore="{draw(scores)}"'
        algorithm = draw(st.sampled_from(["", "pointsAbove", "pointsBelow"]))
        options += f' reasonCodeAlgorithm="{algorithm}"' if algorithm else ""
    else:
        options += ' useReasonCodes="false"'
    if not plain and draw(st.integers(0, 3)) == 0:
        options += ' x-mathContext="float"'
    parts = [draw(_characteristic(reasons, plain)) for _ in range(draw(st.integers(1, 6)))]
    return scorecard(*parts, options=options, output=codes(4) if reasons else "", fields=FIELDS)


@st.composite
def rows(draw: st.DrawFn, size: int = 12) -> dict[str, list[Any]]:
    """A table for such documents."""
    return {
        name: draw(st.lists(st.sampled_from(pool), min_size=size, max_size=size))
        for name, pool in POOLS.items()
    }


@st.composite
def _rule(draw: st.DrawFn, criterion: str, depth: int, ids: list[str], plain: bool) -> str:
    if depth and draw(st.integers(0, 4)) == 0:
        inner = [
            draw(_rule(criterion, depth - 1, ids, plain)) for _ in range(draw(st.integers(1, 3)))
        ]
        return rules.compound(draw(predicates(1, plain=plain)), *inner)
    # No two sums are equal; and weightedMax takes the highest confidence in JPMML.
    weight = draw(st.floats(0.01, 5, allow_nan=False))
    confidence = weight if criterion == "weightedMax" else draw(st.sampled_from([0.1, 0.5, 0.9]))
    ids.append("")
    options = f'weight="{weight}" confidence="{confidence}"'
    if draw(st.booleans()):
        options += f' id="id{len(ids)}"'
    return rules.rule(draw(st.sampled_from("pqr")), draw(predicates(1, plain=plain)), options)


@st.composite
def rule_sets(draw: st.DrawFn, *, plain: bool = False) -> bytes:
    """RuleSetModels with simple and compound rules under one criterion."""
    criterion = draw(st.sampled_from(CRITERIA))
    ids: list[str] = []
    found = [draw(_rule(criterion, 2, ids, plain)) for _ in range(draw(st.integers(1, 7)))]
    values = draw(st.sampled_from(["", "pqr"]))
    return rules.rule_set(
        *found,
        criterion=criterion,
        default=draw(st.sampled_from("pqr")),
        confidence=draw(st.sampled_from([0.0, 0.25])),
        output=rules.features("id", "confidence", values=values),
        fields={**FIELDS, "y": "categorical string: p q r"},
    )
