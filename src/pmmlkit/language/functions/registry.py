"""The built-in functions by name, from a fixed list of modules.

Nothing is ever looked up elsewhere.
"""

from __future__ import annotations

from functools import cache

from pmmlkit.language.functions import (
    aggregates,
    arithmetic,
    choice,
    comparison,
    dates,
    distributions,
    logic,
    mathematics,
    membership,
    missing,
    strings,
)
from pmmlkit.language.functions.function import Function

__all__ = ["built_in", "built_ins"]

_CHAPTERS = (
    arithmetic,
    aggregates,
    mathematics,
    distributions,
    missing,
    comparison,
    logic,
    choice,
    membership,
    strings,
    dates,
)


@cache
def built_ins() -> dict[str, Function]:
    """Return all built-in functions by name; ``x-`` names are extensions and old names."""
    return {function.name: function for chapter in _CHAPTERS for function in chapter.FUNCTIONS}


def built_in(name: str) -> Function | None:
    """Return the built-in function of this name."""
    return built_ins().get(name)
