"""Rules for what goes together or follows. Specification: chapters Association Rules, Sequences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmmlkit.language.models.association import AssociationModel, Item, Itemset
from pmmlkit.language.models.sequence import (
    SequenceModel,
    SequenceReference,
    SequenceRule,
    SetReference,
    Time,
)
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, rule

__all__ = ["RULES"]

_ROUNDING: Final = 0.05
"""How much stated numbers may differ from what others say: documents round them."""

_BASKETS: Final = """
<AssociationModel functionName="associationRules" numberOfTransactions="100"
  minimumSupport="{least}" minimumConfidence="0.1"
  numberOfItems="{items}" numberOfItemsets="{sets}" numberOfRules="{rules}">
  <MiningSchema><MiningField name="t" usageType="group"/><MiningField name="s"/></MiningSchema>
  <Item id="1" value="a"/><Item id="2" value="b"/>{item}
  <Itemset id="A" support="0.4" numberOfItems="1"><ItemRef itemRef="1"/></Itemset>
  <Itemset id="B" support="0.5" numberOfItems="1"><ItemRef itemRef="2"/></Itemset>{itemset}
  <AssociationRule antecedent="A" consequent="{consequent}" support="{support}"
    confidence="{confidence}" lift="1.5"/>{rule}
</AssociationModel>"""
_FIELDS: Final = """
<DataDictionary>
  <DataField name="t" optype="categorical" dataType="string"/>
  <DataField name="s" optype="categorical" dataType="string"/>
