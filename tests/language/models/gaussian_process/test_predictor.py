"""GaussianProcessModel: against scikit-learn, rows against columns, and what is wrong with
documents.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pmmlkit
from pmmlkit.columns.kernels.ordered_sums import OrderedSums
from pmmlkit.limits import Limits
from tests.language.models.gaussian_process.documents import gaussian_process, lambdas
from tests.language.models.time_series.series_documents import SPREAD

CHANCE = np.random.default_rng(20)
POINTS = CHANCE.normal(size=(25, 3))
TARGETS = np.sin(POINTS[:, 0]) + POINTS[:, 1] ** 2 + 0.1 * CHANCE.normal(size=25)
NEW = CHANCE.normal(size=(40, 3))


def sklearn_kernels() -> list[tuple[str, Any]]:
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Matern, WhiteKernel

    return [
        (
            '<RadialBasisKernel gamma="2.5" noiseVariance="0.05" lambda="1.7"/>',
            ConstantKernel(2.5) * RBF(1.7) + WhiteKernel(0.05),
        ),
        ("<RadialBasisKernel/>", RBF(1.0) + WhiteKernel(1.0)),
        (
            '<ARDSquaredExponentialKernel gamma="0.5" noiseVariance="0.2">'
            f"{lambdas(0.5, 2.0, 1.5)}</ARDSquaredExponentialKernel>",
            ConstantKernel(0.5) * RBF([0.5, 2.0, 1.5]) + WhiteKernel(0.2),
        ),
        (
            # In one dimension |d| is the distance, and Matern with nu = 1/2 is exponential.
            f'<AbsoluteExponentialKernel noiseVariance="0.1">{lambdas(0.8)}'
            "</AbsoluteExponentialKernel>",
            Matern(0.8, nu=0.5) + WhiteKernel(0.1),
        ),
        (
            f'<GeneralizedExponentialKernel noiseVariance="0.1" degree="2">{lambdas(1.2)}'
            "</GeneralizedExponentialKernel>",
            RBF(1.2 / np.sqrt(2)) + WhiteKernel(0.1),
        ),
    ]


@pytest.mark.parametrize("at", range(5))
def test_scikit_learn(at: int) -> None:
    from sklearn.gaussian_process import GaussianProcessRegressor

    kernel, theirs = sklearn_kernels()[at]
    width = 1 if at == 3 else 3
    fitted = GaussianProcessRegressor(theirs, alpha=0.0, optimizer=None)
    fitted.fit(POINTS[:, :width], TARGETS)
    mean, deviation = fitted.predict(NEW[:, :width], return_std=True)
    model = pmmlkit.load(gaussian_process(kernel, POINTS[:, :width], TARGETS))
    result = model.evaluate({f"x{at}": NEW[:, at] for at in range(width)})
    np.testing.assert_allclose(result["y"], mean, rtol=1e-9)
    np.testing.assert_allclose(result["error"], deviation, rtol=1e-9)
    np.testing.assert_allclose(result["deviation"], deviation, rtol=1e-9)
    np.testing.assert_allclose(result["low"], mean - 1.959963984540054 * deviation, rtol=1e-9)
    np.testing.assert_allclose(result["high"], mean + 1.2815515655446004 * deviation, rtol=1e-9)


@pytest.mark.parametrize("output", ["", SPREAD])
@pytest.mark.parametrize("at", range(5))
def test_rows_equal_columns(at: int, output: str) -> None:
    kernel, _ = sklearn_kernels()[at]
    width = 1 if at == 3 else 3
    model = pmmlkit.load(gaussian_process(kernel, POINTS[:, :width], TARGETS, output=output))
    whole = model.evaluate({f"x{at}": NEW[:, at] for at in range(width)})
    for row, point in enumerate(NEW):
        one = model.evaluate({f"x{at}": float(point[at]) for at in range(width)})
        for name, value in one.items():
            assert value == whole[name][row]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.floats(-1e300, 1e300)), min_size=1, max_size=9),
    st.integers(0, 2),
)
def test_any_values(values: list[float | None], at: int) -> None:
    kernel = sklearn_kernels()[at][0]
    model = pmmlkit.load(gaussian_process(kernel, POINTS, TARGETS))
    table = {
        name: np.array([np.nan if v is None else v for v in values]) for name in ("x0", "x1", "x2")
    }
    whole = model.evaluate(table, errors="column")
    for row, value in enumerate(values):
        one = model.evaluate(dict.fromkeys(table, value))
        for name, item in one.items():
            other = np.ma.MaskedArray(whole[name]).tolist()[row]
            assert (item is None) == (other is None or other != other)
            assert item is None or item == other


def test_many_rows_are_scored_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    from pmmlkit.language.models.gaussian_process import predictor

    document = gaussian_process(sklearn_kernels()[0][0], POINTS, TARGETS)
    table = {f"x{at}": NEW[:, at] for at in range(3)}
    whole = pmmlkit.load(document).evaluate(table)
    for name in ("_CELLS_AT_ONCE", "_CELLS_IN_CACHE"):
        monkeypatch.setattr(predictor, name, 7 * len(POINTS))
    parts = pmmlkit.load(document).evaluate(table)
    for name, values in whole.items():
        assert (np.asarray(values) == np.asarray(parts[name])).all()


@pytest.mark.parametrize("at", range(5))
def test_means_of_many_rows(at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Means by BLAS are right within 1e-12 of their terms; those with deviations are ordered."""
    monkeypatch.setenv("PMMLKIT_NUMBA", "0")
    width = 1 if at == 3 else 3
    kernel = sklearn_kernels()[at][0]
    chance = np.random.default_rng(at)
    # A point itself, others near it, and some far beyond any bound.
    new = np.concatenate([POINTS, chance.normal(size=(700, 3)), 1e9 * chance.normal(size=(9, 3))])
    table = {f"x{at}": new[:, at] for at in range(width)}
    plain = gaussian_process(kernel, POINTS[:, :width], TARGETS, output="")
    spread = gaussian_process(kernel, POINTS[:, :width], TARGETS, output=SPREAD)
    near, with_spread = (pmmlkit.load(text).evaluate(table) for text in (plain, spread))
    monkeypatch.setattr(OrderedSums, "matrix", None)
    exact = np.asarray(pmmlkit.load(plain).evaluate(table)["y"])
    assert (np.asarray(with_spread["y"]) == exact).all()
    np.testing.assert_allclose(near["y"], exact, rtol=1e-12, atol=1e-12 * len(POINTS) * 10)
    is_squared = at in (0, 1, 2)
    assert (np.asarray(near["y"]) == exact).all() != is_squared
    assert (np.asarray(near["y"])[-9:] == exact[-9:]).all()


