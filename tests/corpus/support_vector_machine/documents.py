"""Small support vector machines as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.corpus.cells import document

__all__ = ["array", "machine", "model", "output", "sparse", "vectors"]

NUMBERS = {"a": "continuous double", "b": "continuous double", "y": "continuous double"}
CATEGORIES = {**NUMBERS, "y": "categorical string: p q r"}
TWO_CATEGORIES = {**NUMBERS, "y": "categorical string: p q"}

LINEAR = "<LinearKernelType/>"
FIELDS = '<FieldRef field="a"/><FieldRef field="b"/>'


def attributes(**values: Any) -> str:
    names = {"x_mathContext": "x-mathContext"}
    return "".join(f' {names.get(name, name)}="{value}"' for name, value in values.items())


def array(*values: float) -> str:
    return f'<Array n="{len(values)}" type="real">{" ".join(map(str, values))}</Array>'


def sparse(indices: Sequence[int], entries: Sequence[float], **more: Any) -> str:
    return (
        f"<REAL-SparseArray{attributes(**more)}><Indices>{' '.join(map(str, indices))}</Indices>"
        f"<REAL-Entries>{' '.join(map(str, entries))}</REAL-Entries></REAL-SparseArray>"
    )


def vectors(*arrays: str, fields: str = FIELDS, **more: Any) -> str:
    """A dictionary of the vectors v1, v2 ..."""
    items = "".join(
        f'<VectorInstance id="v{at}">{item}</VectorInstance>' for at, item in enumerate(arrays, 1)
    )
    return (
        f"<VectorDictionary{attributes(**more)}><VectorFields>{fields}</VectorFields>{items}"
        "</VectorDictionary>"
    )


VECTORS = vectors(array(1, 2), array(-1, 0.5), array(0, -1))


def machine(
    ids: Sequence[str] | None, coefficients: Sequence[float], constant: float = 0.0, **more: Any
) -> str:
    inside = ""
    if ids is not None:
        items = "".join(f'<SupportVector vectorId="{id}"/>' for id in ids)
        inside = f"<SupportVectors>{items}</SupportVectors>"
    values = "".join(f'<Coefficient value="{value}"/>' for value in coefficients)
    return (
        f"<SupportVectorMachine{attributes(**more)}>{inside}"
        f'<Coefficients absoluteValue="{constant}">{values}</Coefficients></SupportVectorMachine>'
    )


def output(*fields: tuple[str, str, str | None]) -> str:
    """OutputFields from name, feature and value."""
    items = "".join(
        f'<OutputField name="{name}" optype="continuous" dataType="double" feature="{feature}"'
        + ("/>" if value is None else f' value="{value}"/>')
        for name, feature, value in fields
    )
    return f"<Output>{items}</Output>"


def model(
    *machines: str,
    kernel: str = LINEAR,
    dictionary: str = VECTORS,
    function: str = "regression",
    fields: dict[str, str] | None = None,
    before: str = "",
    version: str = "4.4",
    target: bool = True,
    **more: Any,
) -> bytes:
    fields = NUMBERS if fields is None else fields
    schema = "".join(
        f'<MiningField name="{name}"/>' for name in fields if name != "y" or not target
    )
    if target:
        schema += '<MiningField name="y" usageType="target"/>'
    text = (
        f'<SupportVectorMachineModel functionName="{function}"{attributes(**more)}>'
        f"<MiningSchema>{schema}</MiningSchema>{before}{kernel}{dictionary}{''.join(machines)}"
        "</SupportVectorMachineModel>"
    )
    return document(text, fields, version)
