"""Boosters as models: a sum for each output, and the link behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context, several, several_targets
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature, Predicted, Replaced, cast, may_be_missing
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.finals import by_sigmoid, by_sign, by_softmax, numbered
from pmmlkit.exporters.forest import Leaves
from pmmlkit.exporters.frame import Draft, Frame, Several
from pmmlkit.exporters.segments import segmented
from pmmlkit.exporters.sklearn.linear_model import LinearForm
from pmmlkit.exporters.tree_reader import TreeReader
from pmmlkit.exporters.xgboost.model import BoosterModel
from pmmlkit.exporters.xgboost.objectives import Objective, objective_of
from pmmlkit.exporters.xgboost.trees import Trees
from pmmlkit.language.models.mining import MiningModel
from pmmlkit.language.models.regression import NumericPredictor, RegressionModel, RegressionTable
from pmmlkit.language.models.tree import TreeModel
from pmmlkit.language.scope import Compiled

__all__ = ["booster_draft"]

Floats = npt.NDArray[np.float32]

MARGIN = "margin"
HALF = 0.5
"""Above it XGBoost says class 1, whatever the number is."""


def booster_draft(
    model: BoosterModel,
    columns: Sequence[Feature],
    context: Context,
    iterations: int | None,
    *,
    in_place: bool,
    accepts_missing: bool = True,
) -> Draft | Several:
    """Return what the booster predicts: labels where the target has classes, else numbers.

    `columns` as XGBoost sees them; `iterations`: so many of them count, None for all; `in_place`:
    as its prediction in place rounds, which the estimators use, not that of a DMatrix;
    `accepts_missing`: there is a result for rows that lack a value.
    """
    objective = objective_of(model.objective)
    margins = objective.margins(model.base_score)
    if model.weights is not None:
        drafts = _linear_sums(columns, model.weights, margins)
    else:
        drafts = _tree_sums(
            model, columns, margins, iterations, in_place=in_place, accepts_missing=accepts_missing
        )
    if not any(target.classes for target in context.targets):
        if objective.link == "softmax":
            raise several_targets(f"a regression with objective {model.objective}", len(drafts))
        _same_count(len(context.targets), len(drafts))
        return several(context, lambda at, inner: _number(inner, drafts[at], objective))
    if len(drafts) == 1:
        return _two_classes(context, drafts[0], objective)
    if objective.link != "softmax":
        raise ExportError(
            f"the classifier predicts {len(drafts)} labels at once, but its classes_ are those of "
            "one: fit and export one classifier for each label"
        )
    labels = context.target.labels
    _same_count(len(labels), len(drafts))
    names = [f"{MARGIN}({label})" for label in labels]
    return by_softmax(
        context, [Predicted(name, draft) for name, draft in zip(names, drafts, strict=True)]
    )


def _same_count(targets: int, outputs: int) -> None:
    if targets != outputs:
        raise ExportError(
            f"the booster has {outputs} outputs, but {targets} are expected: for several targets, "
            "pass y= with a column for each"
        )


def _number(context: Context, total: Draft, objective: Objective) -> Draft:
    """Return a regression of what the link makes of a sum."""
    if objective.link == "identity":
        return total
    margin = Predicted(MARGIN, total)
    if objective.link == "step":
        return numbered(context, _step(margin))
    return numbered(context, margin, normalization=objective.link)


def _two_classes(context: Context, total: Draft, objective: Objective) -> Draft:
    """Return a classification; the first class wins where both are equal, as in XGBoost."""
    margin = Predicted(MARGIN, total)
    if objective.link == "logit":
        return by_sigmoid(context, margin)
    if objective.link == "step":
        return _by_step(context, _step(margin))
    # a bare margin is no probability
    return by_sign(context, margin, threshold=HALF, output=MARGIN)


def _step(margin: Feature) -> Feature:
    def expression(operand: Compiled) -> Compiled:
        above = apply("greaterThan", operand, constant(0.0))
        return apply("if", above, constant(1.0), constant(0.0))

    return Derived("hinge", (margin,), expression)


def _by_step(context: Context, step: Feature) -> Draft:
    """Return a classification of two classes, where 1 stands for the second; the last table has
    what is left of 1, so the first class stands last.
    """
    first, second = context.target.labels

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> RegressionModel:
        own = NumericPredictor(name=fields[0].name, coefficient=1.0)
        return RegressionModel(
            **frame.parts(fields),
            normalization_method="none",
            regression_tables=(
                RegressionTable(intercept=0.0, target_category=second, numeric_predictors=(own,)),
                RegressionTable(intercept=0.0, target_category=first),
            ),
        )

    return Draft((step,), build)


def _tree_sums(
    model: BoosterModel,
    columns: Sequence[Feature],
    margins: Floats,
    iterations: int | None,
    *,
    in_place: bool,
    accepts_missing: bool,
) -> list[Draft]:
    """Return the sum of trees of each output."""
    assert model.trees is not None
    last = model.iterations[-1]
    if iterations is not None and iterations < len(model.iterations):
        last = model.iterations[iterations]
    categorical = model.trees.categorical
    drafts = []
    for output, margin in enumerate(margins):
        own = [at for at, group in enumerate(model.group[:last]) if group in (output, -1)]
        if not own:
            raise ExportError(f"the booster has no tree for its output {output + 1}")
        trees = model.trees if len(own) == len(model.trees) else model.trees.chosen(own)
        trees = trees.of_output(output)
        if model.tree_weights is not None:
            trees = trees.times(model.tree_weights[own], margin if in_place else None)
        drafts.append(_tree_sum(trees.from_base(margin), columns, categorical, accepts_missing))
    return drafts


def _tree_sum(
    trees: Trees, columns: Sequence[Feature], categorical: frozenset[int], accepts_missing: bool
) -> Draft:
    """Return the sum of the leaves, added up in single precision one after the other."""
    reader = TreeReader(trees.forest(), columns, "float", categorical)
    leaves = Leaves(values=trees.values[:, 0])
    # PMML wants a field in every MiningSchema
    reads = reader.reads or tuple(columns[:1])

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> MiningModel:
        read = fields[: len(reader.reads)]
        tables = reader.tables(read, leaves, frame, accepts_missing=accepts_missing)
        inner = frame.inner()
        models = [
            TreeModel(**inner.parts(own or fields[:1]), **table.attributes, nodes=table.nodes)
            for own, table in zip(reader.fields_by_tree(read), tables, strict=True)
        ]
        parts: dict[str, Any] = frame.parts(fields)
        model = segmented("sum", models, {**parts, "math_context": "float"})
        return model if accepts_missing else reader.refusing_missing(model, read)

    return Draft(reads, build)


def _linear_sums(columns: Sequence[Feature], weights: Floats, margins: Floats) -> list[Draft]:
    """Return the linear sum of each output; XGBoost begins each with the first base score."""
    return [_linear(columns, own, margins[0]) for own in weights.T]


def _linear(columns: Sequence[Feature], weights: Floats, margin: np.float32) -> Draft:
    """Return the sum of the weights times the columns; a missing value adds nothing."""
    used = np.flatnonzero(weights[:-1]).tolist()
    form = LinearForm.of([_or_zero(cast(columns[at], "float")) for at in used])
    coefficients = weights[used].astype(np.float64)
    intercept = float(weights[-1] + margin)

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> RegressionModel:
        table = form.table(fields, coefficients, intercept)
        return RegressionModel(**frame.parts(fields), regression_tables=(table,))

    return Draft(form.all_reads, build)


def _or_zero(feature: Feature) -> Feature:
    return Replaced(feature, 0.0) if may_be_missing(feature) else feature
