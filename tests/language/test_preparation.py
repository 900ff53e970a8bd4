"""The preparation of input: treatments, wrong documents, nesting, both modes (semantics 1)."""

from __future__ import annotations

import itertools
import math
import pickle
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.columns.column import Column
from pmmlkit.columns.conversion import Coded
from pmmlkit.columns.types import DOUBLE, FLOAT, INTEGER, STRING, DataType
from pmmlkit.columns.values import Failure, invalid, is_invalid, plain
from pmmlkit.errors import EvaluationError, MarkupError
from pmmlkit.language.data_dictionary import DataDictionary, DataField, Interval, Value
from pmmlkit.language.mining_schema import MiningField, MiningSchema
from pmmlkit.language.preparation import (
    FieldPreparation,
    declare_data_fields,
    nested_field,
    prepared_fields,
    target_facts,
)
from pmmlkit.language.scope import Compilation, Scope
from pmmlkit.language.step import Batch, Field
from pmmlkit.limits import Limits
from tests.language.rows import raise_gathered


def compilation(*fields: DataField) -> Compilation:
    made = Compilation(Limits(), "4.4")
    declare_data_fields(made, DataDictionary(data_fields=fields))
    return made


def prepare(field: DataField, nan_is_missing: bool = True, **treatment: Any) -> FieldPreparation:
    schema = MiningSchema(mining_fields=(MiningField(name=field.name, line=9, **treatment),))
    known = compilation(field)
    found = prepared_fields(known, schema, nan_is_missing)
    raise_gathered(known)
    (made,) = found
    unpickled: FieldPreparation = pickle.loads(pickle.dumps(made))
    return unpickled


def numbers(data_type: str = "double", *texts: str, **rest: Any) -> DataField:
    values = tuple(Value(value=text) for text in texts)
    return DataField(name="x", optype="continuous", data_type=data_type, values=values, **rest)


def strings(*texts: str, **rest: Any) -> DataField:
    values = tuple(Value(value=text) for text in texts)
    return DataField(name="x", optype="categorical", data_type="string", values=values, **rest)


def shown(item: Any) -> str:
    """Write a row value, its flag or its error, so that -0.0, 1 and True differ."""
    if isinstance(item, Failure):
        return f"error: {item.error.message}"
    return f"invalid {plain(item)!r}" if is_invalid(item) else repr(item)


def by_row(field: FieldPreparation, items: Sequence[Any]) -> list[str]:
    function = field.row_function()
    result = []
    for item in items:
        try:
            result.append(shown(function(item)))
        except EvaluationError as error:
            result.append(f"error: {error.message}" if error.field == field.name else "no field")
    return result


def both(field: FieldPreparation, items: Sequence[Any]) -> list[str]:
    """Prepare as a column and row by row, see that they agree, and return the results."""
    column = field.column(list(items))
    assert column.type == field.type
    made = [shown(item) for item in column.to_list()]
    assert made == by_row(field, items)
    if not field.may_be_missing:
        assert "None" not in made
    if not field.may_fail:
        assert not any(item.startswith("error") for item in made)
    return made


# --- the matrix: for each type a raw value of each kind, and the typed value that it stands for

