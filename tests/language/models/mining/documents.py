"""MiningModels as XML text over fields a, b, w (double) and s (string), run in both modes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pmmlkit.errors import EvaluationError
from pmmlkit.language.document import Document
from pmmlkit.program import Program

TRUE = "<True/>"
FALSE = "<False/>"
ALWAYS = '<CompoundPredicate booleanOperator="or"><True/><True/></CompoundPredicate>'
"""Holds for every row, but is not the element True."""

FIELDS = ("a", "b", "s", "w")
ERROR = "error"

_TARGETS = {
    "classification": '<DataField name="y" optype="categorical" dataType="string"/>',
    "regression": '<DataField name="y" optype="continuous" dataType="double"/>',
}


def where(field: str, operator: str, value: Any) -> str:
    return f'<SimplePredicate field="{field}" operator="{operator}" value="{value}"/>'


def schema(*others: str, target: str | None = "y") -> str:
    fields = [f'<MiningField name="{name}"/>' for name in (*FIELDS, *others)]
    if target is not None:
        fields.insert(0, f'<MiningField name="{target}" usageType="target"/>')
    return f"<MiningSchema>{''.join(fields)}</MiningSchema>"


def tree(
    score: Any,
    function: str = "classification",
    *,
    output: str = "",
    extra: str = "",
    target: str | None = "y",
    attributes: str = "",
) -> str:
    """A tree with one answer: a label, a number, a distribution, or None for no prediction."""
    if score is None:
        node = f'<Node score="{0 if function == "regression" else "x"}"><False/></Node>'
    elif isinstance(score, dict):
        shares = "".join(
            f'<ScoreDistribution value="{label}" recordCount="{count}"/>'
            for label, count in score.items()
        )
        best = max(score, key=score.__getitem__)
        node = f'<Node score="{best}"><True/>{shares}</Node>'
    else:
        node = f'<Node score="{score}"><True/></Node>'
    return (
        f'<TreeModel functionName="{function}" {attributes}>{schema(target=target)}'
        f"{_output(output)}{extra}{node}</TreeModel>"
    )


def linear(
    *terms: tuple[str, float],
    output: str = "",
    intercept: float = 0.0,
    target: str | None = None,
    more: Sequence[str] = (),
) -> str:
    """A linear regression over fields that its MiningSchema names."""
    fields = [f'<MiningField name="{name}"/>' for name, _ in terms]
    fields += [f'<MiningField name="{name}"/>' for name in more]
    if target is not None:
        fields.insert(0, f'<MiningField name="{target}" usageType="target"/>')
    predictors = "".join(
        f'<NumericPredictor name="{name}" coefficient="{number}"/>' for name, number in terms
    )
    return (
        f'<RegressionModel functionName="regression"><MiningSchema>{"".join(fields)}</MiningSchema>'
        f'{_output(output)}<RegressionTable intercept="{intercept}">{predictors}</RegressionTable>'
        "</RegressionModel>"
    )


def segment(
    model: str,
    predicate: str = TRUE,
    *,
    id: str | None = None,
    weight: float | None = None,
    variable: str | None = None,
) -> str:
    attributes = "" if id is None else f' id="{id}"'
    attributes += "" if weight is None else f' weight="{weight}"'
    last = "" if variable is None else f'<VariableWeight field="{variable}"/>'
    return f"<Segment{attributes}>{predicate}{model}{last}</Segment>"


def mining(
    method: str,
    segments: Sequence[str],
    function: str = "classification",
    *,
    output: str = "",
    extra: str = "",
    treatment: str = "",
    threshold: float | None = None,
    attributes: str = "",
    fields: str = "",
) -> str:
    """A MiningModel; `fields` replaces its MiningSchema."""
    given = f' missingPredictionTreatment="{treatment}"' if treatment else ""
    given += "" if threshold is None else f' missingThreshold="{threshold}"'
    return (
        f'<MiningModel functionName="{function}" {attributes}>{fields or schema()}{_output(output)}'
        f'{extra}<Segmentation multipleModelMethod="{method}"{given}>{"".join(segments)}'
        "</Segmentation></MiningModel>"
    )


def document(
    model: str, function: str = "classification", *, fields: str = "", transformations: str = ""
) -> bytes:
    return (
        '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>'
        f"{fields or _TARGETS[function]}"
        '<DataField name="a" optype="continuous" dataType="double"/>'
        '<DataField name="b" optype="continuous" dataType="double"/>'
        '<DataField name="s" optype="categorical" dataType="string"/>'
        '<DataField name="w" optype="continuous" dataType="double"/>'
        f"</DataDictionary>{transformations}{model}</PMML>"
    ).encode()


def output_field(name: str, feature: str, type: str = "double", more: str = "") -> str:
    kind = "categorical" if type == "string" else "continuous"
    return (
        f'<OutputField name="{name}" optype="{kind}" dataType="{type}" feature="{feature}" {more}/>'
    )


def derived_output(name: str, expression: str, type: str = "double") -> str:
    return (
        f'<OutputField name="{name}" optype="continuous" dataType="{type}" '
        f'feature="transformedValue">{expression}</OutputField>'
    )


def probabilities(*labels: str) -> str:
    return "".join(
        output_field(f"p({label})", "probability", "double", f'value="{label}"') for label in labels
    )


def _output(fields: str) -> str:
    return f"<Output>{fields}</Output>" if fields else ""


def program(text: bytes, **options: Any) -> Program:
    return Program(Document.read(text), **options)


def score(text: bytes | Program, rows: Sequence[Mapping[str, Any]] = ({},)) -> list[Any]:
    """Score rows in both modes, see that the results are the same bits, and return them."""
    compiled = text if isinstance(text, Program) else program(text)
    records = [{name: row.get(name) for name in FIELDS} for row in rows]
    table = {name: np.array([record[name] for record in records], object) for name in FIELDS}
    result = compiled.run(len(records), table.get)
    lists = {name: column.to_list() for name, column in result.columns.items()}
    found: list[dict[str, Any] | str] = []
    for at, record in enumerate(records):
        one = row_of(compiled, record)
        if isinstance(one, EvaluationError):
            assert at in result.errors, (record, one)
            assert result.errors[at].message == one.message
            found.append(ERROR)
            continue
        assert at not in result.errors, (record, result.errors[at])
        whole = {name: items[at] for name, items in lists.items()}
        assert _bits(whole) == _bits(one), record
        found.append(one)
    return found


def row_of(compiled: Program, record: Mapping[str, Any]) -> dict[str, Any] | EvaluationError:
    """Score one row by the row mode; return its error where it has one."""
    try:
        return compiled.row(dict(record))
    except EvaluationError as error:
        return error


def value(text: bytes, row: Mapping[str, Any] | None = None, name: str = "y") -> Any:
    """Score one row; return one of its results, or `ERROR`."""
    (result,) = score(text, [row or {}])
    return result if isinstance(result, str) else result[name]


def _bits(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: "nan" if isinstance(item, float) and math.isnan(item) else (item, repr(item))
        for name, item in record.items()
    }
