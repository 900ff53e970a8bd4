"""What a document scores, and what its schema has against it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

import pmmlkit
from pmmlkit.validation.conformance import Conformance

__all__ = ["assert_same_scores", "errors_of", "scores", "stated"]


def errors_of(text: bytes) -> list[str]:
    """Return the messages of the schema of the version that a text states, vendors' markup aside.

    The one warning of versions before 4.1, whose schema is lost, is none.
    """
    return [str(item) for item in Conformance(text).findings() if item.severity == "error"]


def stated(text: bytes, version: str) -> bytes:
    """Return a text that says of itself that it is of another version."""
    major, minor = version.split(".")[:2]
    space = f"http://www.dmg.org/PMML-{major}_{minor}".encode()
    text = re.sub(rb"http://www\.dmg\.org/PMML-\d_\d(_\d)?", space, text)
    return re.sub(
        rb'(<PMML[^>]*?) version="[^"]*"', rb'\1 version="' + version.encode() + b'"', text
    )


def scores(text: bytes, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return the results of all rows by name; of a row that fails, that it does."""
    model = pmmlkit.load(text)
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = {}
    for name in names:
        # Not an assignment, which takes lists for a second dimension.
        table[name] = np.fromiter((row.get(name) for row in rows), np.object_, len(rows))
    result = dict(model.evaluate(table, errors="column", absent="missing"))
    found = {name: np.ma.MaskedArray(values).tolist() for name, values in result.items()}
    failed = found.pop("pmmlkit_error")
    return {**found, "fails": [text is not None for text in failed]}


def assert_same_scores(before: bytes, after: bytes, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows score the same to the last bit, and the same rows fail."""
    # The texts of numbers tell NaN from a number and -0 from 0, and are equal for NaN.
    assert repr(scores(after, rows)) == repr(scores(before, rows))
