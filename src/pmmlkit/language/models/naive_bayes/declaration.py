"""The elements of NaiveBayesModel. Specification: chapter Naive Bayes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.continuous_distributions import CONTINUOUS_DISTRIBUTION
from pmmlkit.language.extension import Extension
from pmmlkit.language.models.model import Model
from pmmlkit.xml import content
from pmmlkit.xml.declaration import Element, attribute, child, children
from pmmlkit.xml.lexical import NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.continuous_distributions import ContinuousDistributionType
    from pmmlkit.language.derived_field import DerivedField
    from pmmlkit.language.models.prediction import Predictor
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope

__all__ = [
    "BayesInput",
    "BayesInputs",
    "BayesOutput",
    "NaiveBayesModel",
    "PairCounts",
    "TargetValueCount",
    "TargetValueCounts",
    "TargetValueStat",
    "TargetValueStats",
]


class TargetValueCount(Element):
    """How many training records had a category of the target."""

    value: str = attribute(required=True)
    count: float = attribute(type=NUMBER, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class TargetValueCounts(Element):
    """The counts of the categories of the target."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    target_value_counts: tuple[TargetValueCount, ...] = children("TargetValueCount", minimum=1)


class PairCounts(Element):
    """The counts of the categories of the target among the records with one value of an input."""

    value: str = attribute(required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    target_value_counts: TargetValueCounts = child("TargetValueCounts", required=True)


class TargetValueStat(
    Element,
    since="4.2",
    earlier={
        "4.3": content.seq(
            content.repeat(content.child("Extension", into="extensions")),
            content.child(*CONTINUOUS_DISTRIBUTION, into="distribution"),
            content.repeat(content.child("Extension", into="extensions")),
        )
    },
):
    """The distribution of a continuous input among the records with one category of the target."""

    value: str = attribute(required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    distribution: ContinuousDistributionType = child(*CONTINUOUS_DISTRIBUTION, required=True)


class TargetValueStats(Element, since="4.2"):
    """The distributions of a continuous input, one for each category of the target."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    target_value_stats: tuple[TargetValueStat, ...] = children("TargetValueStat", minimum=1)


class BayesInput(
    Element,
    content=content.seq(
        content.repeat(content.child("Extension", into="extensions")),
        content.choice(
            content.child("TargetValueStats", into="target_value_stats", since="4.2"),
            content.seq(
                content.optional(content.child("DerivedField", into="derived_field")),
                content.repeat(content.child("PairCounts", into="pair_counts"), 1),
            ),
        ),
    ),
):
    """An input: counts for each of its values, or distributions."""

    field_name: str = attribute(required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    target_value_stats: TargetValueStats | None = child(
        "TargetValueStats", default=None, since="4.2"
    )
    derived_field: DerivedField | None = child("DerivedField", default=None)
    pair_counts: tuple[PairCounts, ...] = children("PairCounts", default=())


class BayesInputs(Element):
    """The inputs."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    bayes_inputs: tuple[BayesInput, ...] = children("BayesInput", minimum=1)


class BayesOutput(Element):
    """The target, and the counts of its categories: their order is that of the distribution."""

    field_name: str = attribute(required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    target_value_counts: TargetValueCounts = child("TargetValueCounts", required=True)


class NaiveBayesModel(Model):
    """The category whose likelihood times prior is highest, inputs being taken as independent."""

    threshold: float = attribute(type=NUMBER, required=True)
    bayes_inputs: BayesInputs = child("BayesInputs", required=True)
    bayes_output: BayesOutput = child("BayesOutput", required=True)

    @property
    def target_field_name(self) -> str:
        """The field that the model predicts."""
        return self.bayes_output.field_name

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Compile counts and distributions to logarithms of probabilities."""
        from pmmlkit.language.models.naive_bayes.predictor import compile_naive_bayes

        return compile_naive_bayes(self, scope, target)
