"""LightGBM for Spark: folders of SynapseML and MMLSpark written by hand, as both are jars that are
not here.

Layout: metadata as of any stage, with ``complexParamLocs``; in ``complexParams/lightGBMBooster`` a
stream of Java objects (chapter 6 of Java's specification of object serialization), which holds the
booster's text.
"""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from tests.exporters.spark.saved_model import write_model

lightgbm = pytest.importorskip("lightgbm")
pytest.importorskip("pyarrow")

SYNAPSE = "com.microsoft.azure.synapse.ml.lightgbm."
MMLSPARK = "com.microsoft.ml.spark.lightgbm."
FILE = "complexParams/lightGBMBooster"


def _text(text: str) -> bytes:
    """Return a text as Java writes it: the short form up to 65535 bytes."""
    content = text.encode()
    if len(content) < 1 << 16:
        return b"\x74" + struct.pack(">H", len(content)) + content
    return b"\x7c" + struct.pack(">Q", len(content)) + content


def _class(name: str, fields: bytes, count: int) -> bytes:
    name_bytes = struct.pack(">H", len(name)) + name.encode()
    return (
        b"\x72" + name_bytes + bytes(8) + b"\x02" + struct.pack(">H", count) + fields + b"\x78\x70"
    )


def _stream(text: str) -> bytes:
    """Return a LightGBMBooster with its best iteration and, as Some, its text."""
    option = _text("Lscala/Option;")
    fields = b"I\x00\x0dbestIteration" + b"L\x00\x08modelStr" + option
    booster = _class(SYNAPSE + "booster.LightGBMBooster", fields, 2)
    some = _class("scala.Some", b"L\x00\x01x" + _text("Ljava/lang/Object;"), 1)
    return b"\xac\xed\x00\x05\x73" + booster + struct.pack(">i", -1) + b"\x73" + some + _text(text)


@cache
def _rows() -> npt.NDArray[np.float64]:
    random = np.random.default_rng(5)
    X = np.round(random.normal(size=(200, 3)) * 4.0) / 4.0
    X[random.random(X.shape) < 0.1] = np.nan
    X[:, 2] = random.integers(0, 5, len(X))
    return X


@cache
def _booster(objective: str, rounds: int = 6) -> Any:
    X = np.nan_to_num(_rows())
    label: npt.NDArray[Any] = X[:, 0] + X[:, 1] * (X[:, 2] == 3)
    settings: dict[str, Any] = {
        "objective": objective,
        "verbose": -1,
        "min_data_in_leaf": 5,
        "seed": 1,
    }
    if objective == "multiclass":
        settings["num_class"] = 3
        label = np.digitize(label, [-0.5, 0.5])
    elif objective == "binary":
        label = label > 0
    data = lightgbm.Dataset(_rows(), label, categorical_feature=[2], free_raw_data=False)
    return lightgbm.train(settings, data, rounds)


def _folder(path: Path, name: str, booster: Any, **params: Any) -> Path:
    metadata = {"complexParamLocs": {"lightGBMBooster": FILE}}
    write_model(path, name, metadata, None, **params)
    (path / "complexParams").mkdir()
    (path / FILE).write_bytes(_stream(booster.model_to_string()))
    return path


def _found(path: Path) -> dict[str, Any]:
    model = pmmlkit.load(pmmlkit.export(path).to_bytes())
    columns = {f"features_{at}": column.tolist() for at, column in enumerate(_rows().T)}
    found: dict[str, Any] = model.evaluate(columns)
    return found


@pytest.mark.parametrize("package", [SYNAPSE, MMLSPARK])
@pytest.mark.parametrize("rounds", [6, 60])
def test_regression(tmp_path: Path, package: str, rounds: int) -> None:
    """Of texts short and long, as Java tells them apart."""
    booster = _booster("regression", rounds)
    assert (len(booster.model_to_string()) >= 1 << 16) == (rounds == 60)
    path = _folder(tmp_path / "model", f"{package}LightGBMRegressionModel", booster)
    np.testing.assert_allclose(_found(path)["label"], booster.predict(_rows()), rtol=1e-12)


def test_ranker(tmp_path: Path) -> None:
    booster = _booster("regression")
    path = _folder(tmp_path / "model", f"{SYNAPSE}LightGBMRankerModel", booster)
    np.testing.assert_allclose(_found(path)["label"], booster.predict(_rows()), rtol=1e-12)


@pytest.mark.parametrize(("first", "count"), [(0, 2), (2, 3), (3, -1)])
def test_iterations(tmp_path: Path, first: int, count: int) -> None:
    booster = _booster("regression")
    path = _folder(
        tmp_path / "model",
        f"{SYNAPSE}LightGBMRegressionModel",
        booster,
        startIteration=first,
        numIterations=count,
    )
    said = booster.predict(_rows(), start_iteration=first, num_iteration=count)
    np.testing.assert_allclose(_found(path)["label"], said, rtol=1e-12)


def test_classes(tmp_path: Path) -> None:
    booster = _booster("multiclass")
    name = f"{SYNAPSE}LightGBMClassificationModel"
    found = _found(_folder(tmp_path / "model", name, booster, actualNumClasses=3))
    shares = booster.predict(_rows())
    mine = np.array([found[f"probability({at})"] for at in range(3)]).T
    np.testing.assert_allclose(mine, shares, rtol=1e-12)
    assert list(found["label"]) == shares.argmax(axis=1).tolist()


def test_thresholds(tmp_path: Path) -> None:
    booster = _booster("binary")
    name = f"{SYNAPSE}LightGBMClassificationModel"
    path = _folder(tmp_path / "model", name, booster, thresholds=[0.7, 0.3])
    assert list(_found(path)["label"]) == (booster.predict(_rows()) > 0.3).tolist()


def test_a_text_as_parameter(tmp_path: Path) -> None:
    """Releases of MMLSpark before 1.0."""
    booster = _booster("regression")
    path = write_model(
        tmp_path / "model",
        "com.microsoft.ml.spark.LightGBMRegressionModel",
        {},
        None,
        model=booster.model_to_string(),
    )
    np.testing.assert_allclose(_found(path)["label"], booster.predict(_rows()), rtol=1e-12)


@pytest.mark.parametrize("content", [b"", b"\xac\xed\x00\x05", b"\x74\xff\xfftree\nversion=v4"])
def test_no_text_is_told(tmp_path: Path, content: bytes) -> None:
    path = _folder(tmp_path / "model", f"{SYNAPSE}LightGBMRegressionModel", _booster("regression"))
    (path / FILE).write_bytes(content)
    with pytest.raises(ExportError, match="saveNativeModel"):
        pmmlkit.export(path)


def test_no_trees_are_told(tmp_path: Path) -> None:
    path = _folder(
        tmp_path / "model",
        f"{SYNAPSE}LightGBMRegressionModel",
        _booster("regression"),
        startIteration=9,
    )
    with pytest.raises(ExportError, match="none of its trees"):
        pmmlkit.export(path)
