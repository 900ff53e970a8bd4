"""Mixtures of normal distributions: labels, shares and densities, and EllipticEnvelope; against
scikit-learn and the oracles.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import Expected, assert_predicts
from tests.exporters.sklearn.clouds import chosen, cloud, outliers_expected, scoring

pytest.importorskip("sklearn")

from sklearn.covariance import EllipticEnvelope
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

PROCESS = {"max_iter": 300}
DIRICHLET = {"max_iter": 300, "weight_concentration_prior_type": "dirichlet_distribution"}
KINDS: list[tuple[str, Any, dict[str, Any]]] = [
    ("plain", GaussianMixture, {}),
    ("process", BayesianGaussianMixture, PROCESS),
    ("dirichlet", BayesianGaussianMixture, DIRICHLET),
]

MIXTURES: dict[str, Any] = {
    f"{name}_{kind}": make(n_components=3, covariance_type=kind, random_state=0, **options)
    for name, make, options in KINDS
    for kind in ("full", "tied", "diag", "spherical")
} | {
    "one": GaussianMixture(1),
    "scaled": make_pipeline(StandardScaler(), GaussianMixture(2, random_state=0)),
}


def _expected(estimator: Any, rows: Any) -> Expected:
    shares = estimator.predict_proba(rows)
    names = [f"probability({number})" for number in range(shares.shape[1])]
    numbers = dict(zip(names, shares.T, strict=True))
    return Expected(
        {"y": estimator.predict(rows).tolist()},
        {**numbers, "scoreSamples": estimator.score_samples(rows)},
        scales=dict.fromkeys(names, 1.0),
    )


@pytest.mark.parametrize("name", chosen(MIXTURES))
def test_mixtures(name: str, engine: Oracle | None) -> None:
    estimator = MIXTURES[name].fit(cloud())
    expected = _expected(estimator, scoring())
    case = f"mixture.{name}"
    assert_predicts(estimator, scoring(), expected=expected, oracle=engine, case=case)


@pytest.mark.parametrize("scaled", [False, True], ids=["plain", "scaled"])
def test_elliptic_envelope(scaled: bool, engine: Oracle | None) -> None:
    envelope = EllipticEnvelope(random_state=0)
    estimator = make_pipeline(StandardScaler(), envelope) if scaled else envelope
    estimator.fit(cloud())
    expected = outliers_expected(estimator, scoring())
    assert set(expected.labels["y"]) == {-1, 1}
    assert_predicts(estimator, scoring(), expected=expected, oracle=engine, case="covariance")


def test_a_component_is_a_category_of_the_target() -> None:
    estimator = GaussianMixture(2, random_state=0).fit(cloud())
    document = pmmlkit.export(estimator, y="component")
    target = document.root.data_dictionary.data_fields[-1]
    assert (target.name, target.data_type) == ("component", "integer")
    assert [it.value for it in target.values] == ["0", "1"]
    assert np.unique(pmmlkit.load(document).predict(cloud())).tolist() == [0, 1]
