"""Models and parts of models that JPMML-Evaluator does not evaluate."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from pmmlkit.language.arrays import RealSparseArray
from pmmlkit.language.continuous_distributions import UniformDistribution
from pmmlkit.language.derived_field import TransformationDictionary
from pmmlkit.language.models.anomaly_detection import AnomalyDetectionModel
from pmmlkit.language.models.baseline import BaselineModel
from pmmlkit.language.models.bayesian_network import BayesianNetworkModel
from pmmlkit.language.models.clustering.declaration import (
    CenterFields,
    ClusteringField,
    ClusteringModel,
)
from pmmlkit.language.models.embedded import EmbeddedModel
from pmmlkit.language.models.gaussian_process import GaussianProcessModel
from pmmlkit.language.models.general_regression.declaration import (
    BaseCumHazardTables,
    Predictor,
)
from pmmlkit.language.models.mining import MiningModel
from pmmlkit.language.models.mining.declaration import Segmentation, VariableWeight
from pmmlkit.language.models.naive_bayes.declaration import TargetValueStats
from pmmlkit.language.models.nearest_neighbor.declaration import NearestNeighborModel
from pmmlkit.language.models.sequence import SequenceModel
from pmmlkit.language.models.support_vector_machine import SupportVectorMachineModel
from pmmlkit.language.models.support_vector_machine.declaration import VectorInstance
from pmmlkit.language.models.text import TextModel
from pmmlkit.language.models.time_series import TimeSeriesModel
from pmmlkit.language.models.tree import DecisionTree, TreeModel
from pmmlkit.validation.portability import samples
from pmmlkit.validation.portability.markup import Markup, lacks_text, markup_rule, nodes_rule
from pmmlkit.validation.rules.facts import Facts

__all__ = [
    "BASELINE",
    "COX",
    "EMBEDDED",
    "GAUSSIAN",
    "RULES",
    "SCORELESS",
    "TRANSFORMATIONS",
    "UNIFORM",
    "is_without_model",
    "lacks_max_time",
    "lacks_size",
    "scoreless_nodes",
    "uniform_inputs",
]

BASELINE: Final = samples.model(
    "BaselineModel",
    '<TestDistributions field="x" testStatistic="zValue"><Baseline>'
    '<GaussianDistribution mean="0" variance="1"/></Baseline></TestDistributions>',
)
_FORECAST: Final = """
<DataDictionary>
  <DataField name="y" optype="continuous" dataType="double"/>
  <DataField name="h" optype="continuous" dataType="integer"/>
</DataDictionary>
<TimeSeriesModel functionName="timeSeries" bestFit="{}">
  <MiningSchema>
    <MiningField name="y" usageType="target"/><MiningField name="h" usageType="supplementary"/>
  </MiningSchema>
  {}
</TimeSeriesModel>"""
_SMOOTHED: Final = _FORECAST.format(
    "ExponentialSmoothing",
    '<ExponentialSmoothing><Level smoothedValue="2"/></ExponentialSmoothing>',
)
_STATES: Final = _FORECAST.format(
    "StateSpaceModel",
    """<StateSpaceModel><StateVector><Array type="real" n="1">2</Array></StateVector>
    <TransitionMatrix><Matrix><Array type="real" n="1">0.5</Array></Matrix></TransitionMatrix>
    <MeasurementMatrix><Matrix><Array type="real" n="1">1</Array></Matrix></MeasurementMatrix>
  </StateSpaceModel>""",
)
_INSIDE: Final = """<Node score="7"><True/>
    <{0} functionName="regression">{1}</{0}>
  </Node>"""
EMBEDDED: Final = _INSIDE.format(
    "Regression",
    '<RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/></RegressionTable>',
)
_ONE_AGAINST_ALL: Final = ((' targetCategory="no"', 1.0), (' targetCategory="yes"', -0.5))
_COVARIANCE: Final = (
    '<Covariances><Matrix kind="symmetric"><Array type="real" n="1">1</Array></Matrix>'
    "</Covariances>"
)
_CONTRAST: Final = (
    '<Predictor name="s" contrastMatrixType="any">{}<Matrix><Array type="real">1</Array>'
    '<Array type="real">-1</Array></Matrix></Predictor>'
)
_CATEGORIES: Final = '<Categories><Category value="a"/><Category value="b"/></Categories>'
COX: Final = """
<GeneralRegressionModel functionName="regression" modelType="CoxRegression" endTimeVariable="n">
  <MiningSchema>
    <MiningField name="x"/><MiningField name="n"/><MiningField name="y" usageType="target"/>
  </MiningSchema>
  <ParameterList><Parameter name="p" referencePoint="0.5"/></ParameterList>
  <CovariateList><Predictor name="x"/></CovariateList>
  <PPMatrix><PPCell value="1" predictorName="x" parameterName="p"/></PPMatrix>
  <ParamMatrix><PCell parameterName="p" beta="0.25"/></ParamMatrix>
  <BaseCumHazardTables{}>
    <BaselineCell time="1" cumHazard="0.1"/><BaselineCell time="3" cumHazard="0.4"/>
  </BaseCumHazardTables>
