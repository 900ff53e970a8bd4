"""The rules over the gold corpus: no errors, and warnings only where a document is in fact odd."""

from __future__ import annotations

import pytest

from pmmlkit.language.document import Document
from pmmlkit.validation.rules import check
from tests.conftest import CORPUS
from tests.corpus_cases import cases

ODD = {
    # numberOfFields was not brought up to date
    "dmg-samples/JKnnTieBreak": {"PMML226"},
    # `< 2.45` beside `> 2.45`
    "dmg-samples/MiningEfficientChain": {"PMML244"},
    "dmg-samples/MiningSelectFirst": {"PMML226", "PMML244"},
    "dmg-samples/MiningWeightedAverage": {"PMML226", "PMML244"},
    # `> 0.538` with `<= 0.259` below it
    "dmg-samples/AnomalyIForest": {"PMML240"},
    # `<= 1000` in two attributes, of which the second has the formula; `> 1500` beside `<= 2500`
    "dmg-samples/ScorecardSample": {"PMML353", "PMML355"},
    # an output is named 'R_speciesIRIS_SETOSA    '
    "dmg-samples/TreeResidual31": {"PMML491"},
}
"""The documents that a rule rightly warns of, each with why."""


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not beside the repository")
def test_warnings_of_the_corpus() -> None:
    found: dict[str, set[str]] = {}
    for case in cases():
        for finding in check(Document.read(case.document)):
            assert finding.severity != "error", (case.name, finding)
            if finding.severity == "warning":
                name = "/".join(case.folder.parts[-2:])
                found.setdefault(name, set()).add(finding.code)
    assert found == ODD
