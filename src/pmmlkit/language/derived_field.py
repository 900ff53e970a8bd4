"""Derived fields and what holds them. Specification: Transformations; semantics chapter 3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pmmlkit.errors import MarkupError
from pmmlkit.language import mistakes
from pmmlkit.language.cast import cast_step
from pmmlkit.language.data_types import DATA_TYPE, OPTYPE, data_type
from pmmlkit.language.expressions import typed_text
from pmmlkit.language.frame import Frame
from pmmlkit.language.groups import EXPRESSION
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.scope import Compilation, Compiled, Definition, Scope
from pmmlkit.language.step import Field, Step
from pmmlkit.language.undeclared import undeclared
from pmmlkit.xml.declaration import Element, attribute, child, children

if TYPE_CHECKING:
    from pmmlkit.columns.types import DataType
    from pmmlkit.language.data_dictionary import Value
    from pmmlkit.language.define_function import DefineFunction
    from pmmlkit.language.extension import Extension

__all__ = [
    "DerivedField",
    "LocalTransformations",
    "TransformationDictionary",
    "declare_transformations",
]


class DerivedField(Definition):
    """A field that an expression defines.

    `name` may be absent where the field stands alone inside of another element.
    """

    name: str | None = attribute(default=None)
    display_name: str | None = attribute(default=None)
    optype: str | None = attribute(required=True, default=None, values=OPTYPE)
    data_type: str = attribute(required=True, values=DATA_TYPE)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    expression: Compiled = child(*EXPRESSION, required=True)
    values: tuple[Value, ...] = children("Value", default=())

    def field_name(self) -> str:
        """Return the name that is defined."""
        if self.name is None:
            raise wrong(
                self,
                "a DerivedField that others refer to needs a name",
                code=mistakes.MISSING_ATTRIBUTE,
            )
        return self.name

    def compiled(self) -> Compiled:
        """Return the expression.

        Raises UnsupportedError where it is an element that has no rule.
        """
        expression: Any = self.expression
        if isinstance(expression, Compiled):
            return expression
        tag = undeclared(self) if expression is None else expression.tag
        if tag is None:
            raise wrong(self, "has no expression", code=mistakes.MISSING_ELEMENT, field=self.name)
        raise unsupported(
            self,
            f"{tag} is not supported as an expression",
            code=mistakes.NOT_EVALUATED,
            field=self.name,
        )

    def references(self) -> frozenset[str]:
        """Return the names of the fields that the expression reads, sound or not."""
        inside = (item for item in self.walk() if isinstance(item, Compiled))
        return frozenset(name for item in inside for name in item.references())

    def step(self, scope: Scope, frame: Frame | None = None) -> Step:
        """Compile the expression, cast to the field's dataType, without defining a field."""
        return cast_step(scope.compile(self.compiled(), frame, lists=True), self._type())

    def define(self, scope: Scope, frame: Frame) -> Field:
        """Compile in `scope`; the field's step runs in `frame`."""
        type = self._type()
        return scope.add(
            self.field_name(),
            self.step(scope, frame),
            optype=self.optype,
            values=tuple(self._valid_values(type)),
            frame=frame,
            settled=all(
                scope.field(name, element, lists=True).settled
                for element in _expressions(self.compiled())
                for name in element.references()
            ),
        )

    def _type(self) -> DataType:
        return data_type(self.data_type, self)

    def _valid_values(self, type: DataType) -> Iterator[Any]:
        for item in self.values:
            if item.property == "valid":
                yield typed_text(item.value, type, item, "value")


def _expressions(root: Compiled) -> Iterator[Compiled]:
    stack = [root]
    while stack:
        element = stack.pop()
        yield element
        stack.extend(element.operands())


class TransformationDictionary(Element):
    """The functions and derived fields of the whole document."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    define_functions: tuple[DefineFunction, ...] = children("DefineFunction", default=())
    derived_fields: tuple[DerivedField, ...] = children("DerivedField", default=())

    def final_fields(self) -> tuple[DerivedField, ...]:
        """Return the derived fields that no other one reads, in document order: what a document
        without a model results in.
        """
        named = [item for item in self.derived_fields if item.name is not None]
        read = {name for item in named for name in item.references() if name != item.name}
        return tuple(item for item in named if item.name not in read)

    def read_by(self, names: Iterable[str]) -> frozenset[str]:
        """Return the names of all fields that these derived fields read, through others too."""
        known = {item.name: item for item in self.derived_fields}
        found: set[str] = set()
        waiting = [known[name] for name in names if name in known]
        while waiting:
            new = waiting.pop().references() - found
            found |= new
            waiting += [known[name] for name in new if name in known]
        return frozenset(found)


class LocalTransformations(Element):
    """The derived fields of one model."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    derived_fields: tuple[DerivedField, ...] = children("DerivedField", default=())


def declare_transformations(dictionary: TransformationDictionary, compilation: Compilation) -> None:
    """Make the functions and derived fields of the whole document known to a compilation.

    Raises MarkupError where a name is defined twice.
    """
    for function in dictionary.define_functions:
        if function.name in compilation.functions:
            raise _defined_twice("function", function)
        compilation.functions[function.name] = function
    for derived in dictionary.derived_fields:
        if derived.name is None:
            continue
        if derived.name in compilation.definitions:
            raise _defined_twice("field", derived)
        compilation.definitions[derived.name] = derived


def _defined_twice(kind: str, element: DefineFunction | DerivedField) -> MarkupError:
    return wrong(element, f"{kind} {element.name!r} is defined twice", code=mistakes.DUPLICATE_NAME)
