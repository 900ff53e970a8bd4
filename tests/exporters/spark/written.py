"""Models as Spark saves them, written by hand: for numbers that no training gives."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["matrix", "vector", "write"]


def vector(*numbers: float) -> dict[str, Any]:
    """Return a dense vector as it stands in Parquet."""
    return {"type": 1, "size": None, "indices": None, "values": [float(it) for it in numbers]}


def matrix(*rows: Sequence[float]) -> dict[str, Any]:
    """Return a dense matrix as it stands in Parquet."""
    return {
        "type": 1,
        "numRows": len(rows),
        "numCols": len(rows[0]),
        "colPtrs": None,
        "rowIndices": None,
        "values": [float(number) for row in rows for number in row],
        "isTransposed": True,
    }


def write(
    folder: Path,
    name: str,
    rows: Sequence[Mapping[str, Any]],
    params: Mapping[str, Any] | None = None,
    **others: Any,
) -> Path:
    """Write the model of a class below ``org.apache.spark.ml``, with these rows of data; `others`
    are further metadata.
    """
    columns = {"featuresCol": "features", "labelCol": "label", "predictionCol": "prediction"}
    metadata = {
        "class": f"org.apache.spark.{name if name.startswith('mllib') else f'ml.{name}'}",
        "uid": "written_by_hand",
        "sparkVersion": "4.0.0",
        "paramMap": dict(params or {}),
        "defaultParamMap": columns,
        **others,
    }
    for part in ("metadata", "data"):
        (folder / part).mkdir(parents=True)
    (folder / "metadata" / "part-00000").write_text(json.dumps(metadata), encoding="utf-8")
    if rows:
        table = pa.Table.from_pylist([dict(row) for row in rows])
        pq.write_table(table, folder / "data" / "part-00000.parquet")
    return folder
