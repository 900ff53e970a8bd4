"""Targets: what becomes of a prediction before the user sees it. Specification: chapter Targets."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.casting import cast
from pmmlkit.columns.column import MISSING, Categories, Column
from pmmlkit.columns.scalars import cast_value
from pmmlkit.columns.text import parse_text, single
from pmmlkit.columns.types import DOUBLE, FLOAT, DataType
from pmmlkit.errors import MarkupError
from pmmlkit.language import mistakes
from pmmlkit.language.data_types import OPTYPE
from pmmlkit.language.extension import Extension
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.prediction import Prediction, RowPrediction
from pmmlkit.language.models.target_field import TargetField
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import NUMBER, PROBABILITY

__all__ = [
    "Target",
    "TargetRule",
    "TargetValue",
    "Targets",
    "compile_target",
    "target_field",
]


class TargetValue(Element):
    """What is said of one category, or the default of a number. Specification: Targets."""

    value: str | None = attribute(default=None)
    display_value: str | None = attribute(default=None)
    prior_probability: float | None = attribute(type=PROBABILITY, default=None)
    default_value: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    partition: Element | None = child("Partition", default=None)


class Target(Element):
    """The treatment of one target field. Specification: Targets."""

    field: str | None = attribute(default=None, earlier={"4.2.1": {"required": True}})
    optype: str | None = attribute(default=None, values=OPTYPE)
    cast_integer: str | None = attribute(
        default=None, values=enumeration("round", "ceiling", "floor")
    )
    min: float | None = attribute(type=NUMBER, default=None)
    max: float | None = attribute(type=NUMBER, default=None)
    rescale_constant: float = attribute(type=NUMBER, default=0.0)
    rescale_factor: float = attribute(type=NUMBER, default=1.0)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    target_values: tuple[TargetValue, ...] = children("TargetValue", default=())


class Targets(Element):
    """The treatments of the target fields. Specification: Targets."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    targets: tuple[Target, ...] = children("Target", minimum=1)

    def target(self, name: str | None) -> Target | None:
        """Return the Target of a field: the one that names it, else the one that names none."""
        named = (item for item in self.targets if item.field == name)
        return next(named, next((item for item in self.targets if item.field is None), None))


def target_field(
    target: Target | None,
    name: str | None,
    type: DataType,
    optype: str,
    values: tuple[Any, ...] = (),
    display: Mapping[Any, str] | None = None,
) -> TargetField:
    """Return the facts of a target.

    `display` are the DataField's display values, `optype` that of its MiningField.

    Raises MarkupError where a TargetValue's value is not one of `type`.
    """
    shown = dict(display or {})
    for item in () if target is None else target.target_values:
        if item.value is not None and item.display_value is not None:
            shown[_category(item, type)] = item.display_value
    if target is not None and target.optype is not None:
        optype = target.optype
    return TargetField(name, type, optype, values, shown)


def _category(item: TargetValue, type: DataType) -> Any:
    assert item.value is not None
    try:
        return parse_text(item.value, type)
    except ValueError as error:
        raise wrong(
            item, f"the value {item.value!r} is no {type.name}", code=mistakes.NOT_OF_TYPE
        ) from error


class TargetRule:
    """The compiled treatment of a target's predictions; a prediction that is given in is changed.

    `type` is the dataType of the treated value.
    """

    type: DataType

    def columns(self, prediction: Prediction) -> Prediction:
        """Treat all rows; a value that does not convert puts its row in error."""
        raise AssertionError(type(self).__name__)

    def row_function(self) -> Callable[[RowPrediction], RowPrediction]:
        """Return the treatment of one row; `EvaluationError` where the value does not convert."""
        raise AssertionError(type(self).__name__)


def compile_target(
    target: Target | None,
    field: TargetField,
    type: DataType,
    classes: tuple[Any, ...],
    *,
    is_classification: bool,
) -> TargetRule | None:
    """Compile the treatment of predictions of `type` with these `classes`; None if there is none.

    Semantics chapter 28. Also without a Target, a number is cast to the type of the field.
    """
    if is_classification:
        return None if target is None else _priors(target, field, classes)
    wanted = field.type
    if not type.is_number or not wanted.is_number:
        return None if type is wanted else _Number(None, wanted, type)
    if wanted.kind == "integer" and (target is None or target.cast_integer is None):
        # castInteger is what makes a prediction whole; without it the decimals stay (JPMML fails
        # a row whose prediction is not whole, PMML4S keeps the decimals).
        wanted = type
    if target is None and type is wanted:
        return None
    rule = _Number(target, wanted, type)
    return None if rule.is_idle else rule


# --- numbers

_CAST: Mapping[str, Callable[[float], int]] = {"ceiling": math.ceil, "floor": math.floor}


