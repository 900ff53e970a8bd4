"""Figures with their targets, and the table of them."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.measure import ratio

UNITS = {"us": 1e6, "ms": 1e3, "s": 1.0, "MB": 1.0}


@dataclass(frozen=True)
class Figure:
    """One measurement: medians in `unit`, and `share`, ours in units of theirs (the peer's).

    Without a peer `theirs` and `share` are None. `limit` is the largest share, or the largest value
    of ours, that meets the target; None where there is no target.
    """

    what: str
    mode: str
    peer: str
    unit: str
    ours: float
    theirs: float | None
    share: float | None
    limit: float | None

    @property
    def passes(self) -> bool:
        """Tell whether the target is met; a figure without a target does."""
        value = self.ours if self.share is None else self.share
        return self.limit is None or value <= self.limit

    @property
    def relation(self) -> str:
        """How ours stands to theirs, in words."""
        return "" if self.share is None else _words(self.share, self.unit)

    @property
    def target(self) -> str:
        """The target in words."""
        if self.limit is None:
            return ""
        if self.share is None:
            return f"< {self.limit:g} {self.unit}"
        return _words(self.limit, self.unit)


def _words(share: float, unit: str) -> str:
    if unit == "MB":
        return f"{share:.2f} of its size"
    return f"{1 / share:.1f} x faster" if share < 0.55 else f"{share:.2f} of its time"


def against(
    what: str,
    mode: str,
    peer: str,
    seconds: tuple[list[float], list[float]],
    *,
    limit: float | None,
    unit: str,
    per: int = 1,
) -> Figure:
    """Return the figure of seconds of ours and theirs; shown in `unit` per row of `per` rows."""
    ours, theirs = seconds
    scale = UNITS[unit] / per
    return Figure(
        what,
        mode,
        peer,
        unit,
        statistics.median(ours) * scale,
        statistics.median(theirs) * scale,
        ratio(ours, theirs),
        limit,
    )


def compared(
    what: str, mode: str, peer: str, values: tuple[float, float], *, limit: float | None, unit: str
) -> Figure:
    """Return the figure of one value of ours and one of theirs."""
    ours, theirs = values
    return Figure(what, mode, peer, unit, ours, theirs, ours / theirs, limit)


def alone(what: str, mode: str, value: float, unit: str, limit: float | None = None) -> Figure:
    """Return a figure that is held against a number, not against a peer."""
    return Figure(what, mode, "", unit, value, None, None, limit)


HEADINGS = ("measured", "mode", "pmmlkit", "peer", "its time", "ratio", "target", "")


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as a Markdown table."""
    lines = [HEADINGS]
    for item in figures:
        theirs = "" if item.theirs is None else f"{item.theirs:.4g} {item.unit}"
        verdict = "" if item.limit is None else ("met" if item.passes else "MISSED")
        ours = f"{item.ours:.4g} {item.unit}"
        lines.append(
            (item.what, item.mode, ours, item.peer, theirs, item.relation, item.target, verdict)
        )
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    )
