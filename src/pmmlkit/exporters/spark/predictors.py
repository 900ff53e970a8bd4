"""What the stages that predict have in common: their target, and the columns that they add."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context, shares_of
from pmmlkit.exporters.features import Feature, InputField, Lookup, Predicted, data_type_of
from pmmlkit.exporters.fields import Target
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.registry import registry
from pmmlkit.exporters.spark.flow import Flow, Outcome, Scalar, Vector
from pmmlkit.exporters.spark.labels import typed
from pmmlkit.exporters.spark.saved import SavedStage

__all__ = ["Make", "classify", "cluster", "context_of", "predict"]

Make = Callable[[Context, list[Feature]], Draft]
"""Makes the model of a stage, in the context of its target, of the elements of its vectors."""


def context_of(target: Target) -> Context:
    """Return the context of a model of the target."""
    return Context(registry(), (target,))


def predict(
    stage: SavedStage,
    flow: Flow,
    make: Make,
    *,
    size: int | None = None,
    features: list[Feature] | None = None,
) -> Feature:
    """Put and return the number that a stage predicts of vectors, or of the `features` that are
    given; `size`: how long the vectors are.
    """
    if features is None:
        features = flow.vector(stage.params["featuresCol"], size)
    target = Target(_label_name(stage, flow), "double")
    draft = make(context_of(target), features)
    number = Predicted(stage.params["predictionCol"], draft, Target(None, "double"))
    _put(stage, flow, Outcome(draft, target, stage.params["predictionCol"], number, number), ())
    return number


def classify(
    stage: SavedStage,
    flow: Flow,
    count: int,
    make: Make,
    *,
    size: int | None = None,
    raw: Callable[[list[Feature]], Sequence[Feature]] | None = None,
) -> None:
    """Put the class that a stage predicts of vectors, and its probabilities where the draft has
    some; `count`: how many classes there are.

    `raw` makes the raw predictions, one for each class, where a later stage reads these.

    Where the labels come from a StringIndexer, the model predicts the labels themselves, and the
    number that Spark predicts is looked up.
    """
    features = flow.vector(stage.params["featuresCol"], size)
    target, texts = _classes(stage, flow, count)
    column = stage.params["predictionCol"]
    draft = make(context_of(target), features)
    unnamed = Target(None, target.data_type, target.classes)
    label = Predicted(
        f"label({column})" if texts else column, draft, unnamed, data_type=target.data_type
    )
    number: Feature = label
    if texts:
        table = tuple((category, float(at)) for at, category in enumerate(target.classes))
        number = Lookup(column, label, table, math.nan, math.nan, known=target.classes)
    _put(stage, flow, Outcome(draft, target, column, number, label), texts)
    if stage.params.get("probabilityCol"):
        shares = stage.params["probabilityCol"]
        flow.put(shares, lambda: Vector(tuple(shares_of(draft, unnamed, stage.name))))
    name = stage.params.get("rawPredictionCol")
    if raw is not None and name:
        flow.put(name, lambda: Vector(tuple(raw(features))))


def cluster(
    stage: SavedStage, flow: Flow, count: int, make: Make, *, size: int | None = None
) -> None:
    """Put the number of the cluster that a stage assigns vectors to."""
    features = flow.vector(stage.params["featuresCol"], size)
    column = stage.params["predictionCol"]
    target = Target(column, "integer", tuple(range(count)))
    draft = make(context_of(target), features)
    target = draft.target or target
    unnamed = Target(None, target.data_type, target.classes)
    number = Predicted(column, draft, unnamed, data_type=target.data_type)
    _put(stage, flow, Outcome(draft, target, column, number, number), ())


def _put(stage: SavedStage, flow: Flow, outcome: Outcome, labels: tuple[str, ...]) -> None:
    flow.outcomes.append(outcome)
    if outcome.prediction:
        label = outcome.label if labels else None
        flow.put(outcome.prediction, Scalar(outcome.feature, labels, label))


def _label_name(stage: SavedStage, flow: Flow) -> str:
    """Return the name of what is predicted: the label column, or what it was made of."""
    name = str(stage.params.get("labelCol") or "label")
    column = flow.columns.get(name)
    if isinstance(column, Scalar) and isinstance(column.label, InputField):
        return column.label.name
    return name


def _classes(stage: SavedStage, flow: Flow, count: int) -> tuple[Target, tuple[str, ...]]:
    """Return the target, and the labels that a StringIndexer gave the classes."""
    name = str(stage.params.get("labelCol") or "label")
    column = flow.columns.get(name)
    if isinstance(column, Scalar) and column.labels and column.label is not None:
        # with handleInvalid="keep" there is a class behind those of the labels
        if len(column.labels) != count:
            raise ExportError(
                f"{stage.name} has {count} classes, but {len(column.labels)} labels of column "
                f"{name!r}: fit the StringIndexer of the label without handleInvalid='keep'"
            )
        kind = data_type_of(column.label) or "string"
        classes = tuple(typed(label, column.label) for label in column.labels)
        return Target(_label_name(stage, flow), kind, classes), column.labels
    known = flow.fields.get(name)
    kind = "double"
    if column is None and known is not None and known.data_type in ("integer", "float"):
        kind = known.data_type
    numbers = tuple(float(at) if kind != "integer" else at for at in range(count))
    return Target(name, kind, numbers), ()
