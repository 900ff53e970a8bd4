"""Scoring columns and single rows. Run in a process of its own, once with numba and once without.

The rows are a pandas frame of doubles, the same object for pmmlkit and JPMML-Evaluator; beside ONNX
Runtime both take the same bare float32 array.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import models
from benchmarks.measure import interleaved
from benchmarks.peers import Jpmml, onnx, onnx_title
from benchmarks.report import Figure, against

ROWS_ONE_BY_ONE = 1000
OF_ONNX = {"NumPy only": 2.0, "with numba": 0.6}
OF_ROWS = {
    "NumPy only": {"forest": 2, "boosting": 2, "logistic": 8},
    "with numba": {"forest": 10, "boosting": 10, "logistic": 8},
}
OF_COLUMNS = {"NumPy only": 10, "with numba": 25}


def mode_of_process() -> str:
    """Name the kernels that this process uses."""
    from pmmlkit.columns.kernels import fast_available

    return "with numba" if fast_available() else "NumPy only"


def columns(directory: Path) -> list[Figure]:
    """Measure tables."""
    import pmmlkit

    mode = mode_of_process()
    jpmml = Jpmml()
    frame = models.scored_rows(directory)
    X = np.ascontiguousarray(frame.to_numpy(np.float32))
    figures = []
    for name in models.MODELS:
        path = models.document(directory, name)
        model, evaluator = pmmlkit.load(path), jpmml.load(path)
        _agree(model.evaluate(frame), evaluator.evaluateAll(frame, parallelism=1))
        seconds = interleaved(
            {
                "ours": partial(model.evaluate, frame),
                "theirs": partial(evaluator.evaluateAll, frame, parallelism=1),
            },
            rounds=7,
        )
        figures.append(
            against(
                f"columns, {name}, pandas frame",
                mode,
                f"{jpmml.title} evaluateAll",
                (seconds["ours"], seconds["theirs"]),
                limit=1 / OF_COLUMNS[mode],
                unit="us",
                per=len(frame),
            )
        )
        if name not in models.ENSEMBLES:
            continue
        seconds = interleaved(
            {"ours": partial(model.evaluate, X), "theirs": onnx(models.graph(directory, name), X)},
            rounds=15,
        )
        figures.append(
            against(
                f"columns, {name}, float32 array",
                mode,
                f"{onnx_title()} 1 thread",
                (seconds["ours"], seconds["theirs"]),
                limit=OF_ONNX[mode],
                unit="us",
                per=len(frame),
            )
        )
    return figures


def _agree(ours: Any, theirs: Any) -> None:
    """Check that both engines did the same work."""
    for name in ours:
        if ours[name].dtype.kind == "f":
            np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-9, atol=1e-12)
        else:
            assert (ours[name].to_numpy() == theirs[name].to_numpy()).all()


def rows(directory: Path) -> list[Figure]:
    """Measure one row after the other, dict to dict."""
    import pmmlkit

    mode = mode_of_process()
    jpmml = Jpmml()
    records = models.scored_rows(directory).head(ROWS_ONE_BY_ONE).to_dict("records")
    figures = []
    for name in models.MODELS:
        path = models.document(directory, name)
        seconds = interleaved(
            {
                "ours": partial(_each, pmmlkit.load(path).evaluate, records),
                "theirs": partial(_each, jpmml.load(path).evaluate, records),
            },
            rounds=21,
            warm=5,
        )
        figures.append(
            against(
                f"one row, {name}, dict to dict",
                mode,
                f"{jpmml.title} evaluate",
                (seconds["ours"], seconds["theirs"]),
                limit=1 / OF_ROWS[mode][name],
                unit="us",
                per=len(records),
            )
        )
    return figures


def _each(score: Any, records: list[dict[str, Any]]) -> None:
    for record in records:
        score(record)
