"""Exporting models, pmmlkit's and sklearn2pmml's, each in a process and environment of its own.

As a script it is such a process: ``python -m benchmarks.exporting fit MODEL PICKLE`` trains,
``... pmmlkit|sklearn2pmml PICKLE FILE`` exports for every line that it reads and answers with the
seconds and the megabytes at their peak, those of a Java process of its own included. First of all
it says its version, and the megabytes that the libraries and the trained model take.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.exported_models import LARGE, SIZED, fitted
from benchmarks.report import Figure, against, compared

ROUNDS = 3


def export(directory: Path, sklearn2pmml: str) -> list[Figure]:
    """Measure `export` against sklearn2pmml in the environment of that Python."""
    figures = []
    for name in LARGE:
        figures += _large(name, directory, sklearn2pmml)
    for name in SIZED:
        figures += _sized(name, directory, sklearn2pmml)
    return figures


def _large(name: str, directory: Path, sklearn2pmml: str) -> list[Figure]:
    ours, theirs = _processes(name, directory, sklearn2pmml)
    seconds: tuple[list[float], list[float]] = ([], [])
    with ours, theirs:
        first = ours.run(), theirs.run()
        for _ in range(ROUNDS):
            seconds[0].append(ours.run()[0])
            seconds[1].append(theirs.run()[0])
    peer = f"sklearn2pmml {theirs.version}"
    what = f"export: {name}"
    memory = (first[0][1], first[1][1])
    added = (memory[0] - ours.before, memory[1] - theirs.before)
    return [
        against(what, "", peer, seconds, limit=1 / 5, unit="ms"),
        compared(what, "memory by the export", peer, added, limit=1 / 5, unit="MB"),
        compared(what, "peak of the process", peer, memory, limit=None, unit="MB"),
        _sizes(name, peer, ours, theirs, limit=None),
    ]


def _sized(name: str, directory: Path, sklearn2pmml: str) -> list[Figure]:
    ours, theirs = _processes(name, directory, sklearn2pmml)
    with ours, theirs:
        ours.run(), theirs.run()
    return [_sizes(f"100 trees: {name}", f"sklearn2pmml {theirs.version}", ours, theirs, limit=1.0)]


def _sizes(
    name: str, peer: str, ours: _Process, theirs: _Process, *, limit: float | None
) -> Figure:
    sizes = (ours.path.stat().st_size / 1e6, theirs.path.stat().st_size / 1e6)
    return compared(name, "document", peer, sizes, limit=limit, unit="MB")


def _processes(name: str, directory: Path, sklearn2pmml: str) -> tuple[_Process, _Process]:
    from pmmlkit.parity.java import find_java

    environment = find_java().environment()
    ours = _Process(sys.executable, "pmmlkit", name, directory, environment)
    return ours, _Process(sklearn2pmml, "sklearn2pmml", name, directory, environment)


class _Process:
    """A process that exports when it is asked to; another one has trained the model."""

    def __init__(
        self, python: str, package: str, name: str, directory: Path, environment: dict[str, str]
    ) -> None:
        self.path = directory / f"{package}.pmml"
        trained = str(directory / f"{package}.pickle")
        module = [python, "-m", "benchmarks.exporting"]
        subprocess.run([*module, "fit", name, trained], check=True, env=environment)
        self._process = subprocess.Popen(
            [*module, package, trained, str(self.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        self.version = self._answer()
        self.before = float(self._answer())

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"an export failed: {self._process.args}")
        return line.strip()

    def run(self) -> tuple[float, float]:
        """Export once; return the seconds and the peak in MB."""
        assert self._process.stdin is not None
        self._process.stdin.write("export\n")
        self._process.stdin.flush()
        seconds, megabytes = self._answer().split()
        return float(seconds), float(megabytes)

    def __enter__(self) -> _Process:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


class _Peak:
    """The peak of this process and of its largest child (Linux: out of /proc)."""

    def __init__(self) -> None:
        self.child = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            for path in Path("/proc/self/task").glob("*/children"):
                try:
                    for child in path.read_text().split():
                        self.child = max(self.child, _high_water(child))
                except (OSError, StopIteration):
                    continue  # it has ended meanwhile

    @property
    def megabytes(self) -> float:
        return _high_water("self") + self.child


def _high_water(process: str, field: str = "VmHWM") -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


def _exporter(package: str, trained: str, path: str) -> Callable[[], Any]:
    estimator, X, y = pickle.loads(Path(trained).read_bytes())
    if package == "pmmlkit":
        import pmmlkit

        return lambda: pmmlkit.export(estimator, path, X=X, y=y)
    from sklearn2pmml import sklearn2pmml
    from sklearn2pmml.pipeline import PMMLPipeline

    steps = list(getattr(estimator, "steps", [("model", estimator)]))
    pipeline = PMMLPipeline(steps)
    # what fitting it would add
    pipeline.active_fields = X.columns.to_numpy()
    pipeline.target_fields = [y.name]
    return lambda: sklearn2pmml(pipeline, path)


def main() -> None:
    package, *arguments = sys.argv[1:]
    if package == "fit":
        name, trained = arguments
        Path(trained).write_bytes(pickle.dumps(fitted(name)))
        return
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # sklearn2pmml's Java talks
    run = _exporter(package, *arguments)
    print(version(package), file=answers)
    print(_high_water("self", "VmRSS"), file=answers)
    for _ in sys.stdin:
        start = time.perf_counter()
        with _Peak() as peak:
            run()
            seconds = time.perf_counter() - start
        print(seconds, peak.megabytes, file=answers)


if __name__ == "__main__":
    main()
