"""Boundary cases of the rules for counts."""

from __future__ import annotations

import pytest

from tests.validation.rules.checked import codes

BAYES = """
<NaiveBayesModel functionName="classification" threshold="{threshold}">
  <MiningSchema><MiningField name="s"/><MiningField name="k" usageType="target"/></MiningSchema>
  <BayesInputs><BayesInput fieldName="s">
    <PairCounts value="a"><TargetValueCounts>
      <TargetValueCount value="no" count="{count}"/><TargetValueCount value="yes" count="5"/>
    </TargetValueCounts></PairCounts>
  </BayesInput></BayesInputs>
  <BayesOutput fieldName="k"><TargetValueCounts>
    <TargetValueCount value="no" count="100"/><TargetValueCount value="yes" count="5"/>
  </TargetValueCounts></BayesOutput>
</NaiveBayesModel>"""


@pytest.mark.parametrize(
    ("threshold", "count", "found"),
    [
        (0.001, 100, set()),
        (0.001, 60, set()),
        (0, 60, set()),
        (0, 0, {"PMML394"}),
        (0.5, 0, set()),
        (1, 60, {"PMML396"}),
    ],
)
def test_counts_of_inputs(threshold: float, count: float, found: set[str]) -> None:
    assert codes(BAYES.format(threshold=threshold, count=count)) == found


TABLE = """
<BaselineModel functionName="regression">
  <MiningSchema><MiningField name="s"/><MiningField name="k"/></MiningSchema>
  <TestDistributions field="s" testStatistic="chiSquareDistribution">
    <Baseline><{tag}{sample}><FieldValue field="k" value="no">
        <FieldValueCount field="s" value="a" count="{first}"/></FieldValue>
      <FieldValue field="k" value="yes">
        <FieldValueCount field="s" value="a" count="{second}"/></FieldValue>
    </{tag}></Baseline>
  </TestDistributions>
</BaselineModel>"""


@pytest.mark.parametrize(
    ("tag", "sample", "first", "second", "is_wrong"),
    [
        ("CountTable", "", 30, 70, False),
        ("CountTable", ' sample="100"', 30, 70, False),
        ("CountTable", ' sample="100"', 30, 69.5, False),
        ("CountTable", ' sample="100"', 30, 60, True),
        ("NormalizedCountTable", "", 0.3, 0.7, False),
        ("NormalizedCountTable", ' sample="100"', 0.3, 0.7, False),
        ("NormalizedCountTable", ' sample="100"', 30, 70, True),
    ],
)
def test_samples(tag: str, sample: str, first: float, second: float, is_wrong: bool) -> None:
    example = TABLE.format(tag=tag, sample=sample, first=first, second=second)
    assert ("PMML463" in codes(example)) == is_wrong
