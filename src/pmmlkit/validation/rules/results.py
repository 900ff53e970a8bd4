"""Rules for what becomes of predictions. Specification: chapters Output, Targets, Multiple
Models.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmmlkit.language.models.association import AssociationModel
from pmmlkit.language.models.mining import MiningModel, Segmentation
from pmmlkit.language.models.model import Model
from pmmlkit.language.models.scorecard import Scorecard
from pmmlkit.language.output import Output, OutputField
from pmmlkit.language.predicates import TruePredicate
from pmmlkit.language.targets import Target
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, rule

__all__ = ["RULES"]

_TREE: Final = """
<TreeModel functionName="classification">
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <Output>{}</Output>
  <Node score="no"><SimplePredicate field="x" operator="lessThan" value="2"/></Node>
</TreeModel>"""
_FIELD: Final = '<OutputField name="{}" optype="{}" dataType="{}" feature="{}"{}/>'


def _probabilities(*values: str) -> str:
    names = [f"p{at}" for at, _ in enumerate(values)]
    return _TREE.format(
        "".join(
            _FIELD.format(name, "continuous", "double", "probability", value)
            for name, value in zip(names, values, strict=True)
        )
    )


@rule(
    "PMML407",
    "warning",
    "A result is about a category that the target does not have",
    "The value of the OutputField is none that the dictionary lists for the target: there is "
    "nothing to tell of it, and its probability is missing or 0 for all rows.",
    bad=_probabilities(' value="Yes"'),
    good=_probabilities(' value="yes"'),
    on=Output,
)
def no_category(output: Output, facts: Facts) -> Iterator[Found]:
    models = facts.models(output)
    if not models or models[0].function_name != "classification":
        return
    if not any(field.is_target for field in models[0].mining_schema.mining_fields):
        return  # a model inside of others may have categories of its own
    own = facts.target(output)
    for item in output.output_fields:
        if item.feature not in _OF_CATEGORIES or item.value is None or item.segment_id is not None:
            continue
        name = item.target_field or item.old_target_field
        target = own if name is None else facts.field(name, models[0])
        if target is not None and not target.lists(item.value, item):
            yield item, f"{item.value!r:.80} is no category of {target.name!r}"


@rule(
    "PMML408",
    "warning",
    "Two OutputFields give the same",
    "Both ask for the same feature with the same attributes. For the probability or the affinity "
    "of each category, cluster or neighbour, the OutputFields need the attribute value, or rank: "
    "without it all give that of the winner.",
    bad=_probabilities("", ""),
    good=_probabilities(' value="no"', ' value="yes"'),
    on=Output,
)
def same_result(output: Output, facts: Facts) -> Iterator[Found]:
    known: dict[tuple[object, ...], OutputField] = {}
    for item in output.output_fields:
        if item.feature not in _OF_ONE or item.value is not None:
            continue
        names = (field.name for field in type(item).declaration.attributes)
        values = {name: getattr(item, name) for name in names if name not in _LABELS}
        first = known.setdefault(tuple(values.items()), item)
        if first is not item:
            yield item, f"{item.name!r:.80} is what {first.name!r:.80} is"


_OF_CATEGORIES: Final = frozenset({"probability", "confidence", "residual"})
_OF_ONE: Final = frozenset(
    {"probability", "affinity", "clusterAffinity", "entityAffinity", "reasonCode", "residual"}
)
_LABELS: Final = frozenset({"name", "display_name", "optype", "data_type", "is_final_result"})

_CARD: Final = """
<Scorecard functionName="regression">
  <MiningSchema><MiningField name="x"/></MiningSchema>
  <Output><OutputField name="reason" optype="categorical" dataType="string" feature="reasonCode"
    rank="{}"/></Output>
  <Characteristics><Characteristic name="c" baselineScore="10">
    <Attribute partialScore="5" reasonCode="A">
      <SimplePredicate field="x" operator="lessThan" value="1"/></Attribute>
    <Attribute partialScore="8" reasonCode="B"><True/></Attribute>
  </Characteristic></Characteristics>
