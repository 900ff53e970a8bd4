"""Structure-aware mutations of documents: the tree is broken, not the bytes.

All chance comes from one number, so that a mutant is made again from its document and that number.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from lxml import etree

__all__ = ["MODELS", "mutant"]

NUMBERS = (
    *("", " ", "0", "-0", "1", "-1", "2", "0.5", "1.5", "3", "1000", "1e-320", "1e308", "-1e308"),
    *("1e400", "-1e400", "NaN", "INF", "-INF", "Infinity", "2147483648", "4294967296"),
    *("9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775809"),
    *("1" * 400, "1,5", "0x10", "1_000", "\u0661", "text", "+1", "1.", ".5", "1e", "true"),
)
TEXTS = (
    *("", " ", "x", "y", "nowhere", "true", "false", "double", "float", "integer", "string"),
    *("date", "time", "dateTime", "boolean", "dateDaysSince[1970]", "timeSeconds", "continuous"),
    *("categorical", "ordinal", "regression", "classification", "clustering", "sequences"),
    *("timeSeries", "associationRules", "mixed", "predicted", "target", "active", "group", "order"),
    *("supplementary", "frequencyWeight", "analysisWeight", "+", "-", "/", "*", "concat", "sum"),
    *("isIn", "lessThan", "if", "x-unknown", "none", "sum", "average", "weightedSum", "max"),
    *("median", "selectFirst", "selectAll", "modelChain", "multiModelChain", "majorityVote"),
    *("probability", "predictedValue", "residual", "reasonCode", "ruleValue", "entityId"),
    *("affinity", "confidence", "decision", "transformedValue", "standardError", "asIs"),
    *("asMissing", "asValue", "returnInvalid", "asExtremeValues", "asMissingValues", "softmax"),
    *("logit", "exp", "simplemax", "\u00e9", "\U0001f600", "a" * 300, "]]>", "%", "(", "a|b"),
)
ATTRIBUTES = (
    *("name", "field", "value", "dataType", "optype", "functionName", "function", "coefficient"),
    *("usageType", "n", "type", "id", "score", "weight", "invalidValueTreatment", "targetField"),
    *("missingValueTreatment", "missingValueReplacement", "missingValueStrategy", "x-mathContext"),
    *("outliers", "lowValue", "highValue", "mapMissingTo", "defaultValue", "rank", "feature"),
    *("isMultiValued", "segmentId", "rescaleFactor", "castInteger", "min", "max", "threshold"),
    *("activationFunction", "normalizationMethod", "isTransformed", "ruleFeature", "algorithm"),
    *("targetCategory", "exponent", "cumulative", "aggregate", "groupField", "recordCount"),
)
MODELS = frozenset(
    [
        "AnomalyDetectionModel",
        "AssociationModel",
        "BaselineModel",
        "BayesianNetworkModel",
        "ClusteringModel",
        "GaussianProcessModel",
        "GeneralRegressionModel",
        "MiningModel",
        "NaiveBayesModel",
        "NearestNeighborModel",
        "NeuralNetwork",
        "RegressionModel",
        "RuleSetModel",
        "Scorecard",
        "SequenceModel",
        "SupportVectorMachineModel",
        "TextModel",
        "TimeSeriesModel",
        "TreeModel",
    ]
)

Elements = list[Any]
Chance = random.Random


def _tag(element: Any) -> str:
    return str(etree.QName(element).localname)


def _copied(element: Any) -> Any:
    return etree.fromstring(etree.tostring(element, with_tail=False))


def _is_within(element: Any, other: Any) -> bool:
    return element is other or element in other.iterancestors()


def _with_attributes(elements: Elements) -> Elements:
    return [element for element in elements if element.attrib]


def drop(elements: Elements, chance: Chance) -> None:
    element = chance.choice(elements)
    element.getparent().remove(element)


def duplicate(elements: Elements, chance: Chance) -> None:
    element = chance.choice(elements)
    for _ in range(chance.choice((1, 1, 1, 7))):
        element.addnext(_copied(element))


def swap(elements: Elements, chance: Chance) -> None:
    """Two elements change places, mostly siblings."""
    one = chance.choice(elements)
    near = [item for item in one.getparent().iterchildren("*") if item is not one]
    other = chance.choice(near if near and chance.random() < 0.7 else elements)
    if _is_within(one, other) or _is_within(other, one):
        return
    first, second = _copied(one), _copied(other)
    one.getparent().replace(one, second)
    other.getparent().replace(other, first)


def move(elements: Elements, chance: Chance) -> None:
    element, other = chance.choice(elements), chance.choice(elements)
    if not _is_within(element, other):
        other.insert(chance.randint(0, len(other)), element)


def copy(elements: Elements, chance: Chance) -> None:
    element, other = chance.choice(elements), chance.choice(elements)
    other.insert(chance.randint(0, len(other)), _copied(element))


def copy_beside_its_kind(elements: Elements, chance: Chance) -> None:
    """A copy in place of another element, where that one's kind is allowed."""
    element, other = chance.choice(elements), chance.choice(elements)
    if _is_within(element, other) or _is_within(other, element):
        return
    other.getparent().replace(other, _copied(element))


