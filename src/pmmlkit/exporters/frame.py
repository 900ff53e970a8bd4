"""Models in the making: what they read, and what surrounds them in the document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pmmlkit.exporters.features import Feature, Predicted
from pmmlkit.language.derived_field import LocalTransformations
from pmmlkit.language.expressions import FieldRef
from pmmlkit.language.mining_schema import MiningField, MiningSchema
from pmmlkit.language.output import Output, OutputField

if TYPE_CHECKING:
    from pmmlkit.exporters.binding import Binding
    from pmmlkit.exporters.builder import Builder
    from pmmlkit.exporters.fields import BoundField, Target
    from pmmlkit.language.models.model import Model

__all__ = ["Draft", "Frame", "Several"]


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A model that knows which features it reads, and can be built once they have become fields.

    `build` takes a `Frame` and a field for each of `reads`, and returns the model element.
    `outputs` are named features that the result is to hold as well where the model is that of the
    document. `target` is what it predicts where the estimator does not say so by ``classes_``, as
    clusterers: see `Context.with_classes`. `has_shares`: of a classification, the model has
    probabilities.
    """

    reads: tuple[Feature, ...]
    build: Callable[[Frame, tuple[BoundField, ...]], Model]
    outputs: tuple[tuple[str, Feature], ...] = ()
    target: Target | None = None
    has_shares: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Several:
    """Models of several targets, in the order of the targets."""

    parts: tuple[tuple[Target, Draft], ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds a model that is being built.

    `binding`: the fields that are derived where the model stands, None inside another model.
    `outermost`: what the model predicts is what the document predicts. `results`: the OutputFields
    by which later models of a chain know what is predicted. `outputs`: fields that the result holds
    besides, by name.
    """

    builder: Builder
    target: Target | None
    binding: Binding | None = None
    outermost: bool = True
    model_name: str | None = None
    results: Mapping[Predicted, str] = field(default_factory=dict)
    outputs: Sequence[tuple[str, BoundField]] = ()

    def inner(self, target: Target | None = None) -> Frame:
        """Return the frame of a model inside the one that is built; without a target, it predicts a
        number.
        """
        return Frame(self.builder, target, outermost=False)

    def parts(
        self,
        fields: Iterable[BoundField] = (),
        output: Output | None = None,
        *,
        probabilities: bool = True,
    ) -> dict[str, Any]:
        """Return what every model element has: function_name, mining_schema and so on, to pass to
        its constructor.

        `fields`: those that the model itself reads. The outermost model of a classification has an
        Output with the probabilities, unless `probabilities` is False or there is another `output`.
        """
        target = self.target
        schema: list[MiningField] = []
        if target is not None and target.name is not None:
            schema.append(MiningField(name=target.name, usage_type="target"))
        parts: dict[str, Any] = {"function_name": target.function_name if target else "regression"}
        binding = self.binding
        if binding is not None and binding.outer is None:
            schema += self.builder.mining_fields()
        else:
            names = dict.fromkeys(it.name for it in (*fields, *self._others()))
            if binding is not None:
                own = {item.name for item in binding.derived}
                names = dict.fromkeys([*(it for it in names if it not in own), *binding.foreign])
            schema += [MiningField(name=name) for name in names]
        if not schema:
            schema.append(MiningField(name=self.builder.any_column()))
        if binding is not None and binding.derived:
            parts["local_transformations"] = LocalTransformations(
                derived_fields=tuple(binding.derived)
            )
        if self.model_name is not None:
            parts["model_name"] = self.model_name
        if output is None:
            output = self._output(probabilities)
        if output is not None:
            parts["output"] = output
        return {**parts, "mining_schema": MiningSchema(mining_fields=tuple(schema))}

    def _others(self) -> list[BoundField]:
        return [bound for _, bound in self.outputs]

    def probabilities(self) -> Output | None:
        """Return the Output with a probability for each class, in their order; None for a
        regression.
        """
        fields = tuple(self._probability_fields())
        return Output(output_fields=fields) if fields else None

    def _probability_fields(self) -> list[OutputField]:
        target = self.target
        if target is None or not self.outermost:
            return []
        return [
            OutputField(
                name=self.builder.unique(f"probability({label})"),
                optype="continuous",
                data_type="double",
                feature="probability",
                value=label,
            )
            for label in target.labels
        ]

    def _output(self, probabilities: bool) -> Output | None:
        fields = [_result_field(name, predicted) for predicted, name in self.results.items()]
        if probabilities:
            fields += self._probability_fields()
        fields += [
            OutputField(
                name=name,
                optype=bound.optype,
                data_type=bound.data_type,
                feature="transformedValue",
                expression=FieldRef(field=bound.name),
            )
            for name, bound in self.outputs
        ]
        return Output(output_fields=tuple(fields)) if fields else None


def _result_field(name: str, predicted: Predicted) -> OutputField:
    is_number = predicted.data_type not in ("string", "boolean")
    return OutputField(
        name=name,
        optype="continuous" if is_number else "categorical",
        data_type=predicted.data_type,
        feature=predicted.result,
        value=predicted.value,
    )
