"""Rows equal columns, whatever the size of the network, of the table, and of the blocks."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.columns.kernels.ordered_sums import MatrixSums, OrderedSums
from pmmlkit.language.models.neural_network import network as module
from tests.corpus.neural_network.documents import (
    category,
    inputs,
    layer,
    network,
    neuron,
    number,
    outputs,
)


def dense(sizes: tuple[int, ...], activation: str, *, more: str = "", **attributes: Any) -> bytes:
    """A network of layers that are connected from all of the layer before."""
    chance = random.Random(str(sizes) + activation)
    names = [f"x{at}" for at in range(sizes[0])]
    before, layers = names, []
    for depth, size in enumerate(sizes[1:], 1):
        ids = [f"{depth}/{at}" for at in range(size)]
        layers.append(
            layer(
                *(
                    neuron(
                        id,
                        {name: chance.gauss(0, 1) / len(before) ** 0.5 for name in before},
                        bias=chance.gauss(0, 1),
                    )
                    for id in ids
                )
            )
        )
        before = ids
    fields = {**dict.fromkeys(names, "continuous double")}
    if sizes[-1] == 1:
        fields["y"] = "continuous double"
        pairs, function = [(before[0], number())], "regression"
    else:
        values = [f"c{at}" for at in range(sizes[-1])]
        fields["y"] = "categorical string: " + " ".join(values)
        pairs = [(id, category(value)) for id, value in zip(before, values, strict=True)]
        function = "classification"
    return network(
        inputs(*names),
        *layers,
        outputs(*pairs),
        function=function,
        fields=fields,
        activationFunction=activation,
        before=more,
        **attributes,
    )


def table(width: int, size: int, holes: float = 0.0) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(width)
    values = chance.normal(size=(width, size))
    values[chance.random((width, size)) < holes] = np.nan
    return {f"x{at}": values[at] for at in range(width)}


def row_of(columns: dict[str, np.ndarray], at: int) -> dict[str, float]:
    return {name: float(values[at]) for name, values in columns.items()}


@pytest.mark.parametrize(
    ("sizes", "activation", "attributes"),
    [
        ((3, 5, 2), "logistic", {}),
        ((3, 5, 2), "logistic", {"normalizationMethod": "softmax"}),
        ((20, 30, 10, 1), "rectifier", {}),
        ((20, 30, 10, 1), "tanh", {}),
        ((2, 40, 3), "radialBasis", {"width": 2, "altitude": 1.5}),
        ((20, 30, 10, 1), "Elliott", {"x_mathContext": "float"}),
        ((1, 1), "identity", {}),
    ],
)
def test_rows_equal_columns(
    sizes: tuple[int, ...], activation: str, attributes: dict[str, Any]
) -> None:
    model = pmmlkit.load(dense(sizes, activation, **attributes))
    columns = table(sizes[0], 40, holes=0.02)
    result = np.ma.MaskedArray(model.evaluate(columns)["y"]).tolist()
    for at, value in enumerate(result):
        single = model.evaluate(row_of(columns, at))["y"]
        if isinstance(value, float) and value == value:
            assert single == pytest.approx(value, rel=1e-12, abs=1e-14)
        else:
            assert single == value or (single is None and value != value)


@pytest.mark.parametrize("activation", ["rectifier", "identity", "square", "Elliott"])
def test_ordered_sums_are_equal_bit_for_bit(
    activation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OrderedSums, "matrix", None)
    model = pmmlkit.load(dense((30, 20, 5, 1), activation))
    columns = table(30, 60)
    whole = model.evaluate(columns)["y"]
    assert [model.evaluate(row_of(columns, at))["y"] for at in range(60)] == list(whole)
    for at in range(0, 60, 7):
        part = {name: values[at : at + 1] for name, values in columns.items()}
        assert model.evaluate(part)["y"][0] == whole[at]


def test_blocks_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    model = pmmlkit.load(dense((4, 6, 3), "tanh"))
    columns = table(4, 1000, holes=0.01)
    whole = model.evaluate(columns)["y"]
    monkeypatch.setattr(module, "_CHUNK_CELLS", 1)
    monkeypatch.setattr(module, "_CHUNK_ROWS", 64)
    assert np.ma.MaskedArray(model.evaluate(columns)["y"]).tolist() == list(
        np.ma.MaskedArray(whole).tolist()
    )


def test_permuted_rows_give_permuted_results() -> None:
    model = pmmlkit.load(dense((10, 60, 60, 1), "tanh"))
    columns = table(10, 500)
    order = np.random.default_rng(0).permutation(500)
    whole = model.evaluate(columns)["y"]
    other = model.evaluate({name: values[order] for name, values in columns.items()})["y"]
    # BLAS may add in another order: equal within 1e-12 of the terms, which are below 1 here.
    np.testing.assert_allclose(other, whole[order], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("activation", "attributes"),
    [
        *((name, {}) for name in ("logistic", "tanh", "rectifier", "Elliott", "arctan", "sine")),
        ("radialBasis", {"width": 4, "altitude": 1.01}),
        ("identity", {"normalizationMethod": "softmax"}),
    ],
)
@pytest.mark.parametrize("stretch", [1.0, 1e6])
def test_matrix_products_are_right_within_their_terms(
    activation: str, attributes: dict[str, Any], stretch: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMMLKIT_NUMBA", "0")
    text = dense((20, 30, 10, 3), activation, **attributes).replace(
        b"</MiningSchema>",
        b"</MiningSchema><Output>"
        + b"".join(
            b'<OutputField name="p%d" feature="probability" value="c%d" optype="continuous" '
            b'dataType="double"/>' % (at, at)
            for at in range(3)
        )
        + b"</Output>",
    )
    columns = table(20, 400, holes=0.01)
    columns["x3"][::9] *= stretch
    columns["x4"][::50] = np.inf
    near = pmmlkit.load(text).evaluate(columns)
    monkeypatch.setattr(OrderedSums, "matrix", None)
    exact = pmmlkit.load(text).evaluate(columns)
    assert not all(
        np.array_equal(np.ma.filled(near[name], 0), np.ma.filled(exact[name], 0), equal_nan=True)
        for name in ("p0", "p1", "p2")
    )
    for name in ("p0", "p1", "p2"):
        found, expected = (np.ma.MaskedArray(one[name]).filled(0.0) for one in (near, exact))
        # The terms grow with the inputs, and so does what a slope of at most 1 makes of them.
        bound = 1e-12 * np.maximum(np.nan_to_num(np.abs(columns["x3"])), 10.0)
        same = (found == expected) | (np.isnan(found) & np.isnan(expected))
        assert (same | (np.abs(found - expected) <= bound)).all(), name


@pytest.mark.parametrize(
    ("activation", "attributes"),
    [("threshold", {}), ("reciprocal", {}), ("identity", {"normalizationMethod": "simplemax"})],
)
def test_jumps_are_added_in_order(
    activation: str, attributes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a function jumps, a bit of difference in any earlier layer is one of results."""
    monkeypatch.setenv("PMMLKIT_NUMBA", "0")
    text = dense((20, 40, 40, 2), "rectifier", **attributes)
    text = text.replace(
        b"<NeuralLayer>", b'<NeuralLayer activationFunction="%s">' % activation.encode()
    )
    model = pmmlkit.load(text)
    columns = table(20, 400)
    near = list(model.evaluate(columns, errors="column")["y"])
    monkeypatch.setattr(OrderedSums, "matrix", None)
    assert list(pmmlkit.load(text).evaluate(columns, errors="column")["y"]) == near
    monkeypatch.undo()

    def forbidden(*_: Any) -> None:
        raise AssertionError

    monkeypatch.setenv("PMMLKIT_NUMBA", "0")
    monkeypatch.setattr(MatrixSums, "columns", forbidden)
    model.evaluate(columns, errors="column")


