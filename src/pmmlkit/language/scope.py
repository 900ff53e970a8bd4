"""Scope: the fields and functions that are visible at one point of a document, and where their
steps go.

Names are resolved once, backwards from what is needed: a derived field that nothing uses is never
compiled, one that is used ten times is one step. Nothing here recurses over the depth of a
document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from pmmlkit.columns.types import DataType
from pmmlkit.errors import (
    Finding,
    LimitError,
    MarkupError,
    PmmlError,
    UnsupportedError,
)
from pmmlkit.language import mistakes
from pmmlkit.language.frame import Frame
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.refusals import refusals_within
from pmmlkit.language.step import Field, Read, Step
from pmmlkit.limits import Limits
from pmmlkit.xml.declaration import Element

if TYPE_CHECKING:
    from pmmlkit.language.data_dictionary import DataField

__all__ = ["Compilation", "Compiled", "Definition", "Inherited", "Scope"]

_HOIST_EVERY = 24
"""Expressions nested deeper than this are cut into steps, so that no row function calls deeper."""


class Compiled(Element, abstract=True):
    """An element that compiles to a step: an expression or a predicate."""

    __slots__: ClassVar[tuple[str, ...]] = ()

    def operands(self) -> tuple[Compiled, ...]:
        """Return the sub-expressions, in the order in which `build` gets their steps."""
        return ()

    def references(self) -> tuple[str, ...]:
        """Return the names of the fields that the element itself reads (operands apart)."""
        return ()

    def build(self, scope: Scope, operands: tuple[Step, ...]) -> Step:
        """Compile. `scope.field(name)` gives the fields that `references` names."""
        raise unsupported(self, f"{self.tag} is not supported", code=mistakes.NOT_EVALUATED)


class Definition(Element, abstract=True):
    """An element that defines a field by an expression (DerivedField)."""

    __slots__: ClassVar[tuple[str, ...]] = ()

    def field_name(self) -> str:
        """Return the name that is defined."""
        raise AssertionError(self.tag)

    def compiled(self) -> Compiled:
        """Return the expression that defines it."""
        raise AssertionError(self.tag)

    def define(self, scope: Scope, frame: Frame) -> Field:
        """Compile in `scope` and add the step to `frame`."""
        raise AssertionError(self.tag)


class Compilation:
    """What one compilation of a document shares: slots, limits, functions and global derived
    fields.
    """

    def __init__(self, limits: Limits, version: str, *, tuned: bool = True) -> None:
        self.limits = limits
        self.version = version
        self.tuned = tuned
        """Whether time is spent on what makes scoring fast; a check does without."""
        self.functions: dict[str, Element] = {}
        self.data_fields: Mapping[str, DataField] = {}
        """The fields of the DataDictionary by name."""
        self.definitions: dict[str, Definition] = {}
        self.findings: list[Finding] = []
        self.errors: list[PmmlError] = []
        """What `gather` has kept back, so that a document's errors are told all at once."""
        self.used: set[int] = set()
        """The slots that something reads."""
        self.slots = 0
        self.inputs: list[tuple[str, Field]] = []
        """The inputs of the model at the top, with their usageType."""
        self.sequential = False
        """Whether rows depend on each other: on earlier ones, or on those of their group."""
        self.history = Frame()
        """Steps over all rows of a table, before any is left out; one row alone does without."""
        self.cache: dict[Any, Any] = {}
        """Results that parts of the language share within this compilation; keys start with their
        owner's name.
        """
        self._owner: dict[int, Scope] = {}
        self._made: dict[tuple[int, ...], Field] = {}

    def new_slot(self) -> int:
        """Reserve a place in `Values`."""
        self.slots += 1
        return self.slots - 1

    @contextmanager
    def gather(self) -> Iterator[None]:
        """Keep back an error of the document: the compilation goes on, and fails at its end."""
        try:
            yield
        except (MarkupError, UnsupportedError) as error:
            self.errors.append(error)

    def warn(self, code: str, message: str, element: Element) -> None:
        """Note what does not stop scoring."""
        self.findings.append(Finding(code, "warning", element.tag, element.line, message))


class Inherited(NamedTuple):
    """A field of the same name in the scope around; `make` turns it into what is seen here."""

    parent: Scope
    user: Element
    make: Callable[[Field], Field]


