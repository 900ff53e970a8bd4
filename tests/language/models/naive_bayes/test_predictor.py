"""NaiveBayesModel: both modes, many rows, and scikit-learn's own naive Bayes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pmmlkit
from tests.corpus.naive_bayes.documents import gaussian, model, pairs, poisson, stats

LABELS = ("a", "b", "c")


def wide(rng: np.random.Generator) -> bytes:
    def numbers() -> dict[str, float]:
        return {label: int(rng.integers(0, 9)) for label in LABELS}

    inputs = [
        stats("x", {label: gaussian(rng.normal(), 1 + rng.random()) for label in LABELS}),
        pairs("s", {value: numbers() for value in "uvw"}),
        stats("i", {label: poisson(0.5 + rng.random()) for label in LABELS}),
        stats("f", {label: gaussian(rng.normal(), 1 + rng.random()) for label in LABELS}),
        pairs("b", {value: numbers() for value in ("true", "false")}),
    ]
    return model(inputs, {"a": 3, "b": 2, "c": 1})


def table(rng: np.random.Generator, size: int) -> dict[str, np.ndarray]:
    columns: dict[str, Any] = {
        "x": rng.normal(size=size),
        "s": rng.choice(list("uvwz"), size),
        "i": rng.integers(-1, 6, size),
        "f": rng.normal(size=size).astype(np.float32).astype(float),
        "b": rng.random(size) < 0.5,
    }
    result = {}
    for name, values in columns.items():
        result[name] = np.array(values.tolist(), object)
        result[name][rng.random(size) < 0.15] = None
    return result


@pytest.mark.parametrize("seed", range(3))
def test_rows_equal_columns(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scorer = pmmlkit.load(wide(rng))
    data = table(rng, 150)
    whole = {
        name: np.ma.MaskedArray(values).tolist() for name, values in scorer.evaluate(data).items()
    }
    for at in range(150):
        row = scorer.evaluate({name: values[at] for name, values in data.items()})
        assert row["y"] == whole["y"][at]
        for label in LABELS:
            assert row[f"p({label})"] == pytest.approx(whole[f"p({label})"][at], rel=1e-13)


def test_long_tables_are_scored_in_blocks() -> None:
    rng = np.random.default_rng(5)
    scorer = pmmlkit.load(wide(rng))
    data = table(rng, 50_000)
    whole = scorer.evaluate(data)
    places = rng.permutation(50_000)[:200]
    part = scorer.evaluate({name: values[places] for name, values in data.items()})
    assert whole["y"][places].tolist() == part["y"].tolist()
    for label in LABELS:
        np.testing.assert_allclose(whole[f"p({label})"][places], part[f"p({label})"], rtol=1e-14)


def test_gaussian_naive_bayes_of_scikit_learn() -> None:
    from sklearn.naive_bayes import GaussianNB

    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(300, 2)), rng.integers(0, 3, 300)
    X[:, 0] += y
    fitted = GaussianNB().fit(X, y)
    inputs = [
        stats(
            name,
            {
                label: gaussian(float(fitted.theta_[at, column]), float(fitted.var_[at, column]))
                for at, label in enumerate(LABELS)
            },
        )
        for column, name in enumerate(("x", "i"))
    ]
    prior = dict(zip(LABELS, fitted.class_count_.tolist(), strict=True))
    text = model(inputs, prior, threshold="0").replace(b'"integer"', b'"double"')
    answer = pmmlkit.load(text).evaluate({"x": X[:, 0], "i": X[:, 1]})
    ours = np.stack([answer[f"p({label})"] for label in LABELS], axis=1)
    np.testing.assert_allclose(ours, fitted.predict_proba(X), rtol=1e-11)
    assert answer["y"].tolist() == [LABELS[at] for at in fitted.predict(X)]


def test_categorical_naive_bayes_of_scikit_learn() -> None:
    from sklearn.naive_bayes import CategoricalNB

    rng = np.random.default_rng(2)
    X, y = rng.integers(0, 3, (200, 1)), rng.integers(0, 3, 200)
    fitted = CategoricalNB(alpha=0.5).fit(X, y)
    counts = fitted.category_count_[0] + 0.5
    paired = pairs(
        "s",
        {
            "uvw"[value]: {label: float(counts[at, value]) for at, label in enumerate(LABELS)}
            for value in range(3)
        },
    )
    prior = dict(zip(LABELS, fitted.class_count_.tolist(), strict=True))
    answer = pmmlkit.load(model([paired], prior)).evaluate({"s": np.array(list("uvw"))})
    ours = np.stack([answer[f"p({label})"] for label in LABELS], axis=1)
    np.testing.assert_allclose(ours, fitted.predict_proba([[0], [1], [2]]), rtol=1e-11)


def test_a_naive_bayes_as_a_segment() -> None:
    text = model([pairs("s", {"u": {"a": 12, "b": 1}, "v": {"a": 18, "b": 9}})], {"a": 30, "b": 10})
    body = text.decode()
    start, end = body.index("<NaiveBayesModel"), body.index("</PMML>")
    inner = body[start:end]
    schema = inner[inner.index("<MiningSchema>") : inner.index("</MiningSchema>") + 15]
    outer = (
        f'<MiningModel functionName="classification">{schema}'
        '<Segmentation multipleModelMethod="selectFirst"><Segment><SimplePredicate field="x" '
        f'operator="greaterThan" value="0"/>{inner}</Segment></Segmentation></MiningModel>'
    )
    scorer = pmmlkit.load((body[:start] + outer + body[end:]).encode())
    assert scorer.evaluate({"s": "u", "x": 1.0})["y"] == "a"
    assert scorer.evaluate({"s": "u", "x": -1.0})["y"] is None
