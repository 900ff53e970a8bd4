"""What a declaration gives: constructor, immutability, equality, pickle, walking."""

from __future__ import annotations

import copy
import pickle

import pytest

from pmmlkit.xml.declaration import Element, attribute, child, children
from pmmlkit.xml.lexical import NUMBER


class Leaf(Element):
    """A leaf."""

    weight: float | None = attribute(type=NUMBER, default=None)
    long_name: str = attribute(default="none")


class Branch(Element, tag="B"):
    """A branch."""

    leaves: tuple[Leaf, ...] = children("Leaf", default=())
    inner: Branch | None = child("B", default=None)


class Last(Branch):
    """A subclass whose inherited last field stands behind its own."""

    end: Leaf | None = child("End", default=None, last=True)


class LastOfAll(Last):
    """One more level."""

    middle: Leaf | None = child("Middle", default=None)


def deep(levels: int) -> Branch:
    branch = Branch()
    for _ in range(levels):
        branch = Branch(inner=branch, leaves=(Leaf(weight=1.0),))
    return branch


def test_names_follow_the_rule_or_the_declaration() -> None:
    assert list(Leaf.declaration.attribute_by_name) == ["weight", "longName"]
    assert Branch.declaration.tag == "B"


def test_last_fields_stand_behind_those_of_subclasses() -> None:
    assert [item.name for item in LastOfAll.declaration.children] == [
        "leaves",
        "inner",
        "middle",
        "end",
    ]


def test_constructor_checks_names() -> None:
    with pytest.raises(TypeError, match="no field 'wait'"):
        Leaf(wait=1)  # type: ignore[call-arg]  # what is tested


def test_elements_are_immutable() -> None:
    leaf = Leaf()
    with pytest.raises(AttributeError, match="immutable"):
        leaf.weight = 2.0  # type: ignore[misc]  # what is tested
    with pytest.raises(AttributeError, match="immutable"):
        del leaf.weight
    assert leaf.replace(weight=2.0).weight == 2.0


def test_equality_is_by_value_without_the_line() -> None:
    assert Leaf(weight=1.0, line=3) == Leaf(weight=1.0, line=4)
    assert Leaf(weight=1.0) != Leaf(weight=2.0)
    assert Leaf(weight=float("nan")) == Leaf(weight=float("nan"))
    assert Leaf() != Branch()
    assert hash(Leaf(weight=1.0)) == hash(Leaf(weight=1.0))


def test_deep_elements_need_no_recursion() -> None:
    one, two = deep(5_000), deep(5_000)
    assert one == two
    assert one != deep(4_999)
    assert pickle.loads(pickle.dumps(one)) == one
    assert copy.deepcopy(one) is one
    assert sum(1 for _ in one.walk()) == 10_001
    assert repr(one) == "Branch(leaves=<1 elements>, inner=<B>)"
