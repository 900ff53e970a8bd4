"""Every model element: the lines that must be there, and the same facts as JSON."""

from __future__ import annotations

import json

import pytest

import pmmlkit
from pmmlkit.language.groups import MODEL
from pmmlkit.showing.models import SHAPES
from tests.showing.documents import MODELS, around


def squeezed(lines: list[str]) -> list[str]:
    return [" ".join(line.split()) for line in lines]


def test_all_models_are_here() -> None:
    assert set(MODELS) == set(MODEL)
    assert set(MODEL) <= set(SHAPES)


@pytest.mark.parametrize("tag", MODELS)
def test_the_lines_of_a_model(tag: str) -> None:
    model, wanted = MODELS[tag]
    lines = squeezed(list(pmmlkit.show(around(model)).lines(width=120)))
    for line in wanted:
        assert line in lines, "\n".join(lines)


@pytest.mark.parametrize("tag", MODELS)
def test_the_json_of_a_model(tag: str) -> None:
    content = json.loads(pmmlkit.show(around(MODELS[tag][0])).to_json())
    model = content["models"][0]
    assert model["kind"] == tag
    assert model["path"] == "1"
    assert content["version"] == "4.4"
    assert content["producer"]["application"] == "hand"
    assert content["evaluable"] is (not content["obstacles"])


def test_models_in_models_stand_in_one_list() -> None:
    content = json.loads(pmmlkit.show(around(MODELS["MiningModel"][0])).to_json())
    assert [(model["path"], model["parent"], model["tree"]) for model in content["models"]] == [
        ("1", None, None),
        ("1.1", "1", 1),
        ("1.2", "1", None),
    ]
    assert content["models"][1]["segment"] == {"id": "low", "predicate": "x < 1", "weight": 2}
    coefficients = content["models"][2]["shape"]["tables"][0]
    assert coefficients["columns"] == ["term", "coefficient"]
    assert coefficients["rows"] == [["intercept", 7]]


def test_models_that_nest_deep_need_no_recursion() -> None:
    inner, depth = "<RegressionTable intercept='1'/>", 90
    schema = "<MiningSchema><MiningField name='x'/></MiningSchema>"
    model = f"<RegressionModel functionName='regression'>{schema}{inner}</RegressionModel>"
    for _ in range(depth):
        model = (
            f"<MiningModel functionName='regression'>{schema}<Segmentation "
            f"multipleModelMethod='modelChain'><Segment><True/>{model}</Segment></Segmentation>"
            "</MiningModel>"
        )
    shown = pmmlkit.show(around(model))
    assert len(shown.facts.models) == depth + 1
    assert shown.facts.models[-1].path.count(".") == depth
    assert "intercept" in str(shown)
    json.loads(shown.to_json())


def test_of_many_segments_a_few_are_listed() -> None:
    tree = (
        "<TreeModel functionName='regression'><MiningSchema><MiningField name='x'/></MiningSchema>"
        "<Node score='1'><True/></Node></TreeModel>"
    )
    segments = f"<Segment><True/>{tree}</Segment>" * 40
    model = (
        "<MiningModel functionName='regression'><MiningSchema><MiningField name='x'/>"
        f"</MiningSchema><Segmentation multipleModelMethod='sum'>{segments}</Segmentation>"
        "</MiningModel>"
    )
    shown = pmmlkit.show(around(model))
    text = "\n".join(shown.lines(width=100))
    assert "sum of 40 trees (40 nodes, 40 leaves, depth 0)" in text
    assert "... 34 more rows" in text
    assert "Model 1.1" not in text
    full = "\n".join(shown.lines(width=100, full=True))
    assert "more rows" not in full
    assert "Model 1.40: TreeModel" in full
