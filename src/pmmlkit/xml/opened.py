"""An element whose end tag has not come yet: it takes what stands inside, and becomes the
element.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from pmmlkit.errors import LimitError
from pmmlkit.xml.declaration import NO_DEFAULT, Attribute, Children, Element, Field
from pmmlkit.xml.markup import Markup, Remainder, Start, Text

__all__ = ["Find", "Opened"]

_REQUIRED_ATTRIBUTE, _BAD_VALUE, _NOT_LISTED = "PMML010", "PMML011", "PMML012"
_UNKNOWN_ATTRIBUTE, _REQUIRED_CHILD, _STRAY_TEXT = "PMML013", "PMML016", "PMML017"

_SPACE = " \t\r\n"
_NEVER_UNKNOWN = ("x-", "xmlns", "xml:", "xsi:")


class Find(Protocol):
    """Notes a finding at a line, else at the place that the parser is at."""

    def __call__(
        self,
        code: str,
        severity: str,
        message: str,
        *,
        fatal: bool = False,
        line: int | None = None,
    ) -> None: ...


class Opened:
    """What has been read of an element. `field`: that of its parent which takes it, None for a
    root.

    `state` is that of the automaton of its content, `count` the declared children so far; `receive`
    takes the element in place of a parent. Findings go to `find`.
    """

    __slots__ = (
        "_attributes",
        "_find",
        "_length",
        "_texts",
        "children",
        "count",
        "field",
        "kind",
        "line",
        "receive",
        "state",
        "values",
    )

    def __init__(self, kind: type[Element], field: Children | None, line: int, find: Find) -> None:
        self.kind = kind
        self.field = field
        self.line = line
        self.values: list[Any] = list(kind.declaration.defaults)
        self.state = 0
        self.count = 0
        self.children: list[tuple[int, Markup]] = []
        self.receive: Callable[[Element | Markup], None] | None = None
        self._find = find
        self._attributes: list[tuple[str, str]] = []
        self._texts: list[str] = []
        self._length = 0

    def take_attributes(self, attributes: list[str], longest: int) -> None:
        """Set the attributes, which alternate names and values; `longest` is in characters."""
        known = self.kind.declaration.attribute_by_name
        for at in range(0, len(attributes), 2):
            name, text = attributes[at], attributes[at + 1]
            if len(text) > longest:
                raise LimitError(
                    f"attribute {name} is longer than Limits.text_characters = {longest}",
                    element=self.kind.declaration.tag,
                    line=self.line,
                )
            item = known.get(name)
            if item is not None:
                self._set(item, text)
                continue
            self._attributes.append((name, text))
            if not name.startswith(_NEVER_UNKNOWN):
                message = f"unknown attribute {name}={text!r:.80}"
                self._find(_UNKNOWN_ATTRIBUTE, "warning", message)

    def _set(self, item: Attribute, text: str) -> None:
        try:
            value = item.type.parse(text)
        except ValueError as error:
            self._attributes.append((item.xml_name, text))
            self._find(_BAD_VALUE, "error", f"{item.xml_name}={text!r:.80}: {error}", fatal=True)
            return
        if item.values is not None and value not in item.values:
            stripped = value.strip() if isinstance(value, str) else value
            if stripped in item.values:
                value = stripped
            elif not (isinstance(value, str) and value.startswith("x-")):
                allowed = ", ".join(item.values.values)
                message = f"{item.xml_name}={text!r:.80} is none of {allowed}"
                self._find(_NOT_LISTED, "error", message)
        self.values[item.index] = value

    def take_child(self, child: Element, field: Children) -> None:
        """Add a child element."""
        if not field.many:
            self.values[field.index] = child
        elif self.values[field.index] is field.default:
            self.values[field.index] = [child]
        else:
            self.values[field.index].append(child)

    def take_markup(self, kept: Markup) -> None:
        """Add to the content of an element that holds any markup."""
        field = next(item for item in self.kind.declaration.children if not item.tags)
        before = self.values[field.index]
        events = kept.events if before is None else before.events + kept.events
        self.values[field.index] = Markup(events)

    def take_text(self, data: str, longest: int) -> None:
        """Add character data; a text may come in several parts."""
        declaration = self.kind.declaration
        if declaration.text is not None:
            self._length += len(data)
            if self._length > longest:
                raise LimitError(
                    f"a text is longer than Limits.text_characters = {longest}",
                    element=declaration.tag,
                    line=self.line,
                )
            self._texts.append(data)
        elif data.strip(_SPACE):
            if declaration.holds_markup:
                self.take_markup(Markup((Text(data),)))
            else:
                self.children.append((self.count, Markup((Text(data.strip(_SPACE)),))))
                message = f"text {data.strip()!r:.60} is not allowed here"
                self._find(_STRAY_TEXT, "warning", message)

    def finished(self) -> Element:
        """Return the element; what it lacks is a finding."""
        declaration, values = self.kind.declaration, self.values
        self._set_text()
        for item in declaration.needed:
            value = values[item.index]
            if value is item.default or item.__class__ is not Attribute:
                self._check(item)
        for field in declaration.children:
            value = values[field.index]
            if (field.many or value is not None) and value != ():
                values[field.index] = _settled(field, value)
        element = self.kind.__new__(self.kind)
        for fill, value in zip(declaration.setters, values, strict=True):
            fill(element, value)
        put = object.__setattr__
        put(element, "line", self.line)
        is_all = not self._attributes and not self.children
        rest = None if is_all else Remainder(tuple(self._attributes), tuple(self.children))
        put(element, "remainder", rest)
        return element

    def _set_text(self) -> None:
        item = self.kind.declaration.text
        if item is None:
            return
        content = "".join(self._texts)
        try:
            self.values[item.index] = item.type.parse(content)
        except ValueError as error:
            self.children.append((0, Markup((Text(content),))))
            self._find(_BAD_VALUE, "error", str(error), fatal=True)

    def _check(self, item: Field) -> None:
        value = self.values[item.index]
        absent = value is NO_DEFAULT
        if absent:
            self.values[item.index] = value = None
        if isinstance(item, Attribute):
            if item.required and (absent or value is item.default) and not self._has(item):
                # One that no rule needs does not keep the document from being scored.
                severity = "error" if absent else "warning"
                message = f"attribute {item.xml_name} is required"
                self._find(_REQUIRED_ATTRIBUTE, severity, message, fatal=absent, line=self.line)
        elif isinstance(item, Children) and item.minimum:
            missing = value is None or value is item.default or (not item.many and absent)
            if missing or (item.many and item.reader is None and len(value) < item.minimum):
                wanted = " or ".join(item.tags[:4]) + (" ..." if len(item.tags) > 4 else "")
                fatal = absent and not self._kept_tags() & set(item.tags)
                message = f"needs {wanted}"
                self._find(_REQUIRED_CHILD, "error", message, fatal=fatal, line=self.line)

    def _has(self, item: Attribute) -> bool:
        """Tell whether the attribute was there, but could not be read."""
        return any(name == item.xml_name for name, _ in self._attributes)

    def _kept_tags(self) -> set[str]:
        starts = (kept.events[0] for _, kept in self.children)
        return {event.name for event in starts if isinstance(event, Start)}


def _settled(item: Children, value: Any) -> Any:
    """Return what the element holds: a run's value, a tuple of children, or the value as it is."""
    if value is item.default or value is None:
        return () if item.many and item.reader is None and not value else value
    if item.reader is not None:
        return value.value()
    return tuple(value) if item.many else value
