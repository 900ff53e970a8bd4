"""What keeps a document from being evaluated: what only one kind of model, or a few, can have."""

from __future__ import annotations

from typing import Final

from pmmlkit.language import mistakes
from pmmlkit.validation.rules.rule import Explanation, explained

__all__ = ["EXPLANATIONS"]

_NETWORK: Final = """
<NeuralNetwork functionName="regression" activationFunction="logistic">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <NeuralInputs>
    <NeuralInput id="0">
      <DerivedField optype="continuous" dataType="double"><FieldRef field="x"/></DerivedField>
    </NeuralInput>
  </NeuralInputs>
  <NeuralLayer><Neuron id="1" bias="1"><Con from="{}" weight="2"/></Neuron></NeuralLayer>
  <NeuralOutputs>
    <NeuralOutput outputNeuron="1">
      <DerivedField optype="continuous" dataType="double">{}</DerivedField>
    </NeuralOutput>
  </NeuralOutputs>
</NeuralNetwork>
"""
_FIELD: Final = '<FieldRef field="y"/>'

_MACHINE: Final = """
<SupportVectorMachineModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <LinearKernelType/>
  <VectorDictionary>
    <VectorFields><FieldRef field="x"/></VectorFields>
    <VectorInstance id="v1"><Array n="1" type="real">0.5</Array></VectorInstance>
  </VectorDictionary>
  <SupportVectorMachine>
    <SupportVectors><SupportVector vectorId="{}"/></SupportVectors>
    <Coefficients absoluteValue="1"><Coefficient value="2"/></Coefficients>
  </SupportVectorMachine>
</SupportVectorMachineModel>
"""

_CARD: Final = """
<Scorecard functionName="regression" initialScore="10"{}>
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <Characteristics>
    <Characteristic name="size" baselineScore="5">
      <Attribute{}><True/></Attribute>
    </Characteristic>
  </Characteristics>
</Scorecard>
"""
_WITHOUT_REASONS: Final = ' useReasonCodes="false"'

_CLUSTERS: Final = """
<ClusteringModel functionName="clustering" modelClass="{kind}" numberOfClusters="1">
  <MiningSchema><MiningField name="x"/><MiningField name="n"/></MiningSchema>
  <ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure>
  <ClusteringField field="x" compareFunction="{function}"{scale}/>
  <ClusteringField field="n"/>
  <Cluster id="one">
    <Array n="2" type="real">1 2</Array>{covariances}
  </Cluster>
</ClusteringModel>
"""
_COVARIANCES: Final = """
    <Covariances>
      <Matrix><Array n="2" type="real">1 {}</Array><Array n="2" type="real">0.5 1</Array></Matrix>
    </Covariances>"""


def _centers(scale: str) -> str:
    return _CLUSTERS.format(kind="centerBased", function="gaussSim", scale=scale, covariances="")


def _densities(covariance: float) -> str:
    return _CLUSTERS.format(
        kind="distributionBased",
        function="absDiff",
        scale="",
        covariances=_COVARIANCES.format(covariance),
    )


_NETWORK_OF_NODES: Final = """
<BayesianNetworkModel functionName="classification">
  <MiningSchema><MiningField name="s"/><MiningField name="k" usageType="target"/></MiningSchema>
  <BayesianNetworkNodes>
    <DiscreteNode name="s">{}</DiscreteNode>
    <DiscreteNode name="k">
      <DiscreteConditionalProbability>
        <ParentValue parent="s" value="a"/>
        <ValueProbability value="no" probability="0.3"/>
        <ValueProbability value="yes" probability="0.7"/>
      </DiscreteConditionalProbability>
      <DiscreteConditionalProbability>
        <ParentValue parent="s" value="{}"/>
        <ValueProbability value="no" probability="0.9"/>
        <ValueProbability value="yes" probability="0.1"/>
      </DiscreteConditionalProbability>
    </DiscreteNode>
  </BayesianNetworkNodes>
</BayesianNetworkModel>
"""
_ALONE: Final = """
      <ValueProbability value="a" probability="0.4"/>
      <ValueProbability value="b" probability="0.6"/>
    """
