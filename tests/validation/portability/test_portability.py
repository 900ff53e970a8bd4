"""Each rule of portability, proved by the engine that it is about; and no false alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.language.document import Document
from pmmlkit.parity import Oracle, OracleError
from pmmlkit.validation.portability import check_portability, portability_rules
from pmmlkit.validation.rules import MOST_OF_A_RULE, explain
from pmmlkit.validation.rules.examples import example_document
from tests.corpus.anomaly_detection import documents as anomaly
from tests.corpus.bayesian_network import documents as bayesian
from tests.corpus.sequence import documents as sequence
from tests.corpus_cases import Case, cases
from tests.differential.engines import Answer, Failed, agree, ours, rows_of, theirs
from tests.test_corpus import DIFFERENT, ORACLE_CASES, PMML4S_LEFT_OUT

Table = Mapping[str, Sequence[Any]]

RULES = portability_rules()
VALUES: Table = {
    "x": [0.3, -1.0],
    "n": [2, 1],
    "s": ["a", "b"],
    "a": [True, True],
    "b": [False, True],
    "t": ["sun, sun moon sunny", "moon"],
    "h": [1, 1],
    "other": [1.0, 2.0],
    "g": ["one", "one"],
    "i": ["a", "b"],
}
"""The rows that examples are scored on: those fields that they have."""

NO_VALUE = {"x": [0.3, None]}
DAYS = {"t": ["2020-02-29", "2021-03-01"]}
FIRST = {"x": [0.3]}
ROWS: dict[str, Table] = {
    "PMML500": FIRST,
    "PMML502": NO_VALUE,
    "PMML517": DAYS,
    "PMML550": FIRST,
    "PMML558": NO_VALUE,
    "PMML565": {"t": ["10:11:12", "00:00:01"]},
    "PMML578": NO_VALUE,
    "PMML588": {"x": [0.3, 1.0], "y": [2.0, 5.0]},
    "PMML597": {"t": ["sun1sun", "sun"]},
}
"""The rows of the rules that need others."""

GOOD_ROWS: dict[str, Table] = {
    "PMML565": {"t": [3.0, 4.0]},
    "PMML588": {"x": [0.3, 1.0]},
}
"""The rows of good examples that take others than the bad ones."""


ALSO = {"PMML556": {"PMML591"}}
"""What else is found in a bad example: a Cox regression is another thing in PMML4S anyway."""


def rows(code: str, document: bytes, own: Mapping[str, Table] = ROWS) -> Table:
    chosen = own.get(code) or ROWS.get(code)
    if chosen is not None:
        return chosen
    return {item.name: VALUES[item.name] for item in pmmlkit.load(document).inputs}


def scores(document: bytes, table: Table) -> list[Answer]:
    """Score with pmmlkit: by rows too, where they do not depend on each other."""
    model = pmmlkit.load(document)
    if not model.sequential:
        return ours(document, table)
    columns = {
        name: np.ma.MaskedArray(cells).tolist() for name, cells in model.evaluate(table).items()
    }
    return list(rows_of(columns))


def codes(document: bytes) -> set[str]:
    return {finding.code for finding in check_portability(Document.read(document))}


def of_engine(code: str, jpmml: bool) -> bool:
    return (code < "PMML550") == jpmml


def nothing(document: bytes, table: Table, oracle: Oracle) -> bool:
    """Tell whether pmmlkit has a result where the engine refuses, fails or has none."""
    mine = scores(document, table)
    scored = [answer for answer in mine if not isinstance(answer, Failed)]
    assert scored, mine
    try:
        answers = theirs(document, table, oracle)
    except OracleError:
        return True
    return any(
        isinstance(right, Failed)
        or any(left[name] is not None and right.get(name) is None for name in left)
        for left, right in zip(mine, answers, strict=True)
        if not isinstance(left, Failed)
    )


def something_else(document: bytes, table: Table, oracle: Oracle) -> bool:
    """Tell whether pmmlkit and the engine have different results of one row."""
    return any(
        not agree(left[name], right[name], 1e-12)
        for left, right in zip(
            scores(document, table), theirs(document, table, oracle), strict=True
        )
        if not isinstance(left, Failed) and not isinstance(right, Failed)
        for name in left
        if right.get(name) is not None
    )


def same(document: bytes, table: Table, oracle: Oracle) -> bool:
    """Tell whether the engine has the results of pmmlkit in all rows."""
    return all(
        not isinstance(left, Failed)
        and not isinstance(right, Failed)
        and all(agree(left[name], right[name], 1e-12) for name in left if name in right)
        for left, right in zip(
            scores(document, table), theirs(document, table, oracle), strict=True
        )
    )


@pytest.mark.parametrize("code", RULES)
def test_the_engine_agrees_that_it_does_not(code: str, request: pytest.FixtureRequest) -> None:
    oracle = request.getfixturevalue("jpmml" if of_engine(code, True) else "pmml4s")
    document = example_document(RULES[code].bad)
    proof = nothing if RULES[code].severity == "warning" else something_else
    assert proof(document, rows(code, document), oracle)


LINKS = ("probit", "cloglog", "loglog", "cauchit")
UNCERTAIN = ("standardDeviation", "confidenceIntervalLower", "confidenceIntervalUpper")
DAY = '><Constant dataType="date">2020-02-29</Constant><Constant>'
MOMENT = '><Constant dataType="dateTime">2020-02-29T01:02:03</Constant><Constant>'
VARIANTS = [
    ("PMML502", "aggregateNodes", "weightedConfidence"),
    ("PMML509", "x-weightedSum", "x-weightedMedian"),
    ("PMML516", 'tokenize="false"', 'localTermWeights="augmentedNormalizedTermFrequency"'),
    *(("PMML517", "1990", year) for year in ("2000", "2010", "2020")),
    *(("PMML518", "standardError", feature) for feature in UNCERTAIN),
    ("PMML522", 'double" feature="affinity', 'string" feature="predictedValue'),
    *(("PMML523", "lessThan", f) for f in ("lessOrEqual", "greaterThan", "greaterOrEqual")),
    *(("PMML524", "%u", f"%{letter}") for letter in "wUVWGgxnt"),
    *(("PMML524", f"{DAY}%Y %u", f"{MOMENT}%{letter}") for letter in "Xc"),
    ("PMML526", "asExtremeValues", "asMissingValues"),
    ("PMML530", "selectFirst", "modelChain"),
    ("PMML564", f'dateDaysSinceYear"{DAY}', f'dateSecondsSinceYear"{MOMENT}'),
    ("PMML564", f'dateDaysSinceYear"{DAY}1960', f'formatDatetime"{DAY}%Y'),
    (
        "PMML564",
        f'dateDaysSinceYear"{DAY}1960</Constant>',
        f'dateSecondsSinceMidnight"{MOMENT.removesuffix("<Constant>")}',
    ),
    ("PMML566", "highValue", "lowValue"),
    ("PMML566", "asExtremeValues", "asMissingValues"),
    *(("PMML571", "standardDeviation", feature) for feature in UNCERTAIN[1:]),
    *(("PMML580", '"logit"', f'"{link}"') for link in LINKS),
    ("PMML582", "weightedMajorityVote", "max"),
]
"""Bad examples with another text: what else a rule covers."""


@pytest.mark.parametrize(("code", "text", "other"), VARIANTS)
def test_variants(code: str, text: str, other: str, request: pytest.FixtureRequest) -> None:
    oracle = request.getfixturevalue("jpmml" if of_engine(code, True) else "pmml4s")
    assert text in RULES[code].bad
    example = RULES[code].bad.replace(text, other)
    if "formatDatetime" in example:
        example = example.replace("continuous", "categorical").replace("double", "string")
    document = example_document(example)
    assert code in codes(document)
    proof = nothing if RULES[code].severity == "warning" else something_else
    assert proof(document, rows(code, document), oracle)


MODELS = {
    "AnomalyDetectionModel": anomaly.anomaly(
        anomaly.forest(anomaly.tree(0.0, 1.0, 3.0)),
        "iforest",
        {"x": "continuous double"},
        model='sampleDataSize="8"',
    ),
    "BayesianNetworkModel": bayesian.model(
        {"s": "categorical string: a b", "k": "categorical string: no yes"},
        "k",
        [
            bayesian.discrete("s", {"a": 0.5, "b": 0.5}),
            bayesian.discrete(
                "k",
                bayesian.given({"s": "a"}, {"no": 0.75, "yes": 0.25}),
                bayesian.given({"s": "b"}, {"no": 0.25, "yes": 0.75}),
            ),
        ],
        function="classification",
    ),
    "SequenceModel": sequence.model(
        sequence.sequence("A", "a") + sequence.sequence("B", "b"),
        sequence.rule("R", "A", ">", "B"),
    ),
    "TextModel": example_document(
        """<DataDictionary><DataField name="t" optype="categorical" dataType="string"/>
