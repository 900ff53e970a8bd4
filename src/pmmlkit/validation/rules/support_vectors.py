"""Rules for support vector machines. Specification: chapter Support Vector Machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmmlkit.language.models.support_vector_machine import (
    SupportVectorMachineModel,
    SupportVectors,
)
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, rule

__all__ = ["RULES"]

_MACHINE: Final = """
<SupportVectorMachineModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <LinearKernelType/>
  <VectorDictionary numberOfVectors="2">
    <VectorFields numberOfFields="1"><FieldRef field="x"/></VectorFields>
    <VectorInstance id="a"><Array type="real">1</Array></VectorInstance>
    <VectorInstance id="b"><Array type="real">2</Array></VectorInstance>
  </VectorDictionary>
  <SupportVectorMachine>
    <SupportVectors>{}</SupportVectors>
    <Coefficients>{}</Coefficients>
  </SupportVectorMachine>
</SupportVectorMachineModel>"""
_A, _B, _ONE = '<SupportVector vectorId="a"/>', '<SupportVector vectorId="b"/>', "<Coefficient/>"
_GOOD: Final = _MACHINE.format(_A + _B, _ONE * 2)


@rule(
    "PMML300",
    "info",
    "A vector is used by no machine",
    "No SupportVector refers to the VectorInstance; it can be left out.",
    bad=_MACHINE.format(_A, _ONE),
    good=_GOOD,
    on=SupportVectorMachineModel,
)
def unused_vector(model: SupportVectorMachineModel, facts: Facts) -> Iterator[Found]:
    vectors = [item.support_vectors for item in model.support_vector_machines]
    used = {item.vector_id for part in vectors if part is not None for item in part.support_vectors}
    for item in model.vector_dictionary.vector_instances if used else ():
        if item.id not in used:
            yield item, f"no machine uses the vector {item.id!r:.80}"


@rule(
    "PMML301",
    "warning",
    "A machine uses a vector twice",
    "Both coefficients are added; one of the two SupportVectors is most often a mistake.",
    bad=_MACHINE.format(_A + _B + _A, _ONE * 3),
    good=_GOOD,
    on=SupportVectors,
)
def same_vector(vectors: SupportVectors, facts: Facts) -> Iterator[Found]:
    known: set[str] = set()
    for item in vectors.support_vectors:
        if item.vector_id in known:
            yield item, f"the machine uses the vector {item.vector_id!r:.80} twice"
        known.add(item.vector_id)


@rule(
    "PMML302",
    "warning",
    "A stated number of vectors or fields is wrong",
    "numberOfVectors and numberOfFields, where they are given, are the numbers of what stands "
    "there.",
    bad=_GOOD.replace('numberOfVectors="2"', 'numberOfVectors="5"'),
    good=_GOOD,
    on=SupportVectorMachineModel,
)
def counts(model: SupportVectorMachineModel, facts: Facts) -> Iterator[Found]:
    dictionary = model.vector_dictionary
    stated, found = dictionary.number_of_vectors, len(dictionary.vector_instances)
    if stated is not None and stated != found:
        yield dictionary, f"numberOfVectors is {stated}, there are {found}"
    fields = dictionary.vector_fields
    if fields.number_of_fields not in (None, len(fields.fields)):
        yield fields, f"numberOfFields is {fields.number_of_fields}, there are {len(fields.fields)}"


RULES: Final = (unused_vector, same_vector, counts)
