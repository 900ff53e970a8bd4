"""Functions that users write, traced: what is exported is what they compute."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.parity.oracles import Oracle

pytest.importorskip("pandas")
pytest.importorskip("sklearn")

import pandas as pd
from sklearn.preprocessing import FunctionTransformer

from tests.exporters.agreement import assert_transforms
from tests.exporters.tracing.cases import (
    ARRAYS,
    FRAMES,
    TEXTS,
    TIMES,
    array,
    frame,
)

FULL = os.environ.get("PMMLKIT_FULL") == "1"
STEP = 1 if FULL else 3
"""A slice: the engines see every third function."""


def _fitted(function: Any, X: Any) -> Any:
    return FunctionTransformer(function).fit(X)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", ARRAYS)
def test_array_functions(name: str) -> None:
    X = array()
    assert_transforms(_fitted(ARRAYS[name], X), X)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", list(ARRAYS)[::STEP])
def test_array_functions_in_engines(name: str, oracle: Oracle) -> None:
    X = array()
    assert_transforms(_fitted(ARRAYS[name], X), X, oracle=oracle, case=f"tracing-array-{name}")


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", FRAMES)
def test_frame_functions(name: str) -> None:
    X = frame()
    assert_transforms(_fitted(FRAMES[name], X), X)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", list(FRAMES)[::STEP])
def test_frame_functions_in_engines(name: str, oracle: Oracle) -> None:
    X = frame().drop(columns="t")
    # texts before pandas 3: what pandas makes of missing ones, and so the document, is another
    texts = "-objects" if X["s"].dtype == object else ""
    case = f"tracing-frame-{name}{texts}"
    assert_transforms(_fitted(FRAMES[name], X), X, oracle=oracle, case=case)


@pytest.mark.parametrize("name", TIMES)
def test_functions_of_times(name: str) -> None:
    X = frame()[["t"]]
    assert_transforms(_fitted(TIMES[name], X), X)


@pytest.mark.parametrize("name", TIMES)
def test_functions_of_times_in_jpmml(name: str, jpmml: Oracle) -> None:
    X = frame()[["t"]]
    assert_transforms(_fitted(TIMES[name], X), X, oracle=jpmml, case=f"tracing-times-{name}")


@pytest.mark.parametrize("name", TEXTS)
def test_functions_of_texts(name: str) -> None:
    X = frame()
    assert_transforms(_fitted(TEXTS[name], X), X)


@pytest.mark.parametrize("validate", [True, False])
@pytest.mark.parametrize("dtype", ["float64", "int64"])
def test_validated_arrays(validate: bool, dtype: str) -> None:
    X = np.array([[1, 2], [3, -4], [0, 7]], dtype)
    transformer = FunctionTransformer(np.square, validate=validate).fit(X)
    assert_transforms(transformer, X)


def test_arguments_and_no_function() -> None:
    X = array()
    assert_transforms(FunctionTransformer(np.clip, kw_args={"a_min": -1, "a_max": 1}).fit(X), X)
    assert_transforms(FunctionTransformer().fit(X), X)


@pytest.mark.parametrize(
    "function",
    [
        lambda X: (X["f"] * X["i"]).to_frame(),
        lambda X: (X["f"] + X["i"]).to_frame(),
        lambda X: (X["i"] / X["f"]).to_frame(),
        lambda X: (X["f"] * X["d"]).to_frame(),
    ],
    ids=["product", "sum", "quotient", "doubles"],
)
def test_single_precision_with_other_numbers(function: Callable[[Any], Any]) -> None:
    random = np.random.default_rng(2)
    X = pd.DataFrame(
        {
            "f": random.lognormal(3.0, 0.5, 50).astype(np.float32),
            "i": random.integers(18, 90, 50),
            "d": random.normal(size=50),
        }
    )
    transformer = FunctionTransformer(function).fit(X)
    wanted = transformer.transform(X).to_numpy()[:, 0]
    assert wanted.dtype == np.float64
    made = pmmlkit.load(pmmlkit.export(transformer, X=X)).transform(X)
    np.testing.assert_allclose(made.to_numpy()[:, 0], wanted, rtol=1e-12)
