"""Models inside Nodes, read from XML text, in both modes and beside JPMML."""

from __future__ import annotations

import math
import pickle
from typing import Any

import pytest

import pmmlkit
from pmmlkit.errors import LimitError, MarkupError, UnsupportedError
from pmmlkit.limits import Limits
from pmmlkit.parity.oracles import Oracle

NUMBER = '<DataField name="y" optype="continuous" dataType="double"/>'
LABEL = (
    '<DataField name="y" optype="categorical" dataType="string">'
    '<Value value="u"/><Value value="v"/></DataField>'
)
LINEAR = (
    '<RegressionTable intercept="1"><NumericPredictor name="b" coefficient="2"/></RegressionTable>'
)
LOGIT = (
    '<RegressionTable intercept="0" targetCategory="v">'
    '<NumericPredictor name="b" coefficient="1"/></RegressionTable>'
    '<RegressionTable intercept="0" targetCategory="u"/>'
)
COLUMNS = {"a": [-1.0, 1.0, 1.0, None, 5.0], "b": [3.0, 3.0, None, 3.0, -2.0]}


def regression(tables: str = LINEAR, inside: str = "", function: str = "regression") -> str:
    return f'<Regression functionName="{function}">{inside}{tables}</Regression>'


def logit(function: str = "classification") -> str:
    return f'<Regression functionName="{function}" normalizationMethod="logit">{LOGIT}</Regression>'


def decision_tree(nodes: str, attributes: str = 'functionName="regression"') -> str:
    return f"<DecisionTree {attributes}>{nodes}</DecisionTree>"


def document(
    model: str,
    *,
    left: str = '<ScoreDistribution value="u" recordCount="3"/>'
    '<ScoreDistribution value="v" recordCount="1"/>',
    function: str = "regression",
    output: str = "",
    attributes: str = "",
    test: str = '<SimplePredicate field="a" operator="greaterOrEqual" value="0"/>',
) -> bytes:
    """A tree: below a = 0 a plain leaf `n1`, from there on the node `n2` with the model."""
    is_number = function == "regression"
    return f"""<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>
      <DataField name="a" optype="continuous" dataType="double"/>
      <DataField name="b" optype="continuous" dataType="double"/>
      {NUMBER if is_number else LABEL}</DataDictionary>
      <TreeModel functionName="{function}" {attributes}>
        <MiningSchema><MiningField name="y" usageType="target"/>
          <MiningField name="a"/><MiningField name="b"/></MiningSchema>
        <Output><OutputField name="id" feature="entityId" dataType="string" optype="categorical"/>
        {output}</Output>
        <Node id="r"><True/>
          <Node id="n1" score="{5 if is_number else "u"}">
            <SimplePredicate field="a" operator="lessThan" value="0"/>
            {"" if is_number else left}
          </Node>
          <Node id="n2">{test}{model}</Node>
        </Node></TreeModel></PMML>""".encode()


def rows(document: bytes, columns: dict[str, list[Any]] | None = None) -> list[dict[str, Any]]:
    """Score in both modes, hold them against each other, and return the rows."""
    model = pmmlkit.load(document)
    columns = columns or COLUMNS
    size = len(columns["a"])
    by_row = [model.evaluate({key: columns[key][at] for key in columns}) for at in range(size)]
    table = model.evaluate(columns)
    for name, values in table.items():
        for at, value in enumerate(values.tolist()):
            mine = by_row[at][name]
            same = value == mine or (mine is None and (value is None or math.isnan(value)))
            assert same, (name, at, value, mine)
    return by_row


def values(document: bytes, name: str = "y") -> list[Any]:
    return [row[name] for row in rows(document)]


def test_regression() -> None:
    found = document(regression())
    assert values(found) == [5.0, 7.0, None, None, -3.0]
    assert values(found, "id") == ["n1", "n2", None, None, "n2"]


def test_score_counts_where_the_model_has_no_prediction() -> None:
    found = document(regression()).replace(b'id="n2"', b'id="n2" score="99"')
    assert values(found) == [5.0, 7.0, 99.0, None, -3.0]
    assert values(found, "id") == ["n1", "n2", "n2", None, "n2"]


