"""CatBoost's estimators as sums of trees, and the links that make of them what is predicted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pmmlkit.errors import ExportError
from pmmlkit.exporters.catboost.categories import Column, possible_texts
from pmmlkit.exporters.catboost.ctrs import ctr_feature, indicator
from pmmlkit.exporters.catboost.loading import read_model
from pmmlkit.exporters.catboost.model import EXPONENTS, CatBoostModel
from pmmlkit.exporters.catboost.questions import Question
from pmmlkit.exporters.catboost.trees import forests_of
from pmmlkit.exporters.combination import combination
from pmmlkit.exporters.context import Context, several, several_targets
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature, Predicted, uniform
from pmmlkit.exporters.fields import BoundField, Target
from pmmlkit.exporters.finals import by_largest, by_logit, by_softmax, numbered
from pmmlkit.exporters.forest import Leaves
from pmmlkit.exporters.frame import Draft, Frame, Several
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.segments import segmented
from pmmlkit.exporters.tree_reader import TreeReader, tree_models
from pmmlkit.language import targets
from pmmlkit.language.models.mining import MiningModel
from pmmlkit.language.scope import Compiled

__all__ = ["catboost_model", "catboost_regressor", "draft_of"]

DECISION = "decisionFunction"

SEPARATE = ("MultiClassOneVsAll", "MultiLogloss", "MultiCrossEntropy")
"""Losses of which each probability is the logistic function of its own sum."""

WITHOUT_TARGET = ("Counter", "FeatureFreq")
"""Statistics of categories that count rows alone."""


@converts(
    "catboost.CatBoost",
    "catboost.CatBoostClassifier",
    "catboost.CatBoostRanker",
)
def catboost_model(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft | Several:
    """Convert a model: to the labels and probabilities of its classes, or to the sum of its trees.

    A plain ``CatBoost`` with classes is a classification as well, though its ``predict`` gives the
    sum if it is not asked for more; the result has the sum as ``decisionFunction``.
    """
    return draft_of(_read(estimator, features), features, context, exponent=False)


@converts("catboost.CatBoostRegressor")
def catboost_regressor(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft | Several:
    """Convert a regression; of Poisson and Tweedie losses, the exponential, as ``predict`` does."""
    model = _read(estimator, features)
    return draft_of(model, features, context, exponent=model.loss in EXPONENTS)


def _read(estimator: Any, features: Sequence[Feature]) -> CatBoostModel:
    if not estimator.is_fitted():
        raise ExportError(f"{type(estimator).__name__} is not fitted: call fit first")
    # a model that was loaded does not know n_features_in_
    uniform(features, len(estimator.feature_names_), estimator)
    categorical = [features[at] for at in estimator.get_cat_feature_indices()]
    return read_model(estimator, possible_texts(categorical))


def draft_of(
    model: CatBoostModel, features: Sequence[Feature], context: Context, *, exponent: bool
) -> Draft | Several:
    """Return the model of a document; `exponent`: a regression predicts the exponential."""
    uniform(features, len(model.columns), model)
    if not model.trees:
        raise ExportError("the model has no trees: train it with at least one iteration")
    if len(context.targets) > 1 and any(ctr.kind not in WITHOUT_TARGET for ctr in model.ctrs):
        raise ExportError(
            f"CatBoost with the loss {model.loss} has statistics of the categories for each "
            "target, which its JSON does not tell apart: train a model for each target, or set "
            "one_hot_max_size to the number of categories"
        )
    sums = list(_sums(model, features))
    if model.classes:
        return _classification(model, sums, context)
    if model.loss == "RMSEWithUncertainty":
        raise ExportError(
            "the loss RMSEWithUncertainty predicts a mean and a variance of one target, for which "
            "PMML has no standard model: train with RMSE for the mean"
        )
    if len(sums) != len(context.targets):
        raise several_targets(f"CatBoost with the loss {model.loss}", len(sums))
    link = "exp" if exponent else "none"
    if link == "none" and len(sums) == 1 and context.target.name is not None:
        return sums[0].draft(context.target.name)
    return several(
        context,
        lambda number, inner: numbered(
            inner, sums[number].raw(f"sum({inner.target.name})"), normalization=link
        ),
    )


def _classification(model: CatBoostModel, sums: Sequence[_Sum], context: Context) -> Draft:
    if model.threshold != 0.5:
        raise ExportError(
            f"the model has a probability threshold of {model.threshold:g}: PMML predicts the most "
            "probable class; set_probability_threshold(0.5) before the export, and compare the "
            "probability yourself"
        )
    if model.loss in ("MultiLogloss", "MultiCrossEntropy"):
        raise several_targets(f"CatBoost with the loss {model.loss}", len(sums))
    labels = context.target.labels
    if len(sums) == 1:
        raw = sums[0].raw()
        return replace(by_logit(context, raw), outputs=((DECISION, raw),))
    names = [f"{DECISION}({label})" for label in labels]
    scores = [part.raw(name) for part, name in zip(sums, names, strict=True)]
    if model.loss not in SEPARATE:
        outputs = tuple(zip(names, scores, strict=True))
        return replace(by_softmax(context, scores), outputs=outputs)
    shares = tuple(
        (f"probability({label})", Derived(f"logistic({label})", (score,), _logistic, guarded=True))
        for label, score in zip(labels, scores, strict=True)
    )
    return replace(by_largest(context, scores, output=None), outputs=shares)


def _logistic(raw: Compiled) -> Compiled:
    power = apply("exp", apply("-", constant(0.0), raw))
    return apply("/", constant(1.0), apply("+", constant(1.0), power))


def _sums(model: CatBoostModel, features: Sequence[Feature]) -> Iterator[_Sum]:
    """Yield a sum of trees for each dimension of what is predicted."""
    forests, questions = forests_of(model)
    columns = [Column.of(features[at], model.hashes) for at in model.categorical]
    asked = _asked(model, questions, columns, features)
    guards = _guards(model, questions, columns)
    for (forest, values), bias in zip(forests, model.bias, strict=True):
        reader = TreeReader(forest, asked, "float")
        yield _Sum(reader, guards, Leaves(values=values), model.scale, bias)


def _guards(
    model: CatBoostModel, questions: Sequence[Question], columns: Sequence[Column]
) -> tuple[Feature, ...]:
    """Return what refuses rows without a category that statistics of combinations go by: CatBoost
    predicts of no row that lacks one.
    """
    elements = [
        it
        for question in questions
        if question.kind == "ctr"
        for it in model.ctrs[question.index].elements
    ]
    used = dict.fromkeys(it.question.index for it in elements if it.question.kind == "category")
    return tuple(columns[index].guard for index in used)


def _asked(
    model: CatBoostModel,
    questions: Sequence[Question],
    columns: Sequence[Column],
    features: Sequence[Feature],
) -> list[Feature]:
    """Return the feature behind each question."""
    found: list[Feature] = []
    for question in questions:
        if question.kind == "float":
            found.append(features[model.floats[question.index].column])
        elif question.kind == "one_hot":
            found.append(indicator(columns[question.index], question.hash))
        else:
            found.append(ctr_feature(model, question.index, columns, features))
    return found


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum of trees, which is multiplied with `scale` and added to `bias`."""

    reader: TreeReader
    guards: tuple[Feature, ...]
    leaves: Leaves
    scale: float
    bias: float

    def draft(self, target: str | None = None) -> Draft:
        """Return the model of the sum, rescaled where there is a `target`, plain without one."""

        def build(frame: Frame, fields: tuple[BoundField, ...]) -> MiningModel:
            own = fields[: len(self.reader.reads)]
            tables = self.reader.tables(own, self.leaves, frame, accepts_missing=True)
            models = tree_models(frame.inner(), self.reader, own, tables)
            parts = frame.parts(fields)
            if target is not None and self.is_rescaled:
                rule = targets.Target(
                    field=target, rescale_factor=self.scale, rescale_constant=self.bias
                )
                parts["targets"] = targets.Targets(targets=(rule,))
            return segmented("sum", models, parts)

        return Draft((*self.reader.reads, *self.guards), build)

    def raw(self, name: str = DECISION) -> Feature:
        """Return the sum, rescaled, as a feature."""
        # PMML4S refuses Targets in models that have no target field
        found = Predicted(name, self.draft(), Target(None, "double"))
        return combination(name, [found], [self.scale], self.bias) if self.is_rescaled else found

    @property
    def is_rescaled(self) -> bool:
        """Tell whether there is a scale or a bias."""
        return (self.scale, self.bias) != (1.0, 0.0)
