"""Documents that are broken at random: only a PmmlError may come of them, or a result.

300 examples by default, 20,000 with PMMLKIT_FULL=1. A find becomes a case of `FOUND` for good.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

import pmmlkit
from tests.documents import CLASSIFICATION, ENSEMBLE, REGRESSION

EXAMPLES = 20_000 if os.environ.get("PMMLKIT_FULL") == "1" else 300

SOURCES = (REGRESSION, CLASSIFICATION, ENSEMBLE)

TEXTS = (
    *("", " ", "x", "n", "s", "target", "y", "kind", "xx", "nowhere", "true", "regression"),
    *("classification", "double", "integer", "string", "date", "boolean", "float"),
    *("0", "-1", "1", "1.5", "1e400", "-1e400", "NaN", "INF", "2147483648", "9223372036854775808"),
    *("1,5", "abc", "+", "concat", "sum", "lessThan", "isIn", "x-average", "\u00e9", "\U0001f600"),
)
NAMES = (
    *("name", "field", "value", "dataType", "optype", "functionName", "function", "coefficient"),
    *("multipleModelMethod", "booleanOperator", "operator", "score", "defaultChild", "weight"),
    *("missingValueStrategy", "noTrueChildStrategy", "normalizationMethod", "usageType", "n"),
    *("invalidValueTreatment", "missingValueTreatment", "missingValueReplacement", "feature"),
    *("targetCategory", "exponent", "mapMissingTo", "defaultValue", "x-mathContext", "unknown"),
    *("recordCount", "isScorable", "outliers", "closure", "leftMargin", "threshold", "rank"),
)

ROWS: list[dict[str, Any]] = [
    {"x": 1.0, "n": 2, "s": "a", "f": 0.5, "flag": True, "day": "2020-01-01", "colour": "red"},
    {"x": -4.0, "n": None, "s": "?", "f": None, "flag": None, "day": None, "colour": None},
    {"x": 99.0, "n": 0, "s": "new", "f": 3.5, "flag": False, "day": "no day", "colour": "green"},
    {},
]


def drop(elements: list[Any], at: int, to: int, name: str, text: str) -> None:
    elements[at].getparent().remove(elements[at])


def duplicate(elements: list[Any], at: int, to: int, name: str, text: str) -> None:
    elements[at].addnext(etree.fromstring(etree.tostring(elements[at])))


def move(elements: list[Any], at: int, to: int, name: str, text: str) -> None:
    if elements[at] not in elements[to].iterancestors() and elements[at] is not elements[to]:
        elements[to].append(elements[at])


def copy(elements: list[Any], at: int, to: int, name: str, text: str) -> None:
    elements[to].insert(0, etree.fromstring(etree.tostring(elements[at])))


def rename(elements: list[Any], at: int, to: int, name: str, text: str) -> None:
    elements[at].tag = elements[to].tag


def change(elements: list[Any], at: int, to: int, name: str, text: str) -> None:
    attributes = sorted(elements[at].attrib)
    elements[at].set(attributes[to % len(attributes)] if attributes else name, text)


def add(elements: list[Any], at: int, to: int, name: str, text: str) -> None:
    elements[at].set(name, text)


def remove(elements: list[Any], at: int, to: int, name: str, text: str) -> None:
    attributes = sorted(elements[at].attrib)
    if attributes:
        del elements[at].attrib[attributes[to % len(attributes)]]


def write(elements: list[Any], at: int, to: int, name: str, text: str) -> None:
    elements[at].text = text


MUTATIONS = (drop, duplicate, move, copy, rename, change, change, change, add, remove, write)

STEPS = st.lists(
    st.tuples(
        st.sampled_from(MUTATIONS),
        st.integers(0, 10_000),
        st.integers(0, 10_000),
        st.sampled_from(NAMES),
        st.sampled_from(TEXTS),
    ),
    min_size=1,
    max_size=4,
)


def mutant(source: bytes, steps: list[Any]) -> bytes:
    root = etree.fromstring(source)
    for mutate, at, to, name, text in steps:
        elements = [element for element in root.iter() if element is not root]
        if elements:
            mutate(elements, at % len(elements), to % len(elements), name, text)
    written: bytes = etree.tostring(root)
    return written


def loaded(document: bytes) -> pmmlkit.Model | None:
    try:
        return pmmlkit.load(document)
    except pmmlkit.PmmlError:
        return None


def exercise(document: bytes) -> None:
    """Validate, load, score in both modes, write: nothing but PmmlErrors may happen."""
    report = pmmlkit.validate(document)
    model = loaded(document)
    if model is None:
        assert not report.ok, "the validator has nothing to say"
        return
    try:
        table = model.evaluate(ROWS, errors="column", absent="missing")
    except pmmlkit.PmmlError:
        table = None
    rows = []
    for row in ROWS:
        try:
            rows.append(model.evaluate(row, errors="column"))
        except pmmlkit.PmmlError:
            rows.append(None)
    if table is not None:
        for whole, alone in zip(table, rows, strict=True):
            assert alone is not None
            assert (whole["pmmlkit_error"] is None) == (alone["pmmlkit_error"] is None)
            assert repr(whole) == repr(alone) or all(_near(whole[key], alone[key]) for key in whole)
    again = model.document.to_bytes()
    assert pmmlkit.Document.read(again).to_bytes() == again


def _near(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return left == right or abs(left - right) <= 1e-12 * max(abs(left), abs(right), 1.0)
    return bool(left == right) or isinstance(left, str)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(source=st.sampled_from(SOURCES), steps=STEPS)
def test_only_errors_of_our_own(source: bytes, steps: list[Any]) -> None:
    exercise(mutant(source, steps))


FOUND: dict[str, bytes] = {
    # A row gave NaN, a list of rows None.
    "a result that is NaN": REGRESSION.replace(b'intercept="1"', b'intercept="-INF"').replace(
        b'coefficient="2"', b'coefficient="INF"'
    ),
}
"""Mutants that once ended in something else."""


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found(name: str) -> None:
    exercise(FOUND[name])


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    source=st.sampled_from(SOURCES),
    start=st.integers(0, 5_000),
    length=st.integers(0, 40),
    junk=st.binary(max_size=8),
)
def test_bytes_at_random(source: bytes, start: int, length: int, junk: bytes) -> None:
    at = start % len(source)
    exercise(source[:at] + junk + source[at + length :])
