"""What the compiler notes of regressions, vectors, Bayes counts and networks, and goes on."""

from __future__ import annotations

from typing import Final

from pmmlkit.validation.rules.rule import Explanation, explained

__all__ = ["EXPLANATIONS"]

_PREDICTORS: Final = (
    '<RegressionTable intercept="1">\n'
    '  <CategoricalPredictor name="{}" value="{}" coefficient="2"/>\n'
    '  <CategoricalPredictor name="{}" value="{}" coefficient="3"/>\n'
    "</RegressionTable>"
)

_THREE: Final = """
<DataDictionary>
  <DataField name="x" optype="continuous" dataType="double"/>
  <DataField name="c" optype="categorical" dataType="string"/>
</DataDictionary>
<RegressionModel functionName="classification" normalizationMethod="{}">
  <MiningSchema><MiningField name="x"/><MiningField name="c" usageType="target"/></MiningSchema>
  <RegressionTable targetCategory="low" intercept="1">
    <NumericPredictor name="x" coefficient="2"/>
  </RegressionTable>
  <RegressionTable targetCategory="middle" intercept="2"/>
  <RegressionTable targetCategory="high" intercept="0"/>
</RegressionModel>
"""

_GENERAL: Final = """
<GeneralRegressionModel functionName="regression" modelType="regression"{attributes}>
  <MiningSchema><MiningField name="n"/><MiningField name="y" usageType="target"/></MiningSchema>
  <ParameterList><Parameter name="p0"/><Parameter name="p1"/></ParameterList>
  <FactorList><Predictor name="n"/></FactorList>
  <PPMatrix><PPCell value="{value}" predictorName="n" parameterName="p1"/></PPMatrix>
  <ParamMatrix>
    <PCell parameterName="p0" beta="1"/>
    <PCell parameterName="{second}" beta="2"/>
  </ParamMatrix>
</GeneralRegressionModel>
"""


def _general(*, attributes: str = "", value: str = "1", second: str = "p1") -> str:
    return _GENERAL.format(attributes=attributes, value=value, second=second)


_MULTINOMIAL: Final = """
<GeneralRegressionModel functionName="classification" modelType="multinomialLogistic"
  targetReferenceCategory="no">
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <ParameterList><Parameter name="p0"/><Parameter name="p1"/><Parameter name="p2"/></ParameterList>
  <CovariateList><Predictor name="x"/></CovariateList>
  <PPMatrix>
    <PPCell value="1" predictorName="x" parameterName="p1"/>{cells}
  </PPMatrix>
  <ParamMatrix>
    <PCell targetCategory="yes" parameterName="p0" beta="1"/>
    <PCell targetCategory="yes" parameterName="p1" beta="2"/>{parameters}
  </ParamMatrix>
</GeneralRegressionModel>
"""
_OF_YES: Final = (
    '\n    <PPCell value="2" predictorName="x" parameterName="p2" targetCategory="yes"/>'
)

_HAZARD: Final = """
<GeneralRegressionModel functionName="regression" modelType="CoxRegression"
  endTimeVariable="x" baselineStrataVariable="n">
  <MiningSchema>
    <MiningField name="x"/>
    <MiningField name="n"/>
    <MiningField name="y" usageType="target"/>
  </MiningSchema>
  <ParameterList><Parameter name="p1"/></ParameterList>
  <CovariateList><Predictor name="x"/></CovariateList>
  <PPMatrix><PPCell value="1" predictorName="x" parameterName="p1"/></PPMatrix>
  <ParamMatrix><PCell parameterName="p1" beta="2"/></ParamMatrix>
  <BaseCumHazardTables>
    <BaselineStratum value="1" maxTime="9">
      <BaselineCell time="1" cumHazard="0.1"/>
    </BaselineStratum>
    <BaselineStratum value="{}" maxTime="9">
      <BaselineCell time="1" cumHazard="0.2"/>
    </BaselineStratum>
  </BaseCumHazardTables>
</GeneralRegressionModel>
"""

_MACHINES: Final = """
<DataDictionary>
  <DataField name="x" optype="continuous" dataType="double"/>
  <DataField name="c" optype="categorical" dataType="string">{values}</DataField>
</DataDictionary>
<SupportVectorMachineModel functionName="classification"{attributes}>
  <MiningSchema><MiningField name="x"/><MiningField name="c" usageType="target"/></MiningSchema>
  <LinearKernelType/>
  <VectorDictionary>
    <VectorFields><FieldRef field="x"/></VectorFields>
    <VectorInstance id="v1"><Array n="1" type="real">0.5</Array></VectorInstance>
  </VectorDictionary>
  <SupportVectorMachine targetCategory="yes"{alternate}>
    <SupportVectors><SupportVector vectorId="v1"/></SupportVectors>
    <Coefficients absoluteValue="1"><Coefficient value="2"/></Coefficients>
  </SupportVectorMachine>
</SupportVectorMachineModel>
"""
_TWO: Final = '<Value value="no"/><Value value="yes"/>'
_PAIRS: Final = ' classificationMethod="OneAgainstOne"'
_ALTERNATE: Final = ' alternateTargetCategory="no"'


