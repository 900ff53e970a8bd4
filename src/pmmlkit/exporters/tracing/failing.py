"""Errors of functions that cannot be traced: the line of the user's code, what was attempted."""

from __future__ import annotations

import linecache
import traceback
from types import FrameType, TracebackType
from typing import Any

from pmmlkit.errors import ExportError
from pmmlkit.exporters.tracing.terms import Untraceable

__all__ = ["line_of", "not_traceable"]


def not_traceable(title: str, error: BaseException) -> ExportError:
    """Return the error of a function that failed while it was traced; `title` names it."""
    line = line_of(error.__traceback__)
    reason = str(error) if isinstance(error, Untraceable) else _reason(error)
    where = f", {line}" if line else ""
    return ExportError(f"{title} cannot be written as PMML{where}: {reason}")


def _reason(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "it calls itself without end"
    text = "".join(traceback.format_exception_only(type(error), error)).strip()
    return (
        f"it raised {text} when it was called with symbolic columns, which know NumPy's functions "
        "and the methods of arrays and data frames that PMML can say: register a converter with "
        "@pmmlkit.converts(YourClass), or use pmmlkit.ExpressionTransformer"
    )


def line_of(trace: TracebackType | None) -> str:
    """Return the innermost line of the user's code on a traceback, as file, number and text."""
    found = ""
    for frame, number in traceback.walk_tb(trace):
        if _is_users(frame):
            name = frame.f_code.co_filename
            text = linecache.getline(name, number, frame.f_globals).strip()
            found = f"{name}, line {number}" + (f": {text}" if text else "")
    return found


def _is_users(frame: FrameType) -> bool:
    module: Any = frame.f_globals.get("__name__") or ""
    libraries = ("numpy", "pandas", "sklearn", "scipy", "functools", "narwhals")
    return str(module).partition(".")[0] not in libraries and not str(module).startswith(
        ("pmmlkit.",)
    )
