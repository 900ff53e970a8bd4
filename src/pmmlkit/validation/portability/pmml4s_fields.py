"""Fields, functions and transformations that PMML4S does not evaluate."""

from __future__ import annotations

from typing import Final

from pmmlkit.language.aggregate import Aggregate
from pmmlkit.language.apply import Apply
from pmmlkit.language.data_dictionary import DataField
from pmmlkit.language.define_function import DefineFunction
from pmmlkit.language.derived_field import DerivedField
from pmmlkit.language.discretize import Discretize
from pmmlkit.language.expressions import Constant, FieldRef
from pmmlkit.language.lag import Lag
from pmmlkit.language.mining_schema import MiningField
from pmmlkit.language.models.regression import CategoricalPredictor
from pmmlkit.language.scope import Compiled
from pmmlkit.language.text_index import TextIndex
from pmmlkit.validation.portability import samples
from pmmlkit.validation.portability.jpmml_fields import (
    DAYS,
    KNOWN_X,
    LATE_TYPES,
    PAIR,
    TEXT,
)
from pmmlkit.validation.portability.markup import Markup, markup_rule
from pmmlkit.validation.rules.facts import Facts

__all__ = ["RULES"]

_DAY: Final = '<Constant dataType="date">2020-02-29</Constant>'
_COUNTED: Final = (
    "timeSeconds",
    *(
        f"{kind}[{year}]"
        for kind in ("dateDaysSince", "dateTimeSecondsSince")
        for year in (1960, 1970, 1980)
    ),
    *LATE_TYPES,
)
_FLAG: Final = """
<DataDictionary>
  <DataField name="b" optype="categorical" dataType="boolean"/>
  <DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="b"/><MiningField name="y" usageType="target"/></MiningSchema>
  <RegressionTable intercept="1">
    <CategoricalPredictor name="b" value="{}" coefficient="2"/>
  </RegressionTable>
</RegressionModel>"""
_FUNCTION: Final = (
    '<DefineFunction name="{}" optype="continuous" dataType="double">'
    '<ParameterField name="a" optype="continuous" dataType="double"/>{}</DefineFunction>\n'
)
_TWICE: Final = _FUNCTION.format(
    "twice", '<Apply function="+"><FieldRef field="a"/><FieldRef field="a"/></Apply>'
)
_CALLS: Final = _FUNCTION.format("more", '<Apply function="twice"><FieldRef field="a"/></Apply>')
_CALLED: Final = samples.derived('<Apply function="more"><FieldRef field="x"/></Apply>')
_HALF: Final = (
    '<Apply function="/"><FieldRef field="n"/><Constant dataType="{}">4</Constant></Apply>'
)
_BINS: Final = (
    '<Discretize field="x"{}><DiscretizeBin binValue="low"><Interval closure="openOpen" '
    'rightMargin="0"/></DiscretizeBin></Discretize>'
)


def _is_defined_later(item: Apply, facts: Facts) -> bool:
    """Tell whether a DefineFunction calls one that stands behind it."""
    around = next((up for up in facts.above(item) if isinstance(up, DefineFunction)), None)
    dictionary = facts.root.transformation_dictionary
    if around is None or dictionary is None:
        return False
    names = [definition.name for definition in dictionary.define_functions]
    return item.function in names[names.index(around.name) :]


def _has_one_limit(item: MiningField, facts: Facts) -> bool:
    return (item.low_value is None) != (item.high_value is None)


def _is_flag_of_number(item: CategoricalPredictor, facts: Facts) -> bool:
    field = facts.field(item.name, item)
    return field is not None and field.data_type == "boolean" and item.value in ("0", "1")


def _gives_texts(item: Discretize, facts: Facts) -> bool:
    around = facts.parent(item)
    return isinstance(around, DerivedField) and around.data_type == "string"


def _is_of_integers(item: Apply, facts: Facts) -> bool:
    return all(_is_integer(operand, facts) for operand in item.expressions)


def _is_integer(operand: Compiled, facts: Facts) -> bool:
    if isinstance(operand, FieldRef):
        field = facts.field(operand.field, operand)
        return field is not None and field.data_type == "integer"
    return isinstance(operand, Constant) and operand.data_type == "integer"


