"""JPMML's extensions and OutputFields over many models, in pmmlkit and in JPMML-Evaluator."""

from __future__ import annotations

import random
from typing import Any

import pytest

from pmmlkit.parity import Oracle
from tests.corpus.extensions.test_single_precision import LINE, TRUE, forest, single
from tests.corpus.output.documents import NEGATIVE, NUMBERS, mining, model, output, scored
from tests.differential.engines import conflicts, shown

_DOUBLE = 'optype="continuous" dataType="double"'
_STRING = 'optype="categorical" dataType="string"'


def numbers(seed: int, size: int = 30) -> dict[str, list[Any]]:
    """Rows with digits that single precision does not hold."""
    chosen = random.Random(seed)
    return {name: [round(chosen.uniform(-2, 5), 5) for _ in range(size)] for name in "xz"}


def probability(category: str = "a") -> str:
    """The OutputField of a probability."""
    return output(f'feature="probability" value="{category}" {_DOUBLE}')


def affinity(attributes: str = "") -> str:
    """The OutputField of an affinity."""
    return output(f'feature="affinity" {attributes} {_DOUBLE}')


def text(attributes: str) -> str:
    """An OutputField of text."""
    return output(f"{attributes} {_STRING}")


# --- x-mathContext: to the last bit, except where exp is involved (its own in JPMML)

_WEIGHTED = (
    model("neighbors")
    .replace('functionName="classification"', 'functionName="regression"')
    .replace('categoricalScoringMethod="majorityVote"', 'continuousScoringMethod="weightedAverage"')
    .replace("<y>a</y>", "<y>1.23456789</y>")
    .replace("<y>b</y>", "<y>0.7654321</y>")
)
_CLASSES = {
    f"s{at}": (TRUE, single(model("tree").replace('"6"', f'"{count}"')))
    for at, count in enumerate((1.7, 8.3, 5.1))
}


def classes(method: str) -> str:
    """A forest that classifies."""
    return mining(method, _CLASSES, probability(), function="classification")


EXACT = {
    "regression": LINE,
    "general regression": model("uncertain").replace("2", "0.7654321"),
    "tree": model("number tree").replace("2.5", "2.3456789"),
    "shares of a tree": model("tree", probability()),
    "scorecard": model("scorecard").replace('"15"', '"15.123456789"'),
    "clusters": model("clusters", affinity()),
    "neighbors": _WEIGHTED,
    "simplemax": model("logistic", probability()).replace("softmax", "simplemax"),
    **{
        f"{method} of numbers": forest(method, weighted=method.startswith("weighted"))
        for method in ("sum", "average", "weightedSum", "weightedAverage")
    },
    **{
        f"{method} of shares": classes(method)
        for method in ("average", "weightedAverage", "max", "majorityVote")
    },
}


@pytest.mark.parametrize("name", EXACT)
def test_single_precision(jpmml: Oracle, name: str) -> None:
    body = single(EXACT[name])
    found = conflicts(scored(body), numbers(1), jpmml, rel=0.0)
    assert not found, shown(found)


_ROUNDED = {
    "softmax": model("logistic", probability()),
    "network": model("network", probability()),
    **{
        f"{link} of a regression": LINE.replace(
            "<RegressionModel", f'<RegressionModel normalizationMethod="{link}"'
        )
        for link in ("logit", "exp", "cloglog", "loglog", "cauchit")
    },
}


@pytest.mark.parametrize("name", _ROUNDED)
def test_single_precision_with_exponentials(jpmml: Oracle, name: str) -> None:
    found = conflicts(scored(single(_ROUNDED[name])), numbers(2), jpmml, rel=3e-6)
    assert not found, shown(found)


# --- the other extensions

