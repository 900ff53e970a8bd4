"""Small GeneralRegressionModels as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.corpus.cells import document

__all__ = [
    "CATEGORIES",
    "FIELDS",
    "categories",
    "cells",
    "contrast",
    "general",
    "output",
    "predictors",
    "probabilities",
    "stratum",
    "tables",
]

FIELDS: Mapping[str, str] = {
    "y": "continuous double",
    "x": "continuous double",
    "z": "continuous double",
    "n": "continuous integer",
    "s": "categorical string: a b c",
    "b": "categorical boolean",
}
CATEGORIES: Mapping[str, str] = {**FIELDS, "y": "categorical string: p q r"}


def predictors(*names: str) -> str:
    """Plain predictors."""
    return "".join(f'<Predictor name="{name}"/>' for name in names)


def categories(*values: str) -> str:
    """The categories of a factor."""
    inner = "".join(f'<Category value="{value}"/>' for value in values)
    return f"<Categories>{inner}</Categories>"


def contrast(name: str, inner: str, *rows: str, attributes: str = "") -> str:
    """A factor with a contrast matrix."""
    arrays = "".join(f'<Array type="real">{row}</Array>' for row in rows)
    return (
        f'<Predictor name="{name}" contrastMatrixType="any">{inner}'
        f"<Matrix {attributes}>{arrays}</Matrix></Predictor>"
    )


def cells(*items: tuple[Any, ...]) -> str:
    """BaselineCells by time and cumHazard."""
    return "".join(f'<BaselineCell time="{time}" cumHazard="{value}"/>' for time, value in items)


def stratum(value: str, most: float, *items: tuple[Any, ...]) -> str:
    """A BaselineStratum."""
    return f'<BaselineStratum value="{value}" maxTime="{most}">{cells(*items)}</BaselineStratum>'


def tables(inner: str, attributes: str = "") -> str:
    """The BaseCumHazardTables."""
    return f"<BaseCumHazardTables {attributes}>{inner}</BaseCumHazardTables>"


def output(*fields: str) -> str:
    """An Output; a field is its name, feature and more attributes."""
    made = ""
    for field in fields:
        name, feature, *more = field.split(" ", 2)
        made += (
            f'<OutputField name="{name}" optype="continuous" dataType="double" '
            f'feature="{feature}" {"".join(more)}/>'
        )
    return f"<Output>{made}</Output>"


def probabilities(*labels: str) -> str:
    """An Output of the probabilities of categories."""
    return output(*(f'p({label}) probability value="{label}"' for label in labels))


def general(
    attributes: str,
    pcells: Iterable[tuple[Any, ...]],
    ppcells: Iterable[tuple[str, ...]] = (),
    *,
    function: str = "regression",
    parameters: Iterable[str] | None = None,
    factors: str = "",
    covariates: str = "",
    covariance: Iterable[tuple[Any, ...]] = (),
    more: str = "",
    head: str = "",
    transformations: str = "",
    fields: Mapping[str, str] = FIELDS,
) -> bytes:
    """Return a document.

    `pcells`: (parameter, beta[, category]); `ppcells`: (value, predictor, parameter[, category]);
    `covariance`: (parameter, parameter, value). `parameters` are those that cells name, or names
    and whole elements.
    """
    pcells, ppcells, covariance = tuple(pcells), tuple(ppcells), tuple(covariance)
    if parameters is None:
        named = [cell[0] for cell in pcells] + [cell[2] for cell in ppcells]
        parameters = dict.fromkeys([*named, *(name for cell in covariance for name in cell[:2])])
    listed = "".join(
        item if item.startswith("<") else f'<Parameter name="{item}"/>' for item in parameters
    )
    products = "".join(
        f'<PPCell value="{value}" predictorName="{name}" parameterName="{parameter}"'
        f"{_category(*rest)}/>"
        for value, name, parameter, *rest in ppcells
    )
    betas = "".join(
        f'<PCell parameterName="{parameter}" beta="{beta}"{_category(*rest)}/>'
        for parameter, beta, *rest in pcells
    )
    covariances = "".join(
        f'<PCovCell pRow="{row}" pCol="{column}" value="{value}"/>'
        for row, column, value in covariance
    )
    if covariances:
        covariances = f'<PCovMatrix type="model">{covariances}</PCovMatrix>'
    schema = '<MiningField name="y" usageType="target"/>' + "".join(
        f'<MiningField name="{name}"/>' for name in fields if name != "y"
    )
    body = (
        f'<GeneralRegressionModel functionName="{function}" {attributes}>'
        f"<MiningSchema>{schema}</MiningSchema>{head}{transformations}"
        f"<ParameterList>{listed}</ParameterList><FactorList>{factors}</FactorList>"
        f"<CovariateList>{covariates}</CovariateList><PPMatrix>{products}</PPMatrix>{covariances}"
        f"<ParamMatrix>{betas}</ParamMatrix>{more}</GeneralRegressionModel>"
    )
    return document(body, fields)


def _category(category: str | None = None) -> str:
    return "" if category is None else f' targetCategory="{category}"'
