"""`validate` over documents of other producers: errors only where one is in fact wrong."""

from __future__ import annotations

import pytest

from pmmlkit.validation import validate
from tests.conftest import CORPUS
from tests.corpus_cases import cases

WRONG = {
    # ScoreDistribution without recordCount, which every version asks for
    "jpmml-r/BinaryTreeIris": {"PMML010"},
    "jpmml-r/ChaidAudit": {"PMML010"},
    "jpmml-r/ChaidIris": {"PMML010"},
    "jpmml-sklearn/DummyVersicolor": {"PMML010"},
    "jpmml-sklearn/DummyAudit": {"PMML010"},
    # rows of one cell: the schema asks for two
    "jpmml-sklearn/DummyAuto": {"PMML016"},
    # Values inside of an OutputField
    "jpmml-sklearn/KMeansWheat": {"PMML015"},
    "jpmml-sklearn/MiniBatchKMeansWheat": {"PMML015"},
}
UNKNOWN = {
    # isFinalResult came with 4.3, the document says 4.1
    "dmg-samples/JRegressionOutput": {"PMML013"},
    # rawDataValue went before 4.1
    "dmg-samples/TreeResidual31": {"PMML013"},
    # attributes of PredictiveModelQuality that came with 4.4.1, the documents say 4.4
    "jpmml-sklearn/DecisionTreeIsotonicAudit": {"PMML013"},
    "jpmml-sklearn/DummyAudit": {"PMML013"},
    "jpmml-sklearn/LinearSVCAudit": {"PMML013"},
    "jpmml-sklearn/OvRLogisticRegressionAudit": {"PMML013"},
    "jpmml-sklearn/RidgeAudit": {"PMML013"},
    # a second Value inside of an OutputField, where the schema has given up
    "jpmml-sklearn/KMeansWheat": {"PMML015"},
    "jpmml-sklearn/MiniBatchKMeansWheat": {"PMML015"},
}
"""The documents that break the schema of the version that they state, each with how."""


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not beside the repository")
def test_schema_and_corpus() -> None:
    errors: dict[str, set[str]] = {}
    warnings: dict[str, set[str]] = {}
    for case in cases():
        for finding in validate(case.document).findings:
            name = "/".join(case.folder.parts[-2:])
            if finding.severity == "error":
                errors.setdefault(name, set()).add(finding.code)
            elif finding.severity == "warning" and finding.code < "PMML100":
                warnings.setdefault(name, set()).add(finding.code)
    assert errors == WRONG
    assert warnings == UNKNOWN
