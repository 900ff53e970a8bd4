"""The support table: which elements, attributes and values are evaluated, from the declarations.

``python -m pmmlkit.language.support > docs/support.md``. What is refused is declared beside the
element and checked at load with the same declaration (`pmmlkit.language.refusals`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module

from pmmlkit.language.functions.registry import built_ins
from pmmlkit.language.vocabulary import MODULES, TAGS, element_classes
from pmmlkit.xml.declaration import Attribute, Element

__all__ = ["support_table", "without_effect"]

_HEAD = """\
# What is supported

Made by `python -m pmmlkit.language.support` from the declarations that read, write and check
documents; a test sees that it is current. PMML 4.4.1 has {tags} elements; pmmlkit declares
{declared}, of which it evaluates {evaluated}, refuses {refused}, and reads and writes {read} that
have no effect on a score (*read*). What is refused is refused when a document that needs it is
loaded, with the line and the reason. *since* is the version of PMML that brought an element, an
attribute or a value. Attributes that take any text, number or name are listed where they have a
*since* or a part of them is refused.
"""


def without_effect() -> frozenset[str]:
    """Return the tags of the declared elements that cannot change a score: those that are declared
    so, and those that stand nowhere else.
    """
    classes = element_classes()
    reached = {"PMML"}
    stack = [classes["PMML"]]
    while stack:
        for item in stack.pop().declaration.children:
            for tag in item.tags:
                kind = classes.get(tag)
                if kind is not None and tag not in reached and not kind.declaration.informative:
                    reached.add(tag)
                    stack.append(kind)
    return frozenset(classes) - reached


def support_table() -> str:
    """Return the text of docs/support.md."""
    read = without_effect()
    classes = element_classes()
    refused = sum(kind.declaration.refused is not None for kind in classes.values())
    lines = [
        _HEAD.format(
            tags=len(TAGS),
            declared=len(classes),
            evaluated=len(classes) - len(read) - refused,
            read=len(read),
            refused=refused,
        )
    ]
    for name in MODULES:
        module = import_module(name)
        own = [
            kind
            for kind in classes.values()
            if kind.__module__ == name or kind.__module__.startswith(f"{name}.")
        ]
        if own:
            title = (module.__doc__ or name).strip().partition("\n\n")[0].replace("\n", " ")
            title = title.partition(" Specification:")[0].partition(" (semantics")[0]
            lines += [f"\n## {title.rstrip('.')}\n", "| element | since | attribute | values |"]
            lines += ["|---|---|---|---|"]
            for kind in own:
                lines += _rows(kind, kind.declaration.tag in read)
    functions = ", ".join(f"`{name}`" for name in sorted(built_ins()))
    lines += ["\n## Built-in functions\n", functions]
    return "\n".join(lines) + "\n"


def _rows(kind: type[Element], is_read: bool) -> Iterator[str]:
    declaration = kind.declaration
    state = " (*read*)" if is_read else ""
    if declaration.refused is not None:
        state = f" **refused**: {declaration.refused}"
    yield f"| `{declaration.tag}`{state} | {declaration.since or ''} | | |"
    for item in declaration.attributes:
        if item.values is not None or item.refused or item.since or item.until:
            yield f"| | {_span(item.since, item.until)} | `{item.xml_name}` | {_values(item)} |"


def _values(item: Attribute) -> str:
    if item.values is None:
        reason = item.refused.get("*")
        return "" if reason is None else f"**refused**: {reason}"
    cells = []
    for value, (since, until) in item.values.values.items():
        span = _span(since, until)
        text = f"`{value}`" + (f" ({span})" if span else "")
        reason = item.refused.get(value, item.refused.get("*", item.values.refused.get(value)))
        cells.append(text if reason is None else f"{text} **refused**: {reason}")
    return ", ".join(cells)


def _span(since: str | None, until: str | None) -> str:
    if until is not None:
        return f"{since or ''} to {until}".strip()
    return since or ""


if __name__ == "__main__":
    sys.stdout.write(support_table())
