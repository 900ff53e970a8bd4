"""Regression and DecisionTree: models inside a Node or a MiningModel.

Specification: chapter Multiple Models, Model Composition (deprecated in favour of Segmentation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pmmlkit.language.data_types import DATA_TYPE, OPTYPE
from pmmlkit.language.extension import Extension
from pmmlkit.language.models.model import MINING_FUNCTION, Model
from pmmlkit.language.output import RESULT_FEATURE, Output, OutputField
from pmmlkit.xml.declaration import Element, attribute, child, children

if TYPE_CHECKING:
    from pmmlkit.language.derived_field import LocalTransformations
    from pmmlkit.language.mining_schema import MiningSchema
    from pmmlkit.language.statistics import ModelStats
    from pmmlkit.language.targets import Targets

__all__ = ["EmbeddedModel", "ResultField", "targets_only"]


class ResultField(Element):
    """A result of an embedded model: an OutputField of the time before there was Output."""

    name: str = attribute(required=True)
    display_name: str | None = attribute(default=None)
    optype: str | None = attribute(default=None, values=OPTYPE)
    data_type: str | None = attribute(default=None, values=DATA_TYPE)
    feature: str | None = attribute(default=None, values=RESULT_FEATURE)
    value: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())

    def as_output_field(self) -> OutputField:
        """Return the OutputField that means the same."""
        return OutputField(
            name=self.name,
            display_name=self.display_name,
            optype=self.optype,
            data_type=self.data_type,
            feature=self.feature or "predictedValue",
            value=self.value,
            line=self.line,
        )


class EmbeddedModel(Element, abstract=True):
    """A model without a MiningSchema: it sees the fields of the model around it."""

    model_name: str | None = attribute(default=None)
    function_name: str = attribute(required=True, values=MINING_FUNCTION)
    algorithm_name: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    output: Output | None = child("Output", default=None)
    model_stats: ModelStats | None = child("ModelStats", default=None)
    targets: Targets | None = child("Targets", default=None)
    local_transformations: LocalTransformations | None = child("LocalTransformations", default=None)
    result_fields: tuple[ResultField, ...] = children("ResultField", default=())

    def as_model(self, mining_schema: MiningSchema, math_context: str | None) -> Model:
        """Return the model that means the same and can stand alone."""
        raise AssertionError(self.tag)

    def common(self, mining_schema: MiningSchema, math_context: str | None) -> dict[str, Any]:
        """Return what is the same for all models, as arguments of a `Model`."""
        return {
            "model_name": self.model_name,
            "function_name": self.function_name,
            "algorithm_name": self.algorithm_name,
            "math_context": math_context,
            "mining_schema": mining_schema,
            "output": self._whole_output(),
            "targets": self.targets,
            "local_transformations": self.local_transformations,
            "line": self.line,
        }

    def _whole_output(self) -> Output | None:
        results = tuple(result.as_output_field() for result in self.result_fields)
        if not results:
            return self.output
        if self.output is None:
            return Output(output_fields=results, line=self.line)
        return self.output.replace(output_fields=(*self.output.output_fields, *results))


def targets_only(model: Model) -> MiningSchema:
    """Return the MiningSchema of a model without its inputs: those are prepared already."""
    schema = model.mining_schema
    return schema.replace(
        mining_fields=tuple(item for item in schema.mining_fields if item.is_target)
    )
