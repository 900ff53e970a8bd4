"""Estimators over data sets and preprocessing: what the document says, against the library itself,
in pmmlkit and in the other engines.

By default any two of them meet in a case, and with each of the engines; with PMMLKIT_FULL=1 all
combinations are cases (23,726), in all engines. PMMLKIT_MATRIX says which meet: ``pairs``,
``threes`` or ``all``. With PMMLKIT_ORACLES=0 pmmlkit alone scores.
"""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

import pmmlkit

pytest.importorskip("pandas")
pytest.importorskip("sklearn")

from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from tests.exporters.agreement import (
    Expected,
    assert_scores,
    expected_of,
    rows_of,
)
from tests.exporters.covering import (
    Combination,
    Factors,
    all_combinations,
    covering,
    lacking,
)
from tests.exporters.pipelines import (
    ESTIMATORS,
    SOURCES,
    STEPS_OF_NUMBERS,
    VARIANTS,
    WIDER,
    rows_and_target,
    steps,
)

ENGINES = ("jpmml", "pmml4s")
RELATIVE = {
    "XGBClassifier": 2.0**-15,
    "XGBRegressor": 2.0**-15,
}
"""XGBoost adds up in single precision, PMML4S in double; XGBoost's own tests are stricter."""

FULL = os.environ.get("PMMLKIT_FULL") == "1"
CHOICES: Mapping[str, Callable[[Factors], list[Combination]]] = {
    "all": all_combinations,
    "threes": partial(covering, strength=3),
    "pairs": partial(covering, strength=2),
}
CHOICE = os.environ.get("PMMLKIT_MATRIX", "all" if FULL else "pairs")
WHOLE = ("all", "threes")
WITH_ORACLES = os.environ.get("PMMLKIT_ORACLES") != "0"


