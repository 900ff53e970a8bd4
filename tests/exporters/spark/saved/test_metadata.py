"""The metadata of saved models, also as other writers leave them."""

from __future__ import annotations

import bz2
import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from pmmlkit.errors import ExportError, LimitError
from pmmlkit.exporters.spark.saved import read_saved
from pmmlkit.limits import Limits
from tests.exporters.spark.saved_fixtures import NEWEST, about, made, unpacked, written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A saved pipeline on disk, `classification` of the newest release."""
    return unpacked(NEWEST, "classification", tmp_path)


def test_given_goes_before_defaults(tmp_path: Path) -> None:
    model = read_saved(written(tmp_path / "m", numFeatures=3))
    assert model.params == {"inputCol": "text", "outputCol": "tok__output"}
    assert model.given == {"inputCol"}
    assert model.metadata == {"timestamp": 1, "numFeatures": 3}
    assert (model.name, model.uid, model.version) == ("Tokenizer", "tok", "3.5.0")
    assert model.stages == ()
    assert model.place == "m"


@pytest.mark.parametrize(
    ("python", "scala"),
    [
        ("pyspark.ml.pipeline.PipelineModel", "org.apache.spark.ml.PipelineModel"),
        ("pyspark.ml.tuning.CrossValidatorModel", "org.apache.spark.ml.tuning.CrossValidatorModel"),
        (
            "pyspark.ml.classification.OneVsRestModel",
            "org.apache.spark.ml.classification.OneVsRestModel",
        ),
        ("mine.Transformer", "mine.Transformer"),
        ("xgboost.spark.core.SparkXGBModel", "xgboost.spark.core.SparkXGBModel"),
    ],
)
def test_classes_of_python(python: str, scala: str, tmp_path: Path) -> None:
    assert read_saved(written(tmp_path, **{"class": python})).class_name == scala


def test_models_of_mllib_within(tmp_path: Path) -> None:
    inner = {"class": "org.apache.spark.mllib.clustering.BisectingKMeansModel", "version": "3.0"}
    made(written(tmp_path) / "data")
    made(tmp_path / "data" / "metadata").joinpath("part-00000").write_text(json.dumps(inner))
    model = read_saved(tmp_path).part("data")
    assert (model.name, model.version, model.uid) == ("BisectingKMeansModel", "", "")
    assert model.metadata == {"version": "3.0"}


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [(".gz", gzip.compress), (".bz2", bz2.compress), (".deflate", zlib.compress), ("", bytes)],
)
def test_compressed_metadata_and_empty_parts(
    suffix: str, pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    place = made(tmp_path / "metadata")
    place.joinpath("part-00000" + suffix).write_bytes(pack(b""))
    place.joinpath("part-00001" + suffix).write_bytes(pack(json.dumps(about()).encode()))
    assert read_saved(tmp_path).uid == "tok"


def test_another_folder(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"is not a model that Spark saved.*write\(\)\.save"):
        read_saved(tmp_path)


def test_the_model_lies_deeper(folder: Path) -> None:
    with pytest.raises(ExportError, match="give the path of classification in it"):
        read_saved(folder.parent)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        '{"class":',
        "[]",
        "{}",
        '{"class": 1}',
        "[" * 100_000,
        json.dumps(about(paramMap=[])),
        json.dumps(about(uid=None)),
        json.dumps(about(sparkVersion=3)),
        json.dumps(about(paramMap={"stageUids": "x"})),
        json.dumps(about(paramMap={"stageUids": [1]})),
        json.dumps(about(paramMap={"stageUids": ["x"]})),
        json.dumps(about(paramMap={"v": {"type": 1, "values": "x"}})),
    ],
)
def test_damaged_metadata(text: str, tmp_path: Path) -> None:
    made(tmp_path / "metadata").joinpath("part-00000").write_text(text)
    with pytest.raises(ExportError):
        read_saved(tmp_path)


@pytest.mark.parametrize("name", ["part-00000", "part-00000.gz", "part-00000.bz2", "p.deflate"])
def test_metadata_that_are_no_text(name: str, tmp_path: Path) -> None:
    made(tmp_path / "metadata").joinpath(name).write_bytes(b"\xff\xfe\x80 no text")
    with pytest.raises(ExportError, match="cut off or damaged"):
        read_saved(tmp_path)


def test_metadata_that_swell(tmp_path: Path) -> None:
    for suffix, pack in ((".gz", gzip.compress), (".deflate", zlib.compress)):
        place = made(made(tmp_path / suffix) / "metadata")
        place.joinpath("part-00000" + suffix).write_bytes(pack(b" " * 1_000_000))
        with pytest.raises(LimitError, match=r"Limits\.document_bytes = 100000"):
            read_saved(place.parent, Limits(document_bytes=100_000))
