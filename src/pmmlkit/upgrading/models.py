"""What is rewritten in models on the way to a newer version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pmmlkit.errors import PmmlError
from pmmlkit.language.data_types import DATA_TYPE
from pmmlkit.language.derived_field import DerivedField, LocalTransformations
from pmmlkit.language.groups import MODEL
from pmmlkit.language.models.clustering.declaration import ClusteringField
from pmmlkit.program import Program
from pmmlkit.upgrading.rewriting import Rule, Rules, passing, since

if TYPE_CHECKING:
    from pmmlkit.language.document import Document
    from pmmlkit.language.models.clustering.declaration import ClusteringModel
    from pmmlkit.language.models.model import Model
    from pmmlkit.language.models.regression.declaration import RegressionModel
    from pmmlkit.language.models.support_vector_machine.declaration import (
        SupportVectorMachine,
        SupportVectorMachineModel,
    )
    from pmmlkit.upgrading.rewriting import Place

__all__ = ["MODEL_RULES"]

_OF_FEATURE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "probability": "double",
        "affinity": "double",
        "clusterAffinity": "double",
        "entityAffinity": "double",
        "residual": "double",
        "standardError": "double",
        "clusterId": "string",
        "entityId": "string",
        "reasonCode": "string",
        "warning": "string",
        "predictedDisplayValue": "string",
    }
)
"""The natural type of a result, where the model cannot be compiled alone."""


def _data_types(model: Model, place: Place) -> Model:
    """Write the dataType of OutputFields, which 4.3 requires: the one that they had without."""
    if model.output is None or all(item.data_type for item in model.output.output_fields):
        return model
    types = dict(_natural_types(place.journey.document, model))
    fields = []
    for item in model.output.output_fields:
        type = types.get(item.name) or _OF_FEATURE.get(item.feature)
        if item.data_type is None and type is not None:
            place.change("explicit", "OutputField/@dataType", None, type, item.line)
            item = item.replace(data_type=type)
        fields.append(item)
    return model.replace(output=model.output.replace(output_fields=tuple(fields)))


def _natural_types(document: Document, model: Model) -> Iterator[tuple[str, str]]:
    """Yield the results of a model with their dataTypes; none where it does not stand alone."""
    alone = replace(document, root=document.root.replace(models=(model,)))
    try:
        program = Program(alone)
    except PmmlError:
        return
    for item in program.outputs:
        # The items of a list have the type that the field states.
        type = item.data_type.rpartition(" ")[2]
        if type in DATA_TYPE:
            yield item.name, type


def _deprecated(model: RegressionModel, place: Place) -> RegressionModel:
    """Leave out modelType, and targetFieldName where the MiningSchema names the target."""
    if model.model_type is not None:
        place.change("removed", "RegressionModel/@modelType", model.model_type, None)
        model = model.replace(model_type=None)
    name, schema = model.target_field_name, model.mining_schema
    if name is not None and schema is not None:
        targets = [item.name for item in schema.mining_fields if item.is_target]
        if targets == [name]:
            place.change("removed", "RegressionModel/@targetFieldName", name, None)
            model = model.replace(target_field_name=None)
    return model


def _center_fields(model: ClusteringModel, place: Place) -> ClusteringModel:
    """Make local derived fields of CenterFields, and ClusteringFields of these, as 3.2 did."""
    center = model.center_fields
    if center is None or not all(item.expression is not None for item in center.derived_fields):
        return model
    taken = _names(place.journey.document, model)
    settings = {item.field: item for item in model.clustering_fields}
    derived, fields = [], []
    for item in center.derived_fields:
        name = _free_name(item.name or "CenterField", taken)
        taken.add(name)
        derived.append(item.replace(name=name))
        source = _settings_of(item, settings)
        fields.append(
            ClusteringField(field=name, line=item.line)
            if source is None
            else source.replace(field=name, is_center_field="true")
        )
    others = model.local_transformations or LocalTransformations()
    for item in derived:
        place.change("moved", "CenterFields/DerivedField", item.name, "LocalTransformations")
    return model.replace(
        center_fields=None,
        clustering_fields=tuple(fields),
        local_transformations=others.replace(derived_fields=(*others.derived_fields, *derived)),
    )


def _settings_of(
    derived: DerivedField, settings: Mapping[str, ClusteringField]
) -> ClusteringField | None:
    """Return the ClusteringField of a center field: that of its name, else that of the one field
    that it is made of.
    """
    if derived.name is not None and derived.name in settings:
        return settings[derived.name]
    references: dict[str, None] = {}
    stack = [derived.compiled()]
    while stack:
        expression = stack.pop()
        references.update(dict.fromkeys(expression.references()))
        stack.extend(expression.operands())
    return settings.get(next(iter(references))) if len(references) == 1 else None


def _names(document: Document, model: Model) -> set[str | None]:
    """Return the names that a new field of a model must not have."""
    root = document.root
    taken: set[str | None] = {item.name for item in root.data_dictionary.data_fields}
    for holder in (root.transformation_dictionary, model.local_transformations):
        if holder is not None:
            taken |= {item.name for item in holder.derived_fields}
    if model.output is not None:
        taken |= {item.name for item in model.output.output_fields}
    return taken


def _free_name(wanted: str, taken: set[str | None]) -> str:
    if wanted not in taken:
        return wanted
    return next(name for number in count(2) if (name := f"{wanted} {number}") not in taken)


def _machines(model: SupportVectorMachineModel, place: Place) -> SupportVectorMachineModel:
    """State the classificationMethod that the machines of PMML 3 tell, and let each machine name
    its alternate category itself, as in 4.
    """
    machines = model.support_vector_machines
    alternate = model.alternate_binary_target_category
    if model.function_name != "classification" or not machines:
        return _without_alternate(model, place)
    are_pairs = all(item.alternate_target_category is not None for item in machines)
    is_default = model.classification_method == "OneAgainstAll"
    if is_default and are_pairs and len(machines) > 1 and place.journey.starts_before("4.0"):
        place.change(
            "explicit", "SupportVectorMachineModel/@classificationMethod", None, "OneAgainstOne"
        )
        model = model.replace(classification_method="OneAgainstOne")
    if alternate is None:
        return model
    if len(machines) == 1 or model.classification_method == "OneAgainstOne":
        machines = tuple(_of_two(item, alternate, place) for item in machines)
        model = model.replace(support_vector_machines=machines)
    return _without_alternate(model, place)


def _of_two(machine: SupportVectorMachine, alternate: str, place: Place) -> SupportVectorMachine:
    """Return a machine whose value says the category by 0 (the alternate one) and 1, rounded, as
    one with a threshold: the first category of such a machine is that of values below.
    """
    if machine.alternate_target_category is not None:
        return machine
    place.change(
        "replaced",
        "SupportVectorMachine/@targetCategory",
        machine.target_category,
        f'{alternate}, with alternateTargetCategory="{machine.target_category}" threshold="0.5"',
        machine.line,
    )
    return machine.replace(
        target_category=alternate,
        alternate_target_category=machine.target_category,
        threshold=0.5,
    )


def _without_alternate(model: SupportVectorMachineModel, place: Place) -> SupportVectorMachineModel:
    text = model.alternate_binary_target_category
    if text is None:
        return model
    markup = "SupportVectorMachineModel/@alternateBinaryTargetCategory"
    place.change("removed", markup, text, None)
    return model.replace(alternate_binary_target_category=None)


_OF_ALL: Final = passing("4.3", _data_types)
_OWN: Final[Mapping[str, tuple[Rule, ...]]] = MappingProxyType(
    {
        "RegressionModel": (since("4.1", _deprecated),),
        "ClusteringModel": (since("3.2", _center_fields),),
        "SupportVectorMachineModel": (passing("4.1", _machines),),
    }
)

MODEL_RULES: Final[Rules] = MappingProxyType({tag: (*_OWN.get(tag, ()), _OF_ALL) for tag in MODEL})
"""The rules for models by tag."""
