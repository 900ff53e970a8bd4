"""What cannot be traced is refused, with the line of the user's code and what to write instead."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit import ExportError
from pmmlkit.exporters.features import InputField
from pmmlkit.exporters.tracing.checking import checked
from pmmlkit.exporters.tracing.rows import made_up

pd = pytest.importorskip("pandas")
pytest.importorskip("sklearn")

from sklearn.preprocessing import FunctionTransformer

from tests.exporters.tracing.cases import array, frame


def _branches(df: Any) -> Any:
    if df["a"].max(axis=0) > 0:
        return df
    return df


def _condition(df: Any) -> Any:
    size = 1.0 if df["b"] > 0 else 2.0
    return df[["b"]] * size


def _rows(X: Any) -> Any:
    return np.array([sum(row) for row in X])


def _float(df: Any) -> Any:
    return df[["b"]] * float(df["b"])


def _math(df: Any) -> Any:
    return df[["b"]] * math.gamma(df["b"])


def _sorted(X: Any) -> Any:
    return np.sort(X, axis=1)


def _selected(df: Any) -> Any:
    return df[df["b"] > 0]


def _centred(X: Any) -> Any:
    return X - X.mean(axis=0)


def _shape(X: Any) -> Any:
    return X / X.shape[0]


def _grouped(df: Any) -> Any:
    return df.groupby("s")["b"].transform("mean")


def _unknown_method(df: Any) -> Any:
    return df["s"].str.split("-")


def _calendar(df: Any) -> Any:
    return df["t"].dt.isocalendar()


def _bits(df: Any) -> Any:
    return (df["i"] & 3).to_frame()


def _text_order(df: Any) -> Any:
    return (df["s"] > "m").to_frame()


def _single(df: Any) -> Any:
    return df[["b"]].astype("float32")


def _column_of_table(X: Any) -> Any:
    return X / X[:, 0]


def _unknown_column(df: Any) -> Any:
    return df["nothing"]


def _lead(df: Any) -> Any:
    return df["b"].shift(1)


def _mixed(df: Any) -> Any:
    return np.where(df["b"] > 0, df["s"], df["b"]).reshape(-1, 1)


def _query(df: Any) -> Any:
    return df.query("b > 0")


def _local(df: Any) -> Any:
    limit = 2.0
    return df.eval("b + @limit").to_frame() if limit else df


def _lines(df: Any) -> Any:
    return df.eval("q = b\nb + 1")


CASES: list[tuple[Callable[[Any], Any], bool, str]] = [
    (_branches, True, "over all rows"),
    (_condition, True, "np.where"),
    (_rows, False, "rows are iterated over"),
    (_float, True, "one number"),
    (_math, True, "one number"),
    (_sorted, False, "np.sort"),
    (_selected, True, "rows are selected by a condition"),
    (_centred, False, "compute it in fit"),
    (_shape, False, "number of rows"),
    (_grouped, True, "groupby"),
    (_unknown_method, True, r"\.str\.split"),
    (_calendar, True, r"\.dt\.isocalendar"),
    (_bits, True, "bits"),
    (_text_order, True, "order texts"),
    (_single, True, "use float"),
    (_column_of_table, False, r"X\[:, \[0\]\]"),
    (_unknown_column, True, "KeyError: 'nothing'"),
    (_lead, True, "shift"),
    (_mixed, True, "string values"),
    (_query, True, r"df\.query leaves rows out"),
    (_local, True, r"df\.eval: .*@limit.* is no expression"),
    (_lines, True, "several lines of df.eval are assignments"),
]


@pytest.mark.parametrize(
    ("function", "of_frame", "words"), CASES, ids=lambda it: getattr(it, "__name__", str(it)[:30])
)
def test_refused_with_the_line(function: Callable[[Any], Any], of_frame: bool, words: str) -> None:
    X = frame() if of_frame else array()
    transformer = FunctionTransformer(function).fit(X)
    with pytest.raises(ExportError, match=words) as caught:
        pmmlkit.export(transformer, X=X)
    message = str(caught.value)
    assert f"FunctionTransformer({function.__name__})" in message
    first = inspect.getsourcelines(function)[1]
    line = int(message.partition(f"{__file__}, line ")[2].partition(":")[0])
    source = inspect.getsource(function).splitlines()[line - first].strip()
    assert f"line {line}: {source}" in message


def _drawn(X: Any) -> Any:
    return X + np.random.default_rng().normal(size=(1, 1))


def _from_outside(X: Any) -> Any:
    # what is known of the rows slips in: the check must find it
    return X + (1.0 if isinstance(X.shape[0], int) and len(X) > 1 else 0.0)


@pytest.mark.parametrize("function", [_drawn, _from_outside])
def test_the_result_is_checked_on_rows(function: Callable[[Any], Any]) -> None:
    X = np.array([[1.0, 2.0], [3.0, 4.0]])
    with pytest.raises(ExportError, match=r"in column \d for the row \(x1=.*would be"):
        pmmlkit.export(FunctionTransformer(function).fit(X), X=X)


def _refuses_rows(X: Any) -> Any:
    if type(X) is np.ndarray:
        raise ValueError("not these rows")
    return X * 2.0


def test_what_cannot_be_checked_is_refused() -> None:
    X = array()
    transformer = FunctionTransformer(_refuses_rows)
    transformer.n_features_in_ = 3
    with pytest.raises(ExportError, match=r"cannot be checked.*not these rows"):
        pmmlkit.export(transformer, X=X)


def _positive_only(X: Any) -> Any:
    if type(X) is np.ndarray and (X <= 0.2).any():
        raise ValueError("rates are positive")
    return np.log(X)


def test_rows_of_the_data_decide_where_there_are_any() -> None:
    def bounded(df: Any) -> Any:
        if type(df) is pd.DataFrame and not df["p"].dropna().between(0.25, 0.5).all():
            raise ValueError("no share")
        return df * 2.0

    X = pd.DataFrame({"p": [0.25, 0.5, np.nan]})
    transformer = FunctionTransformer(bounded).fit(X)
    pmmlkit.export(transformer, X=X)
    with pytest.raises(ExportError, match=r"cannot be checked.*no share.*pass X="):
        pmmlkit.export(transformer)
    Y = np.array([[0.25], [0.5]])
    pmmlkit.export(FunctionTransformer(_positive_only).fit(Y), X=Y)


def test_a_wrong_trace_would_be_found() -> None:
    inputs = [InputField("x", "double")]
    rows = made_up(inputs, [], missing=True, positive=False)
    checked("same", lambda X: X, inputs, inputs, rows, "array")
    with pytest.raises(ExportError, match=r"twice gives .* for the row \(x="):
        checked("twice", lambda X: 2.0 * X, inputs, inputs, rows, "array")
    with pytest.raises(ExportError, match="makes 2 columns"):
        checked("two", lambda X: np.hstack([X, X]), inputs, inputs, rows, "array")
