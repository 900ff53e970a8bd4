"""Model texts: what is read of them, and texts that are broken on purpose."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.errors import ExportError, LimitError, PmmlError
from pmmlkit.exporters.lightgbm.objectives import link_of
from pmmlkit.exporters.lightgbm.text import is_model_text, model_of_text, text_of_file
from pmmlkit.limits import Limits

HEAD = """tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=1
objective=regression
feature_names=a b
feature_infos=[-1:2] -1:0:3:40
tree_sizes=1 1
"""

TREE = """Tree=0
num_leaves=3
num_cat=1
split_feature=0 1
split_gain=1 1
threshold=0.5 0
decision_type=2 1
left_child=1 -1
right_child=-2 -3
leaf_value=1.5 -2.25 0.125
leaf_count=1 1 1
cat_boundaries=0 2
cat_threshold=8 256
is_linear=0
shrinkage=1
"""

LINEAR = """Tree=1
num_leaves=2
num_cat=0
split_feature=0
threshold=0.5
decision_type=2
left_child=-1
right_child=-2
leaf_value=1 2
is_linear=1
leaf_const=1.5 2.5
num_features=1 0
leaf_features=0
leaf_coeff=0.25
shrinkage=1
"""

TAIL = """end of trees

parameters:
[boosting: dart]
end of parameters