</DataDictionary>"""


def _baskets(
    item: str = "",
    itemset: str = "",
    rule: str = "",
    consequent: str = "B",
    support: float = 0.3,
    confidence: float = 0.75,
    least: float = 0.1,
) -> str:
    return _FIELDS + _BASKETS.format(
        items=3 if item else 2,
        sets=3 if itemset else 2,
        rules=2 if rule else 1,
        item=item,
        itemset=itemset,
        rule=rule,
        consequent=consequent,
        support=support,
        confidence=confidence,
        least=least,
    )


_C: Final = '<Item id="3" value="c"/>'
_SET_C: Final = (
    '\n  <Itemset id="C" support="0.5" numberOfItems="1"><ItemRef itemRef="3"/></Itemset>'
)
_RULE: Final = (
    '\n  <AssociationRule antecedent="{}" consequent="{}" support="0.3" confidence="0.6"/>'
)

_Baskets = AssociationModel | SequenceModel


@rule(
    "PMML423",
    "info",
    "An item or a set is used by nothing",
    "No set names the Item, or no rule and no sequence the Itemset: no result depends on it.",
    bad=_baskets(item=_C, itemset=_SET_C),
    good=_baskets(item=_C, itemset=_SET_C, rule=_RULE.format("C", "B")),
    on=(AssociationModel, SequenceModel),
)
def unused(model: _Baskets, facts: Facts) -> Iterator[Found]:
    named = {item.item_ref for part in model.itemsets for item in part.item_refs}
    if isinstance(model, AssociationModel):
        used = {part.antecedent for part in model.association_rules}
        used.update(part.consequent for part in model.association_rules)
    else:
        parts = (part for sequence in model.sequences for part in sequence.parts)
        used = {part.set_id for part in parts if isinstance(part, SetReference)}
    for item in model.items:
        if item.id not in named:
            yield item, f"no Itemset names {item.id!r:.80}"
    for part in model.itemsets:
        if part.id not in used:
            yield part, f"nothing uses {part.id!r:.80}"


@rule(
    "PMML424",
    "warning",
    "A set has an item twice",
    "An item is in a basket or not; that a set names it twice means nothing. Most often the second "
    "is meant to be another item.",
    bad=_baskets(
        itemset='\n  <Itemset id="D" support="0.5"><ItemRef itemRef="1"/><ItemRef itemRef="1"/>'
        "</Itemset>",
        rule=_RULE.format("D", "B"),
    ),
    good=_baskets(
        item=_C,
        itemset='\n  <Itemset id="D" support="0.5"><ItemRef itemRef="1"/><ItemRef itemRef="3"/>'
        "</Itemset>",
        rule=_RULE.format("D", "B"),
    ),
    on=Itemset,
)
def item_twice(part: Itemset, facts: Facts) -> Iterator[Found]:
    known: set[str] = set()
    for item in part.item_refs:
        if item.item_ref in known:
            yield item, f"{item.item_ref!r:.80} is in {part.id!r:.80} already"
        known.add(item.item_ref)


@rule(
    "PMML425",
    "warning",
    "Two items are the same",
    "The Items have the same value (and field and category) but different ids. Here a basket with "
    "that value holds both; for engines that know one item of a value, rules about the other never "
    "apply.",
    bad=_baskets(item='<Item id="3" value="a"/>', itemset=_SET_C, rule=_RULE.format("C", "B")),
    good=_baskets(item=_C, itemset=_SET_C, rule=_RULE.format("C", "B")),
    on=(AssociationModel, SequenceModel),
)
def same_item(model: _Baskets, facts: Facts) -> Iterator[Found]:
    known: dict[tuple[str | None, ...], Item] = {}
    for item in model.items:
        first = known.setdefault((item.field, item.value, item.category), item)
        if first is not item:
            yield item, f"item {first.id!r:.80} is {item.value!r:.80} too"


@rule(
    "PMML426",
    "warning",
    "A rule has the same item on both sides",
    "What the consequent names is in the antecedent already: the rule says nothing of it.",
    bad=_baskets(
        itemset='\n  <Itemset id="D" support="0.5"><ItemRef itemRef="1"/><ItemRef itemRef="2"/>'
        "</Itemset>",
        rule=_RULE.format("D", "B"),
    ),
    good=_baskets(),
    on=AssociationModel,
)
def both_sides(model: AssociationModel, facts: Facts) -> Iterator[Found]:
    items = {part.id: {item.item_ref for item in part.item_refs} for part in model.itemsets}
    for part in model.association_rules:
        shared = items.get(part.antecedent, set()) & items.get(part.consequent, set())
        if shared:
            yield part, f"item {min(shared)!r:.80} is on both sides"


@rule(
    "PMML427",
    "warning",
    "Two rules are the same",
    "The rules have the same antecedent and consequent: recommendations by rank give both.",
    bad=_baskets(rule=_RULE.format("A", "B").replace("0.6", "0.75")),
    good=_baskets(item=_C, itemset=_SET_C, rule=_RULE.format("C", "B")),
    on=AssociationModel,
)
def same_rule(model: AssociationModel, facts: Facts) -> Iterator[Found]:
    known: set[tuple[str, str]] = set()
    for part in model.association_rules:
        key = (part.antecedent, part.consequent)
        if key in known:
            yield part, f"another rule leads from {key[0]!r:.80} to {key[1]!r:.80}"
        known.add(key)


@rule(
    "PMML428",
    "warning",
    "The numbers of a rule contradict those of its sets",
    "A rule is as frequent as antecedent and consequent together: its support is not above that of "
    "either Itemset, and its confidence is its support divided by that of the antecedent. Results "
    "are ranked by these numbers.",
    bad=_baskets(confidence=0.25),
    good=_baskets(confidence=0.75),
    on=AssociationModel,
)
def contradiction(model: AssociationModel, facts: Facts) -> Iterator[Found]:
    supports = {part.id: part.support for part in model.itemsets}
    for part in model.association_rules:
        condition, effect = supports.get(part.antecedent), supports.get(part.consequent)
        known = [item for item in (condition, effect) if item is not None]
        if any(part.support > item * (1 + _ROUNDING) + 0.01 for item in known):
            yield part, f"its support {part.support:g} is above {min(known):g} of an Itemset"
        elif condition:
            expected = part.support / condition
            # Supports are written with few digits, of which small ones have little left.
            slack = _ROUNDING + 0.01 / condition
            if abs(part.confidence - expected) > slack:
                text = f"confidence is {part.confidence:g}; support {part.support:g} and that"
                yield part, f"{text} of the antecedent, {condition:g}, give {expected:.3g}"


@rule(
    "PMML429",
    "info",
    "A rule is below the stated minimum",
    "minimumSupport and minimumConfidence are the least that a rule of the model has.",
    bad=_baskets(least=0.5),
    good=_baskets(least=0.1),
    on=AssociationModel,
)
def below_minimum(model: AssociationModel, facts: Facts) -> Iterator[Found]:
    for name, least in (
        ("support", model.minimum_support),
        ("confidence", model.minimum_confidence),
    ):
        for part in model.association_rules if least is not None else ():
            found: float = getattr(part, name)
            if found < least * (1 - _ROUNDING):  # type: ignore[operator]  # a number, or there are no parts
                yield part, f"{name} is {found:g}, below {least:g}"


_SEQUENCES: Final = (
    _FIELDS.replace(
        "</DataDictionary>",
        '  <DataField name="n" optype="continuous" dataType="integer"/>\n</DataDictionary>',
    )
    + """