class Case(NamedTuple):
    """One pipeline to train, export and score, in pmmlkit and in these engines."""

    learns: str
    estimator: str
    source: str
    numbers: str
    wider: str
    engines: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the test, and of the case in `engine_faults`."""
        parts = (self.learns, self.estimator, self.source, self.numbers, self.wider)
        return "matrix." + ".".join(parts)


def _factors(learns: str) -> dict[str, list[Any]]:
    return {
        "estimator": [it for it in ESTIMATORS[learns] if CHOICE in WHOLE or it not in VARIANTS],
        # an encoder that learns from the target needs one
        "source": [it for it in SOURCES if learns != "none" or it != "target"],
        "numbers": list(STEPS_OF_NUMBERS),
        "wider": list(WIDER),
        "engines": _engines(),
    }


def _engines() -> list[tuple[str, ...]]:
    """Return the choices of engines beside pmmlkit."""
    if not WITH_ORACLES:
        return [()]
    return [ENGINES] if CHOICE in WHOLE else [(engine,) for engine in ENGINES]


def _cases() -> Iterator[Case]:
    choose = CHOICES[CHOICE]
    for learns in ESTIMATORS:
        yield from (Case(learns, **chosen) for chosen in choose(_factors(learns)))


@pytest.mark.parametrize("case", list(_cases()), ids=lambda case: case.name)
def test_scores_as_the_library(case: Case, request: pytest.FixtureRequest) -> None:
    X, y = rows_and_target(case.source, case.learns, case.estimator)
    estimator = ESTIMATORS[case.learns][case.estimator]()
    pipeline = make_pipeline(*steps(case.source, case.numbers, case.wider), estimator)
    with warnings.catch_warnings():
        # how well the training goes is not what is tested
        warnings.simplefilter("ignore")
        pipeline.fit(X, y)
        features = pipeline[:-1].transform(X) if len(pipeline) > 1 else X
        final, Z = pipeline[-1], np.asarray(features, np.float64)
        expected = _expected(final, features, Z, y)
        rows = np.flatnonzero(~(_equally_near(final, Z) | _on_cut(final, Z))).tolist()
        clear = np.flatnonzero(~(_on_threshold(final, Z) | _overflows(final, Z))).tolist()
    document = pmmlkit.export(pipeline, X=X, y=y).to_bytes()
    if not rows:
        pytest.skip("no row has an answer that does not hang on the last bit of a number")
    assert_scores(document, _rows(X, rows), rows_of(expected, rows))
    for engine in case.engines:
        oracle = request.getfixturevalue(engine)
        # PMML4S compares float fields as doubles, with thresholds that were read as doubles, and
        # does not take the largest sum off before it exponentiates for a softmax
        chosen = [row for row in rows if engine != "pmml4s" or row in clear]
        if chosen:
            part, wanted = _rows(X, chosen), rows_of(expected, chosen)
            assert_scores(document, part, wanted, oracle=oracle, case=case.name)


def _rows(X: Any, rows: list[int]) -> Any:
    return X.iloc[rows] if hasattr(X, "iloc") else X[rows]


Doubles = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]


def _expected(final: Any, features: Any, Z: Doubles, y: Any) -> Expected:
    """Return what the estimator says of its features, which Z are as doubles, with the sums of
    absolute terms behind it.
    """
    terms = _terms(final, Z)
    if hasattr(final, "offset_") and y is None:
        scores = np.asarray(final.decision_function(features), np.float64)
        scale = np.abs(scores).max() + terms
        labels, numbers = {"y": final.predict(features).tolist()}, {"decisionFunction": scores}
        return Expected(labels, numbers, {"decisionFunction": scale}, np.abs(scores) < 1e-12)
    expected = expected_of(final, features, getattr(y, "name", None) or "y")
    if isinstance(final, SVC) and len(final.classes_) > 2:
        # the winner of the votes is what PMML states, not the confidences
        return Expected(expected.labels)
    if _is_noise(final):
        return Expected(expected.labels)
    scales = {
        name: np.maximum(expected.scales.get(name, np.abs(numbers).max()), terms)
        for name, numbers in expected.numbers.items()
    }
    relative = RELATIVE.get(type(final).__name__, expected.relative)
    return replace(expected, scales=scales, relative=relative)


def _is_noise(final: Any) -> bool:
    """Tell whether distances are divided by the deviation of a column that is constant but for
    rounding: then probabilities are made of rounding errors, and no tolerance means anything.
    """
    if not hasattr(final, "centroids_"):
        return False
    spread, size = final.within_class_std_dev_, np.abs(final.centroids_).max(axis=0)
    return bool(((spread > 0.0) & (spread <= 1e-12 * size)).any())


def _terms(final: Any, Z: Doubles) -> Doubles:
    """Return of each row the sum of the absolute terms of a sum of products or of kernels."""
    for attribute, terms in TERMS.items():
        if hasattr(final, attribute):
            return np.asarray(terms(final, Z), np.float64)
    return np.zeros(len(Z))


def _terms_of_pipeline(final: Any, Z: Doubles) -> Doubles:
    return _terms(final[-1], np.asarray(final[:-1].transform(Z), np.float64))


def _terms_of_centroids(final: Any, Z: Doubles) -> Any:
    # distances of scikit-learn are differences of squares, of which much cancels
    spread = final.within_class_std_dev_
    return np.square(Z / np.where(spread > 0.0, spread, 1.0)).sum(axis=1)


def _terms_of_densities(final: Any, Z: Doubles) -> Any:
    # in the logarithms of normal densities the squares of differences, one factor as a sum; what is
    # wrong with a class changes probabilities in proportion to its own
    sums = [
        (np.abs(Z - mean) * (np.abs(Z) + np.abs(mean)) / variance).sum(axis=1)
        for mean, variance in zip(final.theta_, final.var_, strict=True)
    ]
    return 1.0 + (final.predict_proba(Z) * np.transpose(sums)).sum(axis=1)


def _terms_of_network(final: Any, Z: Doubles) -> Any:
    sums = np.abs(Z)
    for weights, constants in zip(final.coefs_, final.intercepts_, strict=True):
        sums = sums @ np.abs(weights) + np.abs(constants)
    return sums.max(axis=1)


def _terms_of_quadratic_forms(final: Any, Z: Doubles) -> Any:
    # the squares of a quadratic form, multiplied out
    parts = zip(final.means_, final.rotations_, final.scalings_, strict=True)
    forms = [
        np.square((np.abs(Z) + np.abs(mean)) @ np.abs(rotation) / np.sqrt(scaling)).sum(axis=1)
        for mean, rotation, scaling in parts
    ]
    return np.max(forms, axis=0)


def _terms_of_line(final: Any, Z: Doubles) -> Any:
    coefficients = np.atleast_2d(np.asarray(final.coef_, np.float64))
    constants = np.abs(np.asarray(getattr(final, "intercept_", 0.0), np.float64))
    return (np.abs(Z) @ np.abs(coefficients).T + constants).max(axis=1)


TERMS: Mapping[str, Callable[[Any, Doubles], Any]] = {
    "named_steps": _terms_of_pipeline,
    "centroids_": _terms_of_centroids,
    "theta_": _terms_of_densities,
    "coefs_": _terms_of_network,
    "rotations_": _terms_of_quadratic_forms,
    "support_vectors_": lambda final, Z: np.full(len(Z), np.abs(final.dual_coef_).sum()),
    "X_train_": lambda final, Z: np.full(len(Z), np.abs(final.alpha_).sum()),
    "coef_": _terms_of_line,
}
"""By the attribute that tells the kind of an estimator; the first that it has counts."""


def _equally_near(final: Any, Z: Doubles) -> Marks:
    """Tell which rows have neighbours at the same distance, of which not all are among the k."""
    if not hasattr(final, "kneighbors"):
        return np.zeros(len(Z), bool)
    distances = final.kneighbors(Z, final.n_neighbors + 1)[0]
    return np.asarray(distances[:, -1] - distances[:, -2] <= 1e-9 * distances[:, -1], bool)


def _on_threshold(final: Any, Z: Doubles) -> Marks:
    """Tell which rows meet a threshold of a tree exactly, as float32."""
    singles = Z.astype(np.float32)
    found = np.zeros(len(Z), bool)
    for feature, threshold in _thresholds(final):
        single = np.float32(threshold)
        found |= np.abs(singles[:, feature] - single) <= np.spacing(np.abs(single))
    return found


def _overflows(final: Any, Z: Doubles) -> Marks:
    """Tell for which rows the softmax of a network takes exponentials that are beyond doubles, or
    all of them 0.
    """
    if getattr(final, "out_activation_", None) != "softmax":
        return np.zeros(len(Z), bool)
    sums = Z
    *hidden, last = zip(final.coefs_, final.intercepts_, strict=True)
    for weights, constants in hidden:
        sums = np.maximum(sums @ weights + constants, 0.0)
    largest = (sums @ last[0] + last[1]).max(axis=1)
    limits = np.log(np.finfo(np.float64).max), np.log(np.finfo(np.float64).tiny)
    return np.asarray((largest > limits[0]) | (largest < limits[1]), bool)


def _on_cut(final: Any, Z: Doubles) -> Marks:
    """Tell which rows meet a threshold but for rounding, as the ends of splines do: what engines
    compute in another order may then stand on the other side.
    """
    found = np.zeros(len(Z), bool)
    away = 1e-12 * np.abs(Z).max(axis=0)
    for feature, cut in _cuts(final):
        found |= np.abs(Z[:, feature] - cut) <= away[feature]
    # other trees round to single precision before they compare
    lower, higher = (Z - away).astype(np.float32), (Z + away).astype(np.float32)
    for feature, threshold in _thresholds(final):
        found |= (lower[:, feature] <= threshold) != (higher[:, feature] <= threshold)
    return found


def _cuts(estimator: Any) -> Iterator[tuple[int, float]]:
    """Yield column and threshold of splits between numbers in double precision."""
    for stage in getattr(estimator, "_predictors", ()):
        for tree in stage:
            inner = tree.nodes[tree.nodes["is_leaf"] == 0]
            yield from zip(
                inner["feature_idx"].tolist(), inner["num_threshold"].tolist(), strict=True
            )
    if hasattr(estimator, "term_features_"):
        for feature, levels in enumerate(estimator.bins_):
            for cuts in levels:
                if isinstance(cuts, np.ndarray):
                    yield from ((feature, cut) for cut in cuts.tolist())


def _thresholds(estimator: Any) -> Iterator[tuple[int, float]]:
    """Yield column and threshold of the splits of trees."""
    if hasattr(estimator, "get_booster"):
        table = estimator.get_booster().trees_to_dataframe()
        inner = table[table["Feature"] != "Leaf"]
        names = estimator.get_booster().feature_names
        names = names or [f"f{at}" for at in range(estimator.n_features_in_)]
        yield from zip(map(names.index, inner["Feature"]), inner["Split"], strict=True)
    elif hasattr(estimator, "tree_"):
        inner = estimator.tree_.feature >= 0
        yield from zip(
            estimator.tree_.feature[inner], estimator.tree_.threshold[inner], strict=True
        )
    members = np.ravel(getattr(estimator, "estimators_", [])).tolist()
    columns = getattr(estimator, "estimators_features_", [None] * len(members))
    for member, chosen in zip(members, columns, strict=True):
        for feature, threshold in _thresholds(member):
            yield (feature if chosen is None else int(chosen[feature])), threshold


@pytest.mark.parametrize("strength", [2, 3])
@pytest.mark.parametrize("sizes", [(7, 5, 3, 2), (3, 3, 3, 3), (2, 2, 2), (1, 4, 4), (9, 4, 4, 1)])
def test_all_meet(strength: int, sizes: tuple[int, ...]) -> None:
    factors = {str(at): range(size) for at, size in enumerate(sizes)}
    rows = covering(factors, strength)
    assert not lacking(rows, factors, strength)
    least = math.prod(sorted(sizes)[-strength:])
    assert len(rows) <= 4 * least // 3
