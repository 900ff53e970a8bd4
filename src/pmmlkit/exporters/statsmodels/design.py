"""The columns of a design as features: those of a table, or what a formula makes of one."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import (
    ConstantFeature,
    Feature,
    Lookup,
    Product,
    as_number,
    name_of,
    plain,
)
from pmmlkit.exporters.statsmodels.results import FittedResults
from pmmlkit.exporters.statsmodels.stateful import followed
from pmmlkit.exporters.tracing.converter import Function, traced

__all__ = ["design_of"]


def design_of(
    fitted: FittedResults, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return a feature for each column of the design.

    Raises ExportError where the columns are not found, or a formula cannot be stated.
    """
    if fitted.spec is not None:
        return _of_formula(fitted, features, context)
    places = fitted.places([name_of(feature) for feature in features])
    constants = fitted.constants
    return [
        ConstantFeature(constants[at]) if at in constants else as_number(features[places[at]])
        for at in range(len(fitted.names))
    ]


def _of_formula(
    fitted: FittedResults, features: Sequence[Feature], context: Context
) -> list[Feature]:
    spec = fitted.spec
    if not hasattr(spec, "factor_infos"):
        raise ExportError(
            "the formula was read by formulaic, of whose designs no converter is there: set "
            'statsmodels.formula.options.formula_engine = "patsy" before fitting'
        )
    given = {name_of(feature) for feature in features}
    lacking = [name for name in fitted.feature_names_in_ if name not in given]
    if lacking:
        raise ExportError(f"the formula names the column {lacking[0]!r}, which is not in the data")
    made = {
        factor: _factor(factor, info, features, context)
        for factor, info in spec.factor_infos.items()
    }
    columns: list[Feature] = []
    for subterms in spec.term_codings.values():
        for subterm in subterms:
            columns += _subterm(subterm, spec, made)
    return columns


def _factor(factor: Any, info: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Return what a factor of the formula makes of the columns, found by tracing it."""

    remembered = {name: followed(it) for name, it in info.state["transforms"].items()}
    state = {**info.state, "transforms": remembered}

    def call(table: Any) -> Any:
        try:
            found = factor.eval(state, table)
        except Exception as error:  # noqa: BLE001 - whatever the code in the formula raises
            # patsy wraps what was wrong
            raise (error.__cause__ or error) from None
        # patsy's C() boxes the column with its contrast
        return getattr(found, "data", found) if type(found).__name__ == "_CategoricalBox" else found

    function = Function(f"the formula's {factor.code}", factor.code, call, lambda _: call)
    return traced(function, features, context, ["frame"])


def _subterm(subterm: Any, spec: Any, made: dict[Any, list[Feature]]) -> list[Feature]:
    """Return the columns of a part of a term: of products the first factor varies fastest."""
    choices = []
    for factor in subterm.factors:
        contrast = subterm.contrast_matrices.get(factor)
        if contrast is None:
            choices.append([as_number(it) for it in made[factor]])
        else:
            (source,) = made[factor]
            choices.append(_coded(factor, spec.factor_infos[factor], contrast, source))
    if not choices:
        return [ConstantFeature(1.0)]
    products = [tuple(reversed(it)) for it in itertools.product(*reversed(choices))]
    return [it[0] if len(it) == 1 else Product(":".join(map(name_of, it)), it) for it in products]


def _coded(factor: Any, info: Any, contrast: Any, source: Feature) -> list[Feature]:
    """Return the columns of a contrast matrix; patsy refuses levels that it has not seen."""
    levels = tuple(plain(level) for level in info.categories)
    return [
        Lookup(
            f"{factor.code}{suffix}",
            source,
            tuple(zip(levels, map(float, column), strict=True)),
            math.nan,
            0.0,
            levels,
            unknown_refused=True,
            missing_refused=True,
        )
        for suffix, column in zip(contrast.column_suffixes, contrast.matrix.T, strict=True)
    ]