KINDS = ("valid", "low", "high", "invalid", "unusable", "marker", "absent")
SAMPLES: dict[str, dict[str, tuple[Any, Any]]] = {
    "double": {
        "valid": ("5", 5.0),
        "low": (1, 1.0),
        "high": (9.5, 9.5),
        "invalid": (11.0, 11.0),
        "unusable": ("abc", None),
        "marker": ("N/A", None),
        "absent": (None, None),
        "replacement": ("-1", -1.0),
        "other": ("-2", -2.0),
    },
    "float": {
        "valid": (0.1, float(np.float32(0.1))),
        "low": (0.05, float(np.float32(0.05))),
        "high": ("9.5", 9.5),
        "invalid": (-3, -3.0),
        "unusable": (b"5", None),
        "marker": ("N/A", None),
        "absent": (math.nan, None),
        "replacement": ("0.3", float(np.float32(0.3))),
        "other": ("-2", -2.0),
    },
    "integer": {
        "valid": (5.0, 5),
        "low": (1, 1),
        "high": ("9", 9),
        "invalid": (11, 11),
        "unusable": (5.5, None),
        "marker": ("-999", -999),
        "absent": (pd.NA, None),
        "replacement": ("-1", -1),
        "other": ("-2", -2),
    },
    "string": {
        "valid": ("a", "a"),
        "invalid": ("z", "z"),
        "unusable": (b"a", None),
        "marker": ("?", "?"),
        "absent": (None, None),
        "replacement": ("unknown", "unknown"),
        "other": ("a", "a"),
    },
    "boolean": {
        "valid": ("TRUE", True),
        "invalid": (False, False),
        "unusable": (2, None),
        "marker": ("N/A", None),
        "absent": (None, None),
        "replacement": ("false", False),
        "other": ("true", True),
    },
    "date": {
        "valid": ("1970-01-02", 1),
        "invalid": ("1970-01-03", 2),
        "unusable": (3, None),
        "marker": ("-", None),
        "absent": (pd.NaT, None),
        "replacement": ("1970-01-04", 3),
        "other": ("1970-01-05", 4),
    },
}
LIMITS = {"double": (2.0, 9.0), "float": (0.07, 9.0), "integer": (1.5, 8.5)}
FIELDS = {
    "double": (
        "continuous",
        (Interval(closure="closedClosed", left_margin=0.0, right_margin=10.0),),
        (),
    ),
    "float": (
        "continuous",
        (Interval(closure="openOpen", left_margin=0.0, right_margin=10.0),),
        (),
    ),
    "integer": (
        "continuous",
        (Interval(closure="openClosed", left_margin=0.0, right_margin=10.0),),
        (),
    ),
    "string": ("categorical", (), ("a", "b")),
    "boolean": ("categorical", (), ("true",)),
    "date": ("ordinal", (), ("1970-01-02",)),
}
MISSING = ("none", "replacement", "returnInvalid", "returnInvalid + replacement")
INVALID = ("returnInvalid", "asIs", "asMissing", "asValue", "asIs + x-", "asIs + replacement")
OUTLIERS = ("asIs", "asMissingValues", "asExtremeValues")


def outcome(data_type: str, missing: str, invalid_: str, outliers: str, kind: str) -> str:
    """Say by the words of semantics 1.1 what becomes of a value of this kind."""
    sample = SAMPLES[data_type]
    value = sample.get(kind, (None, None))[1]
    replaced = repr(sample["replacement"][1]) if "replacement" in missing else repr(None)
    if kind in ("absent", "marker"):
        return "error" if missing.startswith("returnInvalid") else replaced
    if kind in ("invalid", "unusable"):
        return {
            "returnInvalid": "error",
            "asIs": "error" if kind == "unusable" else shown(invalid(value)),
            "asMissing": replaced,
        }.get(invalid_, repr(sample["other"][1]))
    if kind in ("low", "high") and outliers == "asMissingValues":
        return replaced
    if kind in ("low", "high") and outliers == "asExtremeValues":
        limit = LIMITS[data_type][kind == "high"]
        return repr(float(np.float32(limit)) if data_type == "float" else limit)
    return repr(value)


def treatment(data_type: str, missing: str, invalid_: str, outliers: str) -> dict[str, Any]:
    sample = SAMPLES[data_type]
    made: dict[str, Any] = {"outliers": outliers}
    if "replacement" in missing:
        made["missing_value_replacement"] = sample["replacement"][0]
    if missing.startswith("returnInvalid"):
        made["missing_value_treatment"] = "returnInvalid"
    made["invalid_value_treatment"] = invalid_.split(" ", maxsplit=1)[0]
    if invalid_ in ("asValue", "asIs + replacement"):
        made["invalid_value_replacement"] = sample["other"][0]
    if invalid_ == "asIs + x-":
        made["x_invalid_value_replacement"] = sample["other"][0]
    if outliers != "asIs":
        made["low_value"], made["high_value"] = LIMITS[data_type]
    return made


