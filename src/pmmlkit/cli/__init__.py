"""The command `pmmlkit`: one module for each of its commands, and how errors become exit codes."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from pmmlkit._version import __version__
from pmmlkit.errors import (
    DataError,
    EvaluationError,
    ExportError,
    LimitError,
    MarkupError,
    PmmlError,
    UnsupportedError,
)

__all__ = ["command", "main"]

FINDINGS, USAGE, DOCUMENT, INPUT_OUTPUT = 1, 2, 3, 4

_EXIT_CODES: tuple[tuple[type[PmmlError], int], ...] = (
    (EvaluationError, FINDINGS),
    (DataError, INPUT_OUTPUT),
    (MarkupError, DOCUMENT),
    (UnsupportedError, DOCUMENT),
    (LimitError, DOCUMENT),
    (ExportError, DOCUMENT),
)

_COMMANDS = ("export", "validate", "score", "parity")

_EPILOG = """
Exit codes: 0 done; 1 findings, differences, or rows that cannot be scored; 2 wrong usage;
3 a document or model that cannot be read or is not supported; 4 input or output.
"""


class _Commands(click.Group):
    """Imports a command when it is called: `pmmlkit validate` need not wait for the exporters."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        found: click.Command = import_module(f"pmmlkit.cli.{cmd_name}").command
        return found


@click.group(
    cls=_Commands,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="pmmlkit")
def command() -> None:
    """Export trained models to PMML, check PMML documents, and score tables with them. No Java."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command and exit with its code."""
    sys.exit(_run(arguments))


def _run(arguments: list[str] | None) -> int:
    try:
        result: Any = command.main(arguments, prog_name="pmmlkit", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except PmmlError as error:
        click.echo(f"pmmlkit: {error}", err=True)
        return next(code for kind, code in _EXIT_CODES if isinstance(error, kind))
    except BrokenPipeError:
        # Whoever read our output has had enough; Python must not complain of it at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INPUT_OUTPUT
    return result if isinstance(result, int) else 0
