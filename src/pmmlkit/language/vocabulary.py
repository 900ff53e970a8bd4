"""The element classes by tag, and the tags of PMML 4.4.1 (those without a class are kept as they are)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Final

from pmmlkit.xml.declaration import Element

__all__ = ["MODULES", "TAGS", "element_classes"]

MODULES: Final = (
    "pmmlkit.language.document",
    "pmmlkit.language.data_dictionary",
    "pmmlkit.language.mining_schema",
    "pmmlkit.language.derived_field",
    "pmmlkit.language.expressions",
    "pmmlkit.language.discretize",
    "pmmlkit.language.map_values",
    "pmmlkit.language.inline_table",
    "pmmlkit.language.apply",
    "pmmlkit.language.define_function",
    "pmmlkit.language.predicates",
    "pmmlkit.language.arrays",
    "pmmlkit.language.targets",
    "pmmlkit.language.output",
    "pmmlkit.language.verification",
    "pmmlkit.language.models.regression",
    "pmmlkit.language.models.tree",
    "pmmlkit.language.models.mining",
)
"""The modules of the language that declare elements: a new chapter or model adds its line here."""

TAGS: Final = frozenset(
    (
        "AR ARDSquaredExponentialKernel ARIMA ARMAPart AbsoluteExponentialKernel Aggregate "
        "Alternate Annotation AnomalyDetectionModel Anova AnovaRow AntecedentSequence "
        "AnyDistribution Application Apply Array AssociationModel AssociationRule Attribute "
        "BaseCumHazardTables Baseline BaselineCell BaselineModel BaselineStratum BayesInput "
        "BayesInputs BayesOutput BayesianNetworkModel BayesianNetworkNodes BlockIndicator "
        "BoundaryValueMeans BoundaryValues CategoricalPredictor Categories Category "
        "Characteristic Characteristics ChildParent ClassLabels Cluster ClusteringField "
        "ClusteringModel ClusteringModelQuality Coefficient Coefficients ComparisonMeasure "
        "Comparisons ComplexPartialScore CompoundPredicate CompoundRule Con ConfusionMatrix "
        "ConsequentSequence Constant Constraints ContStats ContinuousConditionalProbability "
        "ContinuousDistribution ContinuousNode CorrelationFields CorrelationMethods "
        "CorrelationValues Correlations CountTable Counts Covariances CovariateList "
        "DataDictionary DataField Decision DecisionTree Decisions DefineFunction Delimiter "
        "Denominator DerivedField DiscrStats DiscreteConditionalProbability DiscreteNode "
        "Discretize DiscretizeBin DocumentTermMatrix DynamicRegressor EventValues "
        "ExponentialSmoothing Extension FactorList False FieldColumnPair FieldRef FieldValue "
        "FieldValueCount FinalNoise FinalNu FinalOmega FinalPredictedNoise FinalStateVector "
        "FinalTheta GARCH GARCHPart GaussianDistribution GaussianProcessModel "
        "GeneralRegressionModel GeneralizedExponentialKernel HVector Header INT-Entries "
        "INT-SparseArray Indices InlineTable InstanceField InstanceFields InterceptVector "
        "Interval Item ItemRef Itemset KNNInput KNNInputs KalmanState KohonenMap Lag Lambda "
        "Level LiftData LiftGraph LinearKernelType LinearNorm LocalTransformations "
        "LognormalDistributionForBN Lower MA MACoefficients MapValues MatCell Matrix "
        "MaximumLikelihoodStat Mean MeanClusterDistances MeasurementMatrix MiningBuildTask "
        "MiningField MiningModel MiningSchema MissingValueWeights ModelExplanation "
        "ModelLiftGraph ModelStats ModelVerification MultivariateStat MultivariateStats "
        "NaiveBayesModel NearestNeighborModel NeuralInput NeuralInputs NeuralLayer "
        "NeuralNetwork NeuralOutput NeuralOutputs Neuron Node NonseasonalComponent "
        "NonseasonalFactor NormContinuous NormDiscrete NormalDistributionForBN "
        "NormalizedCountTable Numerator NumericInfo NumericPredictor "
        "ObservationVarianceMatrix OptimumLiftGraph OutlierEffect Output OutputField PCell "
        "PCovCell PCovMatrix PMML PPCell PPMatrix PairCounts ParamMatrix Parameter "
        "ParameterField ParameterList ParentValue Partition PartitionFieldStats "
        "PastVariances PoissonDistribution PolynomialKernelType "
        "PredictedStateCovarianceMatrix PredictiveModelQuality Predictor PredictorTerm "
        "PsiVector Quantile REAL-Entries REAL-SparseArray ROC ROCGraph RadialBasisKernel "
        "RadialBasisKernelType RandomLiftGraph Regression RegressionModel RegressionTable "
        "RegressorValues ResidualSquareCoefficients Residuals ResultField "
        "RuleSelectionMethod RuleSet RuleSetModel ScoreDistribution Scorecard "
        "SeasonalComponent SeasonalFactor SeasonalTrendDecomposition Seasonality_ExpoSmooth "
        "Segment Segmentation SelectedStateCovarianceMatrix Sequence SequenceModel "
        "SequenceReference SequenceRule SetPredicate SetReference SigmoidKernelType "
        "SimplePredicate SimpleRule SimpleSetPredicate SpectralAnalysis StateSpaceModel "
        "StateVector SupportVector SupportVectorMachine SupportVectorMachineModel "
        "SupportVectors TableLocator Target TargetValue TargetValueCount TargetValueCounts "
        "TargetValueStat TargetValueStats Targets Taxonomy TestDistributions TextCorpus "
        "TextDictionary TextDocument TextIndex TextIndexNormalization TextModel "
        "TextModelNormalization TextModelSimiliarity Theta ThetaRecursionState Time "
        "TimeAnchor TimeCycle TimeException TimeSeries TimeSeriesModel TimeValue Timestamp "
        "TrainingInstances TransferFunctionValues TransformationDictionary TransitionMatrix "
        "TreeModel TrendCoefficients Trend_ExpoSmooth TriangularDistributionForBN True "
        "UniformDistribution UniformDistributionForBN UnivariateStats Upper Value "
        "ValueProbability VariableWeight Variance VarianceCoefficients VectorDictionary "
        "VectorFields VectorInstance VerificationField VerificationFields XCoordinates "
        "YCoordinates binarySimilarity chebychev cityBlock euclidean jaccard minkowski row "
        "simpleMatching squaredEuclidean tanimoto"
    ).split()
)
"""Every element of PMML 4.4.1."""


@cache
def element_classes() -> Mapping[str, type[Element]]:
    """Return the declared classes by tag."""
    for module in MODULES:
        import_module(module)
    return MappingProxyType({kind.declaration.tag: kind for kind in _declared()})


def _declared() -> Iterator[type[Element]]:
    pending: list[type[Element]] = [Element]
    while pending:
        for kind in pending.pop().__subclasses__():
            pending.append(kind)
            if kind.declaration.tag and kind.__module__.startswith("pmmlkit.language."):
                yield kind
