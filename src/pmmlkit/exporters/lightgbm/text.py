"""The text of a LightGBM model (``Booster.model_to_string``, ``save_model``), formats v3 and v4.

The text may come from anywhere: counts in it are not trusted, and every number that is an index is
checked.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.features import Category
from pmmlkit.exporters.lightgbm.model import (
    CATEGORICAL,
    MISSING_NAN,
    FeatureRange,
    LightgbmModel,
    LinearLeaves,
    Tree,
)
from pmmlkit.exporters.model_files import bytes_of_file
from pmmlkit.limits import Limits

__all__ = ["is_model_text", "model_of_text", "text_of_file"]

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

FIRST_LINE: Final = "tree"
VERSIONS: Final = ("v3", "v4")
_END_OF_TREES: Final = "end of trees"
_PANDAS: Final = "pandas_categorical:"
_LARGEST_WORD: Final = 2**32 - 1
_MOST_CODE: Final = 2**31 - 1


def is_model_text(start: bytes) -> bool:
    """Tell from its first bytes whether a file is the text of a LightGBM model."""
    return start.replace(b"\r\n", b"\n").startswith(f"{FIRST_LINE}\n".encode())


def text_of_file(path: str | os.PathLike[str], limits: Limits | None = None) -> str:
    """Return the text of a model file.

    Raises ExportError where it cannot be read, LimitError where it is larger than
    `Limits.document_bytes`.
    """
    source = Path(path)
    content = bytes_of_file(source, limits)
    if not is_model_text(content[:8]):
        raise ExportError(
            f"{source.name} is no LightGBM model: its text begins with the line {FIRST_LINE!r}"
        )
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ExportError(f"{source.name} is no text in UTF-8: byte {error.start}") from error


def model_of_text(text: str, name: str = "the model") -> LightgbmModel:
    """Read the text of a model; `name` stands in messages.

    Raises ExportError where the text is broken, contradicts itself or is of another format.
    """
    return _Reader(text, name).model()


class _Section:
    """The lines ``key=value`` of the head or of a tree."""

    def __init__(self, place: str, lines: Sequence[str]) -> None:
        self.place = place
        self.values: dict[str, str] = {}
        for line in lines:
            key, _, value = line.partition("=")
            if key in self.values:
                self.fail(f"{key} is there twice")
            self.values[key] = value

    def fail(self, problem: str, cause: Exception | None = None) -> NoReturn:
        raise ExportError(f"{self.place}: {problem}; the text of the model is damaged") from cause

    def text(self, key: str) -> str:
        if key not in self.values:
            self.fail(f"{key} is missing")
        return self.values[key]

    def number(self, key: str, lowest: int, highest: int = _MOST_CODE) -> int:
        (found,) = self.ints(key, 1).tolist()
        if not lowest <= found <= highest:
            self.fail(f"{key} is {found}")
        return int(found)

    def ints(self, key: str, count: int | None = None) -> Ints:
        found: Ints = self._array(key, np.int64, count)
        return found

    def doubles(self, key: str, count: int, *, finite: bool = True) -> Doubles:
        found: Doubles = self._array(key, np.float64, count)
        if np.isnan(found).any() or (finite and np.isinf(found).any()):
            self.fail(f"{key} holds numbers that are not finite")
        return found

    def _array(self, key: str, kind: Any, count: int | None) -> Any:
        words = self.text(key).split()
        if count is not None and len(words) != count:
            self.fail(f"{key} has {len(words)} numbers, {count} are expected")
        try:
            return np.array(words, kind)
        except (ValueError, OverflowError) as error:
            self.fail(f"{key} holds what is no number", error)

    def within(self, key: str, values: Ints, low: int, high: int) -> None:
        """Fail unless low <= values < high."""
        if len(values) and not (values.min() >= low and values.max() < high):
            self.fail(f"{key} holds an index out of bounds")


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.lines = [line.rstrip("\r") for line in text.split("\n")]

    def model(self) -> LightgbmModel:
        if self.lines[0] != FIRST_LINE:
            raise ExportError(
                f"{self.name} is no LightGBM model: its text begins with the line {FIRST_LINE!r}"
            )
        if _END_OF_TREES not in self.lines:
            raise ExportError(f"{self.name}: {_END_OF_TREES!r} is missing: the text is cut off")
        end = self.lines.index(_END_OF_TREES)
        starts = [at for at in range(end) if self.lines[at].startswith("Tree=")]
        head = self._head(starts[0] if starts else end)
        names = tuple(head.text("feature_names").split(" "))
        if len(names) != head.number("max_feature_idx", 0) + 1:
            head.fail("feature_names are not as many as max_feature_idx says")
        trees = [self._tree(first, last, len(names)) for first, last in pairwise([*starts, end])]
        width = head.number("num_tree_per_iteration", 1)
        self._check_counts(head, len(trees), width)
        objective, *settings = head.values.get("objective", "").split(" ")
        parameters = self._parameters(end)
        return LightgbmModel(
            objective=objective,
            settings={key: value for key, _, value in (it.partition(":") for it in settings)},
            boosting=parameters.get("boosting", ""),
            width=width,
            average="average_output" in head.values,
            feature_names=names,
            ranges=self._ranges(head, len(names)),
            pandas_categories=self._pandas_categories(end),
            trees=tuple(trees),
        )

    def _head(self, end: int) -> _Section:
        head = _Section(self.name, [line for line in self.lines[1:end] if line])
        version = head.values.get("version", "")
        if version not in VERSIONS:
            raise ExportError(
                f"{self.name} has the format {version or '(none)'}; those that can be read are "
                f"{', '.join(VERSIONS)}: save the model with LightGBM 3 or 4"
            )
        return head

    @staticmethod
    def _check_counts(head: _Section, trees: int, width: int) -> None:
        if not trees:
            raise ExportError(f"{head.place} has no trees")
        sizes = head.values.get("tree_sizes")
        if sizes is not None and len(sizes.split()) != trees:
            head.fail(f"there are {trees} trees, but tree_sizes of {len(sizes.split())}")
        if trees % width:
            head.fail(f"{trees} trees do not make iterations of {width}")

    def _ranges(self, head: _Section, count: int) -> tuple[FeatureRange, ...]:
        words = head.values.get("feature_infos", "").split(" ")
        if len(words) != count:
            head.fail("feature_infos are not as many as the features")
        try:
            return tuple(map(_range_of, words))
        except ValueError as error:
            head.fail("feature_infos hold what is no range", error)

    def _parameters(self, end: int) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in self.lines[end + 1 :]:
            if line.startswith("[") and line.endswith("]"):
                key, _, value = line[1:-1].partition(": ")
                found.setdefault(key, value)
        return found

    def _pandas_categories(self, end: int) -> tuple[tuple[Category, ...], ...]:
        line = next((it for it in reversed(self.lines[end:]) if it.startswith(_PANDAS)), None)
        if line is None:
            return ()
        try:
            found = json.loads(line[len(_PANDAS) :])
        except (ValueError, RecursionError) as error:
            raise ExportError(f"{self.name}: pandas_categorical is no JSON: {error}") from error
        if found is None:
            return ()
        return tuple(self._checked_categories(found))

    def _checked_categories(self, found: Any) -> Iterator[tuple[Category, ...]]:
        right = isinstance(found, list) and all(
            isinstance(values, list)
            and all(isinstance(value, str | bool | int | float) for value in values)
            for values in found
        )
        if not right:
            raise ExportError(f"{self.name}: pandas_categorical holds no lists of categories")
        for values in found:
            if len({(type(value), value) for value in values}) != len(values):
                raise ExportError(f"{self.name}: pandas_categorical names a category twice")
            yield tuple(values)

    def _tree(self, first: int, last: int, features: int) -> Tree:
        place = f"{self.name}, {self.lines[first]}"
        part = _Section(place, [line for line in self.lines[first + 1 : last] if line])
        leaves = part.number("num_leaves", 1)
        value = part.doubles("leaf_value", leaves)
        linear = None
        if part.values.get("is_linear", "0") != "0":
            linear = _linear(part, leaves, features)
        if leaves == 1:
            none = np.zeros(0, np.int64)
            return Tree(none, np.zeros(0), none, none, none, value, none, none, linear)
        inner = leaves - 1
        feature = part.ints("split_feature", inner)
        part.within("split_feature", feature, 0, features)
        decision = part.ints("decision_type", inner)
        part.within("decision_type", decision, 0, 4 * (MISSING_NAN + 1))
        left, right = part.ints("left_child", inner), part.ints("right_child", inner)
        _check_children(part, left, right)
        # what separates missing values from all numbers is infinite
        threshold = part.doubles("threshold", inner, finite=False)
        bounds, words = _sets(part, threshold[(decision & CATEGORICAL) > 0])
        return Tree(feature, threshold, decision, left, right, value, bounds, words, linear)


def _range_of(word: str) -> FeatureRange:
    if word == "none":
        return FeatureRange()
    if word.startswith("["):
        low, _, high = word.strip("[]").partition(":")
        return FeatureRange(low=float(low), high=float(high))
    codes = [int(code) for code in word.split(":")]
    if max(codes) > _MOST_CODE:
        raise ValueError(word)
    # -1 stands for missing values
    return FeatureRange(categories=tuple(sorted({code for code in codes if code >= 0})))


def _check_children(part: _Section, left: Ints, right: Ints) -> None:
    """Fail unless all nodes hang together as one tree under node 0."""
    inner = len(left)
    children = np.concatenate([left, right])
    part.within("left_child, right_child", children, -inner - 1, inner)
    counts = np.bincount(children + inner + 1, minlength=2 * inner + 1)
    counts[inner + 1] += 1
    # nobody names the root, and everybody else is named once
    if not (counts == 1).all():
        part.fail("left_child and right_child make no tree")
    reached, level = 0, np.zeros(1, np.int64)
    while len(level):
        reached += len(level)
        below = np.concatenate([left[level], right[level]])
        level = below[below >= 0]
    if reached != inner:
        part.fail("left_child and right_child make no tree")


def _sets(part: _Section, numbers: Doubles) -> tuple[Ints, Ints]:
    """Return the bounds and the words of the sets of categories."""
    count = part.number("num_cat", 0) if "num_cat" in part.values else 0
    if not count:
        if len(numbers):
            part.fail("a node asks for categories, but there are no sets of them")
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    bounds, words = part.ints("cat_boundaries"), part.ints("cat_threshold")
    part.within("cat_threshold", words, 0, _LARGEST_WORD + 1)
    rising = len(bounds) == count + 1 and bounds[0] == 0 and (np.diff(bounds) >= 0).all()
    if not rising or bounds[-1] != len(words):
        part.fail("cat_boundaries do not fit cat_threshold")
    if not ((numbers >= 0) & (numbers < count) & (np.floor(numbers) == numbers)).all():
        part.fail("threshold of a categorical node is no number of a set")
    return bounds, words


def _linear(part: _Section, leaves: int, features: int) -> LinearLeaves:
    counts = part.ints("num_features", leaves)
    part.within("num_features", counts, 0, features + 1)
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    feature = part.ints("leaf_features", int(start[-1]))
    part.within("leaf_features", feature, 0, features)
    return LinearLeaves(
        part.doubles("leaf_const", leaves),
        start,
        feature,
        part.doubles("leaf_coeff", int(start[-1])),
    )
