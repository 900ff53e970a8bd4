"""Rules for the rows that a document brings to verify itself. Specification: chapter Model
Verification.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmmlkit.language.verification import ModelVerification
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, rule

__all__ = ["RULES"]

_MODEL: Final = """
<RegressionModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="1"/></RegressionTable>
  <ModelVerification recordCount="1" fieldCount="2">
    <VerificationFields><VerificationField field="x" column="x"/>
      <VerificationField field="y" column="y"/></VerificationFields>
    <InlineTable><row><x>1</x><y>2</y></row></InlineTable>
  </ModelVerification>
</RegressionModel>"""


@rule(
    "PMML330",
    "warning",
    "The stated size of the verification rows is wrong",
    "recordCount and fieldCount, where they are given, are the numbers of rows and of "
    "VerificationFields.",
    bad=_MODEL.replace('recordCount="1"', 'recordCount="7"'),
    good=_MODEL,
    on=ModelVerification,
)
def counts(item: ModelVerification, facts: Facts) -> Iterator[Found]:
    rows, fields = len(item.inline_table.rows), len(item.verification_fields.verification_fields)
    if item.record_count not in (None, rows):
        yield item, f"recordCount is {item.record_count}, there are {rows} rows"
    if item.field_count not in (None, fields):
        yield item, f"fieldCount is {item.field_count}, there are {fields} fields"


@rule(
    "PMML331",
    "info",
    "A column of the verification rows belongs to no field",
    "Each column of the InlineTable is named by a VerificationField; others are not compared.",
    bad=_MODEL.replace("<y>2</y>", "<y>2</y><z>3</z>"),
    good=_MODEL,
    on=ModelVerification,
)
def unknown_column(item: ModelVerification, facts: Facts) -> Iterator[Found]:
    fields = item.verification_fields.verification_fields
    named = {(field.column or field.field).rpartition(":")[2] for field in fields}
    known = named | {field.column or field.field for field in fields}
    for name in item.inline_table.rows.names:
        if name not in known and "_x" not in "".join(known):
            yield item.inline_table, f"no VerificationField names the column {name!r:.80}"


RULES: Final = (counts, unknown_column)
