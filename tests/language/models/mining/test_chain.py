"""modelChain and x-multiModelChain: outputs on their way, skipped segments, nesting."""

from __future__ import annotations

from typing import Any

import pytest

from pmmlkit.errors import LimitError, MarkupError
from pmmlkit.limits import Limits
from tests.language.models.mining.documents import (
    ERROR,
    derived_output,
    document,
    linear,
    mining,
    output_field,
    probabilities,
    program,
    schema,
    score,
    segment,
    tree,
    value,
    where,
)

REGRESSION = "regression"


def outputs(name: str) -> str:
    return output_field(name, "predictedValue")


def chain(segments: list[str], function: str = REGRESSION, **more: Any) -> bytes:
    return document(mining("modelChain", segments, function, **more), function)


def test_outputs_reach_later_segments_and_the_output_of_the_chain() -> None:
    text = chain(
        [
            segment(linear(("a", 2.0), output=outputs("first"))),
            segment(linear(("first", 10.0), ("b", 1.0), output=outputs("second"))),
            segment(linear(("second", 1.0), intercept=0.5)),
        ],
        output=derived_output("seen", '<FieldRef field="first"/>'),
    )
    assert score(text, [{"a": 1.0, "b": 2.0}, {"a": None, "b": 1.0}]) == [
        {"y": 22.5, "seen": 2.0},
        {"y": None, "seen": None},
    ]


def test_predicates_see_earlier_outputs() -> None:
    text = chain(
        [
            segment(linear(("a", 1.0), output=outputs("first"))),
            segment(tree("1", REGRESSION), where("first", "lessThan", 0)),
            segment(tree("2", REGRESSION), where("first", "greaterThan", 10)),
        ],
    )
    rows = score(text, [{"a": -1.0}, {"a": 50.0}, {"a": 5.0}, {"a": None}])
    assert [row["y"] for row in rows] == [1.0, 2.0, 5.0, None]


def test_an_output_of_a_skipped_segment_is_missing() -> None:
    text = chain(
        [
            segment(linear(("a", 1.0), output=outputs("first")), where("a", "greaterThan", 0)),
            segment(tree("-1", REGRESSION), where("first", "isMissing", "")),
            segment(linear(("first", 2.0)), where("first", "isNotMissing", "")),
        ],
        output=derived_output("seen", '<FieldRef field="first" mapMissingTo="99"/>'),
    )
    assert score(text, [{"a": 3.0}, {"a": -3.0}]) == [
        {"y": 6.0, "first": None, "seen": 3.0},
        {"y": -1.0, "first": None, "seen": 99.0},
    ]


def test_only_the_last_segment_that_ran_gives_outputs_to_the_result() -> None:
    text = chain(
        [
            segment(tree("1", REGRESSION, output=outputs("first"))),
            segment(tree("2", REGRESSION, output=outputs("second")), where("a", "equal", 1)),
        ]
    )
    assert score(text, [{"a": 1.0}, {"a": 0.0}]) == [
        {"y": 2.0, "first": None, "second": 2.0},
        {"y": 1.0, "first": 1.0, "second": None},
    ]


def test_local_transformations_of_the_chain_see_outputs_in_time() -> None:
    derived = (
        '<LocalTransformations><DerivedField name="twice" optype="continuous" dataType="double">'
        '<Apply function="*"><FieldRef field="first"/><Constant>2</Constant></Apply></DerivedField>'
        '<DerivedField name="plain" optype="continuous" dataType="double">'
        '<Apply function="+"><FieldRef field="a"/><Constant>100</Constant></Apply></DerivedField>'
        "</LocalTransformations>"
    )
    text = chain(
        [
            segment(linear(("plain", 1.0), output=outputs("first"))),
            segment(linear(("twice", 1.0), ("plain", 1.0)), where("twice", "greaterThan", 0)),
        ],
        extra=derived,
    )
    rows = score(text, [{"a": 1.0}, {"a": -200.0}])
    assert [row["y"] for row in rows] == [303.0, -100.0]


def test_segments_transform_what_earlier_ones_gave() -> None:
    later = (
        linear(("t", 1.0), more=["first"])
        .replace(
            "</MiningSchema>",
            '</MiningSchema><LocalTransformations><DerivedField name="t" optype="continuous" '
            'dataType="double"><Apply function="ln"><FieldRef field="first"/></Apply>'
            "</DerivedField>"
            "</LocalTransformations>",
        )
        .replace('<MiningField name="t"/>', "")
    )
    text = chain([segment(linear(("a", 1.0), output=outputs("first"))), segment(later)])
    assert [row["y"] for row in score(text, [{"a": 1.0}, {"a": None}])] == [0.0, None]


