"""scikit-lego: a model for each group of rows, as segments of which the first that fits counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import (
    ByCategory,
    Category,
    Feature,
    Lookup,
    name_of,
    plain,
    uniform,
)
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.texts import category_text
from pmmlkit.language.models.mining import MiningModel, Segment, Segmentation
from pmmlkit.language.predicates import CompoundPredicate, SimplePredicate, TruePredicate
from pmmlkit.language.scope import Compiled

__all__ = ["grouped"]

Group = tuple[Category, ...]


@converts(
    "sklego.meta.GroupedClassifier",
    "sklego.meta.GroupedPredictor",
    "sklego.meta.GroupedRegressor",
)
def grouped(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to segments, the global model behind those of the groups."""
    kind = type(estimator).__name__
    if estimator.shrinkage is not None:
        raise ExportError(
            f"{kind}(shrinkage={estimator.shrinkage!r}) is not converted: its predictions are "
            "mixed from all levels of groups; fit it without shrinkage"
        )
    uniform(features, estimator.n_features_in_, estimator)
    groups, others = _split(estimator, features)
    parts = {_group(key): part for key, part in estimator.estimators_.items()}
    inner, parts_in_order = _with_labels(estimator, context, list(parts.values()))
    drafts = [
        inner.draft(part, others, f"group {group!r} of {kind}")
        for group, part in zip(parts, parts_in_order, strict=True)
    ]
    tests: list[Group | None] = list(parts)
    if estimator.fallback_:
        drafts.append(inner.draft(estimator.fallback_, others, f"global model of {kind}"))
        tests.append(None)
    columns = tuple(
        _column(feature, [group[at] for group in parts]) for at, feature in enumerate(groups)
    )
    ends = np.cumsum([len(columns), *(len(draft.reads) for draft in drafts)]).tolist()

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> MiningModel:
        models = [
            draft.build(frame.inner(frame.target), fields[end - len(draft.reads) : end])
            for draft, end in zip(drafts, ends[1:], strict=True)
        ]
        segments = tuple(
            Segment(id=str(number), predicate=_test(fields, group), model=model)
            for number, (group, model) in enumerate(zip(tests, models, strict=True), 1)
        )
        segmentation = Segmentation(multiple_model_method="selectFirst", segments=segments)
        return MiningModel(**frame.parts(fields), segmentation=segmentation)

    reads = (*columns, *(read for draft in drafts for read in draft.reads))
    target = inner.target if inner.target.classes else None
    return Draft(reads, build, (), target)


def _group(key: Any) -> Group:
    return tuple(plain(value) for value in (key if isinstance(key, tuple) else (key,)))


def _split(estimator: Any, features: Sequence[Feature]) -> tuple[list[Feature], list[Feature]]:
    """Return the features that tell the group, and the others."""
    wanted = estimator.groups
    wanted = [wanted] if isinstance(wanted, str | int) else list(wanted)
    names = [name_of(feature) for feature in features]
    lacking = [name for name in wanted if isinstance(name, str) and name not in names]
    if lacking:
        raise ExportError(
            f"{type(estimator).__name__} groups by the column {lacking[0]!r}, which is not among "
            f"those that arrive: {', '.join(names)}"
        )
    places = [names.index(it) if isinstance(it, str) else int(it) % len(names) for it in wanted]
    others = [feature for at, feature in enumerate(features) if at not in places]
    return [features[at] for at in places], others


def _with_labels(
    estimator: Any, context: Context, parts: Sequence[Any]
) -> tuple[Context, Sequence[Any]]:
    """Return the context of what the parts predict; raise ExportError where some groups have not
    seen all classes.
    """
    classes = getattr(parts[0], "classes_", None)
    if classes is None:
        return context, parts
    whole = [plain(label) for label in getattr(estimator, "classes_", classes)]
    for part in (*parts, *([estimator.fallback_] if estimator.fallback_ else [])):
        if [plain(label) for label in part.classes_] != whole:
            raise ExportError(
                f"a group of {type(estimator).__name__} has seen the classes "
                f"{list(part.classes_)} only, of {whole}: all segments have to know all classes"
            )
    return context.with_classes(whole), parts


def _column(feature: Feature, values: Sequence[Category]) -> Feature:
    known = tuple(dict.fromkeys(values))
    table = tuple((value, float(at)) for at, value in enumerate(known))
    lookup = Lookup(f"group({name_of(feature)})", feature, table, -1.0, -1.0, known=known)
    return ByCategory(lookup)


def _test(fields: Sequence[BoundField], group: Group | None) -> Compiled:
    if group is None:
        return TruePredicate()
    tests = tuple(
        SimplePredicate(
            field=field.name, operator="equal", value=category_text(value, field.data_type)
        )
        for field, value in zip(fields, group, strict=False)
    )
    return (
        tests[0] if len(tests) == 1 else CompoundPredicate(boolean_operator="and", predicates=tests)
    )
