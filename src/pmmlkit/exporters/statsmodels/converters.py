"""Results of statsmodels as regressions and classifications.

Of GLM and the count models the mean is predicted; of Logit and Probit the class, with the
probability that ``predict`` gives as that of class 1; of MNLogit and OrderedModel the most probable
class and the probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import ConstantFeature, Feature
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.linear_form import linear_draft, live
from pmmlkit.exporters.linear_softmax import linear_softmax
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.statsmodels.design import design_of
from pmmlkit.exporters.statsmodels.links import Link, link_of
from pmmlkit.exporters.statsmodels.results import FittedResults, results_of
from pmmlkit.language import targets
from pmmlkit.language.models.general_regression import (
    CovariateList,
    GeneralRegressionModel,
    Parameter,
    ParameterList,
    ParamMatrix,
    PCell,
    PPCell,
    PPMatrix,
    Predictor,
)
from pmmlkit.language.models.regression import RegressionModel, RegressionTable

__all__ = ["fitted_results", "statsmodels_results"]

Doubles = npt.NDArray[np.float64]

INTERCEPT = "intercept"


def fitted_results(model: Any) -> FittedResults:
    """Take results of statsmodels as an estimator."""
    return results_of(model)


@converts("pmmlkit.exporters.statsmodels.results.FittedResults")
def statsmodels_results(
    fitted: FittedResults, features: Sequence[Feature], context: Context
) -> Draft:
    """Convert results to a RegressionModel, where the link has no normalizationMethod to a
    GeneralRegressionModel.
    """
    columns, rows, intercepts = _linear(fitted, features, context)
    if fitted.kind == "multinomial":
        # the first class is what the others are compared with
        rows = np.vstack([np.zeros_like(rows[:1]), rows])
        return linear_softmax(context, columns, rows, [0.0, *intercepts])
    if fitted.kind == "ordinal":
        return _ordinal(fitted, columns, rows[0], context)
    if fitted.kind == "binary":
        name = "logit" if type(fitted.model).__name__ == "Logit" else "probit"
        if context.target.classes:
            return _binary(columns, rows, intercepts[0], name, context)
        return linear_draft(columns, rows, intercepts[0], name)
    link = Link("exp" if fitted.kind == "count" else "none")
    if fitted.kind == "generalized":
        link = link_of(fitted.model.family.link)
    if link.normalization is not None:
        return linear_draft(columns, rows, intercepts[0], link.normalization)
    return _generalized(columns, rows, intercepts[0], link)


def _linear(
    fitted: FittedResults, features: Sequence[Feature], context: Context
) -> tuple[list[Feature], Doubles, list[float]]:
    """Return the columns of the design that vary, their coefficients and the intercepts."""
    columns = design_of(fitted, features, context)
    rows = fitted.coefficients
    fixed = [(at, it.value) for at, it in enumerate(columns) if isinstance(it, ConstantFeature)]
    free = [at for at, it in enumerate(columns) if not isinstance(it, ConstantFeature)]
    intercepts = [float(sum(row[at] * value for at, value in fixed)) for row in rows]
    return [columns[at] for at in free], rows[:, free], intercepts


def _binary(
    columns: Sequence[Feature], rows: Doubles, intercept: float, link: str, context: Context
) -> Draft:
    labels = context.target.labels
    form, rows = live(columns, rows)

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> RegressionModel:
        return RegressionModel(
            **frame.parts(fields),
            normalization_method=link,
            regression_tables=(
                form.table(fields, rows[0], intercept, labels[1]),
                RegressionTable(intercept=0.0, target_category=labels[0]),
            ),
        )

    return Draft(form.all_reads, build)


def _ordinal(
    fitted: FittedResults, columns: Sequence[Feature], row: Doubles, context: Context
) -> Draft:
    """Return cumulative probabilities: the link of a threshold minus the weighted sum."""
    distribution = fitted.model.distr
    name = getattr(distribution, "name", type(distribution).__name__)
    link = {"logistic": "logit", "norm": "probit"}.get(name)
    if link is None:
        raise ExportError(
            f"the OrderedModel has the distribution {name}: PMML has the logit and the probit link"
        )
    labels = context.target.labels
    form, rows = live(columns, -row[np.newaxis])
    thresholds = fitted.thresholds.tolist()

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> RegressionModel:
        tables = [
            form.table(fields, rows[0], threshold, label)
            for threshold, label in zip(thresholds, labels, strict=False)
        ]
        tables.append(RegressionTable(intercept=0.0, target_category=labels[-1]))
        parts = frame.parts(fields)
        rule = targets.Target(field=context.target.name, optype="ordinal")
        return RegressionModel(
            **parts,
            targets=targets.Targets(targets=(rule,)),
            normalization_method=link,
            regression_tables=tuple(tables),
        )

    return Draft(form.all_reads, build)


def _generalized(columns: Sequence[Feature], rows: Doubles, intercept: float, link: Link) -> Draft:
    used = np.flatnonzero(rows[0] != 0.0).tolist()
    coefficients = rows[0, used].tolist()

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> GeneralRegressionModel:
        names = [f"p{number}" for number in range(1, len(fields) + 1)]
        covariates = dict.fromkeys(field.name for field in fields)
        cells = [PCell(parameter_name=INTERCEPT, beta=intercept)]
        cells += [
            PCell(parameter_name=name, beta=beta)
            for name, beta in zip(names, coefficients, strict=True)
        ]
        return GeneralRegressionModel(
            **frame.parts(fields),
            model_type="generalizedLinear",
            link_function=link.function,
            link_parameter=None if link.is_of_distribution else link.parameter,
            dist_parameter=link.parameter if link.is_of_distribution else None,
            distribution="negbin" if link.is_of_distribution else None,
            parameter_list=ParameterList(
                parameters=tuple(Parameter(name=name) for name in (INTERCEPT, *names))
            ),
            covariate_list=CovariateList(
                predictors=tuple(Predictor(name=name) for name in covariates)
            ),
            pp_matrix=PPMatrix(
                cells=tuple(
                    PPCell(value="1", predictor_name=field.name, parameter_name=name)
                    for name, field in zip(names, fields, strict=True)
                )
            ),
            param_matrix=ParamMatrix(cells=tuple(cells)),
        )

    return Draft(tuple(columns[at] for at in used), build)
