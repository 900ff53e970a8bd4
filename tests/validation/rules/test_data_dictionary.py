"""Boundary cases of the rules for names, values and timestamps."""

from __future__ import annotations

import pytest

from tests.validation.rules.checked import codes

MODEL = """
<DataDictionary>
  <DataField name="{name}" optype="continuous" dataType="{type}">{content}</DataField>
  <DataField name="s" optype="categorical" dataType="string">{values}</DataField>
  <DataField name="y" optype="continuous" dataType="double"/>{taxonomy}
</DataDictionary>
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="{name}"/><MiningField name="s"/>
    <MiningField name="y" usageType="target"/></MiningSchema>
  <RegressionTable intercept="1"><NumericPredictor name="{name}" coefficient="1"/>
    <CategoricalPredictor name="s" value="a" coefficient="1"/></RegressionTable>
</RegressionModel>"""
VALUES = '<Value value="a"/><Value value="b"/>'


def model(
    name: str = "x",
    type: str = "double",
    content: str = "",
    values: str = VALUES,
    taxonomy: str = "",
) -> str:
    return MODEL.format(name=name, type=type, content=content, values=values, taxonomy=taxonomy)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("x", set()),
        ("petal length", set()),
        (" x", {"PMML491"}),
        ("x&#9;", {"PMML491"}),
        ("x&#160;", {"PMML491"}),
        ("\u200bx", {"PMML491"}),
        ("S", {"PMML492"}),
        ("größe", set()),
    ],
)
def test_names(name: str, found: set[str]) -> None:
    assert codes(model(name)) == found


@pytest.mark.parametrize(
    ("type", "closure", "left", "right", "found"),
    [
        ("double", "closedClosed", 0, 5, set()),
        ("double", "closedClosed", 5, 5, {"PMML494"}),
        ("double", "closedOpen", 5, 5, {"PMML493"}),
        ("double", "openOpen", 5, 5, {"PMML493"}),
        ("double", "openOpen", 0.2, 0.8, set()),
        ("integer", "openOpen", 0.2, 0.8, {"PMML493"}),
        ("integer", "openOpen", 0, 2, {"PMML494"}),
        ("integer", "openOpen", 0, 3, set()),
    ],
)
def test_intervals(type: str, closure: str, left: float, right: float, found: set[str]) -> None:
    interval = f'<Interval closure="{closure}" leftMargin="{left}" rightMargin="{right}"/>'
    assert codes(model(type=type, content=interval)) == found


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ("", set()),
        (VALUES, set()),
        ('<Value value="a"/>', {"PMML494"}),
        ('<Value value="a"/><Value value="?" property="missing"/>', {"PMML494"}),
        ('<Value value="?" property="missing"/>', set()),
        ('<Value value="a" displayValue="A"/><Value value="b" displayValue="A"/>', {"PMML496"}),
        (
            '<Value value="a" displayValue="A"/><Value value="b"/>'
            '<Value value="c" displayValue="A" property="invalid"/>',
            set(),
        ),
    ],
)
def test_values(values: str, found: set[str]) -> None:
    assert codes(model(values=values)) == found


@pytest.mark.parametrize(
    ("rows", "is_loop"),
    [
        ([], False),
        ([("a", "b"), ("b", "c")], False),
        ([("a", "b"), ("b", "a")], True),
        ([("a", "a")], True),
        ([("a", "b"), ("c", "b"), ("b", "d")], False),
        ([("a", "b"), ("b", "c"), ("c", "d"), ("d", "b")], True),
    ],
)
def test_taxonomies(rows: list[tuple[str, str]], is_loop: bool) -> None:
    cells = "".join(f"<row><c>{child}</c><p>{parent}</p></row>" for child, parent in rows)
    taxonomy = (
        '<Taxonomy name="t"><ChildParent childField="c" parentField="p">'
        f"<InlineTable>{cells}</InlineTable></ChildParent></Taxonomy>"
    )
    assert ("PMML498" in codes(model(taxonomy=taxonomy))) == is_loop


SERIES = """
<DataDictionary><DataField name="n" optype="continuous" dataType="integer"/>
  <DataField name="y" optype="continuous" dataType="double"/></DataDictionary>
<TimeSeriesModel functionName="timeSeries" bestFit="ExponentialSmoothing">
  <MiningSchema><MiningField name="n" usageType="supplementary"/>
    <MiningField name="y" usageType="target"/></MiningSchema>
  <TimeSeries><TimeValue index="1" value="5"><Timestamp>{}</Timestamp></TimeValue></TimeSeries>
  <ExponentialSmoothing><Level smoothedValue="100"/></ExponentialSmoothing>
</TimeSeriesModel>"""


@pytest.mark.parametrize(
    ("text", "is_time"),
    [
        ("2024-05-31 17:30:00 GMT +02:00", True),
        ("2024-05-31T17:30:00Z", True),
        ("2024-05-31", True),
        ("", True),
        ("\n  2024-05-31 17:30\n", True),
        ("31.5.2024", False),
        ("Fri May 31 17:30:00 2024", False),
        ("20240531", False),
    ],
)
def test_timestamps(text: str, is_time: bool) -> None:
    assert ("PMML490" in codes(SERIES.format(text))) != is_time