</GeneralRegressionModel>"""
_BAYES: Final = """
<NaiveBayesModel functionName="classification" threshold="0.01">
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <BayesInputs><BayesInput fieldName="x"><TargetValueStats>
    <TargetValueStat value="no">{}</TargetValueStat>
    <TargetValueStat value="yes">{}</TargetValueStat>
  </TargetValueStats></BayesInput></BayesInputs>
  <BayesOutput fieldName="k"><TargetValueCounts><TargetValueCount value="no" count="4"/>
    <TargetValueCount value="yes" count="6"/></TargetValueCounts></BayesOutput>
</NaiveBayesModel>"""
UNIFORM: Final = _BAYES.format(
    '<UniformDistribution lower="-4" upper="4"/>', '<UniformDistribution lower="-1" upper="1"/>'
)
GAUSSIAN: Final = _BAYES.format(
    '<GaussianDistribution mean="0" variance="1"/>', '<GaussianDistribution mean="1" variance="2"/>'
)
SCORELESS: Final = samples.SHARES.replace(' score="no"', "").replace(' score="yes"', "")


def _is_beyond_regression(model: EmbeddedModel, facts: Facts) -> bool:
    around = facts.parent(model)
    return (
        isinstance(model, DecisionTree)
        or isinstance(around, MiningModel)
        or model.function_name != "regression"
    )


def uniform_inputs(item: TargetValueStats, facts: Facts) -> bool:
    """Tell whether an input is compared with uniform distributions."""
    return any(
        isinstance(stat.distribution, UniformDistribution) for stat in item.target_value_stats
    )


def lacks_max_time(item: BaseCumHazardTables, facts: Facts) -> bool:
    """Tell whether hazard tables have no maxTime where they need one."""
    return item.max_time is None and not item.strata


def lacks_size(item: VectorInstance, facts: Facts) -> bool:
    """Tell whether a vector is a sparse array that does not say its length."""
    return isinstance(item.array, RealSparseArray) and item.array.n is None


def scoreless_nodes(forest: Any, facts: Facts) -> Any:
    """Give the nodes of classifications that have shares, but no score, where rows can end."""
    shared = np.zeros(len(forest), np.bool_)
    shared[forest.distribution_node] = True
    return np.flatnonzero(forest.is_leaf & shared & lacks_text(forest.column("score")))


TRANSFORMATIONS: Final = """
<DataDictionary>
  <DataField name="x" optype="continuous" dataType="double"/>
  <DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
<TransformationDictionary>
  <DerivedField name="d" optype="continuous" dataType="double">
    <Apply function="*"><FieldRef field="x"/><Constant dataType="double">2</Constant></Apply>
  </DerivedField>