def _machines(*, values: str = "", attributes: str = "", alternate: str = "") -> str:
    return _MACHINES.format(values=values, attributes=attributes, alternate=alternate)


_CLUSTERS: Final = """
<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="{}">
  <MiningSchema><MiningField name="x"/></MiningSchema>
  <ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure>
  <ClusteringField field="x"/>
  <Cluster id="low"><Array n="1" type="real">1</Array></Cluster>
  <Cluster id="high"><Array n="1" type="real">9</Array></Cluster>
</ClusteringModel>
"""

_BAYES: Final = """
<NaiveBayesModel functionName="classification" threshold="0.001">
  <MiningSchema>
    <MiningField name="n"/>
    <MiningField name="x"/>
    <MiningField name="k" usageType="target"/>
  </MiningSchema>
  <BayesInputs>
    <BayesInput fieldName="n">
      <PairCounts value="{value}">
        <TargetValueCounts>
          <TargetValueCount value="no" count="3"/>
          <TargetValueCount value="{category}" count="1"/>
        </TargetValueCounts>
      </PairCounts>
    </BayesInput>
    <BayesInput fieldName="x">
      <TargetValueStats>
        <TargetValueStat value="no"><GaussianDistribution mean="1" variance="2"/></TargetValueStat>
        {second}
      </TargetValueStats>
    </BayesInput>
  </BayesInputs>
  <BayesOutput fieldName="k">
    <TargetValueCounts>
      <TargetValueCount value="no" count="5"/>
      <TargetValueCount value="yes" count="5"/>
    </TargetValueCounts>
  </BayesOutput>
</NaiveBayesModel>
"""
_OF_NO_AND_YES: Final = (
    '<TargetValueStat value="yes"><GaussianDistribution mean="3" variance="2"/></TargetValueStat>'
)


def _bayes(*, value: str = "1", category: str = "yes", second: str = _OF_NO_AND_YES) -> str:
    return _BAYES.format(value=value, category=category, second=second)


_NETWORK: Final = """
<NeuralNetwork functionName="classification" activationFunction="logistic">
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <NeuralInputs>
    <NeuralInput id="0">
      <DerivedField optype="continuous" dataType="double"><FieldRef field="x"/></DerivedField>
    </NeuralInput>
  </NeuralInputs>
  <NeuralLayer>
    <Neuron id="1" bias="1"><Con from="0" weight="2"/></Neuron>
    <Neuron id="2" bias="0"><Con from="0" weight="3"/></Neuron>
  </NeuralLayer>
  <NeuralOutputs>
    {}
  </NeuralOutputs>
</NeuralNetwork>
"""
_OUTPUT: Final = (
    '<NeuralOutput outputNeuron="{}"><DerivedField optype="continuous" dataType="double">'
    '<NormDiscrete field="k" value="{}"/></DerivedField></NeuralOutput>'
)

