"""Pipelines for the tests of models: the columns are made once, behind them stands one model."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.exporters.spark.data import people
from tests.spark_session import session

__all__ = ["behind", "prepared"]


@cache
def prepared() -> tuple[Any, Any, Any]:
    """Return a fitted pipeline, the people, and what the pipeline makes of them.

    The people have a `share` (between 0 and 1), `censor` (0.0 or 1.0) and `exposure` (around 0)
    as well. Made are `features` (numbers), `flags` (each 0 or 1), `city_index`, `level_index`
    (two labels) and `kind_index` (three).
    """
    from pyspark.ml import Pipeline
    from pyspark.ml.feature import StringIndexer, VectorAssembler
    from pyspark.sql import functions

    frame = people(session())
    frame = frame.withColumn("share", functions.round(functions.col("age") / 100, 2))
    frame = frame.withColumn("censor", (functions.col("age") % 4 > 0).cast("double"))
    frame = frame.withColumn("exposure", functions.round((functions.col("height") - 170) / 40, 3))
    pipeline = Pipeline(
        stages=[
            StringIndexer(
                inputCols=["city", "level", "kind"],
                outputCols=["city_index", "level_index", "kind_index"],
            ),
            VectorAssembler(
                inputCols=["age", "income", "city_index", "member"], outputCol="features"
            ),
            VectorAssembler(inputCols=["member", "level_index"], outputCol="flags"),
        ]
    )
    model = pipeline.fit(frame)
    return model, frame, model.transform(frame).cache()


def behind(*stages: Any) -> tuple[Any, Any]:
    """Fit models and transformers, one behind the other, on what is made of the people."""
    from pyspark.ml import PipelineModel

    model, frame, made = prepared()
    fitted: list[Any] = []
    for at, stage in enumerate(stages, 1):
        fitted.append(stage.fit(made) if hasattr(stage, "fit") else stage)
        if at < len(stages):
            made = fitted[-1].transform(made)
    return PipelineModel([*model.stages, *fitted]), frame
