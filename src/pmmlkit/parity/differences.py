"""Known places where an oracle is wrong, stops, or cannot say its result through its bridge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lxml import etree

__all__ = ["DIFFERENCES", "KnownDifference", "known_differences"]

Condition = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class KnownDifference:
    """One place: the engine, the version where it was seen, the feature, what happens and why.

    `applies` tells from the root of a parsed document whether it has the feature.
    """

    engine: str
    version: str
    feature: str
    reason: str
    applies: Condition

    def __str__(self) -> str:
        return f"{self.engine} {self.version}, {self.feature}: {self.reason}"


def known_differences(engine: str, document: bytes) -> tuple[KnownDifference, ...]:
    """The entries of `DIFFERENCES` for an engine that a document touches; none if it is not XML."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError:
        return ()
    return tuple(d for d in DIFFERENCES if d.engine == engine and d.applies(root))


def _has(tag: str, attribute: str, *values: str) -> Condition:
    """An element with one of the values in an attribute; with any value when none is given."""

    def applies(root: Any) -> bool:
        found = (element.get(attribute) for element in root.iter(f"{{*}}{tag}"))
        return any(v in values if values else v is not None for v in found)

    return applies


def _lacks(tag: str, attribute: str) -> Condition:
    """An element without an attribute."""
    return lambda root: any(e.get(attribute) is None for e in root.iter(f"{{*}}{tag}"))


def _contains(tag: str) -> Condition:
    return lambda root: next(root.iter(f"{{*}}{tag}"), None) is not None


def _integer_target(root: Any) -> bool:
    names = {
        field.get("name")
        for field in root.iter("{*}DataField")
        if (field.get("dataType"), field.get("optype")) == ("integer", "continuous")
    }
    return any(
        field.get("name") in names and field.get("usageType") in {"target", "predicted"}
        for field in root.iter("{*}MiningField")
    )


def _calls_defined_function(root: Any) -> bool:
    defined = {f.get("name"): f for f in root.iter("{*}DefineFunction")}
    return any(
        apply.get("function") in defined for f in defined.values() for apply in f.iter("{*}Apply")
    )


DIFFERENCES = (
    KnownDifference(
        "jpmml",
        "0.16.0",
        "TreeModel@missingValueStrategy weightedConfidence, aggregateNodes",
        "refuses every row: the attribute value is not supported",
        _has("TreeModel", "missingValueStrategy", "weightedConfidence", "aggregateNodes"),
    ),
    KnownDifference(
        "jpmml",
        "0.16.0",
        "namespace with https",
        "refuses the document: only namespaces with http are taken",
        lambda root: (
            etree.QName(root).namespace is not None
            and etree.QName(root).namespace.startswith("https:")
        ),
    ),
    KnownDifference(
        "jpmml",
        "0.16.0",
        "continuous target of dataType integer",
        "fails a row whose prediction is not whole, where no castInteger is given",
        _integer_target,
    ),
    KnownDifference(
        "jpmml",
        "0.16.0",
        "function median",
        "the function is not known",
        _has("Apply", "function", "median"),
    ),
    KnownDifference(
        "pmml4s",
        "1.5.8",
        "ScoreDistribution without recordCount",
        "refuses the document, also where probabilities are given",
        _lacks("ScoreDistribution", "recordCount"),
    ),
    KnownDifference(
        "pmml4s",
        "1.5.8",
        "multipleModelMethod x-multiModelChain, multiModelChain",
        "refuses the document: one target only",
        _has("Segmentation", "multipleModelMethod", "x-multiModelChain", "multiModelChain"),
    ),
    KnownDifference(
        "pmml4s", "1.5.8", "Lag", "refuses the document: not supported", _contains("Lag")
    ),
    KnownDifference(
        "pmml4s",
        "1.5.8",
        "DefineFunction that calls a DefineFunction",
        "refuses the document: the inner function is not found",
        _calls_defined_function,
    ),
    KnownDifference(
        "pmml4s",
        "1.5.8",
        "target of dataType integer",
        "a prediction that is not whole comes back truncated",
        _integer_target,
    ),
    KnownDifference(
        "pmml4s",
        "1.5.8",
        "output of dataType boolean",
        "the bridge (JSON) gives false for a missing boolean",
        _has("OutputField", "dataType", "boolean"),
    ),
    KnownDifference(
        "pmml4s",
        "1.5.8",
        "output of a date or time type",
        "the bridge (JSON) gives a missing value",
        _has("OutputField", "dataType", "date", "time", "dateTime"),
    ),
)
"""All entries; a new one needs a document that shows it."""
