"""Strategies that build valid AssociationModels, with baskets for them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.corpus.cells import document

__all__ = ["BASES", "association_models", "baskets"]

ITEMS = ("a", "b", "c", "d", "e")
ALGORITHMS = ("recommendation", "exclusiveRecommendation", "ruleAssociation")
BASES = ("confidence", "support", "lift", "leverage", "affinity")
FEATURES = {
    "ruleId": "string",
    "entityId": "string",
    "rule": "string",
    "antecedent": "string",
    "consequent": "string",
    "confidence": "double",
    "support": "double",
    "lift": "double",
    "leverage": "double",
}

shares = st.sampled_from([0.1, 0.25, 0.5, 0.75, 1.0])


@st.composite
def _rules(draw: st.DrawFn, itemsets: int) -> str:
    sets = st.integers(0, itemsets - 1)
    text = ""
    for _ in range(draw(st.integers(1, 6))):
        more = "".join(f' {name}="{draw(shares)}"' for name in BASES)
        if draw(st.booleans()):
            more += f' id="{draw(st.sampled_from("xyz"))}{len(text)}"'
        text += f'<AssociationRule antecedent="{draw(sets)}" consequent="{draw(sets)}"{more}/>'
    return text


@st.composite
def _outputs(draw: st.DrawFn) -> str:
    text = ""
    for at in range(draw(st.integers(1, 4))):
        feature = draw(st.sampled_from(sorted(FEATURES)))
        many = draw(st.booleans())
        name = feature
        more = f' rank="{draw(st.integers(0 if many else 1, 3))}" isMultiValued="{int(many)}"'
        if feature != "entityId" and draw(st.booleans()):
            name, more = "ruleValue", f'{more} ruleFeature="{feature}"'
        text += (
            f'<OutputField name="o{at}" optype="categorical" dataType="{FEATURES[feature]}" '
            f'feature="{name}"{more} algorithm="{draw(st.sampled_from(ALGORITHMS))}" '
            f'rankBasis="{draw(st.sampled_from(BASES))}" '
            f'rankOrder="{draw(st.sampled_from(["descending", "ascending"]))}"/>'
        )
    return text


@st.composite
def association_models(draw: st.DrawFn, style: str = "list") -> bytes:
    """Build a document over the items a to e: as the values of a list (``"list"``), as fields that
    are true or false (``"flags"``), as the values of fields (``"values"``).
    """
    itemsets = draw(st.lists(st.sets(st.sampled_from(ITEMS), max_size=3), min_size=1, max_size=5))
    sets = "".join(
        f'<Itemset id="{at}">'
        + "".join(f'<ItemRef itemRef="{item}"/>' for item in sorted(inside))
        + "</Itemset>"
        for at, inside in enumerate(itemsets)
    )
    fields, schema = _fields(style)
    items = "".join(
        f'<Item id="{item}" value="{f"f{item}=on" if style == "values" else item}"/>'
        for item in ITEMS
    )
    return document(
        '<AssociationModel functionName="associationRules" numberOfTransactions="9" '
        'numberOfItems="5" minimumSupport="0.1" minimumConfidence="0.1" '
        f'numberOfItemsets="{len(itemsets)}" numberOfRules="1">'
        f"<MiningSchema>{schema}</MiningSchema><Output>{draw(_outputs())}</Output>"
        f"{items}{sets}{draw(_rules(len(itemsets)))}</AssociationModel>",
        fields,
    )


def _fields(style: str) -> tuple[dict[str, str], str]:
    if style == "list":
        fields = {"g": "categorical string", "i": "categorical string"}
        return fields, '<MiningField name="g" usageType="group"/><MiningField name="i"/>'
    prefix, kind = ("f", "categorical string") if style == "values" else ("", "categorical boolean")
    names = [f"{prefix}{item}" for item in ITEMS]
    return dict.fromkeys(names, kind), "".join(f'<MiningField name="{name}"/>' for name in names)


def baskets(style: str = "list") -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return a strategy of rows for `association_models` of the same style."""
    if style == "list":
        items = st.lists(st.sampled_from([*ITEMS, "unknown"]), max_size=6)
        return st.lists(items.map(lambda found: {"i": found}), min_size=1, max_size=6)
    if style == "flags":
        row = st.fixed_dictionaries({item: st.sampled_from([True, False, None]) for item in ITEMS})
    else:
        row = st.fixed_dictionaries(
            {f"f{item}": st.sampled_from(["on", "off", None]) for item in ITEMS}
        )
    return st.lists(row, min_size=1, max_size=6)
