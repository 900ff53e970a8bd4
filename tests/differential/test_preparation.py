"""The treatments of a MiningField in all combinations, in pmmlkit and in JPMML-Evaluator."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

import pytest

from pmmlkit.parity import Oracle
from tests.differential.engines import Conflict, Failed, both_refuse, conflicts, shown

Options = dict[str, str]

KINDS: dict[tuple[str, str], list[str]] = {
    # dataType and optype: children of the DataField
    ("double", "continuous"): [
        "",
        '<Interval closure="closedClosed" leftMargin="0" rightMargin="10"/>',
        '<Interval closure="openOpen" leftMargin="0" rightMargin="10"/>',
        '<Interval closure="openClosed" leftMargin="0"/>',
        '<Interval closure="closedOpen" rightMargin="10"/>',
        '<Interval closure="closedOpen" leftMargin="0" rightMargin="1"/>'
        '<Interval closure="openClosed" leftMargin="5" rightMargin="10"/>',
        '<Value value="-999" property="missing"/>',
        '<Value value="N/A" property="missing"/><Value value="5" property="invalid"/>',
        '<Value value="0"/><Value value="5"/><Value value="7.5"/>',
        '<Value value="1"/><Interval closure="closedClosed" leftMargin="5" rightMargin="10"/>',
        '<Interval closure="closedClosed" leftMargin="0" rightMargin="10"/>'
        '<Value value="-999" property="missing"/><Value value="5" property="invalid"/>',
    ],
    ("float", "continuous"): [
        "",
        '<Interval closure="closedClosed" leftMargin="0" rightMargin="10"/>',
        '<Value value="-999" property="missing"/>',
        '<Value value="0"/><Value value="5"/><Value value="7.5"/>',
    ],
    ("integer", "continuous"): [
        "",
        '<Interval closure="closedClosed" leftMargin="0" rightMargin="10"/>',
        '<Interval closure="openOpen" leftMargin="0.5" rightMargin="5.5"/>',
        '<Value value="-999" property="missing"/><Value value="N/A" property="missing"/>',
        '<Value value="5" property="invalid"/>',
    ],
    ("integer", "categorical"): [
        "",
        '<Value value="0"/><Value value="5"/><Value value="7"/>',
        '<Value value="0"/><Value value="-999" property="missing"/>',
    ],
    ("double", "categorical"): ["", '<Value value="0"/><Value value="5.0"/>'],
    ("string", "categorical"): [
        "",
        '<Value value="a"/><Value value="5"/>',
        '<Value value="a"/><Value value="" property="missing"/>',
        '<Value value="b" property="invalid"/><Value value="N/A" property="missing"/>',
    ],
    ("string", "ordinal"): ["", '<Value value="b"/><Value value="a"/>'],
    ("boolean", "categorical"): [
        "",
        '<Value value="true"/>',
        '<Value value="false" property="missing"/>',
    ],
    ("date", "ordinal"): ["", '<Value value="2020-01-05"/><Value value="2021-01-05"/>'],
}

NUMBERS = [
    None, 0.0, 1.0, -1.0, 5.0, 7.5, 10.0, 10.5, 11.0, -999.0, 1e300, math.inf, -math.inf,
    "5", " 5", "x", "", "N/A", "5.0", "1e1", "true", True, 5, -999,
]  # fmt: skip
DATA: dict[str, list[Any]] = {
    "double": NUMBERS,
    "float": NUMBERS,
    "integer": NUMBERS,
    "string": [None, "a", "b", "", " a", "5", "N/A", 5, 5.0, 1e16, True, 0.1],
    "boolean": [None, True, False, "true", "FALSE", "1", "0", "x", 1, 0, 1.0, 2, 0.5],
    "date": [
        None,
        "2020-01-05",
        "2021-01-05",
        "1999-01-01",
        "x",
        "2020-1-5",
        "2020-01-05T00:00:00",
    ],
}

MISSING: list[Options] = [
    {},
    {"missingValueReplacement": "@"},
    {"missingValueReplacement": "#"},
    {"missingValueTreatment": "returnInvalid"},
    {"missingValueTreatment": "returnInvalid", "missingValueReplacement": "@"},
    {"missingValueTreatment": "asMean", "missingValueReplacement": "@"},
    {"missingValueTreatment": "asIs", "missingValueReplacement": "@"},
    {"missingValueTreatment": "asIs"},
]
INVALID: list[Options] = [
    {},
    {"invalidValueTreatment": "returnInvalid"},
    {"invalidValueTreatment": "asIs"},
    {"invalidValueTreatment": "asMissing"},
    {"invalidValueTreatment": "asValue", "invalidValueReplacement": "@"},
    {"invalidValueTreatment": "asValue", "invalidValueReplacement": "#"},
    {"invalidValueTreatment": "asIs", "invalidValueReplacement": "@"},
]
OUTLIERS: list[Options] = [
    {},
    {"outliers": "asIs", "lowValue": "1", "highValue": "7"},
    {"outliers": "asMissingValues", "lowValue": "1", "highValue": "7"},
    {"outliers": "asExtremeValues", "lowValue": "1", "highValue": "7"},
    {"outliers": "asExtremeValues", "lowValue": "0.5", "highValue": "6.25"},
]
LITERALS = {
    # in the place of @ (a valid value) and of # (one that is invalid, or outside)
    "double": ("5", "20"),
    "float": ("5", "20.1"),
    "integer": ("5", "20"),
    "string": ("a", "z"),
    "boolean": ("true", "false"),
    "date": ("2020-01-05", "2011-11-11"),
}


def mining_field(type: str, options: Options) -> str:
    good, bad = LITERALS[type]
    texts = {k: v.replace("@", good).replace("#", bad) for k, v in options.items()}
    return '<MiningField name="x"' + "".join(f' {k}="{v}"' for k, v in texts.items()) + "/>"


def document(type: str, optype: str, children: str, options: Options) -> bytes:
    states = "".join(
        f'<OutputField name="{name}" optype="categorical" dataType="boolean" '
        f'feature="transformedValue"><Apply function="{name}"><FieldRef field="x"/></Apply>'
        "</OutputField>"
        for name in ("isMissing", "isValid", "isNotValid", "isNotMissing")
    )
    return (
        '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>'
        f'<DataField name="x" optype="{optype}" dataType="{type}">{children}</DataField>'
        '<DataField name="y" optype="continuous" dataType="double"/></DataDictionary>'
        f'<RegressionModel functionName="regression"><MiningSchema>{mining_field(type, options)}'
        '<MiningField name="y" usageType="target"/></MiningSchema><Output>'
        f'<OutputField name="r" optype="{optype}" dataType="{type}" feature="transformedValue">'
        f'<FieldRef field="x"/></OutputField>{states}</Output>'
        '<RegressionTable intercept="0"/></RegressionModel></PMML>'
    ).encode()


def all_cases() -> list[tuple[str, str, str, Options]]:
    found = []
    for (type, optype), variants in KINDS.items():
        outliers = OUTLIERS if optype == "continuous" else OUTLIERS[:1]
        for children, *options in itertools.product(variants, MISSING, INVALID, outliers):
            merged = {k: v for option in options for k, v in option.items()}
            if type == "integer" and merged.get("outliers") == "asExtremeValues":
                # A limit that is no integer is refused here; JPMML fails the rows that get it.
                merged |= {"lowValue": "1", "highValue": "6"}
            found.append((type, optype, children, merged))
    return found


CASES = all_cases()
SLICE = 300


def chosen(cases: list[Any], full: bool, most: int = SLICE) -> list[Any]:
    return cases if full else random.Random(5).sample(cases, min(most, len(cases)))


def has_32_bits(item: Conflict) -> bool:
    """JPMML stops at a number that is not an integer of 32 bit, whatever the treatment."""
    return item.row["x"] == 1e300 and isinstance(item.theirs, Failed)


def run(cases: list[Any], jpmml: Oracle, nan: str = "missing", extra: tuple[Any, ...] = ()) -> None:
    lines = []
    for type, optype, children, options in cases:
        text = document(type, optype, children, options)
        table = {"x": [*DATA[type], *extra]}
        if both_refuse(text, jpmml, table):
            continue
        found = conflicts(text, table, jpmml, nan=nan, excuses=[has_32_bits])
        if found:
            lines.append(f"{type} {optype} {children} {options}: {shown(found)}")
    assert not lines, "\n".join(lines)


def test_treatments(jpmml: Oracle, full: bool) -> None:
    run(chosen(CASES, full), jpmml)


@pytest.mark.parametrize("nan", ["missing", "invalid"])
def test_treatments_of_nan(nan: str, jpmml: Oracle, full: bool) -> None:
    # JPMML calls a NaN in a categorical field valid.
    floats = [c for c in CASES if c[0] in ("double", "float") and c[1] == "continuous"]
    run(chosen(floats, full, 60), jpmml, nan, (math.nan,))
