"""Validating documents of forests, beside lxml alone: parse, and hold against the XML Schema."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import models
from benchmarks.report import Figure, against

PUBLISHED = Path(__file__).parents[2] / "shared" / "reference" / "xsd" / "pmml-4.4.1.xsd"
"""The published schema, where it is at hand; else the one written from the declarations."""

OURS = """
from pmmlkit.validation import validate
from pmmlkit.validation.schema import validator
from pmmlkit.validation.rules import rules
from pmmlkit.program import Program
validator("4.4", "http://www.dmg.org/PMML-4_4"), rules()
path = Path(sys.argv[1])
def run():
    validate(path)
"""
THEIRS = """
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[2]))
def run():
    assert schema.validate(etree.parse(sys.argv[1]))
"""
TIMED = """
import gc, sys, time
from pathlib import Path
{}
for _ in sys.stdin:
    gc.collect()
    start = time.perf_counter()
    for _ in range(int(sys.argv[3])):
        run()
    print((time.perf_counter() - start) / int(sys.argv[3]), flush=True)
"""
TREES = 122
ROUNDS = 15
WARM = 1
TIMES = 5
KEEPING = {"MALLOC_TRIM_THRESHOLD_": "1000000000"}
"""For both: to give memory back after each run and ask for it anew costs lxml half its time."""


def validating(directory: Path) -> list[Figure]:
    """Measure `validate` (read, schema, compile, rules) against lxml's parse and schema alone, on a
    forest written in full and on one as pmmlkit writes it by default.

    Imports and the compilation of the schema are outside: both are done once in a process.
    """
    import pmmlkit
    from pmmlkit.validation.schema import schema_text

    compileall.compile_dir(Path(pmmlkit.__file__).parent, quiet=1)
    with tempfile.TemporaryDirectory() as temporary:
        published = PUBLISHED
        if not published.exists():
            published = Path(temporary) / "pmml.xsd"
            published.write_bytes(schema_text("4.4.1"))
        documents = {
            "a forest in full": _in_full(directory),
            "a compact forest": models.document(directory, "forest"),
        }
        return [
            figure
            for name, path in documents.items()
            for figure in _of_document(name, path, published)
        ]


def _in_full(directory: Path) -> Path:
    """Write a forest of 13 MB, with its nodes spelt out as most producers do."""
    from sklearn.ensemble import RandomForestClassifier

    import pmmlkit

    path = directory / "forest_in_full.pmml"
    if not path.exists():
        X, y = models.rows_of(models.TRAINING_ROWS)
        forest = RandomForestClassifier(TREES, max_depth=10, random_state=0).fit(X, y)
        pmmlkit.export(forest, path, X=X, y=y, compact=False)
    return path


def _of_document(name: str, path: Path, published: Path) -> list[Figure]:
    from lxml import etree

    what = f"validate {name} ({path.stat().st_size / 1e6:.1f} MB)"
    first: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for seconds, script in zip(first, (OURS, THEIRS), strict=True):
            with _Timed(script, path, published, times=1) as timed:
                seconds.append(timed.seconds())
    # Each has a process of its own, and the clock runs through several runs in a row: what lxml
    # frees is tidied up by whoever asks for much memory next (50 ms here), which would be us if
    # both ran in one process, and nobody if the clock stood still between the runs.
    again: tuple[list[float], list[float]] = ([], [])
    with (
        _Timed(OURS, path, published, times=TIMES) as ours,
        _Timed(THEIRS, path, published, times=TIMES) as theirs,
    ):
        for _ in range(WARM):
            ours.seconds(), theirs.seconds()
        for _ in range(ROUNDS):
            again[0].append(ours.seconds())
            again[1].append(theirs.seconds())
    peer = f"lxml {etree.__version__}"
    return [
        against(f"{what}, {when}", "NumPy only", peer, seconds, limit=2, unit="ms")
        for when, seconds in (("first in a process", first), ("again and again", again))
    ]


class _Timed:
    """A process that runs a script some times in a row whenever it is asked to."""

    def __init__(self, script: str, *paths: Path, times: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", TIMED.format(script), *map(str, (*paths, times))],
            env={**os.environ, **KEEPING},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> _Timed:
        return self

    def __exit__(self, *raised: object) -> None:
        self._process.communicate()

    def seconds(self) -> float:
        """Return how long one run takes, the mean of those in a row."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n")
        process.stdin.flush()
        return float(process.stdout.readline())
