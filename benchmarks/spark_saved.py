"""Reading a pipeline that Spark has saved: a forest of 200 trees, and the document made of it.

``python -m benchmarks.spark_saved DIRECTORY`` is a process with a session of Spark that trains and
saves the pipeline; the figures go to the standard output.
"""

from __future__ import annotations

import dataclasses
import json
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.models import TRAINING_ROWS, rows_of
from benchmarks.report import Figure, alone
from benchmarks.spark_scoring import session

TREES, DEPTH, ROUNDS, SECONDS = 200, 8, 7, 2.0
TIMED = """
import sys, time
import pmmlkit
start = time.perf_counter()
pmmlkit.export(sys.argv[1], sys.argv[2])
print(time.perf_counter() - start)
"""


def saved(directory: Path) -> list[Figure]:
    """Measure the export of the saved pipeline in fresh processes, which have no Spark: all that it
    imports beyond ``import pmmlkit``, reading, and writing the document.
    """
    folder, document = directory / f"spark_forest_{TREES}", directory / f"spark_forest_{TREES}.pmml"
    if not folder.exists():
        _train(folder)
    command = [sys.executable, "-c", TIMED, str(folder), str(document)]
    seconds = [
        float(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout)
        for _ in range(ROUNDS)
    ]
    size = f"{document.stat().st_size / 1e6:.1f} MB"
    what = f"a saved pipeline of Spark, forest of {TREES} trees, to its document ({size})"
    return [alone(what, "NumPy only", statistics.median(seconds), "s", SECONDS)]


def _train(folder: Path) -> None:
    from pyspark.ml import Pipeline
    from pyspark.ml.classification import RandomForestClassifier
    from pyspark.ml.feature import VectorAssembler

    frame, label = rows_of(TRAINING_ROWS)
    spark = session()
    table = spark.createDataFrame(frame.assign(label=label))
    forest = RandomForestClassifier(numTrees=TREES, maxDepth=DEPTH, seed=0)
    assembler = VectorAssembler(inputCols=list(frame.columns), outputCol="features")
    Pipeline(stages=[assembler, forest]).fit(table).write().save(str(folder))
    spark.stop()


def main() -> None:
    figures = saved(Path(sys.argv[1]))
    print(json.dumps([dataclasses.asdict(figure) for figure in figures]))


if __name__ == "__main__":
    main()
