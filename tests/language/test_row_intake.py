"""A row at once gives what its fields give one by one."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.errors import EvaluationError
from pmmlkit.language.data_dictionary import DataDictionary, DataField, Interval
from pmmlkit.language.mining_schema import MiningField, MiningSchema
from pmmlkit.language.preparation import declare_data_fields, prepared_fields
from pmmlkit.language.row_intake import RowPreparation, row_preparation
from pmmlkit.language.scope import Compilation
from pmmlkit.limits import Limits

Inputs = list[tuple[str, int, Any]]


def inputs_of(fields: list[DataField], nan_is_missing: bool = True) -> Inputs:
    compilation = Compilation(Limits(), "4.4")
    declare_data_fields(compilation, DataDictionary(data_fields=tuple(fields)))
    schema = MiningSchema(
        mining_fields=tuple(MiningField(name=field.name) for field in fields),
    )
    prepared = prepared_fields(compilation, schema, nan_is_missing)
    return [(item.name, slot, item) for slot, item in enumerate(prepared)]


def number(name: str, data_type: str = "double", **rest: Any) -> DataField:
    return DataField(name=name, optype="continuous", data_type=data_type, **rest)


PLAIN = [number("a"), number("b", "float"), number("c")]
BOUNDED = number("d", intervals=(Interval(closure="closedClosed", left_margin=0, right_margin=9),))
KINDS = {
    "plain": PLAIN,
    "doubles": [number("a"), number("b"), number("c")],
    "treated after": [*PLAIN, BOUNDED],
    "treated between": [PLAIN[0], BOUNDED, *PLAIN[1:]],
    "few": [PLAIN[0], BOUNDED],
    "integers": [number("a", "integer"), *PLAIN[1:]],
}
CELLS = st.one_of(
    st.floats(),
    st.sampled_from([None, 3, True, "4.5", "no number", 3.5e38, 1e300, -0.0, math.inf]),
)


def one_by_one(inputs: Inputs, slots: int, record: dict[str, Any]) -> list[Any]:
    values = [None] * slots
    for name, slot, preparation in inputs:
        values[slot] = preparation.row_function()(record.get(name))
    return values


def outcome(run: Any, *arguments: Any) -> str:
    try:
        return repr(run(*arguments))
    except EvaluationError as error:
        return f"error: {error}"


@pytest.mark.parametrize("nan_is_missing", [True, False])
@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_equal_to_one_by_one(kind: str, nan_is_missing: bool, data: st.DataObject) -> None:
    inputs = inputs_of(KINDS[kind], nan_is_missing)
    made = row_preparation(inputs, len(inputs) + 2)
    names = [name for name, _, _ in inputs]
    numbers = st.floats(-10, 10)
    given_names = data.draw(st.sampled_from([names, names[1:], [*names, "more"]]))
    cells = data.draw(st.sampled_from([numbers, CELLS]))
    record = {name: data.draw(cells) for name in given_names}
    expected = outcome(one_by_one, inputs, len(inputs) + 2, record)
    assert outcome(made.values, record) == expected
    values = made.plain(record)
    assert values is None or repr(values) == expected


def plain(kind: str) -> RowPreparation:
    inputs = inputs_of(KINDS[kind])
    return row_preparation(inputs, len(inputs))


def test_a_plain_row_is_told_by_its_cells() -> None:
    row = {"a": 1.5, "b": 0.1, "c": -2.0}
    values = plain("plain").plain(row)
    assert values is not None
    assert values[1] == pytest.approx(0.1, rel=1e-7)
    assert values[1] != 0.1
    for other in (
        {**row, "a": 1},
        {**row, "a": math.nan},
        {**row, "a": math.inf},
        {**row, "b": 1e39},
        {**row, "more": 1.0},
        {"a": 1.5, "b": 0.5},
        {},
    ):
        assert plain("plain").plain(other) is None
    assert plain("treated after").plain({**row, "d": 5.0}) is None