RULES: Final = (
    markup_rule(
        "PMML561",
        "warning",
        "PMML4S does not look beyond the row",
        "Lag and Aggregate are refused.",
        Markup(Lag),
        Markup(Aggregate),
        bad=samples.derived('<Lag field="x"/>'),
        good=samples.derived('<FieldRef field="x"/>'),
    ),
    markup_rule(
        "PMML562",
        "warning",
        "PMML4S does not have the function",
        "x-atan2, an extension of JPMML, is refused.",
        Markup(Apply, "function", values=("x-atan2",)),
        bad=samples.derived(PAIR.format("x-atan2")),
        good=samples.derived(PAIR.format("hypot")),
    ),
    markup_rule(
        "PMML563",
        "warning",
        "PMML4S does not find a function that is defined later",
        "A DefineFunction that calls one which stands behind it is refused.",
        Markup(Apply, when=_is_defined_later),
        bad=_CALLS + _TWICE + _CALLED,
        good=_TWICE + _CALLS + _CALLED,
    ),
    markup_rule(
        "PMML564",
        "warning",
        "PMML4S gives no result of functions of dates",
        "dateDaysSinceYear, dateSecondsSinceYear, dateSecondsSinceMidnight and formatDatetime give "
        "a missing value.",
        Markup(
            Apply,
            "function",
            values=(
                "dateDaysSinceYear",
                "dateSecondsSinceYear",
                "dateSecondsSinceMidnight",
                "formatDatetime",
            ),
        ),
        bad=samples.derived(
            KNOWN_X.format(
                f'<Apply function="dateDaysSinceYear">{_DAY}<Constant>1960</Constant></Apply>'
            )
        ),
        good=samples.derived(PAIR.format("-")),
    ),
    markup_rule(
        "PMML565",
        "warning",
        "PMML4S does not count days and seconds",
        "Values of the types dateDaysSince, dateTimeSecondsSince and timeSeconds are NaN.",
        Markup(DataField, "data_type", values=_COUNTED),
        Markup(DerivedField, "data_type", values=_COUNTED),
        bad=DAYS.format("timeSeconds"),
        good=DAYS.format("double"),
    ),
    markup_rule(
        "PMML566",
        "warning",
        "PMML4S needs both limits of outliers",
        "A MiningField that treats outliers and has one of lowValue and highValue only fails rows.",
        Markup(
            MiningField,
            "outliers",
            values=("asExtremeValues", "asMissingValues"),
            when=_has_one_limit,
        ),
        bad=samples.line().replace('"x"/>', '"x" outliers="asExtremeValues" highValue="0.25"/>', 1),
        good=samples.line().replace(
            '"x"/>', '"x" outliers="asExtremeValues" lowValue="-9" highValue="0.25"/>', 1
        ),
    ),
    markup_rule(
        "PMML567",
        "warning",
        "PMML4S reads 0 and 1 as no truth values",
        "A CategoricalPredictor of a boolean field with the value 0 or 1 is refused; write false "
        "and true.",
        Markup(CategoricalPredictor, when=_is_flag_of_number),
        bad=_FLAG.format("1"),
        good=_FLAG.format("true"),
    ),
    markup_rule(
        "PMML568",
        "warning",
        "PMML4S cannot format a number",
        "formatNumber fails each row: with a double as with an integer.",
        Markup(Apply, "function", values=("formatNumber",)),
        bad=samples.derived(
            '<Apply function="formatNumber"><FieldRef field="x"/><Constant>%3.2f</Constant>'
            "</Apply>",
            "string",
        ),
        good=samples.derived(PAIR.format("*")),
    ),
    markup_rule(
        "PMML569",
        "warning",
        "PMML4S does not have the weight of a term",
        "A TextIndex with augmentedNormalizedTermFrequency fails each row.",
        Markup(TextIndex, "local_term_weights", values=("augmentedNormalizedTermFrequency",)),
        bad=TEXT.format(' localTermWeights="augmentedNormalizedTermFrequency"'),
        good=TEXT.format(' localTermWeights="termFrequency"'),
    ),
    markup_rule(
        "PMML570",
        "warning",
        "PMML4S gives a missing value for what no bin holds",
        "defaultValue and mapMissingTo of a Discretize that gives texts have no effect.",
        Markup(Discretize, "default_value", when=_gives_texts),
        Markup(Discretize, "map_missing_to", when=_gives_texts),
        bad=samples.derived(_BINS.format(' defaultValue="high"'), "string"),
        good=samples.derived(_BINS.format(""), "string"),
    ),
    markup_rule(
        "PMML579",
        "info",
        "PMML4S divides integers as real numbers",
        "An integer divided by an integer is cut to an integer in pmmlkit and in JPMML-Evaluator.",
        Markup(Apply, "function", values=("/",), when=_is_of_integers),
        bad=samples.derived(_HALF.format("integer")),
        good=samples.derived(_HALF.format("double")),
    ),
)
