"""Saved models written by hand, in the layout that Spark documents: for what no release makes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = ["node", "write_model"]


def write_model(
    path: Path,
    class_name: str,
    metadata: dict[str, Any],
    rows: Sequence[dict[str, Any]] | None,
    **params: Any,
) -> Path:
    """Write the folder of a model: its metadata with the parameters, and rows of ``data``."""
    (path / "metadata").mkdir(parents=True)
    content = {
        "class": class_name,
        "timestamp": 1,
        "sparkVersion": "3.5.0",
        "uid": path.name.partition("_")[2] or path.name,
        "paramMap": params,
        "defaultParamMap": {
            "featuresCol": "features",
            "labelCol": "label",
            "predictionCol": "prediction",
        },
        **metadata,
    }
    (path / "metadata" / "part-00000").write_text(json.dumps(content) + "\n", encoding="utf-8")
    if rows is not None:
        import pyarrow
        import pyarrow.parquet

        (path / "data").mkdir()
        table = pyarrow.Table.from_pylist(list(rows), schema=pyarrow.schema(_fields()))
        pyarrow.parquet.write_table(table, path / "data" / "part-00000.parquet")
    return path


def node(
    number: int,
    *,
    left: int = -1,
    right: int = -1,
    feature: int = -1,
    threshold: float | None = None,
    categories: Sequence[float] = (),
    count: int = -1,
    prediction: float = 0.0,
    counts: Sequence[float] = (1.0, 0.0, 0.0),
) -> dict[str, Any]:
    """Return a node as a row of ``data``; `count`: the number of categories."""
    values = list(categories) if threshold is None else [threshold]
    return {
        "id": number,
        "prediction": prediction,
        "impurity": 0.0,
        "impurityStats": list(counts),
        "gain": 0.0,
        "leftChild": left,
        "rightChild": right,
        "split": {
            "featureIndex": feature,
            "leftCategoriesOrThreshold": values,
            "numCategories": count,
        },
    }


def _fields() -> list[Any]:
    import pyarrow

    numbers = pyarrow.list_(pyarrow.float64())
    split = pyarrow.struct(
        [
            ("featureIndex", pyarrow.int32()),
            ("leftCategoriesOrThreshold", numbers),
            ("numCategories", pyarrow.int32()),
        ]
    )
    return [
        ("id", pyarrow.int32()),
        ("prediction", pyarrow.float64()),
        ("impurity", pyarrow.float64()),
        ("impurityStats", numbers),
        ("gain", pyarrow.float64()),
        ("leftChild", pyarrow.int32()),
        ("rightChild", pyarrow.int32()),
        ("split", split),
    ]
