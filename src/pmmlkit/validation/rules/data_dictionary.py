"""Rules for names and values of fields. Specification: chapters Data Dictionary, Taxonomy,
Header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmmlkit.language.data_dictionary import DataDictionary, DataField
from pmmlkit.language.derived_field import DerivedField
from pmmlkit.language.document import Timestamp
from pmmlkit.language.output import OutputField
from pmmlkit.language.taxonomy import ChildParent
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, rule
from pmmlkit.xml.markup import Text

__all__ = ["RULES"]

_MODEL: Final = """
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="{x}"/><MiningField name="s"/>
    <MiningField name="y" usageType="target"/></MiningSchema>
  <RegressionTable intercept="1"><NumericPredictor name="{x}" coefficient="1"/>
    <CategoricalPredictor name="s" value="a" coefficient="2"/></RegressionTable>
</RegressionModel>"""
_DICTIONARY: Final = """
<DataDictionary>
  <DataField name="{x}" optype="continuous" dataType="double">{interval}</DataField>
  <DataField name="s" optype="{optype}" dataType="string"{taxonomy}>{values}</DataField>
  <DataField name="y" optype="continuous" dataType="double"/>{taxonomies}
</DataDictionary>"""
_VALUES: Final = '<Value value="a"/><Value value="b"/>'


def _example(
    x: str = "x",
    interval: str = "",
    optype: str = "categorical",
    taxonomy: str = "",
    values: str = _VALUES,
    taxonomies: str = "",
) -> str:
    dictionary = _DICTIONARY.format(
        x=x,
        interval=interval,
        optype=optype,
        taxonomy=taxonomy,
        values=values,
        taxonomies=taxonomies,
    )
    return dictionary + _MODEL.format(x=x)


_INVISIBLE: Final = re.compile(r"^\s|\s$|[\u00a0\u200b-\u200f\u2028\u2029\u2060\ufeff]")


@rule(
    "PMML491",
    "warning",
    "A name begins or ends with a space",
    "A space, or a character that is not seen, at either end belongs to the name: a table whose "
    "column is named without it lacks the field.",
    bad=_example(x="x "),
    good=_example(x="x"),
    on=(DataField, DerivedField, OutputField),
)
def spaces(item: DataField | DerivedField | OutputField, facts: Facts) -> Iterator[Found]:
    if item.name is not None and _INVISIBLE.search(item.name):
        yield item, f"the name is {item.name!a}"


@rule(
    "PMML492",
    "info",
    "The names of two fields differ in their case only",
    "Names are exact here, but not in many databases and tables: there the two are one column.",
    bad=_example(x="S"),
    good=_example(x="x"),
    on=DataDictionary,
)
def same_but_case(dictionary: DataDictionary, facts: Facts) -> Iterator[Found]:
    known: dict[str, str] = {}
    for item in dictionary.data_fields:
        first = known.setdefault(item.name.casefold(), item.name)
        if first != item.name:
            yield item, f"{item.name!r} is {first!r} but for the case"


_INTERVAL: Final = '<Interval closure="{}" leftMargin="{}" rightMargin="{}"/>'


@rule(
    "PMML493",
    "warning",
    "An interval is empty",
    "No number lies in the Interval, so that all values of the field are invalid if it is the only "
    "one.",
    bad=_example(interval=_INTERVAL.format("openOpen", 5, 5)),
    good=_example(interval=_INTERVAL.format("openOpen", 0, 5)),
    on=DataField,
)
def no_values(item: DataField, facts: Facts) -> Iterator[Found]:
    rules = facts.rules.get(item.name)
    if rules is None or len(rules.intervals) != len(item.intervals):
        return
    for part, bounds in zip(item.intervals, rules.intervals, strict=True):
        if bounds.low is None or bounds.high is None:
            continue
        is_closed = bounds.low_closed and bounds.high_closed
        if bounds.low > bounds.high or (bounds.low == bounds.high and not is_closed):
            yield part, f"no value of {item.name!r} lies in {bounds}"


@rule(
    "PMML494",
    "info",
    "A field may have one value only",
    "The dictionary allows a single value: any other is invalid, and fails the row unless the "
    "MiningField says otherwise. A field that was constant in the training data says nothing, and "
    "could be left out.",
    bad=_example(values='<Value value="a"/>'),
    good=_example(values=_VALUES),
    on=DataField,
)
def one_value(item: DataField, facts: Facts) -> Iterator[Found]:
    rules = facts.rules.get(item.name)
    if rules is None:
        return
    valid = set(rules.values) - rules.missing - rules.invalid
    if rules.intervals:
        bounds = rules.intervals[0]
        is_only = len(rules.intervals) == 1 and not valid and bounds.low is not None
        is_one = is_only and bounds.low == bounds.high and bounds.low_closed and bounds.high_closed
    else:
        is_one = len(rules.values) == len(valid) == 1
    if is_one:
        yield item, f"all values of {item.name!r} but one are invalid"


@rule(
    "PMML495",
    "warning",
    "The order of an ordinal field is not known",
    "The order of the values of an ordinal text is that in which the dictionary lists them. It "
    "lists none, so that texts are compared letter by letter, or not at all.",
    bad=_example(optype="ordinal", values=""),
    good=_example(optype="ordinal", values=_VALUES),
    on=DataField,
)
def no_order(item: DataField, facts: Facts) -> Iterator[Found]:
    is_text = item.optype == "ordinal" and item.data_type == "string"
    if is_text and not any(value.property == "valid" for value in item.values):
        yield item, f"{item.name!r} is an ordinal text without values"


@rule(
    "PMML496",
    "info",
    "Two values are displayed alike",
    "Where displayValue is shown, the two cannot be told apart.",
    bad=_example(values='<Value value="a" displayValue="A"/><Value value="b" displayValue="A"/>'),
    good=_example(values='<Value value="a" displayValue="A"/><Value value="b" displayValue="B"/>'),
    on=DataField,
)
def same_display(item: DataField, facts: Facts) -> Iterator[Found]:
    known: dict[str, str] = {}
    for value in item.values:
        if value.property == "valid" and value.display_value is not None:
            first = known.setdefault(value.display_value, value.value)
            if first != value.value:
                yield value, f"it is displayed as {first!r:.80} is: {value.display_value!r:.80}"


_TAXONOMY: Final = """
  <Taxonomy name="groups"><ChildParent childField="child" parentField="parent" isRecursive="yes">
    <InlineTable><row><child>a</child><parent>b</parent></row>
      <row><child>b</child><{column}>{top}</{column}></row></InlineTable></ChildParent></Taxonomy>"""


def _taxonomy(top: str = "all", column: str = "parent", name: str = "groups") -> str:
    return _example(
        taxonomy=f' taxonomy="{name}"', taxonomies=_TAXONOMY.format(top=top, column=column)
    )


@rule(
    "PMML497",
    "info",
    "A field names a taxonomy that does not exist",
    "The attribute taxonomy holds the name of a Taxonomy of the DataDictionary.",
    bad=_taxonomy(name="kinds"),
    good=_taxonomy(),
    on=DataDictionary,
)
def no_taxonomy(dictionary: DataDictionary, facts: Facts) -> Iterator[Found]:
    known = {item.name for item in dictionary.taxonomies}
    for item in dictionary.data_fields:
        if item.taxonomy is not None and item.taxonomy not in known:
            yield item, f"there is no Taxonomy {item.taxonomy!r:.80}"


@rule(
    "PMML498",
    "info",
    "A category is part of itself",
    "The table of the taxonomy leads from a category back to it: a hierarchy has a top.",
    bad=_taxonomy(top="a"),
    good=_taxonomy(),
    on=ChildParent,
)
def loop(item: ChildParent, facts: Facts) -> Iterator[Found]:
    if item.inline_table is None or item.child_field is None or item.parent_field is None:
        return
    rows = item.inline_table.rows
    children, parents = rows.column(item.child_field), rows.column(item.parent_field)
    if children is None or parents is None:
        return
    above = {
        child: parent
        for child, parent in zip(children, parents, strict=True)
        if child is not None and parent is not None
    }
    done: set[str] = set()
    for start in above:
        path: dict[str, None] = {}
        place: str | None = start
        while place is not None and place not in done and place not in path:
            path[place] = None
            place = above.get(place)
        if place is not None and place in path:
            yield item, f"{place!r:.80} is below itself"
        done.update(path)


_TIME: Final = re.compile(r"\s*\d{4}-\d{2}-\d{2}([T\s]|$)")


def _timestamp(text: str) -> str:
    return f"""
