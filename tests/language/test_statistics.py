"""ModelStats, ModelExplanation and Taxonomy: read, typed, written, and never in the way."""

from __future__ import annotations

import pytest

import pmmlkit
from pmmlkit.language.document import Document
from pmmlkit.language.explanation import ModelExplanation
from pmmlkit.language.statistics import ModelStats, UnivariateStats
from pmmlkit.language.taxonomy import Taxonomy

HEAD = '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>'

STATS = (
    "<ModelStats>"
    '<UnivariateStats field="x"><Counts totalFreq="150" missingFreq="3" cardinality="4"/>'
    '<NumericInfo minimum="0.5" maximum="9" mean="4.25" standardDeviation="1E-1">'
    '<Quantile quantileLimit="25" quantileValue="2.5"/></NumericInfo>'
    '<ContStats totalValuesSum="10" totalSquaresSum="30">'
    '<Interval closure="openClosed" leftMargin="0" rightMargin="1"/>'
    '<Interval closure="openClosed" leftMargin="1" rightMargin="2"/>'
    '<Array n="2" type="int">4 6</Array><Array n="2" type="real">1.5 8.5</Array></ContStats>'
    '<Anova target="y"><AnovaRow type="Model" sumOfSquares="4" degreesOfFreedom="2" '
    'meanOfSquares="2" fValue="8" pValue="0.01"/><AnovaRow type="Error" sumOfSquares="6" '
    'degreesOfFreedom="12"/><AnovaRow type="Total" sumOfSquares="10" degreesOfFreedom="14"/>'
    "</Anova></UnivariateStats>"
    '<UnivariateStats field="s" weighted="1"><DiscrStats modalValue="u">'
    '<Array n="2" type="string">u v</Array><Array n="2" type="int">9 1</Array></DiscrStats>'
    "</UnivariateStats>"
    '<MultivariateStats targetCategory="p"><MultivariateStat name="x" exponent="2" '
    'importance="0.75" stdError="0.5" dF="3" pValueFinal="0.04"/>'
    '<MultivariateStat isIntercept="true" confidenceLowerBound="-1"/></MultivariateStats>'
    "</ModelStats>"
)


def graph(tag: str) -> str:
    return (
        f'<{tag}><XCoordinates><Array n="2" type="int">0 1</Array></XCoordinates><YCoordinates>'
        '<Array n="2" type="real">0.5 0.75</Array></YCoordinates><BoundaryValues><Array n="1" '
        f'type="int">3</Array></BoundaryValues></{tag}>'
    )


EXPLANATION = (
    "<ModelExplanation>"
    '<PredictiveModelQuality targetField="y" dataUsage="validation" r-squared="0.75" '
    'adj-r-squared="0.7" AIC="12.5" AUC="0.875" F1="0.5" numOfRecords="150">'
    '<ConfusionMatrix><ClassLabels><Array n="2" type="string">p q</Array></ClassLabels>'
    '<Matrix kind="any"><Array n="2" type="int">5 1</Array><Array n="2" type="int">2 8</Array>'
    '</Matrix></ConfusionMatrix><LiftData targetFieldValue="p" rankingQuality="0.5">'
    f"<ModelLiftGraph>{graph('LiftGraph')}</ModelLiftGraph>"
    f"<OptimumLiftGraph>{graph('LiftGraph')}</OptimumLiftGraph>"
    f"<RandomLiftGraph>{graph('LiftGraph')}</RandomLiftGraph></LiftData>"
    f'<ROC positiveTargetFieldValue="p">{graph("ROCGraph")}</ROC></PredictiveModelQuality>'
    "<Correlations><CorrelationFields>"
    '<Array n="2" type="string">x z</Array></CorrelationFields><CorrelationValues>'
    '<Matrix kind="symmetric"><Array n="1" type="real">1</Array><Array n="2" type="real">0.25 1'
    "</Array></Matrix></CorrelationValues></Correlations></ModelExplanation>"
)
CLUSTERS = (
    '<ModelExplanation><ClusteringModelQuality dataName="d" SSE="1.5" SSB="7"/></ModelExplanation>'
)
TAXONOMY = (
    '<Taxonomy name="places"><ChildParent childField="town" parentField="land" isRecursive="yes">'
    "<InlineTable><row><town>Bonn</town><land>NRW</land></row></InlineTable></ChildParent>"
    "</Taxonomy>"
)