def test_own_transformations_targets_output() -> None:
    inside = (
        '<Output><OutputField name="inner" feature="predictedValue" dataType="double" '
        'optype="continuous"/></Output>'
        '<Targets><Target field="y" rescaleFactor="10"/></Targets>'
        "<LocalTransformations>"
        '<DerivedField name="d" optype="continuous" dataType="double"><Apply function="+">'
        '<FieldRef field="b"/><Constant>1</Constant></Apply></DerivedField></LocalTransformations>'
    )
    output = (
        '<OutputField name="twice" feature="transformedValue" dataType="double" '
        'optype="continuous"><Apply function="*"><FieldRef field="inner"/><Constant>2</Constant>'
        "</Apply></OutputField>"
    )
    tables = LINEAR.replace('name="b"', 'name="d"')
    found = document(regression(tables, inside), output=output)
    assert values(found) == [5.0, 90.0, None, None, -10.0]
    assert values(found, "inner") == [None, 90.0, None, None, -10.0]
    assert values(found, "twice") == [None, 180.0, None, None, -20.0]


def test_result_field_is_an_output() -> None:
    inside = '<ResultField name="inner" feature="predictedValue" dataType="double"/>'
    assert values(document(regression(inside=inside)), "inner") == [None, 7.0, None, None, -3.0]


def test_targets_of_both_apply_from_inside() -> None:
    inside = '<Targets><Target field="y" rescaleFactor="10" castInteger="round"/></Targets>'
    outer = '<Targets><Target field="y" rescaleConstant="0.5"/></Targets>'
    found = document(regression(inside=inside)).replace(b"</Output>", b"</Output>" + outer.encode())
    assert values(found) == [5.5, 70.5, None, None, -29.5]


def test_decision_tree() -> None:
    inner = decision_tree(
        '<Node id="i"><True/>'
        '<Node id="j" score="1"><SimplePredicate field="b" operator="lessThan" value="0"/></Node>'
        '<Node id="k"><SimplePredicate field="b" operator="greaterOrEqual" value="0"/>'
        f"{regression()}</Node></Node>",
        'functionName="regression" missingValueStrategy="lastPrediction"',
    )
    found = document(inner)
    assert values(found) == [5.0, 7.0, None, None, 1.0]
    assert values(found, "id") == ["n1", "n2", None, None, "n2"]


def test_classification() -> None:
    output = (
        '<OutputField name="p" feature="probability" value="v" dataType="double" '
        'optype="continuous"/>'
    )
    found = rows(document(logit(), function="classification", output=output))
    assert [row["y"] for row in found] == ["u", "v", None, None, "u"]
    shares = [row["p"] for row in found]
    assert shares[0] == 0.25
    assert shares[1] == pytest.approx(1 / (1 + math.exp(-3)), rel=1e-12)
    assert shares[2:4] == [None, None]
    assert shares[4] == pytest.approx(1 / (1 + math.exp(2)), rel=1e-12)


def test_classification_by_tree_with_other_order_of_classes() -> None:
    inner = decision_tree(
        '<Node><True/><ScoreDistribution value="w" recordCount="6"/>'
        '<ScoreDistribution value="v" recordCount="2"/></Node>',
        'functionName="classification"',
    )
    found = document(inner, function="classification").replace(b'<Value value="u"/>', b"")
    found = found.replace(b'<Value value="v"/>', b"")
    model = pmmlkit.load(found)
    assert values(found) == ["u", "w", "w", None, "w"]
    assert model.classes_.tolist() == ["u", "v", "w"]
    shares = model.predict_proba({"a": [-1.0, 1.0], "b": [0.0, 0.0]})
    assert shares.tolist() == [[0.75, 0.25, 0.0], [0.0, 0.25, 0.75]]


def test_general_walk() -> None:
    """A predicate that no diagram can hold: the nodes are found by walking."""
    test = '<SimplePredicate field="a" operator="notEqual" value="NaN"/>'
    assert values(document(regression(), test=test)) == [5.0, 7.0, None, None, -3.0]


def test_many_leaves() -> None:
    leaves = "".join(
        f'<Node id="m{at}"><SimplePredicate field="b" operator="lessOrEqual" value="{at}"/>'
        + (regression(f'<RegressionTable intercept="{at}"/>') if at % 2 else "")
        + "</Node>"
        for at in range(8)
    )
    inner = decision_tree(f"<Node><True/>{leaves}</Node>")
    columns = {"a": [1.0] * 9, "b": [float(at) for at in range(9)]}
    found = [row["y"] for row in rows(document(inner), columns)]
    assert found == [None, 1.0, None, 3.0, None, 5.0, None, 7.0, None]


