"""The parts of RuleSetModels for tests, as text."""

from __future__ import annotations

from collections.abc import Mapping

from tests.corpus.cells import document

__all__ = ["FIELDS", "above", "compound", "features", "rule", "rule_set", "shares"]

FIELDS: Mapping[str, str] = {
    "a": "continuous double",
    "b": "continuous double",
    "y": "categorical string: p q r",
}


def above(field: str, value: float = 0) -> str:
    """The predicate that a field is greater than a value."""
    return f'<SimplePredicate field="{field}" operator="greaterThan" value="{value}"/>'


def shares(**counts: float) -> str:
    """ScoreDistributions with these recordCounts."""
    return "".join(
        f'<ScoreDistribution value="{value}" recordCount="{count}"/>'
        for value, count in counts.items()
    )


def rule(score: str, predicate: str, options: str = "", inside: str = "") -> str:
    """A SimpleRule; `options` are XML attributes."""
    return f'<SimpleRule score="{score}" {options}>{predicate}{inside}</SimpleRule>'


def compound(predicate: str, *rules: str) -> str:
    """A CompoundRule."""
    return f"<CompoundRule>{predicate}{''.join(rules)}</CompoundRule>"


def features(*names: str, values: str = "") -> str:
    """An Output: `names` among id, confidence and probability; `values` are the categories whose
    confidence (``c_p``) and, where it is named, probability (``p_p``) are wanted, too.
    """
    text = ""
    if "id" in names:
        text += '<OutputField name="id" optype="categorical" dataType="string" feature="entityId"/>'
    for name, letter in (("confidence", "c"), ("probability", "p")):
        if name not in names:
            continue
        for value in ("", *values):
            more = f' value="{value}"' if value else ""
            field = f"{letter}_{value}" if value else name
            text += (
                f'<OutputField name="{field}" optype="continuous" dataType="double" '
                f'feature="{name}"{more}/>'
            )
    return f"<Output>{text}</Output>"


def rule_set(
    *rules: str,
    criterion: str = "firstHit",
    default: str | None = "r",
    confidence: float | None = 0.1,
    output: str = "",
    before: str = "",
    inside: str = "",
    fields: Mapping[str, str] = FIELDS,
    function: str = "classification",
) -> bytes:
    """A document of one RuleSetModel; `criterion` may be several, `inside` stands before the
    rules.
    """
    methods = "".join(f'<RuleSelectionMethod criterion="{one}"/>' for one in criterion.split())
    options = "" if default is None else f' defaultScore="{default}"'
    options += "" if confidence is None else f' defaultConfidence="{confidence}"'
    schema = "".join(
        f'<MiningField name="{name}"' + (' usageType="target"/>' if name == "y" else "/>")
        for name in fields
    )
    body = (
        f'<RuleSetModel functionName="{function}"><MiningSchema>{schema}</MiningSchema>{output}'
        f"{before}<RuleSet{options}>{methods}{inside}{''.join(rules)}</RuleSet></RuleSetModel>"
    )
    return document(body, fields)