</DataDictionary><TextModel functionName="clustering" numberOfTerms="2" numberOfDocuments="2">
<MiningSchema><MiningField name="t"/></MiningSchema>
<TextDictionary><Array type="string" n="2">sun moon</Array></TextDictionary>
<TextCorpus><TextDocument id="d1"/><TextDocument id="d2"/></TextCorpus>
<DocumentTermMatrix><Matrix><Array type="real" n="2">1 0</Array>
<Array type="real" n="2">0 1</Array></Matrix></DocumentTermMatrix>
<TextModelSimiliarity similarityType="cosine"/></TextModel>"""
    ),
    "GaussianProcessModel": example_document(
        """<GaussianProcessModel functionName="regression"><MiningSchema><MiningField name="x"/>
<MiningField name="y" usageType="target"/></MiningSchema><RadialBasisKernel gamma="1"/>
<TrainingInstances><InstanceFields><InstanceField field="x"/><InstanceField field="y"/>
</InstanceFields><InlineTable><row><x>0</x><y>1</y></row></InlineTable></TrainingInstances>
</GaussianProcessModel>"""
    ),
}


@pytest.mark.parametrize("code", ["PMML500", "PMML550"])
@pytest.mark.parametrize("tag", MODELS)
def test_models(code: str, tag: str, request: pytest.FixtureRequest) -> None:
    jpmml = of_engine(code, True)
    document = MODELS[tag]
    expected = jpmml or tag != "AnomalyDetectionModel"
    assert (code in codes(document)) == expected
    oracle = request.getfixturevalue("jpmml" if jpmml else "pmml4s")
    table = (
        {"g": VALUES["g"], "t": [1.0, 2.0], "i": VALUES["i"]} if tag == "SequenceModel" else None
    )
    assert nothing(document, table or rows("", document), oracle) == expected


@pytest.mark.parametrize("code", RULES)
def test_the_engine_scores_the_good_example(code: str, request: pytest.FixtureRequest) -> None:
    oracle = request.getfixturevalue("jpmml" if of_engine(code, True) else "pmml4s")
    document = example_document(RULES[code].good)
    assert same(document, rows(code, document, GOOD_ROWS), oracle)


@pytest.mark.parametrize("code", RULES)
def test_examples_are_told_apart(code: str) -> None:
    jpmml = of_engine(code, True)
    bad, good = (example_document(text) for text in (RULES[code].bad, RULES[code].good))
    assert {found for found in codes(bad) if of_engine(found, jpmml)} == {code, *ALSO.get(code, ())}
    assert {found for found in codes(good) if of_engine(found, jpmml)} == set()


@pytest.mark.parametrize("code", RULES)
def test_words(code: str) -> None:
    item = RULES[code]
    name = "JPMML-Evaluator" if of_engine(code, True) else "PMML4S"
    assert item.severity in ("warning", "info")
    assert item.title.startswith(name)
    assert len(item.title) < 80
    assert item.explanation.endswith(".")
    assert explain(code).startswith(f"{code} ({item.severity}): {item.title}\n")
    document = Document.read(example_document(item.bad))
    for finding in check_portability(document):
        assert finding.path.startswith("PMML/")
        assert finding.line > 0
        assert finding.message.startswith(("JPMML-Evaluator ", "PMML4S "))


def test_there_are_rules_of_both() -> None:
    assert sum(of_engine(code, True) for code in RULES) >= 25
    assert sum(of_engine(code, False) for code in RULES) >= 25


def test_a_rule_does_not_drown_the_others() -> None:
    field = '<OutputField name="{}" optype="continuous" dataType="double" feature="standardError"/>'
    fields = "\n".join(field.format(f"o{at}") for at in range(MOST_OF_A_RULE + 10))
    found = check_portability(Document.read(example_document(f"<Output>{fields}</Output>")))
    assert len(found) == 2 * MOST_OF_A_RULE


def named(case: Case) -> str:
    return case.name


BY_CHANCE = {
    # The first 100 rows, which PMML4S is asked, need a 0 there, as which a missing value counts.
    "PMML564": {
        "jpmml-sklearn/DecisionTreeAuto",
        "jpmml-sklearn/DecisionTreeEnsembleAuto",
        "jpmml-sklearn/GBDTLMAuto",
        "jpmml-sklearn/GradientBoostingAuto",
        "jpmml-sklearn/LinearRegressionAuto",
        "jpmml-sklearn/PLSRegressionAuto",
        "jpmml-sklearn/TheilSenAuto",
    }
}
"""The documents that an engine scores though it does not evaluate something in them."""


@pytest.mark.skipif(not cases(), reason="the corpus is not beside the repository")
@pytest.mark.parametrize(
    ("jpmml", "scored"),
    [
        (True, ORACLE_CASES),
        (False, [c for c in cases() if c.name not in DIFFERENT | set(PMML4S_LEFT_OUT)]),
    ],
    ids=["JPMML-Evaluator", "PMML4S"],
)
def test_no_warning_of_what_an_engine_scores(jpmml: bool, scored: list[Case]) -> None:
    alarms = [
        (case.name, str(finding))
        for case in scored
        for finding in check_portability(Document.read(case.document))
        if finding.severity == "warning"
        and of_engine(finding.code, jpmml)
        and case.name not in BY_CHANCE.get(finding.code, ())
    ]
    assert alarms == []