def rename_element(elements: Elements, chance: Chance) -> None:
    chance.choice(elements).tag = chance.choice(elements).tag


def drop_attribute(elements: Elements, chance: Chance) -> None:
    element = chance.choice(_with_attributes(elements))
    del element.attrib[chance.choice(sorted(element.attrib))]


def rename_attribute(elements: Elements, chance: Chance) -> None:
    element = chance.choice(_with_attributes(elements))
    name = chance.choice(sorted(element.attrib))
    text = element.attrib.pop(name)
    element.set(chance.choice(ATTRIBUTES), text)


def set_number(elements: Elements, chance: Chance) -> None:
    """A number becomes another text."""
    found = [
        (element, name)
        for element in elements
        for name, text in sorted(element.attrib.items())
        if text[:1] in "0123456789-+."
    ]
    if found:
        element, name = chance.choice(found)
        element.set(name, chance.choice(NUMBERS))


def set_attribute(elements: Elements, chance: Chance) -> None:
    element = chance.choice(_with_attributes(elements))
    element.set(chance.choice(sorted(element.attrib)), chance.choice(TEXTS + NUMBERS))


def add_attribute(elements: Elements, chance: Chance) -> None:
    chance.choice(elements).set(chance.choice(ATTRIBUTES), chance.choice(TEXTS + NUMBERS))


def take_attribute(elements: Elements, chance: Chance) -> None:
    """An attribute gets the text of the same attribute elsewhere: ids double, references turn."""
    holders = _with_attributes(elements)
    element = chance.choice(holders)
    name = chance.choice(sorted(element.attrib))
    others = [item.get(name) for item in holders if item.get(name) is not None]
    element.set(name, chance.choice(others))


def take_any_text(elements: Elements, chance: Chance) -> None:
    """An attribute gets the text of any other: references of one kind name another kind."""
    holders = _with_attributes(elements)
    element, other = chance.choice(holders), chance.choice(holders)
    element.set(
        chance.choice(sorted(element.attrib)),
        chance.choice([other.attrib[name] for name in sorted(other.attrib)]),
    )


def rename_everywhere(elements: Elements, chance: Chance) -> None:
    """A name becomes another that is there, or an odd one, wherever it stands."""
    names = sorted(
        {element.get(key) for element in elements for key in ("name", "id", "field")} - {None}
    )
    if not names:
        return
    old = chance.choice(names)
    new = chance.choice([*names, "", "nowhere", "\u00e9"])
    for element in elements:
        for key, text in element.attrib.items():
            if text == old and chance.random() < 0.8:
                element.set(key, new)


def change_text(elements: Elements, chance: Chance) -> None:
    """The items of an array: more, fewer, others."""
    texts = [element for element in elements if (element.text or "").strip()]
    if not texts:
        return
    element = chance.choice(texts)
    items = element.text.split()
    at = chance.randrange(len(items))
    kind = chance.randrange(5)
    if kind == 0:
        items[at] = chance.choice(NUMBERS)
    elif kind == 1:
        del items[at]
    elif kind == 2:
        items.insert(at, items[at])
    elif kind == 3:
        items *= 2
    else:
        items = [chance.choice(TEXTS + NUMBERS)]
    element.text = " ".join(items)


