"""What a converter knows of its surroundings: where it stands, what is predicted, how to convert a
part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pmmlkit.errors import ExportError, PmmlError
from pmmlkit.exporters.builder import Target
from pmmlkit.exporters.features import Feature, name_of
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.registry import Registry

__all__ = ["Context", "several_targets"]

MOST_NAMES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Context:
    """Passed to every converter.

    `targets`: what the whole is to predict, empty for a transformer. `place`: the steps that lead
    here, for messages. `extensions`: vendor extensions may be written.
    """

    registry: Registry
    targets: tuple[Target, ...]
    place: tuple[str, ...] = ()
    extensions: bool = False

    @property
    def target(self) -> Target:
        """The only target; raise ExportError where there are several."""
        if len(self.targets) != 1:
            raise several_targets("the estimator", len(self.targets))
        return self.targets[0]

    def convert(
        self, estimator: Any, features: Sequence[Feature], place: str = ""
    ) -> list[Feature] | Draft:
        """Convert a part of the estimator; `place` says what it is there, as ``"step 'scale' of
        Pipeline"``.

        Raises ExportError, saying where, if it has no converter or cannot be written.
        """
        inner = replace(self, place=(*self.place, place)) if place else self
        converter = self.registry.find(estimator)
        if converter is None:
            raise ExportError(inner.unknown(estimator, features))
        try:
            result: list[Feature] | Draft = converter(estimator, features, inner)
        except ExportError as error:
            if place and not getattr(error, "placed", False):
                raise _placed(error, inner) from error
            raise
        except AttributeError as error:
            if not _is_fitted(estimator):
                raise ExportError(
                    f"{type(estimator).__name__}{inner.where} is not fitted: call fit first"
                ) from error
            raise
        return result

    def transform(
        self, estimator: Any, features: Sequence[Feature], place: str = ""
    ) -> list[Feature]:
        """Convert a transformer."""
        result = self.convert(estimator, features, place)
        if isinstance(result, Draft):
            raise ExportError(
                f"{type(estimator).__name__} is no transformer, but stands where one must"
            )
        return result

    def draft(self, estimator: Any, features: Sequence[Feature], place: str = "") -> Draft:
        """Convert a predictor."""
        result = self.convert(estimator, features, place)
        if not isinstance(result, Draft):
            raise ExportError(
                f"{type(estimator).__name__} is no predictor, but stands where one must"
            )
        return result

    @property
    def where(self) -> str:
        """The place in words, innermost first, with a leading blank; empty at the top."""
        return "".join(
            f" {'at' if not at else 'in'} {place}" for at, place in enumerate(reversed(self.place))
        )

    def unknown(self, estimator: Any, features: Sequence[Feature]) -> str:
        """Return the message for an estimator that has no converter."""
        kind = type(estimator)
        names = [name_of(feature) for feature in features[:MOST_NAMES_SHOWN]]
        more = ", ..." if len(features) > MOST_NAMES_SHOWN else ""
        where = f"{self.where}, columns [{', '.join(names)}{more}]," if self.place else ""
        dotted = f"{kind.__module__}.{kind.__qualname__}"
        return (
            f"there is no converter for {dotted}{where}: register one with "
            f'@pmmlkit.converts("{dotted}") over a function convert(estimator, features, '
            'context), or by an entry point of the group "pmmlkit.exporters"'
        )


def _placed(error: ExportError, context: Context) -> PmmlError:
    placed = ExportError(f"{error.message} ({context.where.strip()})")
    placed.placed = True  # type: ignore[attr-defined]
    return placed


def _is_fitted(estimator: Any) -> bool:
    try:
        from sklearn.exceptions import NotFittedError
        from sklearn.utils.validation import check_is_fitted
    except ImportError:
        return True
    try:
        check_is_fitted(estimator)
    except (NotFittedError, TypeError):
        return False
    return True


def several_targets(name: str, count: int) -> ExportError:
    """Return the error of an estimator that predicts several targets."""
    return ExportError(
        f"{name} predicts {count} targets at once, for which PMML has no standard model: fit and "
        "export one model for each target"
    )
