"""The gold corpus beside the repository: documents of other producers with inputs and expected
results.
"""

from __future__ import annotations

import csv
import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.conftest import CORPUS

MISSING = ("NA", "N/A")


@dataclass(frozen=True)
class Case:
    """One case: `columns` are the input texts by field (None is missing), `expected` the texts to
    reach.
    """

    name: str
    folder: Path
    meta: dict[str, Any]

    @property
    def document(self) -> bytes:
        return (self.folder / "model.pmml").read_bytes()

    @property
    def columns(self) -> dict[str, list[str | None]]:
        return _table(self.folder / "input.csv")

    @property
    def expected(self) -> dict[str, list[str | None]]:
        return _table(self.folder / "expected.csv")

    def agrees(self, actual: Any, expected: str | None, *, strict: bool = True) -> bool:
        """Compare as the README of the corpus says; strictly with the tolerance of the upstream
        test.
        """
        if isinstance(actual, float) and math.isnan(actual):
            actual = None
        if actual is None or expected is None:
            return actual is None and expected is None
        if isinstance(actual, bool):
            return expected.lower() in (("true", "1", "1.0") if actual else ("false", "0", "0.0"))
        tolerance = self.meta["tolerance"]
        if strict and self.meta.get("strict_tolerance"):
            tolerance = self.meta["strict_tolerance"]
        try:
            left, right = float(actual), float(expected)
        except (TypeError, ValueError):
            return str(actual) == expected
        return left == right or abs(left - right) <= max(
            tolerance["abs"], tolerance["rel"] * abs(right)
        )


def _table(path: Path) -> dict[str, list[str | None]]:
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader)
        rows = list(reader)
    return {
        name: [None if row[at] in MISSING else row[at] for row in rows]
        for at, name in enumerate(header)
    }


@cache
def cases() -> tuple[Case, ...]:
    """Return all cases."""
    found = []
    for meta_path in sorted(CORPUS.glob("*/*/meta.json")):
        meta = json.loads(meta_path.read_text(encoding="utf-8"))
        found.append(Case(meta["case"], meta_path.parent, meta))
    return tuple(found)
