"""sklearn-pandas: parts of a data frame, each through its own transformers."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_predicts, assert_transforms

pytest.importorskip("sklearn")

from sklearn import utils
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    LabelBinarizer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    StandardScaler,
)

FRAME = pd.DataFrame(
    {
        "a": [1.0, 2.0, np.nan, 4.0, 5.0, 7.0],
        "b": [1.0, 2.0, 3.0, 4.0, 8.0, 9.0],
        "c": ["x", "y", "z", "x", "x", "y"],
        "t": ["hi you", "you", "hi hi", "", "x hi me", "me"],
        "k": [1, 2, 3, 4, 5, 6],
    }
)


@pytest.fixture(name="package")
def _package(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The library. Version 2.2.0, the last, imports a name that scikit-learn 1.5 dropped: the test
    gives it back.
    """
    if importlib.util.find_spec("sklearn_pandas") is None:
        pytest.skip("sklearn-pandas is not installed")
    if not hasattr(utils, "tosequence"):
        monkeypatch.setattr(utils, "tosequence", list, raising=False)
    return importlib.import_module("sklearn_pandas")


MAPPERS: dict[str, Callable[[Any], Any]] = {
    "parts": lambda it: it.DataFrameMapper(
        [
            (["a"], [SimpleImputer(), StandardScaler()]),
            (["a", "b"], SimpleImputer(), {"alias": "both"}),
            ("c", LabelBinarizer()),
            ("k", None),
        ]
    ),
    "sparse": lambda it: it.DataFrameMapper(
        [
            (["c"], OneHotEncoder()),
            ("t", CountVectorizer()),
            (["b", "k"], [MinMaxScaler(), PolynomialFeatures(2)]),
        ],
        sparse=True,
    ),
    "rest": lambda it: it.DataFrameMapper(
        [(["c"], OrdinalEncoder())], default=None, drop_cols=["a", "t"]
    ),
    "rest_scaled": lambda it: it.DataFrameMapper(
        [(["c"], OrdinalEncoder())], default=StandardScaler(), drop_cols=["a", "t"]
    ),
    "logarithms": lambda it: it.DataFrameMapper(
        [(["b"], it.NumericalTransformer("log")), (["k"], it.NumericalTransformer("log1p"))],
        df_out=True,
        input_df=True,
    ),
}


@pytest.mark.parametrize("name", MAPPERS)
def test_mappers_agree(name: str, package: Any, oracle: Oracle) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mapper = MAPPERS[name](package).fit(FRAME)
        assert_transforms(mapper, FRAME)
        assert_transforms(mapper, FRAME, oracle=oracle, case=f"sklearn_pandas-{name}")


def test_before_a_model(package: Any, oracle: Oracle) -> None:
    y = [0, 1, 0, 1, 1, 0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mapper = MAPPERS["parts"](package)
        model = make_pipeline(mapper, LogisticRegression()).fit(FRAME, y)
        assert_predicts(model, FRAME, y, oracle=oracle)


def test_lacking_column(package: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mapper = MAPPERS["rest"](package).fit(FRAME)
    with pytest.raises(ExportError, match="reads the column 'c'"):
        pmmlkit.export(mapper, X=FRAME[["a", "b"]])
