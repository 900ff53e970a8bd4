"""What is wrong with a document is said when it is loaded: element, line, reason."""

from __future__ import annotations

from typing import Any

import pytest

import pmmlkit
from tests.corpus.general_regression.documents import (
    CATEGORIES,
    categories,
    cells,
    contrast,
    general,
    output,
    predictors,
    stratum,
    tables,
)

X = predictors("x")
S = predictors("s")
LINEAR = 'modelType="regression"'
GLM = 'modelType="generalizedLinear"'
LOGIT = f'{GLM} linkFunction="logit"'
MULTI = 'modelType="multinomialLogistic"'
ORDINAL = 'modelType="ordinalMultinomial" cumulativeLink="logit"'
COX = 'modelType="CoxRegression" endTimeVariable="z"'
ONE = (("p0", 1), ("p1", 0.5))
PRODUCTS = (("1", "x", "p1"),)
THREE = (("p0", 1, "p"), ("p0", 1, "q"))
BASE = tables(cells((1, 0.1)), 'maxTime="5"')
TWO = {**CATEGORIES, "y": "categorical string: p q"}


def made(attributes: str, pcells: Any = ONE, products: Any = PRODUCTS, **more: Any) -> bytes:
    return general(attributes, pcells, products, **{"covariates": X, **more})


def chosen(attributes: str, pcells: Any, fields: Any = CATEGORIES, **more: Any) -> bytes:
    return made(attributes, pcells, function="classification", fields=fields, **more)


