"""The elements of MiningModel. Specification: chapter Multiple Models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language import mistakes
from pmmlkit.language.groups import MODEL, PREDICATE
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.model import Model
from pmmlkit.language.models.prediction import Predictor
from pmmlkit.language.models.target_field import TargetField
from pmmlkit.language.scope import Compiled, Scope
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import NUMBER, PROBABILITY

if TYPE_CHECKING:
    from pmmlkit.language.extension import Extension
    from pmmlkit.language.models.embedded import EmbeddedModel

__all__ = ["MiningModel", "Segment", "Segmentation", "VariableWeight"]


class VariableWeight(Element, since="4.4"):
    """The field that holds the weight of a segment, row by row."""

    field: str = attribute(required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class Segment(Element):
    """A model, and the predicate that says for which rows it is."""

    id: str | None = attribute(default=None)
    weight: float = attribute(type=NUMBER, default=1.0)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    predicate: Compiled | None = child(*PREDICATE, required=True, default=None)
    model: Model | None = child(*MODEL, required=True, default=None)
    variable_weight: VariableWeight | None = child("VariableWeight", default=None, since="4.4")

    def require(self) -> tuple[Compiled, Model]:
        """Return the predicate and the model.

        Raises UnsupportedError for a model element that is not declared, MarkupError where one is
        absent or the weight is negative.
        """
        if self.model is None:
            kept = () if self.remainder is None else self.remainder.children
            tags = (tag for _, markup in kept for tag, _ in markup.elements())
            foreign = next((tag for tag in tags if tag in MODEL), None)
            if foreign is not None:
                raise unsupported(
                    self,
                    f"{foreign} cannot be evaluated by this version of pmmlkit",
                    code=mistakes.NOT_EVALUATED,
                )
            raise wrong(self, "a Segment needs a model", code=mistakes.MISSING_ELEMENT)
        if self.predicate is None:
            raise wrong(self, "a Segment needs a predicate", code=mistakes.MISSING_ELEMENT)
        if not self.weight >= 0:
            text = f"weight {self.weight} is negative"
            raise wrong(self, text, code=mistakes.SEGMENT_WEIGHT)
        return self.predicate, self.model


class Segmentation(Element):
    """The segments, and how one result is made of theirs.

    Besides the listed methods JPMML's ``x-multiModelChain``, ``x-weightedSum`` and
    ``x-weightedMedian`` are known, and the ``x-`` names that it had for what came with PMML 4.4.
    """

    multiple_model_method: str = attribute(
        required=True,
        values=enumeration(
            "majorityVote",
            "weightedMajorityVote",
            "average",
            "weightedAverage",
            "median",
            "weightedMedian",
            "max",
            "sum",
            "weightedSum",
            "selectFirst",
            "selectAll",
            "modelChain",
            since={"weightedMedian": "4.4", "weightedSum": "4.4"},
            vendor=("x-weightedSum", "x-weightedMedian", "x-multiModelChain"),
        ),
    )
    missing_prediction_treatment: str = attribute(
        default="continue",
        values=enumeration("returnMissing", "skipSegment", "continue"),
        since="4.4",
    )
    missing_threshold: float = attribute(type=PROBABILITY, default=1.0, since="4.4")
    x_missing_prediction_treatment: str | None = attribute(
        "x-missingPredictionTreatment",
        default=None,
        values=enumeration("returnMissing", "skipSegment", "continue"),
    )
    x_missing_threshold: float | None = attribute(
        "x-missingThreshold", type=PROBABILITY, default=None
    )
    extensions: tuple[Extension, ...] = children("Extension", default=())
    segments: tuple[Segment, ...] = children("Segment", minimum=1, default=())

    @property
    def treatment_of_missing(self) -> tuple[str, float]:
        """missingPredictionTreatment and missingThreshold, or what JPMML had before PMML 4.4."""
        treatment, threshold = self.missing_prediction_treatment, self.missing_threshold
        if self.x_missing_prediction_treatment is not None and treatment == "continue":
            treatment = self.x_missing_prediction_treatment
        if self.x_missing_threshold is not None and threshold == 1:
            threshold = self.x_missing_threshold
        return treatment, threshold


class MiningModel(Model):
    """Several models as one. Embedded models without a Segmentation are a chain (deprecated)."""

    embedded_models: tuple[EmbeddedModel, ...] = children("Regression", "DecisionTree", default=())
    segmentation: Segmentation | None = child("Segmentation", default=None)

    @property
    def target_field_name(self) -> str | None:
        """The target whose value the result of a chain is, where the MiningSchema names several."""
        model: Model = self
        while isinstance(model, MiningModel) and model.segmentation is not None:
            last = model.segmentation.segments[-1:]
            if (
                model.segmentation.multiple_model_method != "modelChain"
                or not last
                or last[0].model is None
            ):
                break
            model = last[0].model
        targets = [item.name for item in model.mining_schema.mining_fields if item.is_target]
        return targets[0] if targets else None

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Compile the segments and what makes one result of theirs."""
        from pmmlkit.language.models.mining.compile import MiningCompiler

        return MiningCompiler(self, scope, target).compile()