CELLS = [
    (data_type, *cell)
    for data_type in SAMPLES
    for cell in itertools.product(MISSING, INVALID, OUTLIERS)
    if (cell[2] == "asIs" or data_type in LIMITS)
    and (data_type, cell[2]) != ("integer", "asExtremeValues")  # its limits are not whole
]


@pytest.mark.parametrize(("data_type", "missing", "invalid_", "outliers"), CELLS)
def test_treatment_matrix(data_type: str, missing: str, invalid_: str, outliers: str) -> None:
    sample = SAMPLES[data_type]
    optype, intervals, valid = FIELDS[data_type]
    values = (*(Value(value=text) for text in valid),)
    marker = Value(value=sample["marker"][0], property="missing")
    field = DataField(
        name="x",
        optype=optype,
        data_type=data_type,
        intervals=intervals,
        values=(*values, marker),
    )
    kinds = [kind for kind in KINDS if kind in sample]
    made = both(
        prepare(field, **treatment(data_type, missing, invalid_, outliers)),
        [sample[kind][0] for kind in kinds],
    )
    found = ["error" if item.startswith("error") else item for item in made]
    assert found == [outcome(data_type, missing, invalid_, outliers, kind) for kind in kinds]


def test_the_matrix_is_large_enough() -> None:
    assert sum(len(SAMPLES[cell[0]]) - 2 for cell in CELLS) > 1000


# --- single rules

ONE_VALUE: list[tuple[DataField, dict[str, Any], Any, str]] = [
    # values are compared after conversion
    (numbers("double", "1"), {}, "1.0", "1.0"),
    (numbers("double", "1"), {}, True, "1.0"),
    (numbers("integer", "1.0"), {}, "1", "1"),
    (strings("1"), {}, 1, "'1'"),
    (strings("1.0"), {}, 1.0, "'1.0'"),
    (strings("a"), {"invalid_value_treatment": "asIs"}, "a ", "invalid 'a '"),
    (strings("a"), {"invalid_value_treatment": "asIs"}, "", "invalid ''"),
    (strings(), {}, "", "''"),
    # an integer that is out of range is not convertible
    (numbers("integer"), {"invalid_value_treatment": "asMissing"}, 2**63, "None"),
    (numbers("integer"), {}, 2**63 - 1, "9223372036854775807"),
    (numbers("integer"), {}, -(2**63), "-9223372036854775808"),
    # the limits are no outliers
    (numbers(), {"outliers": "asMissingValues", "low_value": 0.0}, 0.0, "0.0"),
    (numbers(), {"outliers": "asMissingValues", "low_value": 0.0}, -5e-324, "None"),
    (numbers(), {"outliers": "asExtremeValues", "high_value": 1.0}, math.inf, "1.0"),
    (numbers(), {"outliers": "asExtremeValues", "low_value": 1.0}, math.inf, "inf"),
    (numbers("integer"), {"outliers": "asMissingValues", "low_value": 0.5}, 0, "None"),
    (numbers("integer"), {"outliers": "asMissingValues", "low_value": 0.5}, 1, "1"),
    (numbers("integer"), {"outliers": "asExtremeValues", "low_value": 2.0}, 1, "2"),
    # the limits of a float field are floats
    (
        numbers("float"),
        {"outliers": "asMissingValues", "low_value": 0.1},
        0.1,
        repr(float(np.float32(0.1))),
    ),
    # outliers only of continuous fields, the MiningField's optype before the DataField's
    (
        numbers(),
        {"outliers": "asMissingValues", "low_value": 0.0, "optype": "ordinal"},
        -1.0,
        "-1.0",
    ),
    # a replacement is not judged again
    (numbers("double", "1"), {"missing_value_replacement": "7"}, None, "7.0"),
    (
        numbers(),
        {
            "missing_value_replacement": "7",
            "outliers": "asMissingValues",
            "high_value": 5.0,
        },
        6.0,
        "7.0",
    ),
    (
        numbers("double", "1"),
        {"invalid_value_treatment": "asValue", "invalid_value_replacement": "9"},
        "x",
        "9.0",
    ),
    # the replacement is used whatever the treatment says
    (numbers(), {"missing_value_replacement": "7", "missing_value_treatment": "asIs"}, None, "7.0"),
    (
        numbers(),
        {"missing_value_replacement": "7", "missing_value_treatment": "asMean"},
        None,
        "7.0",
    ),
    # asMissing does not consult missingValueTreatment
    (
        numbers("double", "1"),
        {"invalid_value_treatment": "asMissing", "missing_value_treatment": "returnInvalid"},
        2.0,
        "None",
    ),
    # the sign of zero stays in data, not in text
    (numbers(), {}, -0.0, "-0.0"),
    (numbers(), {}, "-0.0", "0.0"),
    (numbers("double", "0"), {}, -0.0, "-0.0"),
    # scalars of other libraries
    (numbers(), {}, np.float64(1.5), "1.5"),
    (numbers(), {}, np.float32(0.1), repr(float(np.float32(0.1)))),
    (numbers("float"), {}, 0.1, repr(float(np.float32(0.1)))),
    (numbers(), {}, Decimal("1.5"), "1.5"),
    (numbers(), {}, np.int64(3), "3.0"),
    (numbers(), {}, pd.NaT, "None"),
    (strings("a"), {}, np.str_("a"), "'a'"),
    # NaN that a table holds is missing
    (numbers(), {"missing_value_replacement": "0"}, math.nan, "0.0"),
    (numbers(), {}, "NaN", "None"),
    (strings("a"), {}, math.nan, "None"),
    # unless the text is a value of the field
    (strings(), {}, "NaN", "'NaN'"),
]


