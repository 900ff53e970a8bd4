"""Rows equal columns, whatever the number of vectors, the table, and the blocks."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import pmmlkit
from pmmlkit.columns.kernels.ordered_sums import OrderedSums
from pmmlkit.language.models.support_vector_machine import machines as module
from pmmlkit.language.models.support_vector_machine.declaration import (
    LinearKernelType,
    PolynomialKernelType,
    RadialBasisKernelType,
    SigmoidKernelType,
)
from pmmlkit.language.models.support_vector_machine.kernel import kernel_function
from pmmlkit.language.models.support_vector_machine.machines import VectorMachines
from tests.corpus.support_vector_machine.documents import array, machine, model, vectors

Array = npt.NDArray[Any]

RADIAL = '<RadialBasisKernelType gamma="0.2"/>'
KERNELS = [
    "<LinearKernelType/>",
    RADIAL,
    '<PolynomialKernelType gamma="0.2" degree="3"/>',
    '<SigmoidKernelType gamma="0.2"/>',
]


def fields_of(names: Sequence[str]) -> str:
    return "".join(f'<FieldRef field="{name}"/>' for name in names)


def made(width: int, count: int, kernel: str, *, classes: int = 0, **more: Any) -> bytes:
    """Machines over random vectors: a regression, or pairs of classes over a part of them."""
    chance = random.Random(f"{width} {count}")
    names = [f"x{at}" for at in range(width)]
    fields = {**dict.fromkeys(names, "continuous double"), "y": "continuous double"}
    dictionary = vectors(
        *(array(*(chance.gauss(0, 1) for _ in names)) for _ in range(count)),
        fields=fields_of(names),
    )
    ids = [f"v{at}" for at in range(1, count + 1)]

    def some(used: Sequence[str], **categories: str) -> str:
        return machine(used, [chance.gauss(0, 1) for _ in used], 0.125, **categories)

    if not classes:
        return model(some(ids), kernel=kernel, dictionary=dictionary, fields=fields, **more)
    fields["y"] = "categorical string: " + " ".join(f"c{at}" for at in range(classes))
    pairs = [
        some(
            [id for at, id in enumerate(ids) if at % classes in (one, other)],
            targetCategory=f"c{one}",
            alternateTargetCategory=f"c{other}",
        )
        for one in range(classes)
        for other in range(one)
    ]
    return model(
        *pairs,
        kernel=kernel,
        dictionary=dictionary,
        fields=fields,
        function="classification",
        classificationMethod="OneAgainstOne",
        **more,
    )


def table(width: int, size: int) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(width)
    return {f"x{at}": chance.normal(size=size) for at in range(width)}


def row_of(columns: dict[str, np.ndarray], at: int) -> dict[str, float]:
    return {name: float(values[at]) for name, values in columns.items()}


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(("width", "count"), [(1, 1), (3, 7), (10, 40), (2, 200)])
@pytest.mark.parametrize("more", [{}, {"x_mathContext": "float"}])
def test_rows_equal_columns(width: int, count: int, kernel: str, more: dict[str, Any]) -> None:
    loaded = pmmlkit.load(made(width, count, kernel, **more))
    columns = table(width, 30)
    whole = loaded.evaluate(columns)["y"]
    for at, value in enumerate(whole):
        assert loaded.evaluate(row_of(columns, at))["y"] == pytest.approx(
            value, rel=1e-12, abs=1e-12 * count
        )


@pytest.mark.parametrize("kernel", [KERNELS[0], KERNELS[2]])
@pytest.mark.parametrize(("width", "count"), [(3, 7), (10, 40), (2, 200)])
def test_ordered_sums_are_equal_bit_for_bit(
    width: int, count: int, kernel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OrderedSums, "matrix", None)
    loaded = pmmlkit.load(made(width, count, kernel))
    columns = table(width, 40)
    whole = loaded.evaluate(columns)["y"]
    assert [loaded.evaluate(row_of(columns, at))["y"] for at in range(40)] == list(whole)
    for at in range(0, 40, 9):
        part = {name: values[at : at + 1] for name, values in columns.items()}
        assert loaded.evaluate(part)["y"][0] == whole[at]


def terms_of(gamma: float, degree: int) -> Callable[[Array, Array], Array]:
    """Return what bounds the terms of a kernel of products."""
    return lambda X, V: degree * (gamma * np.abs(X.T) @ np.abs(V) + 1.0) ** degree


ELEMENTS: list[tuple[Any, Callable[[Array, Array], Array]]] = [
    (LinearKernelType(), terms_of(1.0, 1)),
    (PolynomialKernelType(gamma=0.2, degree=3.0), terms_of(0.2, 3)),
    (PolynomialKernelType(gamma=0.2, degree=5.0), terms_of(0.2, 5)),
    (SigmoidKernelType(gamma=0.2), terms_of(0.2, 1)),
    (
        RadialBasisKernelType(gamma=0.2),
        lambda X, V: np.exp(-0.2 * ((X.T[:, :, np.newaxis] - V) ** 2).sum(axis=1)),
    ),
]


@pytest.mark.parametrize("stretch", [1.0, 30.0, 1e6])
@pytest.mark.parametrize("at", range(len(ELEMENTS)))
@pytest.mark.parametrize(("width", "count"), [(3, 60), (20, 200)])
def test_matrix_products_are_right_within_their_terms(
    width: int, count: int, at: int, stretch: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BLAS adds in an order that depends on the shapes: equal within 1e-12 of absolute terms."""
    monkeypatch.setenv("PMMLKIT_NUMBA", "0")
    element, terms = ELEMENTS[at]
    chance = np.random.default_rng(width)
    V, X = chance.normal(size=(width, count)), chance.normal(size=(width, 400))
    X[:, 100:200] *= stretch
    X[:, :50] = V[:, :50]
    parts = [(list(range(count)), 0.5), (list(range(5, count - 5)), -1.0)]
    weights = [chance.normal(size=len(positions)) for positions, _ in parts]

    def made() -> VectorMachines:
        machines = [
            (positions, values.tolist(), constant)
            for (positions, constant), values in zip(parts, weights, strict=True)
        ]
        return VectorMachines(V, kernel_function(element), machines, np.dtype(np.float64))

    def rows(machines: VectorMachines) -> Array:
        run = machines.row_function()
        return np.array([run(row) for row in X.T.tolist()]).T

    near = [made().columns(list(X), 400), rows(made())]
    monkeypatch.setattr(OrderedSums, "matrix", None)
    exact = [made().columns(list(X), 400), rows(made())]
    assert not (near[0] == exact[0]).all()
    for (positions, constant), values, *found in zip(parts, weights, *near, *exact, strict=True):
        bound = 1e-12 * (terms(X, V)[:, positions] @ np.abs(values) + abs(constant))
        for one in found:
            assert (np.abs(one - found[-1]) <= bound).all()


