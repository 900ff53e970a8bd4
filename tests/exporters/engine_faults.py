"""Where another engine is at fault on a document of ours: engine, version, reason, in one table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

__all__ = ["FAULTS", "Fault", "fault_of"]


class Fault(NamedTuple):
    """A fault of an engine, in cases whose name the pattern matches as a whole.

    `refuses`: the engine does not read the document; else it answers otherwise than it should.
    """

    engine: str
    version: str
    case: str
    refuses: bool
    reason: str


FAULTS: Final[tuple[Fault, ...]] = ()
"""One line for each."""


def fault_of(engine: str, case: str) -> Fault | None:
    """Return what is known of an engine's fault in a case, None if it is expected to agree."""
    return next(_matching(engine, case), None)


def _matching(engine: str, case: str) -> Iterator[Fault]:
    return (it for it in FAULTS if it.engine == engine and re.fullmatch(it.case, case))
