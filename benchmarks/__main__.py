"""Measure pmmlkit beside its peers and say which targets are met; exit code 1 if one is not."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from benchmarks.exporting import export
from benchmarks.importing import importing
from benchmarks.report import Figure, table
from benchmarks.spark_scoring import spark_lacks
from benchmarks.validating import validating

GROUPS = ("columns", "rows", "families", "load", "validate", "export", "import", "spark")
OF_SMALL_MODELS = {"columns", "rows", "load", "validate"}
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sklearn2pmml", metavar="PYTHON", help="a Python that has sklearn2pmml")
    parser.add_argument("--only", action="append", choices=GROUPS, help="measure this group only")
    parser.add_argument("--rows", type=int, default=20_000, help="rows that are scored")
    parser.add_argument("--spark-rows", type=int, default=1_000_000, help="rows scored on Spark")
    parser.add_argument("--directory", type=Path, help="keep the models here, and use those there")
    given = parser.parse_args()
    os.environ.update(ONE_THREAD)
    with tempfile.TemporaryDirectory() as temporary:
        directory = given.directory or Path(temporary)
        directory.mkdir(parents=True, exist_ok=True)
        figures = measured(directory, given)
    print(about())
    print()
    print(table(figures))
    return 0 if all(figure.passes for figure in figures) else 1


def measured(directory: Path, given: argparse.Namespace) -> list[Figure]:
    """Run the groups one after the other."""
    groups = given.only or GROUPS
    if not (directory / "logistic.onnx").exists() and OF_SMALL_MODELS & {*groups}:
        said("training and exporting the models")
        _run("benchmarks.models", str(directory), str(given.rows))
    figures: list[Figure] = []
    for group in groups:
        found = of_group(group, directory, given)
        if found:
            print(table(found), file=sys.stderr, flush=True)
        figures += found
    return figures


def of_group(group: str, directory: Path, given: argparse.Namespace) -> list[Figure]:
    """Run one group of measurements."""
    if group == "import":
        said(group)
        return importing()
    if group == "validate":
        said(group)
        return validating(directory)
    if group == "export":
        if given.sklearn2pmml is None:
            said("export: left out, for want of --sklearn2pmml PYTHON")
            return []
        said(group)
        return export(directory, given.sklearn2pmml)
    if group == "spark" and (lacking := spark_lacks()):
        said(f"spark: left out, for want of {lacking}")
        return []
    module = ["benchmarks.worker", group, str(directory)]
    if group == "spark":
        module = ["benchmarks.spark_scoring", str(directory), str(given.spark_rows)]
        said("a saved pipeline of Spark")
        figures = _figures(_run("benchmarks.spark_saved", str(directory)))
    else:
        figures = []
    for numba in ("0", "1"):
        said(f"{group}, {'with numba' if numba == '1' else 'NumPy only'}")
        figures += _figures(_run(*module, numba=numba))
    return figures


def _figures(answer: str) -> list[Figure]:
    return [Figure(**item) for item in json.loads(answer.splitlines()[-1])]


def _run(module: str, *arguments: str, numba: str = "0") -> str:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        env={**os.environ, "PMMLKIT_NUMBA": numba},
    ).stdout


def said(text: str) -> None:
    """Tell on the standard error what is being done."""
    print(f"... {text}", file=sys.stderr, flush=True)


def about() -> str:
    """Say on what was measured."""
    packages = ("pmmlkit", "numpy", "numba", "pandas", "scikit-learn")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return f"Python {platform.python_version()}, {versions}; {_processor()}, one thread"


def _processor() -> str:
    if sys.platform == "linux":
        with open("/proc/cpuinfo") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    sys.exit(main())
