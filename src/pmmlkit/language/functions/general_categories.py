"""Unicode's general categories, as members of a character class: what ``\\p{L}`` means in PCRE,
Java and re2. Python's `re` has no name for them.

Characters that a version of Unicode added are in no category in the engines with an earlier one.
"""

from __future__ import annotations

import sys
from functools import cache
from itertools import groupby
from types import MappingProxyType
from typing import Final
from unicodedata import category

__all__ = ["CATEGORIES", "members"]

_BOTH: Final = (
    ("C", "cfno"), ("L", "lmotu"), ("M", "cen"), ("N", "dlo"), ("P", "cdefios"), ("S", "ckmo"),
    ("Z", "lps"),
)  # fmt: skip
CATEGORIES: Final = frozenset(first + second for first, rest in _BOTH for second in ("", *rest))
"""One letter stands for all categories that begin with it. Halves of surrogate pairs are none."""


@cache
def members(name: str, negated: bool) -> str:
    """Return the characters of a category, or all others, as ranges inside of ``[ ]``."""
    runs: list[list[int]] = []
    for first, last, own in _runs():
        if own.startswith(name) == negated or own == "Cs":
            continue
        if runs and runs[-1][1] == first - 1:
            runs[-1][1] = last
        else:
            runs.append([first, last])
    return "".join(
        _written(first) if first == last else f"{_written(first)}-{_written(last)}"
        for first, last in runs
    )


@cache
def _runs() -> tuple[tuple[int, int, str], ...]:
    """Return first, last and category of all runs of characters of one category."""
    found = []
    characters = map(chr, range(sys.maxunicode + 1))
    start = 0
    for name, run in groupby(map(category, characters)):
        end = start + sum(1 for _ in run)
        found.append((start, end - 1, name))
        start = end
    return tuple(found)


_ESCAPED: Final = MappingProxyType({code: f"\\x{code:02x}" for code in range(0xA0)})


def _written(code: int) -> str:
    escaped = _ESCAPED.get(code)
    is_plain = escaped is None or chr(code).isalnum()
    return chr(code) if is_plain else str(escaped)
