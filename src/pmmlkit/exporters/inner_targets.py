"""Target fields of models that cannot do without one, where they stand inside a chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pmmlkit.exporters.frame import Frame
from pmmlkit.language.mining_schema import MiningField, MiningSchema

__all__ = ["with_target", "with_targets"]


def with_target(frame: Frame, parts: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the name of the model's target field, and its parts with the field in them: its own
    where nothing in the document has the name of what it predicts.
    """
    target = frame.target
    if target is not None and target.name is not None:
        return target.name, parts
    name = frame.builder.inner_target("outcome", target)
    return name, with_targets(parts, [name])


def with_targets(parts: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return the parts of a model with these targets ahead in its MiningSchema."""
    fields = tuple(MiningField(name=name, usage_type="target") for name in names)
    schema = MiningSchema(mining_fields=fields + parts["mining_schema"].mining_fields)
    return {**parts, "mining_schema": schema}