def test_a_failure_on_the_way_fails_the_row_whether_used_or_not() -> None:
    empty = '<Node><True/><ScoreDistribution value="x" recordCount="0"/></Node>'
    bad = f'<TreeModel functionName="classification">{schema(target=None)}{empty}</TreeModel>'
    segments = [
        segment(bad, where("a", "lessThan", 0)),
        segment(tree("1", REGRESSION)),
    ]
    assert score(chain(segments), [{"a": -1.0}, {"a": 1.0}]) == [ERROR, {"y": 1.0}]


def test_a_failed_output_fails_where_it_is_used() -> None:
    failing = derived_output(
        "whole",
        '<Apply function="*"><FieldRef field="a"/><Constant>0.5</Constant></Apply>',
        "integer",
    )
    unused = [segment(tree("1", REGRESSION, output=failing)), segment(tree("2", REGRESSION))]
    assert score(chain(unused), [{"a": 3.0}]) == [{"y": 2.0}]
    used = [segment(tree("1", REGRESSION, output=failing)), segment(linear(("whole", 1.0)))]
    assert score(chain(used), [{"a": 3.0}, {"a": 4.0}]) == [ERROR, {"y": 2.0}]


def test_earlier_segments_may_have_another_function() -> None:
    text = chain(
        [
            segment(tree({"x": 1, "z": 3}, output=probabilities("x", "z"), target=None)),
            segment(linear(("p(z)", 4.0))),
        ]
    )
    assert value(text) == 3.0


def test_the_last_one_that_runs_must_have_the_function_of_the_chain() -> None:
    with pytest.raises(MarkupError, match="functionName"):
        program(chain([segment(tree("x", target=None))]))
    segments = [
        segment(tree("x", target=None)),
        segment(tree("1", REGRESSION), where("a", "greaterThan", 0)),
    ]
    assert score(chain(segments), [{"a": 1.0}, {"a": -1.0}]) == [{"y": 1.0}, ERROR]


def test_the_probabilities_are_those_of_the_last_segment() -> None:
    segments = [
        segment(tree({"x": 1, "y": 3})),
        segment(tree({"z": 1, "x": 4}), where("a", "equal", 1)),
    ]
    output = probabilities("x", "y", "z") + output_field("e", "entityId", "string")
    text = chain(segments, "classification", output=output)
    assert [tuple(row.values()) for row in score(text, [{"a": 1.0}, {"a": 0.0}])] == [
        ("x", 0.8, 0.0, 0.2, "2"),
        ("y", 0.25, 0.75, 0.0, "1"),
    ]


def test_names_are_unique_over_the_chain() -> None:
    segments = [segment(tree("1", REGRESSION, output=outputs("o")))] * 2
    with pytest.raises(MarkupError, match="two segments of the chain"):
        program(chain(segments))


def test_an_output_is_not_visible_to_earlier_segments() -> None:
    segments = [
        segment(linear(("late", 1.0))),
        segment(tree("1", REGRESSION, output=outputs("late"))),
    ]
    with pytest.raises(MarkupError, match="'late' is not defined"):
        program(chain(segments))


def test_chains_in_chains() -> None:
    inner = mining(
        "modelChain",
        [
            segment(linear(("a", 1.0), output=outputs("hidden"))),
            segment(linear(("hidden", 3.0))),
        ],
        REGRESSION,
        output=outputs("inner"),
        fields='<MiningSchema><MiningField name="a"/></MiningSchema>',
    )
    text = chain([segment(inner, where("b", "equal", 1)), segment(linear(("inner", 10.0)))])
    found = score(text, [{"a": 2.0, "b": 1.0}, {"a": 2.0, "b": 0.0}, {"a": 1.0, "b": 1.0}])
    assert [row["y"] for row in found] == [60.0, None, 30.0]


def test_boosting_as_converters_write_it() -> None:
    trees = [segment(tree(number, REGRESSION, target=None)) for number in (0.5, -1.5, 0.25)]
    inner = mining(
        "sum",
        trees,
        REGRESSION,
        output=outputs("margin"),
        extra='<Targets><Target rescaleConstant="1"/></Targets>',
        fields='<MiningSchema><MiningField name="a"/></MiningSchema>',
    ).replace('<MiningField name="b"/><MiningField name="s"/><MiningField name="w"/>', "")
    link = (
        '<RegressionModel functionName="classification" normalizationMethod="logit"><MiningSchema>'
        '<MiningField name="y" usageType="target"/><MiningField name="margin"/></MiningSchema>'
        f"<Output>{probabilities('x', 'z')}</Output>"
        '<RegressionTable intercept="0" targetCategory="x"><NumericPredictor name="margin" '
        'coefficient="1"/></RegressionTable><RegressionTable intercept="0" targetCategory="z"/>'
        "</RegressionModel>"
    )
    text = chain([segment(inner), segment(link)], "classification", treatment="returnMissing")
    (row,) = score(text)
    assert not isinstance(row, str)
    assert row["y"] == "x"
    assert row["p(x)"] == pytest.approx(0.5621765008857981, rel=1e-12)
    assert program(text).classes == ("x", "z")


