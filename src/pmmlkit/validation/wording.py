"""What the XML Schema has against a document, in words of PMML: the markup, what is wrong with it,
and the versions that know it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from pmmlkit.errors import Finding
from pmmlkit.language.document import VERSIONS
from pmmlkit.validation.grammar import GRAMMARS, ElementRule, grammar, grammar_version
from pmmlkit.validation.schema import SchemaError

__all__ = ["MOST_OF_A_CODE", "NOT_LISTED", "OF_CONTENT", "UNKNOWN", "Words", "is_wide", "tag_of"]

MOST_OF_A_CODE: Final = 100
"""So many findings of a code are told of a document, lest one drown the others."""

_MISSING_ATTRIBUTE, _BAD_VALUE, NOT_LISTED, _UNKNOWN_ATTRIBUTE = (
    "PMML010",
    "PMML011",
    "PMML012",
    "PMML013",
)
_UNKNOWN_ELEMENT, _MISPLACED, _MISSING_CHILD, _STRAY_TEXT = (
    "PMML014",
    "PMML015",
    "PMML016",
    "PMML017",
)
_WRONG_ROOT, _OTHER = "PMML002", "PMML019"
_LINES_OF_A_TAG: Final = 100
UNKNOWN: Final = frozenset({_UNKNOWN_ATTRIBUTE, _UNKNOWN_ELEMENT})
"""What engines, pmmlkit among them, read past."""
_OF_OLD_VERSIONS: Final = frozenset({NOT_LISTED, _MISPLACED})
"""What a version whose schema is lost may have had."""
OF_CONTENT: Final = frozenset({_MISPLACED, _MISSING_CHILD, _STRAY_TEXT})
"""What the schema tells of an element once, whatever else is wrong in it."""

_CODES: Final = {
    "SCHEMAV_CVC_COMPLEX_TYPE_4": _MISSING_ATTRIBUTE,
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": _UNKNOWN_ATTRIBUTE,
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": _UNKNOWN_ATTRIBUTE,
    "SCHEMAV_CVC_ENUMERATION_VALID": NOT_LISTED,
    "SCHEMAV_ELEMENT_CONTENT": _MISPLACED,
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": _STRAY_TEXT,
    "SCHEMAV_CVC_COMPLEX_TYPE_2_2": _MISPLACED,
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": _STRAY_TEXT,
    "SCHEMAV_CVC_ELT_1": _WRONG_ROOT,
}
_VALUES: Final = ("SCHEMAV_CVC_DATATYPE", "SCHEMAV_CVC_AU", "SCHEMAV_CVC_ATTRIBUTE", "SCHEMAV_CVC_")

_NAMESPACE = re.compile(r"\{[^{}]*\}")
_ATTRIBUTE = re.compile(r"attribute '([^']*)'")
_ELEMENT = re.compile(r"Element '([^']*)'")
_EXPECTED = re.compile(r"Expected is (?:one of )?\( (.*) \)\.")
_VALUE = re.compile(r": (?:\[facet '[^']*'\] )?(?:The value )?'(.*)' is not ", re.DOTALL)


def is_wide(text: bytes) -> bool:
    """Tell whether the characters of a text take several bytes even where they are ASCII."""
    return text[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in text[:4]


def tag_of(element: Any) -> str:
    """Return the tag of an element of lxml, without its namespace; empty for a comment."""
    name = element.tag
    return name.rpartition("}")[2] if isinstance(name, str) else ""


class _Place(NamedTuple):
    tag: str
    attribute: str


class Words:
    """Says in words of PMML what the schema of a version has against a document."""

    def __init__(self, root: Any, version: str, text: bytes, *, strict: bool) -> None:
        self._root = root
        self._is_strict = strict
        self._lines: list[bytes] | None = None if is_wide(text) else text.split(b"\n")
        self._version = grammar_version(version)
        self._is_older = VERSIONS.index(version) < VERSIONS.index(self._version)
        self._rules = grammar(self._version)

    def findings(self, errors: tuple[SchemaError, ...]) -> Iterator[Finding]:
        """Yield what the schema says as findings, of a kind at most MOST_OF_A_CODE."""
        told: Counter[str] = Counter()
        for error in errors:
            told[error.kind] += 1
            if told[error.kind] <= MOST_OF_A_CODE:
                code, message = self._worded(error)
                path = self._path(error.path)
                line = self._start(path.rpartition("/")[2], error.line)
                yield Finding(code, self._severity(code), path, line, message)

    def _severity(self, code: str) -> str:
        if code in UNKNOWN and not self._is_strict:
            return "warning"
        return "warning" if self._is_older and code in _OF_OLD_VERSIONS else "error"

    def _path(self, path: str) -> str:
        found = self._found(path, (self._root,)) if path else []
        if not found:
            return ""
        around = [tag_of(item) for item in found[0].iterancestors()]
        return "/".join((*reversed(around), tag_of(found[0])))

    def _found(self, path: str, declaring: Iterable[Any]) -> list[Any]:
        """Return what stands at a path, by the prefixes that some elements declare."""
        from lxml.etree import XPathEvalError

        prefixes = {
            prefix: uri for item in declaring for prefix, uri in item.nsmap.items() if prefix
        }
        try:
            found: list[Any] = self._root.getroottree().xpath(path, namespaces=prefixes)
        except XPathEvalError:
            # the prefix is declared further down
            if declaring == (self._root,):
                return self._found(path, self._root.iter("*"))
            return []
        return found

    def _start(self, tag: str, line: int) -> int:
        """Return the line on which the start tag begins that ends on a line: lxml knows its end."""
        if self._lines is None or not tag:
            return line
        opening = re.compile(rb"<(?:[^\s<>:]*:)?%s(?![^\s/>])" % re.escape(tag.encode()))
        for at in range(min(line, len(self._lines)), max(0, line - _LINES_OF_A_TAG), -1):
            if opening.search(self._lines[at - 1]):
                return at
        return line

    def _worded(self, error: SchemaError) -> tuple[str, str]:
        said = _NAMESPACE.sub("", error.message)
        code = _CODES.get(error.kind, _BAD_VALUE if error.kind.startswith(_VALUES) else _OTHER)
        element, attribute = _ELEMENT.search(said), _ATTRIBUTE.search(said)
        place = _Place(element[1] if element else "", attribute[1] if attribute else "")
        if code == _MISSING_ATTRIBUTE:
            return code, f"attribute {place.attribute} of {place.tag} is required"
        if code == _UNKNOWN_ATTRIBUTE:
            return code, self._unknown_attribute(place)
        if code in (NOT_LISTED, _BAD_VALUE):
            return code, self._bad_value(place, said)
        if code == _MISPLACED:
            return self._misplaced(place, said)
        if code == _STRAY_TEXT:
            return code, f"{place.tag} must not hold text here"
        if code == _WRONG_ROOT:
            return code, f"{place.tag} is not the root element of PMML {self._version}"
        return code, said

    def _unknown_attribute(self, place: _Place) -> str:
        known = _versions(lambda rules: place.attribute in _attributes(rules.get(place.tag)))
        return f"{place.tag} has no attribute {place.attribute}{self._elsewhere(known)}"

    def _bad_value(self, place: _Place, said: str) -> str:
        value = _VALUE.search(said)
        what = f"attribute {place.attribute} of {place.tag}" if place.attribute else place.tag
        shown = f" has the value {value[1]!r:.80}" if value else " has a value"
        rule = _attributes(self._rules.get(place.tag)).get(place.attribute)
        if rule is None:
            return f"{what}{shown} that is not of its type"
        if rule.values is None or value is None:
            return f"{what}{shown}, which is no {rule.type.removeprefix('xs:')}"
        known = _versions(lambda rules: value[1] in _listed(rules.get(place.tag), place.attribute))
        return (
            f"{what}{shown}, which is not one of {', '.join(rule.values)}{self._elsewhere(known)}"
        )

    def _misplaced(self, place: _Place, said: str) -> tuple[str, str]:
        expected = _EXPECTED.search(said)
        options = expected[1].split(", ") if expected else []
        wanted = f"; expected: {', '.join(options)}" if options else ""
        wanted = wanted.replace("*", "any element")
        if "Missing child" in said:
            return _MISSING_CHILD, f"{place.tag} lacks a child element{wanted}"
        if place.tag in self._rules:
            return _MISPLACED, f"{place.tag} is in the wrong place or comes too often{wanted}"
        known = _versions(lambda rules: place.tag in rules)
        return _UNKNOWN_ELEMENT, f"there is no element {place.tag}{self._elsewhere(known)}{wanted}"

    def _elsewhere(self, known: tuple[str, ...]) -> str:
        """Say which other versions know the markup."""
        if not known:
            return f" in PMML {self._version}"
        if known[-1] == GRAMMARS[-1]:
            return f" in PMML {self._version}; it is of {known[0]} and later"
        return f" in PMML {self._version}; it is of {known[0]} to {known[-1]}"


def _versions(knows: Any) -> tuple[str, ...]:
    return tuple(version for version in GRAMMARS if knows(grammar(version)))


def _attributes(rule: ElementRule | None) -> dict[str, Any]:
    return {} if rule is None else {item.name: item for item in rule.attributes}


def _listed(rule: ElementRule | None, attribute: str) -> tuple[str, ...]:
    found = _attributes(rule).get(attribute)
    return () if found is None or found.values is None else found.values
