"""Pipelines of Spark as documents of pyspark2pmml, beside what Spark saves and says of some rows.

Run by the Python of an environment with pyspark2pmml and a Spark that it supports: the first
argument is a folder, the others are names of pipelines; by default all of them. The folder gets
``NAME.pmml`` (theirs), ``NAME.pipeline`` (saved by Spark) and ``NAME.json`` (schema, rows, and what
Spark makes of them).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.exporters.spark.data import people

NUMBERS = ["age", "income", "height"]
CATEGORIES = ["city", "level"]


def names() -> tuple[str, ...]:
    """Return the names of all pipelines."""
    return tuple(PREDICTORS)


def _logistic() -> tuple[str, Any]:
    from pyspark.ml.classification import LogisticRegression

    return "kind", LogisticRegression(regParam=0.01)


def _binary() -> tuple[str, Any]:
    from pyspark.ml.classification import LogisticRegression

    return "level", LogisticRegression(regParam=0.01, threshold=0.4)


def _tree() -> tuple[str, Any]:
    from pyspark.ml.classification import DecisionTreeClassifier

    return "kind", DecisionTreeClassifier(maxDepth=4)


def _forest() -> tuple[str, Any]:
    from pyspark.ml.classification import RandomForestClassifier

    return "kind", RandomForestClassifier(numTrees=6, seed=1)


def _boosting() -> tuple[str, Any]:
    from pyspark.ml.regression import GBTRegressor

    return "spent", GBTRegressor(maxIter=6, seed=1)


def _boosted_classes() -> tuple[str, Any]:
    from pyspark.ml.classification import GBTClassifier

    return "level", GBTClassifier(maxIter=6, seed=1)


def _linear() -> tuple[str, Any]:
    from pyspark.ml.regression import LinearRegression

    return "spent", LinearRegression()


def _generalised() -> tuple[str, Any]:
    from pyspark.ml.regression import GeneralizedLinearRegression

    return "age", GeneralizedLinearRegression(family="poisson", link="log")


def _network() -> tuple[str, Any]:
    from pyspark.ml.classification import MultilayerPerceptronClassifier

    # three numbers, three columns for four cities, one for two levels
    return "kind", MultilayerPerceptronClassifier(layers=[7, 4, 3], seed=1)


PREDICTORS: dict[str, Callable[[], tuple[str, Any]]] = {
    "logistic": _logistic,
    "binary": _binary,
    "tree": _tree,
    "forest": _forest,
    "boosting": _boosting,
    "boosted_classes": _boosted_classes,
    "linear": _linear,
    "generalised": _generalised,
    "network": _network,
}


def main() -> None:
    import pyspark2pmml
    from pyspark.sql import SparkSession

    folder, *wanted = sys.argv[1:]
    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.jars", pyspark2pmml.spark_jars())
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    frame = people(session)
    for name in wanted or names():
        _write(Path(folder), name, frame)
    session.stop()


def _write(folder: Path, name: str, frame: Any) -> None:
    import pyspark2pmml
    from pyspark.ml import Pipeline
    from pyspark.ml.feature import OneHotEncoder, StandardScaler, StringIndexer, VectorAssembler

    label, predictor = PREDICTORS[name]()
    is_class = label in ("kind", "level")
    texts = {"city": "city_index", "level": "level_index"}
    if is_class:
        texts[label] = f"{label}_index"
    numbers = [it for it in NUMBERS if it != label]
    categories = [it for it in CATEGORIES if it != label]
    codes = [f"{it}_codes" for it in categories]
    predictor = predictor.setLabelCol(f"{label}_index" if is_class else label)
    pipeline = Pipeline(
        stages=[
            *(StringIndexer(inputCol=text, outputCol=index) for text, index in texts.items()),
            # the scalers and linear models of pyspark2pmml take no indices of categories
            OneHotEncoder(inputCols=[f"{it}_index" for it in categories], outputCols=codes),
            VectorAssembler(inputCols=numbers, outputCol="numbers"),
            StandardScaler(inputCol="numbers", outputCol="scaled", withMean=True),
            VectorAssembler(inputCols=["scaled", *codes], outputCol="features"),
            predictor,
        ]
    ).fit(frame)
    builder = pyspark2pmml.PMMLBuilder(frame, pipeline)
    (folder / f"{name}.pmml").write_bytes(bytes(builder.buildByteArray()))
    pipeline.write().overwrite().save(str(folder / f"{name}.pipeline"))
    said = pipeline.transform(frame).collect()
    rows = {column: [row[column] for row in said] for column in frame.columns}
    made: dict[str, list[Any]] = {"prediction": [row["prediction"] for row in said]}
    if is_class:
        made["probability"] = [row["probability"].toArray().tolist() for row in said]
        indexer: Any = pipeline.stages[list(texts).index(label)]
        made["labels"] = indexer.labels
    written = {"label": label, "schema": frame.schema.json(), "rows": rows, "made": made}
    (folder / f"{name}.json").write_text(json.dumps(written), encoding="utf-8")


if __name__ == "__main__":
    main()
