"""BaselineModel over long streams, against direct loops and SciPy; wrong documents."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import pmmlkit
from pmmlkit.errors import MarkupError, UnsupportedError
from tests.corpus.baseline.documents import alternate, baseline, counts, model, nested

GAUSS = '<GaussianDistribution mean="10" variance="4"/>'
ANY = '<AnyDistribution mean="10" variance="4"/>'
FIELDS = '<FieldRef field="s"/><FieldRef field="t"/>'
INDEPENDENT = 'testStatistic="chiSquareIndependence"'
TABLE = {"a": 60, "b": 30, "c": 10}
VALUES = [*TABLE, "q"]


def events(seed: int, size: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {
        "x": rng.normal(10.5, 2, size),
        "s": rng.choice(VALUES, size, p=[0.5, 0.3, 0.15, 0.05]),
        "w": rng.random(size),
    }


@pytest.mark.parametrize("window", [0, 1, 7, 100, 1000])
@pytest.mark.parametrize("weighted", [False, True])
def test_z_value_against_a_loop(window: int, weighted: bool) -> None:
    data = events(window, 500)
    more = ' weightField="w"' if weighted else ""
    text = model(f'testStatistic="zValue" windowSize="{window}"{more}', baseline(GAUSS))
    actual = pmmlkit.load(text).evaluate(data)["z"]
    weights = data["w"] if weighted else np.ones(500)
    for at in range(500):
        rows = slice(max(0, at - window + 1) if window else 0, at + 1)
        count = weights[rows].sum()
        mean = (data["x"][rows] * weights[rows]).sum() / count
        assert actual[at] == pytest.approx((mean - 10) / (2 / np.sqrt(count)), rel=1e-10, abs=1e-11)


@pytest.mark.parametrize("window", [0, 3, 40])
@pytest.mark.parametrize("weighted", [False, True])
def test_counts_against_scipy(window: int, weighted: bool) -> None:
    data = events(window, 200)
    data["s"][data["s"] == "q"] = "c"
    more = f'windowSize="{window}"' + (' weightField="w"' if weighted else "")
    results = {
        name: pmmlkit.load(
            model(f'testStatistic="{name}" {more}', baseline(counts(TABLE)), field="s")
        ).evaluate(data)["z"]
        for name in ("chiSquareDistribution", "chiSquareIndependence", "scalarProduct")
    }
    weights = data["w"] if weighted else np.ones(200)
    base = np.array([60.0, 30.0, 10.0])
    for at in range(5, 200, 7):
        rows = slice(max(0, at - window + 1) if window else 0, at + 1)
        observed = np.array([weights[rows][data["s"][rows] == value].sum() for value in TABLE])
        expected = observed.sum() * base / 100
        assert results["chiSquareDistribution"][at] == pytest.approx(
            stats.chisquare(observed, expected).statistic, rel=1e-10
        )
        assert results["chiSquareIndependence"][at] == pytest.approx(
            stats.chi2_contingency([base, observed], correction=False).statistic, rel=1e-10
        )
        cosine = observed @ base / np.linalg.norm(observed) / np.linalg.norm(base)
        assert results["scalarProduct"][at] == pytest.approx(cosine, rel=1e-10)


@pytest.mark.parametrize("window", [0, 999])
def test_long_streams_are_counted_in_runs(window: int) -> None:
    size = 300_000
    data = events(3, size)
    text = model(
        f'testStatistic="chiSquareIndependence" windowSize="{window}"',
        baseline(counts(TABLE)),
        field="s",
    )
    actual = pmmlkit.load(text).evaluate(data)["z"]
    for at in (0, 1000, 250_000, 262_143, 262_144, size - 1):
        rows = slice(max(0, at - window + 1) if window else 0, at + 1)
        observed = np.array([(data["s"][rows] == value).sum() for value in VALUES])
        base = np.array([60, 30, 10, 0])
        keep = observed + base > 0
        expected = stats.chi2_contingency([base[keep], observed[keep]], correction=False).statistic
        assert actual[at] == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("window", [0, 30])
def test_independence_of_fields_against_scipy(window: int) -> None:
    data = events(4, 150)
    rng = np.random.default_rng(4)
    data["t"] = rng.choice(["u", "v", "w"], 150)
    data["i"] = rng.integers(0, 2, 150)
    fields = baseline(FIELDS + '<FieldRef field="i"/>')
    text = model(f'{INDEPENDENT} windowSize="{window}"', fields, field="s")
    actual = pmmlkit.load(text).evaluate(data)["z"]
    for at in range(0, 150, 11):
        rows = slice(max(0, at - window + 1) if window else 0, at + 1)
        names = ("s", "t", "i")
        keys = [np.unique(data[name][rows], return_inverse=True) for name in names]
        table = np.zeros([len(values) for values, _ in keys])
        np.add.at(table, tuple(codes for _, codes in keys), 1.0)
        expected = stats.chi2_contingency(table, correction=False).statistic
        assert actual[at] == pytest.approx(expected, rel=1e-10, abs=1e-12)


def test_cusum_against_a_loop() -> None:
    both = baseline(GAUSS) + alternate('<GaussianDistribution mean="11" variance="5"/>')
    data = events(9, 2000)
    actual = pmmlkit.load(model('testStatistic="CUSUM"', both)).evaluate(data)["z"]
    ratios = stats.norm.logpdf(data["x"], 11, np.sqrt(5)) - stats.norm.logpdf(data["x"], 10, 2)
    total = 0.0
    for at, ratio in enumerate(ratios):
        total = max(0.0, total + ratio)
        assert actual[at] == pytest.approx(total, rel=1e-9, abs=1e-10)


def test_a_stream_is_that_of_the_rows_which_reach_the_model() -> None:
    text = model('testStatistic="zValue"', baseline(GAUSS)).decode()
    start, end = text.index("<BaselineModel"), text.index("</PMML>")
    inner = text[start:end]
    schema = inner[inner.index("<MiningSchema>") : inner.index("</MiningSchema>") + 15]
    outer = (
        f'<MiningModel functionName="regression">{schema}'
        '<Segmentation multipleModelMethod="selectFirst"><Segment><SimplePredicate field="s" '
        f'operator="equal" value="a"/>{inner}</Segment></Segmentation></MiningModel>'
    )
    scorer = pmmlkit.load((text[:start] + outer + text[end:]).encode())
    assert scorer.sequential
    answer = scorer.evaluate({"s": np.array(["a", "b", "a"]), "x": np.array([12.0, 50.0, 10.0])})[
        "z"
    ]
    assert np.ma.MaskedArray(answer).tolist()[0] == 1.0
    assert answer[2] == pytest.approx(np.sqrt(2) / 2)


WRONG = {
    "no alternate": (model('testStatistic="CUSUM"', baseline(GAUSS)), "needs an Alternate"),
    "counts for a number": (
        model('testStatistic="zValue"', baseline(counts(TABLE))),
        "no table of counts",
    ),
    "a number for counts": (
        model('testStatistic="scalarProduct"', baseline(GAUSS), field="s"),
        "needs a Baseline of counts",
    ),
    "window": (model('testStatistic="zValue" windowSize="-1"', baseline(GAUSS)), "windowSize -1"),
    "reset": (
        model('testStatistic="CUSUM" resetValue="INF"', baseline(GAUSS) + alternate(GAUSS)),
        "resetValue inf",
    ),
    "variance": (
        model('testStatistic="zValue"', baseline(GAUSS.replace('"4"', '"0"'))),
        "variance 0.0",
    ),
    "field": (model('testStatistic="zValue"', baseline(GAUSS), field="q"), "'q' is not defined"),
    "weight": (
        model('testStatistic="zValue" weightField="q"', baseline(GAUSS)),
        "'q' is not defined",
    ),
    "another field": (
        model('testStatistic="scalarProduct"', baseline(counts(TABLE)), field="t"),
        "does not count values of 't'",
    ),
    "count": (
        model('testStatistic="scalarProduct"', baseline(counts({"a": -1})), field="s"),
        "count -1",
    ),
    "counts of 0": (
        model('testStatistic="scalarProduct"', baseline(counts({"a": 0})), field="s"),
        "all counts are 0",
    ),
    "value": (
        model('testStatistic="scalarProduct"', baseline(counts(TABLE, field="i")), field="i"),
        "is no integer",
    ),
    "value twice": (
        model(
            'testStatistic="scalarProduct"',
            baseline(counts({"1": 1, "1.0": 2}, field="i")),
            field="i",
        ),
        "two counts",
    ),
    "sample": (
        model(
            'testStatistic="chiSquareIndependence"',
            baseline(counts(TABLE, kind="Normalized")),
            field="s",
        ),
        "needs the sample",
    ),
    "bad sample": (
        model(
            'testStatistic="chiSquareIndependence"',
            baseline(counts(TABLE, kind="Normalized", more='sample="0"')),
            field="s",
        ),
        "sample 0",
    ),
    "branches": (
        model(
            'testStatistic="scalarProduct"',
            baseline(
                nested({"a": {"u": 1}, "b": {"u": 2}}).replace(
                    'field="t" value="u" count="2"', 'field="i" value="1" count="2"'
                )
            ),
            field="t",
        ),
        "fields above are not",
    ),
    "fields for a number": (
        model('testStatistic="zValue"', baseline(FIELDS)),
        "needs a Baseline that is a distribution",
    ),
    "the same field twice": (
        model(INDEPENDENT, baseline(FIELDS.replace('"t"', '"s"')), field="s"),
        "two or more different fields",
    ),
    "a continuous field": (
        model(INDEPENDENT, baseline(FIELDS.replace('"t"', '"x"')), field="s"),
        "'x' is continuous",
    ),
    "an empty Baseline": (model(INDEPENDENT, baseline(""), field="s"), "the Baseline is empty"),
    "empty": (
        model('testStatistic="scalarProduct"', baseline("<CountTable/>"), field="s"),
        "holds no counts",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_errors(case: str) -> None:
    text, message = WRONG[case]
    with pytest.raises(MarkupError, match=message) as caught:
        pmmlkit.load(text)
    assert caught.value.element
    assert caught.value.line == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            model('testStatistic="CUSUM"', baseline(ANY) + alternate(GAUSS)),
            "has no density",
        ),
        (model('testStatistic="zValue"', baseline(GAUSS), function="clustering"), "functionName"),
        (
            model(
                'testStatistic="scalarProduct" normalizationScheme="mine"',
                baseline(counts(TABLE)),
                field="s",
            ),
            "normalizationScheme 'mine' is not known",
        ),
    ],
)
def test_what_has_no_meaning_is_refused(text: bytes, message: str) -> None:
    with pytest.raises(UnsupportedError, match=message):
        pmmlkit.load(text)


@pytest.mark.parametrize(
    "text",
    [
        model('testStatistic="CUSUM" windowSize="3"', baseline(GAUSS) + alternate(GAUSS)),
        model('testStatistic="CUSUM" weightField="w"', baseline(GAUSS) + alternate(GAUSS)),
        model('testStatistic="zValue" resetValue="3"', baseline(GAUSS)),
        model('testStatistic="zValue"', baseline(GAUSS) + alternate(GAUSS)),
        model('testStatistic="zValue" normalizationScheme="Independent"', baseline(GAUSS)),
    ],
)
def test_attributes_without_effect_are_told(text: bytes) -> None:
    assert "PMML460" in {finding.code for finding in pmmlkit.validate(text).findings}
