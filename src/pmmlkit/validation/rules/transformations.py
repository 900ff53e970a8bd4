"""Rules for expressions. Specification: chapters Transformations, Functions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from pmmlkit.language.apply import Apply
from pmmlkit.language.data_dictionary import Interval
from pmmlkit.language.discretize import Discretize
from pmmlkit.language.expressions import Constant
from pmmlkit.language.map_values import MapValues
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, rule

__all__ = ["RULES"]

_BINS: Final = """
<DerivedField name="d" optype="categorical" dataType="string">
  <Discretize field="x"{}>
    <DiscretizeBin binValue="low"><Interval closure="openOpen" rightMargin="2"/></DiscretizeBin>
    <DiscretizeBin binValue="high"><Interval closure="{}" leftMargin="{}"/></DiscretizeBin>
  </Discretize>
</DerivedField>"""


def _sorted_intervals(element: Discretize) -> list[tuple[float, float, Interval]]:
    found = []
    for item in element.bins:
        part = item.interval
        low = float("-inf") if part.left_margin is None else part.left_margin
        high = float("inf") if part.right_margin is None else part.right_margin
        found.append((low, high, part))
    return sorted(found, key=lambda entry: entry[:2])


@rule(
    "PMML280",
    "warning",
    "Bins of a Discretize overlap",
    "A value that lies in two bins has no defined result; engines take the first or the last. "
    "Neighbours share a margin, which only one of them includes.",
    bad=_BINS.format("", "closedOpen", 1),
    good=_BINS.format("", "closedOpen", 2),
    on=Discretize,
)
def overlapping_bins(item: Discretize, facts: Facts) -> Iterator[Found]:
    for (_, high, left), (low, _, right) in pairwise(_sorted_intervals(item)):
        touches = left.closure.endswith("Closed") and right.closure.startswith("closed")
        if low < high or (low == high and touches):
            yield right, f"the bin overlaps the one that ends at {high:g}"


@rule(
    "PMML281",
    "info",
    "Bins of a Discretize leave a gap",
    "A value between two bins becomes the defaultValue; there is none, so the result is missing.",
    bad=_BINS.format("", "closedOpen", 3),
    good=_BINS.format(' defaultValue="between"', "closedOpen", 3),
    on=Discretize,
)
def gap_of_bins(item: Discretize, facts: Facts) -> Iterator[Found]:
    if item.default_value is not None:
        return
    for (_, high, left), (low, _, right) in pairwise(_sorted_intervals(item)):
        open_ends = left.closure.endswith("Open") and right.closure.startswith("open")
        if low > high or (low == high and open_ends):
            yield right, f"values between {high:g} and {low:g} are in no bin"


_MAP: Final = """
<DerivedField name="d" optype="categorical" dataType="string">
  <MapValues outputColumn="out"><FieldColumnPair field="s" column="in"/>
    <InlineTable>
      <row><in>a</in><out>one</out>{}</row>
      <row><in>{}</in><out>{}</out></row>
    </InlineTable>
  </MapValues>
</DerivedField>"""


@rule(
    "PMML282",
    "info",
    "A column of a mapping is not used",
    "The InlineTable of the MapValues has a column that is neither matched with a field nor the "
    "outputColumn.",
    bad=_MAP.format("<more>1</more>", "b", "two"),
    good=_MAP.format("", "b", "two"),
    on=MapValues,
)
def unused_column(item: MapValues, facts: Facts) -> Iterator[Found]:
    if item.inline_table is None:
        return
    wanted = {item.output_column, *(pair.column for pair in item.pairs)}
    rest = {name.rpartition(":")[2] for name in wanted}
    for name in item.inline_table.rows.names:
        if name not in wanted and name not in rest:
            yield item.inline_table, f"nothing uses the column {name!r:.80}"


@rule(
    "PMML283",
    "info",
    "Two rows of a mapping are the same",
    "The rows match the same values and give the same result; one of them can be left out.",
    bad=_MAP.format("", "a", "one"),
    good=_MAP.format("", "b", "one"),
    on=MapValues,
)
def same_rows(item: MapValues, facts: Facts) -> Iterator[Found]:
    if item.inline_table is None:
        return
    table = item.inline_table.rows
    columns = [table.column(pair.column) for pair in item.pairs]
    known = [cells for cells in columns if cells is not None]
    rows = list(zip(*known, strict=True)) if len(known) == len(columns) else []
    if len(set(rows)) < len(rows):
        count = len(rows) - len(set(rows))
        yield item.inline_table, f"{count} of {len(rows)} rows match what another row matches"


_QUOTIENT: Final = """
<DerivedField name="d" optype="continuous" dataType="double">
  <Apply function="/"><FieldRef field="x"/><Constant dataType="double">{}</Constant></Apply>
</DerivedField>"""


@rule(
    "PMML284",
    "warning",
    "An expression divides by zero",
    "The divisor is the constant 0: no row has a result.",
    bad=_QUOTIENT.format(0),
    good=_QUOTIENT.format(2),
    on=Apply,
)
def division(item: Apply, facts: Facts) -> Iterator[Found]:
    if item.function != "/" or len(item.expressions) != 2:
        return
    divisor = item.expressions[1]
    if isinstance(divisor, Constant) and divisor.text.strip() in ("0", "0.0", "-0", "-0.0"):
        yield item, "the divisor is the constant 0"


RULES: Final = (overlapping_bins, gap_of_bins, unused_column, same_rows, division)
