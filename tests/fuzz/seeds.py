"""The documents that are broken: some of every model family, and one with every expression."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.corpus.cells import document
from tests.corpus.text_model.test_text_model import model as text_model
from tests.differential.strategies import (
    association,
    baseline,
    bayesian_network,
    general_regression,
    lag,
    naive_bayes,
    networks,
    proximity,
    scores,
    sequence,
    text_index,
    time_series,
)
from tests.documents import CLASSIFICATION, ENSEMBLE, REGRESSION

__all__ = ["FAMILIES", "documents"]

_FIELDS = {
    "x": "continuous double",
    "i": "continuous integer",
    "f": "continuous float",
    "s": "categorical string: a b c",
    "o": "ordinal string: low mid high",
    "d": "continuous date",
    "text": "categorical string",
    "y": "continuous double",
}
_EXPRESSIONS = """
<TransformationDictionary>
 <DefineFunction name="half" optype="continuous" dataType="double">
  <ParameterField name="a" optype="continuous" dataType="double"/>
  <Apply function="/"><FieldRef field="a"/><Constant dataType="double">2</Constant></Apply>
 </DefineFunction>
 <DefineFunction name="twice" optype="continuous" dataType="double">
  <ParameterField name="a"/><ParameterField name="b"/>
  <Apply function="+"><Apply function="half"><FieldRef field="a"/></Apply><FieldRef field="b"/>
  </Apply>
 </DefineFunction>
 <DerivedField name="normal" optype="continuous" dataType="double">
  <NormContinuous field="x" outliers="asExtremeValues" mapMissingTo="0.5">
   <LinearNorm orig="0" norm="0"/><LinearNorm orig="1" norm="2"/><LinearNorm orig="5" norm="3"/>
  </NormContinuous>
 </DerivedField>
 <DerivedField name="is_a" optype="continuous" dataType="double">
  <NormDiscrete field="s" value="a" mapMissingTo="0.25"/></DerivedField>
 <DerivedField name="bin" optype="categorical" dataType="string">
  <Discretize field="x" defaultValue="other" mapMissingTo="none">
   <DiscretizeBin binValue="low"><Interval closure="openClosed" rightMargin="0"/></DiscretizeBin>
   <DiscretizeBin binValue="high">
    <Interval closure="openOpen" leftMargin="0" rightMargin="9"/></DiscretizeBin>
  </Discretize>
 </DerivedField>
 <DerivedField name="mapped" optype="continuous" dataType="double">
  <MapValues outputColumn="out" defaultValue="7" dataType="double">
   <FieldColumnPair field="s" column="one"/><FieldColumnPair field="bin" column="two"/>
   <InlineTable><row><one>a</one><two>low</two><out>1</out></row>
    <row><one>b</one><two>high</two><out>2.5</out></row></InlineTable>
  </MapValues>
 </DerivedField>
 <DerivedField name="count" optype="continuous" dataType="double">
  <TextIndex textField="text" localTermWeights="logarithmic" maxLevenshteinDistance="1">
   <TextIndexNormalization recursive="true" inField="string" outField="stem" regexField="regex">
    <InlineTable><row><string>suns?</string><stem>sun</stem><regex>true</regex></row></InlineTable>
   </TextIndexNormalization>
   <Constant>sun</Constant>
  </TextIndex>
 </DerivedField>
 <DerivedField name="days" optype="continuous" dataType="integer">
  <Apply function="dateDaysSinceYear"><FieldRef field="d"/>
   <Constant dataType="integer">1960</Constant></Apply>
 </DerivedField>
 <DerivedField name="chosen" optype="continuous" dataType="double">
  <Apply function="if" mapMissingTo="-1">
   <Apply function="and"><Apply function="greaterThan"><FieldRef field="i"/>
     <Constant dataType="integer">1</Constant></Apply>
    <Apply function="isIn"><FieldRef field="s"/><Constant>a</Constant><Constant>b</Constant></Apply>
   </Apply>
   <Apply function="twice"><FieldRef field="x"/><FieldRef field="f"/></Apply>
   <Apply function="round"><Apply function="pow"><FieldRef field="x"/>
    <Constant dataType="double">2</Constant></Apply></Apply>
  </Apply>
 </DerivedField>
 <DerivedField name="words" optype="categorical" dataType="string">
  <Apply function="substring"><Apply function="uppercase">
    <Apply function="concat"><FieldRef field="s"/><FieldRef field="text"/></Apply></Apply>
   <Constant dataType="integer">1</Constant><Constant dataType="integer">2</Constant></Apply>
 </DerivedField>
