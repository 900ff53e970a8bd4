"""What PMML4S scores in another way."""

from __future__ import annotations

from typing import Final

from pmmlkit.language.data_dictionary import DataField
from pmmlkit.language.derived_field import DerivedField
from pmmlkit.language.models.clustering.declaration import ClusteringModel
from pmmlkit.language.models.general_regression.declaration import (
    GeneralRegressionModel,
    Predictor,
)
from pmmlkit.language.models.mining import MiningModel
from pmmlkit.language.models.mining.declaration import Segmentation
from pmmlkit.language.models.model import Model
from pmmlkit.language.models.nearest_neighbor.declaration import NearestNeighborModel
from pmmlkit.language.models.regression import RegressionModel
from pmmlkit.language.models.scorecard import Characteristic, Scorecard
from pmmlkit.language.output import OutputField
from pmmlkit.language.predicates import CompoundPredicate
from pmmlkit.language.text_index import TextIndex
from pmmlkit.validation.portability import samples
from pmmlkit.validation.portability.jpmml_fields import (
    INTEGER_TARGET,
    TEXT,
    is_uncast_target,
    of_model,
)
from pmmlkit.validation.portability.jpmml_models import COX
from pmmlkit.validation.portability.jpmml_scores import (
    FORWARDED,
    NOT_FORWARDED,
    forwards_targets,
)
from pmmlkit.validation.portability.markup import Markup, markup_rule
from pmmlkit.validation.portability.pmml4s_models import LINKS
from pmmlkit.validation.rules.facts import Facts

__all__ = ["RULES"]

_SINGLE: Final = """
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <LocalTransformations>
    <DerivedField name="d" optype="continuous" dataType="{}"><FieldRef field="x"/></DerivedField>
  </LocalTransformations>
  <RegressionTable intercept="1"><NumericPredictor name="d" coefficient="2"/></RegressionTable>
</RegressionModel>"""
_ORDERED: Final = """
<DataDictionary>
  <DataField name="x" optype="continuous" dataType="double"/>
  <DataField name="k" optype="{}" dataType="string">
    <Value value="no"/><Value value="perhaps"/><Value value="yes"/></DataField>
</DataDictionary>
"""
_CATEGORIES: Final = ("no", "perhaps", "yes")
_VOTES: Final = (
    samples.tree(),
    samples.tree(nodes=samples.SHARES.replace('Than" value="0"', 'Than" value="-5"')),
    samples.tree(nodes=samples.SHARES.replace('Than" value="0"', 'Than" value="5"')),
)
_EITHER: Final = """<Node score="no"><True/>
    <Node score="yes"><CompoundPredicate booleanOperator="{}">
      <SimplePredicate field="x" operator="lessThan" value="0"/>
      <SimplePredicate field="x" operator="greaterThan" value="9"/></CompoundPredicate></Node>
    <Node score="no"><True/></Node>
  </Node>"""
_CELLS: Final = (
    '<PCell parameterName="p0" targetCategory="yes" beta="0.5"/>'
    '<PCell parameterName="p1" targetCategory="yes" beta="0.25"/>'
)
_LINKED: Final = 'modelType="generalizedLinear" linkFunction="logit"'
_CONTRAST: Final = (
    '<Predictor name="s" contrastMatrixType="any"><Categories><Category value="a"/>'
    '<Category value="b"/></Categories><Matrix><Array type="real">1</Array>'
    '<Array type="real">-1</Array></Matrix></Predictor>'
)
_REASONS: Final = "<Output>{}{}</Output>".format(
    *(
        f'<OutputField name="reason{rank}" optype="categorical" dataType="string" '
        f'feature="reasonCode" rank="{rank}"/>'
        for rank in (1, 2)
    )
)


def _says_something_last(model: RegressionModel, facts: Facts) -> bool:
    """Tell whether the second of two tables is more than a 0."""
    if model.function_name != "classification" or len(model.regression_tables) != 2:
        return False
    last = model.regression_tables[1]
    terms = (last.numeric_predictors, last.categorical_predictors, last.predictor_terms)
    return last.intercept != 0 or any(terms)


def _is_ordinal(model: RegressionModel, facts: Facts) -> bool:
    target = facts.target(model)
    return target is not None and target.optype == "ordinal"


def _is_ranked(item: OutputField, facts: Facts) -> bool:
    return item.rank != 1 and of_model(item, facts, ClusteringModel)


