"""Compound predicates as tests: each operand's exits lead on to what three-valued logic asks next.

Specification: chapter Trees, section Predicates (CompoundPredicate).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any

from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.tree.atoms import Atoms, NotATest

if TYPE_CHECKING:
    from pmmlkit.language.models.tree.diagram import Exits

__all__ = ["AddTest", "expand"]

AddTest = Callable[[int, int, Sequence[int]], int]
"""Adds a test of an atom (number, 0 or 1 for its second test) with three exits; returns it."""

Request = tuple[Any, "tuple[int, int, int]"]
Expansion = Generator[Request, int, int]


def expand(element: Any, atoms: Atoms, exits: Exits, late: Exits, add: AddTest) -> int:
    """Return the entry of the tests of a predicate that leads to `exits`.

    `late` is where a surrogate at the top leads once another operand than the first has decided. No
    recursion: the generators of nested predicates wait on a stack.
    """
    if element.tag == "CompoundPredicate" and element.boolean_operator == "surrogate":
        top = _surrogate(_operands(element), tuple(exits), tuple(late))
    else:
        top = _expansion(element, tuple(exits))
    stack = [top]
    answer: int | None = None
    while True:
        try:
            operand, wanted = stack[-1].send(answer) if answer is not None else next(stack[-1])
        except StopIteration as done:
            stack.pop()
            answer = int(done.value)
            if not stack:
                return answer
            continue
        if operand.tag == "CompoundPredicate":
            stack.append(_expansion(operand, wanted))
            answer = None
        else:
            answer = _atom(operand, atoms, wanted, add)


def _operands(element: Any) -> Sequence[Any]:
    operands: Sequence[Any] = element.predicates
    if len(operands) < 2:
        raise wrong(
            element,
            f"needs two predicates or more, has {len(operands)}",
            code=mistakes.MISSING_ELEMENT,
        )
    return operands


def _expansion(element: Any, exits: tuple[int, int, int]) -> Expansion:
    if element.tag != "CompoundPredicate":
        return _single(element, exits)
    operands = _operands(element)
    made = {"and": _and, "or": _or, "xor": _xor}.get(element.boolean_operator)
    if made is not None:
        return made(operands, exits)
    if element.boolean_operator == "surrogate":
        return _surrogate(operands, exits, exits)
    raise NotATest


def _single(element: Any, exits: tuple[int, int, int]) -> Expansion:
    return (yield element, exits)


def _and(operands: Sequence[Any], exits: tuple[int, int, int]) -> Expansion:
    """From the last operand to the first: where to go while all were TRUE, and where once one was
    UNKNOWN.
    """
    true, false, unknown = exits
    so_far, doubtful = true, unknown
    for operand in reversed(operands[1:]):
        here = yield operand, (so_far, false, doubtful)
        doubtful = yield operand, (doubtful, false, doubtful)
        so_far = here
    return (yield operands[0], (so_far, false, doubtful))


def _or(operands: Sequence[Any], exits: tuple[int, int, int]) -> Expansion:
    true, false, unknown = exits
    so_far, doubtful = false, unknown
    for operand in reversed(operands[1:]):
        here = yield operand, (true, so_far, doubtful)
        doubtful = yield operand, (true, doubtful, doubtful)
        so_far = here
    return (yield operands[0], (true, so_far, doubtful))


def _xor(operands: Sequence[Any], exits: tuple[int, int, int]) -> Expansion:
    """Folds from the left; UNKNOWN decides at once."""
    true, false, unknown = exits
    odd, even = true, false
    for operand in reversed(operands[1:]):
        here = yield operand, (even, odd, unknown)
        even = yield operand, (odd, even, unknown)
        odd = here
    return (yield operands[0], (odd, even, unknown))


def _surrogate(
    operands: Sequence[Any], exits: tuple[int, int, int], late: tuple[int, int, int]
) -> Expansion:
    next_one = exits[2]
    for operand in reversed(operands[1:]):
        next_one = yield operand, (late[0], late[1], next_one)
    return (yield operands[0], (exits[0], exits[1], next_one))


def _atom(element: Any, atoms: Atoms, exits: tuple[int, int, int], add: AddTest) -> int:
    if element.tag == "True":
        return exits[0]
    if element.tag == "False":
        return exits[1]
    if element.tag == "SimplePredicate":
        number = atoms.simple(element.field, element.operator, element.value, element.line)
    elif element.tag == "SimpleSetPredicate":
        items = element.array.items()
        number = atoms.in_set(element.field, element.boolean_operator, items, element.line)
    else:
        raise NotATest
    atom = atoms.atoms[number]
    choices = [*exits, 0]
    if atom.second is not None:
        choices[3] = add(number, 1, [choices[pick] for pick in atom.second_exits])
    return add(number, 0, [choices[pick] for pick in atom.exits])
