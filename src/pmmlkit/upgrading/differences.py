"""Every difference between the grammars of two versions of PMML, and what is done about it.

The differences are computed from the declarations; the decisions are written down here. A test sees
that each difference has its decision, in both directions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from pmmlkit.validation.grammar import AttributeRule, ElementRule, grammar

__all__ = [
    "CONTENT",
    "DECISIONS",
    "NOTHING",
    "REPORTED",
    "REWRITTEN",
    "TYPES",
    "Decision",
    "Difference",
    "decision",
    "differences",
]

NOTHING, REWRITTEN, REPORTED = "nothing", "rewritten", "reported"
"""What is done: nothing, since whatever one version says the other says so, too; a rule of
`forward`, `models` or `backward` rewrites it; `fit` tells it where a document needs it.
"""


class Difference(NamedTuple):
    """One difference: `name` is an attribute, empty for the element itself.

    `fact` is one of element, content, attribute, type, required, default, fixed, values; `old` and
    `new` are the facts of the two versions as texts, empty for None.
    """

    tag: str
    name: str
    fact: str
    old: str
    new: str


class Decision(NamedTuple):
    """What is done about a difference on the way forward, and on the way back."""

    forward: str
    backward: str


_ADDED: Final = Decision(NOTHING, REPORTED)
"""What came with a version is new markup to the older documents, and lost to them."""

TYPES: Final[Mapping[tuple[str, str], Decision]] = MappingProxyType(
    {
        ("xs:decimal", "xs:double"): _ADDED,
        ("xs:integer", "xs:nonNegativeInteger"): Decision(REPORTED, NOTHING),
        # The numbers are read as doubles of either type, and written with all their digits.
        ("xs:float", "xs:double"): Decision(NOTHING, NOTHING),
        ("xs:anySimpleType", "xs:string"): Decision(NOTHING, NOTHING),
        # A boolean of 4.2 is written true or false, and read as such.
        ("xs:string", "xs:boolean"): Decision(NOTHING, NOTHING),
    }
)
"""Changes of the type of an attribute."""

CONTENT: Final[Mapping[str, Decision]] = MappingProxyType(
    {
        # Free markup before, a content of its own since: what is not of it goes into Extensions.
        "ARIMA": Decision(REWRITTEN, REPORTED),
        "SeasonalTrendDecomposition": Decision(REWRITTEN, NOTHING),
        "SpectralAnalysis": Decision(REWRITTEN, NOTHING),
        # Extensions that stood behind a distribution stand in front of it, or one element up.
        "Alternate": Decision(REWRITTEN, NOTHING),
        "Baseline": Decision(REWRITTEN, NOTHING),
        "TargetValueStat": Decision(NOTHING, NOTHING),
        "TestDistributions": Decision(NOTHING, REWRITTEN),
        # More may stand there than before.
        "Apply": _ADDED,
        "Attribute": _ADDED,
        "BayesInput": _ADDED,
        "BlockIndicator": _ADDED,
        "ChildParent": _ADDED,
        "ClusteringModelQuality": _ADDED,
        "ComplexPartialScore": _ADDED,
        "DefineFunction": _ADDED,
        "DerivedField": _ADDED,
        "MapValues": _ADDED,
        "OutputField": _ADDED,
        "PMML": _ADDED,
        "PredictiveModelQuality": _ADDED,
        "Segment": _ADDED,
        "StateSpaceModel": _ADDED,
        "TextIndex": _ADDED,
        "TimeSeriesModel": _ADDED,
        "VectorFields": _ADDED,
        # One is required that was not before.
        "ClusteringModel": Decision(REPORTED, NOTHING),
        "TimeSeries": Decision(REPORTED, NOTHING),
    }
)
"""Changes of content models."""

DECISIONS: Final[Mapping[tuple[str, str, str], Decision]] = MappingProxyType(
    {
        # predicted is still there, but deprecated.
        ("MiningField", "usageType", "values"): Decision(REWRITTEN, REWRITTEN),
        # Names of vendors became names of PMML.
        ("MiningField", "missingValueTreatment", "values"): Decision(REWRITTEN, REPORTED),
        ("MiningField", "invalidValueTreatment", "values"): Decision(REWRITTEN, REPORTED),
        ("MiningField", "invalidValueReplacement", "attribute"): Decision(REWRITTEN, REPORTED),
        ("Segmentation", "multipleModelMethod", "values"): Decision(REWRITTEN, REPORTED),
        ("Segmentation", "missingPredictionTreatment", "attribute"): Decision(REWRITTEN, REPORTED),
        ("Segmentation", "missingThreshold", "attribute"): Decision(REWRITTEN, REPORTED),
        ("NormDiscrete", "method", "attribute"): Decision(REWRITTEN, NOTHING),
        # Whatever had no default is read as if it had the later one.
        ("OutputField", "feature", "default"): Decision(NOTHING, REWRITTEN),
        ("SimpleRule", "confidence", "default"): Decision(NOTHING, REWRITTEN),
        ("SimpleRule", "weight", "default"): Decision(NOTHING, REWRITTEN),
        ("TextIndex", "wordSeparatorCharacterRE", "default"): Decision(REWRITTEN, REWRITTEN),
        ("OutputField", "dataType", "required"): Decision(REWRITTEN, NOTHING),
        ("Target", "field", "required"): Decision(NOTHING, REWRITTEN),
    }
)
"""Changes of attributes that are more than an addition or another type."""


def differences(older: str, newer: str) -> Iterator[Difference]:
    """Yield what differs between two of `GRAMMARS`, element by element."""
    old, new = grammar(older), grammar(newer)
    for tag in sorted(old.keys() | new.keys()):
        before, after = old.get(tag), new.get(tag)
        if before is None or after is None:
            yield Difference(tag, "", "element", *_presence(before, after))
        elif before != after:
            yield from _of_element(before, after)


def decision(difference: Difference) -> Decision:
    """Return what is done about a difference.

    Raises KeyError where nothing is decided.
    """
    tag, name, fact, old, new = difference
    known = DECISIONS.get((tag, name, fact))
    if known is not None:
        return known
    if fact == "type":
        return TYPES[old, new]
    if fact == "content":
        return CONTENT[tag]
    is_added = not old or (fact == "values" and set(old.split()) < set(new.split()))
    if fact in ("element", "attribute", "values") and is_added:
        return _ADDED
    raise KeyError(difference)


def _presence(before: object, after: object) -> tuple[str, str]:
    return "" if before is None else "there", "" if after is None else "there"


def _of_element(before: ElementRule, after: ElementRule) -> Iterator[Difference]:
    tag = before.tag
    if (before.content, before.text) != (after.content, after.text):
        yield Difference(tag, "", "content", str(before.content), str(after.content))
    old = {item.name: item for item in before.attributes}
    new = {item.name: item for item in after.attributes}
    for name in sorted(old.keys() | new.keys()):
        left, right = old.get(name), new.get(name)
        if left is None or right is None:
            yield Difference(tag, name, "attribute", *_presence(left, right))
        else:
            yield from _of_attribute(tag, left, right)


def _of_attribute(tag: str, left: AttributeRule, right: AttributeRule) -> Iterator[Difference]:
    facts: tuple[tuple[str, object, object], ...] = (
        ("type", left.type, right.type),
        ("required", left.required, right.required),
        ("default", left.default, right.default),
        ("fixed", left.fixed, right.fixed),
        ("values", left.values, right.values),
    )
    for fact, old, new in facts:
        if old != new:
            yield Difference(tag, left.name, fact, _text(old), _text(new))


def _text(fact: object) -> str:
    if isinstance(fact, tuple):
        return " ".join(fact)
    return "" if fact is None else str(fact)
