"""What attributes state is not believed: sizes are counted before memory is taken, and a value that
is not listed is refused where it would change a score.
"""

from __future__ import annotations

import multiprocessing
import os
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from typing import Any

import pytest
from lxml import etree

import pmmlkit
from pmmlkit.language.vocabulary import element_classes
from pmmlkit.xml.declaration import Attribute
from pmmlkit.xml.lexical import INTEGER, NUMBER
from tests.fuzz.exercise import limited
from tests.fuzz.seeds import FAMILIES, documents

IS_FULL = os.environ.get("PMMLKIT_FULL") == "1"
COUNT = 40 if IS_FULL else 1
SIZES = ("7000", "2147483648", "-1", "0", "9223372036854775808", "1e300", "NaN", "")
MOST = 20 * 2**20
"""Bytes that a small document may take while it is loaded."""


def attributes(text: bytes, suits: Any) -> Iterator[tuple[Any, Any, str]]:
    """Yield the root with each element and name of an attribute of it that suits."""
    root = etree.fromstring(text)
    seen = set()
    for element in root.iter("*"):
        kind = element_classes().get(str(etree.QName(element).localname))
        for item in () if kind is None else kind.declaration.attributes:
            key = (element.tag, item.xml_name)
            if suits(item) and key not in seen:
                seen.add(key)
                yield root, element, item.xml_name


@pytest.fixture(scope="module")
def other_process() -> Iterator[Executor]:
    """A process without Java: before Python 3.14 tracemalloc must not stop while the threads of a
    virtual machine allocate.
    """
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor:
        yield executor


@pytest.mark.parametrize("family", FAMILIES)
def test_stated_sizes_take_no_memory(family: str, other_process: Executor) -> None:
    for text in documents(family, COUNT)[:COUNT]:
        for root, element, name in attributes(text, lambda item: item.type in (INTEGER, NUMBER)):
            before = element.get(name)
            for size in SIZES[: None if IS_FULL else 2]:
                element.set(name, size)
                taken = other_process.submit(peak, etree.tostring(root)).result()
                assert taken < MOST, f"{element.tag} {name}={size}"
            restore(element, name, before)


def peak(text: bytes) -> int:
    """Return how many bytes the load of a document takes at most."""
    tracemalloc.start()
    try:
        with limited():
            pmmlkit.load(text)
    except pmmlkit.PmmlError:
        pass
    finally:
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return most


def restore(element: Any, name: str, before: str | None) -> None:
    if before is None:
        del element.attrib[name]
    else:
        element.set(name, before)


HARMLESS = ("DataField", "DerivedField", "ParameterField", "DefineFunction")
"""What these list (isCyclic, optype) has no effect."""


def has_effect(item: Attribute) -> bool:
    return item.values is not None and not item.informative


def is_harmless(element: Any) -> bool:
    """NeuralOutput turns its expression around, so that outliers do not matter."""
    above = {etree.QName(item).localname for item in element.iterancestors()}
    return etree.QName(element).localname in HARMLESS or "NeuralOutput" in above


@pytest.mark.parametrize("family", FAMILIES)
def test_values_that_are_not_listed(family: str) -> None:
    accepted: list[str] = []
    for text in documents(family, COUNT)[:COUNT]:
        pmmlkit.load(text)
        for root, element, name in attributes(text, has_effect):
            if is_harmless(element):
                continue
            before = element.get(name)
            for value in ("nonsense", "x-nonsense"):
                element.set(name, value)
                if loads(etree.tostring(root)):
                    accepted.append(f"{etree.QName(element).localname} {name}={value}")
            restore(element, name, before)
    assert not accepted


def loads(text: bytes) -> bool:
    try:
        pmmlkit.load(text)
    except pmmlkit.PmmlError:
        return False
    return True