<SequenceModel functionName="sequences">
  <MiningSchema><MiningField name="t" usageType="group"/><MiningField name="s"/>
    <MiningField name="n" usageType="order"/></MiningSchema>
  <Item id="1" value="a"/><Item id="2" value="b"/>
  <Itemset id="A"><ItemRef itemRef="1"/></Itemset>
  <Itemset id="B"><ItemRef itemRef="2"/></Itemset>
  <Sequence id="S"><SetReference setId="A"/></Sequence>
  <Sequence id="T"><SetReference setId="B"/></Sequence>{sequence}
  <SequenceRule id="R" numberOfSets="2" occurrence="4" support="{support}" confidence="0.5">
    <AntecedentSequence><SequenceReference seqId="S"/></AntecedentSequence>
    <Delimiter delimiter="acrossTimeWindows" gap="unknown"/>{time}
    <ConsequentSequence><SequenceReference seqId="T"/></ConsequentSequence>
  </SequenceRule>
</SequenceModel>"""
)


def _sequences(sequence: str = "", support: float = 0.2, time: str = "") -> str:
    return _SEQUENCES.format(sequence=sequence, support=support, time=time)


@rule(
    "PMML411",
    "info",
    "A sequence is used by no rule",
    "No SequenceRule refers to the Sequence: no result depends on it.",
    bad=_sequences('\n  <Sequence id="U"><SetReference setId="B"/></Sequence>'),
    good=_sequences(),
    on=SequenceModel,
)
def unused_sequence(model: SequenceModel, facts: Facts) -> Iterator[Found]:
    if not model.sequence_rules:
        return
    references = {
        item.seq_id
        for part in model.sequence_rules
        for item in part.walk()
        if isinstance(item, SequenceReference)
    }
    for sequence in model.sequences:
        if sequence.id not in references:
            yield sequence, f"no rule refers to {sequence.id!r:.80}"


@rule(
    "PMML412",
    "warning",
    "Support or confidence of a rule does not lie between 0 and 1",
    "Both are shares, not percentages or counts; occurrence is the count.",
    bad=_sequences(support=20),
    good=_sequences(support=0.2),
    on=SequenceRule,
)
def share(item: SequenceRule, facts: Facts) -> Iterator[Found]:
    for name, found in (("support", item.support), ("confidence", item.confidence)):
        if not 0 <= found <= 1:
            yield item, f"{name} is {found:g}"


@rule(
    "PMML413",
    "warning",
    "A Time ends before it begins",
    "min is above max: no time that passes lies between them.",
    bad=_sequences(time='\n    <Time min="5" max="2"/>'),
    good=_sequences(time='\n    <Time min="2" max="5"/>'),
    on=Time,
)
def no_time(item: Time, facts: Facts) -> Iterator[Found]:
    if item.min is not None and item.max is not None and item.min > item.max:
        yield item, f"min is {item.min:g}, max {item.max:g}"


RULES: Final = (
    unused_sequence,
    share,
    no_time,
    unused,
    item_twice,
    same_item,
    both_sides,
    same_rule,
    contradiction,
    below_minimum,
)