@pytest.mark.parametrize(
    ("model", "function", "attributes"),
    [
        (logit(), "regression", ""),
        (regression(), "classification", ""),
        (logit(), "classification", 'missingValueStrategy="aggregateNodes"'),
    ],
)
def test_not_supported(model: str, function: str, attributes: str) -> None:
    with pytest.raises(UnsupportedError):
        pmmlkit.load(document(model, function=function, attributes=attributes))


def test_two_models_in_a_node() -> None:
    with pytest.raises(MarkupError, match="one Regression or DecisionTree"):
        pmmlkit.load(document(regression() + regression()))


def test_outputs_of_different_types() -> None:
    inside = '<ResultField name="inner" dataType="{}"/>'
    nodes = "".join(
        f'<Node><SimplePredicate field="b" operator="lessThan" value="{at}"/>'
        f"{regression(inside=inside.format(kind))}</Node>"
        for at, kind in enumerate(("double", "string"))
    )
    with pytest.raises(MarkupError, match="different dataTypes"):
        pmmlkit.load(document(decision_tree(f"<Node><True/>{nodes}</Node>")))


def nested(depth: int) -> bytes:
    """Trees inside each other; each gives its depth where a is below it."""
    model = regression('<RegressionTable intercept="-1"/>')
    for at in range(depth, 0, -1):
        model = decision_tree(
            f'<Node><True/><Node score="{at}">'
            f'<SimplePredicate field="a" operator="lessThan" value="{at}"/></Node>'
            f'<Node><SimplePredicate field="a" operator="greaterOrEqual" value="{at}"/>{model}'
            "</Node></Node>"
        )
    return document(model)


def test_deep() -> None:
    found = nested(90)
    columns = {"a": [-1.0, 0.0, 44.5, 90.0], "b": [0.0] * 4}
    assert [row["y"] for row in rows(found, columns)] == [5.0, 1.0, 45.0, -1.0]
    root = pmmlkit.load(found).document.root
    assert root == pmmlkit.load(found).document.root
    assert root != pmmlkit.load(nested(89)).document.root
    assert pickle.loads(pickle.dumps(root)) == root


def test_too_deep() -> None:
    with pytest.raises(LimitError, match="model_depth"):
        pmmlkit.load(nested(100))
    with pytest.raises(LimitError, match="model_depth"):
        pmmlkit.load(nested(5), limits=Limits(model_depth=5))


@pytest.mark.parametrize(
    "model",
    [
        regression(inside='<Extension name="x">kept</Extension><ResultField name="r"/>'),
        decision_tree(f'<Node id="i"><True/>{regression()}</Node>'),
        '<Partition name="p" size="3"><PartitionFieldStats field="a"><Array n="2" type="int">1 2'
        f"</Array></PartitionFieldStats></Partition>{regression()}",
    ],
)
def test_round_trip(model: str) -> None:
    first = pmmlkit.load(document(model)).document
    again = pmmlkit.load(first.to_bytes()).document
    assert again.root == first.root
    assert again.to_bytes() == first.to_bytes()


def test_indentation_of_nested_nodes() -> None:
    model = decision_tree('<Node id="i" score="1"><True/></Node>')
    text = pmmlkit.load(document(model)).document.to_bytes().decode()
    assert '\n\t\t\t\t\t<Node id="i" score="1">\n\t\t\t\t\t\t<True/>\n\t\t\t\t\t</Node>\n' in text


@pytest.mark.parametrize("strategy", ["none", "nullPrediction", "lastPrediction", "defaultChild"])
def test_against_jpmml(strategy: str, jpmml: Oracle) -> None:
    found = document(regression(), attributes=f'missingValueStrategy="{strategy}"')
    # where it falls back on a score, JPMML insists that there is one
    found = found.replace(b'id="r"', b'id="r" defaultChild="n2" score="77"')
    found = found.replace(b'id="n2"', b'id="n2" score="99"')
    answer = jpmml.evaluate(found, COLUMNS)
    mine = rows(found)
    assert not answer.errors
    for name in ("y", "id"):
        assert [row[name] for row in mine] == answer.columns[name]
