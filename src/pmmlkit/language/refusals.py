"""What pmmlkit says that it does not evaluate: declared elements and attribute values, and values
that are not listed, found before scoring.

The support table of the documentation is made from the same declarations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmmlkit.errors import UnsupportedError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import unsupported
from pmmlkit.xml.declaration import Element

__all__ = ["refusals", "refusals_within"]


_WITHOUT_SCORE: Final = frozenset(
    {
        "Extension",
        "LocalTransformations",
        "ModelExplanation",
        "ModelStats",
        "ModelVerification",
    }
)


def refusals_within(
    root: Element, others: type[Element] | tuple[type[Element], ...]
) -> Iterator[UnsupportedError]:
    """Yield what an element and those inside it are refused for, but for elements of the classes
    `others` and what has no effect on a score.
    """
    stack: list[Element] = [root]
    # Of the many MiningFields most say the same.
    evaluated: dict[type[Element], set[object]] = {}
    passed: dict[type[Element], bool] = {}
    while stack:
        element = stack.pop()
        kind = type(element)
        declaration = kind.declaration
        known = evaluated.setdefault(kind, set())
        said = declaration.choices(element)
        if said not in known:
            refused = tuple(refusals(element))
            if not refused:
                known.add(said)
            yield from refused
        if not declaration.holds_elements:
            continue
        for child in element.elements():
            kind = type(child)
            if kind not in passed:
                passed[kind] = issubclass(kind, others) or child.tag in _WITHOUT_SCORE
            if not passed[kind]:
                stack.append(child)


def refusals(element: Element) -> Iterator[UnsupportedError]:
    """Yield what this one element is refused for."""
    declaration = type(element).declaration
    if declaration.refused is not None:
        yield unsupported(element, declaration.refused, code=mistakes.NOT_EVALUATED)
    for item in declaration.refusing:
        value = getattr(element, item.name)
        if value is None:
            continue
        reason = item.refused.get(str(value), item.refused.get("*"))
        if reason is not None:
            yield unsupported(
                element, f"{item.xml_name} {str(value)!r}: {reason}", code=mistakes.REFUSED_VALUE
            )
    for item in declaration.listing:
        value, values = getattr(element, item.name), item.values
        if value.__class__ is not str or value == item.default or values is None:
            continue
        if value in values or value in values.vendor or value in item.refused:
            continue
        yield unsupported(
            element,
            f"{item.xml_name} {value!r:.80} is none of {', '.join(values.values)}",
            code=mistakes.UNKNOWN_VALUE,
        )
