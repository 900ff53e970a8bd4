"""Strategies that build valid NeuralNetworks and SupportVectorMachineModels, with rows for them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.corpus.neural_network.documents import category, layer, network, neuron, outputs
from tests.corpus.support_vector_machine.documents import array, machine, model, sparse, vectors

__all__ = ["machines", "networks", "rows"]

FIELDS = {
    "a": "continuous double",
    "b": "continuous double",
    "f": "continuous float",
    "i": "continuous integer",
    "s": "categorical string: u v w",
}
POOLS: dict[str, list[Any]] = {
    "a": [None, 0.0, 1.0, -1.5, 2.0, 0.25, 0.1],
    "b": [None, 0.5, 1.0, -0.75, 0.3],
    "f": [None, 0.0, 0.5, 0.10000000149011612, 2.0],
    "i": [None, 0, 1, 2, -3],
    "s": [None, "u", "v", "w"],
}
LABELS = ("p", "q", "r")

numbers = st.sampled_from([-1.0, -0.5, 0.0, 0.1, 0.25, 0.3, 0.7, 1.0, 1.5])
weights = st.sampled_from([-0.9, -0.5, -0.3, 0.1, 0.2, 0.4, 0.7, 1.1])

CALM = ("threshold", "logistic", "tanh", "identity", "Gauss", "sine", "cosine", "Elliott", "arctan",
        "rectifier")  # fmt: skip
WILD = ("exponential", "reciprocal", "square", "radialBasis")
"""Functions after which the last digits of the engines can drift apart: for one layer only."""


@st.composite
def rows(draw: st.DrawFn) -> dict[str, list[Any]]:
    """A table of ten rows, with or without missing values."""
    first = draw(st.sampled_from([0, 1, 1]))
    return {
        name: [draw(st.sampled_from(pool[first:])) for _ in range(10)]
        for name, pool in POOLS.items()
    }


@st.composite
def network_inputs(draw: st.DrawFn) -> tuple[str, list[str]]:
    names = draw(st.lists(st.sampled_from("abfis"), min_size=1, max_size=5, unique=True))
    items, ids = "", []
    for name in names:
        expressions = [(f"in-{name}", f'<FieldRef field="{name}"/>')]
        if name == "s":
            expressions = [
                (f"in-{value}", f'<NormDiscrete field="s" value="{value}"/>') for value in "uv"
            ]
        elif draw(st.booleans()):
            norms = '<LinearNorm orig="-1" norm="0"/><LinearNorm orig="2" norm="1"/>'
            more = draw(st.sampled_from(["", ' outliers="asExtremeValues"', ' mapMissingTo="0.5"']))
            text = f'<NormContinuous field="{name}"{more}>{norms}</NormContinuous>'
            expressions = [(f"in-{name}", text)]
        for id, expression in expressions:
            ids.append(id)
            items += (
                f'<NeuralInput id="{id}"><DerivedField optype="continuous" dataType="double">'
                f"{expression}</DerivedField></NeuralInput>"
            )
    return f"<NeuralInputs>{items}</NeuralInputs>", ids


@st.composite
def layers(draw: st.DrawFn, known: list[str], last: int | None) -> tuple[list[str], list[str]]:
    """Layers, and the ids of the neurons of the last one, of which there are `last`."""
    count = draw(st.integers(1, 3))
    wild = draw(st.integers(0, count + 1))
    result: list[str] = []
    before, earlier = list(known), list(known)
    for depth in range(count):
        size = last if last and depth == count - 1 else draw(st.integers(1, 4))
        function = draw(st.sampled_from(WILD if depth == wild else CALM))
        more: dict[str, Any] = {"activationFunction": function}
        if function == "radialBasis" or draw(st.booleans()):
            more |= {"width": draw(st.sampled_from([0.7, 2])), "altitude": 1.5}
        if draw(st.integers(0, 3)) == 0:
            more["threshold"] = draw(numbers)
        if draw(st.integers(0, 3)) == 0:
            more["normalizationMethod"] = draw(st.sampled_from(["none", "softmax"]))
        if draw(st.integers(0, 3)) == 0:
            more["x_leakage"] = draw(st.sampled_from([0.01, 0.3]))
        is_dense = draw(st.booleans())
        neurons: list[str] = []
        ids: list[str] = []
        for at in range(size):
            id = f"{depth}/{at}"
            sources = before
            if not is_dense:
                pool = earlier + (ids if "normalizationMethod" not in more else [])
                sources = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=5))
            bias = {"bias": draw(numbers)} if draw(st.booleans()) else {}
            if function == "radialBasis" and draw(st.booleans()):
                bias["width"] = 1.25
            neurons.append(neuron(id, [(source, draw(weights)) for source in sources], **bias))
            ids.append(id)
        result.append(layer(*neurons, **more))
        before = ids
        earlier += ids
    return result, before


@st.composite
def networks(draw: st.DrawFn, function: str, *, single: bool = False) -> bytes:
    """A network; its NormContinuous of the target is wide enough for most outputs."""
    head, ids = draw(network_inputs())
    kinds = FIELDS | {"y": "continuous double"}
    targets: tuple[str, ...] = ("y",)
    pairs = []
    if function == "classification":
        count = draw(st.integers(2, 3))
        kinds["y"] = "categorical string: " + " ".join(LABELS[:count])
        body, last = draw(layers(ids, count))
        pairs = [(id, category(label)) for id, label in zip(last, LABELS, strict=False)]
    else:
        body, last = draw(layers(ids, None))
        expression = '<FieldRef field="y"/>'
        if draw(st.booleans()):
            norms = (
                '<LinearNorm orig="-9" norm="-100"/><LinearNorm orig="1" norm="0.5"/>'
                '<LinearNorm orig="5" norm="100"/>'
            )
            expression = f'<NormContinuous field="y">{norms}</NormContinuous>'
        pairs = [(last[0], expression)]
        if draw(st.booleans()):
            kinds["z"] = "continuous double"
            targets = ("y", "z")
            pairs.append((draw(st.sampled_from(last)), '<FieldRef field="z"/>'))
    more: dict[str, Any] = {"x_mathContext": "float"} if single else {}
    if draw(st.integers(0, 4)) == 0:
        more["normalizationMethod"] = "softmax"
    fields = ""
    if function == "classification":
        fields = "".join(
            f'<OutputField name="p({label})" optype="continuous" dataType="double" '
            f'feature="probability" value="{label}"/>'
            for label in LABELS[: len(pairs)]
        )
        fields += (
            '<OutputField name="id" optype="categorical" dataType="string" feature="entityId"/>'
        )
    return network(
        head,
        *body,
        outputs(*pairs),
        function=function,
        fields=kinds,
        targets=targets,
        before=f"<Output>{fields}</Output>" if fields else "",
        activationFunction=draw(st.sampled_from(CALM)),
        threshold=draw(numbers),
        **more,
    )


kernels = st.sampled_from(
    [
        "<LinearKernelType/>",
        "<PolynomialKernelType/>",
        '<PolynomialKernelType gamma="0.3" coef0="0.5" degree="2"/>',
        '<PolynomialKernelType gamma="0.3" coef0="-0.5" degree="3"/>',
        '<PolynomialKernelType gamma="0.1" coef0="5" degree="1.5"/>',
        "<RadialBasisKernelType/>",
        '<RadialBasisKernelType gamma="0.3"/>',
        "<SigmoidKernelType/>",
        '<SigmoidKernelType gamma="0.3" coef0="-0.5"/>',
    ]
)


@st.composite
def machines(draw: st.DrawFn, function: str, *, method: str = "OneAgainstOne") -> bytes:
    """Machines over shared vectors: a regression, pairs of categories, or one for each."""
    names = draw(st.lists(st.sampled_from("abfi"), min_size=1, max_size=4, unique=True))
    fields = "".join(f'<FieldRef field="{name}"/>' for name in names)
    for value in draw(st.sampled_from(["", "u", "uv"])):
        fields += f'<CategoricalPredictor name="s" value="{value}" coefficient="1"/>'
    width = fields.count("/>")
    arrays = []
    for _ in range(draw(st.integers(1, 5))):
        values = [draw(numbers) for _ in range(width)]
        if draw(st.booleans()):
            used = [at for at, value in enumerate(values, 1) if value]
            arrays.append(sparse(used, [values[at - 1] for at in used], n=width))
        else:
            arrays.append(array(*values))
    ids = [f"v{at}" for at in range(1, len(arrays) + 1)]

    def one(**more: Any) -> str:
        used = draw(st.lists(st.sampled_from(ids), min_size=1, max_size=5))
        if method == "OneAgainstOne" and draw(st.booleans()):
            more["threshold"] = draw(numbers)
        return machine(used, [draw(weights) for _ in used], draw(numbers), **more)

    kinds = FIELDS | {"y": "continuous double"}
    output = ""
    more: dict[str, Any] = {}
    if function == "regression":
        items = [one()]
    else:
        labels = LABELS[: draw(st.integers(2, 3))]
        kinds["y"] = "categorical string: " + " ".join(labels)
        more = {"classificationMethod": method, "threshold": draw(numbers)}
        if method == "OneAgainstOne":
            items = [
                one(targetCategory=first, alternateTargetCategory=second)
                for at, first in enumerate(labels)
                for second in labels[at + 1 :]
            ]
            output = "".join(
                f'<OutputField name="p({label})" optype="continuous" dataType="double" '
                f'feature="probability" value="{label}"/>'
                for label in labels
            )
        else:
            items = [one(targetCategory=label) for label in labels]
    return model(
        *items,
        kernel=draw(kernels),
        dictionary=vectors(*arrays, fields=fields),
        function=function,
        fields=kinds,
        before=f"<Output>{output}</Output>" if output else "",
        **more,
    )
