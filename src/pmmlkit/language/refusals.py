"""What pmmlkit says that it does not evaluate: declared elements and attribute values, found before
scoring.

The support table of the documentation is made from the same declarations.
"""

from __future__ import annotations

from collections.abc import Iterator

from pmmlkit.errors import UnsupportedError
from pmmlkit.xml.declaration import Element

__all__ = ["refusals"]


def refusals(element: Element) -> Iterator[UnsupportedError]:
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
