"""Estimators over data sets and preprocessing: what the document says, against the library itself,
in pmmlkit and in the other engines.

By default any two of them meet; with PMMLKIT_FULL=1 all combinations do, with
PMMLKIT_MATRIX=each (the environments of older releases) each of them is in one combination.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
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
from tests.exporters.covering import all_combinations, each_level, lacking_pairs, pairwise
from tests.exporters.pipelines import (
    ESTIMATORS,
    SOURCES,
    STEPS_OF_NUMBERS,
    WIDER,
    rows_and_target,
    steps,
)

ENGINES = ("jpmml", "pmml4s")
FULL = os.environ.get("PMMLKIT_FULL") == "1"
EACH = os.environ.get("PMMLKIT_MATRIX") == "each"


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
        "estimator": list(ESTIMATORS[learns]),
        # an encoder that learns from the target needs one
        "source": [it for it in SOURCES if learns != "none" or it != "target"],
        "numbers": list(STEPS_OF_NUMBERS),
        "wider": list(WIDER),
        "engines": [(engine,) for engine in ENGINES],
    }
    if EACH:
        factors["engines"] = [()]
    elif FULL:
        factors["engines"] = [ENGINES]
    return factors


def _cases() -> Iterator[Case]:
    choose = all_combinations if FULL else each_level if EACH else pairwise
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
        rows = np.flatnonzero(~_equally_near(pipeline, X)).tolist()
        clear = np.flatnonzero(~_on_threshold(pipeline, X)).tolist()
    document = pmmlkit.export(pipeline, X=X, y=y).to_bytes()
    assert_scores(document, _rows(X, rows), rows_of(expected, rows))
    for engine in case.engines:
        oracle = request.getfixturevalue(engine)
        # PMML4S compares float fields as doubles, with thresholds that were read as doubles
        chosen = [row for row in rows if engine != "pmml4s" or row in clear]
        assert_scores(
            document, _rows(X, chosen), rows_of(expected, chosen), oracle=oracle, case=case.name
        )


def _rows(X: Any, rows: list[int]) -> Any:
    return X.iloc[rows] if hasattr(X, "iloc") else X[rows]


def _expected(pipeline: Any, X: Any, y: Any) -> Expected:
    final = pipeline[-1]
    if hasattr(final, "offset_") and y is None:
        scores = np.asarray(pipeline.decision_function(X), np.float64)
        scale = float(np.abs(scores).max()) + _terms(final)
        return Expected(
            {"y": pipeline.predict(X).tolist()},
            {"decisionFunction": scores},
            {"decisionFunction": scale},
            np.abs(scores) <= 1e-12 * scale,
        )
    expected = expected_of(pipeline, X, getattr(y, "name", None) or "y")
    if isinstance(final, SVC) and len(final.classes_) > 2:
        # the winner of the votes is what PMML states, not the confidences
        return Expected(expected.labels)
    return expected


def _terms(final: Any) -> float:
    """Return the sum of the absolute coefficients of a sum of kernels, which are at most 1."""
    coefficients = getattr(final, "dual_coef_", getattr(final, "alpha_", 0.0))
    return float(np.abs(coefficients).sum())


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


def _thresholds(estimator: Any) -> Iterator[tuple[int, float]]:
    """Yield column and threshold of the splits of trees."""
    if hasattr(estimator, "get_booster"):
        table = estimator.get_booster().trees_to_dataframe()
        inner = table[table["Feature"] != "Leaf"]
        yield from zip(inner["Feature"].str[1:].astype(int), inner["Split"], strict=True)
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


@pytest.mark.parametrize("choose", [pairwise, all_combinations])
@pytest.mark.parametrize("sizes", [(7, 5, 3, 2), (3, 3, 3, 3), (2, 2), (1, 4, 4)])
def test_all_pairs_are_chosen(choose: Any, sizes: tuple[int, ...]) -> None:
    factors = {str(at): range(size) for at, size in enumerate(sizes)}
    rows = choose(factors)
    assert not lacking_pairs(rows, factors)
    if choose is pairwise:
        largest = sorted(sizes)[-2:]
        assert len(rows) <= 4 * largest[0] * largest[1] // 3
