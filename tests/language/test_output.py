"""Output: every feature over a prediction that the test makes up; rows equal columns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.columns.column import Column
from pmmlkit.columns.types import BOOLEAN, DOUBLE, INTEGER, STRING, DataType
from pmmlkit.columns.values import Failure
from pmmlkit.errors import EvaluationError, MarkupError, UnsupportedError
from pmmlkit.language.data_dictionary import Value
from pmmlkit.language.expressions import Constant, FieldRef
from pmmlkit.language.models.prediction import Prediction, PredictionSlot, RowPrediction
from pmmlkit.language.models.target_field import TargetField
from pmmlkit.language.output import Decision, Decisions, Output, OutputField, compile_output
from pmmlkit.language.output_features import ModelFacts
from pmmlkit.language.scope import Compilation, Scope
from pmmlkit.language.step import Batch, Values
from pmmlkit.limits import Limits
from pmmlkit.xml.markup import End, Markup, Remainder, Start
from tests.language.rows import raise_gathered

FAILURE = Failure(EvaluationError("no prediction"))

Row = tuple[Any, Any, RowPrediction]
"""The field x, the actual target, and what the model says."""


class Model:
    """A model that says what the test tells it, with an Output."""

    def __init__(self, type: DataType, classes: tuple[Any, ...] = (), **facts: Any) -> None:
        self.compilation = Compilation(Limits(), "4.4")
        self.scope = Scope(self.compilation)
        self.x = self.scope.fields["x"] = self.scope.new_field("x", DOUBLE, may_fail=True)
        self.actual = self.scope.new_field("y", type, may_fail=True)
        self.slot = PredictionSlot(self.compilation.new_slot())
        if facts.pop("has_actual", True):
            self.compilation.inputs.append(("target", self.actual))
        display = facts.pop("display", {})
        self.facts = replace(
            ModelFacts(
                "classification" if classes else "regression",
                type,
                classes,
                TargetField("y", type, type.optype, classes, display),
            ),
            **facts,
        )

    @property
    def codes(self) -> list[str]:
        return [finding.code for finding in self.compilation.findings]

    def run(self, rows: list[Row], *fields: OutputField) -> dict[str, list[Any]]:
        """Give the values of the output fields, an error as its text; both modes must agree."""
        after = Scope(self.compilation, self.scope)
        results = compile_output(Output(output_fields=fields), after, self.facts, self.slot)
        raise_gathered(self.compilation)
        assert [item.element.name for item in results] == [item.name for item in fields]
        batch = Batch(len(rows))
        batch[self.x] = Column.of([row[0] for row in rows], DOUBLE)
        batch[self.actual] = Column.of([row[1] for row in rows], self.facts.type)
        batch.predictions[self.slot.slot] = together([row[2] for row in rows], self.facts)
        after.frame.columns(batch)
        by_columns = [list(map(text, batch[item.field].to_list())) for item in results]
        fill = after.frame.row_functions()
        by_rows: list[list[Any]] = [[] for _ in results]
        for x, actual, prediction in rows:
            values: Values = [None] * self.compilation.slots
            values[self.x.slot], values[self.actual.slot] = x, actual
            values[self.slot.slot] = prediction
            for function in fill:
                function(values)
            for column, item in zip(by_rows, results, strict=True):
                column.append(text(values[item.field.slot]))
        assert by_columns == by_rows
        return {item.element.name: column for item, column in zip(results, by_rows, strict=True)}


def text(value: Any) -> Any:
    return str(value.error) if isinstance(value, Failure) else value


def together(rows: list[RowPrediction | None], facts: ModelFacts) -> Prediction:
    """Put predictions of single rows together."""
    found = [row or RowPrediction(None) for row in rows]
    size = len(facts.classes)

    def matrix(attribute: str) -> Any:
        lists = [getattr(row, attribute) for row in found]
        if not any(lists):
            return None
        return np.array([numbers or [np.nan] * size for numbers in lists])

    def inner(attribute: str) -> dict[str, Prediction]:
        names = dict.fromkeys(name for row in found for name in getattr(row, attribute))
        return {
            name: together(
                [getattr(row, attribute).get(name) for row in found],
                getattr(facts, attribute)[name],
            )
            for name in names
        }

    return Prediction(
        Column.of([row.value for row in found], facts.type),
        matrix("probabilities"),
        matrix("confidences"),
        Column.of([row.entity_id for row in found], STRING),
        {
            name: Column.of([row.details.get(name) for row in found], type)
            for name, type in facts.details.items()
        },
        inner("segments"),
        inner("targets"),
    )


def field(name: str = "o", feature: str = "predictedValue", **more: Any) -> OutputField:
    return OutputField(name=name, feature=feature, **more)


A = RowPrediction("a", [0.75, 0.25], [0.5, 0.125], "node 1")
B = RowPrediction("b", [0.25, 0.75], [0.25, 0.625], "node 2")
NONE = RowPrediction(None)
CLASSES = ("a", "b")

# feature, more -> what A, B and a missing prediction give
FEATURES: list[tuple[str, dict[str, Any], list[Any]]] = [
    ("predictedValue", {}, ["a", "b", None]),
    ("predictedDisplayValue", {}, ["Alpha", "b", None]),
    ("probability", {}, [0.75, 0.75, None]),
    ("probability", {"value": "a"}, [0.75, 0.25, None]),
    ("probability", {"value": "b"}, [0.25, 0.75, None]),
    ("probability", {"value": "z"}, [0.0, 0.0, None]),
    ("probability", {"value": "a", "data_type": "string"}, ["0.75", "0.25", None]),
    ("confidence", {}, [0.5, 0.625, None]),
    ("confidence", {"value": "b"}, [0.125, 0.625, None]),
    ("entityId", {}, ["node 1", "node 2", None]),
    ("residual", {}, [0.25, -0.75, None]),
    ("residual", {"value": "a"}, [0.25, 0.75, None]),
    ("residual", {"value": "b"}, [-0.25, -0.75, None]),
    ("residual", {"value": "z"}, [0.0, 0.0, None]),
    ("warning", {}, [(), (), ()]),
]


@pytest.mark.parametrize(("feature", "more", "expected"), FEATURES)
def test_features_of_a_classification(
    feature: str, more: dict[str, Any], expected: list[Any]
) -> None:
    model = Model(STRING, CLASSES, display={"a": "Alpha"})
    rows = [(1.0, "a", A), (1.0, "a", B), (1.0, "a", NONE)]
    assert model.run(rows, field("o", feature, **more)) == {"o": expected}
    assert model.codes == []


def test_features_of_a_classification_by_numbers() -> None:
    model = Model(INTEGER, (0, 1), display={1: "yes"})
    zero, one = RowPrediction(0, [0.75, 0.25]), RowPrediction(1, [0.25, 0.75])
    found = model.run(
        [(1.0, 1, zero), (1.0, 1, one), (1.0, None, one)],
        field("p"),
        field("q", "probability", value="1"),
        field("r", "probability", value="many"),
        field("s", "predictedDisplayValue"),
        field("t", "residual"),
        field("t1", "residual", value="1"),
        field("tx", "residual", value="many"),
        field("u", "probability"),
        field("v", "predictedValue", data_type="string"),
        field("w", "predictedValue", data_type="boolean"),
    )
    assert found == {
        "p": [0, 1, 1],
        "q": [0.25, 0.75, 0.75],
        "r": [0.0, 0.0, 0.0],
        "s": ["0", "yes", "yes"],
        "t": [-0.75, 0.25, None],
        "t1": [0.75, 0.25, None],
        "tx": [0.0, 0.0, None],
        "u": [0.75, 0.75, 0.75],
        "v": ["0", "1", "1"],
        "w": [False, True, True],
    }


def test_features_of_a_regression() -> None:
    model = Model(DOUBLE, display={1.5: "one and a half"})
    found = model.run(
        [
            (0.0, 2.0, RowPrediction(1.5)),
            (0.0, None, RowPrediction(2.0)),
            (0.0, 1.0, NONE),
        ],
        field("p"),
        field("i", data_type="string"),
        field("d", "predictedDisplayValue"),
        field("r", "residual"),
    )
    assert found["p"] == [1.5, 2.0, None]
    assert found["i"][2] is None
    assert [float(item) for item in found["i"][:2]] == [1.5, 2.0]
    assert found["d"][0] == "one and a half"
    assert found["r"] == [0.5, None, None]


@pytest.mark.parametrize(
    "feature",
    ["probability", "confidence", "affinity", "clusterId", "reasonCode", "ruleValue", "x-report"],
)
def test_what_a_model_does_not_have_is_missing(feature: str) -> None:
    model = Model(DOUBLE)
    assert model.run([(0.0, 1.0, RowPrediction(1.0))], field("o", feature)) == {"o": [None]}
    assert model.codes == ["PMML620"]


def test_a_residual_without_the_target_in_the_input() -> None:
    model = Model(DOUBLE, has_actual=False)
    assert model.run([(0.0, 1.0, RowPrediction(1.0))], field("o", "residual")) == {"o": [None]}
    assert model.codes == ["PMML620"]


def test_a_model_without_distribution() -> None:
    model = Model(STRING, CLASSES)
    found = model.run(
        [(0.0, "a", RowPrediction("a"))],
        field("p", "probability"),
        field("q", "probability", value="a"),
        field("r", "confidence"),
        field("s", "residual"),
        field("t", "entityId"),
    )
    assert set(map(tuple, found.values())) == {(None,)}


def test_errors_pass_on() -> None:
    model = Model(DOUBLE)
    rows = [
        (FAILURE, 1.0, RowPrediction(1.0)),
        (1.0, FAILURE, RowPrediction(1.0)),
    ]
    found = model.run(
        rows,
        field("x", "transformedValue", expression=FieldRef(field="x")),
        field("r", "residual"),
        field("p"),
    )
    assert found == {
        "x": ["no prediction", 1.0],
        "r": [0.0, "no prediction"],
        "p": [1.0, 1.0],
    }


def test_expressions_see_fields_and_earlier_outputs() -> None:
    model = Model(STRING, CLASSES)
    found = model.run(
        [(2.5, "a", A), (None, "a", NONE)],
        field("label"),
        field("again", "transformedValue", expression=FieldRef(field="label")),
        field("plain", expression=FieldRef(field="x"), data_type="string"),
        field(
            "decided",
            "decision",
            decisions=Decisions(decisions=(Decision(value="go"),)),
            expression=Constant(text="go", data_type="string"),
        ),
    )
    assert found == {
        "label": ["a", None],
        "again": ["a", None],
        "plain": ["2.5", None],
        "decided": ["go", "go"],
    }


def test_a_cast_that_fails_is_an_error_of_the_row() -> None:
    found = Model(STRING, CLASSES).run([(1.0, "a", A)], field("o", data_type="double"))
    assert isinstance(found["o"][0], str)
    assert "double" in found["o"][0]


def test_targets_and_segments() -> None:
    inner = ModelFacts("classification", BOOLEAN, (False, True))
    model = Model(STRING, CLASSES, targets={"z": inner}, segments={"s": inner})
    part = RowPrediction(True, [0.25, 0.75])
    rows = [
        (1.0, "a", replace(A, targets={"z": part}, segments={"s": part})),
        (1.0, "a", replace(B, targets={"z": NONE})),
        (1.0, "a", B),
    ]
    found = model.run(
        rows,
        field("y", target_field="y"),
        field("z", target_field="z"),
        field("old", old_target_field="z"),
        field("s", segment_id="s"),
        field("p", "probability", value="true", segment_id="s"),
    )
    assert found == {
        "y": ["a", "b", "b"],
        "z": [True, None, None],
        "old": [True, None, None],
        "s": [True, None, None],
        "p": [0.75, None, None],
    }


def test_no_row_has_the_segment() -> None:
    inner = ModelFacts("regression", DOUBLE)
    model = Model(STRING, CLASSES, segments={"s": inner})
    assert model.run([(1.0, "a", A)], field("o", segment_id="s")) == {"o": [None]}


def test_the_output_of_a_segment() -> None:
    model = Model(STRING, CLASSES)
    model.facts = replace(
        model.facts, segments={"s": ModelFacts("regression", DOUBLE, outputs={"inner": model.x})}
    )
    found = model.run(
        [(1.5, "a", A)], field("o", "transformedValue", segment_id="s", value="inner")
    )
    assert found == {"o": [1.5]}
    with pytest.raises(MarkupError, match="names no output of segment 's'"):
        model.run([], field("o", "transformedValue", segment_id="s", value="other"))


def test_details_of_single_models() -> None:
    model = Model(STRING, CLASSES, details={"affinity": DOUBLE})
    rows = [(1.0, "a", replace(A, details={"affinity": 0.5})), (1.0, "a", A), (1.0, "a", NONE)]
    assert model.run(rows, field("o", "affinity")) == {"o": [0.5, None, None]}


def test_optype_and_values_of_the_field() -> None:
    model = Model(INTEGER, (1, 2))
    after = Scope(model.compilation, model.scope)
    element = field(
        "o", optype="ordinal", values=(Value(value="2"), Value(value="1")), data_type="integer"
    )
    [result] = compile_output(Output(output_fields=(element,)), after, model.facts, model.slot)
    assert (result.field.optype, result.field.values) == ("ordinal", (2, 1))
    assert after.field("o") is result.field


def test_contradictions() -> None:
    unknown = Remainder(children=((0, Markup((Start("Aggregate"), End()))),))
    cases = [
        (field(segment_id="9"), MarkupError, "no segment '9'"),
        (field(target_field="z"), MarkupError, "'z' is no target"),
        (field(feature="transformedValue"), MarkupError, "needs an expression"),
        (field(feature="decision"), MarkupError, "needs an expression"),
        (field(feature="transformedValue", remainder=unknown), UnsupportedError, "Aggregate"),
        (field(expression=FieldRef(field="later")), MarkupError, "'later' is not defined"),
        (field(data_type="integer", values=(Value(value="x"),)), MarkupError, "no integer"),
        (field(data_type="number"), MarkupError, "number"),
    ]
    for element, kind, message in cases:
        with pytest.raises(kind, match=message):
            Model(STRING, CLASSES).run([(1.0, "a", A)], element)


def test_a_feature_with_one_value_is_not_multi_valued() -> None:
    model = Model(STRING, CLASSES)
    found = model.run([(1.0, "a", A)], field(is_multi_valued="1"), field("e", "entityId", rank=2))
    assert found == {"o": ["a"], "e": [None]}
    assert model.codes == ["PMML621", "PMML620"]


PREDICTIONS = st.builds(
    RowPrediction,
    st.sampled_from(["a", "b", "z", None]),
    st.none() | st.lists(st.floats(0, 1), min_size=2, max_size=2),
    st.none() | st.lists(st.floats(0, 1), min_size=2, max_size=2),
    st.none() | st.just("n"),
)


@given(
    st.lists(
        st.tuples(
            st.none() | st.floats(-1, 1), st.sampled_from(["a", "b", "q", None]), PREDICTIONS
        ),
        max_size=5,
    )
)
def test_rows_equal_columns(rows: list[Row]) -> None:
    fields = [
        field(f"o{position}", feature, **more)
        for position, (feature, more, _) in enumerate(FEATURES)
    ]
    Model(STRING, CLASSES, display={"a": "Alpha"}).run(rows, *fields)
