"""Rules of what goes together: FPGrowthModel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pmmlkit.errors import ExportError
from pmmlkit.exporters.features import Category, InputField, Predicted, plain
from pmmlkit.exporters.fields import BoundField, Target, unique_name
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.spark.flow import Flow, Outcome
from pmmlkit.exporters.spark.saved import SavedStage
from pmmlkit.exporters.spark.stages import reads
from pmmlkit.exporters.texts import category_text
from pmmlkit.language.mining_schema import MiningSchema
from pmmlkit.language.models.association import (
    AssociationModel,
    AssociationRule,
    Item,
    ItemRef,
    Itemset,
)
from pmmlkit.language.output import Output, OutputField

__all__ = ["fp_growth_model"]

TRANSACTION: Final = "transaction"
"""The field that says which values belong to the same basket, which PMML wants."""

Basket = frozenset[Category]
Supports = Mapping[Basket, int]


@reads("fpm.FPGrowthModel")
def fp_growth_model(stage: SavedStage, flow: Flow) -> None:
    """Read the itemsets, and of these the rules with one item behind them whose confidence is at
    least ``minConfidence``.

    Spark predicts the items of the rules that match a basket and that it does not hold, each once.
    The document has the rules; its result lists the consequents of these rules, the most confident
    first: an item that several rules name is there as often.
    """
    name, column = str(stage.params["itemsCol"]), str(stage.params["predictionCol"])
    if name in flow.columns:
        raise ExportError(
            f"the items in column {name!r} are made by a stage before, but an AssociationModel "
            "reads items of the input only"
        )
    table = stage.table()
    supports = {frozenset(map(plain, row["items"])): int(row["freq"]) for row in table.to_pylist()}
    kind = _kind(supports)
    items = flow.inputs.setdefault(name, InputField(name, kind))
    group = InputField(unique_name(TRANSACTION, {name, *flow.fields}), "string")
    # until Spark 2.4 nothing says how many rows there were
    count = int(stage.metadata.get("numTrainingRecords") or max(supports.values(), default=0))
    least = float(stage.params.get("minConfidence", 0.8))

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> AssociationModel:
        output = Output(
            output_fields=(
                OutputField(
                    name=column,
                    optype="categorical",
                    data_type="string",
                    feature="consequent",
                    algorithm="exclusiveRecommendation",
                    rank=0,
                    is_multi_valued="1",
                ),
            )
        )
        parts = frame.parts(fields, output) | {"function_name": "associationRules"}
        parts["mining_schema"] = _grouped(parts["mining_schema"], fields[1].name)
        support = float(stage.params.get("minSupport", 0.0))
        return AssociationModel(
            **parts, **_rules(supports, kind, count, least), minimum_support=support
        )

    draft = Draft((items, group), build, has_shares=False)
    rules = Predicted(column, draft, None, "consequent", data_type="string")
    flow.outcomes.append(Outcome(draft, Target(None, "string"), "", rules, rules))


def _kind(supports: Supports) -> str:
    kinds = {type(item) for basket in supports for item in basket} or {str}
    known = {str: "string", int: "integer", float: "double", bool: "boolean"}
    return known[kinds.pop()]


def _grouped(schema: MiningSchema, name: str) -> MiningSchema:
    return MiningSchema(
        mining_fields=tuple(
            item.replace(usage_type="group") if item.name == name else item
            for item in schema.mining_fields
        )
    )


def _rules(supports: Supports, kind: str, count: int, least: float) -> dict[str, Any]:
    """Return the items, the itemsets and the rules."""
    singles = sorted({item for basket in supports for item in basket})
    places = {item: str(at) for at, item in enumerate(singles, 1)}
    found: dict[Basket, str] = {}

    def itemset(basket: Basket) -> str:
        return found.setdefault(basket, str(len(found) + 1))

    rules = []
    for basket, together in supports.items():
        for item in sorted(basket):
            antecedent, consequent = basket - {item}, frozenset([item])
            if not antecedent or antecedent not in supports:
                continue
            confidence = together / supports[antecedent]
            if confidence < least:
                continue
            alone = supports.get(consequent)
            rules.append(
                AssociationRule(
                    antecedent=itemset(antecedent),
                    consequent=itemset(consequent),
                    support=together / count,
                    confidence=confidence,
                    lift=confidence / (alone / count) if alone else None,
                )
            )
    return {
        "number_of_transactions": count,
        "minimum_confidence": least,
        "number_of_items": len(singles),
        "number_of_itemsets": len(found),
        "number_of_rules": len(rules),
        "items": tuple(Item(id=places[item], value=category_text(item, kind)) for item in singles),
        "itemsets": tuple(
            Itemset(
                id=number,
                support=supports[basket] / count if basket in supports else None,
                number_of_items=len(basket),
                item_refs=tuple(ItemRef(item_ref=places[item]) for item in sorted(basket)),
            )
            for basket, number in found.items()
        ),
        "association_rules": tuple(rules),
    }
