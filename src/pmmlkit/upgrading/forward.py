"""What is rewritten on the way to a newer version, element by element.

The pages of changes of the specification say what; `differences.DECISIONS` lists every difference
between the schemas with what is done about it. Rules for models are in `models`.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from pmmlkit.language.extension import Extension
from pmmlkit.language.text_index import TextIndex
from pmmlkit.upgrading.backward import extensions_last
from pmmlkit.upgrading.functions import SINCE
from pmmlkit.upgrading.markup import (
    attribute_beside,
    element_of,
    first_tag,
    with_remainder,
    without_attribute,
    wrapped,
)
from pmmlkit.upgrading.models import MODEL_RULES
from pmmlkit.upgrading.rewriting import Place, Rules, before, passing, since
from pmmlkit.upgrading.root import stated_version
from pmmlkit.xml.markup import Remainder

if TYPE_CHECKING:
    from pmmlkit.language.apply import Apply
    from pmmlkit.language.expressions import NormDiscrete
    from pmmlkit.language.mining_schema import MiningField
    from pmmlkit.language.models.baseline import TestDistributions
    from pmmlkit.language.models.mining import Segmentation
    from pmmlkit.language.models.time_series.exponential_smoothing import ExponentialSmoothing
    from pmmlkit.language.targets import TargetValue
    from pmmlkit.xml.declaration import Element

__all__ = ["FORWARD"]


def _usage_type(field: MiningField, place: Place) -> MiningField:
    """Write the target as target: predicted is deprecated."""
    if field.usage_type != "predicted":
        return field
    place.change("replaced", "MiningField/@usageType", "predicted", "target")
    return field.replace(usage_type="target")


def _treatments(field: MiningField, place: Place) -> MiningField:
    """Write the treatments that vendors had before they were PMML's under their names of today."""
    if field.missing_value_treatment == "x-returnInvalid":
        markup = "MiningField/@missingValueTreatment"
        place.change("replaced", markup, "x-returnInvalid", "returnInvalid")
        field = field.replace(missing_value_treatment="returnInvalid")
    text = field.x_invalid_value_replacement
    if text is None:
        return field
    place.change(
        "renamed",
        "MiningField/@x-invalidValueReplacement",
        text,
        f'invalidValueReplacement="{text}"',
    )
    if field.invalid_value_replacement is None:
        field = field.replace(invalid_value_replacement=text)
    field = field.replace(x_invalid_value_replacement=None)
    if field.invalid_value_treatment == "asIs":
        place.change("replaced", "MiningField/@invalidValueTreatment", "asIs", "asValue")
        field = field.replace(invalid_value_treatment="asValue")
    return field


def _segmentation(segmentation: Segmentation, place: Place) -> Segmentation:
    """Write the methods and treatments of JPMML that became PMML's under their names of today."""
    method = segmentation.multiple_model_method
    if method in ("x-weightedMedian", "x-weightedSum"):
        standard = method.removeprefix("x-")
        place.change("replaced", "Segmentation/@multipleModelMethod", method, standard)
        segmentation = segmentation.replace(multiple_model_method=standard)
    attributes = segmentation.declaration.attribute_by_name
    for name in ("missingPredictionTreatment", "missingThreshold"):
        vendors, own = attributes[f"x-{name}"], attributes[name]
        value = getattr(segmentation, vendors.name)
        if value is None:
            continue
        text = vendors.type.format(value)
        place.change("renamed", f"Segmentation/@x-{name}", text, f'{name}="{text}"')
        segmentation = segmentation.replace(**{vendors.name: None, own.name: value})
    return segmentation


def _function(apply: Apply, place: Place) -> Apply:
    """Write the functions of JPMML that became PMML's under their names of today."""
    name = (apply.function or "").removeprefix("x-")
    is_known = apply.function != name and SINCE.get(name) == "4.4"
    if not is_known or {name, apply.function} & place.journey.defined_functions:
        return apply
    place.change("replaced", "Apply/@function", apply.function, name)
    return apply.replace(function=name)


def _method(norm: NormDiscrete, place: Place) -> NormDiscrete:
    """Leave out the method, which has only ever been indicator."""
    if norm.method is None:
        return norm
    place.change("removed", "NormDiscrete/@method", norm.method, None)
    return norm.replace(method=None)


