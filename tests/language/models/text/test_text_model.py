"""TextModel: what is refused, and that the modes and the parts of a table agree."""

from __future__ import annotations

import random

import numpy as np
import pytest

import pmmlkit
from pmmlkit.errors import MarkupError
from pmmlkit.language.models.text import predictor
from tests.corpus.text_model.test_text_model import COUNTS, LOCAL, model, normalization


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('numberOfTerms="3"', 'numberOfTerms="4"', "has 3 terms, but numberOfTerms is 4"),
        ('numberOfDocuments="4"', 'numberOfDocuments="9"', "4 documents, but numberOfDocuments"),
        ("sun moon star", "sun moon moon", "term 'moon' is there twice"),
        ('id="d2"', 'id="d1"', "document 'd1' is there twice"),
        ("3.0 0.0 1.0", "3.0 -1.0 1.0", "negative"),
        ("3.0 0.0 1.0", "3.0 NaN 1.0", "negative or no number"),
        ('<Array type="real" n="3">0.0 0.0 2.0</Array>', "", "3 rows, but 4 are needed"),
        ('value="d2"', 'value="d9"', "'d9' is no document"),
        ('"entityId" rank="5"', '"entityId" rank="0"', "ranks count from 1"),
        (
            '<MiningField name="text"/>',
            '<MiningField name="text" usageType="supplementary"/>',
            "no field is named as the term 'sun'",
        ),
    ],
)
def test_errors(old: str, new: str, message: str) -> None:
    text = model().decode()
    assert old in text
    with pytest.raises(MarkupError, match=message) as caught:
        pmmlkit.load(text.replace(old, new).encode())
    assert caught.value.element
    assert caught.value.line == 1


def test_warnings() -> None:
    matrix = "".join('<Array type="int" n="3">1 2 3</Array>' for _ in COUNTS)
    text = model(normalization("binary", "probabilisticInverse"), "", matrix=matrix)
    codes = {finding.code for finding in pmmlkit.validate(text).findings}
    assert {"PMML451", "PMML452"} <= codes


@pytest.mark.parametrize("local", LOCAL)
@pytest.mark.parametrize("similarity", ["cosine", "euclidean"])
def test_rows_equal_columns_bit_for_bit(
    local: str, similarity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictor, "_CELLS", 40)
    scored = pmmlkit.load(model(normalization(local, "GFIDF", "cosine"), similarity))
    chance = random.Random(5)
    texts = [
        " ".join(chance.choices(["sun", "moon", "star", "comet"], k=chance.randint(0, 9)))
        for _ in range(70)
    ]
    table = {
        name: np.ma.MaskedArray(cells).tolist()
        for name, cells in scored.evaluate({"text": texts}).items()
    }
    for at, text in enumerate(texts):
        row = scored.evaluate({"text": text})
        for name, cells in table.items():
            cell = None if cells[at] != cells[at] else cells[at]
            assert row[name] == cell, (name, text)
