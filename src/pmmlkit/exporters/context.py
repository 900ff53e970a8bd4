"""What a converter knows of its surroundings: where it stands, what is predicted, how to convert a
part.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from pmmlkit.errors import ExportError, PmmlError
from pmmlkit.exporters.features import Category, Feature, Lookup, Predicted, name_of, plain
from pmmlkit.exporters.fields import Target
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.importances import Arrival
from pmmlkit.exporters.registry import Converter, Registry

__all__ = [
    "Context",
    "contexts_of",
    "inner_target",
    "label_type",
    "several",
    "several_targets",
    "shares_of",
]

MOST_NAMES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Context:
    """Passed to every converter.

    `targets`: what the whole is to predict, empty for a transformer. `place`: the steps that lead
    here, for messages. `extensions`: vendor extensions may be written. `sparse`: the features come
    in a sparse matrix, of which some libraries take the zeros for missing values. `samples`: rows
    of the input by which what is traced is checked: a data frame, or columns by name. `arrival`:
    waits for the features of the estimator whose importances count.
    """

    registry: Registry
    targets: tuple[Target, ...]
    place: tuple[str, ...] = ()
    extensions: bool = False
    sparse: bool = False
    samples: Any = field(default=None, compare=False, repr=False)
    arrival: Arrival | None = field(default=None, compare=False, repr=False)

    @property
    def target(self) -> Target:
        """The only target; raise ExportError where there are several."""
        if len(self.targets) != 1:
            raise several_targets("the estimator", len(self.targets))
        return self.targets[0]

    def with_classes(self, classes: Sequence[Category]) -> Context:
        """Return the context of an estimator whose labels are these, though it has no
        ``classes_``; the `Draft` has to name its target then.
        """
        target = Target(self.target.name, label_type(classes), tuple(classes))
        return replace(self, targets=(target,))

    def convert(
        self,
        estimator: Any,
        features: Sequence[Feature],
        place: str = "",
        *,
        transforms: bool = False,
    ) -> list[Feature] | Draft | Several:
        """Convert a part of the estimator; `place` says what it is there, as ``"step 'scale' of
        Pipeline"``. `transforms`: it stands for what it transforms to, even if it predicts as well.

        Raises ExportError, saying where, if it has no converter or cannot be written.
        """
        inner = replace(self, place=(*self.place, place)) if place else self
        if self.arrival is not None:
            self.arrival.note(estimator, features)
        converter = None
        if transforms:
            converter = self.registry.find(estimator, transforms=True)
        if converter is None:
            converter = self.registry.find(estimator)
        if converter is None:
            reason = self.registry.refusal(estimator)
            if reason is not None:
                kind = type(estimator).__name__
                raise ExportError(f"{kind}{inner.where} cannot be exported: {reason}")
            converter = _tracing(estimator)
        if converter is None:
            raise ExportError(inner.unknown(estimator, features))
        try:
            result: list[Feature] | Draft | Several = converter(estimator, features, inner)
        except ExportError as error:
            if place and not getattr(error, "placed", False):
                raise _placed(error, inner) from error
            raise
        except (PmmlError, MemoryError):
            raise
        except Exception as error:
            raise _unread(estimator, error, inner.where) from error
        return result

    def transform(
        self, estimator: Any, features: Sequence[Feature], place: str = ""
    ) -> list[Feature]:
        """Convert a transformer."""
        result = self.convert(estimator, features, place, transforms=True)
        if not isinstance(result, list):
            raise ExportError(
                f"{type(estimator).__name__} is no transformer, but stands where one must"
            )
        return result

    def draft(self, estimator: Any, features: Sequence[Feature], place: str = "") -> Draft:
        """Convert a predictor."""
        result = self.convert(estimator, features, place)
        if isinstance(result, Several):
            raise several_targets(type(estimator).__name__, len(result.parts))
        if not isinstance(result, Draft):
            raise ExportError(
                f"{type(estimator).__name__} is no predictor, but stands where one must"
            )
        return result

    def predicted(self, estimator: Any, features: Sequence[Feature], place: str = "") -> Feature:
        """Return what a predictor inside another one predicts: a number or a label.

        Where the inside has other labels for the classes of the whole, as the numbers that
        meta-estimators give them, these are looked up.
        """
        own = inner_target(estimator)
        alike = self._alike(own) if own.classes else own
        if alike is not own and own.data_type in ("integer", "double"):
            label = self.label(estimator, features, place)
            numbers = [float(number) for number in own.classes]
            table = tuple(zip(alike.classes, numbers, strict=True))
            return Lookup(f"number({name_of(label)})", label, table, math.nan, math.nan)
        draft = replace(self, targets=(own,)).draft(estimator, features, place)
        name = f"predict({type(estimator).__name__})"
        return Predicted(name, draft, own, data_type=own.data_type)

    def probabilities(
        self, estimator: Any, features: Sequence[Feature], place: str = ""
    ) -> list[Feature]:
        """Return the probabilities of a classifier inside another estimator, in the order of its
        ``classes_``.
        """
        target = self._alike(inner_target(estimator))
        draft = replace(self, targets=(target,)).draft(estimator, features, place)
        return shares_of(draft, target, type(estimator).__name__)

    def label(self, estimator: Any, features: Sequence[Feature], place: str = "") -> Feature:
        """Return the label that a classifier inside another estimator predicts, as the label of the
        whole at the same position of ``classes_``.
        """
        target = self._alike(inner_target(estimator))
        draft = replace(self, targets=(target,)).draft(estimator, features, place)
        name = f"predict({type(estimator).__name__})"
        return Predicted(name, draft, target, data_type=target.data_type)

    def decisions(
        self, estimator: Any, features: Sequence[Feature], place: str = ""
    ) -> list[Feature]:
        """Return the columns of ``decision_function`` of a predictor inside another one: one for
        two classes, else one for each class.

        Raises ExportError where it is not known how they come about.
        """
        inner = replace(self, place=(*self.place, place)) if place else self
        if self.arrival is not None:
            self.arrival.note(estimator, features)
        decide = self.registry.find(estimator, decides=True)
        if decide is None:
            raise ExportError(
                f"the decision function of {type(estimator).__name__}{inner.where} cannot be "
                "written: PMML states what is predicted of such a model, not the number behind it"
            )
        own = replace(inner, targets=(self._alike(inner_target(estimator)),))
        found: list[Feature] = decide(estimator, features, own)
        return found

    def _alike(self, target: Target) -> Target:
        """Return the target of the whole where it has as many classes: so the model inside has a
        target with a name. Which label stands for which class tells nobody but the OutputFields.
        """
        for own in self.targets:
            if len(own.classes) == len(target.classes):
                return own
        return target

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


def _tracing(estimator: Any) -> Converter | None:
    from pmmlkit.exporters.tracing.converter import tracing_converter

    return tracing_converter(estimator)


def _placed(error: ExportError, context: Context) -> PmmlError:
    placed = ExportError(f"{error.message} ({context.where.strip()})")
    placed.placed = True  # type: ignore[attr-defined]  # of errors that have their place
    return placed


def _unread(estimator: Any, error: Exception, where: str) -> ExportError:
    kind = type(estimator).__name__
    if isinstance(error, AttributeError) and not _is_fitted(estimator):
        return ExportError(f"{kind}{where} is not fitted: call fit first")
    return ExportError(
        f"{kind}{where} cannot be read ({type(error).__name__}: {error}): if it predicts or "
        "transforms rows, this is a fault of its converter"
    )


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


def inner_target(estimator: Any) -> Target:
    """Return what an estimator inside another one predicts; no field of the document is its
    target.
    """
    classes = getattr(estimator, "classes_", None)
    if classes is None or len(classes) == 0:
        return Target(None, "double")
    if isinstance(classes, list) and classes and isinstance(classes[0], np.ndarray):
        raise several_targets(type(estimator).__name__, len(classes))
    labels = tuple(plain(label) for label in classes)
    return Target(None, label_type(labels), labels)


def label_type(labels: Sequence[Category]) -> str:
    """Return the data type of labels; raise ExportError where they are of several."""
    kinds = {type(label) for label in labels}
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "double"), (str, "string")):
        if kinds == {kind}:
            return name
    raise ExportError(f"the classes are of different types: {', '.join(map(repr, labels[:5]))}")


def contexts_of(context: Context, count: int | None = None) -> tuple[Context, ...]:
    """Return a context for each target; `count`: how many the estimator predicts, by default as
    many as were named.
    """
    targets = context.targets
    if count is not None and len(targets) != count:
        first = targets[0]
        targets = tuple(
            replace(first, name=f"{first.name}{number}") for number in range(1, count + 1)
        )
    return tuple(replace(context, targets=(target,)) for target in targets)


def shares_of(draft: Draft, target: Target, name: str) -> list[Feature]:
    """Return the probabilities of a classification: those that stand beside its label, where the
    label is predicted by other numbers, else those that the model has.
    """
    stated = dict(draft.outputs)
    shares = [stated.get(f"probability({label})") for label in target.labels]
    if all(share is not None for share in shares):
        return [share for share in shares if share is not None]
    if not draft.has_shares:
        raise ExportError(
            f"{name} stands where its probabilities are read, but what is written of it has none"
        )
    return [
        Predicted(f"probability({name}, {label})", draft, target, "probability", label)
        for label in target.labels
    ]


def several(
    context: Context, drafts: Callable[[int, Context], Draft], count: int | None = None
) -> Draft | Several:
    """Return a draft for each target; `drafts` makes that of a number, in a context of its own.

    `count`: how many the estimator predicts, by default as many as were named. Where there is one
    only, that is a plain draft.
    """
    contexts = contexts_of(context, count)
    made = [drafts(number, inner) for number, inner in enumerate(contexts)]
    if len(made) == 1:
        return made[0]
    targets = [inner.target for inner in contexts]
    return Several(tuple(zip(targets, made, strict=True)))


def several_targets(name: str, count: int) -> ExportError:
    """Return the error of an estimator that predicts several targets."""
    return ExportError(
        f"{name} predicts {count} targets at once, for which PMML has no standard model: fit and "
        "export one model for each target"
    )
