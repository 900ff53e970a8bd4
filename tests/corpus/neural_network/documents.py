"""Small networks as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.corpus.cells import document

__all__ = ["category", "inputs", "layer", "network", "neuron", "number", "outputs"]

NUMBERS = {"a": "continuous double", "b": "continuous double", "y": "continuous double"}


def attributes(**values: Any) -> str:
    """Attributes in PMML's case; `from_` and `x_leakage` lose what Python needs."""
    names = {"x_leakage": "x-leakage", "x_mathContext": "x-mathContext"}
    return "".join(f' {names.get(name, name)}="{value}"' for name, value in values.items())


def inputs(*names: str, type: str = "double") -> str:
    items = "".join(
        f'<NeuralInput id="{name}"><DerivedField optype="continuous" dataType="{type}">'
        f'<FieldRef field="{name}"/></DerivedField></NeuralInput>'
        for name in names
    )
    return f"<NeuralInputs>{items}</NeuralInputs>"


def neuron(id: str, cons: dict[str, float] | Sequence[tuple[str, float]], **more: Any) -> str:
    pairs = cons.items() if isinstance(cons, dict) else cons
    inside = "".join(f'<Con from="{name}" weight="{weight}"/>' for name, weight in pairs)
    return f'<Neuron id="{id}"{attributes(**more)}>{inside}</Neuron>'


def layer(*neurons: str, **more: Any) -> str:
    return f"<NeuralLayer{attributes(**more)}>{''.join(neurons)}</NeuralLayer>"


def outputs(*pairs: tuple[str, str]) -> str:
    """Outputs from ids of neurons and expressions."""
    items = "".join(
        f'<NeuralOutput outputNeuron="{id}"><DerivedField optype="continuous" dataType="double">'
        f"{expression}</DerivedField></NeuralOutput>"
        for id, expression in pairs
    )
    return f"<NeuralOutputs>{items}</NeuralOutputs>"


def number(field: str = "y") -> str:
    return f'<FieldRef field="{field}"/>'


def category(value: str, field: str = "y") -> str:
    return f'<NormDiscrete field="{field}" value="{value}"/>'


def network(
    *parts: str,
    function: str = "regression",
    fields: dict[str, str] | None = None,
    targets: Sequence[str] = ("y",),
    before: str = "",
    version: str = "4.4",
    activationFunction: str | None = "identity",
    **more: Any,
) -> bytes:
    """A document with one network; `parts` are NeuralInputs, layers and NeuralOutputs."""
    fields = NUMBERS if fields is None else fields
    usage = dict.fromkeys(targets, ' usageType="target"')
    schema = "".join(f'<MiningField name="{name}"{usage.get(name, "")}/>' for name in fields)
    if activationFunction is not None:
        more["activationFunction"] = activationFunction
    model = (
        f'<NeuralNetwork functionName="{function}"{attributes(**more)}>'
        f"<MiningSchema>{schema}</MiningSchema>{before}{''.join(parts)}</NeuralNetwork>"
    )
    return document(model, fields, version)