def test_an_empty_table() -> None:
    model = pmmlkit.load(dense((3, 5, 2), "tanh"))
    assert len(model.evaluate(table(3, 0))["y"]) == 0


def test_a_segment_of_a_chain() -> None:
    """The outputs of a network feed a model after it."""
    inner = dense((2, 3, 1), "tanh").decode()
    start, end = inner.index("<NeuralNetwork"), inner.index("</PMML>")
    part = inner[start:end].replace(
        "</MiningSchema>",
        '</MiningSchema><Output><OutputField name="h" optype="continuous" dataType="double" '
        'feature="predictedValue"/></Output>',
    )
    chain = (
        '<MiningModel functionName="regression"><MiningSchema><MiningField name="x0"/>'
        '<MiningField name="x1"/><MiningField name="y" usageType="target"/></MiningSchema>'
        f'<Segmentation multipleModelMethod="modelChain"><Segment><True/>{part}</Segment>'
        '<Segment><True/><RegressionModel functionName="regression"><MiningSchema>'
        '<MiningField name="h"/><MiningField name="y" usageType="target"/></MiningSchema>'
        '<RegressionTable intercept="1"><NumericPredictor name="h" coefficient="2"/>'
        "</RegressionTable></RegressionModel></Segment></Segmentation></MiningModel>"
    )
    text = inner[:start] + chain + "</PMML>"
    alone = pmmlkit.load(inner.encode())
    model = pmmlkit.load(text.encode())
    columns = table(2, 20)
    expected = 1 + 2 * np.asarray(alone.evaluate(columns)["y"])
    assert list(model.evaluate(columns)["y"]) == list(expected)
    row = row_of(columns, 3)
    assert model.evaluate(row)["y"] == 1 + 2 * alone.evaluate(row)["y"]


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize("activation", ["logistic", "tanh", "relu", "identity"])
def test_a_fitted_network(activation: str) -> None:
    """The library's own predictions, by the weights it gives."""
    neural = pytest.importorskip("sklearn.neural_network")
    chance = np.random.default_rng(3)
    X = chance.normal(size=(120, 4))
    y = X[:, 0] * X[:, 1] - X[:, 2]
    fitted = neural.MLPRegressor(
        hidden_layer_sizes=(7, 5), activation=activation, max_iter=50, random_state=0
    )
    fitted.fit(X, y)
    names = [f"x{at}" for at in range(4)]
    before, layers = names, []
    for depth, (weights, biases) in enumerate(
        zip(fitted.coefs_, fitted.intercepts_, strict=True), 1
    ):
        ids = [f"{depth}/{at}" for at in range(len(biases))]
        more = {} if depth < 3 else {"activationFunction": "identity"}
        layers.append(
            layer(
                *(
                    neuron(
                        id,
                        {name: float(w) for name, w in zip(before, weights[:, at], strict=True)},
                        bias=float(biases[at]),
                    )
                    for at, id in enumerate(ids)
                ),
                **more,
            )
        )
        before = ids
    text = network(
        inputs(*names),
        *layers,
        outputs((before[0], number())),
        fields={**dict.fromkeys(names, "continuous double"), "y": "continuous double"},
        activationFunction={"relu": "rectifier"}.get(activation, activation),
    )
    result = pmmlkit.load(text).evaluate(dict(zip(names, X.T, strict=True)))["y"]
    np.testing.assert_allclose(result, fitted.predict(X), rtol=1e-11, atol=1e-13)
