"""Facts as JSON: the same names, formulas as texts, tables as columns and rows."""

from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass
from typing import Any

from pmmlkit.showing.facts import DocumentFacts, Shape
from pmmlkit.showing.formula import Formula
from pmmlkit.showing.trees import DrawnNode
from pmmlkit.xml.lexical import format_number

__all__ = ["facts_json", "node_json", "plain"]


def facts_json(facts: DocumentFacts) -> str:
    """Return all facts as one JSON object; `evaluable` is whether there are no obstacles."""
    content = plain(facts)
    content["evaluable"] = not facts.obstacles
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)


def plain(value: Any) -> Any:
    """Return a fact as JSON has it. Facts nest no deeper than their classes."""
    if isinstance(value, Formula):
        return value.text()
    if isinstance(value, float) and not math.isfinite(value):
        return format_number(value)
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, Shape):
        told = {item.name: plain(item.value) for item in value.facts}
        return {"summary": value.summary, "facts": told, "tables": plain(value.tables)}
    if is_dataclass(value):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    return value


def node_json(node: DrawnNode) -> dict[str, Any]:
    """Return one node of a drawn tree."""
    found = dict(zip(node._fields, (plain(value) for value in node), strict=True))
    found["shares"] = {label: plain(share) for label, share in node.shares}
    return found