</TransformationDictionary>
<RegressionModel functionName="regression">
 <MiningSchema>
  <MiningField name="x" outliers="asExtremeValues" lowValue="-100" highValue="100"/>
  <MiningField name="i" missingValueReplacement="3" missingValueTreatment="asMean"/>
  <MiningField name="f" invalidValueTreatment="asMissing"/>
  <MiningField name="s" invalidValueTreatment="asIs"/><MiningField name="o"/>
  <MiningField name="d"/><MiningField name="text"/><MiningField name="y" usageType="target"/>
 </MiningSchema>
 <Output>
  <OutputField name="p" optype="continuous" dataType="double" feature="predictedValue"/>
  <OutputField name="word" optype="categorical" dataType="string" feature="transformedValue">
   <FieldRef field="words"/></OutputField>
  <OutputField name="since" optype="continuous" dataType="integer" feature="transformedValue">
   <FieldRef field="days"/></OutputField>
  <OutputField name="left" optype="continuous" dataType="double" feature="residual"/>
  <OutputField name="act" optype="categorical" dataType="string" feature="decision">
   <Decisions><Decision value="go"/><Decision value="stay"/></Decisions>
   <Discretize field="p"><DiscretizeBin binValue="go"><Interval closure="openOpen"
     leftMargin="0"/></DiscretizeBin><DiscretizeBin binValue="stay"><Interval closure="openClosed"
     rightMargin="0"/></DiscretizeBin></Discretize></OutputField>
 </Output>
 <Targets><Target field="y" min="-50" max="50" rescaleFactor="2" rescaleConstant="1"
  castInteger="floor"><TargetValue defaultValue="4"/></Target></Targets>
 <RegressionTable intercept="1">
  <NumericPredictor name="normal" coefficient="2"/>
  <NumericPredictor name="is_a" exponent="2" coefficient="0.5"/>
  <NumericPredictor name="mapped" coefficient="-1"/>
  <NumericPredictor name="count" coefficient="1"/>
  <NumericPredictor name="chosen" coefficient="0.1"/>
  <CategoricalPredictor name="o" value="mid" coefficient="3"/>
  <PredictorTerm coefficient="0.25"><FieldRef field="x"/><FieldRef field="f"/></PredictorTerm>
 </RegressionTable>
 <ModelVerification recordCount="1"><VerificationFields>
   <VerificationField field="x" column="x"/><VerificationField field="y" column="y"/>
  </VerificationFields><InlineTable><row><x>1</x><y>2</y></row></InlineTable></ModelVerification>
</RegressionModel>
"""

_GROUPS = """
<AssociationModel functionName="associationRules" numberOfTransactions="3" numberOfItems="2"
 minimumSupport="0.1" minimumConfidence="0.1" numberOfItemsets="2" numberOfRules="1">
<MiningSchema><MiningField name="g" usageType="group"/><MiningField name="item"/></MiningSchema>
<Output><OutputField name="size" optype="continuous" dataType="integer" feature="transformedValue">
<FieldRef field="n"/></OutputField></Output>
<LocalTransformations><DerivedField name="n" optype="continuous" dataType="integer">
<Aggregate field="item" function="count"/></DerivedField></LocalTransformations>
<Item id="1" value="a"/><Item id="2" value="b"/>
<Itemset id="1"><ItemRef itemRef="1"/></Itemset><Itemset id="2"><ItemRef itemRef="2"/></Itemset>
<AssociationRule support="0.5" confidence="0.9" antecedent="1" consequent="2"/>
</AssociationModel>
"""


def _text(value: Any) -> bytes:
    return value if isinstance(value, bytes) else value.document


def _drawn(*strategies: Callable[[], st.SearchStrategy[Any]]) -> Callable[[int], list[bytes]]:
    """Return the function that draws some documents of each strategy, always the same."""

    def draw(count: int) -> list[bytes]:
        found: list[bytes] = []
        for strategy in strategies:

            @seed(1)
            @settings(
                max_examples=count,
                database=None,
                phases=[Phase.generate],
                deadline=None,
                suppress_health_check=list(HealthCheck),
            )
            @given(strategy())
            def take(value: Any) -> None:
                found.append(_text(value))

            take()
        return list(dict.fromkeys(found))

    return draw


def _fixed(*texts: bytes) -> Callable[[int], list[bytes]]:
    return lambda count: list(texts)


FAMILIES: Final[Mapping[str, Callable[[int], list[bytes]]]] = MappingProxyType(
    {
        "plain models": _fixed(REGRESSION, CLASSIFICATION, ENSEMBLE),
        "expressions": _fixed(document(_EXPRESSIONS, _FIELDS)),
        "groups": _fixed(
            document(_GROUPS, {"g": "categorical string", "item": "categorical string"})
        ),
        "text index": _drawn(text_index.text_cases),
        "lag": _drawn(lag.lags),
        "association": _drawn(association.association_models),
        "sequence": _drawn(sequence.sequence_models),
        "baseline": _drawn(baseline.comparisons),
        "Bayesian network": _drawn(bayesian_network.networks),
        "general regression": _drawn(general_regression.general_regressions),
        "naive Bayes": _drawn(naive_bayes.naive_bayes_models),
        "neural network": _drawn(
            lambda: networks.networks("regression"), lambda: networks.networks("classification")
        ),
        "support vectors": _drawn(
            lambda: networks.machines("regression"), lambda: networks.machines("classification")
        ),
        "clustering": _drawn(
            proximity.clustering_models, lambda: proximity.clustering_models(binary=True)
        ),
        "neighbours": _drawn(
            proximity.nearest_neighbor_models,
            lambda: proximity.nearest_neighbor_models(binary=True),
        ),
        "anomalies": _drawn(proximity.anomaly_models),
        "scorecard": _drawn(scores.scorecards),
        "rule set": _drawn(scores.rule_sets),
        "time series": _drawn(time_series.arimas, time_series.smoothings, time_series.state_spaces),
        "Gaussian process": _drawn(time_series.gaussian_processes),
        "text model": _fixed(text_model()),
    }
)
"""Makers of documents by family; they are given how many of each kind are wanted."""


@cache
def documents(family: str, count: int = 12) -> tuple[bytes, ...]:
    """Return documents of a family, always the same."""
    return tuple(FAMILIES[family](count))


@cache
def guests() -> tuple[bytes, ...]:
    """Return a document of each kind, to be put into others."""
    chance = random.Random(1)
    return tuple(chance.choice(documents(family, 4)) for family in FAMILIES)
