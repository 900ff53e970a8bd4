"""Elements of the language that have no class: where one is needed, it is named."""

from __future__ import annotations

from pmmlkit.xml.declaration import Element

__all__ = ["undeclared"]


def undeclared(element: Element) -> str | None:
    """Return the tag of the first child kept as markup (producers' own apart), or None."""
    if element.remainder is None:
        return None
    for _, kept in element.remainder.children:
        for name, _ in kept.elements():
            if not name.startswith("X-"):
                return name
    return None
