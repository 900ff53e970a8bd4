"""Rules of what goes together, of Spark."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

import pmmlkit
from pmmlkit.language.document import Document
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_valid
from tests.spark_session import session

BASKETS = ["abc", "ab", "ac", "bcd", "abd", "", "d", "abcd", "ea", None]


@cache
def _found() -> tuple[Document, list[list[str] | None], list[set[str]]]:
    """Return the document, the baskets, and what Spark predicts of each."""
    from pyspark.ml import PipelineModel
    from pyspark.ml.fpm import FPGrowth

    rows = [(None if basket is None else list(basket),) for basket in BASKETS]
    frame = session().createDataFrame(rows, "items array<string>").coalesce(1)
    model = FPGrowth(minSupport=0.2, minConfidence=0.4).fit(frame)
    document = pmmlkit.export(PipelineModel([model]), schema=frame.schema)
    told = [set(row["prediction"]) for row in model.transform(frame).collect()]
    return document, [items for (items,) in rows], told


def _items(answer: Any) -> set[str]:
    return {item for rule in answer for item in rule}


def test_pmmlkit() -> None:
    document, baskets, told = _found()
    assert_valid(document)
    model = pmmlkit.load(document.to_bytes())
    found = [model.evaluate({"transaction": "1", "items": basket}) for basket in baskets]
    assert [_items(row["prediction"]) for row in found] == told


def test_rows_of_a_transaction() -> None:
    document, baskets, told = _found()
    rows = [(str(at), item) for at, basket in enumerate(baskets) for item in basket or ()]
    table = {"transaction": [row[0] for row in rows], "items": [row[1] for row in rows]}
    found = pmmlkit.load(document.to_bytes()).evaluate(table)
    for transaction, answer in zip(found["transaction"], found["prediction"], strict=True):
        assert _items(answer) == told[int(transaction)]


def test_items_that_a_stage_makes() -> None:
    from pyspark.ml import PipelineModel
    from pyspark.ml.feature import Tokenizer
    from pyspark.ml.fpm import FPGrowth

    frame = session().createDataFrame([("a b",), ("a",)], "text string")
    words = Tokenizer(inputCol="text", outputCol="items")
    model = FPGrowth(minSupport=0.1).fit(words.transform(frame))
    with pytest.raises(pmmlkit.ExportError, match="made by a stage before"):
        pmmlkit.export(PipelineModel([words, model]), schema=frame.schema)


def test_jpmml_reads_it(jpmml: Oracle) -> None:
    jpmml.load(_found()[0].to_bytes())