def empty(elements: Elements, chance: Chance) -> None:
    """An element loses what is in it."""
    element = chance.choice(elements)
    for child in list(element):
        element.remove(child)
    element.text = None


def into_function(elements: Elements, chance: Chance) -> None:
    """The model says that it is of another mining function."""
    models = [element for element in elements if _tag(element) in MODELS]
    if models:
        functions = ("regression", "classification", "clustering", "timeSeries", "sequences")
        chance.choice(models).set("functionName", chance.choice(functions))


MUTATIONS: tuple[Callable[[Elements, Chance], None], ...] = (
    *(drop, drop, duplicate, swap, move, copy, copy_beside_its_kind, rename_element, empty),
    *(drop_attribute, rename_attribute, set_number, set_number, set_number, set_attribute),
    *(set_attribute, add_attribute, take_attribute, take_attribute, take_any_text),
    *(rename_everywhere, change_text, change_text, into_function),
)


def splice(root: Any, other: Any, chance: Chance) -> None:
    """Make the first model a segment of a MiningModel, beside or before a model of another
    document, whose fields come along.
    """
    own = [element for element in root if _tag(element) in MODELS]
    guests = [element for element in other if _tag(element) in MODELS]
    if not own or not guests:
        return
    host, guest = own[0], chance.choice(guests)
    space = etree.QName(root).namespace
    for tag in ("DataDictionary", "TransformationDictionary"):
        _join(root, other, f"{{{space}}}{tag}", f"{{{etree.QName(other).namespace}}}{tag}")
    mining = etree.Element(f"{{{space}}}MiningModel")
    mining.set("functionName", chance.choice((host, guest)).get("functionName", "regression"))
    host.getparent().replace(host, mining)
    schema = etree.SubElement(mining, f"{{{space}}}MiningSchema")
    names = set()
    for model in (host, guest):
        for item in model.iter("{*}MiningField"):
            if item.get("name") not in names and (model is host or item.get("usageType") is None):
                names.add(item.get("name"))
                schema.append(_copied(item))
    segmentation = etree.SubElement(mining, f"{{{space}}}Segmentation")
    methods = (
        "selectFirst",
        "selectAll",
        "modelChain",
        "majorityVote",
        "average",
        "sum",
        "max",
        "median",
        "weightedAverage",
        "weightedMajorityVote",
        "multiModelChain",
    )
    segmentation.set("multipleModelMethod", chance.choice(methods))
    models = [host, guest]
    chance.shuffle(models)
    for at, model in enumerate(models):
        segment = etree.SubElement(segmentation, f"{{{space}}}Segment", id=f"s{at}")
        etree.SubElement(segment, f"{{{space}}}True")
        segment.append(_copied(model))


def _join(root: Any, other: Any, tag: str, other_tag: str) -> None:
    """Add the children of another document's element that have new names."""
    source = other.find(other_tag)
    if source is None:
        return
    target = root.find(tag)
    if target is None:
        dictionary = root.find("{*}DataDictionary")
        if dictionary is None:
            return
        dictionary.addnext(_copied(source))
        return
    known = {element.get("name") for element in target}
    for element in source:
        if element.get("name") not in known:
            target.append(_copied(element))


def mutant(document: bytes, chance: random.Random, others: Sequence[bytes] = ()) -> bytes:
    """Return a broken document: one to five mutations, sometimes after a splice with another."""
    root = etree.fromstring(document)
    if others and chance.random() < 0.25:
        splice(root, etree.fromstring(chance.choice(others)), chance)
        if chance.random() < 0.5:
            return _written(root)
    if chance.random() < 0.03:
        return _written(root)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
        elements = [element for element in root.iter("*") if element is not root]
        if len(elements) < 2 or not _with_attributes(elements):
            break
        chance.choice(MUTATIONS)(elements, chance)
    return _written(root)


def _written(root: Any) -> bytes:
    text: bytes = etree.tostring(root)
    return text
