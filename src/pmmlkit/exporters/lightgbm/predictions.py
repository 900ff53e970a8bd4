"""What a LightGBM model predicts: sums of trees, and the link of its objective behind them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply
from pmmlkit.exporters.features import ConstantFeature, Feature, Predicted, elementwise
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.finals import by_logit, by_softmax, numbered
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.lightgbm.columns import coded_columns
from pmmlkit.exporters.lightgbm.linear import (
    LinearColumns,
    has_regressions,
    leaf_numbers,
    linear_model,
)
from pmmlkit.exporters.lightgbm.model import LightgbmModel
from pmmlkit.exporters.lightgbm.objectives import Link, link_of
from pmmlkit.exporters.lightgbm.trees import forest_of, leaf_values, with_zero_missing
from pmmlkit.exporters.segments import segmented
from pmmlkit.exporters.tree_reader import TreeReader, tree_models
from pmmlkit.language.derived_field import DerivedField
from pmmlkit.language.expressions import FieldRef, NormDiscrete
from pmmlkit.language.models.mining import MiningModel
from pmmlkit.language.models.model import Model
from pmmlkit.language.models.neural_network import (
    Con,
    NeuralInput,
    NeuralInputs,
    NeuralLayer,
    NeuralNetwork,
    NeuralOutput,
    NeuralOutputs,
    Neuron,
)

__all__ = ["predictions"]

Doubles = npt.NDArray[np.float64]
Neurons = Sequence[tuple[float, int, float]]

DECISION = "decisionFunction"


def predictions(
    model: LightgbmModel,
    features: Sequence[Feature],
    context: Context,
    *,
    accepts_missing: bool = True,
) -> Draft:
    """Return what the model predicts from these columns.

    A model whose objective the user wrote predicts the raw sums, as LightGBM does; of a
    classification it is refused, as nothing says what its labels are. `accepts_missing`: there is a
    result for rows that lack a value.
    """
    link = link_of(model)
    columns = _Columns(coded_columns(model, features), accepts_missing)
    sums = [_sum(model, group, columns, link) for group in range(model.width)]
    classes = context.target.classes
    return _labelled(context, link, sums) if classes else _number(context, link, sums)


class _Columns:
    """The columns of the trees, and the same ones with 0 as missing."""

    def __init__(self, features: list[Feature], accepts_missing: bool) -> None:
        self.features = features
        self.accepts_missing = accepts_missing
        self._with_zero_missing: dict[int, Feature] = {}

    def of_forest(self, used: Sequence[int]) -> list[Feature]:
        """Return what `forest_of` numbers: the columns, and behind them their twins."""
        count = len(self.features)
        twins = list(self.features)
        for at in (it - count for it in used if it >= count):
            if at not in self._with_zero_missing:
                self._with_zero_missing[at] = with_zero_missing(self.features[at])
            twins[at] = self._with_zero_missing[at]
        return [*self.features, *twins]


def _sum(model: LightgbmModel, group: int, columns: _Columns, link: Link) -> Draft | float:
    """Return the sum or the average of the trees of one class, or of all; a number where they read
    nothing.
    """
    trees = model.trees[group :: model.width]
    forest, by_set = forest_of(trees, columns.features)
    inputs = columns.of_forest(forest.features.tolist())
    reader = TreeReader(forest, inputs, "double", by_set)
    linear = LinearColumns(trees, columns.features)
    # a twin lacks its zeros
    accepts_missing = columns.accepts_missing or max(reader.used, default=0) >= len(
        columns.features
    )
    numbers = [leaf_numbers(tree) for tree in trees]
    if not reader.reads and not linear.reads:
        total = sum(float(number) for (number,) in numbers)
        return total / len(trees) if model.average else total
    leaves = leaf_values(trees, numbers)
    method = "average" if model.average else "sum"
    objective = model.objective if link.known else "objective of the user: raw sums"
    algorithm = f"LightGBM ({', '.join(it for it in (model.boosting, objective) if it)})"

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> MiningModel:
        own, others = fields[: len(reader.reads)], fields[len(reader.reads) :]
        tables = reader.tables(own, leaves, frame, accepts_missing=accepts_missing)
        plain = tree_models(frame.inner(), reader, own, tables)
        if not linear.reads:
            models: list[Model] = [*plain]
        else:
            inner = frame.inner(frame.target)
            by_tree = [it or fields[:1] for it in reader.fields_by_tree(own)]
            models = [
                linear_model(inner, tree, (finder, read), linear, others)
                if has_regressions(tree)
                else finder
                for tree, finder, read in zip(trees, plain, by_tree, strict=True)
            ]
        model = segmented(method, models, frame.parts(fields)).replace(algorithm_name=algorithm)
        return model if accepts_missing else reader.refusing_missing(model, own)

    return Draft((*reader.reads, *linear.reads.values()), build)


def _number(context: Context, link: Link, sums: Sequence[Draft | float]) -> Draft:
    if len(sums) > 1:
        raise ExportError(
            f"the model predicts {len(sums)} numbers for each row; PMML states labels with "
            "probabilities, or one number: use an objective of classification"
        )
    (total,) = sums
    if link.function == "identity" and isinstance(total, Draft):
        return total
    raw = _feature(total)
    if link.function in ("exp", "logit"):
        return numbered(context, raw, normalization=link.function, factor=link.factor)
    return numbered(context, _share(link, raw))


def _feature(total: Draft | float, label: str | None = None) -> Feature:
    name = DECISION if label is None else f"{DECISION}({label})"
    return Predicted(name, total) if isinstance(total, Draft) else ConstantFeature(total)


def _share(link: Link, raw: Feature) -> Feature:
    """Return the function of a raw sum that no link of PMML states."""
    if link.function == "square":
        return elementwise(
            raw, "square", lambda x: x * np.abs(x), lambda x: apply("*", x, apply("abs", x))
        )
    if link.function == "softplus":
        return elementwise(
            raw,
            "softplus",
            lambda x: np.asarray(np.log1p(np.exp(x)), np.float64),
            lambda x: apply("ln1p", apply("exp", x)),
        )
    return raw


def _labelled(context: Context, link: Link, sums: Sequence[Draft | float]) -> Draft:
    labels = context.target.labels
    if not link.known:
        raise ExportError(
            "the model was trained with an objective of your own, of which LightGBM predicts raw "
            "sums, neither labels nor probabilities: export its booster_, which predicts that sum"
        )
    if len(labels) != max(len(sums), 2):
        raise ExportError(
            f"the model has {len(labels)} classes, but {len(sums)} sums of trees: PMML has no "
            "labels and probabilities of these"
        )
    if len(sums) == 1:
        raw = _feature(sums[0])
        if link.function == "logit":
            return by_logit(context, raw, factor=link.factor)
        exp = link.function == "exp"
        share = elementwise(raw, "exp", np.exp, lambda x: apply("exp", x)) if exp else raw
        # the shares as they are, within 0 and 1 or not
        neurons = [(1.0, 0, -1.0), (0.0, 0, 1.0)]
        return _as_neurons(context, [share if exp else _share(link, raw)], neurons, "identity")
    raws = [_feature(total, label) for label, total in zip(labels, sums, strict=True)]
    if link.function == "softmax":
        return by_softmax(context, raws)
    # shares that need not add up to 1: no other model of PMML leaves them alone
    neurons = [(0.0, at, link.factor) for at in range(len(raws))]
    return _as_neurons(context, raws, neurons, "logistic")


def _as_neurons(
    context: Context, inputs: Sequence[Feature], neurons: Neurons, activation: str
) -> Draft:
    """Return a classification whose probabilities are those of neurons, each (bias, input, weight),
    not divided by their sum.
    """
    labels = context.target.labels

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> NeuralNetwork:
        target = frame.target.name if frame.target is not None else None
        return NeuralNetwork(
            **frame.parts(fields),
            activation_function=activation,
            neural_inputs=NeuralInputs(
                neural_inputs=tuple(map(_input, range(len(fields)), fields))
            ),
            neural_layers=(
                NeuralLayer(
                    neurons=tuple(
                        Neuron(
                            id=f"1,{number}",
                            bias=bias or None,
                            cons=(Con(source=f"0,{at}", weight=weight),),
                        )
                        for number, (bias, at, weight) in enumerate(neurons)
                    )
                ),
            ),
            neural_outputs=NeuralOutputs(
                neural_outputs=tuple(
                    _output(number, target or "", label) for number, label in enumerate(labels)
                )
            ),
        )

    return Draft(tuple(inputs), build)


def _input(number: int, field: BoundField) -> NeuralInput:
    derived = DerivedField(
        optype="continuous", data_type="double", expression=FieldRef(field=field.name)
    )
    return NeuralInput(id=f"0,{number}", derived_field=derived)


def _output(number: int, target: str, label: str) -> NeuralOutput:
    derived = DerivedField(
        optype="categorical",
        data_type="string",
        expression=NormDiscrete(field=target, value=label),
    )
    return NeuralOutput(output_neuron=f"1,{number}", derived_field=derived)
