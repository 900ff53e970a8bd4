"""optbinning.Scorecard as Scorecard: points for the bins, reason codes, and beside the score what
the estimator behind it predicts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.combination import combination
from pmmlkit.exporters.context import Context, label_type
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import (
    ByCategory,
    Category,
    Derived,
    Feature,
    Lookup,
    as_number,
    elementwise,
    name_of,
    plain,
)
from pmmlkit.exporters.fields import BoundField, Target
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.optbinning.binning import binned, chosen_variables, own_columns
from pmmlkit.exporters.optbinning.variables import Asked, asked_of, estimator_metrics
from pmmlkit.exporters.registry import converts, transforms
from pmmlkit.exporters.texts import category_text
from pmmlkit.language.arrays import Array
from pmmlkit.language.expressions import FieldRef
from pmmlkit.language.models.scorecard import Attribute, Characteristic, Characteristics, Scorecard
from pmmlkit.language.output import Output, OutputField
from pmmlkit.language.predicates import (
    CompoundPredicate,
    SimplePredicate,
    SimpleSetPredicate,
    TruePredicate,
)
from pmmlkit.language.scope import Compiled
from pmmlkit.xml.lexical import format_number

__all__ = ["scorecard", "scorecard_points"]

SUMS: Final = (
    "ElasticNet",
    "ElasticNetCV",
    "HuberRegressor",
    "Lasso",
    "LassoCV",
    "LinearRegression",
    "LogisticRegression",
    "LogisticRegressionCV",
    "Ridge",
    "RidgeCV",
)
"""Estimators whose prediction is a short expression, so that the document needs no model but the
scorecard.
"""


@transforms("optbinning.Scorecard")
def scorecard_points(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to the points of each variable, which is what ``transform`` makes."""
    columns = own_columns(estimator.binning_process_, features)
    return [binned(columns[it.variable.name], it) for it in _points(estimator)]