def text(stats: str = STATS, explanation: str = EXPLANATION, taxonomy: str = TAXONOMY) -> bytes:
    return (
        f'{HEAD}<DataDictionary><DataField name="x" optype="continuous" dataType="double"/>'
        f'<DataField name="y" optype="continuous" dataType="double"/>{taxonomy}</DataDictionary>'
        '<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/>'
        f'<MiningField name="y" usageType="target"/></MiningSchema>{stats}{explanation}'
        '<RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/>'
        "</RegressionTable></RegressionModel></PMML>"
    ).encode()


def stats_of(document: Document) -> ModelStats:
    found = document.root.models[0].model_stats
    assert isinstance(found, ModelStats)
    return found


def explanation_of(document: Document) -> ModelExplanation:
    found = document.root.models[0].model_explanation
    assert isinstance(found, ModelExplanation)
    return found


def by_field(document: Document) -> dict[str | None, UnivariateStats]:
    return {item.field: item for item in stats_of(document).univariate_stats}


def test_reading_finds_nothing_and_writing_loses_nothing() -> None:
    document = Document.read(text())
    assert document.findings == ()
    again = Document.read(document.to_bytes())
    assert again.root == document.root
    assert again.to_bytes() == document.to_bytes()


def test_statistics_of_a_number() -> None:
    stats = by_field(Document.read(text()))["x"]
    assert stats.weighted == "0"
    assert stats.counts is not None
    assert (stats.counts.total_freq, stats.counts.missing_freq) == (150.0, 3.0)
    assert (stats.counts.invalid_freq, stats.counts.cardinality) == (None, 4)
    info = stats.numeric_info
    assert info is not None
    assert (info.minimum, info.mean, info.standard_deviation, info.median) == (0.5, 4.25, 0.1, None)
    assert [(item.quantile_limit, item.quantile_value) for item in info.quantiles] == [(25, 2.5)]
    bars = stats.cont_stats
    assert bars is not None
    assert [interval.right_margin for interval in bars.intervals] == [1.0, 2.0]
    assert [array.values() for array in bars.frequencies] == [(4, 6), (1.5, 8.5)]
    assert stats.anova is not None
    assert [row.type for row in stats.anova.rows] == ["Model", "Error", "Total"]
    assert (stats.anova.rows[0].f_value, stats.anova.rows[0].p_value) == (8.0, 0.01)


def test_statistics_of_categories_and_parameters() -> None:
    document = Document.read(text())
    stats = by_field(document)["s"]
    assert (stats.weighted, stats.numeric_info) == ("1", None)
    assert stats.discr_stats is not None
    assert stats.discr_stats.modal_value == "u"
    assert [array.values() for array in stats.discr_stats.arrays] == [("u", "v"), (9, 1)]
    (parameters,) = stats_of(document).multivariate_stats
    slope, intercept = parameters.multivariate_stats
    assert parameters.target_category == "p"
    assert (slope.name, slope.exponent, slope.importance, slope.d_f) == ("x", 2, 0.75, 3.0)
    assert (slope.confidence_level, slope.p_value_final) == (0.95, 0.04)
    assert (intercept.is_intercept, intercept.confidence_lower_bound) == (True, -1.0)


def test_the_quality_of_predictions() -> None:
    (quality,) = explanation_of(Document.read(text())).predictive_model_qualities
    assert (quality.target_field, quality.data_usage) == ("y", "validation")
    assert (quality.r_squared, quality.adj_r_squared, quality.aic) == (0.75, 0.7, 12.5)
    assert (quality.auc, quality.f1, quality.num_of_records) == (0.875, 0.5, 150.0)
    confusion = quality.confusion_matrix
    assert confusion is not None
    assert confusion.class_labels is not None
    assert confusion.class_labels.array is not None
    assert confusion.class_labels.array.items() == ("p", "q")
    assert confusion.matrix is not None
    assert confusion.matrix.expand().tolist() == [[5, 1], [2, 8]]


