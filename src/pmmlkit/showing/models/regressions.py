"""RegressionModel and GeneralRegressionModel: what is added up, with the coefficients.

Specification: chapters Regression and General Regression.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pmmlkit.showing.facts import Shape, Table, Value
from pmmlkit.showing.formula import Formula, Listing, Names, Part
from pmmlkit.showing.formulas import comparison
from pmmlkit.showing.models.reading import counted, facts, joined
from pmmlkit.showing.tables import interval_parts

__all__ = ["general_regression", "regression"]


def regression(model: Any, names: Names) -> Shape:
    """Describe a RegressionModel by one row a term and one column a table."""
    tables = model.regression_tables or ()
    rows: dict[str, list[Value]] = {}
    terms: dict[str, Formula] = {}
    for place, table in enumerate(tables):
        for term, coefficient in _terms(table, names):
            key = str(term)
            terms.setdefault(key, term)
            row = rows.setdefault(key, [None] * len(tables))
            # The same term twice in one table counts twice.
            row[place] = coefficient if row[place] is None else _sum(row[place], coefficient)
    heads = [table.target_category for table in tables]
    columns = [head if head is not None else "coefficient" for head in heads]
    body = tuple((terms[key], *row) for key, row in rows.items())
    normalization = model.normalization_method
    summary = joined(
        counted(max(len(rows) - 1, 0), "term"),
        counted(len(tables), "equation") if len(tables) > 1 else None,
        None if normalization in (None, "none") else f"{normalization} normalization",
    )
    return Shape(
        f"regression, {summary}",
        facts(
            equations=len(tables),
            terms=max(len(rows) - 1, 0),
            normalization=normalization,
            model_type=getattr(model, "model_type", None),
        ),
        (Table("coefficients", ("term", *columns), body),) if tables else (),
    )


def _sum(left: Value, right: Value) -> Value:
    numbers = [value for value in (left, right) if isinstance(value, int | float)]
    return sum(numbers) if len(numbers) == 2 else right


def _terms(table: Any, names: Names) -> Iterator[tuple[Formula, Value]]:
    yield Formula(("intercept",)), table.intercept
    for item in table.numeric_predictors or ():
        power: tuple[Part, ...] = () if item.exponent == 1 else (" ^ ", item.exponent)
        yield Formula((names.field(item.name), *power)), item.coefficient
    for item in table.categorical_predictors or ():
        yield comparison(item.name, "equal", item.value, names), item.coefficient
    for item in table.predictor_terms or ():
        fields = [names.field(reference.field) for reference in item.field_refs or ()]
        yield Formula((" * ".join(fields) or "1",)), item.coefficient


_VARIABLES = {
    "offset_variable": "offset",
    "trials_variable": "trials",
    "end_time_variable": "end_time",
    "start_time_variable": "start_time",
    "subject_id_variable": "subject_id",
    "status_variable": "status",
    "baseline_strata_variable": "strata",
}


def general_regression(model: Any, names: Names) -> Shape:
    """Describe a GeneralRegressionModel by its parameters: what each multiplies, and its betas."""
    betas: dict[str, dict[str | None, Value]] = {}
    for cell in _cells(model.param_matrix):
        betas.setdefault(cell.parameter_name, {})[cell.target_category] = cell.beta
    categories = list(dict.fromkeys(key for row in betas.values() for key in row))
    parameters = {
        item.name: item.label for item in getattr(model.parameter_list, "parameters", None) or ()
    }
    products = _products(model, names)
    order = list(dict.fromkeys([*parameters, *betas]))
    columns = ["beta" if key is None else f"beta of {key}" for key in categories]
    rows = tuple(
        (
            name,
            _label(parameters.get(name), name),
            products.get(name, Formula(("1",))),
            *(betas.get(name, {}).get(key) for key in categories),
        )
        for name in order
    )
    link = model.link_function or model.cumulative_link
    variables = {key: getattr(model, attribute) for attribute, key in _VARIABLES.items()}
    summary = joined(
        model.model_type,
        counted(len(order), "parameter"),
        f"{link} link" if link else None,
        f"{model.distribution} distribution" if model.distribution else None,
    )
    tables = [Table("parameters", ("parameter", "label", "of", *columns), rows)]
    tables += _hazards(model.base_cum_hazard_tables)
    return Shape(
        summary,
        facts(
            model_type=model.model_type,
            link=link,
            link_parameter=model.link_parameter,
            distribution=model.distribution,
            distribution_parameter=model.dist_parameter,
            reference_category=model.target_reference_category,
            **variables,
            offset_value=model.offset_value,
            trials_value=model.trials_value,
            factors=_predictors(model.factor_list, names),
            covariates=_predictors(model.covariate_list, names),
            degrees_of_freedom=model.model_df,
            covariance_cells=len(_cells(model.p_cov_matrix)) or None,
            events=_events(model.event_values),
        ),
        tuple(tables),
    )


def _cells(matrix: Any) -> tuple[Any, ...]:
    return () if matrix is None else matrix.cells or ()


def _label(label: str | None, name: str) -> str | None:
    return None if label == name else label


def _predictors(holder: Any, names: Names) -> Value:
    predictors = getattr(holder, "predictors", None) or ()
    if not predictors:
        return None
    return Formula((Listing(tuple((names.field(item.name),) for item in predictors)),))


def _products(model: Any, names: Names) -> dict[str, Formula]:
    """Return for each parameter the product of its predictors that it multiplies."""
    covariates = {item.name for item in getattr(model.covariate_list, "predictors", None) or ()}
    found: dict[str, list[Part]] = {}
    for cell in _cells(model.pp_matrix):
        parts = found.setdefault(cell.parameter_name, [])
        if parts:
            parts.append(" * ")
        if cell.predictor_name not in covariates:
            parts += ["(", *comparison(cell.predictor_name, "equal", cell.value, names).parts, ")"]
        elif cell.value in ("1", "1.0"):
            parts.append(names.field(cell.predictor_name))
        else:
            parts.append(f"{names.field(cell.predictor_name)} ^ {cell.value}")
    return {
        name: Formula(tuple(parts[1:-1]) if _is_single(parts) else tuple(parts))
        for name, parts in found.items()
    }


def _is_single(parts: list[Part]) -> bool:
    return parts[0] == "(" and parts[-1] == ")" and " * " not in parts


def _hazards(hazard: Any) -> Iterator[Table]:
    if hazard is None:
        return
    strata = [(item.value, item.max_time, len(item.cells or ())) for item in hazard.strata or ()]
    rows = strata or [(None, hazard.max_time, len(hazard.cells or ()))]
    yield Table("baseline hazard", ("stratum", "until", "times"), tuple(rows))


def _events(events: Any) -> Value:
    if events is None:
        return None
    items = [(item.value or "?",) for item in events.values or ()]
    intervals = [interval_parts(item) for item in events.intervals or ()]
    return Formula((Listing((*items, *intervals)),))
