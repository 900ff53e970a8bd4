"""Simple expressions: constants, fields and their normalisation.

Specification: Transformations; semantics chapter 4.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from pmmlkit.columns.column import MISSING, VALID, Column, combined_state
from pmmlkit.columns.conversion import parse_text
from pmmlkit.columns.types import DOUBLE, INTEGER, STRING, DataType
from pmmlkit.language import mistakes
from pmmlkit.language.comparison import Comparison, literal
from pmmlkit.language.data_types import DATA_TYPE, data_type
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.scope import Compiled, Scope
from pmmlkit.language.step import Constant as ConstantStep
from pmmlkit.language.step import Raise, Step
from pmmlkit.language.unary import MissingAs, UnaryStep, as_number, with_missing_as
from pmmlkit.xml.declaration import Element, attribute, children, enumeration, text
from pmmlkit.xml.lexical import BOOLEAN, NUMBER, parse_number

if TYPE_CHECKING:
    from pmmlkit.language.extension import Extension

__all__ = [
    "Constant",
    "Error",
    "FieldRef",
    "LinearNorm",
    "NormContinuous",
    "NormDiscrete",
    "typed_text",
]

_OUTLIERS = enumeration("asIs", "asMissingValues", "asExtremeValues")


def typed_text(value: str, type: DataType, user: Element, name: str) -> Any:
    """Read a literal of a document as a row value; `name` is the attribute that holds it.

    Raises MarkupError where the text is no value of the type.
    """
    try:
        return parse_text(value, type)
    except ValueError as error:
        raise wrong(
            user,
            f"{name} {value!r:.80} is not of dataType {type.name}: {error}",
            code=mistakes.NOT_OF_TYPE,
        ) from error


class Constant(Compiled):
    """A constant."""

    data_type: str | None = attribute(default=None, values=DATA_TYPE)
    missing: bool = attribute(type=BOOLEAN, default=False, since="4.4")
    text: str = text()

    def typed(self) -> tuple[Any, DataType]:
        """Return the row value (None is missing) and its type.

        Without a dataType it is an integer if it looks like one, else a double, else a string.
        """
        if self.data_type is None:
            value, type = _guessed(self.text)
            return (None if self.missing else value), type
        type = data_type(self.data_type, self)
        if self.missing or (not self.text and type.kind != "string"):
            return None, type
        return typed_text(self.text, type, self, "the text"), type

    def build(self, scope: Scope, operands: tuple[Step, ...]) -> Step:
        """Compile to a constant."""
        return ConstantStep(*self.typed())


class Error(Compiled, tag="X-Error"):
    """An expression that is an error of the row (JPMML's; semantics 34)."""

    message: str | None = attribute(default=None)

    def build(self, scope: Scope, operands: tuple[Step, ...]) -> Step:
        """Compile to the error."""
        return Raise(self.message or "the document calls this an error (X-Error)", STRING)


def _guessed(source: str) -> tuple[Any, DataType]:
    try:
        number = parse_number(source)
    except ValueError:
        return source, STRING
    if source != source.strip(" \t\r\n"):
        # White space is significant in a text; JPMML takes this for a string too.
        return source, STRING
    if source.lstrip("+-").isdigit():
        try:
            return parse_text(source, INTEGER), INTEGER
        except ValueError:
            pass
    return number + 0.0, DOUBLE


class FieldRef(Compiled):
    """The value of a field."""

    field: str = attribute(required=True)
    map_missing_to: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())

    def references(self) -> tuple[str, ...]:
        """Return the field."""
        return (self.field,)

    def build(self, scope: Scope, operands: tuple[Step, ...]) -> Step:
        """Compile to a read, flags and errors of the field included."""
        read = scope.read(self.field, self, lists=self.map_missing_to is None)
        if self.map_missing_to is None:
            return read
        value = typed_text(self.map_missing_to, read.type, self, "mapMissingTo")
        return MissingAs(read, value)


