"""The preparation of input: each MiningField compiled, for columns and for single values.

Semantics 1; specification: chapters Data Dictionary and Mining Schema. `prepared_fields` is for the
model at the top, whose values come from a table; `nested_field` for models inside it, which get
what their parent has prepared.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pmmlkit.columns.column import Column
from pmmlkit.columns.intake import Converted, column_from
from pmmlkit.columns.types import DataType
from pmmlkit.language import mistakes
from pmmlkit.language.data_dictionary import DataDictionary, FieldRules
from pmmlkit.language.mining_schema import MiningField, MiningSchema
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.prepared_column import treated
from pmmlkit.language.prepared_row import raw_row_function, typed_row_function
from pmmlkit.language.scope import Compilation, Scope
from pmmlkit.language.step import Batch, Field, Read, RowFunction, Step, Values
from pmmlkit.language.treatment import Treatment, compile_treatment
from pmmlkit.xml.declaration import Element

__all__ = [
    "FieldPreparation",
    "data_field_rules",
    "declare_data_fields",
    "nested_field",
    "prepared_fields",
    "target_facts",
]

_RULES = "data_dictionary.rules"


@dataclass(frozen=True, slots=True)
class FieldPreparation:
    """The preparation of one field of the model at the top; immutable, pickles.

    `usage` is PMML's usageType, ``target`` also where the document says ``predicted``.
    """

    usage: str
    treatment: Treatment
    nan_is_missing: bool = True

    @property
    def name(self) -> str:
        """The field's name."""
        return self.treatment.rules.name

    @property
    def type(self) -> DataType:
        """The dataType of prepared values."""
        return self.treatment.rules.type

    @property
    def optype(self) -> str:
        """The optype, the MiningField's before the DataField's."""
        return self.treatment.optype

    @property
    def values(self) -> tuple[Any, ...]:
        """The valid values in document order, as row values; empty where there is no list."""
        return self.treatment.rules.values

    @property
    def display(self) -> Mapping[Any, str]:
        """The displayValue by value."""
        return self.treatment.rules.display

    @property
    def may_be_missing(self) -> bool:
        """Tell whether a prepared value can be missing."""
        return self.treatment.may_be_missing

    @property
    def may_fail(self) -> bool:
        """Tell whether a row can be in error."""
        return self.treatment.missing_fails or self.treatment.invalid in ("returnInvalid", "asIs")

    @property
    def is_plain(self) -> bool:
        """Tell whether every value of the type passes unchanged, missing ones included.

        Then only what is not convertible needs a treatment (and NaN, where it is not missing).
        """
        treatment = self.treatment
        is_free = not (treatment.judges or treatment.limits or treatment.missing_fails)
        return is_free and treatment.replacement is None

    def column(self, raw: Converted | Column | Any) -> Column:
        """Prepare an array of any dtype, a list, `Coded`, or what `column_from` made of it.

        Rows without a result are in ERROR, rows that are invalid and used as they are INVALID.
        """
        if isinstance(raw, Column):
            raw = Converted(raw)
        elif not isinstance(raw, Converted):
            raw = column_from(raw, self.type, self.nan_is_missing)
        return treated(self.treatment, raw.column, raw.failed, may_hold_nan=not self.nan_is_missing)

    def row_function(self) -> Callable[[Any], Any]:
        """Return the function from any Python or NumPy scalar to the prepared row value.

        It raises `EvaluationError`, naming field and value, where the column has an error.
        """
        return raw_row_function(self.treatment, self.nan_is_missing)


def declare_data_fields(compilation: Compilation, dictionary: DataDictionary) -> None:
    """Make the fields of the DataDictionary known to a compilation.

    Raises `MarkupError` where two have the same name; what is wrong with a field itself is said
    when a model uses it.
    """
    compilation.data_fields = dictionary.by_name()


def data_field_rules(compilation: Compilation, name: str, user: Element) -> FieldRules:
    """Return the rules of a DataField; raises `MarkupError` where there is none of that name."""
    rules = _find_rules(compilation, name)
    if rules is None:
        raise wrong(
            user,
            f"field {name!r} is not in the DataDictionary; define it there",
            code=mistakes.FIELD_NOT_IN_DICTIONARY,
            field=name,
        )
    return rules