</TransformationDictionary>
"""
_READING: Final = samples.line().replace('NumericPredictor name="x"', 'NumericPredictor name="d"')


def is_without_model(dictionary: TransformationDictionary, facts: Facts) -> bool:
    """Tell whether a document holds transformations alone."""
    return not facts.root.models


RULES: Final = (
    markup_rule(
        "PMML500",
        "warning",
        "JPMML-Evaluator has no evaluator for the model",
        "AnomalyDetectionModel, BaselineModel, BayesianNetworkModel, GaussianProcessModel, "
        "SequenceModel and TextModel are not evaluated.",
        *(
            Markup(kind)
            for kind in (
                AnomalyDetectionModel,
                BaselineModel,
                BayesianNetworkModel,
                GaussianProcessModel,
                SequenceModel,
                TextModel,
            )
        ),
        bad=BASELINE,
        good=samples.line(),
    ),
    markup_rule(
        "PMML501",
        "warning",
        "JPMML-Evaluator forecasts with state spaces only",
        "Of the algorithms of a TimeSeriesModel only StateSpaceModel is evaluated.",
        Markup(TimeSeriesModel, when=lambda item, facts: item.best_fit != "StateSpaceModel"),
        bad=_SMOOTHED,
        good=_STATES,
    ),
    markup_rule(
        "PMML502",
        "warning",
        "JPMML-Evaluator does not weigh several nodes of a tree",
        "With the missing value strategies weightedConfidence and aggregateNodes a row that lacks "
        "a value fails.",
        Markup(
            TreeModel, "missing_value_strategy", values=("weightedConfidence", "aggregateNodes")
        ),
        bad=samples.tree(' missingValueStrategy="aggregateNodes"'),
        good=samples.tree(' missingValueStrategy="defaultChild"'),
    ),
    markup_rule(
        "PMML503",
        "warning",
        "JPMML-Evaluator does not evaluate the embedded model",
        "Of models that stand in another one without a Segment, only a Regression in a Node of a "
        "regression is evaluated.",
        Markup(EmbeddedModel, when=_is_beyond_regression),
        bad=samples.model(
            "TreeModel",
            _INSIDE.format("DecisionTree", '<Node score="1"><True/></Node>'),
        ),
        good=samples.model("TreeModel", EMBEDDED),
    ),
    markup_rule(
        "PMML504",
        "warning",
        "JPMML-Evaluator refuses the support vector machine",
        "maxWins and machines that are Coefficients alone are not evaluated.",
        Markup(SupportVectorMachineModel, "max_wins", values=(True,)),
        Markup(SupportVectorMachineModel, "svm_representation", values=("Coefficients",)),
        bad=samples.machine(
            ' classificationMethod="OneAgainstAll" maxWins="true"', *_ONE_AGAINST_ALL
        ),
        good=samples.machine(' classificationMethod="OneAgainstAll"', *_ONE_AGAINST_ALL),
    ),
    markup_rule(
        "PMML505",
        "warning",
        "JPMML-Evaluator knows clusters with centres only",
        "Clusters that are densities (distributionBased) and CenterFields are not evaluated.",
        Markup(ClusteringModel, "model_class", values=("distributionBased",)),
        Markup(CenterFields),
        bad=samples.cluster(model_class="distributionBased", inside=_COVARIANCE),
        good=samples.cluster(),
    ),
    markup_rule(
        "PMML506",
        "warning",
        "JPMML-Evaluator does not compare by a table",
        "compareFunction table is not evaluated.",
        Markup(ClusteringField, "compare_function", values=("table",)),
        bad="""
<DataDictionary>
  <DataField name="n" optype="categorical" dataType="integer">
    <Value value="1"/><Value value="2"/></DataField>
</DataDictionary>
<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="2">
  <MiningSchema><MiningField name="n"/></MiningSchema>
  <ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure>
  <ClusteringField field="n" compareFunction="table"><Comparisons><Matrix>
    <Array type="real" n="2">0 1</Array><Array type="real" n="2">1 0</Array></Matrix>
  </Comparisons></ClusteringField>
  <Cluster id="1"><Array type="int" n="1">1</Array></Cluster>
  <Cluster id="2"><Array type="int" n="1">2</Array></Cluster>
</ClusteringModel>""",
        good="""
<DataDictionary>
  <DataField name="n" optype="categorical" dataType="integer">
    <Value value="1"/><Value value="2"/></DataField>
</DataDictionary>
<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="2">
  <MiningSchema><MiningField name="n"/></MiningSchema>
  <ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure>
  <ClusteringField field="n" compareFunction="delta"/>
  <Cluster id="1"><Array type="int" n="1">1</Array></Cluster>
  <Cluster id="2"><Array type="int" n="1">2</Array></Cluster>
