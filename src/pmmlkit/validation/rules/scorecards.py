"""Rules for scorecards. Specification: chapter Scorecard."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import pairwise
from typing import Final

from pmmlkit.language.models.scorecard import Characteristic, Scorecard
from pmmlkit.language.predicates import FalsePredicate, SimplePredicate, TruePredicate
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.ranges import Range, predicate_key, range_of
from pmmlkit.validation.rules.rule import Found, rule

__all__ = ["RULES"]

_MOST_COMPARED: Final = 200
"""Ranges of a characteristic that are compared with each other."""

_CARD: Final = """
<Scorecard functionName="regression" {}>
  <MiningSchema><MiningField name="x"/></MiningSchema>
  <Output><OutputField name="reason" dataType="string" optype="categorical"
    feature="reasonCode"/></Output>
  <Characteristics><Characteristic name="c" reasonCode="R" baselineScore="{}">
    <Attribute partialScore="5">{}</Attribute>
    <Attribute partialScore="20">{}</Attribute>
  </Characteristic></Characteristics>
</Scorecard>"""
_TEST: Final = '<SimplePredicate field="x" operator="{}" value="{}"/>'


def _card(first: str, second: str, baseline: int = 10, attributes: str = "") -> str:
    return _CARD.format(attributes, baseline, first, second)


_GOOD: Final = _card(_TEST.format("lessThan", 10), _TEST.format("greaterOrEqual", 10))


@rule(
    "PMML353",
    "warning",
    "An attribute of a characteristic is never reached",
    "The first Attribute whose predicate is true scores its Characteristic. One that is False, "
    "that contradicts itself, that stands behind one which is True or asks the same, or whose "
    "range lies within that of an earlier one is never taken.",
    bad=_card(_TEST.format("greaterOrEqual", 10), _TEST.format("greaterOrEqual", 20)),
    good=_card(_TEST.format("greaterOrEqual", 20), _TEST.format("greaterOrEqual", 10)),
    on=Characteristic,
)
def unreached(item: Characteristic, facts: Facts) -> Iterator[Found]:
    known: set[Hashable] = set()
    ranges: list[Range] = []
    always = False
    for attribute in item.attributes:
        predicate = attribute.predicate
        key, own = predicate_key(predicate), range_of(predicate, facts)
        if always:
            yield attribute, "an Attribute before it is always true"
        elif isinstance(predicate, FalsePredicate):
            yield attribute, "its predicate is False"
        elif own is not None and own.is_empty:
            yield attribute, f"no {own.field!r} fulfils its predicate"
        elif key in known:
            yield attribute, "an Attribute before it has the same predicate"
        elif own is not None and any(
            earlier.field == own.field and earlier.covers(own) for earlier in ranges
        ):
            yield attribute, f"the range of an Attribute before it holds all its {own.field!r}"
        always = always or isinstance(predicate, TruePredicate)
        known.add(key)
        if own is not None and len(ranges) < _MOST_COMPARED:
            ranges.append(own)


def _ranges(item: Characteristic, facts: Facts) -> list[Range]:
    """Return the ranges of a characteristic in order of their start; none where it has attributes
    that are about something else.
    """
    found: list[Range] = []
    for attribute in item.attributes:
        predicate = attribute.predicate
        if isinstance(predicate, SimplePredicate) and predicate.operator == "isMissing":
            continue
        own = range_of(predicate, facts)
        if own is None or (found and own.field != found[0].field):
            return []
        if not own.is_empty:
            found.append(own)
    return sorted(found, key=lambda part: (part.low, part.low_open, part.high))


@rule(
    "PMML354",
    "warning",
    "Attributes of a characteristic leave a gap",
    "For a value between the ranges of two Attributes none is true, and the Scorecard has no "
    "result.",
    bad=_card(_TEST.format("lessThan", 10), _TEST.format("greaterThan", 10)),
    good=_GOOD,
    on=Characteristic,
)
def gap(item: Characteristic, facts: Facts) -> Iterator[Found]:
    covered: Range | None = None
    for part in _ranges(item, facts):
        if covered is not None and covered.is_apart_from(part):
            text = f"values of {part.field!r} between {covered.high:g} and {part.low:g} score"
            yield item, f"{text} nothing"
        covered = part if covered is None else covered.joined(part)


@rule(
    "PMML355",
    "warning",
    "Attributes of a characteristic overlap",
    "Some values lie in the ranges of two Attributes, of which neither holds the other. The first "
    "is taken then, which its author may not have meant: most often a limit stands in both.",
    bad=_card(_TEST.format("lessOrEqual", 10), _TEST.format("greaterOrEqual", 10)),
    good=_GOOD,
    on=Characteristic,
)
def overlap(item: Characteristic, facts: Facts) -> Iterator[Found]:
    for left, right in pairwise(_ranges(item, facts)):
        if left.meets(right) and not left.covers(right) and not right.covers(left):
            text = f"values of {left.field!r} from {right.low:g} to {left.high:g} lie in"
            yield item, f"{text} two ranges"


@rule(
    "PMML356",
    "warning",
    "The reason codes of a scorecard have no points",
    "A reason code has the points that lie between the baselineScore and the partial score: above "
    "it with reasonCodeAlgorithm pointsAbove, below it with pointsBelow, the default. Where no "
    "Attribute of the whole card has any, the algorithm or the baselines are mistaken, and no row "
    "has a reason worth the name.",
    bad=_card(
        _TEST.format("lessThan", 10),
        _TEST.format("greaterOrEqual", 10),
        30,
        'reasonCodeAlgorithm="pointsAbove"',
    ),
    good=_card(
        _TEST.format("lessThan", 10),
        _TEST.format("greaterOrEqual", 10),
        10,
        'reasonCodeAlgorithm="pointsAbove"',
    ),
    on=Scorecard,
)
def pointless(model: Scorecard, facts: Facts) -> Iterator[Found]:
    if not model.use_reason_codes:
        return
    sign = 1 if model.reason_code_algorithm == "pointsAbove" else -1
    for item in model.characteristics.characteristics:
        baseline = model.baseline_score if item.baseline_score is None else item.baseline_score
        for attribute in item.attributes:
            score = attribute.partial_score
            if attribute.complex_partial_score is not None or score is None or baseline is None:
                return
            if sign * (score - baseline) > 0:
                return
    yield model, f"no partial score gives {model.reason_code_algorithm} its baseline"


RULES: Final = (unreached, gap, overlap, pointless)