def _find_rules(compilation: Compilation, name: str) -> FieldRules | None:
    declared = compilation.data_fields.get(name)
    if declared is None:
        return None
    rules: FieldRules | None = compilation.cache.get((_RULES, name))
    if rules is None:
        rules = compilation.cache[_RULES, name] = declared.rules()
    return rules


def prepared_fields(
    compilation: Compilation, schema: MiningSchema, nan_is_missing: bool = True
) -> tuple[FieldPreparation, ...]:
    """Compile the MiningFields of the model at the top, targets and weights included, in order.

    Raises `MarkupError` for a field that is not in the DataDictionary or named twice, and what
    `DataField.rules` and `compile_treatment` raise.
    """
    found: dict[str, FieldPreparation] = {}
    for item in schema.mining_fields:
        with compilation.gather():
            if item.name in found:
                raise wrong(
                    item,
                    f"field {item.name!r} is named twice in the MiningSchema",
                    code=mistakes.DUPLICATE_NAME,
                    field=item.name,
                )
            treatment = compile_treatment(item, data_field_rules(compilation, item.name, item))
            usage = "target" if item.is_target else item.usage_type
            found[item.name] = FieldPreparation(usage, treatment, nan_is_missing)
    return tuple(found.values())


def target_facts(compilation: Compilation, mining_field: MiningField) -> FieldRules:
    """Return what the DataDictionary says of a target, under the optype of its MiningField."""
    rules = data_field_rules(compilation, mining_field.name, mining_field)
    return dataclasses.replace(rules, optype=mining_field.optype or rules.optype)


def nested_field(scope: Scope, parent: Field, mining_field: MiningField) -> Field:
    """Return the field that a model inside another one sees: its parent's, prepared again if asked.

    A MiningField asks with a replacement, an outlier treatment, an invalid treatment other than
    returnInvalid and asIs, a missing treatment returnInvalid, or another optype. The step goes into
    the frame of `scope`. Raises what `compile_treatment` raises.
    """
    if not _asks(mining_field, parent):
        return parent
    if parent.type.is_list:
        raise unsupported(
            mining_field,
            "the values of a group are treated in the MiningSchema of the outermost model only",
            code=mistakes.LIST_AS_VALUE,
            field=mining_field.name,
        )
    rules = _find_rules(scope.compilation, parent.name)
    if rules is None or rules.type != parent.type:
        rules = FieldRules(parent.name, parent.type, parent.optype)
    treatment = compile_treatment(mining_field, rules, parent.optype)
    scope.compilation.used.add(parent.slot)
    # As in JPMML the value goes through all steps again, so that what an outer treatment put there
    # can be invalid here.
    return scope.add(
        parent.name,
        _PreparedAgain(Read(parent), treatment),
        optype=treatment.optype,
        values=parent.values,
        settled=parent.settled,
    )


def _asks(mining_field: MiningField, parent: Field) -> bool:
    return (
        mining_field.missing_value_replacement is not None
        or mining_field.missing_value_treatment == "returnInvalid"
        or mining_field.outliers != "asIs"
        or mining_field.invalid_value_treatment not in ("returnInvalid", "asIs")
        or (
            mining_field.invalid_value_treatment == "asIs"
            and (mining_field.invalid_value_replacement or mining_field.x_invalid_value_replacement)
            is not None
        )
        or mining_field.optype not in (None, parent.optype)
    )


class _PreparedAgain(Step):
    """The value of a parent's field under the treatment of a segment: it is judged anew."""

    __slots__ = ("step", "treatment")

    def __init__(self, step: Step, treatment: Treatment) -> None:
        may_be_invalid = treatment.judges or step.type.kind in ("float", "double")
        may_fail = treatment.missing_fails or (
            treatment.invalid == "returnInvalid" and may_be_invalid
        )
        super().__init__(step.type, may_fail=step.may_fail or may_fail)
        self.step = step
        self.treatment = treatment

    def columns(self, batch: Batch) -> Column:
        return treated(self.treatment, self.step.columns(batch), {}, may_hold_nan=True)

    def row_function(self) -> RowFunction:
        read = self.step.row_function()
        prepare = typed_row_function(self.treatment)

        def run(values: Values) -> Any:
            return prepare(read(values))

        return run