pandas_categorical:[["x", "y"], [1, 2]]
"""

WHOLE = "\n".join([HEAD, TREE, LINEAR, TAIL])


def test_what_is_read() -> None:
    model = model_of_text(WHOLE)
    assert (model.objective, model.boosting, model.width) == ("regression", "dart", 1)
    assert model.feature_names == ("a", "b")
    assert model.ranges[1].categories == (0, 3, 40)
    assert (model.ranges[0].low, model.ranges[0].high) == (-1.0, 2.0)
    assert model.pandas_categories == (("x", "y"), (1, 2))
    first, second = model.trees
    assert first.value.tolist() == [1.5, -2.25, 0.125]
    assert first.left.tolist() == [1, -1]
    assert first.words.tolist() == [8, 256]
    assert first.linear is None
    assert second.linear is not None
    assert second.linear.start.tolist() == [0, 1, 1]
    assert not model.average


def test_lines_may_end_as_on_windows() -> None:
    there = model_of_text(WHOLE.replace("\n", "\r\n"))
    assert there.feature_names == ("a", "b")
    assert there.trees[0].value.tolist() == [1.5, -2.25, 0.125]


def _with(old: str, new: str) -> Callable[[], str]:
    def changed() -> str:
        assert old in WHOLE
        return WHOLE.replace(old, new, 1)

    return changed


BROKEN: Mapping[str, tuple[Callable[[], str], str]] = {
    "empty": (lambda: "", "no LightGBM model"),
    "another_text": (lambda: "a,b\n1,2\n", "no LightGBM model"),
    "json": (lambda: '{"version": "v4"}', "no LightGBM model"),
    "cut_off": (lambda: WHOLE[: WHOLE.index("end of trees")], "cut off"),
    "no_trees": (lambda: HEAD + TAIL, "no trees"),
    "version": (_with("version=v4", "version=v9"), "format v9"),
    "no_version": (_with("version=v4\n", ""), r"format \(none\)"),
    "no_objective_known": (_with("objective=regression", "objective=magic"), "magic"),
    "tree_lacking": (_with(LINEAR, ""), "1 trees, but tree_sizes of 2"),
    "twice": (_with("num_cat=1", "num_leaves=3"), "num_leaves is there twice"),
    "key_lacking": (_with("left_child=1 -1\n", ""), "left_child is missing"),
    "leaves_lacking": (_with("leaf_value=1.5 -2.25", "leaf_value=1.5"), "leaf_value has 2"),
    "many_leaves": (_with("num_leaves=3", "num_leaves=2000000000"), "leaf_value has 3"),
    "no_leaves": (_with("num_leaves=3", "num_leaves=0"), "num_leaves is 0"),
    "negative": (_with("num_leaves=3", "num_leaves=-3"), "num_leaves is -3"),
    "huge": (_with("num_leaves=3", "num_leaves=99999999999999999999"), "num_leaves"),
    "text_for_number": (_with("-2.25", "zwei"), "leaf_value holds what is no number"),
    "nan_leaf": (_with("-2.25", "nan"), "leaf_value holds numbers that are not finite"),
    "infinite_leaf": (_with("-2.25", "inf"), "leaf_value holds numbers that are not finite"),
    "nan_threshold": (_with("threshold=0.5 0", "threshold=nan 0"), "threshold"),
    "feature": (_with("split_feature=0 1", "split_feature=0 2"), "split_feature"),
    "negative_feature": (_with("split_feature=0 1", "split_feature=-1 1"), "split_feature"),
    "decision": (_with("decision_type=2 1", "decision_type=2 13"), "decision_type"),
    "child": (_with("right_child=-2 -3", "right_child=-2 -4"), "out of bounds"),
    "cycle": (_with("left_child=1 -1", "left_child=1 0"), "make no tree"),
    "itself": (_with("left_child=1 -1", "left_child=-1 1"), "make no tree"),
    "leaf_twice": (_with("right_child=-2 -3", "right_child=-2 -2"), "make no tree"),
    "set_number": (_with("threshold=0.5 0", "threshold=0.5 1"), "number of a set"),
    "set_fraction": (_with("threshold=0.5 0", "threshold=0.5 0.5"), "number of a set"),
    "set_infinite": (_with("threshold=0.5 0", "threshold=0.5 inf"), "number of a set"),
    "no_sets": (_with("num_cat=1", "num_cat=0"), "no sets"),
    "bounds": (_with("cat_boundaries=0 2", "cat_boundaries=0 9"), "cat_boundaries"),
    "falling": (_with("cat_boundaries=0 2", "cat_boundaries=2 0"), "cat_boundaries"),
    "word": (_with("cat_threshold=8 256", "cat_threshold=8 4294967296"), "cat_threshold"),
    "linear_feature": (_with("leaf_features=0", "leaf_features=5"), "leaf_features"),
    "linear_count": (_with("num_features=1 0", "num_features=1 1"), "leaf_features has 1"),
    "linear_many": (_with("num_features=1 0", "num_features=1 999"), "num_features"),
    "names": (_with("feature_names=a b", "feature_names=a"), "feature_names"),
    "infos": (_with("feature_infos=[-1:2]", "feature_infos="), "feature_infos"),
    "info": (_with("[-1:2]", "[-1;2]"), "feature_infos"),
    "width": (_with("num_tree_per_iteration=1", "num_tree_per_iteration=3"), "iterations of 3"),
    "pandas": (_with('[["x", "y"]', '[["x", "y"'), "no JSON"),
    "pandas_deep": (_with('[["x", "y"], [1, 2]]', "[" * 100_000), "pandas_categorical"),
    "pandas_kind": (_with('[["x", "y"], [1, 2]]', '{"x": 1}'), "lists of categories"),
    "pandas_twice": (_with('["x", "y"]', '["x", "x"]'), "twice"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_texts_are_refused(name: str) -> None:
    text, message = BROKEN[name]
    with pytest.raises(ExportError, match=message):
        link_of(model_of_text(text()))


def test_a_cycle_apart_from_the_root_is_no_tree() -> None:
    text = WHOLE.replace("num_leaves=3", "num_leaves=4", 1)
    for key, old, new in (
        ("split_feature", "0 1", "0 0 0"),
        ("threshold", "0.5 0", "1 2 3"),
        ("decision_type", "2 1", "2 2 2"),
        # nodes 1 and 2 are each other's children, and no way leads to them
        ("left_child", "1 -1", "-1 2 1"),
        ("right_child", "-2 -3", "-2 -3 -4"),
        ("leaf_value", "1.5 -2.25 0.125", "1 2 3 4"),
    ):
        assert f"{key}={old}" in text
        text = text.replace(f"{key}={old}", f"{key}={new}", 1)
    with pytest.raises(ExportError, match="make no tree"):
        model_of_text(text)


@given(st.data())
def test_any_damage_is_an_error_of_ours_or_none(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(WHOLE) - 1))
    length = data.draw(st.integers(0, 12))
    put = data.draw(st.text("0123456789 -=.:\n[]aeinft\x00\u2028", max_size=6))
    text = WHOLE[:start] + put + WHOLE[start + length :]
    try:
        model = model_of_text(text)
    except PmmlError:
        return
    for tree in model.trees:
        assert len(tree.left) + 1 == len(tree.value)


@pytest.mark.parametrize("sigmoid", ["0", "-1", "nan", "inf", "x", ""])
def test_sigmoid_is_a_number_above_0(sigmoid: str) -> None:
    text = WHOLE.replace("objective=regression", f"objective=binary sigmoid:{sigmoid}")
    with pytest.raises(ExportError, match="sigmoid"):
        link_of(model_of_text(text))


@pytest.mark.parametrize("objective", ["multiclass num_class:1", "multiclassova num_class:1"])
def test_several_sums_or_one(objective: str) -> None:
    text = WHOLE.replace("objective=regression", f"objective={objective}")
    with pytest.raises(ExportError, match="1 trees in an iteration"):
        link_of(model_of_text(text))


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "model.txt"
    path.write_text(WHOLE)
    assert text_of_file(path) == WHOLE
    with pytest.raises(LimitError, match="document_bytes"):
        text_of_file(path, Limits(document_bytes=100))
    with pytest.raises(ExportError, match="cannot be read"):
        text_of_file(tmp_path / "absent.txt")
    with pytest.raises(ExportError, match="cannot be read"):
        text_of_file(tmp_path)
    path.write_bytes(b"tree\nversion=\xff\xfe")
    with pytest.raises(ExportError, match="byte 13"):
        text_of_file(path)
    path.write_bytes(b"\x80\x04pickle")
    with pytest.raises(ExportError, match="no LightGBM model"):
        text_of_file(path)


@pytest.mark.parametrize(
    ("start", "is_one"),
    [(b"tree\nversion", True), (b"tree\r\nver", True), (b"trees\n", False), (b"", False)],
)
def test_files_are_told_by_their_first_line(start: bytes, is_one: bool) -> None:
    assert is_model_text(start) is is_one


@cache
def _booster() -> Any:
    lgb = pytest.importorskip("lightgbm")
    random = np.random.default_rng(0)
    X = random.normal(size=(80, 3))
    data = lgb.Dataset(X, X[:, 0] + X[:, 1] * X[:, 2])
    return lgb.train({"verbose": -1, "num_leaves": 7, "min_data_in_leaf": 3}, data, 5)


def test_numbers_are_read_bit_for_bit() -> None:
    booster = _booster()
    model = model_of_text(booster.model_to_string())
    for number, tree in enumerate(model.trees):
        expected = [booster.get_leaf_output(number, leaf) for leaf in range(len(tree.value))]
        assert tree.value.tolist() == expected


def test_every_line_that_is_left_out_is_missed_or_not_needed() -> None:
    text = _booster().model_to_string()
    needed: dict[str, str] = {}
    lines = text[: text.index("Tree=1")].split("\n")
    for line in dict.fromkeys(re.sub("=.*", "=", it) for it in lines if "=" in it):
        key = line.rstrip("=")
        shorter = re.sub(f"(?m)^{re.escape(line)}.*\n", "", text, count=1)
        try:
            model_of_text(shorter)
        except ExportError as error:
            needed[key] = str(error)
    for key, message in needed.items():
        assert key in message or key in ("Tree", "version"), message
    assert len(needed) >= 11