def test_an_instance_without_noise_is_met() -> None:
    kernel = '<RadialBasisKernel noiseVariance="0" lambda="0.3"/>'
    model = pmmlkit.load(gaussian_process(kernel, [[0.0], [1.0], [2.5]], [3.0, -1.0, 2.0]))
    result = model.evaluate({"x0": 1.0})
    assert result["y"] == pytest.approx(-1.0, rel=1e-12)
    assert result["error"] == pytest.approx(0.0, abs=1e-7)


ERRORS = [
    ('<RadialBasisKernel lambda="0"/>', {}, pmmlkit.MarkupError, "lambda must be a positive"),
    ('<RadialBasisKernel gamma="-1"/>', {}, pmmlkit.MarkupError, "gamma must be positive"),
    ('<RadialBasisKernel noiseVariance="-1"/>', {}, pmmlkit.MarkupError, "noiseVariance must not"),
    (
        f"<ARDSquaredExponentialKernel>{lambdas(1.0, 2.0, 3.0)}</ARDSquaredExponentialKernel>",
        {},
        pmmlkit.MarkupError,
        "3 lambdas, but there are 2",
    ),
    (
        '<GeneralizedExponentialKernel degree="3"/>',
        {},
        pmmlkit.MarkupError,
        "degree must be above 0",
    ),
    (
        "<RadialBasisKernel/>",
        {"fields": '<InstanceField field="x0"/><InstanceField field="x1"/>'},
        pmmlkit.MarkupError,
        "no InstanceField is the target",
    ),
    (
        "<RadialBasisKernel/>",
        {"fields": '<InstanceField field="y"/>'},
        pmmlkit.MarkupError,
        "needs features and instances",
    ),
    (
        "<RadialBasisKernel/>",
        {"fields": '<InstanceField field="x0" column="z"/><InstanceField field="y"/>'},
        pmmlkit.MarkupError,
        "no column 'z'",
    ),
    (
        "<RadialBasisKernel/>",
        {"fields": '<InstanceField field="x0"/><InstanceField field="x0"/>'},
        pmmlkit.MarkupError,
        "named twice",
    ),
    (
        "<RadialBasisKernel/>",
        {"fields": '<InstanceField field="q"/><InstanceField field="y"/>'},
        pmmlkit.MarkupError,
        "'q'",
    ),
    (
        "<RadialBasisKernel/>",
        {
            "output": '<OutputField name="low" dataType="double" optype="continuous" '
            'feature="confidenceIntervalLower" value="100"/>'
        },
        pmmlkit.MarkupError,
        "no percentage",
    ),
]


