"""The elements of BaselineModel. Specification: chapter Baseline Model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pmmlkit.language.continuous_distributions import CONTINUOUS_DISTRIBUTION
from pmmlkit.language.extension import Extension
from pmmlkit.language.models.model import Model
from pmmlkit.xml import content
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import ANY_SIMPLE, INTEGER, NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.continuous_distributions import ContinuousDistributionType
    from pmmlkit.language.expressions import FieldRef
    from pmmlkit.language.models.prediction import Predictor
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope

__all__ = [
    "Alternate",
    "Baseline",
    "BaselineModel",
    "CountTable",
    "FieldValue",
    "FieldValueCount",
    "NormalizedCountTable",
    "TestDistributions",
]

_COUNTS: Final = content.seq(
    content.repeat(content.child("Extension", into="extensions")),
    content.choice(
        content.repeat(content.child("FieldValue", into="field_values"), 1),
        content.repeat(content.child("FieldValueCount", into="field_value_counts"), 1),
    ),
)


class FieldValueCount(Element):
    """How many records had a value of a field, under the values around it."""

    field: str = attribute(required=True)
    value: str = attribute(required=True, earlier={"4.3": {"type": ANY_SIMPLE}})
    count: float = attribute(type=NUMBER, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class FieldValue(Element, content=_COUNTS):
    """The counts among the records that have a value of a field."""

    field: str = attribute(required=True)
    value: str = attribute(required=True, earlier={"4.3": {"type": ANY_SIMPLE}})
    extensions: tuple[Extension, ...] = children("Extension", default=())
    field_values: tuple[FieldValue, ...] = children("FieldValue", default=())
    field_value_counts: tuple[FieldValueCount, ...] = children("FieldValueCount", default=())


class CountTable(Element, content=_COUNTS):
    """The counts of the values of a field, or of the combinations of several.

    `sample` is information: the counts add up to it.
    """

    sample: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    field_values: tuple[FieldValue, ...] = children("FieldValue", default=())
    field_value_counts: tuple[FieldValueCount, ...] = children("FieldValueCount", default=())


class NormalizedCountTable(CountTable, content=_COUNTS):
    """The same as shares of `sample` records."""


_OLDER_DISTRIBUTION: Final = content.seq(
    content.child(*CONTINUOUS_DISTRIBUTION, into="distribution"),
    content.repeat(content.child("Extension", into="extensions")),
)
"""A distribution with extensions behind it, as it was up to 4.3."""


class Baseline(
    Element,
    content=content.choice(
        content.child(
            *CONTINUOUS_DISTRIBUTION, "CountTable", "NormalizedCountTable", into="distribution"
        ),
        content.repeat(content.child("FieldRef", into="field_refs"), 2),
    ),
    earlier={
        "4.3": content.choice(
            _OLDER_DISTRIBUTION,
            content.child("CountTable", "NormalizedCountTable", into="distribution"),
            content.repeat(content.child("FieldRef", into="field_refs"), 2),
        )
    },
):
    """The distribution of events while nothing has changed, or the fields that are independent."""

    distribution: ContinuousDistributionType | CountTable | None = child(
        *CONTINUOUS_DISTRIBUTION, "CountTable", "NormalizedCountTable", default=None
    )
    field_refs: tuple[FieldRef, ...] = children("FieldRef", default=())


class Alternate(Element, earlier={"4.3": _OLDER_DISTRIBUTION}):
    """The distribution of events after the change that is to be found."""

    distribution: ContinuousDistributionType = child(*CONTINUOUS_DISTRIBUTION, required=True)


class TestDistributions(
    Element,
    earlier={
        "4.3": content.seq(
            content.child("Baseline", into="baseline"),
            content.optional(content.child("Alternate", into="alternate")),
            content.repeat(content.child("Extension", into="extensions")),
        )
    },
):
    """What is compared with what, and how.

    `reset_value`: the floor of CUSUM. `window_size`: so many events count, 0 is all so far.
    """

    field: str = attribute(required=True)
    test_statistic: str = attribute(
        required=True,
        values=enumeration(
            "zValue", "chiSquareIndependence", "chiSquareDistribution", "CUSUM", "scalarProduct"
        ),
    )
    reset_value: float = attribute(type=NUMBER, default=0.0)
    window_size: int = attribute(type=INTEGER, default=0)
    weight_field: str | None = attribute(default=None)
    normalization_scheme: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    baseline: Baseline = child("Baseline", required=True)
    alternate: Alternate | None = child("Alternate", default=None)


class BaselineModel(Model):
    """A statistic over a stream of events that tells whether their distribution has changed."""

    test_distributions: TestDistributions = child("TestDistributions", required=True)

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Compile to a predictor whose rows depend on those before them."""
        from pmmlkit.language.models.baseline.predictor import compile_baseline

        return compile_baseline(self, scope)
