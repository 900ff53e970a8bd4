"""Train small pipelines with one release of Spark and keep them as it saves them; README.md says
how it is run.

It imports nothing but PySpark, and runs with Python 3.7: that is the newest for Spark 2.4.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pyspark
from pyspark.ml import Pipeline
from pyspark.ml import classification as classifiers
from pyspark.ml import feature as features
from pyspark.ml.clustering import KMeans
from pyspark.ml.evaluation import BinaryClassificationEvaluator
from pyspark.ml.regression import GBTRegressor, LinearRegression
from pyspark.ml.tuning import CrossValidator, ParamGridBuilder
from pyspark.sql import SparkSession

RELEASE = tuple(int(number) for number in pyspark.__version__.split(".")[:2])
TRAINED, SCORED = 120, 24
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
}

KINDS = ["red", "green", "blue", "NaN"]
PLACES = ["north", "south", "east"]
WORDS = ["we", "see", "the", "cat", "and", "a", "dog", "run", "over", "some", "hill", "in", "rain"]
WORDS += ["or", "wind"]


def main(target: Path) -> None:
    builder = SparkSession.builder.master("local[1]")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    folder = target / pyspark.__version__
    folder.mkdir(parents=True, exist_ok=True)
    for name, (schema, make_rows, estimator) in CASES.items():
        if name == "tuning" and RELEASE < (3, 0):
            continue  # Spark 2.4 cannot save from Python what was chosen among pipelines
        rows = make_rows(random.Random(name))
        frame = spark.createDataFrame(rows, schema).coalesce(1)
        model = estimator().fit(frame)
        few = frame.limit(SCORED)
        (target / "rows").mkdir(exist_ok=True)
        write(
            target / "rows" / (name + ".json"),
            {"schema": json.loads(frame.schema.json()), "rows": rows[:SCORED]},
        )
        scored = model.transform(few)
        added = [each for each in scored.columns if each not in frame.columns]
        results = {each: [plain(row[0]) for row in scored.select(each).collect()] for each in added}
        write(folder / (name + ".json"), {"spark": pyspark.__version__, "results": results})
        with tempfile.TemporaryDirectory() as place:
            model.write().overwrite().save(Path(place, name).as_uri())
            pack(Path(place, name), folder / (name + ".zip"))
    spark.stop()


def write(path: Path, content: Any) -> None:
    """One line for each row or column; doubles in the shortest form that gives them back."""
    inner = {key: lines(value) for key, value in content.items()}
    text = ",\n".join(json.dumps(key) + ": " + value for key, value in inner.items())
    path.write_text("{\n" + text + "\n}\n", encoding="utf-8")


def lines(value: Any) -> str:
    if isinstance(value, list):
        return "[\n" + ",\n".join(json.dumps(item) for item in value) + "\n]"
    if isinstance(value, dict) and "type" not in value:
        pairs = (json.dumps(key) + ": " + json.dumps(item) for key, item in value.items())
        return "{\n" + ",\n".join(pairs) + "\n}"
    return json.dumps(value)


def plain(value: Any) -> Any:
    if hasattr(value, "toArray"):
        return [float(number) for number in value.toArray()]
    return value


def pack(folder: Path, target: Path) -> None:
    """All files but the checksums and the marks of success; times are fixed, so that packing the
    same folder twice gives the same bytes.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith((".", "_")):
                about = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix())
                about.compress_type = zipfile.ZIP_DEFLATED
                about.external_attr = 0o644 << 16
                archive.writestr(about, path.read_bytes())


def mixed_rows(numbers: random.Random) -> list[list[Any]]:
    """Two words, two numbers, a class of three that hangs on them, and its score."""
    rows: list[list[Any]] = []
    for _ in range(TRAINED):
        kind, place = numbers.choice(KINDS), numbers.choice(PLACES)
        width, height = numbers.uniform(-2, 3), numbers.gauss(10, 4)
        score = width * 1.5 + (height - 10) / 4 + KINDS.index(kind) - PLACES.index(place)
        score += numbers.gauss(0, 1)
        label = "low" if score < 0 else "middle" if score < 1.5 else "high"
        rows.append([kind, place, width, height, label, score])
    return rows


def gappy_rows(numbers: random.Random) -> list[list[Any]]:
    """Three numbers, of which the first two have gaps (null and NaN), and what hangs on them."""
    rows: list[list[Any]] = []
    for position in range(TRAINED):
        first, second, third = (numbers.uniform(-5, 5) for _ in range(3))
        score = first - 2 * second + third * third + numbers.gauss(0, 0.5)
        gap = position % 8
        rows.append(
            [None if gap == 1 else first, float("nan") if gap == 2 else second, third, score]
        )
    return rows


def text_rows(numbers: random.Random) -> list[list[Any]]:
    """A sentence and whether it speaks of the cat."""
    rows: list[list[Any]] = []
    for _ in range(TRAINED):
        words = [numbers.choice(WORDS) for _ in range(numbers.randrange(3, 9))]
        told = float("cat" in words or numbers.random() < 0.1)
        rows.append([" ".join(words).capitalize(), told])
    return rows


def indexers(names: list[str]) -> list[Any]:
    """One indexer of several columns where the release has it, else one for each."""
    if RELEASE >= (3, 0):
        targets = [name + "_index" for name in names]
        return [features.StringIndexer(inputCols=names, outputCols=targets, handleInvalid="keep")]
    return [
        features.StringIndexer(inputCol=name, outputCol=name + "_index", handleInvalid="keep")
        for name in names
    ]