@pytest.mark.parametrize(("field", "treated", "raw", "wanted"), ONE_VALUE)
def test_single_rules(field: DataField, treated: dict[str, Any], raw: Any, wanted: str) -> None:
    assert both(prepare(field, **treated), [raw]) == [wanted]


def test_nan_is_invalid_by_choice() -> None:
    items = [math.nan, "NaN", 1.0]
    assert both(prepare(numbers(), False, invalid_value_treatment="asIs"), items) == [
        "invalid nan",
        "invalid nan",
        "1.0",
    ]
    message = "error: field 'x': value nan is not valid (it is not a number)"
    assert both(prepare(numbers(), False), items) == [message, message, "1.0"]
    failed = both(prepare(numbers("integer"), False), [math.nan])
    assert failed == ["error: field 'x': value nan is not valid (it is no integer)"]


def test_nan_can_be_listed_as_missing() -> None:
    field = numbers()
    field = field.replace(values=(Value(value="NaN", property="missing"),))
    assert both(prepare(field, False, missing_value_replacement="3"), [math.nan]) == ["3.0"]


def test_markers_win_over_intervals_and_values() -> None:
    field = numbers("double", intervals=(Interval(closure="closedOpen", left_margin=0.0),)).replace(
        values=(
            Value(value="-999", property="missing"),
            Value(value="5", property="invalid"),
        )
    )
    made = both(prepare(field), [-999, "-999.0", 5, 4, -1])
    assert made == [
        "None",
        "None",
        "error: field 'x': value 5.0 is not valid (it is listed as invalid)",
        "4.0",
        "error: field 'x': value -1.0 is not valid (it is outside [0, infinity))",
    ]


def test_values_decide_before_intervals() -> None:
    field = numbers(
        "double",
        "20",
        intervals=(Interval(closure="closedClosed", left_margin=0.0, right_margin=1.0),),
    )
    assert both(prepare(field, invalid_value_treatment="asMissing"), [20, 0.5]) == ["20.0", "None"]


def test_several_intervals() -> None:
    field = numbers(
        intervals=(
            Interval(closure="closedClosed", left_margin=0.0, right_margin=1.0),
            Interval(closure="openOpen", left_margin=5.0, right_margin=6.0),
        )
    )
    made = both(prepare(field, invalid_value_treatment="asMissing"), [0, 1, 2, 5, 5.5, 6])
    assert made == ["0.0", "1.0", "None", "None", "5.5", "None"]


