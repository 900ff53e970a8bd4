"""Documents of ours and of sklearn2pmml for the same pipeline say the same, of the same rows.

Both are written by `tests/environments/both_documents.py` in the environment of sklearn2pmml, with
the scikit-learn that it supports; ``make test`` makes that environment. Without it a developer's
run skips; continuous integration fails.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pmmlkit.errors import PmmlError
from pmmlkit.parity.java import find_java
from pmmlkit.parity.oracles import Oracle
from tests.environments.both_documents import names
from tests.exporters.agreement import Expected, assert_scores

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-sklearn2pmml" / "bin" / "python"
SCRIPT = ROOT / "tests" / "environments" / "both_documents.py"

SLICE = (
    "classes-logistic_mixed",
    "classes-random_forest",
    "classes-hist_boosting_mixed",
    "number-linear_mixed",
    "number-boosting_mixed",
)
PECULIAR = {
    "classes-voting_mixed": "its members all get the single-precision numbers that trees need",
    "classes-neighbors": "its document has no probabilities",
}
"""Where the documents of sklearn2pmml say otherwise than scikit-learn, in both engines."""

FULL = os.environ.get("PMMLKIT_FULL") == "1"
NAMES = list(names()) if FULL else list(SLICE)
BATCHES = [NAMES[at : at + 8] for at in range(0, len(NAMES), 8)]
"""What one process writes."""


@pytest.fixture(scope="module")
def python() -> Path:
    """The Python of the environment that has sklearn2pmml and pmmlkit."""
    if not PYTHON.exists():
        lacking = pytest.fail if os.environ.get("CI") else pytest.skip
        lacking(f"no environment {PYTHON.parents[1].name}: make test makes it")
    return PYTHON


@pytest.mark.parametrize("batch", BATCHES, ids=lambda batch: f"{batch[0]}_and_{len(batch) - 1}")
def test_both_say_the_same(
    python: Path,
    batch: list[str],
    jpmml: Oracle,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    done = subprocess.run(
        [python, SCRIPT, tmp_path, *batch],
        capture_output=True,
        text=True,
        env={**find_java().environment(), "OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    wrong: list[str] = []
    for name in batch:
        sizes = [path.stat().st_size for path in _documents(tmp_path, name).values()]
        record_property("size", f"{name}: {sizes[0]:,} bytes, sklearn2pmml {sizes[1]:,}")
        wrong += _differences(tmp_path, name, jpmml)
        if "forest" in name and sizes[0] > sizes[1]:
            wrong.append(f"{name}: {sizes[0]} bytes, more than the {sizes[1]} of sklearn2pmml")
    assert not wrong, "\n".join(wrong)


def _documents(folder: Path, name: str) -> dict[str, Path]:
    return {whose: folder / f"{name}.{whose}.pmml" for whose in ("ours", "theirs")}


def _differences(folder: Path, name: str, jpmml: Oracle) -> Iterator[str]:
    """Yield what the documents of a pipeline say otherwise than scikit-learn."""
    said = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    numbers = {column: np.array(values) for column, values in said["numbers"].items()}
    scales = dict.fromkeys(numbers, 1.0) if said["labels"] else {}
    expected = Expected(said["labels"], numbers, scales)
    rows = pd.DataFrame(said["rows"])
    for whose, path in _documents(folder, name).items():
        for oracle in (None, jpmml):
            peculiar = whose == "theirs" and name in PECULIAR
            try:
                assert_scores(path.read_bytes(), rows, expected, oracle=oracle)
            except (AssertionError, PmmlError) as error:
                engine = "pmmlkit" if oracle is None else oracle.name
                if not peculiar:
                    yield f"{name}, {whose} by {engine}: {error}"
                continue
            if peculiar:
                yield f"{name} agrees by now: take it out of PECULIAR"
