"""What models of Spark say at the edges, and what is refused: models written by hand, no Spark."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pmmlkit
from tests.exporters.agreement import assert_valid
from tests.exporters.spark.written import matrix, vector, write

MOST = 1.7976931348623157e308


def _scored(folder: Path, *rows: tuple[float | None, ...]) -> dict[str, list[Any]]:
    """Export a model and score rows of its features, by columns and by row alike."""
    document = pmmlkit.export(str(folder))
    assert_valid(document)
    model = pmmlkit.load(document.to_bytes())
    names = [field.name for field in model.inputs]
    table = {
        name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)
    }
    found = {
        name: [_plain(it) for it in column.tolist()]
        for name, column in model.evaluate(table).items()
    }
    for at, row in enumerate(rows):
        alone = model.evaluate(dict(zip(names, row, strict=True)))
        for name, column in found.items():
            value = _plain(alone[name])
            assert value == column[at] or value == pytest.approx(column[at], rel=1e-15)
    return found


def _plain(value: Any) -> Any:
    return None if value is None or value != value else value


LINKS: dict[str, Callable[[float], float]] = {
    "identity": lambda eta: eta,
    "log": lambda eta: math.exp(eta) if eta < 709 else math.inf,
    "logit": lambda eta: 1.0 / (1.0 + (math.exp(-eta) if eta > -709 else math.inf)),
    "probit": lambda eta: 0.5 * math.erfc(-eta / math.sqrt(2.0)),
    "cloglog": lambda eta: 1.0 - math.exp(-math.exp(min(eta, 100.0))),
    "inverse": lambda eta: 1.0 / eta,
    "sqrt": lambda eta: eta * eta,
}
PAIRS = [
    ("gaussian", "identity"),
    ("gaussian", "log"),
    ("gaussian", "inverse"),
    ("binomial", "logit"),
    ("binomial", "probit"),
    ("binomial", "cloglog"),
    ("poisson", "log"),
    ("poisson", "identity"),
    ("poisson", "sqrt"),
    ("gamma", "inverse"),
    ("gamma", "log"),
    ("gamma", "identity"),
]
SUMS = (-800.0, -40.0, -2.5, -0.25, 0.25, 2.5, 40.0, 800.0)


@pytest.mark.parametrize(("family", "link"), PAIRS)
def test_means_stay_within_the_family(family: str, link: str, tmp_path: Path) -> None:
    folder = write(
        tmp_path / "model",
        "regression.GeneralizedLinearRegressionModel",
        [{"intercept": 0.5, "coefficients": vector(2.0)}],
        {"family": family, "link": link},
    )
    found = _scored(folder, *[((total - 0.5) / 2.0,) for total in SUMS])["prediction"]
    low = {"gaussian": -MOST}.get(family, 1e-16)
    high = 1.0 - 1e-16 if family == "binomial" else MOST
    expected = [min(max(LINKS[link](total), low), high) for total in SUMS]
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-15)


DOUBLED = ([1.0, 2.0, 2.0, 3.0, 5.0, 5.0, 5.0], [0.0, 1.0, 2.0, 4.0, 5.0, 6.0, 8.0])


def _isotonic(x: float, boundaries: list[float], predictions: list[float]) -> float:
    low, high = 0, len(boundaries) - 1
    while low <= high:
        middle = (low + high) // 2
        if boundaries[middle] == x:
            return predictions[middle]
        low, high = (middle + 1, high) if boundaries[middle] < x else (low, middle - 1)
    at = bisect_left(boundaries, x)
    if at in (0, len(boundaries)):
        return predictions[0 if at == 0 else -1]
    share = (x - boundaries[at - 1]) / (boundaries[at] - boundaries[at - 1])
    return predictions[at - 1] + (predictions[at] - predictions[at - 1]) * share


@pytest.mark.parametrize(
    ("boundaries", "predictions"), [DOUBLED, ([4.0], [2.0]), ([0.0, 3.0], [5.0, -1.0])]
)
@pytest.mark.parametrize("kind", [list, lambda numbers: vector(*numbers)])
def test_isotonic(
    boundaries: list[float], predictions: list[float], kind: Any, tmp_path: Path
) -> None:
    row = {"boundaries": kind(boundaries), "predictions": kind(predictions), "isotonic": True}
    folder = write(tmp_path / "model", "regression.IsotonicRegressionModel", [row])
    points = [0.0, 1.0, 1.5, 2.0, 2.25, 3.0, 4.0, 4.999, 5.0, 6.0]
    found = _scored(folder, *[(x,) for x in points])["prediction"]
    assert found == pytest.approx([_isotonic(x, boundaries, predictions) for x in points])


def _logistic(folder: Path, **params: Any) -> Path:
    row = {
        "numClasses": 3,
        "numFeatures": 1,
        "interceptVector": vector(0.0, 0.0, -800.0),
        "coefficientMatrix": matrix([0.0], [1.0], [0.0]),
        "isMultinomial": True,
    }
    return write(folder, "classification.LogisticRegressionModel", [row], params)


def test_a_threshold_of_zero_beats_all_but_no_probability(tmp_path: Path) -> None:
    folder = _logistic(tmp_path / "model", thresholds=[0.5, 0.0, 0.5])
    assert _scored(folder, (-3.0,), (-800.0,))["prediction"] == [1.0, 0.0]
    folder = _logistic(tmp_path / "other", thresholds=[0.5, 0.5, 0.0])
    assert _scored(folder, (-3.0,), (3.0,))["prediction"] == [0.0, 1.0]


def test_the_first_of_two_equal_classes(tmp_path: Path) -> None:
    row = {
        "numClasses": 2,
        "interceptVector": vector(0.0),
        "coefficientMatrix": matrix([0.0, 2.0]),
        "isMultinomial": False,
    }
    folder = write(tmp_path / "sum", "classification.LogisticRegressionModel", [row])
    assert _scored(folder, (0.0,), (1.0,), (-1.0,))["prediction"] == [0.0, 1.0, 0.0]
    row = {"intercept": 0.0, "linear": vector(0.0, 1.0), "factors": matrix([1.0], [0.0])}
    folder = write(tmp_path / "factors", "classification.FMClassificationModel", [row])
    found = _scored(folder, (0.0, 0.0), (0.0, 800.0), (0.0, -800.0))
    assert found["prediction"] == [0.0, 1.0, 0.0]


def test_naive_bayes_refuses_as_spark(tmp_path: Path) -> None:
    row = {"pi": vector(-0.7, -0.69), "theta": matrix([-1.0, -0.5], [-0.3, -2.0])}
    folder = write(
        tmp_path / "counts", "classification.NaiveBayesModel", [row], {"modelType": "multinomial"}
    )
    assert _scored(folder, (1.0, 0.0), (-1.0, 0.0), (0.0, 2.0))["prediction"] == [1.0, None, 0.0]
    folder = write(
        tmp_path / "flags", "classification.NaiveBayesModel", [row], {"modelType": "bernoulli"}
    )
    assert _scored(folder, (1.0, 0.0), (0.5, 0.0), (0.0, 1.0))["prediction"] == [1.0, None, 0.0]


def test_cosine_of_nothing(tmp_path: Path) -> None:
    rows = [
        {"clusterIdx": 1, "clusterCenter": vector(0.0, 5.0)},
        {"clusterIdx": 0, "clusterCenter": vector(0.1, 0.0)},
    ]
    folder = write(
        tmp_path / "model", "clustering.KMeansModel", rows, {"distanceMeasure": "cosine"}
    )
    found = _scored(folder, (3.0, 1.0), (0.0, 0.0), (1.0, 1.5))["prediction"]
    assert found == [0, None, 1]


def test_far_from_all_components(tmp_path: Path) -> None:
    row = {
        "weights": [0.3, 0.7],
        "mus": [vector(0.0, 0.0), vector(4.0, 4.0)],
        "sigmas": [matrix([1.0, 0.0], [0.0, 1.0]), matrix([2.0, 2.0], [2.0, 2.0])],
    }
    folder = write(
        tmp_path / "model",
        "clustering.GaussianMixtureModel",
        [row],
        {"probabilityCol": "probability"},
    )
    found = _scored(folder, (1e4, 1e4), (0.0, 0.0), (4.0, 4.0))
    assert found["prediction"] == [0, 0, 1]
    assert found["probability(1)"][0] == pytest.approx(0.5)


def test_bisecting_goes_down_the_tree(tmp_path: Path) -> None:
    """The nearest leaf is below the node that is farther; a node may have a single child."""
    nodes = [(-1, 2.0, [-2, -3]), (-2, 0.0, [0, 1]), (-3, 10.0, [-4]), (-4, 5.2, [2])]
    nodes += [(0, -4.0, []), (1, 4.0, []), (2, 5.1, [])]
    rows = [
        {"index": index, "center": vector(center), "children": children}
        for index, center, children in nodes
    ]
    folder = tmp_path / "model"
    write(folder, "clustering.BisectingKMeansModel", [])
    (folder / "data").rmdir()
    write(
        folder / "data",
        "mllib.clustering.BisectingKMeansModel",
        rows,
        rootId=-1,
        distanceMeasure="euclidean",
        version="2.0",
    )
    assert _scored(folder, (4.9,), (-3.0,), (6.0,))["prediction"] == [1, 0, 2]


def _single_class(folder: Path) -> Path:
    row = {
        "numClasses": 2,
        "interceptVector": vector(-math.inf),
        "coefficientMatrix": matrix([0.0]),
        "isMultinomial": False,
    }
    return write(folder, "classification.LogisticRegressionModel", [row])


def _general(folder: Path, **params: Any) -> Path:
    row = {"intercept": 0.0, "coefficients": vector(1.0)}
    return write(folder, "regression.GeneralizedLinearRegressionModel", [row], params)


def _bayes(folder: Path) -> Path:
    row = {"pi": vector(-0.7, -0.69), "theta": matrix([0.0], [-0.3])}
    return write(folder, "classification.NaiveBayesModel", [row], {"modelType": "bernoulli"})


def _network(folder: Path) -> Path:
    name = "classification.MultilayerPerceptronClassificationModel"
    return write(folder, name, [{"weights": vector(1.0, 2.0)}], {"layers": [2, 2]})


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "one class": (_single_class, "labels that are all the same"),
    "family": (lambda folder: _general(folder, family="odd"), "unknown family 'odd'"),
    "link": (lambda folder: _general(folder, link="odd"), "unknown link 'odd'"),
    "thresholds": (lambda folder: _logistic(folder, thresholds=[0.5, 0.5]), "2 thresholds for 3"),
    "smoothing": (_bayes, "set smoothing above 0"),
    "layers": (_network, "2 weights, which are not those of layers"),
    "topics": (
        lambda folder: write(folder, "clustering.LocalLDAModel", [{"a": 1}]),
        "LocalLDAModel .* cannot be exported: the shares of its topics",
    ),
    "factors of users": (
        lambda folder: write(folder, "recommendation.ALSModel", [{"a": 1}]),
        "ALSModel .* cannot be exported: it holds numbers for the users",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, tmp_path: Path) -> None:
    make, reason = REFUSED[name]
    with pytest.raises(pmmlkit.ExportError, match=reason):
        pmmlkit.export(str(make(tmp_path / "model")))
