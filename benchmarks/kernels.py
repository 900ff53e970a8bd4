"""Measure the forest kernels alone against ONNX Runtime: the same rows, one thread, medians.

Run from the root of the repository: ``python -m benchmarks.kernels DIRECTORY``, where DIRECTORY was
filled by ``python -m benchmarks --directory DIRECTORY``.
"""

from __future__ import annotations

import statistics
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import models
from benchmarks.measure import Run, interleaved
from benchmarks.peers import onnx


def forest_of(path: Path) -> Any:
    """Return what a document's trees were fused into."""
    import pmmlkit
    from pmmlkit.language.models.mining.forest import ForestPredictor

    waiting = [pmmlkit.load(path)._program._evaluation.predictor]
    for predictor in waiting:
        if isinstance(predictor, ForestPredictor):
            return predictor
        waiting += [member.evaluation.predictor for member in getattr(predictor, "members", ())]
    raise LookupError(f"{path} holds no forest")


def each(score: Any, rows: list[list[float]]) -> None:
    for row in rows:
        score(row)


def main() -> None:
    from pmmlkit.columns.kernels import fast_available, forest_kernel

    directory = Path(sys.argv[1])
    X = np.ascontiguousarray(models.scored_rows(directory).to_numpy(np.float32))
    single = X[:1000].tolist()
    kernels = {"NumPy": forest_kernel(fast=False)}
    if fast_available():
        kernels["numba"] = forest_kernel(fast=True)
    for name in models.ENSEMBLES:
        predictor = forest_of(models.document(directory, name))
        forest, table = predictor._forest.forest, predictor._table
        runs: dict[str, Run] = {"ONNX Runtime": onnx(models.graph(directory, name), X)}
        alone: dict[str, Run] = {}
        for title, kernel in kernels.items():
            runs[title] = partial(kernel.sum_distributions, forest, X, table)
            alone[title] = partial(each, kernel.row_summer(forest, table), single)
        shown(f"{name}, columns", interleaved(runs, rounds=9), len(X))
        shown(f"{name}, one row at a time", interleaved(alone, rounds=5), len(single))


def shown(title: str, seconds: dict[str, list[float]], rows: int) -> None:
    """Print medians in microseconds a row."""
    print(title)
    for name, taken in seconds.items():
        print(f"  {name:14}{statistics.median(taken) / rows * 1e6:8.2f} microseconds")


if __name__ == "__main__":
    main()
