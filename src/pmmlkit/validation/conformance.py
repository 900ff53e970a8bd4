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
from typing import Any, Final

from pmmlkit.errors import Finding
from pmmlkit.language.document import VERSIONS, Document, namespace_version
from pmmlkit.language.mistakes import UNKNOWN_VALUE
from pmmlkit.validation.grammar import GRAMMARS, grammar, grammar_version
from pmmlkit.validation.plain_nodes import are_sound, without
from pmmlkit.validation.schema import validator
from pmmlkit.validation.wording import (
    MOST_OF_A_CODE,
    NOT_LISTED,
    OF_CONTENT,
    UNKNOWN,
    Words,
    is_wide,
    tag_of,
)
from pmmlkit.xml.feed import BulkRun

__all__ = ["MOST_OF_A_CODE", "Conformance", "is_harmless", "merged", "version_findings"]

_OLD_VERSION, _TOO_MANY = "PMML005", "PMML006"
_MOST_MISTAKES: Final = 5_000
_SAME_MISTAKE: Final = {UNKNOWN_VALUE: NOT_LISTED}
"""What the compiler says, too, of what the schema says."""
_PLAIN_START: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^<>]*\?>)?\s*<PMML[\s>]")
_VENDORS: Final = re.compile(rb"""[\s"']x-|<(?:[^\s<>:]*:)?X-""")
_VENDORS_ATTRIBUTES: Final = "//@*[starts-with(name(), 'x-')]/.."
_VENDORS_VALUES: Final = "//@*[starts-with(., 'x-')]/.."
_VENDORS_ELEMENTS: Final = (
    "//*[starts-with(local-name(), 'X-')]"
    "[not(ancestor::*[local-name() = 'row' or local-name() = 'Extension'])]"
)


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
        return list(Words(root, version, self._text, strict=self._strict).findings(errors))

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
    is_read_past = not strict and UNKNOWN.issuperset(item.code for item in by_reader)
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


def _may_hold_vendors_markup(text: bytes) -> bool:
    if is_wide(text):
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
        rule = rules.get(tag_of(element))
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
    paths = {(item.code, item.path) for item in placed if item.code in OF_CONTENT}
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
