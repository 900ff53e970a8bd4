"""Timing: runs that take turns, so that a busy machine hits all of them, and medians."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

Run = Callable[[], Any]
Seconds = dict[str, list[float]]


def interleaved(runs: Mapping[str, Run], *, rounds: int, warm: int = 2) -> Seconds:
    """Return the seconds of each round of each run, after some rounds that do not count."""
    seconds: Seconds = {name: [] for name in runs}
    for _ in range(warm):
        for run in runs.values():
            run()
    for _ in range(rounds):
        for name, run in runs.items():
            gc.collect()
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def ratio(ours: list[float], theirs: list[float]) -> float:
    """Return the median of our time in units of theirs, round by round."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