def test_messages_name_field_and_value() -> None:
    made = both(prepare(strings(*"abcdefg")), ["z", b"x"])
    assert made == [
        "error: field 'x': value 'z' is not valid "
        "(it is none of 'a', 'b', 'c', 'd', 'e' and 2 more)",
        "error: field 'x': value b'x' is not valid (it is no string)",
    ]
    (long,) = both(prepare(numbers()), ["y" * 1000])
    assert len(long) < 200
    (missing,) = both(prepare(numbers(), missing_value_treatment="returnInvalid"), [None])
    assert missing == "error: field 'x': the value is missing"


def test_facts() -> None:
    plain_field = prepare(numbers())
    assert plain_field.is_plain
    assert plain_field.may_be_missing
    assert plain_field.may_fail
    whole = prepare(
        strings("a", "b"),
        missing_value_replacement="a",
        invalid_value_treatment="asMissing",
        usage_type="predicted",
        optype="ordinal",
    )
    assert (whole.name, whole.type, whole.optype) == ("x", STRING, "ordinal")
    assert whole.values == ("a", "b")
    assert whole.usage == "target"
    assert not whole.is_plain
    assert not whole.may_be_missing
    assert not whole.may_fail


def test_a_plain_column_is_not_copied() -> None:
    array = np.array([1.0, 2.0])
    assert np.shares_memory(prepare(numbers()).column(array).values, array)


def test_coded_strings_keep_their_categories() -> None:
    coded = Coded(np.array([1, 0, -1, 2]), ["a", "b", "z"])
    column = prepare(strings("a", "b"), invalid_value_treatment="asIs").column(coded)
    assert [shown(item) for item in column.to_list()] == ["'b'", "'a'", "None", "invalid 'z'"]
    replaced = prepare(
        strings("a", "b"), missing_value_replacement="new", invalid_value_treatment="asMissing"
    ).column(coded)
    assert replaced.to_list() == ["b", "a", "new", "new"]


def test_no_rows() -> None:
    for field in (numbers(), strings("a"), numbers("date")):
        made = prepare(field, missing_value_treatment="returnInvalid").column([])
        assert len(made) == 0


# --- documents that contradict themselves


@pytest.mark.parametrize(
    ("field", "treated", "message"),
    [
        (numbers(), {"outliers": "asMissingValues"}, "lowValue or highValue"),
        (numbers(), {"outliers": "asExtremeValues", "low_value": 2.0, "high_value": 1.0}, "above"),
        (numbers(), {"outliers": "asExtremeValues", "low_value": math.nan}, "not a number"),
        (numbers("integer"), {"outliers": "asExtremeValues", "low_value": 0.5}, "no integer"),
        (numbers("string"), {"outliers": "asExtremeValues", "low_value": 0.5}, "of numbers"),
        (numbers(), {"outliers": "drop"}, "outliers 'drop' is none of asIs"),
        (numbers(), {"missing_value_replacement": "x"}, "missingValueReplacement 'x' is no double"),
        (numbers(), {"missing_value_treatment": "guess"}, "missingValueTreatment 'guess'"),
        (numbers(), {"invalid_value_treatment": "asValue"}, "needs invalidValueReplacement"),
        (numbers(), {"invalid_value_treatment": "drop"}, "invalidValueTreatment 'drop'"),
        (
            numbers(),
            {"invalid_value_treatment": "asValue", "invalid_value_replacement": ""},
            "invalidValueReplacement '' is no double",
        ),
        (numbers(), {"optype": "nominal"}, "optype 'nominal'"),
        (numbers("integer", "1.5"), {}, "valid Value '1.5' is no integer"),
    ],
)
def test_wrong_documents(field: DataField, treated: dict[str, Any], message: str) -> None:
    with pytest.raises(MarkupError, match=message) as caught:
        prepare(field, **treated)
    assert caught.value.field == "x"


def test_undefined_fields() -> None:
    schema = MiningSchema(mining_fields=(MiningField(name="y", line=3),))
    known = compilation(numbers())
    prepared_fields(known, schema)
    with pytest.raises(MarkupError, match="'y' is not in the DataDictionary") as caught:
        raise_gathered(known)
    assert (caught.value.element, caught.value.line) == ("MiningField", 3)


