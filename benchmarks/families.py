"""One document for each family of models: columns and single rows against JPMML-Evaluator."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.family_documents import ARITHMETIC, FAMILIES, rows
from benchmarks.measure import interleaved
from benchmarks.peers import Jpmml
from benchmarks.report import Figure, against
from benchmarks.scoring import mode_of_process

__all__ = ["families"]

TABLE = {"nearest neighbours": 1_000, "text index": 1_000}
"""Rows of the table, where 10,000 would take the peer minutes."""
ONE_BY_ONE = 300
OF_COLUMNS, OF_OTHERS = 10, 3


def families(directory: Path) -> list[Figure]:
    """Measure each family; both engines must give the same results first."""
    import pmmlkit

    mode = mode_of_process()
    jpmml = Jpmml()
    frame = rows(10_000)
    figures = []
    for name, (make, columns) in FAMILIES.items():
        path = directory / f"{name.replace(' ', '_')}.pmml"
        path.write_bytes(make())
        table = frame[list(columns)].head(TABLE.get(name, len(frame))).copy()
        records = table.head(ONE_BY_ONE).to_dict("records")
        model, evaluator = pmmlkit.load(path), jpmml.load(path)
        _agree(model.evaluate(table), evaluator.evaluateAll(table, parallelism=1))
        seconds = interleaved(
            {
                "ours": partial(model.evaluate, table),
                "theirs": partial(evaluator.evaluateAll, table, parallelism=1),
            },
            rounds=5,
        )
        figures.append(
            against(
                f"columns, {name}",
                mode,
                f"{jpmml.title} evaluateAll",
                (seconds["ours"], seconds["theirs"]),
                limit=1 / (OF_COLUMNS if name in ARITHMETIC else OF_OTHERS),
                unit="us",
                per=len(table),
            )
        )
        seconds = interleaved(
            {
                "ours": partial(_each, model.evaluate, records),
                "theirs": partial(_each, evaluator.evaluate, records),
            },
            rounds=11,
            warm=3,
        )
        figures.append(
            against(
                f"one row, {name}",
                mode,
                f"{jpmml.title} evaluate",
                (seconds["ours"], seconds["theirs"]),
                limit=1.0,
                unit="us",
                per=len(records),
            )
        )
    return figures


def _agree(ours: Any, theirs: Any) -> None:
    """Check that both engines did the same work."""
    for name in ours.columns.intersection(theirs.columns):
        if ours[name].dtype.kind == "f":
            np.testing.assert_allclose(
                ours[name].to_numpy(float), theirs[name].to_numpy(float), rtol=1e-9, atol=1e-12
            )
        else:
            assert ours[name].astype(str).tolist() == theirs[name].astype(str).tolist(), name


def _each(score: Any, records: list[Any]) -> None:
    for record in records:
        score(record)
