"""Documents of other producers: every case of the gold corpus."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import pmmlkit
from pmmlkit.language.document import Document
from pmmlkit.parity import Oracle, ParityReport, compare
from tests.conftest import CORPUS
from tests.corpus_cases import Case, cases

LOOSER = {
    "jpmml-sklearn/SelectFirstIris": "fields are float, the training library computed in double; "
    "JPMML gives our values to the last bit",
}
"""Cases that the tighter tolerance of the upstream test does not fit: the wider one is used."""

FLOAT_ULP = 2.0**-24
"""Half the distance between neighbouring floats, relative to them."""

PMML4S_DIFFERS = {
    "does not find the output of a nearest neighbour model": ("dmg-samples/JKnnTieBreak",),
    "has no Lag": ("jpmml-sklearn/LinearRegressionAirline",),
    "has no several targets": ("jpmml-sklearn/MultiKNNAuto", "jpmml-sklearn/MultiMLPAuto"),
    "gives no score in most rows; JPMML and the training library agree with us": (
        "jpmml-sklearn-extension/ScaledScorecardAutoNA",
    ),
    "reads 0 and 1 as no booleans": (
        "jpmml-r/GLMFormulaVisit",
        "jpmml-r/NegbinFormulaVisit",
        "jpmml-r/StatmodGLMFormulaVisit",
    ),
    "gives a number for the label of a generalizedLinear model": ("jpmml-r/LRMFormulaAudit",),
    "does not know x-wordRE": (
        "jpmml-sklearn/CategoricalNBSentiment",
        "jpmml-sklearn/ComplementNBSentiment",
    ),
    "fills the ranks of reason codes that are left over": (
        "dmg-samples/JScorecardCharacteristicReason",
        "dmg-samples/ScorecardSample",
    ),
    "refuses a ScoreDistribution without recordCount": (
        "jpmml-r/BinaryTreeIris",
        "jpmml-r/ChaidAudit",
        "jpmml-r/ChaidIris",
        "jpmml-sklearn/DummyAudit",
        "jpmml-sklearn/DummyVersicolor",
    ),
    "does not find a DefineFunction that another one calls": (
        "jpmml-sklearn/Cubic3Spline",
        "jpmml-sklearn/Quadratic2Spline",
        "jpmml-sklearn/SinBSpline",
    ),
    "does not know x-multiModelChain": (
        "jpmml-sklearn/L1Norm",
        "jpmml-sklearn/MultiLinearRegressionAuto",
        "jpmml-sklearn/MultiPLSRegressionAuto",
    ),
    "stops at a segment without a target": (
        "jpmml-sklearn-extension/DecisionTreeTRegressorEmailBin",
    ),
    "truncates the prediction of an integer target": ("dmg-samples/RegressionLinear",),
    "gives no result of selectFirst, or of a chain that ends in one": (
        "dmg-samples/MiningEfficientChain",
        "dmg-samples/MiningSelectFirst",
        "jpmml-sklearn/EstimatorChainWine",
        "jpmml-sklearn/SelectFirstIris",
        "jpmml-sklearn/SelectFirstWine",
    ),
    "treats missing values in trees in its own way; the training library agrees with us": (
        "jpmml-lightgbm/RegressionAutoNA",
        "jpmml-r-xgboost/XGBoostAuditNA",
        "jpmml-sklearn-xgboost/WOEEncoderAuditNA",
        "jpmml-sklearn-xgboost/XGBIrisCat",
        "jpmml-sklearn/DecisionTreeAuditNA",
        "jpmml-sklearn/DecisionTreeAutoNA",
        "jpmml-sklearn/ExtraTreesAutoNA",
        "jpmml-sklearn/HistGradientBoostingAutoNA",
        "jpmml-sklearn/RandomForestAutoNA",
        "jpmml-sklearn/TargetEncoderAutoNA",
    ),
    "gives no probability to a class that the ScoreDistributions of the node do not name": (
        "jpmml-sklearn/CHAIDAudit",
    ),
    "takes another weighted median; the training library agrees with us": (
        "jpmml-sklearn/AdaBoostAuto",
    ),
    "gets date functions of its JSON bridge's dates wrong": (
        "jpmml-sklearn/DurationInDaysApollo",
        "jpmml-sklearn/DurationInSecondsApollo",
    ),
    "takes the last category of an ordinal target wrongly": (
        "jpmml-sklearn-extension/OrdinalClassifierIsotonicAuto",
        "jpmml-sklearn-statsmodels/OrderedLogitAuto",
    ),
    "gives another result in a few rows; JPMML and the training library agree with us": (
        "jpmml-sklearn/RandomForestAuto",
        "jpmml-sklearn/DecisionTreeAuditDict",
        "jpmml-sklearn/DecisionTreeIsotonicAudit",
        "jpmml-sklearn/LinearSVCAudit",
        "jpmml-sklearn/OvRLogisticRegressionAudit",
        "jpmml-sklearn/RidgeAudit",
        "jpmml-sparkml/RandomForestAudit",
    ),
}
"""Cases in which PMML4S stops or gives something else, by what it does."""

PMML4S_LEFT_OUT = {
    "jpmml-sklearn/RandomForestSentiment": "15 of its texts in 150 s gave no answer",
    "jpmml-sparkml/DecisionTreeSentiment": "15 of its texts in 150 s gave no answer",
    "dmg-samples/AssociationRule": "it scores each row by itself, where rows are grouped",
}
"""Cases that PMML4S is not asked about."""


def named(case: Case) -> str:
    return case.name


CASES = cases()

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="no gold corpus beside the repository (../shared/corpus)"
)


def results(answer: dict[str, np.ndarray]) -> dict[str, list[object]]:
    return {name: np.ma.MaskedArray(values).tolist() for name, values in answer.items()}


def is_single(case: Case) -> bool:
    """Tell whether the document computes in single precision."""
    return b'x-mathContext="float"' in case.document


def conflicts(case: Case, actual: dict[str, list[object]]) -> list[str]:
    found = []
    # In single precision, 1 - p cancels: the upstream tolerance for that is the wider one.
    strict = case.name not in LOOSER and not is_single(case)
    for name, texts in case.expected.items():
        if name not in case.meta["expected_columns"]:
            continue
        if name not in actual:
            found.append(f"no column {name}; there are {sorted(actual)}")
            continue
        if len(actual[name]) != len(texts):
            found.append(f"{name}: {len(actual[name])} rows, expected {len(texts)}")
            continue
        found += [
            f"{name}, row {row}: got {value!r}, expected {text!r}"
            for row, (value, text) in enumerate(zip(actual[name], texts, strict=True))
            if not case.agrees(value, text, strict=strict)
        ]
    return found


@pytest.mark.parametrize("case", CASES, ids=named)
def test_columns_reach_the_expected_values(case: Case) -> None:
    model = pmmlkit.load(case.document)
    assert conflicts(case, results(model.evaluate(case.columns))) == []


@pytest.mark.parametrize("case", CASES, ids=named)
def test_rows_reach_the_expected_values(case: Case) -> None:
    model = pmmlkit.load(case.document)
    if model.sequential:
        pytest.skip("a row of this model needs the rows before it")
    columns = case.columns
    size = len(next(iter(columns.values())))
    answers = [
        model.evaluate({name: values[row] for name, values in columns.items()})
        for row in range(size)
    ]
    names = answers[0] if answers else {}
    actual = {name: [answer[name] for answer in answers] for name in names}
    assert conflicts(case, actual) == []


@pytest.mark.parametrize("case", cases(), ids=named)
def test_round_trip_loses_nothing(case: Case) -> None:
    first = Document.read(case.document)
    text = first.to_bytes()
    second = Document.read(text)
    assert second.root == first.root
    assert second.to_bytes() == text
    assert second.namespaces == first.namespaces


@pytest.mark.parametrize("case", CASES[::5], ids=named)
def test_a_model_pickles(case: Case) -> None:
    model = pmmlkit.load(case.document)
    again = pickle.loads(pickle.dumps(model))
    columns = {name: values[:20] for name, values in case.columns.items()}
    assert results(again.evaluate(columns)) == results(model.evaluate(columns))


VERIFIED = [case for case in CASES if b"<ModelVerification" in case.document]


@pytest.mark.parametrize("case", VERIFIED, ids=named)
def test_the_documents_own_verification_holds(case: Case) -> None:
    model = pmmlkit.load(case.document)
    if model.document.root.models[0].model_verification is None:
        pytest.skip("the rows are of a segment, whose inputs are other segments' results")
    report = model.verify()
    assert report.ok, str(report)
    assert report.rows > 0


ORACLE_CASES = [case for case in CASES if not case.meta.get("reference_fails")]


@pytest.mark.parametrize("case", ORACLE_CASES, ids=named)
def test_parity_with_jpmml(case: Case, jpmml: Oracle) -> None:
    # Links in single precision differ in their last bits: JPMML's float exp is its own.
    tolerance = 8 * FLOAT_ULP if is_single(case) else 1e-12
    report = compare(case.document, case.columns, [jpmml], rel=tolerance, abs=tolerance)
    assert report.ok, str(report)


def pmml4s_report(case: Case, pmml4s: Oracle) -> ParityReport:
    columns = {name: values[:100] for name, values in case.columns.items()}
    # PMML4S does not know x-mathContext: it sums in double where the document says float.
    tolerance = 1e-5 if is_single(case) else 1e-9
    return compare(case.document, columns, [pmml4s], rel=tolerance, abs=tolerance)


DIFFERENT = {name for names in PMML4S_DIFFERS.values() for name in names}


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.name not in DIFFERENT and case.name not in PMML4S_LEFT_OUT],
    ids=named,
)
def test_parity_with_pmml4s(case: Case, pmml4s: Oracle) -> None:
    report = pmml4s_report(case, pmml4s)
    assert report.ok, str(report)


@pytest.mark.parametrize("case", [case for case in CASES if case.name in DIFFERENT], ids=named)
def test_what_pmml4s_does_otherwise_is_still_so(case: Case, pmml4s: Oracle) -> None:
    assert not pmml4s_report(case, pmml4s).ok
