"""What an upgrade did, and what it could not do."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from pmmlkit.errors import UnsupportedError
from pmmlkit.language.document import Document

__all__ = ["Change", "Remaining", "Upgrade", "lost"]

_MOST_LINES: Final = 5


@dataclass(frozen=True, slots=True)
class Change:
    """One change: `kind` is version, renamed, replaced, removed, moved, added or explicit (a
    default that is now written).

    `path` names the element from the root on, `line` is that of the source (1-based, 0 where there
    is none); `markup` is what changed, as ``MiningField/@usageType``; `old` and `new` are its texts
    before and after, None where it was or is absent.
    """

    kind: str
    path: str
    line: int
    markup: str
    old: str | None
    new: str | None

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.summary}"

    @property
    def summary(self) -> str:
        """What changed, without the place."""
        if self.old is None:
            return f"{self.kind} {self.markup}: {self.new}"
        end = "" if self.new is None else f" -> {self.new}"
        return f"{self.kind} {self.markup}: {self.old}{end}"


@dataclass(frozen=True, slots=True)
class Remaining:
    """Markup that does not fit the new version and that no rule can rewrite; `message` says why."""

    path: str
    line: int
    markup: str
    message: str

    def __str__(self) -> str:
        return f"{f'line {self.line}: ' if self.line else ''}{self.summary}"

    @property
    def summary(self) -> str:
        """What is wrong, without the place."""
        return f"{self.markup}: {self.message}"


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The document in its new version, and the report: `source_version` is what it was, `changes`
    what was done, in document order, and `remaining` what could not be done.
    """

    document: Document
    source_version: str
    changes: tuple[Change, ...]
    remaining: tuple[Remaining, ...] = ()

    def __str__(self) -> str:
        name = self.document.source or "document"
        count = len(self.changes)
        head = f"{name}: PMML {self.source_version} -> {self.document.version}"
        kinds = ", ".join(f"{number} {kind}" for kind, number in self.counts.items())
        told = f", {count} change{'' if count == 1 else 's'}" + (f" ({kinds})" if kinds else "")
        lines = [head + told]
        lines += [f"  {text}" for text in _grouped(self.changes)]
        return "\n".join([*lines, *self.remaining_lines])

    @property
    def counts(self) -> dict[str, int]:
        """The number of changes of each kind."""
        return dict(Counter(change.kind for change in self.changes))

    @property
    def remaining_lines(self) -> tuple[str, ...]:
        """What could not be done, as the lines of the report; none if there is nothing."""
        if not self.remaining:
            return ()
        head = f"could not be done ({len(self.remaining)}):"
        return (head, *(f"  {text}" for text in _grouped(self.remaining)))

    def to_json(self) -> str:
        """Return the report as a JSON object: source, from, to, counts, changes,
        remaining."""
        content = {
            "source": self.document.source,
            "from": self.source_version,
            "to": self.document.version,
            "counts": self.counts,
            "changes": [asdict(item) for item in self.changes],
            "remaining": [asdict(item) for item in self.remaining],
        }
        return json.dumps(content, ensure_ascii=False, indent=2)


def lost(remaining: Sequence[Remaining], to: str) -> UnsupportedError:
    """Return the error for a document that an older version cannot say."""
    lines = [f"PMML {to} lacks markup that the document needs:"]
    lines += [f"  {text}" for text in _grouped(remaining)]
    return UnsupportedError("\n".join(lines), line=remaining[0].line or None)


def _grouped(items: Iterable[Change | Remaining]) -> list[str]:
    """Return a line for all that say the same, with the places."""
    places: dict[str, list[int]] = {}
    for item in items:
        places.setdefault(item.summary, []).append(item.line)
    return [f"{text}{_places(lines)}" for text, lines in places.items()]


def _places(lines: Sequence[int]) -> str:
    known = [str(line) for line in lines if line]
    if not known:
        return "" if len(lines) == 1 else f" ({len(lines)} times)"
    shown = ", ".join(known[:_MOST_LINES])
    more = len(lines) - min(len(known), _MOST_LINES)
    end = f" and {more} more" if more else ""
    return f" (line{'s' if len(lines) > 1 else ''} {shown}{end})"