@pytest.mark.parametrize("kernel", KERNELS)
def test_matrix_products_with_values_that_are_no_numbers(
    kernel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMMLKIT_NUMBA", "0")
    text = made(4, 60, kernel)
    columns = table(4, 500)
    for name, value in zip(columns, (math.inf, -math.inf, 1e200, 1e308), strict=True):
        columns[name][:: 50 + len(name)] = value
    columns["x2"][::77] = -math.inf
    near = np.asarray(pmmlkit.load(text).evaluate(columns)["y"])
    monkeypatch.setattr(OrderedSums, "matrix", None)
    exact = np.asarray(pmmlkit.load(text).evaluate(columns)["y"])
    np.testing.assert_allclose(near, exact, rtol=1e-10)
    assert kernel == RADIAL or not np.isfinite(exact).all()


@pytest.mark.parametrize(("count", "classes"), [(9, 3), (60, 3), (60, 12)])
def test_votes_of_rows_equal_those_of_columns(count: int, classes: int) -> None:
    narrow = '<RadialBasisKernelType gamma="2"/>'
    loaded = pmmlkit.load(made(4, count, narrow, classes=classes))
    columns = table(4, 100)
    whole = loaded.evaluate(columns)["y"]
    assert [loaded.evaluate(row_of(columns, at))["y"] for at in range(100)] == list(whole)
    assert len(set(whole)) > 1


def test_infinite_kernels() -> None:
    """A machine is not touched by a kernel that is not among its own."""
    dictionary = vectors(*(array(at, 1) for at in range(40)), array(1e300, 1e300))
    ids = [f"v{at}" for at in range(1, 41)]
    kernel = '<PolynomialKernelType degree="2"/>'
    text = model(
        machine(ids, [1] * 40, targetCategory="p"),
        machine([*ids, "v41"], [1] * 41, targetCategory="q"),
        function="classification",
        fields={"a": "continuous double", "b": "continuous double", "y": "categorical string: p q"},
        kernel=kernel,
        dictionary=dictionary,
    )
    loaded = pmmlkit.load(text)
    columns = {"a": np.array([1.0, 2.0]), "b": np.array([1.0, 1.0])}
    assert list(loaded.evaluate(columns)["y"]) == ["p", "p"]
    assert loaded.evaluate({"a": 1.0, "b": 1.0})["y"] == "p"


def test_blocks_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = table(4, 1000)
    for text in (made(4, 30, RADIAL), made(4, 30, RADIAL, classes=3)):
        loaded = pmmlkit.load(text)
        whole = list(loaded.evaluate(columns)["y"])
        with monkeypatch.context() as patch:
            patch.setattr(module, "_CHUNK_CELLS", 1)
            patch.setattr(module, "_CHUNK_ROWS", 64)
            assert list(loaded.evaluate(columns)["y"]) == whole


def test_an_empty_table() -> None:
    for text in (made(4, 30, RADIAL), made(4, 30, RADIAL, classes=3)):
        assert len(pmmlkit.load(text).evaluate(table(4, 0))["y"]) == 0


@pytest.mark.parametrize(
    ("kernel", "markup"),
    [
        ("linear", "<LinearKernelType/>"),
        ("rbf", RADIAL),
        ("poly", '<PolynomialKernelType gamma="0.2" coef0="0.5" degree="3"/>'),
        ("sigmoid", '<SigmoidKernelType gamma="0.2" coef0="0.5"/>'),
    ],
)
def test_a_fitted_regression(kernel: str, markup: str) -> None:
    """The library's own predictions, by the vectors and coefficients it gives."""
    svm = pytest.importorskip("sklearn.svm")
    chance = np.random.default_rng(1)
    X = chance.normal(size=(80, 3))
    y = X[:, 0] - X[:, 1] * X[:, 2]
    fitted = svm.SVR(kernel=kernel, gamma=0.2, coef0=0.5, degree=3).fit(X, y)
    names = [f"x{at}" for at in range(3)]
    ids = [f"v{at}" for at in range(1, len(fitted.support_vectors_) + 1)]
    text = model(
        machine(ids, fitted.dual_coef_[0].tolist(), float(fitted.intercept_[0])),
        kernel=markup,
        dictionary=vectors(
            *(array(*row) for row in fitted.support_vectors_.tolist()), fields=fields_of(names)
        ),
        fields={**dict.fromkeys(names, "continuous double"), "y": "continuous double"},
    )
    result = pmmlkit.load(text).evaluate(dict(zip(names, X.T, strict=True)))["y"]
    np.testing.assert_allclose(result, fitted.predict(X), rtol=1e-10, atol=1e-10)


def test_a_fitted_classification() -> None:
    """One against one: the library's dual coefficients taken apart by pair of classes."""
    svm = pytest.importorskip("sklearn.svm")
    chance = np.random.default_rng(2)
    X = chance.normal(size=(150, 3))
    y = np.digitize(X[:, 0] + X[:, 1] * X[:, 2], [-0.7, 0.7])
    fitted = svm.SVC(gamma=0.2).fit(X, y)
    names = [f"x{at}" for at in range(3)]
    starts = np.concatenate([[0], np.cumsum(fitted.n_support_)])
    machines = []
    for pair, (i, j) in enumerate([(0, 1), (0, 2), (1, 2)]):
        of_i, of_j = range(starts[i], starts[i + 1]), range(starts[j], starts[j + 1])
        values = [fitted.dual_coef_[j - 1, at] for at in of_i]
        values += [fitted.dual_coef_[i, at] for at in of_j]
        # The library votes for i above 0, PMML for the targetCategory below the threshold.
        machines.append(
            machine(
                [f"v{at + 1}" for at in (*of_i, *of_j)],
                [-float(value) for value in values],
                -float(fitted.intercept_[pair]),
                targetCategory=i,
                alternateTargetCategory=j,
            )
        )
    text = model(
        *machines,
        kernel=RADIAL,
        dictionary=vectors(
            *(array(*row) for row in fitted.support_vectors_.tolist()), fields=fields_of(names)
        ),
        fields={**dict.fromkeys(names, "continuous double"), "y": "categorical integer: 0 1 2"},
        function="classification",
        classificationMethod="OneAgainstOne",
    )
    result = pmmlkit.load(text).evaluate(dict(zip(names, X.T, strict=True)))["y"]
    assert list(result) == list(fitted.predict(X))
