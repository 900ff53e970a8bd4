"""Estimators over data sets and preprocessing: what the document says, against the library itself,
in pmmlkit and in the other engines.

By default any two of them meet in a case, and with each of the engines; with PMMLKIT_FULL=1 all
combinations are cases (23,000), in all engines. PMMLKIT_MATRIX says otherwise: with ``threes`` any
three of them meet; with ``each``, in the environments of older releases, every one of them is in
one case, without the other engines.
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
    each_level,
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
    "each": each_level,
}
CHOICE = os.environ.get("PMMLKIT_MATRIX", "all" if FULL else "pairs")
WHOLE = ("all", "threes")


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
    factors: dict[str, list[Any]] = {
        "estimator": [it for it in ESTIMATORS[learns] if CHOICE in WHOLE or it not in VARIANTS],
        # an encoder that learns from the target needs one
        "source": [it for it in SOURCES if learns != "none" or it != "target"],
        "numbers": list(STEPS_OF_NUMBERS),
        "wider": list(WIDER),
        "engines": [(engine,) for engine in ENGINES],
    }
    if CHOICE != "pairs":
        factors["engines"] = [ENGINES if CHOICE in WHOLE else ()]
    return factors


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
        expected = _expected(pipeline, X, y)
        rows = np.flatnonzero(~(_equally_near(pipeline, X) | _on_cut(pipeline, X))).tolist()
        unclear = _on_threshold(pipeline, X) | _overflows(pipeline, X)
        clear = np.flatnonzero(~unclear).tolist()
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


def _expected(pipeline: Any, X: Any, y: Any) -> Expected:
    """Return what the library says, with the sums of absolute terms behind it."""
    final = pipeline[-1]
    terms = _terms(final, _before(pipeline, X))
    if hasattr(final, "offset_") and y is None:
        scores = np.asarray(pipeline.decision_function(X), np.float64)
        scale = np.abs(scores).max() + terms
        labels, numbers = {"y": pipeline.predict(X).tolist()}, {"decisionFunction": scores}
        return Expected(labels, numbers, {"decisionFunction": scale}, np.abs(scores) < 1e-12)
    expected = expected_of(pipeline, X, getattr(y, "name", None) or "y")
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


def _terms(final: Any, Z: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return of each row the sum of the absolute terms of a sum of products or of kernels."""
    if hasattr(final, "centroids_"):
        # distances of scikit-learn are differences of squares, of which much cancels
        spread = final.within_class_std_dev_
        return np.asarray(np.square(Z / np.where(spread > 0.0, spread, 1.0)).sum(axis=1))
    if hasattr(final, "named_steps"):
        return _terms(final[-1], _before(final, Z))
    if hasattr(final, "rotations_"):
        # the squares of a quadratic form, multiplied out
        parts = zip(final.means_, final.rotations_, final.scalings_, strict=True)
        forms = [
            np.square((np.abs(Z) + np.abs(mean)) @ np.abs(rotation) / np.sqrt(scaling)).sum(axis=1)
            for mean, rotation, scaling in parts
        ]
        return np.asarray(np.max(forms, axis=0), np.float64)
    if hasattr(final, "support_vectors_"):
        return np.full(len(Z), np.abs(final.dual_coef_).sum())
    if hasattr(final, "alpha_") and hasattr(final, "X_train_"):
        return np.full(len(Z), np.abs(final.alpha_).sum())
    if not hasattr(final, "coef_"):
        return np.zeros(len(Z))
    coefficients = np.atleast_2d(np.asarray(final.coef_, np.float64))
    constants = np.abs(np.asarray(getattr(final, "intercept_", 0.0), np.float64))
    return np.asarray((np.abs(Z) @ np.abs(coefficients).T + constants).max(axis=1), np.float64)


def _before(pipeline: Any, X: Any) -> npt.NDArray[np.float64]:
    Z = pipeline[:-1].transform(X) if len(pipeline) > 1 else X
    return np.asarray(Z, np.float64)


def _equally_near(pipeline: Any, X: Any) -> npt.NDArray[np.bool_]:
    """Tell which rows have neighbours at the same distance, of which not all are among the k."""
    final = pipeline[-1]
    if not hasattr(final, "kneighbors"):
        return np.zeros(len(X), bool)
    distances = final.kneighbors(_before(pipeline, X), final.n_neighbors + 1)[0]
    return np.asarray(distances[:, -1] - distances[:, -2] <= 1e-9 * distances[:, -1], bool)


def _on_threshold(pipeline: Any, X: Any) -> npt.NDArray[np.bool_]:
    """Tell which rows meet a threshold of a tree exactly, as float32."""
    Z = _before(pipeline, X).astype(np.float32)
    found = np.zeros(len(Z), bool)
    for feature, threshold in _thresholds(pipeline[-1]):
        single = np.float32(threshold)
        found |= np.abs(Z[:, feature] - single) <= np.spacing(np.abs(single))
    return found


def _overflows(pipeline: Any, X: Any) -> npt.NDArray[np.bool_]:
    """Tell for which rows the softmax of a network takes exponentials that are beyond doubles, or
    all of them 0.
    """
    network = pipeline[-1]
    if getattr(network, "out_activation_", None) != "softmax":
        return np.zeros(len(X), bool)
    sums = _before(pipeline, X)
    *hidden, last = zip(network.coefs_, network.intercepts_, strict=True)
    for weights, constants in hidden:
        sums = np.maximum(sums @ weights + constants, 0.0)
    largest = (sums @ last[0] + last[1]).max(axis=1)
    limits = np.log(np.finfo(np.float64).max), np.log(np.finfo(np.float64).tiny)
    return np.asarray((largest > limits[0]) | (largest < limits[1]), bool)


def _on_cut(pipeline: Any, X: Any) -> npt.NDArray[np.bool_]:
    """Tell which rows meet a threshold between doubles but for rounding, as the ends of splines do:
    what engines compute in another order may then stand on the other side.
    """
    found = np.zeros(len(X), bool)
    cuts = list(_cuts(pipeline[-1]))
    if not cuts:
        return found
    Z = _before(pipeline, X)
    size = np.abs(Z).max(axis=0)
    for feature, cut in cuts:
        found |= np.abs(Z[:, feature] - cut) <= 1e-12 * size[feature]
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