_OF_THE_OTHER: Final = "\n".join(
    f"""
      <DiscreteConditionalProbability>
        <ParentValue parent="k" value="{value}"/>
        <ValueProbability value="a" probability="0.4"/>
        <ValueProbability value="b" probability="0.6"/>
      </DiscreteConditionalProbability>""".lstrip("\n")
    for value in ("no", "yes")
)

_BAYES: Final = """
<NaiveBayesModel functionName="classification" threshold="0.001">
  <MiningSchema><MiningField name="s"/><MiningField name="k" usageType="target"/></MiningSchema>
  <BayesInputs>
    <BayesInput fieldName="s">
      <PairCounts value="a">
        <TargetValueCounts>
          <TargetValueCount value="no" count="{0}"/>
          <TargetValueCount value="yes" count="{0}"/>
        </TargetValueCounts>
      </PairCounts>
    </BayesInput>
  </BayesInputs>
  <BayesOutput fieldName="k">
    <TargetValueCounts>
      <TargetValueCount value="no" count="{0}"/>
      <TargetValueCount value="yes" count="{0}"/>
    </TargetValueCounts>
  </BayesOutput>
</NaiveBayesModel>
"""

_SERIES: Final = """
<TimeSeriesModel functionName="timeSeries" bestFit="ARIMA">
  <MiningSchema>
    <MiningField name="y" usageType="target"/>
    <MiningField name="n" usageType="supplementary"/>
  </MiningSchema>
  <TimeSeries usage="original" interpolationMethod="none">
    <TimeValue index="1" value="10"/>
    <TimeValue index="{}" value="11"/>
  </TimeSeries>
  <ARIMA predictionMethod="conditionalLeastSquares">
    <NonseasonalComponent p="{p}" d="0" q="0">
      <AR><Array n="{p}" type="real">{}</Array></AR>
    </NonseasonalComponent>
  </ARIMA>
</TimeSeriesModel>
"""

_BASKETS: Final = """
<DataDictionary>
  <DataField name="g" optype="categorical" dataType="string"/>
  <DataField name="i" optype="categorical" dataType="string"/>
</DataDictionary>
<AssociationModel functionName="associationRules" numberOfTransactions="4" numberOfItems="2"
  minimumSupport="0.1" minimumConfidence="0.1" numberOfItemsets="2" numberOfRules="1">
  <MiningSchema>
    <MiningField name="g" usageType="{}"/>
    <MiningField name="i"/>
  </MiningSchema>
  <Item id="1" value="bread"/>
  <Item id="2" value="butter"/>
  <Itemset id="a"><ItemRef itemRef="1"/></Itemset>
  <Itemset id="b"><ItemRef itemRef="2"/></Itemset>
  <AssociationRule antecedent="a" consequent="b" support="0.5" confidence="0.4"/>
</AssociationModel>
"""