def encoder(**parameters: Any) -> Any:
    if RELEASE >= (3, 0):
        return features.OneHotEncoder(**parameters)
    older: Any = features
    return older.OneHotEncoderEstimator(**parameters)


def label_indexer() -> Any:
    return features.StringIndexer(
        inputCol="label", outputCol="label_index", stringOrderType="alphabetAsc"
    )


def classification() -> Any:
    words = ["kind", "place"]
    return Pipeline(
        stages=[
            *indexers(words),
            encoder(
                inputCols=[name + "_index" for name in words],
                outputCols=[name + "_flags" for name in words],
            ),
            features.VectorAssembler(
                inputCols=["kind_flags", "place_flags", "width", "height"], outputCol="assembled"
            ),
            features.StandardScaler(inputCol="assembled", outputCol="features", withMean=True),
            label_indexer(),
            classifiers.LogisticRegression(labelCol="label_index", regParam=0.01),
            features.IndexToString(
                inputCol="prediction", outputCol="answer", labels=["high", "low", "middle"]
            ),
        ]
    )


def tree_features() -> list[Any]:
    return [
        *indexers(["kind", "place"]),
        features.VectorAssembler(
            inputCols=["kind_index", "place_index", "width", "height"], outputCol="features"
        ),
    ]


def boosting() -> Any:
    return Pipeline(
        stages=[
            *tree_features(),
            GBTRegressor(labelCol="score", maxIter=6, maxDepth=3, seed=7, stepSize=0.3),
        ]
    )


def forest() -> Any:
    return Pipeline(
        stages=[
            *tree_features(),
            label_indexer(),
            classifiers.RandomForestClassifier(
                labelCol="label_index", numTrees=5, maxDepth=4, seed=7
            ),
        ]
    )


def clusters() -> Any:
    return Pipeline(
        stages=[
            features.VectorAssembler(inputCols=["width", "height"], outputCol="assembled"),
            features.MinMaxScaler(inputCol="assembled", outputCol="features"),
            KMeans(k=4, seed=7),
        ]
    )


def bins() -> Any:
    bounds = [float("-inf"), -2.0, 0.0, 2.5, float("inf")]
    if RELEASE >= (3, 0):
        cut = [
            features.Bucketizer(
                splitsArray=[bounds, [-5.0, 0.0, 5.0]],
                inputCols=["first_full", "third"],
                outputCols=["first_bin", "third_bin"],
            )
        ]
    else:
        cut = [
            features.Bucketizer(splits=bounds, inputCol="first_full", outputCol="first_bin"),
            features.Bucketizer(splits=[-5.0, 0.0, 5.0], inputCol="third", outputCol="third_bin"),
        ]
    return Pipeline(
        stages=[
            features.Imputer(
                inputCols=["first", "second"],
                outputCols=["first_full", "second_full"],
                strategy="median",
            ),
            *cut,
            features.QuantileDiscretizer(
                inputCol="second_full", outputCol="second_bin", numBuckets=4
            ),
            features.VectorAssembler(
                inputCols=["first_bin", "second_bin", "third_bin", "third"], outputCol="features"
            ),
            LinearRegression(labelCol="score", elasticNetParam=0.5, regParam=0.05),
        ]
    )


def texts() -> Any:
    return Pipeline(
        stages=[
            features.Tokenizer(inputCol="text", outputCol="words"),
            features.StopWordsRemover(
                inputCol="words", outputCol="kept", stopWords=["a", "the", "and", "or"]
            ),
            features.CountVectorizer(inputCol="kept", outputCol="counts", minDF=2.0),
            features.IDF(inputCol="counts", outputCol="features"),
            classifiers.LogisticRegression(labelCol="told", regParam=0.02, threshold=0.4),
        ]
    )


def one_vs_rest() -> Any:
    return Pipeline(
        stages=[
            features.VectorAssembler(inputCols=["width", "height"], outputCol="features"),
            label_indexer(),
            classifiers.OneVsRest(
                classifier=classifiers.LogisticRegression(regParam=0.01), labelCol="label_index"
            ),
        ]
    )


def tuning() -> Any:
    last = classifiers.LogisticRegression(labelCol="told")
    stages: list[Any] = [
        features.Tokenizer(inputCol="text", outputCol="words"),
        features.CountVectorizer(inputCol="words", outputCol="features"),
        last,
    ]
    return CrossValidator(
        estimator=Pipeline(stages=stages),
        estimatorParamMaps=ParamGridBuilder().addGrid(last.regParam, [0.01, 0.1]).build(),
        evaluator=BinaryClassificationEvaluator(labelCol="told"),
        numFolds=2,
        seed=7,
    )


MIXED = "kind string, place string, width double, height double, label string, score double"
GAPPY = "first double, second double, third double, score double"
TEXT = "text string, told double"
CASES: dict[str, tuple[str, Any, Any]] = {
    "classification": (MIXED, mixed_rows, classification),
    "boosting": (MIXED, mixed_rows, boosting),
    "forest": (MIXED, mixed_rows, forest),
    "clusters": (MIXED, mixed_rows, clusters),
    "bins": (GAPPY, gappy_rows, bins),
    "texts": (TEXT, text_rows, texts),
    "one_vs_rest": (MIXED, mixed_rows, one_vs_rest),
    "tuning": (TEXT, text_rows, tuning),
}

if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent))
