"""A model of a document compiled: input fields, ordered steps, result fields; scores columns or one
row.

A program is immutable and safe to share between threads. It pickles as its document and is compiled
again where it arrives, since row functions are closures.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.text import parse_text, to_python
from pmmlkit.computation import Computation, Plan
from pmmlkit.errors import MarkupError, UnsupportedError
from pmmlkit.language import mistakes
from pmmlkit.language.derived_field import declare_transformations
from pmmlkit.language.document import Document
from pmmlkit.language.groups import MODEL
from pmmlkit.language.models.evaluation import compile_model
from pmmlkit.language.models.model import Model
from pmmlkit.language.models.prediction import Prediction, RowPrediction
from pmmlkit.language.output_features import FeatureStep
from pmmlkit.language.preparation import declare_data_fields
from pmmlkit.language.scope import Compilation, Scope
from pmmlkit.language.step import Batch, Values
from pmmlkit.limits import Limits
from pmmlkit.program_fields import (
    compile_inputs,
    compile_notices,
    feature_reader,
    grouping,
    has_residuals,
    label_order,
    predicted_outputs,
    result_field,
    results_of,
)

__all__ = ["Program"]

_PROBABILITY: Final = re.compile(r"probability\((.*)\)", re.DOTALL)


class Program(Computation):
    """A compiled model: `run` scores columns, `row` one row.

    `predicted`: the OutputFields that say what a model predicts that names no target; empty: its
    own value.
    """

    def __init__(
        self,
        document: Document,
        model: str | None = None,
        *,
        nan_is_missing: bool = True,
        limits: Limits | None = None,
        tuned: bool = True,
    ) -> None:
        self._arguments = (document, model, nan_is_missing, limits)
        self._wanted = model
        super().__init__(document, nan_is_missing=nan_is_missing, limits=limits, tuned=tuned)

    def _compile(self, compilation: Compilation, nan_is_missing: bool) -> Plan:
        root = self.document.root
        self.element = _chosen(self.document, self._wanted)
        self.model_name = self.element.model_name
        self.kind = self.element.tag
        declare_data_fields(compilation, root.data_dictionary)
        if root.transformation_dictionary is not None:
            declare_transformations(root.transformation_dictionary, compilation)
        scope = Scope(compilation)
        inputs = compile_inputs(
            self.element.mining_schema,
            scope,
            nan_is_missing,
            needs_target=has_residuals(self.element),
        )
        if compilation.errors:
            # Whatever uses these fields would only complain of the same.
            raise compilation.errors.pop()
        self._evaluation = compile_model(self.element, scope)
        self.classes = label_order(self._evaluation)
        results = tuple(results_of(self._evaluation, inputs))
        self.predicted = tuple(
            result_field(item) for item in predicted_outputs(self._evaluation, results)
        )
        return Plan(inputs, results, compile_notices(compilation), grouping(inputs))

    def _computed(self, batch: Batch) -> Prediction:
        return self._evaluation.columns(batch)

    def _row_function(
        self, direct: dict[int, Callable[[RowPrediction], Any]]
    ) -> Callable[[Values], RowPrediction]:
        return self._evaluation.row_function(direct)

    def in_order(self, probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the columns of `Result.probabilities` in the order of `classes`."""
        own = self._evaluation.classes
        if self.classes == own:
            return probabilities
        # A valid value of the target that the model never predicts has the probability 0.
        result = np.where(np.isnan(probabilities[:, :1]), np.nan, 0.0).repeat(len(self.classes), 1)
        for at, label in enumerate(self.classes):
            if label in own:
                result[:, at] = probabilities[:, own.index(label)]
        return result

    @cached_property
    def named_probabilities(self) -> tuple[str, ...]:
        """The OutputFields ``probability(label)`` of all `classes`, in their order, if expressions
        make them; empty without them. So exporters name the probabilities behind a last step that
        gives labels alone, as a threshold does.
        """
        found = {}
        for output in self.outputs:
            match = _PROBABILITY.fullmatch(output.name)
            if match is not None and output.feature == "transformedValue":
                with suppress(ValueError):
                    found[parse_text(match[1], self._evaluation.type)] = output.name
        names = tuple(found[label] for label in self.classes if label in found)
        return names if len(names) == len(self.classes) else ()

    def label(self, value: Any) -> Any:
        """Return a class as the user sees it."""
        return to_python(value, self._evaluation.type)

    @cached_property
    def plain_row(self) -> Callable[[dict[str, Any]], dict[str, Any] | None]:
        """The function that scores a row which holds the inputs, all of them plain Python floats,
        and nothing else; it returns None of any other dict.
        """
        preparation, predict, readers = self._row_parts
        prepare = preparation.plain
        features = self._features()
        if features is None:

            def run(record: dict[str, Any]) -> dict[str, Any] | None:
                values = prepare(record)
                if values is None:
                    return None
                prediction = predict(values)
                return {name: read(prediction, values) for name, read in readers}

            return run

        def run_features(record: dict[str, Any]) -> dict[str, Any] | None:
            values = prepare(record)
            if values is None:
                return None
            prediction = predict(values)
            result = {}
            for name, read in features:  # before Python 3.12 a comprehension is a call
                result[name] = read(prediction)
            return result

        return run_features

    def _features(self) -> tuple[tuple[str, Callable[[RowPrediction], Any]], ...] | None:
        """Return the results as functions of the prediction; None where one is something else."""
        direct = self._direct_features()
        readers = [(item.name, feature_reader(item, direct)) for item in self._plan.results]
        found = [(name, read) for name, read in readers if read is not None]
        return tuple(found) if len(found) == len(readers) else None

    def _direct_features(self) -> dict[int, Callable[[RowPrediction], Any]]:
        """Return the outputs that only the result needs and that the prediction holds, by slot."""
        found = {
            field.slot: step.of_prediction()
            for field, step in self._evaluation.after.steps
            if isinstance(step, FeatureStep) and field.slot not in self._used
        }
        return {slot: function for slot, function in found.items() if function is not None}

    def __reduce__(self) -> tuple[Any, ...]:
        return (_compiled, self._arguments)


def _compiled(
    document: Document, model: str | None, nan_is_missing: bool, limits: Limits | None
) -> Program:
    return Program(document, model, nan_is_missing=nan_is_missing, limits=limits)


def _chosen(document: Document, name: str | None) -> Model:
    """Return the model that the user names, else the first that is scorable."""
    models = document.root.models
    if name is not None:
        found = [item for item in models if item.model_name == name]
        if not found:
            names = [
                repr(item.model_name) if item.model_name else "one without a name"
                for item in models
            ]
            raise MarkupError(
                f"the document has no model named {name!r}; it has {', '.join(names) or 'none'}"
            )
        return found[0]
    if models:
        return next((item for item in models if item.is_scorable), models[0])
    remainder = document.root.remainder
    kept = [] if remainder is None else [markup for _, markup in remainder.children]
    tags = [tag for markup in kept for tag, _ in markup.elements() if tag in MODEL]
    if tags:
        raise UnsupportedError(
            f"{tags[0]} cannot be evaluated by this version of pmmlkit",
            element=tags[0],
            code=mistakes.NOT_EVALUATED,
        )
    others = [next(iter(markup.elements()))[0] for markup in kept]
    if others:
        raise UnsupportedError(
            f"the document holds no model of PMML; it has {', '.join(others)}",
            element=others[0],
            code=mistakes.NO_MODEL,
        )
    raise UnsupportedError(
        "the document holds no model and no derived fields", code=mistakes.NO_MODEL
    )
