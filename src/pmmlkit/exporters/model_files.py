"""The bytes of model files, with a limit and clear errors."""

from __future__ import annotations

import os
from pathlib import Path

from pmmlkit.errors import ExportError, LimitError
from pmmlkit.limits import Limits

__all__ = ["bytes_of_file"]


def bytes_of_file(path: str | os.PathLike[str], limits: Limits | None = None) -> bytes:
    """Return what a file holds.

    Raises ExportError where it cannot be read, LimitError where it is longer than
    ``Limits.document_bytes``.
    """
    source = Path(path)
    most = (limits or Limits()).document_bytes
    try:
        with source.open("rb") as stream:
            data = stream.read(most + 1)
    except OSError as error:
        raise ExportError(
            f"{source.name} cannot be read: {error.strerror or type(error).__name__}"
        ) from error
    if len(data) > most:
        raise LimitError(f"{source.name} is longer than Limits.document_bytes = {most}")
    return data
