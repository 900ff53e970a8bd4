"""The main job on real data: train, export, validate, score a file with the command, compare with
three engines.

The Palmer penguins have numbers, strings and missing cells. Two pipelines learn the species: a
logistic regression on imputed, scaled and one-hot encoded columns, and a gradient boosting on the
same columns.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from palmerpenguins import load_penguins
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import pmmlkit
from pmmlkit.parity import compare

NUMBERS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
STRINGS = ["island", "sex"]


def pipeline(classifier: Any) -> Pipeline:
    """Impute, scale, encode, classify."""
    columns = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), NUMBERS),
            (
                "strings",
                make_pipeline(
                    SimpleImputer(strategy="most_frequent"),
                    OneHotEncoder(handle_unknown="ignore"),
                ),
                STRINGS,
            ),
        ]
    )
    return Pipeline([("columns", columns), ("classifier", classifier)])


def command(*arguments: str | Path) -> None:
    """Run the command pmmlkit and show how it was called."""
    shown = [item.name if isinstance(item, Path) else item for item in arguments]
    print(f"$ pmmlkit {' '.join(shown)}", flush=True)
    folder = next(item.parent for item in arguments if isinstance(item, Path))
    subprocess.run([sys.executable, "-m", "pmmlkit", *shown], check=True, cwd=folder)


def main() -> None:
    """Do the job and say what was done."""
    penguins = load_penguins()
    X, y = penguins[NUMBERS + STRINGS], penguins["species"]
    missing = int(X.isna().sum().sum())
    print(f"{len(X)} penguins, {X.shape[1]} columns, {missing} missing cells; to learn: {y.name}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = folder / "penguins.csv"
        X.to_csv(data, index=False)
        for title, classifier in (
            ("logistic", LogisticRegression(max_iter=1000)),
            ("boosting", GradientBoostingClassifier(random_state=0)),
        ):
            show(title, pipeline(classifier).fit(X, y), X, y, folder, data)


def show(
    title: str, fitted: Pipeline, X: pd.DataFrame, y: pd.Series[str], folder: Path, data: Path
) -> None:
    """Export one pipeline and follow it all the way."""
    document, scores = folder / f"{title}.pmml", folder / f"{title}.csv"
    pmmlkit.export(fitted, document, X=X, y=y, verification=20)
    size = document.stat().st_size
    print(f"{title}: exported {type(fitted[-1]).__name__} to {document.name}, {size:,} bytes")
    command("validate", document)
    command("score", document, data, scores)
    scored = pd.read_csv(scores)
    labels = int((scored["species"] == fitted.predict(X)).sum())
    probabilities = scored[[f"probability({label})" for label in fitted.classes_]].to_numpy()
    largest = float(np.abs(probabilities - fitted.predict_proba(X)).max())
    print(f"  scikit-learn: {labels} of {len(X)} labels equal, probabilities within {largest:.1e}")
    verified = pmmlkit.load(document).verify()
    print(
        f"  its own {verified.rows} verification rows: {'as expected' if verified.ok else verified}"
    )
    agreed = labels == len(X) and largest < 1e-12
    for engine in compare(document, X).engines:
        columns = engine.comparison.columns if engine.comparison else ()
        if engine.ok:
            largest = max(column.largest or 0.0 for column in columns)
            print(f"  {engine.engine}: {len(columns)} columns agree, within {largest:.1e}")
        else:
            print(engine)
        agreed = agreed and engine.ok
    if not agreed:
        sys.exit(1)


if __name__ == "__main__":
    main()
