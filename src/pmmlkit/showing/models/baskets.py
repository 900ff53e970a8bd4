"""AssociationModel and SequenceModel: rules between sets of items.

Specification: chapters Association Rules and Sequences.
"""

from __future__ import annotations

from typing import Any

from pmmlkit.showing.facts import Shape, Table, Value
from pmmlkit.showing.formula import Formula, Listing, Names, Part
from pmmlkit.showing.models.reading import counted, facts, joined

__all__ = ["association", "sequence"]


def _itemsets(model: Any) -> dict[str | None, Formula]:
    """Return the sets of items by id: ``{bread, butter}``."""
    items = {item.id: _item_text(item) for item in model.items or ()}
    return {
        itemset.id: Formula(
            (
                "{",
                Listing(
                    tuple(
                        (items.get(ref.item_ref, f"? ({ref.item_ref})"),)
                        for ref in itemset.item_refs or ()
                    )
                ),
                "}",
            )
        )
        for itemset in model.itemsets or ()
    }


def _item_text(item: Any) -> str:
    text = item.mapped_value if item.mapped_value is not None else item.value or "?"
    if item.field is not None and item.category is not None:
        return f"{item.field} = {item.category}"
    return str(text)


def association(model: Any, names: Names) -> Shape:
    """Describe an AssociationModel by its rules."""
    sets = _itemsets(model)
    rules = model.association_rules or ()
    unknown = Formula(("?",))
    rows = tuple(
        (
            sets.get(rule.antecedent, unknown),
            sets.get(rule.consequent, unknown),
            rule.support,
            rule.confidence,
            rule.lift,
        )
        for rule in rules
    )
    columns = ("if", "then", "support", "confidence", "lift")
    return Shape(
        joined(
            counted(len(rules), "association rule"),
            counted(len(model.items or ()), "item"),
            counted(len(sets), "itemset"),
        ),
        facts(
            rules=len(rules),
            items=len(model.items or ()),
            itemsets=len(sets),
            transactions=model.number_of_transactions,
            items_a_transaction=model.avg_number_of_items_per_ta,
            minimum_support=model.minimum_support,
            minimum_confidence=model.minimum_confidence,
            length_limit=model.length_limit,
        ),
        (Table("rules", columns, rows),),
    )


def sequence(model: Any, names: Names) -> Shape:
    """Describe a SequenceModel by its rules; the sets of a sequence follow each other."""
    sets: dict[str | None, Formula] = _itemsets(model)
    for predicate in model.set_predicates or ():
        array = getattr(predicate.array, "text", "") or ""
        text = f"{names.field(predicate.field)} {predicate.operator} {{{array}}}"
        sets[predicate.id] = Formula((text,))
    sequences = {item.id: _sequence(item, sets) for item in model.sequences or ()}
    rules = model.sequence_rules or ()
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            _part(rule.antecedent_sequence, sequences),
            _part(rule.consequent_sequence, sequences),
            rule.support,
            rule.confidence,
            rule.lift,
        )
        for rule in rules
    )
    found = tuple(
        (sequences[item.id], item.support, item.occurrence) for item in model.sequences or ()
    )
    return Shape(
        joined(
            counted(len(rules), "sequence rule"),
            counted(len(sequences), "sequence"),
            counted(len(model.items or ()), "item"),
        ),
        facts(
            rules=len(rules),
            sequences=len(sequences),
            itemsets=len(model.itemsets or ()),
            items=len(model.items or ()),
            transactions=model.number_of_transactions,
            transaction_groups=model.number_of_transaction_groups,
        ),
        (
            Table("rules", ("if", "then", "support", "confidence", "lift"), rows),
            Table("sequences", ("sequence", "support", "occurrence"), found),
        ),
    )


def _sequence(item: Any, sets: dict[str | None, Formula]) -> Formula:
    parts: list[Part] = []
    for part in item.parts or ():
        if part.tag == "SetReference":
            parts += [" then " if parts else "", *sets.get(part.set_id, Formula(("?",))).parts]
    return Formula(tuple(parts))


def _part(holder: Any, sequences: dict[str | None, Formula]) -> Formula:
    reference = getattr(holder, "sequence_reference", None)
    return sequences.get(getattr(reference, "seq_id", None), Formula(("?",)))
