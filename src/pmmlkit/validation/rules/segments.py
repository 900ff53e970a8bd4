"""Rules for segments. Specification: chapter Multiple Models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmmlkit.language.models.mining import Segment, Segmentation
from pmmlkit.language.predicates import FalsePredicate, TruePredicate
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, rule

__all__ = ["RULES"]

_PART: Final = """
    <Segment{}>{}<RegressionModel functionName="regression">
      <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
      <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="1"/></RegressionTable>
    </RegressionModel></Segment>"""
_MODEL: Final = """
<MiningModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <Segmentation multipleModelMethod="{}">{}
  </Segmentation>
</MiningModel>"""
_BELOW: Final = '<SimplePredicate field="x" operator="lessThan" value="1"/>'


@rule(
    "PMML310",
    "warning",
    "A segment can never apply",
    "The predicate of the Segment is False, so its model is never used.",
    bad=_MODEL.format("average", _PART.format("", "<True/>") + _PART.format("", "<False/>")),
    good=_MODEL.format("average", _PART.format("", "<True/>") + _PART.format("", _BELOW)),
    on=Segment,
)
def never(segment: Segment, facts: Facts) -> Iterator[Found]:
    if isinstance(segment.predicate, FalsePredicate):
        yield segment, "its predicate is False"


@rule(
    "PMML311",
    "warning",
    "A segment stands behind one that always applies",
    "With multipleModelMethod selectFirst the first segment whose predicate is true is used; those "
    "behind one with the predicate True never are.",
    bad=_MODEL.format("selectFirst", _PART.format("", "<True/>") + _PART.format("", _BELOW)),
    good=_MODEL.format("selectFirst", _PART.format("", _BELOW) + _PART.format("", "<True/>")),
    on=Segmentation,
)
def behind_true(segmentation: Segmentation, facts: Facts) -> Iterator[Found]:
    if segmentation.multiple_model_method != "selectFirst":
        return
    always = False
    for segment in segmentation.segments:
        if always:
            yield segment, "a segment before it has the predicate True"
        always = always or isinstance(segment.predicate, TruePredicate)


@rule(
    "PMML312",
    "info",
    "The weight of a segment has no effect",
    "Weights are for the weighted methods (weightedAverage, weightedMajorityVote and their like); "
    "other methods treat all segments alike.",
    bad=_MODEL.format("average", _PART.format(' weight="3"', "<True/>")),
    good=_MODEL.format("weightedAverage", _PART.format(' weight="3"', "<True/>")),
    on=Segmentation,
)
def weight_unused(segmentation: Segmentation, facts: Facts) -> Iterator[Found]:
    method = segmentation.multiple_model_method
    if "weighted" in method.lower():
        return
    for segment in segmentation.segments:
        if segment.weight not in (None, 1):
            yield segment, f"multipleModelMethod {method} uses no weights"


RULES: Final = (never, behind_true, weight_unused)
