"""What an element is: one declaration is the source of its reader, its writer, its constructor and
its schema.

A subclass of `Element` states its attributes and children with the helpers below, in the order in
which they are written. `Element` makes the slots and the constructor; what it does as a tree is in
`subtree`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from pmmlkit.xml import content as contents
from pmmlkit.xml.fields import (
    NO_DEFAULT,
    Attribute,
    Children,
    Enumeration,
    Field,
    TextField,
    attribute,
    child,
    children,
    enumeration,
    markup,
    text,
)
from pmmlkit.xml.markup import Remainder
from pmmlkit.xml.subtree import Subtree, is_subtrees

if TYPE_CHECKING:
    from typing_extensions import Self, dataclass_transform
else:

    def dataclass_transform(**_: object) -> Any:
        """Stand in for the typing construct: it matters to type checkers only."""
        return lambda decorated: decorated


__all__ = [
    "NO_DEFAULT",
    "Attribute",
    "Children",
    "Declaration",
    "Element",
    "Enumeration",
    "Field",
    "TextField",
    "attribute",
    "child",
    "children",
    "enumeration",
    "markup",
    "text",
]


_EXTENSION = ("Extension",)


def _camel_case(name: str) -> str:
    head, *rest = name.strip("_").split("_")
    return head + "".join(part.capitalize() for part in rest)


def _is_needed(item: Field) -> bool:
    """Tell whether an element that lacks the field is worth a word."""
    return (
        item.default is NO_DEFAULT
        or (isinstance(item, Attribute) and item.required)
        or (isinstance(item, Children) and item.minimum > 0)
    )


class Declaration:
    """The fields of an element class, and what reader, writer and validator derive from them once.

    `since` is the version of PMML that brought the element, `until` the last that had it; `earlier`
    maps a version to the content model that held up to and including it, where that is more than a
    particle that came later (the newest version, where the reader takes more than the schema).
    `refused` is the reason why pmmlkit does not evaluate the element, None where it does.
    `informative`: nothing in the element changes a score, so no error in it stops scoring.
    `holds_elements`: there may be others in it than Extensions.
    `defaults` are those of the fields, `needed` the fields without which an element is not whole,
    `setters` fill the slots of an element, in the order of the fields; `child_getters` read those
    of its children.
    """

    setters: tuple[Callable[[Any, Any], None], ...]
    child_getters: tuple[Callable[[Any], Any], ...]

    def __init__(
        self,
        tag: str,
        fields: tuple[Field, ...],
        model: contents.Particle | None,
        since: str | None,
        earlier: Mapping[str, contents.Particle],
        refused: str | None = None,
        informative: bool = False,
        until: str | None = None,
    ) -> None:
        self.earlier = earlier
        self.until = until
        self.refused = refused
        self.informative = informative
        self.tag = tag
        self.fields = fields
        self.since = since
        self.attributes = tuple(item for item in fields if isinstance(item, Attribute))
        self.children = tuple(item for item in fields if isinstance(item, Children))
        self.text = next((item for item in fields if isinstance(item, TextField)), None)
        self.defaults = tuple(item.default for item in fields)
        self.needed = tuple(item for item in fields if _is_needed(item))
        self.holds_markup = any(not item.tags for item in self.children)
        self.holds_elements = any(item.tags != _EXTENSION for item in self.children)
        self._model = model

    @cached_property
    def refusing(self) -> tuple[Attribute, ...]:
        """The attributes of which some values are not evaluated."""
        return tuple(item for item in self.attributes if item.refused)

    @cached_property
    def listing(self) -> tuple[Attribute, ...]:
        """The attributes whose values are listed and have an effect on a score."""
        return tuple(
            item for item in self.attributes if item.values is not None and not item.informative
        )

    @cached_property
    def choices(self) -> Callable[[Element], object]:
        """Returns what the attributes of `refusing` and `listing` say of an element."""
        names = dict.fromkeys(item.name for item in (*self.refusing, *self.listing))
        return attrgetter(*names) if names else lambda element: None

    @cached_property
    def attribute_by_name(self) -> dict[str, Attribute]:
        """The attributes by the name they have in XML."""
        return {item.xml_name: item for item in self.attributes}

    @cached_property
    def child_by_tag(self) -> dict[str, Children]:
        """The first field that takes a child of this tag; fields that share a tag need a content
        model.
        """
        table: dict[str, Children] = {}
        for item in self.children:
            for tag in item.tags:
                table.setdefault(tag, item)
        return table

    @cached_property
    def field_by_name(self) -> dict[str, Field]:
        """The fields by their Python name."""
        return {item.name: item for item in self.fields}

    @property
    def is_sequence(self) -> bool:
        """Tell whether the children stand in the order of the fields."""
        return self._model is None

    @cached_property
    def content(self) -> contents.Particle:
        """The content model: stated by the class, else the child fields in their order."""
        if self._model is not None:
            return self._model
        if self.holds_markup:
            return contents.ANY
        if self.text is not None and not self.children:
            return contents.TEXT
        return self._sequence(required=True)

    def _sequence(self, *, required: bool) -> contents.Sequence:
        parts: list[contents.Particle] = []
        for item in self.children:
            leaf = contents.Child(item.tags, item.name, item.since, item.until)
            low = item.minimum if required else 0
            parts.append(contents.Repeat(leaf, low, None if item.many else 1))
        return contents.Sequence(tuple(parts))

    @cached_property
    def automaton(self) -> contents.Automaton:
        """What the lenient reader follows: all versions together, and nothing required."""
        if self.is_sequence and self.text is None and not self.holds_markup:
            return contents.Automaton(self._sequence(required=False))
        return contents.Automaton(self.content)


@dataclass_transform(
    frozen_default=True,
    kw_only_default=True,
    field_specifiers=(attribute, child, children, text, markup),
)
class _ElementType(type):
    declaration: Declaration

    def __new__(
        mcs,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        tag: str | None = None,
        content: contents.Particle | None = None,
        earlier: Mapping[str, contents.Particle] | None = None,
        since: str | None = None,
        until: str | None = None,
        refused: str | None = None,
        informative: bool = False,
        abstract: bool = False,
    ) -> _ElementType:
        inherited: dict[str, Field] = {}
        for base in reversed(bases):
            if isinstance(base, _ElementType):
                inherited.update(base.declaration.field_by_name)
        own = {key: value for key, value in namespace.items() if isinstance(value, Field)}
        for key in own:
            del namespace[key]
        fields: list[Field] = []
        ordered = sorted(
            {**inherited, **own}.items(), key=lambda pair: getattr(pair[1], "last", False)
        )
        for index, (key, value) in enumerate(ordered):
            changes: dict[str, Any] = {"name": key, "index": index}
            if isinstance(value, Attribute) and not value.xml_name:
                changes["xml_name"] = _camel_case(key)
            fields.append(_replaced(value, changes))
        namespace["__slots__"] = tuple(own) + tuple(namespace.get("__slots__", ()))
        made = super().__new__(mcs, name, bases, namespace)
        made.declaration = Declaration(
            "" if abstract else tag or name,
            tuple(fields),
            content,
            since,
            earlier or {},
            refused,
            informative,
            until,
        )
        slots = [(item, getattr(made, item.name)) for item in fields]
        made.declaration.setters = tuple(slot.__set__ for _, slot in slots)
        made.declaration.child_getters = tuple(
            slot.__get__ for item, slot in slots if isinstance(item, Children)
        )
        return made

    def __init__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **_: Any
    ) -> None:
        super().__init__(name, bases, namespace)


def _replaced(item: Field, changes: dict[str, Any]) -> Field:
    values = {
        key: getattr(item, key)
        for kind in type(item).__mro__
        for key in getattr(kind, "__slots__", ())
    }
    return type(item)(**{**values, **changes})


class Element(Subtree, metaclass=_ElementType, abstract=True):
    """The base of all elements: immutable, compared by value (the line apart), never recursive.

    `line` is the 1-based line where the element was read (0 for elements made by hand); `remainder`
    holds what the declaration does not cover.
    """

    if TYPE_CHECKING:
        declaration: ClassVar[Declaration]
        line: int = attribute(default=0)
        remainder: Remainder | None = attribute(default=None)

        def __init_subclass__(
            cls,
            *,
            tag: str | None = None,
            content: contents.Particle | None = None,
            earlier: Mapping[str, contents.Particle] | None = None,
            since: str | None = None,
            until: str | None = None,
            refused: str | None = None,
            informative: bool = False,
            abstract: bool = False,
        ) -> None: ...

    else:
        __slots__ = ("line", "remainder")

    def __init__(self, *, line: int = 0, remainder: Remainder | None = None, **values: Any) -> None:
        put = object.__setattr__
        for item in type(self).declaration.fields:
            value = values.pop(item.name, item.default)
            if value is NO_DEFAULT:
                raise TypeError(f"{type(self).__name__}() needs {item.name}=")
            put(self, item.name, value)
        if values:
            raise TypeError(f"{type(self).__name__}() has no field {next(iter(values))!r}")
        put(self, "line", line)
        put(self, "remainder", remainder)

    def __setattr__(self, name: str, value: object = None) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is immutable; use .replace({name}=...)")

    __delattr__ = __setattr__

    @property
    def tag(self) -> str:
        """The element's name in XML."""
        return type(self).declaration.tag

    @property
    def where(self) -> str:
        """The tag with the line, for messages."""
        return f"{self.tag} (line {self.line})" if self.line else self.tag

    def replace(self, **changes: Any) -> Self:
        """Return a copy with other values for some fields."""
        values = {item.name: getattr(self, item.name) for item in type(self).declaration.fields}
        values.update(line=self.line, remainder=self.remainder)
        return type(self)(**{**values, **changes})

    def elements(self) -> list[Element]:
        """Return the direct child elements in the order of the declaration."""
        found: list[Element] = []
        for read in type(self).declaration.child_getters:
            value = read(self)
            if value.__class__ is tuple:
                if value:
                    found += [member for member in value if isinstance(member, Element)]
            elif value is not None and isinstance(value, Element):
                found.append(value)
        return found

    def walk(self) -> Iterator[Element]:
        """Yield this element and all below it, parents first."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(reversed(element.elements()))

    def __repr__(self) -> str:
        parts = []
        for item in type(self).declaration.fields:
            value = getattr(self, item.name)
            if value == item.default or value is None:
                continue
            if isinstance(value, Element):
                value = f"<{value.tag}>"
            elif is_subtrees(value):
                value = f"<{len(value)} elements>"
            else:
                value = repr(value)
            parts.append(f"{item.name}={value}")
        return f"{type(self).__name__}({', '.join(parts)})"
