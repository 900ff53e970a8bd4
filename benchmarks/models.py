"""The three models that are measured, trained and exported once into a directory.

Runs in the environment of sklearn2pmml too, which has no pmmlkit.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

MODELS = ("forest", "boosting", "logistic")
ENSEMBLES = ("forest", "boosting")
FEATURES = 20
TRAINING_ROWS = 10_000


def rows_of(rows: int) -> tuple[Any, Any]:
    """Return a frame (rows, FEATURES) of doubles named x1 ... and a series y of two classes."""
    import pandas as pd
    from sklearn.datasets import make_classification

    X, y = make_classification(rows, FEATURES, n_informative=12, random_state=0)
    names = [f"x{at}" for at in range(1, FEATURES + 1)]
    return pd.DataFrame(X, columns=names), pd.Series(y, name="y")


def fitted(name: str) -> tuple[Any, Any, Any]:
    """Return the model fitted, and what it was fitted on."""
    from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    X, y = rows_of(TRAINING_ROWS)
    estimator = {
        "forest": RandomForestClassifier(100, max_depth=10, random_state=0),
        "boosting": GradientBoostingClassifier(n_estimators=200, max_depth=5, random_state=0),
        "logistic": LogisticRegression(max_iter=1000),
    }[name]
    return estimator.fit(X, y), X, y


def document(directory: Path, name: str) -> Path:
    """Return the path of a model's PMML document."""
    return directory / f"{name}.pmml"


def graph(directory: Path, name: str) -> Path:
    """Return the path of a model's ONNX graph."""
    return directory / f"{name}.onnx"


def scored_rows(directory: Path) -> Any:
    """Return the frame that is scored: doubles, as make_classification gives them."""
    import pandas as pd

    return pd.read_pickle(directory / "rows.pkl")


def prepare(directory: Path, rows: int) -> None:
    """Train the models and write documents, ONNX graphs and the rows to score."""
    from skl2onnx import to_onnx

    import pmmlkit

    frame, _ = rows_of(rows)
    frame.to_pickle(directory / "rows.pkl")
    sample = frame.to_numpy(np.float32)[:1]
    for name in MODELS:
        estimator, X, y = fitted(name)
        pmmlkit.export(estimator, document(directory, name), X=X, y=y)
        converted = to_onnx(estimator, sample, options={"zipmap": False})
        graph(directory, name).write_bytes(converted.SerializeToString())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=Path)
    parser.add_argument("rows", type=int)
    given = parser.parse_args()
    prepare(given.directory, given.rows)


if __name__ == "__main__":
    main()
