"""AssociationModel over columns and over one row. Semantics chapter 16."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pmmlkit.errors import EvaluationError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.association.basket import Basket, compile_basket
from pmmlkit.language.models.association.ranking import Hits, Packed, RulePredictor
from pmmlkit.language.models.association.rules import Rule
from pmmlkit.language.step import Batch, Values

if TYPE_CHECKING:
    from pmmlkit.language.models.association.declaration import (
        AssociationModel,
        AssociationRule,
        Item,
        Itemset,
    )
    from pmmlkit.language.scope import Scope

__all__ = ["AssociationPredictor", "compile_association", "item_positions", "itemset_positions"]

_COUNT = "PMML421"


def compile_association(model: AssociationModel, scope: Scope) -> AssociationPredictor:
    """Compile an AssociationModel.

    Raises MarkupError where items, itemsets and rules do not fit together.
    """
    if model.function_name != "associationRules":
        raise unsupported(
            model,
            f"an AssociationModel cannot have functionName {model.function_name!r}",
            code=mistakes.FUNCTION_NAME,
        )
    places = item_positions(model.items)
    itemsets = itemset_positions(model.itemsets, places, scope)
    basket = compile_basket(model, model.items, scope)
    values = [item.value for item in model.items]
    shown = [item.value if item.mapped_value is None else item.mapped_value for item in model.items]
    supports = {itemset.id: itemset.support for itemset in model.itemsets}
    rules, parts = [], []
    for number, element in enumerate(model.association_rules, 1):
        antecedent = _itemset(element, element.antecedent, itemsets)
        consequent = _itemset(element, element.consequent, itemsets)
        parts.append((antecedent, consequent))
        rules.append(
            Rule(
                str(number) if element.id is None else element.id,
                tuple(values[at] for at in antecedent),
                tuple(values[at] for at in consequent),
                tuple(shown[at] for at in consequent),
                element.support,
                element.confidence,
                *_measures(element, supports),
            )
        )
    return AssociationPredictor(basket, rules, parts, model.association_rules)


def item_positions(items: Sequence[Item]) -> dict[str, int]:
    """Return the place of each item by its id. Raises MarkupError where two have the same."""
    places: dict[str, int] = {}
    for at, item in enumerate(items):
        if item.id in places:
            raise wrong(item, f"two items have the id {item.id!r}", code=mistakes.DUPLICATE_ID)
        places[item.id] = at
    return places


def itemset_positions(
    itemsets: Sequence[Itemset], places: Mapping[str, int], scope: Scope
) -> dict[str, tuple[int, ...]]:
    """Return the items of each itemset by its id, in document order.

    Raises MarkupError where two have the same id or an item is not there.
    """
    found: dict[str, tuple[int, ...]] = {}
    for itemset in itemsets:
        if itemset.id in found:
            raise wrong(
                itemset, f"two itemsets have the id {itemset.id!r}", code=mistakes.DUPLICATE_ID
            )
        for item in itemset.item_refs:
            if item.item_ref not in places:
                raise wrong(item, f"there is no item {item.item_ref!r}", code=mistakes.UNDEFINED_ID)
        found[itemset.id] = tuple(places[item.item_ref] for item in itemset.item_refs)
        count = itemset.number_of_items
        if count is not None and count != len(itemset.item_refs):
            text = f"numberOfItems is {count}, but the itemset has {len(itemset.item_refs)}"
            scope.compilation.warn(_COUNT, text, itemset)
    return found


def _itemset(
    rule: AssociationRule, name: str, itemsets: Mapping[str, tuple[int, ...]]
) -> tuple[int, ...]:
    if name not in itemsets:
        raise wrong(rule, f"there is no itemset {name!r}", code=mistakes.UNDEFINED_ID)
    return itemsets[name]


def _measures(
    rule: AssociationRule, supports: Mapping[str, float | None]
) -> tuple[float | None, float | None, float | None]:
    """Return lift, leverage and affinity: as stated, else from the supports of the itemsets.

    JPMML knows what is stated only.
    """
    lift, leverage, affinity = rule.lift, rule.leverage, rule.affinity
    of_antecedent, of_consequent = supports[rule.antecedent], supports[rule.consequent]
    if lift is None and of_consequent:
        lift = rule.confidence / of_consequent
    if of_antecedent is not None and of_consequent is not None:
        if leverage is None:
            leverage = rule.support - of_antecedent * of_consequent
        either = of_antecedent + of_consequent - rule.support
        if affinity is None and either > 0:
            affinity = rule.support / either
    return lift, leverage, affinity


class AssociationPredictor(RulePredictor):
    """Rules over baskets of items."""

    def __init__(
        self,
        basket: Basket,
        rules: Sequence[Rule],
        parts: Sequence[tuple[tuple[int, ...], tuple[int, ...]]],
        elements: Sequence[AssociationRule],
    ) -> None:
        super().__init__(rules, elements)
        self._basket = basket
        self._parts = tuple(parts)

    def hits(self, batch: Batch) -> tuple[Hits, dict[int, EvaluationError]]:
        """Look for the itemsets of all rules in all baskets."""
        matrix, errors = self._basket.columns(batch)
        packed = np.packbits(matrix, axis=1)
        found: dict[tuple[int, ...], Packed] = {}
        for itemset in dict.fromkeys(itemset for part in self._parts for itemset in part):
            bits = np.full(packed.shape[1], 0xFF, np.uint8)
            for item in itemset:
                bits &= packed[item]
            found[itemset] = bits
        shape = (len(self._parts), packed.shape[1])
        antecedents, consequents = np.empty(shape, np.uint8), np.empty(shape, np.uint8)
        for at, (antecedent, consequent) in enumerate(self._parts):
            antecedents[at] = found[antecedent]
            consequents[at] = found[consequent]
        return Hits(antecedents, consequents), errors

    def row_hits(self) -> Callable[[Values], Callable[[str, Sequence[int]], Iterator[int]]]:
        """Look for the itemsets in one basket."""
        basket_of = self._basket.row_function()
        masks = [
            (sum({1 << at for at in antecedent}), sum({1 << at for at in consequent}))
            for antecedent, consequent in self._parts
        ]

        def run(values: Values) -> Callable[[str, Sequence[int]], Iterator[int]]:
            basket = basket_of(values)

            def answer(algorithm: str, order: Sequence[int]) -> Iterator[int]:
                if algorithm == "recommendation":
                    for at in order:
                        mask = masks[at][0]
                        if basket & mask == mask:
                            yield at
                    return
                wanted = algorithm == "ruleAssociation"
                for at in order:
                    mask, consequent = masks[at]
                    if basket & mask == mask and (basket & consequent == consequent) is wanted:
                        yield at

            return answer

        return run
