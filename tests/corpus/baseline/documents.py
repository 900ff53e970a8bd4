"""Small BaselineModels as text."""

from __future__ import annotations

from collections.abc import Mapping

from tests.corpus.cells import document

__all__ = ["FIELDS", "alternate", "baseline", "counts", "model", "nested"]

FIELDS = {
    "x": "continuous double",
    "s": "categorical string",
    "t": "categorical string",
    "i": "categorical integer",
    "w": "continuous double",
}


def model(
    attributes: str, content: str, *, field: str = "x", function: str = "regression"
) -> bytes:
    """A document that predicts z; `attributes` are those of TestDistributions after the field."""
    fields = "".join(f'<MiningField name="{name}"/>' for name in FIELDS)
    body = (
        f'<BaselineModel functionName="{function}"><MiningSchema>{fields}'
        '<MiningField name="z" usageType="target"/></MiningSchema>'
        f'<TestDistributions field="{field}" {attributes}>{content}</TestDistributions>'
        "</BaselineModel>"
    )
    return document(body, {**FIELDS, "z": "continuous double"})


def baseline(distribution: str) -> str:
    return f"<Baseline>{distribution}</Baseline>"


def alternate(distribution: str) -> str:
    return f"<Alternate>{distribution}</Alternate>"


def counts(numbers: Mapping[str, float], field: str = "s", kind: str = "", more: str = "") -> str:
    """A table of the counts of one field; `kind` is CountTable or Normalized before that."""
    items = "".join(
        f'<FieldValueCount field="{field}" value="{value}" count="{count}"/>'
        for value, count in numbers.items()
    )
    return f"<{kind}CountTable {more}>{items}</{kind}CountTable>"


def nested(table: Mapping[str, Mapping[str, float]]) -> str:
    """A table of the counts of t within those of s."""
    items = "".join(
        f'<FieldValue field="s" value="{outer}">'
        + "".join(
            f'<FieldValueCount field="t" value="{inner}" count="{count}"/>'
            for inner, count in numbers.items()
        )
        + "</FieldValue>"
        for outer, numbers in table.items()
    )
    return f"<CountTable>{items}</CountTable>"
