"""Estimators from files: pickles only where they are asked for."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pmmlkit import ExportError
from pmmlkit.exporters.files import load_estimator

pytest.importorskip("sklearn")
pytest.importorskip("skops")

import joblib
import skops.io
from sklearn.linear_model import LinearRegression


@pytest.fixture
def fitted() -> Any:
    return LinearRegression().fit(np.eye(3), np.arange(3.0))


class Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


@pytest.mark.parametrize("suffix", [".pkl", ".pickle", ".joblib", ".PKL"])
def test_pickles_are_refused_before_they_are_read(tmp_path: Path, suffix: str) -> None:
    went_off = tmp_path / "went_off"
    path = tmp_path / f"model{suffix}"
    path.write_bytes(pickle.dumps(Bomb(went_off)))
    with pytest.raises(ExportError, match="allow_pickle"):
        load_estimator(path)
    assert not went_off.exists()


@pytest.mark.parametrize("suffix", [".pkl", ".joblib"])
def test_pickles_are_read_where_allowed(tmp_path: Path, suffix: str, fitted: Any) -> None:
    path = tmp_path / f"model{suffix}"
    if suffix == ".pkl":
        path.write_bytes(pickle.dumps(fitted))
    else:
        joblib.dump(fitted, path)
    np.testing.assert_array_equal(load_estimator(path, allow_pickle=True).coef_, fitted.coef_)


def test_skops_needs_no_permission(tmp_path: Path, fitted: Any) -> None:
    path = tmp_path / "model.skops"
    skops.io.dump(fitted, path)
    np.testing.assert_array_equal(load_estimator(path).coef_, fitted.coef_)


def test_a_pickle_called_skops_is_not_unpickled(tmp_path: Path) -> None:
    went_off = tmp_path / "went_off"
    path = tmp_path / "model.skops"
    path.write_bytes(pickle.dumps(Bomb(went_off)))
    with pytest.raises(ExportError, match="cannot be read"):
        load_estimator(path, allow_pickle=True)
    assert not went_off.exists()


@pytest.mark.parametrize("name", ["model.csv", "model", "model.onnx"])
def test_other_files_are_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError, match=r"\.skops"):
        load_estimator(tmp_path / name)


def test_absent_and_damaged_files(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no file"):
        load_estimator(tmp_path / "model.skops")
    path = tmp_path / "model.pkl"
    path.write_bytes(b"no pickle")
    with pytest.raises(ExportError, match="cannot be read"):
        load_estimator(path, allow_pickle=True)


@pytest.mark.parametrize("name", ["model.ubj", "model.json", "model.txt", "model.cbm"])
def test_files_of_other_libraries_that_hold_something_else(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b'{"neither": "model"}')
    with pytest.raises(ExportError, match="model"):
        load_estimator(path)
