"""The formats of files of rows, and which one a path has."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Final

from pmmlkit.errors import DataError

__all__ = ["DELIMITERS", "FORMATS", "format_of"]

FORMATS: Final = ("csv", "tsv", "jsonl", "parquet", "arrow")
"""Comma- and tab-separated text, JSON lines, Parquet, Arrow files and streams."""

DELIMITERS: Final = MappingProxyType({"csv": ",", "tsv": "\t"})

_ENDINGS: Final = MappingProxyType(
    {
        ".csv": "csv",
        ".tsv": "tsv",
        ".tab": "tsv",
        ".jsonl": "jsonl",
        ".ndjson": "jsonl",
        ".json": "jsonl",
        ".parquet": "parquet",
        ".pq": "parquet",
        ".arrow": "arrow",
        ".feather": "arrow",
        ".ipc": "arrow",
    }
)


def format_of(path: str, stated: str | None = None) -> str:
    """Return the format of a path: the stated one, else by its ending; ``-`` is CSV.

    Raises DataError for an ending that is not known.
    """
    if stated is not None:
        return stated
    if path == "-":
        return "csv"
    found = _ENDINGS.get(Path(path).suffix.lower())
    if found is None:
        raise DataError(
            f"the format of {path} is not plain from its name; state it: {', '.join(FORMATS)}"
        )
    return found
