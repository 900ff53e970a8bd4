"""docs/export.md: its examples run, its lists are complete."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.exporters.training_statistics import QUANTILES

pd = pytest.importorskip("pandas")
pytest.importorskip("sklearn")

PAGE = (Path(__file__).parents[2] / "docs" / "export.md").read_text(encoding="utf-8")


def _names() -> dict[str, Any]:
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    random = np.random.default_rng(1)
    X = pd.DataFrame(
        {
            "age": random.integers(18, 90, 60),
            "income": random.normal(30, 9, 60),
            "city": random.choice(["Bern", "Oslo", "Rome"], 60),
            "size": random.choice(["s", "m", "l"], 60),
        }
    )
    y = pd.Series(np.where(X["age"] > 50, "yes", "no"), name="churned")
    steps = ColumnTransformer(
        [("n", SimpleImputer(), ["age", "income"]), ("c", OneHotEncoder(), ["city", "size"])]
    )
    pipeline = make_pipeline(steps, LogisticRegression(max_iter=1000)).fit(X, y)
    return {"pipeline": pipeline, "X": X, "y": y, "X_train": X, "y_train": y}


def test_python_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = _names()
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        exec(block, names)  # noqa: S102 - the page is ours
    assert (tmp_path / "churn.pmml").exists()
    model = pmmlkit.load(names["document"])
    row = {"age": None, "income": -999, "city": "Paris", "size": "m"}
    treated = {"age": 38, "income": None, "city": "Oslo", "size": "m"}
    assert model.evaluate(row) == model.evaluate(treated)
    with pytest.raises(pmmlkit.EvaluationError):
        model.evaluate({**row, "income": -1.0})


def test_the_example_of_fields_is_read(tmp_path: Path) -> None:
    from pmmlkit.cli.fields_file import read_fields

    (block,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    path = tmp_path / "fields.json"
    path.write_text(block)
    assert list(read_fields(str(path))) == list(json.loads(block))


def test_all_options_are_told() -> None:
    for name in inspect.signature(pmmlkit.export).parameters:
        assert f"`{name}" in PAGE or name in ("estimator", "path")
    for kind in ("Continuous", "Categorical", "Ordinal", "Temporal"):
        assert kind in PAGE
        for name in inspect.signature(getattr(pmmlkit, kind)).parameters:
            assert f"`{name}" in PAGE, name


def test_quantiles_are_those_of_the_code() -> None:
    assert ", ".join(map(str, QUANTILES)) in " ".join(PAGE.split())
