"""Models in the making: what they read, and what surrounds them in the document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pmmlkit.exporters.builder import BoundField, Builder, Target
from pmmlkit.exporters.features import Feature
from pmmlkit.language.derived_field import LocalTransformations
from pmmlkit.language.mining_schema import MiningField, MiningSchema
from pmmlkit.language.output import Output, OutputField

if TYPE_CHECKING:
    from pmmlkit.language.models.model import Model

__all__ = ["Draft", "Frame"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A model that knows which features it reads, and can be built once they have become fields.

    `build` takes a `Frame` and a field for each of `reads`, and returns the model element.
    """

    reads: tuple[Feature, ...]
    build: Callable[[Frame, tuple[BoundField, ...]], Model]


class Frame:
    """What surrounds a model that is being built: the document for the outermost, another model for
    the rest.
    """

    def __init__(
        self,
        builder: Builder,
        target: Target | None,
        *,
        outermost: bool = True,
        model_name: str | None = None,
    ) -> None:
        self.builder = builder
        self.target = target
        self.outermost = outermost
        self.model_name = model_name

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
        if target is not None:
            schema.append(MiningField(name=target.name, usage_type="target"))
        parts: dict[str, Any] = {"function_name": target.function_name if target else "regression"}
        if self.outermost:
            schema += self.builder.mining_fields()
            derived = self.builder.derived_fields()
            if derived:
                parts["local_transformations"] = LocalTransformations(derived_fields=derived)
            if output is None and probabilities:
                output = self.probabilities()
            if self.model_name is not None:
                parts["model_name"] = self.model_name
        else:
            schema += [MiningField(name=name) for name in dict.fromkeys(it.name for it in fields)]
        if output is not None:
            parts["output"] = output
        return {**parts, "mining_schema": MiningSchema(mining_fields=tuple(schema))}

    def probabilities(self) -> Output | None:
        """Return the Output with a probability for each class, in their order; None for a
        regression.
        """
        target = self.target
        if target is None or not target.classes:
            return None
        fields = [
            OutputField(
                name=self.builder.unique(f"probability({label})"),
                optype="continuous",
                data_type="double",
                feature="probability",
                value=label,
            )
            for label in target.labels
        ]
        return Output(output_fields=tuple(fields))
