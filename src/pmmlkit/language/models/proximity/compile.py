"""ComparisonMeasure to arithmetic: the measure, and how each field that it compares takes part.

Semantics chapters 12 and 13.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn

from pmmlkit.errors import MarkupError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.proximity.comparisons import (
    ABSOLUTE,
    DELTA,
    EQUAL,
    Comparison,
    gaussian,
    table,
)
from pmmlkit.language.models.proximity.coordinates import (
    Binary,
    Category,
    Coordinate,
    Listed,
    Number,
    Positions,
)
from pmmlkit.language.models.proximity.declaration import (
    BinarySimilarity,
    Chebychev,
    CityBlock,
    ComparisonMeasure,
    Euclidean,
    Jaccard,
    Minkowski,
    SimpleMatching,
    SquaredEuclidean,
    Tanimoto,
)
from pmmlkit.language.models.proximity.distances import Distance, FieldRule
from pmmlkit.language.models.proximity.similarities import Similarity
from pmmlkit.language.preparation import data_field_rules

if TYPE_CHECKING:
    from pmmlkit.language.matrices import Matrix
    from pmmlkit.language.scope import Scope
    from pmmlkit.language.step import Step
    from pmmlkit.xml.declaration import Element

__all__ = ["Compared", "compare", "compile_measure", "positions_of"]

_EQUALITY: Final = {"delta": DELTA, "equal": EQUAL}
_OF_A_FIELD: Final = ("gaussSim", "table")
_NO_POSITIONS: Final = Positions()


def compile_measure(element: ComparisonMeasure) -> Distance | Similarity:
    """Compile the measure; MarkupError where its parameter or the default comparison is wrong."""
    if element.compare_function in _OF_A_FIELD:
        text = (
            f"compareFunction {element.compare_function} needs facts of a field; "
            "state it at the fields"
        )
        raise wrong(element, text, code=mistakes.COMPARISON)
    measure = element.measure
    if isinstance(measure, Minkowski):
        if not measure.p_parameter > 0:
            text = f"p-parameter must be positive, not {measure.p_parameter}"
            raise wrong(measure, text, code=mistakes.OUT_OF_RANGE)
        return Distance(measure.p_parameter, 1.0 / measure.p_parameter)
    if isinstance(measure, BinarySimilarity):
        it = measure
        return Similarity(
            (it.c11_parameter, it.c10_parameter, it.c01_parameter, it.c00_parameter),
            (it.d11_parameter, it.d10_parameter, it.d01_parameter, it.d00_parameter),
        )
    found = _MEASURES.get(type(measure))
    assert found is not None
    return found


_MEASURES: Final[dict[type, Distance | Similarity]] = {
    Euclidean: Distance(2.0, 0.5),
    SquaredEuclidean: Distance(2.0),
    CityBlock: Distance(1.0),
    Chebychev: Distance(1.0, is_maximum=True),
    SimpleMatching: Similarity((1.0, 0.0, 0.0, 1.0), (1.0, 1.0, 1.0, 1.0)),
    Jaccard: Similarity((1.0, 0.0, 0.0, 0.0), (1.0, 1.0, 1.0, 0.0)),
    Tanimoto: Similarity((1.0, 0.0, 0.0, 1.0), (1.0, 2.0, 2.0, 1.0)),
}


_Kind = type[Coordinate]


@dataclass(frozen=True, slots=True)
class Compared:
    """One field under a measure: `rule` says how it takes part, `kind` what its numbers are."""

    step: Step
    name: str
    rule: FieldRule
    kind: type[Coordinate]
    positions: Positions

    def coordinate(self, labels: Sequence[Any]) -> Coordinate:
        """Return the coordinate; `labels` are the values that it is compared with."""
        if self.kind is Category:
            return Category(self.step, self.name, labels)
        if self.kind is Listed:
            return Listed(self.step, self.name, self.positions)
        return self.kind(self.step, self.name)


def compare(
    step: Step,
    name: str,
    element: Element,
    measure: ComparisonMeasure,
    *,
    function: str | None = None,
    weight: float = 1.0,
    missing_weight: float = 1.0,
    scale: float | None = None,
    matrix: Matrix | None = None,
    positions: Positions = _NO_POSITIONS,
) -> Compared:
    """Compile how a field takes part; `element` states it, `function` is its own compareFunction.

    Raises MarkupError where the function does not fit the type of the field, or lacks what it
    needs.
    """
    type = step.type

    def refuse(message: str) -> NoReturn:
        raise wrong(element, f"field {name!r}: {message}", code=mistakes.COMPARISON, field=name)

    def made(comparison: Comparison, kind: _Kind) -> Compared:
        return Compared(step, name, FieldRule(comparison, weight, missing_weight), kind, positions)

    if not (math.isfinite(weight) and math.isfinite(missing_weight)):
        refuse("a weight is not finite")
    if isinstance(compile_measure(measure), Similarity):
        if not Number.suits(type):
            refuse(f"a similarity of binary fields needs 0 and 1, not the dataType {type.name}")
        return made(EQUAL, Binary)
    function = function or measure.compare_function
    if function in _EQUALITY:
        return made(_EQUALITY[function], Number if Number.suits(type) else Category)
    if function == "table":
        if matrix is None:
            refuse("compareFunction table needs Comparisons")
        if not len(positions):
            refuse("compareFunction table needs a field that lists its values or intervals")
        size = len(positions)
        return made(table(matrix.expand(shape=(size, size))), Listed)
    if not Number.suits(type):
        refuse(f"compareFunction {function} needs numbers, not the dataType {type.name}")
    if function == "gaussSim":
        if scale is None or not (scale > 0 and 0 < scale * scale < math.inf):
            refuse("compareFunction gaussSim needs a positive similarityScale with a square")
        return made(gaussian(scale), Number)
    return made(ABSOLUTE, Number)


def positions_of(name: str, values: tuple[Any, ...], scope: Scope, element: Element) -> Positions:
    """Return the listed values of a field, else the intervals of the DataField of that name."""
    if values:
        return Positions(values)
    try:
        rules = data_field_rules(scope.compilation, name, element)
    except MarkupError:
        return Positions()
    return Positions(rules.values, rules.intervals)