def _rounded(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    # floor(x + 0.5) would be wrong for 0.49999999999999994 and above 2 ** 52.
    low = np.floor(values)
    result: npt.NDArray[Any] = low + (values - low >= 0.5)
    return result


def _rounded_row(value: float) -> int:
    low = math.floor(value)
    return low + (value - low >= 0.5)


class _Number(TargetRule):
    """Clamp, rescale, make whole, cast; `defaultValue` before that where there is no prediction."""

    def __init__(self, target: Target | None, type: DataType, source: DataType) -> None:
        self.type = type
        self._source = source
        self._working = FLOAT if source.kind == "float" else DOUBLE
        self._target = target
        values = () if target is None else target.target_values
        defaults = [item.default_value for item in values if item.default_value is not None]
        if len(defaults) > 1:
            raise MarkupError(
                "a continuous target has one TargetValue with a defaultValue",
                element="Target",
                line=target.line if target else None,
                code=mistakes.DUPLICATE_ENTRY,
            )
        self._default = defaults[0] if defaults else None

    @property
    def _changes(self) -> bool:
        target = self._target
        return target is not None and (
            target.min is not None
            or target.max is not None
            or target.rescale_factor != 1
            or target.rescale_constant != 0
            or target.cast_integer is not None
        )

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing is to do."""
        return self._source is self.type and self._default is None and not self._changes

    def columns(self, prediction: Prediction) -> Prediction:
        """Treat all rows."""
        column = prediction.value
        if self._default is not None or self._changes:
            column = cast(column, self._working)
        if self._default is not None and column.state is not None:
            is_missing = column.is_missing
            values = column.values.copy()
            values[is_missing] = self._default
            state = np.where(is_missing, np.uint8(0), column.state)
            column = Column(values, column.type, state, errors=column.errors)
        if self._changes:
            with np.errstate(all="ignore"):
                values = self._treated(column.values)
            column = Column(values, column.type, column.state, errors=column.errors)
        prediction.value = cast(column, self.type)
        return prediction

    def _treated(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        target = self._target
        assert target is not None
        number = self._working.dtype.type
        if target.min is not None:
            low = number(target.min)
            values = np.where(values < low, low, values)
        if target.max is not None:
            high = number(target.max)
            values = np.where(values > high, high, values)
        if target.rescale_factor != 1:
            values = values * number(target.rescale_factor)
        if target.rescale_constant != 0:
            values = values + number(target.rescale_constant)
        if target.cast_integer == "round":
            values = _rounded(values)
        elif target.cast_integer is not None:
            values = np.ceil(values) if target.cast_integer == "ceiling" else np.floor(values)
        # an integer has no negative zero
        return values if target.cast_integer is None else values + number(0)

    def row_function(self) -> Callable[[RowPrediction], RowPrediction]:
        """Return the treatment of one row."""
        source, working, type, default = self._source, self._working, self.type, self._default
        changed = self._row_treatment() if self._changes else None
        if changed is not None or default is not None:
            given, source = source, working
            is_widened = given is not working
        else:
            given, is_widened = source, False
        if working is FLOAT and default is not None:
            default = single(default)
        is_cast = source is not type

        def treat(prediction: RowPrediction) -> RowPrediction:
            value = prediction.value
            if value is None:
                value = default
                if value is None:
                    return prediction
            elif is_widened:
                value = cast_value(value, given, working)
            if changed is not None:
                value = changed(value)
            prediction.value = cast_value(value, source, type) if is_cast else value
            return prediction

        return treat

    def _row_treatment(self) -> Callable[[float], float]:
        target = self._target
        assert target is not None
        number = single if self._working is FLOAT else float
        low = None if target.min is None else number(target.min)
        high = None if target.max is None else number(target.max)
        factor, constant = number(target.rescale_factor), number(target.rescale_constant)
        whole = None
        if target.cast_integer is not None:
            whole = _CAST.get(target.cast_integer, _rounded_row)

        def treat(value: float) -> float:
            if low is not None and value < low:
                value = low
            if high is not None and value > high:
                value = high
            if factor != 1:
                value = number(value * factor)
            if constant != 0:
                value = number(value + constant)
            if whole is not None and math.isfinite(value):
                value = float(whole(value))
            return value

        return treat


# --- categories


def _priors(target: Target, field: TargetField, classes: tuple[Any, ...]) -> TargetRule | None:
    priors: dict[Any, float] = {}
    for item in target.target_values:
        if item.value is not None and item.prior_probability is not None:
            priors[_category(item, field.type)] = item.prior_probability
    total = math.fsum(priors.values())
    if not priors or not total > 0:
        return None
    if total != 1.0:
        priors = {value: prior / total for value, prior in priors.items()}
    return _Category(field.type, priors, classes)


class _Category(TargetRule):
    """The prior probabilities where there is no prediction, and the most probable category."""

    def __init__(
        self, type: DataType, priors: Mapping[Any, float], classes: tuple[Any, ...]
    ) -> None:
        self.type = type
        self._best = max(priors, key=priors.__getitem__)
        self._probabilities = [priors.get(label, 0.0) for label in classes]

    def columns(self, prediction: Prediction) -> Prediction:
        """Treat all rows."""
        column = prediction.value
        if column.state is None or not (column.state == MISSING).any():
            return prediction
        is_missing = column.state == MISSING
        prediction.value = _filled(column, is_missing, self._best)
        if self._probabilities:
            if prediction.probabilities is None:
                shape = (len(column), len(self._probabilities))
                probabilities = np.full(shape, np.nan)
            else:
                probabilities = prediction.probabilities.copy()
            probabilities[is_missing] = self._probabilities
            prediction.probabilities = probabilities
        return prediction

    def row_function(self) -> Callable[[RowPrediction], RowPrediction]:
        """Return the treatment of one row."""
        best, probabilities = self._best, self._probabilities

        def treat(prediction: RowPrediction) -> RowPrediction:
            if prediction.value is not None:
                return prediction
            return replace(
                prediction, value=best, probabilities=list(probabilities) if probabilities else None
            )

        return treat


def _filled(column: Column, rows: npt.NDArray[np.bool_], value: Any) -> Column:
    """Return the column with one row value in some of its missing rows."""
    categories = column.categories
    values = column.values.copy()
    if categories is not None:
        if value not in categories.index:
            categories = Categories((*categories.values, value))
        values[rows] = categories.index[value]
    else:
        values[rows] = value
    assert column.state is not None
    state = np.where(rows, np.uint8(0), column.state)
    return Column(values, column.type, state, categories=categories, errors=column.errors)