class Scope:
    """The names that a model (or the body of a function) sees, innermost first.

    `fields` are known fields, `declared` makes a field when it is first asked for (MiningFields of
    a nested model), `definitions` are the derived fields of the model itself.
    """

    def __init__(
        self, compilation: Compilation, parent: Scope | None = None, *, closed: bool = False
    ) -> None:
        self.compilation = compilation
        self.parent = parent
        self.frame = Frame()
        self.fields: dict[str, Field] = {}
        self.declared: dict[str, Inherited] = {}
        self.definitions: dict[str, Definition] = {}
        self.closed = closed
        """A function body: it sees its parameters and nothing else."""
        self.depth: int = 0 if parent is None else parent.depth + 1

    def add(
        self,
        name: str,
        step: Step,
        *,
        optype: str | None = None,
        values: tuple[Any, ...] = (),
        frame: Frame | None = None,
        settled: bool = True,
    ) -> Field:
        """Give the result of `step` a slot, filled in `frame` (this scope's own by default)."""
        field = self.new_field(
            name, step.type, optype, values, may_fail=step.may_fail, settled=settled
        )
        (frame or self.frame).steps.append((field, step))
        return field

    def new_field(
        self,
        name: str,
        type: DataType,
        optype: str | None = None,
        values: tuple[Any, ...] = (),
        *,
        may_fail: bool = False,
        settled: bool = True,
    ) -> Field:
        """Make a field whose slot something else than a step of a frame fills."""
        slot = self.compilation.new_slot()
        self.compilation._owner[slot] = self
        return Field(name, slot, type, optype or type.optype, values, may_fail, settled)

    def field(self, name: str, user: Element | None = None, *, lists: bool = False) -> Field:
        """Return the field that `name` means here, compiling it where that has not been done.

        One that holds a list is refused, unless the user knows `lists`.
        """
        found = self._known(name)
        if found is None:
            self._resolve(name, user)
            found = self._known(name)
            assert found is not None
        if found.type.is_list and not lists:
            raise _no_single_value(f"field {name!r}", user, name)
        self.compilation.used.add(found.slot)
        return found

    def read(self, name: str, user: Element | None = None, *, lists: bool = False) -> Read:
        """Return the step that reads a field."""
        return Read(self.field(name, user, lists=lists))

    def compile(self, root: Compiled, frame: Frame | None = None, *, lists: bool = False) -> Step:
        """Compile an expression or a predicate with all its operands.

        Of several steps all but the last run in `frame` (its own by default); `lists` allows lists.
        """
        limit = self.compilation.limits.apply_depth
        pending: list[tuple[Compiled, bool, int]] = [(root, False, 1)]
        done: list[tuple[Step, int]] = []
        while pending:
            element, operands_done, depth = pending.pop()
            operands = element.operands()
            if not operands_done:
                if depth > limit:
                    raise LimitError(
                        f"expressions nest deeper than Limits.apply_depth = {limit}",
                        element=element.tag,
                        line=element.line,
                    )
                for name in element.references():
                    self.field(name, element, lists=True)
                pending.append((element, True, depth))
                pending.extend((operand, False, depth + 1) for operand in reversed(operands))
                continue
            count = len(operands)
            taken = done[len(done) - count :]
            del done[len(done) - count :]
            for refusal in refusals_within(element, Compiled):
                raise refusal
            if any(operand.type.is_list for operand, _ in taken):
                raise _no_single_value("an operand", element)
            step = element.build(self, tuple(step for step, _ in taken))
            height = 1 + max((height for _, height in taken), default=0)
            if height >= _HOIST_EVERY and not self.closed:
                cut = self.add(element.tag, step, frame=frame, settled=False)
                step, height = Read(cut), 1
            done.append((step, height))
        if done[0][0].type.is_list and not lists:
            raise _no_single_value("the expression", root)
        return done[0][0]

    def _known(self, name: str) -> Field | None:
        found = self.fields.get(name)
        if found is not None or name in self.declared:
            return found
        for scope in self._chain():
            if name in scope.fields:
                return scope.fields[name]
            if name in scope.declared or name in scope.definitions:
                return None
            if scope is self and name in self.compilation.definitions and not self.closed:
                return None
        return None

    def _chain(self) -> Iterator[Scope]:
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = None if scope.closed else scope.parent

    def _find(self, name: str, user: Element | None) -> tuple[Scope, Inherited | Definition]:
        """Return what makes the field, and the scope that will hold it."""
        for scope in self._chain():
            if name in scope.declared:
                return scope, scope.declared[name]
            if name in scope.definitions:
                return scope, scope.definitions[name]
            if scope is self and name in self.compilation.definitions and not self.closed:
                return self, self.compilation.definitions[name]
            if name in scope.fields:
                raise AssertionError(name)
        is_known = name in self.compilation.data_fields
        raise wrong(
            user,
            f"field {name!r} is not defined here; name it in the MiningSchema or define it",
            code=mistakes.OUT_OF_SCOPE if is_known else mistakes.UNDEFINED_FIELD,
            field=name,
        )

    def _resolve(self, name: str, user: Element | None) -> None:
        source = self.declared.get(name)
        if source is not None and (known := source.parent._known(name)) is not None:
            self.fields[name] = source.make(known)
            return
        self._resolve_all(name, user)

    def _resolve_all(self, name: str, user: Element | None) -> None:
        """Find a field with all that it is made of, without recursion."""
        limit = self.compilation.limits.derived_field_chain
        stack: list[tuple[Scope, str, Element | None]] = [(self, name, user)]
        opened: dict[tuple[int, str], int] = {}
        while stack:
            scope, name, user = stack[-1]
            if scope._known(name) is not None:
                stack.pop()
                continue
            home, source = scope._find(name, user)
            if isinstance(source, Inherited):
                known = source.parent._known(name)
                if known is None:
                    stack.append((source.parent, name, source.user))
                else:
                    home.fields[name] = source.make(known)
                    stack.pop()
                continue
            key = (id(home), name)
            needed = [
                (home, item, element)
                for element in _expressions(source.compiled())
                for item in element.references()
                if home._known(item) is None
            ]
            if not needed:
                home.fields[name] = home._define(source)
                opened.pop(key, None)
                stack.pop()
                continue
            if key in opened:
                circle = [stack[at][1] for at in sorted(opened.values()) if at >= opened[key]]
                raise wrong(
                    source,
                    f"derived fields define each other in a circle: {' -> '.join([*circle, name])}",
                    code=mistakes.DERIVED_FIELD_CYCLE,
                    field=name,
                )
            opened[key] = len(stack) - 1
            if len(opened) >= limit:
                raise LimitError(
                    "derived fields depend on each other deeper than "
                    f"Limits.derived_field_chain = {limit}",
                    element=source.tag,
                    line=source.line,
                )
            stack.extend(reversed(needed))

    def _define(self, source: Definition) -> Field:
        names = [
            name for element in _expressions(source.compiled()) for name in element.references()
        ]
        inputs = [self.field(name, source, lists=True) for name in names]
        key = (id(source), *(field.slot for field in inputs))
        made = self.compilation._made.get(key)
        if made is None:
            place = self._place(inputs)
            made = source.define(self, place.frame)
            self.compilation._owner[made.slot] = place
            if all(field.settled for field in inputs):
                self.compilation._made[key] = made
        return made

    def _place(self, inputs: Sequence[Field]) -> Scope:
        """Choose the outermost scope that has all the inputs, so that models share what they
        compute alike.
        """
        if not all(field.settled for field in inputs) or self.closed:
            return self
        owners = [self.compilation._owner[field.slot] for field in inputs]
        root = next(scope for scope in self._chain() if scope.parent is None)
        return max(owners, key=lambda scope: scope.depth, default=root)


def _no_single_value(what: str, user: Element | None, name: str | None = None) -> UnsupportedError:
    return unsupported(
        user,
        f"{what} holds a list, the values of the rows of a group, where one value is needed; "
        "Aggregate makes one of it",
        code=mistakes.LIST_AS_VALUE,
        field=name,
    )


def _expressions(root: Compiled) -> Iterator[Compiled]:
    stack = [root]
    while stack:
        element = stack.pop()
        yield element
        stack.extend(element.operands())