</Scorecard>"""


@rule(
    "PMML409",
    "warning",
    "A rank is beyond what the model has",
    "rank 1 is the first reason code of a Scorecard, or the first rule of an AssociationModel. The "
    "model has fewer than the OutputField asks for: it is missing for all rows.",
    bad=_CARD.format(3),
    good=_CARD.format(2),
    on=Output,
)
def beyond(output: Output, facts: Facts) -> Iterator[Found]:
    models = facts.models(output)
    counts: dict[str, int | None] = {}
    for item in output.output_fields if models else ():
        if item.segment_id is not None or item.is_multi_valued not in ("0", "false"):
            continue
        if item.feature not in counts:
            counts[item.feature] = _ranked(item.feature, models[0])
        count = counts[item.feature]
        if count is not None and item.rank > count:
            yield item, f"rank is {item.rank}, there are {count}"


def _ranked(feature: str, model: Model) -> int | None:
    """Return how many results a model can rank; None where ranks do not matter."""
    if feature == "reasonCode" and isinstance(model, Scorecard):
        return len(
            {
                attribute.reason_code or item.reason_code
                for item in model.characteristics.characteristics
                for attribute in item.attributes
            }
        )
    if isinstance(model, AssociationModel):
        return len(model.association_rules)
    return None


_TARGET: Final = """
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <Targets><Target {}/></Targets>
  <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="1"/></RegressionTable>
</RegressionModel>"""


@rule(
    "PMML376",
    "warning",
    "The minimum of a target is above its maximum",
    "A prediction is raised to min, then lowered to max: all rows that it is used for get the same "
    "result.",
    bad=_TARGET.format('field="y" min="10" max="0"'),
    good=_TARGET.format('field="y" min="0" max="10"'),
    on=Target,
)
def crossed(item: Target, facts: Facts) -> Iterator[Found]:
    if item.min is not None and item.max is not None and item.min > item.max:
        yield item, f"min is {item.min:g}, max {item.max:g}"


@rule(
    "PMML377",
    "warning",
    "A Target is for a field that is no target",
    "The field of the Target is no MiningField with usageType target (or predicted) in its model, "
    "so that nothing of it has an effect.",
    bad=_TARGET.format('field="x" rescaleFactor="2"'),
    good=_TARGET.format('field="y" rescaleFactor="2"'),
    on=Target,
)
def no_target(item: Target, facts: Facts) -> Iterator[Found]:
    models = facts.models(item)
    if not models or item.field is None:
        return
    fields = models[0].mining_schema.mining_fields
    targets = {field.name for field in fields if field.is_target}
    # A model may name its target elsewhere: then there is no such MiningField at all.
    if targets and item.field not in targets:
        yield item, f"{item.field!r} is no target of the model"


_NUMBERS: Final = ("min", "max", "cast_integer")


@rule(
    "PMML378",
    "warning",
    "A category is rescaled, limited or rounded",
    "min, max, rescaleConstant, rescaleFactor and castInteger change predicted numbers; of a "
    "classification they change nothing, not even the probabilities.",
    bad=_TREE.format(
        _FIELD.format("p", "continuous", "double", "probability", ' value="no"')
    ).replace("</Output>", '</Output>\n  <Targets><Target field="k" rescaleFactor="2"/></Targets>'),
    good=_TARGET.format('field="y" rescaleFactor="2"'),
    on=Target,
)
def rescaled_category(item: Target, facts: Facts) -> Iterator[Found]:
    models = facts.models(item)
    if not models or models[0].function_name != "classification":
        return
    is_rescaled = item.rescale_constant != 0 or item.rescale_factor != 1
    if is_rescaled or any(getattr(item, name) is not None for name in _NUMBERS):
        yield item, "the model is a classification"


@rule(
    "PMML379",
    "warning",
    "A target is multiplied by 0",
    "With rescaleFactor 0 all rows have the same result, the rescaleConstant.",
    bad=_TARGET.format('field="y" rescaleFactor="0"'),
    good=_TARGET.format('field="y" rescaleFactor="0.5"'),
    on=Target,
)
def nothing_left(item: Target, facts: Facts) -> Iterator[Found]:
    if item.rescale_factor == 0:
        yield item, "rescaleFactor is 0"


_PART: Final = """
    <Segment{0}><True/><RegressionModel functionName="regression">
      <MiningSchema><MiningField name="{2}"/><MiningField name="y" usageType="target"/>
      </MiningSchema>
      {1}<RegressionTable intercept="1"><NumericPredictor name="{2}" coefficient="1"/>
      </RegressionTable></RegressionModel></Segment>"""
_MINING: Final = """
<MiningModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <Segmentation multipleModelMethod="{}"{}>{}
  </Segmentation>
