"""What pmmlkit says that it does not evaluate: declared elements and attribute values, and values
that are not listed, found before scoring.

The support table of the documentation is made from the same declarations.
"""

from __future__ import annotations

from collections.abc import Iterator

from pmmlkit.errors import MarkupError, UnsupportedError
from pmmlkit.xml.declaration import Element

__all__ = ["refusals"]


def refusals(element: Element) -> Iterator[MarkupError | UnsupportedError]:
    """Yield what this one element is refused for."""
    declaration = type(element).declaration
    if declaration.refused is not None:
        yield UnsupportedError(declaration.refused, element=element.tag, line=element.line)
    for item in declaration.refusing:
        value = getattr(element, item.name)
        if value is None:
            continue
        reason = item.refused.get(str(value), item.refused.get("*"))
        if reason is not None:
            yield UnsupportedError(
                f"{item.xml_name} {str(value)!r}: {reason}", element=element.tag, line=element.line
            )
    for item in declaration.listing:
        value, values = getattr(element, item.name), item.values
        if value.__class__ is not str or value == item.default or values is None:
            continue
        if value in values or value in values.vendor or value in item.refused:
            continue
        error = UnsupportedError if value.startswith("x-") else MarkupError
        yield error(
            f"{item.xml_name} {value!r:.80} is none of {', '.join(values.values)}",
            element=element.tag,
            line=element.line,
        )