EXPLANATIONS: Final[tuple[Explanation, ...]] = (
    explained(
        "PMML350",
        "warning",
        "A predictor is for a value that its field can never have",
        "The value of a CategoricalPredictor is read as the dataType of its field. Where it is no "
        "such value, the predictor adds nothing, ever.",
        bad=_PREDICTORS.format("n", "1", "n", "many"),
        good=_PREDICTORS.format("n", "1", "n", "2"),
    ),
    explained(
        "PMML351",
        "warning",
        "Two predictors are for the same value of a field",
        "At most one CategoricalPredictor of a field counts in a row. Of two for the same value "
        "the first one is taken, as JPMML does.",
        bad=_PREDICTORS.format("s", "a", "s", "a"),
        good=_PREDICTORS.format("s", "a", "s", "b"),
    ),
    explained(
        "PMML352",
        "warning",
        "The logit is used for more than two tables",
        "The specification has logit for two categories. For more, each table gives a probability "
        "of its own, and pmmlkit divides them by their sum. softmax was most likely meant.",
        bad=_THREE.format("logit"),
        good=_THREE.format("softmax"),
    ),
    explained(
        "PMML360",
        "warning",
        "A cell is for a value that its factor can never have",
        "The value of a PPCell of a factor is read as the dataType of the field. Where it is no "
        "such value, the parameter never counts.",
        bad=_general(value="many"),
        good=_general(value="1"),
    ),
    explained(
        "PMML361",
        "warning",
        "A parameter is an intercept in the matrix of a category",
        "PPCells with a targetCategory are the whole PPMatrix of that category. A parameter that "
        "only the common cells have is an intercept there, which is hardly meant.",
        bad=_MULTINOMIAL.format(
            cells=_OF_YES,
            parameters='\n    <PCell targetCategory="yes" parameterName="p2" beta="3"/>',
        ),
        good=_MULTINOMIAL.format(cells="", parameters=""),
    ),
    explained(
        "PMML363",
        "warning",
        "A stratum is for a value that its field can never have",
        "The value of a BaselineStratum is read as the dataType of baselineStrataVariable. Where "
        "it is no such value, no row is in the stratum.",
        bad=_HAZARD.format("two"),
        good=_HAZARD.format("2"),
    ),
    explained(
        "PMML364",
        "warning",
        "An attribute of a general regression has no effect",
        "Trials, offset and linkFunction belong to some modelTypes. For another one the attribute "
        "changes nothing, and either it or the modelType is a mistake.",
        bad=_general(attributes=' trialsValue="5"'),
        good=_general(),
    ),
    explained(
        "PMML365",
        "warning",
        "A parameter has two coefficients",
        "Two PCells are for one parameter and one category. Their coefficients are added.",
        bad=_general(second="p0"),
        good=_general(second="p1"),
    ),
    explained(
        "PMML366",
        "warning",
        "The coefficients of the reference category have no effect",
        "The probability of the reference category is what the others leave. PCells for it are "
        "not used.",
        bad=_MULTINOMIAL.format(
            cells="", parameters='\n    <PCell targetCategory="no" parameterName="p0" beta="3"/>'
        ),
        good=_MULTINOMIAL.format(cells="", parameters=""),
    ),
    explained(
        "PMML370",
        "warning",
        "A single machine leaves one category to predict",
        "One machine with one category, and nothing that names another one, predicts the same "
        "whatever comes. Give it an alternateTargetCategory.",
        bad=_machines(),
        good=_machines(attributes=_PAIRS, alternate=_ALTERNATE),
    ),
    explained(
        "PMML371",
        "warning",
        "A single machine is read as one of pairs",
        "One machine with an alternate category decides by its threshold between the two, as the "
        "specification says. JPMML takes OneAgainstAll by its word and always predicts the first.",
        bad=_machines(alternate=_ALTERNATE),
        good=_machines(attributes=_PAIRS, alternate=_ALTERNATE),
    ),
    explained(
        "PMML372",
        "warning",
        "The alternate category of a machine is guessed",
        "The machine names one category, the target has two: the other one is taken. Other "
        "engines may not guess.",
        bad=_machines(values=_TWO, attributes=_PAIRS),
        good=_machines(values=_TWO, attributes=_PAIRS, alternate=_ALTERNATE),
    ),
    explained(
        "PMML380",
        "warning",
        "The number of clusters is wrong",
        "numberOfClusters is not the number of Cluster elements. The elements count; some may "
        "have been lost.",
        bad=_CLUSTERS.format(3),
        good=_CLUSTERS.format(2),
    ),
    explained(
        "PMML390",
        "warning",
        "Counts are for a value that their field can never have",
        "The value of a PairCounts is read as the dataType of its field. Where it is no such "
        "value, it only counts in the totals.",
        bad=_bayes(value="many"),
        good=_bayes(value="2"),
    ),
    explained(
        "PMML391",
        "warning",
        "Counts name a category that the BayesOutput lacks",
        "The categories are those of the BayesOutput. Counts and distributions of another one are "
        "left aside.",
        bad=_bayes(category="Yes"),
        good=_bayes(category="yes"),
    ),
    explained(
        "PMML392",
        "warning",
        "A category has no distribution of an input",
        "TargetValueStats give a distribution for each category. For one that has none, the input "
        "says nothing, which puts it at an advantage.",
        bad=_bayes(second=""),
        good=_bayes(),
    ),
    explained(
        "PMML400",
        "warning",
        "A single neural output leaves one category to predict",
        "A classification needs a NeuralOutput for each category. With one there is nothing to "
        "decide.",
        bad=_NETWORK.format(_OUTPUT.format(1, "yes")),
        good=_NETWORK.format(_OUTPUT.format(1, "yes") + "\n    " + _OUTPUT.format(2, "no")),
    ),
)
