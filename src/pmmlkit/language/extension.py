"""Extension: the markup that producers add to almost any element. Specification: Extension
Mechanism.
"""

from __future__ import annotations

from pmmlkit.xml.declaration import Element, attribute, markup
from pmmlkit.xml.markup import Markup

__all__ = ["Extension"]


class Extension(Element):
    """Markup of a producer; never changes a score. Specification: Extension Mechanism."""

    extender: str | None = attribute(default=None)
    name: str | None = attribute(default=None)
    value: str | None = attribute(default=None)
    content: Markup | None = markup()
