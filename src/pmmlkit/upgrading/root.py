"""The version that the root states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.upgrading.markup import without_attribute

if TYPE_CHECKING:
    from pmmlkit.language.document import PMML
    from pmmlkit.upgrading.rewriting import Place

__all__ = ["stated_version"]


def stated_version(root: PMML, place: Place) -> PMML:
    """State the new version, and no longer the place of the old one's schema."""
    journey = place.journey
    if journey.source == journey.to:
        return root
    place.change("version", "PMML/@version", journey.source, journey.to)
    kept = () if root.remainder is None else root.remainder.attributes
    for name, text in kept:
        if name.endswith(":schemaLocation") and "dmg.org/PMML-" in text:
            place.change("removed", f"PMML/@{name}", text, None)
            root = without_attribute(root, name)
    return root.replace(version=journey.to)
