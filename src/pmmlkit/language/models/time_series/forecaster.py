"""What an algorithm compiles to: the path of its forecasts, on the scale of the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pmmlkit.language.step import Step

__all__ = ["Forecaster", "Path", "Supplied"]


@dataclass(frozen=True, slots=True)
class Path:
    """The forecasts of all steps, on the scale of the model.

    `means` and `variances` (None: unknown) by step; `slopes` by supplied input and step: how much a
    mean grows with the input.
    """

    means: tuple[float, ...]
    variances: tuple[float, ...] | None = None
    slopes: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Supplied:
    """A regressor whose future value a row gives, the same in all steps."""

    name: str
    step: Step
    transformation: str


class Forecaster:
    """The forecasts of one algorithm. `transformation` is what they are undone from.

    `most_steps`: stored values of a regressor end there; None where nothing ends.
    """

    transformation: str = "none"
    supplied: Sequence[Supplied] = ()
    most_steps: int | None = None

    def path(self, steps: int) -> Path:
        """Return the first `steps` forecasts; those of fewer steps are the same."""
        raise AssertionError(type(self).__name__)
