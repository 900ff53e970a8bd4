"""Known places where an oracle is wrong, stops, or cannot say its result through its bridge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

__all__ = ["DIFFERENCES", "KnownDifference", "known_differences"]

Condition = Callable[[Any], bool]

_LINKS: Final = frozenset({"logit", "probit", "cloglog", "loglog", "cauchit"})
_TARGET: Final = frozenset({"target", "predicted"})


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


def _finds(path: str) -> Condition:
    """An element at an ElementPath."""
    return lambda root: root.find(path) is not None


def _any_of(*conditions: Condition) -> Condition:
    return lambda root: any(applies(root) for applies in conditions)


def _integer_target(root: Any) -> bool:
    names = {
        field.get("name")
        for field in root.iter("{*}DataField")
        if (field.get("dataType"), field.get("optype")) == ("integer", "continuous")
    }
    return not names.isdisjoint(_names_of_use(root, _TARGET))


def _integer_or_boolean_input(root: Any) -> bool:
    names = {
        field.get("name")
        for field in root.iter("{*}DataField")
        if field.get("dataType") in {"integer", "boolean"}
    }
    return not names.isdisjoint(_names_of_use(root, frozenset({"active"})))


def _names_of_use(model: Any, usages: frozenset[str]) -> set[str]:
    """The names of the MiningFields of some usage types, those of inner models among them."""
    return {
        field.get("name")
        for field in model.iter("{*}MiningField")
        if field.get("usageType", "active") in usages
    }


def _linked_models(root: Any) -> list[Any]:
    """The RegressionModels that classify by a link of two categories."""
    models = root.iterfind(".//{*}RegressionModel[@functionName='classification']")
    return [model for model in models if model.get("normalizationMethod") in _LINKS]


def _second_table(root: Any) -> bool:
    tables = (model.findall("{*}RegressionTable") for model in _linked_models(root))
    return any(len(found) == 2 and _says_something(found[1]) for found in tables)


def _says_something(table: Any) -> bool:
    """Tell whether a RegressionTable is more than a 0."""
    terms = ("NumericPredictor", "CategoricalPredictor", "PredictorTerm")
    if any(table.find(f"{{*}}{tag}") is not None for tag in terms):
        return True
    try:
        return float(table.get("intercept", "0")) != 0
    except ValueError:
        return True


def _unlisted_target(root: Any) -> bool:
    unlisted = {
        field.get("name")
        for field in root.iterfind("{*}DataDictionary/{*}DataField")
        if field.find("{*}Value") is None
    }
    return any(
        not unlisted.isdisjoint(_names_of_use(model, _TARGET)) for model in _linked_models(root)
    )


def _generalized_category(root: Any) -> bool:
    models = root.iterfind(".//{*}GeneralRegressionModel[@modelType='generalizedLinear']")
    return any(
        model.get("functionName") == "classification" and model.get("distribution") != "binomial"
        for model in models
    )


def _unstated_confidence(root: Any) -> bool:
    trees = root.iterfind(".//{*}TreeModel[@missingValueStrategy='weightedConfidence']")
    return any(_lacks("ScoreDistribution", "confidence")(tree) for tree in trees)


def _calls_later_function(root: Any) -> bool:
    definitions = list(root.iter("{*}DefineFunction"))
    unknown = {definition.get("name") for definition in definitions}
    for definition in definitions:
        if any(apply.get("function") in unknown for apply in definition.iter("{*}Apply")):
            return True
        unknown.discard(definition.get("name"))
    return False


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
        "DefineFunction that calls one that is defined later",
        "refuses the document: a function is found only behind its definition",
        _calls_later_function,
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
    KnownDifference(
        "pmml4s",
        "1.5.8",
        "RegressionModel@normalizationMethod logit and other links, two tables",
        "takes the second table, unless its intercept is 0 and it has no predictors",
        _second_table,
    ),
    KnownDifference(
        "pmml4s",
        "1.5.8",
        "RegressionModel@normalizationMethod logit and other links, target without Values",
        "gives no result",
        _unlisted_target,
    ),
    KnownDifference(
        "pmml4s",
        "1.5.8",
        "GeneralRegressionModel generalizedLinear, classification, distribution not binomial",
        "gives the probability as the category, and no probabilities",
        _generalized_category,
    ),
    KnownDifference(
        "pmml4s",
        "1.5.8",
        "Predictor with a Matrix of contrasts",
        "takes each entry that is not 0 as 1",
        _finds(".//{*}Predictor/{*}Matrix"),
    ),
    KnownDifference(
        "pmml4s",
        "1.5.8",
        "TreeModel@missingValueStrategy weightedConfidence without stated confidences",
        "gives no result for a row that lacks a value",
        _unstated_confidence,
    ),
    KnownDifference(
        "pmml4s",
        "1.5.8",
        "CompoundPredicate xor",
        "is never true",
        _has("CompoundPredicate", "booleanOperator", "xor"),
    ),
    KnownDifference(
        "pmml4s",
        "1.5.8",
        "Discretize@defaultValue, mapMissingTo",
        "gives a missing value; refuses a model that names the text",
        _any_of(_has("Discretize", "defaultValue"), _has("Discretize", "mapMissingTo")),
    ),
    KnownDifference(
        "pmml4s",
        "1.5.8",
        "functions of dates",
        "give a missing value",
        _has(
            "Apply",
            "function",
            "dateDaysSinceYear",
            "dateSecondsSinceYear",
            "dateSecondsSinceMidnight",
            "formatDatetime",
        ),
    ),
    KnownDifference(
        "pmml4s",
        "1.5.8",
        "function formatNumber",
        "fails the row: numbers do not reach the format as numbers",
        _has("Apply", "function", "formatNumber"),
    ),
    KnownDifference(
        "pmml4s",
        "1.5.8",
        "residual of a regression",
        "has the opposite sign",
        _finds(".//*[@functionName='regression']/{*}Output/{*}OutputField[@feature='residual']"),
    ),
    KnownDifference(
        "pmml4s",
        "1.5.8",
        "input of dataType integer or boolean",
        "the bridge (JSON) hands a missing value over as -2^63, or as false",
        _integer_or_boolean_input,
    ),
)
"""All entries; a new one needs a document that shows it."""
