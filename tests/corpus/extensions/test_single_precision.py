"""x-mathContext="float": sums, leaf values and products in single precision. Semantics 34.

The expected values are computed with NumPy's float32, one operation after the other, as the text
of the chapter has them. JPMML agrees to the last bit (tests/differential/test_extensions.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.corpus.cells import check
from tests.corpus.output.documents import NUMBERS, mining, model, output, scored

F = np.float32
TRUE = "<True/>"
X, Z = 0.1, 0.7
ROW: dict[str, Any] = {"x": X, "z": Z}
B, C = "0.7654321", "0.123456789"


def single(body: str) -> str:
    """The model with the extension."""
    head, space, rest = body.partition(" ")
    return f'{head} x-mathContext="float"{space}{rest}'


def value(body: str, expected: Any, name: str = "y", *, is_label: bool = False) -> None:
    """Check the result of ROW, in single precision."""
    fields = None if is_label else NUMBERS
    check(scored(single(body), fields), [ROW], {name: [float(expected)]}, relative=0.0)


LINE = (
    model("line")
    .replace('intercept="1"', f'intercept="{C}"')
    .replace('coefficient="2"', f'coefficient="{B}"')
)


def test_regression() -> None:
    """The intercept comes first, and each product is rounded."""
    value(LINE, F(C) + F(B) * F(X))
    assert float(F(C) + F(B) * F(X)) != float(C) + float(B) * X


def test_regression_terms() -> None:
    more = (
        f'<NumericPredictor name="z" exponent="2" coefficient="{C}"/><PredictorTerm '
        f'coefficient="{B}"><FieldRef field="x"/><FieldRef field="z"/></PredictorTerm>'
    )
    total = F(C) + F(B) * F(X)
    total = total + F(C) * F(Z**2)  # the power is taken first, as of a double, and rounded
    value(
        LINE.replace("</RegressionTable>", more + "</RegressionTable>"),
        total + F(B) * (F(X) * F(Z)),
    )


def test_regression_shares() -> None:
    """simplemax: the share of the sum, in single precision too."""
    body = model("logistic", output('feature="probability" value="a"'))
    body = body.replace("softmax", "simplemax").replace('coefficient="1"', f'coefficient="{B}"')
    body = body.replace('targetCategory="b" intercept="0"', f'targetCategory="b" intercept="{C}"')
    share = F(B) * F(X) / (F(B) * F(X) + F(C))
    value(body, share, "o", is_label=True)


def test_tree() -> None:
    value(model("number tree").replace("2.5", "2.3456789"), F("2.3456789"))


def test_shares_of_a_tree() -> None:
    body = model("tree", output('feature="probability" value="a"'))
    value(body, F(1) / F(10), "o", is_label=True)


def test_confidence_of_a_tree() -> None:
    body = model("tree", output('feature="confidence"')).replace('"0.75"', f'"{B}"')
    value(body, F(B), "o", is_label=True)


def test_scorecard() -> None:
    body = model("scorecard").replace('"10"', f'"{C}"').replace('"15"', f'"{B}"')
    value(body, (F(C) + F(B)) + F(17))


def test_general_regression() -> None:
    body = model("uncertain").replace('beta="1"', f'beta="{C}"').replace('beta="2"', f'beta="{B}"')
    value(body, F(C) + F(B) * F(X))


def test_clusters() -> None:
    """Distances: differences, squares and their sum."""
    body = model("clusters", output('feature="affinity"'))
    value(body, F(X) * F(X) + F(Z) * F(Z), "o")


def test_neighbors() -> None:
    """weightedAverage: weights 1 / (distance + 0.001), products and both sums."""
    body = (
        model("neighbors")
        .replace('functionName="classification"', 'functionName="regression"')
        .replace(
            'categoricalScoringMethod="majorityVote"', 'continuousScoringMethod="weightedAverage"'
        )
        .replace("<y>a</y>", f"<y>{B}</y>")
        .replace("<y>b</y>", f"<y>{C}</y>")
    )
    total = weights = F(0)
    for x, z, y in ((0, 0, B), (1, 1, C), (4, 0, C)):
        dx, dz = F(X) - F(x), F(Z) - F(z)
        weight = F(1) / (dx * dx + dz * dz + F(0.001))
        total, weights = total + F(y) * weight, weights + weight
    value(body, total / weights)


def test_network() -> None:
    body = f"""<NeuralNetwork functionName="regression" activationFunction="identity">
