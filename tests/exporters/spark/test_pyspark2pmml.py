"""Documents of ours and of pyspark2pmml for the same pipeline say the same, of the same rows.

Theirs are written by `tests/environments/spark_documents.py` in an environment of its own, with a
Spark that pyspark2pmml supports; ``make test`` makes that environment. Ours are made here of what
that Spark saved. Without it a developer's run skips; continuous integration fails.
"""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.parity.oracles import Oracle
from tests.environments.spark_documents import names
from tests.exporters.agreement import Expected, assert_scores
from tests.spark_session import environment, require_spark

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".venv-pyspark2pmml" / "bin" / "python"
SCRIPT = ROOT / "tests" / "environments" / "spark_documents.py"

PECULIAR = {"binary": "its document does not know the threshold of the classifier"}
"""Where the documents of pyspark2pmml say otherwise than Spark."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with what the other environment wrote."""
    require_spark()
    if not PYTHON.exists():
        lacking = pytest.fail if os.environ.get("CI") else pytest.skip
        lacking(f"no environment {PYTHON.parents[1].name}: make test makes it")
    return _written(tmp_path_factory.mktemp("documents"))


@cache
def _written(folder: Path) -> Path:
    variables = {**environment(), "PYSPARK_PYTHON": str(PYTHON)}
    variables["PYSPARK_DRIVER_PYTHON"] = str(PYTHON)
    done = subprocess.run(
        [PYTHON, SCRIPT, folder], capture_output=True, text=True, env=variables, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return folder


@pytest.mark.parametrize("whose", ["ours", "theirs"])
@pytest.mark.parametrize("name", names())
def test_both_say_the_same(name: str, whose: str, folder: Path, jpmml: Oracle) -> None:
    said = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    if whose == "ours":
        document = pmmlkit.export(folder / f"{name}.pipeline", schema=said["schema"]).to_bytes()
    else:
        document = (folder / f"{name}.pmml").read_bytes()
    expected = _expected(said)
    for oracle in (None, jpmml):
        try:
            assert_scores(document, said["rows"], expected, oracle=oracle)
        except AssertionError:
            if whose == "ours" or name not in PECULIAR:
                raise
        else:
            assert whose == "ours" or name not in PECULIAR, "it agrees by now"


def _expected(said: dict[str, Any]) -> Expected:
    made = said["made"]
    if "labels" not in made:
        return Expected(numbers={"prediction": np.array(made["prediction"])})
    labels = made["labels"]
    shares = np.array(made["probability"]).T
    numbers = dict(zip((f"probability({label})" for label in labels), shares, strict=True))
    return Expected(
        {said["label"]: [labels[int(number)] for number in made["prediction"]]},
        {**numbers, "prediction": np.array(made["prediction"])},
        dict.fromkeys(numbers, 1.0),
    )
