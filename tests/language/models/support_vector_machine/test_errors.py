"""Machines that do not fit together are refused at load, with the element and the line."""

from __future__ import annotations

from typing import Any

import pytest

import pmmlkit
from pmmlkit.errors import MarkupError, UnsupportedError
from tests.corpus.support_vector_machine.documents import (
    CATEGORIES,
    FIELDS,
    NUMBERS,
    TWO_CATEGORIES,
    array,
    machine,
    model,
    sparse,
    vectors,
)

ONE = machine(["v1"], [1])
PAIR = machine(["v1"], [1], targetCategory="p", alternateTargetCategory="q")
CLASSES: dict[str, Any] = {"function": "classification", "fields": CATEGORIES}
COEFFICIENTS: dict[str, Any] = {"svmRepresentation": "Coefficients"}

WRONG = {
    "a short vector": (
        model(ONE, dictionary=vectors(array(1))),
        "VectorInstance",
        "1 entries for 2 fields",
    ),
    "a long vector that nothing uses": (
        model(ONE, dictionary=vectors(array(1, 2), array(1, 2, 3))),
        "VectorInstance",
        "3 entries for 2 fields",
    ),
    "an Array with a wrong n": (
        model(ONE, dictionary=vectors('<Array n="3" type="real">1 2</Array>')),
        "Array",
        "n is 3",
    ),
    "a long sparse vector": (
        model(ONE, dictionary=vectors(sparse([3], [1], n=3))),
        "REAL-SparseArray",
        "2 are needed",
    ),
    "an index outside": (
        model(ONE, dictionary=vectors(sparse([3], [1], n=2))),
        "REAL-SparseArray",
        "indices",
    ),
    "two vectors of one id": (
        model(ONE, dictionary=vectors(array(1, 2), array(3, 4)).replace("v2", "v1")),
        "VectorInstance",
        "two vectors",
    ),
    "an unknown vector": (model(machine(["v9"], [1])), "SupportVector", "no vector 'v9'"),
    "too many coefficients": (
        model(machine(["v1"], [1, 2])),
        "SupportVectorMachine",
        "2 coefficients for 1 support vectors",
    ),
    "no support vectors": (
        model(machine(None, [1, 2])),
        "SupportVectorMachine",
        "needs SupportVectors",
    ),
    "too few coefficients of fields": (
        model(machine(None, [1]), **COEFFICIENTS),
        "SupportVectorMachine",
        "1 coefficients for 2 fields",
    ),
    "coefficients of a kernel": (
        model(machine(None, [1, 2]), kernel="<RadialBasisKernelType/>", **COEFFICIENTS),
        "SupportVectorMachineModel",
        "linear kernel",
    ),
    "two machines of a regression": (
        model(ONE, ONE),
        "SupportVectorMachineModel",
        "one SupportVectorMachine, not 2",
    ),
    "a coefficient of an entry": (
        model(
            ONE,
            dictionary=vectors(
                array(1, 2),
                fields='<FieldRef field="a"/>'
                '<CategoricalPredictor name="b" value="1" coefficient="2"/>',
            ),
        ),
        "CategoricalPredictor",
        "is 1, not 2",
    ),
    "a date": (
        model(ONE, fields={**NUMBERS, "b": "ordinal date"}),
        "FieldRef",
        "not a number",
    ),
    "a value that the field cannot have": (
        model(
            ONE,
            dictionary=vectors(
                array(1, 2),
                fields='<FieldRef field="a"/>'
                '<CategoricalPredictor name="b" value="x" coefficient="1"/>',
            ),
        ),
        "NormDiscrete",
        "cannot be compared",
    ),
    "no category": (model(ONE, ONE, **CLASSES), "SupportVectorMachine", "targetCategory"),
    "no category of a pair": (
        model(ONE, classificationMethod="OneAgainstOne", **CLASSES),
        "SupportVectorMachine",
        "targetCategory",
    ),
    "no alternate": (
        model(
            PAIR,
            machine(["v1"], [1], targetCategory="p"),
            classificationMethod="OneAgainstOne",
            **CLASSES,
        ),
        "SupportVectorMachine",
        "alternateTargetCategory",
    ),
    "no alternate where three are possible": (
        model(
            machine(["v1"], [1], targetCategory="p"),
            classificationMethod="OneAgainstOne",
            **CLASSES,
        ),
        "SupportVectorMachine",
        "alternateTargetCategory",
    ),
    "two machines for a category": (
        model(PAIR, PAIR, **CLASSES),
        "SupportVectorMachine",
        "need classificationMethod 'OneAgainstOne'",
    ),
    "a category that is no number": (
        model(
            PAIR,
            function="classification",
            fields={**CATEGORIES, "y": "categorical integer"},
        ),
        "SupportVectorMachine",
        "no integer",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_contradictions(name: str) -> None:
    text, element, words = WRONG[name]
    with pytest.raises(MarkupError, match=words) as caught:
        pmmlkit.load(text)
    assert f"{element}, line 1" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        model(ONE, function="clustering"),
        model(ONE, svmRepresentation="Both"),
        model(PAIR, classificationMethod="AllAgainstAll", **CLASSES),
    ],
)
def test_what_is_not_supported(text: bytes) -> None:
    with pytest.raises((UnsupportedError, MarkupError)):
        pmmlkit.load(text)


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (PAIR, "PMML371"),
        (machine(["v1"], [1], targetCategory="p"), "PMML372"),
    ],
)
def test_doubts(one: str, code: str) -> None:
    text = model(one, function="classification", fields=TWO_CATEGORIES)
    assert code in {finding.code for finding in pmmlkit.validate(text).findings}


def test_a_machine_that_leaves_one_category() -> None:
    text = model(machine(["v1"], [1], targetCategory="p"), **CLASSES)
    assert "PMML370" in {finding.code for finding in pmmlkit.validate(text).findings}


def test_a_method_that_fits_is_no_doubt() -> None:
    text = model(PAIR, classificationMethod="OneAgainstOne", **CLASSES)
    codes = {finding.code for finding in pmmlkit.validate(text).findings}
    assert not {code for code in codes if code.startswith("PMML37")}


def test_a_categorical_predictor_is_of_4_3_and_later() -> None:
    fields = '<CategoricalPredictor name="b" value="1" coefficient="1"/>'
    dictionary = vectors(array(1, 2), fields=FIELDS.replace('<FieldRef field="b"/>', fields))
    assert pmmlkit.validate(model(ONE, dictionary=dictionary, version="4.3")).ok
    # An older document is read all the same.
    old = model(ONE, dictionary=dictionary, version="4.2")
    assert pmmlkit.load(old).evaluate({"a": 2.0, "b": 1.0})["y"] == 4.0
