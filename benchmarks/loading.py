"""Loading the forest's document: time, and the peak memory of a process that then scores a row."""

from __future__ import annotations

import compileall
import json
import subprocess
import sys
from functools import partial
from pathlib import Path

from benchmarks import models
from benchmarks.measure import interleaved
from benchmarks.peers import Jpmml
from benchmarks.report import Figure, against, alone
from benchmarks.scoring import mode_of_process

PEAK = """
import json, sys
import pmmlkit
model = pmmlkit.load(sys.argv[1])
model.evaluate(dict.fromkeys([field.name for field in model.inputs], 0.5))
with open("/proc/self/status") as status:
    lines = dict(line.split(":", 1) for line in status)
print(json.dumps(int(lines["VmHWM"].split()[0]) / 1000))
"""


OURS = """
import sys, time
import pmmlkit
load = pmmlkit.load
start = time.perf_counter()
load(sys.argv[1])
print(time.perf_counter() - start)
"""
THEIRS = """
import sys, time
from pathlib import Path
from benchmarks.peers import Jpmml
jpmml = Jpmml()
start = time.perf_counter()
jpmml.load(Path(sys.argv[1]))
print(time.perf_counter() - start)
"""
ROUNDS = 15


def load(directory: Path) -> list[Figure]:
    """Measure `load` against JPMML-Evaluator's: the first of a process, and later ones.

    A document is loaded once, so that the first counts. Imports and the start of the virtual
    machine are outside.
    """
    import pmmlkit

    mode = mode_of_process()
    # Installing a wheel writes bytecode; an editable installation has none, or an old one.
    compileall.compile_dir(Path(pmmlkit.__file__).parent, quiet=1)
    jpmml = Jpmml()
    path = models.document(directory, "forest")
    size = f"{path.stat().st_size / 1e6:.1f} MB"
    first: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for seconds, script in zip(first, (OURS, THEIRS), strict=True):
            seconds.append(float(_answer(script, path)))
    again = interleaved(
        {"ours": partial(pmmlkit.load, path), "theirs": partial(jpmml.load, path)},
        rounds=ROUNDS,
        warm=3,
    )
    figures = [
        against(
            f"load the forest ({size}), first in a process",
            mode,
            jpmml.title,
            first,
            limit=1 / 6,
            unit="ms",
        ),
        against(
            f"load the forest ({size}), again and again",
            mode,
            jpmml.title,
            (again["ours"], again["theirs"]),
            limit=None,
            unit="ms",
        ),
    ]
    if sys.platform == "linux":
        peak = json.loads(_answer(PEAK, path))
        figures.append(alone("memory: import, load, score a row", mode, peak, "MB", 200))
    return figures


def _answer(script: str, path: Path) -> str:
    """Run a script in a fresh process; return what it prints."""
    return subprocess.run(
        [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, check=True, text=True
    ).stdout
