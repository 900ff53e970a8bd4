"""The arrays that the node tables of one document share. See `NodeTable` for what they hold."""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from functools import cached_property
from itertools import compress
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.xml.lexical import parse_number

__all__ = ["DISTRIBUTION_COLUMNS", "NODE_COLUMNS", "NodePool"]

Ints = npt.NDArray[np.int32]

NODE_COLUMNS: Final = (
    "parent",
    "kind",
    "field",
    "operator",
    "value",
    "score",
    "record_count",
    "id",
    "default_child",
    "line",
)
DISTRIBUTION_COLUMNS: Final = ("node", "value", "record_count", "confidence", "probability")

_NUMBERS: Final = [NODE_COLUMNS.index(name) for name in ("value", "score", "record_count")]
_DECIMAL: Final = b"+-.0123456789Ee"
"""Of these characters Python makes the same numbers as PMML."""


class _Texts(defaultdict[str, int]):
    """Texts by number; asking for a new text gives it the next one."""

    def __init__(self) -> None:
        super().__init__()
        self.default_factory = self.__len__


class NodePool:
    """The nodes of the trees of one document; it grows while the document is read, then it is
    frozen.
    """

    def __init__(self) -> None:
        self.rows = array("i")
        self.distributions = array("i")
        self.items = array("i")
        self.text_numbers: dict[str, int] = _Texts()

    @property
    def is_frozen(self) -> bool:
        """Tell whether the arrays have been asked for, so that the pool takes no more nodes."""
        return "node_rows" in self.__dict__ or "texts" in self.__dict__

    @cached_property
    def node_rows(self) -> Ints:
        """The nodes (n, 10), a column for each of NODE_COLUMNS."""
        self.text_numbers = dict(self.text_numbers)
        return _matrix(self.rows, len(NODE_COLUMNS))

    @cached_property
    def distribution_rows(self) -> Ints:
        """The score distributions (m, 5), a column for each of DISTRIBUTION_COLUMNS."""
        return _matrix(self.distributions, len(DISTRIBUTION_COLUMNS))

    @cached_property
    def item_rows(self) -> Ints:
        """The items of set predicates (k, 2): node, text."""
        return _matrix(self.items, 2)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The texts that the numbers in the columns stand for."""
        return tuple(self.text_numbers)

    @cached_property
    def numbers(self) -> npt.NDArray[np.float64]:
        """The number that each text is where it stands for one; NaN where it is none.

        The last item, which NONE picks, is NaN.
        """
        values, counts = self.node_rows[:, _NUMBERS], self.distribution_rows[:, 2:]
        is_used = np.zeros(len(self.texts) + 1, np.bool_)
        is_used[values] = True
        is_used[counts] = True
        is_used[-1] = False
        found = np.full(len(self.texts) + 1, np.nan)
        found[is_used] = _parsed(list(compress(self.texts, is_used.tolist())))
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        return (_pool, (bytes(self.rows), bytes(self.distributions), bytes(self.items), self.texts))


def _parsed(texts: list[str]) -> list[float]:
    """Read numbers as `parse_number` does; NaN for what is none."""
    if not "".join(texts).encode().translate(None, _DECIMAL):
        try:
            return list(map(float, texts))
        except ValueError:
            pass
    return [_number(text) for text in texts]


def _number(text: str) -> float:
    try:
        return parse_number(text)
    except ValueError:
        return math.nan


def _matrix(numbers: array[int], width: int) -> Ints:
    matrix = np.frombuffer(numbers, np.int32) if numbers else np.empty(0, np.int32)
    matrix = matrix.reshape(-1, width)
    matrix.flags.writeable = False
    return matrix


def _pool(rows: bytes, distributions: bytes, items: bytes, texts: tuple[str, ...]) -> NodePool:
    pool = NodePool()
    pool.rows.frombytes(rows)
    pool.distributions.frombytes(distributions)
    pool.items.frombytes(items)
    for text in texts:
        pool.text_numbers[text]
    return pool