class LinearNorm(Element):
    """A point of a piecewise linear function."""

    orig: float = attribute(type=NUMBER, required=True)
    norm: float = attribute(type=NUMBER, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class NormContinuous(Compiled):
    """A piecewise linear function of a field."""

    map_missing_to: float | None = attribute(type=NUMBER, default=None)
    field: str = attribute(required=True)
    outliers: str = attribute(default="asIs", values=_OUTLIERS)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    linear_norms: tuple[LinearNorm, ...] = children("LinearNorm", minimum=2)

    def references(self) -> tuple[str, ...]:
        """Return the field."""
        return (self.field,)

    def build(self, scope: Scope, operands: tuple[Step, ...]) -> Step:
        """Compile to a search for the piece and one line of arithmetic."""
        norms = self.linear_norms
        if len(norms) < 2:
            raise wrong(
                self, f"needs two LinearNorm or more, has {len(norms)}", code=mistakes.LINEAR_NORMS
            )
        for before, after in pairwise(norms):
            if not before.orig < after.orig:
                raise wrong(
                    after,
                    f"orig must grow from one LinearNorm to the next; {after.orig!r} follows "
                    f"{before.orig!r}",
                    code=mistakes.LINEAR_NORMS,
                )
        if self.outliers not in _OUTLIERS:
            raise unsupported(
                self, f"outliers {self.outliers!r} is not supported", code=mistakes.REFUSED_VALUE
            )
        points = [(float(norm.orig), float(norm.norm)) for norm in norms]
        read = as_number(scope.read(self.field, self))
        return PiecewiseLinear(read, points, self.outliers, self.map_missing_to)


class PiecewiseLinear(UnaryStep):
    """n0 + (x - o0) / (o1 - o0) * (n1 - n0) on the piece that holds x."""

    __slots__ = ("_norms", "_origs", "_outliers", "_replacement")

    def __init__(
        self,
        operand: Step,
        points: list[tuple[float, float]],
        outliers: str,
        replacement: float | None,
    ) -> None:
        super().__init__(operand, DOUBLE)
        self._origs = np.array([orig for orig, _ in points])
        self._norms = np.array([norm for _, norm in points])
        self._outliers = outliers
        self._replacement = None if replacement is None else float(replacement)

    def of_column(self, column: Column) -> Column:
        """Compute all rows."""
        origs, norms = self._origs, self._norms
        state, errors = combined_state(column)
        x = column.values.astype(np.float64)
        piece = np.searchsorted(origs, x, side="right") - 1
        np.clip(piece, 0, len(origs) - 2, out=piece)
        start, base = origs[piece], norms[piece]
        with np.errstate(invalid="ignore", over="ignore"):
            values = base + (x - start) / (origs[piece + 1] - start) * (norms[piece + 1] - base)
        if self._outliers != "asIs":
            below, above = x < origs[0], ~(x <= origs[-1])
            if self._outliers == "asExtremeValues":
                values[below], values[above] = norms[0], norms[-1]
            else:
                state = np.zeros(len(x), np.uint8) if state is None else state
                state = np.where((below | above) & (state == VALID), np.uint8(MISSING), state)
        if self._replacement is not None and column.state is not None:
            state = np.zeros(len(x), np.uint8) if state is None else state.copy()
            rows = column.is_missing
            values[rows], state[rows] = self._replacement, VALID
        return Column(values, DOUBLE, state, errors=errors)

    def of_value(self) -> Callable[[Any], float | None]:
        """Compute one value."""
        origs: list[float] = self._origs.tolist()
        norms: list[float] = self._norms.tolist()
        replacement, last = self._replacement, len(origs) - 2
        lowest, highest = origs[0], origs[-1]
        as_is, extreme = self._outliers == "asIs", self._outliers == "asExtremeValues"

        def normalise(value: Any) -> float | None:
            if value is None:
                return replacement
            x = float(value)
            if not as_is:
                if x < lowest:
                    return norms[0] if extreme else None
                if not x <= highest:
                    return norms[-1] if extreme else None
            piece = bisect_right(origs, x) - 1
            piece = 0 if piece < 0 else piece if piece < last else last
            start, base = origs[piece], norms[piece]
            return base + (x - start) / (origs[piece + 1] - start) * (norms[piece + 1] - base)

        return normalise


class NormDiscrete(Compiled):
    """1 where a field equals a value, else 0."""

    field: str = attribute(required=True)
    method: str | None = attribute(
        default=None,
        values=enumeration("indicator"),
        until="4.2.1",
        earlier={"4.2.1": {"fixed": "indicator"}},
    )
    value: str = attribute(required=True)
    map_missing_to: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())

    def references(self) -> tuple[str, ...]:
        """Return the field."""
        return (self.field,)

    def build(self, scope: Scope, operands: tuple[Step, ...]) -> Step:
        """Compile to a comparison, typed by the field."""
        if self.method not in (None, "indicator"):
            raise unsupported(
                self,
                f"method {self.method!r} is not supported; use one NormDiscrete for each value",
                code=mistakes.REFUSED_VALUE,
            )
        field = scope.field(self.field, self)
        return Indicator(Comparison(field, "equal", literal(self.value, field, self)), self)


class Indicator(UnaryStep):
    """The double 1 where a comparison holds, 0 where it does not."""

    __slots__ = ("_replacement", "comparison")

    def __init__(self, comparison: Comparison, element: NormDiscrete) -> None:
        super().__init__(comparison.operand, DOUBLE)
        self.comparison = comparison
        replacement = element.map_missing_to
        self._replacement = None if replacement is None else float(replacement)

    def of_column(self, column: Column) -> Column:
        """Compare the column."""
        state, errors = combined_state(column)
        values = self.comparison.mask(column).astype(np.float64)
        return with_missing_as(Column(values, DOUBLE, state, errors=errors), self._replacement)

    def of_value(self) -> Callable[[Any], float | None]:
        """Compare one value."""
        test, replacement = self.comparison.of_value(), self._replacement

        def indicate(value: Any) -> float | None:
            return replacement if value is None else 1.0 if test(value) else 0.0

        return indicate