<MiningSchema><MiningField name="x"/><MiningField name="z"/>
<MiningField name="y" usageType="target"/></MiningSchema><NeuralInputs>
<NeuralInput id="1"><DerivedField optype="continuous" dataType="double"><FieldRef field="x"/>
</DerivedField></NeuralInput><NeuralInput id="2"><DerivedField optype="continuous"
 dataType="double"><FieldRef field="z"/></DerivedField></NeuralInput></NeuralInputs>
<NeuralLayer><Neuron id="n" bias="{C}"><Con from="1" weight="{B}"/><Con from="2" weight="{C}"/>
</Neuron></NeuralLayer><NeuralOutputs><NeuralOutput outputNeuron="n"><DerivedField
 optype="continuous" dataType="double"><FieldRef field="y"/></DerivedField></NeuralOutput>
</NeuralOutputs></NeuralNetwork>"""
    value(body, (F(B) * F(X) + F(C) * F(Z)) + F(C))


def test_support_vectors() -> None:
    body = f"""<SupportVectorMachineModel functionName="regression"><MiningSchema>
<MiningField name="x"/><MiningField name="z"/><MiningField name="y" usageType="target"/>
</MiningSchema><LinearKernelType/><VectorDictionary><VectorFields><FieldRef field="x"/>
<FieldRef field="z"/></VectorFields><VectorInstance id="v"><REAL-SparseArray n="2">
<Indices>1 2</Indices><REAL-Entries>0.3 1.7</REAL-Entries></REAL-SparseArray></VectorInstance>
</VectorDictionary><SupportVectorMachine><SupportVectors><SupportVector vectorId="v"/>
</SupportVectors><Coefficients absoluteValue="{C}"><Coefficient value="{B}"/></Coefficients>
</SupportVectorMachine></SupportVectorMachineModel>"""
    kernel = F(0.3) * F(X) + F(1.7) * F(Z)
    value(body, F(B) * kernel + F(C))


LEAVES = ("0.1234567891", "0.7654321987", "-0.3333333333", "0.0000123456", "0.9999999")
WEIGHTS = ("0.3", "0.7", "1.1", "0.9", "0.123")


def forest(method: str, *, weighted: bool) -> str:
    """Trees of one leaf each, for x above 0."""
    trees = {
        f"s{at}": (TRUE, single(model("number tree").replace("2.5", leaf)))
        for at, leaf in enumerate(LEAVES)
    }
    body = mining(method, trees)
    if weighted:
        for at, weight in enumerate(WEIGHTS):
            body = body.replace(f'<Segment id="s{at}"', f'<Segment weight="{weight}" id="s{at}"')
    return body


def _sum(numbers: list[Any]) -> Any:
    total = F(0)
    for number in numbers:
        total = total + number
    return total


ENSEMBLES: list[tuple[str, Callable[[], Any]]] = [
    ("sum", lambda: _sum([F(leaf) for leaf in LEAVES])),
    ("average", lambda: _sum([F(leaf) for leaf in LEAVES]) / F(5)),
    ("median", lambda: F("0.1234567891")),
    ("weightedSum", lambda: _sum([F(a) * F(w) for a, w in zip(LEAVES, WEIGHTS, strict=True)])),
    (
        "weightedAverage",
        lambda: (
            _sum([F(a) * F(w) for a, w in zip(LEAVES, WEIGHTS, strict=True)])
            / _sum([F(w) for w in WEIGHTS])
        ),
    ),
]


@pytest.mark.parametrize(("method", "expected"), ENSEMBLES)
def test_ensembles(method: str, expected: Callable[[], Any]) -> None:
    """In the order of the segments."""
    value(forest(method, weighted=method.startswith("weighted")), expected())


def test_targets() -> None:
    """The rescaling of a booster is in single precision as well."""
    targets = f'<Targets><Target field="y" rescaleFactor="{B}" rescaleConstant="{C}"/></Targets>'
    body = forest("sum", weighted=False).replace("<Segmentation", targets + "<Segmentation")
    value(body, _sum([F(leaf) for leaf in LEAVES]) * F(B) + F(C))


def test_the_trees_alone() -> None:
    """A sum in double precision of leaves in single precision."""
    total = 0.0
    for leaf in LEAVES:
        total += float(F(leaf))
    check(scored(forest("sum", weighted=False)), [ROW], {"y": [total]}, relative=0.0)


@pytest.mark.parametrize("context", ["double", ""])
def test_double_precision(context: str) -> None:
    text = f' x-mathContext="{context}"' if context else ""
    body = LINE.replace("<RegressionModel", f"<RegressionModel{text}")
    check(scored(body), [ROW], {"y": [float(C) + float(B) * X]}, relative=0.0)
