"""Documents that commands read: their errors name the file."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import click

from pmmlkit.errors import LimitError, MarkupError, UnsupportedError

if TYPE_CHECKING:
    from pmmlkit.model import Model

__all__ = ["DOCUMENT", "read_model"]

DOCUMENT = 3
"""The exit code for a document that cannot be read or is not supported."""


class _DocumentError(click.ClickException):
    exit_code = DOCUMENT

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"pmmlkit: {self.message}", err=True)


def read_model(path: str, name: str | None) -> Model:
    """Read and compile the document at `path`; `name` is one of several models."""
    from pmmlkit.model import load

    try:
        return load(path, model=name)
    except (MarkupError, UnsupportedError, LimitError) as error:
        raise _DocumentError(f"{path}: {error}") from error
