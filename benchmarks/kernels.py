"""Measure the forest kernels against ONNX Runtime: the same models and rows, one thread, medians.

Run from the root of the repository: ``python -m benchmarks.kernels [rows]``.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from pmmlkit.columns.kernels import Forest, fast_available, forest_kernel
from tests.columns.kernels.sklearn_forest import diagram_of

Run = Callable[[], Any]


def models(rows: int) -> dict[str, tuple[Any, Any, Forest, Any]]:
    """Return per name: estimator, rows, its forest, the payload of the answers."""
    from sklearn.datasets import make_classification, make_regression
    from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier

    X, y = make_classification(rows, 20, n_informative=12, random_state=0)
    X = X.astype(np.float32)
    random_forest = RandomForestClassifier(100, max_depth=10, random_state=0)
    random_forest.fit(X[:10_000], y[:10_000])
    trees = [estimator.tree_ for estimator in random_forest.estimators_]
    of_forest = diagram_of(trees, lambda tree: tree.value[:, 0, :])
    Xr, yr = make_regression(rows, 20, n_informative=12, noise=5.0, random_state=0)
    Xr = Xr.astype(np.float32)
    boosting = GradientBoostingRegressor(n_estimators=200, max_depth=5, random_state=0)
    boosting.fit(Xr[:10_000], yr[:10_000])
    trees = [estimator.tree_ for estimator in boosting.estimators_[:, 0]]
    of_boosting = diagram_of(trees, lambda tree: tree.value[:, :, 0])
    return {
        "random forest, 100 trees of depth 10": (random_forest, X, *of_forest),
        "gradient boosting, 200 trees of depth 5": (boosting, Xr, *of_boosting),
    }


def onnx(estimator: Any, X: Any) -> Run:
    """Return a run of the same model in ONNX Runtime over a bare float32 array, on one thread."""
    import onnxruntime  # type: ignore[import-untyped]
    from skl2onnx import to_onnx  # type: ignore[import-untyped]

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    zipmap = {"zipmap": False} if hasattr(estimator, "classes_") else None
    model = to_onnx(estimator, X[:1], options=zipmap).SerializeToString()
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda: session.run(None, {name: X})


def interleaved(runs: dict[str, Run], rounds: int = 9) -> dict[str, float]:
    """Return the median seconds of each run; they take turns, so a busy machine hits all."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()
    for _ in range(rounds):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def each(score: Callable[[list[float]], Any], rows: list[list[float]]) -> list[Any]:
    return [score(row) for row in rows]


def main(rows: int = 20_000) -> None:
    kernels = {"NumPy": forest_kernel(fast=False)}
    if fast_available():
        kernels["numba"] = forest_kernel(fast=True)
    for title, (estimator, X, forest, payload) in models(rows).items():
        print(title)
        runs = {"ONNX Runtime": onnx(estimator, X)}
        for name, kernel in kernels.items():
            runs[name] = partial(kernel.sum_distributions, forest, X, payload)
        medians = interleaved(runs)
        for name, taken in medians.items():
            ratio = taken / medians["ONNX Runtime"]
            print(f"  {name:14}{taken / rows * 1e6:8.2f} microseconds a row, ratio {ratio:.2f}")
        single = X[:1000].tolist()
        runs = {}
        for name, kernel in kernels.items():
            summer = kernel.row_summer(forest, payload)
            runs[name] = partial(each, summer, single)
        for name, taken in interleaved(runs, 5).items():
            print(f"  {name:14}{taken / len(single) * 1e6:8.2f} microseconds, one row at a time")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
