"""Content models against regular expressions over the same language."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.xml.content import Automaton, Child, Particle, child, choice, optional, repeat, seq


def a(tag: str) -> Child:
    return child(tag, into=tag)


MODELS: list[tuple[Particle, str]] = [
    (seq(), ""),
    (a("a"), "a"),
    (optional(a("a")), "a?"),
    (repeat(a("a")), "a*"),
    (repeat(a("a"), 1), "a+"),
    (repeat(a("a"), 2), "aa+"),
    (repeat(a("a"), 2, 4), "a{2,4}"),
    (repeat(a("a"), 0, 3), "a{0,3}"),
    (seq(a("a"), optional(a("b")), repeat(a("c"))), "ab?c*"),
    (choice(a("a"), seq(a("b"), a("c"))), "(a|bc)"),
    (repeat(choice(a("a"), a("b"))), "(a|b)*"),
    (repeat(seq(a("a"), optional(a("b"))), 1), "(ab?)+"),
    (repeat(seq(a("a"), a("b")), 2), "(ab)(ab)+"),
    (seq(repeat(a("a")), choice(a("b"), a("c")), repeat(a("a"))), "a*(b|c)a*"),
    (choice(seq(a("a"), repeat(a("b"), 1)), optional(a("c"))), "(ab+|c?)"),
]


@pytest.mark.parametrize(("model", "expression"), MODELS, ids=[text for _, text in MODELS])
@given(word=st.text("abc", max_size=6))
def test_automaton_agrees_with_a_regular_expression(
    model: Particle, expression: str, word: str
) -> None:
    automaton = Automaton(model)
    state = 0
    accepted = True
    for letter in word:
        after = automaton.step(state, letter)
        if after is None:
            accepted = False
            break
        state = after
    assert (accepted and automaton.accepts(state)) == bool(re.fullmatch(expression, word))


def test_expected_names_what_may_come() -> None:
    automaton = Automaton(seq(optional(a("a")), a("b")))
    assert automaton.expected(0) == ("a", "b")


def test_particles_of_other_versions_are_left_out() -> None:
    model = seq(child("a", into="a", since="4.2"), a("b"))
    automaton = Automaton(model, lambda leaf: leaf.since is None)
    assert automaton.step(0, "a") is None
    assert automaton.step(0, "b") is not None
