"""SQLTransformer: columns that a SELECT makes of the columns of the row."""

from __future__ import annotations

import re
from typing import Any, Final

from pmmlkit.errors import ExportError
from pmmlkit.exporters.features import Cast, Feature, data_type_of
from pmmlkit.exporters.spark.flow import Flow, Scalar
from pmmlkit.exporters.spark.saved import SavedStage
from pmmlkit.exporters.spark.sql.expressions import Translator
from pmmlkit.exporters.spark.sql.statement import Statement, is_a, parsed, shown
from pmmlkit.exporters.spark.sql.values import Operand, Value, value_of, where
from pmmlkit.exporters.spark.stages import reads
from pmmlkit.exporters.tracing import algebra
from pmmlkit.exporters.tracing.terms import Term, Untraceable, leaf
from pmmlkit.exporters.tracing.writing import features_of

__all__ = ["sql_transformer"]

_KINDS: Final = {"dateTime": "timestamp", None: "double"}
_DIGITS: Final = {"byte": 3, "short": 5, "integer": 10}
_DECIMAL: Final = re.compile(r"decimal\((\d+),\s*(-?\d+)\)")
_OF_TEXTS: Final = (
    "Upper", "Lower", "Length", "Trim", "Substring", "Left", "Right", "Concat", "DPipe", "Replace",
    "RegexpReplace", "RegexpLike", "Like", "StartsWith", "EndsWith", "Contains",
)  # fmt: skip
_COMPARING: Final = ("EQ", "NEQ", "In", "Case", "NullSafeEQ", "Coalesce")


@reads("feature.SQLTransformer")
def sql_transformer(stage: SavedStage, flow: Flow) -> None:
    """Read the expressions of ``SELECT ... FROM __THIS__``.

    A division by zero, a logarithm of a negative number and the like are NULL, or fail in ANSI
    mode: missing. NaN is missing as well. Of rows that ``WHERE x IS NOT NULL`` drops, all that is
    selected as an expression is missing; other filters are refused.
    """
    statement = parsed(str(stage.params["statement"]))
    names = _Names(flow, statement.tables)
    translator = Translator(names.operand)
    present = [names.term(column) for column in statement.present]
    made: dict[str, Any] = {}
    terms: list[Term] = []
    labels: list[str] = []
    for item in statement.selected:
        if is_a(item.node, "Column") and not names.is_alias(item.node.name):
            made[item.name] = flow.column(names.of(item.node))
            continue
        value = value_of(translator.operand(item.node))
        names.aliases[item.name.lower()] = value
        terms.append(_kept(value, present))
        labels.append(item.name)
    try:
        features = features_of(terms, labels, "sql")
    except Untraceable as error:
        raise ExportError(str(error)) from error
    made.update((label, Scalar(feature)) for label, feature in zip(labels, features, strict=True))
    _put(flow, statement, made, names)


def _kept(value: Value, present: list[Term]) -> Term:
    """Return a value, missing in rows that are dropped."""
    if value.kind == "date" and value.term.kind == "dateTime":
        raise ExportError(
            "the date of a time is a column of the result, and PMML has no function for it: use it "
            "within year(), month(), datediff() or a comparison"
        )
    test = algebra.is_present(*present)
    return value.term if test is None else where(test, value.term)


def _put(flow: Flow, statement: Statement, made: dict[str, Any], names: _Names) -> None:
    """Put the columns; those that are not selected are no results."""
    if statement.keeps_all:
        dropped = {names.found(name) for name in statement.dropped}
        flow.made[:] = [name for name in flow.made if name not in dropped]
    else:
        flow.made[:] = [name for name in flow.made if name in made]
    for name, column in made.items():
        if flow.columns.get(name) is not column:
            flow.put(name, column)


class _Names:
    """The columns that a statement may name, without regard to case; `aliases` are those that it
    has made, which Spark looks up last.
    """

    def __init__(self, flow: Flow, tables: frozenset[str]) -> None:
        self._flow = flow
        self._tables = tables
        self._known = {name.lower(): name for name in (*flow.fields, *flow.columns)}
        self.aliases: dict[str, Value] = {}

    def is_alias(self, name: str) -> bool:
        """Tell whether a name is that of an expression before."""
        return name.lower() in self.aliases and name.lower() not in self._known

    def found(self, name: str) -> str:
        """Return a column's own name."""
        if name in self._flow.fields or name in self._flow.columns:
            return name
        return self._known.get(name.lower(), name)

    def term(self, name: str) -> Term:
        """Return a column that a filter tests."""
        return self._value(name, self._flow.scalar(self.found(name))).term

    def of(self, node: Any) -> str:
        """Return the name of the column that a node names."""
        if node.args.get("table") is not None and node.table.lower() not in self._tables:
            raise ExportError(
                f"{shown(node)}: a part of a column is read, but PMML's values have no parts"
            )
        return self.found(str(node.name))

    def operand(self, node: Any) -> Operand:
        """Return a column that an expression reads."""
        name = str(node.name)
        if self.is_alias(name):
            return self.aliases[name.lower()]
        return self._value(name, self._flow.scalar(self.of(node), text=_is_text(node)))

    def _value(self, name: str, column: Scalar) -> Value:
        feature: Feature = column.feature
        data_type = data_type_of(feature)
        kind = _KINDS.get(data_type, data_type or "double")
        if kind == "float":
            # single precision that is read as such; it is widened before it is compared
            feature = Cast(feature, "double")
        term = leaf(feature)
        if term.kind == "double" and kind == "integer":
            kind = "double"
        known = self._flow.fields.get(self.found(name))
        spark_type = "" if known is None else known.spark_type
        decimal = _DECIMAL.fullmatch(spark_type)
        if decimal is not None and kind == "double":
            return Value(term, "decimal", int(decimal[1]), int(decimal[2]))
        return Value(term, kind, _DIGITS.get(spark_type, 20))


def _is_text(node: Any) -> bool:
    """Tell whether a column that nothing is known of is used as a text."""
    parent = node.parent
    while is_a(parent, "Paren"):
        parent = parent.parent
    if is_a(parent, *_OF_TEXTS):
        return True
    if not is_a(parent, *_COMPARING):
        return False
    near = [it for it in parent.iter_expressions() if it is not node]
    near += [it.this for it in near if is_a(it, "If")]
    return any(is_a(it, "Literal") and it.is_string for it in near)
