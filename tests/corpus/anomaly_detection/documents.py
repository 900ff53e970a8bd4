"""AnomalyDetectionModels as text."""

from __future__ import annotations

from collections.abc import Mapping

from tests.corpus.cells import document

__all__ = ["anomaly", "forest", "tree"]


def anomaly(
    inside: str,
    algorithm: str,
    fields: Mapping[str, str],
    *,
    model: str = "",
    more: str = "",
    output: str = "",
    local: str = "",
) -> bytes:
    """A document around the model `inside`; `more` stands after it."""
    schema = "".join(f'<MiningField name="{name}"/>' for name in fields)
    body = (
        f'<AnomalyDetectionModel functionName="regression" algorithmType="{algorithm}" {model}>'
        f"<MiningSchema>{schema}</MiningSchema>"
        + (f"<Output>{output}</Output>" if output else "")
        + (f"<LocalTransformations>{local}</LocalTransformations>" if local else "")
        + f"{inside}{more}</AnomalyDetectionModel>"
    )
    return document(body, fields)


def tree(split: float, low: float, high: float, field: str = "x") -> str:
    """A tree of one split whose leaves have these path lengths."""
    return (
        '<TreeModel functionName="regression" splitCharacteristic="binarySplit"><MiningSchema>'
        f'<MiningField name="{field}"/></MiningSchema><Node><True/>'
        f'<Node score="{low}"><SimplePredicate field="{field}" operator="lessOrEqual" '
        f'value="{split}"/></Node><Node score="{high}"><SimplePredicate field="{field}" '
        f'operator="greaterThan" value="{split}"/></Node></Node></TreeModel>'
    )


def forest(*trees: str, field: str = "x") -> str:
    """A MiningModel that averages trees."""
    segments = "".join(f"<Segment><True/>{item}</Segment>" for item in trees)
    return (
        '<MiningModel functionName="regression"><MiningSchema>'
        f'<MiningField name="{field}"/></MiningSchema><Output><OutputField name="length" '
        'optype="continuous" dataType="double" feature="predictedValue"/></Output>'
        f'<Segmentation multipleModelMethod="average">{segments}</Segmentation></MiningModel>'
    )
