"""Encoders of labels and of categories by their target."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_transforms

pytest.importorskip("sklearn")

from sklearn.preprocessing import (
    LabelBinarizer,
    LabelEncoder,
    MultiLabelBinarizer,
    TargetEncoder,
)

LABELS: dict[str, tuple[Any, list[Any]]] = {
    "binarizer.texts": (LabelBinarizer(), ["a", "b & c", "d", "a", "d"]),
    "binarizer.two": (LabelBinarizer(neg_label=-1), ["no", "yes", "no"]),
    "binarizer.one": (LabelBinarizer(neg_label=-2, pos_label=3), [4, 4, 4]),
    "binarizer.numbers": (LabelBinarizer(neg_label=0, pos_label=5), [3, 1, 7, 1]),
    "encoder.texts": (LabelEncoder(), ["b", "a", "c", "a"]),
    "encoder.numbers": (LabelEncoder(), [10, -3, 10, 8]),
}


@pytest.mark.parametrize("name", LABELS)
def test_labels(name: str) -> None:
    encoder, labels = LABELS[name]
    made = encoder.fit(labels).transform(labels)
    expected = np.asarray(made, np.float64).reshape(len(labels), -1)
    document = pmmlkit.export(encoder, X=pd.DataFrame({"label": labels}))
    found = pmmlkit.load(document.to_bytes()).transform({"label": labels})
    columns = np.column_stack([np.asarray(column, np.float64) for column in found.values()])
    np.testing.assert_array_equal(columns, expected)


def test_label_that_was_not_there() -> None:
    encoder = LabelBinarizer().fit(["a", "b", "c"])
    document = pmmlkit.export(encoder, X=pd.DataFrame({"label": ["a", "b", "c"]}))
    found = pmmlkit.load(document.to_bytes()).transform({"label": ["z"]})
    assert [list(column) for column in found.values()] == [[0.0]] * 3


def test_indicators_of_several_labels(engine: Oracle | None) -> None:
    Y = np.array([[0, 1, 1], [1, 0, 0], [1, 1, 0], [0, 0, 0]])
    encoder = LabelBinarizer(neg_label=-1, pos_label=2).fit(Y)
    # it does not say how many columns it was fitted on, a pipeline around it does not ask
    assert_transforms(encoder, Y, oracle=engine, case="labels.several")


def test_sets_of_labels_that_are_letters() -> None:
    texts = pd.Series(["ab", "c", "", "b.", "cab"])
    encoder = MultiLabelBinarizer().fit(texts)
    document = pmmlkit.export(encoder, X=texts.to_frame("tags"))
    found = pmmlkit.load(document.to_bytes()).transform({"tags": texts.tolist()})
    columns = np.column_stack([np.asarray(column, np.float64) for column in found.values()])
    np.testing.assert_array_equal(columns, encoder.transform(texts))


def test_sets_that_no_column_holds() -> None:
    encoder = MultiLabelBinarizer().fit([("red", "green"), ("blue",)])
    with pytest.raises(ExportError, match="a field of PMML holds one value"):
        pmmlkit.export(encoder, X=pd.DataFrame({"tags": ["red"]}))


def _coloured() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    colours = rng.choice(["red", "green", "blue & grey"], 60).astype(object)
    colours[::9] = None
    return pd.DataFrame({"colour": colours, "size": rng.integers(1, 5, 60)})


@pytest.mark.parametrize("kind", ["continuous", "binary", "multiclass"])
def test_target_encoder(kind: str, engine: Oracle | None) -> None:
    X = _coloured()
    rng = np.random.default_rng(5)
    y: Any = {
        "continuous": rng.normal(size=60),
        "binary": rng.choice(["n", "y"], 60),
        "multiclass": rng.choice(["p", "q", "r"], 60),
    }[kind]
    encoder = TargetEncoder(smooth=2.0).fit(X, y)
    scored = pd.concat(
        [X, pd.DataFrame({"colour": ["pink", "red"], "size": [2, 9]})], ignore_index=True
    )
    assert_transforms(encoder, scored, oracle=engine, case=f"target_encoder.{kind}")
