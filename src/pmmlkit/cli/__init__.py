"""The command `pmmlkit`: one module for each of its commands, and how errors become exit codes."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from importlib import import_module
from types import MappingProxyType
from typing import Any

import click

from pmmlkit._version import __version__
from pmmlkit.cli.documents import DOCUMENT
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

FINDINGS, INPUT_OUTPUT = 1, 4

_EXIT_CODES: tuple[tuple[type[PmmlError], int], ...] = (
    (EvaluationError, FINDINGS),
    (DataError, INPUT_OUTPUT),
    (MarkupError, DOCUMENT),
    (UnsupportedError, DOCUMENT),
    (LimitError, DOCUMENT),
    (ExportError, DOCUMENT),
    (PmmlError, DOCUMENT),
)

_COMMANDS = MappingProxyType(
    {
        "export": "Write a fitted scikit-learn estimator as a PMML document.",
        "validate": "Check PMML documents and say all that is wrong with them.",
        "show": "Show what is in a PMML document, for people.",
        "upgrade": "Rewrite a PMML document in another version of PMML.",
        "score": "Score the rows of a table with a PMML document.",
        "parity": "Compare pmmlkit's results with those of other PMML engines.",
    }
)
"""The commands and what the list of them says, which needs no import of theirs."""

_EPILOG = """
\b
Start with:
  pmmlkit validate model.pmml
  pmmlkit score model.pmml people.csv results.csv
and `pmmlkit COMMAND --help` for more.

\b
Exit codes:
  0  done
  1  findings, differences, or rows that cannot be scored
  2  wrong usage
  3  a document or model that cannot be read or is not supported
  4  input or output: a file, a table, a column
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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Whoever read our output has had enough. Click would exit with 1, which says findings.
            _silence_output()
            return INPUT_OUTPUT


def _silence_output() -> None:
    """Let Python's last flush go nowhere instead of complaining at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(
    cls=_Commands,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="pmmlkit")
def command() -> None:
    """Models as PMML documents: export them from scikit-learn, check them, and score tables.

    PMML is an XML language for trained models: what is written here is read by other engines, and
    what they and other tools write is scored here. No Java is needed.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command and exit with its code."""
    # What ends us ends us in order: temporary files go.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
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
    except OSError as error:
        # Files that commands read and write have errors of their own; what is left is the output.
        _silence_output()
        click.echo(f"pmmlkit: cannot write the output: {error.strerror or error}", err=True)
        return INPUT_OUTPUT
    return result if isinstance(result, int) else 0
