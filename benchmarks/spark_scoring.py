"""Scoring on Spark local[2]: pmmlkit's transformer against JPMML's in the same session, and against
batches that go to Python and back untouched.

``python -m benchmarks.spark_scoring DIRECTORY ROWS`` is a process with such a session; its figures
go to the standard output. Every job reads the rows from Parquet and writes nowhere.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import sys
from collections.abc import Iterator
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.measure import interleaved
from benchmarks.models import TRAINING_ROWS, rows_of
from benchmarks.report import Figure, against
from benchmarks.scoring import mode_of_process

TREES, ROUNDS, SCORED_TO_COMPARE = 100, 3, 1_000
NO_SLOWER, OF_PASSING = 1.0, 1.5
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.log.level": "ERROR",
}


def spark_lacks() -> str | None:
    """Say what is missing to measure on Spark; None if nothing."""
    for package in ("pyspark", "jpmml_evaluator_pyspark"):
        if find_spec(package) is None:
            return package
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    return None if java and Path(java).exists() else "Java 17 or later"


def spark_scoring(directory: Path, rows: int) -> list[Figure]:
    """Measure both transformers and the passing of batches, by turns."""
    from pmmlkit.spark import PMMLTransformer

    document = _document(directory)
    spark = session()
    table = _table(spark, directory, rows)
    transformers = {"ours": PMMLTransformer(document), "theirs": _jpmml(spark, document)}
    _agree(*(each.transform(table) for each in transformers.values()))
    frames = {name: each.transform(table) for name, each in transformers.items()}
    frames["passed"] = table.mapInArrow(_passed, table.schema)
    runs = {name: partial(_consumed, frame) for name, frame in frames.items()}
    seconds = interleaved(runs, rounds=ROUNDS, warm=1)
    spark.stop()
    what = f"Spark local[2], boosting of {TREES} trees, {rows:,} rows"
    peers = {
        "theirs": (f"jpmml-evaluator-pyspark {version('jpmml-evaluator-pyspark')}", NO_SLOWER),
        "passed": ("mapInArrow that passes batches through", OF_PASSING),
    }
    return [
        against(
            what,
            mode_of_process(),
            f"{title}, Spark {version('pyspark')}",
            (seconds["ours"], seconds[name]),
            limit=limit,
            unit="us",
            per=rows,
        )
        for name, (title, limit) in peers.items()
    ]


def _document(directory: Path) -> Path:
    from sklearn.ensemble import GradientBoostingClassifier

    import pmmlkit

    path = directory / f"spark_{TREES}_trees.pmml"
    if not path.exists():
        X, y = rows_of(TRAINING_ROWS)
        estimator = GradientBoostingClassifier(n_estimators=TREES, max_depth=5, random_state=0)
        pmmlkit.export(estimator.fit(X, y), path, X=X, y=y)
    return path


def session() -> Any:
    """Return a session of Spark with two workers, and JPMML's jars."""
    from jpmml_evaluator_pyspark import spark_jars
    from pyspark.sql import SparkSession

    os.environ.update(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    builder = SparkSession.builder.master("local[2]").config("spark.jars", spark_jars())
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _table(spark: Any, directory: Path, rows: int) -> Any:
    """Write the rows as Parquet, once, in files enough for two workers; return them as read."""
    path = directory / f"spark_{rows}_rows"
    if not path.exists():
        path.mkdir()
        frame, _ = rows_of(rows)
        parts = 8
        for part in range(parts):
            chosen = frame.iloc[part * rows // parts : (part + 1) * rows // parts]
            chosen.to_parquet(path / f"part-{part}.parquet", index=False)
    return spark.read.parquet(str(path))


def _jpmml(spark: Any, document: Path) -> Any:
    from jpmml_evaluator_pyspark import FlatPMMLTransformer

    jvm = spark.sparkContext._jvm
    builder = jvm.org.jpmml.evaluator.LoadingModelEvaluatorBuilder()
    return FlatPMMLTransformer(builder.load(jvm.java.io.File(str(document))).build())


def _agree(ours: Any, theirs: Any) -> None:
    """Both must give the same labels, and probabilities but for the last digits."""
    assert ours.columns == theirs.columns, (ours.columns, theirs.columns)
    names = ours.columns[-4:]
    pairs = zip(
        *(frame.select(names).limit(SCORED_TO_COMPARE).collect() for frame in (ours, theirs)),
        strict=True,
    )
    for one, other in pairs:
        assert str(one[0]) == str(other[0]), (one, other)
        assert all(abs(a - b) < 1e-9 for a, b in zip(one[1:3], other[1:3], strict=True))


def _passed(batches: Iterator[Any]) -> Iterator[Any]:
    return batches


def _consumed(frame: Any) -> None:
    frame.write.format("noop").mode("overwrite").save()


def main() -> None:
    directory, rows = sys.argv[1:]
    figures = spark_scoring(Path(directory), int(rows))
    print(json.dumps([dataclasses.asdict(figure) for figure in figures]))


if __name__ == "__main__":
    main()