def test_fields_named_twice() -> None:
    schema = MiningSchema(mining_fields=(MiningField(name="x"), MiningField(name="x")))
    known = compilation(numbers())
    prepared_fields(known, schema)
    with pytest.raises(MarkupError, match="named twice"):
        raise_gathered(known)


def test_a_wrong_field_that_no_model_uses_does_no_harm() -> None:
    wrong = DataField(name="w", optype="continuous", data_type="dateDaysSince[0]")
    schema = MiningSchema(mining_fields=(MiningField(name="x"),))
    assert len(prepared_fields(compilation(numbers(), wrong), schema)) == 1


def test_target_facts() -> None:
    field = strings("a").replace(values=(Value(value="a", display_value="Alpha"),))
    facts = target_facts(compilation(field), MiningField(name="x", optype="ordinal"))
    assert (facts.type, facts.optype, facts.values) == (STRING, "ordinal", ("a",))
    assert facts.display == {"a": "Alpha"}


# --- inside a segment

INTERVAL = (Interval(closure="closedClosed", left_margin=0.0, right_margin=10.0),)


def nest(
    data_field: DataField | None, type: DataType, items: Sequence[Any], **treated: Any
) -> list[str]:
    """Prepare a parent's row values again, in both modes."""
    made = compilation(*([] if data_field is None else [data_field]))
    parent = Scope(made)
    outer = parent.new_field("x", type, None, may_fail=True)
    scope = Scope(made, parent)
    inner = nested_field(scope, outer, MiningField(name="x", **treated))
    assert inner is not outer
    ((field, step),) = pickle.loads(pickle.dumps(scope.frame.steps))
    batch = Batch(len(items))
    batch[outer] = Column.of(items, type)
    found = [shown(item) for item in step.columns(batch).to_list()]
    function = step.row_function()
    rows = []
    for item in items:
        values = [None] * (field.slot + 1)
        values[outer.slot] = item
        try:
            rows.append(shown(function(values)))
        except EvaluationError as error:
            rows.append(f"error: {error.message}")
    assert found == rows
    return rows


@pytest.mark.parametrize(
    "treated",
    [
        {},
        {"invalid_value_treatment": "asIs"},
        {"optype": "continuous"},
        {"missing_value_treatment": "asMean"},
        {"importance": 0.5},
        {"low_value": 1.0},
    ],
)
def test_a_segment_that_asks_for_nothing_shares_the_field(treated: dict[str, Any]) -> None:
    made = compilation(numbers())
    parent = Scope(made)
    outer = parent.new_field("x", DOUBLE)
    scope = Scope(made, parent)
    assert nested_field(scope, outer, MiningField(name="x", **treated)) is outer
    assert not scope.frame.steps


def test_a_segment_replaces_what_its_parent_left_missing() -> None:
    reason = Failure(EvaluationError("outside"))
    assert nest(numbers(), DOUBLE, [1.0, None, reason], missing_value_replacement="3") == [
        "1.0",
        "3.0",
        "error: outside",
    ]


def test_a_segment_judges_anew() -> None:
    field = numbers(intervals=INTERVAL)
    items = [5.0, 11.0, invalid(12.0), math.nan]
    assert nest(field, DOUBLE, items, invalid_value_treatment="asMissing") == [
        "5.0",
        "None",
        "None",
        "None",
    ]
    assert nest(field, DOUBLE, [5.0, 11.0], missing_value_replacement="1")[1].startswith("error")


def test_treatments_of_a_segment_follow_those_of_its_parent() -> None:
    outliers = {"outliers": "asExtremeValues", "low_value": 2.0, "high_value": 3.0}
    assert nest(numbers("integer"), INTEGER, [1, 2, 9, None], **outliers) == ["2", "2", "3", "None"]
    assert nest(numbers("float"), FLOAT, [2.5], missing_value_treatment="returnInvalid") == ["2.5"]


def test_a_segment_treats_derived_fields_too() -> None:
    made = nest(None, STRING, ["a", None], missing_value_replacement="b")
    assert made == ["'a'", "'b'"]
    dates = nest(
        None, prepare(numbers("date")).type, [5, None], missing_value_replacement="1970-01-02"
    )
    assert dates == ["5", "1"]


