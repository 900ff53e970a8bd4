"""What is rewritten on the way to an older version; what that version lacks is `fit`'s to find."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

from pmmlkit.language.groups import MODEL
from pmmlkit.upgrading.markup import explicit, extension_markup, with_remainder
from pmmlkit.upgrading.rewriting import Place, Rules, before, passing, since
from pmmlkit.upgrading.root import stated_version
from pmmlkit.xml.markup import Remainder

if TYPE_CHECKING:
    from pmmlkit.language.mining_schema import MiningField
    from pmmlkit.language.models.baseline import TestDistributions
    from pmmlkit.language.models.model import Model
    from pmmlkit.language.models.rule_set import SimpleRule
    from pmmlkit.language.output import OutputField
    from pmmlkit.language.text_index import TextIndex
    from pmmlkit.xml.declaration import Element

__all__ = ["BACKWARD", "extensions_last"]

_Kind = TypeVar("_Kind", bound="Element")


def _usage_type(field: MiningField, place: Place) -> MiningField:
    """Write the target as predicted, as before 4.2."""
    if field.usage_type != "target":
        return field
    place.change("replaced", "MiningField/@usageType", "target", "predicted")
    return field.replace(usage_type="predicted")


def _feature(field: OutputField, place: Place) -> OutputField:
    """Write the feature, which had no default before 4.2."""
    return _with_default(field, place, "feature")


def _weights(rule: SimpleRule, place: Place) -> SimpleRule:
    """Write confidence and weight, which had no default before 4.2."""
    return _with_default(_with_default(rule, place, "confidence"), place, "weight")


def _separator(index: TextIndex, place: Place) -> TextIndex:
    r"""Write the separator, whose default was \s, and none in 4.2."""
    return _with_default(index, place, "wordSeparatorCharacterRE")


def _with_default(element: _Kind, place: Place, name: str) -> _Kind:
    item = type(element).declaration.attribute_by_name[name]
    if getattr(element, item.name) != item.default:
        return element
    text = item.type.format(item.default)
    place.change("explicit", f"{element.tag}/@{name}", None, text)
    return explicit(element, **{name: text})


def _target_fields(model: Model, place: Place) -> Model:
    """Name the field of a Target that stands for the only target, which 4.2 requires."""
    if model.targets is None or model.mining_schema is None:
        return model
    names = [item.name for item in model.mining_schema.mining_fields if item.is_target]
    if len(names) != 1:
        return model
    found = []
    for item in model.targets.targets:
        if item.field is None:
            place.change("explicit", "Target/@field", None, names[0], item.line)
            item = item.replace(field=names[0])
        found.append(item)
    return model.replace(targets=model.targets.replace(targets=tuple(found)))


def extensions_last(test: TestDistributions, place: Place) -> TestDistributions:
    """Move the Extensions behind the distributions, where they stood before 4.4."""
    if not test.extensions:
        return test
    place.change("moved", "TestDistributions/Extension", "first", "last")
    before = test.remainder or Remainder()
    last = 1 + (test.alternate is not None)
    moved = tuple((last, extension_markup(item)) for item in test.extensions)
    kept = Remainder(before.attributes, (*before.children, *moved))
    return with_remainder(test.replace(extensions=()), kept)


BACKWARD: Final[Rules] = MappingProxyType(
    {
        "PMML": (since("3.0", stated_version),),
        "MiningField": (passing("4.2", _usage_type),),
        "OutputField": (passing("4.2", _feature),),
        "SimpleRule": (passing("4.2", _weights),),
        "TextIndex": (passing("4.4", _separator),),
        "TestDistributions": (before("4.4", extensions_last),),
        **{tag: (passing("4.3", _target_fields),) for tag in MODEL},
    }
)
"""The rules by the tag of the element that they are for."""
