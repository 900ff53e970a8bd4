"""The text of a document against the schema of its version, vendors' markup aside.

Specification: Conformance. What the schema says is worded anew, with the versions that know the
markup.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, NamedTuple

from pmmlkit.errors import Finding
from pmmlkit.language.document import VERSIONS, Document, namespace_version
from pmmlkit.language.mistakes import UNKNOWN_VALUE
from pmmlkit.validation.grammar import GRAMMARS, ElementRule, grammar, grammar_version
from pmmlkit.validation.plain_nodes import are_sound, without
from pmmlkit.validation.schema import SchemaError, validator
from pmmlkit.xml.feed import BulkRun

__all__ = ["MOST_OF_A_CODE", "Conformance", "is_harmless", "merged", "version_findings"]

MOST_OF_A_CODE: Final = 100
"""So many findings of a code are told of a document, lest one drown the others."""

_MISSING_ATTRIBUTE, _BAD_VALUE, _NOT_LISTED, _UNKNOWN_ATTRIBUTE = (
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
_LINES_OF_A_TAG: Final = 100
_WRONG_ROOT, _OLD_VERSION, _TOO_MANY, _OTHER = "PMML002", "PMML005", "PMML006", "PMML019"
_MOST_MISTAKES: Final = 5_000
_SAME_MISTAKE: Final = {UNKNOWN_VALUE: _NOT_LISTED}
"""What the compiler says, too, of what the schema says."""
_UNKNOWN: Final = frozenset({_UNKNOWN_ATTRIBUTE, _UNKNOWN_ELEMENT})
"""What engines, pmmlkit among them, read past."""
_OF_OLD_VERSIONS: Final = frozenset({_NOT_LISTED, _MISPLACED})
"""What a version whose schema is lost may have had."""
_OF_CONTENT: Final = frozenset({_MISPLACED, _MISSING_CHILD, _STRAY_TEXT})

_CODES: Final = {
    "SCHEMAV_CVC_COMPLEX_TYPE_4": _MISSING_ATTRIBUTE,
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": _UNKNOWN_ATTRIBUTE,
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": _UNKNOWN_ATTRIBUTE,
    "SCHEMAV_CVC_ENUMERATION_VALID": _NOT_LISTED,
    "SCHEMAV_ELEMENT_CONTENT": _MISPLACED,
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": _STRAY_TEXT,
    "SCHEMAV_CVC_COMPLEX_TYPE_2_2": _MISPLACED,
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": _STRAY_TEXT,
    "SCHEMAV_CVC_ELT_1": _WRONG_ROOT,
}
_VALUES: Final = ("SCHEMAV_CVC_DATATYPE", "SCHEMAV_CVC_AU", "SCHEMAV_CVC_ATTRIBUTE", "SCHEMAV_CVC_")

_PLAIN_START: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^<>]*\?>)?\s*<PMML[\s>]")
_VENDORS: Final = re.compile(rb"""[\s"']x-|<(?:[^\s<>:]*:)?X-""")
_VENDORS_ATTRIBUTES: Final = "//@*[starts-with(name(), 'x-')]/.."
_VENDORS_VALUES: Final = "//@*[starts-with(., 'x-')]/.."
_VENDORS_ELEMENTS: Final = (
    "//*[starts-with(local-name(), 'X-')]"
    "[not(ancestor::*[local-name() = 'row' or local-name() = 'Extension'])]"
)
_NAMESPACE = re.compile(r"\{[^{}]*\}")
_ATTRIBUTE = re.compile(r"attribute '([^']*)'")
_ELEMENT = re.compile(r"Element '([^']*)'")
_EXPECTED = re.compile(r"Expected is (?:one of )?\( (.*) \)\.")
_VALUE = re.compile(r": (?:\[facet '[^']*'\] )?(?:The value )?'(.*)' is not ", re.DOTALL)