<DataDictionary><DataField name="x" optype="continuous" dataType="double"/>
  <DataField name="y" optype="continuous" dataType="double"/></DataDictionary>
<TimeSeriesModel functionName="timeSeries" bestFit="ExponentialSmoothing">
  <MiningSchema><MiningField name="x" usageType="supplementary"/>
    <MiningField name="y" usageType="target"/></MiningSchema>
  <TimeSeries usage="original">
    <TimeValue index="1" value="5"><Timestamp>{text}</Timestamp></TimeValue></TimeSeries>
  <ExponentialSmoothing><Level alpha="0.3" smoothedValue="100"/></ExponentialSmoothing>
</TimeSeriesModel>"""


@rule(
    "PMML490",
    "info",
    "A Timestamp does not tell the time",
    "A Timestamp is written as 2024-05-31 17:30:00 GMT +02:00, or with a T between date and time; "
    "what is written otherwise is understood by people at best.",
    bad=_timestamp("31/5/24"),
    good=_timestamp("2024-05-31 17:30:00 GMT +02:00"),
    on=Timestamp,
)
def no_time(item: Timestamp, facts: Facts) -> Iterator[Found]:
    if item.content is None:
        return
    text = "".join(event.text for event in item.content.events if isinstance(event, Text)).strip()
    if text and not _TIME.match(text):
        yield item, f"{text!r:.80} is no date and time"


RULES: Final = (
    no_time,
    spaces,
    same_but_case,
    no_values,
    one_value,
    no_order,
    same_display,
    no_taxonomy,
    loop,
)
