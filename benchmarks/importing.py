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
pmmlkit.load
print(time.perf_counter() - start)
"""


def importing() -> list[Figure]:
    """Measure the import with its most used name, `load`, resolved."""
    seconds = [
        float(
            subprocess.run(
                [sys.executable, "-c", TIMED], capture_output=True, check=True, text=True
            ).stdout
        )
        for _ in range(11)
    ]
    return [alone("import pmmlkit", "NumPy only", statistics.median(seconds) * 1e3, "ms", 150)]
