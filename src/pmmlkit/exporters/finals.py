"""How numbers become what is predicted: a number, a label, or labels with their probabilities."""

from __future__ import annotations

from collections.abc import Sequence

from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply
from pmmlkit.exporters.features import Derived, Feature
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.language.models.regression import NumericPredictor, RegressionModel, RegressionTable
from pmmlkit.language.models.tree import NodeTableBuilder, TreeModel
from pmmlkit.language.predicates import SimplePredicate, TruePredicate
from pmmlkit.language.scope import Compiled
from pmmlkit.xml.lexical import format_number

__all__ = [
    "DECISION",
    "behind",
    "by_largest",
    "by_logit",
    "by_shares",
    "by_sigmoid",
    "by_sign",
    "by_softmax",
    "numbered",
    "softmax_of_logarithms",
]

DECISION = "decisionFunction"


def numbered(
    context: Context, feature: Feature, *, normalization: str = "none", factor: float = 1.0
) -> Draft:
    """Return a regression that predicts the feature times the factor, through a link function
    (``"exp"``, ``"logit"`` ...).
    """

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> RegressionModel:
        return RegressionModel(
            **frame.parts(fields),
            normalization_method=normalization,
            regression_tables=(_table(fields[0], factor),),
        )

    return Draft((feature,), build)


def _table(field: BoundField, factor: float = 1.0, label: str | None = None) -> RegressionTable:
    return RegressionTable(
        intercept=0.0,
        target_category=label,
        numeric_predictors=(NumericPredictor(name=field.name, coefficient=factor),),
    )


def by_sign(
    context: Context,
    decision: Feature,
    *,
    threshold: float = 0.0,
    or_equal: bool = False,
    output: str | None = DECISION,
    reverse: bool = False,
) -> Draft:
    """Return a classification of two classes: the second where the decision is above the threshold
    (`or_equal`: or meets it), the first elsewhere; with `reverse` the other way round. The result
    holds the decision as `output`.
    """
    labels = context.target.labels[::-1] if reverse else context.target.labels
    operator = "greaterOrEqual" if or_equal else "greaterThan"
    opposite = "lessThan" if or_equal else "lessOrEqual"

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> TreeModel:
        (field,) = fields
        leaves = [
            (labels[1], _test(field, operator, threshold)),
            (labels[0], _test(field, opposite, threshold)),
        ]
        return _decision_tree(frame, fields, leaves)

    outputs = _outputs(output, [decision], ())
    return Draft((decision,), build, outputs, context.target, has_shares=False)


def by_largest(
    context: Context, scores: Sequence[Feature], *, output: str | None = DECISION
) -> Draft:
    """Return a classification into the class whose score is the largest, the first of equal ones.

    The result holds the scores as ``output(label)``.
    """
    labels = context.target.labels
    gaps = tuple(behind(scores, at) for at in range(len(scores)))

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> TreeModel:
        leaves = [
            (label, _test(field, "greaterOrEqual", 0.0))
            for label, field in zip(labels, fields, strict=True)
        ]
        return _decision_tree(frame, fields, leaves)

    outputs = _outputs(output, scores, labels)
    return Draft(gaps, build, outputs, context.target, has_shares=False)


def behind(scores: Sequence[Feature], at: int) -> Feature:
    """Return how far a score (by its position) is behind the largest: 0 or less."""

    def expression(*operands: Compiled) -> Compiled:
        return apply("-", operands[at], apply("max", *operands))

    return Derived(f"behind({at + 1})", tuple(scores), expression, guarded=True)


def _test(field: BoundField, operator: str, value: float) -> SimplePredicate:
    return SimplePredicate(field=field.name, operator=operator, value=format_number(value))


def _decision_tree(
    frame: Frame, fields: Sequence[BoundField], leaves: Sequence[tuple[str, SimplePredicate]]
) -> TreeModel:
    """Return the tree whose leaves are asked in turn; where a field is missing, so is the label."""
    nodes = NodeTableBuilder()
    root = nodes.add(None, TruePredicate())
    for label, predicate in leaves:
        nodes.add(root, predicate, score=label)
    return TreeModel(**frame.parts(fields, probabilities=False), nodes=nodes.build())


def _outputs(
    name: str | None, features: Sequence[Feature], labels: Sequence[str]
) -> tuple[tuple[str, Feature], ...]:
    if name is None:
        return ()
    if not labels:
        return ((name, features[0]),)
    return tuple(
        (f"{name}({label})", feature) for label, feature in zip(labels, features, strict=True)
    )


def by_logit(context: Context, score: Feature, *, factor: float = 1.0) -> Draft:
    """Return a classification of two classes: the second has the logistic function of the score
    times the factor as its probability.
    """
    labels = context.target.labels

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> RegressionModel:
        return RegressionModel(
            **frame.parts(fields),
            normalization_method="logit",
            regression_tables=(
                _table(fields[0], factor, labels[1]),
                RegressionTable(intercept=0.0, target_category=labels[0]),
            ),
        )

    return Draft((score,), build, (), context.target)


def by_sigmoid(context: Context, score: Feature, *, factor: float = 1.0) -> Draft:
    """Return what `by_logit` does, but where both classes are equal the first one wins: the first
    has the logistic function of minus the score times the factor.
    """
    first, second = context.target.labels

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> RegressionModel:
        return RegressionModel(
            **frame.parts(fields),
            normalization_method="logit",
            regression_tables=(
                _table(fields[0], -factor, first),
                RegressionTable(intercept=0.0, target_category=second),
            ),
        )

    return Draft((score,), build, (), context.target)


def by_softmax(context: Context, scores: Sequence[Feature]) -> Draft:
    """Return a classification whose probabilities are the softmax of the scores, one for each
    class.
    """
    return _by_tables(context, scores, "softmax")


def softmax_of_logarithms(context: Context, scores: Sequence[Feature]) -> Draft:
    """Return the same of scores that may be hundreds apart from 0, as log likelihoods are: PMML4S
    does not take the largest off before it exponentiates.
    """
    return by_softmax(context, [behind(scores, at) for at in range(len(scores))])


def by_shares(context: Context, shares: Sequence[Feature]) -> Draft:
    """Return a classification whose probabilities are the shares, one for each class, divided by
    their sum.
    """
    return _by_tables(context, shares, "simplemax")


def _by_tables(context: Context, scores: Sequence[Feature], normalization: str) -> Draft:
    labels = context.target.labels

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> RegressionModel:
        return RegressionModel(
            **frame.parts(fields),
            normalization_method=normalization,
            regression_tables=tuple(
                _table(field, 1.0, label) for field, label in zip(fields, labels, strict=True)
            ),
        )

    return Draft(tuple(scores), build, (), context.target)
