"""AssociationModel. Specification: chapter Association Rules."""

from pmmlkit.language.models.association.declaration import (
    AssociationModel,
    AssociationRule,
    Item,
    ItemRef,
    Itemset,
)

__all__ = ["AssociationModel", "AssociationRule", "Item", "ItemRef", "Itemset"]
