"""Clustering and support vector machines of PMML 3 on the way to 4.4."""

from __future__ import annotations

import pytest

import pmmlkit
from pmmlkit.errors import MarkupError
from tests.corpus.clustering.documents import affinities, array, clustering
from tests.corpus.clustering.test_models import NORMALIZED
from tests.corpus.support_vector_machine.documents import TWO_CATEGORIES
from tests.corpus.support_vector_machine.test_decisions import PAIRS, ROWS, classify, line
from tests.upgrading.comparing import assert_same_scores, errors_of, scores, stated


@pytest.mark.parametrize("version", ["3.0", "3.1", "3.2", "4.3"])
def test_center_fields(version: str) -> None:
    before = clustering(
        f'<Cluster id="A">{array([0, 1])}</Cluster><Cluster id="B">{array([1, 0])}</Cluster>',
        "<squaredEuclidean/>",
        fields={"x": "continuous double", "s": "categorical string"},
        attributes={"x": 'fieldWeight="4"', "s": ""},
        more=NORMALIZED.replace('name="c1"', 'name="x"'),
        output=affinities("A", "B"),
        version=version,
    )
    done = pmmlkit.upgrade(before)
    after = done.document.to_bytes()
    assert done.remaining == ()
    assert b"CenterFields" not in after
    assert b'<ClusteringField field="x 2" fieldWeight="4"/>' in after
    assert b'<ClusteringField field="CenterField"/>' in after
    assert [str(change.kind) for change in done.changes] == ["version", "moved", "moved"]
    assert errors_of(after) == []
    rows = [{"x": value, "s": text} for value in (5.0, 10.0, None) for text in ("m", "w", None)]
    assert_same_scores(before, after, rows)


@pytest.mark.parametrize("version", ["3.0", "3.2"])
def test_the_machines_of_pmml_3_are_for_pairs(version: str) -> None:
    before = classify(*PAIRS, version=version)
    after = pmmlkit.upgrade(before).document.to_bytes()
    assert b'classificationMethod="OneAgainstOne"' in after
    assert_same_scores(before, after, ROWS)
    assert errors_of(after) == []
    with pytest.raises(MarkupError, match="OneAgainstOne"):
        pmmlkit.load(stated(before, "4.4"))


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_the_alternate_of_old_machines(version: str) -> None:
    one = line(1, 0, targetCategory="p")
    before = classify(
        one, fields=TWO_CATEGORIES, version=version, alternateBinaryTargetCategory="q"
    )
    after = pmmlkit.upgrade(before).document.to_bytes()
    assert b"alternateBinaryTargetCategory" not in after
    assert errors_of(after) == []
    values = (0.0, 1.0, 0.4, 0.5, 1.4, -0.5, 0.49999, 0.50001)
    rows = [{"a": value, "b": 0.0} for value in values]
    assert_same_scores(before, after, rows)
    failing = [{"a": 1.5, "b": 0.0}, {"a": -0.6, "b": 0.0}]
    assert scores(before, failing)["fails"] == [True, True]
    assert scores(after, failing)["y"] == ["p", "q"]


def test_an_alternate_that_no_machine_needs() -> None:
    two = line(1, 0, targetCategory="p", alternateTargetCategory="q")
    before = classify(two, fields=TWO_CATEGORIES, version="3.2", alternateBinaryTargetCategory="r")
    after = pmmlkit.upgrade(before).document.to_bytes()
    assert b'threshold="0.5"' not in after
    assert_same_scores(before, after, ROWS)
