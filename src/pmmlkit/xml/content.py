"""Content models: a small regular expression over child elements, and the automaton that it stands
for.

An XML Schema content model is deterministic (its rule of unique particle attribution), so the
positions of the expression are the states of its automaton (Glushkov's construction) and no subset
construction is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce

__all__ = [
    "ANY",
    "ANYTHING",
    "EMPTY",
    "TEXT",
    "Any",
    "Anything",
    "Automaton",
    "Child",
    "Choice",
    "Mixed",
    "Particle",
    "Repeat",
    "Sequence",
    "TextContent",
    "child",
    "choice",
    "optional",
    "repeat",
    "seq",
]


@dataclass(frozen=True, slots=True)
class Child:
    """A leaf: one element out of `tags`, stored into the field named `into`.

    `since` and `until` are versions of PMML (inclusive) between which the particle exists.
    """

    tags: tuple[str, ...]
    into: str
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class TextContent:
    """Character data (a simple type) and no elements."""


@dataclass(frozen=True, slots=True)
class Any:
    """Any mixed content, with `low` elements or more."""

    low: int = 0


@dataclass(frozen=True, slots=True)
class Anything:
    """Any mixed content and any attributes: an element to which the schema gives no type."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """Character data between the elements of a content model."""

    particle: Particle


@dataclass(frozen=True, slots=True)
class Sequence:
    """Particles one after the other."""

    particles: tuple[Particle, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several particles."""

    particles: tuple[Particle, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A particle between `low` and `high` times; `high` None is without bound."""

    particle: Particle
    low: int
    high: int | None


Particle = Child | TextContent | Any | Anything | Mixed | Sequence | Choice | Repeat

EMPTY = Sequence(())
TEXT = TextContent()
ANY = Any()
ANYTHING = Anything()


def child(*tags: str, into: str, since: str | None = None, until: str | None = None) -> Child:
    """Write a leaf."""
    return Child(tags, into, since, until)


def seq(*particles: Particle) -> Sequence:
    """Write a sequence."""
    return Sequence(particles)


def choice(*particles: Particle) -> Choice:
    """Write a choice."""
    return Choice(particles)


def repeat(particle: Particle, low: int = 0, high: int | None = None) -> Repeat:
    """Write a repetition."""
    return Repeat(particle, low, high)


def optional(particle: Particle) -> Repeat:
    """Write a particle that may be absent."""
    return Repeat(particle, 0, 1)


@dataclass(frozen=True, slots=True)
class _Part:
    nullable: bool
    first: frozenset[int]
    last: frozenset[int]


_NOTHING = _Part(True, frozenset(), frozenset())


class Automaton:
    """The deterministic automaton of one content model in one version of PMML.

    State 0 is the start; `step` gives the next state or None where the tag is not allowed there;
    `accepts` tells whether the content may end; `expected` names the tags that could come.
    """

    __slots__ = ("_accepting", "_next", "into")

    def __init__(
        self, particle: Particle, is_present: Callable[[Child], bool] = lambda leaf: True
    ) -> None:
        leaves: list[Child] = []
        follow: list[set[int]] = []

        def join(left: _Part, right: _Part) -> _Part:
            for position in left.last:
                follow[position - 1] |= right.first
            return _Part(
                left.nullable and right.nullable,
                left.first | right.first if left.nullable else left.first,
                left.last | right.last if right.nullable else right.last,
            )

        # The depth of a content model is that of our own declarations, at most four.
        def build(node: Particle) -> _Part:
            if isinstance(node, Child):
                if not is_present(node):
                    return _NOTHING
                leaves.append(node)
                follow.append(set())
                here = frozenset((len(leaves),))
                return _Part(False, here, here)
            if isinstance(node, Sequence):
                return reduce(join, (build(item) for item in node.particles), _NOTHING)
            if isinstance(node, Choice):
                parts = [build(item) for item in node.particles]
                return _Part(
                    any(part.nullable for part in parts),
                    frozenset().union(*(part.first for part in parts)),
                    frozenset().union(*(part.last for part in parts)),
                )
            if isinstance(node, Repeat):
                return self._repeat(node, build, join, follow)
            if isinstance(node, Mixed):
                return build(node.particle)
            return _NOTHING

        whole = build(particle)
        self._next: list[dict[str, int]] = [self._table(whole.first, leaves)]
        self._next += [self._table(positions, leaves) for positions in follow]
        self._accepting = set(whole.last) | ({0} if whole.nullable else set())
        self.into = ("", *(leaf.into for leaf in leaves))

    @staticmethod
    def _repeat(
        node: Repeat,
        build: Callable[[Particle], _Part],
        join: Callable[[_Part, _Part], _Part],
        follow: list[set[int]],
    ) -> _Part:
        required = [build(node.particle) for _ in range(node.low)]
        if node.high is None:
            loop = required[-1] if required else build(node.particle)
            for position in loop.last:
                follow[position - 1] |= loop.first
            if not required:
                return _Part(True, loop.first, loop.last)
            return reduce(join, required, _NOTHING)
        part = _NOTHING
        for _ in range(node.high - node.low):
            inner = build(node.particle)
            tail = join(inner, part)
            part = _Part(True, tail.first, tail.last)
        return join(reduce(join, required, _NOTHING), part)

    @staticmethod
    def _table(positions: Iterable[int], leaves: list[Child]) -> dict[str, int]:
        table: dict[str, int] = {}
        for position in sorted(positions):
            for tag in leaves[position - 1].tags:
                table.setdefault(tag, position)
        return table

    def step(self, state: int, tag: str) -> int | None:
        """Return the state after `tag`, None if it may not stand here."""
        return self._next[state].get(tag)

    def accepts(self, state: int) -> bool:
        """Tell whether the content may end in `state`."""
        return state in self._accepting

    def expected(self, state: int) -> tuple[str, ...]:
        """Return the tags that may stand at `state`, in document order of the declaration."""
        return tuple(self._next[state])
