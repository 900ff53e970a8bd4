"""The elements of Scorecard. Specification: chapter Scorecard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.extension import Extension
from pmmlkit.language.groups import EXPRESSION, PREDICATE
from pmmlkit.language.models.model import Model
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import BOOLEAN, NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.models.prediction import Predictor
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Compiled, Scope

__all__ = [
    "Attribute",
    "Characteristic",
    "Characteristics",
    "ComplexPartialScore",
    "Scorecard",
]


class ComplexPartialScore(Element, since="4.2"):
    """A partial score that an expression computes. Specification: Scorecard."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    expression: Compiled = child(*EXPRESSION, required=True)


class Attribute(Element, since="4.1"):
    """One bin of a Characteristic: a predicate and what it scores. Specification: Scorecard.

    One of `partial_score` and `complex_partial_score` is needed; the latter wins.
    """

    reason_code: str | None = attribute(default=None)
    partial_score: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    predicate: Compiled = child(*PREDICATE, required=True)
    complex_partial_score: ComplexPartialScore | None = child(
        "ComplexPartialScore", default=None, since="4.2"
    )


class Characteristic(Element, since="4.1"):
    """What is scored by the first of its Attributes that is TRUE. Specification: Scorecard."""

    name: str | None = attribute(default=None)
    reason_code: str | None = attribute(default=None)
    baseline_score: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    attributes: tuple[Attribute, ...] = children("Attribute", minimum=1)


class Characteristics(Element, since="4.1"):
    """All that is scored. Specification: Scorecard."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    characteristics: tuple[Characteristic, ...] = children("Characteristic", minimum=1)


class Scorecard(Model, since="4.1"):
    """A sum of partial scores, with the reasons for it. Specification: Scorecard.

    `baseline_method` says how the baselines were found, and has no effect.
    """

    initial_score: float = attribute(type=NUMBER, default=0.0)
    use_reason_codes: bool = attribute(type=BOOLEAN, default=True)
    reason_code_algorithm: str = attribute(
        default="pointsBelow", values=enumeration("pointsAbove", "pointsBelow")
    )
    baseline_score: float | None = attribute(type=NUMBER, default=None)
    baseline_method: str = attribute(
        informative=True,
        default="other",
        values=enumeration("max", "min", "mean", "neutral", "other"),
    )
    characteristics: Characteristics = child("Characteristics", required=True)

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Compile the characteristics."""
        from pmmlkit.language.models.scorecard.compile import compile_scorecard

        return compile_scorecard(self, scope)
