"""The published schemas of PMML, read into the same rules that the declarations give.

They lie beside the repository and are read for facts only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pmmlkit.validation.grammar import AttributeRule, ElementRule
from pmmlkit.xml import content
from pmmlkit.xml.content import Child, Choice, Mixed, Particle, Repeat, Sequence

FOLDER = Path(__file__).parents[3] / "shared" / "reference" / "xsd"
XS = "{http://www.w3.org/2001/XMLSchema}"


class _Schema:
    def __init__(self, path: Path) -> None:
        root = ElementTree.parse(path).getroot()  # noqa: S314 - our own reference files
        self.named = {
            kind: {item.get("name", ""): item for item in root.findall(f"{XS}{kind}")}
            for kind in ("element", "group", "complexType", "simpleType")
        }

    def rules(self) -> dict[str, ElementRule]:
        return {tag: self.element(tag) for tag in self.named["element"]}

    def element(self, tag: str) -> ElementRule:
        node = self.named["element"][tag]
        kind = node.find(f"{XS}complexType")
        if node.get("type") is not None:
            kind = self.named["complexType"][node.get("type", "")]
        if kind is None:
            simple = node.find(f"{XS}simpleType")
            if simple is None:
                return ElementRule(tag, (), content.ANYTHING, "")
            return ElementRule(tag, (), content.TEXT, self.simple(simple)[0])
        attributes = tuple(self.attribute(item) for item in kind.iter(f"{XS}attribute"))
        extension = kind.find(f"{XS}simpleContent/{XS}extension")
        if extension is not None:
            text = self.type(extension.get("base", ""))[0]
            return ElementRule(tag, attributes, content.TEXT, text)
        inner = kind.find(f"{XS}complexContent")
        mixed = "true" in {kind.get("mixed"), None if inner is None else inner.get("mixed")}
        if inner is not None:
            kind = inner.find(f"{XS}restriction")
            assert kind is not None
        any_content = kind.find(f"{XS}sequence/{XS}any")
        if any_content is not None:
            assert mixed
            model: Particle = content.Any(int(any_content.get("minOccurs", "1")))
            return ElementRule(tag, attributes, model, "")
        parts = tuple(self.parts(kind))
        model = parts[0] if len(parts) == 1 else Sequence(parts)
        return ElementRule(tag, attributes, Mixed(model) if mixed else model, "")

    def parts(self, node: Any) -> Iterator[Particle]:
        for item in node:
            found = self.particle(item)
            if found is not None:
                yield found

    def particle(self, node: Any) -> Particle | None:
        most = node.get("maxOccurs", "1")
        low, high = int(node.get("minOccurs", "1")), None if most == "unbounded" else int(most)
        name = node.tag.removeprefix(XS)
        found: Particle
        if name == "element":
            found = Child((node.get("ref"),), "")
        elif name == "group":
            found = Sequence(tuple(self.parts(self.named["group"][node.get("ref")])))
        elif name in ("sequence", "choice"):
            found = (Sequence if name == "sequence" else Choice)(tuple(self.parts(node)))
        else:
            return None
        return found if (low, high) == (1, 1) else Repeat(found, low, high)

    def attribute(self, node: Any) -> AttributeRule:
        simple = node.find(f"{XS}simpleType")
        base, values = self.simple(simple) if simple is not None else self.type(node.get("type"))
        required = node.get("use") == "required"
        return AttributeRule(
            node.get("name"), base, required, node.get("default"), node.get("fixed"), values
        )

    def type(self, name: str | None) -> tuple[str, tuple[str, ...] | None]:
        if name is None:
            return "xs:anySimpleType", None
        if name.startswith("xs:"):
            return name, None
        return self.simple(self.named["simpleType"][name])

    def simple(self, node: Any) -> tuple[str, tuple[str, ...] | None]:
        listed = node.find(f"{XS}list")
        if listed is not None:
            return f"{self.type(listed.get('itemType'))[0]}*", None
        restriction = node.find(f"{XS}restriction")
        base, values = self.type(restriction.get("base"))
        own = tuple(item.get("value") for item in restriction.findall(f"{XS}enumeration"))
        assert {item.tag for item in restriction} <= {f"{XS}enumeration"}
        return base, own or values


@cache
def published(version: str) -> Mapping[str, ElementRule]:
    """Return the elements of a published schema by tag."""
    return _Schema(FOLDER / f"pmml-{version}.xsd").rules()
