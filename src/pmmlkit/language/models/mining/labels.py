"""The type and the classes that the segments of one model have in common.

Specification: chapter Multiple Models. Classes are matched by label: the target's valid values come
first, then what segments add, in their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Categories, Column
from pmmlkit.columns.scalars import cast_value
from pmmlkit.columns.types import STRING, DataType, common_number
from pmmlkit.errors import EvaluationError, MarkupError, UnsupportedError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.evaluation import ModelEvaluation
from pmmlkit.language.models.mining.segments import Conform
from pmmlkit.language.models.target_field import TargetField

__all__ = ["Labels", "common_type", "conform_to"]

Codes = npt.NDArray[np.intp]


def common_type(types: Sequence[DataType], target: TargetField | None) -> DataType:
    """Return the type of all predictions: the target's for labels, the widest of numbers.

    Raises UnsupportedError where some predict lists and others do not.
    """
    if any(type.is_list for type in types):
        if len(set(types)) > 1:
            raise UnsupportedError(
                "some segments predict lists of values, others a single value",
                code=mistakes.SEGMENT_FUNCTION,
            )
        return types[0]
    if all(type.is_number for type in types):
        return types[0] if len(set(types)) == 1 else common_number(*types)
    if target is not None:
        return target.type
    return types[0] if len(set(types)) == 1 else STRING


def conform_to(
    evaluations: Sequence[ModelEvaluation], type: DataType, first: Sequence[Any] = ()
) -> tuple[tuple[Any, ...], list[Conform | None]]:
    """Return the classes of all models together, and what brings each model's predictions there.

    `first` are the classes that come first. Raises MarkupError where a label is no value of `type`.
    """
    converted = [_converted(evaluation, type) for evaluation in evaluations]
    if not any(converted):
        classes: tuple[Any, ...] = ()
    else:
        classes = tuple(
            dict.fromkeys([*first, *(label for labels in converted for label in labels)])
        )
    conforms = []
    for evaluation, labels in zip(evaluations, converted, strict=True):
        positions = None
        if labels and labels != classes:
            index = {label: at for at, label in enumerate(labels)}
            positions = np.array([index.get(label, -1) for label in classes], np.intp)
        is_same = evaluation.type is type and positions is None
        conforms.append(None if is_same else Conform(evaluation.type, type, positions))
    return classes, conforms


def _converted(evaluation: ModelEvaluation, type: DataType) -> tuple[Any, ...]:
    try:
        labels = [cast_value(label, evaluation.type, type) for label in evaluation.classes]
    except EvaluationError as error:
        model = evaluation.model
        raise wrong(
            model,
            f"a class of the segment's model is no {type.name}: {error.message}",
            code=mistakes.SEGMENT_FUNCTION,
        ) from error
    return tuple(labels)


class Labels:
    """The labels of one type as codes: those of `classes` in their order, then what turns up in
    rows.

    A copy of `index` grows in a run; the object itself never changes.
    """

    def __init__(self, type: DataType, classes: tuple[Any, ...]) -> None:
        self.type = type
        self.classes = classes
        self.index = {label: code for code, label in enumerate(classes)}
        self._categories = Categories(classes) if type.kind == "string" else None
        try:
            self._values = None if type.kind == "string" else np.array(classes, type.dtype)
        except (ValueError, OverflowError) as error:
            text = f"the labels of the segments are not all of the dataType {type.name}"
            raise MarkupError(text, code=mistakes.SEGMENT_FUNCTION) from error

    def codes(self, column: Column, index: dict[Any, int]) -> Codes:
        """Return the code of each usable row; labels that are new are added to `index`."""
        if column.categories is not None:
            if column.categories is self._categories:
                return column.values.astype(np.intp)
            table = [index.setdefault(text, len(index)) for text in column.categories.values]
            codes: Codes = np.array([*table, -1], np.intp)[column.values]
            return codes
        usable = column.is_usable
        found, place = np.unique(column.values[usable], return_inverse=True)
        table = [index.setdefault(label, len(index)) for label in found.tolist()]
        codes = np.full(len(column), -1, np.intp)
        codes[usable] = np.array(table, np.intp)[place.reshape(-1)]
        return codes

    def column(self, codes: Codes, index: dict[Any, int] | None = None) -> Column:
        """Return the labels of codes (all of them valid)."""
        grown = index is not None and len(index) > len(self.classes)
        if self._categories is not None:
            categories = Categories(tuple(index)) if grown and index else self._categories
            return Column(codes.astype(np.int32), self.type, categories=categories)
        values = np.array(tuple(index), self.type.dtype) if grown and index else self._values
        assert values is not None
        return Column(values[codes], self.type)
