"""What all model elements have in common.

Specification: General Structure (attributes of models), and the chapter of each model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language import mistakes
from pmmlkit.language.extension import Extension
from pmmlkit.language.mistakes import unsupported
from pmmlkit.language.models.prediction import Predictor
from pmmlkit.language.models.target_field import TargetField
from pmmlkit.language.scope import Scope
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import BOOLEAN

if TYPE_CHECKING:
    from pmmlkit.language.derived_field import LocalTransformations
    from pmmlkit.language.explanation import ModelExplanation
    from pmmlkit.language.mining_schema import MiningSchema
    from pmmlkit.language.output import Output
    from pmmlkit.language.statistics import ModelStats
    from pmmlkit.language.targets import Targets
    from pmmlkit.language.verification import ModelVerification

__all__ = ["MINING_FUNCTION", "Model"]

MINING_FUNCTION = enumeration(
    "associationRules",
    "sequences",
    "classification",
    "regression",
    "clustering",
    "timeSeries",
    "mixed",
)


class Model(Element, abstract=True):
    """A model element: its own part is what `build` compiles; the rest is the same for all."""

    model_name: str | None = attribute(default=None)
    function_name: str = attribute(required=True, values=MINING_FUNCTION)
    algorithm_name: str | None = attribute(default=None)
    is_scorable: bool = attribute(type=BOOLEAN, default=True, since="4.1")
    math_context: str | None = attribute(
        "x-mathContext", default=None, values=enumeration("float", "double")
    )
    extensions: tuple[Extension, ...] = children("Extension", default=())
    mining_schema: MiningSchema = child("MiningSchema", required=True)
    output: Output | None = child("Output", default=None)
    model_stats: ModelStats | None = child("ModelStats", default=None)
    model_explanation: ModelExplanation | None = child(
        "ModelExplanation", default=None, since="4.0"
    )
    targets: Targets | None = child("Targets", default=None)
    local_transformations: LocalTransformations | None = child("LocalTransformations", default=None)
    model_verification: ModelVerification | None = child(
        "ModelVerification", default=None, last=True
    )
    trailing_extensions: tuple[Extension, ...] = children("Extension", default=(), last=True)

    @property
    def computes_in_float(self) -> bool:
        """Tell whether sums and leaf values are in single precision (JPMML's ``x-mathContext``)."""
        return self.math_context == "float"

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Compile the model's own part; `target` is None where the model has no target.

        Raises MarkupError where the document contradicts itself, UnsupportedError where pmmlkit
        cannot follow.
        """
        raise unsupported(self, f"{self.tag} cannot be evaluated yet", code=mistakes.NOT_EVALUATED)
