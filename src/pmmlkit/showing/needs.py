"""What scoring a document takes: fields of the row, extensions, libraries, whole tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from pmmlkit.language.document import Document
from pmmlkit.language.functions.backtracking import cost
from pmmlkit.language.functions.patterns import PatternError, parse
from pmmlkit.language.functions.registry import built_in
from pmmlkit.showing.facts import Needs

__all__ = ["needs_of"]

_SEARCHING: Final = ("matches", "replace")
_TOGETHER: Final = ("Lag", "Aggregate", "BaselineModel", "SequenceModel")
"""Elements whose rows depend on each other."""


def needs_of(document: Document, elements: Iterable[Any]) -> Needs:
    """Gather what there is to say from the models at the top and all elements."""
    extensions: Counter[str] = Counter()
    patterns: list[str] = []
    outside = 0
    together: Counter[str] = Counter()
    for element in elements:
        tag = element.tag
        extensions.update(_extensions(element))
        patterns += _patterns(element)
        outside += tag == "TableLocator"
        if tag in _TOGETHER:
            together[tag] += 1
    linear = sum(_is_exponential(pattern) for pattern in patterns)
    return Needs(
        tuple(_inputs(document)),
        tuple(_counted(extensions)),
        len(patterns),
        linear,
        outside,
        tuple(sorted(together)),
    )


def _inputs(document: Document) -> Iterable[str]:
    root = document.root
    dictionary = root.transformation_dictionary
    if not root.models and dictionary is not None and not document.fatal:
        read = dictionary.read_by([item.name for item in dictionary.derived_fields if item.name])
        return [item.name for item in root.data_dictionary.data_fields if item.name in read]
    names: dict[str, None] = {}
    for model in root.models:
        schema = getattr(model, "mining_schema", None)
        for item in () if schema is None else schema.mining_fields or ():
            if item.is_input and item.usage_type != "supplementary" and item.name is not None:
                names.setdefault(item.name)
    return names


def _counted(found: Counter[str]) -> Iterable[str]:
    for name, count in sorted(found.items()):
        yield name if count == 1 else f"{name} ({count:,})"


def _extensions(element: Any) -> Iterable[str]:
    """Yield what stands in an element beyond PMML: Extension elements, x- attributes and values,
    X- elements, functions of vendors.
    """
    tag = element.tag
    if tag == "Extension":
        yield f"Extension {element.name or element.extender or ''}".rstrip()
    elif tag.startswith("X-"):
        yield tag
    declaration = type(element).declaration
    for item in declaration.attributes:
        value = getattr(element, item.name)
        if item.xml_name.startswith("x-") and value is not None:
            yield f"{tag} {item.xml_name}"
        elif item.values is not None and isinstance(value, str) and value.startswith("x-"):
            yield f"{tag} {item.xml_name}={value}"
    if tag == "Apply" and element.function and _is_vendor(element.function):
        yield f"function {element.function}"
    rest = element.remainder
    for name, _ in () if rest is None else rest.attributes:
        yield f"{tag} {name}"
    for _, markup in () if rest is None else rest.children:
        for name, _ in markup.elements():
            yield name


def _is_vendor(function: str) -> bool:
    return function.startswith("x-") and built_in(function) is not None


def _patterns(element: Any) -> Iterable[str]:
    """Yield the regular expressions that stand in an element."""
    if element.tag == "Apply" and element.function in _SEARCHING:
        given = (element.expressions or ())[1:2]
        for item in given:
            if item.tag == "Constant":
                yield item.text or ""
    elif element.tag == "TextIndexNormalization":
        table = getattr(element.inline_table, "rows", None)
        flags = None if table is None else table.column(element.regex_field or "")
        texts = None if table is None else table.column(element.in_field or "")
        for flag, text in zip(flags or (), texts or (), strict=False):
            if flag in ("true", "1") and text is not None:
                yield text
    if element.tag in ("TextIndex", "TextIndexNormalization"):
        separator = element.word_separator_character_re
        if (
            separator is not None
            and separator
            != type(element).declaration.field_by_name["word_separator_character_re"].default
        ):
            yield separator


def _is_exponential(pattern: str) -> bool:
    try:
        return cost(parse(pattern)).is_exponential
    except (PatternError, OverflowError, RecursionError):
        return False
