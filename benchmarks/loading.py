"""Loading the forest's document: time, and the peak memory of a process that then scores a row."""

from __future__ import annotations

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


def load(directory: Path) -> list[Figure]:
    """Measure `load` against JPMML-Evaluator's, and its memory."""
    import pmmlkit

    jpmml = Jpmml()
    path = models.document(directory, "forest")
    mode = mode_of_process()
    seconds = interleaved(
        {"ours": partial(pmmlkit.load, path), "theirs": partial(jpmml.load, path)}, rounds=9
    )
    size = path.stat().st_size / 1e6
    figures = [
        against(
            f"load the forest's document ({size:.1f} MB)",
            mode,
            jpmml.title,
            (seconds["ours"], seconds["theirs"]),
            limit=1 / 6,
            unit="ms",
        )
    ]
    if sys.platform == "linux":
        answer = subprocess.run(
            [sys.executable, "-c", PEAK, str(path)], capture_output=True, check=True, text=True
        )
        figures.append(
            alone("memory: import, load, score a row", mode, json.loads(answer.stdout), "MB", 200)
        )
    return figures