</ClusteringModel>""",
    ),
    markup_rule(
        "PMML507",
        "warning",
        "JPMML-Evaluator needs the Categories of a contrast matrix",
        "A Predictor with a Matrix, but without Categories, is refused: the order of the rows is "
        "not taken from the DataField.",
        Markup(
            Predictor,
            when=lambda item, facts: item.matrix is not None and item.categories is None,
        ),
        bad=samples.general(
            'modelType="generalLinear"', factors=_CONTRAST.format(""), fields=("x", "s")
        ),
        good=samples.general(
            'modelType="generalLinear"', factors=_CONTRAST.format(_CATEGORIES), fields=("x", "s")
        ),
    ),
    markup_rule(
        "PMML508",
        "warning",
        "JPMML-Evaluator refuses weights that are fields",
        "A Segment whose weight is a VariableWeight is not evaluated.",
        Markup(VariableWeight),
        bad=samples.mining("weightedAverage", samples.line(), samples.line(slope=3)).replace(
            "</Segment>\n  </Seg", '<VariableWeight field="x"/></Segment>\n  </Seg'
        ),
        good=samples.mining("weightedAverage", samples.line(), samples.line(slope=3)),
    ),
    markup_rule(
        "PMML509",
        "warning",
        "JPMML-Evaluator does not know the method of the segments",
        "x-weightedMedian and x-weightedSum were JPMML's own words before PMML 4.4 had "
        "weightedMedian and weightedSum; the present version does not know them.",
        Markup(
            Segmentation,
            "multiple_model_method",
            values=("x-weightedMedian", "x-weightedSum"),
        ),
        bad=samples.mining("x-weightedSum", samples.line(), samples.line(slope=3)),
        good=samples.mining("weightedSum", samples.line(), samples.line(slope=3)),
    ),
    markup_rule(
        "PMML510",
        "warning",
        "JPMML-Evaluator has no uniform distribution",
        "A BayesInput with a UniformDistribution fails each row.",
        Markup(TargetValueStats, when=uniform_inputs),
        bad=UNIFORM,
        good=GAUSSIAN,
    ),
    markup_rule(
        "PMML511",
        "warning",
        "JPMML-Evaluator needs the maxTime of hazard tables",
        "BaseCumHazardTables without strata and without maxTime fail each row.",
        Markup(BaseCumHazardTables, when=lacks_max_time),
        bad=COX.format(""),
        good=COX.format(' maxTime="9"'),
    ),
    markup_rule(
        "PMML512",
        "warning",
        "JPMML-Evaluator needs the length of sparse arrays",
        "A sparse array without n is as long as its last index: a vector that ends with zeros is "
        "refused.",
        Markup(VectorInstance, when=lacks_size),
        bad=samples.machine(arrays=samples.sparse("")),
        good=samples.machine(arrays=samples.sparse(' n="1"')),
    ),
    markup_rule(
        "PMML528",
        "warning",
        "JPMML-Evaluator evaluates models alone",
        "A document of transformations without a model is refused.",
        Markup(TransformationDictionary, when=is_without_model),
        bad=TRANSFORMATIONS,
        good=TRANSFORMATIONS + _READING,
    ),
    markup_rule(
        "PMML513",
        "warning",
        "JPMML-Evaluator needs a target of neighbours",
        "A NearestNeighborModel without a target, whose result is the neighbours, is not scored.",
        Markup(
            NearestNeighborModel,
            when=lambda item, facts: (
                not any(field.is_target for field in item.mining_schema.mining_fields)
            ),
        ),
        bad=samples.neighbors("", "", samples.label("entityId"), function="clustering"),
        good=samples.neighbors("", "k", samples.label("entityId")),
    ),
    nodes_rule(
        "PMML514",
        "warning",
        "JPMML-Evaluator needs the score of a node",
        "A node that has a distribution but no score fails the rows that end there; the "
        "specification takes the largest share.",
        "Node without score",
        scoreless_nodes,
        bad=samples.tree(nodes=SCORELESS),
        good=samples.tree(),
    ),
)
