"""What is wrong with a NearestNeighborModel is said at load, with the element and its line."""

from __future__ import annotations

from typing import Any

import pytest

import pmmlkit
from pmmlkit.errors import MarkupError, UnsupportedError
from tests.corpus.nearest_neighbor.documents import nearest_neighbor

FIELDS = {
    "x": "continuous double",
    "u": "continuous double",
    "s": "categorical string",
    "t": "categorical string: p q",
}
TABLE: dict[str, list[Any]] = {"x": [0, 1, 2], "u": [1.0, 2.0, 3.0]}


def model(**changes: Any) -> bytes:
    arguments: dict[str, Any] = {
        "table": TABLE,
        "fields": FIELDS,
        "inputs": {"x": ""},
        "targets": ["u"],
        **changes,
    }
    return nearest_neighbor(**arguments)


WEIGHTED = 'continuousScoringMethod="weightedAverage"'
WRONG = {
    "more neighbours than rows": (
        model(neighbors=4),
        "NearestNeighborModel",
        "but there are 3 training rows",
    ),
    "no neighbours": (model(neighbors=0), "NearestNeighborModel", "numberOfNeighbors is 0"),
    "no rows": (
        model(table={"x": [], "u": []}),
        "NearestNeighborModel",
        "there are 0 training rows",
    ),
    "no target and no ids": (
        model(targets=[], function="clustering"),
        "NearestNeighborModel",
        "needs an instanceIdVariable",
    ),
    "unknown id variable": (
        model(model='instanceIdVariable="id"'),
        "TrainingInstances",
        "no InstanceField gives the column of field 'id'",
    ),
    "a row without an id": (
        model(table={**TABLE, "id": ["a", None, "c"]}, model='instanceIdVariable="id"'),
        "TrainingInstances",
        "row 2 has no 'id'",
    ),
    "no column of the target": (
        model(table={"x": [0, 1]}),
        "TrainingInstances",
        "no InstanceField gives the column of field 'u'",
    ),
    "no column of the table": (
        model(extra='<InstanceField field="s" column="none"/>', inputs={"s": "", "x": ""}),
        "KNNInput",
        "absDiff needs numbers",
    ),
    "a column that no row has": (
        model(
            extra='<InstanceField field="s" column="none"/>',
            inputs={"s": 'compareFunction="delta"', "x": ""},
        ),
        "InstanceField",
        "no column 'none'",
    ),
    "an input without training values": (
        model(inputs={"x": "", "s": 'compareFunction="delta"'}),
        "TrainingInstances",
        "'s' is not defined here",
    ),
    "a training value that is none": (
        model(table={"x": [0, "many", 2], "u": [1.0, 2.0, 3.0]}),
        "TrainingInstances",
        "row 2: field 'x': value 'many' is not valid",
    ),
    "a category that is not valid": (
        model(table={"x": [0, 1], "t": ["p", "z"]}, targets=["t"]),
        "TrainingInstances",
        "row 2: field 't': value 'z' is not valid",
    ),
    "a target column that no row has": (
        model(table={"x": [0, 1], "u": [None, None]}),
        "InstanceField",
        "no column",
    ),
    "a target whose values are all missing": (
        model(table={"x": [0, 1], "u": ["NA", "NA"]}).replace(
            b'<DataField name="u" optype="continuous" dataType="double">',
            b'<DataField name="u" optype="continuous" dataType="double">'
            b'<Value value="NA" property="missing"/>',
        ),
        "NearestNeighborModel",
        "no training row has a value of target 'u'",
    ),
    "weights of similarities": (
        model(measure="<jaccard/>", kind="similarity", model=WEIGHTED),
        "NearestNeighborModel",
        "not of similarities",
    ),
    "negative threshold": (
        model(model=f'{WEIGHTED} threshold="-1"'),
        "NearestNeighborModel",
        "threshold must not be negative",
    ),
    "training rows that are not binary": (
        model(measure="<jaccard/>", kind="similarity"),
        "NearestNeighborModel",
        "training row 3: field 'x'",
    ),
    "gaussSim": (
        model(inputs={"x": 'compareFunction="gaussSim"'}),
        "KNNInput",
        "needs a positive similarityScale",
    ),
    "table": (
        model(inputs={"x": 'compareFunction="table"'}),
        "KNNInput",
        "table needs Comparisons",
    ),
    "unknown field": (model(inputs={"z": ""}), "KNNInput", "'z' is not defined here"),
}


@pytest.mark.parametrize("case", WRONG)
def test_contradictions(case: str) -> None:
    text, element, message = WRONG[case]
    with pytest.raises(MarkupError) as caught:
        pmmlkit.load(text)
    assert message in str(caught.value)
    assert caught.value.element == element
    assert caught.value.line


def test_refusals() -> None:
    with pytest.raises(UnsupportedError, match="sequences"):
        pmmlkit.load(model(function="sequences"))
    text = model().decode()
    head, _, tail = text.partition("<InlineTable>")
    outside = head + "<TableLocator/>" + tail.partition("</InlineTable>")[2]
    with pytest.raises(UnsupportedError, match="TableLocator"):
        pmmlkit.load(outside.encode())