_LESS = (
    '<Apply function="lessThan"><FieldRef field="x"/><Constant dataType="double">0</Constant>'
    "</Apply>"
)
EXPRESSIONS = {
    "x-atan2": '<Apply function="x-atan2"><FieldRef field="x"/><FieldRef field="z"/></Apply>',
    "X-Error": f'<Apply function="if">{_LESS}<X-Error message="no"/><FieldRef field="x"/></Apply>',
    "X-Error alone": "<X-Error/>",
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_expressions(jpmml: Oracle, name: str) -> None:
    field = f'<DerivedField name="d" {_DOUBLE}>{EXPRESSIONS[name]}</DerivedField>'
    body = model("line", f"<LocalTransformations>{field}</LocalTransformations>")
    body = body.replace('NumericPredictor name="x"', 'NumericPredictor name="d"')
    found = conflicts(scored(body), numbers(3), jpmml)
    assert not found, shown(found)


# the package of the oracle does not know the later years
@pytest.mark.parametrize("year", [1960, 1970, 1980])
@pytest.mark.parametrize("kind", ["dateDaysSince", "dateTimeSecondsSince"])
def test_years(jpmml: Oracle, kind: str, year: int) -> None:
    is_date = kind == "dateDaysSince"
    body = model("line").replace('NumericPredictor name="x"', 'NumericPredictor name="t"')
    body = body.replace('<MiningField name="x"/>', '<MiningField name="t"/>')
    fields = {**NUMBERS, "t": f"continuous {kind}[{year}]"}
    days = ["1969-12-31", "1990-01-01", "2020-03-01", "2024-02-29"]
    moments = days if is_date else [f"{day}T12:34:56" for day in days]
    found = conflicts(scored(body, fields), {"t": moments, "z": [0.0] * 4}, jpmml)
    assert not found, shown(found)


def test_dialect(jpmml: Oracle) -> None:
    document = scored(model("line")).replace(
        b"http://www.dmg.org/PMML-4_4", b"http://xpmml.org/XPMML"
    )
    found = conflicts(document, numbers(4), jpmml)
    assert not found, shown(found)


def test_target_field(jpmml: Oracle) -> None:
    body = model("tree", output(f'feature="probability" x-targetField="y" {_DOUBLE}'))
    found = conflicts(scored(body), numbers(5), jpmml)
    assert not found, shown(found)


# --- features, of a model and of a segment

FEATURES = [
    ("tree", text('feature="entityId"')),
    ("tree", probability()),
    ("tree", output(f'feature="confidence" value="a" {_DOUBLE}')),
    ("tree", text('feature="predictedDisplayValue"')),
    ("tree", text('feature="warning"')),
    ("rules", text('feature="entityId"')),
    ("rules", output(f'feature="confidence" {_DOUBLE}')),
    ("network", text('feature="entityId"')),
    ("scorecard", text('feature="reasonCode"')),
    ("scorecard", text('feature="reasonCode" rank="2"')),
    ("scorecard", text('feature="reasonCode" rank="3"')),
    ("neighbors", text('feature="entityId" rank="2"')),
    ("neighbors", affinity('value="i2"')),
    ("clusters", affinity()),
    ("clusters", affinity('rank="3"')),
    ("clusters", affinity('value="c2"')),
    ("clusters", text('feature="entityId" rank="2"')),
    ("clusters", text('feature="clusterId"')),
    ("clusters", text('feature="predictedDisplayValue"')),
]


@pytest.mark.parametrize(("name", "field"), FEATURES)
def test_features(jpmml: Oracle, name: str, field: str) -> None:
    found = conflicts(scored(model(name, field)), numbers(6), jpmml)
    assert not found, shown(found)


_SELECTED = [
    item
    for item in FEATURES
    # JPMML knows neither the ranks of a segment's entities nor the names of its clusters
    if "predictedDisplayValue" not in item[1] and 'entityId" rank' not in item[1]
]


@pytest.mark.parametrize("method", ["selectFirst", "modelChain"])
@pytest.mark.parametrize(("name", "field"), _SELECTED)
def test_features_of_the_selected_segment(
    jpmml: Oracle, method: str, name: str, field: str
) -> None:
    inner = model(name)
    function = inner.partition('functionName="')[2].partition('"')[0]
    parts = {"s1": (NEGATIVE, inner), "s2": (TRUE, inner.replace('"c1"', '"d1"'))}
    if method == "modelChain":
        parts = dict(reversed(parts.items()))
    target = None if function == "clustering" else "y"
    body = mining(method, parts, field, function=function, target=target)
    found = conflicts(scored(body), numbers(7), jpmml)
    assert not found, shown(found)
