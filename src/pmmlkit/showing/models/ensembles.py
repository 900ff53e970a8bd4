"""TreeModel and MiningModel: trees by their size, segments by how they are combined.

Specification: chapters Trees and Multiple Models.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pmmlkit.showing.facts import Fact, Shape, Table
from pmmlkit.showing.formula import Names
from pmmlkit.showing.models.reading import counted, facts, joined, range_text
from pmmlkit.showing.trees import TreeSize, embedded_models, tree_size

__all__ = ["inner_models", "is_weighted", "mining", "tree"]

_WEIGHTED = ("weighted", "Weighted")


def tree(model: Any, names: Names) -> Shape:
    """Describe a TreeModel by its size and its strategies."""
    size = tree_size(model.nodes)
    strategy = model.missing_value_strategy
    return Shape(
        f"tree, {_size_text([size])}",
        facts(
            nodes=size.nodes,
            leaves=size.leaves,
            depth=size.depth,
            split=model.split_characteristic,
            missing_value_strategy=strategy,
            missing_value_penalty=_unless(model.missing_value_penalty, 1.0),
            no_true_child_strategy=model.no_true_child_strategy,
            embedded_models=sum(1 for _ in embedded_models(model.nodes)) or None,
        ),
        _field_table(size.fields),
    )


def _unless(value: Any, default: Any) -> Any:
    return None if value == default else value


def _size_text(sizes: Sequence[TreeSize]) -> str:
    depths = range_text([size.depth for size in sizes])
    return joined(
        counted(sum(size.nodes for size in sizes), "node"),
        counted(sum(size.leaves for size in sizes), "leaf", "leaves"),
        f"depth {depths}",
    )


def _field_table(fields: Counter[str]) -> tuple[Table, ...]:
    """List how often predicates ask for each field, the most used first."""
    rows = tuple(fields.most_common())
    return (Table("fields in predicates", ("field", "times"), rows),) if rows else ()


def inner_models(model: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the models directly inside of a model, each with its Segment (None where it has
    none).
    """
    segmentation = getattr(model, "segmentation", None)
    for segment in () if segmentation is None else segmentation.segments or ():
        if segment.model is not None:
            yield segment, segment.model
    for embedded in getattr(model, "embedded_models", None) or ():
        yield None, embedded
    inner = getattr(model, "model", None)
    if inner is not None:
        yield None, inner
    for embedded in embedded_models(getattr(model, "nodes", None)):
        yield None, embedded


def mining(model: Any, names: Names) -> Shape:
    """Describe a MiningModel by its method; its segments are models of their own."""
    segmentation = model.segmentation
    if segmentation is None:
        embedded = model.embedded_models or ()
        return Shape(f"model composition, {counted(len(embedded), 'embedded model')}")
    segments = segmentation.segments or ()
    method = segmentation.multiple_model_method or "?"
    kinds = Counter(segment.model.tag if segment.model else "no model" for segment in segments)
    trees = [
        tree_size(segment.model.nodes)
        for segment in segments
        if segment.model is not None and segment.model.tag == "TreeModel"
    ]
    told = [Fact("method", method), Fact("segments", len(segments))]
    told += _forest_facts(trees)
    treatment, threshold = segmentation.treatment_of_missing
    told += facts(
        missing_prediction_treatment=_unless(treatment, "continue"),
        missing_threshold=_unless(threshold, 1.0),
    )
    inside = " and ".join(counted(count, _noun(kind)) for kind, count in kinds.items())
    sizes = f" ({_size_text(trees)})" if trees else ""
    fields: Counter[str] = Counter()
    for size in trees:
        fields.update(size.fields)
    return Shape(f"{method} of {inside}{sizes}", tuple(told), _field_table(fields))


def _noun(kind: str) -> str:
    return "tree" if kind == "TreeModel" else kind


def _forest_facts(trees: Sequence[TreeSize]) -> tuple[Fact, ...]:
    if not trees:
        return ()
    return facts(
        trees=len(trees),
        nodes=sum(size.nodes for size in trees),
        leaves=sum(size.leaves for size in trees),
        depth=range_text([size.depth for size in trees]),
        nodes_of_a_tree=range_text([size.nodes for size in trees]),
    )


def is_weighted(method: str | None) -> bool:
    """Tell whether the weights of segments count."""
    return any(word in (method or "") for word in _WEIGHTED)
