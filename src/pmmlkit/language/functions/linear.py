"""Patterns for an engine without backtracking (re2), where they mean the same there."""

from __future__ import annotations

import re
from typing import Any, Final

from pmmlkit.language.functions.backtracking import nullable
from pmmlkit.language.functions.patterns import Anchor, Group, Loop, PatternError, Tree, Unit

__all__ = ["linear_expression"]

_BLANK: Final = r"\x09-\x0d\x20"
_NOT_BLANK: Final = r"\x00-\x08\x0e-\x1f\x21-\x{10ffff}"
"""What \\s is in PCRE, Java and `re`; in re2 it leaves out the vertical tab."""


def linear_expression(tree: Group) -> Any:
    """Return the compiled pattern, with the methods of `re`; None where re2 is not installed.

    Raises PatternError where re2 reads the pattern in another way, or does not take it.
    """
    try:
        import re2
    except ImportError:
        return None
    if nullable(tree):
        raise PatternError("matches of nothing, after which re2 goes on in another way")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(_written(tree), options)
    except re2.error as error:
        raise PatternError(f"what re2 refuses: {error}") from error


def _written(tree: Tree) -> str:
    if isinstance(tree, Unit):
        return _unit(tree)
    if isinstance(tree, Anchor):
        if tree.text == "$":
            raise PatternError("$, which re2 reads in another way")
        return r"\z" if tree.text == r"\Z" else tree.text
    if isinstance(tree, Loop):
        if tree.most is None and nullable(tree.body):
            raise PatternError("a repetition of nothing, which re2 reads in another way")
        return _written(tree.body) + tree.suffix
    inner = "|".join("".join(map(_written, row)) for row in tree.alternatives)
    if not tree.head or tree.head.endswith(")"):
        return inner
    head = tree.head if tree.head.startswith("(?P") or tree.head == "(" else "(?:"
    return f"{head}{inner})"


def _unit(unit: Unit) -> str:
    if not unit.flags & re.ASCII:
        raise PatternError("(?u): letters beyond ASCII, which re2 takes for none")
    if unit.text == ".":
        return "(?s:.)" if unit.flags & re.DOTALL else r"[^\n]"
    if unit.flags & re.IGNORECASE:
        return _spelled_out(unit)
    if unit.text in (r"\s", r"\S"):
        return f"[{_BLANK if unit.text == chr(92) + 's' else _NOT_BLANK}]"
    # Every other backslash begins \xNN: literals are written so.
    return unit.text.replace(r"\s", _BLANK).replace(r"\S", _NOT_BLANK)


def _spelled_out(unit: Unit) -> str:
    """Write the set without regard to case letter by letter: re2 would go beyond ASCII."""
    match = re.compile(unit.text, unit.flags).fullmatch
    members = [f"\\x{code:02x}" for code in range(128) if match(chr(code))]
    if match("\u0100"):
        members.append(r"\x{80}-\x{10ffff}")
    if not members:
        raise PatternError("a class without members")
    return f"[{''.join(members)}]"
