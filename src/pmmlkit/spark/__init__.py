"""Scoring on Spark: `PMMLTransformer`, a stage of pipelines, and `spark_udf`, a function.

Both are pure Python and run on classic Spark and on Spark Connect. The names are loaded when they
are first used, for PySpark is loaded with them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pmmlkit.optional import needed

if TYPE_CHECKING:
    from pmmlkit.spark.transformer import PMMLTransformer
    from pmmlkit.spark.udf import PMMLFunction, spark_udf

__all__ = ["PMMLFunction", "PMMLTransformer", "spark_udf"]

_HOMES = {
    "PMMLFunction": "pmmlkit.spark.udf",
    "PMMLTransformer": "pmmlkit.spark.transformer",
    "spark_udf": "pmmlkit.spark.udf",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'pmmlkit.spark' has no attribute {name!r}")
    for library in ("pyspark", "pandas", "pyarrow"):
        needed(library, "spark", "Scoring on Spark")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
