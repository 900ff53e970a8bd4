"""How far a pattern can backtrack, judged by its tree before it ever meets a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pmmlkit.language.functions.patterns import Anchor, Group, Loop, Tree, Unit

__all__ = ["Cost", "cost", "nullable"]


@cache
def _members(unit: Unit) -> int:
    """Return a bit for each character below 256 that the unit takes, and one for all others (on in
    case of doubt)."""
    match = re.compile(unit.text, unit.flags).fullmatch
    bits = sum(1 << code for code in range(256) if match(chr(code)))
    is_plain = unit.text.isascii() and (
        not unit.text.startswith("[^") and unit.text != "." and not re.search(r"\\[DWS]", unit.text)
    )
    return bits if is_plain else bits | 1 << 256


@dataclass(slots=True)
class Cost:
    """How a backtracking match can grow.

    `degree`: the time grows with this power of the length of the text. `product`: the ways to
    match through repetitions and alternatives that are bounded; `most_times`: how often a part of
    the pattern can be repeated by the bounded repetitions around it. `is_exponential`: no power of
    the length bounds the time.
    """

    degree: int = 0
    product: int = 1
    most_times: int = 1
    is_exponential: bool = False
    scans: bool = False


@dataclass(frozen=True, slots=True)
class _Follow:
    """What comes after a node: the characters it can begin with, and whether it can fail."""

    first: int = 0
    can_fail: bool = False


def nullable(tree: Tree) -> bool:
    """Tell whether the node can match the empty text."""
    if isinstance(tree, Unit):
        return False
    if isinstance(tree, Anchor):
        return True
    if isinstance(tree, Loop):
        return tree.least == 0 or nullable(tree.body)
    return any(all(map(nullable, row)) for row in tree.alternatives)


def _first(tree: Tree, follow: _Follow) -> _Follow:
    """Return what the node and what follows it can begin with."""
    if isinstance(tree, Unit):
        return _Follow(_members(tree), True)
    if isinstance(tree, Anchor):
        return _Follow(follow.first, True)
    if isinstance(tree, Loop):
        inner = _first(tree.body, follow)
        if nullable(tree):
            return _Follow(inner.first | follow.first, follow.can_fail)
        return inner
    starts = [_first_of(row, follow) for row in tree.alternatives]
    first = 0
    for start in starts:
        first |= start.first
    return _Follow(first, all(start.can_fail for start in starts))


def _first_of(row: tuple[Tree, ...], follow: _Follow) -> _Follow:
    for node in reversed(row):
        follow = _first(node, follow)
    return follow


def cost(tree: Group) -> Cost:
    """Judge a pattern that is searched for in a text."""
    result = Cost()
    _add(tree, _Follow(), result, 1, False)
    anchored = all(
        row and isinstance(row[0], Anchor) and row[0].text in ("^", r"\A")
        for row in tree.alternatives
    )
    result.degree += result.scans
    if not anchored:
        result.degree += 1
    result.degree = max(result.degree, 1)
    return result


def _add(tree: Tree, follow: _Follow, result: Cost, times: int, in_loop: bool) -> None:
    """Add the cost of a node that is repeated up to `times` times, `in_loop` without bound."""
    if isinstance(tree, Group):
        _add_group(tree, follow, result, times, in_loop)
    elif isinstance(tree, Loop):
        _add_loop(tree, follow, result, times, in_loop)


def _add_group(tree: Group, follow: _Follow, result: Cost, times: int, in_loop: bool) -> None:
    seen, overlaps = 0, False
    for row in tree.alternatives:
        start = _first_of(row, follow).first
        overlaps = overlaps or bool(seen & start)
        seen |= start
        after = follow
        for node in reversed(row):
            _add(node, after, result, times, in_loop)
            after = _first(node, after)
    if overlaps and follow.can_fail:
        _multiply(result, _ways(tree), times, in_loop)


def _ways(tree: Group) -> int:
    """Return how many alternatives can match at one place: of words, those that begin a longer
    one."""
    counts: dict[tuple[str, ...], int] = {}
    for row in tree.alternatives:
        word = tuple(_letter(node.text) if isinstance(node, Unit) else "" for node in row)
        if "" in word:
            return len(tree.alternatives)
        counts[word] = counts.get(word, 0) + 1
    return max(sum(counts.get(word[:end], 0) for end in range(len(word) + 1)) for word in counts)


_LETTER = re.compile(r"([^\\.\[])|(\\x[0-9a-f]{2})|\[(\w{2,4})\]")


def _letter(text: str) -> str:
    """Return what stands for a unit that is one letter, in one or all of its cases: two such are
    the same or have no character in common. Empty for other units.
    """
    found = _LETTER.fullmatch(text)
    if found is None:
        return ""
    if found[2]:
        return found[2]
    folded = {letter.upper().lower()[:1] for letter in found[1] or found[3]}
    return folded.pop() if len(folded) == 1 else ""


def _add_loop(tree: Loop, follow: _Follow, result: Cost, times: int, in_loop: bool) -> None:
    repeats = tree.most != 1
    start = _first(tree.body, follow)
    can_fail = follow.can_fail or tree.least > 1
    after = _Follow(start.first | follow.first, can_fail) if repeats else follow
    unbounded = tree.most is None
    inner_times = times if tree.most is None else min(times * max(tree.most, 1), 10**6)
    result.most_times = max(result.most_times, inner_times)
    _add(tree.body, after, result, inner_times, in_loop or unbounded)
    if tree.least == tree.most:
        return
    if unbounded and nullable(tree.body):
        result.is_exponential = True
    own = _first(tree.body, _Follow()).first
    overlaps = bool(own & follow.first)
    if unbounded:
        if overlaps:
            result.degree += times
            result.is_exponential |= in_loop
        elif follow.can_fail:
            result.scans = True
    elif overlaps:
        _multiply(result, (tree.most or 0) - tree.least + 1, times, in_loop)


def _multiply(result: Cost, ways: int, times: int, in_loop: bool) -> None:
    if in_loop:
        result.is_exponential = True
    result.product = min(result.product * ways ** min(times, 20), 10**9)