EXPLANATIONS: Final[tuple[Explanation, ...]] = (
    explained(
        mistakes.MISSING_NEURON,
        "error",
        "A connection leads to no neuron",
        "A Con comes from an input or from a neuron of an earlier layer, a NeuralOutput from a "
        "neuron. Layers are computed in the order of the document, so that a connection from a "
        "later one, or a circle, cannot be.",
        bad=_NETWORK.format(9, _FIELD),
        good=_NETWORK.format(0, _FIELD),
    ),
    explained(
        mistakes.NEURAL_OUTPUT,
        "error",
        "A NeuralOutput does not say what its neuron stands for",
        "The expression of a NeuralOutput is a FieldRef or NormContinuous to the target, which is "
        "computed backwards, or a NormDiscrete for each category of a classification.",
        bad=_NETWORK.format(0, '<NormDiscrete field="y" value="1"/>'),
        good=_NETWORK.format(0, _FIELD),
    ),
    explained(
        mistakes.MISSING_VECTOR,
        "error",
        "A support vector is not in the dictionary",
        "A SupportVector refers by vectorId to a VectorInstance of the VectorDictionary, which "
        "holds its numbers.",
        bad=_MACHINE.format("v2"),
        good=_MACHINE.format("v1"),
    ),
    explained(
        mistakes.PARTIAL_SCORE,
        "error",
        "An Attribute of a scorecard has no score",
        "Each Attribute of a Characteristic has a partialScore, or a ComplexPartialScore that "
        "computes one.",
        bad=_CARD.format(_WITHOUT_REASONS, ""),
        good=_CARD.format(_WITHOUT_REASONS, ' partialScore="3"'),
    ),
    explained(
        mistakes.REASON_CODES,
        "error",
        "A scorecard lacks what its reason codes need",
        "With useReasonCodes, which is the default, each Attribute or its Characteristic has a "
        "reasonCode, and the Characteristic or the Scorecard a baselineScore.",
        bad=_CARD.format("", ' partialScore="3"'),
        good=_CARD.format("", ' partialScore="3" reasonCode="SIZE"'),
    ),
    explained(
        mistakes.COMPARISON,
        "error",
        "A field cannot be compared as the model says",
        "A compareFunction needs facts: gaussSim a positive similarityScale, table Comparisons "
        "and a field that lists its values, the others numbers; a similarity of binary fields "
        "needs 0 and 1.",
        bad=_centers(""),
        good=_centers(' similarityScale="2"'),
    ),
    explained(
        mistakes.COVARIANCES,
        "error",
        "A matrix is none of covariances",
        "Covariances are symmetric and positive definite, else there is no density. Where a "
        "Gaussian process makes them of its training instances, noiseVariance keeps them so.",
        bad=_densities(0.2),
        good=_densities(0.5),
    ),
    explained(
        mistakes.NODE_CYCLE,
        "error",
        "The nodes of a network depend on each other in a circle",
        "A Bayesian network is a graph without circles: a node does not depend on itself, if only "
        "through its parents.",
        bad=_NETWORK_OF_NODES.format(_OF_THE_OTHER, "b"),
        good=_NETWORK_OF_NODES.format(_ALONE, "b"),
    ),
    explained(
        mistakes.PARENTS,
        "error",
        "The parents of a node are not as they should be",
        "The conditional probabilities of a node name the same discrete nodes as parents, each "
        "once, with values that these have, and each combination once.",
        bad=_NETWORK_OF_NODES.format(_ALONE, "a"),
        good=_NETWORK_OF_NODES.format(_ALONE, "b"),
    ),
    explained(
        mistakes.COUNTS,
        "error",
        "Counts give no shares",
        "Counts and the size of a sample are numbers from 0 on, and not all of them 0: what is "
        "computed are their shares.",
        bad=_BAYES.format(0),
        good=_BAYES.format(2),
    ),
    explained(
        mistakes.SERIES,
        "error",
        "A time series cannot be read",
        "The values of a TimeSeries are numbers at different times, a multiple of one step apart; "
        "gaps need an interpolationMethod that fills them, and a transformation values that it is "
        "defined for.",
        bad=_SERIES.format(1, 0.5, p=1),
        good=_SERIES.format(2, 0.5, p=1),
    ),
    explained(
        mistakes.HISTORY,
        "error",
        "A forecast needs more of the past than there is",
        "A model of order p looks back at p values (and as many as its differences reach), at "
        "residuals and at the values of its regressors. They must be in the document.",
        bad=_SERIES.format(2, "0.5 0.2 0.1", p=3),
        good=_SERIES.format(2, "0.5 0.2", p=2),
    ),
    explained(
        mistakes.NO_INPUT,
        "error",
        "No field gives what the model reads",
        "Items must be the values of a field, or the names of fields; terms must be in a text "
        "field, or the names of fields. Where the rows of a group make a basket, the MiningSchema "
        "says which field is the group.",
        bad=_BASKETS.format("active"),
        good=_BASKETS.format("group"),
    ),
)