def _may_give_no_reason(item: Characteristic, facts: Facts) -> bool:
    """Tell whether a characteristic that is no reason may leave a rank over that is asked for."""
    card = facts.models(item)[0]
    if not isinstance(card, Scorecard) or card.output is None or not card.use_reason_codes:
        return False
    fields = card.output.output_fields
    baseline = card.baseline_score if item.baseline_score is None else item.baseline_score
    if baseline is None or not any(field.feature == "reasonCode" for field in fields):
        return False
    most = max(field.rank for field in fields if field.feature == "reasonCode")
    scores = [part.partial_score for part in item.attributes if part.partial_score is not None]
    sign = 1 if card.reason_code_algorithm == "pointsBelow" else -1
    return most >= len(card.characteristics.characteristics) and any(
        sign * (baseline - score) <= 0 for score in scores
    )


def _of_a_segment(item: OutputField, facts: Facts) -> bool:
    models = facts.models(item)
    return bool(models) and isinstance(models[0], MiningModel)


RULES: Final = (
    markup_rule(
        "PMML580",
        "info",
        "PMML4S takes the second of two tables",
        "In a classification by logit, probit, cloglog, loglog or cauchit the first of two tables "
        "is the one that counts. PMML4S takes the second, unless that has the intercept 0 and no "
        "predictors.",
        Markup(RegressionModel, "normalization_method", values=LINKS, when=_says_something_last),
        bad=samples.logistic("logit").replace('"yes" intercept="0"', '"yes" intercept="0.125"'),
        good=samples.logistic("logit"),
    ),
    markup_rule(
        "PMML581",
        "info",
        "PMML4S subtracts the categories of an ordinal target wrongly",
        "The probability of the last category of an ordinal target is 1 less the difference of "
        "the ones before, not less their cumulative value.",
        Markup(RegressionModel, when=_is_ordinal),
        bad=_ORDERED.format("ordinal") + samples.logistic("logit", categories=_CATEGORIES),
        good=_ORDERED.format("categorical") + samples.logistic("softmax", categories=_CATEGORIES),
    ),
    markup_rule(
        "PMML582",
        "info",
        "PMML4S combines the probabilities of segments in another way",
        "weightedMajorityVote divides the weights by the number of segments; max does not give "
        "the largest probability.",
        Markup(Segmentation, "multiple_model_method", values=("weightedMajorityVote",)),
        Markup(
            Segmentation,
            "multiple_model_method",
            values=("max",),
            when=lambda item, facts: facts.models(item)[0].function_name == "classification",
        ),
        bad=samples.mining(
            "weightedMajorityVote",
            *_VOTES,
            more=samples.number("probability", ' value="yes"'),
            target="k",
        ),
        good=samples.mining(
            "majorityVote",
            *_VOTES,
            more=samples.number("probability", ' value="yes"'),
            target="k",
        ),
    ),
    markup_rule(
        "PMML583",
        "info",
        "PMML4S divides a weighted average of neighbours twice",
        "continuousScoringMethod weightedAverage is divided by the sum of the weights and by the "
        "number of neighbours.",
        Markup(NearestNeighborModel, "continuous_scoring_method", values=("weightedAverage",)),
        bad=samples.neighbors(' continuousScoringMethod="weightedAverage"', "y"),
        good=samples.neighbors(' continuousScoringMethod="average"', "y"),
    ),
    markup_rule(
        "PMML584",
        "info",
        "PMML4S gives the result of the whole for that of a segment",
        "The segmentId of an OutputField has no effect, or gives a missing value.",
        Markup(OutputField, "segment_id", when=_of_a_segment),
        bad=samples.mining(
            "average",
            samples.line(),
            samples.line(slope=3),
            more=samples.number("predictedValue", ' segmentId="1"'),
        ),
        good=samples.mining(
            "average",
            samples.line(),
            samples.line(slope=3),
            more=samples.number("predictedValue"),
        ),
    ),
    markup_rule(
        "PMML585",
        "info",
        "PMML4S leaves the Targets of a forwarding MiningModel aside",
        "With modelChain and selectFirst the result of a segment is the result: Targets of the "
        "MiningModel itself are not applied. State them in the segment's model.",
        Markup(MiningModel, when=forwards_targets),
        bad=FORWARDED.replace("selectFirst", "modelChain"),
        good=NOT_FORWARDED.replace("selectFirst", "modelChain"),
    ),
    markup_rule(
        "PMML586",
        "info",
        "PMML4S computes in double precision",
        "A DerivedField of dataType float keeps the digits of a double, and x-mathContext=float "
        "has no effect: results differ from the seventh digit on.",
        Markup(DerivedField, "data_type", values=("float",)),
        Markup(Model, "math_context", values=("float",)),
        bad=_SINGLE.format("float"),
        good=_SINGLE.format("double"),
    ),
    markup_rule(
        "PMML587",
        "info",
        "PMML4S cuts the decimals of an integer target",
        "A prediction of a continuous target of dataType integer that is not whole is truncated. "
        "State castInteger in Targets, or the dataType double.",
        Markup(DataField, when=is_uncast_target),
        bad=INTEGER_TARGET.format("integer") + samples.line(),
        good=INTEGER_TARGET.format("double") + samples.line(),
    ),
    markup_rule(
        "PMML588",
        "info",
        "PMML4S gives the residual with the opposite sign",
        "The residual of a regression is the actual value less the prediction, in PMML4S the "
        "prediction less the actual value.",
        Markup(
            OutputField,
            "feature",
            values=("residual",),
            when=lambda item, facts: facts.models(item)[0].function_name == "regression",
        ),
        bad=samples.line(samples.number("residual")),
        good=samples.line(samples.number("predictedValue")),
    ),
    markup_rule(
        "PMML589",
        "info",
        "PMML4S evaluates xor in another way",
        "A CompoundPredicate with xor is false where one of two predicates is true.",
        Markup(CompoundPredicate, "boolean_operator", values=("xor",)),
        bad=samples.tree(nodes=_EITHER.format("xor")),
        good=samples.tree(nodes=_EITHER.format("or")),
    ),
    markup_rule(
        "PMML590",
        "info",
        "PMML4S fills the ranks of reason codes that are left over",
        "A Characteristic whose points do not fall short of its baselineScore (or exceed it, with "
        "pointsAbove) is no reason. A rank for which no reason is left is missing; PMML4S repeats "
        "the last one.",
        Markup(Characteristic, when=_may_give_no_reason),
        bad=samples.scorecard(baseline=0, more=_REASONS),
        good=samples.scorecard(more=_REASONS),
    ),
    markup_rule(
        "PMML591",
        "info",
        "PMML4S gives the survival of a Cox regression",
        "The result of a CoxRegression is the cumulative hazard H; PMML4S gives exp(-H).",
        Markup(GeneralRegressionModel, "model_type", values=("CoxRegression",)),
        bad=COX.format(' maxTime="9"'),
        good=samples.general('modelType="generalLinear"'),
    ),
    markup_rule(
        "PMML592",
        "info",
        "PMML4S gives a number for the category",
        "The prediction of a generalizedLinear model that classifies is the probability of the "
        "category, and the probabilities are missing, unless distribution is binomial.",
        Markup(
            GeneralRegressionModel,
            "model_type",
            values=("generalizedLinear",),
            when=lambda item, facts: (
                item.function_name == "classification" and item.distribution != "binomial"
            ),
        ),
        bad=samples.general(_LINKED, cells=_CELLS, target="k"),
        good=samples.general(f'{_LINKED} distribution="binomial"', cells=_CELLS, target="k"),
    ),
    markup_rule(
        "PMML593",
        "info",
        "PMML4S misreads contrast matrices",
        "The value of a factor with a Matrix of contrasts is not that of its row.",
        Markup(Predictor, when=lambda item, facts: item.matrix is not None),
        bad=samples.general('modelType="generalLinear"', factors=_CONTRAST, fields=("x", "s")),
        good=samples.general(
            'modelType="generalLinear"', factors='<Predictor name="s"/>', fields=("x", "s")
        ),
    ),
    markup_rule(
        "PMML594",
        "info",
        "PMML4S does not rank clusters",
        "The rank of an OutputField has no effect: the best cluster is given.",
        Markup(OutputField, when=_is_ranked),
        bad=samples.cluster(more=samples.label("entityId", ' rank="2"')),
        good=samples.cluster(more=samples.label("entityId", ' rank="1"')),
    ),
    markup_rule(
        "PMML595",
        "info",
        "PMML4S takes the natural logarithm of term counts",
        "localTermWeights logarithmic is the logarithm to the base 10, in PMML4S the natural one.",
        Markup(TextIndex, "local_term_weights", values=("logarithmic",)),
        bad=TEXT.format(' localTermWeights="logarithmic"'),
        good=TEXT.format(' localTermWeights="binary"'),
    ),
    markup_rule(
        "PMML596",
        "info",
        "PMML4S counts nothing in texts that are not cut into words",
        "A TextIndex with tokenize=false compares the whole text with the term.",
        Markup(TextIndex, "tokenize", values=(False,)),
        bad=TEXT.format(' tokenize="false"'),
        good=TEXT.format(' tokenize="true"'),
    ),
    markup_rule(
        "PMML597",
        "info",
        "PMML4S does not know the pattern of words",
        "x-wordRE, an extension of JPMML, has no effect: texts are cut at the separators.",
        Markup(TextIndex, "word_re"),
        bad=TEXT.format(' x-wordRE="[a-z]+"'),
        good=TEXT.format(""),
    ),
)
