"""Expressions of Spark SQL, as sqlglot parses them, to values and conditions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.spark.sql import arithmetic, texts
from pmmlkit.exporters.spark.sql.casts import cast_to
from pmmlkit.exporters.spark.sql.statement import is_a, shown
from pmmlkit.exporters.spark.sql.values import (
    NULL,
    Condition,
    Operand,
    Total,
    Value,
    chosen,
    common,
    compared,
    condition_of,
    negated,
    tested,
    value_of,
)
from pmmlkit.exporters.tracing import algebra
from pmmlkit.exporters.tracing.guards import FALSE
from pmmlkit.exporters.tracing.terms import Call, Fixed, Term, Untraceable, fixed

__all__ = ["Translator"]

_ZERO: Final = Value(Fixed(0, "integer"), "integer", 1)
_ONE_ROW: Final = "it needs other rows of the table, but a document sees one row at a time"
_REASONS: Final = {
    "Window": _ONE_ROW,
    "Subquery": "it reads another table",
    "Exists": "it reads another table",
    "Rand": "it has another result at each call",
    "Randn": "it has another result at each call",
    "Uuid": "it has another result at each call",
    "CurrentDate": "it depends on when it is called",
    "CurrentTimestamp": "it depends on when it is called",
    "IsNan": "a document knows missing values only, no NaN beside them: use IS NULL",
    "Nanvl": "a document knows missing values only, no NaN beside them: use coalesce",
    "Array": "PMML has no values that are lists",
    "Bracket": "PMML has no values that are lists",
    "Struct": "PMML has no values that have parts",
}


class Translator:
    """Turns the nodes of sqlglot into operands; `column` gives that of a column."""

    def __init__(self, column: Callable[[Any], Operand]) -> None:
        self._column = column
        self._special: dict[str, Callable[[Any], Operand]] = {
            "Paren": lambda node: self.operand(node.this),
            "Column": column,
            "Literal": _literal,
            "Boolean": lambda node: Value(Fixed(bool(node.this), "boolean"), "boolean"),
            "Null": lambda node: NULL,
            "And": lambda node: self._junction(node, both=True),
            "Or": lambda node: self._junction(node, both=False),
            "Not": lambda node: negated(self._condition(node.this)),
            "Is": self._is,
            "In": self._in,
            "Between": self._between,
            "NullSafeEQ": self._same,
            "Case": self._case,
            "If": self._if,
            "Coalesce": lambda node: self._coalesced([node.this, *node.expressions]),
            "Nullif": self._null_if,
            "Nvl2": self._if_present,
            "Cast": self._cast,
            "TryCast": self._cast,
            "Trim": self._trimmed,
            "Escape": self._escaped,
        }

    def operand(self, node: Any) -> Operand:
        """Return what an expression is.

        Raises ExportError, naming the innermost expression that PMML has no word for.
        """
        special = self._special.get(type(node).__name__)
        try:
            return special(node) if special is not None else self._called(node)
        except Untraceable as error:
            raise ExportError(f"{shown(node)}: {error}") from error

    def _condition(self, node: Any) -> Condition:
        return condition_of(self.operand(node))

    def _called(self, node: Any) -> Operand:
        name = str(node.this) if is_a(node, "Anonymous") else type(node).__name__
        name = name.lower()
        arguments = _arguments(node)
        if is_a(node, "Anonymous") and name in self._of_null:
            return self._of_null[name](self, arguments[0])
        function = arithmetic.FUNCTIONS.get(name) or texts.FUNCTIONS.get(name)
        if function is None:
            raise Untraceable(_reason(node))
        if node.args.get("unit") is not None:
            raise Untraceable("only differences in days can be written")
        operands = [self.operand(argument) for argument in arguments]
        try:
            made = function(*operands)
        except TypeError as error:
            raise Untraceable(f"{name} is known with other arguments only") from error
        return negated(condition_of(made)) if node.args.get("negate") else made

    _of_null: Final[dict[str, Callable[[Translator, Any], Operand]]] = {
        "isnull": lambda self, node: self._is_null(node),
        "isnotnull": lambda self, node: negated(self._is_null(node)),
        "zeroifnull": lambda self, node: _filled([self.operand(node), _ZERO]),
        "nullifzero": lambda self, node: _nulled(self.operand(node), _ZERO),
    }

    def _junction(self, node: Any, *, both: bool) -> Condition:
        tests: list[Condition] = []
        pending = [node]
        kind = type(node).__name__
        while pending:
            at = pending.pop()
            if is_a(at, kind):
                pending += [at.expression, at.this]
            else:
                tests.append(self._condition(at))
        all_yes, all_no = [it.yes for it in tests], [it.no for it in tests]
        make = Total if all(isinstance(it, Total) for it in tests) else Condition
        if both:
            return make(algebra.both(*all_yes), algebra.either(*all_no))
        return make(algebra.either(*all_yes), algebra.both(*all_no))

    def _is_null(self, node: Any) -> Condition:
        operand = self.operand(node)
        if isinstance(operand, Condition):
            return Total(algebra.negation(operand.known), operand.known)
        missing = algebra.is_missing(operand.term)
        return Total(missing, algebra.negation(missing))

    def _is(self, node: Any) -> Condition:
        if is_a(node.expression, "Null"):
            return self._is_null(node.this)
        condition = self._condition(node.this)
        wanted = bool(node.expression.this) if is_a(node.expression, "Boolean") else None
        if wanted is None:
            raise Untraceable("IS is known with NULL, TRUE and FALSE")
        test = condition.yes if wanted else condition.no
        return Total(test, algebra.negation(test))

    def _in(self, node: Any) -> Condition:
        if node.args.get("query") is not None:
            raise Untraceable("it reads another table")
        operand = self.operand(node.this)
        items = [value_of(self.operand(item)) for item in node.expressions]
        known = [item for item in items if item.kind != "null"]
        value = value_of(operand)
        kind, _ = common(value, *known)
        constants = all(isinstance(item.term, Fixed) for item in known)
        if kind == "string" and constants and len(known) > 1:
            terms = (value.term, *(item.term for item in known))
            yes: Term = Call("isIn", terms, "boolean", False)
            made = tested(yes, value.term)
        else:
            tests = [compared("equal", operand, item) for item in known]
            made = tested(
                algebra.either(*(it.yes for it in tests)),
                value.term,
                *(item.term for item in known),
            )
        return made if len(known) == len(items) else Condition(made.yes, FALSE)

    def _between(self, node: Any) -> Condition:
        value = self.operand(node.this)
        low = compared("greaterOrEqual", value, self.operand(node.args["low"]))
        high = compared("lessOrEqual", value, self.operand(node.args["high"]))
        make = Total if isinstance(low, Total) and isinstance(high, Total) else Condition
        made = make(algebra.both(low.yes, high.yes), algebra.either(low.no, high.no))
        return negated(made) if node.args.get("negate") else made

    def _same(self, node: Any) -> Condition:
        equal = compared("equal", self.operand(node.this), self.operand(node.expression))
        nothing = [self._is_null(it).yes for it in (node.this, node.expression)]
        test = algebra.either(equal.yes, algebra.both(*nothing))
        return Total(test, algebra.negation(test))

    def _case(self, node: Any) -> Value:
        default = node.args.get("default")
        made = NULL if default is None else value_of(self.operand(default))
        for branch in reversed(node.args["ifs"]):
            if node.this is None:
                test = self._condition(branch.this)
            else:
                test = compared("equal", self.operand(node.this), self.operand(branch.this))
            made = chosen(test.yes, self.operand(branch.args["true"]), made)
        return made

    def _if(self, node: Any) -> Value:
        otherwise = node.args.get("false")
        return chosen(
            self._condition(node.this).yes,
            self.operand(node.args["true"]),
            NULL if otherwise is None else self.operand(otherwise),
        )

    def _coalesced(self, nodes: Sequence[Any]) -> Value:
        return _filled([self.operand(node) for node in nodes])

    def _null_if(self, node: Any) -> Value:
        return _nulled(self.operand(node.this), self.operand(node.expression))

    def _if_present(self, node: Any) -> Value:
        present = self._is_null(node.this).no
        return chosen(present, self.operand(node.args["true"]), self.operand(node.args["false"]))

    def _cast(self, node: Any) -> Value:
        return cast_to(self.operand(node.this), node.args["to"])

    def _trimmed(self, node: Any) -> Value:
        letters = node.args.get("expression")
        if letters is not None and not (is_a(letters, "Literal") and letters.is_string):
            raise Untraceable("the characters that are trimmed must be a constant")
        position = str(node.args.get("position") or "BOTH").upper()
        return texts.trimmed(
            self.operand(node.this), position, " " if letters is None else str(letters.this)
        )

    def _escaped(self, node: Any) -> Condition:
        inner, escape = node.this, node.expression
        if not is_a(inner, "Like") or not is_a(escape, "Literal"):
            raise Untraceable(_reason(node))
        made = texts.like(
            self.operand(inner.this), self.operand(inner.expression), str(escape.this)
        )
        return negated(made) if inner.args.get("negate") else made


def _filled(operands: Sequence[Operand]) -> Value:
    """Return the first value that is not NULL."""
    *before, made = map(value_of, operands)
    for value in reversed(before):
        if value.kind == "null":
            continue
        made = chosen(algebra.negation(algebra.is_missing(value.term)), value, made)
    return made


def _nulled(first: Operand, second: Operand) -> Value:
    return chosen(algebra.negation(compared("equal", first, second).yes), first, NULL)


def _arguments(node: Any) -> list[Any]:
    """Return the arguments of a function, in their order."""
    found: list[Any] = []
    for name in node.arg_types if not is_a(node, "Anonymous") else ("expressions",):
        value = node.args.get(name)
        if isinstance(value, list):
            found += value
        elif hasattr(value, "arg_types"):
            found.append(value)
    return found


def _reason(node: Any) -> str:
    from sqlglot import expressions

    reason = _REASONS.get(type(node).__name__)
    if reason is None and isinstance(node, expressions.AggFunc):
        reason = _ONE_ROW
    return reason or "this has no equal in PMML, or none that pmmlkit knows"


def _literal(node: Any) -> Value:
    text = str(node.this)
    if node.is_string:
        return Value(Fixed(text, "string"), "string")
    if text.isdigit():
        return Value(Fixed(int(text), "integer"), "integer", len(text.lstrip("0")) or 1)
    if "e" in text.lower():
        return Value(fixed(float(text)), "double")
    whole, _, fraction = text.partition(".")
    digits = max(len(whole.lstrip("0")) + len(fraction), 1)
    return Value(fixed(np.float64(text)), "decimal", digits, len(fraction))
