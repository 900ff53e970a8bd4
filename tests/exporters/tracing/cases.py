"""Functions that users write, and the rows that they are given."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

__all__ = ["ARRAYS", "FRAMES", "TEXTS", "TIMES", "WEIGHTS", "array", "frame"]

ROWS = 60

WEIGHTS = np.array([[0.5, -1.0], [2.0, 0.0], [1.0, 0.25]])
MEANS = pd.Series({"a": 0.5, "b": -1.0, "c": 2.0})
RATES = {"north": 0.19, "south": 0.07, "east": 0.5}


@cache
def _frame() -> pd.DataFrame:
    random = np.random.default_rng(11)
    made = pd.DataFrame(
        {
            "a": np.round(random.normal(0.0, 3.0, ROWS) * 8) / 8,
            "b": np.round(random.normal(0.0, 2.0, ROWS) * 4) / 4 + 0.125,
            "c": np.round(random.gamma(2.0, 2.0, ROWS) * 8) / 8 + 0.25,
            "i": random.integers(-6, 9, ROWS),
            "j": random.integers(1, 6, ROWS),
            "s": random.choice(["north", "south", "east", "North East"], ROWS),
            "k": random.random(ROWS) < 0.5,
            "t": pd.Timestamp("2019-12-25 10:20:30")
            + pd.to_timedelta(random.integers(0, 90_000_000, ROWS), unit="s"),
        }
    )
    made.loc[random.random(ROWS) < 0.15, "a"] = np.nan
    made.loc[random.random(ROWS) < 0.1, "c"] = np.nan
    made["s"] = made["s"].where(random.random(ROWS) > 0.1)
    made.loc[:2, "a"] = [0.0, 1.0, -1.0]
    return made


def frame() -> Any:
    """Numbers, integers, texts, booleans, times; a, c and s have gaps."""
    return _frame().copy()


def array() -> Any:
    """The numbers a, b, c as an array, with gaps in a and c."""
    return _frame()[["a", "b", "c"]].to_numpy()


def scaled(X: Any, by: float = 1.0) -> Any:
    """A function beside, which others call."""
    return X * by


def _assigned(X: Any) -> Any:
    X = X.copy()
    X[:, 0] = np.where(X[:, 0] > 0, X[:, 0], -1.0)
    X[:, 2] += X[:, 1]
    X[np.isnan(X)] = -9.0
    return X


def _guarded_division(X: Any) -> Any:
    over = X[:, 1] - 0.125
    made = np.divide(X[:, 0], over, out=np.zeros_like(X[:, 0]), where=over != 0)
    return made.reshape(-1, 1)


def _unpacked(X: Any) -> Any:
    a, b, c = X.T
    return np.vstack([a + b, a * c, np.hypot(b, c)]).T


def _validated(X: Any) -> Any:
    X = np.asarray(X, dtype=float)
    assert X.ndim == 2
    assert X.shape[1] == 3
    out = np.empty_like(X)
    for at in range(X.shape[1]):
        out[:, at] = (X[:, at] - at) / (at + 1.0)
    return out


def _written_into(X: Any) -> Any:
    out = np.zeros((X.shape[0], 2))
    out[:, 0] = X[:, 0] * 2.0
    out[:, 1] = np.full(X.shape[0], 3.0) + X[:, 1]
    return out


ARRAYS: Mapping[str, Callable[[Any], Any]] = {
    "arithmetic": lambda X: (X[:, [0]] + X[:, [1]] * 2.0 - 1.0) / 4.0,
    "whole_table": lambda X: scaled(X, 2.0) - 1.0,
    "by_columns": lambda X: X - np.array([1.0, 2.0, 3.0]),
    "log_of_all": lambda X: np.log1p(np.abs(X)),
    "log_of_negative": lambda X: np.log(X[:, 1:2] + 0.3),
    "ratio": lambda X: X[:, [0]] / (X[:, [1]] - 0.1),
    "where": lambda X: np.where(X > 0.5, X, -1.0),
    "where_column": lambda X: np.where(X[:, 0] > 0.5, X[:, 1], X[:, 2])[:, None],
    "not_equal": lambda X: (X != 0.0) * 1.0,
    "select": lambda X: np.select(
        [X[:, 0] > 1.0, X[:, 0] < -1.0, np.isnan(X[:, 0])], [1.0, X[:, 1], -5.0], default=9.0
    ).reshape(-1, 1),
    "clip": lambda X: np.clip(X, -1.0, 1.5),
    "clip_method": lambda X: X.clip(min=0.0),
    "maximum": lambda X: np.maximum(X[:, [0]], X[:, [2]]),
    "fmax": lambda X: np.fmax(X[:, [0]], X[:, [2]]),
    "modulo": lambda X: X % 3.0,
    "modulo_negative": lambda X: np.mod(X, -2.0),
    "modulo_of_columns": lambda X: np.mod(X[:, [0]], X[:, [2]]),
    "fmod": lambda X: np.fmod(X, 2.0),
    "floor_divide": lambda X: X // 0.5,
    "roundings": lambda X: np.column_stack(
        [np.floor(X[:, 0]), np.ceil(X[:, 0]), np.trunc(X[:, 0]), np.rint(X[:, 0]), X[:, 0].round(1)]
    ),
    "sign_and_abs": lambda X: np.sign(X) + np.abs(X),
    "powers": lambda X: np.column_stack([X[:, 0] ** 2, X[:, 1] ** 3, np.sqrt(X[:, 2])]),
    "power_of_columns": lambda X: np.power(X[:, [2]], X[:, [1]]),
    "power_of_gaps": lambda X: X[:, [0]] ** 0.0 + 1.0 ** X[:, [0]] + X[:, [1]],
    "cbrt": np.cbrt,
    "exponentials": lambda X: np.exp(-X) + np.expm1(X / 4.0) + np.exp2(X),
    "logarithms": lambda X: np.log2(X[:, [2]]) + np.log10(X[:, [2]]),
    "trigonometry": lambda X: np.sin(X) + np.cos(X) * np.tanh(X) + np.arctan(X),
    "inverses": lambda X: np.arcsinh(X) + np.arccosh(np.abs(X) + 1.0) + np.arctanh(np.tanh(X)),
    "angles": lambda X: np.arctan2(X[:, [0]], X[:, [1]]) + np.deg2rad(X[:, [1]]),
    "expit": lambda X: special.expit(X * 9.0),
    "logit": special.logit,
    "erf": lambda X: special.erf(X) + special.ndtr(X),
    "ndtri": lambda X: special.ndtri(np.clip(X / 10.0 + 0.5, 0.01, 0.99)),
    "xlogy": lambda X: special.xlogy(X[:, [0]], X[:, [2]]),
    "boxcox": lambda X: special.boxcox(X, 0.3) + special.boxcox(X + 2.0, 0.0),
    "boxcox1p": lambda X: special.boxcox1p(X, -0.5),
    "inv_boxcox": lambda X: special.inv_boxcox(X, 0.25) + special.inv_boxcox(X, 0),
    "inv_boxcox1p": lambda X: special.inv_boxcox1p(X, 0.25),
    "isnan": lambda X: np.isnan(X).astype(float),
    "isfinite": lambda X: np.isfinite(X).astype(int),
    "nan_to_num": lambda X: np.nan_to_num(X, nan=-1.0),
    "sum": lambda X: X.sum(axis=1, keepdims=True),
    "nansum": lambda X: np.nansum(X, axis=1).reshape(-1, 1),
    "mean_and_std": lambda X: np.c_[X.mean(axis=1), X.std(axis=1)],
    "nanmean": lambda X: np.column_stack([np.nanmean(X, axis=1), np.nanmax(X, axis=1)]),
    "extremes": lambda X: np.column_stack([X.max(axis=1), X.min(axis=1), np.argmax(X, axis=1)]),
    "norm": lambda X: X / np.linalg.norm(X, axis=1, keepdims=True),
    "matmul": lambda X: X @ WEIGHTS,
    "dot": lambda X: np.dot(X, WEIGHTS[:, 0]).reshape(-1, 1),
    "cumsum": lambda X: np.cumsum(X, axis=1),
    "diff": lambda X: np.diff(X, axis=1),
    "digitize": lambda X: np.digitize(X, [-1.0, 0.5, 2.0]),
    "interp": lambda X: np.interp(X[:, 1], [-1.0, 0.0, 2.0], [5.0, 7.0, 6.0]).reshape(-1, 1),
    "isin": lambda X: np.isin(X, [1.0, -1.0, 0.125]).astype(float),
    "mask_of_columns": lambda X: X[:, np.array([True, False, True])],
    "reordered": lambda X: X[:, [2, 0]],
    "hstack": lambda X: np.hstack([X, X[:, :1] ** 2]),
    "concatenate": lambda X: np.concatenate([X, np.ones((X.shape[0], 1))], axis=1),
    "logic": lambda X: ((X[:, [0]] > 0) & ~(X[:, [1]] > 0) | (X[:, [2]] < 1)).astype(float),
    "any_and_all": lambda X: np.column_stack([(X > 0).any(axis=1), (X > 0).all(axis=1)]) * 1.0,
    "assigned": _assigned,
    "guarded_division": _guarded_division,
    "unpacked": _unpacked,
    "validated": _validated,
    "written_into": _written_into,
    "frame_of_array": lambda X: pd.DataFrame(X, columns=list("abc")).assign(
        d=lambda df: df.a / df.b
    ),
    "vectorized": np.vectorize(lambda v: math.sqrt(v * v + 1.0)),
    "polynomial": lambda X: np.polyval([1.0, -2.0, 0.5], X),
    "piecewise": lambda X: np.piecewise(X, [X < 0, X >= 0], [lambda v: -v, lambda v: v * 2]),
    "heaviside": lambda X: np.heaviside(X, 0.5),
    "weighted_average": lambda X: np.average(X, axis=1, weights=[1, 2, 1]).reshape(-1, 1),
    "shared": lambda X: (X[:, [0]] / X[:, [2]]) ** 2 + np.log1p((X[:, [0]] / X[:, [2]]) ** 2),
    "long_sum": lambda X: sum((X[:, [at % 3]] * (at + 1.0) for at in range(60)), X[:, [0]]),
}
"""Functions of an array of three columns."""


def _copied(df: Any) -> Any:
    df = df.copy()
    df["ratio"] = df["a"] / df["b"]
    df["large"] = (df["c"] > 2).astype(int)
    df.loc[df["a"] < 0, "a"] = 0.0
    return df[["a", "ratio", "large"]]


def _by_row(row: Any) -> Any:
    return row["a"] * 2.0 + row["b"]


FRAMES: Mapping[str, Callable[[Any], Any]] = {
    "ratio": lambda df: (df["a"] / df["b"]).to_frame("ratio"),
    "eval": lambda df: df[["a", "b"]].eval("a / b + (a > 1) * 2 - sqrt(abs(b))").to_frame(),
    "eval_assigned": lambda df: df[["a", "b"]].eval("r = a / b\n s = r ** 2 + a\n"),
    "assign": lambda df: df[["a", "b"]].assign(r=lambda d: d["a"] / d["b"], one=1.0),
    "attributes": lambda df: pd.DataFrame({"x": df.a + df.b, "y": df.c * 2}),
    "fillna": lambda df: df[["a", "c"]].fillna(0.0),
    "fillna_by_column": lambda df: df[["a", "c"]].fillna({"a": 1.5, "c": -1.0}),
    "copied": _copied,
    "integers": lambda df: pd.DataFrame(
        {"q": df["i"] // 4, "r": df["i"] % 4, "d": df["i"] / df["j"], "p": df["i"] * df["j"]}
    ),
    "integer_powers": lambda df: (df[["i"]] ** 2).rename(columns={"i": "square"}),
    "booleans": lambda df: (df["k"] & (df["a"] > 0) | df["k"] ^ (df["i"] > 3)).to_frame("z") * 1.0,
    "where_of_boolean": lambda df: pd.DataFrame({"w": np.where(df["k"], df["a"], df["b"])}),
    "drop": lambda df: df.drop(columns=["s", "k", "t"], errors="ignore"),
    "rename": lambda df: df[["a", "b"]].rename(columns={"a": "first"}),
    "loc": lambda df: df.loc[:, "a":"c"].loc[:, ["c", "a"]],
    "iloc": lambda df: df.iloc[:, [0, 2]],
    "applied": lambda df: df[["a", "b"]].apply(lambda column: column.clip(-1, 1) * 2),
    "applied_by_row": lambda df: df.apply(_by_row, axis=1).to_frame(),
    "values": lambda df: df[["a", "b"]].values * 2.0,
    "to_numpy": lambda df: np.log1p(df[["c"]].to_numpy()),
    "concat": lambda df: pd.concat([df[["a"]], df["b"].abs().rename("size")], axis=1),
    "isna": lambda df: df[["a", "s"]].isna().astype(float),
    "mapped": lambda df: df["s"].map(RATES).to_frame("rate"),
    "mapped_and_filled": lambda df: (df["s"].map(RATES).fillna(0.0) * df["b"]).to_frame("rate"),
    "mapped_integers": lambda df: df["j"].map({1: 10, 2: 20, 3: 40}).to_frame("code"),
    "replaced": lambda df: df[["j"]].replace({1: 7, 2: 9}) * 1.0,
    "replaced_texts": lambda df: (df["s"].replace({"north": "N"}) == "N").to_frame("n").astype(int),
    "where": lambda df: df[["a"]].where(df[["a"]] > 0, -1.0),
    "mask": lambda df: df["b"].mask(df["b"] > 1).to_frame("masked"),
    "between": lambda df: df["a"].between(-1, 1).to_frame("near").astype(float),
    "isin": lambda df: df["s"].isin(["north", "east"]).to_frame("in").astype(float),
    "equal_text": lambda df: (df["s"] == "north").astype(int).to_frame("north"),
    "not_equal_text": lambda df: (df["s"] != "north").astype(int).to_frame("other"),
    "comparisons": lambda df: (df["a"].gt(0) & df["b"].le(1)).to_frame("z").astype(float),
    "methods": lambda df: df["a"].add(df["b"], fill_value=0.0).mul(2).sub(1).to_frame("m"),
    "divided_by_column": lambda df: df[["a", "b"]].div(df["c"], axis=0),
    "minus_series": lambda df: df[["a", "b", "c"]] - MEANS,
    "sum_skips": lambda df: df[["a", "c"]].sum(axis=1).to_frame("total"),
    "mean_skips": lambda df: df[["a", "b", "c"]].mean(axis=1).to_frame("mean"),
    "std": lambda df: df[["a", "b", "c"]].std(axis=1).to_frame("std"),
    "clip_by_column": lambda df: df["b"].clip(lower=df["a"]).to_frame("clipped"),
    "round": lambda df: df[["a", "b"]].round(1),
    "text_length": lambda df: df["s"].fillna("").str.len().to_frame("length"),
    "text_contains": lambda df: df["s"].str.contains("th", na=False).to_frame("th").astype(float),
    "text_starts": lambda df: df["s"].fillna("").str.startswith("No").to_frame("no").astype(float),
    "text_ends": lambda df: df["s"].fillna("").str.endswith("th").to_frame("th").astype(float),
    "text_pattern": lambda df: df["s"].fillna("").str.contains("^n.r", case=False).to_frame() * 1.0,
    "select_dtypes": lambda df: df.select_dtypes("number"),
    "cut": lambda df: pd.cut(df["b"], [-10, -1, 0, 1, 10], labels=False).to_frame("bin"),
}
"""Functions of a data frame whose results are numbers, which every engine can compute."""


TIMES: Mapping[str, Callable[[Any], Any]] = {
    "parts": lambda df: pd.DataFrame(
        {
            "year": df["t"].dt.year,
            "month": df["t"].dt.month,
            "day": df["t"].dt.day,
            "hour": df["t"].dt.hour,
            "minute": df["t"].dt.minute,
            "second": df["t"].dt.second,
            "day_of_year": df["t"].dt.day_of_year,
            "day_of_week": df["t"].dt.day_of_week,
            "quarter": df["t"].dt.quarter,
        }
    ),
    "days_since": lambda df: (df["t"] - pd.Timestamp("2000-01-01")).dt.days.to_frame("days"),
    "seconds_since": lambda df: (
        (df["t"] - pd.Timestamp("2020-01-01")).dt.total_seconds().to_frame("seconds")
    ),
    "share_of_day": lambda df: (
        (df["t"] - pd.Timestamp("2020-01-01")) / pd.Timedelta(days=1)
    ).to_frame("days"),
    "after": lambda df: (df["t"] > pd.Timestamp("2021-03-01")).to_frame("after").astype(int),
    "weekend": lambda df: (df["t"].dt.day_of_week >= 5).to_frame("weekend").astype(float),
}
"""Functions of times."""

TEXTS: Mapping[str, Callable[[Any], Any]] = {
    "upper": lambda df: df["s"].str.upper().to_frame("upper"),
    "lower": lambda df: df["s"].str.lower().str.strip().to_frame("lower"),
    "sliced": lambda df: df["s"].str[:3].to_frame("head"),
    "sliced_from_end": lambda df: df["s"].str[-2:].to_frame("tail"),
    "sliced_to_end": lambda df: df["s"].str[1:-1].to_frame("middle"),
    "joined": lambda df: (df["s"] + "/" + df["s"].str.upper()).to_frame("both"),
    "cat": lambda df: df["s"].str.cat(df["s"], sep="-").to_frame("both"),
    "replaced": lambda df: df["s"].str.replace("th", "d", regex=False).to_frame("d"),
    "pattern_replaced": lambda df: df["s"].str.replace("[aeiou]", "", regex=True).to_frame("d"),
    "filled": lambda df: df["s"].fillna("none").to_frame("filled"),
    "mapped": lambda df: df["s"].map({"north": "N", "south": "S"}).to_frame("letter"),
    "chosen": lambda df: pd.DataFrame({"z": np.where(df["a"] > 0, "plus", "minus")}),
    "applied": lambda df: df["s"].fillna("").apply(lambda text: text.lower()[:4]).to_frame("low"),
    "capitalized": lambda df: df["s"].str.capitalize().to_frame("capital"),
    "as_text": lambda df: df["i"].astype(str).to_frame("text"),
}
"""Functions whose results are texts."""
