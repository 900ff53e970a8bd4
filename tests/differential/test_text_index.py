"""Random TextIndex elements against JPMML and PMML4S."""

from __future__ import annotations

from hypothesis import given, settings

from pmmlkit.parity import Oracle
from tests.differential.engines import conflicts, shown
from tests.differential.strategies.text_index import TextCase, text_cases


def test_jpmml(jpmml: Oracle) -> None:
    @settings(max_examples=30, deadline=None)
    @given(case=text_cases())
    def run(case: TextCase) -> None:
        found = conflicts(case.document, case.table, jpmml)
        assert not found, case.document.decode() + shown(found)

    run()


def test_pmml4s(pmml4s: Oracle) -> None:
    @settings(max_examples=20, deadline=None)
    @given(case=text_cases(plain=True))
    def run(case: TextCase) -> None:
        # PMML4S gives a target without a field as text.
        excuses = [lambda item: item.name == "_target"]
        found = conflicts(case.document, case.table, pmml4s, excuses=excuses)
        assert not found, case.document.decode() + shown(found)

    run()
