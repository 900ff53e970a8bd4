"""Models in a MiningModel without a Segmentation: the older form of a chain."""

from __future__ import annotations

import pytest

from pmmlkit.errors import UnsupportedError
from pmmlkit.language.document import Document
from tests.language.models.mining.documents import (
    document,
    mining,
    output_field,
    probabilities,
    program,
    schema,
    score,
    segment,
    tree,
    value,
)


def regression(intercept: float, *terms: tuple[str, float], inside: str = "") -> str:
    predictors = "".join(
        f'<NumericPredictor name="{name}" coefficient="{number}"/>' for name, number in terms
    )
    return (
        f'<Regression functionName="regression">{inside}'
        f'<RegressionTable intercept="{intercept}">{predictors}</RegressionTable></Regression>'
    )


def result_field(name: str, more: str = "") -> str:
    return f'<ResultField name="{name}" {more}/>'


def chain(*models: str, function: str = "regression", output: str = "", extra: str = "") -> bytes:
    kept = f"<Output>{output}</Output>" if output else ""
    return document(
        f'<MiningModel functionName="{function}">{schema()}{kept}{extra}{"".join(models)}'
        "</MiningModel>",
        function,
    )


def test_one_model() -> None:
    found = chain(regression(1, ("a", 2)))
    assert [row["y"] for row in score(found, [{"a": 3.0}, {}])] == [7.0, None]


def test_sequence() -> None:
    """The second model reads the result of the first."""
    first = regression(1, ("a", 2), inside=result_field("t", 'feature="predictedValue"'))
    found = chain(first, regression(10, ("t", 3), ("b", 1)))
    assert value(found, {"a": 3.0, "b": 0.5}) == 31.5
    assert value(found, {"b": 0.5}) is None


def test_missing_values_replaced_by_a_tree() -> None:
    """The example of the specification: a tree says what stands for a missing value."""
    ages = (
        '<DecisionTree functionName="regression"><ResultField name="age" dataType="double"/>'
        "<Node><True/>"
        '<Node score="20"><SimplePredicate field="s" operator="equal" value="student"/></Node>'
        '<Node score="40"><True/></Node></Node></DecisionTree>'
    )
    derived = (
        "<LocalTransformations>"
        '<DerivedField name="known" optype="continuous" dataType="double"><Apply function="if">'
        '<Apply function="isMissing"><FieldRef field="a"/></Apply><FieldRef field="age"/>'
        '<FieldRef field="a"/></Apply></DerivedField></LocalTransformations>'
    )
    found = chain(ages, regression(0, ("known", 0.5), inside=derived))
    rows: list[dict[str, object]] = [
        {"s": "student"},
        {"s": "other"},
        {"s": "student", "a": 60.0},
    ]
    assert [row["y"] for row in score(found, rows)] == [10.0, 20.0, 30.0]


def test_tree_selects_regression() -> None:
    nodes = "".join(
        f'<Node><SimplePredicate field="s" operator="equal" value="{label}"/>'
        f"{regression(number, ('a', 1))}</Node>"
        for label, number in (("p", 100), ("q", 200))
    )
    found = chain(
        f'<DecisionTree functionName="regression"><Node><True/>{nodes}</Node></DecisionTree>'
    )
    rows = [{"s": "p", "a": 1.0}, {"s": "q", "a": 1.0}, {"s": "r", "a": 1.0}]
    assert [row["y"] for row in score(found, rows)] == [101.0, 201.0, None]


def test_classification() -> None:
    first = regression(0, ("a", 1), inside=result_field("t"))
    second = (
        '<Regression functionName="classification" normalizationMethod="logit">'
        '<RegressionTable intercept="0" targetCategory="u"><NumericPredictor name="t" '
        'coefficient="1"/></RegressionTable><RegressionTable intercept="0" targetCategory="v"/>'
        "</Regression>"
    )
    found = chain(first, second, function="classification", output=probabilities("u", "v"))
    (row,) = score(found, [{"a": 0.0}])
    assert row == {"y": "u", "p(u)": 0.5, "p(v)": 0.5}


def test_last_model_has_the_targets() -> None:
    extra = '<Targets><Target field="y" rescaleFactor="2"/></Targets>'
    inner = '<Targets><Target field="y" rescaleConstant="1"/></Targets>'
    output = output_field("out", "predictedValue")
    found = chain(regression(3, inside=inner), output=output, extra=extra)
    assert score(found) == [{"y": 8.0, "out": 8.0}]


def test_round_trip() -> None:
    found = Document.read(chain(regression(1, inside=result_field("t")), regression(2, ("t", 1))))
    again = Document.read(found.to_bytes())
    assert again.root == found.root
    assert again.to_bytes() == found.to_bytes()


def test_beside_a_segmentation() -> None:
    model = mining("sum", [segment(tree(1, "regression"))], "regression", extra=regression(1))
    with pytest.raises(UnsupportedError, match="beside its Segmentation"):
        program(document(model, "regression"))