ERRORS: dict[str, tuple[bytes, str, str]] = {
    "a regression of categories": (
        made(MULTI),
        "GeneralRegressionModel",
        "cannot have functionName 'regression'",
    ),
    "categories of a regression": (
        chosen(LINEAR, ONE),
        "GeneralRegressionModel",
        "cannot have functionName 'classification'",
    ),
    "no PCells": (made(LINEAR, ()), "ParamMatrix", "no PCell"),
    "two parameters of one name": (
        made(LINEAR, parameters=("p0", "p1", "p1")),
        "ParameterList",
        "same name",
    ),
    "a PCell of an unknown parameter": (
        made(LINEAR, (*ONE, ("p9", 1)), parameters=("p0", "p1")),
        "PCell",
        "no Parameter 'p9'",
    ),
    "a PPCell of an unknown parameter": (
        made(LINEAR, [("p0", 1)], parameters=("p0",)),
        "PPCell",
        "no Parameter 'p1'",
    ),
    "a PCovCell of an unknown parameter": (
        made(LINEAR, parameters=("p0", "p1"), covariance=[("p0", "p9", 1)]),
        "PCovCell",
        "no Parameter 'p9'",
    ),
    "two values of a covariance": (
        made(LINEAR, covariance=[("p0", "p1", 1), ("p1", "p0", 2)]),
        "PCovCell",
        "two values",
    ),
    "an unknown predictor": (
        made(LINEAR, products=[("1", "z", "p1")]),
        "PPCell",
        "neither the FactorList nor the CovariateList",
    ),
    "a predictor that is no field": (
        made(LINEAR, products=[("1", "nowhere", "p1")], covariates=predictors("nowhere")),
        "PPCell",
        "'nowhere' is not defined",
    ),
    "a factor that is a covariate": (
        made(LINEAR, factors=X),
        "Predictor",
        "a factor and a covariate",
    ),
    "an exponent that is no number": (
        made(LINEAR, products=[("much", "x", "p1")]),
        "PPCell",
        "'much' is no exponent",
    ),
    "contrasts that are not square": (
        made(LINEAR, products=[("a", "s", "p1")], factors=contrast("s", "", "1 2", "3 4")),
        "Matrix",
        "3 are needed",
    ),
    "contrasts with too many columns": (
        made(
            LINEAR,
            products=[("a", "s", "p1")],
            factors=contrast("s", categories("a", "b"), "1 2 3", "3 4 5"),
        ),
        "Matrix",
        "3 columns, but 2 categories",
    ),
    "contrasts of cells beyond the categories": (
        made(
            LINEAR,
            products=[("a", "s", "p1")],
            factors=f'<Predictor name="s">{categories("a", "b")}<Matrix nbRows="7000" '
            'nbCols="7000"><MatCell row="1" col="1">1</MatCell></Matrix></Predictor>',
        ),
        "Matrix",
        "nbRows is 7000",
    ),
    "a category without a column": (
        made(
            LINEAR,
            products=[("c", "s", "p1")],
            factors=contrast("s", categories("a", "b", "c"), "1 2", "3 4", "5 6"),
        ),
        "PPCell",
        "'c' has no column",
    ),
    "the same category twice": (
        made(
            LINEAR,
            products=[("a", "s", "p1")],
            factors=contrast("s", categories("a", "a"), "1 2", "3 4"),
        ),
        "Predictor",
        "are the same",
    ),
    "contrasts without categories": (
        made(LINEAR, products=[("1", "n", "p1")], factors=contrast("n", "", "1 2", "3 4")),
        "Predictor",
        "needs Categories",
    ),
    "several categories in a regression": (
        made(LINEAR, [("p0", 1, "a"), ("p1", 1, "b")]),
        "ParamMatrix",
        "several targetCategory",
    ),
    "no linkFunction": (made(GLM), "GeneralRegressionModel", "needs a linkFunction"),
    "no distParameter": (
        made(f'{GLM} linkFunction="negbin"'),
        "GeneralRegressionModel",
        "needs distParameter",
    ),
    "no linkParameter of power": (
        made(f'{GLM} linkFunction="power"'),
        "GeneralRegressionModel",
        "needs linkParameter",
    ),
    "no linkParameter of oddspower": (
        made(f'{GLM} linkFunction="oddspower"'),
        "GeneralRegressionModel",
        "needs linkParameter",
    ),
    "more trials than fit": (
        made(f'{LOGIT} trialsValue="{10**350}"'),
        "GeneralRegressionModel",
        "beyond 64 bit",
    ),
    "an offset that is no field": (
        made(f'{LOGIT} offsetVariable="nowhere"'),
        "GeneralRegressionModel",
        "'nowhere' is not defined",
    ),
    "an offset that is a date": (
        made(
            f'{LOGIT} offsetVariable="z"',
            fields={**CATEGORIES, "y": "continuous double", "z": "ordinal date"},
        ),
        "GeneralRegressionModel",
        "not a number",
    ),
    "no degrees of freedom": (made(f'{LINEAR} modelDF="0"'), "GeneralRegressionModel", "modelDF"),
    "a level that is no percentage": (
        made(
            LINEAR,
            covariance=[("p0", "p0", 1)],
            head=output('low confidenceIntervalLower value="100"'),
        ),
        "OutputField",
        "percent",
    ),
    "generalizedLinear of three categories": (
        chosen(LOGIT, THREE),
        "GeneralRegressionModel",
        "for two categories",
    ),
    "no reference": (
        chosen(LOGIT, ONE, TWO),
        "GeneralRegressionModel",
        "targetReferenceCategory",
    ),
    "two references": (
        chosen(MULTI, [("p0", 1, "p")]),
        "GeneralRegressionModel",
        "2 categories of the target have no PCell",
    ),
    "cells of the reference alone": (
        chosen(f'{LOGIT} targetReferenceCategory="p"', [("p0", 1, "p")], TWO),
        "ParamMatrix",
        "'q' has no PCell",
    ),
    "an unknown reference": (
        chosen(f'{LOGIT} targetReferenceCategory="z"', ONE, TWO),
        "GeneralRegressionModel",
        "'z' is no valid value",
    ),
    "an unknown category": (
        chosen(MULTI, [*THREE, ("p0", 1, "z")]),
        "GeneralRegressionModel",
        "'z' is no valid value",
    ),
    "a category of another type": (
        chosen(LOGIT, [("p0", 1, "p")], {**TWO, "y": "categorical integer: 0 1"}),
        "PCell",
        "'p' is no integer",
    ),
    "a category in two spellings": (
        chosen(
            LOGIT,
            [("p0", 1, "1"), ("p1", 1, "1.0")],
            {**TWO, "y": "categorical double: 0 1"},
        ),
        "PCell",
        "same category",
    ),
    "a target of one category": (
        chosen(LOGIT, ONE, {**TWO, "y": "categorical string: p"}),
        "GeneralRegressionModel",
        "two categories or more",
    ),
    "an ordinal model without a link": (
        chosen('modelType="ordinalMultinomial"', THREE),
        "GeneralRegressionModel",
        "needs a cumulativeLink",
    ),
    "a category in the middle without cells": (
        chosen(ORDINAL, [("p0", 1, "p"), ("p0", 1, "r")]),
        "ParamMatrix",
        "'q' has no PCell",
    ),
    "no baseline": (made(COX), "GeneralRegressionModel", "BaseCumHazardTables"),
    "no time": (
        made('modelType="CoxRegression"', more=BASE),
        "GeneralRegressionModel",
        "endTimeVariable",
    ),
    "strata without a variable": (
        made(COX, more=tables(stratum("a", 1))),
        "GeneralRegressionModel",
        "baselineStrataVariable",
    ),
    "a strata variable without strata": (
        made(f'{COX} baselineStrataVariable="s"', more=BASE),
        "BaseCumHazardTables",
        "BaselineStratum",
    ),
    "a stratum twice": (
        made(f'{COX} baselineStrataVariable="s"', more=tables(stratum("a", 1) + stratum("a", 2))),
        "BaselineStratum",
        "two strata",
    ),
    "two hazards at one time": (
        made(COX, more=tables(cells((1, 0.1), (1, 0.2)))),
        "BaselineCell",
        "two values of cumHazard",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name: str) -> None:
    text, element, message = ERRORS[name]
    with pytest.raises(pmmlkit.PmmlError, match=message) as caught:
        pmmlkit.load(text)
    shown = str(caught.value)
    assert isinstance(caught.value, pmmlkit.MarkupError)
    assert element in shown
    assert "line 1" in shown


def test_an_unknown_model_type() -> None:
    with pytest.raises(pmmlkit.UnsupportedError, match="'other' is none of regression"):
        pmmlkit.load(made('modelType="other"'))


def test_a_function_of_another_kind() -> None:
    with pytest.raises(pmmlkit.UnsupportedError, match="clustering"):
        pmmlkit.load(made(LINEAR, function="clustering"))


WARNINGS = {
    "PMML360": made(LINEAR, products=[("no", "n", "p1")], factors=predictors("n")),
    "PMML361": chosen(
        MULTI,
        [*THREE, ("p1", 1, "q"), ("p2", 1, "q")],
        products=[("1", "x", "p1"), ("1", "x", "p2"), ("2", "x", "p1", "q")],
    ),
    "PMML363": made(f'{COX} baselineStrataVariable="n"', more=tables(stratum("a", 1))),
    "PMML364": made(f'{LINEAR} offsetValue="1"'),
    "PMML365": made(LINEAR, (*ONE, ("p0", 1))),
    "PMML366": chosen(f'{MULTI} targetReferenceCategory="r"', [*THREE, ("p0", 1, "r")]),
}


@pytest.mark.parametrize("code", WARNINGS)
def test_warnings(code: str) -> None:
    assert code in {finding.code for finding in pmmlkit.validate(WARNINGS[code]).findings}
