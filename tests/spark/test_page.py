"""docs/spark.md: its lines run, in their order, from `pipeline.fit` to a scored table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pmmlkit
from tests.spark_session import session

PAGE = (Path(__file__).parents[2] / "docs" / "spark.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
SIZE = 60


def customers() -> pd.DataFrame:
    """Rows of the page's table, with the columns that it calls by other names."""
    random = np.random.default_rng(3)
    tenure = random.integers(0, 40, SIZE)
    plan = np.array(["basic", "plus", "top"])[np.arange(SIZE) % 3]
    churned = np.where(tenure + 10 * (plan == "top") < random.integers(5, 30, SIZE), "yes", "no")
    return pd.DataFrame(
        {
            "id": np.arange(SIZE),
            "income": random.uniform(10, 90, SIZE).round(1),
            "tenure": tenure,
            "plan": plan,
            "churned": churned,
        }
    ).assign(salary=lambda table: table.income, months=lambda table: table.tenure)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the page knows before its first line."""
    spark = session()
    folder = tmp_path_factory.mktemp("page")
    customers().to_parquet(folder / "customers")
    customers().drop(columns="churned").to_parquet(folder / "new_customers")
    return {"spark": spark, "folder": folder}


def run(page: dict[str, Any], start: str) -> None:
    """Run the block that starts with a line; its paths are those of the test."""
    (block,) = [item for item in BLOCKS if item.startswith(start)]
    folder = page["folder"]
    block = re.sub(r'"hdfs:///|(?<=parquet\()"|"(?=churn\.pmml|models/)', f'"{folder}/', block)
    exec(compile(block, "docs/spark.md", "exec"), page)  # noqa: S102 - the page is ours


def test_from_fit_to_a_scored_table(page: dict[str, Any]) -> None:
    run(page, "from pyspark.ml import Pipeline")
    run(page, "from pmmlkit.spark import PMMLTransformer\n\nscored")
    expected = labels_of_spark(page)
    assert churned(page["scored"]) == expected
    assert set(expected) == {"no", "yes"}

    document = (page["folder"] / "churn.pmml").read_bytes()
    page["fitted"].write().save(f"{page['folder']}/models/churn")
    run(page, 'pmmlkit.export("models/churn"')
    again = pmmlkit.load(page["folder"] / "churn.pmml")
    rows = customers()[["income", "tenure", "plan"]]
    assert again.evaluate(rows).equals(pmmlkit.load(document).evaluate(rows))

    run(page, "from pmmlkit.spark import PMMLTransformer\n\ntransformer")
    assert churned(page["scored"]) == expected
    run(page, "transformer.write()")

    page["table"] = page["spark"].read.parquet(f"{page['folder']}/new_customers")
    page["table"].createOrReplaceTempView("customers")
    run(page, "from pmmlkit.spark import spark_udf")
    called = page["spark"].sql("select id, score(income, tenure, plan).churned from customers")
    assert churned(called.toDF("id", "churned")) == expected


def labels_of_spark(page: dict[str, Any]) -> list[str]:
    """Return the labels of the numbers that Spark predicts, in the order of the ids."""
    labels = page["fitted"].stages[2].labels
    rows = page["fitted"].transform(page["train"]).orderBy("id").collect()
    return [labels[int(row.prediction)] for row in rows]


def churned(scored: Any) -> list[str]:
    """Return the labels of a scored table, in the order of the ids."""
    return [row.churned for row in scored.orderBy("id").collect()]


def test_the_elements_of_a_vector_become_columns(page: dict[str, Any]) -> None:
    from pyspark.ml.linalg import Vectors

    vectors = [(Vectors.dense(np.arange(20.0)),), (Vectors.sparse(20, [1], [4.0]),)]
    page["table"] = page["spark"].createDataFrame(vectors, ["features"])
    run(page, "from pyspark.ml.functions import vector_to_array")
