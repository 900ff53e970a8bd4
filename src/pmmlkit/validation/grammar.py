"""The grammar of one version of PMML: what the declarations say of elements, attributes and values
in that version.

Vendors' markup (``x-`` attributes and values, ``X-`` elements) is not part of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from pmmlkit.errors import UnsupportedError
from pmmlkit.language.document import VERSIONS
from pmmlkit.xml import content
from pmmlkit.xml.content import Child, Choice, Mixed, Particle, Repeat, Sequence, TextContent
from pmmlkit.xml.declaration import NO_DEFAULT, Attribute, Declaration, Enumeration
from pmmlkit.xml.lexical import Lexical

__all__ = ["GRAMMARS", "AttributeRule", "ElementRule", "grammar", "grammar_version"]

GRAMMARS: Final = ("4.1", "4.2", "4.2.1", "4.3", "4.4", "4.4.1")
"""The versions that have a grammar of their own."""


@dataclass(frozen=True, slots=True)
class AttributeRule:
    """An attribute in one version; `type` is a built-in type of XML Schema, `values` None where
    any value of the type may stand.
    """

    name: str
    type: str
    required: bool
    default: str | None
    fixed: str | None
    values: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class ElementRule:
    """An element in one version; `content` is TEXT (of the type `text`), ANY, Mixed or a content
    model; a type that ends in ``*`` is a list.
    """

    tag: str
    attributes: tuple[AttributeRule, ...]
    content: Particle
    text: str


def grammar_version(version: str) -> str:
    """Return the version whose grammar holds for a document of `version`: 4.1 for all that are
    older, whose schemas cannot be had.

    Raises UnsupportedError where the version is not known.
    """
    if version not in VERSIONS:
        raise UnsupportedError(
            f"version {version!r:.40} of PMML is not known; known are {', '.join(VERSIONS)}"
        )
    return GRAMMARS[max(0, VERSIONS.index(version) - VERSIONS.index(GRAMMARS[0]))]


@cache
def grammar(version: str) -> Mapping[str, ElementRule]:
    """Return the elements of one of `GRAMMARS` by tag, in the order of their tags."""
    known = {
        tag: declaration
        for tag, declaration in _declarations().items()
        if not tag.startswith("X-") and _holds(version, declaration.since, declaration.until)
    }
    tags = frozenset(known)
    rules = {tag: _element(tag, known[tag], version, tags) for tag in sorted(known)}
    return MappingProxyType(rules)


def _declarations() -> dict[str, Declaration]:
    from pmmlkit.language.run_elements import RUN_ELEMENTS
    from pmmlkit.language.vocabulary import element_classes

    found = {tag: kind.declaration for tag, kind in element_classes().items()}
    return {**found, **{tag: kind.declaration for tag, kind in RUN_ELEMENTS.items()}}


def _holds(version: str, since: str | None, until: str | None) -> bool:
    at = VERSIONS.index(version)
    return (since is None or VERSIONS.index(since) <= at) and (
        until is None or at <= VERSIONS.index(until)
    )


def _earliest(version: str, facts: Mapping[str, Any]) -> Any:
    """Return the fact of the first version that is not before `version`, None if there is none."""
    later = [key for key in facts if _holds(version, None, key)]
    return facts[min(later, key=VERSIONS.index)] if later else None


def _element(tag: str, declaration: Declaration, version: str, tags: frozenset[str]) -> ElementRule:
    model = _earliest(version, declaration.earlier)
    particle = _part(declaration.content if model is None else model, version, tags)
    rules = tuple(_attributes(declaration, version))
    particle = content.EMPTY if particle is None else particle
    text = ""
    if declaration.text is not None and isinstance(particle, TextContent):
        text = _base(declaration.text.type, version)
    return ElementRule(tag, rules, particle, text)


def _part(particle: Particle, version: str, tags: frozenset[str]) -> Particle | None:
    """Return what there is of a content model in one version, None if nothing."""
    if isinstance(particle, Child):
        if not _holds(version, particle.since, particle.until):
            return None
        present = tuple(tag for tag in particle.tags if tag in tags)
        return Child(present, particle.into) if present else None
    if isinstance(particle, Sequence | Choice):
        parts = [_part(item, version, tags) for item in particle.particles]
        present_parts = tuple(part for part in parts if part is not None)
        return type(particle)(present_parts) if present_parts or not parts else None
    if isinstance(particle, Repeat):
        inner = _part(particle.particle, version, tags)
        return None if inner is None else Repeat(inner, particle.low, particle.high)
    if isinstance(particle, Mixed):
        return Mixed(_part(particle.particle, version, tags) or content.EMPTY)
    return particle


def _attributes(declaration: Declaration, version: str) -> Iterator[AttributeRule]:
    for item in declaration.attributes:
        if not item.xml_name.startswith("x-") and _holds(version, item.since, item.until):
            yield _attribute(item, version)


def _attribute(item: Attribute, version: str) -> AttributeRule:
    def fact(key: str, otherwise: Any) -> Any:
        said = {at: {key: facts[key]} for at, facts in item.earlier.items() if key in facts}
        found = _earliest(version, said)
        return otherwise if found is None else found[key]

    lexical: Lexical = fact("type", item.type)
    required: bool = fact("required", item.required)
    default = fact("default", item.default)
    values: Enumeration | None = fact("values", item.values)
    has_default = not required and default is not None and default is not NO_DEFAULT
    fixed: str | None = fact("fixed", None)
    return AttributeRule(
        item.xml_name,
        _base(lexical, version),
        required,
        lexical.format(default) if has_default and fixed is None else None,
        fixed,
        None if values is None else tuple(_values(values, version)),
    )


def _values(values: Enumeration, version: str) -> Iterator[str]:
    for value, (since, until) in values.values.items():
        if not value.startswith("x-") and _holds(version, since, until):
            yield value


def _base(lexical: Lexical, version: str) -> str:
    found: str | None = _earliest(version, lexical.earlier)
    return lexical.base if found is None else found
