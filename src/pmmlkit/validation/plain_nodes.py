"""Nodes that our reader has read in bulk, held against the grammar without their text.

Of such nodes the order of elements, the names of attributes and the values of operators are known;
what a version may still have against them are nodes without a predicate, and numbers. Tests hold
this against the XML Schema of every version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import compress
from typing import Final

import numpy as np
import numpy.typing as npt

from pmmlkit.language.models.tree.node_table import (
    ABSENT,
    DISTRIBUTION_COLUMNS,
    NODE_COLUMNS,
    NodePool,
    NodeTable,
)
from pmmlkit.validation.grammar import ElementRule
from pmmlkit.xml.feed import BulkRun

__all__ = ["are_sound", "without"]

_ANY_NODE: Final = b"<True/>"
"""What a Node may hold in every version."""

_NUMBERS: Final = {
    "xs:double": re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[Ee][+-]?[0-9]{1,2})?"),
    "xs:decimal": re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?"),
}
"""Numbers as producers write them; of others lexers of XML Schema may think as they like."""

_OF_DISTRIBUTIONS: Final = {
    "record_count": "recordCount",
    "confidence": "confidence",
    "probability": "probability",
}


def are_sound(runs: Sequence[BulkRun], rules: Mapping[str, ElementRule]) -> bool:
    """Tell whether a grammar certainly allows what stands in some runs of nodes; False where only
    the text can tell.
    """
    tables = [run.taken for run in runs]
    if not all(isinstance(table, NodeTable) and (table.kind != ABSENT).all() for table in tables):
        return False
    pools = {id(table.pool): table.pool for table in tables}.values()
    return all(_are_sound_numbers(pool, rules) for pool in pools)


def _are_sound_numbers(pool: NodePool, rules: Mapping[str, ElementRule]) -> bool:
    """Tell whether all numbers of a pool are plainly of the types of their attributes."""
    columns: list[tuple[str, str, npt.NDArray[np.int32]]] = [
        ("Node", "recordCount", pool.node_rows[:, NODE_COLUMNS.index("record_count")])
    ]
    for name, column in zip(DISTRIBUTION_COLUMNS, pool.distribution_rows.T, strict=True):
        if name in _OF_DISTRIBUTIONS:
            columns.append(("ScoreDistribution", _OF_DISTRIBUTIONS[name], column))
    used: dict[str, npt.NDArray[np.bool_]] = {}
    for tag, attribute, numbers in columns:
        type = next(rule.type for rule in rules[tag].attributes if rule.name == attribute)
        # The last item stands for NONE.
        used.setdefault(type, np.zeros(len(pool.texts) + 1, np.bool_))[numbers] = True
    return all(
        type in _NUMBERS and all(map(_NUMBERS[type].fullmatch, compress(pool.texts, mask.tolist())))
        for type, mask in used.items()
    )


def without(text: bytes, runs: Sequence[BulkRun]) -> bytes:
    """Return the text with something valid in the place of each run."""
    parts = []
    at = 0
    for run in runs:
        parts += [text[at : run.start], _ANY_NODE]
        at = run.stop
    return b"".join([*parts, text[at:]])