class Conformance:
    """A text held against the schema of its version.

    Unless `strict`, attributes and listed values that start with ``x-`` and elements that start
    with ``X-`` are allowed, and other unknown attributes and elements are warnings. A text that is
    no XML to lxml, or of no known version, has no findings here: the reader has.
    """

    def __init__(self, text: bytes, *, strict: bool = False) -> None:
        self._text = text
        self._strict = strict
        self._root: Any = None
        self._is_parsed = False

    def parse(self) -> None:
        """Parse the text; may go before our own reader where the text `is_harmless`."""
        self._root = _parsed(self._text)
        self._is_parsed = True

    def findings(
        self, by_reader: Sequence[Finding] = (), runs: Sequence[BulkRun] = ()
    ) -> list[Finding]:
        """Return what the schema has against the text; `by_reader`: what the reader has found,
        `runs`: the nodes that it has read in bulk.
        """
        if not by_reader and runs and self._is_sound_but_for(runs):
            return []
        if not self._is_parsed:
            self.parse()
        root, self._root, self._is_parsed = self._root, None, False
        if root is None:
            return []
        target, version = _stated(root)
        if version not in VERSIONS:
            return []
        if len(by_reader) > _MOST_MISTAKES:
            return [_given_up(by_reader, strict=self._strict)]
        schema = validator(version, target)
        errors = schema.errors(root)
        if errors and not self._strict and _may_hold_vendors_markup(self._text):
            _strip(root, grammar_version(version))
            errors = schema.errors(root)
        if not errors:
            return []
        return list(_Words(root, version, self._text, strict=self._strict).findings(errors))

    def _is_sound_but_for(self, runs: Sequence[BulkRun]) -> bool:
        """Tell whether the schema has nothing against the text, having seen it without the runs,
        in which the grammar certainly allows what there is.
        """
        root = _parsed(without(self._text, runs))
        if root is None:
            return False
        target, version = _stated(root)
        return (
            version in VERSIONS
            and are_sound(runs, grammar(grammar_version(version)))
            and not validator(version, target).errors(root)
        )


def _parsed(text: bytes) -> Any:
    """Return the root of lxml's tree, None for a text that is no XML to it."""
    from lxml import etree

    # White space between tags is half of the nodes, and the schema says nothing of it.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=True,
        remove_blank_text=True,
        collect_ids=False,
    )
    with suppress(etree.XMLSyntaxError):
        return etree.fromstring(text, parser)
    return None


def _stated(root: Any) -> tuple[str, str]:
    """Return the namespace and the version of a document."""
    from lxml import etree

    target = etree.QName(root).namespace or ""
    return target, (root.get("version") or namespace_version(target) or "").strip()


def _given_up(by_reader: Sequence[Finding], *, strict: bool) -> Finding:
    """lxml takes ever longer to say where a mistake is, the more elements stand before it."""
    is_read_past = not strict and _UNKNOWN.issuperset(item.code for item in by_reader)
    return Finding(
        _TOO_MANY,
        "warning" if is_read_past else "error",
        "PMML",
        0,
        f"the text breaks the grammar in {len(by_reader)} places; it is held against the schema "
        f"when there are fewer than {_MOST_MISTAKES}",
    )


def is_harmless(text: bytes) -> bool:
    """Tell whether nothing but the XML declaration stands before the root, so that a text declares
    no entities and lxml may have it before our own reader.
    """
    return _PLAIN_START.match(text) is not None


