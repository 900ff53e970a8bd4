"""What of a document does not fit the grammar that it goes to, though it fits the one that it comes
from.

Only elements whose grammar differs are looked at; of documents before 4.1, whose grammar is not
known, all. Markup of vendors (``x-``, ``X-``) fits everywhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pmmlkit.language.document import VERSIONS
from pmmlkit.language.models.tree.node_table import NodeTable
from pmmlkit.upgrading.functions import SINCE
from pmmlkit.upgrading.markup import first_tag
from pmmlkit.upgrading.report import Remaining
from pmmlkit.upgrading.rewriting import Tree
from pmmlkit.validation.grammar import ElementRule, grammar
from pmmlkit.xml.content import Child, Choice, Mixed, Particle, Repeat, Sequence

if TYPE_CHECKING:
    from pmmlkit.language.document import PMML
    from pmmlkit.upgrading.journey import Journey
    from pmmlkit.xml.declaration import Element

__all__ = ["bounds", "lacking"]

_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_FREE: Final = ("x-", "X-", "xmlns", "xml:")
_BOOLEANS: Final = frozenset({"true", "false", "1", "0"})
_SPACE: Final = " \t\r\n"


def lacking(root: PMML, journey: Journey) -> tuple[Remaining, ...]:
    """Return what does not fit, in document order."""
    fit = _Fit(journey)
    tree = Tree(root)
    found: list[Remaining] = []
    is_lost = bytearray(len(tree.elements))
    for at, element in enumerate(tree.elements):
        if at and is_lost[tree.parents[at]]:
            is_lost[at] = True
        elif fit.lacks(element.tag):
            is_lost[at] = True
            text = f"PMML {journey.to} has no such element"
            found.append(Remaining(tree.path(at), element.line, element.tag, text))
        else:
            for line, markup, text in fit.of(element):
                found.append(Remaining(tree.path(at), line, markup, text))
    return tuple(found)


def bounds(particle: Particle) -> Mapping[str, tuple[int, int | None]] | None:
    """Return how often each child may come, None where any may, at most None times for no end."""
    if isinstance(particle, Child):
        low = int(len(particle.tags) == 1)
        return dict.fromkeys(particle.tags, (low, 1))
    if isinstance(particle, Mixed):
        return bounds(particle.particle)
    if isinstance(particle, Repeat):
        inner = bounds(particle.particle)
        if inner is None:
            return None
        return {tag: _times(pair, particle) for tag, pair in inner.items()}
    if not isinstance(particle, Sequence | Choice):
        return None
    whole: dict[str, tuple[int, int | None]] = {}
    is_choice = isinstance(particle, Choice) and len(particle.particles) > 1
    for part in particle.particles:
        for tag, (low, high) in (bounds(part) or {}).items():
            least, most = whole.get(tag, (0, 0))
            above = None if most is None or high is None else most + high
            whole[tag] = (0 if is_choice else least + low, above)
    return whole


def _times(pair: tuple[int, int | None], repeat: Repeat) -> tuple[int, int | None]:
    low, high = pair
    return low * repeat.low, None if high is None or repeat.high is None else high * repeat.high


class _Fit:
    """What the grammar of the end says of elements, where it is not what that of the start says."""

    def __init__(self, journey: Journey) -> None:
        self._journey = journey
        self._old = grammar(journey.own_grammar)
        self._new = grammar(journey.reach)
        self._is_unknown = journey.starts_before("4.1")
        self._changed: dict[str, _Pair | None] = {}

    def lacks(self, tag: str) -> bool:
        """Tell whether the end has no such element, but the start may have had it."""
        is_own = tag in self._old or self._is_unknown
        return tag not in self._new and not tag.startswith(_FREE) and is_own

    def of(self, element: Element) -> Iterator[tuple[int, str, str]]:
        """Yield line, markup and message of what does not fit in one element."""
        pair = self._pair(element.tag)
        if pair is not None:
            for markup, text in pair.of(element):
                yield element.line, markup, text
        if element.tag == "Apply":
            yield from self._function(element)
        if self._is_unknown and element.remainder is not None:
            yield from self._unknown(element)
        table = getattr(element, "nodes", None)
        if isinstance(table, NodeTable):
            yield from self._shares(table)

    def _pair(self, tag: str) -> _Pair | None:
        if tag not in self._changed:
            self._changed[tag] = self._differing(tag)
        return self._changed[tag]

    def _differing(self, tag: str) -> _Pair | None:
        old, new, to = self._old.get(tag), self._new.get(tag), self._journey.to
        if new is None:
            return None
        after = _Rule(new, to, self._new.keys())
        if self._is_unknown:
            return _Pair(None, after)
        if old is None or old == new:
            return None
        return _Pair(_Rule(old, to, self._old.keys()), after)

    def _function(self, apply: Any) -> Iterator[tuple[int, str, str]]:
        name, journey = apply.function, self._journey
        since = SINCE.get(name)
        if since is None or journey.is_forward or name in journey.defined_functions:
            return
        if VERSIONS.index(journey.to) < VERSIONS.index(since):
            yield apply.line, f'Apply/@function="{name}"', f"the function came with PMML {since}"

    def _unknown(self, element: Element) -> Iterator[tuple[int, str, str]]:
        assert element.remainder is not None
        names = [f"@{name}" for name, _ in element.remainder.attributes]
        names += [first_tag(kept) for _, kept in element.remainder.children]
        for name in names:
            own = name.removeprefix("@")
            if own and ":" not in own and not own.startswith(_FREE) and own != "Extension":
                text = f"not known to PMML {self._journey.to}; kept as it was"
                yield element.line, f"{element.tag}/{name}", text

    def _shares(self, table: NodeTable) -> Iterator[tuple[int, str, str]]:
        """Yield the probabilities and confidences of nodes that are no decimal numbers."""
        pair = self._pair("ScoreDistribution")
        if pair is None:
            return
        for element in table.distributions.values():
            for markup, message in pair.of(element):
                yield element.line, markup, message
        for name, column in (
            ("confidence", table.distribution_confidence),
            ("probability", table.distribution_probability),
        ):
            numbers, first = np.unique(column, return_index=True)
            for number, at in zip(numbers.tolist(), first.tolist(), strict=True):
                text = table.text(number)
                wrong = None if text is None else pair.wrong(name, text.strip(_SPACE))
                if wrong is not None:
                    line = int(table.line[table.distribution_node[at]])
                    yield line, f'ScoreDistribution/@{name}="{text}"', wrong


class _Pair:
    """An element whose grammar differs; what was wrong at the start is not told again."""

    def __init__(self, old: _Rule | None, new: _Rule) -> None:
        self._old = old
        self._new = new

    def of(self, element: Element) -> Iterator[tuple[str, str]]:
        """Yield markup and message of what does not fit."""
        known = set() if self._old is None else {markup for markup, _ in self._old.of(element)}
        for markup, text in self._new.of(element):
            if markup not in known:
                yield markup, text

    def wrong(self, name: str, text: str) -> str | None:
        """Return what the end, but not the start, has against the text of an attribute."""
        if self._old is not None and self._old.wrong(name, text) is not None:
            return None
        return self._new.wrong(name, text)


class _Rule:
    """What one version, which has the elements `tags`, says of one of them; messages name the
    version `to`.
    """

    def __init__(self, rule: ElementRule, to: str, tags: Collection[str]) -> None:
        self._to = to
        self._tags = tags
        self._attributes = {item.name: item for item in rule.attributes}
        self._counts = bounds(rule.content)

    def of(self, element: Element) -> Iterator[tuple[str, str]]:
        """Yield markup and message of what does not fit."""
        # Declared attributes beside the declared ones: defaults that are written all the same, and
        # texts that could not be read.
        beside = {} if element.remainder is None else dict(element.remainder.attributes)
        for item in type(element).declaration.attributes:
            name, value = item.xml_name, getattr(element, item.name)
            if name.startswith(_FREE):
                continue
            text = beside.get(name)
            if value is not None and (item.required or value != item.default):
                text = item.type.format(value)
            if text is not None:
                message = self.wrong(name, text)
                if message is not None:
                    yield f'{element.tag}/@{name}="{text}"', message
            elif value is None and self._requires(name):
                yield f"{element.tag}/@{name}", f"PMML {self._to} requires the attribute"
        yield from self._children(element)

    def wrong(self, name: str, text: str) -> str | None:
        """Return what is against the text of an attribute, None if nothing."""
        rule = self._attributes.get(name)
        if rule is None:
            return f"PMML {self._to} has no such attribute"
        if rule.values is not None and text not in rule.values and not text.startswith("x-"):
            return f"PMML {self._to} has no such value"
        if rule.type == "xs:decimal" and not _DECIMAL.fullmatch(text):
            return f"PMML {self._to} takes only decimal numbers without an exponent"
        if rule.type == "xs:boolean" and text.strip(_SPACE) not in _BOOLEANS:
            return f"PMML {self._to} takes only true and false"
        if rule.type == "xs:nonNegativeInteger" and text.startswith("-"):
            return f"PMML {self._to} takes no negative number"
        return None

    def _requires(self, name: str) -> bool:
        return name in self._attributes and self._attributes[name].required

    def _children(self, element: Element) -> Iterator[tuple[str, str]]:
        if self._counts is None:
            return
        counts = Counter(item.tag for item in element.elements())
        runs = {
            tag
            for item in type(element).declaration.children
            if item.reader is not None
            for tag in item.tags
        }
        for tag in dict.fromkeys((*counts, *self._counts)):
            low, high = self._counts.get(tag, (0, 0))
            if tag in runs or tag not in self._tags:
                continue
            if counts[tag] < low:
                yield f"{element.tag}/{tag}", f"PMML {self._to} requires it"
            elif high == 0 < counts[tag]:
                yield f"{element.tag}/{tag}", f"PMML {self._to} has no place for it there"
            elif high is not None and counts[tag] > high:
                yield f"{element.tag}/{tag}", f"PMML {self._to} takes at most {high} of them"
