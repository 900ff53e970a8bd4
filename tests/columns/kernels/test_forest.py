"""Forest kernels: NumPy, numba and the row functions against a naive walk."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmmlkit.columns.kernels import IN_SET, Forest, ForestKernel, fast_available, forest_kernel
from pmmlkit.columns.kernels import forest_row as row_module
from pmmlkit.columns.kernels import packed as packed_module
from pmmlkit.columns.kernels import walk as walk_module

KERNELS = [
    False,
    pytest.param(True, marks=pytest.mark.skipif(not fast_available(), reason="numba")),
]
SPECIAL = [
    np.nan,
    np.inf,
    -np.inf,
    -0.0,
    0.0,
    5e-324,
    1e-45,
    1.0,
    2.0,
    3.0,
    31.0,
    32.0,
    40.0,
    1e9,
    -1.0,
]


@pytest.fixture(params=KERNELS, ids=["numpy", "numba"])
def kernel(request: pytest.FixtureRequest) -> ForestKernel:
    return forest_kernel(request.param)


def walk(forest: Forest, row: Sequence[Any]) -> list[int]:
    """Follow the definition, one test after the other."""
    answers = []
    for root in forest.roots.tolist():
        i = root
        while i >= 0:
            x = row[forest.feature[i]]
            if np.isnan(x):
                i = int(forest.on_missing[i])
                continue
            if forest.kind[i] == IN_SET:
                words = forest.sets[forest.set_start[i] :][: forest.set_length[i]].tolist()
                bits = sum(word << (32 * place) for place, word in enumerate(words))
                true = 0 <= x < 32 * len(words) and bits >> int(x) & 1
            else:
                true = x <= forest.threshold[i]
            i = int(forest.on_true[i] if true else forest.on_false[i])
        answers.append(~i)
    return answers


def naive_sums(answers: Any, table: Any, dtype: Any, weights: Any) -> Any:
    table, out = table.astype(dtype), np.zeros((len(answers), table.shape[1]), dtype)
    for r, row in enumerate(answers):
        for t, answer in enumerate(row):
            term = table[answer] if weights is None else weights.astype(dtype)[t] * table[answer]
            out[r] = out[r] + term
    return out


FORMS = ("any", "tree", "missing follows", "numbers", "plain")


def random_forest(
    rng: np.random.Generator, form: str, dtype: Any, trees: int, tests: int
) -> Forest:
    """Return a random diagram: any (shared exits, sets, missing anywhere) or narrower."""
    answers, features = 7, 4
    true, false = (rng.integers(-answers, 0, tests) for _ in range(2))
    missing = rng.integers(-answers, 0, tests)
    place = np.arange(tests)
    roots = np.sort(rng.choice(tests, trees)) if tests else rng.integers(-answers, 0, trees)
    if form == "any":
        for exits in (true, false, missing):
            onward = (rng.random(tests) < 0.6) & (place < tests - 1)
            exits[onward] = rng.integers(place[onward] + 1, tests)
        roots = rng.integers(-answers, tests, trees)
    else:
        starts = set(roots.tolist())
        open_exits: list[tuple[Any, int]] = []
        for i in range(tests):
            if i not in starts and open_exits:
                exits, j = open_exits.pop(rng.integers(len(open_exits)))
                exits[j] = i
            elif i in starts:
                open_exits.clear()
            open_exits += [(true, i), (false, i)]
        missing = np.where(rng.random(tests) < 0.5, true, false)
        if form == "tree":
            odd = rng.random(tests) < 0.2
            missing[odd] = -1
        if form == "plain":
            missing = true
    kind = (rng.random(tests) < (0.4 if form in ("any", "tree", "missing follows") else 0)).astype(
        int
    )
    sets = rng.integers(0, 2**32, 8, dtype=np.uint32)
    start = rng.integers(0, 7, tests)
    specials = np.array([x for x in SPECIAL if not np.isnan(x)])
    with np.errstate(over="ignore", under="ignore"):
        threshold = np.where(
            rng.random(tests) < 0.4, rng.choice(specials, tests), rng.normal(size=tests)
        ).astype(dtype)
    return Forest(
        feature=rng.integers(0, features, tests),
        threshold=threshold,
        on_true=true,
        on_false=false,
        on_missing=missing,
        roots=roots,
        answers=answers,
        kind=kind,
        set_start=start,
        set_length=rng.integers(0, 9 - start),
        sets=sets,
    )


def random_rows(rng: np.random.Generator, n: int, dtype: Any) -> Any:
    numbers = np.where(
        rng.random((n, 5)) < 0.5, rng.integers(0, 70, (n, 5)), rng.choice(SPECIAL, (n, 5))
    )
    # codes are whole numbers; column 3 holds anything
    numbers[:, 3] = np.where(rng.random(n) < 0.5, rng.normal(size=n), numbers[:, 3])
    complete = rng.random(n) < 0.3
    numbers[complete] = np.nan_to_num(numbers[complete], nan=2.0, posinf=np.inf, neginf=-np.inf)
    with np.errstate(over="ignore", under="ignore"):
        return numbers.astype(dtype)


def numbers_only_in_column_3(forest: Forest) -> Forest:
    """Return the forest with its category tests moved off column 3, which holds fractions."""
    arrays = {each.name: getattr(forest, each.name) for each in fields(Forest) if each.init}
    arrays["feature"] = np.where(forest.kind == IN_SET, forest.feature % 3, forest.feature)
    return Forest(**arrays)


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    form=st.sampled_from(FORMS),
    dtype=st.sampled_from([np.float32, np.float64]),
    trees=st.integers(0, 6),
    tests=st.sampled_from([0, 1, 2, 5, 30, 31, 32, 33, 90]),
    n=st.sampled_from([0, 1, 7, 40]),
    tops=st.booleans(),
)
def test_equal_to_the_naive_walk(
    seed: int, form: str, dtype: Any, trees: int, tests: int, n: int, tops: bool
) -> None:
    rng = np.random.default_rng(seed)
    forest = numbers_only_in_column_3(random_forest(rng, form, dtype, trees, tests))
    X = random_rows(rng, n, dtype)
    check_all(forest, X, rng, tops)


def check_all(forest: Forest, X: Any, rng: np.random.Generator, tops: bool) -> None:
    expected = np.array([walk(forest, row) for row in X], int).reshape(len(X), len(forest.roots))
    table = rng.normal(size=(forest.answers, 3)) * 10.0 ** rng.integers(-8, 8, (forest.answers, 1))
    table[0, 1], table[1, 2] = np.nan, -0.0
    weights = rng.normal(size=len(forest.roots))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walk_module, "ROWS_FOR_TOPS", 1 if tops else 10**9)
        # with tops all trees walk side by side, whether it pays or not
        patch.setattr(row_module, "WALKED", -(10**9) if tops else 10**9)
        for fast in (False, True) if fast_available() else (False,):
            kernel = forest_kernel(fast)
            answers = kernel.route(forest, X)
            assert answers.dtype == np.int32
            np.testing.assert_array_equal(answers, expected)
            router = kernel.row_router(forest)
            assert [router(row) for row in X[:7].tolist()] == expected[:7].tolist()
            for dtype in (np.float32, np.float64):
                for given_weights in (None, weights):
                    check_sums(kernel, forest, X, expected, table, dtype, given_weights)


def check_sums(
    kernel: ForestKernel, forest: Forest, X: Any, answers: Any, table: Any, dtype: Any, weights: Any
) -> None:
    expected = naive_sums(answers, table, dtype, weights)
    got = kernel.sum_distributions(forest, X, table, dtype, weights)
    assert got.dtype == dtype
    np.testing.assert_array_equal(got, expected)
    np.testing.assert_array_equal(
        kernel.sum_values(forest, X, table[:, 0], dtype, weights), expected[:, 0]
    )
    for columns in (table, table[:, :1]):
        summer = kernel.row_summer(forest, columns, dtype, weights)
        rows = [summer(row) for row in X[:7].tolist()]
        np.testing.assert_array_equal(
            np.reshape(rows, (-1, columns.shape[1])), expected[:7, : columns.shape[1]]
        )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_many_rows(form: str, dtype: Any) -> None:
    rng = np.random.default_rng(7)
    forest = numbers_only_in_column_3(random_forest(rng, form, dtype, 5, 150))
    for tops in (False, True):
        check_all(forest, random_rows(rng, 1000, dtype), rng, tops)


@pytest.mark.parametrize("trees", [150, 4])
def test_a_row_takes_all_trees_at_once(trees: int) -> None:
    rng = np.random.default_rng(4)
    forest = random_forest(rng, "plain", np.float32, trees, 400)
    assert forest.packed is not None
    assert bool(forest.packed.top.rest.any()) is (trees == 4)
    table = rng.normal(size=(forest.answers, 2))
    walked = row_module._walked_sums(forest, table, np.float64, None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_module, "WALKED", -(10**9))
        at_once = row_module._sums_at_once(forest, table, np.float64, None, walked)
    assert at_once is not None
    for row in random_rows(rng, 200, np.float32).tolist():
        np.testing.assert_array_equal(at_once(row), walked(row))


def test_forms_take_the_way_they_are_meant_for() -> None:
    rng = np.random.default_rng(3)
    of = {form: random_forest(rng, form, np.float64, 3, 90) for form in FORMS}
    plain, tree = of["plain"].packed, of["tree"].packed
    assert plain is not None
    assert tree is not None
    assert len(plain.strict) == 0
    assert len(tree.strict) > 0
    assert (plain.columns.source == packed_module.PLAIN).all()


def test_a_diagram_that_would_grow_without_bound_is_not_packed(kernel: ForestKernel) -> None:
    depth = 60  # both exits of each test lead to the next: 2**60 leaves if unrolled
    onward = np.append(np.arange(1, depth), -1)
    forest = Forest(np.zeros(depth, int), np.zeros(depth), onward, onward, onward, np.array([0]), 1)
    assert forest.packed is None
    assert kernel.route(forest, np.array([[1.0], [np.nan]])).tolist() == [[0], [0]]


def test_many_category_sets_are_not_packed(kernel: ForestKernel) -> None:
    tests = packed_module.SET_COLUMNS + 1
    onward = np.append(np.arange(1, tests), -2)
    forest = Forest(
        feature=np.zeros(tests, int),
        threshold=np.zeros(tests),
        on_true=np.full(tests, -1),
        on_false=onward,
        on_missing=np.full(tests, -3),
        roots=np.array([0]),
        answers=3,
        kind=np.full(tests, IN_SET),
        set_start=np.arange(tests),
        set_length=np.ones(tests, int),
        sets=np.arange(tests, dtype=np.uint32) << np.uint32(1),
    )
    assert forest.packed is None
    X = np.array([[0.0], [1.0], [99.0], [np.nan]])
    assert kernel.route(forest, X)[:, 0].tolist() == [1, 0, 1, 2]


def test_several_blocks(kernel: ForestKernel) -> None:
    from pmmlkit.columns.kernels import forest as definition

    rng = np.random.default_rng(5)
    forest = numbers_only_in_column_3(random_forest(rng, "tree", np.float64, 4, 100))
    X = random_rows(rng, 10_001, np.float64)
    whole = kernel.route(forest, X)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(definition, "ROWS", 4100)
        np.testing.assert_array_equal(kernel.route(forest, X), whole)
    parts = [kernel.route(forest, X[r : r + 3000]) for r in range(0, 10_001, 3000)]
    np.testing.assert_array_equal(np.vstack(parts), whole)
    np.testing.assert_array_equal(kernel.route(forest, np.asfortranarray(X)), whole)


GOOD: dict[str, Any] = {
    "feature": [0, 1],
    "threshold": np.array([0.5, 1.5]),
    "on_true": [1, -1],
    "on_false": [-1, -2],
    "on_missing": [-1, -2],
    "roots": [0],
    "answers": 2,
}


@pytest.mark.parametrize(
    "bad",
    [
        {"on_true": [1]},
        {"feature": [0, -1]},
        {"threshold": np.array([0.5, np.nan])},
        {"threshold": np.array([1, 2])},
        {"on_true": [1, 2]},
        {"on_false": [-1, -3]},
        {"on_missing": [1, 0]},
        {"roots": [2]},
        {"kind": [0, 2]},
        {"set_start": [0, 0], "kind": [1, 0], "set_length": [1, 0]},
    ],
    ids=lambda bad: next(iter(bad)),
)
def test_bad_diagrams(bad: dict[str, Any]) -> None:
    Forest(**GOOD)
    with pytest.raises(ValueError, match=next(iter(bad))):
        Forest(**(GOOD | bad))


def test_bad_rows_and_payloads(kernel: ForestKernel) -> None:
    forest = Forest(**GOOD)
    for X in (np.zeros((3, 1)), np.zeros((3, 2), np.float32), np.zeros(2)):
        with pytest.raises(ValueError, match="X"):
            kernel.route(forest, X)
    with pytest.raises(ValueError, match="answer"):
        kernel.sum_values(forest, np.zeros((3, 2)), np.zeros(1))
    with pytest.raises(ValueError, match="weights"):
        kernel.sum_values(forest, np.zeros((3, 2)), np.zeros(2), weights=np.zeros(2))


def test_pickle_and_read_only(kernel: ForestKernel) -> None:
    rng = np.random.default_rng(11)
    forest = random_forest(rng, "missing follows", np.float32, 4, 60)
    again = pickle.loads(pickle.dumps(forest))
    X = random_rows(rng, 20, np.float32)
    np.testing.assert_array_equal(kernel.route(again, X), kernel.route(forest, X))
    with pytest.raises(ValueError, match="read-only"):
        again.on_true[0] = 5


def test_the_environment_switches_numba_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMMLKIT_NUMBA", "0")
    assert not fast_available()
    assert forest_kernel() is forest_kernel(False)


def test_long_chains_are_not_packed(kernel: ForestKernel) -> None:
    tests = 5000
    onward = np.append(np.arange(1, tests), -2)
    stop = np.full(tests, -1)
    threshold = np.arange(tests, 0.0, -1)
    forest = Forest(np.zeros(tests, int), threshold, onward, stop, stop, np.array([0]), 2)
    assert forest.packed is None
    for rows in ([0.0, 5000.5, 17.0, np.nan], []):
        expected = [int(x <= 1.0) for x in rows]
        assert kernel.route(forest, np.array(rows).reshape(-1, 1))[:, 0].tolist() == expected
        router = kernel.row_router(forest)
        assert [router([x])[0] for x in rows] == expected


@pytest.mark.parametrize("tops", [False, True])
def test_missing_goes_to_false_where_all_numbers_go_to_true(
    kernel: ForestKernel, tops: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk_module, "ROWS_FOR_TOPS", 1 if tops else 10**9)
    leaf = np.array([-2])
    forest = Forest(np.array([0]), np.array([np.inf]), np.array([-1]), leaf, leaf, np.array([0]), 2)
    X = np.array([[np.inf], [np.nan], [1.0]])
    assert kernel.route(forest, X)[:, 0].tolist() == [0, 1, 0]
    assert [kernel.row_router(forest)(row) for row in X.tolist()] == [[0], [1], [0]]
