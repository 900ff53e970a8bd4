"""``import pmmlkit`` in fresh processes."""

from __future__ import annotations

import statistics
import subprocess
import sys

from benchmarks.report import Figure, alone

TIMED = """
import time
start = time.perf_counter()
import pmmlkit
{use}
print(time.perf_counter() - start)
"""
ROUNDS = 11


def importing() -> list[Figure]:
    """Measure the import; its names are loaded when they are first used, so that `load` is too."""
    return [
        alone("import pmmlkit", "NumPy only", _milliseconds(""), "ms", 150),
        alone("import pmmlkit; pmmlkit.load", "NumPy only", _milliseconds("pmmlkit.load"), "ms"),
    ]


def _milliseconds(use: str) -> float:
    seconds = [
        float(
            subprocess.run(
                [sys.executable, "-c", TIMED.format(use=use)],
                capture_output=True,
                check=True,
                text=True,
            ).stdout
        )
        for _ in range(ROUNDS)
    ]
    return statistics.median(seconds) * 1e3
