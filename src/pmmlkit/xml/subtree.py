"""Elements with all that is below them: equality, hash, copy and pickle that need no recursion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from typing_extensions import Self

    from pmmlkit.xml.declaration import Declaration
    from pmmlkit.xml.markup import Remainder

__all__ = ["Subtree", "is_subtrees"]


class Subtree:
    """What an element is as a tree; `Element` is the one subclass, and says what the fields are."""

    __slots__: ClassVar[tuple[str, ...]] = ()

    if TYPE_CHECKING:
        declaration: ClassVar[Declaration]
        line: int
        remainder: Remainder | None

        def walk(self) -> Iterator[Subtree]: ...

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Subtree):
            return NotImplemented
        stack: list[tuple[Subtree, Subtree]] = [(self, other)]
        while stack:
            left, right = stack.pop()
            if left is right:
                continue
            if type(left) is not type(right) or left.remainder != right.remainder:
                return False
            for item in type(left).declaration.fields:
                mine, others = getattr(left, item.name), getattr(right, item.name)
                if mine is others:
                    continue
                if isinstance(mine, Subtree) and isinstance(others, Subtree):
                    stack.append((mine, others))
                elif is_subtrees(mine) and is_subtrees(others):
                    if len(mine) != len(others):
                        return False
                    stack.extend(zip(mine, others, strict=True))
                elif mine != others and not (mine != mine and others != others):
                    return False
        return True

    def __hash__(self) -> int:
        shallow = [getattr(self, item.name) for item in type(self).declaration.attributes]
        return hash((type(self), *shallow))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (_flatten(self),))


def is_subtrees(value: object) -> bool:
    """Tell whether the value of a field is a tuple of elements."""
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], Subtree)


@dataclass(frozen=True, slots=True)
class _Reference:
    position: int


_Record = tuple[type[Subtree], int, "Remainder | None", tuple[Any, ...]]


def _flatten(root: Subtree) -> list[_Record]:
    """List the tree, parents first, with child elements replaced by their position in the list."""
    order: dict[int, int] = {}
    elements: list[Subtree] = []
    for element in root.walk():
        if id(element) not in order:
            order[id(element)] = len(elements)
            elements.append(element)

    def packed(value: Any) -> Any:
        if isinstance(value, Subtree):
            return _Reference(order[id(value)])
        if is_subtrees(value):
            return tuple(_Reference(order[id(member)]) for member in value)
        return value

    return [
        (
            type(element),
            element.line,
            element.remainder,
            tuple(packed(getattr(element, item.name)) for item in type(element).declaration.fields),
        )
        for element in elements
    ]


def _rebuild(records: list[_Record]) -> Subtree:
    made: list[Any] = [kind.__new__(kind) for kind, _, _, _ in records]

    def unpacked(value: Any) -> Any:
        if isinstance(value, _Reference):
            return made[value.position]
        if isinstance(value, tuple) and value and isinstance(value[0], _Reference):
            return tuple(made[reference.position] for reference in value)
        return value

    put = object.__setattr__
    for element, (kind, line, remainder, values) in zip(made, records, strict=True):
        for item, value in zip(kind.declaration.fields, values, strict=True):
            put(element, item.name, unpacked(value))
        put(element, "line", line)
        put(element, "remainder", remainder)
    root: Subtree = made[0]
    return root
