"""Rules for coefficients by name. Specification: chapter General Regression."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from pmmlkit.language.models.general_regression import (
    BaseCumHazardTables,
    BaselineStratum,
    GeneralRegressionModel,
)
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, rule

__all__ = ["RULES"]

_MODEL: Final = """
<GeneralRegressionModel functionName="regression" modelType="generalLinear">
  <MiningSchema><MiningField name="x"/><MiningField name="n"/>
    <MiningField name="y" usageType="target"/></MiningSchema>
  <ParameterList><Parameter name="p0"/><Parameter name="p1"/><Parameter name="p2"/></ParameterList>
  <CovariateList><Predictor name="x"/>{covariate}</CovariateList>
  <PPMatrix><PPCell value="1" predictorName="x" parameterName="p1"/>{cell}</PPMatrix>
  <ParamMatrix><PCell parameterName="p0" beta="3"/><PCell parameterName="p1" beta="2"/>
    {beta}</ParamMatrix>
</GeneralRegressionModel>"""
_N: Final = '<Predictor name="n"/>'
_CELL: Final = '<PPCell value="1" predictorName="n" parameterName="p2"/>'
_BETA: Final = '<PCell parameterName="p2" beta="5"/>'
_GOOD: Final = _MODEL.format(covariate=_N, cell=_CELL, beta=_BETA)


@rule(
    "PMML367",
    "info",
    "A parameter has no coefficient",
    "A Parameter without a PCell counts as 0: nothing that its PPCells say has an effect.",
    bad=_MODEL.format(covariate=_N, cell=_CELL, beta=""),
    good=_GOOD,
    on=GeneralRegressionModel,
)
def no_coefficient(model: GeneralRegressionModel, facts: Facts) -> Iterator[Found]:
    known = {item.parameter_name for item in model.param_matrix.cells}
    for item in model.parameter_list.parameters:
        if item.name not in known:
            yield item, f"{item.name!r:.80} has no PCell"


@rule(
    "PMML368",
    "warning",
    "Two parameters multiply nothing",
    "A parameter without PPCells is an intercept, and a linear predictor has one. Two of them are "
    "most often the work of PPCells that name another parameter or were left out.",
    bad=_MODEL.format(covariate=_N, cell="", beta=_BETA).replace(_N, ""),
    good=_GOOD,
    on=GeneralRegressionModel,
)
def two_intercepts(model: GeneralRegressionModel, facts: Facts) -> Iterator[Found]:
    if model.model_type == "ordinalMultinomial":  # one a category, each perhaps of its own name
        return
    named = {item.parameter_name for item in model.pp_matrix.cells}
    found: dict[str | None, str] = {}
    for cell in model.param_matrix.cells:
        name, category = cell.parameter_name, cell.target_category
        if name in named or cell.beta == 0:
            continue
        if found.setdefault(category, name) != name:
            yield cell, f"neither {found[category]!r:.80} nor {name!r:.80} has a PPCell"


@rule(
    "PMML369",
    "info",
    "A predictor enters no coefficient",
    "No PPCell names the predictor of the FactorList or the CovariateList, so it has no effect.",
    bad=_MODEL.format(covariate=_N, cell="", beta="").replace('<Parameter name="p2"/>', ""),
    good=_GOOD,
    on=GeneralRegressionModel,
)
def unused_predictor(model: GeneralRegressionModel, facts: Facts) -> Iterator[Found]:
    named = {item.predictor_name for item in model.pp_matrix.cells}
    for part in (model.factor_list, model.covariate_list):
        for item in () if part is None else part.predictors:
            if item.name not in named:
                yield item, f"no PPCell names {item.name!r}"


_COX: Final = """
<GeneralRegressionModel functionName="regression" modelType="CoxRegression" endTimeVariable="y">
  <MiningSchema><MiningField name="x"/><MiningField name="y"/></MiningSchema>
  <ParameterList><Parameter name="p1" referencePoint="1"/></ParameterList>
  <CovariateList><Predictor name="x"/></CovariateList>
  <PPMatrix><PPCell value="1" predictorName="x" parameterName="p1"/></PPMatrix>
  <ParamMatrix><PCell parameterName="p1" beta="2"/></ParamMatrix>
  <BaseCumHazardTables maxTime="{}">
    <BaselineCell time="1" cumHazard="0.1"/><BaselineCell time="2" cumHazard="{}"/>
  </BaseCumHazardTables>
</GeneralRegressionModel>"""


@rule(
    "PMML358",
    "warning",
    "A cumulative hazard falls with time",
    "cumHazard adds up over time, so it never falls; a baseline that does most often lists the "
    "hazards of single times.",
    bad=_COX.format(2, 0.05),
    good=_COX.format(2, 0.3),
    on=(BaseCumHazardTables, BaselineStratum),
)
def falls(item: BaseCumHazardTables | BaselineStratum, facts: Facts) -> Iterator[Found]:
    cells = sorted(item.cells, key=lambda cell: cell.time)
    for before, cell in pairwise(cells):
        if cell.cum_hazard < before.cum_hazard:
            yield cell, f"at time {cell.time:g} it is less than at {before.time:g}"


@rule(
    "PMML359",
    "warning",
    "A baseline goes on beyond its maxTime",
    "maxTime is the last time of the baseline, and there is no result beyond it: a BaselineCell "
    "that is later has no effect.",
    bad=_COX.format(1, 0.3),
    good=_COX.format(2, 0.3),
    on=(BaseCumHazardTables, BaselineStratum),
)
def beyond(item: BaseCumHazardTables | BaselineStratum, facts: Facts) -> Iterator[Found]:
    for cell in item.cells:
        if item.max_time is not None and cell.time > item.max_time:
            yield cell, f"time {cell.time:g} is beyond maxTime {item.max_time:g}"


RULES: Final = (falls, beyond, no_coefficient, two_intercepts, unused_predictor)