# --- x-multiModelChain

TWO = (
    '<DataField name="y" optype="continuous" dataType="double"/>'
    '<DataField name="z" optype="categorical" dataType="string"/>'
)
FIELDS = schema().replace(
    '<MiningField name="y" usageType="target"/>',
    '<MiningField name="y" usageType="target"/><MiningField name="z" usageType="target"/>',
)


def multi(segments: list[str], **more: Any) -> bytes:
    function = more.pop("function", REGRESSION)
    model = mining("x-multiModelChain", segments, function, fields=FIELDS, **more)
    return document(model, REGRESSION, fields=TWO)


def test_results_by_target() -> None:
    segments = [
        segment(linear(("a", 2.0), target="y", output=outputs("first")), id="one"),
        segment(tree({"p": 1, "q": 3}, target="z"), where("first", "greaterThan", 0), id="two"),
    ]
    output = (
        output_field("py", "predictedValue", more='targetField="y"')
        + output_field("pz", "predictedValue", "string", 'targetField="z"')
        + output_field("q", "probability", more='targetField="z" value="q"')
        + output_field("by", "predictedValue", more='segmentId="one"')
        + derived_output(
            "sum", '<Apply function="+"><FieldRef field="py"/><Constant>1</Constant></Apply>'
        )
    )
    text = multi(segments, output=output)
    assert score(text, [{"a": 1.0}, {"a": -1.0}]) == [
        {"y": 2.0, "z": "q", "first": 2.0, "py": 2.0, "pz": "q", "q": 0.75, "by": 2.0, "sum": 3.0},
        {
            "y": -2.0,
            "z": None,
            "first": -2.0,
            "py": -2.0,
            "pz": None,
            "q": None,
            "by": -2.0,
            "sum": -1.0,
        },
    ]


def test_each_target_has_its_targets_once() -> None:
    targets = (
        '<Targets><Target field="y" rescaleFactor="10"/><Target field="z"><TargetValue value="p" '
        'priorProbability="1"/></Target></Targets>'
    )
    segments = [
        segment(linear(("a", 1.0), target="y")),
        segment(tree(None, target="z")),
    ]
    output = output_field("again", "predictedValue")
    assert score(multi(segments, extra=targets, output=output), [{"a": 3.0}]) == [
        {"y": 30.0, "z": "p", "again": 30.0}
    ]


def test_an_error_for_one_target_fails_the_row() -> None:
    empty = '<Node><True/><ScoreDistribution value="x" recordCount="0"/></Node>'
    bad = f'<TreeModel functionName="classification">{schema(target="z")}{empty}</TreeModel>'
    segments = [
        segment(linear(("a", 1.0), target="y")),
        segment(bad, where("a", "lessThan", 0)),
    ]
    assert score(multi(segments), [{"a": -1.0}, {"a": 1.0}]) == [ERROR, {"y": 1.0, "z": None}]


def test_targets_are_unique() -> None:
    segments = [segment(linear(("a", 1.0), target="y"))] * 2
    with pytest.raises(MarkupError, match="target 'y'"):
        program(multi(segments))
    with pytest.raises(MarkupError, match="with a target"):
        program(multi([segment(linear(("a", 1.0)))]))


# --- depth


def deep(levels: int) -> bytes:
    model = linear(("a", 1.0), ("t", 1.0))
    for _ in range(levels):
        model = mining(
            "modelChain",
            [segment(model)],
            REGRESSION,
            fields='<MiningSchema><MiningField name="a"/><MiningField name="t"/></MiningSchema>',
        )
    transformations = (
        '<TransformationDictionary><DerivedField name="t" optype="continuous" dataType="double">'
        '<FieldRef field="a"/></DerivedField></TransformationDictionary>'
    )
    model = model.replace('<MiningField name="t"/>', "", 1)
    return document(model, REGRESSION, transformations=transformations)


def test_models_nest_as_deep_as_the_limit_allows() -> None:
    limit = Limits().model_depth
    assert value(deep(limit), {"a": 4.0}, "_target") == 8.0
    with pytest.raises(LimitError, match="model_depth"):
        program(deep(limit + 1))


def test_the_number_of_segments_is_limited() -> None:
    segments = [segment(tree("1", REGRESSION))] * 3
    with pytest.raises(LimitError, match=r"Limits\.segments"):
        program(chain(segments), limits=Limits(segments=2))
