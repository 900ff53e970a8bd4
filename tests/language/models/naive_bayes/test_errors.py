"""Documents that contradict themselves, or ask for what has no meaning, are refused at load."""

from __future__ import annotations

import pytest

import pmmlkit
from pmmlkit.errors import MarkupError, UnsupportedError
from tests.corpus.naive_bayes.documents import gaussian, model, pairs, poisson, stats, uniform

TWO = {"a": 30, "b": 10}
S = pairs("s", {"u": {"a": 12, "b": 1}, "v": {"a": 18, "b": 9}})
ANY = '<AnyDistribution mean="0" variance="1"/>'


def of(markup: str) -> bytes:
    return model([stats("x", {"a": markup, "b": gaussian(0, 1)})], TWO)


WRONG = {
    "variance": (of(gaussian(0, 0)), "GaussianDistribution", "variance 0.0 is not greater"),
    "infinite variance": (
        of('<GaussianDistribution mean="0" variance="INF"/>'),
        "GaussianDistribution",
        "not finite",
    ),
    "mean": (
        of('<GaussianDistribution mean="NaN" variance="1"/>'),
        "GaussianDistribution",
        "not finite",
    ),
    "poisson": (of(poisson(0)), "PoissonDistribution", "mean 0.0 is not greater"),
    "uniform": (of(uniform(1, 1)), "UniformDistribution", "upper 1.0 is not greater than lower"),
    "threshold": (model([S], TWO, threshold="-1"), "NaiveBayesModel", "threshold -1.0"),
    "count": (model([pairs("s", {"u": {"a": -1}})], TWO), "TargetValueCount", "count -1"),
    "prior": (model([S], {"a": 0, "b": 0}), "TargetValueCounts", "all counts"),
    "category twice": (
        model([S.replace('value="b"', 'value="a"')], TWO),
        "TargetValueCount",
        "two counts for 'a'",
    ),
    "value twice": (
        model([pairs("i", {"1": {"a": 1}, "1.0": {"a": 2}})], TWO),
        "PairCounts",
        "two PairCounts",
    ),
    "distribution twice": (
        model([stats("x", {"a": gaussian(0, 1), "b": gaussian(0, 1)}).replace('"b"', '"a"')], TWO),
        "TargetValueStat",
        "two distributions for 'a'",
    ),
    "category of another type": (
        model([S], TWO, target="categorical integer"),
        "TargetValueCount",
        "is no integer",
    ),
    "unknown field": (model([pairs("zz", {"u": TWO})], TWO), "BayesInput", "'zz' is not defined"),
    "unknown target": (model([S], TWO, output="zz"), "BayesOutput", "no target of the model"),
    "nothing in an input": (
        model(['<BayesInput fieldName="s"/>'], TWO),
        "BayesInput",
        "neither PairCounts",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_errors(case: str) -> None:
    text, element, message = WRONG[case]
    with pytest.raises(MarkupError, match=message) as caught:
        pmmlkit.load(text)
    assert caught.value.element == element
    assert caught.value.line == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [(of(ANY), "has no density"), (model([S], TWO, function="regression"), "functionName")],
)
def test_what_has_no_meaning_is_refused(text: bytes, message: str) -> None:
    with pytest.raises(UnsupportedError, match=message):
        pmmlkit.load(text)


def test_errors_of_several_inputs_are_told_together() -> None:
    bad = stats("x", {"a": gaussian(0, 0), "b": gaussian(0, 1)})
    worse = stats("f", {"a": poisson(-1), "b": gaussian(0, 1)})
    with pytest.raises(MarkupError) as caught:
        pmmlkit.load(model([bad, worse], TWO))
    assert len(caught.value.findings) == 2


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("PMML390", model([pairs("i", {"1": TWO, "q": TWO})], TWO)),
        ("PMML391", model([pairs("s", {"u": {**TWO, "zz": 1}})], TWO)),
        ("PMML392", model([stats("x", {"a": gaussian(0, 1)})], TWO)),
    ],
)
def test_doubts_are_told(code: str, text: bytes) -> None:
    assert code in {finding.code for finding in pmmlkit.validate(text).findings}