</MiningModel>"""
_FIRST: Final = (
    '<Output><OutputField name="first" optype="continuous" dataType="double" '
    'feature="predictedValue"/></Output>\n      '
)


def _mining(method: str, *parts: tuple[str, str, str], attributes: str = "") -> str:
    return _MINING.format(method, attributes, "".join(_PART.format(*part) for part in parts))


@rule(
    "PMML373",
    "warning",
    "All segments weigh nothing",
    "The weights of all Segments are 0: the mean or the vote is divided by 0, and no row has a "
    "result; a weightedSum is 0.",
    bad=_mining("weightedAverage", (' weight="0"', "", "x"), (' weight="0"', "", "x")),
    good=_mining("weightedAverage", (' weight="0.5"', "", "x"), (' weight="0.5"', "", "x")),
    on=Segmentation,
)
def weightless(item: Segmentation, facts: Facts) -> Iterator[Found]:
    is_weighted = "weighted" in item.multiple_model_method.lower()
    if (
        is_weighted
        and item.segments
        and all(part.weight == 0 and part.variable_weight is None for part in item.segments)
    ):
        yield item, "the weights of all segments are 0"


@rule(
    "PMML374",
    "info",
    "missingThreshold has no effect",
    "missingThreshold says how large a share of the segments may give no result. It matters with "
    "missingPredictionTreatment skipSegment, and with continue, the default, to votes; elsewhere "
    "no segment may be without result, or the first that has one is taken.",
    bad=_mining("average", ("", "", "x"), attributes=' missingThreshold="0.5"'),
    good=_mining(
        "average",
        ("", "", "x"),
        attributes=' missingThreshold="0.5" missingPredictionTreatment="skipSegment"',
    ),
    on=Segmentation,
)
def threshold_unused(item: Segmentation, facts: Facts) -> Iterator[Found]:
    (treatment, threshold), method = item.treatment_of_missing, item.multiple_model_method
    is_choice = method in ("selectFirst", "selectAll", "modelChain", "x-multiModelChain")
    counts = treatment == "skipSegment" or (
        treatment == "continue" and method in ("majorityVote", "weightedMajorityVote")
    )
    if threshold != 1 and (is_choice or not counts):
        yield item, f"missingPredictionTreatment is {treatment}, multipleModelMethod {method}"


@rule(
    "PMML375",
    "warning",
    "A segment of a chain gives nothing",
    "In a modelChain the last model gives the result; those before it matter by what they hand on. "
    "This segment has no Output, and no later one reads its target.",
    bad=_mining("modelChain", ("", "", "x"), ("", "", "x")),
    good=_mining("modelChain", ("", _FIRST, "x"), ("", "", "first")),
    on=MiningModel,
)
def unheard(model: MiningModel, facts: Facts) -> Iterator[Found]:
    segmentation = model.segmentation
    if segmentation is None or segmentation.multiple_model_method != "modelChain":
        return
    segments = segmentation.segments
    if not segments or not isinstance(segments[-1].predicate, TruePredicate):
        return  # where the last does not apply, an earlier one gives the result
    outer = () if model.output is None else model.output.output_fields
    asked = {item.segment_id for item in outer}
    later: set[str] = set()
    for at in range(len(segments) - 1, -1, -1):
        segment = segments[at]
        if segment.model is None:
            return
        fields = segment.model.mining_schema.mining_fields
        targets = {item.name for item in fields if item.is_target}
        is_asked = segment.id in asked or str(at + 1) in asked
        has_output = segment.model.output is not None or _has_targets(segment.model)
        if at < len(segments) - 1 and not (has_output or is_asked or targets & later):
            yield segment, "no later segment reads what it gives"
        later |= facts.mentioned(segment.model)
        later.update(item.name for item in fields if not item.is_target)


def _has_targets(model: Model) -> bool:
    """Tell whether segments inside of a model hand something on."""
    inner = getattr(model, "segmentation", None)
    return inner is not None and any(
        part.model is not None and part.model.output is not None for part in inner.segments
    )


RULES: Final = (
    weightless,
    threshold_unused,
    unheard,
    crossed,
    no_target,
    rescaled_category,
    nothing_left,
    no_category,
    same_result,
    beyond,
)
