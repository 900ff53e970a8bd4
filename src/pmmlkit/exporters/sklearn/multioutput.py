"""sklearn.multioutput: estimators of several targets, side by side or in a chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pmmlkit.exporters.context import Context, contexts_of, several
from pmmlkit.exporters.features import Feature, Lookup, Predicted, uniform
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.sklearn.response import responses

__all__ = ["chain", "side_by_side"]


@converts("sklearn.multioutput.MultiOutputRegressor", "sklearn.multioutput.MultiOutputClassifier")
def side_by_side(estimator: Any, features: Sequence[Feature], context: Context) -> Draft | Several:
    """Convert to a model for each target."""
    kind = type(estimator).__name__
    parts = estimator.estimators_
    return several(
        context,
        lambda at, inner: inner.draft(parts[at], features, f"estimator {at + 1} of {kind}"),
        len(parts),
    )


@converts("sklearn.multioutput.RegressorChain", "sklearn.multioutput.ClassifierChain")
def chain(estimator: Any, features: Sequence[Feature], context: Context) -> Draft | Several:
    """Convert to models each of which reads what those before it predict."""
    uniform(features, estimator.n_features_in_, estimator)
    kind = type(estimator).__name__
    method = getattr(estimator, "chain_method_", "predict")
    order = [int(at) for at in estimator.order_]
    contexts = contexts_of(context, len(order))
    before: list[Feature] = []
    drafts: dict[int, Draft] = {}
    for number, (at, part) in enumerate(zip(order, estimator.estimators_, strict=True), 1):
        place = f"estimator {number} of {kind}"
        read, inner = [*features, *before], contexts[at]
        if method == "decision_function":
            before.append(inner.decisions(part, read, place)[-1])
            drafts[at] = inner.draft(part, read, place)
            continue
        found = responses(inner, part, read, place, method)[-1]
        before.append(found)
        model = found.source if isinstance(found, Lookup) else found
        assert isinstance(model, Predicted)
        drafts[at] = model.draft
    return several(context, lambda at, inner: drafts[at], len(order))