@converts("optbinning.Scorecard")
def scorecard(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to a Scorecard.

    Its result is the ``score``; the reason codes (the names of the variables), those that cost the
    most points first; and what ``predict`` and ``predict_proba`` say, under the name of the target.
    """
    columns = own_columns(estimator.binning_process_, features)
    parts = [_Part(it, columns[it.variable.name]) for it in _points(estimator)]
    (target, predicted), *shares = _outcomes(estimator, columns, context)
    initial = float(np.ravel(estimator.intercept_)[0])

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> Scorecard:
        if not frame.outermost:
            raise ExportError(
                "a Scorecard stands inside another estimator, which reads what it predicts: "
                "export the scorecard, or the other estimator over its binning process"
            )
        own = frame.parts(fields, probabilities=False)
        own["output"] = _output(frame, target, fields[-1], len(parts))
        return Scorecard(
            **own,
            initial_score=initial,
            use_reason_codes=True,
            reason_code_algorithm="pointsBelow",
            baseline_method="max",
            characteristics=Characteristics(
                characteristics=tuple(
                    part.characteristic(field) for part, field in zip(parts, fields, strict=False)
                )
            ),
        )

    reads = (*(part.read for part in parts), predicted)
    # the first output only keeps the name of the score from what else is in a chain
    outputs = (("score", parts[0].read), *shares)
    return Draft(reads, build, outputs, Target(None, "double"))


def _points(estimator: Any) -> list[Asked]:
    """Return the points of the bins of each variable."""
    process = estimator.binning_process_
    if any("metric" in own for own in (process.binning_transform_params or {}).values()):
        raise ExportError(
            "the binning_transform_params of the scorecard's BinningProcess name a metric, which "
            "Scorecard.score takes for the numbers of bins: leave the metric out"
        )
    names = [str(name) for name in process.variable_names]

    def transform(frame: Any) -> Any:
        # columns that were not selected are asked for as well, but not looked at
        return estimator.transform(frame.reindex(columns=names))

    found = asked_of(chosen_variables(process), transform)
    for asked in found:
        if not np.isfinite([*asked.bins, *asked.codes, asked.missing]).all():
            raise ExportError(
                f"the variable {asked.variable.name!r} has bins whose points are not finite"
            )
    return found


@dataclass(frozen=True, slots=True)
class _Part:
    """A characteristic in the making."""

    asked: Asked
    column: Feature

    @property
    def read(self) -> Feature:
        """What has to be a field."""
        if self.asked.variable.cuts is not None:
            return as_number(self.column)
        table = tuple((category, float(points)) for category, points in self.asked.table)
        known = tuple(category for category, _ in table)
        missing, unknown = float(self.asked.missing), float(self.asked.unknown)
        name = f"points({name_of(self.column)})"
        return ByCategory(Lookup(name, self.column, table, missing, unknown, known=known))

    def characteristic(self, field: BoundField) -> Characteristic:
        """Return the element: the special codes come before the bins that they lie in."""
        name = self.asked.variable.name
        tests = [*self._tests(field)]
        return Characteristic(
            name=name,
            reason_code=name,
            baseline_score=max(points for _, points in tests),
            attributes=tuple(
                Attribute(predicate=test, partial_score=points) for test, points in tests
            ),
        )

    def _tests(self, field: BoundField) -> Iterator[tuple[Compiled, float]]:
        asked, variable = self.asked, self.asked.variable
        for codes, points in zip(variable.codes, asked.codes, strict=True):
            yield _is_among(field, codes), float(points)
        groups: Sequence[Any] = variable.groups
        for at, points in enumerate(asked.bins):
            if variable.cuts is None:
                yield _is_among(field, groups[at]), float(points)
            else:
                yield _is_between(field, variable.cuts, at), float(points)
        yield SimplePredicate(field=field.name, operator="isMissing"), float(asked.missing)
        if variable.cuts is None:
            yield TruePredicate(), float(asked.unknown)


def _is_among(field: BoundField, values: Sequence[Category]) -> Compiled:
    texts = list(dict.fromkeys(category_text(value, field.data_type) for value in values))
    if len(texts) == 1:
        return SimplePredicate(field=field.name, operator="equal", value=texts[0])
    kind = {"integer": "int", "float": "real", "double": "real"}.get(field.data_type, "string")
    form = {"int": int, "real": float, "string": str}[kind]
    items = [form(text) for text in texts]
    return SimpleSetPredicate(
        field=field.name, boolean_operator="isIn", array=Array.of(items, kind)
    )


def _is_between(field: BoundField, cuts: Sequence[float], at: int) -> Compiled:
    tests: list[Compiled] = []
    if at > 0:
        tests.append(_compared(field, "greaterOrEqual", cuts[at - 1]))
    if at < len(cuts):
        tests.append(_compared(field, "lessThan", cuts[at]))
    if not tests:
        return SimplePredicate(field=field.name, operator="isNotMissing")
    if len(tests) == 1:
        return tests[0]
    return CompoundPredicate(boolean_operator="and", predicates=tuple(tests))


def _compared(field: BoundField, operator: str, cut: float) -> SimplePredicate:
    return SimplePredicate(field=field.name, operator=operator, value=format_number(cut))


def _output(frame: Frame, target: str, predicted: BoundField, count: int) -> Output:
    (score, _), *shares = frame.outputs
    fields = [
        OutputField(name=score, optype="continuous", data_type="double", feature="predictedValue")
    ]
    fields += [
        OutputField(
            name=frame.builder.unique(f"reasonCode({rank})"),
            optype="categorical",
            data_type="string",
            feature="reasonCode",
            rank=rank,
        )
        for rank in range(1, count + 1)
    ]
    fields += [
        OutputField(
            name=name,
            optype=field.optype,
            data_type=field.data_type,
            feature="transformedValue",
            expression=FieldRef(field=field.name),
        )
        for name, field in [(target, predicted), *shares]
    ]
    return Output(output_fields=tuple(fields))


def _outcomes(
    estimator: Any, columns: dict[str, Feature], context: Context
) -> list[tuple[str, Feature]]:
    """Return what the estimator predicts of the binned columns, by the name in the result."""
    process, inner = estimator.binning_process_, estimator.estimator_
    metrics = estimator_metrics(estimator)
    asked = asked_of(chosen_variables(process), lambda frame: process.transform(frame, **metrics))
    seen = [binned(columns[it.variable.name], it) for it in asked]
    target = str(context.target.name)
    place = "estimator_ of Scorecard"
    classes = getattr(inner, "classes_", None)
    if classes is None:
        if _is_sum(inner):
            return [(target, _sum(inner, seen))]
        return [(target, context.predicted(inner, seen, place))]
    labels = [plain(label) for label in classes]
    if not _is_sum(inner):
        found = [(target, context.label(inner, seen, place))]
        if not hasattr(inner, "predict_proba"):
            return found
        shares = context.probabilities(inner, seen, place)
    else:
        total = _sum(inner, seen)
        found = [(target, _label(total, labels))]
        shares = [
            elementwise(combination("logit", [total], [sign]), "logistic", _np_logistic, _logistic)
            for sign in (-1.0, 1.0)
        ]
    kind = label_type(labels)
    names = [f"probability({category_text(label, kind)})" for label in labels]
    return [*found, *zip(names, shares, strict=True)]


def _is_sum(inner: Any) -> bool:
    kind = type(inner)
    return (
        kind.__module__.startswith("sklearn.linear_model.")
        and kind.__name__ in SUMS
        and getattr(inner, "multi_class", "auto") != "multinomial"
    )


def _sum(inner: Any, features: Sequence[Feature]) -> Feature:
    coefficients = np.ravel(np.asarray(inner.coef_, np.float64))
    return combination("sum", features, coefficients, float(np.ravel(inner.intercept_)[0]))


def _label(total: Feature, labels: Sequence[Category]) -> Feature:
    kind = label_type(labels)

    def expression(source: Compiled) -> Compiled:
        above = apply("greaterThan", source, constant(0.0))
        return apply("if", above, constant(labels[1], kind), constant(labels[0], kind))

    return Derived(
        "label", (total,), expression, data_type=kind, optype="categorical", missing=False
    )


def _np_logistic(z: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-z))


def _logistic(z: Compiled) -> Compiled:
    falling = apply("exp", apply("*", constant(-1.0), z))
    return apply("/", constant(1.0), apply("+", constant(1.0), falling))
