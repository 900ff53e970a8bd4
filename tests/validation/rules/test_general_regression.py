"""Boundary cases of the rules for coefficients by name."""

from __future__ import annotations

import pytest

from tests.validation.rules.checked import codes

MODEL = """
<GeneralRegressionModel functionName="classification" modelType="{type}"{attributes}>
  <MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
  <ParameterList><Parameter name="p0"/><Parameter name="p1"/><Parameter name="p2"/>
  </ParameterList>
  <CovariateList><Predictor name="x"/></CovariateList>
  <PPMatrix><PPCell value="1" predictorName="x" parameterName="p1"/></PPMatrix>
  <ParamMatrix>{cells}</ParamMatrix>
</GeneralRegressionModel>"""


def cell(name: str, beta: float = 1, category: str = "no") -> str:
    return f'<PCell targetCategory="{category}" parameterName="{name}" beta="{beta}"/>'


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ((cell("p0"), cell("p1"), cell("p2")), {"PMML368"}),
        ((cell("p0"), cell("p1"), cell("p2", 0)), set()),
        # one intercept for each category
        ((cell("p0"), cell("p1"), cell("p2", category="yes")), set()),
        ((cell("p0"), cell("p1")), {"PMML367"}),
    ],
)
def test_intercepts(cells: tuple[str, ...], found: set[str]) -> None:
    attributes = ' targetReferenceCategory="yes"'
    example = MODEL.format(type="multinomialLogistic", attributes=attributes, cells="".join(cells))
    assert codes(example) == found


def test_thresholds_of_ordinal_models_may_have_names_of_their_own() -> None:
    cells = cell("p0") + cell("p1") + cell("p2")
    example = MODEL.format(
        type="ordinalMultinomial", attributes=' cumulativeLink="logit"', cells=cells
    )
    assert codes(example) == set()
