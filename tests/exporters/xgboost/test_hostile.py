"""Files that are damaged or made to harm: an ExportError, in time and memory of their length."""

from __future__ import annotations

import json
import random
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("xgboost")
pytest.importorskip("pandas")

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.exporters.xgboost.native import load_booster_file
from pmmlkit.exporters.xgboost.ubjson import read_ubjson
from tests.exporters.xgboost.cases import fitted

HUGE = b"L" + struct.pack(">q", 2**62)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"Z", None),
        (b"T", True),
        (b"i\xff", -1),
        (b"U\xff", 255),
        (b"I\x01\x00", 256),
        (b"D" + struct.pack(">d", 0.1), 0.1),
        (b"Si\x02\xc3\xa9", "é"),
        (b"Ca", "a"),
        (b"[TNF]", [True, False]),
        (b"[#i\x02TF", [True, False]),
        (b"[$S#i\x02i\x01ai\x01b", ["a", "b"]),
        (b"{i\x01a[]i\x01b{}}", {"a": [], "b": {}}),
        (b"{#i\x01i\x01aZ", {"a": None}),
    ],
)
def test_values_are_read(data: bytes, value: Any) -> None:
    assert read_ubjson(data) == value


def test_arrays_of_one_type_are_arrays() -> None:
    found = read_ubjson(b"[$d#i\x02" + struct.pack(">2f", 0.5, -1.0))
    assert found.dtype == np.float32
    assert found.tolist() == [0.5, -1.0]
    assert found.dtype.isnative


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"[",
        b"{i\x01a",
        b"Si\xff",
        b"Si\x05abc",
        b"Si\x01\xff",
        b"SS",
        b"[$d#" + HUGE,
        b"[$Z#" + HUGE,
        b"[$T#" + HUGE,
        b"[$S#" + HUGE,
        b"[#" + HUGE,
        b"[$d",
        b"[" * 100_000,
        b"{i\x01a" * 100_000,
        b"[[#" * 5_000 + HUGE,
        b"N" * 1000,
    ],
)
def test_what_is_no_ubjson_is_refused(data: bytes) -> None:
    with pytest.raises(ExportError, match="no UBJSON"):
        read_ubjson(data)


@pytest.fixture(scope="module")
def texts() -> dict[str, bytes]:
    booster = fitted("categories")[0].get_booster()
    return {suffix: bytes(booster.save_raw(suffix)) for suffix in ("json", "ubj")}


@pytest.mark.parametrize("suffix", ["json", "ubj"])
def test_damaged_files_are_refused_or_read(
    suffix: str, texts: dict[str, bytes], tmp_path: Path
) -> None:
    chance = random.Random(5)
    path = tmp_path / f"model.{suffix}"
    refused = 0
    for _ in range(150):
        data = bytearray(texts[suffix])
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        for _ in range(chance.randrange(1, 4)):
            if data:
                data[chance.randrange(len(data))] = chance.choice(b'\x00\xff{}[]"-90:,LUd$#')
        path.write_bytes(data)
        try:
            pmmlkit.export(load_booster_file(path), X=fitted("categories")[1])
        except ExportError:
            refused += 1
    assert refused > 20


def _changed(change: Any, texts: dict[str, bytes]) -> bytes:
    value = json.loads(texts["json"])
    change(value["learner"])
    return json.dumps(value).encode()


def _tree(learner: Any) -> Any:
    return learner["gradient_booster"]["model"]["trees"][0]


def _set(tree: Any, name: str, at: int, value: Any) -> None:
    tree[name][at] = value


CHANGES = {
    "loop": lambda it: _set(_tree(it), "left_children", 0, 0),
    "two parents": lambda it: _set(_tree(it), "left_children", 0, _tree(it)["right_children"][0]),
    "child beyond": lambda it: _set(_tree(it), "right_children", 0, 10**6),
    "no right child": lambda it: _set(_tree(it), "right_children", 0, -1),
    "feature beyond": lambda it: _set(_tree(it), "split_indices", 0, 10**9),
    "no number": lambda it: _set(_tree(it), "split_conditions", 0, None),
    "text": lambda it: _set(_tree(it), "split_conditions", 0, "1"),
    "not finite": lambda it: _set(_tree(it), "split_conditions", -1, float("nan")),
    "huge integer": lambda it: _set(_tree(it), "left_children", 0, 10**40),
    "lengths differ": lambda it: _tree(it)["right_children"].append(-1),
    "empty tree": lambda it: [
        _tree(it)[name].clear() for name in ("left_children", "right_children")
    ],
    "nested arrays": lambda it: _set(_tree(it), "left_children", 0, [1]),
    "no trees": lambda it: it["gradient_booster"]["model"]["trees"].clear(),
    "trees are text": lambda it: it["gradient_booster"]["model"].update(trees="trees"),
    "output beyond": lambda it: _set(it["gradient_booster"]["model"], "tree_info", 0, 7),
    "categories beyond": lambda it: _tree(it)["categories_sizes"].append(10**9),
    "kind": lambda it: it["gradient_booster"].update(name="gbforest"),
    "no objective": lambda it: it.pop("objective"),
    "base score": lambda it: it["learner_model_param"].update(base_score="[" * 10**5),
    "base score of text": lambda it: it["learner_model_param"].update(base_score='["a"]'),
    "base scores": lambda it: it["learner_model_param"].update(base_score="[1,2,3]"),
    "outputs": lambda it: it["learner_model_param"].update(num_class="2000000000"),
    "negative": lambda it: it["learner_model_param"].update(num_class="-1"),
    "features": lambda it: it["learner_model_param"].update(num_feature="2000000000"),
    "names": lambda it: it["feature_names"].append("more"),
    "attributes": lambda it: it.update(attributes=[1]),
    "iterations": lambda it: it["gradient_booster"]["model"].update(iteration_indptr=[0, 99]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_contradictions_are_told(name: str, texts: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(_changed(CHANGES[name], texts))
    with pytest.raises(ExportError, match=r"model\.json"):
        load_booster_file(path)


@pytest.mark.parametrize(
    "data", [b"", b"binf", b"bs64", b"PK\x03\x04", b"[]", b"{}", b"{" * 10**5, b'{"a":' * 10**5]
)
def test_other_files_are_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(data)
    with pytest.raises(ExportError, match=r"model\.json"):
        load_booster_file(path)


def test_absent_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="nowhere"):
        load_booster_file(tmp_path / "nowhere.ubj")
