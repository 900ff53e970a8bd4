"""The elements of AssociationModel. Specification: chapter Association Rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.extension import Extension
from pmmlkit.language.models.model import Model
from pmmlkit.xml.content import child as leaf
from pmmlkit.xml.content import optional, repeat, seq
from pmmlkit.xml.declaration import Element, attribute, children
from pmmlkit.xml.lexical import COUNT, FLOAT, INTEGER, NUMBER, PROBABILITY

if TYPE_CHECKING:
    from pmmlkit.language.models.prediction import Predictor
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope

__all__ = ["AssociationModel", "AssociationRule", "Item", "ItemRef", "Itemset"]


class Item(Element):
    """What a basket can hold: a value of the items' field, a field that says whether it is there,
    or a `category` of a `field`. Specification: Association Rules.
    """

    id: str = attribute(required=True)
    value: str = attribute(required=True)
    field: str | None = attribute(default=None, since="4.3")
    category: str | None = attribute(default=None, since="4.3")
    mapped_value: str | None = attribute(default=None)
    weight: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class ItemRef(Element):
    """An item of an itemset. Specification: Association Rules."""

    item_ref: str = attribute(required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class Itemset(Element):
    """Some items. Specification: Association Rules."""

    id: str = attribute(required=True)
    support: float | None = attribute(type=PROBABILITY, default=None)
    number_of_items: int | None = attribute(type=COUNT, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    item_refs: tuple[ItemRef, ...] = children("ItemRef", default=())


class AssociationRule(Element):
    """Where the one itemset is in a basket, the other is likely. Specification: Association
    Rules.
    """

    antecedent: str = attribute(required=True)
    consequent: str = attribute(required=True)
    support: float = attribute(type=PROBABILITY, required=True)
    confidence: float = attribute(type=PROBABILITY, required=True)
    lift: float | None = attribute(type=NUMBER, default=None, earlier={"4.3": {"type": FLOAT}})
    leverage: float | None = attribute(type=NUMBER, default=None, earlier={"4.3": {"type": FLOAT}})
    affinity: float | None = attribute(type=PROBABILITY, default=None)
    id: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class AssociationModel(
    Model,
    content=seq(
        repeat(leaf("Extension", into="extensions")),
        leaf("MiningSchema", into="mining_schema"),
        optional(leaf("Output", into="output")),
        optional(leaf("ModelStats", into="model_stats")),
        optional(leaf("LocalTransformations", into="local_transformations")),
        repeat(leaf("Item", into="items")),
        repeat(leaf("Itemset", into="itemsets")),
        repeat(leaf("AssociationRule", into="association_rules")),
        optional(leaf("ModelVerification", into="model_verification")),
        repeat(leaf("Extension", into="trailing_extensions")),
    ),
):
    """Rules of what goes together. Specification: Association Rules.

    The counts and limits describe the training and have no effect.
    """

    number_of_transactions: int | None = attribute(
        type=COUNT, required=True, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    max_number_of_items_per_ta: int | None = attribute(
        "maxNumberOfItemsPerTA", type=COUNT, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    avg_number_of_items_per_ta: float | None = attribute(
        "avgNumberOfItemsPerTA", type=NUMBER, default=None
    )
    minimum_support: float | None = attribute(type=PROBABILITY, required=True, default=None)
    minimum_confidence: float | None = attribute(type=PROBABILITY, required=True, default=None)
    length_limit: int | None = attribute(type=INTEGER, default=None)
    number_of_items: int | None = attribute(
        type=COUNT, required=True, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    number_of_itemsets: int | None = attribute(
        type=COUNT, required=True, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    number_of_rules: int | None = attribute(
        type=COUNT, required=True, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    items: tuple[Item, ...] = children("Item", default=())
    itemsets: tuple[Itemset, ...] = children("Itemset", default=())
    association_rules: tuple[AssociationRule, ...] = children("AssociationRule", default=())

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Compile items, itemsets and rules."""
        from pmmlkit.language.models.association.predictor import compile_association

        return compile_association(self, scope)