@pytest.mark.parametrize(("kernel", "changes", "kind", "words"), ERRORS)
def test_errors(kernel: str, changes: dict[str, Any], kind: type[Exception], words: str) -> None:
    document = gaussian_process(kernel, [[0.0, 1.0], [1.0, 3.0]], [1.0, 2.0], **changes)
    with pytest.raises(kind, match=words) as caught:
        pmmlkit.load(document)
    error: Any = caught.value
    assert error.line


def test_instances_that_are_alike_need_noise() -> None:
    kernel = '<RadialBasisKernel noiseVariance="0"/>'
    with pytest.raises(pmmlkit.MarkupError, match="not positive definite"):
        pmmlkit.load(gaussian_process(kernel, [[1.0], [1.0]], [1.0, 2.0]))


@pytest.mark.parametrize("text", [b"", b"word", b"NaN"])
def test_a_cell_that_is_no_number(text: bytes) -> None:
    document = gaussian_process("<RadialBasisKernel/>", [[1.0], [2.0]], [1.0, 2.0])
    document = document.replace(b"<x0>2.0</x0>", b"<x0>" + text + b"</x0>" if text else b"")
    with pytest.raises(pmmlkit.MarkupError, match="row 2 of the table"):
        pmmlkit.load(document)


def test_the_size_is_limited() -> None:
    document = gaussian_process("<RadialBasisKernel/>", POINTS, TARGETS)
    with pytest.raises(pmmlkit.LimitError, match="matrix_cells"):
        pmmlkit.load(document, limits=Limits(matrix_cells=100))


def test_other_functions_and_tables_are_refused() -> None:
    document = gaussian_process("<RadialBasisKernel/>", [[1.0]], [1.0])
    with pytest.raises(pmmlkit.UnsupportedError, match="regression only"):
        pmmlkit.load(document.replace(b'"regression"', b'"classification"'))
    start, end = document.index(b"<InlineTable>"), document.index(b"</TrainingInstances>")
    with pytest.raises(pmmlkit.UnsupportedError, match="InlineTable"):
        pmmlkit.load(document[:start] + b"<TableLocator/>" + document[end:])


def test_the_target_must_be_named() -> None:
    document = gaussian_process("<RadialBasisKernel/>", [[1.0]], [1.0])
    document = document.replace(b' usageType="target"', b"")
    with pytest.raises(pmmlkit.MarkupError, match="needs a target"):
        pmmlkit.load(document)
