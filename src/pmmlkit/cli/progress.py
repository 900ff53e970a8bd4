"""A line on the terminal while something takes long; nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic
from typing import IO, Final

__all__ = ["Stage", "size_text", "stage"]

PATIENCE: Final = 1.0
"""Seconds until a stage is shown, and between its updates."""


@dataclass(slots=True)
class Stage:
    """What is being done, in words that may be added to."""

    words: str


@contextmanager
def stage(words: str, stream: IO[str] | None = None) -> Iterator[Stage]:
    """Show what is being done, and for how long, as soon as it takes more than a second."""
    terminal = sys.stderr if stream is None else stream
    now = Stage(words)
    if not terminal.isatty():
        yield now
        return
    done = Event()
    start = monotonic()
    shown = Thread(target=_show, args=(now, terminal, done, start), daemon=True)
    shown.start()
    try:
        yield now
    finally:
        done.set()
        shown.join()


def _show(now: Stage, terminal: IO[str], done: Event, start: float) -> None:
    was_shown = False
    while not done.wait(PATIENCE):
        terminal.write(f"\r{now.words} ... {monotonic() - start:.0f} s")
        terminal.flush()
        was_shown = True
    if was_shown:
        terminal.write(f"\r{now.words}: {monotonic() - start:.1f} s   \n")
        terminal.flush()


def size_text(size: int) -> str:
    """Return a number of bytes for people."""
    amount = float(size)
    for unit in ("bytes", "kB", "MB"):
        if amount < 1000.0:
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000.0
    return f"{amount:.1f} GB"