def _separator(index: TextIndex, place: Place) -> TextIndex:
    r"""Write the separator that was the default: \s, which is \s+ since 4.4."""
    default = type(index).declaration.attribute_by_name["wordSeparatorCharacterRE"].default
    # An element that was read without the attribute has the very default of the declaration.
    if index.word_separator_character_re is not default or place.journey.source == "4.2":
        return index
    place.change("explicit", "TextIndex/@wordSeparatorCharacterRE", None, r"\s")
    return index.replace(word_separator_character_re=r"\s")


def _display_value(value: TargetValue, place: Place) -> TargetValue:
    """Rename rawDataValue, as 3.2 did."""
    text = attribute_beside(value, "rawDataValue")
    if text is None or value.display_value is not None:
        return value
    place.change("renamed", "TargetValue/@rawDataValue", text, f'displayValue="{text}"')
    return without_attribute(value, "rawDataValue").replace(display_value=text)


def _trend(smoothing: ExponentialSmoothing, place: Place) -> ExponentialSmoothing:
    """Rename Trend, as 4.1 did."""
    kept = smoothing.remainder
    if kept is None or smoothing.trend is not None:
        return smoothing
    found = [item for item in kept.children if first_tag(item[1]) == "Trend"]
    if len(found) != 1:
        return smoothing
    place.change("renamed", "ExponentialSmoothing/Trend", "Trend", "Trend_ExpoSmooth")
    trend: Any = element_of(found[0][1], "Trend_ExpoSmooth")
    rest = tuple(item for item in kept.children if item is not found[0])
    return with_remainder(smoothing, Remainder(kept.attributes, rest)).replace(trend=trend)


def _extensions_of_distributions(test: TestDistributions, place: Place) -> TestDistributions:
    """Move the Extensions of Baseline and Alternate, which have no place there since 4.4."""
    moved: list[Any] = []
    for name in ("baseline", "alternate"):
        inner = getattr(test, name)
        if inner is None or inner.remainder is None:
            continue
        kept = inner.remainder
        found = [item for item in kept.children if first_tag(item[1]) == "Extension"]
        if not found:
            continue
        moved += [element_of(item[1], "Extension") for item in found]
        rest = tuple(item for item in kept.children if item not in found)
        changes: dict[str, Any] = {name: with_remainder(inner, replace(kept, children=rest))}
        test = test.replace(**changes)
        place.change("moved", f"{inner.tag}/Extension", inner.tag, test.tag, inner.line)
    return test.replace(extensions=(*test.extensions, *moved)) if moved else test


def _free_content(element: Any, place: Place) -> Element:
    """Put what was free markup into Extensions: the element has a content of its own since."""
    added: tuple[Extension, ...] = wrapped(element)
    if not added:
        return element  # type: ignore[no-any-return]  # an Element of any kind
    place.change("moved", f"{element.tag}/*", f"{len(added)} attributes and elements", "Extension")
    extensions = (*element.extensions, *added)
    return element.replace(extensions=extensions, remainder=None)  # type: ignore[no-any-return]  # an Element of any kind


FORWARD: Final[Rules] = MappingProxyType(
    {
        "PMML": (since("3.0", stated_version),),
        "MiningField": (
            since("4.2", _usage_type),
            since("4.4", _treatments),
        ),
        "Segmentation": (since("4.4", _segmentation),),
        "Apply": (since("4.4", _function),),
        "NormDiscrete": (passing("4.3", _method),),
        "TextIndex": (passing("4.4", _separator),),
        "TargetValue": (passing("3.2", _display_value),),
        "ExponentialSmoothing": (passing("4.1", _trend),),
        "TestDistributions": (
            passing("4.4", _extensions_of_distributions),
            before("4.4", extensions_last),
        ),
        "ARIMA": (passing("4.4", _free_content),),
        "SpectralAnalysis": (passing("4.4.1", _free_content),),
        "SeasonalTrendDecomposition": (passing("4.4.1", _free_content),),
        **MODEL_RULES,
    }
)
"""The rules by the tag of the element that they are for."""