def test_graphs() -> None:
    (quality,) = explanation_of(Document.read(text())).predictive_model_qualities
    (lift,) = quality.lift_data
    assert (lift.target_field_value, lift.ranking_quality) == ("p", 0.5)
    for outer in (lift.model_lift_graph, lift.optimum_lift_graph, lift.random_lift_graph):
        assert outer is not None
        assert outer.lift_graph is not None
        assert outer.lift_graph.x_coordinates is not None
        assert outer.lift_graph.x_coordinates.array is not None
        assert outer.lift_graph.x_coordinates.array.values() == (0, 1)
    assert quality.roc is not None
    assert quality.roc.positive_target_field_value == "p"
    curve = quality.roc.roc_graph
    assert curve is not None
    assert curve.y_coordinates is not None
    assert curve.y_coordinates.array is not None
    assert curve.y_coordinates.array.values() == (0.5, 0.75)


def test_correlations() -> None:
    correlations = explanation_of(Document.read(text())).correlations
    assert correlations is not None
    assert correlations.correlation_values is not None
    assert correlations.correlation_values.matrix is not None
    assert correlations.correlation_values.matrix.expand().tolist() == [[1, 0.25], [0.25, 1]]
    assert correlations.correlation_methods is None


def test_the_quality_of_clusters() -> None:
    explanation = explanation_of(Document.read(text(explanation=CLUSTERS)))
    (quality,) = explanation.clustering_model_qualities
    assert (quality.data_name, quality.sse, quality.ssb) == ("d", 1.5, 7.0)
    assert explanation.predictive_model_qualities == ()


def test_taxonomy() -> None:
    (taxonomy,) = Document.read(text()).root.data_dictionary.taxonomies
    assert isinstance(taxonomy, Taxonomy)
    (relation,) = taxonomy.child_parents
    assert (relation.child_field, relation.parent_field) == ("town", "land")
    assert (relation.is_recursive, relation.parent_level_field) == ("yes", None)
    assert relation.inline_table is not None


WRONG = (
    {"stats": STATS.replace('totalFreq="150"', 'totalFreq="many"')},
    {"stats": STATS.replace('totalFreq="150" ', "")},
    {"stats": STATS.replace(' closure="openClosed"', "")},
    {"stats": STATS.replace('n="2" type="int">4 6', 'n="9" type="int">4 x')},
    {"stats": "<ModelStats><UnivariateStats><Anova/></UnivariateStats></ModelStats>"},
    {"explanation": EXPLANATION.replace('AIC="12.5"', 'AIC="n/a"')},
    {"explanation": EXPLANATION.replace("<ClassLabels>", "<Labels>").replace(
        "</ClassLabels>", "</Labels>")},
    {"explanation": "<ModelExplanation><PredictiveModelQuality/></ModelExplanation>"},
    {"taxonomy": "<Taxonomy/>"},
    {"taxonomy": '<Taxonomy name="t"><ChildParent/></Taxonomy>'},
)  # fmt: skip


@pytest.mark.parametrize("parts", WRONG)
def test_nothing_in_them_stops_scoring(parts: dict[str, str]) -> None:
    assert pmmlkit.load(text(**parts)).evaluate({"x": 2.0}) == {"y": 5.0}


def test_what_is_wrong_with_them_is_still_found() -> None:
    document = Document.read(text(**WRONG[0]))
    (finding,) = [item for item in document.findings if item.severity == "error"]
    assert finding.path.endswith("ModelStats/UnivariateStats/Counts")
    assert "many" in finding.message
    again = Document.read(document.to_bytes())
    assert b'totalFreq="many"' in again.to_bytes()


def test_an_error_behind_them_still_stops_scoring() -> None:
    broken = text().replace(b'intercept="1"', b'intercept="one"')
    with pytest.raises(pmmlkit.MarkupError, match="intercept"):
        pmmlkit.load(broken)