def _is_wide(text: bytes) -> bool:
    """Tell whether the characters of a text take several bytes even where they are ASCII."""
    return text[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in text[:4]


def _may_hold_vendors_markup(text: bytes) -> bool:
    if _is_wide(text):
        return True
    return (b"x-" in text or b"X-" in text) and _VENDORS.search(text) is not None


def _strip(root: Any, version: str) -> None:
    """Remove vendors' attributes and elements; a vendor's value becomes one that is listed."""
    for element in root.xpath(_VENDORS_ELEMENTS):
        parent = element.getparent()
        if parent is not None:
            _remove(element, parent)
    for element in root.xpath(_VENDORS_ATTRIBUTES):
        for name in [name for name in element.attrib if name.startswith("x-")]:
            del element.attrib[name]
    rules = grammar(version)
    for element in root.xpath(_VENDORS_VALUES):
        rule = rules.get(_tag(element))
        for attribute in () if rule is None else rule.attributes:
            if attribute.values and element.get(attribute.name, "").startswith("x-"):
                element.set(attribute.name, attribute.values[0])


def _remove(element: Any, parent: Any) -> None:
    """Remove an element; the text behind it stays, as it may be one that is not allowed."""
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _tag(element: Any) -> str:
    name = element.tag
    return name.rpartition("}")[2] if isinstance(name, str) else ""


class _Place(NamedTuple):
    tag: str
    attribute: str


class _Words:
    """Says what the schema says in words of PMML."""

    def __init__(self, root: Any, version: str, text: bytes, *, strict: bool) -> None:
        self._root = root
        self._is_strict = strict
        self._lines: list[bytes] | None = None if _is_wide(text) else text.split(b"\n")
        self._version = grammar_version(version)
        self._is_older = VERSIONS.index(version) < VERSIONS.index(self._version)
        self._rules = grammar(self._version)

    def findings(self, errors: tuple[SchemaError, ...]) -> Iterator[Finding]:
        told: Counter[str] = Counter()
        for error in errors:
            told[error.kind] += 1
            if told[error.kind] <= MOST_OF_A_CODE:
                code, message = self._worded(error)
                path = self._path(error.path)
                line = self._start(path.rpartition("/")[2], error.line)
                yield Finding(code, self._severity(code), path, line, message)

    def _severity(self, code: str) -> str:
        if code in _UNKNOWN and not self._is_strict:
            return "warning"
        return "warning" if self._is_older and code in _OF_OLD_VERSIONS else "error"

    def _path(self, path: str) -> str:
        found = self._found(path, (self._root,)) if path else []
        if not found:
            return ""
        around = [_tag(item) for item in found[0].iterancestors()]
        return "/".join((*reversed(around), _tag(found[0])))

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
        if code in (_NOT_LISTED, _BAD_VALUE):
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


def merged(by_reader: Sequence[Finding], by_schema: Iterable[Finding]) -> list[Finding]:
    """Return what the reader and the schema found, each mistake once, in the words of the schema.

    The reader stops at nothing; the schema gives up on the rest of an element that is wrong.
    Findings of the schema that have no line get that of the reader's.
    """
    known = {(item.code, item.path): item.line for item in reversed(by_reader)}
    placed = [
        item if item.line else replace(item, line=known.get((item.code, item.path), 0))
        for item in by_schema
    ]
    lines = {(item.code, item.line) for item in placed}
    paths = {(item.code, item.path) for item in placed if item.code in _OF_CONTENT}
    rest = [
        item
        for item in by_reader
        if (_SAME_MISTAKE.get(item.code, item.code), item.line) not in lines
        and (item.code, item.path) not in paths
    ]
    return list(_first_of_each_code([*placed, *rest]))


def _first_of_each_code(findings: Iterable[Finding]) -> Iterator[Finding]:
    told: Counter[str] = Counter()
    for item in findings:
        told[item.code] += 1
        if told[item.code] < MOST_OF_A_CODE:
            yield item
        elif told[item.code] == MOST_OF_A_CODE:
            yield replace(item, message=f"{item.message} (and others, which are not told)")


def version_findings(document: Document) -> list[Finding]:
    """Return what there is to say of the version that a document states."""
    version = document.version
    if VERSIONS.index(version) >= VERSIONS.index(GRAMMARS[0]):
        return []
    message = (
        f"the schema of PMML {version} is not published any more; the document was held against "
        f"that of {GRAMMARS[0]}, and what that does not know is a warning"
    )
    return [Finding(_OLD_VERSION, "info", "PMML", document.root.line or 0, message)]
