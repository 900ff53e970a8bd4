"""An XML Schema for each version of PMML, written from the declarations, and its validator."""

from __future__ import annotations

import html
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from pmmlkit.validation.grammar import AttributeRule, ElementRule, grammar, grammar_version
from pmmlkit.xml import content
from pmmlkit.xml.content import Child, Choice, Mixed, Particle, Repeat, Sequence, TextContent

__all__ = ["SchemaError", "SchemaValidator", "namespace", "schema_text", "validator"]


_KEPT: Final = 32
"""So many schemas are kept: documents may say their namespace as they like."""


def namespace(version: str) -> str:
    """Return the namespace of the documents of a version."""
    major, minor = version.split(".")[:2]
    return f"http://www.dmg.org/PMML-{major}_{minor}"


@lru_cache(maxsize=_KEPT)
def schema_text(version: str, target: str | None = None) -> bytes:
    """Return the XML Schema of a version of PMML as UTF-8 bytes.

    Versions before 4.1 have the grammar of 4.1, in their own namespace. `target`: another
    namespace, that of a document which says it otherwise; empty: none.

    Raises UnsupportedError where the version is not known.
    """
    rules = grammar(grammar_version(version))
    own = html.escape(namespace(version) if target is None else target)
    names = f'xmlns="{own}" targetNamespace="{own}" ' if own else ""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" {names}'
        'elementFormDefault="unqualified">',
        *(line for rule in rules.values() for line in _element(rule)),
        "</xs:schema>",
    ]
    return "\n".join(lines).encode("utf-8")


def _element(rule: ElementRule) -> Iterator[str]:
    yield f'<xs:element name="{rule.tag}">'
    if isinstance(rule.content, content.Anything):
        pass
    elif isinstance(rule.content, TextContent):
        yield from _simple(rule)
    else:
        inner = rule.content
        is_mixed = isinstance(inner, Mixed | content.Any)
        yield '<xs:complexType mixed="true">' if is_mixed else "<xs:complexType>"
        yield from _whole(inner.particle if isinstance(inner, Mixed) else inner)
        for attribute in rule.attributes:
            yield from _attribute(attribute)
        yield "</xs:complexType>"
    yield "</xs:element>"


def _simple(rule: ElementRule) -> Iterator[str]:
    if not rule.attributes:
        yield f"<xs:simpleType>{_list(rule.text)}</xs:simpleType>"
        return
    yield f'<xs:complexType><xs:simpleContent><xs:extension base="{rule.text}">'
    for attribute in rule.attributes:
        yield from _attribute(attribute)
    yield "</xs:extension></xs:simpleContent></xs:complexType>"


def _list(type: str) -> str:
    if type.endswith("*"):
        return f'<xs:list itemType="{type[:-1]}"/>'
    return f'<xs:restriction base="{type}"/>'


def _whole(particle: Particle) -> Iterator[str]:
    if particle == content.EMPTY:
        return
    if isinstance(particle, Sequence | Choice):
        yield from _particle(particle, "")
    else:
        yield "<xs:sequence>"
        yield from _particle(particle, "")
        yield "</xs:sequence>"


def _particle(particle: Particle, occurs: str) -> Iterator[str]:
    if isinstance(particle, Repeat) and (particle.low, particle.high) == (1, 1):
        yield from _particle(particle.particle, occurs)
    elif isinstance(particle, Repeat):
        high = "unbounded" if particle.high is None else particle.high
        outer = f' minOccurs="{particle.low}" maxOccurs="{high}"'
        if occurs:
            yield f"<xs:sequence{occurs}>"
        yield from _particle(particle.particle, outer)
        if occurs:
            yield "</xs:sequence>"
    elif isinstance(particle, Child):
        if len(particle.tags) == 1:
            yield f'<xs:element ref="{particle.tags[0]}"{occurs}/>'
        else:
            yield f"<xs:choice{occurs}>"
            yield from (f'<xs:element ref="{tag}"/>' for tag in particle.tags)
            yield "</xs:choice>"
    elif isinstance(particle, Sequence | Choice):
        name = "sequence" if isinstance(particle, Sequence) else "choice"
        yield f"<xs:{name}{occurs}>"
        for item in particle.particles:
            yield from _particle(item, "")
        yield f"</xs:{name}>"
    elif isinstance(particle, content.Any):
        yield f'<xs:any processContents="skip" minOccurs="{particle.low}" maxOccurs="unbounded"/>'


def _attribute(rule: AttributeRule) -> Iterator[str]:
    said = f'name="{rule.name}"'
    if rule.required:
        said += ' use="required"'
    if rule.default is not None:
        said += f' default="{html.escape(rule.default)}"'
    if rule.fixed is not None:
        said += f' fixed="{html.escape(rule.fixed)}"'
    if rule.values is None:
        yield f'<xs:attribute {said} type="{rule.type}"/>'
        return
    yield f'<xs:attribute {said}><xs:simpleType><xs:restriction base="{rule.type}">'
    for value in rule.values:
        yield f'<xs:enumeration value="{html.escape(value)}"/>'
    yield "</xs:restriction></xs:simpleType></xs:attribute>"


@dataclass(frozen=True, slots=True)
class SchemaError:
    """What a schema has against a document: the line (1-based), the path of the element as XPath,
    the kind of error and the words, both libxml2's.
    """

    line: int
    path: str
    kind: str
    message: str


class SchemaValidator:
    """A compiled schema; any number of threads may use it, one at a time in it."""

    __slots__ = ("_lock", "_schema")

    def __init__(self, text: bytes) -> None:
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        self._schema = etree.XMLSchema(etree.fromstring(text, parser))
        # lxml keeps the errors of the last document in the schema itself.
        self._lock = threading.Lock()

    def errors(self, tree: Any) -> tuple[SchemaError, ...]:
        """Return what is wrong with an lxml tree or element, in document order; empty if valid."""
        with self._lock:
            if self._schema.validate(tree):
                return ()
            return tuple(
                SchemaError(entry.line, entry.path or "", entry.type_name, entry.message)
                for entry in self._schema.error_log
            )


@lru_cache(maxsize=_KEPT)
def validator(version: str, target: str | None = None) -> SchemaValidator:
    """Return the validator of a version of PMML, compiled once; `target` as in `schema_text`.

    Raises UnsupportedError where the version is not known.
    """
    return SchemaValidator(schema_text(version, target))
