"""The decision diagram that a forest is: what the kernels are given."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pmmlkit.columns.kernels.packed import Ints, Packed, pack

LESS_OR_EQUAL = 0
IN_SET = 1

Floats = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """A decision diagram of binary tests with an entry per tree. Arrays are copied and made
    read-only.

    Test i looks at column ``feature[i]`` of the matrix X. ``kind[i]`` is LESS_OR_EQUAL (TRUE when
    ``x <= threshold[i]``) or IN_SET (TRUE when bit ``int(x)`` of the words
    ``sets[set_start[i]:set_start[i] + set_length[i]]`` is set, lowest bit first; codes out of range
    are FALSE). The next step is ``on_true[i]``, ``on_false[i]`` or, where x is NaN,
    ``on_missing[i]``: another test if >= 0, else the answer ``~exit``. Exits may be shared; there
    are no cycles. ``roots[t]`` enters tree t in the same way.

    Other operators are spelled with these: ``x < t`` is ``x <= nextafter(t, -inf)`` in the dtype of
    X (NaN is no threshold: a test without a result needs no test), ``>`` and ``>=`` swap exits,
    ``==`` is two tests in a row, a test for missing has equal exits for TRUE and FALSE.

    Parameters
    ----------
    feature, kind, set_start, set_length, on_true, on_false, on_missing : int arrays, (tests,)
    threshold : float64 or float32 array, (tests,)
        Its dtype is the one that X must have. Ignored where kind is IN_SET.
    sets : uint32 array, (words,)
    roots : int array, (trees,)
    answers : int
        Number of answers.

    Raises
    ------
    ValueError
        Lengths differ, an index is out of range, a threshold is NaN, or the exits form a cycle.
    """

    feature: Ints
    threshold: Floats
    on_true: Ints
    on_false: Ints
    on_missing: Ints
    roots: Ints
    answers: int
    kind: Ints = field(default_factory=lambda: np.zeros(0, np.intp))
    set_start: Ints = field(default_factory=lambda: np.zeros(0, np.intp))
    set_length: Ints = field(default_factory=lambda: np.zeros(0, np.intp))
    sets: NDArray[np.uint32] = field(default_factory=lambda: np.zeros(0, np.uint32))
    packed: Packed | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        tests = len(self.feature)
        for name in ("kind", "set_start", "set_length"):
            if len(getattr(self, name)) == 0:
                object.__setattr__(self, name, np.zeros(tests, np.intp))
        for name in _INDICES:
            _freeze(self, name, np.intp)
        _freeze(self, "sets", np.uint32)
        _freeze(self, "threshold", np.asarray(self.threshold).dtype)
        _check(self)
        object.__setattr__(self, "packed", pack(self))

    def __reduce__(self) -> tuple[Any, ...]:
        given = (each.name for each in fields(self) if each.init)
        return type(self), tuple(getattr(self, name) for name in given)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of X: float64 or float32."""
        return self.threshold.dtype

    @property
    def width(self) -> int:
        """The number of columns that X must at least have."""
        return int(self.feature.max(initial=-1)) + 1

    def children_first(self) -> list[int]:
        """Return the tests so that each comes after those it leads to."""
        return _children_first(self) or []


_TESTS = ("feature", "kind", "set_start", "set_length", "on_true", "on_false", "on_missing")
_INDICES = (*_TESTS, "roots")


def _freeze(forest: Forest, name: str, dtype: DTypeLike) -> None:
    array = np.array(getattr(forest, name), dtype=dtype, order="C", ndmin=1)
    array.setflags(write=False)
    object.__setattr__(forest, name, array)


def _check(forest: Forest) -> None:
    tests = len(forest.feature)
    for name in (*_TESTS, "threshold"):
        if getattr(forest, name).shape != (tests,):
            raise ValueError(f"{name}: one entry per test expected, {tests}")
    if forest.threshold.dtype not in (np.float32, np.float64):
        raise ValueError(f"threshold: float32 or float64 expected, not {forest.threshold.dtype}")
    on_set = forest.kind == IN_SET
    if not (on_set | (forest.kind == LESS_OR_EQUAL)).all():
        raise ValueError("kind: only LESS_OR_EQUAL and IN_SET are known")
    if np.isnan(forest.threshold[~on_set]).any():
        raise ValueError("threshold: NaN is not a threshold")
    if (forest.feature < 0).any():
        raise ValueError("feature: columns count from 0")
    start, length = forest.set_start[on_set], forest.set_length[on_set]
    if ((start < 0) | (length < 0) | (start + length > len(forest.sets))).any():
        raise ValueError("set_start, set_length: outside of sets")
    for name in ("on_true", "on_false", "on_missing", "roots"):
        exits = getattr(forest, name)
        if ((exits >= tests) | (exits < -forest.answers)).any():
            raise ValueError(f"{name}: neither a test nor an answer")
    if _children_first(forest) is None:
        raise ValueError("on_true, on_false, on_missing: the exits form a cycle")


def _children_first(forest: Forest) -> list[int] | None:
    """Return the tests so that each comes after those it leads to; None if they form a cycle."""
    exits = np.concatenate([forest.on_true, forest.on_false, forest.on_missing])
    tests = len(forest.feature)
    source = np.tile(np.arange(tests), 3)
    inner = exits >= 0
    exits, source = exits[inner], source[inner]
    if (exits > source).all():
        return list(range(tests - 1, -1, -1))
    if (exits < source).all():
        return list(range(tests))
    order = np.argsort(source, kind="stable")
    targets = exits[order].tolist()
    edge = np.searchsorted(source[order], np.arange(tests + 1)).tolist()
    entered = np.bincount(exits, minlength=tests).tolist()
    found = [i for i in range(tests) if entered[i] == 0]
    for i in found:  # grows on the way
        for j in targets[edge[i] : edge[i + 1]]:
            entered[j] -= 1
            if entered[j] == 0:
                found.append(j)
    return found[::-1] if len(found) == tests else None


def check_rows(forest: Forest, X: Floats) -> None:
    """Raise ValueError unless X is a matrix of the forest's dtype and at least of its width."""
    if X.ndim != 2 or X.dtype != forest.dtype or X.shape[1] < forest.width:
        raise ValueError(f"X: a matrix of {forest.width} columns of {forest.dtype} expected")


def check_payload(forest: Forest, payload: Floats, weights: Floats | None) -> None:
    """Raise ValueError unless there is a payload per answer and a weight per tree."""
    if len(payload) != forest.answers:
        raise ValueError(f"a payload per answer expected, {forest.answers}")
    if weights is not None and len(weights) != len(forest.roots):
        raise ValueError(f"weights: one per tree expected, {len(forest.roots)}")
