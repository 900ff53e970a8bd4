"""Model files of XGBoost as plain values: JSON or UBJSON, told apart by their bytes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from pmmlkit.errors import ExportError
from pmmlkit.exporters.model_files import bytes_of_file
from pmmlkit.exporters.xgboost.ubjson import read_ubjson

__all__ = ["read_bytes", "read_file"]


def read_file(path: str | os.PathLike[str]) -> Any:
    """Return what a model file holds.

    Raises ExportError where it cannot be read or is no model, LimitError where it is too long.
    """
    source = Path(path)
    data = bytes_of_file(source)
    try:
        return read_bytes(data)
    except ExportError as error:
        raise ExportError(f"{source.name} is no model of XGBoost: {error.message}") from error


def read_bytes(data: bytes) -> Any:
    """Return the value that JSON or UBJSON bytes hold; raise ExportError if they are neither."""
    if data[:4] in (b"bs64", b"binf") or not data.lstrip()[:1] == b"{":
        raise ExportError(
            "it is neither JSON nor UBJSON; save models of older releases again with "
            'save_model("model.json")'
        )
    # behind the brace, JSON has white space, a quote or a brace; UBJSON has a type or a count
    if data.lstrip()[1:2] in (b'"', b"}", b" ", b"\n", b"\r", b"\t"):
        try:
            return json.loads(data)
        except (ValueError, RecursionError) as error:
            raise ExportError(f"it is no JSON: {error}") from error
    return read_ubjson(data)