def test_another_optype_makes_another_field() -> None:
    made = compilation(numbers("integer"))
    parent = Scope(made)
    outer = parent.new_field("x", INTEGER)
    inner: Field = nested_field(Scope(made, parent), outer, MiningField(name="x", optype="ordinal"))
    assert (inner.optype, inner.type) == ("ordinal", INTEGER)
    assert inner.slot != outer.slot


# --- rows equal columns

RAW = (
    st.none()
    | st.booleans()
    | st.sampled_from([0, 1, 2, 3, 5, -1, 10, 2**63, 2**53 + 1])
    | st.sampled_from([0.0, -0.0, 0.1, 1.0, 2.5, 5.0, 10.0, 1e300, math.inf, -math.inf, math.nan])
    | st.sampled_from(
        ["1", "a", "b", "N/A", "", "NaN", "-999", "0.1", "true", "2020-01-05", "12:00"]
    )
    | st.sampled_from([np.float32(0.1), np.float64(5), np.int64(2), np.bool_(True), np.str_("a")])
    | st.sampled_from([pd.NA, pd.NaT, Decimal("2.5"), b"x"])
)


@st.composite
def preparations(draw: Any) -> FieldPreparation:
    data_type = draw(
        st.sampled_from(["double", "float", "integer", "string", "boolean", "date", "timeSeconds"])
    )
    is_number = data_type in ("double", "float", "integer", "timeSeconds")
    texts = {
        "string": ["a", "b", "1", "0.1"],
        "boolean": ["true", "false"],
        "date": ["2020-01-05", "1970-01-01"],
    }.get(data_type, ["0", "1", "2", "5", "-999"])
    values = tuple(
        Value(value=text, property=kind)
        for text, kind in draw(
            st.lists(
                st.tuples(st.sampled_from(texts), st.sampled_from(["valid", "invalid", "missing"])),
                max_size=4,
            )
        )
    )
    if draw(st.booleans()):
        values = (*values, Value(value="N/A", property="missing"))
    margins = st.sampled_from([-1.0, 0.0, 0.1, 1.0, 2.5])
    intervals: tuple[Interval, ...] = ()
    if is_number:
        intervals = tuple(
            Interval(closure=closure, left_margin=low, right_margin=high)
            for closure, low, high in draw(
                st.lists(
                    st.tuples(
                        st.sampled_from(["openOpen", "openClosed", "closedOpen", "closedClosed"]),
                        margins,
                        st.none() | st.sampled_from([2.5, 5.0, 10.0]),
                    ),
                    max_size=2,
                )
            )
        )
    treated: dict[str, Any] = {
        "missing_value_treatment": draw(st.sampled_from([None, None, "asIs", "returnInvalid"])),
        "missing_value_replacement": draw(st.none() | st.sampled_from(texts)),
        "invalid_value_treatment": draw(
            st.sampled_from(["returnInvalid", "asIs", "asMissing", "asValue"])
        ),
        "invalid_value_replacement": draw(st.sampled_from(texts)),
    }
    if is_number:
        treated["outliers"] = draw(st.sampled_from(OUTLIERS))
        treated["low_value"] = draw(st.sampled_from([0.0, 1.0]))
        treated["high_value"] = draw(st.sampled_from([None, 3.0, 5.0]))
    field = DataField(
        name="x",
        optype="continuous" if is_number else "categorical",
        data_type=data_type,
        intervals=intervals,
        values=values,
    )
    return prepare(field, draw(st.booleans()), **treated)


@given(preparations(), st.lists(RAW, max_size=12))
def test_rows_equal_columns(field: FieldPreparation, items: list[Any]) -> None:
    both(field, items)


@given(preparations(), st.lists(st.floats() | st.integers(-5, 12).map(float), max_size=12))
def test_rows_equal_columns_of_arrays(field: FieldPreparation, items: list[float]) -> None:
    column = field.column(np.array(items, np.float64))
    assert [shown(item) for item in column.to_list()] == by_row(field, items)
