"""Predicates: TRUE, FALSE or UNKNOWN. Specification: TreeModel, Predicates; semantics chapter 6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pmmlkit.columns.types import BOOLEAN
from pmmlkit.language import mistakes
from pmmlkit.language.arrays import Array
from pmmlkit.language.comparison import Membership, MissingTest, compare, literal
from pmmlkit.language.compound import AndStep, OrStep, SurrogateStep, XorStep
from pmmlkit.language.groups import PREDICATE
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.scope import Compiled, Scope
from pmmlkit.language.step import Constant, Field, Step
from pmmlkit.language.undeclared import undeclared
from pmmlkit.xml import content
from pmmlkit.xml.declaration import attribute, child, children, enumeration

if TYPE_CHECKING:
    from pmmlkit.language.extension import Extension

__all__ = [
    "CompoundPredicate",
    "FalsePredicate",
    "SimplePredicate",
    "SimpleSetPredicate",
    "SurrogateStep",
    "TruePredicate",
    "TypedPredicate",
]

_MISSING_TESTS: Final = ("isMissing", "isNotMissing")

_OPERATORS: Final = enumeration(
    "equal",
    "notEqual",
    "lessThan",
    "lessOrEqual",
    "greaterThan",
    "greaterOrEqual",
    *_MISSING_TESTS,
)


class TypedPredicate(NamedTuple):
    """A simple predicate once its field is known: for models that build tables of predicates.

    `value` is a row value of the field's type (for an integer field possibly a float), None for
    isMissing and isNotMissing, and a tuple of such values for isIn and isNotIn.
    """

    field: Field
    operator: str
    value: Any


class SimplePredicate(Compiled):
    """A field compared with a value, or asked whether it is missing."""

    field: str = attribute(required=True)
    operator: str = attribute(required=True, values=_OPERATORS)
    value: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())

    def references(self) -> tuple[str, ...]:
        """Return the field."""
        return (self.field,)

    def typed(self, scope: Scope) -> TypedPredicate:
        """Return the field, the operator and the value typed by the field.

        Raises MarkupError where the value is absent or is none of the field's type.
        """
        field = scope.field(self.field, self)
        if self.operator in _MISSING_TESTS:
            return TypedPredicate(field, self.operator, None)
        if self.operator not in _OPERATORS:
            raise unsupported(
                self, f"operator {self.operator!r} is not supported", code=mistakes.UNKNOWN_VALUE
            )
        if self.value is None:
            raise wrong(
                self,
                f"operator {self.operator} needs the attribute value",
                code=mistakes.MISSING_ATTRIBUTE,
                field=self.field,
            )
        return TypedPredicate(field, self.operator, literal(self.value, field, self))

    def build(self, scope: Scope, operands: tuple[Step, ...]) -> Step:
        """Compile to a comparison that is typed by the field."""
        field, operator, value = self.typed(scope)
        if operator in _MISSING_TESTS:
            return MissingTest(field, negated=operator == "isNotMissing")
        return compare(field, operator, value, self)


class SimpleSetPredicate(Compiled):
    """Whether the value of a field is in a set."""

    field: str = attribute(required=True)
    boolean_operator: str = attribute(required=True, values=enumeration("isIn", "isNotIn"))
    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array = child("Array", required=True)

    def references(self) -> tuple[str, ...]:
        """Return the field."""
        return (self.field,)

    def typed(self, scope: Scope) -> TypedPredicate:
        """Return the field, the operator and the items typed by the field."""
        field = scope.field(self.field, self)
        if self.boolean_operator not in ("isIn", "isNotIn"):
            raise unsupported(
                self,
                f"booleanOperator {self.boolean_operator!r} is not supported",
                code=mistakes.UNKNOWN_VALUE,
            )
        items = self.array.items(scope.compilation.limits)
        values = tuple(literal(item, field, self) for item in items)
        return TypedPredicate(field, self.boolean_operator, values)

    def build(self, scope: Scope, operands: tuple[Step, ...]) -> Step:
        """Compile to a look-up."""
        field, operator, values = self.typed(scope)
        return Membership(field, values, negated=operator == "isNotIn")


class TruePredicate(Compiled, tag="True"):
    """The predicate that always holds."""

    extensions: tuple[Extension, ...] = children("Extension", default=())

    def build(self, scope: Scope, operands: tuple[Step, ...]) -> Step:
        """Compile to a constant."""
        return Constant(True, BOOLEAN)


class FalsePredicate(Compiled, tag="False"):
    """The predicate that never holds."""

    extensions: tuple[Extension, ...] = children("Extension", default=())

    def build(self, scope: Scope, operands: tuple[Step, ...]) -> Step:
        """Compile to a constant."""
        return Constant(False, BOOLEAN)


class CompoundPredicate(
    Compiled,
    content=content.seq(
        content.repeat(content.child("Extension", into="extensions")),
        content.repeat(content.child(*PREDICATE, into="predicates"), 2),
    ),
):
    """Predicates joined by and, or, xor or surrogate."""

    boolean_operator: str = attribute(
        required=True, values=enumeration("or", "and", "xor", "surrogate")
    )
    extensions: tuple[Extension, ...] = children("Extension", default=())
    predicates: tuple[Compiled, ...] = children(*PREDICATE, minimum=2)

    def operands(self) -> tuple[Compiled, ...]:
        """Return the predicates that are joined."""
        return self.predicates

    def build(self, scope: Scope, operands: tuple[Step, ...]) -> Step:
        """Compile to a step that stops at the operand which decides."""
        foreign = undeclared(self)
        if foreign is not None:
            raise unsupported(
                self, f"{foreign} is not supported as a predicate", code=mistakes.NOT_EVALUATED
            )
        if len(operands) < 2:
            raise wrong(
                self,
                f"needs two predicates or more, has {len(operands)}",
                code=mistakes.MISSING_ELEMENT,
            )
        if self.boolean_operator == "surrogate":
            return SurrogateStep(operands)
        kind = {"and": AndStep, "or": OrStep, "xor": XorStep}.get(self.boolean_operator)
        if kind is None:
            raise unsupported(
                self,
                f"booleanOperator {self.boolean_operator!r} is not supported",
                code=mistakes.UNKNOWN_VALUE,
            )
        return kind(operands)
