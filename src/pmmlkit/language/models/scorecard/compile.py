"""A Scorecard compiled: its bins, and what must be there. Semantics chapter 15."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pmmlkit.columns.text import single
from pmmlkit.columns.types import DOUBLE, FLOAT
from pmmlkit.language import mistakes
from pmmlkit.language.cast import cast_step
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.scorecard.bins import Bin, Bins
from pmmlkit.language.models.scorecard.predictor import ScorecardPredictor
from pmmlkit.language.models.scorecard.reasons import Reasons

if TYPE_CHECKING:
    from pmmlkit.language.models.scorecard.declaration import (
        Attribute,
        Characteristic,
        Scorecard,
    )
    from pmmlkit.language.scope import Scope
    from pmmlkit.language.step import Step

__all__ = ["compile_scorecard"]


def compile_scorecard(model: Scorecard, scope: Scope) -> ScorecardPredictor:
    """Compile a Scorecard.

    Raises MarkupError where an Attribute has no score, or reasons lack a code or a baseline.
    """
    if model.function_name != "regression":
        raise unsupported(
            model,
            f"a Scorecard cannot have functionName {model.function_name!r}",
            code=mistakes.FUNCTION_NAME,
        )
    compiler = _Compiler(model, scope)
    characteristics = []
    for number, item in enumerate(model.characteristics.characteristics, 1):
        with scope.compilation.gather():
            characteristics.append(compiler.characteristic(item, number))
    return ScorecardPredictor(
        compiler.number(model.initial_score),
        characteristics,
        compiler.reasons(characteristics) if model.use_reason_codes else None,
        compiler.sign,
        is_single=compiler.is_single,
    )


class _Compiler:
    """What all characteristics need; `codes` collects the reason codes in document order."""

    def __init__(self, model: Scorecard, scope: Scope) -> None:
        self.model = model
        self.scope = scope
        self.is_single = model.computes_in_float
        self.sign = 1.0 if model.reason_code_algorithm == "pointsAbove" else -1.0
        self.codes: dict[str, int] = {}

    def number(self, value: float) -> float:
        """Return a number of the document in the precision of the sums."""
        return single(value) if self.is_single else value

    def reasons(self, characteristics: Sequence[Bins]) -> Reasons:
        """Return the ranking of all reason codes."""
        of_each = [set(item.codes.tolist()) for item in characteristics]
        is_shared = sum(map(len, of_each)) > len(set().union(*of_each))
        return Reasons(tuple(self.codes), is_shared=is_shared)

    def characteristic(self, element: Characteristic, number: int) -> Bins:
        """Compile one Characteristic, the `number`-th."""
        name = str(number) if element.name is None else repr(element.name)
        baseline = 0.0
        if self.model.use_reason_codes:
            found = element.baseline_score
            if found is None:
                found = self.model.baseline_score
            if found is None:
                raise wrong(
                    element,
                    f"Characteristic {name} has no baselineScore, nor has the Scorecard; reason "
                    'codes need one (useReasonCodes="false" would do without)',
                    code=mistakes.REASON_CODES,
                )
            baseline = self.number(found)
        bins = [self._bin(item, element, name, baseline) for item in element.attributes]
        dtype = FLOAT.dtype if self.is_single else DOUBLE.dtype
        return Bins(name, bins, dtype)  # type: ignore[arg-type]  # float32 or float64

    def _bin(self, element: Attribute, parent: Characteristic, name: str, baseline: float) -> Bin:
        test = self.scope.compile(element.predicate)
        score = self._score(element)
        partial = self.number(element.partial_score or 0.0)
        if score is None and element.partial_score is None:
            raise wrong(
                element,
                f"an Attribute of Characteristic {name} has neither a partialScore nor a "
                "ComplexPartialScore",
                code=mistakes.PARTIAL_SCORE,
            )
        if not self.model.use_reason_codes:
            return Bin(test, partial, score, -1, 0.0, 0.0)
        code = element.reason_code if element.reason_code is not None else parent.reason_code
        if code is None:
            raise wrong(
                element,
                f"an Attribute of Characteristic {name} has no reasonCode, nor has the "
                'Characteristic (useReasonCodes="false" would do without)',
                code=mistakes.REASON_CODES,
            )
        position = self.codes.setdefault(code, len(self.codes))
        points = 0.0 if score is not None else self.number(self.sign * (partial - baseline))
        return Bin(test, partial, score, position, baseline, points)

    def _score(self, element: Attribute) -> Step | None:
        found = element.complex_partial_score
        if found is None:
            return None
        return cast_step(self.scope.compile(found.expression), FLOAT if self.is_single else DOUBLE)
