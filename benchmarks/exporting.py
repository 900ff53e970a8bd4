"""Exporting the forest, pmmlkit's and sklearn2pmml's, each in a process and environment of its own.

As a script (``python -m benchmarks.exporting pmmlkit|sklearn2pmml FILE``) it is such a process: it
fits the forest, then exports it for every line that it reads and answers with the seconds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import models
from benchmarks.report import Figure, against

ROUNDS = 5


def export(directory: Path, sklearn2pmml: str) -> list[Figure]:
    """Measure `export` against sklearn2pmml in the environment of that Python."""
    from pmmlkit.parity.java import find_java

    environment = find_java().environment()
    ours = _Process(sys.executable, "pmmlkit", directory / "ours.pmml", environment)
    theirs = _Process(sklearn2pmml, "sklearn2pmml", directory / "theirs.pmml", environment)
    seconds: tuple[list[float], list[float]] = ([], [])
    with ours, theirs:
        ours.seconds(), theirs.seconds()
        for _ in range(ROUNDS):
            seconds[0].append(ours.seconds())
            seconds[1].append(theirs.seconds())
    return [
        against(
            "export the forest",
            "NumPy only",
            f"sklearn2pmml {theirs.version}",
            seconds,
            limit=1 / 3,
            unit="ms",
        )
    ]


class _Process:
    """A process that exports when it is asked to."""

    def __init__(self, python: str, package: str, path: Path, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [python, "-m", "benchmarks.exporting", package, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        self.version = self._answer()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"an export failed: {self._process.args}")
        return line.strip()

    def seconds(self) -> float:
        """Export once."""
        assert self._process.stdin is not None
        self._process.stdin.write("export\n")
        self._process.stdin.flush()
        return float(self._answer())

    def __enter__(self) -> _Process:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def _exporter(package: str, path: str) -> Callable[[], Any]:
    estimator, X, y = models.fitted("forest")
    if package == "pmmlkit":
        import pmmlkit

        return lambda: pmmlkit.export(estimator, path, X=X, y=y)
    from sklearn2pmml import sklearn2pmml
    from sklearn2pmml.pipeline import PMMLPipeline

    pipeline = PMMLPipeline([("forest", estimator)])
    pipeline.fit(X, y)
    return lambda: sklearn2pmml(pipeline, path)


def main() -> None:
    package, path = sys.argv[1:]
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # sklearn2pmml's Java talks
    run = _exporter(package, path)
    print(version(package), file=answers)
    for _ in sys.stdin:
        start = time.perf_counter()
        run()
        print(time.perf_counter() - start, file=answers)


if __name__ == "__main__":
    main()
